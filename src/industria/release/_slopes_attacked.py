"""The attack of whoever knows, beside published cells, sums of the same variable with a factor for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack, vstack

from industria.kernels.connected_relations import connected_relations
from industria.release._attacked import Reached, fails
from industria.release._deadline import Deadline
from industria.release._given import Given
from industria.release._protected import Protected
from industria.release._slopes_rows import Part, Pieces, pieces_of
from industria.release._suppressed import bounds
from industria.release.policy import Policy

__all__ = ["comes_too_close"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LARGE: Final = 20_000
"""Withheld cells beyond which nothing is solved, and slopes count as telling too much."""
PROGRAMS: Final = 400
"""Linear programs after which the same holds."""
MIXES: Final = 8
"""Random sums of cells that are made least and largest before each cell is."""
FAR: Final = 10.0
"""Times the largest value that an interval is followed."""
LATE: Final = 1
"""How a program ends whose time is over."""
FEASIBLE: Final = 1e-10
"""By which the solver may leave a relation, beside values of 1."""


def comes_too_close(
    parts: Sequence[Part], givens: Sequence[Given], of: Protected, policy: Policy, deadline: Deadline
) -> bool:
    """Tell whether a cell that is withheld is known too well to whoever solves for it with what slopes tell.

    Parameters
    ----------
    parts : sequence of Part
        What slopes tell.
    givens : sequence of Given
        Columns of the variable, with everybody behind them.
    of : Protected
        The variable.
    policy : Policy
        The rules.
    deadline : Deadline
        For the programs.

    Returns
    -------
    bool
        True also where that could not be found out, or not in time.
    """
    pieces = pieces_of(parts, givens, of)
    if not (pieces.cell >= 0).any() or not pieces.factors.shape[1]:
        return False
    return _Program(pieces, of, policy).falls(deadline)


class _Program:
    """How far withheld cells can move where everything that is published and told stays as it is.

    Unknown are the changes of withheld cells, of pieces of rows, and of what others bring to the cells of a column.
    """

    def __init__(self, pieces: Pieces, of: Protected, policy: Policy) -> None:
        joint, n = of.joint, int(of.withheld.sum())
        self.of, self.cells = of, np.flatnonzero(of.withheld)
        slopes = pieces.factors.shape[1]
        links = _links(pieces, self.cells, len(joint.x))
        wide = csr_array((joint.A.shape[0], links.shape[1] - n))
        told = np.zeros((slopes, links.shape[1]))
        told[:, n : n + len(pieces.size)] = pieces.factors.T
        A = csr_array(vstack([hstack([joint.A[:, self.cells], wide]), links, csr_array(told)]))
        least, most = bounds(joint, of.found, policy)
        x = joint.x[self.cells]
        brought = np.concatenate([pieces.size, *(of_others for _, of_others in pieces.rest)])
        if of.found.negative.any():
            brought = np.full(len(brought), np.inf)
        low = np.concatenate([np.minimum(least[self.cells] - x, 0.0), -brought])
        high = np.concatenate([np.maximum(most[self.cells] - x, 0.0), np.full(len(brought), np.inf)])
        # Only what hangs together with a slope has become narrower.
        relations, parts = connected_relations(A)
        told_of = np.isin(parts[:n], relations[A.shape[0] - slopes :])
        asked = told_of & of.found.sensitive[self.cells] & ~of.failed[self.cells]
        used = np.isin(parts, parts[:n][asked])
        self.asked = np.flatnonzero(asked[used[:n]])
        self.cells = self.cells[used[:n]]
        self.A = csr_array(A[np.isin(relations, parts[used])][:, used])
        self.scale = float(np.abs(joint.x).max(initial=0.0)) or 1.0
        far = FAR * self.scale + 2 * max(float(side[of.found.sensitive].max(initial=0.0)) for side in of.found[1:4])
        self.bounds = np.clip(np.column_stack([low, high])[used], -far, far) / self.scale

    def falls(self, deadline: Deadline) -> bool:
        """Tell whether a cell is known too well, or that cannot be found out in time."""
        if not len(self.asked):
            return False
        if len(self.cells) > LARGE:
            return True
        low, high = np.zeros(len(self.cells)), np.zeros(len(self.cells))
        for number, c in enumerate(self._sums(low, high)):
            moved = None if number == PROGRAMS else self._corner(c, deadline.left_for_attack)
            if moved is None:
                return True
            low, high = np.minimum(low, moved, out=low), np.maximum(high, moved, out=high)
        return bool(self._short(low, high).any())

    def _sums(self, low: Array, high: Array) -> Iterator[Array]:
        """Yield sums of cells to make least: random ones, then each cell whose ends do not reach far enough yet."""
        n = self.A.shape[1]
        signs = np.random.default_rng(0).choice([-1.0, 1.0], (MIXES, len(self.asked)))
        for mix in [np.ones(len(self.asked)), -np.ones(len(self.asked)), *signs]:
            c = np.zeros(n)
            c[self.asked] = mix
            yield c
        for cell in self.asked:
            for sign in (1.0, -1.0):
                if self._short(low, high)[cell]:
                    c = np.zeros(n)
                    c[cell] = sign
                    yield c

    def _corner(self, c: Array, seconds: float) -> Array | None:
        """Return how far cells move where a sum is least; None where no program ends in time."""
        from scipy.optimize import linprog

        if not seconds:
            return None
        told = linprog(
            c,
            A_eq=self.A,
            b_eq=np.zeros(self.A.shape[0]),
            bounds=self.bounds,
            options={"primal_feasibility_tolerance": FEASIBLE, "time_limit": seconds},
        )
        return (
            None if told.x is None or told.status == LATE else np.asarray(told.x, float)[: len(self.cells)] * self.scale
        )

    def _short(self, low: Array, high: Array) -> Truth:
        """Tell which cells do not move far enough."""
        x = self.of.joint.x
        least, most = np.full(len(x), -np.inf), np.full(len(x), np.inf)
        asked = self.cells[self.asked]
        least[asked], most[asked] = x[asked] + low[self.asked], x[asked] + high[self.asked]
        return fails(self.of.joint, self.of.found, Reached(least, most, []))[self.cells]


def _links(pieces: Pieces, cells: Ids, n_all: int) -> csr_array:
    """Say of each cell of each column that it changes by what its pieces, and what others bring to it, do."""
    place = np.full(n_all, -1)
    place[cells] = np.arange(len(cells))
    n, done = len(cells), len(cells) + len(pieces.size)
    rows, columns, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    m = 0
    for j, (others, _) in enumerate(pieces.rest):
        told = np.flatnonzero(pieces.cell[:, j] >= 0)
        here, number = np.unique(np.concatenate([pieces.cell[told, j], others]), return_inverse=True)
        secret = np.flatnonzero(place[here] >= 0)
        rows += [number + m, secret + m]
        columns += [n + told, done + np.arange(len(others)), place[here[secret]]]
        values += [pieces.weight[told, j], np.ones(len(others)), -np.ones(len(secret))]
        m, done = m + len(here), done + len(others)
    at = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.concatenate(values), at), shape=(m, done))
