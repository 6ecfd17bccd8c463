"""What every measure of a network tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypedDict

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import Result
from industria.core.table import Table, as_table

LEFT_OUT: Final = {
    "column": "column that says that the row is no tie [name]",
    "value": "what stands there [name]",
    "problem": "why it is left out [name]",
}
"""What the columns of rows that are left out mean."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class NetworkResult(Result):
    """What a measure says of a network, and what of its rows is no tie.

    Attributes
    ----------
    table : Table
        The answer.
    n_actors, n_ties : int
        Actors, and ties between two of them; a tie told in several rows counts once.
    n_self_ties, n_zero_ties : int
        Rows left out: ties of an actor with itself, and ties of weight 0.
    left_out : Table
        These rows: `from_actor, to_actor, column, value, problem`.
    """

    n_actors: int
    n_ties: int
    n_self_ties: int
    n_zero_ties: int
    left_out: Table


class Counts(TypedDict):
    """What every measure of a network tells besides."""

    n_actors: int
    n_ties: int
    n_self_ties: int
    n_zero_ties: int
    left_out: Table


def table_of(columns: Mapping[str, Any], known: npt.NDArray[np.bool_] | None = None) -> Table:
    """Make a table of arrays; NaN is null, and so is all but the labels where nothing is known."""
    made = {
        name: values
        if isinstance(values, pa.Array | pa.ChunkedArray)
        else pa.array(values, mask=None if known is None else ~known)
        for name, values in columns.items()
    }
    return as_table(pa.table(made), "network")
