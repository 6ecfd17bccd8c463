"""Coefficients that leave innovations of a first-order Markov process: every root, never an optimizer's stop."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.markov_moments import Moments, Quadratic, moments, quadratic, stacked
from industria.kernels.markov_rows import Markov

__all__ = ["SAME", "Stop", "follow", "lowest", "stops"]

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Moments that explain less than this share of the innovations are zero but for rounding.
ZERO: Final = 1e-18
# Rounding of sums whose origin is far away lets a root look as large as this.
NEARLY: Final = 1e-10
# Two stops as near as this are one.
SAME: Final = 1e-5
# An elasticity beyond this is a search that runs away.
FARTHEST: Final = 20.0
# Newton's steps near a root are few; towards a minimum with a positive criterion they shrink slowly.
LONG: Final = 120
SHORT: Final = 40
NO_STEP: Final = 1e-9
POLISHED: Final = 40


class Stop(NamedTuple):
    """Where searches end.

    Attributes
    ----------
    b : array, shape (p,)
        Coefficients.
    criterion : float
        Variance of xi that instruments explain (0 at a root); without instruments the sum of (xi + noise)².
    root : bool
        Whether all moments are zero; else it is a local minimum.
    """

    b: Array
    criterion: float
    root: bool


def stops(rows: Markov, starts: Array, origin: Array, *, minima: bool = True) -> list[Stop]:
    """Search from every start at once, and list the different roots and minima, roots first and lowest first.

    Parameters
    ----------
    rows : Markov
        With instruments or without.
    starts : array, shape (S, p)
        Where to begin.
    origin : array, shape (p,)
        A guess, around which rows are added up.
    minima : bool
        Whether minima that are no roots are wanted, too; searches for them are long.

    Returns
    -------
    list of Stop
        Searches that ran away are not among them.
    """
    b, here, settled = _descend(moments(rows, origin), starts, LONG if minima else SHORT)
    if not minima:
        settled &= here.c <= NEARLY * here.scale
    order = np.flatnonzero(settled)[np.argsort(here.c[settled], kind="stable")]
    near: list[Array] = []
    for i in order:
        if all(np.abs(b[i] - one).max() >= SAME for one in near):
            near.append(b[i])
    found: list[Stop] = []
    for one in near[:POLISHED]:
        stop = _polished(rows, one)
        if stop is not None and all(np.abs(stop.b - other.b).max() >= SAME for other in found):
            found.append(stop)
    return sorted(found, key=lambda one: (not one.root, one.criterion if not one.root else 0.0, tuple(one.b)))


def lowest(rows: Markov, start: Array) -> Stop | None:
    """Go down from a start alone, with more instruments than coefficients; None where that ends nowhere.

    Parameters
    ----------
    rows : Markov
        With instruments, and the metric in which their moments are least.
    start : array, shape (p,)
        Where to begin.
    """
    try:
        return _polished(rows, start)
    except np.linalg.LinAlgError:
        return None


def follow(samples: list[Moments], start: Array) -> tuple[Array, Mask]:
    """Follow one root, or minimum, into other samples of the same rows.

    Parameters
    ----------
    samples : list of Moments
        One a draw, all around the same origin.
    start : array, shape (p,)
        Where it was.

    Returns
    -------
    tuple of array, shapes (R, p) and (R,)
        Where it is, and whether it is there at all.
    """
    of = stacked(samples)
    b, here, settled = _descend(of, np.tile(start, (len(samples), 1)))
    return b, settled & ((here.c <= NEARLY * here.scale) if of.instruments else True)


def _descend(of: Moments, starts: Array, steps: int = LONG) -> tuple[Array, Quadratic, Mask]:
    """Follow Levenberg and Marquardt from all starts; `settled` where no step leads lower."""
    S = len(starts)
    b, damping = starts.copy(), np.full(S, 1e-3)
    here = _quiet(of, b)
    active = np.isfinite(here.c)
    settled = np.zeros(S, bool)
    for _ in range(steps):
        at = np.flatnonzero(active)
        if not len(at):
            break
        now = Quadratic(*(part[at] for part in here))
        step = _damped(now, damping[at])
        there = _quiet(_part(of, at), b[at] + step)
        lower = there.c < now.c
        took = at[lower]
        b[took] += step[lower]
        for whole, part in zip(here, there, strict=True):
            whole[took] = part[lower]
        damping[at] = np.where(lower, np.maximum(damping[at] / 10, 1e-14), damping[at] * 10)
        size = np.abs(step).max(axis=1)
        zero = here.c[at] <= ZERO * here.scale[at] if of.instruments else np.zeros(len(at), bool)
        done = zero | (size < NO_STEP)
        settled[at] = done
        active[at] = ~done & (np.abs(b[at]).max(axis=1) < FARTHEST)
    return b, here, settled


def _damped(here: Quadratic, damping: Array) -> Array:
    p = here.B.shape[-1]
    size = np.diagonal(here.B, axis1=1, axis2=2)
    size = np.maximum(size, 1e-12 * size.max(axis=1, keepdims=True) + 1e-300)
    B = here.B + np.eye(p) * (damping[:, None] * size)[:, None, :]
    return -np.linalg.solve(B, here.g[..., None])[..., 0]


def _quiet(of: Moments, b: Array) -> Quadratic:
    """Evaluate; infinite where powers are so far apart that g cannot be told."""
    with np.errstate(all="ignore"):
        try:
            made = quadratic(of, b)
        except np.linalg.LinAlgError:
            each = [_alone(_part(of, np.array([i])), b[i : i + 1]) for i in range(len(b))]
            made = Quadratic(*(np.concatenate(parts) for parts in zip(*each, strict=True)))
    fine = np.isfinite(made.c) & np.isfinite(made.g).all(axis=1) & np.isfinite(made.B).all(axis=(1, 2))
    # A negative square is rounding: what is there is nothing.
    return made._replace(c=np.where(fine, np.maximum(made.c, 0.0), np.inf))


def _alone(of: Moments, b: Array) -> Quadratic:
    try:
        return quadratic(of, b)
    except np.linalg.LinAlgError:
        p = b.shape[1]
        return Quadratic(np.full(1, np.inf), np.zeros((1, p)), np.eye(p)[None], np.ones(1))


def _part(of: Moments, at: npt.NDArray[np.int64]) -> Moments:
    if of.EE.ndim == 2:
        return of
    return replace(of, EE=of.EE[at], ZE=of.ZE[at], ZZ=of.ZZ[at], ratio=of.ratio[at])


def _polished(rows: Markov, b: Array) -> Stop | None:
    """Add the rows up around a stop, where nothing cancels, and take Newton's last steps from there."""
    for _ in range(3):
        of = moments(rows, b)
        found, here, _ = _descend(of, b[None])
        moved = float(np.abs(found[0] - b).max())
        b = found[0]
        if moved < 1e-10:
            break
    if not np.isfinite(here.c[0]):
        return None
    if of.instruments and here.c[0] <= ZERO * here.scale[0]:
        return Stop(b, float(here.c[0]), True)
    return _minimum(of, b, 1.0 if of.instruments else float(rows.w.sum()))


def _minimum(of: Moments, b: Array, times: float) -> Stop | None:
    """Newton's method on the exact gradient, whose slope is taken by differences; None where it is no minimum."""
    p = len(b)
    axes = 1e-5 * np.eye(p)
    for _ in range(8):
        around = _quiet(of, np.concatenate([b[None], b + axes, b - axes]))
        if not np.isfinite(around.c).all():
            return None
        slope = (around.g[1 : p + 1] - around.g[p + 1 :]) / 2e-5
        slope = (slope + slope.T) / 2
        if np.linalg.eigvalsh(slope).min() <= 0:
            return None
        step = -np.linalg.solve(slope, around.g[0])
        b = b + step
        if np.abs(step).max() < 1e-11:
            break
    if np.abs(step).max() > 1e-7 or np.abs(b).max() > FARTHEST:
        return None
    c = float(_quiet(of, b[None]).c[0])
    return Stop(b, times * c, False)
