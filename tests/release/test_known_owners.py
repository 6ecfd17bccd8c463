"""Who owns whom is told by one step and known to all: a holding is one contributor wherever its units are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.errors import ReleaseRefusedError
from industria.release import Policy, _known_owners
from industria.release._decided import decided
from industria.release._of_results import of_results
from industria.release.release import Release, release
from industria.tables import balance, frequency_table, magnitude_table, summary

POLICY = Policy(threshold=3, p=0.1)


def firms() -> pd.DataFrame:
    """Eight firms of region a, of which seven are of one holding; many elsewhere that nobody holds."""
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(40)], "region": ["a"] * 8 + ["b"] * 16 + ["c"] * 16})
    rows["sales"] = 100.0 + np.arange(40) % 7
    held = pd.Series([*["one"] * 7, *[None] * 33], dtype=object)
    return rows.assign(group=held, here=(rows["region"] == "a") * 1.0)


def told() -> Result:
    return frequency_table(firms(), by=["region"], unit="firm", holding="group")


def hidden(found: Release, step: str, value: str) -> dict[str, bool]:
    return {row["region"]: row[value] is None for row in found.table(step).to_pylist()}


def test_a_sum_of_firms_that_another_table_gives_to_one_holding_stays() -> None:
    plain = magnitude_table(firms(), variable="sales", by=["region"], unit="firm")

    assert not hidden(release({"sales": plain}, POLICY), "sales", "value")["a"]
    assert hidden(release({"sales": plain, "firms": told()}, POLICY), "sales", "value")["a"]


def test_so_does_an_average_of_them_in_whatever_step() -> None:
    mean = summary(firms(), columns=["sales"], by=["region"], unit="firm", extremes=False)
    compared = balance(firms(), columns=["sales"], group="here", treated=1.0, comparison=0.0, unit="firm")
    found = release({"mean": mean, "compared": compared, "firms": told()}, POLICY)

    assert hidden(found, "mean", "mean")["a"]
    assert found.table("compared")["mean_treated"].null_count == 1
    assert not hidden(release({"mean": mean}, POLICY), "mean", "mean")["a"]


def test_and_in_whatever_order_or_release() -> None:
    plain = magnitude_table(firms(), variable="sales", by=["region"], unit="firm")
    first = release({"firms": told()}, POLICY)

    assert hidden(release({"firms": told(), "sales": plain}, POLICY), "sales", "value")["a"]
    later = release({"sales": plain, "firms": told()}, POLICY, earlier=[first])
    assert hidden(later, "sales", "value")["a"]


def test_copies_of_weighted_firms_belong_to_no_holding() -> None:
    rows = firms().assign(weight=2.0)
    plain = magnitude_table(rows, variable="sales", by=["region"], unit="firm", weight="weight")
    policy = Policy(threshold=3, p=0.1, weights="expanded")

    found = decided(of_results({"sales": plain, "firms": told()}), policy)

    assert [one.has_holdings for one in found.givens] == [False, True]


def test_a_policy_of_holdings_takes_those_that_another_table_tells() -> None:
    policy = Policy(threshold=3, p=0.1, threshold_level="holding")
    plain = magnitude_table(firms(), variable="sales", by=["region"], unit="firm")

    found = release({"sales": plain, "firms": told()}, policy)

    assert hidden(found, "sales", "value")["a"]
    assert not all(hidden(found, "sales", "value").values())


@pytest.mark.parametrize("others", [0, 30], ids=["no owners", "owners of some"])
def test_it_refuses_units_of_which_nobody_tells_who_owns_them(others: int) -> None:
    """Units that the other table does not have would pass for independent ones."""
    policy = Policy(threshold=3, p=0.1, threshold_level="holding")
    plain = magnitude_table(firms(), variable="sales", by=["region"], unit="firm")
    some = frequency_table(firms().head(others), by=["region"], unit="firm", holding="group") if others else None

    with pytest.raises(ReleaseRefusedError, match=r"step 'sales'.*tell of all its units who owns them; give it"):
        release({"sales": plain, **({"firms": some} if some else {})}, policy)


def test_nobody_is_looked_up_whom_no_table_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[int] = []
    owned = _known_owners._owned

    def noted(one: Any, known: Any) -> Any:
        listed.extend(rows.num_rows for rows in known.values())
        return owned(one, known)

    monkeypatch.setattr(_known_owners, "_owned", noted)
    few = magnitude_table(firms().query("region == 'a'"), variable="sales", by=["region"], unit="firm")

    release({"sales": few, "firms": told()}, POLICY)
    assert listed == [8]

    release({"firms": told()}, POLICY)
    assert listed == [8]
