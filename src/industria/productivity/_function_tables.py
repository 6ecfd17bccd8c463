"""Answers of all cells as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.kernels.t_distribution import t_quantile
from industria.productivity._function_fit import Fitted
from industria.productivity._function_roles import Roles
from industria.productivity._function_sample import Sample
from industria.productivity._function_stages import mean_elasticities
from industria.productivity._function_terms import CONTROL, RETURNS_TO_SCALE, SHIFTER, term_names
from industria.productivity._intervals import percentile_interval
from industria.productivity._panel import Array, Dropped, Panel

__all__ = ["cell_table", "coefficient_table", "draw_table", "dropped_table", "estimate_table", "root_table"]

QUARTILES: Final = 1.3489795003921634
"""Distance of the quartiles of a normal distribution with standard deviation 1."""


def _table(panel: Panel, rows: Sequence[tuple[int, dict[str, Any]]], kinds: dict[str, pa.DataType]) -> Table:
    """Put the keys of cells before rows, each of which tells its cell."""
    cells = pa.array([cell for cell, _ in rows], pa.int64())
    columns = {key: panel.cells[key].take(cells) for key in panel.cells.column_names}
    columns |= {name: pa.array([_plain(row[name]) for _, row in rows], kind) for name, kind in kinds.items()}
    return as_table(pa.table(columns), "table")


def _plain(value: Any) -> Any:
    """NaN is null."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _spread(draws: Array) -> Array:
    """Interquartile standard error of each column; NaN with fewer than four draws.

    A few draws run far out, where a plain standard deviation means nothing.
    """
    told = np.isfinite(draws).sum(axis=0) >= 4
    # A column without answers would warn of an empty slice.
    low, high = np.nanquantile(np.where(told, draws, 0.0), [0.25, 0.75], axis=0)
    return np.where(told, (high - low) / QUARTILES, np.nan)


def _inference(
    estimate: Array, draws: Array, variance: Array | None, df: int, confidence: float
) -> tuple[Array, Array, Array]:
    """Return standard errors and intervals: of draws where there are any, else of the one step."""
    if len(draws):
        return _spread(draws), *percentile_interval(draws, confidence)
    if variance is None:
        none = np.full(len(estimate), np.nan)
        return none, none, none
    error = np.sqrt(np.maximum(variance, 0))
    reach = t_quantile((1 + confidence) / 2, df) * error if df > 0 else np.full(len(error), np.nan)
    return error, estimate - reach, estimate + reach


def estimate_table(
    panel: Panel, roles: Roles, cells: Sequence[Sample], fits: Sequence[Fitted], confidence: float
) -> Table:
    """One row an input, and returns to scale: mean elasticities."""
    rows = []
    names = [*roles.inputs, RETURNS_TO_SCALE]
    for number, (sample, fitted) in enumerate(zip(cells, fits, strict=True)):
        J = len(roles.inputs)
        estimate = np.full(J + 1, np.nan)
        draws, variance = np.zeros((0, J + 1)), None
        if fitted.c is not None:
            estimate = np.append(fitted.elasticities, fitted.elasticities.sum())
            draws = np.column_stack([fitted.elasticity_draws, fitted.elasticity_draws.sum(axis=1)])
            variance = None if fitted.V is None else _variance(sample, fitted, J)
        df = sample.n_units - 1
        error, low, high = _inference(estimate, draws, variance, df, confidence)
        for i, name in enumerate(names):
            row = {"term": name, "estimate": estimate[i], "standard_error": error[i], "low": low[i], "high": high[i]}
            row |= {"n_obs": _used(sample, roles), "n_units": sample.n_units}
            rows.append((number, row | {"support_df": float(df), "support_units": sample.n_units}))
    kinds = {"term": pa.string(), "estimate": pa.float64(), "standard_error": pa.float64()}
    kinds |= {"low": pa.float64(), "high": pa.float64(), "n_obs": pa.int64(), "n_units": pa.int64()}
    return _table(panel, rows, kinds | {"support_df": pa.float64(), "support_units": pa.int64()})


def _used(sample: Sample, roles: Roles) -> int:
    return len(sample.now) if roles.estimator in ("robinson_wooldridge", "wooldridge") else len(sample.y)


def _variance(sample: Sample, fitted: Fitted, J: int) -> Array:
    """Variances of mean elasticities and of their sum: linear in the coefficients."""
    m = len(fitted.powers)
    assert fitted.V is not None
    A = mean_elasticities(fitted.powers, np.eye(m), sample.inputs, sample.weights).T
    A = np.vstack([A, A.sum(axis=0)])
    return np.asarray(np.einsum("ij,jk,ik->i", A, fitted.V[:m, :m], A))


