"""Times pytwoway on a panel, in an environment of its own: python pytwoway_times.py PANEL.npz leave-out|plug-in."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import bipartitepandas as bpd  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pytwoway as tw  # noqa: E402

panel = np.load(sys.argv[1])
frame = bpd.BipartiteDataFrame(pd.DataFrame({name: panel[name] for name in "ijty"}))
leave_out = sys.argv[2] == "leave-out"
cleaning = {"connectedness": "leave_out_spell", "collapse_at_connectedness_measure": True, "verbose": False}
start = time.perf_counter()
cleaned = frame.clean(bpd.clean_params({**cleaning, "drop_single_stayers": True}))
cleaning_seconds = time.perf_counter() - start
DRAWS = {"ndraw_trace_sigma_2": 200, "ndraw_trace_ho": 200, "ndraw_trace_he": 200, "ndraw_lev_he": 200}
SOLVERS = ["minres"] if leave_out else ["minres", "cg"]
found = []
for solver in SOLVERS:
    for preconditioner in ["ichol", "jacobi"]:
        options = {"ho": leave_out, "he": leave_out, "solver": solver, "preconditioner": preconditioner, **DRAWS}
        estimator = tw.FEEstimator(cleaned, tw.fe_params({**options, "progress_bars": False, "verbose": False}))
        start = time.perf_counter()
        estimator.fit(rng=np.random.default_rng(1))
        seconds = time.perf_counter() - start
        values = {name: float(value) for name, value in estimator.summary.items()}
        found.append({"seconds": seconds, "solver": f"{solver}, {preconditioner}", **values})
best = min(found, key=lambda one: one["seconds"])
print(json.dumps({**best, "cleaning": cleaning_seconds, "firms": cleaned.n_firms()}))
