from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.work.oaxaca_blinder import oaxaca_blinder
from industria.work.reweighting_decomposition import ReweightingDecomposition, reweighting_decomposition
from tests.work.wages import CALL, PEOPLE, WAGES, nlys00, people, seeds

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"workers": WAGES},
    {
        **CALL,
        "weight": "weight",
        "statistics": ["mean", "variance", "gini", "quantile", "interquantile_range"],
        "quantiles": [0.25, 0.5, 0.75],
        "sequence": ["school_years", "region"],
    },
)
ALL = ("mean", "variance", "gini", "quantile", "interquantile_range")
# An optimizer of statsmodels stops at 1e-8 of its gradient, ours at 1e-9 of a step.
OPTIMIZED = 1e-6


def frame(table: Any) -> pd.DataFrame:
    rows: pd.DataFrame = table.collect("pandas").to_native()
    return rows


def by_logit(rows: pd.DataFrame, X: pd.DataFrame) -> Any:
    """ψ of the men by statsmodels: a weighted binomial regression, worker by worker."""
    sm = pytest.importorskip("statsmodels.api")
    woman = (rows["sex"] == "women").to_numpy(float)
    fit = sm.GLM(woman, sm.add_constant(X).to_numpy(float), sm.families.Binomial(), freq_weights=rows["weight"]).fit(
        tol=1e-12
    )
    share = np.average(woman, weights=rows["weight"])
    p = fit.fittedvalues[woman == 0]
    return p / (1 - p) * (1 - share) / share


def weighted_quantile(y: Any, w: Any, level: float) -> float:
    """The definition itself: the least value at which the distribution function reaches the level."""
    return float(min(value for value in y if w[y <= value].sum() >= (level - 1e-12) * w.sum()))


def weighted_gini(y: Any, w: Any) -> float:
    """Mean absolute difference of all pairs over twice the mean."""
    p = w / w.sum()
    return float(p @ np.abs(y[:, None] - y[None, :]) @ p / (2 * p @ y))


STATISTICS: dict[str, Callable[[Any, Any], float]] = {
    "mean": lambda y, w: float(np.average(y, weights=w)),
    "variance": lambda y, w: float(np.average((y - np.average(y, weights=w)) ** 2, weights=w)),
    "gini": weighted_gini,
    "0.1": lambda y, w: weighted_quantile(y, w, 0.1),
    "0.9": lambda y, w: weighted_quantile(y, w, 0.9),
    "0.1-0.9": lambda y, w: weighted_quantile(y, w, 0.9) - weighted_quantile(y, w, 0.1),
}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_statistic_is_that_of_the_definition(seed: int) -> None:
    """ψ by statsmodels, and each statistic from its formula over all workers or all pairs of them."""
    rows = people(seed)
    X = pd.get_dummies(rows[["school_years", "region"]], drop_first=True).assign(
        years=rows["years"], sq=rows["years"] ** 2
    )
    psi = by_logit(rows, X)
    man = (rows["sex"] == "men").to_numpy()
    y, w = rows["log_wage"].to_numpy(), rows["weight"].to_numpy()

    found = reweighting_decomposition(rows, **PEOPLE, weight="weight", statistics=ALL, quantiles=[0.1, 0.9])

    wanted = [[of(y[~man], w[~man]), of(y[man], w[man]), of(y[man], w[man] * psi)] for of in STATISTICS.values()]
    table = found.to_pandas()
    values = table[["value_other", "value_reference", "value_counterfactual"]].to_numpy()
    np.testing.assert_allclose(values, wanted, atol=OPTIMIZED)
    assert table["level"].fillna(0).tolist() == [0, 0, 0, 0.1, 0.9, 0.9]
    assert frame(found.factors)["mean_unscaled"].item() == pytest.approx(np.average(psi, weights=w[man]), abs=OPTIMIZED)
    kish = (w[man] @ psi) ** 2 / ((w[man] * psi) @ (w[man] * psi))
    assert found.effective_sample_size == pytest.approx(kish, rel=OPTIMIZED)


def test_a_saturated_logit_is_a_table_of_shares() -> None:
    """Where cells are all that there is, ψ is the ratio of their shares."""
    rows = people(7)
    found = reweighting_decomposition(rows, **{**PEOPLE, "formula": "region"}, weight="weight", statistics="mean")

    shares = rows.pivot_table(values="weight", index="region", columns="sex", aggfunc="sum")
    shares /= shares.sum()
    men = rows[rows["sex"] == "men"].groupby("region")[["log_wage", "weight"]]
    means = men.apply(lambda of: np.average(of["log_wage"], weights=of["weight"]))
    composition = means @ (shares["women"] - shares["men"])
    assert found.to_pandas()["composition"].item() == pytest.approx(composition, abs=1e-10)


