"""What an epidemic takes as tables: items, beds and staff, one row each and week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core import engine
from industria.core.table import Table
from industria.ecosystems._supplies import Equipment
from industria.kernels.essential_supplies import Staff
from industria.kernels.hospital_beds import Beds

Array = npt.NDArray[np.float64]


def items_by_week(items: Equipment, weeks: Sequence[Any], units: Array, parts: Mapping[str, Array]) -> Table:
    """One row an item and week; units and their parts have the shape (items, weeks)."""
    return _table(
        {
            "item": _texts(items.items, weeks),
            "unit": _texts(items.units, weeks),
            "week": pa.array(list(weeks) * len(items.items), pa.array(weeks).type),
            "units": units,
            **parts,
        }
    )


def beds_by_week(beds: Beds, weeks: Sequence[Any], *, split: bool) -> Table:
    """One row a severity and week; all in one where they are not told apart."""
    among = {"severe": [0], "critical": [1]} if split else {"all": [0, 1]}
    return _table(
        {
            "week": pa.array(list(weeks) * len(among)),
            "severity": _texts(among, weeks),
            **{
                name: np.concatenate([values[places].sum(axis=0) for places in among.values()])
                for name, values in (
                    ("cases", beds.cases),
                    ("need_a_bed", beds.patients),
                    ("beds_in_use", beds.in_use),
                    ("admitted", beds.admitted),
                    ("beds", np.outer(beds.beds, np.ones(len(weeks)))),
                )
            },
        }
    )


def staff_by_week(staff: Staff | None, weeks: Sequence[Any]) -> Table:
    """One row a role and week; none where nothing is counted by staff."""
    roles = {} if staff is None else staff.roles()
    return _table(
        {
            "week": pa.array(list(weeks) * len(roles), pa.array(weeks).type),
            "role": _texts(roles, weeks),
            "persons": np.concatenate([np.zeros(0), *(there for there, _ in roles.values())]),
            "persons_needed": np.concatenate([np.zeros(0), *(needed for _, needed in roles.values())]),
        }
    )


def _texts(words: Iterable[str | None], weeks: Sequence[Any]) -> pa.Array:
    """Repeat each word for every week."""
    return pa.array([word for word in words for _ in weeks], pa.string())


def _table(columns: Mapping[str, Any]) -> Table:
    """Make a table of plain columns; what is not finite is null."""
    made = {}
    for name, values in columns.items():
        flat = values.ravel() if isinstance(values, np.ndarray) else values
        made[name] = pa.array(flat, mask=~np.isfinite(flat)) if isinstance(flat, np.ndarray) else flat
    # They are plain already, so they go to the engine straight: a loop over countries makes thousands.
    table: Table = nw.from_native(engine.connection().from_arrow(pa.table(made)))
    return table
