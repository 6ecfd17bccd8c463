from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.ecosystems import equipment_demand
from industria.sources import esft

HERE = Path(__file__).parents[1]
MIRROR = HERE.parent / "shared" / "data"
GOLDEN = HERE / "tests" / "golden" / "equipment_demand" / "make.R"
MACHINES = ("roche_6800", "roche_8800", "abbott_m2000", "hologic_panther", "manual")
START = dt.date(2022, 1, 3)

# The package for one country: the shortest of three, and what it found.
PEER = """
once <- function() suppressMessages(suppressWarnings(weekly("BRA")))
taken <- sapply(1:3, function(i) system.time(rows <<- once())[["elapsed"]])
rows <- rows[rows$category != "Diagnostics", ]
cat(min(taken), "\\n", as.character(packageVersion("esft")), "\\n", sep = "")
write.csv(rows[, c("item", "week_begins", "total_amount")], stdout(), row.names = FALSE)
"""


def caseload() -> pa.Table:
    k = np.arange(168)
    cases = np.round(20000 * np.exp(-(((k - 100) / 30) ** 2)) + 1000)
    return pa.table({"day": [dt.date(2021, 11, 1) + dt.timedelta(days=int(d)) for d in k], "new_cases": cases})


def capacities(countries: pa.Table, platforms: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """One row a country whose staff, beds and laboratories are known."""
    modules = {row["country"]: row for row in platforms.to_pylist()}
    for row in countries.to_pylist():
        wanted = ("doctors", "nurses", "laboratory_staff", "hospital_beds", "intensive_care_share")
        if row["country"] in modules and all(row[name] is not None for name in wanted):
            here = modules[row["country"]]
            yield (
                row["country"],
                pa.table(
                    {
                        "health_workers": [row["doctors"] + row["nurses"]],
                        "hospital_beds": [row["hospital_beds"]],
                        "intensive_care_share": [row["intensive_care_share"]],
                        "laboratory_staff": [row["laboratory_staff"]],
                        "active_laboratories": [sum(here[name] for name in MACHINES) / 3 + here["genexpert"] / 4],
                    }
                ),
            )


def peer() -> tuple[float, str, dict[tuple[str, str], float]]:
    """Seconds of the R package for Brazil, its version, and its units."""
    if shutil.which("Rscript") is None:
        pytest.skip("the peer is not installed: R with the package esft (github.com/mrc-ide/esft)")
    code = GOLDEN.read_text().split("for (country in")[0] + PEER
    ran = subprocess.run(["Rscript", "-"], input=code, capture_output=True, text=True, check=False)
    if ran.returncode:
        pytest.skip(f"the peer does not run: R package esft ({ran.stderr.strip().splitlines()[-1]})")
    taken, version, rows = ran.stdout.split("\n", 2)
    units = {(row["item"], row["week_begins"]): float(row["total_amount"]) for row in csv.DictReader(rows.split("\n"))}
    return float(taken), version.strip(), units


def test_180_countries_against_the_r_package_for_one(
    benchmark: Any, seconds: Callable[..., float], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not MIRROR.is_dir():
        pytest.skip(f"the tables of the forecasting tool are not on this machine: {MIRROR} is no folder")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(MIRROR))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    taken, version, wanted = peer()
    cases, equipment, staff = caseload(), collect(esft.equipment().read()), collect(esft.staff().read())
    known = dict(capacities(collect(esft.countries().read()), collect(esft.diagnostics().read())))
    places = {"BRA": known.pop("BRA"), **dict(list(known.items())[:179])}

    def all_countries() -> dict[str, Any]:
        return {
            country: equipment_demand(cases, equipment, staff, capacity, compat="esft", start=START)
            for country, capacity in places.items()
        }

    found = benchmark.pedantic(all_countries, rounds=3, warmup_rounds=1)

    assert len(found) == 180
    brazil = found["BRA"].to_arrow().to_pylist()
    assert {(row["item"], str(row["week"])): row["units"] for row in brazil} == pytest.approx(
        wanted, rel=1e-9, abs=1e-6
    )
    ratio = benchmark.stats.stats.min / taken
    benchmark.extra_info[f"180 countries, times the R package esft {version} for one"] = round(ratio, 3)
    assert ratio < 1
