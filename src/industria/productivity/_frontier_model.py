"""A stochastic frontier as blocks of columns, its log-likelihood, and points to climb from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from industria.kernels.frontier_likelihoods import Parts, exponential, mills, normal, truncated_normal
from industria.kernels.frontier_mixtures import gamma
from industria.productivity._frontier_effects import drawn_effects, fixed_effects, members
from industria.productivity._frontier_units import UnitLikelihood
from industria.productivity._panel import Array, Codes

__all__ = ["OF_UNITS", "Distribution", "Frontier", "Over", "Scale", "standardized", "starts"]

Distribution = Literal["half_normal", "exponential", "truncated_normal", "gamma", "none"]

Over = Literal["rows", "lasting", "decaying", "effect", "persistent", "intercepts"]
"""Whose inefficiency: of rows; of units for good, or decaying; of rows, beside effects of units that are drawn,
half lasting inefficiency, or fixed."""
OF_UNITS: Final = ("lasting", "decaying")

EXTRA: Final = {"decaying": 1, "effect": 1, "persistent": 2}
LAWS: Final = {
    "half_normal": truncated_normal,
    "truncated_normal": truncated_normal,
    "exponential": exponential,
    "gamma": gamma,
}

# Part of the residual variance that is inefficiency, and μ/σu or ln P, at which a climb may begin.
SHARES: Final = (0.1, 0.4, 0.7, 0.95)
CUTS: Final = {"truncated_normal": (-3.0, -1.0, 0.0, 1.0), "gamma": (-0.7, 0.0, 0.7)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontier:
    """y = Xβ + s e with e = v - u; μ = Mδ (of a gamma, ln P), ln σu² = Uζ, ln σv² = Vρ.

    Where inefficiency is the unit's, M, U and V are columns of ones.

    Attributes
    ----------
    y : array, shape (n,)
        Logged output or cost.
    X, M, U, V : array, shape (n, k), (n, m), (n, u), (n, v)
        Columns of the four parts; M has none where μ is 0.
    w : array, shape (n,)
        Weights that average 1.
    sign : int
        1 for production, -1 for cost.
    distribution : str
        Of u.
    first : array or None, shape (N,)
        First row of each unit, where inefficiency is the unit's.
    since : array, shape (n,)
        Period less the last one of all.
    over : str
        Whose inefficiency. Beside the four parts there are then parameters of the unit: η, by which inefficiency
        changes as exp(-η since); ln σw² of effects, and ln σh² of inefficiency that lasts.
    """

    y: Array
    X: Array
    M: Array
    U: Array
    V: Array
    w: Array
    sign: int
    distribution: Distribution
    first: Codes | None
    since: Array
    over: Over

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where β, δ, ζ, ρ and the parameters of the unit end."""
        sizes = (self.X.shape[1], self.M.shape[1], self.U.shape[1], self.V.shape[1], EXTRA.get(self.over, 0))
        return tuple(np.cumsum(sizes).tolist())

    def parted(self, theta: Array) -> list[Array]:
        """Cut parameters into β, δ, ζ, ρ and those of the unit."""
        return [theta[start:end] for start, end in pairwise((0, *self.ends))]

    def error(self, beta: Array) -> Array:
        """Return e, shape (n,)."""
        return self.sign * (self.y - self.X @ beta)

    def path(self, theta: Array) -> Array:
        """Return h, by which the inefficiency of a unit is multiplied in each row, shape (n,)."""
        return np.exp(-self.parted(theta)[4][0] * self.since) if self.over == "decaying" else np.ones(len(self.y))

    def value(self, theta: Array) -> tuple[float, Array]:
        """Return the weighted log-likelihood and its gradient, shape (p,)."""
        if self.over in OF_UNITS:
            return self._of_units.value(self.parted(theta))
        parts, extra = self.parts(theta)
        w = self.w
        gradient = np.concatenate(
            [
                -self.sign * (self.X.T @ (w * parts.e)),
                self.M.T @ (w * parts.mu),
                self.U.T @ (w * parts.lu),
                self.V.T @ (w * parts.lv),
                extra.T @ w,
            ]
        )
        return float(w @ parts.value), gradient

    def scores(self, theta: Array) -> Array:
        """Return the weighted gradient by row, shape (n, p); that of a unit's likelihood stands in its first row."""
        if self.over in OF_UNITS:
            placed = np.zeros((len(self.y), len(theta)))
            placed[self.units] = self._of_units.scores(self.parted(theta))
            return placed
        parts, extra = self.parts(theta)
        columns = [-self.sign * self.X * parts.e[:, None], self.M * parts.mu[:, None]]
        columns += [self.U * parts.lu[:, None], self.V * parts.lv[:, None], extra]
        return np.concatenate(columns, axis=1) * self.w[:, None]

    def scores_by_unit(self, theta: Array) -> Array:
        """Return the weighted gradient by unit where inefficiency or an effect is the unit's, else by row."""
        if self.over in OF_UNITS:
            return self._of_units.scores(self.parted(theta))
        scores = self.scores(theta)
        return scores if self.first is None else np.add.reduceat(scores, self.first)

    def parts(self, theta: Array) -> tuple[Parts, Array]:
        """Return the log-likelihood by row with its derivatives; those of an effect stand in its unit's first row."""
        beta, delta, zeta, rho, own = self.parted(theta)
        e, mu, lu, lv = self.error(beta), self.M @ delta, self.U @ zeta, self.V @ rho
        none = np.zeros((len(e), 0))
        if self.over in ("effect", "persistent"):
            return drawn_effects(e, None if self.distribution == "none" else lu, lv, own, self.units)
        if self.over == "intercepts":
            # At the best intercepts, moving them changes nothing: the derivatives are those with them held.
            e = e - fixed_effects(e, None if self.distribution == "none" else lu, lv, self.units)
        if self.distribution == "none":
            return normal(e, lv), none
        return LAWS[self.distribution](e, mu, lu, lv), none

    @cached_property
    def _of_units(self) -> UnitLikelihood:
        return UnitLikelihood(self.y, self.X, self.w, self.sign, self.units, self.since)

    @property
    def units(self) -> Codes:
        """First row of each unit."""
        assert self.first is not None
        return self.first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale:
    """How parameters of standardized columns become those of the columns themselves: θ = T θ̃ + c; y = size ỹ."""

    T: Array
    c: Array
    size: float


