"""Innovations of a Markov process as a function of coefficients, from sums over rows that are taken once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.markov_rows import Markov

__all__ = ["Moments", "Quadratic", "moments", "quadratic", "stacked"]

Array: TypeAlias = npt.NDArray[np.float64]
Powers: TypeAlias = npt.NDArray[np.int64]


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
    V = np.vstack([rows.a_lag - rows.X_lag @ origin, rows.X_lag.T])
    V = V - V.mean(axis=1, keepdims=True)
    scale = np.maximum(np.sqrt((V * V).mean(axis=1)), 1e-12)
    V = V / scale[:, None]
    term, power, times, chosen = _monomials(tuple(rows.powers.tolist()), p)
    Z = (rows.Z if rows.Z is not None else rows.noise[:, None]).T  # type: ignore[index]
    m, k = len(term), len(term) + 1 + p
    # Roots of weights stand in every column, so that one product with itself gives all sums.
    root = np.sqrt(w)
    D = np.empty((k + len(Z), len(w)))
    made: dict[tuple[int, ...], Array] = {(): root}
    for i, one in enumerate(chosen):
        if one not in made:
            made[one] = made[one[:-1]] * V[one[-1]]
        D[i] = made[one] if rows.beside is None else made[one] * rows.beside[:, term[i]]
    now = rows.a - rows.X @ origin
    D[m] = (now - w @ now) * root
    D[m + 1 : k] = (rows.X - w @ rows.X).T * root
    D[k:] = Z * root
    sums = D @ D.T
    return Moments(
        EE=sums[:k, :k],
        ZE=sums[k:, :k],
        ZZ=sums[k:, k:] if rows.metric is None else rows.metric,
        origin=origin,
        ratio=scale[1:] / scale[0],
        term=term,
        power=power,
        times=times,
        instruments=rows.Z is not None,
    )


@cache
def _monomials(powers: tuple[int, ...], p: int) -> tuple[Powers, Powers, Array, list[tuple[int, ...]]]:
    """List monomials of (u, x) in each power of t: the term, powers of d, how often it stands there, and factors."""
    term, power, times, chosen = [], [], [], []
    for i, degree in enumerate(powers):
        for one in combinations_with_replacement(range(p + 1), degree):
            counts = [one.count(j) for j in range(p + 1)]
            term.append(i)
            power.append(counts[1:])
            times.append(factorial(degree) / prod(factorial(count) for count in counts))
            chosen.append(one)
    return np.array(term, np.int64), np.array(power, np.int64).reshape(len(term), p), np.array(times), chosen


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
