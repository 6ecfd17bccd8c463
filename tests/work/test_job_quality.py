from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from industria.errors import (
    ChoiceError,
    EmptyTableError,
    FrameworkError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
    UnknownLabelError,
)
from industria.work import job_quality

SCALES = pa.table(
    {
        "indicator": ["wage", "risk", "uninsured", "pressure", "noise", "autonomy", "support"],
        "dimension": ["earnings", "security", "security", *["environment"] * 4],
        "low": [0.0] * 7,
        "high": [100.0, 1.0, 100.0, 1.0, 1.0, 1.0, 1.0],
        "sense": ["higher", "lower", "lower", "lower", "lower", "higher", "higher"],
    }
)
ANSWERS = {
    "ana": [20.0, 0.10, 50.0, 1.0, 1.0, 1.0, 0.0],
    "ben": [20.0, 0.20, 25.0, 1.0, 0.0, 1.0, 0.0],
    "cem": [60.0, 0.00, 90.0, 0.0, 1.0, 1.0, 1.0],
    "dee": [30.0, 0.05, None, 1.0, None, 0.0, 0.0],
}
ROLE = {"ana": "clerk", "ben": "clerk", "cem": "nurse", "dee": "nurse"}
WEIGHT = {"ana": 1.0, "ben": 3.0, "cem": 2.0, "dee": 2.0}
INDICATORS = pa.table(
    {
        "unit": [unit for unit in ANSWERS for _ in range(7)],
        "indicator": SCALES["indicator"].to_pylist() * 4,
        "value": [value for values in ANSWERS.values() for value in values],
        "role": [ROLE[unit] for unit in ANSWERS for _ in range(7)],
        "people": [WEIGHT[unit] for unit in ANSWERS for _ in range(7)],
    }
)
EXAMPLE = (
    {"indicators": INDICATORS, "scales": SCALES},
    {"framework": "oecd", "by": ["role"], "weight": "people", "total": True},
)
WORDS = {"earnings", "security", "environment", "higher", "lower"}


def told(**parameters: Any) -> pd.DataFrame:
    found = job_quality(INDICATORS, SCALES, **(EXAMPLE[1] | parameters)).to_pandas()
    return found.set_index([*(parameters.get("by", ["role"]) or ["unit"]), "dimension"])


def scales(**columns: Any) -> pd.DataFrame:
    return SCALES.to_pandas().assign(**columns)


def test_earnings_that_spread_are_of_lower_quality() -> None:
    """Cazes, Hijzen & Saint-Martin (2015): the generalized mean of order -3, by hand."""
    level = told()["level"]

    assert level["clerk", "earnings"] == pytest.approx(20.0)
    assert level["nurse", "earnings"] == pytest.approx((0.5 * 60**-3 + 0.5 * 30**-3) ** (-1 / 3))
    assert level["nurse", "earnings"] < 45
    assert told()["score"]["clerk", "earnings"] == pytest.approx(0.2)


def test_deciles_that_are_lognormal_have_the_mean_of_the_formula() -> None:
    """The mean of order r of ln y ~ N(m, s2) is exp(m + r s2/2); here over 20,000 quantiles."""
    m, spread, n = 3.0, 0.5, 20_000
    wages = np.exp(m + spread * norm.ppf((np.arange(n) + 0.5) / n))
    rows = pa.table(
        {"unit": [f"u{i:05}" for i in range(n)], "indicator": ["wage"] * n, "value": wages, "of": ["x"] * n}
    )
    one = pa.table(
        {"indicator": ["wage"], "dimension": ["earnings"], "low": [0.0], "high": [1000.0], "sense": ["higher"]}
    )
    found = job_quality(rows, one, framework="oecd", by=["of"]).to_pandas()

    # Quantiles leave the ends of both tails out, some thousandths of the mean.
    assert found["level"].item() == pytest.approx(np.exp(m - 1.5 * spread**2), rel=2e-3)


def test_insecurity_is_risk_times_the_uninsured_share() -> None:
    security = told().xs("security", level="dimension")

    assert security["level"]["clerk"] == pytest.approx((1 * 0.10 * 0.50 + 3 * 0.20 * 0.25) / 4)
    assert security["level"]["nurse"] == 0, "dee, whose insurance is not told, does not count"
    assert security["n_units"]["nurse"] == 1
    assert security["missing"]["nurse"] == pytest.approx(1 / 4)
    np.testing.assert_allclose(security["score"], 1 - security["level"])


