from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import duckdb
import maketables
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria import errors
from industria.core.table import collect
from industria.evaluation.fixed_effects import FixedEffects, fixed_effects

GOLDEN = Path(__file__).parents[1] / "golden" / "fixed_effects"
# The reference prints six decimals.
PRINTED = 1e-6
# Standard deviation of a p-value near .09 from 99,999 draws is .0009, and .003 in the
# reference's own 9,999; it states .005 for the bootstrap and .006 for randomization.
BOOTSTRAP, RANDOMIZATION = 0.005, 0.006

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {
        "panel": pa.table(
            {
                "plant": [plant for plant in "abcdefgh" for _ in range(3)],
                "year": [2001, 2002, 2003] * 8,
                "scrap": np.round(np.random.default_rng(3).lognormal(1, 0.5, 24), 1),
                "grant": [0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1],
            }
        )
    },
    {"outcome": "scrap", "treatment": ["grant"], "unit": "plant", "time": "year"},
)
PAIR = ["grant", "grant_last_year"]
SCRAP: dict[str, Any] = {"outcome": "log_scrap_rate", "treatment": PAIR, "unit": "firm", "time": "year"}


def _table(result: FixedEffects, *columns: str) -> list[float]:
    rows = result.to_pandas()
    return [value for column in columns for value in rows[column].tolist()]


# Wooldridge, Introductory Econometrics, Example 14.1, prints -.252 -.422 (.151 .210) for the first;
# all digits from reference/upgrading-and-evaluation.md E1, pyfixest 0.60 and linearmodels 7.1.
CASES = {
    "scrap, by plant": ({}, [-0.252315, -0.421590, 0.143440, 0.282460], 162, 53),
    "scrap, iid": ({"vcov": "iid"}, [-0.252315, -0.421590, 0.150629, 0.210200], 162, 104),
    "scrap, HC1": ({"vcov": "HC1"}, [-0.252315, -0.421590, 0.137677, 0.252844], 162, 104),
    "scrap, CRV3": ({"vcov": "CRV3"}, [-0.252315, -0.421590, 0.149068, 0.294713], 162, 53),
    "scrap, levels": ({"outcome": "scrap_rate"}, [-0.594858, -0.484719, 0.678452, 1.134971], 162, 53),
    "scrap, Poisson": (
        {"outcome": "scrap_rate", "family": "poisson"},
        [-0.176199, -0.202273, 0.161225, 0.320625],
        162,
        53,
    ),
    "hours": ({"outcome": "training_hours_per_employee"}, [34.224919, 0.506542, 3.774636, 3.160997], 386, 130),
    "hours, iid": (
        {"outcome": "training_hours_per_employee", "vcov": "iid"},
        [34.224919, 0.506542, 2.851651, 4.118676],
        386,
        251,
    ),
    "pay": ({"outcome": "log_average_salary"}, [-0.003784, -0.022989, 0.013264, 0.027868], 403, 135),
    "jobs": ({"outcome": "log_employment"}, [0.033324, 0.019289, 0.037914, 0.082565], 436, None),
    "rework": ({"outcome": "log_rework_rate"}, [-0.129339, -0.454569, 0.106753, 0.275530], 121, None),
}


@pytest.mark.parametrize("case", CASES)
def test_estimates_the_training_grants(firms: pd.DataFrame, case: str) -> None:
    """Slopes, errors, rows and degrees of freedom of the published example and its neighbors."""
    change, expected, rows, df = CASES[case]

    found = fixed_effects(firms, **(SCRAP | change))

    np.testing.assert_allclose(_table(found, "estimate", "standard_error"), expected, atol=PRINTED)
    assert found.n_obs == rows
    assert df in (None, found.df)  # the reference does not tell all of them


def test_reads_the_t_distribution_of_each_error(firms: pd.DataFrame) -> None:
    """The iid .097 and .047 turn into .084 and .141 once rows of a plant may depend on each other."""
    rows = collect(fixed_effects(firms, **SCRAP).inferences).to_pandas().set_index(["method", "term"])["p_value"]

    # The reference prints three decimals.
    for method, expected in {"iid": [0.097, 0.047], "CRV1": [0.084, 0.141], "CRV3": [0.096, 0.158]}.items():
        np.testing.assert_allclose(rows[method], expected, atol=5e-4)


def test_gives_the_years_against_the_first(firms: pd.DataFrame) -> None:
    """-.080 and -.247, the textbook's year dummies, under plant clusters and iid."""
    by_plant, iid = (collect(fixed_effects(firms, vcov=v, **SCRAP).effects).to_pandas() for v in ("CRV1", "iid"))

    assert by_plant[["effect", "level", "against"]].to_numpy().tolist() == [
        ["year", "1988", "1987"],
        ["year", "1989", "1987"],
    ]
    np.testing.assert_allclose(by_plant["estimate"], [-0.080216, -0.247203], atol=PRINTED)
    np.testing.assert_allclose(by_plant["standard_error"], [0.097841, 0.196782], atol=PRINTED)
    np.testing.assert_allclose(iid["standard_error"], [0.109475, 0.133218], atol=PRINTED)


