from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors, sources
from industria.brief.figure import figure
from industria.core.measure import find
from industria.core.table import Table, collect
from industria.productivity.production_function import production_function
from industria.productivity.total_factor_productivity import TotalFactorProductivity, total_factor_productivity
from tests.strategies import plain, simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "inputs": ["l", "k"], "logs": True}
FUNCTIONS = pa.table(
    {
        "industry": ["food"] * 4 + ["metal"] * 4,
        "draw": [0, 0, 1, 1] * 2,
        "term": ["l", "k"] * 4,
        "estimate": [0.6, 0.4, 0.62, 0.39, 0.5, 0.45, 0.48, 0.5],
    }
)

CONTROLS = pa.table(
    {
        "industry": ["food", "food", "metal", "metal"],
        "draw": [0, 1, 0, 1],
        "term": ["control:age"] * 4,
        "estimate": [0.02, 0.03, 0.01, 0.02],
    }
)


def firms(n: int = 30) -> pd.DataFrame:
    rows = simulated_firms(2, 4, firms=n, years=5).to_pandas()
    odd = rows["firm"] % 2 == 1
    return rows.assign(firm="f" + rows["firm"].astype(str), industry=np.where(odd, "metal", "food"))


EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {
        "panel": plain(firms(12).assign(age=lambda t: t["year"] % 3 + t["m"], weight=lambda t: 1 + t["year"] % 2)),
        "elasticities": pa.concat_tables([FUNCTIONS, CONTROLS]),
    },
    ROLES | {"by": ["industry"], "smoothed": True, "proxy": "m", "controls": ["age"], "weights": "weight"},
)
WORDS = ("l", "k", "control:age")


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def tfp(result: TotalFactorProductivity) -> pd.Series[float]:
    rows = result.to_pandas().set_index(["firm", "year"])
    return rows["tfp"]


def test_it_is_output_less_what_the_functions_of_cells_give() -> None:
    rows = firms()
    result = total_factor_productivity(rows, FUNCTIONS, by="industry", **ROLES)
    b = rows["industry"].map({"food": 0.6, "metal": 0.5}), rows["industry"].map({"food": 0.4, "metal": 0.45})
    wanted = rows.assign(w=rows["y"] - b[0] * rows["l"] - b[1] * rows["k"]).set_index(["firm", "year"])["w"]

    pd.testing.assert_series_equal(tfp(result).sort_index(), wanted.sort_index(), check_names=False)
    assert (result.n_obs, result.n_units, result.n_without, result.n_draws) == (150, 30, 0, 1)


def test_draws_are_carried_on_to_intervals() -> None:
    """With the functions y - b l, b from .50 to .70, the ends are those of the middle 95 % of draws."""
    rows = firms()
    b = np.linspace(0.5, 0.7, 101)
    draws = pd.DataFrame({"draw": np.arange(102), "term": "l", "estimate": [0.6, *b]})
    found = total_factor_productivity(rows, draws, **ROLES | {"inputs": "l"}).to_pandas().set_index(["firm", "year"])
    labor = rows.set_index(["firm", "year"])["l"].reindex(found.index)
    width = 0.2 * 0.95 * labor.abs()

    np.testing.assert_allclose(found["high"] - found["low"], width, rtol=1e-9)
    assert ((found["low"] <= found["tfp"]) & (found["tfp"] <= found["high"])).all()


def test_functions_of_any_form_are_read_by_their_terms() -> None:
    """A translog function in raw logs: elasticities move with inputs, and what is left is the same."""
    rows = simulated_firms(2, 1, firms=200)
    result = production_function(
        rows, unit="firm", time="year", output="y", free="l", state="k", form="translog", estimator="ols", logs=True
    )
    found = total_factor_productivity(rows, result.draws, **ROLES)
    left = found.to_pandas()["tfp"]
    elasticities = frame(found.elasticities).groupby("term")["elasticity"]
    means = result.to_pandas().set_index("term")["estimate"]

    assert elasticities.mean()[["l", "k"]].tolist() == pytest.approx(means[["l", "k"]].tolist(), abs=1e-9)
    assert elasticities.std().min() > 1e-4
    # Least squares leave nothing that goes with the inputs.
    for column in ("l", "k"):
        assert abs(np.corrcoef(left, rows.to_pandas().sort_values(["firm", "year"])[column])[0, 1]) < 1e-9


