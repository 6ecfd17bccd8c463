"""python make_statspai.py [FOLDER]: writes statspai.csv, noisy frontiers and production functions by StatsPAI."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statspai

warnings.simplefilter("ignore")
folder = Path([*sys.argv[1:], os.environ.get("INDUSTRIA_MIRROR", "")][0]) / "productivity"
answers: list[dict[str, str]] = []


def note(case: str, told: Mapping[str, float]) -> None:
    answers.extend({"case": case, "quantity": name, "value": f"{value:.12g}"} for name, value in told.items())


rice = pd.read_csv(folder / "rice_philippines.csv")
inputs = ["AREA", "LABOR", "NPK"]
rice[["PROD", *inputs]] = np.log(rice[["PROD", *inputs]])
cases: dict[str, dict[str, Any]] = {
    "rice half_normal": {},
    "rice exponential": {"dist": "exponential"},
    "rice schooling and irrigation": {"usigma": ["EDYRS", "BANRAT"]},
}
for case, options in cases.items():
    fit = statspai.frontier(rice, y="PROD", x=inputs, **options)
    note(case, {**fit.params, "log_likelihood": fit.diagnostics["log_likelihood"]})
    if case == "rice exponential":
        note(case, {"mean_efficiency": fit.efficiency().mean()})
lasting = statspai.xtfrontier(rice, y="PROD", x=inputs, id="FMERCODE", time="YEARDUM")
note("rice pitt_lee", {**lasting.params, "log_likelihood": lasting.diagnostics["log_likelihood"]})

chile = pd.read_csv(folder / "chilean_prodest.csv")
roles: dict[str, Any] = {"output": "Y", "free": ["fX1", "fX2"], "state": "sX", "panel_id": "idvar", "time": "timevar"}
for degree in (2, 3):
    found = statspai.ackerberg_caves_frazer(chile, proxy="pX", polynomial_degree=degree, **roles)
    note(f"Chile ackerberg_caves_frazer of degree {degree}", found.coef)
roles["polynomial_degree"] = 2
note("Chile levinsohn_petrin", statspai.levinsohn_petrin(chile, proxy="pX", **roles).coef)
note("Chile olley_pakes", statspai.olley_pakes(chile, proxy="inv", drop_zero_proxy=False, **roles).coef)
note("Chile wooldridge", statspai.wooldridge_prod(chile, proxy="pX", productivity_degree=1, **roles).coef)

pd.DataFrame(answers).to_csv(Path(__file__).with_name("statspai.csv"), index=False)