def standardized(model: Frontier) -> tuple[Frontier, Scale]:
    """Make columns orthonormal and the residual of unit size, so that units of data change nothing."""
    blocks, rotations = [], []
    y, X = model.y, model.X
    if model.over == "intercepts":
        y, X = _within(y[:, None], model.units)[:, 0], _within(X, model.units)
    for block, seen in ((model.X, X), *((block, block) for block in (model.M, model.U, model.V))):
        R = np.linalg.qr(seen * np.sqrt(model.w)[:, None], mode="r")
        rotation = np.linalg.inv(R) * np.sqrt(len(block)) if block.shape[1] else np.zeros((0, 0))
        # The sign of a column is LAPACK's choice; the first column stays a constant 1.
        rotation *= np.sign(np.diag(rotation))
        blocks.append(block @ rotation)
        rotations.append(rotation)
    X = X @ rotations[0]
    residual = y - X @ (X.T @ (model.w * y)) / len(X)
    size = float(np.sqrt(model.w @ residual**2 / len(X)))
    made = replace(model, y=model.y / size, X=blocks[0], M=blocks[1], U=blocks[2], V=blocks[3])
    T, c = np.eye(model.ends[-1]), np.zeros(model.ends[-1])
    at = 0
    of_mean = 1.0 if model.distribution == "gamma" else size
    for rotation, times in zip(rotations, (size, of_mean, 1.0, 1.0), strict=True):
        k = len(rotation)
        T[at : at + k, at : at + k] = rotation * times
        at += k
    of_unit = range(model.ends[3], model.ends[4]) if model.over != "decaying" else ()
    for start in (model.ends[1], model.ends[2], *of_unit):
        if start < model.ends[-1]:
            c[start] = 2 * np.log(size)
    return made, Scale(T=T, c=c, size=size)


def starts(model: Frontier) -> Iterator[Array]:
    """List points from which to climb, corrected least squares with part of the variance given to u."""
    y, X = model.y, model.X
    if model.over == "intercepts":
        y, X = _within(y[:, None], model.units)[:, 0], _within(X, model.units)
    beta = X.T @ (model.w * y) / len(y)
    # Without inefficiency the variance is all noise, which is the top already where it is a constant.
    shares = (0.0,) if model.distribution == "none" else SHARES
    for cut in CUTS.get(model.distribution, (0.0,)):
        points = [_start(model, beta, share, cut) for share in shares]
        yield max(points, key=lambda theta: _climbable(model, theta)) if len(points) > 1 else points[0]


def _within(X: Array, first: Codes) -> Array:
    """Subtract the mean of the unit from each row."""
    unit = members(first, len(X))
    return np.asarray(X - (np.add.reduceat(X, first, axis=0) / np.bincount(unit)[:, None])[unit])


def _climbable(model: Frontier, theta: Array) -> float:
    with np.errstate(all="ignore"):
        value = model.value(theta)[0]
    return value if np.isfinite(value) else -np.inf


def _start(model: Frontier, beta: Array, share: float, cut: float) -> Array:
    """Give u part of the residual variance, which is 1, and lift the frontier by its mean."""
    mean, variance = _moments(model.distribution, cut)
    # Effects of units take half of the residual variance to begin with.
    effects = model.ends[4] - model.ends[3] if model.over in ("effect", "persistent") else 0
    rest = 0.5 if effects else 1.0
    su = np.sqrt(rest * share / variance)
    theta = np.zeros(model.ends[-1])
    theta[: len(beta)] = beta
    if model.over != "intercepts":
        theta[0] += model.sign * su * mean
    if effects:
        theta[model.ends[3] :] = np.log(0.5 / effects)
    if model.M.shape[1]:
        theta[model.ends[0]] = cut if model.distribution == "gamma" else su * cut
    if model.U.shape[1]:
        theta[model.ends[1]] = 2 * np.log(su)
    theta[model.ends[2]] = np.log(rest * (1 - share))
    return theta


def _moments(distribution: Distribution, cut: float) -> tuple[float, float]:
    """Return mean and variance of u where its scale is 1."""
    if distribution == "none":
        return 0.0, 1.0
    if distribution == "exponential":
        return 1.0, 1.0
    if distribution == "gamma":
        return float(np.exp(cut)), float(np.exp(cut))
    tail = float(mills(np.array([cut]))[0])
    return cut + tail, 1 - tail * (tail + cut)
