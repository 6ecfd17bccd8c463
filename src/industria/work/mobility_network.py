"""Where workers of an occupation go, as a network of probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import EmptyTableError, ParameterRangeError

__all__ = ["MobilityNetwork", "mobility_network"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MobilityNetwork(Result):
    """Moves between occupations.

    Attributes
    ----------
    table : Table
        One row a move that has a probability, staying too: `origin, destination, probability, flow`.
    occupations : Table
        `occupation, employment, destinations, origins, stay, component`, a row an occupation.
    n_occupations, n_moves : int
        Occupations, and pairs of different ones with a probability.
    n_components, n_isolated : int
        Parts between which nobody moves in either direction, and occupations that nobody leaves.
    largest_component_share : float
        Occupations in the largest part over all.
    employment_share : float or None
        Employment in the largest part over employment in the network.
    employment_unlisted : float or None
        Employment in the table of occupations that the network does not have.
    """

    occupations: Table
    n_occupations: int
    n_moves: int
    n_components: int
    n_isolated: int
    largest_component_share: float
    employment_share: float | None
    employment_unlisted: float | None


@measure(
    gives={
        "probability": "share of the workers of the origin who are in the destination a period later [fraction]",
        "flow": "employment of the origin times the probability; null without employment [jobs]",
        "occupation": "occupation of the network [code]",
        "employment": "its employment; null where it is not told [jobs]",
        "destinations": "other occupations to which somebody moves [count]",
        "origins": "other occupations from which somebody comes [count]",
        "stay": "share of its workers who stay [fraction]",
        "component": "part of the network, 1 the largest [count]",
    },
    cites=(
        "del Rio-Chanona, Mealy, Beguerisse-Díaz, Lafond & Farmer (2021), Occupational mobility and automation: "
        "a data-driven network model, Journal of the Royal Society Interface 18, 20200898"
    ),
    design="descriptive",
)
def mobility_network(
    transitions: TableLike,
    employment: TableLike | None = None,
    *,
    self_loop: float | None = None,
    minimum: float = 0.0,
) -> MobilityNetwork:
    """Make probabilities of moves between occupations out of counts, or of probabilities.

    Flows of an origin are divided by their sum. With `self_loop` r, all occupations that somebody
    leaves keep r of their workers, and the moves share the rest; those that nobody leaves keep all.

    Parameters
    ----------
    transitions : Table
        `origin, destination, flow`: counts of workers, or shares; staying is a row from a code to itself.
    employment : Table, optional
        `occupation, employment`.
    self_loop : float, optional
        Share who stay, in place of what the table tells.
    minimum : float
        Moves with less flow are left out first; staying is kept.

    Returns
    -------
    MobilityNetwork
        One row a pair with a probability above zero. Rows of an origin sum to one.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    NegativeValueError, InfiniteValueError
        If a flow or an employment is below zero or infinite.
    DuplicateRowError
        If a pair, or an occupation, stands twice.
    EmptyTableError
        If there are no transitions.
    ParameterRangeError
        If `self_loop` is not in [0, 1], or `minimum` below zero.

    Examples
    --------
    >>> import pandas as pd
    >>> transitions = pd.DataFrame({
    ...     "origin": ["clerk", "clerk", "nurse"],
    ...     "destination": ["nurse", "typist", "clerk"],
    ...     "flow": [30, 10, 5],
    ... })
    >>> found = mobility_network(transitions, self_loop=0.6)
    >>> print(found.to_pandas()[["origin", "destination", "probability"]].to_string(index=False))
    origin destination  probability
     clerk       clerk          0.6
     clerk       nurse          0.3
     clerk      typist          0.1
     nurse       clerk          0.4
     nurse       nurse          0.6
    typist      typist          1.0
    """
    if self_loop is not None and not 0 <= self_loop <= 1:
        raise ParameterRangeError("self_loop", self_loop, "a share from 0 to 1")
    if not 0 <= minimum < np.inf:
        raise ParameterRangeError("minimum", minimum, "a flow of 0 or more")
    fields = (Field("origin"), Field("destination"), Field("flow", "amount"))
    rows = read(transitions, "transitions", *fields, key=("origin", "destination"))
    if not rows.n:
        raise EmptyTableError("transitions")
    codes = sorted({*rows["origin"], *rows["destination"]})
    P = _probabilities(rows, codes, self_loop, minimum)
    jobs, unlisted = _jobs(employment, codes)
    moves = P.tocoo()
    others = moves.row != moves.col
    component = _components(P)
    out, into = (np.bincount(side[others], minlength=len(codes)) for side in (moves.row, moves.col))
    told = employment is not None
    return MobilityNetwork(
        table=from_arrays(
            {
                "origin": [codes[i] for i in moves.row],
                "destination": [codes[j] for j in moves.col],
                "probability": moves.data,
                "flow": moves.data * jobs[moves.row],
            }
        ),
        occupations=from_arrays(
            {
                "occupation": codes,
                "employment": jobs,
                "destinations": out,
                "origins": into,
                "stay": P.diagonal(),
                "component": component,
            }
        ),
        n_occupations=len(codes),
        n_moves=int(others.sum()),
        n_components=int(component.max()),
        n_isolated=int((out == 0).sum()),
        largest_component_share=float((component == 1).mean()),
        employment_share=_share(jobs, component == 1) if told else None,
        employment_unlisted=unlisted if told else None,
    )


def _probabilities(rows: Rows, codes: list[str], self_loop: float | None, minimum: float) -> csr_array:
    place = {code: i for i, code in enumerate(codes)}
    i, j = (np.array([place[code] for code in rows[side]], np.int64) for side in ("origin", "destination"))
    flow = np.where((rows["flow"] < minimum) & (i != j), 0.0, rows["flow"])
    n = len(codes)
    if self_loop is not None:
        flow = np.where(i == j, 0.0, flow)
    total = np.bincount(i, flow, n)
    kept = self_loop or 0.0
    stays = np.where(total > 0, kept, 1.0)
    share = (1 - kept) * np.divide(flow, total[i], out=np.zeros(len(flow)), where=total[i] > 0)
    diagonal = np.arange(n)
    P = coo_array(
        (np.concatenate([share, stays]), (np.concatenate([i, diagonal]), np.concatenate([j, diagonal]))), shape=(n, n)
    ).tocsr()
    P.eliminate_zeros()
    P.sort_indices()
    return P


def _jobs(employment: TableLike | None, codes: list[str]) -> tuple[Array, float]:
    rows = read(employment, "employment", Field("occupation"), Field("employment", "amount"), key=("occupation",))
    told = dict(zip(rows["occupation"], rows["employment"].tolist(), strict=True))
    unlisted = sum(jobs for code, jobs in told.items() if code not in {*codes})
    return np.array([told.get(code, np.nan) for code in codes]), float(unlisted)


def _components(P: csr_array) -> Array:
    """Give the parts numbers by size, the largest first; of equal ones that with the first code."""
    _, label = connected_components(P, directed=True, connection="weak")
    _, first, place, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((first, -size))] = np.arange(1, len(first) + 1)
    return np.asarray(rank[place])


def _share(jobs: Array, of: Array) -> float | None:
    total = np.nansum(jobs)
    return float(np.nansum(jobs[of.astype(bool)]) / total) if total > 0 else None