def test_the_mean_is_that_of_the_doubly_robust_decomposition() -> None:
    """Composition and specification error of one are the composition of the other."""
    rows = people(11)
    by_means = oaxaca_blinder(rows, **PEOPLE, weight="weight", reweighting=PEOPLE["formula"]).to_pandas()
    sums = by_means[by_means["term"] == "total"].set_index("part")["estimate"]

    found = reweighting_decomposition(rows, **PEOPLE, weight="weight", statistics="mean").to_pandas()

    assert found["composition"].item() == pytest.approx(sums["composition"] + sums["specification_error"], abs=1e-10)
    assert found["structure"].item() == pytest.approx(sums["structure"] + sums["reweighting_error"], abs=1e-10)


def test_quantiles_of_rounded_wages_differ_between_definitions() -> None:
    """R's wtd.quantile lies between two values where the inverse of the distribution function is one of them."""
    rows = people(3, weighted=False).round({"log_wage": 2})
    call = {**PEOPLE, "statistics": "quantile", "quantiles": [0.1, 0.37, 0.5]}
    inverse, hmisc = (
        reweighting_decomposition(rows, **call, quantile_definition=word).to_pandas()
        for word in ("inverse_cdf", "hmisc")
    )

    for sex, column in (("women", "value_other"), ("men", "value_reference")):
        y = rows.loc[rows["sex"] == sex, "log_wage"]
        # Without weights Hmisc's is R's usual type 7, and NumPy's default.
        np.testing.assert_allclose(hmisc[column], np.quantile(y, [0.1, 0.37, 0.5]), atol=1e-9)
        np.testing.assert_allclose(inverse[column], np.quantile(y, [0.1, 0.37, 0.5], method="inverted_cdf"), atol=1e-12)


def test_the_nlsy_by_reweighting() -> None:
    """R 4.2.2: stats::glm(binomial, epsilon 1e-14) on nlys00, then weighted means and quantiles of its ψ.

    The observed gap at the mean is that of reference/work.md §4.2. Ten digits are printed.
    """
    found = reweighting_decomposition(
        nlys00(),
        outcome="log_wage",
        group="female",
        reference="no",
        formula="age + region + education + years_worked_civilian + part_time + industry",
        statistics=["mean", "variance", "quantile"],
        quantiles=[0.1, 0.5, 0.9],
    )

    table, factors = found.to_pandas(), frame(found.factors).iloc[0]
    observed = [-0.23330028687, -0.03416072821, -0.1698989868, -0.2494609356, -0.2584714890]
    composition = [-0.15862037894, 0.03677953407, -0.2548922300, -0.1324188709, -0.1055338383]
    np.testing.assert_allclose(table["observed"], observed, atol=1e-10)
    np.testing.assert_allclose(table["composition"], composition, atol=1e-9)
    assert found.effective_sample_size == pytest.approx(431.3976834542, rel=1e-9)
    assert found.n_above == 1, "one man stands for 2.4 % of the women"
    psi = [1.06017106, 0.06466302467, 0.2296642986, 0.5266611600, 1.8707401589, 62.59237988926]
    names = ["mean_unscaled", "minimum", "p10", "median", "p90", "maximum"]
    np.testing.assert_allclose(factors[names].to_numpy(float), psi, rtol=1e-8)


# The field's own laws


# Each example fits up to fifteen logits.
few = settings(max_examples=15)


@few
@given(seeds, st.permutations(["school_years", "region", "years"]))
def test_parts_add_up_for_every_statistic_and_order(seed: int, sequence: list[str]) -> None:
    rows = people(seed, 200)
    found = reweighting_decomposition(
        rows, **PEOPLE, weight="weight", statistics=ALL, quantiles=[0.2, 0.5, 0.8], sequence=sequence
    )

    table, orders, parts = found.to_pandas(), frame(found.orders), frame(found.parts)
    np.testing.assert_allclose(table["composition"] + table["structure"], table["observed"], atol=1e-10)
    blocks = parts[(parts["part"] == "composition") & (parts["term"] != "total")]
    keys = ["statistic", "level", "from_level"]
    composition, in_order, shapley = (of.fillna({"level": 0, "from_level": 0}) for of in (table, orders, blocks))
    total = composition.set_index(keys)["composition"]
    sums = in_order.pivot_table(index=keys, columns="order", values="estimate", aggfunc="sum")
    assert len(sums.columns) == len(list(permutations(sequence)))
    assert np.abs(sums.sub(total, axis=0).to_numpy()).max() < 1e-10
    assert np.abs(shapley.groupby(keys)["estimate"].sum() - total).max() < 1e-10


