"""Times DEAPack on units of ours, variable returns, inputs: python deapack_times.py FILE."""

import json
import sys
import time
from importlib.metadata import version

import deapack
import pandas as pd

rows = pd.read_csv(sys.argv[1])
goods = {"inputs": [c for c in rows if c.startswith("x")], "outputs": [c for c in rows if c.startswith("y")]}
data = deapack.DEAData.from_frame(rows, dmu="unit", **goods)
start = time.perf_counter()
found = deapack.BCCInput().fit(data)
seconds = time.perf_counter() - start
mean = float(found.summary_frame["efficiency"].mean())
print(json.dumps({"version": version("DEAPack"), "seconds": seconds, "mean": mean}))