def coefficient_table(
    panel: Panel, roles: Roles, cells: Sequence[Sample], fits: Sequence[Fitted], confidence: float
) -> Table:
    """One row a monomial of the function, a control, and a shifter of the process."""
    rows = []
    for number, (sample, fitted) in enumerate(zip(cells, fits, strict=True)):
        if fitted.c is None:
            continue
        m = len(fitted.powers)
        variance = None if fitted.V is None else np.diagonal(fitted.V)
        parts = [
            (
                term_names(fitted.powers, roles.inputs),
                fitted.c,
                fitted.draws,
                None if variance is None else variance[:m],
            ),
            (
                [CONTROL + c for c in roles.controls],
                fitted.controls,
                fitted.control_draws,
                None if variance is None else variance[m:],
            ),
            ([SHIFTER + c for c in roles.shifters], fitted.shifts, fitted.shift_draws, None),
        ]
        for names, estimate, draws, of in (part for part in parts if part[0]):
            error, low, high = _inference(estimate, draws, of, sample.n_units - 1, confidence)
            rows += [
                (number, {"term": name, "estimate": e, "standard_error": s, "low": a, "high": b})
                for name, e, s, a, b in zip(names, estimate, error, low, high, strict=True)
            ]
    kinds = {"term": pa.string(), "estimate": pa.float64(), "standard_error": pa.float64()}
    return _table(panel, rows, kinds | {"low": pa.float64(), "high": pa.float64()})


def root_table(panel: Panel, roles: Roles, fits: Sequence[Fitted]) -> Table:
    """One row a root or minimum and input: all that was found."""
    rows = []
    for number, fitted in enumerate(fits):
        for place, root in enumerate(fitted.roots, 1):
            beside = {
                "criterion": root.criterion,
                "persistence": root.persistence,
                "sd_productivity": root.sd_productivity,
                "kind": root.kind,
                "admissible": root.admissible,
                "chosen": root.chosen,
            }
            e = [*root.elasticities.tolist(), float(root.elasticities.sum())]
            for name, value in zip([*roles.inputs, RETURNS_TO_SCALE], e, strict=True):
                rows.append((number, {"root": place, "term": name, "estimate": value, **beside}))
    kinds = {"root": pa.int64(), "term": pa.string()}
    kinds |= dict.fromkeys(["estimate", "criterion", "persistence", "sd_productivity"], pa.float64())
    return _table(panel, rows, kinds | {"kind": pa.string(), "admissible": pa.bool_(), "chosen": pa.bool_()})


def draw_table(panel: Panel, roles: Roles, fits: Sequence[Fitted]) -> Table:
    """One row a draw and monomial, or control; draw 0 is the estimate."""
    rows = []
    for number, fitted in enumerate(fits):
        if fitted.c is None:
            continue
        names = [*term_names(fitted.powers, roles.inputs), *(CONTROL + c for c in roles.controls)]
        estimate = np.append(fitted.c, fitted.controls)
        for draw, values in enumerate([estimate, *np.hstack([fitted.draws, fitted.control_draws])]):
            rows += [(number, {"draw": draw, "term": n, "estimate": v}) for n, v in zip(names, values, strict=True)]
    return _table(panel, rows, {"draw": pa.int64(), "term": pa.string(), "estimate": pa.float64()})


def cell_table(panel: Panel, cells: Sequence[Sample], fits: Sequence[Fitted]) -> Table:
    """One row a cell: whether its estimate is identified, and what it rests on."""
    rows = [
        (
            number,
            {
                "identified": fitted.identified,
                "why": fitted.why,
                "n_roots": sum(root.kind != "local minimum" for root in fitted.roots),
                "persistence": fitted.persistence,
                "n_obs": len(sample.y),
                "n_units": sample.n_units,
                "n_lagged": len(sample.now),
                "n_gaps": sample.n_gaps,
                "draws_without_root": fitted.draws_without_root,
                "draws_inadmissible": fitted.draws_inadmissible,
            },
        )
        for number, (sample, fitted) in enumerate(zip(cells, fits, strict=True))
    ]
    kinds = {"identified": pa.bool_(), "why": pa.string(), "n_roots": pa.int64(), "persistence": pa.float64()}
    counts = ("n_obs", "n_units", "n_lagged", "n_gaps", "draws_without_root", "draws_inadmissible")
    return _table(panel, rows, kinds | dict.fromkeys(counts, pa.int64()))


def dropped_table(dropped: Sequence[Dropped]) -> Table:
    """One row a column and reason: how many rows of the panel were left out."""
    columns, reasons, n = ([one[i] for one in dropped] for i in range(3))
    kinds = {"column": pa.array(columns, pa.string()), "reason": pa.array(reasons, pa.string())}
    return as_table(pa.table(kinds | {"rows": pa.array(n, pa.int64())}), "dropped")
