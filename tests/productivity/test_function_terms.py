from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.core.table import collect
from industria.kernels.polynomials import exponents, monomials
from industria.productivity._function_terms import term_names
from industria.productivity.markup import markup
from industria.productivity.production_function import production_function
from industria.productivity.stochastic_frontier import stochastic_frontier
from industria.productivity.total_factor_productivity import total_factor_productivity
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "logs": True}
RATIO: dict[str, Any] = ROLES | {"flexible": "l", "expenditure": "wages", "revenue": "sales"}
EXACT = 1e-9  # two ways through the same algebra


def firms(n: int = 30) -> pd.DataFrame:
    rows = simulated_firms(2, 6, firms=n, years=4).to_pandas()
    age = np.random.default_rng(0).normal(size=len(rows))
    return rows.assign(age=age, sales=rows["y"] + 1.0, wages=rows["l"] + 0.1 * age)


def net_of_age(d: float = 0.3, draws: int = 5) -> pd.DataFrame:
    """A function with draws of its coefficients and of its control."""
    b = np.linspace(0, 0.02, draws)
    parts = [("l", 0.6 + b), ("k", 0.4 - b), ("control:age", d + 3 * b)]
    return pd.concat([pd.DataFrame({"draw": range(draws), "term": t, "estimate": e}) for t, e in parts])


def frame(table: Any) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def left(rows: pd.DataFrame, function: Any, **options: Any) -> pd.DataFrame:
    found = total_factor_productivity(rows, function, inputs=["l", "k"], **ROLES | options).to_pandas()
    return found.set_index(["firm", "year"])[["tfp", "low", "high"]]


def terms(function: pd.DataFrame) -> pd.DataFrame:
    return function[~function["term"].str.startswith("control:")]


# Controls


@pytest.mark.parametrize("estimator", ["ols", "fixed_effects", "ackerberg_caves_frazer", "levinsohn_petrin"])
def test_draws_tell_what_controls_add(estimator: Any) -> None:
    proxy = {} if estimator in ("ols", "fixed_effects") else {"proxy": "m"}
    roles = ROLES | {"free": "l", "state": "k", "controls": "age"} | proxy
    result = production_function(firms(80), estimator=estimator, replications=6, **roles)
    draws = frame(result.draws).pivot(index="draw", columns="term", values="estimate")
    beside = frame(result.coefficients).set_index("term").loc["control:age"]

    assert draws.columns.tolist() == ["control:age", "k", "l"]
    assert draws["control:age"][0] == beside["estimate"]
    # A draw has an answer for all of its terms or for none.
    assert (draws.isna().sum(axis=1).isin([0, 3])).all()
    assert draws["control:age"].nunique() > 4
    assert beside["low"] < beside["high"]


@settings(max_examples=10)
@given(st.floats(-2, 2), st.booleans())
def test_a_shift_of_every_year_is_no_productivity(shift: float, smoothed: bool) -> None:
    """What a control adds to output, in every year another amount, is in neither the estimate nor its interval."""
    rows = firms().assign(age=lambda t: np.where(t["year"] % 2 == 0, 1.0, -0.5) * (t["year"] - 2000))
    moved = rows.assign(y=rows["y"] + shift * rows["age"])
    roles = ROLES | {"free": "l", "state": "k", "controls": "age", "estimator": "ols", "replications": 10}
    options: dict[str, Any] = {"controls": "age", "smoothed": smoothed}
    before, after = (left(t, production_function(t, **roles).draws, **options) for t in (rows, moved))

    pd.testing.assert_frame_equal(before, after, atol=EXACT, rtol=0)


@settings(max_examples=10)
@given(st.floats(-1, 1), st.integers(1, 3), st.booleans())
def test_corrected_markups_are_those_of_output_net_of_controls(d: float, degree: int, weighted: bool) -> None:
    rows, function = firms().assign(weight=lambda t: 1.0 + t["firm"] % 3), net_of_age(d, draws=1)
    net = rows.assign(y=rows["y"] - d * rows["age"])
    options = RATIO | {"control_degree": degree, "proxy": "m"} | ({"weights": "weight"} if weighted else {})
    controlled = markup(rows, function, controls="age", **options)
    by_hand = markup(net, terms(function), **options)

    pd.testing.assert_frame_equal(controlled.to_pandas(), by_hand.to_pandas(), rtol=EXACT)
    pd.testing.assert_frame_equal(frame(controlled.cells), frame(by_hand.cells), rtol=EXACT)


