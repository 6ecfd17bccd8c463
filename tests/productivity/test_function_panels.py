"""Panels and words that production functions refuse, doubt, or take as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import errors
from industria.productivity.production_function import production_function
from tests.productivity.function_panels import ROLES, elasticities, estimates, frame, small
from tests.strategies import simulated_firms


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"proxy": None}, errors.RoleError, "needs a proxy: an intermediate input"),
        ({"proxy": "l"}, errors.RoleError, r"proxy \(l\) is free, too"),
        ({"state": []}, errors.RoleError, "needs a state"),
        ({"state": ["k", "l"]}, errors.RepeatedColumnError, "a state and free"),
        ({"output_concept": "gross_output"}, errors.RoleError, "made of intermediate inputs, too, and no role holds"),
        ({"flexible": "m", "proxy": "k2"}, errors.RoleError, "has intermediate inputs taken out already"),
        ({"prices": "nominal"}, errors.RoleError, "is nominal: divide it by the price index"),
        ({"estimator": "gandhi_navarro_rivers"}, errors.RoleError, "takes predetermined inputs as state"),
        ({"estimator": "acf"}, errors.ChoiceError, "ackerberg_caves_frazer"),
        ({"estimator": "olley_pake"}, errors.ChoiceError, "Did you mean 'olley_pakes'"),
        ({"form": "ces"}, errors.ChoiceError, "translog"),
        ({"exit": "last_seen"}, errors.RoleError, "exit belongs to olley_pakes"),
        ({"exit": "age", "estimator": "levinsohn_petrin"}, errors.RoleError, "the unit is there afterwards"),
        ({"exit": "last_seen", "estimator": "levinsohn_petrin"}, errors.RoleError, "no unit has its last year"),
        ({"revenue_share": "m", "proxy": "age"}, errors.RoleError, "belongs to gandhi_navarro_rivers alone"),
        ({"estimator": "cost_share", "proxy": None}, errors.RoleError, "needs costs"),
        (
            {"estimator": "ols", "proxy": None, "shifters": "age"},
            errors.RoleError,
            r"shifters \(age\) move a Markov process",
        ),
        ({"costs": {"l": "m"}}, errors.RoleError, "takes no costs"),
        ({"markov_degree": 0}, errors.ParameterRangeError, "markov_degree"),
        ({"window": 8}, errors.ParameterRangeError, "up to 7 periods"),
        ({"window": 1}, errors.ParameterRangeError, "2 or more"),
        ({"replications": -1}, errors.ParameterRangeError, "replications"),
        ({"confidence": 2}, errors.ParameterRangeError, "confidence"),
        ({"unit": "year"}, errors.RepeatedColumnError, "year"),
        ({"proxy": "materials"}, errors.MissingColumnError, "materials"),
        ({"logs": False}, errors.OutsideRangeError, "must be above 0"),
    ],
)
def test_parts_that_do_not_go_together_are_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        production_function(small(), **ROLES | changed)


def levels(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: np.exp(rows[name]) for name in ("y", "l", "k", "m")})


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda t: pd.concat([t, t.iloc[:1]]), errors.DuplicateRowError, "firm = 'f0', year = 2001"),
        (lambda t: t.assign(y=t["y"].where(t.index != 3, 0.0)), errors.OutsideRangeError, "panel.y is 0"),
        (lambda t: t.assign(l=t["l"].where(t.index != 3, np.inf)), errors.InfiniteValueError, "panel.l is infinite"),
        (lambda t: t.assign(year=t["year"] + 0.5), errors.ColumnTypeError, "whole numbers or dates"),
        (lambda t: t.assign(k=None), errors.AllMissingError, "panel.k"),
        (lambda t: t[t["year"] == 2001], errors.NoRowsLeftError, "no firm is there in two year in a row"),
        (lambda t: t.iloc[:0], errors.EmptyTableError, "panel has no rows"),
        (lambda t: t.assign(k="high"), errors.ColumnTypeError, "panel.k holds"),
    ],
)
def test_a_panel_that_cannot_be_used_is_told(spoil: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        production_function(spoil(levels(small().to_pandas())), **ROLES | {"logs": False})


def test_weights_that_are_all_zero_are_told() -> None:
    with pytest.raises(errors.ZeroWeightError, match="weight"):
        production_function(small().to_pandas().assign(weight=0.0), weights="weight", **ROLES)


def test_levels_that_are_said_to_be_logs_are_told_by_their_spread() -> None:
    rows = levels(small().to_pandas())

    with pytest.raises(errors.RoleError, match=r"panel\.y is .* where firm = .*these are levels and no natural logs"):
        production_function(rows.assign(y=1e3 * rows["y"]), **ROLES)


def test_a_jump_of_a_thousand_is_doubted_by_row_and_left_in() -> None:
    rows = small().to_pandas()
    odd = (rows["firm"] == "f7") & (rows["year"] >= 2005)
    result = production_function(rows.assign(k=rows["k"] + np.log(1000) * odd), **ROLES)
    (doubt,) = frame(result.doubts).to_dict("records")

    assert (doubt["column"], doubt["rows"], doubt["first"]) == ("k", 1, "firm = 'f7', year = 2005")
    assert result.n_obs == len(rows)
    assert "doubtful: k jumps by about 1,000" in result.summary()
    assert production_function(rows, **ROLES).doubts.collect().to_arrow().num_rows == 0


def test_levels_that_look_like_logs_are_doubted() -> None:
    rows = small().to_pandas()
    logs = rows.assign(**{name: 10 + rows[name] / 4 for name in ("y", "l", "k", "m")})
    doubted = frame(production_function(logs, **ROLES | {"logs": False}).doubts)

    assert "logs already?" in doubted["doubt"].iloc[0]


def test_gaps_are_no_lags_and_rows_without_a_value_are_counted() -> None:
    rows = small().to_pandas()
    whole = production_function(rows, **ROLES)
    gone = rows[~((rows["firm"] == "f3") & (rows["year"] == 2004))]
    with_gap = production_function(gone, **ROLES)
    with_null = production_function(rows.assign(m=rows["m"].where(rows.index != 5)), **ROLES)

    # The row itself, and that of the year after, have no year before; a gap is not bridged.
    assert whole.n_lagged - with_gap.n_lagged == 2
    assert with_gap.n_gaps == 1
    assert frame(with_null.dropped).to_dict("records") == [{"column": "m", "reason": "missing", "rows": 1}]
    assert with_null.n_obs == whole.n_obs - 1


def test_plants_without_investment_leave_olley_and_pakes_and_are_counted() -> None:
    rows = levels(small().to_pandas())
    rows.loc[rows["firm"] == "f9", "m"] = 0.0
    result = production_function(rows, **ROLES | {"estimator": "olley_pakes", "logs": False})

    assert frame(result.dropped).to_dict("records") == [{"column": "m", "reason": "investment of zero", "rows": 7}]
    assert result.n_units == 59


def test_a_thin_cell_tells_so_in_place_of_an_estimate() -> None:
    rows = small().to_pandas()
    rows["industry"] = rows["industry"].where(rows["firm"] != "f1", "paper")
    result = production_function(rows, by="industry", **ROLES)
    cells = frame(result.cells).set_index("industry")

    assert cells.loc["paper", "why"] == "one unit alone has no spread over units"
    assert result.to_pandas().query("industry == 'paper'")["estimate"].isna().all()
    assert result.to_pandas().query("industry == 'food'")["estimate"].notna().all()
    assert result.identified is False


def test_inputs_that_depend_on_each_other_have_no_estimate() -> None:
    rows = small().to_pandas()
    result = production_function(rows.assign(k=rows["l"]), estimator="ols", **{**ROLES, "proxy": None})

    assert result.to_pandas()["estimate"].isna().all()
    assert "depend on each other" in result.why


def test_controls_take_their_part_out_and_leave_the_roots() -> None:
    """In prodest a control in the first stage breaks the second; here productivity is net of it."""
    rows = simulated_firms(2, 6, firms=300, years=6).to_pandas()
    age = np.random.default_rng(0).normal(size=len(rows)) + rows["l"]
    without, nothing, something = (
        production_function(rows.assign(y=rows["y"] + b * age, age=age), controls=c, **ROLES)
        for b, c in ((0.0, ()), (0.0, "age"), (0.3, "age"))
    )
    beside = [frame(r.coefficients).set_index("term")["estimate"]["control:age"] for r in (nothing, something)]

    assert estimates(something) == pytest.approx(estimates(nothing), abs=1e-9)
    assert estimates(something) == pytest.approx(estimates(without), abs=0.02)
    assert beside[1] - beside[0] == pytest.approx(0.3, abs=1e-10)


def test_what_shifts_productivity_is_found_and_not_taken_for_luck() -> None:
    """De Loecker (2013): exporting last year adds .1 to log productivity, which adds .7 of it in each year after."""
    rows = simulated_firms(1, 9, firms=600).to_pandas()
    exports = (np.random.default_rng(2).uniform(size=len(rows)) < 0.3).astype(float)
    rows = rows.assign(exports=exports)
    gain = np.zeros(len(rows))
    for _, own in rows.groupby("firm"):
        for row, before in zip(own.index[1:], own.index[:-1], strict=True):
            gain[row] = 0.7 * gain[before] + 0.1 * exports[before]
    shifted = rows.assign(y=rows["y"] + gain, m=rows["m"] + gain)
    result = production_function(shifted, shifters="exports", replications=50, **ROLES)
    found = frame(result.coefficients).set_index("term").loc["shifter:exports"]

    assert found["estimate"] == pytest.approx(0.1, abs=0.02)
    assert found["low"] < 0.1 < found["high"]
    assert found["low"] > 0
    assert estimates(result) == pytest.approx([0.6, 0.4], abs=0.03)


def test_dates_of_a_year_are_years() -> None:
    rows = simulated_firms(2, 6, firms=100, years=6).to_pandas()
    dated = rows.assign(year=pd.to_datetime(rows["year"].astype(str) + "-06-30"))

    assert elasticities(dated) == pytest.approx(elasticities(rows), abs=1e-12)


def test_further_moments_agree_where_the_model_holds_and_are_tested() -> None:
    """Hansen's J is chi-squared with as many degrees as there are further moments: two here."""
    found = [production_function(simulated_firms(1, seed), overidentified=True, **ROLES) for seed in range(12)]
    values = np.array([result.j_p_value for result in found])

    assert np.mean([estimates(result) for result in found], axis=0) == pytest.approx([0.6, 0.4], abs=0.03)
    assert "further moments: J" in found[0].why
    assert "on 2, p" in found[0].why
    # Of twelve, p below .01 more than twice would be one time in a thousand.
    assert (values < 0.01).sum() <= 2


def test_further_moments_are_weighted_by_draws_too() -> None:
    result = production_function(simulated_firms(1, 3, firms=200), overidentified=True, replications=20, **ROLES)
    rows = result.to_pandas().set_index("term")

    assert result.draws_without_root == 0
    assert rows["low"]["l"] < rows["estimate"]["l"] < rows["high"]["l"]


def test_windows_are_what_their_years_would_be_alone() -> None:
    rows = small().to_pandas()
    found = production_function(rows, by="industry", window=6, **ROLES)
    cells = found.to_pandas().set_index(["industry", "window_from", "window_to"])

    assert sorted({*cells.index}) == [(i, y, y + 5) for i in ("food", "metal") for y in (2001, 2002)]
    for (industry, begin, end), own in cells.groupby(level=[0, 1, 2]):
        part = rows[(rows["industry"] == industry) & rows["year"].between(begin, end)]
        assert own["estimate"].tolist()[:-1] == pytest.approx(elasticities(part), abs=1e-9)
    assert found.n_obs == len(rows)
