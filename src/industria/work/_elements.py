"""Elements of occupations, as skills: who needs how much of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike

__all__ = ["Elements", "elements_of"]


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements by occupation.

    Attributes
    ----------
    rows : Rows
        Sorted by occupation and element.
    places : mapping of str to range
        Rows of an occupation.
    names : mapping of str to str
        Names of elements, where they are told.
    """

    rows: Rows
    places: Mapping[str, range]
    names: Mapping[str, str]

    def of(self, occupation: str, column: str) -> list[tuple[str, float]]:
        """List elements of an occupation with a column."""
        rows = self.places.get(occupation, range(0))
        return [(self.rows["element"][k], float(self.rows[column][k])) for k in rows]


def elements_of(elements: TableLike | None, *more: Field) -> Elements:
    """Read `occupation, element` with `value` (1 where it is not told) and `name`.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, NegativeValueError, InfiniteValueError
        If a column or a cell lacks, or is of another kind.
    DuplicateRowError
        If an occupation has an element twice.
    """
    fields = (Field("occupation"), Field("element"), Field("value", "amount", 1.0), *more, Field("name", default=None))
    rows = read(elements, "elements", *fields, key=("occupation", "element"))
    codes, first = np.unique(np.array(rows["occupation"], str), return_index=True)
    ends = pairwise([*first.tolist(), rows.n])
    places = {str(code): range(*end) for code, end in zip(codes, ends, strict=True)}
    told = zip(rows["element"], rows["name"], strict=True)
    return Elements(rows, places, {element: name for element, name in sorted(told, key=str) if name is not None})
