"""Units that lack something in a period, or weigh nothing in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.productivity.test_growth_decomposition import EXACT, FIRMS, split


def test_who_lacks_a_number_neither_came_nor_left() -> None:
    """Firm 2 without productivity in the later period: as without firm 2 in both, and counted."""
    rows = FIRMS.to_pandas()
    gap = rows.copy()
    gap.loc[(gap["firm"] == "2") & (gap["year"] == 1), "p"] = np.nan

    # Firm 2 stands in another industry where its number lacks.
    moved = gap.assign(industry=gap["industry"].where(gap["p"].notna(), "y"))
    for data, within in ((gap, []), (moved, ["industry"])):
        without = split(rows[rows["firm"] != "2"], within=within)
        pd.testing.assert_frame_equal(
            split(data, within=within).drop(columns="n_missing"), without.drop(columns="n_missing")
        )
        assert (split(data, within=within)["n_missing"] == 1).all()
    assert (split()["n_missing"] == 0).all()
    # In another pair it is there.
    longer = pd.concat([gap, rows[rows["year"] == 0].assign(year=2), rows[rows["year"] == 1].assign(year=3)])
    assert split(longer).groupby("time_from")["n_missing"].max().tolist() == [1, 1, 0]


def test_who_lacks_a_group_neither_came_nor_left() -> None:
    """Firm 2 without its industry in the later period; a firm without its region is in none."""
    rows = FIRMS.to_pandas()
    gap = rows.assign(industry=rows["industry"].where((rows["firm"] != "2") | (rows["year"] == 0)))
    without = split(rows[rows["firm"] != "2"], within=["industry"], by=["region"])
    found = split(gap, within=["industry"], by=["region"])

    pd.testing.assert_frame_equal(found.drop(columns="n_missing"), without.drop(columns="n_missing"))
    assert found.groupby("region")["n_missing"].max().to_dict() == {"n": 1, "s": 0}


@pytest.mark.parametrize("column", ["share", "stands_for"])
def test_who_weighs_nothing_in_a_period_is_there(column: str) -> None:
    """Firm 2 with a weight of 0 in the later period: no exit, but a unit that lost all weight."""
    rows = FIRMS.to_pandas()
    rows.loc[(rows["firm"] == "2") & (rows["year"] == 1), column] = 0.0
    found = split(rows, weights="stands_for").set_index(["method", "component"])

    counts = found.loc["foster_haltiwanger_krizan", "n_units"]
    assert counts[["within", "entry", "exit", "total"]].tolist() == [4, 2, 2, 8]
    assert found.loc[(slice(None), "residual"), "contribution"].abs().max() < EXACT
    gone = split(rows[rows[column] > 0], weights="stands_for").set_index(["method", "component"])
    assert gone.loc[("foster_haltiwanger_krizan", "exit"), "n_units"] == 3
    assert gone.loc[("melitz_polanec", "total"), "contribution"] == pytest.approx(
        found.loc[("melitz_polanec", "total"), "contribution"], abs=EXACT
    )


def test_who_stands_for_nobody_in_both_periods_is_behind_no_figure() -> None:
    rows = FIRMS.to_pandas()
    nobody = rows.assign(stands_for=rows["stands_for"].where(rows["firm"] != "2", 0.0))

    pd.testing.assert_frame_equal(
        split(nobody, weights="stands_for"), split(rows[rows["firm"] != "2"], weights="stands_for")
    )
