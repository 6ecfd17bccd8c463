from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.work.oaxaca_blinder import oaxaca_blinder
from industria.work.wage_gap_bounds import wage_gap_bounds
from tests.work.wages import CALL, PEOPLE, WAGES, chicago, people, seeds

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"workers": WAGES},
    {**CALL, "weight": "weight", "benchmarks": ["region"], "strengths": [0.5, 1.0]},
)
few = settings(max_examples=25)


def frame(table: Any) -> pd.DataFrame:
    rows: pd.DataFrame = table.collect("pandas").to_native()
    return rows


def row(rows: Any, **call: Any) -> dict[str, float]:
    made: dict[str, float] = wage_gap_bounds(rows, **call).to_pandas().iloc[0].to_dict()
    return made


def test_the_unexplained_part_in_chicago_is_that_of_the_pooled_weighting() -> None:
    """3.0155743 less .9525717 (reference/work.md §4.1): the slope of the group's dummy."""
    found = row(
        chicago(),
        outcome="wage",
        group="foreign.born",
        reference=1,
        formula="age + female + LTHS + some.college + college + advanced.degree",
    )

    assert found["gap"] == pytest.approx(3.0155743, abs=5e-8)
    assert found["explained"] == pytest.approx(0.9525717, abs=5e-8)


@few
@given(seeds)
def test_parts_add_up_and_are_those_of_oaxaca_blinder(seed: int) -> None:
    rows = people(seed)
    found = row(rows, **PEOPLE, weight="weight")
    parts = oaxaca_blinder(rows, **PEOPLE, weight="weight", weighting="pooled").to_pandas()
    pooled = parts[parts["term"] == "total"].set_index("part")["estimate"]

    for name in ("gap", "explained", "unexplained"):
        assert found[name] == pytest.approx(pooled[name], abs=1e-10)


@pytest.mark.parametrize(("vcov", "peer"), [("iid", "nonrobust"), ("HC1", "HC1"), ("clustered", "cluster")])
def test_errors_are_those_of_statsmodels(vcov: str, peer: str) -> None:
    sm = pytest.importorskip("statsmodels.api")
    rows = people(3)
    dummies = pd.get_dummies(rows["region"], drop_first=True, dtype=float)
    X = np.column_stack([np.ones(len(rows)), rows["sex"] == "women", rows["school_years"], dummies]).astype(float)
    kind: dict[str, Any] = {"cov_type": peer}
    if peer == "cluster":
        kind |= {"cov_kwds": {"groups": rows["town"].to_numpy()}}
    theirs = sm.WLS(rows["log_wage"].to_numpy(), X, weights=rows["weight"].to_numpy()).fit(**kind)
    options: dict[str, Any] = {"cluster": "town"} if vcov == "clustered" else {"vcov": vcov}

    found = row(rows, **{**PEOPLE, "formula": "school_years + region"}, weight="weight", **options)

    assert found["unexplained"] == pytest.approx(theirs.params[1], abs=1e-10)
    assert found["standard_error"] == pytest.approx(theirs.bse[1], rel=1e-8)
    assert found["r2"] == pytest.approx(theirs.rsquared, abs=1e-10)


def test_a_factor_of_the_strength_told_does_what_is_told() -> None:
    """Put a column into the regression that has the partial R² of the bounds: the estimate moves by that much."""
    rows = people(3, weighted=False)
    found = wage_gap_bounds(rows, **PEOPLE, vcov="iid", benchmarks=["school_years"], strengths=[1.0])
    bound = frame(found.bounds).iloc[0]

    dummies = pd.get_dummies(rows["region"], drop_first=True, dtype=float)
    years = rows["years"].to_numpy(float)
    X = np.column_stack([np.ones(len(rows)), rows["school_years"], dummies, years, years**2]).astype(float)
    D, y = (rows["sex"] == "women").to_numpy(float), rows["log_wage"].to_numpy()

    def net(v: Any, M: Any) -> Any:
        return v - M @ np.linalg.lstsq(M, v, rcond=None)[0]

    # Along what is left of D by r2_group, and of y by r2_outcome, and else along noise.
    d, u = net(D, X), net(y, np.column_stack([X, D]))
    noise = net(np.random.default_rng(0).normal(size=len(y)), np.column_stack([X, D, y]))
    of_d, of_y = bound["r2_group"], bound["r2_outcome"]
    rest = of_y**0.5 * u / np.linalg.norm(u) + (1 - of_y) ** 0.5 * noise / np.linalg.norm(noise)
    factor = of_d**0.5 * d / np.linalg.norm(d) + (1 - of_d) ** 0.5 * rest
    moved = np.linalg.lstsq(np.column_stack([D, X, factor]), y, rcond=None)[0][0]

    assert min(abs(moved - bound["lower"]), abs(moved - bound["upper"])) < 1e-10


@few
@given(seeds, st.floats(0.2, 1.0))
def test_a_factor_at_the_robustness_value_takes_the_share_away(seed: int, share: float) -> None:
    found = wage_gap_bounds(people(seed), **PEOPLE, weight="weight", vcov="iid", share=share)
    table = found.to_pandas().iloc[0]
    rv = table["robustness_value"]

    moved = table["standard_error"] * (found.df * rv * rv / (1 - rv)) ** 0.5
    assert moved == pytest.approx(share * abs(table["unexplained"]), abs=1e-10)
    assert table["robustness_value_significant"] <= rv


