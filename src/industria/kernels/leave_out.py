"""What one observation does to its own fit, and to the variances of effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from industria.kernels.groups import Array, Codes
from industria.kernels.two_way import Matches, shares

__all__ = ["PARTS", "Influence", "Statistics", "influence", "of_stayers", "statistics", "variances"]

PARTS: Final = ("firm", "worker", "covariance")

BAND: Final = 250_000
"""Numbers of a band of rows held at once: two megabytes, which caches hold."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statistics:
    """Variances and covariances of effects over all observations, and over groups of them.

    Attributes
    ----------
    v : array, shape (m, S)
        Weight of each match in each statistic.
    norm : array, shape (S,)
        What sums of squares are divided by: (n - 1)/n of the weight of the group.
    v_w : array, shape (W, S)
        Weight of each worker.
    v_f : array, shape (J, S)
        Weight of each firm.
    h : array, shape (J, S)
        The weight of each worker spread over firms by the shares of the model.
    """

    v: Array
    norm: Array
    v_w: Array
    v_f: Array
    h: Array

    @property
    def total(self) -> Array:
        """Weight of each statistic, shape (S,)."""
        return np.asarray(self.v_f.sum(axis=0))


def statistics(matches: Matches, v: Array, n: Codes) -> Statistics:
    """Take note of the groups over which variances are wanted.

    Parameters
    ----------
    matches : Matches
        Of the model.
    v : array, shape (m, S)
        Weight of each match in each group.
    n : array, shape (S,)
        Observations of each group, 2 or more.
    """
    W, share = len(matches.s), matches.omega / matches.s[matches.w]
    v_w = _sums(matches.w, v, W)
    h = _sums(matches.f, share[:, None] * v_w[matches.w], matches.J)
    return Statistics(v=v, norm=v.sum(axis=0) * (n - 1) / n, v_w=v_w, v_f=_sums(matches.f, v, matches.J), h=h)


def _sums(codes: Codes, X: Array, n: int) -> Array:
    return np.column_stack([np.bincount(codes, column, n) for column in X.T.astype(float)])


def variances(matches: Matches, over: Statistics, firm: Array, worker: Array) -> Array:
    """Plug-in variances of effects and their covariance.

    Parameters
    ----------
    matches : Matches
        Of the model.
    over : Statistics
        Groups.
    firm, worker : array, shape (J,), (W,)
        Effects.

    Returns
    -------
    array, shape (3, S)
        By `PARTS`, in the square of the outcome's unit.
    """
    effects = np.stack([firm[matches.f], worker[matches.w]])
    centered = effects[:, :, None] - (effects @ over.v / over.total)[:, None, :]
    pairs = ((0, 0), (1, 1), (0, 1))
    return np.stack([(over.v * centered[i] * centered[j]).sum(axis=0) for i, j in pairs]) / over.norm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Influence:
    """Of one unit of weight in each match.

    Attributes
    ----------
    p : array, shape (m,)
        Leverage P_ii of an observation over its weight.
    b : array, shape (3, m, S)
        B_ii over the weight, by `PARTS`: by how much error variance of the observation
        adds to the plug-in variances.
    """

    p: Array
    b: Array


def of_stayers(matches: Matches, over: Statistics) -> Influence:
    """Influence where a worker has one firm: on its own effect alone. Zeros and 1/s elsewhere."""
    s, v_w = matches.s[matches.w], over.v_w[matches.w]
    b = np.zeros((3, *over.v.shape))
    b[1] = (v_w - v_w**2 / over.total) / s[:, None] ** 2 / over.norm
    b[1, matches.ties] = 0.0
    return Influence(p=1.0 / s, b=b)


def influence(matches: Matches, over: Statistics, G: Array) -> Influence:
    """Influence by the inverse of the firm matrix (Kline, Saggio & Sølvsten 2020, section 2).

    For a match of worker w and firm f, let z = G (e_f - F̄_w), where F̄_w has the shares of
    w's firms. A shock to one unit of its weight moves the firm effects by z, the effect
    of worker u by 1[u = w]/s_w - F̄_u'z, so that P and B need no matrix of observations.

    Parameters
    ----------
    matches : Matches
        Of the model.
    over : Statistics
        Groups.
    G : array, shape (J, J)
        Of `two_way.inverse`.
    """
    found = of_stayers(matches, over)
    F, ties = shares(matches), matches.ties
    w, f, v = matches.w[ties], matches.f[ties], over.v[ties]
    mover = np.cumsum(np.diff(w, prepend=-1) > 0) - 1
    place = csr_array((np.arange(len(w)), F.indices, F.indptr), shape=F.shape)
    products = _Products(matches, over, F)
    rows = max(BAND // matches.J, 1)
    for first in range(0, len(w), rows):
        band = slice(first, first + rows)
        Z = G[f[band]] - (F[mover[first] : mover[band][-1] + 1] @ G)[mover[band] - mover[first]]
        ours = place[mover[band]]
        start = ours.indptr[:-1]
        at = Z[np.repeat(np.arange(len(Z)), np.diff(ours.indptr)), ours.indices]
        mean = np.add.reduceat(F.data[ours.data] * at, start)[:, None]
        own = np.add.reduceat(v[ours.data] * at[:, None], start)
        q = Z[np.arange(len(Z)), f[band]][:, None] - mean
        found.p[ties[band]] += q[:, 0]
        squares, on_firms, on_workers = (Z * Z) @ over.v_f, Z @ over.v_f, Z @ over.h
        across, within = products.of(Z, squares - q)
        s = matches.s[w[band], None]
        share = over.v_w[w[band]] / s
        off = share - on_workers
        b = (
            squares - on_firms**2 / over.total,
            share / s - 2 * share * mean + within - off**2 / over.total,
            own / s - across - on_firms * off / over.total,
        )
        found.b[:, ties[band]] = np.stack(b) / over.norm
    return found


class _Products:
    """Takes rows z to z'Az for each group, A being weights of firms by shares, and shares by shares.

    With the weights of the model both A are F'ΩF - L: nothing is multiplied for these.
    """

    def __init__(self, matches: Matches, over: Statistics, F: csr_array) -> None:
        ties, S = matches.ties, over.v.shape[1]
        self.others = [i for i in range(S) if not np.array_equal(over.v[:, i], matches.omega)]
        self.F, self.movers = F, over.v_w[np.unique(matches.w[ties])][:, self.others]
        self.V, staying = [], []
        for i in self.others:
            V = csr_array((over.v[ties, i], F.indices, F.indptr), shape=F.shape)
            staying.append(over.v_f[:, i] - np.bincount(F.indices, V.data, matches.J))
            V = csr_array(V.T)
            V.eliminate_zeros()
            self.V.append(V)
        self.staying = np.column_stack(staying) if staying else np.empty((matches.J, 0))

    def of(self, Z: Array, plain: Array) -> tuple[Array, Array]:
        """Return both products, shape (rows, S), where `plain` has those under the weights of the model."""
        across, within = plain.copy(), plain.copy()
        if self.others:
            z = np.ascontiguousarray(Z.T)
            means = self.F @ z
            alone = (Z * Z) @ self.staying
            within[:, self.others] = (means * means).T @ self.movers + alone
            for k, (i, V) in enumerate(zip(self.others, self.V, strict=True)):
                across[:, i] = np.einsum("ij,ij->j", z, V @ means) + alone[:, k]
        return across, within
