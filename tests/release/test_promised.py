"""What the contract of a source says of who stands behind its records binds every step that leaves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.table import as_table
from industria.release import Policy, release
from industria.study.load import load
from industria.study.run import run

HEAD = """
title = "Turnover"
question = "Who sells how much?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[sources.firms.contract]
key = ["firm", "month"]

[sources.firms.contract.columns]
firm = { type = "text", not_null = true }
group = { type = "text", not_null = true }
month = { type = "integer", minimum = 1, maximum = 12, not_null = true }
industry = { values = ["food", "steel", "paper"], not_null = true }
turnover = { type = "number", minimum = 0, unit = "currency" }

[contract.firms]
unit = "firm"
holding = "group"
"""
SUMS = """
[[step]]
name = "sold"
use = "tables.magnitude_table"
records = "firms"
variable = "turnover"
by = ["industry"]
"""
MOVED = """
[[step]]
name = "moved"
use = "tables.query"
firms = "firms"
sql = "SELECT month, industry AS item, sum(turnover) AS price, 1 AS sold FROM firms GROUP BY month, industry"
units = { price = "currency", sold = "count" }

[[step]]
name = "sold"
use = "productivity.index_number"
prices = "moved"
item = "item"
time = "month"
price = "price"
quantity = "sold"
"""
CODED = """
[[step]]
name = "coded"
use = "tables.query"
firms = "firms"
sql = "SELECT firm, \\"group\\", industry, {code} AS code, turnover FROM firms"

[[step]]
name = "sold"
use = "tables.frequency_table"
records = "coded"
by = ["code"]
unit = "firm"
holding = "group"
"""
OWN_STEP = """
[[step]]
name = "sold"
use = "./measures.py:sold"
firms = "firms"
unit = "firm"
holding = "group"
"""
OWN = """
import narwhals.stable.v2 as nw

from industria.core.cells import add_up
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table


@measure(gives={"turnover": "of the cell [currency]"}, cites="no one", design="descriptive", support="cells")
def sold(firms: TableLike, *, unit: str, holding: str) -> Result:
    \"\"\"Turnover by industry, and what it was written beside it.\"\"\"
    rows = as_table(firms, "firms", "firm", "industry", "turnover")
    cells = add_up(rows, ["industry"], "turnover", unit="firm").rename({"industry": "note"})
    note = nw.concat_str([nw.col("note"), nw.col("turnover").cast(nw.String)], separator=" sold ")
    return Result(table=cells.with_columns(note=note))
