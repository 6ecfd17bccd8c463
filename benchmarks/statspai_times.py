"""Times StatsPAI's half-normal frontier, in an environment of its own: python statspai_times.py UNITS.csv."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import pandas as pd  # noqa: E402
import statspai  # noqa: E402

units = pd.read_csv(sys.argv[1])
seconds = []
for _ in range(2):
    start = time.perf_counter()
    found = statspai.frontier(units, y="output", x=["capital", "labor", "energy"])
    found.efficiency()
    seconds.append(time.perf_counter() - start)
estimates = {name: float(value) for name, value in found.params.items()}
print(json.dumps({"version": statspai.__version__, "seconds": min(seconds), "capital": estimates["capital"]}))
