"""What leaves of sums of products, beside the averages and variances that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from industria.release._leaving import Leaving

__all__ = ["PRODUCTS", "released_products"]

PRODUCTS: Final = "moments"
COUNTED: Final = ("n", "1")
"""What counts rows and adds up weights, of all columns of a group alike."""


def released_products(step: Leaving, table: pa.Table, by: Sequence[str]) -> pa.Table:
    """Withhold products wherever the average or the variance that they tell is withheld.

    Parameters
    ----------
    step : Leaving
        With the table `moments`: `by`, `row`, `column`, `value`.
    table : pyarrow.Table
        What leaves of its averages: `by`, `column`, `n`, `mean`, `variance`, null where withheld.
    by : sequence of str
        What makes a group.

    Returns
    -------
    pyarrow.Table
        The products; null where a column of theirs has no average, or, of a product of two, no variance. Rows are
        counted only where all averages of a group leave: one that is withheld has the same rows.
    """
    without: dict[str, set[tuple[object, ...]]] = {"mean": set(), "variance": set()}
    groups: set[tuple[object, ...]] = set()
    for row in table.to_pylist():
        group = tuple(row[name] for name in by)
        for name, gone in without.items():
            if row[name] is None:
                gone.add((*group, row["column"]))
        if row["mean"] is None or row["n"] is None:
            groups.add(group)

    def leaves(row: dict[str, object]) -> bool:
        group, pair = tuple(row[name] for name in by), (row["row"], row["column"])
        if set(pair) <= set(COUNTED):
            return group not in groups
        told = "mean" if pair[0] == COUNTED[1] else "variance"
        return not any((*group, name) in without[told] | without["mean"] for name in pair)

    rows = step.tables[PRODUCTS]
    kept = [row["value"] if leaves(row) else None for row in rows.to_pylist()]
    at = rows.column_names.index("value")
    return rows.set_column(at, rows.schema.field(at), pa.array(kept, rows.schema.field(at).type))
