"""What our measures answer where a peer's answer stands in tests/golden/productivity: frontiers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from industria.productivity import (
    bias_corrected_efficiency,
    dea,
    economic_efficiency,
    efficiency_drivers,
    malmquist,
    productivity_index,
    returns_to_scale_test,
    stochastic_frontier,
)
from tests.productivity.frontier_data import ELEVEN, ONE_IN, SEVEN, TWO_IN, frame
from tests.productivity.official_files import official

Answers = dict[str, float]


def golden(file: str, case: str) -> Answers:
    """Read what a peer answers in one case."""
    rows = pd.read_csv(Path(__file__).parents[1] / "golden" / "productivity" / f"{file}.csv", dtype={"quantity": str})
    rows = rows[rows["case"] == case]
    return dict(zip(rows["quantity"], rows["value"], strict=True))


def named(names: Any, values: Any) -> Answers:
    """Pair quantities with their values."""
    return dict(zip(map(str, names), map(float, values), strict=True))


SITES: dict[str, Any] = {"unit": "firm", "inputs": [f"x{i}" for i in range(1, 6)], "outputs": ["y1", "y2", "y3"]}
HOSPITALS: dict[str, Any] = {
    "unit": "firm_id",
    "inputs": ["labor", "capital"],
    "outputs": ["inpatients", "outpatients"],
}
STATES: dict[str, Any] = {"inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"]}
FARMS: dict[str, Any] = {
    "unit": "state",
    "time": "year",
    "inputs": [f"q_{of}" for of in ("capital", "land", "labor", "materials")],
    "outputs": [f"q_{of}" for of in ("livestock", "crop", "other")],
}


def frontier(case: str) -> Answers:
    """Scores of one of the tables, or an index of two of its periods."""
    if "Malmquist" in case or "farms" in case:
        return changes(case)
    if case == "eleven units slacks":
        slacks = frame(dea(ELEVEN, **TWO_IN, returns="constant", slacks=True).slacks)
        return named(slacks["unit"] + " " + slacks["good"], slacks["slack"])
    if case.split()[2] in ("cost", "revenue", "profit"):
        return money(*case.split()[2:])
    *words, returns, side = case.split()
    asked: dict[str, Any] = {"returns": returns, "orientation": side}
    match words:
        case ["eleven", _]:
            return named("abcdefghijk", dea(ELEVEN, **TWO_IN, **asked).to_pandas()["score"])
        case ["seven", _]:
            return named("abcdefg", dea(SEVEN, **ONE_IN, **asked).to_pandas()["score"])
        case ["hospitals"]:
            found = dea(official("hospitals_japan.csv"), **HOSPITALS, **asked).to_pandas()
            return named(found["firm_id"], found["score"])
        case ["schools"]:
            sites = dea(official("charnes1981.csv"), **SITES, **asked)
            score = sites.to_pandas()["score"]
            return {"sum": score.sum(), "first": score[0], "efficient": sites.n_efficient}
    rows = official("munnell_us_states.csv").query(f"YR == {words[1]}")
    states = dea(rows, unit="ST_ABB", **STATES, **asked)
    return {"mean": float(states.mean_efficiency or np.nan), "efficient": states.n_efficient}


def money(objective: Any, returns: Any) -> Answers:
    """Optima of the eleven units, each at prices of its own."""
    k = np.arange(1, 12)
    priced = ELEVEN.assign(w1=1 + k / 10, w2=3 - k / 10, p=2 + k / 5)
    roles = TWO_IN if objective != "revenue" else {"unit": "unit", "inputs": ["y"], "outputs": ["x1", "x2"]}
    prices = {"x1": "w1", "x2": "w2", "y": "p"}
    found = economic_efficiency(priced, **roles, prices=prices, objective=objective, returns=returns).to_pandas()
    return named(found["unit"], found["optimum"])


TWO_PERIODS: dict[str, list[list[float]]] = {
    "five units Malmquist": [[2, 3, 5, 4, 4, 1, 2, 4, 3, 4], [1, 4, 6, 3, 5, 1, 4, 6, 3, 3]],
    "four units Malmquist": [[10, 28, 30, 60, 12, 26, 16, 60], [5, 7, 10, 15, 6, 8, 9, 15]],
    "five units Malmquist-Luenberger": [[1] * 10, [7, 5, 1, 3, 4, 8, 5.5, 2, 2, 4], [2, 5, 3, 3, 2, 1, 3, 2, 4, 1]],
}
PARTS = ["change", "efficiency_change", "technical_change"]


def changes(case: str) -> Answers:
    """Indexes of two periods, by unit and part."""
    if case in TWO_PERIODS:
        x, y, *b = TWO_PERIODS[case]
        table = pd.DataFrame({"unit": list("abcde"[: len(x) // 2]) * 2, "x": x, "y": y}).astype({"x": float})
        table["year"] = np.repeat([1, 2], len(x) // 2)
        words: dict[str, Any] = {"unit": "unit", "time": "year", "inputs": ["x"], "outputs": ["y"], "allow_thin": True}
        if b:
            bad: dict[str, Any] = {"bad_outputs": ["b"], "index": "malmquist_luenberger", "bad_disposal": "free"}
            found = malmquist(table.assign(b=b[0]), **words, **bad).to_pandas()
            return named(found["unit"], found["change"])
        cells = malmquist(table, **words).to_pandas().set_index("unit")[PARTS].stack()
        return named((f"{unit} {part}" for unit, part in cells.index), cells)
    if case == "states 1970-86 Malmquist":
        rows = official("munnell_us_states.csv").query("YR in (1970, 1986)")
        states = malmquist(rows, unit="ST_ABB", time="YR", **STATES)
        means, found = frame(states.means), states.to_pandas()
        return named(means["part"], means["mean"]) | named(found["ST_ABB"], found["change"])
    return farms(case)


def farms(case: str) -> Answers:
    """Alabama's farms, 1995 to 1996."""
    rows = official("us_agriculture_states.csv")
    two = rows[rows["year"].isin([1995, 1996])]
    if case == "farms Malmquist":
        found = malmquist(two, **FARMS).to_pandas().set_index("state").loc["AL"]
        return named((f"AL {part}" for part in PARTS), found[PARTS])
    if "Hicks-Moorsteen" in case:
        found = malmquist(two, **FARMS, returns="variable", index="hicks_moorsteen").to_pandas()
        return named(found["state"], found["change"])
    if "Färe-Primont" in case:
        way: Any = "shadow_prices" if "shadow" in case else "distance"
        levels = frame(malmquist(rows, **FARMS, returns="variable", index="fare_primont", aggregator=way).levels)
        return named(levels["state"] + " " + levels["year"].astype(str), levels["level"])
    prices: dict[str, Any] = {side: {q: q.replace("q_", "p_") for q in FARMS[side]} for side in ("inputs", "outputs")}
    formula: Any = case.split()[-1].lower()
    table = productivity_index(rows, unit="state", time="year", **prices, formula=formula).to_pandas()
    alabama = table[table["state"] == "AL"].set_index("year")
    change = named(["output", "input", "tfp"], alabama.loc[1996, ["output_index", "input_index", "tfp"]])
    return change | named(["AL 1995"], alabama.loc[[1995], "tfp"])


