from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.kernels.weighted_statistics import influence
from industria.work.oaxaca_blinder import oaxaca_blinder
from industria.work.reweighting_decomposition import reweighting_decomposition
from industria.work.rif_decomposition import RifDecomposition, rif_decomposition
from tests.work.wages import CALL, PEOPLE, WAGES, nlys00, people, seeds

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"workers": WAGES},
    {**CALL, "weight": "weight", "statistic": "quantile", "level": [0.25, 0.5]},
)
STATISTICS: tuple[dict[str, Any], ...] = (
    {"statistic": "mean"},
    {"statistic": "variance"},
    {"statistic": "gini"},
    {"statistic": "quantile", "level": [0.1, 0.5]},
    {"statistic": "interquantile_range", "level": [0.1, 0.9]},
    {"statistic": "interquantile_ratio", "level": [0.1, 0.9]},
)
few = settings(max_examples=25)


def frame(table: Any) -> pd.DataFrame:
    rows: pd.DataFrame = table.collect("pandas").to_native()
    return rows


def totals(result: RifDecomposition) -> pd.DataFrame:
    rows = result.to_pandas()
    return rows[rows["term"] == "total"].pivot_table(index="level", columns="part", values="estimate", dropna=False)


def test_the_median_by_hand() -> None:
    """The influence function and its regression, worker by worker, from the formulas of Firpo, Fortin & Lemieux."""
    rows = people(4, 500)
    h = 0.15
    made = {}
    for sex, of in rows.groupby("sex"):
        y, w = of["log_wage"].to_numpy(), of["weight"].to_numpy()
        order = np.argsort(y)
        q = y[order][np.searchsorted(np.cumsum(w[order]), 0.5 * w.sum())]
        f = np.average(np.exp(-(((y - q) / h) ** 2) / 2), weights=w) / (h * np.sqrt(2 * np.pi))
        rif = q + (0.5 - (y <= q)) / f
        X = np.column_stack([np.ones(len(of)), of["school_years"], of["years"]])
        root = np.sqrt(w)
        made[sex] = q, np.average(X, axis=0, weights=w), np.linalg.lstsq(X * root[:, None], rif * root, rcond=None)[0]

    call = {**PEOPLE, "formula": "school_years + years", "weight": "weight"}
    found = rif_decomposition(rows, **call, statistic="quantile", level=0.5, bandwidth=h)

    gap = made["women"][0] - made["men"][0]
    explained = (made["women"][1] - made["men"][1]) @ made["men"][2]
    table = totals(found).iloc[0]
    assert table["gap"] == pytest.approx(gap, abs=1e-10)
    # Of the one worker at the median a share counts as below: 1 / n of the weight, over the density.
    assert table["explained"] == pytest.approx(explained, abs=3e-3)
    assert frame(found.values)["value"].tolist() == pytest.approx([made["women"][0], made["men"][0]], abs=1e-12)


NLYS: dict[str, Any] = {
    "group": "female",
    "reference": "no",
    "formula": "age + education + years_worked_civilian + part_time",
}


@pytest.mark.parametrize(
    ("level", "gap", "explained", "unexplained", "civilian"),
    [
        (0.1, -0.16989898682, -0.20501561575, 0.03511662893, -0.08214382620),
        (0.5, -0.24946093559, -0.11496196935, -0.13449896625, -0.06609666848),
        (0.9, -0.25847148895, -0.05609950834, -0.20237198062, -0.03123275537),
    ],
)
def test_quantiles_of_the_nlsy(level: float, gap: float, explained: float, unexplained: float, civilian: float) -> None:
    """R 4.2.2 on nlys00: mean(dnorm(y, q, 0.1)) for the density, and lm on the influence function; ten digits."""
    found = rif_decomposition(
        nlys00(), outcome="log_wage", **NLYS, statistic="quantile", level=level, bandwidth=0.1
    ).to_pandas()

    sums = found[found["term"] == "total"].set_index("part")["estimate"]
    np.testing.assert_allclose(sums[["gap", "explained", "unexplained"]], [gap, explained, unexplained], atol=1e-9)
    term = found[(found["part"] == "explained") & (found["term"] == "years_worked_civilian")]
    assert term["estimate"].item() == pytest.approx(civilian, abs=1e-9)


