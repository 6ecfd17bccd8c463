"""How much of a panel regression hangs on few units: what decides whether it may leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from industria.core.table import Table, from_arrays
from industria.evaluation._model import Model
from industria.evaluation._sample import Sample
from industria.kernels.groups import Codes
from industria.kernels.leverage import distinct_rows, largest_leverage, smallest_group

__all__ = ["contributors_of", "support_of", "units_by_time"]


def contributors_of(sample: Sample) -> Table:
    """List the units used and their rows, for the site alone."""
    return from_arrays({"unit": sample.units, "rows": np.bincount(sample.unit)})


def support_of(model: Model) -> dict[str, Any]:
    """Tell whether a regression is saturated, who stands beside its dummies, and whom its slopes hang on.

    Parameters
    ----------
    model : Model
        Fitted.

    Returns
    -------
    dict
        `support_distinct_rows`, `support_rank`, `support_smallest_group`, `support_leverage`.
    """
    s, columns = model.sample, model.columns
    # A unit stands once at each time: with effects of both no two rows are alike.
    unlike = {columns.unit, columns.time} <= set(columns.effects)
    return {
        "support_distinct_rows": len(s.y) if unlike else distinct_rows(*model.X.T, *s.F.T),
        "support_rank": model.K,
        "support_smallest_group": smallest_group(model.X, s.unit),
        "support_leverage": largest_leverage(model.within, s.unit),
    }


def units_by_time(sample: Sample, levels: int) -> Codes:
    """Count the units behind each of the last levels of time and the first, against which they are told."""
    units = np.bincount(sample.time)
    return np.asarray(np.minimum(units[len(units) - levels :], units[0]), dtype=np.int64)
