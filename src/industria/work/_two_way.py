"""The model of worker and firm effects, fitted to jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.core.engine import connection
from industria.errors import ParameterRangeError
from industria.kernels.error_variances import Residuals
from industria.kernels.groups import Array, Codes, present, renumbered
from industria.kernels.least_squares import independent, least_squares
from industria.kernels.two_way import Matches, Solve, exactly, firm_matrix, inverse, iteratively, match_up
from industria.work._jobs import NAME, Jobs

__all__ = ["Method", "TwoWay", "fit"]

Method = Literal["auto", "exact", "randomized"]

MOST_FIRMS: Final = 15_000
"""Firms up to which an inverse takes minutes, not hours."""
PRECISE: Final = 1e-11
"""What iterations leave over of a right-hand side: effects to ten digits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoWay:
    """Wages of jobs = worker effect + firm effect + controls + residual.

    Attributes
    ----------
    jobs : Jobs
        Rows of the model.
    matches : Matches
        Their pairs of a worker and a firm, numbered without gaps.
    match : array, shape (n,)
        Of each row.
    workers, firms : pyarrow.Array
        Labels, in the order of the numbers in `matches`.
    firm, worker : array, shape (J,), (W,)
        Effects; those of firms have mean zero over rows.
    y : array, shape (n,)
        Wage net of controls.
    e : array, shape (n,)
        Residual.
    k : int
        Coefficients.
    controls_left_out : tuple of str
        Controls that effects and other controls determine.
    L : csr_array, shape (J, J)
        Firm matrix.
    G : array, shape (J, J), or None
        Its inverse, where it is at hand.
    solve : Solve
        For the firm matrix, to all digits that matter.
    """

    jobs: Jobs
    matches: Matches
    match: Codes
    workers: pa.Array
    firms: pa.Array
    firm: Array
    worker: Array
    y: Array
    e: Array
    k: int
    controls_left_out: tuple[str, ...]
    L: csr_array
    G: Array | None
    solve: Solve

    @property
    def residuals(self) -> Residuals:
        """Observations as error variances read them."""
        return Residuals(match=self.match, omega=self.jobs.omega, y=self.y, e=self.e)

    @property
    def n_movers(self) -> int:
        """Workers with two firms or more."""
        return len(present(self.matches.w[self.matches.ties]))


def fit(jobs: Jobs, method: Method) -> TwoWay:
    """Fit by weighted least squares, workers eliminated.

    Parameters
    ----------
    jobs : Jobs
        Whose firms are connected.
    method : {"auto", "exact", "randomized"}
        Whether the firm matrix is inverted; "auto" does so while it fits.

    Raises
    ------
    ParameterRangeError
        If it is to be inverted, and does not fit.
    """
    match, first = jobs.matches()
    matches = match_up(
        renumbered(jobs.w[first]), renumbered(jobs.f[first]), np.bincount(match, jobs.omega).astype(float)
    )
    L = firm_matrix(matches)
    room = _room()
    if method == "exact" and room < matches.J:
        raise ParameterRangeError("method", method, f"up to {room} firms in this memory, and {NAME} has {matches.J}")
    exact = method == "exact" or (method == "auto" and min(room, MOST_FIRMS) >= matches.J)
    G = inverse(L) if exact else None
    solve = exactly(G) if G is not None else iteratively(L, tolerance=PRECISE)

    def effects(X: Array) -> tuple[Array, Array]:
        x = _means(match, jobs.omega, X, matches.omega)
        within = matches.omega[:, None] * (x - _by_worker(matches, x)[matches.w])
        psi = solve(np.column_stack([np.bincount(matches.f, column, matches.J) for column in within.T]))
        # Firm effects are known up to a constant; their mean over rows is made zero.
        psi = psi - matches.omega @ psi[matches.f] / matches.omega.sum()
        return psi, _by_worker(matches, x - psi[matches.f])

    def net(X: Array) -> Array:
        psi, alpha = effects(X)
        return X - (psi[matches.f] + alpha[matches.w])[match]

    y, k_controls, left_out = _partialled_out(jobs, net)
    psi, alpha = effects(y[:, None])
    firm, worker = psi[:, 0], alpha[:, 0]
    return TwoWay(
        jobs=jobs,
        matches=matches,
        match=match,
        workers=jobs.workers.take(pa.array(present(jobs.w))),
        firms=jobs.firms.take(pa.array(present(jobs.f))),
        firm=firm,
        worker=worker,
        y=y,
        e=y - (firm[matches.f] + worker[matches.w])[match],
        k=len(worker) + len(firm) - 1 + k_controls,
        controls_left_out=left_out,
        L=L,
        G=G,
        solve=solve,
    )


def _means(match: Codes, omega: Array, X: Array, total: Array) -> Array:
    return np.column_stack([np.bincount(match, omega * column, len(total)) for column in X.T]) / total[:, None]


def _by_worker(matches: Matches, X: Array) -> Array:
    return np.column_stack([matches.means(column) for column in X.T])


def _partialled_out(jobs: Jobs, net: Callable[[Array], Array]) -> tuple[Array, int, tuple[str, ...]]:
    """Take from the wage what controls explain beside the effects; wages keep their mean."""
    columns = {name: column for control, values in jobs.controls.items() for name, column in _written(control, values)}
    if not columns:
        return jobs.y, 0, ()
    X, root = np.column_stack(list(columns.values())), np.sqrt(jobs.omega)[:, None]
    X = X - np.average(X, axis=0, weights=jobs.omega)
    within = root * net(np.column_stack([jobs.y, X]))
    kept = independent(within[:, 1:], np.linalg.norm(root * X, axis=0))
    b = least_squares(within[:, 0], within[:, 1:][:, kept]).b
    return jobs.y - X[:, kept] @ b, len(kept), tuple(name for k, name in enumerate(columns) if k not in kept)


def _written(control: str, values: npt.NDArray[Any]) -> Iterator[tuple[str, Array]]:
    """Write a control as columns of numbers: texts as an indicator of each but the first."""
    if values.dtype != object:
        yield control, values
        return
    for level in sorted(set(values))[1:]:
        yield f"{control}={level}", (values == level).astype(float)


def _room() -> int:
    """Count the firms whose matrix, and as much beside it, fits the memory limit of the engine."""
    ((limit,),) = connection().execute("SELECT current_setting('memory_limit')").fetchall()
    size, unit = str(limit).split()
    return int((float(size) * 1024 ** "BKMGTP".index(unit[0].upper()) / 16) ** 0.5)
