"""Estimates of sites as one: others' numbers, laws, and what is refused."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria import figure
from industria.core.table import collect
from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    MissingValueError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
)
from industria.evaluation.fixed_effects import fixed_effects
from industria.evaluation.meta_analysis import MetaAnalysis, meta_analysis
from tests.evaluation.pooled_sites import frame, log_risk_ratios, row

STATES = pa.table(
    {
        "term": ["grant"] * 5 + ["grant_last_year"] * 3 + ["training"] * 2 + ["wage"],
        "site": ["CT", "MA", "ME", "NH", "RI", "CT", "MA", "ME", "CT", "MA", "CT"],
        "estimate": [-0.4, -0.1, 0.3, -0.2, -0.9, -0.09, -0.03, -1.0, 1.0, 3.0, 2.0],
        "standard_error": [0.2, 0.1, 0.3, 0.25, 0.15, 0.66, 0.33, 0.45, 1.0, 1.0, 0.5],
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = ({"estimates": STATES}, {"by": ["term"]})

PRINTED = 5.1e-8  # seven decimals are printed
SETTLED = 1e-7  # and the peer stops climbing the likelihood a little before its top


# Others' numbers


@pytest.mark.parametrize(
    ("method", "test", "printed", "within"),
    [
        ("fixed", "normal", {"estimate": -0.4302852, "standard_error": 0.0404988, "i2": 0.9211735}, PRINTED),
        ("dl", "normal", {"estimate": -0.7141172, "standard_error": 0.1787421, "tau2": 0.3087603}, PRINTED),
        ("pm", "normal", {"tau2": 0.3180685}, PRINTED),
        ("reml", "normal", {"estimate": -0.7145323, "standard_error": 0.1797815, "tau2": 0.3132433}, PRINTED),
        ("reml", "normal", {"low": -1.0668976, "high": -0.3621671, "i2": 0.9222138}, SETTLED),
        ("reml", "hartung_knapp", {"standard_error": 0.1807917, "low": -1.1084437, "high": -0.3206210}, SETTLED),
        ("reml", "hartung_knapp", {"prediction_low": -2.0090577, "prediction_high": 0.5799930, "df": 12}, SETTLED),
        ("reml", "normal", {"q": 152.2330081, "tau2_low": 0.1197184, "tau2_high": 1.1114791, "n_sites": 13}, PRINTED),
    ],
)
def test_trials_of_a_vaccine(method: Any, test: Any, printed: dict[str, float], within: float) -> None:
    """dat.bcg as metafor prints it (Viechtbauer 2010, Journal of Statistical Software 36(3))."""
    found = row(log_risk_ratios(), method=method, test=test)

    assert {name: found[name] for name in printed} == pytest.approx(printed, abs=within)


@pytest.mark.parametrize(("trial", "printed"), [(4, -0.6284094), (7, -0.6552476)])
def test_trials_of_a_vaccine_without_one(trial: int, printed: float) -> None:
    without = frame(meta_analysis(log_risk_ratios()).leave_one_out).set_index("site")

    assert without.loc[trial, "estimate"] == pytest.approx(printed, abs=SETTLED)


@pytest.mark.parametrize("method", ["dl", "pm"])
def test_agrees_with_statsmodels(method: Any) -> None:
    """combine_effects: normal and Hartung-Knapp errors, of one effect and of several."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.stats.meta_analysis import combine_effects
    trials = log_risk_ratios()
    theirs = combine_effects(trials["estimate"].to_numpy(), trials["standard_error"].to_numpy() ** 2, method_re=method)
    normal, spread = row(trials, method=method, test="normal"), row(trials, method=method)
    fixed = row(trials, method="fixed")
    half = (theirs.conf_int(use_t=True)[3][1] - theirs.conf_int(use_t=True)[3][0]) / 2

    # Their iteration for Paule and Mandel stops at steps of 1e-5.
    near = {"rel": 1e-12 if method == "dl" else 1e-5}
    assert normal["estimate"] == pytest.approx(theirs.mean_effect_re, **near)
    assert normal["standard_error"] == pytest.approx(theirs.sd_eff_w_re, **near)
    assert spread["standard_error"] == pytest.approx(theirs.sd_eff_w_re_hksj, **near)
    assert (spread["high"] - spread["low"]) / 2 == pytest.approx(half, **near)
    assert normal["tau2"] == pytest.approx(theirs.tau2, **near)
    assert fixed["standard_error"] == pytest.approx(theirs.sd_eff_w_fe_hksj, rel=1e-12)
    assert fixed["q_p_value"] == pytest.approx(theirs.test_homogeneity().pvalue, rel=1e-9)


