"""Measures of this study alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, collect, from_arrays

Array = npt.NDArray[np.float64]

PARTS = ("gap", "frontier", "group")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GapChange(Result):
    """What moved a gap.

    Attributes
    ----------
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them.
    n_units : int
        Units there in either period, in any cell.
    """

    confidence: float
    replications: int
    n_units: int


@measure(
    gives={
        "part": "the gap, the mean of the frontier, or that of the group [name]",
        "estimate": "its change between the two periods; the gap's is the frontier's less the group's [log points]",
        "standard_error": "standard deviation of the draws [log points]",
        "low": "lower end of the percentile interval [log points]",
        "high": "upper end of the percentile interval [log points]",
        "n_units": "units of the cell there in either period [units]",
    },
    cites="Andrews, Criscuolo & Gal (2016), OECD Productivity Working Papers 5",
    design="descriptive",
)
def gap_change(
    panel: TableLike,
    *,
    value: Column,
    unit: Column,
    time: Column,
    groups: Column,
    group: str,
    periods: Sequence[int],
    by: Column,
    frontier: float = 0.05,
    confidence: float = 0.95,
    replications: int = 999,
    rng: int = 0,
) -> GapChange:
    """Change of a group's gap to the frontier between two periods, and which of its two ends moved.

    `productivity.frontier_gap` bounds the gap of each period; of their difference the draws must be the same.
    The frontier are the units at or above the quantile 1 - `frontier` of their cell and period.

    Parameters
    ----------
    panel : Table
        One row a unit and period of a cell: `value` in logs, `unit`, `time`, `groups` and `by`.
    value, unit, time, groups, by : column
        What is compared; who; when; group; cell.
    group : str
        The group whose gap it is.
    periods : two numbers
        From and to.
    frontier : float
        Share of units that make it.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with both its periods.
    rng : int
        Seed of the draws.

    Returns
    -------
    GapChange
        Three rows a cell.
    """
    columns = [by, unit, time, value, groups]
    table = collect(as_table(panel, "panel", *columns).select(*columns))
    rows = table.sort_by([(column, "ascending") for column in (by, unit, time)])
    cells, units, times, labels = (np.asarray(rows[c].to_pylist()) for c in (by, unit, time, groups))
    values = np.asarray(rows[value].to_numpy(), np.float64)
    made: dict[str, list[object]] = {by: [], "part": [], "estimate": [], "standard_error": [], "low": [], "high": []}
    made["n_units"] = []
    for cell in np.unique(cells):
        two = (cells == cell) & np.isin(times, list(periods))
        code = np.unique(units[two], return_inverse=True)[1]
        sides = [
            (code[times[two] == t], values[two & (times == t)], labels[two & (times == t)] == group) for t in periods
        ]
        n = int(code.max()) + 1
        point = _change(sides, np.ones(n, np.int64), frontier)
        often = np.random.default_rng(rng).multinomial(n, np.full(n, 1 / n), size=replications)
        draws = np.stack([_change(sides, one, frontier) for one in often])
        low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
        made[by] += [str(cell)] * len(PARTS)
        made["part"] += PARTS
        for name, numbers in zip(
            ("estimate", "standard_error", "low", "high"), (point, draws.std(axis=0, ddof=1), low, high), strict=True
        ):
            made[name] += numbers.tolist()
        made["n_units"] += [n] * len(PARTS)
    return GapChange(
        table=from_arrays(made),
        confidence=confidence,
        replications=replications,
        n_units=len(np.unique(units[np.isin(times, list(periods))])),
    )


def _change(
    sides: Sequence[tuple[npt.NDArray[np.int64], Array, npt.NDArray[np.bool_]]],
    often: npt.NDArray[np.int64],
    share: float,
) -> Array:
    """Gap, frontier and group of the second period less those of the first, units counted as often as drawn."""
    ends = []
    for code, p, inside in sides:
        drawn = np.repeat(p, often[code])
        best = drawn[drawn >= np.quantile(drawn, 1 - share)].mean()
        mean = np.repeat(p[inside], often[code[inside]]).mean()
        ends.append((best - mean, best, mean))
    return np.subtract(ends[1], ends[0])
