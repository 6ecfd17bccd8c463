"""Workers and vacancies on a network of occupations, in expectation and drawn one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["Market", "State", "agents", "mean_field"]

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Market:
    """What does not change from step to step.

    Attributes
    ----------
    A : sparse array, shape (n, n)
        Where workers of an occupation look for work; rows sum to 1.
    delta_u, delta_v : float
        Share of workers who separate, and of jobs for which a vacancy opens, whatever demand is.
    gamma : float
        Share of the gap between demand and jobs that closes in a step.
    tau : int
        Steps after which unemployment is long.
    """

    A: csr_array
    delta_u: float
    delta_v: float
    gamma: float
    tau: int

    def turnover(self, e: Array, v: Array, d: Array) -> tuple[Array, Array]:
        """Compute expected separations and openings of a step, where jobs and vacancies are off demand."""
        gap = e + v - d
        separations = self.delta_u * e + (1 - self.delta_u) * np.minimum(e, self.gamma * np.maximum(0, gap))
        openings = self.delta_v * e + (1 - self.delta_v) * np.minimum(e, self.gamma * np.maximum(0, -gap))
        return separations, openings


@dataclass(slots=True)
class State:
    """Employment, vacancies, and unemployment by the steps that it has lasted, shape (tau + 1, n)."""

    e: Array
    v: Array
    bins: Array

    @property
    def u(self) -> Array:
        """Unemployment, shape (n,)."""
        return np.asarray(self.bins.sum(axis=0))

    def age(self, stays: Array, new: Array) -> None:
        """Let the unemployed who stay grow a step older; the last bin keeps those who are long there."""
        stays[-1] += stays[-2]
        self.bins = np.vstack([new, stays[:-2], stays[-1:]])


def mean_field(market: Market, state: State, demand: Array) -> Array:
    """Follow the expected flows of a large labor market.

    An unemployed worker applies for one vacancy, in proportion to A and the vacancies;
    a vacancy with applications takes one of them. With x applications a vacancy,
    (1 - exp(-x))/x of them succeed. Three products with A make a step.

    Parameters
    ----------
    market : Market
        The network and its rates.
    state : State
        Where it starts; changed in place.
    demand : array, shape (steps, n)
        Jobs wanted in every step.

    Returns
    -------
    array, shape (steps, 4, n)
        Employment, unemployment, vacancies and long unemployment after every step.

    Notes
    -----
    del Rio-Chanona, Mealy, Beguerisse-Díaz, Lafond & Farmer (2021), Occupational mobility and
    automation: a data-driven network model, Journal of the Royal Society Interface 18, 20200898.
    """
    A, A_t = market.A, csr_array(market.A.T)
    out = np.empty((len(demand), 4, len(state.e)))
    for t, d in enumerate(demand):
        separations, openings = market.turnover(state.e, state.v, d)
        u = state.u
        reach = A @ state.v
        each = np.divide(u, reach, out=np.zeros_like(u), where=reach > 0)
        x = A_t @ each  # applications a vacancy
        success = np.where(x > 0, -np.expm1(-x) / np.where(x > 0, x, 1), 1.0)
        hired = state.v * x * success
        left = each * (A @ (state.v * success))
        state.age(state.bins * np.divide(u - left, u, out=np.zeros_like(u), where=u > 0), separations)
        state.e = state.e - separations + hired
        state.v = state.v + openings - hired
        out[t] = state.e, state.u, state.v, state.bins[-1]
    return out


def agents(market: Market, state: State, demand: Array, rng: np.random.Generator) -> Array:
    """Draw every separation, opening, application and hire of a labor market of whole workers.

    Parameters
    ----------
    market : Market
        The network and its rates.
    state : State
        Where it starts, in whole workers and vacancies; changed in place.
    demand : array, shape (steps, n)
        Jobs wanted in every step.
    rng : Generator
        What draws.

    Returns
    -------
    array, shape (steps, 4, n)
        As `mean_field`.
    """
    out = np.empty((len(demand), 4, len(state.e)))
    for t, d in enumerate(demand):
        shares = (
            np.divide(one, state.e, out=np.zeros_like(one), where=state.e > 0)
            for one in market.turnover(state.e, state.v, d)
        )
        # Where everybody separates, the share may be a hair above one.
        separations, openings = (rng.binomial(state.e.astype(np.int64), np.minimum(share, 1)) for share in shares)
        left, hired = _hires(market.A, state, rng)
        state.age(state.bins - left, separations.astype(float))
        state.e = state.e - separations + hired
        state.v = state.v + openings - hired
        out[t] = state.e, state.u, state.v, state.bins[-1]
    return out


def _hires(A: csr_array, state: State, rng: np.random.Generator) -> tuple[Array, Array]:
    """Send every unemployed worker to one vacancy, and let each vacancy take one of those who come."""
    n, bins = len(state.e), len(state.bins)
    cell = np.repeat(np.arange(bins * n), state.bins.astype(np.int64).ravel())
    rng.shuffle(cell)
    weight = A.data * state.v[A.indices]
    before = np.concatenate([[0.0], np.cumsum(weight)])
    low, high = before[A.indptr[:-1]], before[A.indptr[1:]]
    cell = cell[(high > low)[cell % n]]
    origin = cell % n
    draw = low[origin] + rng.random(len(cell)) * (high - low)[origin]
    place = np.clip(np.searchsorted(before, draw, side="right") - 1, A.indptr[origin], A.indptr[origin + 1] - 1)
    destination = A.indices[place]
    vacancies = state.v.astype(np.int64)
    first = np.concatenate([[0], np.cumsum(vacancies)])
    vacancy = first[destination] + rng.integers(vacancies[destination])
    # Workers stand in random order, so the first to name a vacancy is one of its applicants at random.
    _, taken = np.unique(vacancy, return_index=True)
    left = np.bincount(cell[taken], minlength=bins * n).reshape(bins, n).astype(float)
    return left, np.bincount(destination[taken], minlength=n).astype(float)
