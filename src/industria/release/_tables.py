"""What becomes of a table of cells: the one that leaves, and the one that stays at the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.core.value import Address
from industria.release._classes import FOREIGN, class_of, is_ours, role_of
from industria.release._foreign import STRANGE, strange_beside_sums
from industria.release._given import additive_columns, is_share
from industria.release._hidden_counts import UNTOLD, few
from industria.release._judged import Judged
from industria.release._judged_columns import beside_sums
from industria.release._leaving import Leaving, columns_of
from industria.release._primary import RULES
from industria.release._products import PRODUCTS, released_products
from industria.release._protected import Protected
from industria.release._squares import SQUARES, is_made_of_squares, of_rows
from industria.release._together import Block
from industria.release._trees_told import trees_told
from industria.release.policy import Policy

__all__ = ["TIDY", "Placed", "gone", "judged_cells", "melted", "placed", "site_table"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

PUBLISHED, WITHHELD = "published", "withheld"
TIDY = pa.schema([("step", pa.string()), ("cell", pa.string()), ("value", pa.float64()), ("status", pa.string())])


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where the rows of a column of a table stand among all cells.

    Attributes
    ----------
    column : str
        The column.
    by : tuple of str
        Its dimensions.
    of : Protected
        The cells.
    cell : array of int, shape (n_rows,)
        Cell of each row, -1 where it shows none.
    is_there, is_sum : bool
        Whether the table has the column, and whether as the sum itself: a mean or a share bears the name of the sum
        that it is made of.
    whole : int
        Cell of which the column shows shares, -1 where it shows none.
    """

    column: str
    by: tuple[str, ...]
    of: Protected
    cell: Ids
    is_there: bool
    is_sum: bool
    whole: int = -1

    def take(self, values: Array) -> Array:
        """Line values of cells up with the rows; NaN where a row shows none."""
        return np.where(self.cell >= 0, values[self.cell], np.nan)

    @property
    def withheld(self) -> Truth:
        """Which rows are withheld."""
        return (self.cell >= 0) & self.of.withheld[self.cell]

    @property
    def sensitive(self) -> Truth:
        """Which rows are sensitive themselves."""
        return (self.cell >= 0) & self.of.found.sensitive[self.cell]


def placed(step: Leaving, several: Sequence[Protected]) -> list[Placed]:
    """Find the additive columns of a step among all cells."""
    found = []
    for column in additive_columns(step):
        for of in several:
            for at, block in enumerate(of.joint.blocks):
                if (step.name, column) in block.places:
                    cell = block.places[step.name, column]
                    cell = np.where(cell >= 0, cell + of.joint.start[at], -1)
                    told = _told(step, column)
                    x = np.where(cell >= 0, of.joint.x[cell], np.nan)
                    is_sum = told is not None and np.allclose(told, x, 1e-9, 0.0, equal_nan=True)
                    whole = _root(block) + int(of.joint.start[at]) if is_share(step, column) else -1
                    found.append(Placed(column, _by(step), of, cell, told is not None, is_sum, whole))
    return found


def _root(block: Block) -> int:
    """Find the sum of all cells."""
    root = [dim.codes.index(block.root) for dim in block.system.dimensions]
    return int(np.flatnonzero((block.system.codes == root).all(axis=1))[0])


def gone(places: Sequence[Placed]) -> dict[str, Truth]:
    """Tell by column which rows of it are withheld: of a mean or a share, those of any sum behind it.

    A share beside its part tells the whole, so that all stay where the whole does.
    """
    behind: Truth = np.asarray(np.any([one.withheld for one in places], axis=0))
    if any(one.whole >= 0 and one.of.withheld[one.whole] for one in places):
        behind = np.ones(len(behind), bool)
    return {one.column: one.withheld if one.is_sum else behind for one in places if one.is_there}


