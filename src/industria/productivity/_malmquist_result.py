"""What `malmquist` gives."""

from __future__ import annotations

from dataclasses import dataclass

from industria.core.result import Result
from industria.core.table import Table

__all__ = ["Malmquist"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Malmquist(Result):
    """Changes of units between periods, and their parts.

    Attributes
    ----------
    table : Table
        One row a unit and later period: `time_from, change, efficiency_change, technical_change, scale_change,
        pure_efficiency_change, mix_change, n_units`.
    means : Table
        One row a pair of periods and `part`: `mean` (geometric; plain for luenberger), `low, high, n_units`.
    intervals : Table
        With redrawn="frontiers" one row a unit, later period and `part`: `estimate, corrected, low, high, worthwhile`.
    levels : Table
        The unit, its time and `level` of its productivity with index="fare_primont", no rows with others; with
        parts="odonnell" it is the product of `highest_level, technical_efficiency, scale_efficiency, mix_efficiency`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    index, aggregator, technology, returns, orientation, parts : str
        As asked for.
    n_pairs, n_infeasible, n_alone, n_doubtful : int
        Rows of the table, those of them without a change because a program has no answer, rows without the unit
        in the period before or after, and rows of `doubtful`.
    redrawn : str
        What is drawn.
    replications : int
        Draws behind the intervals of the means.
    confidence : float
        Of these.
    """

    means: Table
    intervals: Table
    levels: Table
    doubtful: Table
    dropped: Table
    index: str
    aggregator: str
    technology: str
    returns: str
    orientation: str
    parts: str
    n_pairs: int
    n_infeasible: int
    n_alone: int
    n_doubtful: int
    redrawn: str
    replications: int
    confidence: float
