"""Times pytauargus on firms of ours, OPT and its audit: python pytauargus_times.py FILE."""

import csv
import json
import sys
import time
from collections import Counter
from importlib.metadata import version

import pytauargus

with open(sys.argv[1], newline="") as file:
    rows = list(csv.DictReader(file))
columns = {name: [row[name] for row in rows] for name in ("industry", "region")}
columns["turnover"] = [float(row["turnover"]) for row in rows]
start = time.perf_counter()
found = pytauargus.protect(
    columns,
    ["industry", "region"],
    response="turnover",
    # The second figure of P is the coalition.
    safety_rules="P(10,1)|FREQ(3,10)",
    suppress="OPT(1)",
    hrc={"industry": "2 1 1", "region": "1 1"},
    totcode="Total",
)
protection = time.perf_counter() - start
status = Counter(found.tables[0].status())
start = time.perf_counter()
found.engine.audit(0)
audit = time.perf_counter() - start
told = {"version": version("pytauargus"), "protection": protection, "audit": audit}
print(json.dumps(told | {"primary": status["U"], "secondary": status["M"]}))
