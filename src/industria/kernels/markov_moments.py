"""Innovations of a Markov process as a function of coefficients, from sums over rows that are taken once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import factorial
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Markov", "Moments", "Quadratic", "innovations", "moments", "process", "quadratic", "stacked"]

Array: TypeAlias = npt.NDArray[np.float64]
Powers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Markov:
    """Rows with the row a period before: w_t = a - X b, w_{t-1} = a_lag - X_lag b, w_t = g(w_{t-1}) + xi.

    Attributes
    ----------
    a, a_lag : array, shape (n,)
        Output without noise, in logs.
    X, X_lag : array, shape (n, p)
        What b multiplies.
    Z : array, shape (n, q) or None
        Instruments, q >= p, with E[xi Z] = 0; None minimizes the sum of (xi + noise)² instead.
    noise : array, shape (n,) or None
        Of output in t; needed without instruments.
    w : array, shape (n,)
        Weights.
    powers : array, shape (h,)
        Power of w_{t-1} in each term of g; 0 for the constant.
    beside : array, shape (n, h) or None
        What multiplies it, as a probability of survival; None for ones.
    """

    a: Array
    a_lag: Array
    X: Array
    X_lag: Array
    Z: Array | None
    noise: Array | None
    w: Array
    powers: Powers
    beside: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Weighted means of products of columns; with several samples a first axis of length S.

    With t = u - sum_j x_j r_j d_j, where u is w_{t-1} at the origin and x_j the lagged inputs, all centered and
    scaled, and d = b - origin, each power of t is a sum of monomials of (u, x): columns of E. So is g, and
    no search has to pass over the rows again.

    Attributes
    ----------
    EE : array, shape (k, k)
        Of E, which holds m monomials, then w_t at the origin, then X.
    ZE : array, shape (q, k)
        Of instruments, or the noise.
    ZZ : array, shape (q, q)
        The metric of moments, or the variance of the noise.
    origin : array, shape (p,)
        The coefficients from which d is taken.
    ratio : array, shape (p,)
        r.
    term : array, shape (m,)
        The term of g to which each monomial belongs.
    power : array, shape (m, p)
        Of each d in its coefficient.
    times : array, shape (m,)
        How often the monomial stands in the power of t.
    instruments : bool
        False where the sum of squares is minimized.
    """

    EE: Array
    ZE: Array
    ZZ: Array
    origin: Array
    ratio: Array
    term: Powers
    power: Powers
    times: Array
    instruments: bool


class Quadratic(NamedTuple):
    """For each of S points: a criterion, half its gradient, the Gauss-Newton matrix, and the variance of xi.

    Attributes
    ----------
    c : array, shape (S,)
        Variance of xi that instruments explain; without them the mean of (xi + noise)².
    g : array, shape (S, p)
    B : array, shape (S, p, p)
    scale : array, shape (S,)
    """

    c: Array
    g: Array
    B: Array
    scale: Array


def process(degree: int, beside: Array | None = None, linear: Array | None = None) -> tuple[Powers, Array | None]:
    """Build the terms of g: the complete polynomial in w_{t-1} and another variable, and further ones as they are.

    Parameters
    ----------
    degree : int
        Of the polynomial.
    beside : array, shape (n,), optional
        The other variable.
    linear : array, shape (n, s), optional
        Shifters of the process.

    Returns
    -------
    tuple of array, shapes (h,) and (n, h), or None
        `powers` and `beside` of `Markov`.
    """
    pairs = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i if beside is not None else 1)]
    powers = np.array([i for i, _ in pairs] + [0] * (0 if linear is None else linear.shape[1]), np.int64)
    if beside is None and linear is None:
        return powers, None
    n = len(beside if beside is not None else linear)  # type: ignore[arg-type]
    columns = [np.ones(n) if beside is None else beside**j for _, j in pairs]
    return powers, np.column_stack([*columns, *(() if linear is None else linear.T)])


def innovations(rows: Markov, b: Array) -> tuple[Array, Array, Array]:
    """Return xi, w_t and w_{t-1} at b, each of shape (n,), in logs."""
    now, before = rows.a - rows.X @ b, rows.a_lag - rows.X_lag @ b
    s = (before - before.mean()) / max(float(before.std()), 1e-12)
    G = s[:, None] ** rows.powers if rows.beside is None else s[:, None] ** rows.powers * rows.beside
    WG = G * rows.w[:, None]
    return now - G @ np.linalg.lstsq(G.T @ WG, WG.T @ now)[0], now, before


