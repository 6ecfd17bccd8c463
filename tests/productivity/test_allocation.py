"""Whether the more productive units are the larger ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import LogsError, NegativeValueError, OutsideRangeError, ParameterRangeError
from industria.productivity import allocation

PLANTS = pa.table(
    {
        "plant": ["a", "b", "c", "d", "a", "b", "c"],
        "year": [2001] * 4 + [2002] * 3,
        "p": [0.3, 1.1, 0.7, 0.7, 0.4, 1.3, 0.9],
        "jobs": [10, 30, 5, 0, 12, 40, 4],
        "stands_for": [1.0, 2.0, 3.0, 1.0, 1.0, 2.0, 3.0],
    }
)
ROLES = {"value": "p", "weight": "jobs", "unit": "plant"}
EXAMPLE = ({"panel": PLANTS}, {**ROLES, "by": ["year"], "weights": "stands_for"})

units = st.lists(
    st.tuples(st.floats(-5, 5, width=32), st.floats(0.125, 50, width=32), st.integers(1, 3)), min_size=2, max_size=15
)


def found(data: Any = PLANTS, **changes: Any) -> pd.DataFrame:
    return allocation(data, **(ROLES | changes)).to_pandas()


def rows(drawn: list[tuple[float, float, int]]) -> pd.DataFrame:
    return pd.DataFrame(drawn, columns=["p", "jobs", "copies"]).reset_index(names="plant")


def test_states_in_1970_and_1986() -> None:
    """Munnell (1990), logs of output per worker, weights of employment; computed from the formula, no peer."""
    states = munnell.load().query("YR in (1970, 1986)")
    states["p"] = np.log(states["GSP"] / states["EMP"])
    made = found(states, unit="ST_ABB", weight="EMP", by="YR")

    # Given to seven digits.
    assert made["covariance"].to_numpy() == pytest.approx([-0.0037214, 0.0198630], abs=6e-8)


@given(units)
@settings(deadline=None, max_examples=40)
def test_the_covariance_is_that_of_shares_and_productivity(drawn: list[tuple[float, float, int]]) -> None:
    data = rows(drawn)
    s = data["jobs"] / data["jobs"].sum()
    wanted = ((s - s.mean()) * (data["p"] - data["p"].mean())).sum()

    assert found(data)["covariance"][0] == pytest.approx(wanted, abs=1e-12)


@given(units)
@settings(deadline=None, max_examples=30)
def test_a_weight_of_k_equals_k_copies(drawn: list[tuple[float, float, int]]) -> None:
    data = rows(drawn)
    copied = data.loc[data.index.repeat(data["copies"])].assign(plant=lambda t: range(len(t)))
    made, wanted = found(data, weights="copies"), found(copied)

    np.testing.assert_allclose(
        made[["weighted_mean", "mean", "covariance"]], wanted[["weighted_mean", "mean", "covariance"]], atol=1e-12
    )


@given(units, st.floats(0.01, 100))
@settings(deadline=None, max_examples=20)
def test_units_of_the_weight_names_and_order_do_not_matter(
    drawn: list[tuple[float, float, int]], factor: float
) -> None:
    data = rows(drawn)
    other = data.iloc[::-1].assign(jobs=data["jobs"] * factor, plant=lambda t: 50 - t["plant"])

    np.testing.assert_allclose(found(other).to_numpy(float), found(data).to_numpy(float), atol=1e-11)


def test_draws_and_formula_agree_on_the_width_of_the_interval() -> None:
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"plant": range(500), "p": rng.normal(size=500), "jobs": rng.lognormal(size=500)})
    formula, drawn = found(data).iloc[0], found(data, replications=400).iloc[0]

    for one in (formula, drawn):
        assert one["low"] < one["covariance"] < one["high"]
    # 400 draws tell a percentile to a tenth of the width or so.
    width = (drawn["high"] - drawn["low"]) / (formula["high"] - formula["low"])
    assert width == pytest.approx(1, abs=0.2)


def test_the_formula_covers_what_it_should() -> None:
    """In 300 samples of 200 units the interval holds the true covariance, that of a large population."""
    rng = np.random.default_rng(6)
    p, s = rng.normal(size=(300, 200)), rng.lognormal(sigma=0.5, size=(300, 200))
    p += np.log(s)
    data = pd.DataFrame({"sample": np.repeat(range(300), 200), "plant": list(range(200)) * 300})
    made = found(data.assign(p=p.ravel(), jobs=s.ravel()), by="sample")
    # E(s ln s) / E(s) less E(ln s) is sigma squared for a lognormal.
    covered = ((made["low"] < 0.25) & (made["high"] > 0.25)).mean()

    # Three standard errors of a share of 300 around .95, and what linearization lacks in 200 units.
    assert 0.89 < covered <= 1


def test_units_behind_a_cell_are_told_with_what_they_bring() -> None:
    made = allocation(PLANTS, **ROLES, by="year")
    used = made.units_used.collect("pandas").to_native()
    again = used.assign(made=used["used_value"] * used["used_size"]).groupby("year").sum(numeric_only=True)

    assert made.support is not None
    assert made.support.collect("pandas").to_native()["support_units"].tolist() == made.to_pandas()["n_units"].tolist()
    assert again["used_size"].tolist() == [45, 56]
    np.testing.assert_allclose(again["made"] / again["used_size"], made.to_pandas()["weighted_mean"])


def test_levels_that_look_like_logs_are_told() -> None:
    logs = PLANTS.to_pandas().assign(p=lambda t: t["p"] + 2)

    assert allocation(logs, **ROLES, by="year", logs=False).doubt == "p lies within a factor of 2 (logs already?)"
    assert allocation(PLANTS, **ROLES, by="year", logs=False).doubt is None
    assert allocation(logs, **ROLES, by="year").doubt is None


def test_a_cell_without_weight_has_no_covariance() -> None:
    data = PLANTS.to_pandas().assign(jobs=lambda t: t["jobs"] * (t["year"] == 2002))
    made = found(data, by="year")

    assert made["covariance"].isna().tolist() == [True, False]
    assert made["n_units"].tolist() == [4, 3]


@pytest.mark.parametrize(
    ("columns", "changes", "error", "said"),
    [
        ({"p": [50.0, *[1.0] * 6]}, {}, LogsError, "say logs=False"),
        (
            {"p": [0.0, *[1.0] * 6]},
            {"logs": False},
            OutsideRangeError,
            "panel.p is 0 where year = 2001, plant = 'a'.*say logs=True",
        ),
        ({"jobs": [-1, *[1] * 6]}, {}, NegativeValueError, "panel.jobs"),
        ({}, {"replications": 2.5}, ParameterRangeError, "replications=2.5"),
    ],
)
def test_what_cannot_be_split_is_refused(
    columns: dict[str, Any], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        found(PLANTS.to_pandas().assign(**columns), by="year", **changes)
