"""Where quantiles of all sites lie, from their counts by bin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.kernels.pooling import quantile_bounds

INEXACT: Final = ("rounded", "adjusted")
BINS: Final = ("bin_low", "bin_high", "count")


def bin_quantiles(rows: pa.Table, by: Sequence[str], q: npt.NDArray[np.float64]) -> pa.Table:
    """Bound the quantiles of each group by its counts; null where a count is not exact or not there."""
    keys = [name for name in by if name not in BINS]
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        groups.setdefault(tuple(row[name] for name in keys), []).append(row)
    told: dict[str, list[Any]] = {name: [] for name in (*keys, "probability", "low", "high", "value")}
    for key, bins in groups.items():
        low = np.array([row["bin_low"] if row["bin_low"] is not None else -np.inf for row in bins])
        high = np.array([row["bin_high"] if row["bin_high"] is not None else np.inf for row in bins])
        counts = np.array(
            [np.nan if row["count"] is None or row["status"] in INEXACT else row["count"] for row in bins]
        )
        found = quantile_bounds(low, high, counts, q) if np.isfinite(counts).all() else (np.full(len(q), np.nan),) * 3
        for i, probability in enumerate(q):
            cells = (*key, float(probability), *(None if np.isnan(one[i]) else float(one[i]) for one in found))
            for name, cell in zip(told, cells, strict=True):
                told[name].append(cell)
    floats = {name: pa.array(cells, pa.float64()) for name, cells in told.items() if name not in keys}
    return pa.table({**{name: pa.array(told[name], rows.schema.field(name).type) for name in keys}, **floats})
