"""Which codes add up to which, dimension by dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from industria.core.table import TableLike, as_table, collect
from industria.errors import HierarchyError, MissingValueError, hint, listing

__all__ = ["Dimension", "dimensions"]

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a table.

    Attributes
    ----------
    name : str
        The column.
    codes : list of str
        Its codes and all that they add up to, in order.
    parents : list of array of int, each of shape (n_codes,)
        For each tree the code that a code adds up to, -1 where it has none there.
    """

    name: str
    codes: list[str]
    parents: list[Ids]


def dimensions(
    labels: dict[str, Sequence[str]], hierarchies: TableLike | None, total: str, table: str
) -> list[Dimension]:
    """Read the trees of all dimensions; one that no tree is told of is flat.

    Parameters
    ----------
    labels : dict of str to sequence of str
        By dimension, the codes that stand in the table.
    hierarchies : Table, optional
        `dimension, code, parent` and, where a dimension has several trees, `hierarchy`.
    total : str
        The root of each tree.
    table : str
        What error messages call the table.

    Raises
    ------
    MissingValueError
        If a code, a parent or a dimension is missing.
    HierarchyError
        If a dimension is not of the table, or a code has two parents in one tree, is its own ancestor, does not
        lead to the total, or is in no tree.
    """
    trees = _trees(hierarchies, list(labels), total)
    return [_dimension(name, list(codes), trees.get(name, {}), total, table) for name, codes in labels.items()]


def _trees(hierarchies: TableLike | None, names: list[str], total: str) -> dict[str, dict[str, dict[str, str]]]:
    """By dimension and tree, the parent of each code."""
    if hierarchies is None:
        return {}
    table = as_table(hierarchies, "hierarchies", "dimension", "code", "parent")
    several = "hierarchy" in table.collect_schema().names()
    columns = ["dimension", "code", "parent", *(["hierarchy"] if several else [])]
    rows = collect(table.select(nw.col(columns).cast(nw.String)))
    for column in columns:
        if rows[column].null_count:
            gap = rows[column].is_null().index(True).as_py() + 1
            raise MissingValueError("hierarchies", column, rows[column].null_count, rows.num_rows, f"row {gap}")
    trees: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows.to_pylist():
        name, code, parent = row["dimension"], row["code"], row["parent"]
        if name not in names:
            raise HierarchyError(name, f"it is no dimension; there are {listing(names)}.{hint(name, names)}")
        tree = trees.setdefault(name, {}).setdefault(row.get("hierarchy", ""), {})
        if tree.setdefault(code, parent) != parent:
            raise HierarchyError(name, f"{code!r} adds up to {tree[code]!r} and to {parent!r} in one tree")
    for name, of in trees.items():
        for tree in of.values():
            _lead_to(tree, total, name)
    return trees


def _lead_to(tree: dict[str, str], total: str, name: str) -> None:
    """Refuse codes that do not lead to the total."""
    done = {total}
    if total in tree:
        raise HierarchyError(name, f"{total!r} is the total, and adds up to {tree[total]!r}")
    for code in tree:
        path: list[str] = []
        at = code
        while at not in done:
            if at in path:
                raise HierarchyError(name, f"{at!r} is part of itself: {' < '.join([*path[path.index(at) :], at])}")
            if at not in tree:
                near = hint(at, [*tree, total])
                raise HierarchyError(name, f"{path[-1]!r} adds up to {at!r}, which leads to no {total!r}.{near}")
            path.append(at)
            at = tree[at]
        done.update(path)


def _dimension(name: str, found: list[str], trees: dict[str, dict[str, str]], total: str, table: str) -> Dimension:
    told = trees or {"": {code: total for code in found if code != total}}
    known = {total}.union(*told.values())
    strange = sorted(set(found) - known)
    if strange:
        raise HierarchyError(
            name, f"{table} holds {strange[0]!r}, which stands in no tree.{hint(strange[0], list(known))}"
        )
    codes = sorted(known)
    place = {code: i for i, code in enumerate(codes)}
    parents: list[Any] = []
    for tree in told.values():
        parents.append(np.array([place.get(tree.get(code, ""), -1) for code in codes], np.int64))
    return Dimension(name, codes, parents)
