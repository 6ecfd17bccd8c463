"""Leave each plant out in turn, with linearmodels: writes leave_one_out.csv beside this file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from linearmodels.datasets import jobtraining
from linearmodels.panel import PanelOLS

survey = jobtraining.load().dropna(subset=["lscrap"]).astype({"fcode": int, "year": int})
rows = []
for firm in sorted(survey["fcode"].unique()):
    panel = survey[survey["fcode"] != firm].set_index(["fcode", "year"])
    fit = PanelOLS(panel["lscrap"], panel[["grant", "grant_1"]], entity_effects=True, time_effects=True).fit()
    rows.append({"firm": firm, "grant": fit.params["grant"], "grant_last_year": fit.params["grant_1"]})
pd.DataFrame(rows).to_csv(Path(__file__).with_name("leave_one_out.csv"), index=False, float_format="%.9f")