def test_grants_at_three_sites_say_less_than_their_plants_together(firms: pd.DataFrame) -> None:
    """Plants by their number modulo 3: the estimates pool to -.369, the plants themselves to -.422.

    Reference values: the same regressions and REML with statsmodels and scipy; four decimals are printed of the
    interval, six of the sites' own estimates.
    """
    roles: dict[str, Any] = {
        "outcome": "log_scrap_rate",
        "treatment": ["grant", "grant_last_year"],
        "unit": "firm",
        "time": "year",
    }
    sites = []
    for site, plants in firms.groupby(firms["firm"] % 3):
        rows = fixed_effects(plants, **roles).to_pandas().assign(site=site)
        sites.append(rows[rows["term"] == "grant_last_year"])
    estimates = pd.concat(sites)
    np.testing.assert_allclose(estimates["estimate"], [-0.091745, -0.033357, -1.001743], atol=1e-6)
    np.testing.assert_allclose(estimates["standard_error"], [0.657158, 0.331380, 0.453495], atol=1e-6)

    pooled = meta_analysis(estimates)
    found = pooled.to_arrow().to_pylist()[0]

    assert found["estimate"] == pytest.approx(-0.3687981, abs=PRINTED * 10)
    assert (found["low"], found["high"]) == pytest.approx((-1.7350, 0.9974), abs=5.1e-5)
    assert found["i2"] == pytest.approx(0.390, abs=5.1e-4)
    assert (pooled.n_few_sites, pooled.caution) == (1, "few sites: fewer than 5")


# Few sites


def test_cells_are_pooled_by_themselves_and_few_sites_are_told() -> None:
    result = meta_analysis(STATES, by="term")
    found = result.to_pandas().set_index("term")

    alone = row(STATES.slice(0, 5))
    assert found.loc["grant"].to_dict() == pytest.approx(alone)
    assert found["n_sites"].to_dict() == {"grant": 5, "grant_last_year": 3, "training": 2, "wage": 1}
    assert (result.n_cells, result.n_one_site, result.n_two_sites, result.n_few_sites) == (4, 1, 1, 3)
    assert result.caution == (
        "one site in 1 of 4 cells: its own estimate, nothing is pooled; "
        "two sites in 1 of 4 cells: taken as having one effect; few sites in 1 of 4 cells: fewer than 5"
    )
    assert frame(result.leave_one_out)["term"].tolist() == ["grant"] * 5 + ["grant_last_year"] * 3 + ["training"] * 2


def test_one_site_keeps_its_own_estimate() -> None:
    result = meta_analysis(STATES.slice(10), test="hartung_knapp")
    found = result.to_arrow().to_pylist()[0]

    assert (found["estimate"], found["standard_error"], found["n_sites"]) == (2.0, 0.5, 1)
    assert (found["low"], found["high"]) == pytest.approx((2 - 0.98, 2 + 0.98), abs=1e-4)
    assert {name for name, value in found.items() if value is None} == {
        *("prediction_low", "prediction_high", "tau2", "tau2_low", "tau2_high", "i2", "h2", "q", "q_p_value", "df")
    }
    assert result.caution == "one site: its own estimate, nothing is pooled"
    left = collect(result.leave_one_out)
    assert (left.num_rows, left.column_names) == (0, ["site", "estimate", "low", "high", "tau2", "i2"])


@pytest.mark.parametrize("method", ["reml", "dl", "pm", "fixed"])
def test_two_sites_are_taken_as_one_effect(method: Any) -> None:
    result = meta_analysis(STATES.slice(8, 2), method=method)
    found = result.to_arrow().to_pylist()[0]

    assert (found["estimate"], found["q"], found["i2"], found["df"], found["tau2"]) == (2.0, 2.0, 0.5, None, None)
    assert found["standard_error"] == pytest.approx(0.5**0.5)
    assert result.caution == "two sites: taken as having one effect"


