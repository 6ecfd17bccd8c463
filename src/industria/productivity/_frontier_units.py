"""Units whose inefficiency lasts or decays: their likelihood from sums over the rows of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from industria.kernels.frontier_likelihoods import Decay, time_decay
from industria.productivity._panel import Array, Codes

__all__ = ["UnitLikelihood"]


class UnitLikelihood:
    """The likelihood of units, from A = Σh², B = Σhe and C = Σe² over the rows of each, with h = exp(-η since).

    e = Zg with Z = ±(r, X), r the residual of least squares b, and g = (1, b - β). B and its slopes are then Σhz, which
    moves with η alone, and C of all units together is g'Z'Zg, where no large means cancel.
    """

    def __init__(self, y: Array, X: Array, w: Array, sign: int, first: Codes, since: Array) -> None:
        """Add up what does not move.

        Parameters
        ----------
        y, X, w, since : array, shape (n,), (n, k), (n,), (n,)
            Output, terms, weights, alike in all rows of a unit, and periods less the last one.
        sign : int
            1 for production, -1 for cost.
        first : array, shape (N,)
            First row of each unit.
        """
        from scipy.sparse import csr_array

        n, N = len(y), len(first)
        weighted = w[:, None] * X
        self.b = np.linalg.lstsq(weighted.T @ X, weighted.T @ y, rcond=None)[0]
        self.Z = sign * np.column_stack([y - X @ self.b, X])
        self.gram = self.Z.T @ (w[:, None] * self.Z)
        self.first, self.w, self.since = first, w[first], since
        self.T = np.diff(np.append(first, n)).astype(np.float64)
        # Rows of h by unit, and below them those of its slope by η; h stands beside Z, for A.
        ends = np.append(first, n)
        places, cuts = np.tile(np.arange(n), 2), np.append(ends, n + ends[1:])
        self.adding: Any = csr_array((np.empty(2 * n), places, cuts), shape=(2 * N, n))
        self.beside = np.column_stack([self.Z, np.ones(n)])
        self.eta, self.sums = np.nan, np.empty((2 * N, self.beside.shape[1]))

    def value(self, parted: Sequence[Array]) -> tuple[float, Array]:
        """Return the weighted log-likelihood and its gradient, shape (p,); μ and η may have no element."""
        unit, g = self._at(parted)
        _, mu, _, _, eta = parted
        w, of_b = self.w, self.w * unit.B
        level, slope = self.sums[: len(w)], self.sums[len(w) :]
        C, of_c = g @ self.gram @ g, float(unit.C[0])
        of_g = level[:, :-1].T @ of_b + 2 * of_c * (self.gram @ g)
        gradient = [
            *-of_g[1:],
            *([w @ unit.mu] if len(mu) else ()),
            w @ unit.lu,
            w @ unit.lv - of_c * C,
            *([2 * (w * unit.A) @ slope[:, -1] + of_b @ (slope[:, :-1] @ g)] if len(eta) else ()),
        ]
        return float(w @ unit.value + of_c * C), np.array(gradient)

    def scores(self, parted: Sequence[Array]) -> Array:
        """Return the weighted gradient by unit, shape (N, p)."""
        unit, g = self._at(parted)
        _, mu, _, _, eta = parted
        level, slope = self.sums[: len(self.w)], self.sums[len(self.w) :]
        e = self.Z @ g
        C = np.add.reduceat(e * e, self.first)
        of_g = unit.B[:, None] * level[:, :-1]
        of_g += 2 * unit.C[0] * np.add.reduceat(e[:, None] * self.Z, self.first, axis=0)
        columns = [
            *-of_g[:, 1:].T,
            *([unit.mu] if len(mu) else ()),
            unit.lu,
            unit.lv - unit.C[0] * C,
            *([2 * unit.A * slope[:, -1] + unit.B * (slope[:, :-1] @ g)] if len(eta) else ()),
        ]
        return np.column_stack(columns) * self.w[:, None]

    def _at(self, parted: Sequence[Array]) -> tuple[Decay, Array]:
        """Evaluate the law of units but for C, which only adds -C/2σv²."""
        beta, mu, lu, lv, eta = parted
        self._add_up(float(eta[0]) if len(eta) else 0.0)
        g = np.append(1.0, self.b - beta)
        level = self.sums[: len(self.w)]
        none = np.zeros(1)
        return time_decay(level[:, -1], level[:, :-1] @ g, none, self.T, mu if len(mu) else none, lu, lv), g

    def _add_up(self, eta: float) -> None:
        """Add up h and its slope times Z and h, unless η is what it was."""
        if eta == self.eta:
            return
        n = len(self.since)
        h = np.exp(-eta * self.since)
        self.adding.data[:n], self.adding.data[n:] = h, -self.since * h
        self.beside[:, -1] = h
        self.eta, self.sums = eta, self.adding @ self.beside
