"""Sums of sites, added up; what one site withholds is withheld, and never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import ReleaseRefusedError
from industria.release._given import COUNT

__all__ = ["STATUS", "WITHHELD_BY", "Off", "labeled_by_site", "summed"]

STATUS: Final = "status"
WITHHELD_BY: Final = "withheld_by"
SITE: Final = "site"
ALL: Final = "all, grouped"
ROW: Final = "site, of the row"
ROUNDED: Final = "rounded"
ENDS: Final = ("below", "above")
STATES: Final = ("published", "rounded", "adjusted", "withheld")
"""From what is told as it is to what is not told; a sum is as its least certain part."""
WHOLE: Final = 2**53
"""Whole numbers up to which sums of several are exact."""
Off = tuple[float, float]
"""How far below and above a rounded number its true one may lie."""
TOLD: Final = {"unit": "name", "meaning": "sites that withhold the figure; null where all tell it"}


def summed(
    step: str,
    sites: Mapping[str, pa.Table | None],
    *,
    by: Sequence[str],
    additive: Sequence[str],
    reaches: Mapping[str, Mapping[str, Off]] | None = None,
) -> pa.Table:
    """Add up the released tables of sites.

    A site that has no row of a cell has no unit in it. Where one withholds a figure, the sum
    is null and the site is named. Columns that do not add up, such as shares and means, are null where several
    sites have the cell, unless they say the same of every cell, as labels do.

    Parameters
    ----------
    step : str
        Whose tables they are.
    sites : mapping of str to pyarrow.Table or None
        The released table of each site, with `status`; None where all of it is withheld.
    by : sequence of str
        Columns that make a row.
    additive : sequence of str
        Columns that add up.
    reaches : mapping of str to mapping of str to Off, optional
        Of sites that round a column, how far below and above a rounded number its true one may lie.

    Returns
    -------
    pyarrow.Table
        The columns of the measure, `status`, and `withheld_by`; with `low` and `high`, of several columns
        `<column>_low` and `<column>_high`, where a site rounds.

    Raises
    ------
    ReleaseRefusedError
        If a site has two rows of one key, or a number that no data have: in the sum of all sites nobody would see
        whose it is.
    """
    there = {site: table for site, table in sites.items() if table is not None}
    first = next(iter(there.values())).schema
    numbers = [name for name in additive if name in first.names]
    rounded = [name for name in numbers if any(name in of for of in (reaches or {}).values())]
    told = labeled_by_site(there)
    _refuse_unsound(step, told, numbers)
    rows = _with_reach(told, rounded, reaches or {})
    others = [name for name in first.names if name not in (*by, *numbers, STATUS)]
    cells = _grouped(rows, by, numbers, others, [f"{name}, {end}" for name in rounded for end in ENDS])
    if not cells[f"{ROW}_count"].equals(cells[f"{ROW}_count_distinct"]):
        _refuse_doubles(step, rows, by)
    told = _told(cells, first, by, numbers, sorted(site for site, table in sites.items() if table is None))
    told = _with_ends(told, cells, rounded, alone=len(numbers) == 1)
    return told.sort_by([(name, "ascending") for name in by]) if by else told


def _with_reach(rows: pa.Table, names: Sequence[str], reaches: Mapping[str, Mapping[str, Off]]) -> pa.Table:
    """Say of each row how far below and above it the true number may lie; nothing, where it is published as it is."""
    for name in names:
        for at, end in enumerate(ENDS):
            off = {site: of[name][at] for site, of in reaches.items() if name in of}
            by_site = [off.get(site, 0.0) for site in rows[SITE].to_pylist()]
            is_rounded = pc.equal(rows[STATUS], ROUNDED)
            rows = rows.append_column(f"{name}, {end}", pc.if_else(is_rounded, pa.array(by_site, pa.float64()), 0.0))
    return rows


def _with_ends(told: pa.Table, cells: pa.Table, names: Sequence[str], *, alone: bool) -> pa.Table:
    """Tell between which values a sum of rounded numbers lies."""
    for name in names:
        x = told[name].cast(pa.float64(), safe=False)
        below, above = (cells[f"{name}, {end}_sum"] for end in ENDS)
        for end, value in (("low", pc.subtract(x, below)), ("high", pc.add(x, above))):
            # Numbers of units are none below nothing.
            least = pc.max_element_wise(value, 0.0, skip_nulls=False) if name == COUNT and end == "low" else value
            told = told.append_column(end if alone else f"{name}_{end}", least)
    return told


def _grouped(
    rows: pa.Table, by: Sequence[str], numbers: Sequence[str], others: Sequence[str], offs: Sequence[str]
) -> pa.Table:
    """Bring the rows of all sites to one row a cell."""
    # Arrow lists nothing over a table that is not grouped.
    asked = rows.select([*by, *numbers, *others, *offs]).append_column(ALL, pa.repeat(0, rows.num_rows))
    for name in numbers:
        asked = asked.append_column(f"{name}, hidden", _hidden(rows, name))
    hidden = _any_hidden(rows, numbers)
    asked = asked.append_column(STATUS, pc.if_else(hidden, len(STATES) - 1, _rank(rows)))
    asked = asked.append_column(SITE, pc.if_else(hidden, rows[SITE], pa.scalar(None, pa.string())))
    asked = asked.append_column(ROW, rows[SITE])
    some = pc.ScalarAggregateOptions(min_count=1)
    # One thread: sums of floats are then the same to the last bit.
    return asked.group_by([*by, ALL], use_threads=False).aggregate(
        [
            *((name, "sum", some) for name in (*numbers, *offs)),
            *((f"{name}, hidden", "max") for name in numbers),
            *((name, function) for name in others for function in ("min", "max", "count")),
            (STATUS, "max"),
            (SITE, "list"),
            (ROW, "count"),
            (ROW, "count_distinct"),
        ]
    )


def labeled_by_site(sites: Mapping[str, pa.Table]) -> pa.Table:
    """Stack tables of sites, in the order of their names, with a first column `site`."""
    return pa.concat_tables(
        [
            table.replace_schema_metadata(None).add_column(0, SITE, pa.repeat(site, table.num_rows))
            for site, table in sorted(sites.items())
        ]
    ).combine_chunks()


def _told(
    cells: pa.Table, schema: pa.Schema, by: Sequence[str], numbers: Sequence[str], whole: Sequence[str]
) -> pa.Table:
    """Put the columns back in the order of the measure, and null what somebody withholds."""
    columns, fields = [], []
    for field in schema:
        if field.name == STATUS:
            continue
        if field.name in by:
            column = cells[field.name]
        elif field.name in numbers and not whole:
            hidden = cells[f"{field.name}, hidden_max"]
            column = pc.if_else(hidden, pa.scalar(None, field.type), cells[f"{field.name}_sum"].cast(field.type))
        elif field.name not in numbers and not whole:
            column = _said_alike(cells, field.name)
        else:
            column = pa.nulls(cells.num_rows, field.type)
        columns.append(column)
        fields.append(field)
    names = [", ".join(sorted({*whole, *filter(None, sites)})) or None for sites in cells[f"{SITE}_list"].to_pylist()]
    states = [
        STATES[-1] if name else STATES[rank]
        for name, rank in zip(names, cells[f"{STATUS}_max"].to_pylist(), strict=True)
    ]
    return pa.table(
        [*columns, pa.array(states, pa.string()), pa.array(names, pa.string())],
        schema=pa.schema([*fields, pa.field(STATUS, pa.string()), pa.field(WITHHELD_BY, pa.string(), metadata=TOLD)]),
    )


def _said_alike(cells: pa.Table, name: str) -> pa.ChunkedArray:
    """Keep what all sites say of every cell, as labels are; else what is said of cells that one site alone has."""
    least, most = cells[f"{name}_min"], cells[f"{name}_max"]
    told, rows = cells[f"{name}_count"], cells[f"{ROW}_count"]
    by_several = pc.greater(told, 1)
    alike = least.filter(by_several)
    # The share of a total is 1 everywhere: one number that is always the same makes no label.
    varied = len(pc.unique(alike)) > 1 or not pa.types.is_floating(least.type)
    if len(alike) and varied and alike.equals(most.filter(by_several)):
        return least
    return pc.if_else(pc.equal(rows, 1), least, pa.scalar(None, least.type))


def _hidden(rows: pa.Table, name: str) -> pa.ChunkedArray:
    return pc.and_(pc.equal(rows[STATUS], STATES[-1]), pc.is_null(rows[name]))


def _any_hidden(rows: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    found = pa.chunked_array([pa.repeat(False, rows.num_rows)])
    for name in names:
        found = pc.or_(found, _hidden(rows, name))
    return found


def _rank(rows: pa.Table) -> pa.ChunkedArray:
    """Tell how certain a row is; one whose sums are all told is not withheld, whatever else of it is."""
    return pc.fill_null(pc.index_in(rows[STATUS], pa.array(STATES[:-1])), 0)


def _refuse_doubles(step: str, rows: pa.Table, by: Sequence[str]) -> None:
    keys = rows.select([SITE, *by])
    counted = keys.group_by(keys.column_names).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1)).slice(0, 1).to_pylist()[0]
    where = ", ".join(f"{name}={twice[name]}" for name in by) or "its only cell"
    raise ReleaseRefusedError(f"site {twice[SITE]}", f"step {step!r} has two rows of {where}")


def _refuse_unsound(step: str, rows: pa.Table, numbers: Sequence[str]) -> None:
    """Refuse a status that is none, numbers without end, counts below zero, and whole numbers that are no data's."""
    _refuse_any(step, rows, pc.invert(pc.is_in(rows[STATUS], pa.array(STATES))), f"{STATUS!r} is none that is known")
    for name in numbers:
        told = rows[name]
        if pa.types.is_floating(told.type):
            _refuse_any(step, rows, pc.invert(pc.is_finite(told)), f"{name!r} has numbers without end")
        if pa.types.is_integer(told.type):
            large = pc.or_(pc.greater(told, WHOLE), pc.less(told, -WHOLE))
            _refuse_any(step, rows, large, f"{name!r} has whole numbers above 2^53, of which sums are not exact")
        if name == COUNT:
            _refuse_any(step, rows, pc.less(told, 0), f"{name!r} counts fewer than nobody")


def _refuse_any(step: str, rows: pa.Table, wrong: pa.ChunkedArray, why: str) -> None:
    if pc.any(wrong).as_py():
        raise ReleaseRefusedError(f"site {rows.filter(wrong)[SITE][0]}", f"step {step!r}: {why}")