def test_the_gini_of_the_nlsy() -> None:
    """R 4.2.2 on nlys00, hourly wages: the influence function from all pairs of workers, and lm; ten digits."""
    found = rif_decomposition(nlys00(), outcome="wage", **NLYS, statistic="gini").to_pandas()

    sums = found[found["term"] == "total"].set_index("part")["estimate"]
    wanted = [-0.01443719096, 0.01654046695, -0.03097765791]
    np.testing.assert_allclose(sums[["gap", "explained", "unexplained"]], wanted, atol=1e-10)


def test_at_the_mean_it_is_oaxaca_blinder() -> None:
    rows = people(6)
    one = rif_decomposition(rows, **PEOPLE, weight="weight", statistic="mean", weighting="all")
    other = oaxaca_blinder(rows, **PEOPLE, weight="weight", weighting="all")

    pd.testing.assert_frame_equal(one.to_pandas(), other.to_pandas())


def test_the_variance_by_least_squares() -> None:
    """Its influence function is the squared distance from the mean, which any least squares takes."""
    rows = people(6, weighted=False)
    mean = rows.groupby("sex")["log_wage"].transform("mean")
    squared = rows.assign(log_wage=(rows["log_wage"] - mean) ** 2)

    one = rif_decomposition(rows, **PEOPLE, statistic="variance")
    other = oaxaca_blinder(squared, **PEOPLE)

    columns = ["part", "term", "estimate", "standard_error"]
    pd.testing.assert_frame_equal(one.to_pandas()[columns], other.to_pandas()[columns])
    assert one.units["estimate"] == "1"


def own_influence(rows: pd.DataFrame, of: Any) -> pd.DataFrame:
    """Write an influence function of one's own beside the workers, group by group."""
    made = [
        part.assign(influence=of(part["log_wage"].to_numpy(), part["weight"].to_numpy()))
        for _, part in rows.groupby("sex")
    ]
    return pd.concat(made)


def test_influence_values_of_ones_own_are_taken_apart_as_those_that_are_known() -> None:
    """The gini by its influence function, reckoned outside, gives the gini's parts and errors."""
    rows = own_influence(people(3, 300), lambda y, w: influence("gini", (), y, w, np.argsort(y, kind="stable")))
    call = {**PEOPLE, "weight": "weight", "weighting": "all"}
    own = rif_decomposition(rows, **call, statistic="custom", influence="influence")
    known = rif_decomposition(rows, **call, statistic="gini")

    columns = ["estimate", "standard_error", "low", "high"]
    np.testing.assert_allclose(own.to_pandas()[columns], known.to_pandas()[columns], atol=1e-12)
    np.testing.assert_allclose(frame(own.values)["value"], frame(known.values)["value"], rtol=1e-12)
    assert set(own.to_pandas()["statistic"]) == {"custom"}
    assert own.units["estimate"] == "unit of influence"


def test_a_statistic_that_nobody_named_averages_to_its_gap() -> None:
    """Theil's index T = E[y ln y] / μ - ln μ, its influence by the delta method."""

    def theil(y: Any, w: Any) -> Any:
        mean, product = np.average(y, weights=w), np.average(y * np.log(y), weights=w)
        T = product / mean - np.log(mean)
        return T + (y * np.log(y) - product) / mean - (product / mean**2 + 1 / mean) * (y - mean)

    rows = own_influence(people(3, 300).assign(log_wage=lambda one: np.exp(one["log_wage"])), theil)
    found = rif_decomposition(rows, **{**PEOPLE, "weight": "weight"}, statistic="custom", influence="influence")
    values = {}
    for sex, of in rows.groupby("sex"):
        y, w = of["log_wage"], of["weight"]
        mean = np.average(y, weights=w)
        values[sex] = np.average(y / mean * np.log(y / mean), weights=w)

    totals = found.to_pandas().query("term == 'total'").set_index("part")["estimate"]
    assert totals["gap"] == pytest.approx(values[found.other] - values[found.reference], abs=1e-12)
    assert totals["explained"] + totals["unexplained"] == pytest.approx(totals["gap"], abs=1e-12)


