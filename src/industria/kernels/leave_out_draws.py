"""Leverages and influence by random signs, for graphs too large to invert."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from industria.kernels.groups import Array
from industria.kernels.leave_out import PARTS, Influence, Statistics, of_stayers
from industria.kernels.two_way import Matches, Solve, shares

__all__ = ["BATCHES", "Draws"]

BATCHES: Final = 16
"""Parts of the draws, left out in turn to tell their error; as many right-hand sides are solved at once."""


class Draws:
    """Johnson-Lindenstrauss draws (Kline, Saggio & Sølvsten 2020, computational appendix).

    With random signs in place of the outcome, one a match, the square of the fit at a
    match is P_ii on average. With A^(1/2)'r in place of the outcome the squares and
    products of its effects there are B_ii. A draw costs two solutions, one for firm and
    one for worker effects, whose sum is the fit of the signs themselves.

    Parameters
    ----------
    matches : Matches
        Of the model.
    over : Statistics
        Groups; the first is of all matches, with the weights of the model.
    solve : Solve
        For the firm matrix.
    """

    def __init__(self, matches: Matches, over: Statistics, solve: Solve) -> None:
        self.matches, self.over, self.solve = matches, over, solve
        self.n = 0
        k, S, ties = len(matches.ties), over.v.shape[1], matches.ties
        self._F = shares(matches)
        self._at_firm = csr_array((np.ones(k), self._F.indices, np.arange(k + 1)), shape=(k, matches.J)).T.tocsr()
        self._mover = np.repeat(np.arange(self._F.shape[0]), np.diff(self._F.indptr))
        # Stayers of a firm are alike to all others: one sign stands for them together.
        staying = np.maximum(over.v_f - self._at_firm @ over.v[ties], 0.0)
        self._root = np.sqrt(np.concatenate([over.v[ties], staying]))
        self._explained, self._left = np.zeros((k, BATCHES)), np.zeros((k, BATCHES))
        self._products = np.zeros((len(PARTS), S, k, BATCHES))
        self._summed: tuple[Array, Array, Array] | None = None

    def more(self, n: int, rng: np.random.Generator) -> None:
        """Draw n more times; n is a multiple of `BATCHES`."""
        self._summed = None
        for _ in range(n // BATCHES):
            r = rng.integers(0, 2, (len(self._root), BATCHES), np.int8) * 2.0 - 1.0
            for i in range(self.over.v.shape[1]):
                firm, worker = self._moves(r, i)
                if i == 0:
                    self._fit(r, firm + worker)
                for part, product in enumerate((firm**2, worker**2, firm * worker)):
                    self._products[part, i] += product
            self.n += BATCHES

    def _moves(self, r: Array, i: int) -> tuple[Array, Array]:
        """Move the firm and the worker effect at each match by the i-th A^(1/2)'r."""
        over, k, B = self.over, len(self.matches.ties), BATCHES
        weighted = self._root[:, i, None] * r
        mean = weighted.sum(axis=0) / over.total[i]
        tied, staying = weighted[:k], weighted[k:]
        of_mover = np.add.reduceat(tied, self._F.indptr[:-1])
        at_firms = self._at_firm @ tied + staying - mean * over.v_f[:, i, None]
        through_workers = self._F.T @ of_mover + staying - mean * over.h[:, i, None]
        both = self.solve(np.hstack([at_firms, through_workers]))
        z = both[self._F.indices] - (self._F @ both)[self._mover]
        w = self.matches.w[self.matches.ties]
        own = (of_mover[self._mover] - mean * over.v_w[w, i, None]) / self.matches.s[w, None]
        return z[:, :B], own - z[:, B:]

    def _fit(self, r: Array, moved: Array) -> None:
        """Split the signs into what the firms explain, net of workers, and what nothing explains."""
        w, k = self.matches.w[self.matches.ties], len(self.matches.ties)
        root = np.sqrt(self.matches.omega[self.matches.ties])[:, None]
        weighted = root * r[:k]
        mean = np.add.reduceat(weighted, self._F.indptr[:-1])[self._mover] / self.matches.s[w, None]
        all_rows = self._root[:, 0, None] * r
        fit = root * (moved + all_rows.sum(axis=0) / self.over.total[0])
        self._explained += (fit - root * mean) ** 2
        self._left += (r[:k] - fit) ** 2

    def influence(self, without: int | None = None) -> Influence:
        """Average what was drawn, or all of it but one batch."""
        ties, batches = self.matches.ties, BATCHES if without is None else BATCHES - 1
        draws = self.n / BATCHES * batches
        explained, left, products = (
            whole if without is None else whole - by_batch[..., without]
            for whole, by_batch in zip(self._wholes(), (self._explained, self._left, self._products), strict=True)
        )
        omega, s = self.matches.omega[ties], self.matches.s[self.matches.w[ties]]
        P, M = omega / s + explained / draws, left / draws
        found = of_stayers(self.matches, self.over)
        # P and M add up to one but for chance; so scaled, a leverage stays below one.
        found.p[ties] = P / (P + M) / omega
        found.b[:, ties] = products.transpose(0, 2, 1) / draws / self.over.norm
        return found

    def _wholes(self) -> tuple[Array, Array, Array]:
        """Add up over batches, once after each drawing."""
        if self._summed is None:
            self._summed = self._explained.sum(axis=-1), self._left.sum(axis=-1), self._products.sum(axis=-1)
        return self._summed
