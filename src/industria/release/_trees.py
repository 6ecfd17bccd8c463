"""Which codes add up to which, dimension by dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from industria.core.table import TableLike
from industria.core.trees import Trees, read_trees
from industria.errors import HierarchyError, hint

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
    trees = read_trees(hierarchies, list(labels), total)
    return [_dimension(name, list(codes), trees.get(name, {}), total, table) for name, codes in labels.items()]


def _dimension(name: str, found: list[str], trees: Trees, total: str, table: str) -> Dimension:
    told: Trees = trees or {"": {code: total for code in found if code != total}}
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
        # A missing key has the code "", so that no text can stand for a parent that is not there.
        parents.append(np.array([place[tree[code]] if code in tree else -1 for code in codes], np.int64))
    return Dimension(name, codes, parents)