def test_noise_is_what_stage_one_leaves() -> None:
    """Smoothed, it is the productivity of the second stage: phi less the function."""
    rows = simulated_firms(1, 3, firms=200)
    roles = {"unit": "firm", "time": "year", "output": "y", "free": "l", "state": "k", "proxy": "m", "logs": True}
    result = production_function(rows, **roles)
    rough, smooth = (
        total_factor_productivity(rows, result.draws, smoothed=s, proxy="m" if s else None, **ROLES).to_pandas()["tfp"]
        for s in (False, True)
    )

    assert np.std(rough - smooth) == pytest.approx(0.1, abs=0.01)  # the noise of the design, 2,000 rows
    spread = frame(result.roots).query("chosen")["sd_productivity"].iloc[0]
    assert np.std(smooth) == pytest.approx(spread, rel=0.03)  # that of the roots leaves the first year out


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_the_index_has_no_units_and_starts_at_nothing(seed: int, scale: float) -> None:
    """Good, Nadiri & Sickles: measuring an input in other units changes nothing; the first period's mean is 0."""
    rng = np.random.default_rng(seed)
    rows = firms(10).assign(sl=lambda t: rng.uniform(0.4, 0.8, len(t)), sk=lambda t: 1 - t["sl"])
    roles = ROLES | {"method": "multilateral_index", "shares": {"l": "sl", "k": "sk"}}
    one = total_factor_productivity(rows, **roles)
    other = total_factor_productivity(rows.assign(l=rows["l"] + np.log(scale)), **roles)

    np.testing.assert_allclose(tfp(one), tfp(other), atol=1e-12)
    assert one.to_pandas().query("year == 2001")["tfp"].mean() == pytest.approx(0, abs=1)
    assert one.elasticities is not None


def test_the_index_with_equal_shares_is_the_residual_with_those_elasticities() -> None:
    rows = firms(10).assign(sl=0.6, sk=0.4)
    index = total_factor_productivity(rows, method="multilateral_index", shares={"l": "sl", "k": "sk"}, **ROLES)
    function = pd.DataFrame({"term": ["l", "k"], "estimate": [0.6, 0.4]})
    left = tfp(total_factor_productivity(rows, function, **ROLES)) - tfp(index)

    assert left.std() == pytest.approx(0, abs=1e-12)


def test_with_an_index_of_prices_it_is_called_revenue_productivity() -> None:
    states = sources.find("packages.linearmodels_munnell")().read()
    function = pd.DataFrame({"term": ["EMP", "PC"], "estimate": [2 / 3, 1 / 3]})
    roles: dict[str, Any] = {"unit": "ST_ABB", "time": "YR", "output": "GSP", "inputs": ["EMP", "PC"]}
    revenue = total_factor_productivity(states, function, **roles)
    quantity = total_factor_productivity(states, function, prices="quantity", **roles)

    assert revenue.to_pandas()["kind"].unique().tolist() == ["revenue_tfp"]
    assert revenue.summary().startswith("log revenue productivity")
    assert revenue.meanings["tfp"] == "log of revenue productivity"
    assert quantity.to_pandas()["kind"].unique().tolist() == ["quantity_tfp"]
    assert "revenue" not in quantity.summary()


def test_no_output_says_productivity_without_revenue() -> None:
    """Neither words nor the labels that a chart has by itself; the name of the class is no word of a result."""
    states = sources.find("packages.linearmodels_munnell")().read()
    roles: dict[str, Any] = {"unit": "ST_ABB", "time": "YR", "output": "GSP"}
    function = production_function(states, estimator="ols", free="EMP", state="PC", replications=3, **roles)
    result = total_factor_productivity(states, function.draws, inputs=["EMP", "PC"], **roles)
    given = find("productivity.total_factor_productivity").gives
    drawn = [
        figure(result, kind="lines", where={"ST_ABB": "AL"}, x="YR", y="tfp"),
        figure(result, kind="bars", where={"YR": "1986"}, value="tfp", label="ST_ABB"),
        figure(result, kind="strip", where={"YR": "1986"}, estimate="tfp", label="ST_ABB"),
    ]
    said = [result.summary(), *result.meanings.values(), *given.values(), *(one.svg() for one in drawn)]
    said += [" ".join(result.to_pandas()["kind"].unique()), function.summary()]

    assert sum("revenue productivity" in one for one in said) >= 3
    for one in said:
        # Its definition tells the other name, under which quantities go.
        alone = one.replace("revenue productivity", "").replace("with prices='quantity' of productivity", "")
        assert "productiv" not in alone.lower().replace("_productivity", "")


