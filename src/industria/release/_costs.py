"""What it costs to withhold a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import NeededParameterError, PolicyError, hint, listing
from industria.release._system import System
from industria.release.policy import Policy

__all__ = ["costs", "kept"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
LITTLE: Final = 1e-3
NOTHING: Final = 10.0
"""Times the dearest cell that a published zero costs."""


def costs(found: System, x: Array, shown: Truth, policy: Policy, stated: Array | None) -> Array:
    """Return the cost of withholding each cell, as stated or as the policy reckons it; 0 where it is not shown.

    Parameters
    ----------
    found : System
        The cells.
    x : array, shape (n_cells,)
        Values.
    shown : array of bool, shape (n_cells,)
        Which stand in the table.
    policy : Policy
        `cost`, `cost_power`, `total_weight` and `zeros`.
    stated : array, shape (n_cells,), optional
        Costs of one's own, infinite where a cell must be published.
    """
    if stated is not None:
        cost = stated.copy()
    else:
        if policy.cost == "units":
            raise NeededParameterError('a policy with cost = "units"', "a column 'cost' of the cells that holds them")
        size = np.abs(x)
        cost = {"value": size, "one": np.ones(len(x)), "log": np.log1p(size)}[policy.cost] ** policy.cost_power
        margin = np.bincount(found.A.indices[found.A.data > 0], minlength=len(x)) > 0
        cost = np.where(margin, policy.total_weight * cost, cost)
        # A cell of nothing may be published, so it is, unless only others of its kind can hide a sensitive one.
        dearest = NOTHING * float(cost[shown].max(initial=1.0))
        cost = np.where((x == 0) & (policy.zeros == "publish"), dearest, cost)
    there = cost[shown & np.isfinite(cost) & (cost > 0)]
    least = LITTLE * float(there.min()) if len(there) else 1.0
    return np.where(shown, np.maximum(cost, least), 0.0)


def kept(found: System, names: Sequence[str], policy: Policy) -> Truth:
    """Tell which cells a policy never withholds.

    Raises
    ------
    PolicyError
        If it names a column that is no dimension, or a code that the column does not have.
    """
    keep = np.zeros(len(found.codes), bool)
    for cell in policy.keep:
        which = np.ones(len(found.codes), bool)
        for column, code in cell.items():
            if column not in names:
                raise PolicyError(
                    [f"keep names {column!r}; there are {listing(list(names))}.{hint(column, list(names))}"]
                )
            one = found.dimensions[names.index(column)]
            if str(code) not in one.codes:
                raise PolicyError([f"keep: {column!r} has no code {str(code)!r}.{hint(str(code), one.codes)}"])
            which &= found.codes[:, names.index(column)] == one.codes.index(str(code))
        keep |= which
    return keep
