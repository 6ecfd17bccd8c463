"""Levers: the tables of a surge with some quantities changed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.core.rows import Field, Rows
from industria.ecosystems._surge_tables import SurgeTables
from industria.errors import ChoiceError, OutsideRangeError, UnknownLabelError, UsageError

LEVERS: Final = (
    Field("lever"),
    Field("quantity"),
    Field("item", "text", None),
    Field("factor", "amount", 1.0),
    Field("add", "number", 0.0),
    Field("floor", "amount", 0.0),
)
# Where each quantity stands: table, column, and the columns of which an item may be a label.
QUANTITIES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "demand": ("demand", "demand", ("product",)),
    "capacity": ("options", "capacity", ("actor", "product")),
    "retool_weeks": ("options", "retool_weeks", ("actor", "product")),
    "certification_weeks": ("options", "certification_weeks", ("actor", "product")),
    "broker_hours": ("options", "broker_hours", ("actor", "product")),
    "pivot_cost": ("options", "pivot_cost", ("actor", "product")),
    "incumbent_capacity": ("products", "incumbent_capacity", ("product",)),
    "stockpile": ("products", "stockpile", ("product",)),
    "input_supply": ("inputs", "supply", ("input",)),
    "resource": ("resources", "available", ("resource",)),
}
WHOLE: Final = ("retool_weeks", "certification_weeks")


def changed(tables: SurgeTables, levers: Rows, lever: str) -> SurgeTables:
    """Apply the rows of one lever, each to the original values; one that names an item goes before one for all.

    Raises
    ------
    ChoiceError
        If a quantity is none that a lever moves.
    UnknownLabelError
        If the tables do not have the item.
    UsageError
        If two items name the same row of a table, as an actor and its product do.
    OutsideRangeError
        If the change makes a quantity infinite.
    """
    mine = [i for i, name in enumerate(levers["lever"]) if name == lever]
    for quantity in dict.fromkeys(levers["quantity"][i] for i in mine):
        if quantity not in QUANTITIES:
            raise ChoiceError(f"{levers.name}.quantity of {lever!r}", quantity, list(QUANTITIES))
        table, column, _ = QUANTITIES[quantity]
        rows: Rows = getattr(tables, table)
        by = _movers(levers, [i for i in mine if levers["quantity"][i] == quantity], rows)
        moved, old = by >= 0, rows[column]
        new = np.maximum(levers["floor"][by], levers["factor"][by] * old + levers["add"][by])
        if (endless := moved & ~np.isfinite(new)).any():
            factor = float(levers["factor"][by[endless][0]])
            where = f"{_kind(levers)} = {lever!r}"
            raise OutsideRangeError(levers.name, "factor", factor, where, "makes a quantity infinite")
        # A lead that is not whole lasts into its next week; a sum such as 3 - 2.9999999 does not.
        new = np.ceil(new - 1e-9) if quantity in WHOLE else new
        values = np.where(moved & (old > 0), new, old)
        tables = replace(tables, **{table: replace(rows, columns={**rows.columns, column: values})})
    return tables


def without_pivots(tables: SurgeTables) -> SurgeTables:
    """Take every option its capacity, so that incumbents and stock are alone."""
    options = tables.options
    columns = {**options.columns, "capacity": np.zeros(options.n)}
    return replace(tables, options=replace(options, columns=columns))


def _movers(levers: Rows, chosen: Sequence[int], rows: Rows) -> npt.NDArray[np.int64]:
    """Tell which row of a lever moves each row of a table; -1 where none does."""
    by = np.full(rows.n, -1)
    for i in sorted(chosen, key=lambda i: levers["item"][i] is None):
        lever, quantity, item = (levers[column][i] for column in ("lever", "quantity", "item"))
        if item is None:
            by[by < 0] = i
            if not rows.n:
                said = f"{_kind(levers)} {lever!r} moves no {quantity}: {rows.name} has no rows."
                warnings.warn(said, stacklevel=4)
            continue
        labels = QUANTITIES[quantity][2]
        mine = _named(rows, labels, levers, i)
        if (twice := np.flatnonzero(mine & (by >= 0))).size:
            raise UsageError(
                f"{levers.name}: {levers['item'][by[twice[0]]]!r} and {item!r} of {_kind(levers)} {lever!r} both move "
                f"{quantity} of {rows.where(int(twice[0]), *labels)}; leave one of them out."
            )
        by[mine] = i
    return by


def _named(rows: Rows, columns: Sequence[str], levers: Rows, i: int) -> npt.NDArray[np.bool_]:
    """Tell the rows of the item of a lever."""
    item = levers["item"][i]
    mine = np.array([any(rows[column][k] == item for column in columns) for k in range(rows.n)], bool)
    if not mine.any():
        known = sorted({label for column in columns for label in rows[column]})
        listed = f"{rows.name} ({_kind(levers)} {levers['lever'][i]!r})"
        raise UnknownLabelError(levers.name, "item", item, listed, known)
    return mine


def _kind(levers: Rows) -> str:
    """Say lever of levers, and slider of sliders."""
    return levers.name.removesuffix("s")
