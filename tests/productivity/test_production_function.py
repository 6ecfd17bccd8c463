from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors, sources
from industria.core.table import Table, collect
from industria.productivity._function_result import ProductionFunction
from industria.productivity.production_function import production_function
from tests.sources.official_files import WHOLE
from tests.strategies import plain, simulated_firms

ROLES: dict[str, Any] = {
    "unit": "firm",
    "time": "year",
    "output": "y",
    "free": "l",
    "state": "k",
    "proxy": "m",
    "logs": True,
}


def small() -> pa.Table:
    """Two industries of 30 firms over 7 years, with weights."""
    rows = simulated_firms(2, 4, firms=60, years=7).to_pandas()
    odd = rows["firm"] % 2 == 1
    return plain(
        rows.assign(
            firm="f" + rows["firm"].astype(str),
            industry=np.where(odd, "metal", "food"),
            weight=1.0 + rows["firm"] % 3,
            age=rows["year"] - 1990.0,
        )
    )


EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"panel": small()},
    ROLES | {"by": ["industry"], "weights": "weight", "controls": ["age"], "window": 6},
)


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def estimates(result: ProductionFunction) -> list[float]:
    """Elasticities in the order of the inputs, returns to scale left out."""
    return result.to_pandas()["estimate"].tolist()[:-1]


@cache
def plants(name: str) -> pd.DataFrame:
    """Read a panel of plants; skips, telling why, where it is not."""
    file = WHOLE / "productivity" / name
    if not file.is_file():
        pytest.skip(f"the panel of plants is not on this machine: {file} is no file")
    return pd.read_csv(file)


# Chilean plants, as the R package prodest carries them (R package prodest 1.0.1, data `chilean`). Its printed table
# stops elsewhere for one estimator; these are the exact answers, by dense algebra and bracketed roots.
CHILE: dict[str, Any] = {
    "unit": "idvar",
    "time": "timevar",
    "output": "Y",
    "free": ("fX1", "fX2"),
    "state": ("sX",),
    "logs": True,
}
EXACT = 1e-8  # an exact answer with ten digits printed


def chile(**options: Any) -> ProductionFunction:
    return production_function(plants("chilean_prodest.csv"), **CHILE, **options)


@pytest.mark.parametrize(
    ("estimator", "proxy", "degree", "wanted"),
    [
        ("olley_pakes", "inv", 2, [0.314346258170, 0.255581795174, 0.16754196390]),
        ("levinsohn_petrin", "pX", 2, [0.198524199299, 0.169371010965, 0.11654241288]),
        ("ackerberg_caves_frazer", "pX", 2, [0.6456739122924, 0.6440302181426, 0.2508075883778]),
        ("ackerberg_caves_frazer", "pX", 3, [0.7061489018, 0.7494085754, 0.2003425362]),
        ("robinson_wooldridge", "pX", 2, [0.254801330086, 0.218014067575, 0.160103368966]),
    ],
)
def test_chilean_plants_have_their_exact_elasticities(
    estimator: Any, proxy: str, degree: int, wanted: list[float]
) -> None:
    result = chile(estimator=estimator, proxy=proxy, control_degree=degree)

    assert estimates(result) == pytest.approx(wanted, abs=EXACT)
    assert (result.n_obs, result.n_units, result.n_lagged) == (2544, 497, 1944)


@pytest.mark.parametrize(
    ("estimator", "proxy", "wanted"), [("olley_pakes", "inv", 996.34700888), ("levinsohn_petrin", "pX", 774.96088485)]
)
def test_sums_of_squares_are_at_their_lowest(estimator: Any, proxy: str, wanted: float) -> None:
    """As in prodest, g is fitted to productivity without noise; fitted to output, Olley-Pakes would reach 981.746."""
    roots = frame(chile(estimator=estimator, proxy=proxy).roots)

    assert roots["criterion"].iloc[0] == pytest.approx(wanted, abs=1e-7)  # eight decimals printed
    assert roots["kind"].unique().tolist() == ["minimum"]


def test_errors_of_robinson_and_wooldridge_are_clustered_by_plant() -> None:
    """Times G/(G-1) (N-1)/(N-p)."""
    errors_of = chile(estimator="robinson_wooldridge", proxy="pX").to_pandas()["standard_error"].tolist()[:-1]

    assert errors_of == pytest.approx([0.037413299841, 0.032823331996, 0.038735369240], abs=EXACT)


