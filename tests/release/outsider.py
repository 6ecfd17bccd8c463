"""An outsider who has the released tables, the trees of their codes and a solver, and shares no code with us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

Key = tuple[str, ...]
Trees = Mapping[str, Sequence[Mapping[str, str]]]
"""By dimension, each tree as code to parent."""


def intervals(
    tables: Sequence[pd.DataFrame],
    dimensions: Sequence[str],
    trees: Trees,
    *,
    value: str = "value",
    lower: float = 0.0,
    known: Mapping[Key, float] | None = None,
) -> dict[Key, tuple[float, float]]:
    """Bound every withheld cell by two linear programs over all relations of all tables.

    Rows of different tables with the same codes are one cell; a dimension that a table lacks is at its total. What no
    table shows is unknown, but for cells below a table's own, of which no row tells: those are nothing.
    """
    told: dict[Key, float] = {}
    for table in tables:
        codes = [table[name] if name in table else pd.Series(["Total"] * len(table)) for name in dimensions]
        for key, x in zip(zip(*codes, strict=True), table[value], strict=True):
            told[key] = x if key not in told or np.isnan(told[key]) else told[key]
    told |= dict(known or {})
    number = {key: i for i, key in enumerate(told)}
    rows: list[dict[int, float]] = []
    for key in told:
        for d, name in enumerate(dimensions):
            for tree in trees[name]:
                parts = [code for code, parent in tree.items() if parent == key[d]]
                children = [
                    number[(*key[:d], code, *key[d + 1 :])]
                    for code in parts
                    if (*key[:d], code, *key[d + 1 :]) in number
                ]
                if children:
                    rows.append({number[key]: 1.0} | dict.fromkeys(children, -1.0))
    A = np.zeros((len(rows), len(told)))
    for i, row in enumerate(rows):
        for j, a in row.items():
            A[i, j] = a
    x = np.array(list(told.values()))
    hidden = np.isnan(x)
    used = np.abs(A[:, hidden]).sum(axis=1) > 0
    b = -(A[used][:, ~hidden] @ x[~hidden])
    at = {j: i for i, j in enumerate(np.flatnonzero(hidden))}
    found = {}
    for key, j in number.items():
        if not hidden[j]:
            continue
        c = np.zeros(int(hidden.sum()))
        c[at[j]] = 1.0
        ends = [_least(sign * c, A[used][:, hidden], b, lower) for sign in (1.0, -1.0)]
        found[key] = (ends[0], -ends[1])
    return found


def _least(c: Any, A: Any, b: Any, lower: float) -> float:
    solved = linprog(c, A_eq=A, b_eq=b, bounds=(lower, None), method="highs")
    if solved.status == 3:
        return -np.inf
    assert solved.status == 0, solved.message
    return float(solved.fun)


def cube(records: pd.DataFrame, by: Sequence[str], trees: Trees, column: str) -> pd.DataFrame:
    """Add records up to every combination of codes and the sums above them, by plain loops."""
    sums: dict[Key, float] = {}
    for row in records.to_dict("records"):
        for key in product(*(_above(str(row[name]), trees[name]) for name in by)):
            sums[key] = sums.get(key, 0.0) + row[column]
    return pd.DataFrame([(*key, x) for key, x in sorted(sums.items())], columns=[*by, column])


def _above(code: str, trees: Sequence[Mapping[str, str]]) -> list[str]:
    found = [code]
    for at in found:
        found += [tree[at] for tree in trees if at in tree and tree[at] not in found]
    return found
