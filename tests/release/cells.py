"""Records of firms, in a few lines, for tests of what may leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from industria.core.result import Cells
from industria.tables import frequency_table, magnitude_table


def firms(contributions: Mapping[Any, Sequence[float]], names: Sequence[str]) -> pd.DataFrame:
    """Make records of contributions by cell: each is a firm of its own."""
    rows = []
    for key, values in contributions.items():
        codes = key if isinstance(key, tuple) else (key,)
        rows += [(*codes, f"{'-'.join(codes)}-{i}", float(x)) for i, x in enumerate(values)]
    return pd.DataFrame(rows, columns=[*names, "firm", "value"])


def counted(numbers: Mapping[Any, int], names: Sequence[str]) -> pd.DataFrame:
    """Make records of so many firms a cell."""
    return firms({key: [1.0] * n for key, n in numbers.items()}, names)


def magnitudes(records: pd.DataFrame, by: Sequence[str], trees: pd.DataFrame | None = None, **more: Any) -> Cells:
    """Add values up."""
    return magnitude_table(records, trees, variable="value", by=by, unit="firm", **more)


def counts(records: pd.DataFrame, by: Sequence[str], trees: pd.DataFrame | None = None, **more: Any) -> Cells:
    """Count firms."""
    return frequency_table(records, trees, by=by, unit="firm", **more)
