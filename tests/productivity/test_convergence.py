"""Whether units that lie behind catch up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from linearmodels.datasets import munnell
from linearmodels.iv import IV2SLS

from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    FewClustersError,
    LogsError,
    NoRowsLeftError,
    ParameterRangeError,
    RepeatedColumnError,
)
from industria.productivity import convergence

rng = np.random.default_rng(1)
PLANTS = pa.table(
    {
        "plant": np.repeat([f"p{i}" for i in range(8)], 5),
        "year": np.tile(range(2001, 2006), 8),
        "p": rng.normal(size=40).cumsum() / 5,
        "training": rng.random(40),
        "stands_for": np.repeat(rng.integers(1, 4, 8).astype(float), 5),
        "region": np.repeat(list("nnnnssss"), 5),
    }
)
ROLES = {"value": "p", "unit": "plant", "time": "year"}
EXAMPLE = (
    {"panel": PLANTS},
    {
        **ROLES,
        "by": ["region"],
        "controls": ["training"],
        "interactions": ["training"],
        "effects": ["region"],
        "weights": "stands_for",
        "frontier": 0.25,
    },
)
STATES = {"value": "p", "unit": "ST_ABB", "time": "YR"}


def states() -> pd.DataFrame:
    rows = munnell.load()
    return rows.assign(p=np.log(rows["GSP"] / rows["EMP"])).sort_values(["ST_ABB", "YR"])


def by_term(data: Any, **parameters: Any) -> pd.DataFrame:
    return convergence(data, **parameters).to_pandas().set_index("term")


def frontier_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The same regressors by pandas: frontier of 5 %, gap and growth by calendar lags."""
    top = rows.groupby("YR")["p"].transform(lambda p: p[p >= p.quantile(0.95)].mean())
    rows = rows.assign(top=top, gap=top - rows["p"])
    lag = rows.groupby("ST_ABB")[["p", "top", "gap", "UNEMP"]].shift()
    second = rows.groupby("ST_ABB")["gap"].shift(2)
    rows = rows.assign(
        growth=rows["p"] - lag["p"], frontier_growth=top - lag["top"], gap=lag["gap"], second=second, was=lag["UNEMP"]
    )
    return rows.assign(interaction=rows["gap"] * rows["was"], state=rows["ST_ABB"].astype("category").cat.codes)


def test_states_1970_to_1986_unconditionally() -> None:
    """Munnell (1990): least squares of growth over sixteen years on the level of 1970; statsmodels prints the same."""
    whole = convergence(states(), **STATES).unconditional.collect("pandas").to_native().iloc[0]
    without = convergence(states().query("ST_ABB not in ('LA', 'WY')"), **STATES).unconditional
    inner = without.collect("pandas").to_native().iloc[0]

    # Given to seven digits, the half-life to three.
    assert whole[["estimate", "standard_error", "speed"]].tolist() == pytest.approx(
        [-0.5002336, 0.0331929, 0.0433509], abs=6e-8
    )
    assert whole["half_life"] == pytest.approx(15.989, abs=5e-4)
    assert whole[["sd_from", "sd_to"]].tolist() == pytest.approx([0.1977404, 0.1083876], abs=6e-8)
    assert inner[["estimate", "standard_error"]].tolist() == pytest.approx([-0.4864681, 0.0488125], abs=6e-8)


def test_the_regression_is_that_of_statsmodels() -> None:
    rows = frontier_rows(states()).dropna(subset=["gap"])
    X = sm.add_constant(rows[["frontier_growth", "gap", "interaction", "UNEMP"]])
    theirs = sm.OLS(rows["growth"], X).fit(cov_type="cluster", cov_kwds={"groups": rows["state"]}, use_t=True)
    ours = by_term(states(), controls=["UNEMP"], interactions=["UNEMP"], **STATES)

    terms = ["frontier_growth", "gap", "gap:UNEMP", "UNEMP"]
    # Two ways through one set of normal equations.
    np.testing.assert_allclose(ours.loc[terms, "estimate"], theirs.params.iloc[1:], rtol=1e-8)
    np.testing.assert_allclose(ours.loc[terms, "standard_error"], theirs.bse.iloc[1:], rtol=1e-8)
    np.testing.assert_allclose(ours.loc[terms, "p_value"], theirs.pvalues.iloc[1:], rtol=1e-6)
    np.testing.assert_allclose(ours.loc[terms, ["low", "high"]], theirs.conf_int().iloc[1:], rtol=1e-7)


def test_effects_are_those_of_dummies() -> None:
    rows = frontier_rows(states()).dropna(subset=["gap"])
    dummies = pd.get_dummies(rows[["ST_ABB", "YR"]].astype(str), drop_first=True).astype(float)
    X = sm.add_constant(pd.concat([rows[["gap"]], dummies], axis=1))
    theirs = sm.OLS(rows["growth"], X).fit()
    ours = by_term(states(), effects=["ST_ABB", "YR"], **STATES)

    assert ours.loc["gap", "estimate"] == pytest.approx(theirs.params["gap"], rel=1e-8)
    assert np.isnan(ours.loc["frontier_growth", "estimate"])


def test_effects_may_change_within_a_unit() -> None:
    """A unit that changes its group keeps its lags, and a unit that stands twice is refused whatever its effect."""
    rows = PLANTS.to_pandas()
    rows["group"] = np.where((rows["year"] > 2003) & (rows["plant"] < "p4"), "late", "early")
    found = convergence(rows, **ROLES, effects=["group"])
    gap = convergence(rows.assign(group=rows["group"].where(rows.index != 2)), **ROLES, effects=["group"])

    assert found.n_obs == 32
    # By hand: the same effect as a control of 0 and 1.
    dummy = convergence(rows.assign(late=(rows["group"] == "late") * 1.0), **ROLES, controls=["late"])
    np.testing.assert_allclose(
        found.to_pandas()["estimate"], dummy.to_pandas()["estimate"][:2], atol=1e-12
    )  # Two ways through one least squares.
    assert gap.n_obs == 31
    with pytest.raises(DuplicateRowError, match="plant = 'p0'"):
        convergence(pd.concat([rows, rows.assign(group="other")]), **ROLES, effects=["group"])


