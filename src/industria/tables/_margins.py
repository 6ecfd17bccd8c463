"""Cells of records with the margins that trees of codes ask for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.relations import ask, relation_of
from industria.core.table import Table, TableLike, as_table
from industria.core.trees import Trees, above, read_trees
from industria.errors import ExcludedParameterError, HierarchyError, hint
from industria.tables._cube import Cube, Digit
from industria.tables._records import Records

__all__ = ["cells_of", "hierarchies_of", "trees_of"]

LARGEST: Final = 2**62
FLAT: Final = ""
"""Name of the tree of a dimension that none is told of."""


def trees_of(records: Records, hierarchies: TableLike | None, *, margins: bool, total: str) -> dict[str, Trees]:
    """Read the trees of all dimensions and hold the codes of the records to them; none without margins.

    Raises
    ------
    ExcludedParameterError
        If trees, or a code of margins, are told and no margins asked for.
    HierarchyError
        If codes make no tree, or those of the records are not at its end.
    """
    if not margins:
        if hierarchies is not None:
            raise ExcludedParameterError("hierarchies", "margins=False", "it tells nothing but margins")
        if total != "Total":
            raise ExcludedParameterError("total", "margins=False", "it is the code of margins")
        return {}
    told = read_trees(hierarchies, records.by, total)
    trees: dict[str, Trees] = {}
    for name, codes in zip(records.by, records.codes, strict=True):
        if total in codes:
            raise HierarchyError(name, f"records hold {total!r}, the code of margins; leave totals out, or say total=")
        trees[name] = told.get(name) or {FLAT: dict.fromkeys(codes, total)}
        _check_codes(name, codes, trees[name])
    return trees


def _check_codes(name: str, codes: Sequence[str], trees: Trees) -> None:
    ends = above(trees, name)
    parents = {parent for tree in trees.values() for parent in tree.values()}
    inner = sorted(parents.intersection(codes))
    if inner:
        raise HierarchyError(name, f"records hold {inner[0]!r}, which others add up to; give them a code of its own")
    strange = [code for code in codes if code not in ends]
    if strange:
        # The code itself may be what a record must not tell, as where a name stands in the wrong column.
        near = hint(strange[0], list(ends))
        raise HierarchyError(name, f"{len(strange)} of the {len(codes)} codes of records stand in no tree.{near}")


def hierarchies_of(trees: dict[str, Trees]) -> Table:
    """Write all trees as `dimension, hierarchy, code, parent`."""
    rows = [
        (name, label, code, parent)
        for name, of in trees.items()
        for label, tree in of.items()
        for code, parent in tree.items()
    ]
    return _texts(("dimension", "hierarchy", "code", "parent"), rows)


def cells_of(records: Records, trees: dict[str, Trees], *columns: str) -> Table:
    """Add records up to cells and margins; nothing is computed yet.

    Parameters
    ----------
    records : Records
        Checked.
    trees : dict of str to Trees
        Of all dimensions; none for no margins.
    *columns : str
        "value" and "count", as wanted.

    Returns
    -------
    Table
        The dimensions, `columns` and what disclosure control needs of them.
    """
    cube, beside = _cube(records, trees, columns)
    found = ask(cube.sql(), records=records.rows, **beside)
    labels = [nw.col(key).alias(name) for key, name in zip(records.keys, records.by, strict=True)]
    support = [name for name in found.collect_schema().names() if name not in (*records.keys, *columns)]
    return found.select(*labels, *(nw.col(c).cast(nw.Float64) for c in columns), *support)


def _cube(records: Records, trees: dict[str, Trees], columns: Sequence[str]) -> tuple[Cube, dict[str, Any]]:
    """Give cells numbers, and put the tables of their codes beside the records."""
    dimensions = range(len(records.by))
    ends = [above(trees[name], name) if trees else {} for name in records.by]
    # Codes of records, and all that they are part of.
    known = [sorted({*of, *(up for code in of for up in ends[d].get(code, ()))}) for d, of in enumerate(records.codes)]
    # The dimension with the fewest margins first: units that are in several of its codes alone are soon settled.
    order = sorted(dimensions, key=lambda d: (max(map(len, ends[d].values()), default=0), d))
    near: Table = nw.from_native(records.rows)
    digits: list[Digit] = []
    beside: dict[str, Any] = {}
    stride = prod(map(len, known))
    if stride > LARGEST:
        raise HierarchyError(records.by[order[0]], f"its codes and those of the others make {stride:.1e} cells")
    for d in order:
        stride //= max(1, len(known[d]))
        place = {code: i for i, code in enumerate(known[d])}
        digits.append(Digit(d, stride, len(known[d]), margins=bool(trees)))
        codes = pa.table({"code": pa.array(known[d], pa.string()), "place": pa.array(range(len(place)), pa.int64())})
        steps = [(place[code], up) for code in records.codes[d] for up in ends[d].get(code, ()) if up != code]
        ups = {
            "place": pa.array([at for at, _ in steps], pa.int64()),
            "step": pa.array([(place[up] - at) * stride for at, up in steps], pa.int64()),
        }
        tables = {f"code{d}": codes, f"above{d}": pa.table(ups)}
        beside |= {word: relation_of(as_table(rows, word, near=near)) for word, rows in tables.items()}
    by_unit, by_holding = records.unit is not None, records.holding is not None
    weighted = records.weight is not None
    return Cube(digits=digits, columns=columns, by_unit=by_unit, by_holding=by_holding, weighted=weighted), beside


def _texts(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    made = zip(*rows, strict=True) if rows else [[]] * len(columns)
    return as_table(
        pa.table({c: pa.array(list(of), pa.string()) for c, of in zip(columns, made, strict=True)}), "codes"
    )