def test_draws_of_controls_are_carried_on() -> None:
    """Where the control's coefficient alone is drawn, the interval is as wide as the control is large."""
    rows, b = firms(), np.linspace(0.1, 0.5, 101)
    parts = [("l", np.full(102, 0.6)), ("k", np.full(102, 0.4)), ("control:age", np.append(0.3, b))]
    function = pd.concat([pd.DataFrame({"draw": range(102), "term": t, "estimate": e}) for t, e in parts])
    found = left(rows, function, controls="age")
    age = rows.set_index(["firm", "year"])["age"].reindex(found.index)
    mus = markup(rows, function, controls="age", **RATIO).to_pandas().set_index(["firm", "year"])

    np.testing.assert_allclose(found["high"] - found["low"], 0.4 * 0.95 * age.abs(), rtol=EXACT)
    assert (mus["high"] > mus["low"]).all()


@pytest.mark.parametrize("weighted", [False, True])
def test_smoothed_output_is_that_of_stage_one(weighted: bool) -> None:
    """With the controls, degree and weights of the function, phi is what its second stage was given."""
    rows = firms(80).assign(weight=lambda t: 1.0 + t["firm"] % 3).sort_values(["firm", "year"], ignore_index=True)
    beside: dict[str, Any] = {"control_degree": 3, "proxy": "m"} | ({"weights": "weight"} if weighted else {})
    roles = ROLES | {"free": "l", "state": "k", "controls": "age", "estimator": "ackerberg_caves_frazer"}
    result = production_function(rows, **roles, **beside)
    found = left(rows, result.draws, controls="age", smoothed=True, **beside)["tfp"].to_numpy()
    V = rows[["l", "k", "m"]].to_numpy()
    root = np.sqrt(rows["weight"].to_numpy() if weighted else np.ones(len(rows)))
    P = monomials(V - V.mean(axis=0), exponents(3, 3, 0))
    X = np.column_stack([P, rows["age"]])
    c = np.linalg.lstsq(X * root[:, None], rows["y"].to_numpy() * root)[0]
    b = result.to_pandas()["estimate"].to_numpy()

    np.testing.assert_allclose(found, P @ c[:-1] - V[:, :2] @ b[:2], atol=1e-8)  # of twenty powers that go together


def test_a_control_that_was_left_out_took_nothing_out() -> None:
    rows = firms().assign(twice=lambda t: 2 * t["age"])
    roles = ROLES | {"free": "l", "state": "k", "estimator": "ols"}
    both, one = (production_function(rows, controls=c, **roles).draws for c in (["age", "twice"], "age"))

    assert frame(both).set_index("term").loc["control:twice", "estimate"] != 0
    np.testing.assert_allclose(left(rows, both, controls=["twice", "age"]), left(rows, one, controls="age"), atol=EXACT)


@pytest.mark.parametrize(
    ("controls", "says"),
    [
        ((), r"net of age, and output is not, .* name controls = \['age'\]"),
        ("m", "net of age, and output is not"),
        (["age", "m"], "controls names m, and elasticities has no term control:m"),
    ],
)
def test_productivity_does_not_hold_what_controls_took_out(controls: Any, says: str) -> None:
    rows, function = firms(), net_of_age()

    with pytest.raises(errors.RoleError, match=says):
        left(rows, function, controls=controls)
    with pytest.raises(errors.RoleError, match=says):
        markup(rows, function, controls=controls, **RATIO)
    # Without the correction output plays no part.
    assert markup(rows, function, corrected=False, **RATIO).n_obs == len(rows)


def test_rows_without_a_control_are_left_out_and_counted() -> None:
    rows = firms().assign(age=lambda t: t["age"].where(t.index != 3))
    found = total_factor_productivity(rows, net_of_age(), inputs=["l", "k"], controls="age", **ROLES)

    assert frame(found.dropped).to_dict("records") == [{"column": "age", "reason": "missing", "rows": 1}]
    assert found.controls == "age"


# Weights


