"""Regressions and percentiles under a policy that counts holdings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import UnsteadyUnitError
from industria.release._beside import beside
from industria.release._judged import Judged, judged, judged_together
from industria.release._leaving import Leaving
from industria.release.policy import Policy
from industria.release.release import release
from industria.tables import balance, summary
from tests.release.statistics_steps import POLICY, equations, grants, leaving, published, regression, says

HOLDINGS = Policy(threshold=3, threshold_level="holding", p=0.10)


def owned(rows: pd.DataFrame, *, by: int, unit: str = "plant") -> pd.DataFrame:
    """Let neighbors belong to one holding each."""
    return rows.assign(group=(rows[unit] // by).map("G{}".format))


def percentiles(rows: pd.DataFrame, **change: Any) -> Leaving:
    told: dict[str, Any] = {"variable": "sales", "percentiles": [0.5], "unit": "firm"}
    return leaving("middle", "tables.percentile_table", rows, **(told | change))


def medians(found: Judged) -> list[float | None]:
    told: list[float | None] = found.table["value"].to_pylist()
    return told


def sales(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame({"firm": np.arange(n), "sales": rng.lognormal(size=n)})


def test_what_does_not_tell_holdings_does_not_leave_where_they_are_counted() -> None:
    rows = grants()
    steps = [regression(rows), equations(rows), percentiles(sales())]

    assert all(published(judged(step, POLICY)) for step in steps)
    for step in steps:
        found = judged(step, HOLDINGS)
        assert not published(found)
        assert says(found, "the policy counts holdings, and it tells units but not who owns them")


def test_estimates_of_many_holdings_leave_and_of_two_do_not() -> None:
    many, two = owned(grants(), by=2), owned(grants(), by=20)

    for step in (regression, equations):
        assert published(judged(step(many, holding="group"), HOLDINGS))
        found = judged(step(two, holding="group"), HOLDINGS)
        assert found.table["estimate"].null_count == found.table.num_rows
        assert says(found, "fewer than 3 holdings")


def test_holdings_beside_estimates_stand_once_in_their_list() -> None:
    """Units of one holding have one owner, not one each of the same name."""
    numbers = beside(regression(owned(grants(), by=2), holding="group"), HOLDINGS)

    assert numbers
    for one in numbers:
        assert len(set(one.owner.names)) == len(one.owner.names) < len(one.who.names)


def test_units_without_a_holding_are_their_own() -> None:
    rows = owned(grants(), by=20).assign(group=lambda r: r["group"].where(r["plant"] < 20))
    step = regression(rows, holding="group")

    assert step.table["support_holdings"].to_pylist() == [21]
    assert step.table["support_units"].to_pylist() == [40]


def test_a_dummy_of_four_plants_of_one_holding_is_refused() -> None:
    rows = owned(grants(), by=4)
    rows["grant"] = ((rows["plant"] < 4) & (rows["year"] == 2)).astype(float)

    found = judged(regression(rows, holding="group"), HOLDINGS)

    assert says(found, "splits off fewer than 3 holdings")


def test_two_samples_that_one_holding_tells_apart_do_not_both_leave() -> None:
    """Six plants apart, half of them treated, all of one holding; its name is compared, not its place in a sample."""
    rows = owned(grants(), by=6)
    first, later = (regression(rows[rows["plant"] >= at], f"from_{at}", holding="group") for at in (0, 6))
    plain = [regression(rows[rows["plant"] >= at], f"from_{at}") for at in (0, 6)]

    found = judged_together([first, later], HOLDINGS)

    assert [published(one) for one in found.values()] == [True, False]
    assert says(found["from_6"], "differ by fewer than 3 holdings")
    assert all(published(one) for one in judged_together(plain, POLICY).values())


def test_plants_of_one_holding_in_exchange_for_each_other_are_one_holding() -> None:
    rows = owned(grants(), by=4)
    one, other = (regression(rows[rows["plant"] != left], f"without_{left}", holding="group") for left in (1, 2))

    pair = Policy(threshold=2, threshold_level="holding", p=0.10)

    assert [published(found) for found in judged_together([one, other], pair).values()] == [True, False]


def test_effects_of_years_count_holdings() -> None:
    rows = owned(grants(), by=4)
    rows = rows[(rows["year"] < 3) | (rows["plant"] < 8)]  # the last year was seen by eight plants of two holdings

    found = judged(regression(rows, holding="group"), HOLDINGS)

    assert [row["status"] for row in found.tables["effects"].to_pylist()] == ["published", "published", "withheld"]


def test_sums_over_plants_stay_where_holdings_are_counted() -> None:
    rows = owned(grants(), by=2)
    by_plant, by_group = (judged(equations(rows, holding="group", cluster=of), HOLDINGS) for of in ("plant", "group"))

    assert says(by_plant, "sums over clusters may tell fewer than 3 holdings")
    assert "cluster_BB" not in by_plant.tables["moments"]["kind"].to_pylist()
    assert "cluster_BB" in by_group.tables["moments"]["kind"].to_pylist()


def test_percentiles_count_holdings_between_them() -> None:
    """Sixty firms; of two holdings, or of twenty with the lowest twenty-five firms in three of them."""
    rows = sales()
    ranks = rows["sales"].rank().astype(int)
    two = rows.assign(group=np.where(ranks % 2, "a", "b"))
    low = rows.assign(group=np.where(ranks < 26, (ranks % 3).astype(str), "own " + rows["firm"].astype(str)))
    many = rows.assign(group=(ranks % 30).astype(str))

    found = [judged(percentiles(t, holding="group"), HOLDINGS) for t in (two, low, many)]

    assert [medians(one)[0] is None for one in found] == [True, False, False]
    assert says(found[0], "fewer than 3 holdings")
    quarter = judged(percentiles(low, holding="group", percentiles=[0.4]), HOLDINGS)
    assert medians(quarter) == [None]
    assert says(quarter, "fewer than 5 units below")
    assert medians(judged(percentiles(low, percentiles=[0.4]), POLICY)) != [None]


def test_a_mean_of_neighbors_of_one_holding_tells_so() -> None:
    rows = sales()
    near = rows["sales"].rank().between(27, 33)
    step = percentiles(rows.assign(group=near.map({True: "g"})), holding="group")

    assert step.table["support_window"].to_pylist() == [1]
    assert step.table["support_holdings"].to_pylist() == [54]


def test_a_holding_that_changes_within_a_unit_is_refused() -> None:
    rows = grants().assign(group=lambda r: np.where(r["year"] < 2, "a", "b"))
    odd = pd.concat([sales(), sales().assign(sales=1.0)]).assign(group=["a"] * 60 + ["b"] * 60)

    for step in (regression, equations):
        with pytest.raises(UnsteadyUnitError, match=r"panel\.group has several values within 40 of the units"):
            step(rows, holding="group")
    with pytest.raises(UnsteadyUnitError, match=r"records\.group has several values within 60"):
        percentiles(odd, holding="group")


def test_averages_leave_where_holdings_are_counted_and_told() -> None:
    """A holding that has nearly all through ten firms is one contributor of the mean."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"firm": range(120), "region": ["n", "s"] * 60, "sales": rng.uniform(1, 2, 120).round(3)})
    rows = rows.assign(group=(rows.firm // 3).map("G{}".format), funded=rows.firm % 4 < 2)
    rows.loc[rows.region.eq("s") & (rows.firm < 20), ["group", "sales"]] = ["owner", 500.0]
    told: dict[str, Any] = {"columns": ["sales"], "unit": "firm"}
    steps = {
        "plain": summary(rows, by=["region"], extremes=False, **told),
        "means": summary(rows, by=["region"], extremes=False, holding="group", **told),
        "sides": balance(rows, group="region", treated="n", holding="group", **told),
    }
    found = release(steps, HOLDINGS)
    by_firm = release({"plain": steps["plain"]}, POLICY)

    assert found.table("plain").column("mean").null_count == 2
    assert dict(zip(*found.table("means").select(["region", "mean"]).to_pydict().values(), strict=True))["s"] is None
    assert found.table("means").column("mean").null_count == 1
    assert found.table("means").column("n").null_count == 0
    assert by_firm.table("plain").column("mean").null_count == 0
    sides = found.table("sides").to_pylist()[0]
    assert sides["mean_treated"] is not None
    assert sides["mean_comparison"] is None