def test_an_insured_share_says_the_same() -> None:
    insured = INDICATORS.to_pandas()
    of = insured["indicator"] == "uninsured"
    insured.loc[of, "value"] = 100 - insured.loc[of, "value"]
    sense = ["higher", "lower", "higher", "lower", "lower", "higher", "higher"]
    found = job_quality(insured, scales(sense=sense), **EXAMPLE[1]).to_pandas()

    assert found["level"].to_numpy() == pytest.approx(told()["level"].to_numpy())


def test_strain_is_more_demands_than_resources() -> None:
    units = told(by=(), weight=None, total=False)["level"].xs("environment", level="dimension")

    assert units[["ana", "ben", "cem"]].to_list() == [1, 0, 0]
    assert np.isnan(units["dee"])
    assert told()["level"]["clerk", "environment"] == pytest.approx(1 / 4)


def test_other_frameworks_average_what_is_told() -> None:
    """dee: pressure 1 of which less is better, autonomy and support 0: nothing of three answers."""
    units = told(framework="custom", by=(), weight=None)

    assert units["score"]["ana", "environment"] == pytest.approx((0 + 0 + 1 + 0) / 4)
    assert units["score"]["dee", "environment"] == 0
    assert units["n_indicators"]["dee", "environment"] == 3
    assert units["missing"]["dee", "environment"] == pytest.approx(1 / 4)
    assert units["level"].to_numpy() == pytest.approx(100 * units["score"].to_numpy())


def test_eurofound_has_seven_dimensions() -> None:
    dimensions = ["earnings", *["prospects"] * 2, *["work_intensity"] * 2, *["skills_and_discretion"] * 2]
    found = job_quality(INDICATORS, scales(dimension=dimensions), framework="eurofound", by="role")
    custom = job_quality(INDICATORS, scales(dimension=dimensions), framework="custom", by="role").to_pandas()

    assert found.absent == "physical_environment, working_time_quality, social_environment"
    assert found.to_pandas()["dimension"].to_list()[:2] == ["work_intensity", "skills_and_discretion"]
    key = ["role", "dimension"]
    assert found.to_pandas().set_index(key)["score"].to_dict() == custom.set_index(key)["score"].to_dict()
    with pytest.raises(UnknownLabelError, match="'environment', which the framework 'eurofound' does not list"):
        job_quality(INDICATORS, SCALES, framework="eurofound")


def test_a_total_has_its_range_and_the_confidence_of_its_rank() -> None:
    found = job_quality(INDICATORS, SCALES, **EXAMPLE[1])
    totals = found.totals.collect("pandas").to_native().set_index("role")
    scores = told()["score"].unstack()

    assert totals["total"].to_dict() == pytest.approx(scores.mean(axis=1).to_dict())
    assert totals["total_low"].to_dict() == scores.min(axis=1).to_dict()
    assert totals["total_high"].to_dict() == scores.max(axis=1).to_dict()
    assert found.n_weightings == 66
    assert (totals["rank_low"] <= totals["rank"]).all()
    assert (totals["rank"] <= totals["rank_high"]).all()


def test_there_is_no_total_unless_asked_for_or_without_all_scores() -> None:
    plain = job_quality(INDICATORS, SCALES, **(EXAMPLE[1] | {"total": False}))
    units = job_quality(INDICATORS, SCALES, framework="oecd", total=True)

    assert plain.totals.collect("pandas").to_native().empty
    assert (plain.n_weightings, plain.n_without_total) == (0, 0)
    assert units.totals.collect("pandas").to_native()["unit"].to_list() == ["ana", "ben", "cem"]
    assert units.n_without_total == 1


VALUES = st.lists(
    st.tuples(st.floats(0.5, 100), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 5)), min_size=1, max_size=8
)


def answered(rows: Any, **more: Any) -> pd.DataFrame:
    names = ["wage", "pressure", "autonomy"]
    return pd.DataFrame(
        [
            {"unit": f"u{i}", "indicator": name, "value": value, "people": weight, "role": "r"}
            for i, (*values, weight) in enumerate(rows)
            for name, value in zip(names, values, strict=True)
        ]
    ).assign(**more)


@settings(max_examples=30)
@given(VALUES)
def test_the_law_of_means(rows: Any) -> None:
    """Scores lie in [0, 1], and the generalized mean between the lowest and the plain mean."""
    found = job_quality(answered(rows), SCALES, framework="oecd", by="role", weight="people").to_pandas()
    wage, weight = (np.array([row[i] for row in rows]) for i in (0, 3))
    level = found.set_index("dimension")["level"]["earnings"]

    assert found["score"].dropna().between(0, 1).all()
    assert wage.min() * (1 - 1e-9) <= level <= np.average(wage, weights=weight) * (1 + 1e-9)


