"""Decompositions of a gap between means: sums of products of means and slopes.

Every part of every such decomposition is Σ_s (Σ_g l_sg x̄_g) ∘ (Σ_g M_sg β_g): some
combination of the groups' means times some combination of their slopes. Parts and
their covariances are written once for that form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "GAP",
    "REWEIGHTED",
    "THREEFOLD",
    "TWOFOLD",
    "Cells",
    "Fit",
    "Moments",
    "Product",
    "Twofold",
    "covariance",
    "fit",
    "moments",
    "part",
    "twofold",
]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Twofold = Literal["reference", "other", "half", "share", "neumark", "pooled"]
TWOFOLD: Final[tuple[Twofold, ...]] = ("reference", "other", "half", "share", "neumark", "pooled")


@dataclass(frozen=True, slots=True)
class Product:
    """A combination of means times a combination of slopes.

    Attributes
    ----------
    means : tuple of float
        l: one weight a group.
    slopes : tuple of (float or array of shape (k, k))
        M: one weight a group.
    """

    means: tuple[float, ...]
    slopes: tuple[float | Array, ...]


Products: TypeAlias = tuple[Product, ...]

# Groups in this order: the other group, the reference.
GAP: Final[Products] = (Product((1, 0), (1.0, 0.0)), Product((0, -1), (0.0, 1.0)))
THREEFOLD: Final[Mapping[str, Products]] = {
    "endowments": (Product((1, -1), (0.0, 1.0)),),
    "coefficients": (Product((0, 1), (1.0, -1.0)),),
    "interaction": (Product((1, -1), (1.0, -1.0)),),
}

# And here: the other group, the reference, the reference reweighted to look like the other.
REWEIGHTED: Final[Mapping[str, Products]] = {
    "composition": (Product((0, -1, 1), (0.0, 1.0, 0.0)),),
    "specification_error": (Product((0, 0, 1), (0.0, -1.0, 1.0)),),
    "structure": (Product((1, 0, 0), (1.0, 0.0, -1.0)),),
    "reweighting_error": (Product((1, 0, -1), (0.0, 0.0, 1.0)),),
}


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Rows of one group, gathered where their regressors are equal.

    Attributes
    ----------
    X : array, shape (C, k)
        Regressors of each cell.
    cell : array, shape (n,)
        Cell of each row, 0 to C - 1.
    """

    X: Array
    cell: Codes

    def sums(self, values: Array) -> Array:
        """Add rows up by cell: shape (n,) to shape (C,)."""
        return np.asarray(np.bincount(self.cell, values, len(self.X)), float)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What regressions on one group need, whatever their outcome.

    Attributes
    ----------
    weight : float
        Σ w.
    mean : array, shape (k,)
        x̄, weighted.
    A : array, shape (k, k)
        X'WX.
    """

    weight: float
    mean: Array
    A: Array


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Mean and slopes of one group.

    Attributes
    ----------
    mean, slopes : array, shape (k,)
        x̄ and β.
    """

    mean: Array
    slopes: Array


def moments(cells: Cells, w: Array) -> Moments:
    """Gather what weighted regressions need, touching each row and each cell once.

    Parameters
    ----------
    cells : Cells
        Of n rows; the first regressor is the intercept.
    w : array, shape (n,)
        Weights.

    Returns
    -------
    Moments
        Sums over rows, in products of the units of X.
    """
    W = cells.sums(w)
    total = float(W.sum())
    mean = W @ cells.X / total
    # The intercept has the same mean everywhere, to the last bit.
    mean[0] = cells.X[0, 0]
    return Moments(total, mean, (cells.X * W[:, None]).T @ cells.X)


def fit(of: Moments, cells: Cells, w: Array, y: Array) -> Fit:
    """Solve the normal equations of one outcome.

    Parameters
    ----------
    of : Moments
        Under the same weights.
    cells : Cells
        Of n rows; columns of X are to be well conditioned.
    w, y : array, shape (n,)
        Weights and outcome.

    Returns
    -------
    Fit
        Slopes in the unit of y per unit of X.
    """
    return Fit(of.mean, np.asarray(np.linalg.solve(of.A, cells.sums(w * y) @ cells.X), float))


