"""How much of a table a correspondence takes, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from industria.classifications._links import read_links
from industria.classifications._passages import (
    MISSING_GIVES,
    PASSAGE_GIVES,
    SHARES,
    lost_mass,
    missing_table,
    passage_table,
    shares_of,
)
from industria.classifications._resolution import resolve
from industria.classifications._values import mass_of_details, values_by_code
from industria.core.codes import check_names, rows_of
from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import UsageError

__all__ = ["Coverage", "coverage"]

GIVES = {
    **PASSAGE_GIVES,
    "value": "what took the passage, or what a code lost [unit of value]",
    "share": "part of the group's value [fraction]",
    "partial_share": "part of the group's value over links marked as partial [fraction]",
    "code": "code that is missing [code]",
    "title": "its title, where the table has one [name]",
    **MISSING_GIVES,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Coverage(Result):
    """What of a table gets through.

    Attributes
    ----------
    table : Table
        One row a group and passage.
    missing : Table
        The largest codes that get nowhere or not whole: the group, `code`, `title`, `value`, `share`, `rank`.
    covered_share : float or None
        Part of all value that reaches a code; None where there is no value.
    mass : str
        What counts: the column of the value.
    split_share, resolved_share, missing_share : float or None
        Parts of all value that came from codes with several ways, came through the
        hierarchy, and reach no code.
    """

    missing: Table
    covered_share: float | None
    mass: str
    split_share: float | None
    resolved_share: float | None
    missing_share: float | None


@measure(
    gives=GIVES,
    cites="Pierce & Schott (2012), Concording U.S. Harmonized System Codes over Time, JOS 28(1), 53-68",
    design="descriptive",
    pools="sums",
)
def coverage(
    values: TableLike,
    correspondence: TableLike,
    mass: TableLike | None = None,
    *,
    code: Column,
    value: Column,
    by: Sequence[Column] = (),
    hierarchy: HierarchyLike | None = None,
    siblings: bool = False,
) -> Coverage:
    """Tell how much of a table a correspondence takes, and by which way.

    A code is looked for as it stands: it is the same there (identity), has one other
    name (renamed), meets others (merged) or goes several ways (split). What is not
    found goes to its detailed codes (children) where a hierarchy tells them,
    and, only if asked, to the other codes of its group (siblings). The rest is missing.

    Parameters
    ----------
    values : Table
        The code, the value and the columns of `by`; rows of one code are added up.
        Its `title`, where there is one, is shown beside missing codes.
    correspondence : Table
        As `correspondence` or `composition` gives it.
    mass : Table, optional
        `origin_code`, `mass` and those columns of `by` that it has: a code that is not found
        goes to its detailed codes in proportion to theirs, not equally.
    code : column
        Codes as text, of the classification that the correspondence leaves.
    value : column
        What counts: jobs, money. Zero or more.
    by : sequence of columns
        Groups; those that the correspondence has too meet its own.
    hierarchy : name or table, optional
        "SOC", "NAICS" and so on, or a table of `code` and `parent`.
    siblings : bool
        Whether a residual code may take the codes of its group.

    Returns
    -------
    Coverage
        Seven rows a group, whose shares add up to 1. Shares are null where a group has no value.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If values or weights are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled, notes, in two cases, ranges, totals among
        details, have lost zeros, or are of the vintage on the other side.
    MissingValueError
        If a code, a value or a weight is missing.
    NegativeValueError, InfiniteValueError
        If a value is below zero or infinite.
    DuplicateRowError, NegativeWeightError, WeightSumError
        If a link stands twice, or weights are below zero or do not sum to 1.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or another role.
    UnknownClassificationError, UnknownCodeError
        If no hierarchy has the name, or a table of one goes in circles.
    UsageError
        If siblings are asked for without a hierarchy.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    row_of = rows_of(values, code)
    values = as_table(values, "values", *by, code, value)
    correspondence = as_table(correspondence, "correspondence", "origin_code", "destination_code", "weight")
    details = None if mass is None else mass_of_details(mass, "mass", by, near=values)
    if siblings and hierarchy is None:
        raise UsageError("coverage: siblings=True needs hierarchy=, which tells the groups.")
    if mass is not None and hierarchy is None:
        raise UsageError("coverage: mass shares codes among their details; it needs hierarchy=, which tells them.")
    tree = None if hierarchy is None else Hierarchy.of(hierarchy)
    check_names("values", by, GIVES)

    cells = values_by_code(values, "values", by=by, code=code, value=value, row_of=row_of)
    links = read_links(correspondence, "correspondence", by)
    found = resolve(cells, links, by, tree, siblings=siblings, mass=details)
    total = float(cells.mass.sum())
    return Coverage(
        table=passage_table(cells, links, found),
        missing=missing_table(cells, links, found),
        covered_share=1.0 - float(lost_mass(cells, links, found).sum()) / total if total > 0 else None,
        mass=value,
        **shares_of(cells, links, found),
        units=dict.fromkeys(SHARES, "fraction"),
        meanings=SHARES,
    )
