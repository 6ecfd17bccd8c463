"""What several published cells tell together of few firms is protected, however they are added up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, _atoms_told
from industria.release.release import Release, release
from tests.release.cells import counts, magnitudes

RULES = Policy(threshold=3, p=0.10, dominance=((1, 0.80), (2, 0.90)))


def firms(n: int) -> pd.DataFrame:
    """Firms of about the same size."""
    rng = np.random.default_rng(4)
    return pd.DataFrame({"firm": [f"f{i}" for i in range(n)], "value": rng.normal(100, 10, n).round(2)})


def two_maps(n: int = 80, crossing: int = 1) -> pd.DataFrame:
    """Two maps that divide firms into the same halves, but for some firms, and these into parts of their own."""
    rows, rng = firms(n), np.random.default_rng(7)
    half = (np.arange(n) >= n // 2).astype(int)
    other = np.where(np.arange(n) < crossing, 1, half)
    rows["nuts"] = [f"P{1 + 2 * at + part}" for at, part in zip(half, rng.integers(0, 2, n), strict=True)]
    rows["zone"] = [f"Q{1 + 2 * at + part}" for at, part in zip(other, rng.integers(0, 2, n), strict=True)]
    return rows


def published(found: Release) -> dict[str, float | None]:
    """List all cells by step and codes."""
    return {
        "/".join([step, *(str(row[name]) for name in row if name not in ("value", "count", "status"))]): row.get(
            "value", row.get("count")
        )
        for step in found.steps
        for row in found.table(step).to_pylist()
    }


def of_maps(rows: pd.DataFrame, policy: Policy = RULES) -> Release:
    return release({"a": magnitudes(rows, ["nuts"]), "b": magnitudes(rows, ["zone"])}, policy)


def one_by_one(sets: Mapping[str, str], rows: pd.DataFrame) -> Release:
    """Publish a sum of each set of firms."""
    named = rows.assign(firm=list("abcdefghi")[: len(rows)], all="all")
    steps = {
        step: magnitudes(named[named["firm"].isin(list(those))], ["all"], margins=False) for step, those in sets.items()
    }
    return release(steps, RULES)


def test_two_maps_that_agree_but_for_one_firm_do_not_tell_it() -> None:
    """P1 + P2 - Q1 - Q2 is the firm that lies in one half on one map and in the other on the other."""
    found = published(of_maps(two_maps()))

    assert None in [found[f"a/P{i}"] for i in (1, 2)] + [found[f"b/Q{i}"] for i in (1, 2)]
    assert None in [found[f"a/P{i}"] for i in (3, 4)] + [found[f"b/Q{i}"] for i in (3, 4)]


def test_maps_that_many_firms_tell_apart_are_published() -> None:
    assert of_maps(two_maps(crossing=10)).n_withheld == 0


def test_counts_of_two_maps_do_not_tell_that_one_firm_lies_elsewhere() -> None:
    rows = two_maps()

    found = published(release({"a": counts(rows, ["nuts"]), "b": counts(rows, ["zone"])}, RULES))

    assert None in [found[f"a/P{i}"] for i in (1, 2)] + [found[f"b/Q{i}"] for i in (1, 2)]


def test_sums_of_three_sets_do_not_tell_the_firm_that_is_twice_in_two() -> None:
    """{a, b, c} + {a, d, e} - {b, c, d, e} is twice a."""
    found = published(one_by_one({"t0": "abc", "t1": "ade", "t2": "bcde"}, firms(9)))

    assert None in found.values()


def test_sums_of_sets_that_tell_nobody_are_published() -> None:
    assert one_by_one({"t0": "abc", "t1": "cde", "t2": "efga"}, firms(9)).n_withheld == 0


def test_what_does_not_change_over_years_does_not_tell_who_left() -> None:
    """Capital of the same firms in two years, but for one that is in the first alone."""
    rows = pd.concat([firms(20).assign(year="2021"), firms(20).iloc[1:].assign(year="2022")])

    found = published(release({"t": magnitudes(rows, ["year"], margins=False)}, RULES))

    assert None in found.values()


def test_firms_with_plants_in_both_halves_are_taken_apart() -> None:
    """Firms bring different amounts to different cells: what adds up within each of them is known."""
    rows = two_maps()
    more = rows.iloc[60:].assign(nuts="P1", zone="Q1", value=lambda r: r["value"] / 3)

    found = published(of_maps(pd.concat([rows, more])))

    assert None in [found[f"a/P{i}"] for i in (1, 2)] + [found[f"b/Q{i}"] for i in (1, 2)]


def test_a_firm_that_nothing_may_hide_keeps_the_release() -> None:
    rows = two_maps()
    kept = [{"nuts": f"P{i}"} for i in range(1, 5)] + [{"zone": f"Q{i}"} for i in range(1, 5)]

    with pytest.raises(ReleaseRefusedError, match="together"):
        of_maps(rows, RULES.model_copy(update={"keep": kept}))


def test_that_there_are_too_many_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_atoms_told, "ENTRIES", 1)

    told = of_maps(two_maps()).certificate["not_checked"]

    assert "sums and differences of more than two cells of value: too many" in told
