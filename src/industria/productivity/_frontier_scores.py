"""Efficiencies of rows, given their errors, with intervals."""

from __future__ import annotations

import numpy as np

from industria.kernels.frontier_likelihoods import efficiency, inefficiency, inefficiency_quantile
from industria.kernels.frontier_mixtures import Nodes, gamma_nodes
from industria.productivity._frontier_effects import effect_efficiencies, fixed_effects, members
from industria.productivity._frontier_model import OF_UNITS, Frontier
from industria.productivity._panel import Array

__all__ = ["efficiencies"]


def efficiencies(model: Frontier, theta: Array, confidence: float) -> dict[str, Array]:
    """Return E[exp(-u)], its interval, E[u], and the parts of the row and of the unit, given e; each of shape (n,)."""
    found = _given(model, theta, confidence)
    if model.over in ("effect", "persistent"):
        return found
    one, of_unit = np.ones(len(model.y)), model.over in ("lasting", "decaying")
    return found | {
        "transient": one if of_unit else found["efficiency"],
        "lasting": found["efficiency"] if of_unit else one,
    }


def _given(model: Frontier, theta: Array, confidence: float) -> dict[str, Array]:
    beta, delta, zeta, rho, own = model.parted(theta)
    e, mu = model.error(beta), model.M @ delta
    if model.over in ("effect", "persistent"):
        return effect_efficiencies(e, model.U @ zeta, model.V @ rho, own, model.units, (1 - confidence) / 2)
    if model.over == "intercepts":
        e = e - fixed_effects(e, model.U @ zeta, model.V @ rho, model.units)
    if model.over in OF_UNITS:
        return _of_units(model, theta, confidence)
    vu, vv = np.exp(model.U @ zeta), np.exp(model.V @ rho)
    if model.distribution == "gamma":
        return _of_nodes(gamma_nodes(e, mu, model.U @ zeta, model.V @ rho), confidence)
    if model.distribution == "exponential":
        mean, spread = -e - vv / np.sqrt(vu), np.sqrt(vv)
    else:
        mean, spread = (mu * vv - vu * e) / (vu + vv), np.sqrt(vu * vv / (vu + vv))
    ends = _ends(mean, spread, confidence)
    return {
        "efficiency": efficiency(mean, spread),
        "low": np.exp(-ends[1]),
        "high": np.exp(-ends[0]),
        "inefficiency": inefficiency(mean, spread),
    }


def _of_units(model: Frontier, theta: Array, confidence: float) -> dict[str, Array]:
    """Tell of each unit's u given the errors of all its rows, and multiply it by h in each."""
    beta, delta, zeta, rho, _ = model.parted(theta)
    first, e, h = model.units, model.error(beta), model.path(theta)
    mu, vu, vv = model.M[first] @ delta, np.exp(model.U[first] @ zeta), np.exp(model.V[first] @ rho)
    A, B = (np.add.reduceat(part, first) for part in (h * h, h * e))
    mean, spread = (mu * vv - vu * B) / (vv + vu * A), np.sqrt(vu * vv / (vv + vu * A))
    unit = members(first, len(e))
    low, high = (h * end[unit] for end in _ends(mean, spread, confidence))
    return {
        "efficiency": efficiency(mean[unit], spread[unit], h),
        "low": np.exp(-high),
        "high": np.exp(-low),
        "inefficiency": h * inefficiency(mean, spread)[unit],
    }


def _ends(mean: Array, spread: Array, confidence: float) -> tuple[Array, Array]:
    """Return the ends of the interval of u, given its mean and spread before it is cut off."""
    tail = (1 - confidence) / 2
    return inefficiency_quantile(mean, spread, tail), inefficiency_quantile(mean, spread, 1 - tail)


def _of_nodes(nodes: Nodes, confidence: float) -> dict[str, Array]:
    """Average over the nodes of u given e, which rise; an end of the interval lies between two of them."""
    u, beyond = nodes.at, np.cumsum(nodes.weight, axis=1)
    rows, tail = np.arange(len(u)), (1 - confidence) / 2

    def quantile(level: float) -> Array:
        above = np.minimum((beyond < level).sum(axis=1), u.shape[1] - 1)
        below = np.maximum(above - 1, 0)
        step = np.maximum(beyond[rows, above] - beyond[rows, below], np.finfo(float).tiny)
        part = np.clip((level - beyond[rows, below]) / step, 0, 1)
        return np.asarray(u[rows, below] + part * (u[rows, above] - u[rows, below]))

    return {
        "efficiency": (nodes.weight * np.exp(-u)).sum(axis=1),
        "low": np.exp(-quantile(1 - tail)),
        "high": np.exp(-quantile(tail)),
        "inefficiency": (nodes.weight * u).sum(axis=1),
    }
