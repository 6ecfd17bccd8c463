"""Ranks of units by an estimate, each with the set of ranks that its errors allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import seeds
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import ChoiceError, ParameterRangeError, RepeatedColumnError
from industria.kernels.ranks import rank_sets
from industria.tables._rank_rows import cell_starts, read_covariances, read_estimates

__all__ = ["Ranking", "ranking"]

Order = Literal["highest", "lowest"]
MADE: Final = ("rank", "rank_low", "rank_high", "tied_with", "among_best")
EQUAL: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ranking(Result):
    """Ranks with their confidence sets.

    Attributes
    ----------
    table : Table
        One row a unit, the first first: its keys, the estimate and its standard error, and
        `rank, rank_low, rank_high, tied_with, among_best`.
    order : str
        Whether 1 is the highest or the lowest estimate.
    simultaneous : bool
        Whether all sets hold at once.
    confidence : float
        That they do.
    draws : int
        Behind the critical values.
    best : int or None
        How many units `among_best` is about.
    n_units : int
        All of them.
    n_possibly_first : int
        Units that may be the first of their cell.
    n_surely_best, n_possibly_best : int or None
        Units that are surely, and that may be, among the best.
    """

    order: str
    simultaneous: bool
    confidence: float
    draws: int
    best: int | None
    n_units: int
    n_possibly_first: int
    n_surely_best: int | None
    n_possibly_best: int | None


@measure(
    gives={
        "rank": "1 and the units with a better estimate [rank]",
        "rank_low": "first rank of the confidence set: 1 and the units told to be better [rank]",
        "rank_high": "last rank of the confidence set [rank]",
        "tied_with": "other units that are told neither to be better nor worse [units]",
        "among_best": "whether the unit is among the best: surely, possibly or not; null if not asked [name]",
    },
    cites="Mogstad, Romano, Shaikh & Wilhelm (2024), Inference for Ranks, Review of Economic Studies 91(1), 476-518",
    design="descriptive",
)
def ranking(
    estimates: TableLike,
    covariance: TableLike | None = None,
    *,
    unit: Column,
    estimate: Column,
    standard_error: Column,
    by: Sequence[Column] = (),
    order: Order = "highest",
    simultaneous: bool = True,
    best: int | None = None,
    confidence: float = 0.95,
    draws: int = 20_000,
    rng: int = 0,
) -> Ranking:
    """Rank units by an estimate, each with the set of ranks that its errors allow.

    Of every two units, one is told to be better where their difference over its standard error exceeds the quantile
    of the largest such statistic among all pairs, under normal errors; those told are then set aside, and the rest
    held against the largest of what is left. A unit's set runs from 1 and the units told to be better to n less those
    told to be worse. A list of units in order says more than this only by chance.

    Parameters
    ----------
    estimates : Table
        One row a unit: its estimate and standard error.
    covariance : Table, optional
        `unit`, `other`, `covariance` of two estimates, in either order; pairs that it lacks have none. Without it
        the estimates are independent.
    unit : column
        Who.
    estimate, standard_error : column
        What is ranked, and how uncertain it is; 0 for what is known.
    by : sequence of columns
        Cells, each with ranks of its own; sets hold at once within a cell.
    order : {"highest", "lowest"}
        What rank 1 is.
    simultaneous : bool
        Whether all sets of a cell hold at once, as a list of units needs, or each by itself, as a question
        about one unit does.
    best : int, optional
        Tell which units are surely, and which possibly, among so many of the best.
    confidence : float
        That the sets hold the ranks.
    draws : int
        Of the errors; with 20,000 an end of a set may move by one between seeds.
    rng : int
        Seed of the draws.

    Returns
    -------
    Ranking
        One row a unit, by cell and rank. Equal estimates share the better rank.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, MissingValueError, InfiniteValueError
        If a column is not there, no number, without rows, or with a gap or an infinite value.
    NegativeValueError
        If a standard error is below 0.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, or a column plays two roles or is called as one of the result.
    UnknownLabelError, CovarianceError
        If a unit of `covariance` has no estimate, or its numbers are no covariance.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `covariance` comes with cells.

    Examples
    --------
    Mathematics in five countries, OECD PISA 2018.

    >>> import pandas as pd
    >>> scores = pd.DataFrame({
    ...     "country": ["Japan", "Korea", "Estonia", "Canada", "Chile"],
    ...     "score": [526.97, 525.93, 523.41, 512.02, 417.41],
    ...     "error": [2.47, 3.12, 1.74, 2.36, 2.42],
    ... })
    >>> found = ranking(scores, unit="country", estimate="score", standard_error="error")
    >>> print(found.to_pandas()[["country", "rank", "rank_low", "rank_high", "tied_with"]].to_string(index=False))
    country  rank  rank_low  rank_high  tied_with
      Japan     1         1          3          2
      Korea     2         1          3          2
    Estonia     3         1          3          2
     Canada     4         4          4          0
      Chile     5         5          5          0
    """
    by = columns_of(by, "by")
    _check(by, unit, estimate, standard_error, order, confidence, draws, best)
    seed = seeds(rng, 1)[0]
    rows = read_estimates(estimates, by, unit, estimate, standard_error, MADE, highest=order == "highest")
    if covariance is not None and by:
        raise ParameterRangeError("by", by, "no columns beside a table of covariances: rank one cell at a time")
    theta, error = (np.asarray(rows[c].to_numpy(), np.float64) for c in (estimate, standard_error))
    theta = theta if order == "highest" else -theta
    of = None if covariance is None else read_covariances(covariance, rows[unit], error)
    made: dict[str, list[Any]] = {name: [] for name in MADE}
    for a, b in pairwise(cell_starts(rows, by)):
        Sigma = np.diag(error[a:b] ** 2) if of is None else of
        # Each cell has the same draws, so that others beside it change nothing.
        generator = np.random.default_rng(seed)
        sets = rank_sets(theta[a:b], Sigma, confidence, draws, generator, simultaneous=simultaneous)
        made["rank"] += sets.rank.tolist()
        made["rank_low"] += sets.low.tolist()
        made["rank_high"] += sets.high.tolist()
        made["tied_with"] += (sets.high - sets.low).tolist()
        made["among_best"] += [_standing(*ends, best) for ends in zip(sets.low, sets.high, strict=True)]
    standing = made["among_best"]
    return Ranking(
        table=_table(rows, made),
        order=order,
        simultaneous=simultaneous,
        confidence=confidence,
        draws=draws,
        best=best,
        n_units=rows.num_rows,
        n_possibly_first=made["rank_low"].count(1),
        n_surely_best=None if best is None else standing.count("surely"),
        n_possibly_best=None if best is None else rows.num_rows - standing.count("not"),
    )


def _check(
    by: Sequence[str],
    unit: str,
    estimate: str,
    standard_error: str,
    order: str,
    confidence: float,
    draws: int,
    best: int | None,
) -> None:
    if order not in get_args(Order):
        raise ChoiceError("order", order, get_args(Order))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "between 0 and 1")
    # A quantile beyond which no draw lies is none.
    least = math.ceil(1 / (1 - confidence) - EQUAL)
    if not isinstance(draws, int) or draws < least:
        raise ParameterRangeError("draws", draws, f"a whole number of {least} or more, to tell {confidence:g}")
    if best is not None and (not isinstance(best, int) or best < 1):
        raise ParameterRangeError("best", best, "a whole number of 1 or more")
    roles: dict[str, str] = {}
    named = [(c, "a cell") for c in by]
    for column, role in [*named, (unit, "the unit"), (estimate, "the estimate"), (standard_error, "its error")]:
        if column in roles:
            raise RepeatedColumnError(column, roles[column], role)
        roles[column] = role


def _standing(low: int, high: int, best: int | None) -> str | None:
    if best is None:
        return None
    return "surely" if high <= best else "possibly" if low <= best else "not"


def _table(rows: pa.Table, made: Mapping[str, list[Any]]) -> Table:
    kinds = {name: pa.string() if name == "among_best" else pa.int64() for name in MADE}
    columns = {name: pa.array(made[name], kinds[name]) for name in MADE}
    return as_table(pa.table({**{name: rows[name] for name in rows.column_names}, **columns}), "table")