@few
@given(seeds)
def test_the_order_of_blocks_in_the_sequence_is_irrelevant(seed: int) -> None:
    """Each block's mean over all orders is its own, wherever it stands."""
    rows = people(seed, 200)
    one, other = (
        frame(reweighting_decomposition(rows, **PEOPLE, statistics="mean", sequence=sequence).parts)
        for sequence in (["school_years", "region", "years"], ["years", "school_years", "region"])
    )

    merged = one.merge(other, on=["part", "term"], validate="1:1")
    assert len(merged) == len(one)
    np.testing.assert_allclose(merged["estimate_x"], merged["estimate_y"], atol=1e-12)


@given(seeds)
def test_psi_averages_one(seed: int) -> None:
    found = reweighting_decomposition(people(seed), **PEOPLE, weight="weight", statistics="mean")

    factors = frame(found.factors)
    assert factors["mean"].item() == pytest.approx(1, abs=1e-12)
    assert factors["minimum"].item() <= factors["median"].item() <= factors["maximum"].item()
    assert 0 < factors["effective_share"].item() <= 1


@given(seeds)
def test_one_composition_makes_nothing(seed: int) -> None:
    rows = people(seed)
    rows = pd.concat([rows.assign(sex="men"), rows.assign(sex="women", log_wage=rows["log_wage"] * 1.1)])

    found = reweighting_decomposition(rows, **PEOPLE, weight="weight", statistics=ALL).to_pandas()

    assert found["composition"].abs().max() < 1e-8


@given(seeds)
def test_groups_that_change_places_change_the_sign_of_the_gap(seed: int) -> None:
    rows = people(seed)
    one = reweighting_decomposition(rows, **PEOPLE, weight="weight", statistics=ALL).to_pandas()
    other = reweighting_decomposition(rows, **{**PEOPLE, "reference": "women"}, weight="weight", statistics=ALL)

    np.testing.assert_allclose(one["observed"], -other.to_pandas()["observed"], atol=1e-12)


def test_many_blocks_take_a_sample_of_orders() -> None:
    rows = people(2, 300).assign(a=lambda r: r["town"] % 3, b=lambda r: r["town"] % 5)
    blocks = ["school_years", "region", "years", "a", "b"]
    call = {**PEOPLE, "formula": " + ".join(blocks), "statistics": "mean", "sequence": blocks}

    one, again, other = (frame(reweighting_decomposition(rows, **call, rng=rng).orders) for rng in (0, 0, 1))

    assert one["order"].nunique() == 24
    assert one.equals(again)
    assert set(one["order"]) != set(other["order"])


def test_trimming_leaves_out_who_weighs_too_much_and_tells_it() -> None:
    """A few men have what nearly all women have: their weight is cut, and the women without a counterpart go."""
    rows = people(9, 600, weighted=False)
    rows["score"] = np.where(rows["sex"] == "women", 3, 0) + np.random.default_rng(0).normal(0, 1, len(rows))
    call: dict[str, Any] = {**PEOPLE, "formula": "score", "statistics": ("mean", "quantile")}

    whole = reweighting_decomposition(rows, **call)
    cut = reweighting_decomposition(rows, **call, trim="huber_lechner_wunsch")

    assert whole.n_trimmed == 0
    assert whole.n_above > 0
    assert cut.n_trimmed > 0
    assert cut.effective_sample_size / cut.n_reference > whole.effective_sample_size / whole.n_reference
    np.testing.assert_allclose(
        cut.to_pandas()["composition"] + cut.to_pandas()["structure"], cut.to_pandas()["observed"], atol=1e-10
    )
    assert frame(whole.factors)["overlap"].item() < 1


def test_trimming_everybody_is_told() -> None:
    with pytest.raises(errors.NoRowsLeftError, match="trimmed"):
        reweighting_decomposition(people(1), **PEOPLE, trim=1e-6)


