"""Which kind of figure fits a table that is handed in without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

__all__ = ["usual_figure"]

FITS: Final[Sequence[tuple[str, frozenset[str]]]] = tuple(
    (kind, frozenset(columns.split()))
    for kind, columns in (
        ("event_study", "relative_time estimate low high"),
        ("coefficients", "term estimate low high"),
        ("tornado", "lever change"),
        ("tornado", "lever estimate low high"),
        ("funnel", "stage count place nested_in from_start conversion low high bound at_least"),
        ("removals", "actor role units_lost_per_week weeks_late"),
        ("gantt", "actor product start_week first_output_week full_output_week"),
        ("fan", "week q05 q25 q50 q75 q95"),
        ("shortfall", "week unmet"),
    )
)
"""The columns by which a kind is known; the first that has all of its columns is drawn."""

CUMULATED: Final = "cumulated_deliveries"


def usual_figure(table: pa.Table) -> tuple[str, dict[str, Any], dict[str, str]] | None:
    """Choose the kind that the columns of a table allow.

    Parameters
    ----------
    table : pyarrow.Table
        With at least one row.

    Returns
    -------
    tuple of str, dict and dict, or None
        The kind, options that the table calls for, and the rows to keep; None where no
        kind is known by the columns.
    """
    columns = set(table.column_names)
    kind = next((kind for kind, needed in FITS if needed <= columns), None)
    if kind is None:
        return None
    if kind not in ("fan", "shortfall"):
        return kind, {}, {}
    rows = {"measure": CUMULATED} if "measure" in columns and CUMULATED in table["measure"].to_pylist() else {}
    if "product" not in columns:
        return kind, {}, rows
    if table["product"].null_count:
        # What has no product is all of them together.
        return kind, {}, {**rows, "product": ""}
    # What is little of one product would vanish beside another.
    return kind, {"group": "product", "shared": False}, rows
