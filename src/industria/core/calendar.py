"""Periods as numbers on a calendar, so that a lag is the period before and not the row before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from industria.errors import ColumnTypeError

__all__ = ["calendar"]

MONTHS: Final = 12


def calendar(column: pa.Array | pa.ChunkedArray, table: str, name: str) -> Mapping[object, int]:
    """Give each period its number on a calendar; dates step by the widest of year, quarter, month and day that fits.

    Raises
    ------
    ColumnTypeError
        If periods are neither whole numbers nor dates.
    """
    periods = column.drop_null().unique()
    if pa.types.is_integer(column.type):
        return {one: one for one in periods.to_pylist()}
    if pa.types.is_floating(column.type):
        whole = np.mod(periods.to_numpy(), 1) == 0
        if not whole.all():
            raise ColumnTypeError(table, name, "whole numbers or dates", f"{periods.to_numpy()[~whole][0]}")
        return {one: int(one) for one in periods.to_pylist()}
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        raise ColumnTypeError(table, name, "whole numbers or dates", f"{column.type}")
    days = periods.cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    months = np.array([MONTHS * day.year + day.month for day in days.to_pylist()], np.int64)
    if len({day.day for day in days.to_pylist()}) > 1 and len({*months}) < len(months):
        return dict(zip(periods.to_pylist(), days.cast(pa.int32()).to_pylist(), strict=True))
    step = next(step for step in (MONTHS, 3, 1) if len({*(months % step)}) <= 1)
    return {one: int(month // step) for one, month in zip(periods.to_pylist(), months, strict=True)}
