"""Each model of data envelopment analysis on one cell: what is scored, and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.dea import Distances, Technology, directional, technology
from industria.kernels.free_disposal import free_disposal
from industria.kernels.slack_measures import additive, slacks_based
from industria.productivity._directions import Goods, along, laid_out
from industria.productivity._panel import Array, Codes
from industria.productivity._program import Program, SlackWeights
from industria.productivity._technology import Units, refuse_nothing

__all__ = ["SAME", "Scores", "same", "score"]

SAME: Final = 1e-8
"""Relative difference below which two scores are one: what rounding leaves of data over six digits of sizes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """What a program says of each unit of a cell.

    Attributes
    ----------
    score : array, shape (K,)
        θ, φ, β, Σ slacks or ρ; NaN where infeasible.
    efficiency : array, shape (K,)
        In (0, 1], whatever the model.
    step : array, shape (K, m + s + q)
        What the model moves each good by, toward the frontier.
    found : Distances
        Peers, slacks, prices and certificates.
    technology : Technology or None
        What it was measured by; None where that is single units.
    """

    score: Array
    efficiency: Array
    step: Array
    found: Distances
    technology: Technology | None


def score(
    units: Units,
    rows: slice,
    program: Program,
    *,
    pairs: tuple[Codes, Codes] | None = None,
    variable: Technology | None = None,
) -> Scores:
    """Measure the units of a cell by the frontier that those of them draw who may.

    Parameters
    ----------
    units : Units
        All of them.
    rows : slice
        Of the cell.
    program : Program
        What is asked.
    pairs : tuple of array, each of shape (K,), optional
        Rows of the cell that are measured, and for each the row that the frontier is drawn without; of radial
        and directional models. All rows and the frontier of all where not given.
    variable : Technology, optional
        The same units at variable returns; who draws that frontier draws the others.
    """
    X, Y, B = units.X[rows], units.Y[rows], units.B[rows]
    drawing = np.flatnonzero(units.drawing[rows])
    drawn = (X[drawing], Y[drawing], B[drawing])
    if program.model in ("additive", "slacks_based", "russell"):
        convex = technology(drawn[0], drawn[1], returns=program.returns)  # type: ignore[arg-type]
        told = _sums(convex, X, Y, program) if program.model == "additive" else _means(convex, X, Y, program)
        return _renumbered(told, drawing)
    direction = _direction(units, (X, Y, B), drawn, program)
    without = None
    if program.without_itself or pairs:
        number = np.full(len(X), -1, np.int64)
        number[drawing] = np.arange(len(drawing))
        without = number if pairs is None else number[pairs[1]]
    if pairs:
        X, Y, B = X[pairs[0]], Y[pairs[0]], B[pairs[0]]
        direction = direction[0][pairs[0]], direction[1][pairs[0]], direction[2][pairs[0]]
    GX, GY, GB = direction
    T: Technology | None = None
    if program.returns == "free_disposal":
        step, peer = free_disposal((drawn[0], drawn[1]), (X, Y), (GX, GY), without)
        found = _single(drawn, (X, Y), (GX, GY), step, peer)
    else:
        weak = program.bad_disposal == "weak"
        among = variable.spanning if variable and not (weak and units.bad_outputs) else None
        T = technology(drawn[0], drawn[1], returns=program.returns, bad=drawn[2], weak=weak, among=among)
        found = directional(T, X, Y, GX=GX, GY=GY, bad=B, GB=GB, without=without, slack_weights=_counted(X, Y, program))
    moved = found.step[:, None] * np.hstack(direction)
    value = found.step
    if program.model == "radial":
        value = 1 - value if program.side == "input" else 1 + value
    told = Scores(score=value, efficiency=_reached(X, Y, moved), step=moved, found=found, technology=T)
    return _renumbered(told, drawing)


def _direction(units: Units, goods: Goods, drawn: Goods, program: Program) -> Goods:
    if program.model == "directional":
        return laid_out(units, goods, drawn, program.side, program.direction)
    if program.side == "output":
        refuse_nothing(units, units.outputs, units.Y)
    X, Y, B = along(goods, program.side)
    # A radial score takes bad outputs as they are.
    return X, Y, 0.0 * B


