"""Tables of a metafrontier: rows, groups, terms of frontiers and their fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.productivity._accounts import beside
from industria.productivity._frontier_fit import Fit
from industria.productivity._metafrontier_cells import Asked, CellOfGroups
from industria.productivity._technology import Units

__all__ = ["tables"]

TOUCHING: Final = 1e-9
"""Below 1, what rounding leaves of a gap ratio where two frontiers are one."""
SIGMAS: Final = slice(-2, None)


def tables(
    units: Units, found: Sequence[CellOfGroups], asked: Asked, by: Sequence[str], group: str
) -> tuple[dict[str, Table], tuple[float, float, float]]:
    """Lay out rows, groups, frontiers and fits, and average over rows."""
    keys, cells = units.panel.keys, units.panel.cells
    of = {
        "group_efficiency": np.concatenate([cell.gaps.group for cell in found]),
        "meta_efficiency": np.concatenate([cell.gaps.meta for cell in found]),
        "gap_ratio": np.concatenate([cell.gaps.ratio for cell in found]),
    }
    rows = [rows for cell in found for rows in cell.rows]
    sizes = np.array([one.stop - one.start for one in rows])
    ratios = [of["gap_ratio"][one] for one in rows]
    means = {f"mean_{name}": np.array([values[one].mean() for one in rows]) for name, values in of.items()}
    told = {
        "n_units": sizes,
        **means,
        "lowest_gap_ratio": np.array([ratio.min() for ratio in ratios]),
        "highest_gap_ratio": np.array([ratio.max() for ratio in ratios]),
        "n_touching": np.array([int((ratio >= 1 - TOUCHING).sum()) for ratio in ratios]),
    }
    made = {
        "table": beside(keys, of | {"n_units": np.repeat(sizes, sizes)}),
        "groups": beside(cells, told),
        "frontiers": _frontiers(units, found, asked, by, group),
        "fits": _fits(cells, found, by, group),
    }
    return made, (of["group_efficiency"].mean(), of["meta_efficiency"].mean(), of["gap_ratio"].mean())


def _frontiers(units: Units, found: Sequence[CellOfGroups], asked: Asked, by: Sequence[str], group: str) -> Table:
    """One row a frontier and term, the metafrontier of a cell after the frontiers of its groups."""
    betas = [beta for cell in found for beta in cell.gaps.betas]
    named = _named(units.panel.cells, [cell for cell in found if cell.gaps.betas], by, group)
    terms = asked.terms(units.inputs)
    return beside(
        named.take(pa.array(np.repeat(np.arange(len(betas)), len(terms)))),
        {
            "term": pa.array(terms * len(betas), pa.string()),
            "estimate": np.concatenate([*betas, np.zeros(0)]),
        },
    )


def _fits(cells: pa.Table, found: Sequence[CellOfGroups], by: Sequence[str], group: str) -> Table:
    """One row a likelihood; an envelope has none."""
    named = _named(cells, [cell for cell in found if cell.gaps.betas], by, group)
    fits = [one for cell in found for one in cell.gaps.fits]
    sizes = [size for cell in found if cell.gaps.betas for size in _sizes(cell)]
    kept: list[tuple[int, Fit]] = [(at, one) for at, one in enumerate(fits) if one is not None]
    sigma = np.array([np.exp(one.theta[SIGMAS] / 2) for _, one in kept]).reshape(-1, 2)
    return beside(
        named.take(pa.array([at for at, _ in kept], pa.int64())),
        {
            "n_obs": pa.array([sizes[at] for at, _ in kept], pa.int64()),
            "log_likelihood": pa.array([one.log_likelihood for _, one in kept], pa.float64()),
            "sigma_u": sigma[:, 0],
            "sigma_v": sigma[:, 1],
            "converged": pa.array([one.converged for _, one in kept], pa.bool_()),
            "boundary": pa.array([one.boundary for _, one in kept], pa.string()),
        },
    )


def _sizes(cell: CellOfGroups) -> list[int]:
    sizes = [rows.stop - rows.start for rows in cell.rows]
    return [*sizes, sum(sizes)]


def _named(cells: pa.Table, found: Sequence[CellOfGroups], by: Sequence[str], group: str) -> pa.Table:
    """Name the frontiers of groups and the one above them, whose group is null."""
    numbers = pa.array([number for cell in found for number in (*cell.groups, cell.groups[-1])], pa.int64())
    words = [word for cell in found for word in (*["group"] * len(cell.groups), "metafrontier")]
    of = cells[group].take(numbers).combine_chunks()
    is_group = pa.array([word == "group" for word in words], pa.bool_())
    held = {column: cells[column].take(numbers) for column in by}
    return pa.table(
        {
            **held,
            "frontier": pa.array(words, pa.string()),
            group: pa.compute.if_else(is_group, of, pa.scalar(None, of.type)),
        }
    )
