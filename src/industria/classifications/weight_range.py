"""How far the weights of a correspondence can move a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import narwhals.stable.v2 as nw
import numpy as np

from industria.classifications._bounds import mean_bounds, total_bounds
from industria.classifications._links import Links, read_pattern
from industria.classifications._passages import lost_mass
from industria.classifications._resolution import Resolution, resolve
from industria.classifications._rows import codes_of, ratio, table_of
from industria.classifications._values import Values, values_by_code
from industria.classifications._weights import Weights, read_masses, weigh
from industria.core.codes import check_kinds, check_names, rows_of
from industria.core.encoding import Array
from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import ChoiceError, DuplicateLabelError, UsageError

__all__ = ["WeightRange", "weight_range"]

GIVES = {
    "destination_code": "code that is reached; not told where there are scores [code]",
    "equal": "with equal weights: the total, or the mean score [unit of value]",
    "destination": "with weights by the mass of the destinations [unit of value]",
    "both": "with weights fitted to both sides [unit of value]",
    "given": "with the publisher's weights [unit of value]",
    "lower": "least over all weights on the links [unit of value]",
    "upper": "largest over all weights on the links [unit of value]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WeightRange(Result):
    """Totals or a mean score under several weights, and their sharp bounds.

    Attributes
    ----------
    table : Table
        One row a group and destination code; with scores, one row a group.
    unmapped : float
        Value at codes that no link, or none to a code with a score, takes.
    unscored_links : int
        Links left out because their destination has no score.
    """

    unmapped: float
    unscored_links: int


@measure(
    gives=GIVES,
    cites="Manski (2003), Partial Identification of Probability Distributions, Springer, ch. 1",
    design="descriptive",
)
def weight_range(
    values: TableLike,
    links: TableLike,
    scores: TableLike | None = None,
    mass: TableLike | None = None,
    *,
    code: Column,
    value: Column,
    score: Column = "score",
    alternatives: Sequence[Weights] = ("equal",),
    by: Sequence[Column] = (),
    hierarchy: HierarchyLike | None = None,
    siblings: bool = False,
) -> WeightRange:
    """Show a finding under several weights, and the range over all of them.

    The bounds are sharp and need no draws: a total is at least what links to its code
    alone, and at most all that links to it; a mean score lies between the means of
    every code's least and largest score.

    Parameters
    ----------
    values : Table
        The code, the value and the columns of `by`.
    links : Table
        `origin_code`, `destination_code`; `weight` for the alternative `given`; the
        columns of `by` where groups have links of their own.
    scores : Table, optional
        `destination_code` and the score; links to codes without one are left out and counted.
    mass : Table, optional
        As in `correspondence`, for the alternatives `destination` and `both`; with or
        without the columns of `by`.
    code, value : column
        The columns of `values`.
    score : column
        The column of `scores`.
    alternatives : sequence of {"equal", "destination", "both", "given"}
        Weights to show.
    by : sequence of columns
        Groups.
    hierarchy : name or table, optional
        "SOC", "NAICS" and so on, or a table of `code` and `parent`: a code that no link
        leaves goes to its detailed codes, equally in every alternative, and anyhow for the bounds.
    siblings : bool
        Whether a residual code may take the codes of its group.

    Returns
    -------
    WeightRange
        One row a group and destination code; with scores, one row a group, null where
        nothing of the group has a score.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If values, weights, masses or scores are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled, notes, in two cases, ranges, totals among
        details, have lost zeros, or are of the vintage on the other side.
    MissingValueError
        If a code, a value, a mass or a weight is missing.
    DuplicateLabelError, DuplicateRowError
        If a code has two scores, or a link stands twice.
    NegativeValueError, NegativeWeightError, InfiniteValueError
        If a value, a mass or a weight is below zero or infinite.
    InfeasibleTotalError, ConvergenceError
        If no weights meet the totals of both sides, or the fit does not settle.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or another role.
    UnknownClassificationError, UnknownCodeError
        If no hierarchy has the name, or a table of one goes in circles.
    ChoiceError, UsageError
        If an alternative is none of the four, or needs a mass that is not there, or siblings no hierarchy.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    row_of = rows_of(values, code)
    values = as_table(values, "values", *by, code, value)
    links = as_table(links, "links", "origin_code", "destination_code")
    scored = None if scores is None else as_table(scores, "scores", "destination_code", score)
    sided = ["origin_code"] if "both" in alternatives else []
    weighed_by = None if mass is None else as_table(mass, "mass", "destination_code", "mass", *sided)
    for word in alternatives:
        if word not in get_args(Weights):
            raise ChoiceError("alternatives", word, get_args(Weights))
    if not alternatives or len(set(alternatives)) < len(alternatives):
        raise UsageError("weight_range: name one alternative or several, each once.")
    if siblings and hierarchy is None:
        raise UsageError("weight_range: siblings=True needs hierarchy=, which tells the groups.")
    tree = None if hierarchy is None else Hierarchy.of(hierarchy)
    check_names("values", by, GIVES)

    cells = values_by_code(values, "values", by=by, code=code, value=value, row_of=row_of)
    pattern = _pattern(links, by, given="given" in alternatives)
    marks = _scores(scored, score, pattern.ends)
    before = len(pattern.i)
    pattern = pattern if marks is None else _scored(pattern, marks)
    ways = {word: _weighed(pattern, weighed_by, word, by) for word in alternatives}
    found = {word: (links, resolve(cells, links, by, tree, siblings=siblings)) for word, links in ways.items()}
    any_links, any_found = next(iter(found.values()))
    columns = _totals(cells, found, any_links) if marks is None else _means(cells, found, any_links, marks)
    return WeightRange(
        table=table_of(columns),
        units={} if marks is None else dict.fromkeys((*alternatives, "lower", "upper"), f"unit of {score}"),
        unmapped=float(lost_mass(cells, any_links, any_found).sum()),
        unscored_links=before - len(pattern.i),
    )