def test_the_moments_of_chile_have_one_root_and_prodest_prints_none_of_them() -> None:
    """The package prints (.154, .158, .138), a point on the way to a local minimum at (.152072, .156185, .143200)."""
    result = chile(proxy="pX")
    roots = frame(result.roots).pivot(index="root", columns="term", values="estimate")
    kinds = frame(result.roots).groupby("root")[["kind", "criterion"]].first()
    lowest = roots[["fX1", "fX2", "sX"]].to_numpy()
    at = int(np.abs(lowest - [0.152072, 0.156185, 0.143200]).max(axis=1).argmin())

    assert (result.n_roots, result.identified) == (1, True)
    assert result.persistence == pytest.approx(0.755, abs=5e-4)  # three decimals printed
    assert lowest[at] == pytest.approx([0.152072, 0.156185, 0.143200], abs=5e-7)  # six decimals printed
    assert kinds["criterion"].iloc[at] == pytest.approx(6.5e-5, abs=5e-7)
    assert kinds["kind"].tolist() == ["root", *["local minimum"] * (len(kinds) - 1)]
    assert np.abs(lowest - [0.154, 0.158, 0.138]).max(axis=1).min() > 0.004, "no stop is where prodest prints one"


def test_the_summary_of_chile_says_what_is_a_solution_and_what_is_none() -> None:
    said = chile(proxy="pX").summary()

    for words in ("0.6457", "0.6440", "0.2508", "one root, with persistence 0.755"):
        assert words in said
    assert "no solution: fX1 0.1521, fX2 0.1562, sX 0.1432: a local minimum, criterion 6.5e-05 and not 0" in said
    assert "may print a local minimum, or a point on the way to it, which solves nothing" in said
    assert "2,544 rows of 497 idvar, 1,944 of them with the timevar before" in said


# Gandhi, Navarro & Rivers (2020), Colombian food plants (R package gnrprod 1.1.1, data `colombian`).
COLOMBIA: dict[str, Any] = {
    "unit": "id",
    "time": "year",
    "output": "RGO",
    "state": ["L", "K"],
    "flexible": "RI",
    "revenue_share": "share",
    "output_concept": "gross_output",
    "estimator": "gandhi_navarro_rivers",
    "logs": True,
}


def test_colombian_food_plants_have_the_elasticities_of_the_paper() -> None:
    """The paper prints .22, .12 and .67 for labor, capital and intermediates, of its own sample.

    gnrprod at degree 2 stops at a criterion of 1.6e-4, with .2280 for labor, where a root exists.
    """
    result = production_function(plants("colombian_food_gnr.csv"), **COLOMBIA)
    found = dict(zip(result.to_pandas()["term"], result.to_pandas()["estimate"], strict=True))

    assert found["RI"] == pytest.approx(0.672085234, abs=1e-8)  # nine decimals printed
    assert [found["L"], found["K"]] == pytest.approx([0.22, 0.12], abs=0.01)  # two decimals, another sample
    assert (result.n_roots, result.identified, result.n_gaps) == (1, True, 31)
    assert frame(result.roots)["criterion"].iloc[0] == 0
    assert found["returns_to_scale"] == pytest.approx(sum(found[name] for name in ("RI", "L", "K")))


# Munnell (1990), 48 states 1970-86, by dense least squares; the clustered errors have N/(N-K) as their factor.
STATES: dict[str, Any] = {
    "unit": "ST_ABB",
    "time": "YR",
    "output": "GSP",
    "free": "EMP",
    "state": ["P_CAP", "PC"],
    "controls": "UNEMP",
}
NAMES = ["P_CAP", "PC", "EMP", "control:UNEMP"]


@pytest.mark.parametrize(
    ("estimator", "wanted", "errors_of"),
    [
        (
            "ols",
            [0.15500701, 0.30919017, 0.59393490, -0.00673298],
            [0.06030, 0.04637, 0.06882, 0.00310],
        ),
        (
            "fixed_effects",
            [-0.02614965, 0.29200693, 0.76815947, -0.00529774],
            [0.06047, 0.06189, 0.08187, 0.00250],
        ),
    ],
)
def test_public_capital_of_states_matters_between_and_not_within(
    estimator: Any, wanted: list[float], errors_of: list[float]
) -> None:
    states = sources.find("packages.linearmodels_munnell")().read()
    result = production_function(states, estimator=estimator, **STATES)
    found = frame(result.coefficients).set_index("term").loc[NAMES]
    # Ours are scaled by G/(G-1) (N-1)/(N-K) as those of instruments are.
    K = 5 if estimator == "ols" else 4
    factor = np.sqrt((48 / 47) * (815 / (816 - K)) / (816 / (816 - K)))

    assert found["estimate"].tolist() == pytest.approx(wanted, abs=5.1e-9)  # eight decimals printed
    assert (found["standard_error"] / factor).tolist() == pytest.approx(errors_of, abs=5.1e-6)  # five printed
    assert result.identified is None


