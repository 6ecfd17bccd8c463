"""Tables of what composition and structure make of each statistic of a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.table import Table, from_arrays
from industria.work._counterfactual import Counterfactuals, Wanted
from industria.work._gap import intervals

__all__ = ["distribution_tables"]

Array: TypeAlias = npt.NDArray[np.float64]


def distribution_tables(
    gap: Counterfactuals,
    names: Sequence[str],
    orders: Sequence[tuple[int, ...]],
    values: Array,
    draws: Array | None,
    df: float,
    confidence: float,
    n: int,
) -> tuple[Table, Table, Table]:
    """Write what composition and structure make of each statistic.

    Parameters
    ----------
    gap : Counterfactuals
        What was compared.
    names : sequence of str
        Of the blocks.
    orders : sequence of tuple of int
        In which blocks were reweighted.
    values : array, shape (statistics, 2 + reweightings)
        As `gap.values` returns them.
    draws : array, shape (replications, statistics, 2 + reweightings), or None
        The same of each replication.
    df, confidence : float
        Of the intervals.
    n : int
        Workers behind the estimates.

    Returns
    -------
    wide, parts, by_order : Table
        One row a statistic; a part; a block in an order.
    """
    unit = np.eye(values.shape[1])
    everything = unit[gap.place(frozenset(range(len(names))))]
    parts = {
        ("gap", "total"): unit[0] - unit[1],
        ("composition", "total"): everything - unit[1],
        ("structure", "total"): unit[0] - everything,
    }
    steps = [
        (order, block, unit[gap.place(frozenset(order[: i + 1]))] - unit[gap.place(frozenset(order[:i]))])
        for order in orders
        for i, block in enumerate(order)
    ]
    if len(names) > 1:
        for block, name in enumerate(names):
            mean = np.mean([step for _, one, step in steps if one == block], axis=0)
            parts["composition", name] = np.asarray(mean)

    def errors(L: Array) -> Array:
        return np.full((len(values), len(L)), np.nan) if draws is None else (draws @ L.T).std(axis=0, ddof=1)

    L = np.array(list(parts.values()))
    estimates, spread = values @ L.T, errors(L)
    support = {"support_df": df, "support_units": n}
    about = [_about(one) for one in gap.statistics]
    wide: list[dict[str, Any]] = []
    long: list[dict[str, Any]] = []
    for s, labels in enumerate(about):
        words = ("observed", "composition", "structure")
        row = {**labels, **dict(zip(words, estimates[s], strict=False))}
        row |= {f"standard_error_{word}": error for word, error in zip(words, spread[s], strict=False)}
        row |= {"value_other": values[s, 0], "value_reference": values[s, 1]}
        wide.append(row | {"value_counterfactual": float(values[s] @ everything)} | support)
        for p, (part, term) in enumerate(parts):
            numbers = {"estimate": estimates[s, p], "standard_error": spread[s, p]}
            long.append({**labels, "weighting": "reference", "part": part, "term": term, **numbers})
    in_orders = [
        {**labels, "order": " > ".join(names[i] for i in order), "term": names[block], "estimate": values[s] @ step}
        for s, labels in enumerate(about)
        for order, block, step in steps
    ]
    columns = _columns(long)
    columns |= intervals(columns["estimate"], columns["standard_error"], df, confidence)
    return from_arrays(_columns(wide)), from_arrays(columns), from_arrays(_columns(in_orders))


def _about(one: Wanted) -> dict[str, Any]:
    level = one.levels[-1] if one.levels else np.nan
    return {"statistic": one.kind, "level": level, "from_level": one.levels[0] if len(one.levels) == 2 else np.nan}


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    words = ("statistic", "weighting", "part", "term", "order")
    return {
        name: [row[name] for row in rows] if name in words else np.array([row[name] for row in rows])
        for name in rows[0]
    }
