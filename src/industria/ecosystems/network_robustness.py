"""Robustness: how much of a network still hangs together when actors leave it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.table import TableLike
from industria.ecosystems._actor_labels import natural_order
from industria.ecosystems._missing_ties import Missing, reaching
from industria.ecosystems._network import LEFT_OUT, NetworkResult, table_of
from industria.ecosystems._ties import Array, Ids, read_ties
from industria.errors import ChoiceError
from industria.kernels.robustness import by_degree, by_degree_left, drawn_shares, giant_shares

__all__ = ["NetworkRobustness", "network_robustness"]

Order = Literal["degree", "recomputed", "random"]

GIVES: Final = {
    "removed": "actors that have left [count]",
    "giant_share": "part of all actors that the largest connected part holds; the mean of the draws [fraction]",
    "low": "lower end of its band: 5 % of the draws are below; null where nothing is drawn [fraction]",
    "high": "upper end: 5 % of the draws are above; null where nothing is drawn [fraction]",
    **LEFT_OUT,
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
    left_out : Table
        These rows: `from_actor, to_actor, column, value, problem`.
    robustness : float
        Mean of `giant_share` after the first to the last removal, 0 to 1/2; over the draws where there are some.
    robustness_low, robustness_high : float or None
        Its band over the draws; None where nothing is drawn.
    """

    robustness: float
    robustness_low: float | None
    robustness_high: float | None


@measure(
    gives=GIVES,
    cites="Schneider, Moreira, Andrade, Havlin & Herrmann (2011), Mitigation of Malicious Attacks on Networks, "
    "PNAS 108, 3838-3841",
    design="descriptive",
)
def network_robustness(
    ties: TableLike,
    *,
    order: Order = "degree",
    draws: int = 100,
    missing_rate: float | None = None,
    rng: int | None = None,
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
        Random orders, and networks with ties missing.
    missing_rate : float, optional
        Probability with which each tie is left out of a draw. The band then reaches from what is seen to
        where nine draws of ten lie, in each of which actors leave in the order of its own ties. It tells what
        missing ties do, not how the network with all ties would fare, which hangs together better.
    rng : int, optional
        Seed of the draws; 0 where it is not told.

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
    missing = Missing.asked(missing_rate, draws, rng)
    network = read_ties(ties, directed=False)

    n, i, j = network.n, network.i, network.j
    rank = np.argsort(natural_order(network.actors))
    drawn = None
    if order == "random":
        lot = replicate(partial(drawn_shares, n=n), draws, arrays=(i, j), rng=0 if rng is None else rng)
        drawn = np.stack(lot)
        share = drawn.mean(axis=0)
    else:
        share = _shares(np.random.default_rng(0), i, j, network.w, n=n, order=order, rank=rank)
    if missing is not None:
        drawn = missing.draw(network, partial(_shares, n=n, order=order, rank=rank))
    unknown = np.full(n + 1, np.nan)
    low, high = (unknown, unknown) if drawn is None else reaching(drawn, share)
    ends = None if drawn is None else reaching(drawn[:, 1:].mean(axis=1), np.asarray(share[1:].mean()))
    return NetworkRobustness(
        table=table_of({"removed": np.arange(n + 1), "giant_share": share, "low": low, "high": high}),
        robustness=float(share[1:].mean()),
        robustness_low=None if ends is None else float(ends[0]),
        robustness_high=None if ends is None else float(ends[1]),
        **network.facts(),
    )


def _shares(rng: np.random.Generator, i: Ids, j: Ids, w: Array, *, n: int, order: Order, rank: Ids) -> Array:
    """Let all leave in an order, and tell the shares, shape (n + 1,)."""
    if order == "random":
        return drawn_shares(rng, i, j, n=n)
    return giant_shares(n, i, j, by_degree(n, i, j, rank) if order == "degree" else by_degree_left(n, i, j, rank))
