"""What a change of classification does to a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.classifications._links import Links, read_links
from industria.classifications._passages import lost_mass, place_in_group
from industria.classifications._resolution import SPLIT, Resolution, resolve
from industria.classifications._rows import ratio, table_of
from industria.classifications._shifts import Shifts, shifts_of
from industria.classifications._values import Values, values_by_code
from industria.core.codes import check_names, check_vintage, rows_of, sides
from industria.core.encoding import Array, Groups, Ids, groups
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of

__all__ = ["BreakReport", "break_report"]

GIVES = {
    "code": "code of the new classification [code]",
    "before": "the last old figure, carried over [unit of value]",
    "after": "the first new figure [unit of value]",
    "shift": "after less before [unit of value]",
    "lower": "least shift over all weights on the links [unit of value]",
    "upper": "largest shift over all weights on the links [unit of value]",
    "split_share": "part of the old value at codes with several ways [fraction]",
    "partial_share": "part of the old value over links marked as partial [fraction]",
    "missing_share": "part of the old value that no new code takes [fraction]",
    "rank": "place among the shifts of the group, the largest in size first [rank]",
}
CARRIERS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BreakReport(Result):
    """The level shift of every new code, and how much of the old value is at stake.

    Attributes
    ----------
    table : Table
        One row a group and new code.
    carriers : Table
        The ten codes of every group with the largest shifts: the group, `code`, `shift`, `rank`.
    shares : Table
        One row a group: `split_share`, `partial_share`, `missing_share`.
    mass : str
        What counts: the column of the value.
    split_share, missing_share : float or None
        Of all groups together; None where there is no value.
    wording : str
        The sentence that a brief prints.
    """

    carriers: Table
    shares: Table
    mass: str
    split_share: float | None
    missing_share: float | None
    wording: str


@measure(
    gives=GIVES,
    cites="Manski (2003), Partial Identification of Probability Distributions, Springer, ch. 1",
    design="descriptive",
)
def break_report(
    before: TableLike,
    after: TableLike,
    correspondence: TableLike,
    *,
    code: Column,
    value: Column,
    by: Sequence[Column] = (),
) -> BreakReport:
    """Tell what a change of classification does to a series.

    The last old figures are carried over to the new codes and compared with the first
    new ones. A shift mixes what happened in the world with what the codes did; its
    bounds over all weights tell how much of it the codes alone could have done.

    Parameters
    ----------
    before : Table
        The last figures in old codes: the code, the value and the columns of `by`.
    after : Table
        The first figures in new codes, in the same columns.
    correspondence : Table
        From the old codes to the new, as `correspondence` gives it.
    code : column
        Codes as text.
    value : column
        Totals: jobs, money. Zero or more.
    by : sequence of columns
        Groups; those that the correspondence has too meet its own.

    Returns
    -------
    BreakReport
        One row a group and new code, 0 where one side does not report it. Shares are
        null where a group has no old value.

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
    row_before, row_after = rows_of(before, code), rows_of(after, code)
    before = as_table(before, "before", *by, code, value)
    after = as_table(after, "after", *by, code, value)
    correspondence = as_table(correspondence, "correspondence", "origin_code", "destination_code", "weight")
    check_names("before", by, GIVES)

    old = values_by_code(before, "before", by=by, code=code, value=value, row_of=row_before)
    new = values_by_code(after, "after", by=by, code=code, value=value, row_of=row_after)
    links = read_links(correspondence, "correspondence", by)
    found = resolve(old, links, by)
    origin, destination = sides(links.basis)
    check_vintage(new.by_code(), links.ends, links.origins, "after", code, (destination, origin), row_after)
    every, (was, now) = groups(by, before=old.rows, after=new.rows)
    met = shifts_of(old, new, links, found, was, now, every.size)
    stake = _at_stake(old, links, found)
    total = float(old.mass.sum())
    split_share, _, missing_share = (float(part.sum()) / total if total > 0 else None for part in stake.values())
    return BreakReport(
        table=_table(every, met),
        carriers=_carriers(every, met),
        shares=_shares(every, stake, old.mass, was),
        mass=value,
        split_share=split_share,
        missing_share=missing_share,
        wording=_wording(value, split_share, missing_share),
    )


def _at_stake(old: Values, links: Links, found: Resolution) -> dict[str, Array]:
    """Tell what of every old cell is at codes with several ways, goes over partial links, or reaches no code."""
    partial = links.partial[found.link] & (links.d[found.link] >= 0)
    return {
        "split_share": old.mass * (found.passage == SPLIT),
        "partial_share": np.bincount(found.cell, old.mass[found.cell] * found.share * partial, len(old.mass)),
        "missing_share": lost_mass(old, links, found),
    }


def _table(every: Groups, met: Shifts) -> Table:
    return table_of(
        {
            **every.columns(met.group),
            "code": met.code,
            "before": met.before,
            "after": met.after,
            "shift": met.shift,
            "lower": met.lower,
            "upper": met.upper,
        }
    )


def _carriers(every: Groups, met: Shifts) -> Table:
    """List the codes of every group with the largest shifts."""
    # Rows come sorted by code: a stable sort leaves ties in that order.
    order = np.lexsort((-np.abs(met.shift), met.group))
    rank = place_in_group(met.group[order])
    first, rank = order[rank <= CARRIERS], rank[rank <= CARRIERS]
    return table_of(
        {
            **every.columns(met.group[first]),
            "code": met.code.take(pa.array(first)),
            "shift": met.shift[first],
            "rank": rank,
        }
    )


def _shares(every: Groups, stake: Mapping[str, Array], mass: Array, was: Ids) -> Table:
    whole = np.bincount(was, mass, every.size)
    parts = {name: ratio(np.bincount(was, part, every.size), whole) for name, part in stake.items()}
    return table_of({**every.columns(np.arange(every.size)), **parts})


def _wording(value: str, split: float | None, missing: float | None) -> str:
    if split is None or missing is None:
        return f"There is no {value} before the change of codes."
    return (
        f"{100 * split:.1f} % of {value} passes through split codes and "
        f"{100 * missing:.1f} % is in codes that the new classification does not take."
    )
