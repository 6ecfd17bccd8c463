"""Which kind of figure fits a table that is handed in without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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

FRONTIERS: Final = frozenset(("place", "frontier", "left_out", "efficiency"))
CUMULATED: Final = "cumulated_deliveries"


@dataclass(frozen=True, slots=True)
class Usual:
    """The figure of a table.

    Attributes
    ----------
    kind : str
        Of the figure.
    options : dict
        That the table calls for.
    rows : dict of str to str
        The rows to keep.
    coded : str or None
        Column whose codes stand in the catalogs of the languages.
    """

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    coded: str | None = None


def usual_figure(table: pa.Table) -> Usual | None:
    """Choose the kind that the columns of a table allow.

    Parameters
    ----------
    table : pyarrow.Table
        With at least one row.

    Returns
    -------
    Usual or None
        None where no kind is known by the columns.
    """
    columns = set(table.column_names)
    if columns >= FRONTIERS:
        return _frontiers(table.column_names)
    kind = next((kind for kind, needed in FITS if needed <= columns), None)
    if kind is None:
        return None
    if kind not in ("fan", "shortfall"):
        return Usual(kind)
    rows = {"measure": CUMULATED} if "measure" in columns and CUMULATED in table["measure"].to_pylist() else {}
    if "product" not in columns:
        return Usual(kind, rows=rows)
    if table["product"].null_count:
        # What has no product is all of them together.
        return Usual(kind, rows={**rows, "product": ""})
    # What is little of one product would vanish beside another.
    return Usual(kind, {"group": "product", "shared": False}, rows)


def _frontiers(columns: Sequence[str]) -> Usual:
    """Draw mean efficiencies, each cell a heading; the unit that is left out stands beside its row."""
    cells = columns[: columns.index("place")]
    label = {"label": cells[0], "group": "frontier"} if cells else {"label": "frontier"}
    return Usual("bars", {"value": "efficiency", "note": "left_out", **label}, coded="frontier")