def doubts(case: str) -> Answers:
    """Bias, tests of returns with the peer's bandwidth, and what drives the distance of hospitals."""
    if case == "schools bias":
        drawn: dict[str, Any] = {"bandwidth": "normal_reference", "replications": 500}
        scores = bias_corrected_efficiency(official("charnes1981.csv"), **SITES, **drawn).to_pandas()
        return {"mean": scores["bias"].mean()}
    if case == "hospitals drivers":
        rows = official("hospitals_japan.csv")
        rows[["z1", "z2", "z3"]] /= 100
        drivers: dict[str, Any] = {"drivers": ["z1", "z2", "z3"], "algorithm": 1, "replications": 2}
        found = efficiency_drivers(rows, **HOSPITALS, **drivers)
        terms = ["intercept", "z1", "z2", "z3", "sigma"]
        fit = {"log_likelihood": float(found.log_likelihood or np.nan), "rows": found.n_obs}
        return named(terms, found.to_pandas()["estimate"]) | fit
    name, *_, null, side = case.split()
    bandwidth = golden("frontier_draws", case)["bandwidth"]
    asked: dict[str, Any] = {"nulls": [null], "orientation": side, "bandwidth": bandwidth, "replications": 500}
    of: dict[str, Any] = TWO_IN if name == "eleven" else SITES
    table = returns_to_scale_test(ELEVEN if name == "eleven" else official("charnes1981.csv"), **of, **asked)
    words = ["statistic", "p_value", "critical_value"]
    return named(words, table.to_pandas().loc[0, words]) | {"bandwidth": bandwidth}


NOISY: dict[str, dict[str, Any]] = {
    "half_normal": {},
    "truncated_normal": {"distribution": "truncated_normal"},
    "exponential": {"distribution": "exponential"},
    "pitt_lee": {"model": "pitt_lee"},
    "irrigation": {"inefficiency_variance": ["EDYRS", "BANRAT"]},
}


def noise(case: str) -> Answers:
    """Stochastic frontiers of 60 firms or of rice farms, in the words of either peer."""
    if case.startswith("sixty"):
        rows = official("front41_60_firms.csv")
        roles: dict[str, Any] = {"unit": "firm", "output": "output", "inputs": ["capital", "labour"]}
    else:
        rows = official("rice_philippines.csv")
        roles = {"unit": "FMERCODE", "time": "YEARDUM", "output": "PROD", "inputs": ["AREA", "LABOR", "NPK"]}
    found = stochastic_frontier(rows, **roles, **NOISY[case.split()[-1]])
    told = named(*(found.to_pandas()[column] for column in ("term", "estimate")))
    fit, scores = frame(found.fits).iloc[0], frame(found.efficiencies)["efficiency"]
    # StatsPAI tells logs of standard deviations where ours are of variances.
    halves = {name.replace("inefficiency_variance:", "u_"): value / 2 for name, value in told.items()}
    halves |= {"u__cons": halves.get("u_intercept", np.nan)}
    halves |= {"ln_sigma_v": halves.get("noise_variance:intercept", np.nan)}
    if np.isfinite(fit["sigma_u"]):
        halves |= {f"ln_{name}": float(np.log(fit[name])) for name in ("sigma_u", "sigma_v")}
    whole = {"log_likelihood": float(found.log_likelihood or np.nan), "mean_efficiency": fit["mean_efficiency"]}
    firsts = {f"efficiency {i + 1}": score for i, score in enumerate(scores[:3])}
    names = {"_cons": told["intercept"], "sigmaSq": told.get("sigma2", np.nan), "least_squares": fit["least_squares"]}
    return halves | told | names | whole | firsts
