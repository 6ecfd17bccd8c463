"""What a measure that is not of Industria calls its numbers is no proof of what they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from industria.core.result import Result
from industria.core.table import as_table
from industria.release import Policy, Release, release
from industria.study.load import load
from industria.study.run import run

POLICY = Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)))
NAMES = ("total", "total_sales", "average", "largest_firm", "max_sales", "top1", "sd_sales", "p50", "maximum")
TEXT = """
title = "Who sells where?"
question = "Which region sells more steel?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "own"
use = "./measures.py:own"
firms = "firms"
"""
PRICES = """prices = "prices"

[sources.prices]
use = "files.csv"
path = "prices.csv"
"""
COPY = "is a copy of records; a source of nobody's records stands in `[release] public`"
MEASURES = '''
import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table


@measure(gives={"level": "level [currency]"}, cites="no one", design="descriptive", support="units")
def own(firms: TableLike) -> Result:
    """Rows that are each said to be of 99."""
    rows = as_table(firms, "firms", "firm", "region", "sales")
    return Result(table=ROWS.with_columns(support_units=nw.lit(99)))
'''


def told(**columns: Any) -> Release:
    """Release a plain result of two regions."""
    rows = pd.DataFrame({"region": ["A", "B"], **columns})
    return release({"x": Result(table=as_table(rows, "rows"))}, POLICY)


@pytest.mark.parametrize("name", NAMES)
def test_an_amount_does_not_leave_whatever_it_is_called(name: str) -> None:
    found = told(**{name: [9000.13, 120.5]}, n=[8, 20], support_units=[8, 20])

    table = found.table("x").to_pydict()
    assert table[name] == [None, None]
    assert table["n"] == [8, 20]
    assert found._found.judged["x"].reasons == [
        f"{name}: it is of a measure that is not of Industria, and nobody tells how much of it one unit has"
    ]


def test_what_is_called_a_number_of_units_must_be_one() -> None:
    found = told(n=[9000, 120], weight=[0.5, 90.1], support_units=[8, 20])

    assert found.table("x").to_pydict()["n"] == [None, None]
    assert found.table("x").to_pydict()["weight"] == [None, None]


def test_estimates_of_a_kind_that_nobody_knows_stay() -> None:
    found = told(average=[9000.13, 120.5], support_units=[8, 20], support_df=[50, 50])

    assert found.table("x").to_pydict()["average"] == [None, None]


def test_a_policy_without_concentration_lets_amounts_leave() -> None:
    rows = pd.DataFrame({"region": ["A", "B"], "level": [9.5, 3.5], "support_units": [8, 20]})

    found = release({"x": Result(table=as_table(rows, "rows"))}, Policy(threshold=3, concentration="none"))

    assert found.table("x").to_pydict()["level"] == [9.5, 3.5]


def test_beside_sums_only_their_ratios_leave() -> None:
    """Of sums the largest contributors are told; of a share or a record beside them nobody is."""
    sales, staff = [100.0, 90.0], [10.0, 45.0]
    found = told(
        sales=sales,
        staff=staff,
        per_head=[10.0, 2.0],
        largest_firm=[40.0, 33.3],
        support_units=[9, 9],
        support_sales_largest=[20.0, 20.0],
        support_sales_second=[20.0, 20.0],
        support_staff_largest=[2.0, 6.0],
        support_staff_second=[2.0, 6.0],
    )

    table = found.table("x").to_pydict()
    assert table["sales"] == sales
    assert table["per_head"] == [10.0, 2.0]
    assert table["largest_firm"] == [None, None]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ('rows.select("region", level="sales")', f"it has a row for each row of 'firms', and {COPY}"),
        (
            'rows.filter(nw.col("sales") > 100).select(nw.col("firm").alias("who"), "sales")',
            "its column 'who' has the codes of 'firm', and names units",
        ),
    ],
    ids=["a row for each row", "names for codes"],
)
def test_records_do_not_leave_whatever_is_said_of_them(tmp_path: Path, rows: str, why: str) -> None:
    assert refused(tmp_path, TEXT, MEASURES.replace("ROWS", rows)) == {"own": why}


def refused(folder: Path, text: str, measures: str) -> Mapping[str, str]:
    """Release the own measure of a study of twenty firms and nine prices; tell why it stays."""
    firms = pd.DataFrame({"firm": [f"f{i:02d}" for i in range(20)], "region": ["A", "B"] * 10})
    firms.assign(sales=[91.0 + i for i in range(20)]).to_csv(folder / "firms.csv", index=False)
    pd.DataFrame({"year": range(2010, 2019), "price": 1.0}).to_csv(folder / "prices.csv", index=False)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "measures.py").write_text(measures, encoding="utf-8")
    (folder / "brief.md").write_text("Nothing yet.", encoding="utf-8")
    return release(run(load(folder), folder=folder / "run"), POLICY, steps=["own"]).refused


@pytest.mark.parametrize("alone", [False, True], ids=["beside records", "alone"])
def test_a_small_table_beside_records_is_none_that_is_copied(tmp_path: Path, alone: bool) -> None:
    """Nine prices have fewer rows than most results; read alone, they may be the records."""
    own = MEASURES.replace("firms: TableLike", "firms: TableLike, prices: TableLike")
    own = own.replace('as_table(firms, "firms", "firm", "region", "sales")', 'as_table(prices, "prices", "price")')
    own = own.replace("ROWS", 'rows.select("year", level="price")')
    text = TEXT.replace('path = "firms.csv"', 'path = "prices.csv"') if alone else TEXT

    found = refused(tmp_path, text + PRICES, own)

    assert ("own" in found) == alone
    assert not alone or found["own"].endswith("`[release] public`")
