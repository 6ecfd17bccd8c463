"""A study of plants that travels to three sites and comes back as sums: small, and run in seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.release._packed import Pack
from industria.release.sealed import Sealed, open_release
from industria.sources import find
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.run import run
from tests.release.sites import sealed

TEXT = """
title = "Grants"
question = "Did grants raise quality?"

[sources.plants]
use = "files.csv"
path = "nobody-has-it-here.csv"

[sources.plants.contract]
key = ["plant", "year"]

[sources.plants.contract.columns]
plant     = { type = "text", not_null = true }
year      = { type = "integer", values = [1987, 1988, 1989], not_null = true, unit = "years" }
log_scrap = { type = "number", unit = "log points" }
funded    = { values = [0, 1], not_null = true, unit = "fraction" }
funded_1  = { values = [0, 1], not_null = true, unit = "fraction" }
persons   = { type = "number", minimum = 1, unit = "persons" }
hours     = { type = "number", minimum = 0, unit = "hours" }

[contract.plants]
unit = "plant"

[contract.plants.definitions]
persons = "Heads or full-time equivalents?"

[[step]]
name = "effect"
use = "evaluation.normal_equations"
panel = "plants"
outcome = "log_scrap"
regressors = ["funded", "funded_1"]
absorb = ["plant"]
common = ["year"]

[[step]]
name = "sizes"
use = "tables.histogram"
records = "plants"
column = "persons"
edges = [0, 25, 50, 100, 1000]
by = ["year"]
unit = "plant"

[[step]]
name = "shares"
use = "tables.query"
sizes = "sizes"
sql = "SELECT year, bin_low::INTEGER AS bin_low, count / sum(count) OVER (PARTITION BY year) AS share FROM sizes"
units = { share = "fraction" }

[[claim]]
says = "Grants lowered scrap a year later"
value = "effect[term=funded_1].estimate"
below = 0.0
"""
BRIEF = """---
answer: Scrap changed by {{ effect[term=funded_1].estimate | number(3) }} log points.
---

{{ shares[year=1988,bin_low=25].share | percent(1) }} of plants are of the second size.
"""


@cache
def plants() -> pd.DataFrame:
    """Michigan's plants, as the package linearmodels brings them, under words of the study."""
    file = distribution("linearmodels").locate_file("linearmodels/datasets/jobtraining/jobtraining.csv.bz2")
    rows = pd.read_csv(str(file))
    named = {"lscrap": "log_scrap", "grant": "funded", "grant_1": "funded_1", "employ": "persons"}
    return rows.rename(columns=named).assign(plant="p" + rows["fcode"].astype(str), hours=rows["tothrs"])[
        ["fcode", "plant", "year", "log_scrap", "funded", "funded_1", "persons", "hours"]
    ]


def study_of(folder: Path, text: str = TEXT, brief: str = BRIEF) -> Path:
    """Write the study into a folder."""
    place = folder / "grants"
    place.mkdir(parents=True, exist_ok=True)
    (place / "study.toml").write_text(text, encoding="utf-8")
    (place / "brief.md").write_text(brief, encoding="utf-8")
    return place


def site_of(
    folder: Path, pack: Pack, site: str, rows: pd.DataFrame, *, hide: Mapping[str, Any] | None = None
) -> Sealed:
    """Run a pack on rows of one site, and seal the results; rows of `sizes` that are hidden are withheld."""
    place = folder / f"{site}.csv"
    rows.drop(columns="fcode").to_csv(place, index=False)
    with tempfile.TemporaryDirectory() as unpacked:
        pack.unpacked(Path(unpacked))
        study = with_sources(load(Path(unpacked)), {"plants": find("files.csv")(str(place))})
        made = run(study, folder=folder / f"run-{site}")
    steps = {}
    for name in made.steps:
        step = made.step(name)
        keys = {"effect": ["term"], "sizes": ["year", "bin_low", "bin_high"], "shares": ["year", "bin_low"]}[name]
        told = {word: step[word] for word in ("name", "measure", "code", "parameters", "pools", "rows")}
        told |= {"population_period": None, "by": keys, "additive": ["count"] if name == "sizes" else []}
        tables = {f"tables/{name}.parquet": _released(made.table(name), hide if name == "sizes" else None)}
        if step["pools"] == "moments":
            tables[f"moments/{name}.parquet"] = made.table(name, "moments")
        steps[name] = (told, tables)
    words = {"study": pack.manifest["study"], "pack": pack.sha256}
    return open_release(sealed(folder, site, steps=steps, **words))


def _released(rows: pa.Table, hide: Mapping[str, Any] | None) -> pa.Table:
    rows = rows.select([name for name in rows.column_names if not name.startswith(SUPPORT)])
    hidden = pa.repeat(False, rows.num_rows)
    if hide is not None:
        hidden = pa.array([all(row[name] == value for name, value in hide.items()) for row in rows.to_pylist()])
        count = rows.column_names.index("count")
        rows = rows.set_column(count, rows.schema.field("count"), pc.if_else(hidden, None, rows["count"]))
    return rows.append_column("status", pc.if_else(hidden, "withheld", "published"))
