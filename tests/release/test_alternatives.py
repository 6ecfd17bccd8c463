"""Rounded, noised and adjusted tables, and what they still tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria.core.result import Cells
from industria.errors import ReleaseRefusedError
from industria.release._alternatives import Altered, altered
from industria.release._decided import decided
from industria.release._given import given
from industria.release._joint import Joint, joined
from industria.release._of_results import of_results
from industria.release._primary import Primary, primary
from industria.release._together import blocks
from industria.release.policy import Policy
from industria.release.release import release
from tests.release.cells import counted, counts, firms, magnitudes

KEY = b"a secret of the site"
NUMBERS = {("1", "a"): 1, ("2", "a"): 3, ("2", "b"): 3, ("3", "a"): 12, ("3", "b"): 20}
ROUND = Policy(concentration="none", method="round", rounding_base=5)
NOISE = Policy(concentration="none", method="perturb", noise_variance=2, noise_deviation=4)
ADJUST = Policy(p=0.1, method="adjust")


def cells(table: Cells, policy: Policy) -> tuple[Joint, Primary]:
    """Set the cells of a table up as a release does."""
    joint = joined(blocks([one for step in of_results({"t": table}) for one in given(step, 2)]))
    return joint, primary(joint.behind, len(joint.x), policy, counts=joint.counts, weighted=joint.has_weights)


def numbers(joint: Joint, of: Altered) -> dict[str, float]:
    return {joint.named(cell): value for cell, value in enumerate(of.values)}


def test_rounded_counts_add_up_and_are_the_nearest() -> None:
    """release-and-network.md 13 h: of six additive tables the nearest is 18 away."""
    joint, found = cells(counts(counted(NUMBERS, ["row", "column"]), ["row", "column"]), ROUND)

    rounded = altered(joint, found, ROUND)

    assert not (joint.A @ rounded.values).any()
    assert not (rounded.values % 5).any()
    assert np.abs(rounded.values - joint.x).sum() == 18
    assert rounded.status == "rounded"
    assert rounded.marked.all(), "a multiple that was one already is not told apart"


def test_an_outsider_places_a_rounded_count_within_the_base_and_the_sums() -> None:
    joint, found = cells(counts(counted(NUMBERS, ["row", "column"]), ["row", "column"]), ROUND)

    rounded = altered(joint, found, ROUND)
    one = found.sensitive & (joint.x == 1)

    assert one.any()
    assert (rounded.reached.low[found.sensitive] <= joint.x[found.sensitive]).all()
    assert (rounded.reached.high[found.sensitive] >= joint.x[found.sensitive] + 1).all()
    assert not rounded.failed.any()


def test_a_base_below_what_the_rules_ask_for_fails() -> None:
    """Amounts rounded to units of one hide nobody who has nearly all of a cell."""
    policy = Policy(p=0.2, method="round", rounding_base=1)
    of = {("a",): [1000.0, 1, 1], ("b",): [300.0, 250, 240, 230], ("c",): [400.0, 390, 380]}
    joint, found = cells(magnitudes(firms(of, ["industry"]), ["industry"]), policy)

    rounded = altered(joint, found, policy)

    assert [joint.named(int(cell)) for cell in np.flatnonzero(rounded.failed)] == ["value of industry = 'a'"]


@pytest.mark.parametrize("rounding", ["random", "conventional"])
def test_rounding_cell_by_cell_does_not_add_up_and_says_so(rounding: Any) -> None:
    policy = Policy(concentration="none", method="round", rounding_base=5, rounding=rounding)
    joint, found = cells(counts(counted(NUMBERS, ["row", "column"]), ["row", "column"]), policy)

    one, again = (altered(joint, found, policy, key=KEY) for _ in range(2))

    assert one.values.tolist() == again.values.tolist()
    assert not (one.values % 5).any()
    assert (np.abs(one.values - joint.x) < 5).all()
    assert any("need not add up" in note for note in one.notes)
    assert (one.reached.low[found.sensitive] <= joint.x[found.sensitive]).all()
    assert (one.reached.high[found.sensitive] >= joint.x[found.sensitive]).all()


def test_the_same_cell_has_the_same_noise_in_every_table() -> None:
    """Rows and columns in another order, and a table of one dimension less."""
    records = counted(NUMBERS | {("1", "b"): 9}, ["row", "column"])
    wide, of_wide = cells(counts(records, ["row", "column"]), NOISE)
    swapped, of_swapped = cells(counts(records.iloc[::-1], ["column", "row"]), NOISE)
    flat, of_flat = cells(counts(records, ["row"]), NOISE)

    one = numbers(wide, altered(wide, of_wide, NOISE, key=KEY))
    other = numbers(swapped, altered(swapped, of_swapped, NOISE, key=KEY))
    margins = numbers(flat, altered(flat, of_flat, NOISE, key=KEY))

    assert sorted(one.values()) == sorted(other.values())
    shared = margins.keys() & one.keys()
    assert len(shared) == 4, "three rows and the total of all"
    assert all(margins[cell] == one[cell] for cell in shared)
    assert one != numbers(wide, altered(wide, of_wide, NOISE, key=b"another secret"))
    assert all(abs(value - x) <= 4 and value >= 0 for value, x in zip(one.values(), wide.x, strict=True))


def test_noise_is_for_counts_and_needs_a_secret() -> None:
    joint, found = cells(magnitudes(firms({("a",): [1.0, 2, 3]}, ["industry"]), ["industry"]), NOISE)
    of_counts, few = cells(counts(counted(NUMBERS, ["row", "column"]), ["row", "column"]), NOISE)

    with pytest.raises(ReleaseRefusedError, match="is for counts of units without weights"):
        altered(joint, found, NOISE, key=KEY)
    with pytest.raises(ReleaseRefusedError, match="need a secret of the site"):
        altered(of_counts, few, NOISE)


def test_adjusted_cells_move_by_their_level_and_the_rest_adds_up() -> None:
    of = {
        ("a", "n"): [900.0, 20, 10],
        ("a", "s"): [300.0, 250, 240],
        ("b", "n"): [400.0, 390, 380],
        ("b", "s"): [200.0, 190, 180],
    }
    joint, found = cells(magnitudes(firms(of, ["industry", "region"]), ["industry", "region"]), ADJUST)

    adjusted = altered(joint, found, ADJUST)

    sensitive = np.flatnonzero(found.sensitive)
    assert [joint.named(int(cell)) for cell in sensitive] == ["value of industry = 'a', region = 'n'"]
    assert abs(adjusted.values[sensitive] - joint.x[sensitive]) == pytest.approx(found.up[sensitive])
    assert np.abs(joint.A @ adjusted.values).max() < 1e-6
    assert adjusted.moved[sensitive].all()
    assert not adjusted.moved.all()
    assert adjusted.marked.all()
    assert adjusted.status == "adjusted"
    assert (adjusted.values[~adjusted.moved] == joint.x[~adjusted.moved]).all()


def test_what_was_published_as_it_is_hides_behind_no_other_method() -> None:
    joint, found = cells(counts(counted(NUMBERS, ["row", "column"]), ["row", "column"]), ROUND)
    joint.fixed[0] = True

    with pytest.raises(ReleaseRefusedError, match='published as it is before, so that method = "round" hides nothing'):
        altered(joint, found, ROUND)


def test_a_release_takes_the_method_of_its_policy() -> None:
    """Rounded counts leave marked, are attacked, and counted as rounded in the certificate."""
    table = counts(counted(NUMBERS, ["row", "column"]), ["row", "column"])

    found = release({"t": table}, ROUND)

    rows = found.table("t").to_pandas()
    assert set(rows["status"]) == {"rounded"}
    assert not (rows["count"] % 5).any()
    assert found.certificate["counts"]["t"]["rounded"] == len(rows)
    assert found.certificate["counts"]["t"]["withheld"] == 0
    assert found.certificate["attack"]["cells"] > 0
    assert found.certificate["attack"]["exact"] == found.certificate["attack"]["under_protected"] == 0
    assert "numbers are rounded to multiples of 5" in found.certificate["not_checked"]


@pytest.mark.parametrize("decimals", [0, 1])
def test_an_adjusted_table_tells_neither_what_moved_nor_by_how_much(decimals: int) -> None:
    """A level of 0.9 in a table of whole numbers would stand in the tenths of every cell that moved."""
    share = 10.0**-decimals
    of = {("a", "n"): [103.0, 5, 4], ("a", "s"): [110.0, 120, 130], ("b", "n"): [140.0] * 3, ("b", "s"): [150.0] * 3}
    records = firms(of, ["industry", "region"]).assign(value=lambda rows: (rows["value"] * share).round(decimals))
    table = magnitudes(records, ["industry", "region"])
    policy = ADJUST.model_copy(update={"p": 0.0526})

    found = release({"t": table}, policy)

    rows, site = (one.to_pandas() for one in (found.table("t"), found.site_table("t")))
    assert set(rows["status"]) == {"adjusted"}
    assert found.certificate["counts"]["t"]["adjusted"] == len(rows)
    levels = (site["required_high"] - site["value"]).dropna() / share
    assert (levels.round(6) % 1 > 0).any()
    # All are told with the decimals of the data, and the sensitive ones have moved by their level or more.
    assert rows["value"].to_numpy() == pytest.approx(rows["value"].round(decimals).to_numpy(), abs=1e-12)
    keys = ["industry", "region"]
    both = site.merge(rows, on=keys, suffixes=("", "_told"))
    off = (both["value_told"] - both["value"]).abs()
    assert (off[both["status"] == "primary"] >= (both["required_high"] - both["value"]).dropna() - 1e-9).all()
    assert (off == 0).any()
    assert "Of noised and adjusted numbers no interval is told" in found.certificate["statement"]
    assert "no attack was made on the adjusted numbers" in found.certificate["not_checked"]
    assert found.certificate["insiders"]["reach"] == "none"
    assert "which were moved is not told" in " ".join(found.certificate["not_checked"])


def test_nothing_is_marked_where_nothing_had_to_move() -> None:
    table = magnitudes(firms({("a",): [100.0] * 5, ("b",): [120.0] * 5}, ["industry"]), ["industry"])

    assert set(release({"t": table}, ADJUST).table("t")["status"].to_pylist()) == {"published"}


def test_rounding_that_hides_too_little_is_refused_by_its_cell() -> None:
    policy = Policy(p=0.2, method="round", rounding_base=1)
    table = magnitudes(firms({("a",): [1000.0, 1, 1], ("b",): [300.0, 250, 240]}, ["industry"]), ["industry"])

    with pytest.raises(ReleaseRefusedError, match=r"leaves an outsider too close to it.*take a larger rounding_base"):
        release({"t": table}, policy)


def test_what_left_rounded_leaves_rounded_again() -> None:
    """An earlier release did not publish these numbers as they are, so that the next one may round them, too."""
    steps = of_results({"t": counts(counted(NUMBERS, ["row", "column"]), ["row", "column"])})
    first = decided(steps, ROUND)

    again = decided(steps, ROUND, earlier=[first.ledger("first")])

    assert again.judged["t"].table.equals(first.judged["t"].table)


def test_a_mean_beside_rounded_sums_is_withheld() -> None:
    policy = Policy(p=0.1, method="round", rounding_base=1000)
    records = firms({("a",): [100.0, 110, 120], ("b",): [300.0, 250, 240]}, ["industry"])

    found = release({"t": magnitudes(records, ["industry"], statistic="mean")}, policy)

    rows = found.table("t").to_pandas()
    assert rows["value"].isna().all()
    assert set(rows["status"]) == {"withheld"}
