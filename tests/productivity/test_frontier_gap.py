"""How far groups lie behind the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import ChoiceError, DuplicateRowError, LogsError, OutsideRangeError, ParameterRangeError
from industria.productivity import frontier_gap

rng = np.random.default_rng(11)
PLANTS = pa.table(
    {
        "plant": [f"p{i}" for i in range(20)] * 2,
        "year": [2001] * 20 + [2002] * 20,
        "industry": ["food", "metal"] * 20,
        "p": rng.normal(size=40),
        "size": (["small"] * 12 + ["large"] * 8) * 2,
        "stands_for": [1.0, 2.0, 1.0, 3.0] * 10,
    }
)
ROLES = {"value": "p", "unit": "plant"}
EXAMPLE = (
    {"panel": PLANTS},
    {
        **ROLES,
        "by": ["industry"],
        "time": "year",
        "groups": "size",
        "weights": "stands_for",
        "frontier": 0.2,
        "size": "fixed",
    },
)
WORDS = ("laggards",)


def found(data: Any = PLANTS, **changes: Any) -> pd.DataFrame:
    return frontier_gap(data, **(ROLES | changes)).to_pandas()


def test_states_by_hand() -> None:
    """Munnell (1990): the frontier of 5 % are three states; their mean and that of the other 45 by pandas."""
    rows = munnell.load().query("YR == 1986")
    rows = rows.assign(p=np.log(rows["GSP"] / rows["EMP"])).sort_values("p")
    made = found(rows, unit="ST_ABB").iloc[0]

    assert made[["n_frontier", "n_units", "group"]].tolist() == [3, 45, "laggards"]
    assert made["gap"] == pytest.approx(rows["p"].tail(3).mean() - rows["p"].head(45).mean(), abs=1e-12)


# Thousandths, and sixteenths of units: neither adding 1 nor the place of a threshold is rounded to a tie.
values = st.lists(st.integers(-5000, 5000).map(lambda n: n / 1000), min_size=2, max_size=30)
shares = st.integers(1, 15).map(lambda n: n / 16)


def cross_section(p: Any, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"plant": range(len(p)), "p": np.asarray(p, float), **columns})


def test_equal_units_are_at_the_frontier_together_or_not_at_all() -> None:
    """The threshold between .103 and .103 is that, and not what 15/16 and 1/16 of it are rounded to."""
    made = found(cross_section([0.0, 0.0, 0.0, 0.0, 0.103, 0.103]), frontier=1 / 16).iloc[0]

    assert made[["n_frontier", "n_units"]].tolist() == [2, 4]
    assert made["gap"] == pytest.approx(0.103)


@given(values, shares, st.floats(0.1, 9))
@settings(deadline=None, max_examples=40)
def test_gaps_are_not_negative_and_hang_on_no_unit(p: list[float], share: float, factor: float) -> None:
    rows = cross_section(p, w=factor)
    made = found(rows, frontier=share).iloc[0]
    moved = rows.iloc[::-1].assign(p=rows["p"] + 1, plant=lambda t: 99 - t["plant"])
    other, weighted = (found(t, frontier=share, **w).iloc[0] for t, w in ((moved, {}), (rows, {"weights": "w"})))

    assert np.isnan(made["gap"]) or made["gap"] >= 0
    assert made["n_units"] + made["n_frontier"] == len(p)
    np.testing.assert_allclose(other["gap"], made["gap"], atol=1e-12)
    # Weights that are equal but for rounding may move the threshold by as much, past a tie.
    if len({*p}) == len(p) and made["n_frontier"] == weighted["n_frontier"]:
        np.testing.assert_allclose(weighted["gap"], made["gap"], atol=1e-9)


def test_a_fixed_size_does_not_move_with_small_units_that_come_in() -> None:
    before = cross_section(range(1, 21), year=1).assign(p=lambda t: t["p"] / 4)
    after = pd.concat([before.assign(year=2), cross_section([-5.0] * 20, year=2).assign(plant=lambda t: t.plant + 50)])
    rows = pd.concat([before, after])
    share, fixed = (found(rows, by="year", frontier=0.1, size=size) for size in ("share", "fixed"))

    assert share["n_frontier"].tolist() == [2, 4]
    # A tenth of the median of 20 and 40.
    assert fixed["n_frontier"].tolist() == [3, 3]
    assert fixed["frontier_mean"][0] == fixed["frontier_mean"][1]


def test_the_median_is_over_the_periods_of_a_cell() -> None:
    rows = pd.concat(
        [
            cross_section(np.linspace(0, 1, n), year=year, industry=industry)
            for industry, year, n in (("a", 1, 10), ("a", 2, 30), ("b", 1, 100), ("b", 2, 100))
        ]
    )
    made = found(rows, by="industry", time="year", frontier=0.1, size="fixed")

    assert made["n_frontier"].tolist() == [2, 2, 10, 10]
    assert made[["industry", "year"]].to_numpy().tolist() == [["a", 1], ["a", 2], ["b", 1], ["b", 2]]


def test_groups_are_set_against_the_frontier_of_their_cell() -> None:
    rows = PLANTS.to_pandas()
    made = found(by=["year"], groups="size", frontier=0.1)
    year = rows[rows["year"] == 2001]
    top = year.nlargest(2, "p")["p"].mean()

    small = made[(made["year"] == 2001) & (made["group"] == "small")].iloc[0]
    assert small["frontier_mean"] == pytest.approx(top)
    assert small["group_mean"] == pytest.approx(year[year["size"] == "small"]["p"].mean())
    assert small["n_units"] == 12


def test_support_is_the_smaller_of_frontier_and_group() -> None:
    support = frontier_gap(PLANTS, **ROLES, by="year", groups="size", frontier=0.1).table.collect("pandas").to_native()

    assert support["support_units"].tolist() == support[["n_units", "n_frontier"]].min(axis=1).tolist() == [2] * 4


@pytest.mark.parametrize("plants", [[7, 3, 12, 1], ["g", "c", "m", "a"], list(np.array([7, 3, 12, 1]) * 10**9)])
def test_units_are_told_by_their_names_and_by_their_side(plants: list[Any]) -> None:
    data = pd.DataFrame({"plant": plants, "industry": ["y", "x", "x", "x"], "p": [0.1, 0.2, 0.3, 0.9]})
    made = frontier_gap(data, value="p", unit="plant", by=["industry"], frontier=0.2)
    used = made.units_used.collect("pandas").to_native().set_index("used_unit").loc[plants]

    assert used["industry"].tolist() == data["industry"].tolist()
    assert used["used_value"].tolist() == data["p"].tolist()
    assert used["used_frontier"].tolist() == [True, False, False, True]


def test_draws_bound_the_gap() -> None:
    rows = cross_section(np.random.default_rng(3).normal(size=400))
    made = found(rows, replications=200, frontier=0.1).iloc[0]

    assert made["low"] < made["gap"] < made["high"]
    # Errors of the mean of 40 from a tail of spread .41 and its threshold: about .1 in all.
    assert 0.1 < made["high"] - made["low"] < 0.6
    assert found(rows)[["low", "high"]].isna().all(axis=None)


def test_levels_are_logged_and_doubted_where_they_look_like_logs() -> None:
    p = np.linspace(0, 3, 40)
    level, log = (frontier_gap(cross_section(x), **ROLES, logs=logs) for x, logs in ((np.exp(p), False), (p, True)))

    assert level.to_pandas()["gap"][0] == pytest.approx(log.to_pandas()["gap"][0])
    assert (level.doubt, log.doubt) == (None, None)
    assert (
        frontier_gap(cross_section(p + 9), **ROLES, logs=False).doubt == "p lies within a factor of 2 (logs already?)"
    )


def test_where_all_are_at_the_frontier_there_are_no_laggards() -> None:
    made = found(cross_section([1.0, 1.0])).iloc[0]

    assert (made["n_units"], made["n_frontier"]) == (0, 2)
    assert np.isnan(made["gap"])


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"frontier": 5}, ParameterRangeError, "frontier=5"),
        ({"size": "shares"}, ChoiceError, "Did you mean 'share'"),
        ({"value": "level", "by": "year"}, LogsError, "say logs=False"),
        ({"logs": False, "by": "year"}, OutsideRangeError, "panel.p is -.*say logs=True"),
        ({"groups": "other"}, DuplicateRowError, "plant = 'p0'"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    rows = PLANTS.to_pandas().assign(level=range(40), other=["a"] * 20 + ["b"] * 20)
    with pytest.raises(error, match=said):
        found(rows, **changes)