def test_selection_on_what_was_left_out_is_found_again() -> None:
    """The regression without a column that the group's tie to is proportional (δ times) to that with the rest."""
    rng = np.random.default_rng(2)
    n, delta = 400, 1.7
    D = np.repeat([0.0, 1.0], n // 2)
    x = rng.normal(size=n) + 0.6 * D
    x -= x.mean()
    seen = np.column_stack([np.ones(n), x, D])
    z = rng.normal(size=n)
    z -= seen @ np.linalg.lstsq(seen, z, rcond=None)[0]
    # What is left out is apart from x; its tie to D, per variance of its own, is delta times that of x.
    of_group = D - D.mean() - x * (x @ D) / (x @ x)
    tie = delta * (x @ D) / (x @ x)
    a = 0.5 / tie
    z *= ((a * (of_group @ D) / tie - a * a * (of_group @ of_group)) / (z @ z)) ** 0.5
    left = z + a * of_group
    assert D @ left / (left @ left) == pytest.approx(tie, rel=1e-9)
    y = x + left  # the group itself does nothing
    rows = pd.DataFrame({"group": np.where(D == 1, "b", "a"), "y": y, "x": x})

    found = row(rows, outcome="y", group="group", reference="a", formula="x", r2_max=1.0)

    assert found["selection_ratio"] == pytest.approx(delta, rel=1e-9)


@few
@given(seeds)
def test_stronger_factors_reach_farther(seed: int) -> None:
    found = frame(wage_gap_bounds(people(seed), **PEOPLE, strengths=[0.5, 1.0, 2.0]).bounds)

    for _, of in found.groupby("term"):
        told = of.dropna()
        assert (told["lower"].diff().dropna() <= 1e-12).all()
        assert (told["upper"].diff().dropna() >= -1e-12).all()
        assert (told["low"] <= told["lower"]).all()


@few
@given(seeds)
def test_groups_that_change_places_change_signs_alone(seed: int) -> None:
    one, other = (row(people(seed), **{**PEOPLE, "reference": sex}) for sex in ("men", "women"))

    for name in ("gap", "explained", "unexplained"):
        assert one[name] == pytest.approx(-other[name], abs=1e-10)
    for name in ("robustness_value", "partial_r2", "r2", "standard_error", "selection_ratio"):
        assert one[name] == pytest.approx(other[name], rel=1e-7)


def test_a_perfect_fit_leaves_nothing_to_a_factor_left_out() -> None:
    """Without a residual there is no strength to bound by: null, never infinite."""
    rows = people(1).assign(log_wage=lambda of: of["school_years"] * 1.0)

    bounds = frame(wage_gap_bounds(rows, **PEOPLE).bounds)
    assert np.isfinite(bounds[["lower", "upper"]].dropna().to_numpy()).all()


def test_one_residual_degree_of_freedom_leaves_none_for_the_factor_left_out() -> None:
    rows = pd.DataFrame({"log_wage": [1.0, 2.0, 4.0, 3.0], "sex": list("mmww"), "school_years": [1.0, 3.0, 2.0, 5.0]})

    with pytest.raises(errors.NoDegreesOfFreedomError, match="4 rows cannot carry 4 coefficients"):
        wage_gap_bounds(rows, outcome="log_wage", group="sex", reference="m", formula="school_years")


def test_nothing_that_is_said_is_called_discrimination() -> None:
    found = wage_gap_bounds(WAGES, **CALL)

    assert "never discrimination" in found.design
    assert found.design.startswith("associational")


def _wages(**columns: list[Any]) -> pd.DataFrame:
    return WAGES.to_pandas().assign(**columns)


@pytest.mark.parametrize(
    ("rows", "call", "error", "says"),
    [
        (_wages(), {"benchmarks": ["school"]}, "ChoiceError", "Did you mean 'school_years'"),
        (_wages(), {"strengths": [0]}, "ParameterRangeError", "above 0"),
        (_wages(), {"strengths": [1.0, np.nan]}, "ParameterRangeError", "above 0"),
        (_wages(), {"share": 0}, "ParameterRangeError", "above 0"),
        (_wages(), {"r2_max": 0.1}, "ParameterRangeError", "at least 0"),
        (_wages(), {"r2_max": 2}, "ParameterRangeError", "up to 1"),
        (_wages(log_wage=[2.0] * 24), {}, "OutsideRangeError", "varies wherever there is a gap"),
        (_wages(sex=["men"] * 24), {}, "GroupCountError", "1 value"),
        (_wages(sex=["men"] * 23 + ["women"]), {}, "SmallGroupError", "1 row"),
    ],
)
def test_what_has_no_bounds_is_told(rows: pd.DataFrame, call: dict[str, Any], error: str, says: str) -> None:
    with pytest.raises(getattr(errors, error), match=says):
        wage_gap_bounds(rows, **{**CALL, **call})
