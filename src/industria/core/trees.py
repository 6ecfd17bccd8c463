"""Trees of codes as a table tells them, dimension by dimension: which code adds up to which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeAlias

import narwhals.stable.v2 as nw

from industria.core.table import TableLike, as_table, collect
from industria.errors import HierarchyError, MissingValueError, hint, listing

__all__ = ["Tree", "Trees", "above", "read_trees"]

Tree: TypeAlias = Mapping[str, str]
"""The parent of each code."""
Trees: TypeAlias = Mapping[str, Tree]
"""Trees of one dimension by name."""


def read_trees(hierarchies: TableLike | None, names: Collection[str], total: str) -> dict[str, dict[str, Tree]]:
    """Read the trees of dimensions; one that no tree is told of is not in the answer.

    Parameters
    ----------
    hierarchies : Table, optional
        `dimension, code, parent` and, where a dimension has several trees, `hierarchy`.
    names : collection of str
        The dimensions that there are.
    total : str
        The root of each tree.

    Returns
    -------
    dict of str to dict of str to mapping of str to str
        By dimension and tree, the parent of each code.

    Raises
    ------
    MissingColumnError, MissingValueError
        If a column is not there, or a code, a parent or a dimension is missing.
    HierarchyError
        If a dimension is not among the names, or a code has two parents in one tree, is its own ancestor, or does
        not lead to the total.
    """
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
            raise HierarchyError(
                name, f"it is no dimension; there are {listing(list(names))}.{hint(name, list(names))}"
            )
        tree = trees.setdefault(name, {}).setdefault(row.get("hierarchy", ""), {})
        if tree.setdefault(code, parent) != parent:
            raise HierarchyError(name, f"{code!r} adds up to {tree[code]!r} and to {parent!r} in one tree")
    for name, of in trees.items():
        for tree in of.values():
            _lead_to(tree, total, name)
    return {name: dict(of) for name, of in trees.items()}


def _lead_to(tree: Tree, total: str, name: str) -> None:
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


def above(trees: Trees, name: str) -> dict[str, list[str]]:
    """List, for each code that records may have, all codes that it is part of, itself first.

    Parameters
    ----------
    trees : mapping of str to Tree
        Of one dimension; each leads to its total.
    name : str
        The dimension, for error messages.

    Raises
    ------
    HierarchyError
        If a code that nothing adds up to is in one tree and not in another, or a code adds up differently in two.
    """
    parents = {parent for tree in trees.values() for parent in tree.values()}
    leaves = dict.fromkeys(code for tree in trees.values() for code in tree if code not in parents)
    parts: dict[str, set[frozenset[str]]] = defaultdict(set)
    found: dict[str, dict[str, None]] = {leaf: {leaf: None} for leaf in leaves}
    for label, tree in trees.items():
        below: dict[str, set[str]] = defaultdict(set)
        for leaf in leaves:
            if leaf not in tree:
                other = next(word for word, one in trees.items() if leaf in one)
                raise HierarchyError(name, f"{leaf!r} is in tree {other!r} and not in {label!r}, which leads to no sum")
            at = leaf
            while at in tree:
                at = tree[at]
                below[at].add(leaf)
                found[leaf][at] = None
        for code, leaves_of in below.items():
            parts[code].add(frozenset(leaves_of))
    differ = sorted(code for code, sets in parts.items() if len(sets) > 1)
    if differ:
        raise HierarchyError(name, f"{differ[0]!r} is the sum of other codes in one tree than in another")
    return {leaf: list(codes) for leaf, codes in found.items()}
