"""A table in the codes of another classification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from industria.classifications._links import Links, read_links
from industria.classifications._passages import PASSAGE_GIVES, SHARES, lost_mass, passage_table, shares_of
from industria.classifications._resolution import CHILDREN, SIBLINGS, SPLIT, Resolution, resolve
from industria.classifications._rows import codes_of, ratio, table_of
from industria.classifications._values import Values, mass_of_details, values_by_code
from industria.core.codes import check_names, rows_of
from industria.core.encoding import Ids
from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import ChoiceError, RepeatedColumnError, UsageError

__all__ = ["Bridged", "bridge"]

Kind = Literal["total", "mean"]

GIVES = {
    "split_share": "part of the mass, of the row or in all, that came from codes with several ways [fraction]",
    "resolved_share": "part of the mass, of the row or in all, that came through the hierarchy [fraction]",
    **PASSAGE_GIVES,
    "share": "part of the group's mass that took the passage [fraction]",
    "partial_share": "part of the group's mass over links marked as partial [fraction]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Bridged(Result):
    """Values in the codes of the destination, and what was lost on the way.

    Attributes
    ----------
    table : Table
        One row a group and destination code.
    unmapped : float
        Mass that reaches no code: of the value for totals, of the weight for means.
    mass : str
        What counts: the value for totals, the weight for means, "rows" without one.
    split_share, resolved_share, missing_share : float or None
        Parts of all mass that came from codes with several ways, came through the
        hierarchy, and reach no code; None where there is no mass.
    coverage : Table
        As `coverage` gives it: the group, `passage`, `codes`, `value`, `share`, `partial_share`.
    """

    unmapped: float
    mass: str
    split_share: float | None
    resolved_share: float | None
    missing_share: float | None
    coverage: Table


@measure(
    gives=GIVES,
    cites="Pierce & Schott (2012), Concording U.S. Harmonized System Codes over Time, JOS 28(1), 53-68",
    design="descriptive",
    pools="sums",
)
def bridge(
    values: TableLike,
    correspondence: TableLike,
    mass: TableLike | None = None,
    *,
    code: Column,
    value: Column,
    kind: Kind = "total",
    weight: Column | None = None,
    by: Sequence[Column] = (),
    hierarchy: HierarchyLike | None = None,
    siblings: bool = False,
) -> Bridged:
    """Carry a table over a correspondence, and count what is lost.

    A total m becomes B'm: mass in is mass out plus what is unmapped. A mean of scores
    s becomes the mean at the destination, sum m B s / sum m B.

    Parameters
    ----------
    values : Table
        The code, the value, the weight and the columns of `by`; rows of one code are added up.
    correspondence : Table
        As `correspondence` or `composition` gives it.
    mass : Table, optional
        `origin_code`, `mass` and those columns of `by` that it has: a code that is not found
        goes to its detailed codes in proportion to theirs, not equally.
    code : column
        Codes as text, of the classification that the correspondence leaves.
    value : column
        Totals, zero or more; or scores, of which means are made.
    kind : {"total", "mean"}
        What the value is.
    weight : column, optional
        Mass behind a mean; every row counts the same without it.
    by : sequence of columns
        Groups; those that the correspondence has too meet its own.
    hierarchy : name or table, optional
        "SOC", "NAICS" and so on, or a table of `code` and `parent`: codes that are not
        found go to their detailed codes, equally or by `mass`.
    siblings : bool
        Whether a residual code may take the codes of its group.

    Returns
    -------
    Bridged
        One row a group and destination code, under the names of `code` and `value`.
        A mean without mass behind it, and its shares, are null.

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
        If a total or a weight is below zero, or a value infinite.
    DuplicateRowError, NegativeWeightError, WeightSumError
        If a link stands twice, or weights are below zero or do not sum to 1.
    ReservedNameError, RepeatedColumnError
        If a column bears a name of the result or has two roles.
    UnknownClassificationError, UnknownCodeError
        If no hierarchy has the name, or a table of one goes in circles.
    ChoiceError, UsageError
        If `kind` is neither word, a weight is given to totals, or siblings without a hierarchy.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    masses = [weight] if weight is not None else []
    row_of = rows_of(values, code)
    values = as_table(values, "values", *by, code, value, *masses)
    correspondence = as_table(correspondence, "correspondence", "origin_code", "destination_code", "weight")
    details = None if mass is None else mass_of_details(mass, "mass", by, near=values)
    if kind not in get_args(Kind):
        raise ChoiceError("kind", kind, get_args(Kind))
    if kind == "total" and weight is not None:
        raise UsageError("bridge: weight belongs to kind='mean'; totals are their own mass.")
    if siblings and hierarchy is None:
        raise UsageError("bridge: siblings=True needs hierarchy=, which tells the groups.")
    if mass is not None and hierarchy is None:
        raise UsageError("bridge: mass shares codes among their details; it needs hierarchy=, which tells them.")
    if code == value:
        raise RepeatedColumnError(code, "the code", "the value")
    tree = None if hierarchy is None else Hierarchy.of(hierarchy)
    check_names("values", (*by, code), (*GIVES, "value") if value != "value" else GIVES)
    check_names("values", (value,), GIVES)

    cells = values_by_code(
        values, "values", by=by, code=code, value=value, weight=weight, mean=kind == "mean", row_of=row_of
    )
    links = read_links(correspondence, "correspondence", by)
    found = resolve(cells, links, by, tree, siblings=siblings, mass=details)
    return Bridged(
        table=table_of(_carried(cells, links, found, code, value, kind)),
        unmapped=float(lost_mass(cells, links, found).sum()),
        mass=value if kind == "total" else weight or "rows",
        **shares_of(cells, links, found),
        units={"missing_share": "fraction"},
        meanings={"missing_share": SHARES["missing_share"]},
        coverage=passage_table(cells, links, found),
    )


def _carried(cells: Values, links: Links, found: Resolution, code: str, value: str, kind: str) -> dict[str, Any]:
    """Add up over the paths that arrive, by group and destination."""
    arrives = links.d[found.link] >= 0
    cell, link, share = found.cell[arrives], found.link[arrives], found.share[arrives]
    width = max(len(links.ends), 1)
    there, row = np.unique(found.group[cell] * width + links.d[link], return_inverse=True)

    def summed(mass: Any) -> Any:
        return np.bincount(row, mass, len(there)).astype(np.float64)

    def through(*passages: int) -> Ids:
        return np.isin(found.passage[cell], passages).astype(np.int64)

    flow = cells.mass[cell] * share
    mass = summed(flow)
    return {
        **found.groups.columns(there // width),
        code: codes_of(links.ends, there % width),
        value: mass if kind == "total" else ratio(summed(cells.product[cell] * share), mass),
        "split_share": ratio(summed(flow * through(SPLIT)), mass),
        "resolved_share": ratio(summed(flow * through(CHILDREN, SIBLINGS)), mass),
    }