def judged_cells(step: Leaving, places: Sequence[Placed], policy: Policy, hidden: bool = False) -> Judged:
    """Leave of a table of cells what may leave; of numbers of units that are no cells, none where others are hidden.

    A number that is no sum, as a mean or a share, is withheld wherever a sum behind its row is. Facts beside the
    table that are numbers stay: nobody has told who stands behind them.
    """
    by = places[0].by
    withheld, why = _withheld(step, places, policy, hidden)
    columns: dict[str, pa.Array] = {}
    for field in step.table.schema:
        if field.name.startswith(SUPPORT):
            continue
        column = step.table[field.name].combine_chunks()
        if field.name in withheld:
            column = pc.if_else(pa.array(withheld[field.name]), pa.scalar(None, column.type), column)
            if policy.digits is not None and pa.types.is_floating(column.type):
                column = pc.round(column, policy.digits)
        columns[field.name] = column
    some = np.any([*withheld.values(), *(one.withheld for one in places)], axis=0)
    columns["status"] = _words(some.astype(np.int64), (PUBLISHED, WITHHELD))
    fields = [step.table.schema.field(name) if name in step.table.column_names else name for name in columns]
    schema = pa.schema([one if isinstance(one, pa.Field) else pa.field(one, columns[one].type) for one in fields])
    table = pa.table(list(columns.values()), schema=schema.with_metadata(step.table.schema.metadata))
    counts = all(one.of.joint.counts for one in places)
    tables = trees_told(step)
    if PRODUCTS in step.tables and not step.foreign:
        tables[PRODUCTS] = released_products(step, table, by)
    return Judged(
        table=_in_order(table, by),
        facts={name: fact if _says_nothing_of_units(step, name, fact) else None for name, fact in step.facts.items()},
        tables=tables,
        classes="frequencies" if counts else class_of(step.measure, "cells"),
        reasons=[*_reasons(places), *why],
    )


def _withheld(
    step: Leaving, places: Sequence[Placed], policy: Policy, hidden: bool
) -> tuple[dict[str, Truth], list[str]]:
    """Tell by column which rows of it are withheld, all but dimensions; and why, of columns that are no sums."""
    behind: Truth = np.asarray(np.any([one.withheld for one in places], axis=0))
    withheld = gone(places)
    beside = beside_sums(step, np.any([one.sensitive for one in places], axis=0), policy)
    reasons = list(beside.reasons)
    labels = {*places[0].by, *step.by, *(("column",) if PRODUCTS in step.tables else ())}
    wide = of_rows(step, policy)
    shown = [one.column for one in places if one.is_sum]
    strange = strange_beside_sums(step, shown, [one.take(one.of.joint.x) for one in places], labels, policy)
    for field in step.table.schema:
        name = field.name
        if name.startswith(SUPPORT) or (name not in strange and (name in labels or name in withheld)):
            continue
        small = few(step.table[name], name, policy)
        if hidden and role_of(name) == "count":
            small = np.ones(len(behind), bool)
            reasons.append(f"{name}: {UNTOLD}")
        elif small.any():
            reasons.append(f"{name}: a count that is not told by unit is below {policy.threshold}")
        withheld[name] = behind | beside.withheld.get(name, small) | small
        if is_made_of_squares(name):
            reasons += [f"{name}: {SQUARES}"] if (wide & ~withheld[name]).any() else []
            withheld[name] = withheld[name] | wide
        unread = FOREIGN if pa.types.is_string(field.type) and not is_ours(step.measure) else ""
        unread = STRANGE if name in strange else unread
        if unread:
            # Nobody has read what a measure of somebody's own writes there; it could be a name, or a record.
            withheld[name] = np.ones(len(behind), bool)
            reasons.append(f"{name}: {unread}")
    return withheld, reasons


