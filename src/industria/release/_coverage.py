"""How much of official totals the records of a site add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core import engine
from industria.release._site_sources import SiteSource
from industria.release.policy import Policy
from industria.study.digest import quoted
from industria.study.sites import CoverageTarget, SizeClasses

__all__ = ["Coverage", "coverage_of", "coverage_table", "medians_that_leave"]

FEW: Final = 3
"""Cells with fewer units are left out: their share would tell what one of them reports."""
THOUSANDS: Final = (0.0003, 0.003)
MILLIONS: Final = (3e-7, 3e-6)
ENOUGH: Final = 3
"""Points that a correlation needs."""
BEHIND: Final = 5
"""Cells behind a median that leaves: of one or two it tells, with the official total, what one of them adds up to."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The records of a site against one table of official totals.

    Attributes
    ----------
    source, column : str
        What was added up.
    cells : pyarrow.Table
        The columns of the target's `by` as text, `micro`, `official` and `share`; null where fewer
        than three units report.
    median, low, high : float or None
        Of the shares; None where there is none.
    over_time, across : float or None
        Median correlation of records and totals over time, and across the other columns within a time.
    n_few : int
        Cells of fewer than three units.
    behind : tuple of mapping
        `share`, `units` and `holdings` of each cell that has a share.
    """

    source: str
    column: str
    cells: pa.Table
    median: float | None
    low: float | None
    high: float | None
    over_time: float | None
    across: float | None
    n_few: int
    behind: tuple[Mapping[str, Any], ...]

    @property
    def unit_of_file(self) -> str | None:
        """Tell `thousands` or `millions` where the shares look as if the file were in these."""
        for word, (low, high) in (("thousands", THOUSANDS), ("millions", MILLIONS)):
            if self.median is not None and low < self.median < high:
                return word
        return None

    def summary(self) -> dict[str, Any]:
        """List what may be printed and sent: shares of two digits, no sums."""
        figures = ("median", "low", "high", "over_time", "across")
        told = {word: _two_digits(getattr(self, word)) for word in figures}
        return {"source": self.source, "column": self.column, "cells": self.cells.num_rows, **told}


def coverage_of(name: str, one: SiteSource, rows: str, there: Iterable[str]) -> list[Coverage]:
    """Add up the records of a source for each of its targets.

    Parameters
    ----------
    name : str
        Of the source.
    one : SiteSource
        What is promised of it.
    rows : str
        SQL that reads them.
    there : iterable of str
        Columns that they have in the promised types; targets that need others are left out.
    """
    known = set(there)
    return [
        _covered(name, one, target, totals, rows, known)
        for target, totals in zip(one.site.coverage, one.totals, strict=True)
        if _needed(target) <= known
    ]


def medians_that_leave(behind: Mapping[str, Sequence[Mapping[str, Any]]], policy: Policy) -> dict[str, float | None]:
    """Take the medians once more of cells that the policy lets leave.

    Parameters
    ----------
    behind : mapping of str to sequence of mapping
        By source and column, as in "firms.sales": `share`, `units` and `holdings` of each cell.
    policy : Policy
        Its threshold is what a cell needs, of units or of holdings.

    Returns
    -------
    dict
        Of two digits; None where fewer than five cells are left.
    """
    level = "holdings" if policy.threshold_level == "holding" else "units"
    found: dict[str, float | None] = {}
    for name, cells in behind.items():
        shares = [cell["share"] for cell in cells if cell[level] >= max(policy.threshold, FEW)]
        found[name] = _two_digits(float(np.median(shares))) if len(shares) >= BEHIND else None
    return found


def coverage_table(found: Sequence[Coverage]) -> pa.Table:
    """Put all cells under one another: `source column`, the columns of all targets, `micro official share`."""
    labels = list(dict.fromkeys(name for one in found for name in one.cells.column_names[:-3]))
    rows = [
        {"source": one.source, "column": one.column, **dict.fromkeys(labels), **cell}
        for one in found
        for cell in one.cells.to_pylist()
    ]
    kinds = {"source": pa.string(), "column": pa.string(), **dict.fromkeys(labels, pa.string())}
    kinds |= dict.fromkeys(("micro", "official", "share"), pa.float64())
    return pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))


def _needed(target: CoverageTarget) -> set[str]:
    labels = {label for label in target.by if label not in target.classes}
    return {target.column, *labels, *(classes.column for classes in target.classes.values())}


def _covered(
    name: str, one: SiteSource, target: CoverageTarget, totals: pa.Table, rows: str, there: set[str]
) -> Coverage:
    labels = [
        f"{_classed(target.classes[by])} AS {quoted(by)}" if by in target.classes else f"{_text(by)} AS {quoted(by)}"
        for by in target.by
    ]
    unit = f"DISTINCT {quoted(one.site.unit)}" if one.site.unit else "*"
    cell = quoted(target.column)
    counts = f"count({unit}) FILTER ({cell} IS NOT NULL), {_holdings(one, there)} FILTER ({cell} IS NOT NULL)"
    sums = f"sum({cell}::DOUBLE) AS micro, {counts}"
    sql = f"SELECT {', '.join(labels)}, {sums} FROM {rows} GROUP BY ALL"
    found = engine.connection().execute(sql).fetchall()
    held = {tuple(row[: len(target.by)]): tuple(row[-3:]) for row in found}
    cells: dict[str, list[Any]] = {name: totals[name].to_pylist() for name in target.by}
    official = totals["value"].to_pylist()
    met = [held.get(key, (None, 0, 0)) for key in zip(*cells.values(), strict=True)]
    micro = [total if n >= FEW else None for total, n, _ in met]
    share = [m / o if m is not None and o else None for m, o in zip(micro, official, strict=True)]
    told = {**cells, "micro": micro, "official": official, "share": share}
    kinds = pa.schema(
        [(by, pa.string()) for by in target.by] + [(w, pa.float64()) for w in ("micro", "official", "share")]
    )
    shares = np.array([one for one in share if one is not None])
    time = cells[target.time] if target.time else [None] * len(official)
    rest = [tuple(cells[by][i] for by in target.by if by != target.time) for i in range(len(official))]
    return Coverage(
        source=name,
        column=target.column,
        cells=pa.table(told, schema=kinds),
        median=float(np.median(shares)) if len(shares) else None,
        low=float(shares.min()) if len(shares) else None,
        high=float(shares.max()) if len(shares) else None,
        over_time=_correlation(micro, official, rest) if target.time else None,
        across=_correlation(micro, official, time),
        n_few=sum(0 < n < FEW for _, n, _ in met),
        behind=tuple(
            {"share": s, "units": n, "holdings": h} for s, (_, n, h) in zip(share, met, strict=True) if s is not None
        ),
    )


def _holdings(one: SiteSource, there: set[str]) -> str:
    """Count those whom units belong to; who belongs to nobody is one of their own."""
    unit, holding = one.site.unit, one.site.holding
    if holding is None or holding not in there:
        return f"count(DISTINCT {quoted(unit)})" if unit else "count(*)"
    alone = f"coalesce('h' || {_text(holding)}, 'u' || {_text(unit)})" if unit else _text(holding)
    return f"count(DISTINCT {alone})"


def _correlation(
    micro: Sequence[float | None], official: Sequence[float | None], groups: Sequence[Any]
) -> float | None:
    """Correlate records with totals within each group, and take the median of the groups."""
    found: list[float] = []
    for group in dict.fromkeys(groups):
        pairs = [(m, o) for m, o, g in zip(micro, official, groups, strict=True) if g == group and None not in (m, o)]
        points: npt.NDArray[np.float64] = np.array(pairs, dtype=float).reshape(-1, 2)
        if len(points) >= ENOUGH and bool(np.ptp(points, axis=0).all()):
            found.append(float(np.asarray(np.corrcoef(points.T))[0, 1]))
    return float(np.median(found)) if found else None


def _classed(classes: SizeClasses) -> str:
    cell, below = quoted(classes.column), zip(classes.edges, classes.labels[:-1], strict=True)
    cases = " ".join(f"WHEN {cell} < {edge!r} THEN {_literal(label)}" for edge, label in below)
    return f"CASE WHEN {cell} IS NULL THEN NULL {cases} ELSE {_literal(classes.labels[-1])} END"


def _text(column: str) -> str:
    return f"CAST({quoted(column)} AS VARCHAR)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _two_digits(share: float | None) -> float | None:
    return None if share is None else float(f"{share:.2g}")