def test_each_cell_has_its_own_first_and_last_period() -> None:
    rows = PLANTS.to_pandas()
    short = rows[(rows["region"] == "n") | rows["year"].between(2002, 2004)]
    both = convergence(short, **ROLES, by="region").unconditional.collect("pandas").to_native()
    alone = convergence(short[short["region"] == "s"], **ROLES).unconditional.collect("pandas").to_native()

    assert both[["time_from", "time_to"]].to_numpy().tolist() == [[2001, 2005], [2002, 2004]]
    pd.testing.assert_series_equal(both.iloc[1, 1:], alone.iloc[0], check_names=False, check_dtype=False)


def test_the_instrument_is_that_of_linearmodels() -> None:
    rows = frontier_rows(states()).dropna(subset=["second"])
    theirs = IV2SLS(rows["growth"], sm.add_constant(rows[["frontier_growth"]]), rows["gap"], rows["second"]).fit(
        cov_type="clustered", clusters=rows["state"], debiased=True
    )
    ours = by_term(states(), instrument="second_lag", **STATES)

    assert ours.loc["gap", "estimate"] == pytest.approx(theirs.params["gap"], rel=1e-8)
    assert ours.loc["gap", "standard_error"] == pytest.approx(theirs.std_errors["gap"], rel=1e-6)


def simulated(units: int, noise: float, seed: int = 3) -> pd.DataFrame:
    """Units that close a fifth of their gap to a frontier which grows, observed with noise."""
    draw = np.random.default_rng(seed)
    p = np.empty((8, units))
    p[0] = draw.normal(0, 1, units)
    top = np.sort(p[0])[-units // 20 :].mean()
    for t in range(1, 8):
        p[t] = p[t - 1] + 0.2 * (top - p[t - 1]) + draw.normal(0, 0.05, units)
        top = np.sort(p[t])[-units // 20 :].mean()
    rows = pd.DataFrame({"plant": np.tile(range(units), 8), "year": np.repeat(range(8), units), "p": p.ravel()})
    return rows.assign(p=rows["p"] + draw.normal(0, noise, len(rows)))


def test_noise_biases_the_speed_upward_and_the_instrument_takes_the_bias_out() -> None:
    clean = by_term(simulated(800, 0.0), effects=["year"], **ROLES).loc["gap"]
    noisy = by_term(simulated(800, 0.4), effects=["year"], **ROLES).loc["gap"]
    instrumented = by_term(simulated(800, 0.4), effects=["year"], instrument="second_lag", **ROLES).loc["gap"]

    assert clean["estimate"] == pytest.approx(0.2, abs=4 * clean["standard_error"])
    assert noisy["estimate"] > 0.25
    assert instrumented["estimate"] == pytest.approx(0.2, abs=4 * instrumented["standard_error"])
    assert clean["half_life"] == pytest.approx(np.log(2) / -np.log1p(-clean["estimate"]))


def test_draws_of_units_bound_the_gap_as_clustered_errors_do() -> None:
    rows = simulated(200, 0.1)
    formula, drawn = (by_term(rows, effects=["year"], replications=r, **ROLES).loc["gap"] for r in (0, 150))

    assert drawn["low"] < drawn["estimate"] < drawn["high"]
    # 150 draws, and a frontier that is drawn, too.
    assert (drawn["high"] - drawn["low"]) / (formula["high"] - formula["low"]) == pytest.approx(1, abs=0.35)


def test_lags_do_not_bridge_gaps_of_the_calendar() -> None:
    rows = PLANTS.to_pandas()
    found = convergence(rows[(rows["plant"] != "p0") | (rows["year"] != 2003)], **ROLES)

    assert found.n_obs == 7 * 4 + 2
    assert found.n_without_past == 9


def test_a_unit_weighs_as_much_as_its_copies() -> None:
    rows = PLANTS.to_pandas()
    copied = rows.loc[rows.index.repeat(rows["stands_for"].astype(int))].copy()
    copied["plant"] += "-" + copied.groupby(["plant", "year"]).cumcount().astype(str)
    # A frontier of the one best unit in each year, so that the quantile of copies and weights takes the same.
    ours = by_term(rows, weights="stands_for", frontier=0.001, **ROLES)["estimate"]

    np.testing.assert_allclose(ours, by_term(copied, frontier=0.001, **ROLES)["estimate"], rtol=1e-9)


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"instrument": "third_lag"}, ChoiceError, "instrument='third_lag'"),
        ({"frontier": 5}, ParameterRangeError, "frontier=5"),
        ({"controls": ["p"]}, RepeatedColumnError, "column 'p'"),
        ({"value": "level"}, LogsError, "say logs=False"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    rows = PLANTS.to_pandas().assign(level=range(40))
    with pytest.raises(error, match=said):
        convergence(rows, **(ROLES | changes))


def test_units_with_one_period_have_no_growth() -> None:
    rows = PLANTS.to_pandas()
    with pytest.raises(NoRowsLeftError, match="no row has a period before"):
        convergence(rows[rows["year"] == 2001], **ROLES)
    with pytest.raises(FewClustersError, match="p0"):
        convergence(rows[(rows["year"] == 2001) | (rows["plant"] == "p0")], **ROLES)