def test_the_rule_of_thumb_is_that_of_silverman() -> None:
    """R's bw.nrd0 on the same numbers, but for the definition of its quartiles and n - 1 in its deviation."""
    rows = people(6, 2000, weighted=False)
    found = rif_decomposition(rows, **PEOPLE, statistic="quantile", level=0.5)

    for sex, sample in (("women", "other"), ("men", "reference")):
        y = rows.loc[rows["sex"] == sex, "log_wage"]
        spread = min(y.std(), (y.quantile(0.75) - y.quantile(0.25)) / 1.34)
        values = frame(found.values).set_index("sample")
        assert values.loc[sample, "bandwidth"] == pytest.approx(0.9 * spread * len(y) ** -0.2, rel=5e-3)


def test_heaped_wages_average_to_their_quantile() -> None:
    """Where a tenth of workers earn the very median, the mean of the influence function is the median."""
    rows = people(6, weighted=False).round({"log_wage": 1})
    found = rif_decomposition(rows, **PEOPLE, statistic="quantile", level=[0.25, 0.5, 0.75])

    values = frame(found.values).pivot_table(index="level", columns="sample", values="value")
    np.testing.assert_allclose(totals(found)["gap"], values["other"] - values["reference"], atol=1e-10)


# The field's own laws


@few
@given(seeds, st.sampled_from(STATISTICS), st.sampled_from(["reference", "neumark", "pooled", 0.3]))
def test_parts_add_up_to_the_gap_of_the_statistic(seed: int, asked: dict[str, Any], weighting: Any) -> None:
    rows = people(seed, 200)
    found = rif_decomposition(rows, **PEOPLE, **asked, weight="weight", weighting=weighting)
    by_definition = reweighting_decomposition(
        rows,
        **PEOPLE,
        weight="weight",
        statistics=[asked["statistic"] if asked["statistic"] != "interquantile_ratio" else "mean"],
        quantiles=asked.get("level", [0.5]),
    ).to_pandas()

    table = totals(found)
    np.testing.assert_allclose(table["explained"] + table["unexplained"], table["gap"], atol=1e-10)
    if asked["statistic"] != "interquantile_ratio":
        np.testing.assert_allclose(table["gap"], by_definition["observed"], atol=1e-10)


@few
@given(seeds, st.sampled_from(STATISTICS))
def test_reweighted_parts_add_up_and_meet_the_counterfactual(seed: int, asked: dict[str, Any]) -> None:
    """Composition and specification error together are what reweighting alone makes of the statistic."""
    found = rif_decomposition(
        people(seed, 200), **PEOPLE, **asked, weight="weight", reweighting="school_years + region"
    )

    table = totals(found)
    parts = ["composition", "specification_error", "structure", "reweighting_error"]
    np.testing.assert_allclose(table[parts].sum(axis=1), table["gap"], atol=1e-10)
    values = frame(found.values).pivot_table(index="level", columns="sample", values="value", dropna=False)
    np.testing.assert_allclose(
        table["composition"] + table["specification_error"], values["counterfactual"] - values["reference"], atol=1e-10
    )


@few
@given(seeds, st.sampled_from(STATISTICS))
def test_groups_that_change_places_change_signs(seed: int, asked: dict[str, Any]) -> None:
    rows = people(seed, 200)
    one = totals(rif_decomposition(rows, **PEOPLE, **asked))
    other = totals(rif_decomposition(rows, **{**PEOPLE, "reference": "women"}, **asked, weighting="other"))

    np.testing.assert_allclose(one["gap"], -other["gap"], atol=1e-10)
    np.testing.assert_allclose(one["explained"], -other["explained"], atol=1e-9)


@few
@given(seeds, st.sampled_from(["east", "north", "west"]))
def test_normalized_parts_do_not_know_the_category_left_out(seed: int, base: str) -> None:
    call: dict[str, Any] = {**PEOPLE, "statistic": "quantile", "level": 0.5, "normalize": True}
    formulas = ("school_years + region", f"school_years + C(region, contr.treatment('{base}'))")
    one, other = (rif_decomposition(people(seed), **{**call, "formula": formula}) for formula in formulas)

    keys = ["part", "term", "category"]
    here, there = (
        frame(found.categories).fillna({"category": ""}).sort_values(keys)["estimate"] for found in (one, other)
    )
    np.testing.assert_allclose(here, there, atol=1e-9)