def twofold(weighting: Twofold | float, other: Moments, reference: Moments) -> Mapping[str, Products]:
    """Split a gap in two by slopes β* = Ω β_other + (I - Ω) β_reference (Oaxaca & Ransom 1994).

    Parameters
    ----------
    weighting : str or float
        Whose slopes: those of the reference (Ω = 0), of the other group (I), half of
        each, by shares of workers (Cotton), of both pooled without (Neumark) or with a
        group dummy, whose Ω are matrices; a number is Ω itself.
    other, reference : Moments
        Of both groups, on regressors of which the first is the intercept.

    Returns
    -------
    mapping of str to tuple of Product
        explained and unexplained.
    """
    k = len(other.mean)
    if weighting == "neumark":
        O: float | Array = np.asarray(np.linalg.solve(other.A + reference.A, other.A), float)
    elif weighting == "pooled":
        one, two = _within(other), _within(reference)
        O = np.eye(k)
        O[1:, 1:] = np.linalg.solve(one + two, one)
    elif isinstance(weighting, str):
        share = other.weight / (other.weight + reference.weight)
        O = {"reference": 0.0, "other": 1.0, "half": 0.5, "share": share}[weighting]
    else:
        O = float(weighting)
    rest = 1.0 - O if isinstance(O, float) else np.eye(k) - O
    return {
        "explained": (Product((1, -1), (O, rest)),),
        "unexplained": (Product((1, 0), (rest, -rest)), Product((0, 1), (O, -O))),
    }


def _within(of: Moments) -> Array:
    """Return the cross products of the slopes' columns about the means of the group."""
    A, c = of.A, of.A[0]
    return np.asarray((A - np.outer(c, c) / A[0, 0])[1:, 1:])


def part(products: Sequence[Product], E: Array, T: Array, fits: Sequence[Fit]) -> Array:
    """Return one part of a gap, regressor by regressor.

    Parameters
    ----------
    products : sequence of Product
        What the part is.
    E, T : array, shape (m, k)
        Bring means and slopes to the m regressors that are shown.
    fits : sequence of Fit
        One a group.

    Returns
    -------
    array, shape (m,)
        In the unit of the outcome.
    """
    made = np.zeros(len(E))
    for product in products:
        x = E @ sum(l * one.mean for l, one in zip(product.means, fits, strict=True))
        b = T @ sum(_times(M, one.slopes) for M, one in zip(product.slopes, fits, strict=True))
        made += x * b
    return made


def _times(M: float | Array, b: Array) -> Array:
    return np.asarray(M * b if isinstance(M, float) else M @ b)


def covariance(products: Sequence[Product], E: Array, T: Array, fits: Sequence[Fit], V: Array) -> Array:
    """Return the covariance of one part, regressor by regressor.

    The delta method, and besides the product of the covariances of means and slopes,
    which makes it exact for independent normal means and slopes (Jann 2008). Ω is
    taken as given.

    Parameters
    ----------
    products, E, T, fits
        As for `part`.
    V : array, shape (2Gk, 2Gk)
        Covariance of the means of all groups, then of the slopes of all groups.

    Returns
    -------
    array, shape (m, m)
        In the squared unit of the outcome.
    """
    k = E.shape[1]
    half = len(V) // 2
    lifted = [(_spread(E, p.means), _spread(T, p.slopes)) for p in products]
    means, slopes = (np.concatenate([getattr(one, name) for one in fits]) for name in ("mean", "slopes"))
    J = np.zeros((len(E), len(V)))
    for L, M in lifted:
        J[:, :half] += (M @ slopes)[:, None] * L
        J[:, half:] += (L @ means)[:, None] * M
    made = J @ V @ J.T
    for L, M in lifted:
        for other_L, other_M in lifted:
            made += (L @ V[:half, :half] @ other_L.T) * (M @ V[half:, half:] @ other_M.T)
    assert half == len(fits) * k
    return np.asarray(made)


def _spread(B: Array, weights: Sequence[float | Array]) -> Array:
    return np.hstack([B * M if isinstance(M, float | int) else B @ M for M in weights])
