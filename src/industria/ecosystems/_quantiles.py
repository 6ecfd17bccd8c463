"""The quantiles by which many draws are told."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def quantiles(draws: Array) -> dict[str, Array]:
    """Give the quantiles over draws, the first axis, by name; NaN without draws."""
    shares = list(QUANTILES.values())
    found = np.quantile(draws, shares, axis=0) if len(draws) else np.full((len(shares), *draws.shape[1:]), np.nan)
    return dict(zip(QUANTILES, found, strict=True))
