"""The mini plan: two products, five actors, ten weeks, small enough to be checked by hand."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

WEEKS = list(range(10))


def long(name: str, value: str, rows: dict[str, list[float]]) -> pa.Table:
    """One row a label and week."""
    return pa.table(
        {
            name: [label for label in rows for _ in WEEKS],
            "week": [week for _ in rows for week in WEEKS],
            value: [float(one) for values in rows.values() for one in values],
        }
    )


DEMAND = long(
    "product",
    "demand",
    {"mask": [50, 80, 110, 130, 120, 100, 80, 60, 45, 40], "gown": [6, 11, 16, 20, 18, 15, 11, 8, 6, 5]},
)
PRODUCTS = pa.table(
    {"product": ["mask", "gown"], "weight": [1.0, 5.0], "incumbent_capacity": [12.0, 2.0], "stockpile": [40.0, 6.0]}
)
OPTIONS = pa.table(
    {
        "actor": ["A", "B", "B", "C", "D", "E"],
        "product": ["mask", "mask", "gown", "gown", "mask", "gown"],
        "capacity": [45.0, 60.0, 8.0, 12.0, 25.0, 6.0],
        "retool_weeks": [1, 2, 1, 1, 0, 0],
        "certification_weeks": [2, 2, 1, 2, 1, 1],
        "broker_hours": [25.0, 30.0, 15.0, 25.0, 12.0, 10.0],
        "pivot_cost": [120.0, 170.0, 90.0, 110.0, 50.0, 70.0],
    }
)
RAMP = pa.table({"age": [0, 1, 2], "share": [0.4, 0.7, 1.0]})
BILL = pa.table(
    {"product": ["mask", "mask", "gown"], "input": ["meltblown", "fabric", "fabric"], "quantity": [1.0, 2.0, 25.0]}
)
INPUTS = long(
    "input",
    "supply",
    {
        "meltblown": [40, 50, 60, 70, 80, 80, 80, 80, 80, 80],
        "fabric": [250, 280, 310, 340, 370, 400, 400, 400, 400, 400],
    },
)


def resources(hours: float = 30.0, budget: float = 300.0) -> pa.Table:
    """Broker hours in every week, split between two who give them; one budget."""
    rows = [
        *(("broker_hours", week, hours / 2, giver) for week in WEEKS for giver in ("state office", "chamber")),
        ("budget", None, budget, "treasury"),
    ]
    names, weeks, available, actors = zip(*rows, strict=True)
    return pa.table({"resource": names, "week": weeks, "available": available, "actor": actors})


def changed(table: pa.Table, column: str, values: Any) -> pa.Table:
    """The table with another column in place of one."""
    return table.set_column(table.column_names.index(column), column, pa.array(values))


TABLES = {
    "demand": DEMAND,
    "options": OPTIONS,
    "products": PRODUCTS,
    "ramp": RAMP,
    "bill": BILL,
    "inputs": INPUTS,
    "resources": resources(),
}
