"""Structural holes: who reaches contacts that do not reach one another."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.table import TableLike
from industria.ecosystems._missing_ties import Missing
from industria.ecosystems._network import LEFT_OUT, NetworkResult, table_of
from industria.ecosystems._ties import Array, Ids, Ties, pairs, read_ties
from industria.kernels import structural_holes as kernel

__all__ = ["structural_holes"]

GIVES: Final = {
    "actor": "who has the ties [name]",
    "degree": "contacts, in either direction [count]",
    "effective_size": "contacts less those whom other contacts reach as well [count]",
    "efficiency": "effective size over contacts [fraction]",
    "constraint": "how far contacts who know one another bind the actor [index]",
    "hierarchy": "how much of the constraint comes from few contacts [fraction]",
    "effective_size_low": "lower end of its band where ties are missing; only with `missing_rate` [count]",
    "effective_size_high": "upper end [count]",
    "constraint_low": "lower end of the band of the constraint where ties are missing [index]",
    "constraint_high": "upper end [index]",
    **LEFT_OUT,
}
BANDED: Final = ("effective_size", "constraint")


@measure(
    gives=GIVES,
    cites="Burt (1992), Structural Holes: The Social Structure of Competition, Harvard University Press, ch. 2",
    design="descriptive",
)
def structural_holes(
    ties: TableLike,
    *,
    directed: bool = False,
    missing_rate: float | None = None,
    draws: int = 100,
    rng: int | None = None,
) -> NetworkResult:
    """Effective size, efficiency, constraint and hierarchy of every actor's contacts.

    An actor whose contacts do not know one another stands between them; one whose
    contacts all know one another is bound by them. With p the part of an actor's ties
    that goes to a contact, in both directions, constraint adds up over contacts the
    square of the part that reaches each, straight and through one other contact.

    Parameters
    ----------
    ties : Table
        `from_actor, to_actor`; if there, `weight` (0 or more). Rows of one pair are one
        tie; their weights add up.
    directed : bool
        Whether ties of both directions between two actors count as two.
    missing_rate : float, optional
        Probability with which each tie is left out of a draw. Bands of effective size and constraint then
        reach from what is seen to where nine draws of ten lie; draws in which an actor has lost all ties
        do not count. They tell what missing ties do to a measure, not what the network with all ties has.
    draws : int
        Networks drawn for the bands.
    rng : int, optional
        Seed of the draws; 0 where it is not told.

    Returns
    -------
    NetworkResult
        One row an actor. One without ties has a degree of 0 and null besides; one with
        a single contact has no hierarchy.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    EmptyTableError
        If there are no ties.
    NegativeValueError, InfiniteValueError
        If a weight is negative or infinite.
    ParameterRangeError, UsageError
        If a parameter is out of range, or `rng` is no seed.

    Examples
    --------
    The office reaches a laboratory that the mill and the sewing room do not know.

    >>> import pandas as pd
    >>> ties = pd.DataFrame({
    ...     "from_actor": ["office", "office", "office", "mill"],
    ...     "to_actor": ["mill", "sewer", "lab", "sewer"],
    ... })
    >>> found = structural_holes(ties).to_pandas()
    >>> print(found[["actor", "degree", "effective_size", "constraint"]].round(3).to_string(index=False))
     actor  degree  effective_size  constraint
       lab       1           1.000       1.000
      mill       2           1.000       1.007
    office       3           2.333       0.611
     sewer       2           1.000       1.007

    If a fifth of the ties were missing, the office could look as bound as anyone.

    >>> found = structural_holes(ties, missing_rate=0.2, rng=1).to_pandas()
    >>> print(found[["actor", "constraint", "constraint_low", "constraint_high"]].round(3).to_string(index=False))
     actor  constraint  constraint_low  constraint_high
       lab       1.000           1.000            1.000
      mill       1.007           0.500            1.125
    office       0.611           0.492            1.125
     sewer       1.007           0.500            1.125
    """
    missing = Missing.asked(missing_rate, draws, rng)
    network = read_ties(ties, directed=directed)

    i, j, s = network.undirected()
    found = kernel.structural_holes(network.n, i, j, s)
    table = table_of(
        {
            "actor": network.actors,
            "degree": found.degree,
            "effective_size": found.effective_size,
            "efficiency": found.effective_size / np.where(found.degree > 0, found.degree, np.nan),
            "constraint": found.constraint,
            "hierarchy": found.hierarchy,
            **_bands(network, missing, _both(found)),
        }
    )
    return NetworkResult(table=table, **network.facts())


def _bands(network: Ties, missing: Missing | None, value: Array) -> dict[str, Array]:
    if missing is None:
        return {}
    low, high = missing.band(network, partial(_drawn, n=network.n), value)
    ends = {"low": low, "high": high}
    return {f"{name}_{end}": ends[end][:, k] for k, name in enumerate(BANDED) for end in ends}


def _drawn(rng: np.random.Generator, i: Ids, j: Ids, w: Array, *, n: int) -> Array:
    """Take both measures of the ties that are left."""
    return _both(kernel.structural_holes(n, *pairs(n, np.minimum(i, j), np.maximum(i, j), w)))


def _both(found: kernel.Holes) -> Array:
    return np.column_stack([found.effective_size, found.constraint])