def _counted(X: Array, Y: Array, program: Program) -> Array | None:
    """Weigh slacks as they are made large beyond the step: each in its own unit, unless weights are asked for."""
    goods = np.hstack([X, Y])
    if not program.slacks:
        return None
    return np.ones(goods.shape) if program.weights == "none" else _bounded(goods, X.shape[1], program.weights)


def _sums(T: Technology, X: Array, Y: Array, program: Program) -> Scores:
    goods = np.hstack([X, Y])
    m = X.shape[1]
    kept = np.repeat([program.side != "output", program.side != "input"], [m, Y.shape[1]])
    weights = np.broadcast_to(kept.astype(np.float64), goods.shape)
    if program.weights != "none":
        weights = weights * _bounded(goods, m, program.weights) / (1 if program.weights == "mip" else kept.sum())
    found = additive(T, X, Y, weights=weights)
    moved = found.slacks * kept
    return Scores(
        score=found.step, efficiency=_reached(X, Y, moved), step=0.0 * found.slacks, found=found, technology=T
    )


def _bounded(goods: Array, m: int, by: SlackWeights) -> Array:
    """One over what a slack is compared with: the range, the room to the bound, or what is observed."""
    low, high = goods.min(axis=0), goods.max(axis=0)
    if by == "ram":
        room = np.broadcast_to(high - low, goods.shape)
    elif by == "bam":
        room = np.hstack([goods[:, :m] - low[:m], high[m:] - goods[:, m:]])
    else:
        room = goods
    return np.where(room > 0, 1.0, 0.0) / np.where(room > 0, room, 1.0)


def _means(T: Technology, X: Array, Y: Array, program: Program) -> Scores:
    less, more, found = slacks_based(T, X, Y, side=program.side)
    rho = less / more
    value = more if program.model == "russell" and program.side == "output" else rho
    return Scores(score=value, efficiency=rho, step=0.0 * found.slacks, found=found, technology=T)


def _reached(X: Array, Y: Array, moved: Array) -> Array:
    """Mean share of inputs left, over mean multiple of outputs reached: θ, 1/φ, and (1 − β)/(1 + β) are of its kind."""
    m, s = X.shape[1], Y.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        less, more = (np.where(of > 0, part / of, np.nan) for of, part in ((X, moved[:, :m]), (Y, moved[:, m : m + s])))
    used, made = (np.isfinite(of).sum(axis=1) for of in (less, more))
    share = (1 - np.nansum(less, axis=1) / np.maximum(used, 1)) / (1 + np.nansum(more, axis=1) / np.maximum(made, 1))
    told = ((X >= 0).all(axis=1) & (Y >= 0).all(axis=1)) & np.isfinite(moved).all(axis=1)
    return np.where(told & (share > 0), np.minimum(share, 1.0), np.nan)


def _single(
    drawn: tuple[Array, ...], units: tuple[Array, Array], direction: tuple[Array, Array], step: Array, peer: Codes
) -> Distances:
    """Lay out what a comparison with single units found like the optimum of a program."""
    told = peer >= 0
    moved = np.where(told, step, 0.0)[:, None]
    spare_x = units[0] - moved * direction[0] - drawn[0][peer]
    spare_y = drawn[1][peer] - units[1] - moved * direction[1]
    slacks = np.where(told[:, None], np.maximum(np.hstack([spare_x, spare_y]), 0.0), 0.0)
    return Distances(
        step=step,
        certified=told,
        peers=peer[:, None],
        weights=told[:, None].astype(np.float64),
        prices=np.full(slacks.shape, np.nan),
        constant=np.full(len(step), np.nan),
        slacks=slacks,
    )


def _renumbered(told: Scores, drawing: Codes) -> Scores:
    """Count peers in rows of the cell instead of among those that draw the frontier."""
    peers = told.found.peers
    peers[:] = np.where(peers >= 0, drawing[peers], -1)
    return told


def same(one: Array, other: Array) -> npt.NDArray[np.bool_]:
    """Tell which scores are one but for rounding."""
    return np.abs(one - other) <= SAME * np.abs(other)