# Panels that are simulated by the designs of Ackerberg, Caves & Frazer (2015): the truth is (.6, .4).
DESIGNS = [(design, seed) for design in (1, 2, 3) for seed in range(10)]


@cache
def verdicts(persistence: float) -> pd.DataFrame:
    rows = []
    for design, seed in DESIGNS:
        result = production_function(simulated_firms(design, seed, persistence=persistence), **ROLES)
        rows.append([*estimates(result), result.identified])
    return pd.DataFrame(rows, columns=["labor", "capital", "identified"])


@pytest.mark.parametrize("persistence", [0.5, 0.7, 0.9])
def test_the_chosen_root_is_the_true_one_in_thirty_of_thirty(persistence: float) -> None:
    """The default start of prodest finds it in 12 of 30, mditools in 11, the root nearest to stage one in 25."""
    found = verdicts(persistence)

    assert (found["labor"] - 0.6).abs().max() < 0.06
    assert (found["capital"] - 0.4).abs().max() < 0.12
    assert found["identified"].all()


def test_productivity_that_hardly_persists_is_flagged() -> None:
    assert (~verdicts(0.1)["identified"].astype(bool)).sum() >= 27


@pytest.mark.parametrize("estimator", ["levinsohn_petrin", "wooldridge"])
def test_without_wages_of_their_own_other_estimators_are_right_on_average(estimator: Any) -> None:
    """Design 2 is the one in which labor moves by an error that productivity does not know."""
    found = [
        estimates(production_function(simulated_firms(2, seed), estimator=estimator, **ROLES)) for seed in range(10)
    ]

    assert np.mean(found, axis=0) == pytest.approx([0.6, 0.4], abs=0.03)


@pytest.mark.slow
def test_intervals_of_ninety_per_cent_hold_the_truth_about_so_often() -> None:
    """200 panels of 500 firms over 10 years, 200 draws each; nine in ten would be 180."""
    held = np.zeros(2)
    for seed in range(200):
        rows = simulated_firms(2, 1000 + seed)
        found = production_function(rows, replications=200, confidence=0.9, rng=seed, **ROLES).to_pandas()
        held += ((found["low"] <= [0.6, 0.4, 1.0]) & (found["high"] >= [0.6, 0.4, 1.0])).to_numpy()[:2]

    assert (held >= 0.84 * 200).all()
    assert (held <= 0.95 * 200).all()


# Laws


def elasticities(rows: Any, **options: Any) -> list[float]:
    roles = ROLES if options.get("estimator") != "ols" else {**ROLES, "proxy": None}
    return estimates(production_function(rows, **roles | options))


@settings(max_examples=8)
@given(st.integers(0, 1000), st.sampled_from(["ackerberg_caves_frazer", "levinsohn_petrin", "wooldridge"]))
def test_units_of_columns_change_nothing(seed: int, estimator: Any) -> None:
    """Output in thousands, capital in another currency: logs move by a constant."""
    rows = simulated_firms(2, seed, firms=120, years=6).to_pandas()
    moved = rows.assign(y=rows["y"] + 7, l=rows["l"] - 3, k=rows["k"] + 11, m=rows["m"] + 5)

    assert elasticities(moved, estimator=estimator) == pytest.approx(elasticities(rows, estimator=estimator), abs=1e-8)


@pytest.mark.parametrize(
    "estimator",
    ["ackerberg_caves_frazer", "olley_pakes", "levinsohn_petrin", "robinson_wooldridge", "wooldridge", "ols"],
)
def test_a_weight_of_two_is_two_copies_of_the_firm(estimator: Any) -> None:
    rows = simulated_firms(2, 5, firms=150, years=6).to_pandas()
    twice = rows["firm"] % 3 == 0
    copies = pd.concat([rows, rows[twice].assign(firm=rows["firm"][twice] + 1000)])
    weighted = elasticities(rows.assign(weight=1.0 + twice), weights="weight", estimator=estimator)

    assert weighted == pytest.approx(elasticities(copies, estimator=estimator), abs=1e-8)
    scaled = elasticities(rows.assign(weight=7.0 * (1 + twice)), weights="weight", estimator=estimator)
    assert scaled == pytest.approx(weighted, abs=1e-9)


def test_each_cell_is_what_it_would_be_alone() -> None:
    rows = small().to_pandas()
    together = production_function(rows, by="industry", **ROLES).to_pandas().set_index("industry")

    for industry, own in rows.groupby("industry"):
        assert together.loc[industry, "estimate"].tolist()[:-1] == pytest.approx(elasticities(own), abs=1e-9)


