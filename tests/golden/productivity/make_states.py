"""python make_states.py: writes states.csv, the 48 states of Munnell by linearmodels and statsmodels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels.datasets import munnell
from linearmodels.panel import PanelOLS, PooledOLS

answers: list[tuple[str, str, float]] = []


def note(case: str, quantities: Iterable[str], values: Iterable[float]) -> None:
    answers.extend((case, name, value) for name, value in zip(quantities, values, strict=True))


states = munnell.load()
panel = states.set_index(["ST_ABB", "YR"])
y, X = np.log(panel["GSP"]), np.log(panel[["P_CAP", "PC", "EMP"]]).assign(UNEMP=panel["UNEMP"])
models = {
    "ols": PooledOLS(y, sm.add_constant(X)),
    "fixed_effects": PanelOLS(y, X, entity_effects=True),
    "two_way": PanelOLS(y, X, entity_effects=True, time_effects=True),
}
for name, model in models.items():
    fit = model.fit()
    note(name, X, fit.params[X.columns])
    note(name, [f"{term} standard_error" for term in X], fit.std_errors[X.columns])
    if name in ("ols", "fixed_effects"):
        clustered = model.fit(cov_type="clustered", cluster_entity=True)
        note(name, [f"{term} clustered" for term in X], clustered.std_errors[X.columns])

per_worker = np.log(panel["GSP"] / panel["EMP"]).unstack("YR")
for case, rows in {"beta": per_worker, "beta without LA and WY": per_worker.drop(index=["LA", "WY"])}.items():
    fit = sm.OLS(rows[1986] - rows[1970], sm.add_constant(rows[1970])).fit()
    note(case, ["estimate", "standard_error"], [fit.params[1970], fit.bse[1970]])

pd.DataFrame(answers, columns=["case", "quantity", "value"]).to_csv(
    Path(__file__).with_name("states.csv"), index=False, float_format="%.12g"
)
