"""What a demand takes of every part, down to raw inputs, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.errors import CircleError, OutsideRangeError, WeeksError

__all__ = ["MaterialRequirements", "material_requirements"]

Array = npt.NDArray[np.float64]

DEMAND: Final = (Field("product"), Field("week", "week"), Field("demand", "amount"))
STRUCTURE: Final = (
    Field("parent"),
    Field("component"),
    Field("quantity", "amount"),
    Field("scrap", "share", 0.0),
    Field("lead_weeks", "count", 0.0),
)
GIVES: Final = {
    "item": "product, part or raw input [name]",
    "week": "week in which it must be there [date]",
    "gross": "units needed, those that become scrap among them [units]",
    "level": "most steps from a product down to it; 0 for what goes into nothing [count]",
    "raw": "whether it has no components [name]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MaterialRequirements(Result):
    """Requirements by item and week.

    Attributes
    ----------
    table : Table
        `item, week, gross, level, raw`.
    n_items, n_raw : int
        Items that are needed, and those of them without components.
    n_before : int
        Rows whose week lies before the first week of the demand: they are late already.
    """

    n_items: int
    n_raw: int
    n_before: int


@measure(
    gives=GIVES,
    cites="Orlicky (1975), Material Requirements Planning, McGraw-Hill, ch. 4",
    design="descriptive",
)
def material_requirements(demand: TableLike, structure: TableLike, *, lead: bool = True) -> MaterialRequirements:
    """Units of every part and raw input that a demand takes, by the week in which they must be there.

    A unit of a parent takes `quantity / (1 - scrap)` of a component, `lead_weeks`
    before the parent must be there. What several parents take of an item adds up.

    Parameters
    ----------
    demand : Table
        `product, week, demand`. Weeks are whole numbers, or dates 7 days apart.
    structure : Table
        `parent, component, quantity` (units of the component in a unit of the parent); if there,
        `scrap` (part of the component that is lost, below 1), `lead_weeks`. A product without rows is
        its own raw input.
    lead : bool
        Whether components must be there `lead_weeks` before their parents.

    Returns
    -------
    MaterialRequirements
        One row an item and week in which any of it is needed, products among them. Weeks may lie
        before the first week of the demand.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, or all of a component is lost.
    DuplicateRowError
        If a product's week, or a component of a parent, stands twice.
    CircleError
        If an item goes into itself; the message has the way.
    WeeksError
        If dates are not whole weeks apart.

    Examples
    --------
    >>> import pyarrow as pa
    >>> demand = pa.table({"product": ["mask"], "week": [3], "demand": [100.0]})
    >>> structure = pa.table({"parent": ["mask"], "component": ["meltblown"], "quantity": [2.0],
    ...                       "scrap": [0.2], "lead_weeks": [2]})
    >>> needed = material_requirements(demand, structure).to_arrow()
    >>> needed.select(["item", "week", "gross"]).to_pylist()[1]
    {'item': 'meltblown', 'week': 1, 'gross': 250.0}
    """
    asked = read(demand, "demand", *DEMAND, key=("product", "week"))
    bill = read(structure, "structure", *STRUCTURE, key=("parent", "component"))
    if (lost := np.flatnonzero(bill["scrap"] >= 1)).size:
        where = bill.where(int(lost[0]), "parent", "component")
        raise OutsideRangeError("structure", "scrap", float(bill["scrap"][lost[0]]), where, "is below 1")
    first, places = _places(asked["week"])

    rows_of = _rows_of(bill)
    order = _order(rows_of, bill, sorted(set(asked["product"])))
    lags = bill["lead_weeks"].astype(np.int64) if lead else np.zeros(bill.n, np.int64)
    longest, level = _down(order, rows_of, bill, lags)
    before = max(longest.values(), default=0)
    width = before + 1 + int(places.max(initial=0))
    gross = {item: np.zeros(width) for item in order}
    for product, place, units in zip(asked["product"], places, asked["demand"], strict=True):
        gross[product][before + place] += units
    taken = bill["quantity"] / (1 - bill["scrap"])
    for item in order:
        for i in rows_of.get(item, ()):
            # What is needed before any week that counts is zero, so nothing falls off the front.
            lag = int(lags[i])
            gross[bill["component"][i]][: width - lag] += taken[i] * gross[item][lag:]
    return _result(gross, level, rows_of, asked, first, before)


def _places(weeks: Sequence[Any]) -> tuple[Any, npt.NDArray[np.int64]]:
    """Count weeks from the first of them."""
    if not len(weeks):
        return 0, np.zeros(0, np.int64)
    first = min(weeks)
    if not isinstance(first, dt.date):
        return first, np.array([week - first for week in weeks], np.int64)
    for week in weeks:
        if (week - first).days % 7:
            raise WeeksError("demand", "week", f"has {first} and {week}", "Weeks are dates a multiple of 7 days apart.")
    return first, np.array([(week - first).days // 7 for week in weeks], np.int64)


def _rows_of(bill: Rows) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, parent in enumerate(bill["parent"]):
        found.setdefault(parent, []).append(i)
    return found


def _order(rows_of: Mapping[str, Sequence[int]], bill: Rows, products: Sequence[str]) -> list[str]:
    """List all items, each before its components."""
    done: dict[str, None] = {}
    for top in sorted({*products, *rows_of}):
        way: dict[str, list[int]] = {}
        stack = [] if top in done else [top]
        while stack:
            item = stack[-1]
            rest = way.setdefault(item, list(rows_of.get(item, ())))
            while rest and bill["component"][rest[-1]] in done:
                rest.pop()
            if not rest:
                done[stack.pop()] = None
                del way[item]
                continue
            part = bill["component"][rest.pop()]
            if part in way:
                circle = stack[stack.index(part) :]
                turn = circle.index(min(circle))
                raise CircleError("structure", "component", [*circle[turn:], *circle[:turn], circle[turn]])
            stack.append(part)
    return list(done)[::-1]


def _down(
    order: Sequence[str], rows_of: Mapping[str, Sequence[int]], bill: Rows, lags: npt.NDArray[np.int64]
) -> tuple[dict[str, int], dict[str, int]]:
    """Find the longest way down to each item, in weeks and in steps."""
    weeks, steps = dict.fromkeys(order, 0), dict.fromkeys(order, 0)
    for item in order:
        for i in rows_of.get(item, ()):
            part = bill["component"][i]
            weeks[part] = max(weeks[part], weeks[item] + int(lags[i]))
            steps[part] = max(steps[part], steps[item] + 1)
    return weeks, steps


def _result(
    gross: Mapping[str, Array],
    level: Mapping[str, int],
    rows_of: Mapping[str, Sequence[int]],
    asked: Rows,
    first: Any,
    before: int,
) -> MaterialRequirements:
    found = [
        (item, int(k) - before, float(units[k]))
        for item, units in sorted(gross.items(), key=lambda one: (level[one[0]], one[0]))
        for k in np.flatnonzero(units)
    ]
    step = dt.timedelta(days=7) if isinstance(first, dt.date) else 1
    kind = pa.date32() if isinstance(first, dt.date) else pa.int64()
    needed = {item for item, _, _ in found}
    return MaterialRequirements(
        table=as_table(
            pa.table(
                {
                    "item": pa.array([item for item, _, _ in found], pa.string()),
                    "week": pa.array([first + week * step for _, week, _ in found], kind),
                    "gross": pa.array([units for _, _, units in found], pa.float64()),
                    "level": pa.array([level[item] for item, _, _ in found], pa.int64()),
                    "raw": pa.array([item not in rows_of for item, _, _ in found], pa.bool_()),
                }
            ),
            "requirements",
        ),
        n_items=len(needed),
        n_raw=len(needed - set(rows_of)),
        n_before=sum(week < 0 for _, week, _ in found),
    )
