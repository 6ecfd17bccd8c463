"""A study that travels to two sites, small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

from industria.study.load import load
from industria.study.model import Study

TOTALS = "year,size,value\n2019,small,100\n2019,large,1000\n2020,small,120\n2020,large,1100\n"
CHAIN = "sector,group\na,goods\nb,services\nc,services\n"

TEXT = """
title = { en = "Sales", pt-BR = "Vendas" }
question = "Who sells how much?"

[sources.firms]
use = "files.csv"
path = "nobody-has-it-here.csv"

[sources.firms.contract]
key = ["firm", "year"]
minimum_rows = 6
adds_up = [{ parts = ["home", "abroad"], total = "sales" }]
time = [{ period = "year", by = ["firm"] }]

[sources.firms.contract.columns]
firm     = { type = "text", not_null = true }
group    = { type = "text" }
name     = { type = "text", required = false }
year     = { type = "integer", values = [2019, 2020], not_null = true, unit = "years" }
sector   = { values = ["a", "b", "c"], not_null = true }
persons  = { type = "integer", minimum = 1, not_null = true, unit = "persons" }
home     = { type = "number", minimum = 0, unit = "currency" }
abroad   = { type = "number", minimum = 0, unit = "currency" }
sales    = { type = "number", minimum = 0, unit = "currency", meaning = "turnover of the year" }

[sources.groups]
use = "files.csv"
path = "groups.csv"
about = { redistributable = true }

[contract.firms]
unit = "firm"
holding = "group"
mock_units = 60

[contract.firms.definitions]
persons = { en = "Are persons heads or full-time equivalents?", pt-BR = "Pessoas são cabeças ou equivalentes?" }
frame = "Which sizes of firms are covered?"

[[contract.firms.coverage]]
column = "sales"
by = ["year", "size"]
totals = "totals.csv"
publisher = "Nobody"
vintage = "2021"
time = "year"
classes = { size = { column = "persons", edges = [50], labels = ["small", "large"] } }

[[step]]
name = "grouped"
use = "tables.query"
firms = "firms"
groups = "groups"
sql = 'SELECT firm, year, firms."group" AS owner, groups."group" AS sort, sales FROM firms JOIN groups USING (sector)'

[[step]]
name = "spread"
use = "tables.summary"
records = "grouped"
columns = ["sales"]
by = ["sort"]
unit = "firm"
holding = "owner"
"""

FIRMS = """firm,group,year,sector,persons,home,abroad,sales
f1,g1,2019,a,10,10,2,12
f1,g1,2020,a,11,11,2,13
f2,g1,2019,b,60,70,30,100
f2,g1,2020,b,66,75,35,110
f3,,2019,c,20,20,0,20
f3,,2020,c,20,22,0,22
f4,,2019,a,90,900,0,900
f4,,2020,a,95,950,0,950
f5,,2019,c,30,30,8,38
f5,,2020,c,30,30,9,39
f6,,2019,b,12,12,0,12
f6,,2020,b,12,13,0,13
"""


def small_network(folder: Path, text: str = TEXT) -> Study:
    """Write the study into a folder; the data of a site lies beside it in `site.csv`."""
    study = folder / "sales"
    study.mkdir(parents=True, exist_ok=True)
    (study / "study.toml").write_text(text, encoding="utf-8")
    (study / "totals.csv").write_text(TOTALS, encoding="utf-8")
    (study / "groups.csv").write_text(CHAIN, encoding="utf-8")
    (folder / "site.csv").write_text(FIRMS, encoding="utf-8")
    return load(study)
