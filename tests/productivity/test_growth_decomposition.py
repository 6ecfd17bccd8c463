"""Growth of an aggregate by what made it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    LogsError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
    ZeroWeightError,
)
from industria.kernels.decompositions import METHODS
from industria.productivity import growth_decomposition

ALL = list(METHODS)
# Two of the three periods of `firms` in the R package dfvad (Zeng 2019); the third is the first again.
FIRMS = pa.table(
    {
        "firm": ["1", "2", "3", "4", "5", "6", "1", "2", "3", "4", "7", "8"],
        "year": [0] * 6 + [1] * 6,
        "p": [1.95, 1.73, 1.64, 1.85, 1.39, 1.57, 1.68, 1.76, 1.04, 1.47, 1.17, 1.23],
        "share": [0.33, 0.25, 0.10, 0.12, 0.09, 0.11, 0.30, 0.21, 0.17, 0.01, 0.25, 0.06],
        "industry": ["x", "x", "y", "y", "y", "x", "x", "x", "y", "y", "x", "y"],
        "region": ["n", "n", "n", "n", "s", "s", "n", "n", "n", "n", "s", "s"],
        "stands_for": [2.0, 1, 1, 3, 1, 1, 2, 1, 1, 3, 1, 1],
    }
)
ROLES = {"value": "p", "weight": "share", "unit": "firm", "time": "year"}
EXAMPLE = (
    {"panel": FIRMS},
    {**ROLES, "within": ["industry"], "by": ["region"], "weights": "stands_for", "methods": ALL},
)
WORDS = ()
# Sums of a few dozen numbers near 1 keep all but the last digits.
EXACT = 1e-12


def split(data: Any = FIRMS, **changes: Any) -> pd.DataFrame:
    return growth_decomposition(data, **(ROLES | {"methods": ALL} | changes)).to_pandas()


def parts(data: Any = FIRMS, **changes: Any) -> pd.Series:
    return split(data, **changes).set_index(["method", "component"])["contribution"]


def test_the_six_firms_of_the_example_by_every_method() -> None:
    """Formulas of the papers, by hand; dfvad 0.3.6 prints the same for the methods that it has."""
    found = parts()
    wanted = {
        "foster_haltiwanger_krizan": [-0.1872, -0.022822, 0.0067, -0.179238, 0.054160],
        "griliches_regev": [-0.18385, -0.037534, -0.128336, 0.021320],
        "melitz_polanec": [-0.305, 0.02112318841, -0.11222318841, 0.0677],
        "baily_hulten_campbell": [-0.1872, -0.2097, 0.3663, -0.2978],
        "baldwin_gu": [-0.18385, -0.04926, -0.09529, 0],
        "diewert_fox": [-0.24779710145, -0.03607971014, -0.11222318841, 0.0677],
        "olley_pakes": [np.mean([1.68, 1.76, 1.04, 1.47, 1.17, 1.23]) - np.mean([1.95, 1.73, 1.64, 1.85, 1.39, 1.57])],
    }
    for method, numbers in wanted.items():
        # Printed to eleven digits.
        assert found[method].iloc[: len(numbers)].to_numpy() == pytest.approx(numbers, abs=1e-11)
        assert found[method, "total"] == pytest.approx(-0.3284, abs=EXACT)


def test_the_way_back() -> None:
    """The third period of the same example, which is the first again; as dfvad 0.3.6 prints it."""
    rows = FIRMS.to_pandas()
    found = parts(pd.concat([rows[rows["year"] == 1], rows[rows["year"] == 0].assign(year=3)]))
    wanted = {
        "foster_haltiwanger_krizan": [0.1805, 0.052246, 0.0067, 0.011520, 0.077434],
        "griliches_regev": [0.18385, 0.037534, -0.021320, 0.128336],
        "melitz_polanec": [0.305, -0.02112319, -0.0677000, 0.1122232],
        "baily_hulten_campbell": [0.1805, 0.2164, 0.2978, -0.3663],
        "baldwin_gu": [0.18385, 0.08307258, 0.06147742, 0.0],
        "diewert_fox": [0.2477971, 0.03607971, -0.0677000, 0.1122232],
    }
    for method, numbers in wanted.items():
        # Printed to seven digits.
        assert found[method].iloc[: len(numbers)].to_numpy() == pytest.approx(numbers, abs=6e-8)


def test_states_1970_to_1986() -> None:
    """Munnell (1990), output per worker with weights of employment; computed from the formulas, no peer."""
    states = munnell.load()
    states["p"] = np.log(states["GSP"] / states["EMP"])
    found = parts(states, weight="EMP", unit="ST_ABB", time="YR", periods=[[1970, 1986]])

    # Given to seven digits.
    fhk = found["foster_haltiwanger_krizan"]
    assert fhk[["within", "between", "cross"]].to_numpy() == pytest.approx([0.0967643, 0.0073557, -0.0068809], abs=6e-8)
    assert found["griliches_regev"][["within", "between"]].to_numpy() == pytest.approx([0.0933239, 0.0039153], abs=6e-8)
    for method in ("melitz_polanec", "olley_pakes"):
        assert found[method][["within", "covariance"]].to_numpy() == pytest.approx([0.0736547, 0.0235844], abs=6e-8)
    assert found["melitz_polanec", "total"] == pytest.approx(0.0972391, abs=6e-8)


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    """Units that come and go over two periods, in industries that they may change."""
    n = draw(st.integers(2, 12))
    number = st.floats(-3, 3, allow_nan=False, width=32)
    rows = []
    for unit in range(n):
        for year in (2000, 2001):
            if draw(st.booleans()) or unit < 2:
                weight = draw(st.floats(0.0625, 10, width=32))
                rows.append((unit, year, draw(number), weight, draw(st.sampled_from("abc")), draw(st.integers(1, 3))))
    return pd.DataFrame(rows, columns=["firm", "year", "p", "share", "industry", "copies"])


@given(panels(), st.sampled_from([[], ["industry"]]))
@settings(deadline=None, max_examples=40)
def test_components_add_up_to_the_total(rows: pd.DataFrame, within: list[str]) -> None:
    found = split(rows, within=within)
    mean = rows.assign(w=rows["p"] * rows["share"]).groupby("year")[["w", "share"]].sum()
    growth = (mean["w"] / mean["share"]).diff().iloc[-1]

    assert found.loc[found["component"] == "residual", "contribution"].abs().max() < EXACT
    assert found.loc[found["component"] == "total", "contribution"].to_numpy() == pytest.approx(growth, abs=EXACT)
    rest = found[~found["component"].isin(["total", "residual"])]
    assert rest.groupby("method")["contribution"].sum().to_numpy() == pytest.approx(growth, abs=EXACT)


@given(panels(), st.floats(-5, 5), st.floats(0.01, 100))
@settings(deadline=None, max_examples=30)
def test_units_of_value_and_weight_and_the_order_of_rows_do_not_matter(
    rows: pd.DataFrame, shift: float, factor: float
) -> None:
    """Logs in another unit differ by a constant, which no change of a mean sees; one method sees it apart."""
    moved = rows.assign(p=rows["p"] + shift, share=rows["share"] * factor).sample(frac=1, random_state=3)
    # Its gains of weight and entrants are valued at their level, so that the parts hang on the unit.
    free = [method for method in ALL if method != "baily_hulten_campbell"]

    # The shift adds up to 5 to numbers, and rounds them accordingly.
    assert parts(moved, methods=free).to_numpy() == pytest.approx(parts(rows, methods=free).to_numpy(), abs=1e-11)


@given(panels())
@settings(deadline=None, max_examples=30)
def test_a_weight_of_k_equals_k_copies(rows: pd.DataFrame) -> None:
    # A unit stands for the same number in both periods.
    rows["copies"] = rows.groupby("firm")["copies"].transform("first")
    copied = rows.loc[rows.index.repeat(rows["copies"])].copy()
    copied["firm"] = copied["firm"] * 10 + copied.groupby(["firm", "year"]).cumcount()

    assert parts(rows, weights="copies").to_numpy() == pytest.approx(parts(copied).to_numpy(), abs=1e-12)


def test_a_nest_tells_apart_what_moves_between_its_groups() -> None:
    """Industries alone as units give the terms between them; industries as cells give those within, by base share."""
    found = split(within=["industry"], methods=["foster_haltiwanger_krizan", "griliches_regev"])
    found = found[found["method"] == "foster_haltiwanger_krizan"].set_index(["level", "component"])["contribution"]
    rows = FIRMS.to_pandas()
    rows["w"] = rows["p"] * rows["share"]
    whole = rows.groupby(["industry", "year"], as_index=False)[["w", "share"]].sum()
    whole["p"] = whole["w"] / whole["share"]
    outer = parts(whole, unit="industry", methods=["foster_haltiwanger_krizan", "griliches_regev"])
    inner = split(by=["industry"]).query("method == 'foster_haltiwanger_krizan'")
    base = whole[whole["year"] == 0].set_index("industry")["share"]
    weighed = inner["contribution"] * inner["industry"].map(base)

    for component in ("between", "cross"):
        assert found["industry", component] == pytest.approx(outer["foster_haltiwanger_krizan", component], abs=EXACT)
    for component in ("within", "between", "cross", "entry", "exit"):
        wanted = weighed[inner["component"] == component].sum()
        assert found["firm", component] == pytest.approx(wanted, abs=EXACT)


def test_units_behind_each_component_are_told() -> None:
    rows = split().query("method == 'foster_haltiwanger_krizan'").set_index("component")["n_units"]

    assert rows[["within", "entry", "exit", "total"]].tolist() == [4, 2, 2, 8]
    found = growth_decomposition(FIRMS, **ROLES, entry="birth in the register")
    assert found.entry == "birth in the register"
    assert "need not be a birth" in growth_decomposition(FIRMS, **ROLES).entry


def test_support_tells_the_largest_terms_of_units() -> None:
    support = growth_decomposition(FIRMS, **ROLES).table.collect("pandas").to_native().set_index("component")

    # 0.33 (1.68 - 1.95) and 0.10 (1.04 - 1.64) are the largest parts within.
    assert support["support_contribution_largest"].iloc[0] == pytest.approx(0.33 * 0.27)
    assert support["support_contribution_second"].iloc[0] == pytest.approx(0.10 * 0.60)


def test_periods_are_consecutive_or_as_asked_for_and_keep_their_labels() -> None:
    rng = np.random.default_rng(5)
    dates = pd.to_datetime(["2001-01-01", "2002-01-01", "2004-01-01"])
    rows = pd.DataFrame({"firm": np.repeat(range(5), 3), "year": [*dates] * 5, "p": rng.normal(size=15), "share": 1.0})
    found = split(rows)
    asked = split(rows, periods=[["2001-01-01", "2004-01-01"]])

    assert sorted({(a.year, b.year) for a, b in zip(found["time_from"], found["time_to"], strict=True)}) == [
        (2001, 2002),
        (2002, 2004),
    ]
    assert len(asked) * 2 == len(found)


def test_draws_of_units_make_intervals_that_hold_the_estimate() -> None:
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"firm": np.tile(range(80), 2), "year": np.repeat([0, 1], 80), "share": 1.0})
    rows["p"] = rng.normal(size=160) + 0.5 * rows["year"]
    found = split(rows, replications=200).set_index(["method", "component"])
    one = found.loc[("foster_haltiwanger_krizan", "within")]
    change = rows["p"].to_numpy()[80:] - rows["p"].to_numpy()[:80]
    error = change.std() / 80**0.5

    assert one["low"] < one["contribution"] < one["high"]
    # Percentiles of 200 draws of a mean: its error by the formula, within a fifth.
    assert (one["high"] - one["low"]) / (2 * 1.96 * error) == pytest.approx(1, abs=0.2)


def test_a_cell_without_one_of_the_periods_has_no_growth() -> None:
    found = split(by=["region"]).set_index(["region", "method", "component"])["contribution"]
    lone = FIRMS.to_pandas().query("region != 's' or year == 0")

    assert found.notna().all()
    left = split(lone, by=["region"]).set_index(["region", "component"])["contribution"]
    assert left["s"].isna().all()
    assert left["n"].notna().all()


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"methods": ["melitz_polanec"]}, ParameterRangeError, "two different methods or more"),
        ({"methods": ["melitz_polanec"] * 2}, ParameterRangeError, "two different methods"),
        ({"methods": ["melitz_polanek", "olley_pakes"]}, ChoiceError, "Did you mean 'melitz_polanec'"),
        ({"periods": [[0, 2]]}, ChoiceError, "periods=2"),
        ({"periods": [[1, 0]]}, ParameterRangeError, "an earlier and a later"),
        ({"periods": [[0]]}, ParameterRangeError, r"\[\[1970, 1986\]\]"),
        ({"periods": []}, ParameterRangeError, "one pair"),
        ({"replications": -1}, ParameterRangeError, "replications=-1"),
        ({"confidence": 95}, ParameterRangeError, "confidence=95"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        split(**changes)


@pytest.mark.parametrize(
    ("column", "values", "changes", "error", "said"),
    [
        ("p", [40.0, *[1.0] * 11], {}, LogsError, "panel.p runs from 1 to 40.*say logs=False"),
        ("p", [-1.0, *[1.0] * 11], {"logs": False}, OutsideRangeError, "panel.p is -1 where firm = '1', year = 0"),
        ("share", [-1.0, *[1.0] * 11], {}, NegativeValueError, "panel.share"),
        ("stands_for", [0.0] * 12, {"weights": "stands_for"}, ZeroWeightError, "panel.stands_for"),
        ("firm", ["1"] * 12, {}, DuplicateRowError, "firm = '1', year = 0"),
    ],
)
def test_what_the_table_cannot_hold_is_refused(
    column: str, values: list[Any], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    rows = FIRMS.to_pandas().assign(**{column: values})
    with pytest.raises(error, match=said):
        split(rows, **changes)


def test_names_of_the_result_are_kept_for_it() -> None:
    with pytest.raises(ReservedNameError):
        split(FIRMS.rename_columns(["method", *FIRMS.column_names[1:]]), unit="method")


def test_one_period_has_no_growth() -> None:
    with pytest.raises(ParameterRangeError, match="has one, 0"):
        split(FIRMS.slice(0, 6))