@settings(max_examples=30)
@given(VALUES)
def test_a_weight_counts_as_that_many_units(rows: Any) -> None:
    whole = [(*row[:3], float(round(row[3]) + 1)) for row in rows]
    twice = [(*row[:3], 1.0) for row in whole for _ in range(int(row[3]))]
    for framework in ("oecd", "custom"):
        weighted, counted = (
            job_quality(answered(one), SCALES, framework=framework, by="role", weight="people").to_pandas()  # type: ignore[arg-type]
            for one in (whole, twice)
        )
        assert weighted["score"].to_numpy() == pytest.approx(counted["score"].to_numpy(), nan_ok=True)


@settings(max_examples=30)
@given(VALUES, st.floats(0, 1))
def test_a_better_answer_is_no_worse(rows: Any, to: float) -> None:
    better = [(wage, min(pressure, to), autonomy, weight) for wage, pressure, autonomy, weight in rows]
    for framework in ("oecd", "custom"):
        before, after = (
            job_quality(answered(one), SCALES, framework=framework, by="role", weight="people").to_pandas()  # type: ignore[arg-type]
            for one in (rows, better)
        )
        assert (after["score"].fillna(0) >= before["score"].fillna(0) - 1e-12).all()


@pytest.mark.parametrize(
    ("parameters", "error", "says"),
    [
        ({"framework": "oced"}, ChoiceError, "Did you mean 'oecd'"),
        ({"by": ["score"]}, ReservedNameError, r"indicators\.score"),
        ({"by": ["unit"]}, ParameterRangeError, "read as nothing else, as 'unit' is"),
        ({"by": ["people"]}, ParameterRangeError, "as 'people' is"),
    ],
)
def test_wrong_parameters_are_refused(parameters: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        told(**parameters)


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        ({"sense": ["high", *["lower"] * 6]}, UnknownLabelError, r"scales\.sense has 'high'.*Did you mean 'higher'"),
        ({"dimension": "earning"}, UnknownLabelError, "Did you mean 'earnings'"),
        ({"high": 0.0}, OutsideRangeError, r"scales\.high is 0 where indicator = 'autonomy'; it is above low"),
        ({"dimension": "earnings"}, FrameworkError, "oecd takes for earnings one scale"),
        ({"sense": "lower"}, FrameworkError, r"for earnings.*scales has wage \(lower, 0 to 100\)"),
        ({"high": [100.0, 0.2, *[1.0] * 5]}, FrameworkError, r"for security.*risk \(lower, 0 to 0\.2\)"),
        ({"sense": ["higher"] * 7}, FrameworkError, "for environment demands"),
        ({"high": [50.0, 1.0, 100.0, *[1.0] * 4]}, OutsideRangeError, r"value is 60 where role = 'nurse'.*\[0, 50\]"),
    ],
)
def test_wrong_scales_are_refused(columns: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        job_quality(INDICATORS, scales(**columns), **EXAMPLE[1])


def test_wrong_cells_are_named() -> None:
    rows = INDICATORS.to_pandas()
    with pytest.raises(OutsideRangeError, match=r"value is 0 where role = 'clerk', unit = 'ana'.*above 0, as earnings"):
        job_quality(rows.assign(value=rows["value"].mask(rows.index == 0, 0.0)), SCALES, **EXAMPLE[1])
    with pytest.raises(OutsideRangeError, match=r"people is .* unit = 'ana'.*same in all rows of a unit"):
        job_quality(rows.assign(people=rows["people"].mask(rows.index == 0, 9.0)), SCALES, **EXAMPLE[1])
    with pytest.raises(UnknownLabelError, match="'support', which scales does not list"):
        job_quality(rows, SCALES.slice(0, 6), **EXAMPLE[1])
    with pytest.raises(EmptyTableError, match="scales"):
        job_quality(rows, SCALES.slice(0, 0), **EXAMPLE[1])


def test_a_cell_without_weight_has_no_score() -> None:
    rows = INDICATORS.to_pandas()
    found = job_quality(rows.assign(people=rows["people"].where(rows["role"] == "nurse", 0.0)), SCALES, **EXAMPLE[1])

    assert found.to_pandas().set_index("role")["score"]["clerk"].isna().all()
    assert found.n_without_total == 1
