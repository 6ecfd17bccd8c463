"""Whether output per worker grew within industries, or because work moved between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.structural_change import METHODS, Industries
from industria.kernels.structural_change import structural_change as split
from industria.productivity._accounts import beside, dropped_table, once, period, refuse_names
from industria.productivity._panel import Codes, Panel, read

__all__ = ["StructuralChange", "structural_change"]

Method = Literal["mcmillan_rodrik", "csls", "trad", "gead"]
MADE: Final = (
    "method",
    "time_from",
    "time_to",
    "component",
    "contribution",
    "share",
    "n_industries",
    "n_unmatched",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StructuralChange(Result):
    """Growth of output per worker by component.

    Attributes
    ----------
    table : Table
        One row a cell, method, pair of periods and component; `total` last.
    industries : Table
        The components of each industry: the columns of cell and industry, `method, time_from, time_to, component,
        contribution`.
    dropped : Table
        `column, reason, rows` of what was left out.
    output, labor : str
        As asked for.
    n_rows, n_industries : int
        Used.
    n_null : int
        Pairs of periods without an answer, because an industry lacks in one of them.
    """

    industries: Table
    dropped: Table
    output: str
    labor: str
    n_rows: int
    n_industries: int
    n_null: int


@measure(
    gives={
        "method": "the decomposition [name]",
        "time_from": "earlier period [date]",
        "time_to": "later period [date]",
        "component": "within, reallocation, static or dynamic; total [name]",
        "contribution": "to growth of output per worker, over its earlier level; all but total add up [fraction]",
        "share": "of the total; null where that is 0 [fraction]",
        "n_industries": "industries in both periods [count]",
        "n_unmatched": "industries in one of them only, for which the pair is null [count]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="McMillan & Rodrik (2011), NBER Working Paper 17143; "
    "de Avillez (2012), International Productivity Monitor 24 (TRAD, GEAD, CSLS); "
    "Tang & Wang (2004), Canadian Journal of Economics 37(2)",
    design="descriptive",
)
def structural_change(
    industries: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    labor: Column,
    output_price: Column | None = None,
    methods: Sequence[Method] = ("mcmillan_rodrik", "csls"),
    periods: Sequence[Sequence[int | str]] | None = None,
    by: Sequence[Column] = (),
) -> StructuralChange:
    """Split growth of output per worker into growth within industries and moves of work between them.

    With θ an industry's share of work, y its output per worker and Y that of all, over Y of the earlier period:
    mcmillan_rodrik: within Σ θ0 Δy, reallocation Σ y1 Δθ. trad: within, static Σ y0 Δθ, dynamic Σ Δy Δθ.
    csls: within, static Σ (y0 - Y0) Δθ, dynamic Σ (Δy - ΔY) Δθ, so that growth of an industry below the mean
    counts against. gead: within, static and dynamic with θ times the industry's relative price, so that terms
    of trade count as size. The sums of components differ little, those of an industry much: no method is told
    alone. Output at an industry's deflator makes this revenue productivity.

    Parameters
    ----------
    industries : Table
        One row an industry and time.
    unit, time : column
        Industry and period.
    output, labor : column
        Real output that adds up over industries, and work (hours or persons).
    output_price : column, optional
        Price of the industry's output, for gead.
    methods : sequence of str
        Two or more.
    periods : sequence of pairs, optional
        From and to; None takes each period with the next that is there.
    by : sequence of columns
        What makes an economy.

    Returns
    -------
    StructuralChange
        One row a cell, method, pair of periods and component; null where an industry lacks in one of the two.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row is complete.
    OutsideRangeError, InfiniteValueError
        If work or a price is not above 0, or a number infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an industry stands twice in a period, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices, fewer than two methods are asked for, or gead has no price.

    See Also
    --------
    productivity.growth_decomposition : the same of firms that come and go.

    Examples
    --------
    >>> import pandas as pd
    >>> industries = pd.DataFrame({
    ...     "industry": ["farms", "plants"] * 2, "year": [2000, 2000, 2010, 2010],
    ...     "output": [60.0, 120.0, 55.0, 220.0], "persons": [60.0, 40.0, 50.0, 55.0],
    ... })
    >>> found = structural_change(industries, unit="industry", time="year", output="output", labor="persons")
    >>> print(found.to_pandas()[["method", "component", "contribution"]].round(4).to_string(index=False))
             method    component  contribution
    mcmillan_rodrik       within        0.2556
    mcmillan_rodrik reallocation        0.1995
    mcmillan_rodrik        total        0.4550
               csls       within        0.2556
               csls       static        0.1376
               csls      dynamic        0.0619
               csls        total        0.4550
    """
    chosen = _methods(methods, output_price)
    cells = columns_of(by, "by")
    numbers = [output, labor, *([output_price] if output_price else [])]
    once(output=[output], labor=[labor], output_price=numbers[2:])
    panel = read(industries, "industries", unit=unit, time=time, numbers=numbers, by=cells, positive=numbers[1:])
    refuse_names("industries", (*cells, unit), MADE)

    spans = _spans(panel, time, periods)
    held = {
        (cell, span): _pair(panel, cell, span, output, labor, output_price)
        for cell in range(panel.cells.num_rows)
        for span in spans
    }
    rows = [
        (cell, method, span, held[cell, span])
        for cell in range(panel.cells.num_rows)
        for method in chosen
        for span in spans
    ]
    return StructuralChange(
        table=_table(panel, time, rows),
        industries=_by_industry(panel, unit, time, rows),
        dropped=dropped_table(panel),
        output=output,
        labor=labor,
        n_rows=len(panel),
        n_industries=panel.n_units,
        n_null=sum(not pair.told for pair in held.values()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Industries of a cell in two periods: their later rows, and how many lack in one of the two."""

    later: Codes
    held: Industries
    n_unmatched: int

    @property
    def told(self) -> bool:
        """Whether growth of the whole can be told."""
        return not self.n_unmatched and len(self.later) > 0 and self.held.Y0 > 0


