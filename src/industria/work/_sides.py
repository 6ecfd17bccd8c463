"""The two sides of a gap, ready to be weighted again and again, and what makes one look like the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError, SeparationError
from industria.kernels.logit import curvature, logit, nearby_logit, separated
from industria.kernels.oaxaca_blinder import Cells
from industria.work._formula import Formula
from industria.work._workers import NAME, Workers

__all__ = ["Reweighting", "Side", "drawn", "reweighting_of", "sides_of"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The workers of one group.

    Attributes
    ----------
    y, w : array, shape (n,)
        Outcome and weight.
    order : array, shape (n,)
        Sorts y: done once, reused in every replication.
    cells : Cells
        Regressors where this group has workers.
    home : array, shape (n,)
        Cell of each row among those of both groups.
    cluster : array, shape (n,), or None
        Numbered across both groups.
    """

    y: Array
    w: Array
    order: Codes
    cells: Cells
    home: Codes
    cluster: Codes | None


def sides_of(workers: Workers, Q: Array) -> tuple[Side, Side]:
    """Return the other group and the reference, each with the cells that it has.

    Parameters
    ----------
    workers : Workers
        As read.
    Q : array, shape (C, k)
        Regressors of all cells.

    Returns
    -------
    other, reference : Side
    """
    made = []
    for rows in workers.sides():
        home = workers.cell[rows]
        present, local = np.unique(home, return_inverse=True)
        y = workers.y[rows]
        cluster = None if workers.cluster is None else workers.cluster[rows]
        order = np.argsort(y, kind="stable")
        made.append(Side(y, workers.w[rows], order, Cells(Q[present], local), home, cluster))
    return made[0], made[1]


def drawn(rng: np.random.Generator, other: Side, reference: Side) -> tuple[Array, Array]:
    """Draw weights for one replication of the weighted bootstrap.

    Standard exponential draws, one a worker or cluster (Rubin 1981; Chernozhukov,
    Fernández-Val & Melly 2013): no draw loses a category or parts the groups.

    Parameters
    ----------
    rng : Generator
        Of this replication.
    other, reference : Side
        Both groups.

    Returns
    -------
    other, reference : array, each of shape (n_g,)
        Weights times draws.
    """
    if other.cluster is None or reference.cluster is None:
        n, m = len(other.w), len(reference.w)
        return other.w * rng.standard_exponential(n), reference.w * rng.standard_exponential(m)
    clusters = 1 + max(int(other.cluster.max()), int(reference.cluster.max()))
    draws = rng.standard_exponential(clusters)
    return other.w * draws[other.cluster], reference.w * draws[reference.cluster]


@dataclass(frozen=True, slots=True, eq=False)
class Reweighting:
    """The logit that makes the reference look like the other group.

    Attributes
    ----------
    Z : array, shape (C, k)
        Its regressors by cell.
    start : array, shape (k,)
        Its slopes in the sample.
    bread : array, shape (k, k)
        Inverse of its curvature there.
    """

    Z: Array
    start: Array
    bread: Array

    def psi(self, w: tuple[Array, Array], other: Side, reference: Side) -> Array:
        """Return ψ = (p / (1 - p)) ((1 - P) / P) for every row of the reference, under given weights.

        Parameters
        ----------
        w : tuple of array
            Weights of the other group and of the reference.
        other, reference : Side
            Both groups.

        Returns
        -------
        array, shape (n_reference,)
            Before it is brought to average one.
        """
        return np.asarray(self.of_cells(w, other, reference)[reference.home])

    def of_cells(self, w: tuple[Array, Array], other: Side, reference: Side) -> Array:
        """Return ψ of every cell of both groups, as `psi` takes it: shape (C,)."""
        C = len(self.Z)
        W1, W0 = _sums(other.home, w[0], C), _sums(reference.home, w[1], C)
        b = nearby_logit(self.Z, W1, W0, self.start, self.bread)
        return np.asarray(np.exp(self.Z @ b) * (W0.sum() / W1.sum()))


def reweighting_of(formula: Formula, Z: Array, workers: Workers) -> Reweighting:
    """Fit the logit of being in the other group.

    Parameters
    ----------
    formula : Formula
        Its terms; names the cells in an error.
    Z : array, shape (C, k)
        Its regressors by cell.
    workers : Workers
        Both groups.

    Returns
    -------
    Reweighting

    Raises
    ------
    SeparationError
        If terms tell some workers' group without fail; the first such cell is named.
    """
    other, reference = workers.sides()
    W1, W0 = (_sums(workers.cell[rows], workers.w[rows], len(Z)) for rows in (other, reference))
    try:
        b = logit(Z, W1, W0)
        return Reweighting(Z, b, np.asarray(np.linalg.inv(curvature(Z, W1 + W0, b)), float))
    except ConvergenceError:
        apart: Any = separated(Z, W1 > 0, W0 > 0)
        if not apart.any():
            raise
        first = int(np.argmax(apart))
        label = workers.other if W1[first] > 0 else workers.reference
        raise SeparationError(
            NAME,
            workers.where(first, formula.columns),
            int(apart[workers.cell].sum()),
            f"{workers.group} = {label!r}",
        ) from None


def _sums(cell: Codes, w: Array, C: int) -> Array:
    return np.asarray(np.bincount(cell, w, C), float)
