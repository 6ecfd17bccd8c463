"""Efficiencies of rows, given their errors, with intervals."""

from __future__ import annotations

import numpy as np

from industria.kernels.frontier_likelihoods import efficiency, inefficiency, inefficiency_quantile
from industria.kernels.frontier_mixtures import Nodes, gamma_nodes
from industria.productivity._frontier_effects import effect_efficiencies, fixed_effects
from industria.productivity._frontier_model import Frontier
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
    vu, vv, h = np.exp(model.U @ zeta), np.exp(model.V @ rho), model.path(theta)
    if model.distribution == "gamma":
        return _of_nodes(gamma_nodes(e, mu, model.U @ zeta, model.V @ rho), confidence)
    if model.distribution == "exponential":
        mean, spread = -e - vv / np.sqrt(vu), np.sqrt(vv)
    else:
        A, B = np.ones_like(e), e
        if model.over in ("lasting", "decaying"):
            T = np.diff(np.append(model.units, len(e)))
            A, B = (np.repeat(np.add.reduceat(part, model.units), T) for part in (h * h, h * e))
        D = vv + vu * A
        mean, spread = (mu * vv - vu * B) / D, np.sqrt(vu * vv / D)
    tail = (1 - confidence) / 2
    return {
        "efficiency": efficiency(mean, spread, h),
        "low": np.exp(-h * inefficiency_quantile(mean, spread, 1 - tail)),
        "high": np.exp(-h * inefficiency_quantile(mean, spread, tail)),
        "inefficiency": h * inefficiency(mean, spread),
    }


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
