"""Correspondences as arrays: the links of all groups, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from industria.core.bridge import SUM
from industria.core.codes import RowOf, check_form, check_kinds, nowhere
from industria.core.encoding import Array, Groups, Ids, encode, groups, meet
from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import DuplicateRowError, MissingValueError, NegativeWeightError, WeightSumError

LINK: Final = ("origin_code", "destination_code", "weight", "partial", "basis")

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Links:
    """A correspondence with weights, one entry a link.

    Attributes
    ----------
    by : tuple of str
        Its columns of groups.
    rows : pyarrow.Table
        The columns `by` of the links.
    origins, ends : list of str
        Codes of both sides, sorted.
    group, i, d : array, shape (n,)
        Group, origin and destination of a link; `d` is -1 for weight that a composition lost.
    weight : array, shape (n,)
        They sum to 1 in every origin of a group.
    partial : array of bool, shape (n,)
        The publisher's mark.
    basis : str
        The first basis in the order of letters.
    """

    name: str
    by: tuple[str, ...]
    rows: pa.Table
    origins: list[str]
    ends: list[str]
    group: Ids
    i: Ids
    d: Ids
    weight: Array
    partial: Truth
    basis: str

    @property
    def keys(self) -> pa.Table:
        """The columns `by`, or numbers: a table without columns forgets how many rows it has."""
        return self.rows if self.by else pa.table({"link": self.i})

    @property
    def rows_of_matrix(self) -> Ids:
        """One number for every origin in every group."""
        return self.group * max(len(self.origins), 1) + self.i


def read_links(data: TableLike, name: str, by: Sequence[str] | None = None, near: Table | None = None) -> Links:
    """Read a correspondence as `classifications.correspondence` makes it.

    Parameters
    ----------
    data : table
        `origin_code, destination_code, weight`; `partial`, `basis` and columns of groups where it has them.
    name : str
        What error messages call it.
    by : sequence of str, optional
        Which columns may be groups; without it all others that hold labels.
    near : Table, optional
        The table whose engine it joins.

    Returns
    -------
    Links
        Checked: no gaps, no link twice, weights that sum to 1.
    """
    table = as_table(data, name, *LINK[:3], near=near)
    check_kinds(table, name, LINK[:2], LINK[2:3])
    schema = table.collect_schema()
    there = schema.names()
    # Truth values and fractions beside a link are notes of its publisher, no groups.
    labels = [c for c in there if c not in (*LINK, "title") and schema[c] not in (nw.Boolean, nw.Float64)]
    keys = tuple(labels if by is None else [c for c in by if c in there])
    wanted = [*keys, *(c for c in LINK if c in there)]
    rows = collect(table.select(*wanted)).sort_by([(c, "ascending") for c in (*keys, *LINK[:2])])
    for column in ("origin_code", "weight"):
        if rows[column].null_count:
            gap = rows[column].is_null().index(True).as_py()
            where = f"destination_code = {rows['destination_code'][gap].as_py()!r}"
            raise MissingValueError(name, column, rows[column].null_count, rows.num_rows, where)
    found = _numbered(rows, name, keys, LINK[:2])
    _refuse_weights(found)
    return found


def read_pattern(
    data: TableLike,
    *,
    origin_code: str,
    destination_code: str,
    by: Sequence[str],
    partial: str | None,
    given: bool,
    row_of: Sequence[RowOf] = (),
) -> Links:
    """Read links that have no weights yet, or those of their publisher.

    Parameters
    ----------
    data : table
        The links.
    origin_code, destination_code : str
        Its columns of codes.
    by : sequence of str
        Its columns of groups.
    partial : str, optional
        Its column of marks; `partial` without it, where there is one.
    given : bool
        Whether `weight` is taken; 1 a link otherwise.
    row_of : sequence of callables, optional
        From a code of either side to its first row in the caller's table.

    Returns
    -------
    Links
        Checked: no gaps, no link twice, no weight below zero.
    """
    named = [origin_code, destination_code, *(["weight"] if given else []), *([partial] if partial else [])]
    table = as_table(data, "links", *named, *by)
    there = table.collect_schema().names()
    mark = partial or ("partial" if "partial" in there else None)
    check_kinds(table, "links", named[:2], ["weight"] if given else [])
    chosen = {
        "origin_code": nw.col(origin_code),
        "destination_code": nw.col(destination_code),
        "weight": nw.col("weight").cast(nw.Float64) if given else nw.lit(1.0),
        "partial": nw.lit(False) if mark is None else nw.col(mark),
    }
    rows = collect(table.select(*by, **chosen)).sort_by([(c, "ascending") for c in (*by, *LINK[:2])])
    for column, said in zip(LINK[:3], (*named[:2], "weight"), strict=True):
        if rows[column].null_count:
            gap = rows[column].is_null().index(True).as_py()
            other = "destination_code" if column == "origin_code" else "origin_code"
            where = f"{other} = {rows[other][gap].as_py()!r}"
            raise MissingValueError("links", said, rows[column].null_count, rows.num_rows, where)
    found = _numbered(rows, "links", tuple(by), named[:2], row_of)
    if len(found.weight) and found.weight.min() < 0:
        raise NegativeWeightError("links", "weight", float(found.weight.min()))
    return found


def _numbered(
    rows: pa.Table, name: str, keys: tuple[str, ...], columns: Sequence[str], row_of: Sequence[RowOf] = ()
) -> Links:
    (origins, (i,)), (ends, (d,)) = encode(rows["origin_code"]), encode(rows["destination_code"])
    for column, labels, row in zip(columns, (origins, ends), (row_of or [nowhere, nowhere]), strict=True):
        check_form(labels.to_pylist(), name, column, row)
    _, (group,) = groups(keys, **{name: rows})
    told = rows.column_names
    basis = sorted(pc.unique(rows["basis"].drop_null()).to_pylist()) if "basis" in told else []
    found = Links(
        name=name,
        by=keys,
        rows=rows.select(list(keys)),
        origins=origins.to_pylist(),
        ends=ends.to_pylist(),
        group=group,
        i=i,
        d=d,
        weight=np.asarray(rows["weight"].cast(pa.float64()).to_numpy(), dtype=np.float64),
        partial=marked(rows["partial"]) if "partial" in told else np.zeros(len(i), bool),
        basis=basis[0] if basis else "origin -> destination: given",
    )
    _refuse_twice(found)
    return found


def spread_over(links: Links, by: Sequence[str], table: pa.Table) -> tuple[Links, Groups, Ids]:
    """Repeat links for every group of a table; links with groups of their own meet theirs.

    Returns
    -------
    Links, Groups, array
        The links by group; the groups; the group of every row of the table.
    """
    every, (own,) = groups(by, table=table)
    if links.by:
        _, (theirs, mine) = groups(links.by, links=links.rows, groups=every.labels)
        group, link = meet(mine, theirs)
    else:
        group, link = meet(np.zeros(every.size, np.int64), np.zeros(len(links.i), np.int64))
    spread = replace(
        links,
        by=tuple(by),
        rows=pa.table(every.columns(group)),
        group=group,
        i=links.i[link],
        d=links.d[link],
        weight=links.weight[link],
        partial=links.partial[link],
    )
    return spread, every, own


def marked(column: pa.ChunkedArray) -> Truth:
    """Tell partial links: true, a number that is not 0, or a mark such as `*`, `p`, `Part of`."""
    if pa.types.is_boolean(column.type):
        return np.asarray(column.fill_null(False).to_numpy(), dtype=bool)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        text = pc.utf8_lower(pc.utf8_trim_whitespace(column.fill_null("")))
        return ~np.asarray(pc.is_in(text, pa.array(["", "0", "false", "no"], text.type)).to_numpy(), dtype=bool)
    return np.asarray(pc.not_equal(column.cast(pa.float64()).fill_null(0.0), 0.0).to_numpy(), dtype=bool)


def matrix(rows: Ids, columns: Ids, data: Array, width: int) -> tuple[csr_array, Ids, Ids]:
    """Lay links out as a sparse matrix of the rows that occur.

    Returns
    -------
    csr_array, array, array
        The matrix; which row number each matrix row has; where each entry came from.
    """
    named, place = np.unique(rows, return_inverse=True)
    order = np.lexsort((columns, place))
    starts = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(named)))]).astype(np.int64)
    laid = csr_array((data[order], columns[order], starts), shape=(len(named), width))
    return laid, named, order


def _refuse_twice(links: Links) -> None:
    keys = links.rows_of_matrix * (len(links.ends) + 1) + links.d + 1
    _, first, times = np.unique(keys, return_index=True, return_counts=True)
    twice = np.flatnonzero(times > 1)
    if len(twice):
        link = first[twice[0]]
        end = links.ends[links.d[link]] if links.d[link] >= 0 else None
        pair = f"({links.origins[links.i[link]]!r}, {end!r})"
        raise DuplicateRowError(links.name, (*links.by, *LINK[:2]), pair, int(times[twice[0]]), len(twice))


def _refuse_weights(links: Links) -> None:
    if not len(links.weight):
        return
    if links.weight.min() < 0:
        raise NegativeWeightError(links.name, "weight", float(links.weight.min()))
    named, place = np.unique(links.rows_of_matrix, return_inverse=True)
    sums = np.bincount(place, links.weight)
    off = np.flatnonzero(~(np.abs(sums - 1.0) <= SUM))
    if len(off):
        code = links.origins[named[off[0]] % len(links.origins)]
        raise WeightSumError(links.name, code, float(sums[off[0]]), len(off))
