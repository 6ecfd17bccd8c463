"""Technologies: what can be made of what, as the units that draw a frontier show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.kernels.programs import Array, Codes, Truths, spanning

__all__ = ["Returns", "Technology", "technology"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing"]

FEW: Final = 400
"""Up to so many units all of them stand in every program: sorting out the inner ones would take longer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Technology:
    """What can be made of what, as the units that draw it show.

    Attributes
    ----------
    A : array, shape (R, n) or (R, 2n)
        A column a unit: inputs, minus outputs, bad outputs, each in parts of their mean, and a row of returns
        to scale unless they are constant. With bad outputs and variable or nondecreasing returns, n columns
        more that are idle, with inputs alone (Kuosmanen 2005).
    equal : array, shape (R,)
        Rows that are equalities.
    limit : array, shape (R - m,)
        Right-hand side of the row of returns to scale, if there is one.
    mean, sign : array, shape (m,)
        Unit of each row of goods, m of them, and -1 for outputs.
    spanning : array
        Columns that no combination of others beats: these draw the frontier.
    n : int
        Units.
    returns : str
        As asked for.
    """

    A: Array
    equal: Truths
    limit: Array
    mean: Array
    sign: Array
    spanning: Codes
    n: int
    returns: Returns

    @property
    def twins(self) -> int:
        """How far an idle column stands from its unit's; 0 where there are none."""
        return self.n if self.A.shape[1] > self.n else 0


def technology(
    X: Array,
    Y: Array,
    *,
    returns: Returns = "variable",
    bad: Array | None = None,
    weak: bool = True,
    among: Codes | None = None,
) -> Technology:
    """Take note of the units that draw a frontier, and find those that matter.

    Parameters
    ----------
    X : array, shape (n, m)
        Inputs, 0 or more.
    Y : array, shape (n, s)
        Outputs.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing"}
        Σλ = 1, any, ≤ 1, ≥ 1.
    bad : array, shape (n, q), optional
        Outputs that nobody wants.
    weak : bool
        Whether less of them can only be had with less of all outputs, and more only with more (weak
        disposability); else whoever makes some could make more of them, which makes them costs like inputs.
    among : array, optional
        Columns that span a smaller technology of the same units, and so this one: those of variable returns
        span all others. Sought where not given.

    Returns
    -------
    Technology
        One for any number of calls of `directional` and `radial`.
    """
    n = len(X)
    bad = np.empty((n, 0)) if bad is None else bad
    goods = np.hstack([X, Y, bad]).T
    mean = np.abs(goods).mean(axis=1)
    mean[mean == 0] = 1.0
    m, s, q = X.shape[1], Y.shape[1], bad.shape[1]
    sign = np.repeat([1.0, -1.0, 1.0], [m, s, q])
    A = sign[:, None] * goods / mean[:, None]
    equal = np.repeat([False, weak], [m + s, q])
    row = {"variable": 1.0, "nonincreasing": 1.0, "nondecreasing": -1.0}.get(returns)
    if row is not None:
        A, equal = np.vstack([A, np.full(n, row)]), np.append(equal, returns == "variable")
    if q and weak and returns in ("variable", "nondecreasing"):
        idle = A.copy()
        idle[m : m + s + q] = 0.0
        A = np.hstack([A, idle])
    A = np.ascontiguousarray(A)
    limit = np.empty(0) if row is None else np.array([row])
    span = np.arange(A.shape[1]) if among is None else among
    if among is None and n > FEW and not (q and weak):
        span = spanning(A, equal, limit, m + s + q)
    return Technology(A=A, equal=equal, limit=limit, mean=mean, sign=sign, spanning=span, n=n, returns=returns)
