"""Sums of whole numbers come as decimals from an engine, and counts with gaps as floats from a frame: judged alike."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from industria.core.result import Result
from industria.core.table import as_table
from industria.release import Policy, release
from industria.release._plain import plain

RULES = Policy(threshold=3, p=0.1)
ROWS = pa.table(
    {
        "region": ["A", "B", "C", "D"],
        "n_exporters": pa.array([1, 2, 0, 9], pa.int64()),
        "n_paid": pa.array([9_000, 8_000, 7_000, 6_000], pa.int64()),
        "support_units": pa.array([8, 20, 9, 30], pa.int64()),
    }
)
COUNTED = ("n_exporters", "n_paid")


def released(rows: pa.Table) -> pd.DataFrame:
    made: pd.DataFrame = release({"own": Result(table=as_table(rows, "rows"))}, RULES).table("own").to_pandas()
    return made


@pytest.mark.parametrize("kind", [pa.decimal128(38, 0), pa.decimal128(22, 2), pa.float64()])
def test_numbers_are_judged_alike_whatever_their_type(kind: pa.DataType) -> None:
    whole = released(ROWS)
    assert whole["n_paid"].isna().all()
    assert whole.loc[:1, "n_exporters"].isna().all()

    other = ROWS
    for name in COUNTED:
        other = other.set_column(other.column_names.index(name), name, ROWS[name].cast(kind))

    pd.testing.assert_frame_equal(released(other), whole, check_dtype=False)


def test_a_decimal_before_the_support_is_no_label() -> None:
    rows = pa.table(
        {
            "industry": ["a", None],
            "paid": pa.array([Decimal(900), Decimal(77)], pa.decimal128(38, 0)),
            "support_units": pa.array([9, 1], pa.int64()),
        }
    )

    assert released(rows)["paid"].isna().all()


def test_whole_decimals_are_whole_numbers_and_others_are_not() -> None:
    rows = pa.table(
        {
            "small": pa.array([Decimal(7), None], pa.decimal128(38, 0)),
            "huge": pa.array([Decimal(10) ** 30, None], pa.decimal128(38, 0)),
            "part": pa.array([Decimal("7.25"), None], pa.decimal128(10, 2)),
        }
    )

    made = plain(rows)

    assert [field.type for field in made.schema] == [pa.int64(), pa.float64(), pa.float64()]
    assert made.to_pylist() == [
        {"small": 7, "huge": 1e30, "part": 7.25},
        {"small": None, "huge": None, "part": None},
    ]


def test_a_number_that_no_float_holds_ends_no_release() -> None:
    rows = ROWS.append_column("n_coded", pa.array([2**60 + 1] * 4, pa.int64()))

    assert released(rows)["n_coded"].isna().all()
