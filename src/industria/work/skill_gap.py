"""What a person of one occupation would have to learn for another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field
from industria.core.table import TableLike, from_arrays
from industria.errors import UnknownGroupError
from industria.work._elements import elements_of

__all__ = ["SkillGap", "skill_gap"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SkillGap(Result):
    """Elements of two occupations side by side.

    Attributes
    ----------
    table : Table
        One row an element, the largest weighted gap first: `element, name, have, need, gap, importance`.
    met : float or None
        Share of what the destination needs that the origin brings, weighted by importance.
    n_elements, n_missing : int
        Elements that the destination needs, and those among them of which the origin has less.
    """

    met: float | None
    n_elements: int
    n_missing: int


@measure(
    gives={
        "name": "name of the element; null where it is not told [name]",
        "have": "value in the origin, 0 where it is not listed [unit of value]",
        "need": "value in the destination [unit of value]",
        "gap": "need less have where the destination needs more, else 0 [unit of value]",
        "importance": "importance in the destination; null where it is not told [1]",
    },
    cites=(
        "Kanders, Djumalieva, Sleeman & Orlik (2020), Mapping Career Causeways: Supporting workers at risk, Nesta, "
        "on skill gaps of transitions"
    ),
    design="descriptive",
)
def skill_gap(elements: TableLike, *, origin: str, destination: str) -> SkillGap:
    """Line up what the origin has with what the destination needs, element by element.

    The gap is max(0, need − have). Occupations have averages of their workers, and a
    person may have more: the list is what to ask about, not what to teach.

    Parameters
    ----------
    elements : Table
        `occupation, element` and, if there, `value` (1 where it is not told), `importance` and `name`.
    origin, destination : str
        The two occupations.

    Returns
    -------
    SkillGap
        One row an element that the destination lists with a value above zero, gaps weighted
        by importance in falling order, then importance and element.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    NegativeValueError, InfiniteValueError
        If a value or an importance is below zero or infinite.
    DuplicateRowError
        If an occupation has an element twice.
    UnknownGroupError
        If one of the two occupations has no elements.

    Examples
    --------
    >>> import pandas as pd
    >>> elements = pd.DataFrame({
    ...     "occupation": ["clerk", "clerk", "coder", "coder"],
    ...     "element": ["records", "typing", "records", "terminology"],
    ...     "value": [3.0, 4.0, 4.5, 5.0],
    ... })
    >>> found = skill_gap(elements, origin="clerk", destination="coder").to_pandas()
    >>> print(found[["element", "have", "need", "gap"]].to_string(index=False))
        element  have  need  gap
    terminology   0.0   5.0  5.0
        records   3.0   4.5  1.5
    """
    listed = elements_of(elements, Field("importance", "amount", None))
    for code in (origin, destination):
        if code not in listed.places:
            raise UnknownGroupError("elements", "occupation", code, sorted(listed.places))
    have = dict(listed.of(origin, "value"))
    needed = [(element, need) for element, need in listed.of(destination, "value") if need > 0]
    importance = dict(listed.of(destination, "importance"))
    codes = [element for element, _ in needed]
    need = np.array([value for _, value in needed], float)
    brought = np.array([have.get(element, 0.0) for element in codes], float)
    matters = np.array([importance[element] for element in codes], float)
    gap = np.maximum(need - brought, 0.0)
    weight = np.where(np.isnan(matters), 1.0 if np.isnan(matters).all() else 0.0, matters)
    order = np.lexsort((np.array(codes, str), -weight, -gap * weight))
    total = float(weight @ need)
    return SkillGap(
        table=from_arrays(
            {
                "element": [codes[k] for k in order],
                "name": [listed.names.get(codes[k]) for k in order],
                "have": brought[order],
                "need": need[order],
                "gap": gap[order],
                "importance": matters[order],
            }
        ),
        met=float(weight @ np.minimum(brought, need)) / total if total > 0 else None,
        n_elements=len(codes),
        n_missing=int((gap > 0).sum()),
    )
