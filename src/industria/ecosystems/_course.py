"""How severe the cases of an epidemic are, and how long each kind stays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from industria.errors import ParameterRangeError

Array = npt.NDArray[np.float64]


def shares_of(severity: Sequence[float]) -> Array:
    """Read the shares of mild, moderate, severe and critical cases.

    Raises
    ------
    ParameterRangeError
        If they are not four, or do not add up to 1.
    """
    shares = _numbers("severity", severity, "four shares that add up to 1")
    if shares.shape != (4,) or not (shares >= 0).all() or not math.isclose(shares.sum(), 1, abs_tol=1e-9):
        raise ParameterRangeError("severity", tuple(severity), "four shares that add up to 1")
    return shares


def lengths_of(stays: Sequence[int]) -> npt.NDArray[np.int64]:
    """Read how long mild, moderate, severe and critical cases stay.

    Raises
    ------
    ParameterRangeError
        If they are not four whole numbers, or a bed is left at once.
    """
    lengths = _numbers("stays", stays, "four whole numbers, of which the last two are 1 or more")
    if lengths.shape != (4,) or not (lengths % 1 == 0).all() or not (lengths >= [0, 0, 1, 1]).all():
        raise ParameterRangeError("stays", tuple(stays), "four whole numbers, of which the last two are 1 or more")
    return lengths.astype(np.int64)


def _numbers(parameter: str, told: Sequence[float], allowed: str) -> Array:
    try:
        return np.array(told, float)
    except (TypeError, ValueError):
        raise ParameterRangeError(parameter, told, allowed) from None