def test_five_sites_need_no_caution_and_too_good_agreement_is_counted() -> None:
    rows = STATES.slice(0, 5).to_pandas()
    close = rows.assign(estimate=[0.1, 0.1, 0.1, 0.1, 0.11])

    assert meta_analysis(rows).caution is None
    assert meta_analysis(rows).n_narrow == 0
    assert meta_analysis(close).n_narrow == 1
    assert meta_analysis(close, test="hartung_knapp_floor").n_narrow == 0
    # Q is so small that no τ² is too small for it: the interval is 0 alone.
    found = row(close)
    assert (found["tau2_low"], found["tau2_high"]) == (0, 0)


# Names, and what is refused


def test_columns_may_be_called_otherwise_and_stay_so() -> None:
    names = {"site": "country", "estimate": "elasticity", "standard_error": "error"}
    rows = log_risk_ratios()
    found = meta_analysis(rows.rename(columns=names), **names)

    assert found.to_arrow().equals(meta_analysis(rows).to_arrow())
    assert collect(found.weights).column_names == ["country", "weight"]
    assert collect(found.leave_one_out).column_names[0] == "country"


@pytest.mark.parametrize(
    ("columns", "changes", "error", "said"),
    [
        ({"standard_error": 0.0}, {}, OutsideRangeError, "standard_error is 0 where site = 'CT'; it.* above 0"),
        ({"standard_error": -2.0}, {}, OutsideRangeError, "standard_error is -2 where site = 'CT'"),
        ({"standard_error": None}, {}, MissingValueError, "standard_error is missing in 1 of 5.*site = 'CT'"),
        ({"standard_error": np.inf}, {}, InfiniteValueError, "standard_error is infinite in 1.*site = 'CT'"),
        ({"standard_error": 1e-200}, {}, OutsideRangeError, "standard_error is 1e-200 where site = 'CT'"),
        ({"estimate": None}, {}, MissingValueError, "estimate is missing in 1 of 5.*site = 'CT'"),
        ({"estimate": -np.inf}, {}, InfiniteValueError, "estimate is infinite in 1.*site = 'CT'"),
        ({"estimate": 1e200}, {}, OutsideRangeError, r"estimate is 1e\+200 where site = 'CT'"),
        ({"site": "MA"}, {}, DuplicateRowError, r"repeated \(site\) rows, first site = 'MA', 2 times"),
        ({"site": None}, {}, MissingValueError, "estimates.site is missing in 1 of 5"),
        ({}, {"method": "remll"}, ChoiceError, "Did you mean 'reml'"),
        ({}, {"test": "hartung"}, ChoiceError, "Did you mean 'hartung_knapp'"),
        ({}, {"confidence": 95}, ParameterRangeError, "confidence=95"),
        ({}, {"site": "estimate"}, RepeatedColumnError, "column 'estimate'"),
        ({}, {"by": "site"}, RepeatedColumnError, "column 'site'"),
    ],
)
def test_what_cannot_be_pooled_is_refused(
    columns: dict[str, Any], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    rows = STATES.slice(0, 5).to_pylist()
    with pytest.raises(error, match=said):
        meta_analysis(pa.Table.from_pylist([rows[0] | columns, *rows[1:]], STATES.schema), **changes)


def test_text_no_rows_and_names_of_the_result_are_refused() -> None:
    rows = STATES.slice(0, 5).to_pandas()
    with pytest.raises(ColumnTypeError, match=r"estimates.estimate holds .*string"):
        meta_analysis(rows.assign(estimate="-0.4"))
    with pytest.raises(MissingValueError, match="standard_error is missing in 5 of 5"):
        meta_analysis(pa.table(rows).set_column(3, "standard_error", pa.nulls(5)))
    with pytest.raises(EmptyTableError, match="estimates has no rows"):
        meta_analysis(STATES.slice(0, 0))
    with pytest.raises(ReservedNameError, match="tau2"):
        meta_analysis(rows.assign(tau2="a"), by="tau2")
    # A site twice in a cell is refused; in two cells it is not.
    with pytest.raises(DuplicateRowError, match="site = 'CT', 4 times"):
        meta_analysis(STATES)


def test_pooled_estimates_are_drawn_with_their_intervals() -> None:
    result: MetaAnalysis = meta_analysis(STATES, by="term")
    drawn = figure(result, kind="coefficients", label="term", confidence=0.95)

    assert "grant" in drawn.description
    assert figure(result.leave_one_out, kind="coefficients", label="site", group="term").description
