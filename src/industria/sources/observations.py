"""Tables of observations as SDMX writes them in CSV: dimensions, a period, a value, a flag."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from industria.errors import BrokenFileError, MissingColumnError, UnknownLabelError
from industria.sources.answers import from_csv, numbers

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["only", "read_observations"]

ABOUT: Final = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "LAST UPDATE")
CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read_observations(
    contents: Sequence[bytes], what: str, *, period: str = "TIME_PERIOD", value: str = "OBS_VALUE", flag: str
) -> pa.Table:
    """Read the parts of an answer in SDMX-CSV.

    Parameters
    ----------
    contents : sequence of bytes
        The parts, one header each.
    what : str
        What error messages call it.
    period, value, flag : str
        Columns of the publisher.

    Returns
    -------
    Table
        Dimensions in lower case, as text; `period`, `value`, `flag`; then what the
        publisher says of a value beside its flag, such as a multiplier.

    Raises
    ------
    BrokenFileError
        If the columns of period and value are not there, or a value is no number.
    """
    import pyarrow as pa

    told = from_csv(contents, what)
    for column in (period, value):
        if column not in told.column_names:
            raise BrokenFileError(what, f"the answer has no {column}; it has {', '.join(told.column_names)}.")
    place = told.column_names.index(value)
    told_of = (*ABOUT, period, value, flag)
    dimensions = _codes([name for name in told.column_names[:place] if name not in told_of])
    rest = _codes([name for name in told.column_names[place:] if name not in told_of])
    try:
        read = numbers(told[value])
    except pa.ArrowInvalid as error:
        raise BrokenFileError(what, f"a value is no number ({error}).") from None
    flags = told[flag] if flag in told.column_names else pa.nulls(len(told), pa.string())
    columns = {name.lower(): told[name] for name in dimensions}
    columns |= {"period": told[period], "value": read, "flag": flags}
    return pa.table(columns | {name.lower(): told[name] for name in rest})


def _codes(names: Sequence[str]) -> list[str]:
    """Leave out labels, which stand beside codes under titles with small letters; codes are what joins."""
    return [name for name in names if name.isupper()] or [name for name in names if CODE.fullmatch(name)]


def only(table: pa.Table, filters: Mapping[str, Sequence[str]], name: str) -> pa.Table:
    """Keep the rows with the codes that were asked for.

    Raises
    ------
    MissingColumnError
        If there is no such dimension.
    UnknownLabelError
        If no row has one of the codes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, codes in filters.items():
        if column.lower() not in table.column_names:
            raise MissingColumnError(name, column, table.column_names)
        there = table[column.lower()].unique().to_pylist()
        for code in codes:
            if code not in there:
                raise UnknownLabelError("filters", column, code, name, [str(one) for one in there])
        table = table.filter(pc.is_in(table[column.lower()], value_set=pa.array(list(codes), pa.string())))
    return table
