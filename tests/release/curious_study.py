"""A study that asks for everything: sums, ranks, growth, prose, bars, claims, words of its own, in five languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from industria.study.load import load
from industria.study.model import Study

LANGUAGES = ("en", "pt-BR", "tr", "ms", "es")
INDUSTRIES = ("bakeries", "breweries", "dairies", "mills", "tanneries")

TEXT = """
title = "Sales"
question = "Who sells how much?"
languages = ["en", "pt-BR", "tr", "ms", "es"]

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "sales"
use = "tables.magnitude_table"
records = "firms"
variable = "sales"
by = ["industry", "year"]
unit = "firm"
holding = "owner"
counts = true

[[step]]
name = "total"
use = "tables.magnitude_table"
records = "firms"
variable = "sales"
by = ["year"]
unit = "firm"
holding = "owner"

[[step]]
name = "means"
use = "tables.magnitude_table"
records = "firms"
variable = "sales"
by = ["industry", "year"]
unit = "firm"
holding = "owner"
statistic = "mean"

[[step]]
name = "growth"
use = "tables.query"
sales = "sales"
sql = '''SELECT industry, a.value / b.value - 1 AS growth FROM sales a JOIN sales b USING (industry)
WHERE a.year = '2002' AND b.year = '2001' '''

[[step]]
name = "ranks"
use = "tables.query"
sales = "sales"
sql = '''SELECT row_number() OVER (ORDER BY value DESC) AS place, industry, year FROM sales ORDER BY value DESC'''

[[step]]
name = "everybody"
use = "tables.query"
who = "sales.contributors"
sql = "SELECT * FROM who"

[[step]]
name = "records"
use = "tables.query"
firms = "firms"
sql = "SELECT firm, owner, industry, sales FROM firms"

[[step]]
name = "hidden"
use = "tables.query"
sales = "sales"
sql = '''SELECT industry, year, coalesce(value, -1) AS told, value IS NULL AS gone,
coalesce(value, (SELECT max(value) FROM sales)) AS filled FROM sales'''

[[step]]
name = "own"
use = "./measures.py:largest"
firms = "firms"

[[claim]]
says = "The bakeries sell more than 1 in 2001"
value = "sales[industry=bakeries, year=2001].value"
above = 1

[release]
languages = ["en", "pt-BR", "tr", "ms", "es"]
steps = ["sales", "total", "means", "growth", "ranks", "everybody", "records", "hidden", "own"]
"""

MEASURES = '''
from __future__ import annotations

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table


@measure(gives={"sales": "sales of the firm [currency]"}, cites="no one", design="descriptive")
def largest(firms: TableLike) -> Result:
    """The records themselves."""
    return Result(table=as_table(firms, "firms", "firm", "owner", "sales").select("firm", "owner", "sales"))
'''

BRIEF = """{% answer %}
Bakeries sold {{ sales[industry=bakeries, year=2001].value | number(2) }}, of
{{ total[year=2001].value | number(2) }} in all; a mean of {{ means[industry=bakeries, year=2001].value | number(0) }}.
{% endanswer %}

{% claims %}

{% table "sales" columns={"industry": "Industry", "year": "Year", "value": "Sales", "count": "Firms"} caption="Sales" %}

{% table "growth" columns={"industry": "Industry", "growth": "Growth"} caption="Growth" %}

{% figure "growth" kind="bars" value="growth" label="industry" title="Growth" description="Bars by growth." %}

{% unknowns %}
- Much.
{% endunknowns %}

{% sources %}
"""


def firms() -> pd.DataFrame:
    """Draw firms; the bakeries are nearly all one owner's, of three firms."""
    rng = np.random.default_rng(20)
    rows = []
    for i, industry in enumerate(INDUSTRIES):
        for j in range(5 + 2 * i):
            owner = "Qwertz Beteiligungen" if industry == "bakeries" and j < 3 else f"Proprietress {i}{j}"
            base = 40000 + 3000 * rng.random() if owner.startswith("Q") else 900 + 800 * rng.random()
            for year in (2001, 2002):
                sales = round(base * (1 + 0.2 * rng.random()), 2)
                rows.append((f"Zyxomma {i}{j} Ltd", owner, industry, year, sales))
    return pd.DataFrame(rows, columns=["firm", "owner", "industry", "year", "sales"])


def curious(folder: Path) -> Study:
    """Write the study and its data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(TEXT, encoding="utf-8")
    (folder / "measures.py").write_text(MEASURES, encoding="utf-8")
    firms().to_csv(folder / "firms.csv", index=False)
    for language in LANGUAGES:
        (folder / ("brief.md" if language == "en" else f"brief.{language}.md")).write_text(BRIEF, encoding="utf-8")
    return load(folder)
