"""Stochastic frontiers cell by cell: columns to blocks, fits, draws of units, and the tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import chdtrc

from industria.core.replicate import replicate, seeds
from industria.core.table import Table, TableLike
from industria.core.threads import one_thread
from industria.errors import NoDegreesOfFreedomError, OutsideRangeError
from industria.kernels.polynomials import exponents, monomials
from industria.productivity._accounts import beside, dropped_table
from industria.productivity._collinear import refuse_collinear
from industria.productivity._frontier_effects import members
from industria.productivity._frontier_fit import Fit, Reported, again, fit, report
from industria.productivity._frontier_model import Distribution, Frontier, Over
from industria.productivity._frontier_scores import efficiencies
from industria.productivity._frontier_tables import doubtful_table
from industria.productivity._intervals import drawn, percentile_interval
from industria.productivity._panel import ROW, Array, Codes, Panel, read

__all__ = ["Asked", "Cell", "cells", "tables"]

NAME: Final = "units"
OWN: Final = {
    "decaying": ("eta",),
    "effect": ("effect_variance",),
    "persistent": ("effect_variance", "lasting_variance"),
}
"""What parameters of the unit are called."""
SHAPED: Final = ("truncated_normal", "gamma")
"""Distributions of two parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: columns, and the parts of the model."""

    output: str
    inputs: Sequence[str]
    unit: str | None
    time: str | None
    by: Sequence[str]
    weights: str | None
    drivers: Sequence[str]
    inefficiency_variance: Sequence[str]
    noise_variance: Sequence[str]
    distribution: Distribution
    translog: bool
    sign: int
    over: Over
    shifts: bool
    logs: bool

    @property
    def powers(self) -> npt.NDArray[np.int64]:
        """The monomials of logged inputs in the frontier."""
        return exponents(len(self.inputs), 2 if self.translog else 1)

    @property
    def terms(self) -> list[str]:
        """Names of the parameters, in the order in which they are fitted."""
        names = [np.repeat(self.inputs, powers) for powers in self.powers]
        means = ["driver:intercept", *(f"driver:{z}" for z in self.drivers)] if self.shifts else ["mu"]
        means = ["shape"] if self.distribution == "gamma" else means
        variances = ["scale", "sigma_v"] if self.distribution == "gamma" else ["sigma2", "gamma"]
        if self.inefficiency_variance or self.noise_variance:
            parts = (("inefficiency_variance", self.inefficiency_variance), ("noise_variance", self.noise_variance))
            variances = [f"{part}:{z}" for part, columns in parts for z in ("intercept", *columns)]
        return [
            *([] if self.over == "intercepts" else ["intercept"]),
            *("*".join(name) for name in names),
            *(means if self.distribution in SHAPED else []),
            *variances,
            *OWN.get(self.over, ()),
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """One frontier: its rows of the panel, its fit, what is printed of it, and the test of inefficiency."""

    rows: slice
    model: Frontier
    fit: Fit
    reported: Reported
    n_units: int
    lr_statistic: float
    lr_p: float | None
    n_failed: int


def cells(units: TableLike, asked: Asked, confidence: float, replications: int, rng: int) -> tuple[list[Cell], Panel]:
    """Fit each cell; its draws hang on the seed and on its place alone."""
    spreads = [*asked.drivers, *asked.inefficiency_variance, *asked.noise_variance]
    logged = [asked.output, *asked.inputs]
    panel = read(
        units,
        NAME,
        unit=asked.unit,
        time=asked.time,
        by=asked.by,
        numbers=[*logged, *spreads],
        positive=() if asked.logs else logged,
        weights=asked.weights,
    )
    cuts = np.flatnonzero(np.diff(panel.cell, prepend=-1, append=panel.cell[-1] + 1))
    found = []
    with one_thread():
        for start, end, child in zip(cuts, cuts[1:], seeds(rng, len(cuts) - 1), strict=False):
            rows = slice(int(start), int(end))
            model = _model(panel, rows, asked)
            found.append(_cell(panel, rows, model, asked, confidence, replications, child))
    return found, panel


def _model(panel: Panel, rows: slice, asked: Asked) -> Frontier:
    n = rows.stop - rows.start
    logs = np.column_stack([panel[column][rows] for column in (asked.output, *asked.inputs)])
    logs = logs if asked.logs else np.log(logs)
    X = monomials(logs[:, 1:], asked.powers)
    w = panel.weights[rows]
    unit = panel.unit[rows]
    model = Frontier(
        y=logs[:, 0],
        X=X if asked.over == "intercepts" else _with_constant(X),
        M=_columns(panel, rows, asked.drivers) if asked.distribution in SHAPED else np.zeros((n, 0)),
        U=_columns(panel, rows, asked.inefficiency_variance),
        V=_columns(panel, rows, asked.noise_variance),
        w=w * n / w.sum(),
        sign=asked.sign,
        distribution=asked.distribution,
        first=np.flatnonzero(np.diff(unit, prepend=-1)) if asked.over != "rows" else None,
        since=(panel.time[rows] - panel.time.max()).astype(np.float64),
        over=asked.over,
    )
    _refuse_weights(panel, model, rows, asked)
    if n <= model.ends[-1]:
        raise NoDegreesOfFreedomError(n, model.ends[-1])
    where = ", ".join(f"{key} = {panel.keys[key][rows.start].as_py()!r}" for key in asked.by) or "all rows stand"
    refuse_collinear(NAME, model.X, asked.terms[: model.ends[0]], where)
    blocks = (
        (model.M, asked.drivers),
        (model.U, asked.inefficiency_variance),
        (model.V, asked.noise_variance),
    )
    for block, names in blocks:
        refuse_collinear(NAME, block, ["intercept", *names], where)
    return model


def _refuse_weights(panel: Panel, model: Frontier, rows: slice, asked: Asked) -> None:
    """Refuse weights that change within a unit whose rows have one likelihood."""
    if model.first is None or asked.weights is None:
        return
    odd = np.flatnonzero(model.w != model.w[model.units][members(model.units, len(model.w))])
    if len(odd):
        row = rows.start + int(odd[0])
        allowed = "must be the same in all rows of a unit, which have one likelihood"
        raise OutsideRangeError(NAME, asked.weights, float(panel.weights[row]), panel.where(row), allowed)


def _with_constant(X: Array) -> Array:
    return np.column_stack([np.ones(len(X)), X])


def _columns(panel: Panel, rows: slice, names: Sequence[str]) -> Array:
    return _with_constant(panel.matrix(names)[rows])


def _cell(
    panel: Panel, rows: slice, model: Frontier, asked: Asked, confidence: float, replications: int, rng: Any
) -> Cell:
    members, unit = np.unique(panel.unit[rows], return_inverse=True)
    found = fit(model, unit if asked.weights else None)
    reported, n_failed = report(model, found, confidence), 0
    if replications:
        draw = partial(_draw, model, unit, len(members), found, confidence)
        draws = np.array(replicate(draw, replications, rng=rng))
        told = np.isfinite(draws).any(axis=1)
        low, high = percentile_interval(draws, confidence)
        spread = np.full(len(low), np.nan) if told.sum() < 2 else draws[told].std(axis=0, ddof=1)
        reported = Reported(estimate=reported.estimate, standard_error=spread, low=low, high=high)
        n_failed = int((~told).sum())
    gain = max(2 * (found.log_likelihood - found.least_squares), 0.0)
    # Of what least squares lacks, one is bounded from below: the mixed chi-square of Kodde & Palm (1986).
    q = model.ends[2] - model.ends[0] + int(model.over == "decaying")
    p = 1.0 if gain == 0 else 0.5 * (float(chdtrc(q - 1, gain)) if q > 1 else 0.0) + 0.5 * float(chdtrc(q, gain))
    return Cell(
        rows=rows,
        model=model,
        fit=found,
        reported=reported,
        n_units=len(members),
        lr_statistic=gain,
        lr_p=None if asked.weights or asked.over == "persistent" else p,
        n_failed=n_failed,
    )


def _draw(model: Frontier, unit: Codes, n_units: int, found: Fit, confidence: float, rng: np.random.Generator) -> Array:
    theta = again(model, found.theta, drawn(rng, n_units)[unit])
    return report(model, replace(found, theta=theta), confidence).estimate


def tables(found: Sequence[Cell], panel: Panel, asked: Asked, confidence: float) -> tuple[dict[str, Table], int]:
    """Lay out the terms, the fits, the efficiencies, what may be in another unit, how often, and what was left out."""
    terms = asked.terms
    of_term = np.repeat(np.arange(len(found)), len(terms))
    parameters = {
        name: np.concatenate([getattr(cell.reported, name) for cell in found])
        for name in ("estimate", "standard_error", "low", "high")
    }
    rows = [efficiencies(cell.model, cell.fit.theta, confidence) for cell in found]
    scores = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    units = [cell.n_units for cell in found]
    spare = [len(cell.model.y) - cell.model.ends[-1] for cell in found]
    keys = panel.keys if asked.unit is not None else _as_came(panel, asked)
    goods = [asked.output, *asked.inputs]
    doubtful, n_doubtful = doubtful_table(panel, goods, panel.matrix(goods), keys=keys, logs=asked.logs)
    made = {
        "table": beside(
            panel.cells.take(pa.array(of_term)) if asked.by else pa.table({}),
            {
                "term": terms * len(found),
                **parameters,
                "support_df": np.array(spare)[of_term],
                "support_units": np.array(units)[of_term],
            },
        ),
        "fits": beside(panel.cells if asked.by else pa.table({}), _fits(found, [row["efficiency"] for row in rows])),
        "efficiencies": beside(keys, scores),
        "doubtful": doubtful,
        "dropped": dropped_table(panel),
    }
    return made, n_doubtful


def _fits(found: Sequence[Cell], scores: Sequence[Array]) -> dict[str, Any]:
    plain = all(cell.model.ends[3] - cell.model.ends[1] == 2 for cell in found)
    sigma = np.array([np.exp(0.5 * cell.fit.theta[cell.model.ends[1] : cell.model.ends[1] + 2]) for cell in found])
    fits = [cell.fit for cell in found]
    return {
        "n_obs": [len(cell.model.y) for cell in found],
        "n_units": [cell.n_units for cell in found],
        "log_likelihood": [one.log_likelihood for one in fits],
        "least_squares": [one.least_squares for one in fits],
        "lr_statistic": [cell.lr_statistic for cell in found],
        "lr_p": pa.array([cell.lr_p for cell in found], pa.float64()),
        "sigma_u": sigma[:, 0] if plain else np.full(len(found), np.nan),
        "sigma_v": sigma[:, 1] if plain else np.full(len(found), np.nan),
        "mean_efficiency": [float(cell.model.w @ e / len(e)) for cell, e in zip(found, scores, strict=True)],
        "converged": [one.converged for one in fits],
        "boundary": pa.array([one.boundary for one in fits], pa.string()),
        "wrong_skew": [one.wrong_skew for one in fits],
        "n_failed": [cell.n_failed for cell in found],
    }


def _as_came(panel: Panel, asked: Asked) -> pa.Table:
    """Name rows without a unit by what they hold; their place in the table says nothing."""
    keys = panel.keys.drop_columns([ROW])
    held = {column: panel[column] for column in (asked.output, *asked.inputs)}
    return pa.table({**{name: keys[name] for name in keys.column_names}, **held})