"""


def rows() -> pd.DataFrame:
    """Two firms of food, nine of steel and nine of paper, each in twelve months."""
    firm = [f"f{i:02d}" for i in range(20)]
    industry = ["food"] * 2 + ["steel"] * 9 + ["paper"] * 9
    months = pd.DataFrame({"firm": firm, "industry": industry, "group": [f"g{i // 2}" for i in range(20)]})
    made = months.merge(pd.DataFrame({"month": range(1, 13)}), how="cross")
    return made.assign(turnover=np.random.default_rng(2).normal(100, 3, len(made)).round(2))


def told(folder: Path, steps: str, head: str = HEAD) -> tuple[str, str]:
    """Release a study; tell by what its step is judged, and why it stays."""
    folder.mkdir(exist_ok=True)
    rows().to_csv(folder / "firms.csv", index=False)
    (folder / "study.toml").write_text(head + steps, encoding="utf-8")
    (folder / "brief.md").write_text("Nothing yet.", encoding="utf-8")
    study = load(folder)
    found = release(run(study, folder=folder / "run"), Policy(threshold=3, p=0.1), steps=["sold"])
    return found.refused.get("sold", ""), str(found.certificate["not_checked"])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "[contract.firms] says unit = 'firm', and the step does not say unit"),
        ('unit = "industry"', "[contract.firms] says unit = 'firm', and the step says unit = 'industry'"),
        ('unit = "firm"', "[contract.firms] says holding = 'group', and the step does not say holding"),
    ],
    ids=["months pass for firms", "another unit", "no holding"],
)
def test_a_step_that_counts_others_than_the_contract_says_does_not_leave(tmp_path: Path, words: str, why: str) -> None:
    refused, notes = told(tmp_path / "study", SUMS + words)

    assert refused == why
    assert "of which nothing leaves" in notes


def test_one_that_counts_what_it_says_leaves(tmp_path: Path) -> None:
    refused, _ = told(tmp_path / "study", SUMS + 'unit = "firm"\nholding = "group"')

    assert not refused


def test_a_measure_that_asks_for_no_unit_does_not_leave(tmp_path: Path) -> None:
    refused, _ = told(tmp_path / "study", MOVED)

    assert refused == "[contract.firms] says unit = 'firm', and productivity.index_number does not ask for one"


@pytest.mark.parametrize(
    "code",
    ["CAST(turnover AS VARCHAR)", "CAST(turnover * 100 AS INTEGER)", "concat('like ', turnover)"],
    ids=["an amount", "a whole amount", "an amount in words"],
)
def test_codes_that_nobody_listed_do_not_leave(tmp_path: Path, code: str) -> None:
    refused, _ = told(tmp_path / "study", CODED.format(code=code))

    assert refused.startswith("its column 'code' has codes that neither a contract lists as `values`")


def test_codes_that_a_measure_of_the_study_makes_are_held_to_lists(tmp_path: Path) -> None:
    """They come from no column of records, but may say what stands there."""
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "measures.py").write_text(OWN, encoding="utf-8")

    refused, _ = told(folder, OWN_STEP)

    assert refused.startswith("its column 'note' has codes that neither a contract lists as `values`")


@pytest.mark.parametrize(
    ("code", "name"),
    [("industry", "code"), ("month", "month"), ("CASE industry WHEN 'food' THEN 'eaten' ELSE 'used' END", "code")],
    ids=["of a list", "of a short range", "of the study"],
)
def test_codes_of_a_list_or_of_the_study_leave(tmp_path: Path, code: str, name: str) -> None:
    steps = CODED.format(code=code).replace("AS code", f"AS {name}").replace('["code"]', f'["{name}"]')

    refused, _ = told(tmp_path / "study", steps)

    assert not refused


@pytest.mark.parametrize(
    "code",
    ["2009 + month", "CAST(2009 + month AS DOUBLE)", "CAST(2009 + month AS DECIMAL(8, 2))"],
    ids=["whole", "floating", "decimal"],
)
def test_years_of_a_short_range_leave_however_they_are_stored(tmp_path: Path, code: str) -> None:
    """A range lists whole numbers without `type`, too; a year beside a gap is read as a floating number."""
    head = HEAD.replace("turnover = {", "year = { minimum = 2010, maximum = 2021, required = false }\nturnover = {")
    steps = CODED.format(code=code).replace("AS code", "AS year").replace('["code"]', '["year"]')

    assert not told(tmp_path / "study", steps, head)[0]
    assert told(tmp_path / "wide", steps, head.replace("maximum = 2021", "maximum = 2911"))[0]
    assert told(tmp_path / "half", steps.replace("+ month", "+ month / 2"), head)[0]


@pytest.mark.parametrize(
    "code",
    ["2018 + month % 2", "CAST(concat(2018 + month % 2, '-01-01') AS DATE)"],
    ids=["years", "days"],
)
def test_years_and_days_that_the_study_writes_without_quotes_leave(tmp_path: Path, code: str) -> None:
    steps = CODED.format(code=code)

    assert told(tmp_path / "untold", steps)[0]
    assert not told(tmp_path / "told", f"# years = [2018, 2019], from 2018-01-01 and 2019-01-01\n{steps}")[0]
    assert told(tmp_path / "digits", f"# 12018, 2019.5, v2018\n{steps}")[0]


def test_a_moment_is_its_day_and_codes_may_be_stored_as_numbers_of_a_dictionary(tmp_path: Path) -> None:
    moments = CODED.format(code="CAST(concat(2018 + month % 2, '-01-01') AS TIMESTAMP)")
    listed = CODED.format(code="CAST(industry AS ENUM ('food', 'steel', 'paper'))")

    assert not told(tmp_path / "moments", f"# '2018-01-01' and \"2019-01-01\"\n{moments}")[0]
    assert not told(tmp_path / "listed", listed)[0]


def test_codes_of_a_listed_vintage_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form of a code lists nothing: any amount of six digits has it."""
    links = pa.table({"origin_code": ["11-1011", "11-1021"], "destination_code": ["11-1011", "11-1021"]})
    recorded = SimpleNamespace(read=lambda: as_table(links, "links"))
    monkeypatch.setattr("industria.sources.code_lists.find", lambda use: lambda pair, as_of: recorded)
    vintage = HEAD.replace("turnover = {", 'soc = { classification = "SOC 2018", required = false }\nturnover = {')
    steps = CODED.format(code="concat('11-10', 1 + month % 2, '1')")

    assert not told(tmp_path / "vintage", steps, vintage)[0]
    assert told(tmp_path / "form", steps, vintage.replace("SOC 2018", "SOC"))[0]
    assert told(tmp_path / "others", steps.replace("% 2", "% 3"), vintage)[0]


def test_what_to_do_about_codes_is_said(tmp_path: Path) -> None:
    refused, _ = told(tmp_path / "study", CODED.format(code="CAST(turnover AS VARCHAR)"))

    assert refused.endswith(
        "; list them as `values`, give `minimum` and `maximum` at most 200 apart, or bring a source that is the same "
        "at every site"
    )
