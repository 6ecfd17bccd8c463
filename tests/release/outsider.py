"""An outsider who has the released tables, the trees of their codes and a solver, and shares no code with us."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

LARGEST = 1e5
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
    asked: Collection[Key] | None = None,
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
        if not hidden[j] or (asked is not None and key not in asked):
            continue
        c = np.zeros(int(hidden.sum()))
        c[at[j]] = 1.0
        ends = [_least(sign * c, A[used][:, hidden], b, lower) for sign in (1.0, -1.0)]
        found[key] = (ends[0], -ends[1])
    return found


def _least(c: Any, A: Any, b: Any, lower: float) -> float:
    # Beside larger sums the last bits of a machine exceed what the solver takes for nothing.
    unit = max(1.0, float(np.abs(b).max(initial=0.0)) / LARGEST)
    solved = linprog(c, A_eq=A, b_eq=b / unit, bounds=(lower / unit, None), method="highs")
    if solved.status == 3:
        return -np.inf
    assert solved.status == 0, solved.message
    return float(solved.fun) * unit


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


def behind(records: pd.DataFrame, by: Sequence[str], trees: Trees, column: str) -> dict[Key, dict[str, float]]:
    """List who brings how much to every cell."""
    cells: dict[Key, dict[str, float]] = {}
    for row in records.to_dict("records"):
        for key in product(*(_above(str(row[name]), trees[name]) for name in by)):
            of = cells.setdefault(key, {})
            of[row["unit"]] = of.get(row["unit"], 0.0) + row[column]
    return cells


def level(of: Mapping[str, float], rules: Mapping[str, Any], *, counts: bool) -> float | None:
    """How far above its value an outsider must stay; None where a cell breaks no rule."""
    few = len(of) < rules["threshold"]
    if counts:
        return 1.0 if few else None
    x = sorted(of.values(), reverse=True)
    total = sum(x)
    found = [0.1 * total] if few and total > 0 else []
    if "p" in rules:
        found.append(rules["p"] * x[0] - sum(x[2:]))
    found += [sum(x[:n]) / k - total for n, k in rules.get("dominance", ())]
    most = max(found, default=0.0)
    return most if most > 1e-12 * total and total > 0 else None


def sums_of_withheld(
    values: Mapping[Key, float], cells: Mapping[Key, Mapping[str, float]], dimensions: Sequence[str], trees: Trees
) -> list[dict[str, float]]:
    """Who stands behind what a published total tells of its withheld parts."""
    found = []
    for key, x in values.items():
        for d, name in enumerate(dimensions):
            for tree in trees[name]:
                parts = [(*key[:d], code, *key[d + 1 :]) for code, parent in tree.items() if parent == key[d]]
                gone = [part for part in parts if part in values and np.isnan(values[part])]
                if np.isnan(x) or len(gone) < 2:
                    continue
                together: dict[str, float] = {}
                for part in gone:
                    for unit, amount in cells[part].items():
                        together[unit] = together.get(unit, 0.0) + amount
                found.append(together)
    return found
