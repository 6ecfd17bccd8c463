"""Core and periphery: whether a network has a core, and who is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import replicate, seeds
from industria.core.table import TableLike
from industria.ecosystems._missing_ties import Missing, reaching
from industria.ecosystems._network import LEFT_OUT, NetworkResult, table_of
from industria.ecosystems._ties import Array, Ids, read_ties
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.core_periphery import NEAR, Flags, OffDiagonal, best_split, coreness, null_correlation
from industria.kernels.cores import core_numbers

__all__ = ["CorePeriphery", "core_periphery"]

Method = Literal["auto", "exact", "search"]

ALWAYS: Final = 12
"""Actors up to which `auto` looks at all splits: 4,096."""
MOST: Final = 20
"""Actors up to which all splits can be asked for: a million, some seconds a network."""

GIVES: Final = {
    "actor": "who has the ties [name]",
    "core": "whether it is in the core [1]",
    "coreness": "how near it is to the core, the nearest being 1 [index]",
    "k_core": "largest k such that it is among actors who all have k partners among them [count]",
    "core_share": "part of the draws in which it is in the core where ties are missing; only with `missing_rate` "
    "[fraction]",
    "coreness_low": "lower end of the band of coreness where ties are missing [index]",
    "coreness_high": "upper end [index]",
    **LEFT_OUT,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CorePeriphery(NetworkResult):
    """Who is in the core, and how far the network is one core and its periphery.

    Attributes
    ----------
    table : Table
        One row an actor.
    n_actors, n_ties : int
        Actors, and pairs of them with a tie; a tie told in several rows counts once.
    n_self_ties, n_zero_ties : int
        Rows left out: ties of an actor with itself, and ties of weight 0.
    left_out : Table
        These rows: `from_actor, to_actor, column, value, problem`.
    correlation : float or None
        Of the ties with the ideal pattern; None where no split has one.
    p_value : float or None
        Part of random networks, with as many ties of the same weights, that fit as well; this one counts among them.
    method : str
        exact or search.
    n_core : int
        Actors of the core.
    n_equivalent : int
        Cores of as many actors that fit as well, this one too; of a search, those that it came upon. With
        more than one, who is in the core is a matter of names: in a star any leaf may stand beside its center.
    """

    correlation: float | None
    p_value: float | None
    method: str
    n_core: int
    n_equivalent: int


@measure(
    gives=GIVES,
    cites="Borgatti & Everett (2000), Models of Core/Periphery Structures, Social Networks 21, 375-395",
    design="descriptive",
)
def core_periphery(
    ties: TableLike,
    *,
    off_diagonal: OffDiagonal = "missing",
    method: Method = "auto",
    restarts: int = 20,
    permutations: int = 199,
    missing_rate: float | None = None,
    draws: int = 100,
    rng: int | None = None,
) -> CorePeriphery:
    """Split actors into a core, where all are tied, and a periphery, where none are.

    The split is that whose ideal pattern correlates most with the ties. A network of
    chance has some such split, too: the p-value tells how often one fits as well.

    Parameters
    ----------
    ties : Table
        `from_actor, to_actor`; if there, `weight` (0 or more). Ties have no direction; rows of one pair
        are one tie, and their weights add up.
    off_diagonal : {"missing", "one", "zero"}
        Whether ties between core and periphery are left out of the comparison, all there in the ideal, or none.
    method : {"auto", "exact", "search"}
        Whether all splits are looked at, for 20 tied actors at the most, or the best is climbed to from
        several starts; `auto` is exact up to 12.
    restarts : int
        Starts of the search besides that by degree.
    permutations : int
        Random networks for the p-value; 0 for none.
    missing_rate : float, optional
        Probability with which each tie is left out of a draw. Tells how often an actor is in the core then,
        of the draws in which it has a tie and there is a core, and where nine of ten draws have its coreness.
    draws : int
        Networks drawn with ties missing.
    rng : int, optional
        Seed of starts and networks; 0 where it is not told.

    Returns
    -------
    CorePeriphery
        One row an actor. One without ties takes no part, and is null; `core` is null where no split
        has a correlation, as where all are tied with all. Of equal splits, that with the smallest core,
        then that with the first actors by label; `n_equivalent` counts them.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no ties.
    NegativeValueError, InfiniteValueError
        If a weight is negative or infinite.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is none of its words or out of range, there are too many actors for all splits, or
        `rng` is no seed.

    Examples
    --------
    Three who all know one another, and one more around each.

    >>> import pandas as pd
    >>> ties = pd.DataFrame({"from_actor": list("aababc"), "to_actor": list("bccpqr")})
    >>> found = core_periphery(ties)
    >>> found.correlation, found.n_core
    (1.0, 3)
    >>> print(found.to_pandas()[["actor", "core", "k_core"]].to_string(index=False))
    actor  core  k_core
        a  True       2
        b  True       2
        c  True       2
        p False       1
        q False       1
        r False       1
    """
    for parameter, value, words in (("off_diagonal", off_diagonal, OffDiagonal), ("method", method, Method)):
        if value not in get_args(words):
            raise ChoiceError(parameter, value, get_args(words))
    for parameter, number in (("restarts", restarts), ("permutations", permutations)):
        if number < 0:
            raise ParameterRangeError(parameter, number, "whole numbers of 0 or more")
    missing = Missing.asked(missing_rate, draws, rng)
    of_search, of_null = seeds(0 if rng is None else rng, 2)
    network = read_ties(ties, directed=False)

    tied = network.tied
    place = np.cumsum(tied) - 1
    n, i, j, w = int(tied.sum()), place[network.i], place[network.j], network.w
    if method == "exact" and n > MOST:
        raise ParameterRangeError("method", method, f"networks of up to {MOST} tied actors, and this has {n}")
    exact = method == "exact" or (method == "auto" and n <= ALWAYS)
    # The network itself, what chance makes of it and what missing ties leave are all searched alike.
    search: dict[str, Any] = {"off_diagonal": off_diagonal, "exact": exact, "restarts": restarts}
    core, correlation, n_equivalent = best_split(n, i, j, w, **search, rng=np.random.default_rng(of_search))
    p_value = None
    if core is not None and permutations:
        draw = partial(null_correlation, n=n, **search)
        chance = replicate(draw, permutations, arrays=(w,), rng=of_null)
        # As in any permutation test, the network itself is one of those that chance could make.
        p_value = (1 + sum(one >= correlation - NEAR for one in chance)) / (1 + permutations)
    near = coreness(n, i, j, w)
    columns: dict[str, Any] = {}
    if missing is not None:
        drawn = partial(_drawn, n=network.n, **search)
        columns = _bands(missing.draw(network, drawn), _spread(near, tied, tied))
    table = table_of(
        {
            "actor": network.actors,
            "core": _spread(np.zeros(n, bool) if core is None else core, tied, tied & (core is not None)),
            "coreness": _spread(near, tied, tied),
            "k_core": _spread(core_numbers(n, i, j), tied, tied),
            **columns,
        }
    )
    return CorePeriphery(
        table=table,
        correlation=None if core is None else correlation,
        p_value=p_value,
        method="exact" if exact else "search",
        n_core=0 if core is None else int(core.sum()),
        n_equivalent=n_equivalent,
        **network.facts(),
    )


def _drawn(
    rng: np.random.Generator, i: Ids, j: Ids, w: Array, *, n: int, off_diagonal: OffDiagonal, exact: bool, restarts: int
) -> Array:
    """Tell core and coreness of the ties that are left, shape (2, n); NaN for who has none left."""
    tied = np.bincount(i, minlength=n) + np.bincount(j, minlength=n) > 0
    place = np.cumsum(tied) - 1
    found = np.full((2, n), np.nan)
    edges = int(tied.sum()), place[i], place[j], w
    core = best_split(*edges, off_diagonal=off_diagonal, exact=exact, restarts=restarts, rng=rng).core
    found[0, tied] = np.nan if core is None else core
    found[1, tied] = coreness(*edges)
    return found


def _bands(drawn: Array, near: pa.Array) -> dict[str, Array]:
    """Count the draws in which each actor is in the core, and band its coreness."""
    cores, coreness_drawn = drawn[:, 0], drawn[:, 1]
    known = np.isfinite(cores).sum(axis=0)
    low, high = reaching(coreness_drawn, near.to_numpy(zero_copy_only=False).astype(float))
    return {
        "core_share": np.nansum(cores, axis=0) / np.where(known > 0, known, np.nan),
        "coreness_low": low,
        "coreness_high": high,
    }


def _spread(values: Any, tied: Flags, known: Flags) -> pa.Array:
    """Give the values of actors with ties to all; null where nothing is known."""
    column = np.zeros(len(tied), values.dtype)
    column[tied] = values
    return pa.array(column, mask=~known)
