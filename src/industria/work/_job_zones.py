"""Job Zones of O*NET, and the specific vocational preparation (SVP) that each stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike
from industria.errors import OutsideRangeError

__all__ = ["MIDDLE", "RANGES", "refuse_zones", "zones_of"]

RANGES: Final[Mapping[int, tuple[float, float]]] = {
    1: (0.0, 3.0),
    2: (3.0, 12.0),
    3: (12.0, 24.0),
    4: (24.0, 48.0),
    5: (48.0, np.nan),
}
"""Months of SVP by Job Zone: below level 4, levels 4 and 5, 6, 7, and 8 and above, which has no end."""

MIDDLE: Final[Mapping[int, float]] = {
    zone: low if np.isnan(high) else (low + high) / 2 for zone, (low, high) in RANGES.items()
}
"""The middle of the range; where it is open, its lower end."""


def zones_of(zones: TableLike | None, name: str) -> dict[str, int]:
    """Read the Job Zone of each occupation that has one.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, DuplicateRowError
        If a column or a cell lacks, is of another kind, or an occupation stands twice.
    OutsideRangeError
        If a Job Zone is no whole number from 1 to 5.
    """
    rows = read(zones, name, Field("occupation"), Field("job_zone", "number", None), key=("occupation",))
    refuse_zones(rows)
    told = zip(rows["occupation"], rows["job_zone"].tolist(), strict=True)
    return {code: int(zone) for code, zone in told if not np.isnan(zone)}


def refuse_zones(rows: Rows) -> None:
    """Refuse what is no Job Zone.

    Raises
    ------
    OutsideRangeError
        With the first occupation.
    """
    for k, zone in enumerate(rows["job_zone"].tolist()):
        if not np.isnan(zone) and zone not in RANGES:
            raise OutsideRangeError(
                rows.name, "job_zone", zone, rows.where(k, "occupation"), "is a whole number from 1 to 5"
            )
