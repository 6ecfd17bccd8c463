"""Firms of three industries, and a reader who solves for a cell that a table withholds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from industria.core.result import Result
from industria.evaluation import normal_equations
from industria.release import Policy
from industria.release.release import Release

RULES = Policy(threshold=3, p=0.1)
CELLS = {("x", "n"): 2, ("x", "s"): 9, ("y", "n"): 8, ("y", "s"): 9, ("z", "n"): 11, ("z", "s"): 12}
Equation = tuple[dict[tuple[str, str], float], float]


def plants(cells: dict[tuple[str, str], int] = CELLS) -> pd.DataFrame:
    """Firms of three industries north and south, their sales and a number that is nobody's secret."""
    rng = np.random.default_rng(2)
    rows = pd.DataFrame([(a, b) for (a, b), n in cells.items() for _ in range(n)], columns=["a", "b"])
    rows = rows.assign(firm=[f"f{i}" for i in range(len(rows))], y=(rows.a == "y") * 1.0, north=(rows.b == "n") * 1.0)
    rows["both"] = rows.y * rows.north
    return rows.assign(sales=rng.normal(100, 5, len(rows)).round(2), size=rng.normal(size=len(rows)).round(2))


def told_by_table(found: Release, step: str, value: str = "count") -> list[Equation]:
    """Write each published cell as a sum over the six."""
    told = []
    for row in found.table(step).to_pylist():
        codes = {"a": row.get("a", "Total"), "b": row.get("b", "Total")}
        inside = [k for k in CELLS if codes["a"] in ("Total", k[0]) and codes["b"] in ("Total", k[1])]
        if row[value] is not None:
            told.append((dict.fromkeys(inside, 1.0), row[value]))
    return told


def told_by_moments(found: Release, step: str, kind: str = "cross_product") -> list[Equation]:
    """Write each sum of products of the dummies y, north and both as a sum over the six."""
    among = {"y": lambda k: k[0] == "y", "north": lambda k: k[1] == "n", "both": lambda k: k == ("y", "n")}
    if "moments" not in found.tables(step):
        return []
    told = []
    for row in found.table(step, "moments").to_pylist():
        names = [row["row"], row["column"] or row["row"]] if kind == "cross_product" else [row["row"]]
        if row["kind"] == kind and set(names) <= set(among):
            told.append(({k: 1.0 for k in CELLS if all(among[name](k) for name in names)}, row["value"]))
    return told


def reach(told: list[Equation], cell: tuple[str, str]) -> tuple[float, float]:
    """Solve for the ends of what a cell can be, with a program of its own."""
    names = list(CELLS)
    A = np.array([[of.get(name, 0.0) for name in names] for of, _ in told])
    b = np.array([value for _, value in told])
    c = np.array([float(name == cell) for name in names])
    low, high = (linprog(sign * c, A_eq=A, b_eq=b, bounds=(0, None)) for sign in (1, -1))
    assert low.status == 0, low.message
    return low.fun, np.inf if high.status == 3 else -high.fun


def fit(rows: pd.DataFrame, regressors: list[str], outcome: str = "size", **more: Any) -> Result:
    return normal_equations(rows, outcome=outcome, regressors=regressors, unit="firm", **more)


def moments(found: Release, step: str) -> bool:
    return "moments" in found.tables(step)
