"""Robustness: how much of a network still hangs together when actors leave it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.table import TableLike
from industria.ecosystems._ties import NetworkResult, natural_order, read_ties, table_of
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.robustness import by_degree, by_degree_left, drawn_shares, giant_shares

__all__ = ["NetworkRobustness", "network_robustness"]

Order = Literal["degree", "recomputed", "random"]

BAND: Final = (0.05, 0.95)

GIVES: Final = {
    "removed": "actors that have left [count]",
    "giant_share": "part of all actors that the largest connected part holds; the mean of the draws [fraction]",
    "low": "share that 5 % of the draws fall below; null where nothing is drawn [fraction]",
    "high": "share that 5 % of the draws exceed; null where nothing is drawn [fraction]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class NetworkRobustness(NetworkResult):
    """What is left of a network as actors leave.

    Attributes
    ----------
    table : Table
        One row a number of actors that have left, from none to all.
    n_actors, n_ties : int
        Actors, and pairs of them with a tie; a tie told in several rows counts once.
    n_self_ties, n_zero_ties : int
        Rows left out: ties of an actor with itself, and ties of weight 0.
    robustness : float
        Mean of `giant_share` after the first to the last removal, 0 to 1/2; over the draws where there are some.
    """

    robustness: float


@measure(
    gives=GIVES,
    cites="Schneider, Moreira, Andrade, Havlin & Herrmann (2011), Mitigation of Malicious Attacks on Networks, "
    "PNAS 108, 3838-3841",
    design="descriptive",
)
def network_robustness(
    ties: TableLike, *, order: Order = "degree", draws: int = 100, rng: int | None = None
) -> NetworkRobustness:
    """Let actors leave one after the other, and tell how much still hangs together.

    Parameters
    ----------
    ties : Table
        `from_actor, to_actor`; if there, `weight`, which tells only that a tie of weight 0 is none. Ties
        have no direction.
    order : {"degree", "recomputed", "random"}
        Whether those with the most ties at the start leave first, those with the most ties that are left,
        or anyone. Of equal ones the first by label leaves first; numbers in labels count as numbers.
    draws : int
        Random orders.
    rng : int, optional
        Seed of the random orders; 0 where it is not told.

    Returns
    -------
    NetworkRobustness
        One row a number of removals. Actors without ties count among all.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no ties.
    NegativeValueError, InfiniteValueError
        If a weight is negative or infinite.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is none of its words or out of range, or `rng` is no seed.

    Examples
    --------
    Without the office half of the actors hang together, without the mill besides none does.

    >>> import pandas as pd
    >>> ties = pd.DataFrame({
    ...     "from_actor": ["office", "office", "office", "mill"],
    ...     "to_actor": ["mill", "sewer", "lab", "sewer"],
    ... })
    >>> found = network_robustness(ties)
    >>> print(found.to_pandas()[["removed", "giant_share"]].to_string(index=False))
     removed  giant_share
           0         1.00
           1         0.50
           2         0.25
           3         0.25
           4         0.00
    >>> found.robustness
    0.25
    """
    if order not in get_args(Order):
        raise ChoiceError("order", order, get_args(Order))
    if draws < 1:
        raise ParameterRangeError("draws", draws, "whole numbers of 1 or more")
    network = read_ties(ties, directed=False)

    n, i, j = network.n, network.i, network.j
    if order == "random":
        lot = replicate(partial(drawn_shares, n=n), draws, arrays=(i, j), rng=0 if rng is None else rng)
        shares = np.stack(lot)
        low, high = np.quantile(shares, BAND, axis=0)
        share = shares.mean(axis=0)
    else:
        rank = np.argsort(natural_order(network.actors))
        leaving = by_degree(n, i, j, rank) if order == "degree" else by_degree_left(n, i, j, rank)
        share = giant_shares(n, i, j, leaving)
        low = high = np.full(n + 1, np.nan)
    return NetworkRobustness(
        table=table_of({"removed": np.arange(n + 1), "giant_share": share, "low": low, "high": high}),
        robustness=float(share[1:].mean()),
        **network.facts(),
    )
