"""Times StatsPAI's production function on a file of ours: python statspai_function_times.py FILE DRAWS."""

import json
import sys
import time
import warnings

import pandas as pd
import statspai

warnings.simplefilter("ignore")
rows = pd.read_csv(sys.argv[1])
options = {"panel_id": "firm", "time": "year", "polynomial_degree": 2}
# What is compiled or imported at the first call is no part of the second.
statspai.ackerberg_caves_frazer(rows[rows["firm"] < 100], boot_reps=2, **options)
start = time.perf_counter()
found = statspai.ackerberg_caves_frazer(rows, boot_reps=int(sys.argv[2]), seed=1, **options)
told = {"version": statspai.__version__, "seconds": time.perf_counter() - start, "labor": float(found.coef["l"])}
print(json.dumps(told))
