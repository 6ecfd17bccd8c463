"""The moments of a regression, one by one, with what each unit brings to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.release._given import COUNT
from industria.release._leaving import Leaving
from industria.release._regressions import MOMENTS, ROWS

__all__ = ["Part", "parts_of_moments"]

Array = npt.NDArray[np.float64]

NET: Final = "net "
SAME: Final = 1e-9
"""Part of a number by which it may differ in the last bits."""


class Part(NamedTuple):
    """A number that is a sum over units.

    Attributes
    ----------
    variable, number : str
        What is added up, and what the number is called.
    unit : list of str
        Those who have a part in it.
    x : array, shape (n_units,)
        What each brings.
    rows : array, shape (n_units,), or None
        Rows that this is the sum of, where an amount is added up as it is.
    """

    variable: str
    number: str
    unit: list[str]
    x: Array
    rows: Array | None = None

    def of_some(self) -> Part:
        """Leave out those who bring nothing."""
        some = np.flatnonzero(self.x)
        rows = None if self.rows is None else self.rows[some]
        return self._replace(unit=[self.unit[i] for i in some], x=self.x[some], rows=rows)


def parts_of_moments(step: Leaving) -> list[Part]:
    """List the products that moments are, each as a sum over units.

    Where nothing is absorbed, a product of two columns of 0 and 1 counts rows, one with another column adds that up
    over a group. Net of what is absorbed, a product to which all who have a part bring the same counts units all the
    same. Every other product is a variable of its own. Weighted rows of which nothing is absorbed are the sums of
    weighted tables, and are not listed.

    Parameters
    ----------
    step : Leaving
        A regression; with `rows_used` where its moments may leave.
    """
    if ROWS not in step.tables or MOMENTS not in step.tables:
        return []
    rows = step.tables[ROWS]
    unit, of = np.unique(np.array(rows["unit"].to_pylist(), object).astype(str), return_inverse=True)
    columns = {
        name.removeprefix(NET): np.asarray(rows[name].to_numpy(), float)
        for name in rows.column_names
        if name.startswith(NET)
    }
    outcome = str(step.facts.get("outcome"))
    columns[outcome] = np.asarray(rows["net_outcome"].to_numpy(), float)
    absorbed = str(step.facts.get("absorbed") or "")
    if not absorbed and not any((x == 1.0).all() for x in columns.values()):
        return []
    products = _products(columns, absorbed)
    found: dict[bytes, Part] = {}
    for variable, number, x in products:
        added: Array = np.asarray(np.bincount(of, x, len(unit)), float)
        size: Array = np.asarray(np.bincount(of, np.abs(x), len(unit)), float)
        # Of a sum to which a unit brings what cancels, it is part all the same.
        there = np.flatnonzero(size > SAME * size.max(initial=0.0))
        if not len(there):
            continue
        brought: Array = added[there]
        if absorbed and np.ptp(brought) <= SAME * np.abs(brought).max():
            variable, brought = COUNT, np.ones(len(there))
        rows = np.asarray(np.bincount(of, columns[number], len(unit)), float)[there] if number in columns else None
        key = repr((variable, there.tobytes(), np.round(brought, 12).tobytes())).encode()
        found.setdefault(key, Part(variable, number, unit[there].tolist(), brought, rows))
    return list(found.values())


def _products(columns: dict[str, Array], absorbed: str) -> Iterator[tuple[str, str, Array]]:
    """Yield variable, name and rows of each product of two columns."""
    flags = {name for name, x in columns.items() if not absorbed and np.isin(x, (0.0, 1.0)).all()}
    names = list(columns)
    for i, one in enumerate(names):
        for other in names[i:]:
            x, number = columns[one] * columns[other], f"{one} * {other}"
            if one in flags and other in flags:
                yield COUNT, number, x
            elif one in flags or other in flags:
                flag, amount = (one, other) if one in flags else (other, one)
                yield amount, f"{flag}", x
            else:
                yield f"{number}, net of {absorbed}" if absorbed else number, number, x
