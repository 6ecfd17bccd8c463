"""Whether people move to the occupations that are called similar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import ConvergenceError, EmptyTableError, NoRowsLeftError, ParameterRangeError
from industria.kernels.logit import logit

__all__ = ["PathwayCheck", "pathway_check"]

Truths = npt.NDArray[np.bool_]

PREDICTORS: Final[Mapping[str, tuple[str, ...]]] = {
    "similarity": ("similarity",),
    "group": ("group",),
    "size": ("size",),
    "group_size": ("group", "size"),
    "group_size_similarity": ("group", "size", "similarity"),
}
"""What each row of the result is predicted from; several are joined by a logit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PathwayCheck(Result):
    """How well similarity tells the moves that people made from those that nobody made.

    Attributes
    ----------
    table : Table
        One row a predictor: `predictor, auc, auc_within, rank_correlation`.
    origins : Table
        One row an occupation with moves and without: `origin, n_moves, auc`.
    n_occupations, n_pairs, n_moves : int
        Occupations that both tables have, pairs of them with a similarity, and those with a move.
    coverage : float
        Pairs with a similarity over all pairs of these occupations.
    auc : float
        Of similarity alone.
    auc_added : float or None
        What similarity adds to the joined baselines; null where one of them cannot be had.
    """

    origins: Table
    n_occupations: int
    n_pairs: int
    n_moves: int
    coverage: float
    auc: float
    auc_added: float | None


@measure(
    gives={
        "predictor": "similarity, or group, size or both, or all three joined [name]",
        "auc": "chance that a pair with a move is ranked above a pair without, over all pairs; 0.5 by luck [fraction]",
        "auc_within": "the same among the destinations of one origin, mean over origins [fraction]",
        "rank_correlation": "Spearman's correlation with the probability, among pairs with a move [1]",
        "origin": "occupation that people left [code]",
        "n_moves": "destinations to which somebody moved [count]",
    },
    cites=(
        "Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic curve, "
        "Radiology 143(1); del Rio-Chanona, Mealy, Beguerisse-Díaz, Lafond & Farmer (2021), Journal of the Royal "
        "Society Interface 18, 20200898, for the moves"
    ),
    design="descriptive",
)
def pathway_check(similarity: TableLike, network: TableLike, *, group_length: int = 2) -> PathwayCheck:
    """Hold similarities beside observed moves, and beside what would be guessed without them.

    Two guesses need no skills at all: that people stay in their major group, and that they go
    where the jobs are. `group` is 1 where both codes begin alike, `size` the employment of the destination
    (the flow out of it, staying too). `group_size` joins the two in a logit of whether anybody moved, on group and
    log employment, and `group_size_similarity` adds similarity. The logit is fitted and scored on the same pairs.

    Few people move, and surveys see a part: a pair without a move is not one that cannot be.

    Parameters
    ----------
    similarity : Table
        `origin, destination, similarity`; all pairs, as `work.similarity` gives them with `top=None`.
    network : Table
        `origin, destination, probability` and, if there, `flow`, as `work.mobility_network` gives them.
    group_length : int
        Characters of a code that name its major group: 2 in the SOC, 1 in ISCO-08.

    Returns
    -------
    PathwayCheck
        One row a predictor. Null is what cannot be had: size without flows, a rank correlation of one value,
        a logit that tells the pairs apart without fail.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a flow is below zero, a number infinite, or a probability not in [0, 1].
    DuplicateRowError
        If a pair stands twice.
    EmptyTableError
        If a table has no rows.
    NoRowsLeftError
        If the tables share no pairs, or all of them have moves, or none.
    ParameterRangeError
        If `group_length` is not 1 or more.

    See Also
    --------
    industria.work.similarity : Makes the similarities.
    industria.work.mobility_network : Makes the network.

    Examples
    --------
    >>> import pandas as pd
    >>> similarity = pd.DataFrame({
    ...     "origin": ["43-1", "43-1", "43-2", "43-2", "29-1", "29-1"],
    ...     "destination": ["43-2", "29-1", "43-1", "29-1", "43-1", "43-2"],
    ...     "similarity": [0.8, 0.3, 0.8, 0.5, 0.3, 0.5],
    ... })
    >>> network = pd.DataFrame({
    ...     "origin": ["43-1", "43-1", "43-2", "43-2", "29-1"],
    ...     "destination": ["43-1", "43-2", "43-2", "29-1", "29-1"],
    ...     "probability": [0.9, 0.1, 0.8, 0.2, 1.0],
    ... })
    >>> print(pathway_check(similarity, network).to_pandas()[["predictor", "auc"]].head(2).to_string(index=False))
     predictor   auc
    similarity 0.750
         group 0.625
    """
    if group_length < 1:
        raise ParameterRangeError("group_length", group_length, "a whole number of 1 or more")
    pairs, moves = _read(similarity, network)
    codes = sorted({*pairs["origin"], *pairs["destination"]} & {*moves["origin"], *moves["destination"]})
    n = len(codes)
    origin, destination, alike = _numbered(pairs, "similarity", codes)
    leave, enter, probability = _numbered(moves, "probability", codes)
    P = np.zeros((n, n))
    P[leave, enter] = probability
    moved = P[origin, destination] > 0
    if not 0 < moved.sum() < len(moved):
        found = f"{len(moved)} are between two occupations of the network, and {int(moved.sum())} of them have a move"
        raise NoRowsLeftError("similarity", pairs.n, [found])
    groups = np.array([code[:group_length] for code in codes], str)
    columns = {"similarity": alike, "group": 1.0 * (groups[origin] == groups[destination])}
    if (size := _employment(moves, codes)) is not None:
        columns["size"] = np.log(size[destination])
    scores = {
        name: _joined([columns[one] for one in parts], moved) if {*parts} <= {*columns} else None
        for name, parts in PREDICTORS.items()
    }
    within = {name: _within(score, moved, origin, n) for name, score in scores.items() if score is not None}
    auc = {name: _auc(score, moved) for name, score in scores.items() if score is not None}
    told = np.flatnonzero(~np.isnan(within["similarity"]))
    together = auc.get("group_size_similarity"), auc.get("group_size")
    return PathwayCheck(
        table=from_arrays(
            {
                "predictor": list(PREDICTORS),
                "auc": np.array([auc.get(name, np.nan) for name in PREDICTORS]),
                "auc_within": np.array([_mean(within.get(name)) for name in PREDICTORS]),
                "rank_correlation": np.array(
                    [_spearman(scores[name], P[origin, destination], moved) for name in PREDICTORS]
                ),
            }
        ),
        origins=from_arrays(
            {
                "origin": [codes[k] for k in told],
                "n_moves": np.bincount(origin[moved], minlength=n)[told],
                "auc": within["similarity"][told],
            }
        ),
        n_occupations=n,
        n_pairs=len(moved),
        n_moves=int(moved.sum()),
        coverage=len(moved) / (n * (n - 1)),
        auc=auc["similarity"],
        auc_added=together[0] - together[1] if together[0] is not None and together[1] is not None else None,
    )


