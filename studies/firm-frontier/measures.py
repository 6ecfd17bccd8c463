"""Measures of this study alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, collect, from_arrays
from industria.productivity import production_function, total_factor_productivity

Array = npt.NDArray[np.float64]

PARTS = ("gap", "frontier", "group")
ALL_YEARS = "all"
OFTEN = "often"


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SizeDifference(Result):
    """How two groups differ when the function is estimated, too.

    Attributes
    ----------
    confidence : float
        Of the intervals.
    replications, n_draws_without : int
        Draws of units behind them, and those of them that gave no function.
    n_obs, n_units : int
        Rows and units read.
    """

    confidence: float
    replications: int
    n_draws_without: int
    n_obs: int
    n_units: int


@measure(
    gives={
        "years": "a year, or all of them net of means of years [name]",
        "estimate": "mean log revenue productivity of the group less that of the other [log points]",
        "standard_error": "standard deviation of the draws [log points]",
        "low": "lower end of the percentile interval [log points]",
        "high": "upper end of the percentile interval [log points]",
    },
    cites="Gandhi, Navarro & Rivers (2020), Journal of Political Economy 128(8), 2973-3016",
    design="descriptive",
)
def size_difference(
    panel: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    state: Sequence[Column],
    flexible: Column,
    revenue_share: Column,
    groups: Column,
    group: str,
    against: str,
    confidence: float = 0.95,
    replications: int = 199,
    rng: int = 0,
) -> SizeDifference:
    """Difference of two groups in revenue productivity, with the function estimated anew in each draw of units.

    An interval that takes the elasticities as known is too narrow: here the first stage is part of each draw.
    Over all years it is the coefficient of the group beside those of the other groups and of years.

    Parameters
    ----------
    panel : Table
        One row a unit and time: `output`, `state`, `flexible` and `revenue_share` in logs, and `groups`.
    unit, time, output, state, flexible, revenue_share : column
        As of `productivity.production_function`.
    groups : column
        Who belongs where, as it is; draws do not sort units anew.
    group, against : str
        The group, and the other.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, all their years together.
    rng : int
        Seed of the draws.

    Returns
    -------
    SizeDifference
        One row for all years, and one a year.
    """
    columns = [unit, time, output, *state, flexible, revenue_share, groups]
    table = collect(as_table(panel, "panel", *columns).select(*columns))
    rows = table.sort_by([(column, "ascending") for column in (unit, time)])
    units, times, labels = (np.asarray(rows[c].to_pylist()) for c in (unit, time, groups))
    code = np.unique(units, return_inverse=True)[1]
    n, years = int(code.max()) + 1, np.unique(times)
    others = [one for one in np.unique(labels) if one not in (group, against)]
    X = np.column_stack([*(labels == one for one in (group, *others)), *(times == year for year in years)])
    sides = [[(times == year) & (labels == one) for one in (group, against)] for year in years]
    roles = {"unit": unit, "time": time, "output": output, "logs": True}

    def differences(often: npt.NDArray[np.int64]) -> Array:
        w = often[code].astype(np.float64)
        p = _revenue_productivity(rows.append_column(OFTEN, pa.array(w)), state, flexible, revenue_share, roles)
        if not np.isfinite(p).all():
            return np.full(1 + len(years), np.nan)
        over_all = np.linalg.lstsq(X * np.sqrt(w)[:, None], p * np.sqrt(w), rcond=None)[0][0]
        means = [[np.average(p[side], weights=w[side]) for side in pair] for pair in sides]
        return np.array([over_all, *(one - other for one, other in means)])

    point = differences(np.ones(n, np.int64))
    drawn = np.random.default_rng(rng).multinomial(n, np.full(n, 1 / n), size=replications)
    draws = np.stack([differences(often) for often in drawn])
    told = draws[np.isfinite(draws).all(axis=1)]
    low, high = np.quantile(told, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    made = {"years": [ALL_YEARS, *(str(year) for year in years)], "estimate": point}
    return SizeDifference(
        table=from_arrays({**made, "standard_error": told.std(axis=0, ddof=1), "low": low, "high": high}),
        confidence=confidence,
        replications=replications,
        n_draws_without=replications - len(told),
        n_obs=len(units),
        n_units=n,
    )


def _revenue_productivity(
    drawn: pa.Table, state: Sequence[Column], flexible: Column, revenue_share: Column, roles: Mapping[str, Any]
) -> Array:
    """Estimate the function with units counted as often as drawn, and take it from the output of every row."""
    function = production_function(
        drawn,
        state=state,
        flexible=flexible,
        revenue_share=revenue_share,
        estimator="gandhi_navarro_rivers",
        output_concept="gross_output",
        weights=OFTEN,
        **roles,
    )
    if not collect(function.coefficients).num_rows:
        # A draw without a root has no function.
        return np.full(drawn.num_rows, np.nan)
    found = total_factor_productivity(drawn, function.coefficients, inputs=[*state, flexible], **roles)
    rows = collect(found.table).sort_by([(roles[key], "ascending") for key in ("unit", "time")])
    return np.asarray(rows["tfp"].to_numpy(), np.float64)