def test_every_root_solves_its_moments_and_the_spurious_one_hardly_persists() -> None:
    """The spurious root lies near (labor + capital, 0, 0): Ackerberg, Caves & Frazer (2015)."""
    found = frame(production_function(simulated_firms(1, 0), **ROLES).roots)
    minima, found = found[found["kind"] != "root"], found[found["kind"] == "root"]
    chosen, other = (found[found["chosen"] == flag].set_index("term") for flag in (True, False))

    assert (found["criterion"] == 0).all()
    assert (minima["criterion"] > 1e-6).all()
    assert chosen["estimate"][["l", "k"]].tolist() == pytest.approx([0.6, 0.4], abs=0.06)
    assert 0.68 <= chosen["persistence"].iloc[0] <= 0.75
    assert other["estimate"]["l"] == pytest.approx(1.0, abs=0.05)
    assert -0.05 < other["persistence"].iloc[0] < 0.13


def test_a_translog_of_a_cobb_douglas_finds_its_mean_elasticities() -> None:
    rows = simulated_firms(2, 3, firms=1000)
    result = production_function(rows, form="translog", **ROLES)

    assert estimates(result) == pytest.approx([0.6, 0.4], abs=0.05)
    assert frame(result.coefficients)["term"].tolist() == ["l", "k", "l*l", "l*k", "k*k"]


def test_survival_enters_the_process_where_exit_is_told() -> None:
    """Plants leave when materials, which rise with productivity and capital, are low; a column may tell the year."""
    rows = simulated_firms(2, 8, firms=600, years=8).to_pandas()
    chance = np.random.default_rng(0).uniform(size=len(rows))
    leaves = rows["m"] + chance < np.quantile(rows["m"] + chance, 0.1)
    last = rows["firm"].map(rows[leaves].groupby("firm")["year"].min())
    kept = rows[(rows["year"] <= last) | last.isna()]
    out = ((kept["year"] == last[kept.index]) & (kept["year"] < 2008)).astype(int)
    without, seen = (elasticities(kept, estimator="levinsohn_petrin", exit=e) for e in (None, "last_seen"))
    told = elasticities(kept.assign(out=out), estimator="levinsohn_petrin", exit="out")

    assert seen != pytest.approx(without, abs=1e-6)
    assert seen == pytest.approx([0.6, 0.4], abs=0.06)
    assert told == pytest.approx(seen, abs=1e-9)


def test_gross_output_takes_intermediates_as_an_input() -> None:
    """Levinsohn & Petrin (2003): the proxy's own elasticity comes from the second stage."""
    result = production_function(
        simulated_firms(2, 2),
        output_concept="gross_output",
        flexible="m",
        estimator="levinsohn_petrin",
        **ROLES,
    )

    assert result.to_pandas()["term"].tolist() == ["l", "m", "k", "returns_to_scale"]
    assert set(frame(result.roots)["kind"]) <= {"root", "local minimum"}


def test_cost_shares_are_elasticities_under_constant_returns() -> None:
    rows = small().to_pandas().assign(wages=lambda t: np.exp(t["l"]) * 3, rent=lambda t: np.exp(t["l"]))
    result = production_function(
        rows,
        unit="firm",
        time="year",
        output="y",
        free="l",
        state="k",
        costs={"l": "wages", "k": "rent"},
        estimator="cost_share",
        logs=True,
    )

    assert result.to_pandas()["estimate"].tolist() == pytest.approx([0.75, 0.25, 1.0], abs=1e-12)


def test_draws_are_counted_and_carry_the_estimate_first() -> None:
    result = production_function(simulated_firms(2, 1, firms=150, years=6), replications=25, **ROLES)
    draws = frame(result.draws).pivot(index="draw", columns="term", values="estimate")
    found = result.to_pandas().set_index("term")

    assert draws.loc[0, ["l", "k"]].tolist() == found["estimate"][["l", "k"]].tolist()
    assert len(draws) == 26
    assert draws.loc[1:].isna().any(axis=1).sum() == result.draws_without_root + result.draws_inadmissible
    spread = draws.loc[1:, "l"].quantile([0.25, 0.75])
    assert found["standard_error"]["l"] == pytest.approx((spread[0.75] - spread[0.25]) / 1.3489795, rel=1e-6)


def test_it_is_called_revenue_productivity_unless_output_is_a_quantity() -> None:
    revenue, quantity = (
        production_function(simulated_firms(2, 1, firms=100, years=5), prices=p, **ROLES)
        for p in ("deflated_revenue", "quantity")
    )

    assert (revenue.productivity, quantity.productivity) == ("revenue productivity", "productivity")
    said = revenue.summary().replace("revenue productivity", "")
    assert "productivity" not in said.replace("sd_productivity", "")
    assert "revenue" not in quantity.summary()


# Bad input


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
