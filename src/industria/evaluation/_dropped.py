"""What a regression of a panel left out, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from industria.core.table import Table, from_arrays
from industria.evaluation._sample import Dropped

__all__ = ["dropped_table", "rows_dropped"]


def dropped_table(dropped: Sequence[Dropped]) -> Table:
    """List columns, the reason each left rows out or was left out itself, and how many rows."""
    columns, reasons, rows = ([entry[i] for entry in dropped] for i in range(3))
    return from_arrays({"column": columns, "reason": reasons, "n": np.array(rows, dtype=np.int64)})


def rows_dropped(dropped: Sequence[Dropped], reason: str) -> int:
    """Add up the rows that were left out for a reason."""
    return sum(n for _, why, n in dropped if why == reason)