def test_the_bootstrap_knows_that_the_quantile_is_estimated() -> None:
    """Of the gap in medians: its asymptotic error √(τ(1 - τ) / n) / f, within 15 % for 300 draws."""
    rows = people(5, 2000, weighted=False)
    found = rif_decomposition(rows, **PEOPLE, statistic="quantile", level=0.5, replications=300)
    gap = found.to_pandas().query("part == 'gap'")["standard_error"].item()

    known = rif_decomposition(rows, **PEOPLE, statistic="quantile", level=0.5)
    assert gap == pytest.approx(known.to_pandas().query("part == 'gap'")["standard_error"].item(), rel=0.15)
    assert found.vcov == "bootstrap"


# Bad input


def _wages(**columns: list[Any]) -> pd.DataFrame:
    return WAGES.to_pandas().assign(**columns)


@pytest.mark.parametrize(
    ("rows", "call", "error", "says"),
    [
        (_wages(), {"statistic": "median"}, "ChoiceError", "quantile"),
        (_wages(), {"statistic": "quantile"}, "ParameterRangeError", "as 0.5"),
        (_wages(), {"statistic": "custom"}, "ParameterRangeError", "a column of influence values"),
        (_wages(), {"statistic": "gini", "influence": "log_wage"}, "ParameterRangeError", "reckoned here"),
        (
            _wages(influence=[1.0] * 24),
            {"statistic": "custom", "influence": "influence", "reweighting": "region"},
            "ParameterRangeError",
            "not known",
        ),
        (_wages(), {"statistic": "custom", "influence": "rif"}, "MissingColumnError", "no column 'rif'"),
        (_wages(), {"statistic": "quantile", "level": 50}, "ParameterRangeError", "between 0 and 1"),
        (_wages(), {"statistic": "variance", "level": 0.5}, "ParameterRangeError", "no level"),
        (_wages(), {"statistic": "interquantile_range", "level": 0.5}, "ParameterRangeError", "lower and an upper"),
        (_wages(), {"statistic": "interquantile_range", "level": [0.9, 0.1]}, "ParameterRangeError", "lower and an"),
        (_wages(), {"statistic": "quantile", "level": 0.5, "bandwidth": 0}, "ParameterRangeError", "above 0"),
        (_wages(), {"statistic": "quantile", "level": 0.5, "bandwidth": np.inf}, "ParameterRangeError", "above 0"),
        (
            _wages(log_wage=[2.0, 1.0] * 12),
            {"statistic": "quantile", "level": 0.5},
            "OutsideRangeError",
            "log_wage is 1 where sex = 'women'; it is one and the same for all",
        ),
        (_wages(log_wage=[-1.0] * 12 + [1.0] * 12), {"statistic": "gini"}, "NegativeValueError", "12 rows"),
        (
            _wages(log_wage=[-1.0] * 12 + [1.0] * 12),
            {"statistic": "interquantile_ratio", "level": [0.1, 0.9]},
            "OutsideRangeError",
            "a ratio takes quantiles above 0",
        ),
        (_wages(log_wage=[0.0] * 24), {"statistic": "gini"}, "OutsideRangeError", "a gini compares with the mean"),
        (_wages(), {"statistic": "quantile", "level": "0.5"}, "ParameterRangeError", "between 0 and 1"),
        (_wages(sex=["men"] * 23 + ["women"]), {"statistic": "mean"}, "SmallGroupError", "1 row with sex = 'women'"),
        (_wages(), {"statistic": "mean", "weighting": "all", "reweighting": "region"}, "ParameterRangeError", "rewei"),
    ],
)
def test_what_cannot_be_taken_apart_is_told(rows: pd.DataFrame, call: dict[str, Any], error: str, says: str) -> None:
    with pytest.raises(getattr(errors, error), match=says):
        rif_decomposition(rows, **{**CALL, **call})
