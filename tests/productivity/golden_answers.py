"""What our measures answer where a peer's answer stands in tests/golden/productivity: index numbers and functions."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from linearmodels.datasets import munnell

from industria.evaluation import fixed_effects
from industria.kernels.two_equations import joint
from industria.productivity import (
    convergence,
    growth_decomposition,
    index_number,
    multilateral_index,
    production_function,
    value_added_decomposition,
)
from industria.tables import ranking
from tests.kernels.test_two_equations import equations
from tests.productivity.frontier_data import frame
from tests.productivity.golden_frontiers import Answers, named
from tests.productivity.index_data import ces_sigma2
from tests.productivity.official_files import official

# Index numbers, decompositions and ranks

PRICES: dict[str, Any] = {"item": "product", "time": "period", "price": "price", "quantity": "quantity"}


def index_numbers(case: str) -> Answers:
    """Period 12 over 1."""
    windows: dict[str, Any] = {}
    if case.startswith("windows"):
        windows = {"window": 5, "splice": case.split()[-1]}
    if windows or case == "one window":
        kernels: dict[str, dict[str, Any]] = {
            **{f"geks {kernel}": {"kernel": kernel} for kernel in ("fisher", "tornqvist")},
            **{method: {"method": method} for method in ("geary_khamis", "time_product_dummy")},
        }
        found = {name: multilateral_index(ces_sigma2(), **PRICES, **of, **windows) for name, of in kernels.items()}
    else:
        of = {"sigma": 2.0} if case == "lloyd_moulton" else {}
        words: dict[str, Any] = {"formula": case, **of}
        found = {way: index_number(ces_sigma2(), **PRICES, chain=way, **words) for way in ("chained", "fixed")}  # type: ignore[misc]
    return {name: result.to_pandas()["index"].iloc[-1] for name, result in found.items()}


FIRMS = pd.DataFrame(
    {
        "firm": [*"123456", *"123478"],
        "year": [0] * 6 + [1] * 6,
        "p": [1.95, 1.73, 1.64, 1.85, 1.39, 1.57, 1.68, 1.76, 1.04, 1.47, 1.17, 1.23],
        "share": [0.33, 0.25, 0.10, 0.12, 0.09, 0.11, 0.30, 0.21, 0.17, 0.01, 0.25, 0.06],
    }
)


def decompositions(case: str) -> Answers:
    """Growth of the firms to each later period, or factors of mining's value added."""
    if case == "mining":
        goods: dict[str, Any] = {"outputs": {"y2": "p2"}, "inputs": {"h2": "w2", "x2": "u2"}}
        mining = official("mining_australia.csv").assign(industry="mining")
        found = value_added_decomposition(mining, unit="industry", time="year", **goods).to_pandas()
        cells = found.set_index("year").drop(columns="industry").select_dtypes("number").stack()
        return named((f"{year} {factor}" for year, factor in cells.index), cells)
    back = pd.concat([FIRMS, FIRMS[FIRMS["year"] == 0].assign(year=3)])
    words: dict[str, Any] = {"value": "p", "weight": "share", "unit": "firm", "time": "year"}
    methods = [case, "olley_pakes"]
    found = growth_decomposition(back, **words, methods=methods).to_pandas().query(f"method == '{case}'")  # type: ignore[arg-type]
    return named("period " + found["time_to"].astype(str) + " " + found["component"], found["contribution"])


def ranks(case: str) -> Answers:
    """Ends of the sets of ranks."""
    pisa = official("pisa2018_math.csv")
    found = ranking(pisa, unit="jurisdiction", estimate="math_score", standard_error="math_se").to_pandas()
    low, high = (named(found["jurisdiction"] + f" {end}", found[f"rank_{end}"]) for end in ("low", "high"))
    return low | high


# States and plants


def states(case: str) -> Answers:
    """Munnell's regressions; errors clustered by us times what makes them those of the peer."""
    rows = munnell.load()
    if case.startswith("beta"):
        rows = rows.assign(p=np.log(rows["GSP"] / rows["EMP"]))
        rows = rows[~rows["ST_ABB"].isin(re.findall(r"[A-Z]{2}", case))]
        found = frame(convergence(rows, value="p", unit="ST_ABB", time="YR").unconditional).iloc[0]
        return named(["estimate", "standard_error"], found[["estimate", "standard_error"]])
    logs = ["GSP", "P_CAP", "PC", "EMP"]
    rows[logs] = np.log(rows[logs])
    effects = {"ols": [], "fixed_effects": ["ST_ABB"], "two_way": ["ST_ABB", "YR"]}[case]
    terms = [*logs[1:], "UNEMP"]
    words: dict[str, Any] = {"outcome": "GSP", "treatment": terms, "unit": "ST_ABB", "time": "YR", "effects": effects}
    plain = fixed_effects(rows, **words, vcov="iid").to_pandas().set_index("term").loc[terms]
    clustered = fixed_effects(rows, **words, cluster="ST_ABB").to_pandas().set_index("term").loc[terms]
    errors = named((f"{term} standard_error" for term in terms), plain["standard_error"])
    # Ours: G / (G - 1) (N - 1) / (N - K); theirs: N / (N - K) with intercept and, of effects, none.
    K = len(terms) + (not effects)
    own = len(terms) + 1
    factor = np.sqrt(48 / 47 * 815 / (816 - own) / (816 / (816 - K)))
    wide = named((f"{term} clustered" for term in terms), clustered["standard_error"] / factor)
    return named(terms, plain["estimate"]) | errors | wide


CHILE: dict[str, Any] = {
    "unit": "idvar",
    "time": "timevar",
    "output": "Y",
    "free": ["fX1", "fX2"],
    "state": ["sX"],
    "logs": True,
}
COLOMBIA: dict[str, Any] = {
    "unit": "id",
    "time": "year",
    "output": "RGO",
    "state": ["L", "K"],
    "flexible": "RI",
    "revenue_share": "share",
    "output_concept": "gross_output",
    "logs": True,
}


@cache
def plants(case: str) -> Answers:
    """Elasticities of plants in Chile or Colombia, and the criterion at the root."""
    if case == "Chile wooldridge":
        # The peer stops after the first of our two rounds.
        of = equations(official("chilean_prodest.csv"), "idvar", "timevar", "Y", ["fX1", "fX2"], "sX", "pX")
        return named(["fX1", "fX2", "sX"], joint(of, two_step=False)[0])
    degree = int(found[0]) if (found := re.findall(r"degree (\d)", case)) else 2
    if case.startswith("Colombia"):
        table = official("colombian_food_gnr.csv")
        words: dict[str, Any] = {"estimator": "gandhi_navarro_rivers", "control_degree": degree}
        result = production_function(table, **COLOMBIA, **words)
    else:
        estimator = case.split()[1]
        words = {"estimator": estimator, "proxy": "inv" if estimator == "olley_pakes" else "pX"}
        result = production_function(official("chilean_prodest.csv"), **CHILE, **words, control_degree=degree)
    table, roots = result.to_pandas().set_index("term"), frame(result.roots)
    clustered = {f"{term} clustered": error for term, error in table["standard_error"].items()}
    return {**table["estimate"], **clustered, "criterion": roots["criterion"].min()}
