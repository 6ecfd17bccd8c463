"""Thirteen trials of the BCG vaccine against tuberculosis.

Colditz et al. (1994), JAMA 271(9), 698-702: cases and others among the vaccinated, then among the rest;
the example of every package for meta-analysis, `dat.bcg` of the R package metadat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from industria.core.table import collect
from industria.evaluation.meta_analysis import meta_analysis

COUNTS = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)


def log_risk_ratios() -> pd.DataFrame:
    """Log ratio of the risks with and without the vaccine, by trial, with its standard error."""
    case, other, case_without, other_without = COUNTS.T
    with_it, without = case + other, case_without + other_without
    return pd.DataFrame(
        {
            "site": np.arange(1, 14),
            "estimate": np.log(case / with_it) - np.log(case_without / without),
            "standard_error": np.sqrt(1 / case - 1 / with_it + 1 / case_without - 1 / without),
        }
    )


def row(data: Any, **changes: Any) -> dict[str, Any]:
    """Pool one cell, and take its row."""
    rows = meta_analysis(data, **changes).to_arrow().to_pylist()
    assert len(rows) == 1
    found: dict[str, Any] = rows[0]
    return found


def frame(table: Any) -> pd.DataFrame:
    """Compute a further table of a result."""
    return collect(table).to_pandas()
