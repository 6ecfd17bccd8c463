"""The network of actors: how many there are, how they hang together, who has how many ties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from industria.core.measure import measure
from industria.core.table import Table, TableLike
from industria.ecosystems._actor_labels import read_labels
from industria.ecosystems._missing_ties import Missing
from industria.ecosystems._network import LEFT_OUT, NetworkResult, table_of
from industria.ecosystems._ties import Array, Ids, Ties, read_ties
from industria.kernels.cores import core_numbers

__all__ = ["ActorNetwork", "actor_network"]

GIVES: Final = {
    "actor": "who has the ties [name]",
    "kind": "what it is, of `actors` [name]",
    "degree": "its ties, in and out [count]",
    "in_degree": "ties that lead to it; null without direction [count]",
    "out_degree": "ties that lead from it; null without direction [count]",
    "component": "which part of the network it is in, the largest first [rank]",
    "k_core": "largest k such that it is among actors who all have k partners among them [count]",
    "degree_low": "lower end of the band of the degree where ties are missing; only with `missing_rate` [count]",
    "degree_high": "upper end: the ties that are told [count]",
    "n_actors": "actors with so many ties [count]",
    "share": "of all actors [fraction]",
    "share_at_least": "actors with so many ties or more, of all [fraction]",
    **LEFT_OUT,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ActorNetwork(NetworkResult):
    """The shape of a network, and every actor's place in it.

    Attributes
    ----------
    table : Table
        One row an actor.
    actors : Table
        The same by its name.
    degrees : Table
        One row a number of ties: `degree`, `n_actors`, `share`, `share_at_least`.
    n_actors, n_ties : int
        Actors, and ties between two of them; a tie told in several rows counts once.
    n_self_ties, n_zero_ties : int
        Rows left out: ties of an actor with itself, and ties of weight 0.
    left_out : Table
        These rows: `from_actor, to_actor, column, value, problem`.
    density : float or None
        Ties over those that there could be; None below two actors.
    reciprocity : float or None
        Part of the ties that are answered by one back; None where ties have no direction, or there are none.
    n_components : int
        Parts between which there is no tie, an actor without ties being one.
    largest_component : int
        Actors of the largest.
    """

    actors: Table
    degrees: Table
    density: float | None
    reciprocity: float | None
    n_components: int
    largest_component: int


@measure(
    gives=GIVES,
    cites="Wasserman & Faust (1994), Social Network Analysis, Cambridge University Press, ch. 4 and 7",
    design="descriptive",
)
def actor_network(
    ties: TableLike,
    actors: TableLike | None = None,
    *,
    directed: bool = True,
    missing_rate: float | None = None,
    draws: int = 100,
    rng: int | None = None,
) -> ActorNetwork:
    """Describe a network of actors: its size, density and parts, and every actor's ties.

    A network of two kinds, such as donors and facilities, stays one: no tie is made
    between two donors because they share a facility.

    Parameters
    ----------
    ties : Table
        `from_actor, to_actor`; if there, `weight`, which tells only that a tie of weight 0 is none.
    actors : Table, optional
        `actor, kind`: all actors, each once, those without ties too. Those that ties name without it.
    directed : bool
        Whether a tie from one to another differs from the one back.
    missing_rate : float, optional
        Probability with which each tie is left out of a draw. The band of the degree then reaches from what
        is seen down to where all but 5 % of the draws lie, and says who could change places with whom; the
        network with all ties may have more.
    draws : int
        Networks drawn for the band.
    rng : int, optional
        Seed of the draws; 0 where it is not told.

    Returns
    -------
    ActorNetwork
        One row an actor. `degree` is ties in plus ties out; an actor tied to another in both
        directions is one partner for `k_core`. `kind` is null where it is not told.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no ties, or no actors.
    DuplicateLabelError
        If an actor is listed twice.
    UnknownLabelError
        If a tie names an actor that `actors` does not list.
    NegativeValueError, InfiniteValueError
        If a weight is negative or infinite.
    ParameterRangeError, UsageError
        If a parameter is out of range, or `rng` is no seed.

    Examples
    --------
    >>> import pandas as pd
    >>> ties = pd.DataFrame({
    ...     "from_actor": ["office", "office", "office", "mill"],
    ...     "to_actor": ["mill", "sewer", "lab", "sewer"],
    ... })
    >>> network = actor_network(ties)
    >>> (network.n_actors, network.n_ties, network.n_components, round(network.density, 3))
    (4, 4, 1, 0.333)
    >>> print(network.to_pandas()[["actor", "degree", "component", "k_core"]].to_string(index=False))
     actor  degree  component  k_core
       lab       1          1       1
      mill       2          1       2
    office       3          1       2
     sewer       2          1       2
    """
    missing = Missing.asked(missing_rate, draws, rng)
    listed, registry = read_labels(actors, "actors", "kind") if actors is not None else (None, None)
    network = read_ties(ties, directed=directed, actors=listed)

    n, m = network.n, len(network.i)
    arrive, leave = np.bincount(network.j, minlength=n), np.bincount(network.i, minlength=n)
    i, j, _ = network.undirected()
    part = _components(n, i, j)
    parts = np.bincount(part)
    # Without direction a tie is told from either end.
    none = pa.nulls(n, pa.int64())
    table = table_of(
        {
            "actor": network.actors,
            "kind": pa.nulls(n, pa.string()) if registry is None else registry["kind"],
            "degree": arrive + leave,
            "in_degree": arrive if directed else none,
            "out_degree": leave if directed else none,
            "component": part + 1,
            "k_core": core_numbers(n, i, j),
            **_band(network, missing, (arrive + leave).astype(float)),
        }
    )
    possible = n * (n - 1) / (1 if directed else 2)
    return ActorNetwork(
        table=table,
        actors=table,
        degrees=_degrees(arrive + leave),
        density=m / possible if possible else None,
        reciprocity=_reciprocity(network) if directed and m else None,
        n_components=len(parts),
        largest_component=int(parts.max()),
        **network.facts(),
    )


def _band(network: Ties, missing: Missing | None, degree: Array) -> dict[str, Array]:
    if missing is None:
        return {}
    low, high = missing.band(network, partial(_ties_left, n=network.n), degree)
    return {"degree_low": low, "degree_high": high}


def _ties_left(rng: np.random.Generator, i: Ids, j: Ids, w: Array, *, n: int) -> Array:
    return (np.bincount(i, minlength=n) + np.bincount(j, minlength=n)).astype(float)


def _components(n: int, i: Ids, j: Ids) -> Ids:
    """Give every part a number from 0: the largest first, of equal ones that with the first actor."""
    A = coo_array((np.ones(len(i), np.int8), (i, j)), shape=(n, n)).tocsr()
    _, found = connected_components(A, directed=False)
    _, first, part = np.unique(found, return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.lexsort((first, -np.bincount(part)))] = np.arange(len(first))
    return place[part]


def _degrees(degree: Ids) -> Table:
    """Count actors by their number of ties."""
    ties, actors = np.unique(degree, return_counts=True)
    share = actors / len(degree)
    at_least = (len(degree) - np.cumsum(actors) + actors) / len(degree)
    return table_of({"degree": ties, "n_actors": actors, "share": share, "share_at_least": at_least})


def _reciprocity(network: Ties) -> float:
    there, back = (one * network.n + other for one, other in ((network.i, network.j), (network.j, network.i)))
    return float(np.isin(there, back).mean())
