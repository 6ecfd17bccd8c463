"""Growth by productivity within units and by inputs that move between them: Petrin and Levinsohn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import (
    ExcludedParameterError,
    MissingColumnError,
    NeededParameterError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
)
from industria.productivity import growth_decomposition

METHOD = "petrin_levinsohn"
# Sums of a few dozen numbers near 1 keep all but the last digits.
EXACT = 1e-12
ROLES: dict[str, Any] = {
    "value": "log_tfp",
    "weight": "sales",
    "unit": "plant",
    "time": "year",
    "methods": ["griliches_regev", METHOD],
    "inputs": {"labor": "labor_share", "materials": "materials_share"},
    "elasticities": {"labor": "labor_elasticity", "materials": 0.5},
    "value_added": "value_added",
}
E = float(np.e)
# Plant b pays labor less than it brings, and takes it over from plant a; c closes and d opens.
PLANTS = pd.DataFrame(
    {
        "plant": ["a", "b", "c", "a", "b", "d"],
        "year": [0, 0, 0, 1, 1, 1],
        "log_tfp": [0.0, 0.5, 0.2, 0.1, 0.5, 0.4],
        "sales": [60.0, 40.0, 20.0, 50.0, 60.0, 10.0],
        "value_added": [30.0, 20.0, 10.0, 25.0, 30.0, 5.0],
        "labor": [E, 1.0, 1.0, 1.0, E, 1.0],
        "materials": [1.0] * 6,
        "labor_share": [0.3, 0.2, 0.3, 0.3, 0.2, 0.3],
        "materials_share": [0.5] * 6,
        "labor_elasticity": [0.3, 0.4, 0.3, 0.3, 0.4, 0.3],
    }
)


def split(data: Any = PLANTS, **changes: Any) -> pd.DataFrame:
    found = growth_decomposition(data, **(ROLES | changes)).to_pandas()
    return found[found["method"] == METHOD].set_index("component")


def test_two_plants_that_stay_by_hand() -> None:
    """Domar weights 60/60 and 50/60 of a, 40/60 and 60/60 of b, whose labor grows by 1 and brings .2 beyond cost."""
    found = split()

    # Eleven twelfths of a gain of .1, and five sixths of .2.
    assert found["contribution"].to_dict() == pytest.approx(
        {"within": 11 / 120, "reallocation": 1 / 6, "total": 31 / 120, "residual": 0.0}, abs=EXACT
    )
    assert found["share"]["reallocation"] == pytest.approx((1 / 6) / (31 / 120))
    assert found["n_units"].tolist() == [2, 2, 2, 2]


def test_other_methods_keep_their_total() -> None:
    found = growth_decomposition(PLANTS, **ROLES).to_pandas().set_index(["method", "component"])["contribution"]
    alone = growth_decomposition(
        PLANTS,
        **{name: of for name, of in ROLES.items() if name not in ("inputs", "elasticities", "value_added")}
        | {"methods": ["griliches_regev", "olley_pakes"]},
    ).to_pandas()

    alone = alone.set_index(["method", "component"])["contribution"]
    pd.testing.assert_series_equal(found["griliches_regev"], alone["griliches_regev"])


@st.composite
def economies(draw: st.DrawFn) -> pd.DataFrame:
    """Plants of two years with Cobb-Douglas outputs, some of which come or leave."""
    n, rng = draw(st.integers(2, 12)), np.random.default_rng(draw(st.integers(0, 10**6)))
    rows = pd.DataFrame({"plant": np.repeat(range(n), 2), "year": np.tile([0, 1], n)})
    for column in ("sales", "value_added", "labor", "materials"):
        rows[column] = rng.lognormal(size=2 * n)
    for column in ("labor_share", "materials_share", "labor_elasticity"):
        rows[column] = rng.uniform(0.1, 0.6, 2 * n)
    rows["labor_elasticity"] = rows.groupby("plant")["labor_elasticity"].transform("first")
    rows["log_tfp"] = rng.normal(size=2 * n)
    rows["copies"] = np.repeat(rng.integers(1, 4, n), 2)
    return rows[(rows["plant"] < 2) | (rng.uniform(size=2 * n) < 0.7)]


@given(economies())
@settings(deadline=None, max_examples=20)
def test_parts_are_growth_of_output_beyond_that_of_cost(rows: pd.DataFrame) -> None:
    """Where elasticities stay, Σ D̄ (Δ ln Y - Σ s̄ Δ ln X) without knowing productivity."""
    rows["y"] = rows["log_tfp"] + rows["labor_elasticity"] * np.log(rows["labor"]) + 0.5 * np.log(rows["materials"])
    rows["D"] = rows["sales"] / rows.groupby("year")["value_added"].transform("sum")
    old, new = (rows[rows["year"] == year].set_index("plant") for year in (0, 1))
    both = old.index.intersection(new.index)
    old, new = old.loc[both], new.loc[both]
    grown = new["y"] - old["y"]
    for x in ("labor", "materials"):
        grown -= (old[f"{x}_share"] + new[f"{x}_share"]) / 2 * np.log(new[x] / old[x])
    found = split(rows)["contribution"]

    assert found["total"] == pytest.approx(((old["D"] + new["D"]) / 2 * grown).sum(), abs=EXACT * 100)
    assert found["residual"] == pytest.approx(0, abs=EXACT * 100)


@given(economies())
@settings(deadline=None, max_examples=20)
def test_inputs_that_cost_what_they_bring_may_move(rows: pd.DataFrame) -> None:
    """With shares for elasticities nothing is reallocated, and with weights that add up to 1 within is Griliches's."""
    same = {"inputs": {"labor": "labor_share"}, "elasticities": {"labor": "labor_share"}, "value_added": None}
    found = growth_decomposition(rows, **(ROLES | same)).to_pandas().set_index(["method", "component"])["contribution"]

    assert found[METHOD, "reallocation"] == 0
    assert found[METHOD, "within"] == pytest.approx(found["griliches_regev", "within"], abs=EXACT)


