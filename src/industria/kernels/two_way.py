"""Effects of workers and firms, with the workers eliminated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from scipy.sparse import csr_array, diags_array

from industria.errors import ConvergenceError
from industria.kernels.groups import Array, Codes

__all__ = ["Matches", "Solve", "exactly", "firm_matrix", "inverse", "iteratively", "match_up", "shares"]

Solve: TypeAlias = Callable[[Array], Array]
"""Takes right-hand sides (J, k), each summing to zero, to solutions (J, k) of L x = b, up to a constant."""

MOST: Final = 20_000
"""Rounds of an iteration; graphs of firms that need so many hang on threads."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Pairs of a worker and a firm, sorted by worker, then firm.

    Attributes
    ----------
    w, f : array, shape (m,)
        Worker and firm, numbered from 0 without gaps.
    omega : array, shape (m,)
        Weight of the match, the weights of its observations added up; positive.
    s : array, shape (W,)
        Weight of each worker.
    ties : array, shape (k,)
        Matches of workers with two firms or more; the others say nothing about firms.
    J : int
        Firms.
    """

    w: Codes
    f: Codes
    omega: Array
    s: Array
    ties: Codes
    J: int

    def means(self, x: Array) -> Array:
        """Weighted mean of each worker over matches: (m,) to (W,)."""
        return np.bincount(self.w, self.omega * x, len(self.s)) / self.s


def match_up(w: Codes, f: Codes, omega: Array) -> Matches:
    """Take note of matches.

    Parameters
    ----------
    w, f : array, shape (m,)
        Worker and firm, numbered from 0 without gaps, sorted by worker, then firm.
    omega : array, shape (m,)
        Positive weights.
    """
    ties = np.flatnonzero(np.bincount(w)[w] > 1)
    return Matches(w=w, f=f, omega=omega, s=np.asarray(np.bincount(w, omega), float), ties=ties, J=int(f.max()) + 1)


def shares(matches: Matches) -> csr_array:
    """Share of each firm in the weight of each mover.

    Returns
    -------
    csr_array, shape (movers, J)
        Rows in the order of workers; each adds up to 1.
    """
    w, f = matches.w[matches.ties], matches.f[matches.ties]
    start = np.concatenate([np.flatnonzero(np.diff(w, prepend=-1)), [len(w)]])
    return csr_array((matches.omega[matches.ties] / matches.s[w], f, start), shape=(len(start) - 1, matches.J))


def firm_matrix(matches: Matches) -> csr_array:
    """Matrix of the firms with the workers eliminated: L = F'ΩF - F'ΩD (D'ΩD)^-1 D'ΩF.

    A Laplacian: its rows add up to zero, and off the diagonal it is not positive.

    Returns
    -------
    csr_array, shape (J, J)
        In units of weight.
    """
    F = shares(matches)
    s = matches.s[np.unique(matches.w[matches.ties])]
    on = np.bincount(matches.f[matches.ties], matches.omega[matches.ties], matches.J)
    return csr_array(diags_array(on) - F.T @ (diags_array(s) @ F))


def inverse(L: csr_array) -> Array:
    """Invert a connected Laplacian, the firm of the largest diagonal held at zero.

    Parameters
    ----------
    L : csr_array, shape (J, J)
        Of `firm_matrix`.

    Returns
    -------
    array, shape (J, J)
        G with L G b = b for every b that sums to zero; symmetric, its row and column
        of that firm zero. In units of one over weight.
    """
    from scipy.linalg.lapack import dpotrf, dpotri

    held = int(np.argmax(L.diagonal()))
    A = np.asfortranarray(L.toarray(order="F"))
    A[held, :] = A[:, held] = 0.0
    A[held, held] = 1.0
    C, failed = dpotrf(A, lower=1, overwrite_a=1)
    if not failed:
        G, failed = dpotri(C, lower=1, overwrite_c=1)
    if failed:
        raise ConvergenceError("the inverse of the firm matrix", 1, "weights of very different sizes may hide ties")
    # In bands of columns, so that no second matrix of this size is needed.
    for first in range(0, len(G), 256):
        last = min(first + 256, len(G))
        G[first:last, last:] = G[last:, first:last].T
        corner = np.tril(G[first:last, first:last])
        G[first:last, first:last] = corner + np.tril(corner, -1).T
    G[held, held] = 0.0
    # Equal to its transpose, whose rows lie together.
    return np.asarray(G.T)


def exactly(G: Array) -> Solve:
    """Solve by the inverse."""
    return lambda B: G @ B


def iteratively(L: csr_array, *, tolerance: float) -> Solve:
    """Solve by conjugate gradients, preconditioned by the diagonal.

    Parameters
    ----------
    L : csr_array, shape (J, J)
        A connected Laplacian.
    tolerance : float
        Norm of what is left over the norm of the right-hand side.

    Returns
    -------
    Solve
        It raises ConvergenceError where the iteration does not settle.
    """
    weight = 1.0 / L.diagonal()[:, None]

    def solve(B: Array) -> Array:
        X, R = np.zeros_like(B), np.array(B, order="C")
        Z = weight * R
        P = Z.copy()
        rz = _columns(R, Z)
        goal = tolerance**2 * _columns(B, B)
        for _ in range(MOST):
            going = _columns(R, R) > goal
            if not going.any():
                return X
            Q = L @ P
            # Columns that are done stay as they are.
            step = np.where(going, rz, 0) / np.where(going, _columns(P, Q), 1)
            X += step * P
            R -= step * Q
            np.multiply(weight, R, out=Z)
            before, rz = rz, _columns(R, Z)
            P *= np.where(going, rz, 0) / np.where(going, before, 1)
            P += Z
        raise ConvergenceError("conjugate gradients on the firms", MOST, "few movers may tie large parts together")

    return solve


def _columns(A: Array, B: Array) -> Array:
    return np.asarray(np.einsum("ij,ij->j", A, B))