def _read(similarity: TableLike, network: TableLike) -> tuple[Rows, Rows]:
    ends = (Field("origin"), Field("destination"))
    pairs = read(similarity, "similarity", *ends, Field("similarity", "number"), key=("origin", "destination"))
    fields = (*ends, Field("probability", "share"), Field("flow", "amount", None))
    moves = read(network, "network", *fields, key=("origin", "destination"))
    for rows in (pairs, moves):
        if not rows.n:
            raise EmptyTableError(rows.name)
    return pairs, moves


def _numbered(rows: Rows, value: str, codes: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Array]:
    """Give the rows between two different known occupations by numbers of their ends."""
    place = {code: k for k, code in enumerate(codes)}
    i, j = (np.array([place.get(code, -1) for code in rows[side]], np.int64) for side in ("origin", "destination"))
    kept = (i >= 0) & (j >= 0) & (i != j)
    return i[kept], j[kept], rows[value][kept]


def _employment(moves: Rows, codes: list[str]) -> Array | None:
    """Add up what flows out of each occupation; None where it is not told for all of them."""
    place = {code: k for k, code in enumerate(codes)}
    i = np.array([place.get(code, -1) for code in moves["origin"]], np.int64)
    size = np.asarray(np.bincount(i[i >= 0], moves["flow"][i >= 0], len(codes)), float)
    there = np.bincount(i[i >= 0], minlength=len(codes)) > 0
    if not there.all() or np.isnan(size).any() or not (size > 0).any():
        return None
    # A logarithm has no place for an occupation without workers; it stands with the smallest that has some.
    return np.asarray(np.maximum(size, size[size > 0].min()))


def _joined(columns: list[Array], moved: Truths) -> Array | None:
    if len(columns) == 1:
        return columns[0]
    Z = np.column_stack([np.ones(len(moved)), *[(c - c.mean()) / (c.std() or 1.0) for c in columns]])
    try:
        return np.asarray(Z @ logit(Z, moved.astype(float), (~moved).astype(float)))
    except ConvergenceError:
        return None


def _auc(score: Array, moved: Truths) -> float:
    """Count pairs with a move that are ranked above one without (Mann & Whitney), ties by halves."""
    ones = int(moved.sum())
    return float((rankdata(score)[moved].sum() - ones * (ones + 1) / 2) / (ones * (len(moved) - ones)))


def _within(score: Array, moved: Truths, origin: npt.NDArray[np.int64], n: int) -> Array:
    order = np.argsort(origin, kind="stable")
    edges = np.searchsorted(origin[order], np.arange(n + 1))
    found = np.full(n, np.nan)
    for k, (start, end) in enumerate(pairwise(edges.tolist())):
        rows = order[start:end]
        if 0 < moved[rows].sum() < len(rows):
            found[k] = _auc(score[rows], moved[rows])
    return found


def _mean(values: Array | None) -> float:
    return float(np.nanmean(values)) if values is not None and not np.isnan(values).all() else np.nan


def _spearman(score: Array | None, probability: Array, moved: Truths) -> float:
    if score is None or np.ptp(score[moved]) == 0 or np.ptp(probability[moved]) == 0:
        return np.nan
    return float(np.corrcoef(rankdata(score[moved]), rankdata(probability[moved]))[0, 1])
