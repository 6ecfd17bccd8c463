"""How many of a stage reach the next, with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, Rows, read
from industria.core.table import Array, TableLike
from industria.ecosystems._matches import in_order
from industria.errors import CircleError, EmptyTableError, OutsideRangeError, ParameterRangeError
from industria.kernels.binomial import exact_interval

__all__ = ["ConversionFunnel", "conversion_funnel"]

STAGES: Final = (
    Field("stage"),
    Field("count", "count"),
    Field("at_least", "truth", False),
    Field("nested_in", "text", None),
    Field("source", "text", None),
)
BOUNDS: Final = {(False, False): "exact", (True, False): "at_least", (False, True): "at_most", (True, True): "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ConversionFunnel(Result):
    """Conversions of a funnel.

    Attributes
    ----------
    table : Table
        One row a stage, each below the stage that it is nested in: `stage, count, at_least, nested_in, place, base,
        conversion, low, high, bound, start, from_start, from_start_low, from_start_high,
        from_start_bound, source`.
    n_apart : int
        Stages that are nested in none, and none in them.
    confidence : float
        Of the intervals.
    """

    n_apart: int
    confidence: float


@measure(
    gives={
        "at_least": "whether the publisher says more than the count [1]",
        "nested_in": "stage of which it is a part [name]",
        "source": "who says so [name]",
        "place": "start of a chain, nested in another stage, or apart from all others [name]",
        "base": "count of the stage that it is nested in [count]",
        "conversion": "count over base; a bound where one of them is [fraction]",
        "low": "lower end of the exact interval [fraction]",
        "high": "upper end of the exact interval [fraction]",
        "bound": "what the conversion is: exact, at_least, at_most, or unknown where both counts are bounds [name]",
        "start": "first stage of its chain [name]",
        "from_start": "count over that of the first stage of the chain [fraction]",
        "from_start_low": "lower end of its exact interval [fraction]",
        "from_start_high": "upper end of its exact interval [fraction]",
        "from_start_bound": "what it is, as for the conversion [name]",
    },
    cites="Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26(4), 404-413",
    design="descriptive",
)
def conversion_funnel(stages: TableLike, *, confidence: float = 0.95) -> ConversionFunnel:
    """Divide each stage of a funnel by the one that it is nested in, with exact intervals.

    Only what is a part of another is divided by it. Two grants may go to one firm, and firms
    helped may lie in another state: such stages are apart, are marked, and have no conversion.

    Parameters
    ----------
    stages : Table
        `stage, count`, and if there `at_least` (true where the publisher says "more than"), `nested_in`
        (the stage of which it is a part; null where it is of none), `source`.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    ConversionFunnel
        A count that may be larger leaves its interval open: above where it is the stage's own, below where it
        is the base. Null where there is no base, or where it is 0.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a count is below 0, not whole, or larger than that of the stage that it is nested in.
    DuplicateRowError
        If a stage stands twice.
    UnknownLabelError
        If a stage is nested in one that is not listed; the message has the nearest.
    CircleError
        If stages are nested in one another in a circle.
    EmptyTableError
        If there are no stages.
    ParameterRangeError
        If `confidence` is not between 0 and 1.

    Examples
    --------
    Grants of two rounds may go to one firm twice: they are no part of those who applied for the first.

    >>> import pandas as pd
    >>> stages = pd.DataFrame({
    ...     "stage": ["applied", "granted", "for testing", "both rounds"],
    ...     "count": [71, 15, 2, 28],
    ...     "nested_in": [None, "applied", "granted", None],
    ... })
    >>> found = conversion_funnel(stages).to_pandas()
    >>> print(found[["stage", "place", "conversion", "low", "high", "from_start"]].round(3).to_string(index=False))
          stage  place  conversion   low  high  from_start
        applied  start         NaN   NaN   NaN         NaN
        granted nested       0.211 0.123 0.324       0.211
    for testing nested       0.133 0.017 0.405       0.028
    both rounds  apart         NaN   NaN   NaN         NaN
    """
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "a number between 0 and 1")
    rows = read(stages, "stages", *STAGES, key=("stage",))
    if not rows.n:
        raise EmptyTableError("stages")
    parent = rows.places("nested_in", rows["stage"], "stages")
    start = _starts(rows, parent)
    _refuse_larger(rows, parent)
    has_parts = np.isin(np.arange(rows.n), parent)
    place = np.where(parent >= 0, "nested", np.where(has_parts, "start", "apart"))
    nested = parent >= 0
    step, whole = (_conversion(rows, np.where(nested, base, -1), confidence) for base in (parent, start))
    table = pa.table(
        {
            "stage": rows["stage"],
            "count": rows["count"].astype(np.int64),
            "at_least": rows["at_least"],
            "nested_in": pa.array(rows["nested_in"], pa.string()),
            "place": place.tolist(),
            "base": pa.array(np.where(nested, rows["count"][parent], 0).astype(np.int64), mask=~nested),
            "conversion": step["share"],
            "low": step["low"],
            "high": step["high"],
            "bound": step["bound"],
            "start": pa.array([rows["stage"][i] if part else None for i, part in zip(start, nested, strict=True)]),
            "from_start": whole["share"],
            "from_start_low": whole["low"],
            "from_start_high": whole["high"],
            "from_start_bound": whole["bound"],
            "source": pa.array(rows["source"], pa.string()),
        }
    )
    table = table.take(pa.array(_order(rows, parent)))
    return ConversionFunnel(
        table=in_order(table, "funnel"), n_apart=int((place == "apart").sum()), confidence=confidence
    )


def _starts(rows: Rows, parent: Array) -> Array:
    """Find the first stage of each chain."""
    found = np.arange(rows.n)
    for i in range(rows.n):
        chain = [i]
        while parent[chain[-1]] >= 0:
            if parent[chain[-1]] in chain:
                circle = chain[chain.index(int(parent[chain[-1]])) :]
                raise CircleError("stages", "nested_in", [rows["stage"][one] for one in [*circle, circle[0]]])
            chain.append(int(parent[chain[-1]]))
        found[i] = chain[-1]
    return found


def _refuse_larger(rows: Rows, parent: Array) -> None:
    count = rows["count"]
    for i in np.flatnonzero((parent >= 0) & (count > count[parent])):
        if not rows["at_least"][parent[i]]:
            larger = (
                f"is at most {count[parent[i]]:g}, the count of {rows['stage'][parent[i]]!r}, of which it is a part"
            )
            raise OutsideRangeError("stages", "count", float(count[i]), rows.where(int(i), "stage"), larger)


def _conversion(rows: Rows, base: Array, confidence: float) -> dict[str, pa.Array]:
    """Divide counts by those of their bases; where one is a bound the interval is open on its side."""
    k, n = rows["count"], np.where(base >= 0, rows["count"][base], 0.0)
    more, more_below = (np.array(rows["at_least"])[i] for i in (np.arange(rows.n), base))
    # A part that is larger than "more than" its whole tells nothing of their ratio.
    more = more | (k > n)
    known = (base >= 0) & (n > 0)
    low, high = exact_interval(np.minimum(k, n), np.maximum(n, 1), confidence)
    share = np.divide(k, n, out=np.full(rows.n, np.nan), where=known & (k <= n))
    bound = [
        BOUNDS[bool(over), bool(under)] if ok else None for over, under, ok in zip(more, more_below, known, strict=True)
    ]
    return {
        "share": pa.array(share, from_pandas=True),
        "low": pa.array(np.where(more_below, 0.0, low), mask=~known),
        "high": pa.array(np.where(more, 1.0, high), mask=~known),
        "bound": pa.array(bound, pa.string()),
    }


def _order(rows: Rows, parent: Array) -> list[int]:
    """Put each stage below the one that it is nested in, the larger first."""
    parts: dict[int, list[int]] = {}
    for i in sorted(range(rows.n), key=lambda i: (-rows["count"][i], rows["stage"][i])):
        parts.setdefault(int(parent[i]), []).append(i)
    placed: list[int] = []
    todo = parts.get(-1, [])[::-1]
    while todo:
        placed.append(todo.pop())
        todo += parts.get(placed[-1], [])[::-1]
    return placed