@given(economies())
@settings(deadline=None, max_examples=10)
def test_a_weight_of_k_equals_k_copies_and_units_do_not_matter(rows: pd.DataFrame) -> None:
    copied = rows.loc[rows.index.repeat(rows["copies"])].copy()
    copied["plant"] = copied["plant"] * 10 + copied.groupby(["plant", "year"]).cumcount()
    scaled = rows.assign(sales=rows["sales"] * 7, value_added=rows["value_added"] * 7, labor=rows["labor"] * 30)
    weighted = split(rows, weights="copies")["contribution"]

    np.testing.assert_allclose(split(copied)["contribution"], weighted, atol=1e-11)
    np.testing.assert_allclose(
        split(scaled.sample(frac=1, random_state=1))["contribution"], split(rows)["contribution"], atol=1e-11
    )


def test_cells_have_sums_of_their_own() -> None:
    both = pd.concat([PLANTS.assign(region="n"), PLANTS.assign(region="s", value_added=PLANTS["value_added"] * 2)])
    found = split(both, by="region").reset_index().set_index(["region", "component"])["contribution"]

    np.testing.assert_allclose(found["s"], found["n"] / 2, atol=EXACT)


def test_a_missing_input_leaves_the_pair_and_no_value_added_no_answer() -> None:
    gap = PLANTS.assign(labor=PLANTS["labor"].where((PLANTS["plant"] != "a") | (PLANTS["year"] == 0)))
    assert split(gap)["n_missing"].tolist() == [1] * 4
    assert split(gap)["contribution"]["within"] == 0

    assert split(PLANTS.assign(value_added=-1.0))["contribution"].isna().all()


def test_draws_of_units_bound_both_parts_and_their_total() -> None:
    rng = np.random.default_rng(3)
    rows = pd.concat(
        [
            PLANTS[PLANTS["plant"].isin(["a", "b"])].assign(
                plant=lambda t, i=i: t["plant"] + str(i), log_tfp=lambda t: t["log_tfp"] + rng.normal(0, 0.1, len(t))
            )
            for i in range(40)
        ]
    )
    found = split(rows, replications=100)

    for part in ("within", "reallocation", "total"):
        assert found["low"][part] < found["contribution"][part] < found["high"][part]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"inputs": None}, NeededParameterError, "petrin_levinsohn needs inputs"),
        ({"elasticities": None}, NeededParameterError, "elasticities of the same columns"),
        ({"elasticities": {"labor": 0.3}}, ParameterRangeError, "one of each input: labor, materials"),
        ({"inputs": {"labor": -0.3, "materials": 0.5}}, ParameterRangeError, "inputs.labor=-0.3"),
        ({"within": ["region"]}, ExcludedParameterError, "within has no place in the method petrin_levinsohn"),
        ({"methods": ["griliches_regev", "olley_pakes"]}, ExcludedParameterError, "inputs has no place"),
        ({"elasticities": {"labor": "labour", "materials": 0.5}}, MissingColumnError, "no column 'labour'"),
    ],
)
def test_roles_that_do_not_fit_are_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        split(**changes)


@pytest.mark.parametrize(
    ("column", "error", "said"),
    [
        ("labor", OutsideRangeError, "panel.labor is -1 where plant = 'a', year = 0; it must be above 0"),
        ("labor_share", NegativeValueError, "panel.labor_share"),
    ],
)
def test_inputs_without_logs_and_negative_shares_are_refused(column: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        split(PLANTS.assign(**{column: [-1.0, *PLANTS[column][1:]]}))
