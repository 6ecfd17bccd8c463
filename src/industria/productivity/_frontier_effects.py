"""Effects of units in a frontier: drawn ones integrated out, fixed ones at their best."""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.kernels.frontier_likelihoods import (
    Parts,
    efficiency,
    inefficiency,
    mills,
    normal,
    truncated_normal,
)
from industria.kernels.frontier_mixtures import Nodes, unit_nodes
from industria.productivity._panel import Array, Codes

__all__ = ["drawn_effects", "effect_efficiencies", "effect_nodes", "fixed_effects", "members"]

ROUNDS: Final = 100
SETTLED: Final = 1e-12


def members(first: Codes, n: int) -> Codes:
    """Give each row the number of its unit, of units that begin at these rows."""
    return np.repeat(np.arange(len(first)), np.diff(np.append(first, n)))


def effect_nodes(e: Array, lu: Array | None, lv: Array, own: Array, first: Codes) -> Nodes:
    """Lay nodes over the effect r of each unit: w ~ N(0, σw²), or w - h with h ≥ 0 half-normal.

    Parameters
    ----------
    e, lu, lv : array, shape (n,)
        Error with the effect in it; logs of σu² (None without inefficiency) and σv².
    own : array, shape (1,) or (2,)
        ln σw², and ln σh² where inefficiency lasts, too.
    first : array, shape (N,)
        First row of each unit.

    Returns
    -------
    Nodes
        Of the unit's likelihood.
    """
    unit = members(first, len(e))

    def joint(r: Array) -> Array:
        rows = _rows(e[:, None] - r[unit], lu, lv).value.reshape(len(e), -1)
        return np.asarray(np.add.reduceat(rows, first, axis=0) + _effects(r, own).value.reshape(r.shape))

    return unit_nodes(joint, len(first), float(np.exp(0.5 * own.max())))


def drawn_effects(e: Array, lu: Array | None, lv: Array, own: Array, first: Codes) -> tuple[Parts, Array]:
    """Return the log-likelihood of units and its derivatives; those by `own` stand in the unit's first row."""
    unit = members(first, len(e))
    nodes = effect_nodes(e, lu, lv, own, first)
    rows = _rows(e[:, None] - nodes.at[unit], lu, lv)
    weight = nodes.weight[unit]
    of_rows = [(weight * part.reshape(weight.shape)).sum(axis=1) for part in (rows.e, rows.lu, rows.lv)]
    effects = _effects(nodes.at, own)
    value, extra = np.zeros(len(e)), np.zeros((len(e), len(own)))
    value[first] = nodes.value
    for j, part in enumerate((effects.lv, effects.lu)[: len(own)]):
        extra[first, j] = (nodes.weight * part.reshape(nodes.at.shape)).sum(axis=1)
    return Parts(value, of_rows[0], np.zeros(len(e)), of_rows[1], of_rows[2]), extra


def fixed_effects(e: Array, lu: Array | None, lv: Array, first: Codes) -> Array:
    """Return the effect of each unit that makes its likelihood largest, row by row, shape (n,); Newton's steps.

    The half-normal likelihood bends down everywhere in e, so steps no longer than σ lead to the top.
    """
    unit = members(first, len(e))
    T = np.bincount(unit)
    effect = np.add.reduceat(e, first) / T
    if lu is None:
        return np.asarray(effect[unit])
    vu, vv = np.exp(lu), np.exp(lv)
    total = vu + vv
    slope, longest = np.sqrt(vu / (vv * total)), np.sqrt(np.add.reduceat(total, first) / T)
    effect = effect + np.sqrt(2 / np.pi) * np.add.reduceat(np.sqrt(vu), first) / T
    for _ in range(ROUNDS):
        short = e - effect[unit]
        b = -short * slope
        tail = mills(b)
        gradient = np.add.reduceat(short / total + tail * slope, first)
        bend = np.add.reduceat(1 / total + slope**2 * tail * (tail + b), first)
        step = np.clip(gradient / bend, -longest, longest)
        effect = effect + step
        if np.abs(step).max() < SETTLED * longest.max():
            break
    return np.asarray(effect[unit])


def effect_efficiencies(e: Array, lu: Array, lv: Array, own: Array, first: Codes, tail: float) -> dict[str, Array]:
    """Average what is told of u over the nodes of the effect; the interval is that of u alone."""
    unit = members(first, len(e))
    nodes = effect_nodes(e, lu, lv, own, first)
    vu, vv = np.exp(lu)[:, None], np.exp(lv)[:, None]
    short, weight = e[:, None] - nodes.at[unit], nodes.weight[unit]
    mean, spread = -short * vu / (vu + vv), np.broadcast_to(np.sqrt(vu * vv / (vu + vv)), short.shape)
    transient, lasting = efficiency(mean, spread), np.ones_like(nodes.at)
    left = np.zeros_like(nodes.at)
    if len(own) == 2:
        vw, vh = np.exp(own)
        of_unit = -nodes.at * vh / (vw + vh), np.full(nodes.at.shape, np.sqrt(vw * vh / (vw + vh)))
        lasting, left = efficiency(*of_unit), inefficiency(*of_unit)
    missing = np.full(len(e), np.nan)
    both = (weight * transient * lasting[unit]).sum(axis=1)
    ends = (missing, missing) if len(own) == 2 else _mixture_interval(mean, spread, weight, tail)
    return {
        "efficiency": both,
        "low": ends[0],
        "high": ends[1],
        "inefficiency": (weight * (inefficiency(mean, spread) + left[unit])).sum(axis=1),
        "transient": (weight * transient).sum(axis=1),
        "lasting": (weight * lasting[unit]).sum(axis=1) if len(own) == 2 else np.ones(len(e)),
    }


def _mixture_interval(mean: Array, spread: Array, weight: Array, tail: float) -> tuple[Array, Array]:
    """Halve the range of u until the mixture of truncated normals reaches the level."""
    from scipy.special import log_ndtr

    room = log_ndtr(mean / spread)
    ends = []
    for level in (1 - tail, tail):
        low, high = np.zeros(len(mean)), np.max(np.maximum(mean, 0) + 40 * spread, axis=1)
        for _ in range(60):
            middle = 0.5 * (low + high)
            beyond = (weight * np.exp(log_ndtr((mean - middle[:, None]) / spread) - room)).sum(axis=1)
            low, high = np.where(beyond > 1 - level, middle, low), np.where(beyond > 1 - level, high, middle)
        ends.append(np.exp(-0.5 * (low + high)))
    return ends[0], ends[1]


def _rows(e: Array, lu: Array | None, lv: Array) -> Parts:
    """Evaluate the law of rows at all nodes, flat."""
    flat, K = e.ravel(), e.shape[1]
    if lu is None:
        return normal(flat, np.repeat(lv, K))
    return truncated_normal(flat, np.zeros(1), np.repeat(lu, K), np.repeat(lv, K))


def _effects(r: Array, own: Array) -> Parts:
    """Evaluate the law of effects, flat: w, or w - h."""
    flat = r.ravel()
    if len(own) == 1:
        return normal(flat, np.full(flat.shape, own[0]))
    return truncated_normal(flat, np.zeros(1), np.full(flat.shape, own[1]), np.full(flat.shape, own[0]))