def _pattern(links: Table, by: Sequence[str], *, given: bool) -> Links:
    inside = set(by) <= set(links.collect_schema().names())
    return read_pattern(
        links,
        origin_code="origin_code",
        destination_code="destination_code",
        by=by if inside else (),
        partial=None,
        given=given,
    )


def _scores(table: Table | None, score: str, ends: Sequence[str]) -> Array | None:
    """Line scores up with the destinations; NaN where there is none."""
    if table is None:
        return None
    check_kinds(table, "scores", ["destination_code"], [score])
    told = collect(table.filter(~nw.col(score).is_null()).select("destination_code", score)).to_pylist()
    known: dict[str, float] = {}
    for row in told:
        if row["destination_code"] in known:
            raise DuplicateLabelError("scores", "destination_code", row["destination_code"], 2)
        known[row["destination_code"]] = row[score]
    return np.array([known.get(code, np.nan) for code in ends], dtype=np.float64)


def _scored(links: Links, scores: Array) -> Links:
    kept = ~np.isnan(scores[links.d]) if len(links.d) else np.zeros(0, bool)
    return replace(
        links,
        rows=links.rows.filter(kept) if links.by else links.rows,
        group=links.group[kept],
        i=links.i[kept],
        d=links.d[kept],
        weight=links.weight[kept],
        partial=links.partial[kept],
    )


def _weighed(pattern: Links, mass: Table | None, word: Weights, by: Sequence[str]) -> Links:
    """Weigh the links one way."""
    groups = by if pattern.by or (mass is not None and set(by) <= set(mass.collect_schema().names())) else ()
    masses = read_masses(mass, groups, word, "weight_range") if word in ("destination", "both") else None
    bare = pattern if word == "given" else replace(pattern, weight=np.ones(len(pattern.weight)))
    return weigh(bare, masses, word, groups if masses is not None else pattern.by).links


def _totals(cells: Values, found: Mapping[Weights, tuple[Links, Resolution]], links: Links) -> dict[str, Any]:
    """One row a group and destination that some link reaches."""
    width = max(len(links.ends), 1)
    groups = next(iter(found.values()))[1].groups
    totals: dict[str, Array] = {}
    reached = np.zeros(groups.size * width, np.int64)
    for word, (own, way) in found.items():
        at = way.group[way.cell] * width + own.d[way.link]
        totals[word] = np.bincount(at, cells.mass[way.cell] * way.share, len(reached)).astype(np.float64)
        reached += np.bincount(at, minlength=len(reached))
    lower, upper = total_bounds(cells, *next(iter(found.values())))
    keys = np.flatnonzero(reached)
    return {
        **groups.columns(keys // width),
        "destination_code": codes_of(links.ends, keys % width),
        **{word: total[keys] for word, total in totals.items()},
        "lower": lower[keys],
        "upper": upper[keys],
    }


def _means(
    cells: Values, found: Mapping[Weights, tuple[Links, Resolution]], links: Links, scores: Array
) -> dict[str, Any]:
    """One row a group: the mean score of what has one."""
    groups = next(iter(found.values()))[1].groups
    means: dict[str, Array] = {}
    for word, (own, way) in found.items():
        flow, group = cells.mass[way.cell] * way.share, way.group[way.cell]
        whole = np.bincount(group, flow, groups.size)
        means[word] = ratio(np.bincount(group, flow * scores[own.d[way.link]], groups.size), whole)
    lower, upper = mean_bounds(cells, *next(iter(found.values())), scores)
    return {**groups.columns(np.arange(groups.size)), **means, "lower": lower, "upper": upper}