def site_table(step: Leaving, places: Sequence[Placed]) -> pa.Table:
    """Tell of every cell of a step why it is what it is; confidential."""
    parts = []
    for one in places:
        rows = step.table.select(list(one.by)).filter(pa.array(one.cell >= 0))
        kept = one.cell[one.cell >= 0]
        found, reached = one.of.found, one.of.reached
        withheld, sensitive = one.of.withheld[kept], found.sensitive[kept]
        x = one.of.joint.x[kept]
        told: Mapping[str, object] = {
            "value": x,
            "status": _words(np.select([sensitive, withheld], [1, 2], 0), (PUBLISHED, "primary", "secondary")),
            "rules": _rules(found.rules[kept]),
            "required_low": _where(sensitive, x - found.down[kept]),
            "required_high": _where(sensitive, x + found.up[kept]),
            # Where either side of a value may give the distance, the ends alone ask for nothing.
            "required_width": _where(sensitive, found.width[kept]),
            "low": _where(withheld, reached.low[kept]),
            "high": _where(withheld, reached.high[kept]),
            "witness": pa.array([reached.method[cell] or None for cell in kept.tolist()], pa.string()),
        }
        if len(places) > 1:
            rows = rows.append_column(f"{SUPPORT}column", pa.array([one.column] * len(kept)))
        for name, values in told.items():
            rows = rows.append_column(name, values if isinstance(values, pa.Array) else pa.array(values))
        parts.append(rows)
    return pa.concat_tables(parts)


def melted(step: str, rows: pa.Table, by: Sequence[str]) -> pa.Table:
    """Write the numbers of a released table below each other, each at its address in the step."""
    keys = [pc.fill_null(rows[name].cast(pa.string()), "").to_pylist() for name in by]
    pairs = [tuple(zip(by, key, strict=True)) for key in zip(*keys, strict=True)] if keys else [()] * rows.num_rows
    parts = [TIDY.empty_table()]
    for field in rows.schema:
        if field.name in by or not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type)):
            continue
        cells = [str(Address(step, None, pair, field.name)).removeprefix(step) for pair in pairs]
        columns = [[step] * rows.num_rows, cells, rows[field.name].cast(pa.float64(), safe=False), rows["status"]]
        parts.append(pa.table(columns, schema=TIDY))
    return pa.concat_tables(parts)


def _told(step: Leaving, column: str) -> Array | None:
    """Return what the table tells in a column; None where it has no such column."""
    if column not in step.table.column_names:
        return None
    return np.asarray(step.table[column].cast(pa.float64(), safe=False).to_numpy(), float)


def _by(step: Leaving) -> tuple[str, ...]:
    if "contributors" not in step.tables:
        return tuple(step.by)
    names = columns_of(step, "contributors")
    return tuple(names[: names.index("unit")])


def _says_nothing_of_units(step: Leaving, name: str, fact: object) -> bool:
    """Words of the request may leave; numbers, and a digest against which rows could be tried, may not."""
    asked = not step.foreign or step.parameters.get(name) == fact
    return name != "population" and (fact is None or (isinstance(fact, str) and asked))


def _where(there: Truth, values: Array) -> pa.Array:
    return pa.array(np.where(there & np.isfinite(values), values, np.nan), from_pandas=True)


def _in_order(table: pa.Table, by: Sequence[str]) -> pa.Table:
    """Sort rows by their codes; of millions that are sorted no copy is made."""
    if not by:
        return table
    order = pc.sort_indices(table, [(name, "ascending") for name in by])
    return table if (order.to_numpy() == np.arange(len(order))).all() else table.take(order)


def _words(places: Ids, words: Sequence[str]) -> pa.Array:
    """Write words by their places, without a list of them."""
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(words, pa.string())).cast(pa.string())


def _rules(broken: Truth) -> pa.Array:
    """Name the rules that each cell breaks."""
    several, place = np.unique(broken @ (1 << np.arange(len(RULES))), return_inverse=True)
    return _words(place, [", ".join(name for i, name in enumerate(RULES) if one >> i & 1) for one in several.tolist()])


def _reasons(places: Sequence[Placed]) -> list[str]:
    """Name the rules that were broken anywhere."""
    broken = np.zeros(len(RULES), bool)
    for one in places:
        broken |= one.of.found.rules[one.cell[one.sensitive]].any(axis=0)
    return [name for name, is_broken in zip(RULES, broken, strict=True) if is_broken]