def _methods(methods: Sequence[str], price: str | None) -> tuple[str, ...]:
    chosen = columns_of(methods, "methods")
    for method in chosen:
        if method not in METHODS:
            raise ChoiceError("methods", method, list(METHODS))
    if len({*chosen}) < max(2, len(chosen)):
        raise ParameterRangeError("methods", methods, "two different methods or more: one alone looks like a fact")
    if "gead" in chosen and price is None:
        raise ParameterRangeError("output_price", None, "a column: gead counts relative prices as size")
    return chosen


def _spans(panel: Panel, time: str, periods: Sequence[Sequence[Any]] | None) -> list[tuple[int, int]]:
    """Pair periods by their numbers on the calendar."""
    if periods is None:
        return list(pairwise(np.unique(panel.time).tolist()))
    for pair in periods:
        if isinstance(pair, str) or len(pair) != 2:
            raise ParameterRangeError("periods", periods, "pairs of periods, as [[1970, 1986]]")
    spans = [(period(panel, time, a, "periods"), period(panel, time, b, "periods")) for a, b in periods]
    if not spans or any(a >= b for a, b in spans):
        raise ParameterRangeError("periods", periods, "pairs of an earlier and a later period")
    return spans


def _pair(panel: Panel, cell: int, span: tuple[int, int], output: str, labor: str, price: str | None) -> _Pair:
    start, stop = np.searchsorted(panel.cell, [cell, cell + 1])
    a, b = (start + np.flatnonzero(panel.time[start:stop] == one) for one in span)
    both, in_a, in_b = np.intersect1d(panel.unit[a], panel.unit[b], assume_unique=True, return_indices=True)
    y, s, p = ([], [], [])
    for rows, kept in ((a, in_a), (b, in_b)):
        work, made = panel[labor][rows], panel[output][rows]
        prices = np.ones(len(rows)) if price is None else panel[price][rows]
        # All output at its own price over all at constant prices.
        whole = prices @ made / made.sum() if made.sum() > 0 else np.nan
        y.append((made / work)[kept])
        s.append((work / work.sum())[kept])
        p.append((prices / whole)[kept])
    held = Industries(y0=y[0], y1=y[1], s0=s[0], s1=s[1], p0=p[0], p1=p[1])
    return _Pair(b[in_b], held, len(a) + len(b) - 2 * len(both))


def _labels(panel: Panel, time: str, spans: Sequence[tuple[int, int]]) -> dict[str, Any]:
    first = {int(t): int(np.argmax(panel.time == t)) for t in np.unique(panel.time)}
    return {
        name: panel.keys[time].take(pa.array([first[span[k]] for span in spans], pa.int64()))
        for k, name in enumerate(("time_from", "time_to"))
    }


def _table(panel: Panel, time: str, rows: Sequence[tuple[int, str, tuple[int, int], _Pair]]) -> Table:
    words: dict[str, list[Any]] = {"method": [], "component": [], "contribution": [], "share": []}
    counts: dict[str, list[int]] = {"n_industries": [], "n_unmatched": []}
    cells, spans = [], []
    for cell, method, span, pair in rows:
        parts = {name: float(part.sum()) if pair.told else np.nan for name, part in split(method, pair.held).items()}
        total = pair.held.Y1 / pair.held.Y0 - 1 if pair.told else np.nan
        for name, part in {**parts, "total": total}.items():
            cells.append(cell)
            spans.append(span)
            words["method"].append(method)
            words["component"].append(name)
            words["contribution"].append(part)
            words["share"].append(part / total if total else np.nan)
            counts["n_industries"].append(len(pair.later))
            counts["n_unmatched"].append(pair.n_unmatched)
    made = {name: np.array(of) if name in ("contribution", "share") else of for name, of in words.items()}
    times = _labels(panel, time, spans)
    keys = panel.cells.take(pa.array(cells)) if panel.cells.num_columns else pa.table({"_": cells}).select([])
    return beside(keys, {"method": made.pop("method"), **times, **made, **counts})


def _by_industry(panel: Panel, unit: str, time: str, rows: Sequence[tuple[int, str, tuple[int, int], _Pair]]) -> Table:
    later, spans, methods, names, parts = [], [], [], [], []
    for _, method, span, pair in rows:
        for name, part in (split(method, pair.held) if pair.told else {}).items():
            later.append(pair.later)
            spans += [span] * len(part)
            methods += [method] * len(part)
            names += [name] * len(part)
            parts.append(part)
    place = np.concatenate([np.zeros(0, np.int64), *later])
    keys = panel.keys.select([*panel.cells.column_names, unit]).take(pa.array(place))
    made = {
        "method": pa.array(methods, pa.string()),
        **_labels(panel, time, spans),
        "component": pa.array(names, pa.string()),
        "contribution": np.concatenate([np.zeros(0), *parts]),
    }
    return beside(keys, made)
