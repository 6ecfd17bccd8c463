from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria import sources
from industria.productivity._function_result import ProductionFunction
from industria.productivity.production_function import production_function
from tests.productivity.function_panels import ROLES, estimates, frame, small
from tests.sources.official_files import WHOLE
from tests.strategies import simulated_firms

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"panel": small()},
    ROLES | {"by": ["industry"], "weights": "weight", "controls": ["age"], "window": 6},
)


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
