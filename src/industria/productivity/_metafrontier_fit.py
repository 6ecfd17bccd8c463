"""Frontiers of groups and the frontier above them: by data envelopment, and by stochastic frontiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.errors import NoDegreesOfFreedomError
from industria.kernels.enveloping import least_squares_above, least_sum_above
from industria.kernels.polynomials import exponents, monomials
from industria.productivity._collinear import refuse_collinear
from industria.productivity._frontier_fit import Fit, fit
from industria.productivity._frontier_model import Frontier
from industria.productivity._frontier_scores import efficiencies
from industria.productivity._panel import Array
from industria.productivity._technology import NAME, Orientation, Returns, scores

__all__ = ["Deviations", "Distribution", "Form", "Gaps", "enveloped", "fitted"]

Distribution = Literal["half_normal", "exponential", "truncated_normal"]
Form = Literal["cobb_douglas", "translog"]
Deviations = Literal["absolute", "squared"]
ABOVE: Final = {"absolute": least_sum_above, "squared": least_squares_above}
CONFIDENCE: Final = 0.95
FLAT: Final = 1e-10
"""Relative to their size, what rounding leaves of differences between frontiers of groups that are one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """Rows of one cell, group by group.

    Attributes
    ----------
    group, meta : array, shape (n,)
        Efficiency by the frontier of the group, and by that of all groups.
    ratio : array, shape (n,)
        Output of the frontier of the group over that of all groups, or inputs of the latter over the former.
    betas : list of array, each of shape (k,)
        Of the groups and then of all; none where units alone draw the frontiers.
    fits : list of Fit or None
        Likewise; None for an envelope.
    """

    group: Array
    meta: Array
    ratio: Array
    betas: Sequence[Array]
    fits: Sequence[Fit | None]


def enveloped(X: Array, Y: Array, groups: Sequence[slice], *, returns: Returns, orientation: Orientation) -> Gaps:
    """Measure each unit by its group, and by all: the convex hull of the groups, where they are convex."""

    def efficiency(drawing: slice, asked: slice) -> Array:
        score = scores((X[drawing], Y[drawing]), (X[asked], Y[asked]), returns=returns, orientation=orientation)
        return score if orientation == "input" else 1 / score

    every = slice(0, len(X))
    group = np.concatenate([efficiency(rows, rows) for rows in groups])
    # More units never draw a nearer frontier: what is above is rounding.
    meta = np.minimum(efficiency(every, every), group)
    return Gaps(group=group, meta=meta, ratio=meta / group, betas=[], fits=[])


def fitted(
    logs: Array,
    y: Array,
    groups: Sequence[slice],
    *,
    terms: Sequence[str],
    where: Sequence[str],
    distribution: Distribution,
    form: Form,
    deviations: Deviations | None,
) -> Gaps:
    """Fit the frontier of each group, and lay one above them: an envelope, or where none is asked for a second fit.

    Parameters
    ----------
    logs, y : array, shape (n, m), (n,)
        Logged inputs and output.
    groups : sequence of slice
        Rows of each.
    terms, where : sequence of str
        What errors call the terms, and the groups.
    distribution, form : str
        As in `stochastic_frontier`.
    deviations : {"absolute", "squared"}, optional
        Of an envelope.
    """
    powers = exponents(logs.shape[1], 2 if form == "translog" else 1)
    X = np.column_stack([np.ones(len(y)), monomials(logs, powers)])
    fits: list[Fit | None] = []
    betas, height, group = [], np.empty(len(y)), np.empty(len(y))
    for rows, place in zip(groups, where, strict=True):
        model = _model(y[rows], X[rows], distribution)
        if len(model.y) <= model.ends[-1]:
            raise NoDegreesOfFreedomError(len(model.y), model.ends[-1])
        refuse_collinear(NAME, model.X, terms, place)
        found = fit(model, None)
        fits.append(found)
        betas.append(found.theta[: X.shape[1]])
        height[rows] = X[rows] @ betas[-1]
        group[rows] = efficiencies(model, found.theta, CONFIDENCE)["efficiency"]
    if deviations:
        betas.append(ABOVE[deviations](X, height))
        fits.append(None)
        ratio = np.exp(np.minimum(height - X @ betas[-1], 0.0))
    elif _one(X, height):
        betas.append(betas[0])
        fits.append(None)
        ratio = np.ones(len(y))
    else:
        above = _model(height, X, distribution)
        found = fit(above, None)
        fits.append(found)
        betas.append(found.theta[: X.shape[1]])
        ratio = efficiencies(above, found.theta, CONFIDENCE)["efficiency"]
    return Gaps(group=group, meta=group * ratio, ratio=ratio, betas=betas, fits=fits)


def _one(X: Array, height: Array) -> bool:
    """Tell whether one frontier runs through those of all groups, which leaves nothing to fit."""
    rest = height - X @ np.linalg.lstsq(X, height, rcond=None)[0]
    return bool(np.abs(rest).max() <= FLAT * max(np.abs(height).max(), 1.0))


def _model(y: Array, X: Array, distribution: Distribution) -> Frontier:
    one: npt.NDArray[np.float64] = np.ones((len(y), 1))
    return Frontier(
        y=y,
        X=X,
        M=one if distribution == "truncated_normal" else one[:, :0],
        U=one,
        V=one,
        w=one[:, 0],
        sign=1,
        distribution=distribution,
        first=None,
        since=np.zeros(len(y)),
        over="rows",
    )