def test_a_cell_without_a_function_has_no_productivity_and_is_counted() -> None:
    only = FUNCTIONS.slice(0, 4)
    result = total_factor_productivity(firms(10), only, by="industry", **ROLES)

    assert result.n_without == 25
    assert result.to_pandas().query("industry == 'metal'")["tfp"].isna().all()


@pytest.mark.parametrize(
    ("tables", "changed", "error", "says"),
    [
        ({}, {}, errors.RoleError, "reads a table of elasticities"),
        ({"elasticities": FUNCTIONS}, {"method": "multilateral_index"}, errors.RoleError, "leave the table out"),
        ({}, {"method": "multilateral_index"}, errors.RoleError, "shares of cost belong"),
        ({}, {"method": "multilateral"}, errors.ChoiceError, "Did you mean 'multilateral_index'"),
        ({"elasticities": FUNCTIONS}, {"prices": "real"}, errors.ChoiceError, "deflated_revenue"),
        ({"elasticities": FUNCTIONS}, {"inputs": []}, errors.ParameterRangeError, "inputs"),
        (
            {"elasticities": FUNCTIONS},
            {"inputs": ["l", "k", "m"], "by": "industry"},
            errors.RoleError,
            "no term for the input m",
        ),
        ({"elasticities": FUNCTIONS}, {"inputs": ["l"], "by": "industry"}, errors.UnknownLabelError, "has 'k'"),
        (
            {"elasticities": pa.concat_tables([FUNCTIONS] * 2)},
            {"by": "industry"},
            errors.DuplicateRowError,
            "term = 'l'",
        ),
        ({"elasticities": FUNCTIONS}, {"by": "sector"}, errors.MissingColumnError, "no column 'sector'"),
        (
            {"elasticities": FUNCTIONS},
            {"proxy": "m", "by": "industry"},
            errors.ExcludedParameterError,
            "smoothed=False",
        ),
        (
            {"elasticities": FUNCTIONS},
            {"control_degree": 2, "by": "industry"},
            errors.ExcludedParameterError,
            "control_degree has no place in smoothed=False",
        ),
        ({"elasticities": FUNCTIONS}, {"weights": "m", "by": "industry"}, errors.ExcludedParameterError, "weights"),
        ({"elasticities": FUNCTIONS}, {"controls": "m", "by": "industry"}, errors.RoleError, "no term control:m"),
        (
            {},
            {"method": "multilateral_index", "shares": {"l": "l", "k": "k"}, "controls": "m"},
            errors.RoleError,
            "controls .m. belong to a function",
        ),
        ({"elasticities": FUNCTIONS}, {"logs": False, "by": "industry"}, errors.OutsideRangeError, "must be above 0"),
    ],
)
def test_parts_that_do_not_go_together_are_told(
    tables: dict[str, Any], changed: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        total_factor_productivity(firms(10), **tables, **ROLES | changed)


@pytest.mark.parametrize(("share", "says"), [(1.2, "is a share from 0 to 1"), (0.7, "must add up to 1")])
def test_shares_that_are_none_are_told_by_row(share: float, says: str) -> None:
    rows = firms(10).assign(sl=0.6, sk=0.4)
    rows.loc[(rows["firm"] == "f1") & (rows["year"] == 2003), "sl"] = share

    with pytest.raises(errors.OutsideRangeError, match=f"firm = 'f1', year = 2003; it {says}"):
        total_factor_productivity(rows, method="multilateral_index", shares={"l": "sl", "k": "sk"}, **ROLES)
