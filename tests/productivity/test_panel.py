"""Roles of columns: what is read, what falls out and is counted, what is refused with its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import (
    AllMissingError,
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    MissingColumnError,
    NegativeValueError,
    NoRowsLeftError,
    OutsideRangeError,
    RepeatedColumnError,
    ZeroWeightError,
)
from industria.productivity._panel import Panel, read


def panel(**changes: Any) -> pd.DataFrame:
    rows = {
        "plant": ["b", "b", "a", "a", "a"],
        "year": [2001, 2000, 2000, 2001, 2003],
        "industry": ["x"] * 5,
        "output": [4.0, 3.0, 1.0, 2.0, 5.0],
        "weight": [1.0, 1.0, 2.0, 2.0, 2.0],
    }
    return pd.DataFrame(rows | changes)


def held(data: pd.DataFrame, **changes: Any) -> Panel:
    roles: dict[str, Any] = {"unit": "plant", "time": "year", "numbers": ["output"]}
    return read(data, "panel", **(roles | changes))


def test_rows_are_sorted_and_lags_follow_the_calendar() -> None:
    found = held(panel())
    assert found["output"].tolist() == [1, 2, 5, 3, 4]
    assert found.unit.tolist() == [0, 0, 0, 1, 1]
    assert found.before().tolist() == [-1, 0, -1, -1, 3]
    assert found.before(2).tolist() == [-1, -1, 1, -1, -1]
    assert found.where(2) == "plant = 'a', year = 2003"


def test_cells_come_first_and_do_not_lend_their_past() -> None:
    found = held(panel(industry=["y", "x", "x", "y", "x"]), by=["industry"])
    assert found.cells.to_pylist() == [{"industry": "x"}, {"industry": "y"}]
    assert found.cell.tolist() == [0, 0, 0, 1, 1]
    assert (found.before() == -1).all()


def test_labels_come_along_and_neither_part_nor_leave_out_rows() -> None:
    found = held(
        panel(money=["peso", None, "euro", "lira", "euro"], output=[4.0, 3.0, None, 2.0, 5.0]), labels=["money"]
    )
    assert found.labels.to_pydict() == {"money": ["lira", "euro", None, "peso"]}
    assert found.keys.column_names == ["plant", "year"]
    with pytest.raises(DuplicateRowError, match="plant = 'a', year = 2000"):
        held(panel(year=[2001, 2000, 2000, 2000, 2003], money=["a", "b", "c", "d", "e"]), labels=["money"])


@pytest.mark.parametrize(
    ("months", "steps"),
    [
        ([dt.date(2000, 1, 1), dt.date(2001, 1, 1), dt.date(2003, 1, 1)], [0, 1, 3]),
        ([dt.date(2000, 1, 1), dt.date(2000, 4, 1), dt.date(2000, 10, 1)], [0, 1, 3]),
        ([dt.date(2000, 1, 31), dt.date(2000, 2, 29), dt.date(2000, 4, 30)], [0, 1, 3]),
        ([dt.date(2000, 1, 1), dt.date(2000, 1, 2), dt.date(2000, 1, 4)], [0, 1, 3]),
    ],
)
def test_dates_step_by_what_lies_between_them(months: list[dt.date], steps: list[int]) -> None:
    found = held(pd.DataFrame({"plant": ["a"] * 3, "year": months, "output": [1.0, 2.0, 3.0]}))
    assert (found.time - found.time[0]).tolist() == steps


def test_gaps_and_zero_weights_are_counted_by_their_first_reason() -> None:
    found = held(panel(output=[4.0, np.nan, 1.0, 2.0, 5.0], weight=[1.0, 1.0, 0.0, 2.0, np.nan]), weights="weight")
    assert found.dropped == [("output", "missing", 1), ("weight", "missing", 1), ("weight", "weight of zero", 1)]
    assert (len(found), found.rows) == (2, 5)


def test_what_is_optional_keeps_its_row() -> None:
    found = held(panel(output=[4.0, np.nan, 1.0, 2.0, 5.0]), optional=["output"])
    assert len(found) == 5
    assert np.isnan(found["output"]).sum() == 1


def test_without_a_unit_each_row_is_one_and_errors_name_the_row() -> None:
    data = panel(output=[4.0, 3.0, 3.0, 2.0, np.nan])
    found = held(data, unit=None, time=None, by=["plant"])
    assert found["output"].tolist() == [2, 3, 3, 4]
    assert found.unit.tolist() == [0, 1, 2, 3]
    assert found.cell.tolist() == [0, 0, 1, 1]
    with pytest.raises(OutsideRangeError, match="row of the table = 4"):
        held(panel(output=[4.0, 3.0, 3.0, -2.0, 1.0]), unit=None, time=None, logged=["output"])


def test_logs_are_natural() -> None:
    assert held(panel(), logged=["output"])["output"][1] == np.log(2)


@pytest.mark.parametrize(
    ("changes", "roles", "error", "said"),
    [
        (
            {"output": [4.0, 3.0, -1.0, 2.0, 5.0]},
            {"logged": ["output"]},
            OutsideRangeError,
            "-1 where plant = 'a', year = 2000",
        ),
        (
            {"output": [4.0, 3.0, -1.0, 2.0, 5.0]},
            {"nonnegative": ["output"]},
            NegativeValueError,
            "plant = 'a', year = 2000",
        ),
        ({"output": [4.0, 3.0, np.inf, 2.0, 5.0]}, {}, InfiniteValueError, "plant = 'a', year = 2000"),
        ({"output": [None] * 5}, {}, AllMissingError, "panel.output"),
        ({"output": ["1"] * 5}, {}, ColumnTypeError, "panel.output"),
        ({"year": [2000] * 5}, {}, DuplicateRowError, "plant = 'a', year = 2000, 3 times"),
        ({"year": ["2000"] * 5}, {}, ColumnTypeError, "whole numbers or dates"),
        ({"year": [2000.5] * 5}, {}, ColumnTypeError, "2000.5"),
        ({"weight": [0.0] * 5}, {"weights": "weight"}, ZeroWeightError, "panel.weight"),
        (
            {"plant": [None, None, "a", None, None], "output": [1.0, 2.0, None, 3.0, 4.0]},
            {},
            NoRowsLeftError,
            "4 missing",
        ),
        ({}, {"numbers": ["outptu"]}, MissingColumnError, "output"),
        ({}, {"by": ["plant"]}, RepeatedColumnError, "plant"),
        ({}, {"time": "plant"}, RepeatedColumnError, "plant"),
    ],
)
def test_what_cannot_be_read_is_named(
    changes: dict[str, Any], roles: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=r".*") as told:
        held(panel(**changes), **roles)
    assert said in str(told.value)


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(EmptyTableError):
        held(panel().iloc[:0])
