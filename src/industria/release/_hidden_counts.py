"""Numbers of units that nobody tells one by one, beside others that are withheld."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.release._classes import role_of
from industria.release._given import additive_columns
from industria.release._leaving import Leaving
from industria.release._protected import Protected
from industria.release.policy import Policy

__all__ = ["UNTOLD", "counts_hidden", "few", "numbers_of_units"]

Truth = npt.NDArray[np.bool_]

UNTOLD: Final = "nobody tells one by one who is counted, and other numbers of units are withheld"


def counts_hidden(
    several: Sequence[Protected], steps: Sequence[Leaving], told: Collection[str], policy: Policy
) -> set[str]:
    """Name the steps whose numbers of units would stand beside others that are withheld or leave in another shape.

    Rows of one table are of different units, so that a small one is told by other tables alone.

    Parameters
    ----------
    several : sequence of Protected
        The systems of all cells.
    steps : sequence of Leaving
        All that is asked to leave.
    told : collection of str
        Steps whose numbers of units are cells.
    policy : Policy
        The rules.
    """
    every = {step.name for step in steps}
    if any(_withheld(one) for one in several):
        return every
    apart = [step for step in steps if step.name not in told]
    small = {
        step.name for step in apart if any(few(step.table[name], name, policy).any() for name in numbers_of_units(step))
    }
    return every if len(small) > 1 else every - small if small else small


def numbers_of_units(step: Leaving) -> list[str]:
    """Name the columns of a table that count somebody, and are no cells."""
    cells = additive_columns(step) if step.kind == "cells" else []
    names = [name for name in step.table.column_names if not name.startswith(SUPPORT) and name not in cells]
    return [name for name in names if role_of(name) == "count"]


def few(column: pa.ChunkedArray, name: str, policy: Policy) -> Truth:
    """Tell which numbers count somebody, but fewer than the threshold; a frame with gaps has whole ones as floats."""
    if role_of(name) != "count" or not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return np.zeros(len(column), bool)
    values = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    values = np.nan_to_num(values, nan=0.0)
    if (values != np.rint(values)).any():
        return np.zeros(len(column), bool)
    return np.asarray((values > 0) & (values < policy.threshold))


def _withheld(one: Protected) -> bool:
    """Tell whether a number of units that a table shows is withheld, or leaves in another shape."""
    if not one.joint.counts:
        return False
    return one.altered is not None or bool((one.withheld & (one.joint.rows > 0)).any())
