"""What is made again of released tables holds nothing that hangs on what they withhold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from industria.release._remade import Released, Unmade, remade
from industria.tables.query import query

CELLS = pa.table(
    {
        "industry": ["a", "b", "c", "d"],
        "region": ["n", "n", "s", "s"],
        "value": [10.0, None, 30.0, 40.0],
        "status": ["published", "withheld", "published", "published"],
    }
)


def asked(sql: str, **tables: pa.Table) -> Released:
    return remade(query, {"sql": sql}, tables or {"cells": CELLS})


def rows(released: Released) -> list[dict[str, Any]]:
    return list(released.table.to_pylist())


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        # A sum that skips gaps is the sum of something else; a largest value would bound what is withheld.
        ("SELECT sum(value) AS x FROM cells", None),
        ("SELECT max(value) AS x FROM cells", None),
        ("SELECT min(value) AS x FROM cells", None),
        ("SELECT count(*) FILTER (WHERE value > 5) AS x FROM cells", None),
        ("SELECT coalesce(value, 0) AS x FROM cells WHERE industry = 'b'", None),
        ("SELECT CASE WHEN value > 20 THEN 'large' ELSE 'small' END AS x FROM cells WHERE industry = 'b'", None),
        ("SELECT sum(value) AS x FROM cells WHERE region = 's'", 70.0),
        ("SELECT count(*) AS x FROM cells", 4),
    ],
)
def test_a_number_that_hangs_on_what_is_withheld_is_withheld(sql: str, said: object) -> None:
    (row,) = rows(asked(sql))

    assert row == {"x": said, "status": "withheld" if said is None else "published"}


def test_rows_are_judged_one_by_one_whatever_their_order() -> None:
    made = rows(asked("SELECT region, sum(value) AS x, count(*) AS n FROM cells GROUP BY region ORDER BY x DESC"))

    assert sorted(map(str, made)) == [
        "{'region': 'n', 'x': None, 'n': 2, 'status': 'withheld'}",
        "{'region': 's', 'x': 70.0, 'n': 2, 'status': 'published'}",
    ]


@pytest.mark.parametrize("sql", ["SELECT * FROM cells WHERE value > 20", "SELECT * FROM cells WHERE value < 20"])
def test_rows_that_a_withheld_number_chooses_do_not_leave(sql: str) -> None:
    """Who is missing from a list of the large ones is small."""
    with pytest.raises(Unmade, match="which rows it has"):
        asked(sql)


def test_ranks_beside_what_is_withheld_do_not_leave() -> None:
    made = rows(asked("SELECT industry, rank() OVER (ORDER BY value DESC) AS place FROM cells"))

    assert {row["place"] for row in made} == {None}


def test_a_measure_that_takes_no_gaps_says_so_without_a_value() -> None:
    def strict(cells: pa.Table) -> Any:
        raise ValueError("the value of firm 17 is 123.45")

    with pytest.raises(Unmade) as refused:
        remade(strict, {}, {"cells": CELLS})
    assert str(refused.value) == "its measure does not take what is withheld (ValueError)"
    assert refused.value.__cause__ is None


def test_nothing_is_lost_where_nothing_is_withheld() -> None:
    whole = CELLS.filter(pa.array([True, False, True, True]))

    assert rows(asked("SELECT sum(value) AS x FROM cells", cells=whole)) == [{"x": 80.0, "status": "published"}]


def test_support_of_what_is_made_again_is_not_told() -> None:
    told: Mapping[str, pa.Table] = {"cells": CELLS.append_column("support_units", pa.array([12, None, 30, 40]))}

    assert remade(query, {"sql": "SELECT * FROM cells"}, told).table.column_names == CELLS.column_names