def test_says_which_within_r2(firms: pd.DataFrame) -> None:
    """.041 net of both effects; the textbook's .201 counts the year dummies as regressors."""
    found = fixed_effects(firms, **SCRAP)

    assert found.r2_within == pytest.approx(0.041111, abs=PRINTED)
    assert found.r2_within_time_as_regressors == pytest.approx(0.201047, abs=PRINTED)


def test_rows_behind_slopes_are_listed_when_somebody_asks(firms: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release reads them; whoever wants an estimate does not wait for the list."""
    asked: list[str] = []
    module = sys.modules["industria.evaluation.fixed_effects"]
    listed = module.slopes_used_of
    monkeypatch.setattr(module, "slopes_used_of", lambda model: asked.append("once") or listed(model))
    made = fixed_effects(firms, **SCRAP)
    made.to_pandas()

    assert not asked
    assert list(made.tables()) == ["inferences", "effects", "units_used", "dropped", "slopes_used"]
    assert collect(made.tables()["slopes_used"]).num_rows == made.n_obs
    assert asked == ["once"]


def test_draws_the_same_doubt(firms: pd.DataFrame) -> None:
    """Bootstrap .085 and .145, randomization .087 and .149 on t, .093 and .124 on the coefficient."""
    found = fixed_effects(firms, bootstrap=99_999, permutations=99_999, **SCRAP)

    rows = collect(found.inferences).to_pandas().set_index(["method", "term"])
    p = rows["p_value"]
    np.testing.assert_allclose(p["wild cluster bootstrap"], [0.085, 0.145], atol=BOOTSTRAP)
    np.testing.assert_allclose(p["randomization (t)"], [0.087, 0.149], atol=RANDOMIZATION)
    np.testing.assert_allclose(p["randomization (coefficient)"], [0.093, 0.124], atol=RANDOMIZATION)
    # An interval holds zero where the test does not reject it, and the estimate always.
    assert ((rows["low"] < 0) & (rows["high"] > 0) == (p > 0.05)).all()
    assert ((rows["low"] < rows["estimate"]) & (rows["estimate"] < rows["high"])).all()


@pytest.mark.parametrize("weights", ["rademacher", "webb"])
def test_same_seed_same_draws(firms: pd.DataFrame, weights: Any) -> None:
    """A seed fixes every draw; another seed draws others."""
    one, again, other = (
        collect(
            fixed_effects(
                firms, bootstrap=199, bootstrap_weights=weights, permutations=199, rng=seed, **SCRAP
            ).inferences
        )
        for seed in (1, 1, 2)
    )

    assert one.equals(again)
    assert not one.equals(other)


def test_leaves_each_plant_out_as_linearmodels_does(firms: pd.DataFrame) -> None:
    """54 pairs of slopes; grant between -.324 and -.175, the year after between -.579 and -.301."""
    expected = pd.read_csv(GOLDEN / "leave_one_out.csv")
    found = [_table(fixed_effects(firms[firms["firm"] != firm], **SCRAP), "estimate") for firm in expected["firm"]]

    # Nine decimals are stored.
    np.testing.assert_allclose(found, expected[PAIR], atol=1e-8)
    np.testing.assert_allclose(np.min(found, axis=0), [-0.323994, -0.579406], atol=PRINTED)
    np.testing.assert_allclose(np.max(found, axis=0), [-0.174807, -0.301101], atol=PRINTED)


@pytest.mark.parametrize(("plant", "slope", "p"), [(410565, -0.579, 0.018), (418168, -0.301, 0.252)])
def test_two_comparison_plants_decide_the_second_year(firms: pd.DataFrame, plant: int, slope: float, p: float) -> None:
    """Without either of them the conclusion turns, in opposite directions."""
    row = fixed_effects(firms[firms["firm"] != plant], **SCRAP).to_pandas().set_index("term").loc["grant_last_year"]

    assert row["estimate"] == pytest.approx(slope, abs=5e-4)
    assert row["p_value"] == pytest.approx(p, abs=5e-4)


def test_without_both_plants(firms: pd.DataFrame) -> None:
    """-.2466 and -.4602: the two pull in opposite directions."""
    found = fixed_effects(firms[~firms["firm"].isin([410565, 418168])], **SCRAP)

    np.testing.assert_allclose(_table(found, "estimate"), [-0.2466, -0.4602], atol=5e-5)


@pytest.mark.parametrize(
    ("outcome", "slope", "constant", "error", "r2"),
    [("clscrap", -0.317058, -0.057436, 0.163875, 0.067152), ("change", -0.739444, -0.563714, 0.682628, 0.022067)],
)
def test_first_differences_are_an_intercept_alone(
    firms: pd.DataFrame, outcome: str, slope: float, constant: float, error: float, r2: float
) -> None:
    """`effects=()`: the change 1987-88 on the change of the grant (E2 of the reference)."""
    sorted_firms = firms.sort_values(["firm", "year"])
    changes = sorted_firms.assign(change=sorted_firms.groupby("firm")["scrap_rate"].diff()).query("year == 1988")

    found = fixed_effects(
        changes, outcome=outcome, treatment="cgrant", unit="firm", time="year", effects=(), vcov="iid"
    )

    np.testing.assert_allclose(_table(found, "estimate", "standard_error"), [slope, error], atol=PRINTED)
    assert found.r2_within == pytest.approx(r2, abs=PRINTED)
    assert (found.n_obs, found.df, found.absorbed) == (54, 52, "")
    used = changes.dropna(subset=[outcome])
    assert used[outcome].mean() - slope * used["cgrant"].mean() == pytest.approx(constant, abs=2 * PRINTED)


def test_who_reports_scrap(firms: pd.DataFrame) -> None:
    """43.9 % of funded plants against 27.5 %: .165, HC1 se .077, p .035."""
    plants = firms[firms["year"] == 1988].assign(
        reports=firms["log_scrap_rate"].notna().astype(int),
        funded=firms.groupby("firm")["grant"].transform("max"),
    )

    found = fixed_effects(
        plants, outcome="reports", treatment="funded", unit="firm", time="year", effects=(), vcov="HC1"
    )

    # Three decimals are printed.
    np.testing.assert_allclose(_table(found, "estimate", "standard_error", "p_value"), [0.165, 0.077, 0.035], atol=5e-4)


def test_the_placebo_is_as_large_as_the_effect(firms: pd.DataFrame) -> None:
    """1989 grantees against the never funded, 1987 to 1988, before any grant: -.216716 (.148131)."""
    year = firms["year"]
    granted = firms["grant"].where(firms["grant"] == 1).mul(year).groupby(firms["firm"]).transform("min")
    before = firms[(year < 1989) & (granted != 1988)].assign(later=(granted == 1989) & (year == 1988))

    found = fixed_effects(before, **(SCRAP | {"treatment": "later"}))

    np.testing.assert_allclose(_table(found, "estimate", "standard_error"), [-0.216716, 0.148131], atol=PRINTED)


def test_reports_what_was_left_out(firms: pd.DataFrame) -> None:
    """Each row counts once; a control that the effects contain is told, not lost."""
    found = fixed_effects(firms, controls=["union", "d88"], **(SCRAP | {"outcome": "training_hours_per_employee"}))

    assert collect(found.dropped).to_pylist() == [
        {"column": "training_hours_per_employee", "reason": "missing", "n": 81},
        {"column": "firm", "reason": "singleton", "n": 4},
        {"column": "union", "reason": "control absorbed by the effects", "n": 0},
        {"column": "d88", "reason": "control absorbed by the effects", "n": 0},
    ]
    assert (found.rows, found.rows_missing, found.rows_singleton, found.n_obs) == (471, 81, 4, 386)
    assert found.rows == found.rows_missing + found.rows_singleton + found.n_obs


def test_a_plant_without_scrap_says_nothing_in_a_poisson_regression(firms: pd.DataFrame) -> None:
    """Its effect would be minus infinity; the other slopes stay."""
    silent = firms[firms["firm"] == 410523].assign(firm=1, scrap_rate=0.0)

    model: dict[str, Any] = SCRAP | {"outcome": "scrap_rate", "family": "poisson"}
    found, without = fixed_effects(pd.concat([firms, silent]), **model), fixed_effects(firms, **model)

    assert {"column": "firm", "reason": "no positive outcome at this level", "n": 3} in collect(
        found.dropped
    ).to_pylist()
    np.testing.assert_allclose(_table(found, "estimate"), _table(without, "estimate"), rtol=1e-9)


def test_rows_of_weight_zero_are_rows_left_out(firms: pd.DataFrame) -> None:
    """Weights of 0 and 1 are a choice of rows, and 2 everywhere is 1 everywhere."""
    weighted = firms.assign(weight=np.where(firms["firm"] < 415000, 0.0, 2.0))

    found = fixed_effects(weighted, weights="weight", bootstrap=199, permutations=199, **SCRAP)
    chosen = fixed_effects(firms[firms["firm"] >= 415000], bootstrap=199, permutations=199, **SCRAP)

    for left, right in ((found.table, chosen.table), (found.inferences, chosen.inferences)):
        pd.testing.assert_frame_equal(collect(left).to_pandas(), collect(right).to_pandas(), rtol=1e-9)


ENGINES: dict[str, Any] = {
    "polars": pl.from_pandas,
    "polars, lazy": lambda rows: pl.from_pandas(rows).lazy(),
    "arrow": lambda rows: pa.Table.from_pandas(rows, preserve_index=False),
    "duckdb": lambda rows: duckdb.from_arrow(pa.Table.from_pandas(rows, preserve_index=False)),
    "indexed pandas": lambda rows: rows.set_index(["firm", "year"]),
    "shuffled pandas": lambda rows: rows.sample(frac=1, random_state=1),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_one_answer_from_every_engine_and_order(firms: pd.DataFrame, engine: str) -> None:
    """Rows are sorted before anything is computed, so that even the last bit stays."""
    here = firms[["firm", "year", "log_scrap_rate", *PAIR]]

    there = fixed_effects(ENGINES[engine](here), bootstrap=99, permutations=99, **SCRAP)

    pandas = fixed_effects(here, bootstrap=99, permutations=99, **SCRAP)
    assert there.to_arrow().equals(pandas.to_arrow())
    assert collect(there.inferences).equals(collect(pandas.inferences))


def test_time_may_be_a_date_and_codes_may_have_gaps(firms: pd.DataFrame) -> None:
    """A label is written as people write it: no midnight, no decimals on a code."""
    gap = firms.assign(year=pd.to_datetime(firms["year"].astype(str)), firm=firms["firm"].astype(float))
    gap.loc[0, "firm"] = np.nan

    found = fixed_effects(gap, **SCRAP)

    assert collect(found.effects)["level"].to_pylist() == ["1988-01-01", "1989-01-01"]
    assert found.n_obs == 162
    with pytest.raises(errors.OneUnitError, match="'410523'"):
        fixed_effects(gap[gap["firm"] == 410523], **SCRAP)


def test_columns_may_be_called_anything(firms: pd.DataFrame) -> None:
    """Names reach no formula: operators, spaces and other alphabets are just names."""
    names = {
        "log_scrap_rate": "log(scrap) ~ 1",
        "grant": "grant | firm",
        "grant_last_year": "önceki yıl",
        "firm": "a+b",
    }
    named = firms.rename(columns=names)

    found = fixed_effects(
        named, outcome="log(scrap) ~ 1", treatment=["grant | firm", "önceki yıl"], unit="a+b", time="year"
    )

    np.testing.assert_array_equal(_table(found, "estimate"), _table(fixed_effects(firms, **SCRAP), "estimate"))
    assert found.to_pandas()["term"].tolist() == ["grant | firm", "önceki yıl"]


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    """Nine or ten plants over three or four years with gaps, an outcome that varies, a treatment that does too."""
    # Six must be left, and a plant seen once is no help.
    plants, years = draw(st.integers(9, 10)), draw(st.integers(3, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = pd.DataFrame({"plant": np.repeat(np.arange(plants), years), "year": np.tile(np.arange(years), plants)})
    rows = rows.assign(y=rng.normal(size=len(rows)), x=rng.normal(size=len(rows)), w=rng.uniform(0.5, 2, len(rows)))
    return rows[rng.uniform(size=len(rows)) > draw(st.sampled_from([0.0, 0.05]))]


MODEL: dict[str, Any] = {"outcome": "y", "treatment": "x", "unit": "plant", "time": "year", "weights": "w"}
NUMBERS = ["estimate", "standard_error", "statistic", "p_value"]


def _inferred(panel: pd.DataFrame, **change: Any) -> np.ndarray:
    found = fixed_effects(panel, **(MODEL | {"bootstrap": 64, "permutations": 39} | change))
    return collect(found.inferences).to_pandas()[NUMBERS].to_numpy(dtype=float)


@given(panels(), st.floats(-100, 100))
def test_a_constant_in_the_outcome_changes_nothing(panel: pd.DataFrame, constant: float) -> None:
    """Nor does a level of each plant, or of each year: effects take them out."""
    shifted = panel.assign(y=panel["y"] + constant + panel["plant"] - 3 * panel["year"])

    np.testing.assert_allclose(_inferred(shifted), _inferred(panel), rtol=1e-6, atol=1e-9)


@given(panels(), st.permutations(range(10)))
def test_names_of_plants_mean_nothing(panel: pd.DataFrame, names: list[int]) -> None:
    """Renaming units changes no analytic number (draws are dealt in the order of the names)."""
    renamed = panel.assign(plant=[f"plant {names[plant]}" for plant in panel["plant"]])

    found, other = (_inferred(p, bootstrap=0, permutations=0) for p in (panel, renamed))
    np.testing.assert_allclose(other, found, rtol=1e-8, atol=1e-10)


@given(panels(), st.floats(0.1, 50))
def test_units_of_measurement_scale_the_slope(panel: pd.DataFrame, scale: float) -> None:
    """Outcome in other units: estimate and error scale, t and p stay, under every inference."""
    found, scaled = _inferred(panel), _inferred(panel.assign(y=scale * panel["y"]))

    np.testing.assert_allclose(scaled, found * [scale, scale, 1, 1], rtol=1e-6, atol=1e-9)


@given(panels(), st.floats(-3, 3))
def test_a_known_effect_shifts_the_estimate_by_itself(panel: pd.DataFrame, effect: float) -> None:
    """Effect × x, added to y, moves the estimate by the effect and leaves its error."""
    found = _inferred(panel, bootstrap=0, permutations=0)
    moved = _inferred(panel.assign(y=panel["y"] + effect * panel["x"]), bootstrap=0, permutations=0)

    np.testing.assert_allclose(moved[:, 0], found[:, 0] + effect, atol=1e-8)
    np.testing.assert_allclose(moved[:, 1], found[:, 1], rtol=1e-6)


def _grants(firms: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    return firms.assign(**columns)


REFUSED: dict[str, tuple[Any, dict[str, Any], type[Exception], str]] = {
    "all-null outcome": (lambda f: f.assign(log_scrap_rate=np.nan), {}, errors.AllMissingError, "all 471 rows"),
    "constant treatment": (lambda f: f.assign(grant=1), {}, errors.ConstantTreatmentError, "'grant' is 1 in all 162"),
    "one unit": (lambda f: f[f["firm"] == 410523], {}, errors.OneUnitError, "one firm, '410523'"),
    "duplicate rows": (
        lambda f: pd.concat([f, f[f["firm"] == 410523]]),
        {},
        errors.DuplicateRowError,
        "3 repeated .firm, year. rows, first firm = '410523', year = '1987', 2 times",
    ),
    "infinite outcome": (
        lambda f: f.assign(log_scrap_rate=f["log_scrap_rate"].where(f["firm"] != 410523, -np.inf)),
        {},
        errors.InfiniteValueError,
        "log_scrap_rate is infinite in 3 rows, first where firm = '410523', year = '1987'",
    ),
    "infinite treatment": (
        lambda f: f.assign(grant=np.where(f["firm"] == 410523, np.inf, f["grant"])),
        {},
        errors.InfiniteValueError,
        "panel.grant is infinite",
    ),
    "absorbed treatment": (None, {"treatment": ["union"]}, errors.AbsorbedTreatmentError, "'union' .* firm and year"),
    "repeated treatment": (None, {"treatment": [*PAIR, "cgrant"]}, errors.CollinearTreatmentError, "'cgrant'"),
    "three clusters": (None, {"cluster": "year"}, errors.FewClustersError, r"3 clusters \(1987, 1988, 1989\)"),
    "one cluster": (lambda f: f.assign(state="MI"), {"cluster": "state"}, errors.FewClustersError, r"1 cluster \(MI\)"),
    "jackknife by year": (
        None,
        {"cluster": "year", "vcov": "CRV3"},
        errors.UndefinedJackknifeError,
        "without the cluster year = '1989'",
    ),
    "negative weight": (
        lambda f: f.assign(weight=-1.0),
        {"weights": "weight"},
        errors.NegativeValueError,
        "panel.weight is a weight",
    ),
    "negative count": (None, {"family": "poisson"}, errors.NegativeValueError, "Poisson"),
    "text outcome": (lambda f: f.assign(log_scrap_rate="n/a"), {}, errors.ColumnTypeError, "log_scrap_rate holds text"),
    "unknown column": (None, {"outcome": "log_scrap"}, errors.MissingColumnError, "Did you mean 'log_scrap_rate'"),
    "no rows": (lambda f: f.iloc[:0], {}, errors.EmptyTableError, "panel has no rows"),
    "one row a unit": (
        lambda f: f[f["year"] == 1988],
        {"treatment": "grant"},
        errors.NoRowsLeftError,
        r"54 singleton \(firm\)",
    ),
    "outcome as treatment": (None, {"outcome": "grant"}, errors.RepeatedColumnError, "'grant' is the outcome"),
    "treatment as control": (None, {"controls": ["grant"]}, errors.RepeatedColumnError, "a treatment and a control"),
    "unit as time": (None, {"time": "firm"}, errors.RepeatedColumnError, "the unit and the time"),
    "a number for effects": (None, {"effects": [1]}, errors.ParameterRangeError, r"effects=\[1\]; it takes names"),
    "no treatment": (None, {"treatment": []}, errors.ParameterRangeError, "one column or more"),
    "misspelled errors": (None, {"vcov": "CRV2"}, errors.ChoiceError, "Did you mean 'CRV3'"),
    "misspelled family": (None, {"family": "poison"}, errors.ChoiceError, "Did you mean 'poisson'"),
    "confidence in percent": (None, {"confidence": 95}, errors.ParameterRangeError, "confidence=95"),
    "negative draws": (None, {"bootstrap": -1}, errors.ParameterRangeError, "bootstrap=-1"),
    "bootstrap of Poisson": (
        None,
        {"outcome": "scrap_rate", "family": "poisson", "bootstrap": 99},
        errors.LinearOnlyError,
        "bootstrap=99",
    ),
    "CRV3 of Poisson": (
        None,
        {"outcome": "scrap_rate", "family": "poisson", "vcov": "CRV3"},
        errors.LinearOnlyError,
        "CRV3",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_by_name(firms: pd.DataFrame, case: str) -> None:
    """Each error says what was found, and where."""
    change, arguments, error, words = REFUSED[case]

    with pytest.raises(error, match=words):
        fixed_effects(change(firms) if change else firms, **(SCRAP | arguments))


def test_too_few_rows_for_the_coefficients() -> None:
    """Two plants and two years leave nothing to judge the slope by."""
    panel = {"plant": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "y": [1.0, 2.0, 3.0, 5.0], "d": [0, 1, 0, 0]}

    with pytest.raises(errors.NoDegreesOfFreedomError, match="4 rows cannot carry 4 coefficients"):
        fixed_effects(pd.DataFrame(panel), outcome="y", treatment="d", unit="plant", time="year", vcov="iid")


def test_units_that_never_meet_cannot_change_places() -> None:
    """Each unit is observed at times of its own: there is nobody to deal its path to."""
    panel = pd.DataFrame(
        {
            "plant": np.repeat(np.arange(7), 3),
            "year": np.concatenate([[i, i + 1, 20 + i] for i in range(7)]),
            "y": np.arange(21.0) ** 2 % 7,
            "d": np.tile([0, 1, 0], 7),
        }
    )

    with pytest.raises(errors.ExchangeError, match="no two plant are observed at the same values of year"):
        fixed_effects(panel, outcome="y", treatment="d", unit="plant", time="year", effects=("plant",), permutations=9)


def test_levels_across_many_clusters_are_refused_where_they_must_be_written_out(
    firms: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clustered by year, 54 plant effects would be columns."""
    monkeypatch.setattr("industria.evaluation._model.WIDE", 1_000)

    with pytest.raises(errors.WideEffectsError, match=r"wild cluster bootstrap .* 54 columns .* firm, .* by 'year'"):
        fixed_effects(firms, cluster="year", bootstrap=99, **SCRAP)


def test_says_which_package_is_missing(firms: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the engine the message has the extra to install."""
    monkeypatch.setitem(sys.modules, "pyfixest.core.demean", None)

    with pytest.raises(errors.MissingPackageError, match=r"'pyfixest': pip install 'industria\[estimation\]'"):
        fixed_effects(firms, **SCRAP)


def test_effects_that_hardly_overlap_say_so(firms: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine gives up, and names what it was doing."""
    monkeypatch.setattr("industria.evaluation._pyfixest.ROUNDS", 1)
    uneven = firms.assign(hours=np.arange(len(firms)) % 17)

    with pytest.raises(errors.ConvergenceError, match="taking out the effects did not settle in 1 rounds"):
        fixed_effects(uneven, effects=["firm", "year", "hours"], **SCRAP)


@pytest.mark.parametrize("effects", [["firm"], ["firm", "year", "half"], ()])
def test_no_effects_of_time_where_they_cannot_be_told_apart(firms: pd.DataFrame, effects: list[str]) -> None:
    """Time is not among the effects, or another effect determines it."""
    halves = firms.assign(half=firms["year"].astype(str) + np.where(firms["firm"] % 2, "a", "b"))

    found = fixed_effects(halves, effects=effects, **SCRAP)

    assert collect(found.effects).num_rows == 0
    assert collect(found.effects).column_names == [
        "effect",
        "level",
        "against",
        "estimate",
        "standard_error",
        "statistic",
        "p_value",
        "low",
        "high",
        "support_units",
    ]


def test_a_jackknife_that_does_not_exist_is_left_out_of_the_comparison(firms: pd.DataFrame) -> None:
    """One treated plant: CRV3 cannot spare it, and has no row."""
    one = firms.assign(grant=np.where(firms["firm"] == 410523, firms["year"] == 1988, False))

    found = fixed_effects(one, **(SCRAP | {"treatment": "grant"}))

    assert collect(found.inferences)["method"].to_pylist() == ["iid", "HC1", "CRV1"]
    assert found.inferences_left_out == "CRV3: one cluster alone identifies a treatment"


def test_an_outcome_that_never_changes_has_no_p_value(firms: pd.DataFrame) -> None:
    """Rounding is no evidence: zero slope, zero error, no statistic; every draw ties with the data."""
    found = fixed_effects(firms.assign(log_scrap_rate=0.1 * firms["firm"]), bootstrap=99, permutations=99, **SCRAP)

    rows = found.to_arrow()
    assert rows["estimate"].to_pylist() == rows["standard_error"].to_pylist() == [0.0, 0.0]
    assert rows["p_value"].null_count == rows["statistic"].null_count == 2
    assert found.r2_within is None
    drawn = collect(found.inferences).to_pandas().query("method in ['wild cluster bootstrap', 'randomization (t)']")
    assert (drawn["p_value"] == 1).all()


P_AND_INTERVAL = ["p_value", "low", "high"]


def _regions(firms: pd.DataFrame, n: int) -> pd.DataFrame:
    return firms.assign(region=firms["firm"] % n)


def _by_method(found: FixedEffects, method: str) -> pd.DataFrame:
    return collect(found.inferences).to_pandas().query("method == @method").set_index("term")[P_AND_INTERVAL]


def test_few_clusters_pass_with_an_inference_that_bears_them(firms: pd.DataFrame) -> None:
    """Three clusters have eight sign patterns: no p-value below a quarter, and an interval without ends."""
    found = fixed_effects(firms, cluster="year", bootstrap=999, **SCRAP)

    for rows in (_by_method(found, "wild cluster bootstrap"), found.to_pandas()):
        assert (rows["p_value"] >= 0.25).all()
        assert rows[["low", "high"]].isna().all(axis=None)
    assert collect(found.inferences)["low"].null_count == 2


@pytest.mark.parametrize(
    ("draws", "method"),
    [
        ({"bootstrap": 999}, "wild cluster bootstrap"),
        ({"permutations": 199}, "randomization (t)"),
        ({"bootstrap": 999, "permutations": 199}, "wild cluster bootstrap"),
    ],
)
def test_with_few_clusters_the_table_has_the_p_values_that_were_drawn(
    firms: pd.DataFrame, draws: dict[str, int], method: str
) -> None:
    """Five regions: the t distribution of CRV1 stands nowhere; the error and its statistic do."""
    found = fixed_effects(_regions(firms, 5), cluster="region", **draws, **SCRAP)
    shown = found.to_pandas().set_index("term")

    pd.testing.assert_frame_equal(shown[P_AND_INTERVAL], _by_method(found, method))
    np.testing.assert_allclose(shown["statistic"], shown["estimate"] / shown["standard_error"])
    assert found.facts()["inference"] == method
    assert found.facts()["inferences_left_out"] == "CRV1: 5 clusters, fewer than 6"
    assert _by_method(found, "CRV1").empty
    assert collect(found.effects).select(P_AND_INTERVAL).to_pandas().isna().all(axis=None)
    text = found.summary()
    assert f"5 clusters (CRV1); p and interval by {method}, as clusters are too few for t" in text
    assert "degrees of freedom" not in text
    assert "not inferred: CRV1: 5 clusters, fewer than 6" in text


@pytest.mark.parametrize("vcov", ["iid", "HC1", "CRV3"])
def test_few_clusters_hide_no_p_value_behind_other_errors(firms: pd.DataFrame, vcov: str) -> None:
    """Other errors keep their own t distribution, and CRV1 is left out beside them, too."""
    regions = _regions(firms, 4)
    drawn, plain = (fixed_effects(regions, cluster="region", vcov=vcov, bootstrap=b, **SCRAP) for b in (99, 0))

    assert _by_method(plain, "CRV1").empty
    assert plain.inferences_left_out == "CRV1: 4 clusters, fewer than 6"
    assert drawn.to_arrow().equals(plain.to_arrow())
    assert drawn.inference == vcov
    assert collect(drawn.effects)["p_value"].null_count == 0


def test_six_clusters_are_read_against_t(firms: pd.DataFrame) -> None:
    """From six on the table is the one of CRV1, with or without draws."""
    drawn, plain = (fixed_effects(_regions(firms, 6), cluster="region", bootstrap=b, **SCRAP) for b in (99, 0))

    assert drawn.to_arrow().equals(plain.to_arrow())
    assert (drawn.inference, drawn.inferences_left_out) == ("CRV1", "")
    pd.testing.assert_frame_equal(plain.to_pandas().set_index("term")[P_AND_INTERVAL], _by_method(plain, "CRV1"))


def test_with_few_clusters_a_control_has_what_the_draws_tell_of_it(firms: pd.DataFrame) -> None:
    """The bootstrap covers controls; dealing treatments says nothing of them."""
    model: dict[str, Any] = SCRAP | {"treatment": "grant", "controls": ["grant_last_year"], "cluster": "region"}
    by_bootstrap = fixed_effects(_regions(firms, 5), bootstrap=999, **model)
    dealt = fixed_effects(_regions(firms, 5), permutations=199, **model)
    as_treatment = fixed_effects(_regions(firms, 5), bootstrap=999, **(SCRAP | {"cluster": "region"}))

    assert by_bootstrap.to_arrow().equals(as_treatment.to_arrow())
    assert set(collect(by_bootstrap.inferences)["term"].to_pylist()) == {"grant"}
    last = dealt.to_pandas().set_index("term")[P_AND_INTERVAL].isna()
    assert last.loc["grant_last_year"].all()
    assert not last.loc["grant", "p_value"]
    (line,) = (line for line in dealt.summary().splitlines() if line.startswith("grant_last_year"))
    assert "inf" not in line


def test_prints_what_an_econometrician_looks_for(firms: pd.DataFrame) -> None:
    """Estimates, rows, units, errors with their default, degrees of freedom, both R², what was left out."""
    text = fixed_effects(firms, bootstrap=99, **SCRAP).summary()

    for words in (
        "log_scrap_rate: Least squares, net of effects of firm, year",
        "grant_last_year  -0.421590    0.282460  -1.49  0.141  [-0.9881, 0.1450]",
        "162 rows, 54 firm over 3 year",
        "clustered by firm, 54 clusters (CRV1), the unit, as is the default; t with 53 degrees of freedom",
        "within R² 0.0411 net of all effects, 0.2010 with year among the regressors",
        "left out of 471 rows: 309 missing (log_scrap_rate)",
        "wild cluster bootstrap",
        "associational",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120


def test_prints_a_poisson_regression_and_an_intercept(firms: pd.DataFrame) -> None:
    """No R² where there is none; an intercept is no effect; tiny and large numbers keep their digits."""
    poisson = fixed_effects(firms, **(SCRAP | {"outcome": "scrap_rate", "family": "poisson"})).summary()
    money = fixed_effects(firms, effects=(), **(SCRAP | {"outcome": "sales"})).summary()

    assert "Poisson regression" in poisson
    assert "R²" not in poisson
    assert "with an intercept" in money
    assert "\nR² 0.0" in money
    assert "e+06" in money


def test_any_regression_table_prints_it(firms: pd.DataFrame) -> None:
    """The maketables package finds slopes, errors, outcome, effects and clusters."""
    models = [fixed_effects(firms, **SCRAP), fixed_effects(firms, effects=(), **SCRAP)]

    text = maketables.ETable(models).make(type="tex")

    assert "-0.252" in text
    assert "(0.143)" in text
    assert models[0].__maketables_vcov_info__ == {"vcov_type": "CRV1", "clustervar": "firm"}
    assert models[0].__maketables_fixef_string__ == "firm+year"
    assert models[1].__maketables_fixef_string__ is None


def test_leaves_its_input_alone_and_fills_its_support(firms: pd.DataFrame) -> None:
    """The release floor reads degrees of freedom and units from each row."""
    before = firms.copy()

    support = fixed_effects(firms, **SCRAP).support

    pd.testing.assert_frame_equal(firms, before)
    assert support is not None
    assert collect(support).select(["support_df", "support_units"]).to_pylist() == 2 * [
        {"support_df": 53, "support_units": 54}
    ]


def test_is_a_plain_function() -> None:
    """It pickles, and its example runs."""
    assert pickle.loads(pickle.dumps(fixed_effects)) is fixed_effects
    tables, parameters = EXAMPLE
    assert fixed_effects(**tables, **parameters).n_units == 8


def test_tells_what_a_release_asks(firms: pd.DataFrame) -> None:
    """Rows beyond coefficients, plants beside a dummy, leverage of a plant, plants behind a year."""
    found = fixed_effects(firms, **SCRAP)

    assert found.support_distinct_rows - found.support_rank == 162 - (2 + 54 + 2)
    assert found.support_smallest_group == 19
    assert 0 < found.support_leverage < 0.1
    assert collect(found.units_used)["rows"].to_pylist() == [3] * 54
    assert collect(found.effects)["support_units"].to_pylist() == [54, 54]


def test_a_slope_that_hangs_on_one_plant_says_so(firms: pd.DataFrame) -> None:
    """A treatment that one plant alone had, and one of as many values as rows."""
    one = firms.assign(alone=((firms["firm"] == 410523) & (firms["year"] == 1988)).astype(float))
    alone = fixed_effects(one, **(SCRAP | {"treatment": "alone"}))
    full = fixed_effects(
        firms,
        **(SCRAP | {"treatment": "grant", "effects": [], "vcov": "iid"}),
    )

    assert alone.support_leverage == pytest.approx(1)
    assert alone.support_smallest_group == 1
    assert (full.support_distinct_rows, full.support_rank) == (2, 2), "two means are a table of two cells"
