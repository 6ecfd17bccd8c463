"""Levers: the tables of a surge with some quantities changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.ecosystems._rows import Field, Rows
from industria.ecosystems._surge import SurgeTables
from industria.errors import ChoiceError, OutsideRangeError, UnknownLabelError

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
    """Apply the rows of one lever, one after another.

    Raises
    ------
    ChoiceError
        If a quantity is none that a lever moves.
    UnknownLabelError
        If the tables do not have the item.
    OutsideRangeError
        If the change makes a quantity infinite.
    """
    for i, name in enumerate(levers["lever"]):
        if name != lever:
            continue
        quantity = levers["quantity"][i]
        if quantity not in QUANTITIES:
            raise ChoiceError(f"levers.quantity of {lever!r}", quantity, list(QUANTITIES))
        table, column, labels = QUANTITIES[quantity]
        rows: Rows = getattr(tables, table)
        mine = _named(rows, labels, levers["item"][i], lever)
        old = rows[column]
        new = np.maximum(levers["floor"][i], levers["factor"][i] * old + levers["add"][i])
        if not np.isfinite(new[mine]).all():
            where = f"lever = {lever!r}"
            raise OutsideRangeError("levers", "factor", float(levers["factor"][i]), where, "makes a quantity infinite")
        # A lead that is not whole lasts into its next week; a sum such as 3 - 2.9999999 does not.
        new = np.ceil(new - 1e-9) if quantity in WHOLE else new
        values = np.where(mine & (old > 0), new, old)
        tables = replace(tables, **{table: replace(rows, columns={**rows.columns, column: values})})
    return tables


def without_pivots(tables: SurgeTables) -> SurgeTables:
    """Take every option its capacity, so that incumbents and stock are alone."""
    options = tables.options
    columns = {**options.columns, "capacity": np.zeros(options.n)}
    return replace(tables, options=replace(options, columns=columns))


def _named(rows: Rows, columns: Sequence[str], item: str | None, lever: str) -> npt.NDArray[np.bool_]:
    """Tell the rows of an item; all of them where none is named."""
    if item is None:
        return np.ones(rows.n, bool)
    mine = np.array([any(rows[column][i] == item for column in columns) for i in range(rows.n)], bool)
    if not mine.any():
        known = sorted({label for column in columns for label in rows[column]})
        raise UnknownLabelError("levers", "item", item, f"{rows.name} (lever {lever!r})", known)
    return mine
