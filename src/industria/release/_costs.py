"""What it costs to withhold a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import PolicyError, hint, listing
from industria.release._system import System
from industria.release.policy import Policy

__all__ = ["costs", "is_sum", "kept", "refuse_strange_keep", "stated"]

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.integer] | Array
Truth = npt.NDArray[np.bool_]

LITTLE: Final = 1e-3
"""Part of the cheapest cell that a cell of nothing costs: what costs nothing would count as withheld."""


def costs(x: Array, rows: Numbers, policy: Policy, *, units: Numbers | None, sums: Truth, zeros: Truth) -> Array:
    """Return the cost of withholding each cell, in all rows in which it stands; 0 where it is in none.

    A zero that is published is never withheld: whoever publishes zeros shows them all, so that everybody knows
    that a withheld cell is none.

    Parameters
    ----------
    x : array, shape (n_cells,)
        Values.
    rows : array, shape (n_cells,)
        In how many rows of tables each stands.
    policy : Policy
        `cost`, `cost_power`, `total_weight` and `zeros`.
    units : array, shape (n_cells,), or None
        Contributors, needed where `cost` is "units".
    sums : array of bool, shape (n_cells,)
        Which are sums of others, in any tree of any dimension: `total_weight` multiplies what they cost.
    zeros : array of bool, shape (n_cells,)
        Which are known to be nothing where zeros are published.
    """
    if policy.cost == "units":
        size = np.zeros(len(x)) if units is None else np.asarray(units, float)
    else:
        size = {"value": np.abs(x), "one": np.ones(len(x)), "log": np.log1p(np.abs(x))}[policy.cost]
    cost = size**policy.cost_power * np.where(sums, policy.total_weight, 1.0) * rows
    cost = _some(cost, rows > 0)
    cost[zeros & (policy.zeros == "publish")] = np.inf
    return np.where(rows > 0, cost, 0.0)


def _some(cost: Array, shown: Truth) -> Array:
    """Let nothing that is shown cost nothing."""
    there = cost[shown & np.isfinite(cost) & (cost > 0)]
    return np.maximum(cost, LITTLE * float(there.min()) if len(there) else 1.0)


def stated(cost: Array, shown: Truth) -> Array:
    """Return costs of one's own, infinite where a cell must be published; 0 where it is not shown."""
    return np.where(shown, _some(cost, shown), 0.0)


def is_sum(found: System) -> Truth:
    """Tell which cells are sums of others."""
    return np.asarray(np.bincount(found.A.indices[found.A.data > 0], minlength=found.A.shape[1]) > 0)


def kept(found: System, policy: Policy) -> Truth:
    """Tell which cells a policy never withholds; what it says of other tables is nothing to these."""
    names = [one.name for one in found.dimensions]
    keep = np.zeros(len(found.codes), bool)
    for cell in policy.keep:
        if not set(cell) <= set(names):
            continue
        which = np.ones(len(keep), bool)
        for column, code in cell.items():
            codes = found.dimensions[names.index(column)].codes
            which &= found.codes[:, names.index(column)] == (codes.index(str(code)) if str(code) in codes else -1)
        keep |= which
    return keep


def refuse_strange_keep(found: System, names: Sequence[str], policy: Policy) -> None:
    """Refuse to keep what is not there.

    Raises
    ------
    PolicyError
        If a column is no dimension, or a code stands in none.
    """
    for cell in policy.keep:
        for column, code in cell.items():
            if column not in names:
                raise PolicyError(
                    [f"keep names {column!r}; there are {listing(list(names))}.{hint(column, list(names))}"]
                )
            one = found.dimensions[list(names).index(column)]
            if str(code) not in one.codes:
                raise PolicyError([f"keep: {column!r} has no code {str(code)!r}.{hint(str(code), one.codes)}"])
