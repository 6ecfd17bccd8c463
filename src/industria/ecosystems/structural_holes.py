"""Structural holes: who reaches contacts that do not reach one another."""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.table import TableLike
from industria.ecosystems._ties import NetworkResult, read_ties, table_of
from industria.kernels import structural_holes as kernel

__all__ = ["structural_holes"]

GIVES: Final = {
    "actor": "who has the ties [name]",
    "degree": "contacts, in either direction [count]",
    "effective_size": "contacts less those whom other contacts reach as well [count]",
    "efficiency": "effective size over contacts [fraction]",
    "constraint": "how far contacts who know one another bind the actor [index]",
    "hierarchy": "how much of the constraint comes from few contacts [fraction]",
}


@measure(
    gives=GIVES,
    cites="Burt (1992), Structural Holes: The Social Structure of Competition, Harvard University Press, ch. 2",
    design="descriptive",
)
def structural_holes(ties: TableLike, *, directed: bool = False) -> NetworkResult:
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
    """
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
        }
    )
    return NetworkResult(table=table, **network.facts())
