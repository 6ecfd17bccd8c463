"""Two correspondences, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from industria.classifications._links import Links, read_links, spread_over
from industria.classifications._rows import codes_of, table_of
from industria.core.bridge import SUM
from industria.core.codes import check_vintage, sides
from industria.core.encoding import Array, Ids, encode, groups
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table
from industria.errors import UsageError
from industria.kernels import bridges

__all__ = ["Composition", "composition"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Composition(Result):
    """A correspondence from the first classification to the last.

    Attributes
    ----------
    table : Table
        One row a group and link; what no code of the last takes has no destination code.
    kept_share : float or None
        Average part of an origin code that arrives, all origin codes counting the same.
    lost_codes : int
        Origin codes, in all groups, of which nothing arrives.
    """

    kept_share: float | None
    lost_codes: int


@measure(
    gives={
        "origin_code": "code that is left [code]",
        "destination_code": "code that is reached; null for what the second does not take [code]",
        "weight": "part of the origin code that goes there [fraction]",
        "partial": "whether a link on the way is marked as covering a part of the code [1]",
        "basis": "both classifications and both weights, in order [name]",
    },
    cites="Pierce & Schott (2012), Concording U.S. Harmonized System Codes over Time, JOS 28(1), 53-68",
    design="descriptive",
)
def composition(first: TableLike, second: TableLike) -> Composition:
    """Go over one correspondence and then over another.

    Weights are the product of the two matrices. What the first brings to codes that
    the second does not have is lost: it stands in rows without a destination code, so
    that weights still sum to one and a table carried over counts it as unmapped.

    Parameters
    ----------
    first : Table
        As `correspondence` gives it; further columns of labels are groups.
    second : Table
        The same, from the codes at which the first ends. Its groups are among those of
        the first, or the first has none.

    Returns
    -------
    Composition
        One row a group and link; without links, none. Null destinations are losses.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If weights are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled by a spreadsheet, notes, in two cases, or if
        the first ends at codes to which the second leads.
    MissingValueError
        If an origin code or a weight is missing.
    DuplicateRowError, NegativeWeightError, WeightSumError
        If a link stands twice, or weights are below zero or do not sum to 1.
    UsageError
        If both have groups that the other has not.
    """
    first = as_table(first, "first", "origin_code", "destination_code", "weight")
    second = as_table(second, "second", "origin_code", "destination_code", "weight")

    one, other = read_links(first, "first"), read_links(second, "second")
    arrives = one.d >= 0
    weights = np.bincount(one.d[arrives], one.weight[arrives], len(one.ends)).tolist()
    reached = dict(zip(one.ends, weights, strict=True))
    check_vintage(reached, other.origins, other.ends, "first", "destination_code", sides(other.basis))
    if not set(other.by) <= set(one.by):
        if one.by:
            raise UsageError(f"composition: first has groups {list(one.by)} and second {list(other.by)}; share them.")
        one, _, _ = spread_over(one, other.by, other.rows)
    columns, kept = _product(one, other)
    return Composition(
        table=table_of(columns),
        kept_share=float(kept.mean()) if len(kept) else None,
        lost_codes=int((kept <= SUM).sum()),
    )


def _product(one: Links, other: Links) -> tuple[dict[str, Any], Array]:
    """Multiply the matrices of all groups at once; tell how much of every origin arrives."""
    (A, part_A), (B, part_B), named, first = _matrices(one, other)
    C = bridges.composition(A, B)
    partial = csr_array(part_A @ B + A @ part_B)
    kept = np.asarray(C.sum(axis=1)).ravel() if C.nnz else np.zeros(C.shape[0])
    short = np.flatnonzero(kept < 1.0 - SUM)
    links = C.tocoo()
    rows = np.concatenate([links.row, short]).astype(np.int64)
    ends = np.concatenate([links.col, np.full(len(short), -1)]).astype(np.int64)
    flags = np.asarray(partial[links.row, links.col]).ravel() > 0 if links.nnz else np.zeros(0, bool)
    n = max(len(one.origins), 1)
    keys = one.keys.take(first[rows])
    return {
        **{name: keys[name] for name in one.by},
        "origin_code": codes_of(one.origins, named[rows] % n),
        "destination_code": codes_of(other.ends, ends),
        "weight": np.concatenate([links.data, 1.0 - kept[short]]),
        "partial": np.concatenate([flags, np.zeros(len(short), bool)]),
        "basis": [f"{one.basis} | {other.basis}"] * len(rows),
    }, kept


def _matrices(one: Links, other: Links) -> tuple[tuple[csr_array, csr_array], tuple[csr_array, csr_array], Ids, Ids]:
    """Lay both out over the codes at which they meet, a block a group; with them their partial links."""
    _, (here, there) = groups(other.by, first=one.keys, second=other.keys)
    _, (reached, left) = encode(
        *(pa.chunked_array([pa.array(codes, pa.string())]) for codes in (one.ends, other.origins))
    )
    arrives = one.d >= 0
    meeting, place = np.unique(
        np.concatenate(
            [
                here[arrives] * (len(reached) + len(left)) + reached[one.d[arrives]],
                there * (len(reached) + len(left)) + left[other.i],
            ]
        ),
        return_inverse=True,
    )
    named, first, row = np.unique(one.rows_of_matrix, return_index=True, return_inverse=True)
    shape_A, shape_B = (len(named), len(meeting)), (len(meeting), len(other.ends))
    to, frm = place[: int(arrives.sum())], place[int(arrives.sum()) :]
    goes = other.d >= 0
    on_A, on_B = (row[arrives], to), (frm[goes], other.d[goes])
    w_A, w_B = one.weight[arrives], other.weight[goes]
    return (
        (csr_array((w_A, on_A), shape=shape_A), csr_array((w_A * one.partial[arrives], on_A), shape=shape_A)),
        (csr_array((w_B, on_B), shape=shape_B), csr_array((w_B * other.partial[goes], on_B), shape=shape_B)),
        named,
        first,
    )