def test_the_bootstrap_of_the_mean_is_that_of_its_formula() -> None:
    """The error of the observed gap is s² / n of both groups, within Monte Carlo error of 400 draws."""
    rows = people(5, 1500, weighted=False)
    found = reweighting_decomposition(rows, **PEOPLE, statistics="mean", replications=400).to_pandas()

    formula = rows.groupby("sex")["log_wage"].agg(lambda y: y.var() / len(y)).sum() ** 0.5
    assert found["standard_error_observed"].item() == pytest.approx(formula, rel=0.12)
    assert found["standard_error_structure"].item() > 0


def test_three_methods_share_one_tidy_table() -> None:
    """The same gap by means, by reweighting and by influence functions, one under the other."""
    from industria.work.rif_decomposition import rif_decomposition

    rows = people(0)
    tidy = pd.concat(
        {
            "means": oaxaca_blinder(rows, **PEOPLE).to_pandas(),
            "reweighting": frame(reweighting_decomposition(rows, **PEOPLE, statistics="mean").parts),
            "influence": rif_decomposition(rows, **PEOPLE, statistic="quantile", level=[0.1, 0.5, 0.9]).to_pandas(),
        },
        names=["method"],
    )

    assert list(tidy.columns) == [
        *("statistic", "level", "from_level", "weighting", "part", "term"),
        *("estimate", "standard_error", "low", "high"),
    ]


# Bad input


def _wages(**columns: list[Any]) -> pd.DataFrame:
    return WAGES.to_pandas().assign(**columns)


@pytest.mark.parametrize(
    ("rows", "call", "error", "says"),
    [
        (_wages(sex=["men"] * 23 + ["women"]), {}, "SmallGroupError", "1 row with sex = 'women'"),
        (
            _wages(region=["east", "east", "west", "west"] * 5 + ["west"] * 3 + ["north"]),
            {},
            "OneSidedCategoryError",
            r"region = 'north' has 1 row where sex = 'women' and none where sex = 'men'",
        ),
        (
            _wages(school_years=[9, 14] * 12, region=["east"] * 12 + ["west"] * 12),
            {"formula": "school_years"},
            "SeparationError",
            "all are of sex = ",
        ),
        (
            _wages(months=WAGES["school_years"].to_numpy() * 12),
            {"formula": "school_years + months"},
            "CollinearTermError",
            "'months' is a combination of school_years",
        ),
        (_wages(log_wage=[-1.0] * 12 + [1.0] * 12), {"statistics": ["gini"]}, "NegativeValueError", "gini.*12 rows"),
        (_wages(), {"statistics": ["median"]}, "ChoiceError", "quantile"),
        (_wages(), {"quantiles": [50]}, "ParameterRangeError", "between 0 and 1"),
        (_wages(), {"statistics": ["interquantile_range"], "quantiles": [0.5]}, "ParameterRangeError", "at least 2"),
        (_wages(), {"quantile_definition": "type7"}, "ChoiceError", "hmisc"),
        (_wages(), {"trim": "auto"}, "ChoiceError", "huber_lechner_wunsch"),
        (_wages(), {"trim": 2.0}, "ParameterRangeError", "share of the weight"),
        (_wages(), {"sequence": ["region"]}, "FormulaError", "'school_years' is in no block"),
        (_wages(), {"sequence": ["region", "school_years + region"]}, "FormulaError", "'region' is in 2 blocks"),
        (_wages(), {"sequence": ["region", "school_years", "weight"]}, "FormulaError", "no column 'weight'"),
        (_wages(weight=[0.0, 1.0] * 12), {"weight": "weight"}, "ZeroWeightError", "zero where sex = 'men'"),
    ],
)
def test_what_cannot_be_reweighted_is_told(rows: pd.DataFrame, call: dict[str, Any], error: str, says: str) -> None:
    with pytest.raises(getattr(errors, error), match=says):
        reweighting_decomposition(rows, **{**CALL, **call})


def test_a_separated_cell_is_named() -> None:
    rows = people(2, 300)
    rows.loc[rows["sex"] == "men", "years"] = rows["years"].clip(upper=30)
    rows["years"] += np.where(rows["sex"] == "women", 31, 0)

    with pytest.raises(errors.SeparationError, match=r"300 rows of workers, first where school_years = '\d+', region"):
        reweighting_decomposition(rows, **{**PEOPLE, "formula": "school_years + region + years"})


def test_results_are_of_their_class() -> None:
    assert isinstance(reweighting_decomposition(WAGES, **CALL), ReweightingDecomposition)