def test_a_weight_of_two_is_two_copies_of_the_firm() -> None:
    rows = firms().assign(cost_l=0.6, cost_k=0.4)
    twice = rows["firm"] % 3 == 0
    copies = pd.concat([rows, rows[twice].assign(firm=rows["firm"][twice] + 1000)])
    weighted, function = rows.assign(weight=1.0 + twice), net_of_age()
    smooth: dict[str, Any] = {"smoothed": True, "controls": "age", "proxy": "m"}
    index: dict[str, Any] = {"method": "multilateral_index", "shares": {"l": "cost_l", "k": "cost_k"}}
    for given_to, options in ((function, smooth), (None, index)):
        one = left(weighted, given_to, weights="weight", **options)
        other = left(copies, given_to, **options).reindex(one.index)
        np.testing.assert_allclose(one, other, atol=EXACT)
        assert not np.allclose(one["tfp"], left(rows, given_to, **options)["tfp"], atol=1e-4)
    over = [
        frame(markup(t, function, controls="age", weights=w, **RATIO).cells)["mean"]
        for t, w in ((weighted, "weight"), (copies, None))
    ]
    np.testing.assert_allclose(*over, atol=EXACT)


def test_a_common_factor_on_weights_moves_no_percentile() -> None:
    rows, function = firms(), net_of_age()
    roles = RATIO | {"controls": "age"}
    none, equal = (
        frame(markup(rows.assign(weight=7.0), function, weights=w, **roles).cells)[["mean", "p10", "p50", "p90"]]
        for w in (None, "weight")
    )

    np.testing.assert_allclose(equal, none, rtol=EXACT)


# Names, and tables that are no functions


def test_products_have_one_name_in_functions_and_frontiers() -> None:
    rows = firms(60)
    roles: dict[str, Any] = ROLES | {"form": "translog"}
    function = production_function(rows, estimator="ols", free="l", state="k", **roles)
    frontier = stochastic_frontier(rows, inputs=["l", "k"], **roles)
    named = frame(function.coefficients)["term"].tolist()

    assert named == ["l", "k", "l*l", "l*k", "k*k"]
    assert [term for term in frontier.to_pandas()["term"] if set(term) <= set("lk*")] == named
    assert term_names(np.array([[2, 1]]), ["l", "k"]) == ["l*l*k"]


def test_a_square_may_be_written_as_a_power() -> None:
    rows = firms()
    starred = pd.DataFrame({"term": ["l", "k", "l*l"], "estimate": [0.5, 0.4, 0.1]})

    pd.testing.assert_frame_equal(left(rows, starred), left(rows, starred.assign(term=["l", "k", "l^2"])))


def test_mean_elasticities_are_no_function() -> None:
    """Read as constants, those of a translog gave other productivity than the function, without a word."""
    rows = firms()
    result = production_function(rows, estimator="ols", free="l", state="k", form="translog", **ROLES)
    means = result.to_pandas()

    for table in (result.table, means):
        with pytest.raises(errors.RoleError, match=r"these are means over rows.*hand in its draws or coefficients"):
            left(rows, table)
    with pytest.raises(errors.RoleError, match="these are means over rows"):
        markup(rows, means, **RATIO)
    # Whoever leaves the sum out says that they are constants.
    assert left(rows, means.query("term != 'returns_to_scale'"))["tfp"].notna().all()


# Draws


def test_draws_without_an_answer_are_counted_apart() -> None:
    """Of four draws in one industry and in the other, the second has none in one, and the last none in either."""
    rows = firms().assign(industry=lambda t: np.where(t["firm"] % 2 == 1, "metal", "food"))
    cell = pd.DataFrame({"draw": range(5), "term": "l", "estimate": [0.6, 0.5, 0.55, 0.65, np.nan]})
    other = cell.assign(industry="food", estimate=cell["estimate"].where(cell["draw"] != 2))
    draws = pd.concat([cell.assign(industry="metal"), other])
    result = total_factor_productivity(rows, draws, inputs="l", by="industry", **ROLES)
    over = markup(rows, draws, by="industry", **RATIO)

    assert [(one.n_draws, one.n_draws_without) for one in (result, over)] == [(2, 2), (2, 2)]
    assert result.to_pandas()["low"].notna().all()


def test_a_draw_that_is_not_in_the_table_has_no_answer() -> None:
    """It was read as a function of zeros, so that the interval reached to output itself."""
    rows, function = firms(), net_of_age(draws=6)
    gone = function.query("draw != 3")
    found = total_factor_productivity(rows, gone, inputs=["l", "k"], controls="age", **ROLES)
    closed_up = gone.assign(draw=gone["draw"].map({0: 0, 1: 1, 2: 2, 4: 3, 5: 4}))

    assert (found.n_draws, found.n_draws_without) == (4, 1)
    pd.testing.assert_frame_equal(left(rows, gone, controls="age"), left(rows, closed_up, controls="age"))