def moments(rows: Markov, origin: Array) -> Moments:
    """Add the rows up, once for all searches near an origin.

    Parameters
    ----------
    rows : Markov
        With n rows.
    origin : array, shape (p,)
        A guess of b. The nearer to it, the fewer digits cancel.

    Returns
    -------
    Moments
        Without a first axis.
    """
    p, w = rows.X.shape[1], rows.w / rows.w.sum()
    V = np.column_stack([rows.a_lag - rows.X_lag @ origin, rows.X_lag])
    scale = np.maximum(V.std(axis=0), 1e-12)
    V = (V - V.mean(axis=0)) / scale
    columns: list[Array] = []
    term, power, times = [], [], []
    made: dict[tuple[int, ...], Array] = {(): np.ones(len(V))}
    for i, degree in enumerate(rows.powers):
        for chosen in combinations_with_replacement(range(p + 1), int(degree)):
            if chosen not in made:
                made[chosen] = made[chosen[:-1]] * V[:, chosen[-1]]
            columns.append(made[chosen] if rows.beside is None else made[chosen] * rows.beside[:, i])
            counts = [chosen.count(j) for j in range(p + 1)]
            term.append(i)
            power.append(counts[1:])
            times.append(factorial(int(degree)) / np.prod([factorial(count) for count in counts]))
    now = np.column_stack([rows.a - rows.X @ origin, rows.X])
    E = np.column_stack([*columns, now - w @ now])
    Z = rows.Z if rows.Z is not None else rows.noise
    assert Z is not None
    Z = Z.reshape(len(V), -1)
    WE, WZ = E * w[:, None], Z * w[:, None]
    return Moments(
        EE=E.T @ WE,
        ZE=WZ.T @ E,
        ZZ=WZ.T @ Z,
        origin=origin,
        ratio=scale[1:] / scale[0],
        term=np.array(term, np.int64),
        power=np.array(power, np.int64).reshape(len(term), p),
        times=np.array(times),
        instruments=rows.Z is not None,
    )


def stacked(samples: list[Moments]) -> Moments:
    """Put the moments of several samples of the same rows and origin together, one a search."""
    first = samples[0]
    sums = {name: np.stack([getattr(one, name) for one in samples]) for name in ("EE", "ZE", "ZZ", "ratio")}
    return Moments(
        **sums,
        origin=first.origin,
        term=first.term,
        power=first.power,
        times=first.times,
        instruments=first.instruments,
    )


def quadratic(of: Moments, b: Array) -> Quadratic:
    """Evaluate the criterion with g concentrated out, and its exact derivative.

    d xi = (I - H)(dw - dG c) - G (G'WG)^-1 dG'W xi, where H projects on G and c are the coefficients of g.

    Parameters
    ----------
    of : Moments
        Of one sample, or of S.
    b : array, shape (S, p)
        Where.

    Returns
    -------
    Quadratic
        In squared logs.
    """
    d = b - of.origin
    S, p = b.shape
    m, h = len(of.term), int(of.term.max()) + 1
    theta = -d * of.ratio
    C = np.zeros((S, h, m))
    made, slopes = _products(theta, of.power)
    C[:, of.term, np.arange(m)] = of.times * made
    QE, GE = of.EE[..., :m, :], C @ of.EE[..., :m, :]
    A = GE[..., :m] @ C.swapaxes(1, 2)
    y = np.concatenate([np.ones((S, 1)), -d], axis=1)
    coefficients = np.linalg.solve(A, GE[..., m:] @ y[..., None])
    xi = np.concatenate([-(C.swapaxes(1, 2) @ coefficients)[..., 0], y], axis=1)
    # How the coefficient of each monomial in its power of t moves with each d.
    slopes *= -of.times * np.broadcast_to(of.ratio, (S, p))[..., None]
    M = np.zeros((S, p, m + 1 + p))
    M[..., :m] = -coefficients[:, of.term, 0][:, None, :] * slopes
    M[:, np.arange(p), m + 1 + np.arange(p)] = -1
    Qxi = (QE @ xi[..., None])[..., 0]
    # Monomials of one term stand together.
    moved = np.add.reduceat(slopes * Qxi[:, None, :], np.searchsorted(of.term, np.arange(h)), axis=2)
    back = -np.linalg.solve(A, GE @ M.swapaxes(1, 2) + moved.swapaxes(1, 2))
    M[..., :m] += (C.swapaxes(1, 2) @ back).swapaxes(1, 2)
    return _criterion(of, xi, M)


def _criterion(of: Moments, xi: Array, dxi: Array) -> Quadratic:
    Exi = (of.EE @ xi[..., None])[..., 0]
    scale = (xi * Exi).sum(axis=1)
    F, J = (of.ZE @ xi[..., None])[..., 0], dxi @ np.swapaxes(of.ZE, -1, -2)
    if not of.instruments:
        c = of.ZZ[..., 0, 0] + 2 * F[:, 0] + scale
        return Quadratic(c, (dxi @ Exi[..., None])[..., 0] + J[..., 0], dxi @ of.EE @ dxi.swapaxes(1, 2), scale)
    right = np.concatenate([F[..., None], J.swapaxes(1, 2)], axis=2)
    ZZ = np.broadcast_to(of.ZZ, (len(xi), *of.ZZ.shape[-2:]))
    solved = np.linalg.solve(ZZ, right)
    return Quadratic((F * solved[..., 0]).sum(axis=1), (J @ solved[..., :1])[..., 0], J @ solved[..., 1:], scale)


def _products(theta: Array, power: Powers) -> tuple[Array, Array]:
    """Multiply powers of theta for each monomial, and derive the products by each theta.

    Returns
    -------
    tuple of array, shapes (S, m) and (S, p, m)
    """
    S, p = theta.shape
    ladder = np.ones((S, p, int(power.max(initial=0)) + 1))
    for k in range(1, ladder.shape[2]):
        ladder[..., k] = ladder[..., k - 1] * theta
    factors = [ladder[:, j, power[:, j]] for j in range(p)]
    slopes = [ladder[:, j, np.maximum(power[:, j] - 1, 0)] * power[:, j] for j in range(p)]
    made, derived = np.ones((S, len(power))), np.empty((S, p, len(power)))
    for j in range(p):
        derived[:, j] = slopes[j]
        for i in range(p):
            if i != j:
                derived[:, j] *= factors[i]
        made *= factors[j]
    return made, derived
