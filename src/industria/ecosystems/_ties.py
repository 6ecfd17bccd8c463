"""Ties between actors, read once for every measure of their network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import TableLike, as_table, collect
from industria.ecosystems._actor_labels import Labels, first_wrong, kind_of, refuse_gaps, refuse_kind
from industria.ecosystems._network import Counts
from industria.errors import (
    ColumnTypeError,
    EmptyTableError,
    InfiniteValueError,
    NegativeValueError,
    UnknownLabelError,
)

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

ENDS: Final = ("from_actor", "to_actor")


@dataclass(frozen=True, slots=True)
class Ties:
    """A network in numbers.

    Attributes
    ----------
    actors : pyarrow.Array
        Labels in order; those without a tie too.
    i, j : array, shape (m,)
        From whom to whom, every tie once, in order; without direction i < j.
    w : array, shape (m,)
        Weights, 1 where none are told.
    weighted : bool
        Whether weights are told.
    n_self_ties, n_zero_ties : int
        Rows that are no tie.
    left_out : pyarrow.Table
        These rows, and why.
    """

    actors: Labels
    i: Ids
    j: Ids
    w: Array
    weighted: bool
    n_self_ties: int
    n_zero_ties: int
    left_out: pa.Table

    @property
    def n(self) -> int:
        """How many actors there are."""
        return len(self.actors)

    @property
    def tied(self) -> npt.NDArray[np.bool_]:
        """Which actors have a tie, shape (n,)."""
        return (np.bincount(self.i, minlength=self.n) + np.bincount(self.j, minlength=self.n)) > 0

    def facts(self) -> Counts:
        """Count actors, ties and what was left out."""
        return Counts(
            n_actors=self.n,
            n_ties=len(self.i),
            n_self_ties=self.n_self_ties,
            n_zero_ties=self.n_zero_ties,
            left_out=as_table(self.left_out, "left out"),
        )

    def undirected(self) -> tuple[Ids, Ids, Array]:
        """Every pair with a tie once, i < j, and the weight of both directions together."""
        return pairs(self.n, np.minimum(self.i, self.j), np.maximum(self.i, self.j), self.w)


def read_ties(data: TableLike, *, directed: bool, actors: Labels | None = None, listed: str = "actors") -> Ties:
    """Read ties; those of an actor with itself, and those of weight 0, are counted and left out.

    Several rows of one pair are one tie; their weights, where told, add up.

    Parameters
    ----------
    data : table
        `from_actor, to_actor`; if there, `weight`.
    directed : bool
        Whether a tie from one to another differs from the one back.
    actors : pyarrow.Array, optional
        All that there are, in order; None takes those of the ties.
    listed : str
        The table that lists them.

    Returns
    -------
    Ties
        The same for any order of rows.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError
        If there are no rows, a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError
        If a weight is.
    UnknownLabelError
        If an actor is not listed.
    """
    table = as_table(data, "ties", *ENDS)
    there = table.collect_schema()
    weighted = "weight" in there
    rows = collect(table.select(*ENDS, *(["weight"] if weighted else [])))
    if not rows.num_rows:
        raise EmptyTableError("ties")
    for column in rows.column_names:
        refuse_gaps(rows, "ties", column)
    for column in ENDS:
        refuse_kind("ties", column, there[column], there["from_actor"] if actors is None else kind_of(actors))
    actors, i, j = _numbered(rows, actors, listed)
    w = _weights(rows, there["weight"]) if weighted else np.ones(rows.num_rows)
    own, none = i == j, (i != j) & (w == 0)
    left_out = _left_out(actors, i, j, own, none)
    i, j, w = (column[~own & ~none] for column in (i, j, w))
    if not directed:
        i, j = np.minimum(i, j), np.maximum(i, j)
    i, j, w = pairs(len(actors), i, j, w)
    if not weighted:
        w = np.ones(len(i))
    return Ties(actors, i, j, w, weighted, n_self_ties=int(own.sum()), n_zero_ties=int(none.sum()), left_out=left_out)


def pairs(n: int, i: Ids, j: Ids, w: Array) -> tuple[Ids, Ids, Array]:
    """Add up the weights of every pair, and order the pairs; the same to the bit for any order."""
    keys = i * n + j
    order = np.lexsort((w, keys)) if len(w) and (w != w[0]).any() else np.argsort(keys)
    keys, w = keys[order], w[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    return keys[first] // max(n, 1), keys[first] % max(n, 1), np.add.reduceat(w, first) if len(first) else w


def _numbered(rows: pa.Table, actors: Labels | None, listed: str) -> tuple[Labels, Ids, Ids]:
    """Give each label its place, and the ends of every row theirs."""
    chunks = [chunk for column in ENDS for chunk in rows[column].chunks]
    coded = pa.chunked_array(chunks).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    found = coded.dictionary
    if actors is None:
        actors = found.take(pc.array_sort_indices(found))
    place = pc.index_in(found, value_set=actors)
    if place.null_count:
        stranger = found[place.is_null().index(True).as_py()]
        column = next(column for column in ENDS if pc.any(pc.equal(rows[column], stranger)).as_py())
        known = [str(label) for label in actors.to_pylist()]
        raise UnknownLabelError("ties", column, str(stranger.as_py()), listed, known)
    numbers = place.to_numpy(zero_copy_only=False).astype(np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
    return actors, numbers[: rows.num_rows], numbers[rows.num_rows :]


def _left_out(actors: Labels, i: Ids, j: Ids, own: npt.NDArray[np.bool_], none: npt.NDArray[np.bool_]) -> pa.Table:
    """List the rows that are no tie, by their labels."""
    rows = np.flatnonzero(own | none)
    rows = rows[np.lexsort((j[rows], i[rows]))]
    first, second, self_tie = actors.take(pa.array(i[rows])), actors.take(pa.array(j[rows])), pa.array(own[rows])
    return pa.table(
        {
            "from_actor": first,
            "to_actor": second,
            "column": pc.if_else(self_tie, "to_actor", "weight"),
            "value": pc.if_else(self_tie, second.cast(pa.string()), "0"),
            "problem": pc.if_else(self_tie, "a tie of an actor with itself is none", "a tie of weight 0 is none"),
        }
    )


def _weights(rows: pa.Table, kind: nw.dtypes.DType) -> Array:
    if kind not in (nw.Int64, nw.Float64):
        raise ColumnTypeError("ties", "weight", "numbers", str(kind).lower())
    w = np.asarray(rows["weight"].to_numpy(), float)
    if (endless := np.isinf(w)).any():
        raise InfiniteValueError("ties", "weight", int(endless.sum()), first_wrong(rows, endless))
    if (below := w < 0).any():
        raise NegativeValueError(
            "ties", "weight", "a weight", int(below.sum()), float(w[below][0]), first_wrong(rows, below)
        )
    return w
