"""Percentiles of groups whose units are all but a few the same, in one release and over two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.release import Policy, make_key
from industria.release.release import Release, release
from industria.tables import percentile_table

RULES = Policy(threshold=3, p=0.1)


def firms(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(n)], "region": np.where(np.arange(n) % 2, "a", "b")})
    return rows.assign(
        sales=rng.lognormal(5, 1, n).round(2),
        group=lambda r: r.firm.where(r.index > 7, np.where(r.index > 3, "g", "h")),
    )


def ranked(rows: pd.DataFrame, **more: Any) -> Result:
    told: dict[str, Any] = {"variable": "sales", "percentiles": [0.25, 0.5, 0.75], "unit": "firm"}
    return percentile_table(rows, **(told | more))


def leaves(found: Release, step: str) -> list[bool]:
    return [row["value"] is not None for row in found.table(step).to_pylist()]


WITHOUT_ONE = firms().query("firm != 'f7'")
APART: dict[str, tuple[Result, bool]] = {
    "one firm less": (ranked(WITHOUT_ONE), False),
    "one firm more in other words": (
        ranked(WITHOUT_ONE.assign(amount=lambda r: 2 * r.sales + 7), variable="amount"),
        False,
    ),
    "one firm's sales revised": (ranked(firms().assign(sales=lambda r: r.sales.where(r.firm != "f7", 3.21))), False),
    "the same": (ranked(firms()), True),
    "five firms less": (ranked(firms()[5:]), True),
    "another variable": (
        ranked(firms().assign(sales=lambda r: r.sales.sample(frac=1, random_state=1).to_numpy())),
        True,
    ),
    "percentiles beside": (ranked(firms(), percentiles=[0.3]), False),
    "percentiles far from these": (ranked(firms(), percentiles=[0.1, 0.9]), True),
    "means of more neighbors": (ranked(firms(), window=7), False),
}


@pytest.mark.parametrize("case", APART)
def test_percentiles_that_few_firms_tell_apart_do_not_both_leave(case: str) -> None:
    other, both = APART[case]
    first = release({"first": ranked(firms())}, RULES)

    here = release({"first": ranked(firms()), "second": other}, RULES)
    later = release({"second": other}, RULES, earlier=[first])

    assert all(leaves(here, "first"))
    for found in (here, later):
        assert set(leaves(found, "second")) == {both}
    assert all(leaves(release({"second": other}, RULES), "second"))


def test_only_the_groups_that_are_nearly_the_same_stay() -> None:
    first = release({"p": ranked(firms(), by=["region"])}, RULES)
    found = release({"p": ranked(WITHOUT_ONE, by=["region"])}, RULES, earlier=[first])

    rows = found.table("p").to_pylist()
    assert {row["region"]: row["status"] for row in rows} == {"a": "withheld", "b": "published"}
    assert any("few units tell it apart" in why for why in found._found.judged["p"].reasons)


def test_holdings_that_tell_two_groups_apart_are_counted() -> None:
    """Eight firms are two holdings: as firms they are enough."""
    rules = Policy(threshold=3, threshold_level="holding", p=0.1)
    for policy, both in ((RULES, True), (rules, False)):
        steps = {"every": ranked(firms(), holding="group"), "some": ranked(firms()[8:], holding="group")}
        assert set(leaves(release(steps, policy), "some")) == {both}


def test_a_sealed_release_is_remembered_with_its_percentiles(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    way: dict[str, Any] = {"site_folder": tmp_path / "site", "key": tmp_path / "key"}
    first = release({"p": ranked(firms(), by=["region"])}, RULES, out=tmp_path / "out" / "first.release", **way)
    assert first.path is not None

    again = release({"p": ranked(firms(), by=["region"])}, RULES, earlier=[first.path], out=tmp_path / "out", **way)
    less = release({"p": ranked(WITHOUT_ONE)}, RULES, earlier=[first.path], **way)

    assert all(leaves(again, "p"))
    # All firms but one are another group than those of a region.
    assert all(leaves(less, "p"))
    assert not any("one by one" in words for words in again.certificate["not_checked"])


def test_percentiles_of_records_are_said_not_to_be_compared() -> None:
    found = release({"p": ranked(firms(), unit=None)}, RULES)

    assert any("what tells nobody one by one: p" in words for words in found.certificate["not_checked"])
