"""What returns from a way there and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.classifications._flows import carried
from industria.classifications._links import read_links
from industria.classifications._rows import table_of
from industria.classifications._values import values_by_code
from industria.core.codes import check_names, rows_of
from industria.core.encoding import encode, groups
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, columns_of

__all__ = ["RoundTrip", "round_trip"]

GIVES = {
    "code": "code of the first classification [code]",
    "value": "what set out from the code [unit of value]",
    "returned": "what came back to it [unit of value]",
    "gap": "returned less value [unit of value]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RoundTrip(Result):
    """What sets out from every code and what comes back to it.

    Attributes
    ----------
    table : Table
        One row a group and code.
    kept_share : float or None
        Sum of the smaller of value and returned over the sum of values.
    unmapped : float
        What did not come back to any code.
    """

    kept_share: float | None
    unmapped: float


@measure(
    gives=GIVES,
    cites="Pierce & Schott (2012), Concording U.S. Harmonized System Codes over Time, JOS 28(1), 53-68",
    design="descriptive",
    pools="sums",
)
def round_trip(
    values: TableLike,
    forth: TableLike,
    back: TableLike,
    *,
    code: Column,
    value: Column,
    by: Sequence[Column] = (),
) -> RoundTrip:
    """Carry a table over a correspondence and back over another, and compare.

    With the two published directions, what does not return to its code shows how much
    the codes, and not the world, move a finding.

    Parameters
    ----------
    values : Table
        The code, the value and the columns of `by`.
    forth, back : Table
        Correspondences there and back, as `correspondence` gives them.
    code : column
        Codes as text, of the classification that `forth` leaves.
    value : column
        What counts: jobs, money. Zero or more.
    by : sequence of columns
        Groups; those that a correspondence has too meet its own.

    Returns
    -------
    RoundTrip
        One row a group and code that sets out or is come back to; never null.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If values or weights are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled, notes, in two cases, ranges, totals among
        details, have lost zeros, or are of the vintage on the other side.
    MissingValueError
        If a code, a value or a weight is missing.
    NegativeValueError, InfiniteValueError
        If a value is below zero or infinite.
    DuplicateRowError, NegativeWeightError, WeightSumError
        If a link stands twice, or weights are below zero or do not sum to 1.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or another role.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    row_of = rows_of(values, code)
    values = as_table(values, "values", *by, code, value)
    forth = as_table(forth, "forth", "origin_code", "destination_code", "weight")
    back = as_table(back, "back", "origin_code", "destination_code", "weight")
    check_names("values", by, GIVES)

    cells = values_by_code(values, "values", by=by, code=code, value=value, row_of=row_of)
    there = carried(cells, read_links(forth, "forth", by), by)
    again = carried(there, read_links(back, "back", by), by)
    every, (out, home) = groups(by, values=cells.rows, returned=again.rows)
    labels, (left, reached) = encode(cells.codes, again.codes.cast(cells.codes.type))
    width = max(len(labels), 1)
    keys, place = np.unique(np.concatenate([out * width + left, home * width + reached]), return_inverse=True)
    size = len(keys)
    sent = np.bincount(place[: len(out)], cells.mass, size).astype(np.float64)
    returned = np.bincount(place[len(out) :], again.mass, size).astype(np.float64)
    total = float(sent.sum())
    return RoundTrip(
        table=table_of(
            {
                **every.columns(keys // width),
                "code": labels.take(pa.array(keys % width)),
                "value": sent,
                "returned": returned,
                "gap": returned - sent,
            }
        ),
        kept_share=float(np.minimum(sent, returned).sum()) / total if total > 0 else None,
        unmapped=max(0.0, total - float(returned.sum())),
    )
