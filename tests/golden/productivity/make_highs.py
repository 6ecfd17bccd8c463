"""python make_highs.py [FOLDER]: writes highs.csv, linear programs of frontiers that SciPy's HiGHS solves.

The programs are written out as the papers have them; inputs and outputs are in parts of their means, for HiGHS keeps
its constraints to a tenth of a millionth of their units.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Array = np.ndarray[Any, Any]
answers: list[tuple[str, str, float]] = []


def note(case: str, quantities: Iterable[Any], values: Iterable[float]) -> None:
    answers.extend((case, str(name), value) for name, value in zip(quantities, values, strict=True))


def score(X: Array, Y: Array, x: Array, y: Array, returns: str, side: str) -> float:
    """Least θ with Xλ ≤ θx and Yλ ≥ y, or largest φ with Xλ ≤ x and Yλ ≥ φy; X and Y have a column a unit."""
    inputs = side == "input"
    x, y, X, Y = x / X.mean(axis=1), y / Y.mean(axis=1), X / X.mean(axis=1)[:, None], Y / Y.mean(axis=1)[:, None]
    move = np.concatenate([-x, np.zeros(len(y))]) if inputs else np.concatenate([np.zeros(len(x)), y])
    limit = np.concatenate([np.zeros(len(x)), -y]) if inputs else np.concatenate([x, np.zeros(len(y))])
    rows = [LinearConstraint(np.column_stack([np.vstack([X, -Y]), move]), ub=limit)]
    least, most = {"nonincreasing": (-np.inf, 1.0), "nondecreasing": (1.0, np.inf)}.get(returns, (1.0, 1.0))
    if returns != "constant":
        rows.append(LinearConstraint(np.append(np.ones(X.shape[1]), 0.0), least, most))
    whole = np.append(np.full(X.shape[1], returns == "free_disposal"), False).astype(int)
    cost = np.append(np.zeros(X.shape[1]), 1.0 if inputs else -1.0)
    found = milp(cost, integrality=whole, bounds=Bounds(0.0, np.inf), constraints=rows)
    return float(found.x[-1]) if found.success else np.nan


def scores(X: Array, Y: Array, returns: str, side: str) -> list[float]:
    return [score(X, Y, X[:, j], Y[:, j], returns, side) for j in range(X.shape[1])]


seven = np.array([[100.0, 200, 300, 500, 100, 200, 600]]), np.array([[75.0, 100, 300, 400, 25, 50, 400]])
X = np.array([[5.0, 16, 16, 17, 18, 23, 25, 27, 37, 42, 5], [13.0, 12, 26, 15, 14, 6, 10, 22, 14, 25, 17]])
eleven = X, np.array([[12.0, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12]])
for returns in ("constant", "variable"):
    note(f"eleven units {returns} input", "abcdefghijk", scores(*eleven, returns, "input"))
for returns in ("variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"):
    for side in ("input", "output"):
        note(f"seven units {returns} {side}", "abcdefg", scores(*seven, returns, side))


def distance(technology: tuple[Array, Array], x: Array, y: Array, returns: str, side: str = "output") -> float:
    """Shephard's distance: 1/φ of outputs, 1/θ of inputs."""
    return 1 / score(*technology, x, y, returns, side)


def malmquist(case: str, before: tuple[Array, Array], after: tuple[Array, Array], names: Iterable[str]) -> None:
    """Constant returns, outputs: √(D⁰₁/D⁰₀ · D¹₁/D¹₀), of it catching up D¹₁/D⁰₀."""
    for j, name in enumerate(names):
        then, now = ((X[:, j], Y[:, j]) for X, Y in (before, after))
        D = {
            (t, u): distance(t_, *u_, "constant")
            for t, t_ in ((0, before), (1, after))
            for u, u_ in ((0, then), (1, now))
        }
        catching_up = D[1, 1] / D[0, 0]
        change = (D[0, 1] / D[0, 0] * D[1, 1] / D[1, 0]) ** 0.5
        parts = {"change": change, "efficiency_change": catching_up, "technical_change": change / catching_up}
        note(case, [f"{name} {part}" for part in parts], parts.values())


def one_good(x: list[float], y: list[float]) -> tuple[Array, Array]:
    return np.array([x], dtype=float), np.array([y], dtype=float)


malmquist(
    "five units Malmquist",
    one_good([2, 3, 5, 4, 4], [1, 4, 6, 3, 5]),
    one_good([1, 2, 4, 3, 4], [1, 4, 6, 3, 3]),
    "abcde",
)
malmquist(
    "four units Malmquist",
    one_good([10, 28, 30, 60], [5, 7, 10, 15]),
    one_good([12, 26, 16, 60], [6, 8, 9, 15]),
    "abcd",
)


def step(Y: Array, B: Array, y: float, b: float) -> float:
    """Largest β with Yλ ≥ (1 + β) y, Bλ ≤ (1 - β) b and Σλ ≤ 1: one input of 1, constant returns."""
    n = len(Y)
    rows = np.vstack([np.append(-Y, y), np.append(B, b), np.append(np.ones(n), 0.0)])
    bounds = [(0, None)] * n + [(None, None)]
    return float(-linprog(np.append(np.zeros(n), -1.0), rows, [-y, b, 1.0], bounds=bounds).fun)


Y, B = np.array([[7, 5, 1, 3, 4], [8, 5.5, 2, 2, 4]]), np.array([[2.0, 5, 3, 3, 2], [1.0, 3, 2, 4, 1]])
for j, name in enumerate("abcde"):
    D = [[1 + step(Y[t], B[t], Y[u, j], B[u, j]) for u in (0, 1)] for t in (0, 1)]
    note("five units Malmquist-Luenberger", [name], [(D[0][0] / D[0][1] * D[1][0] / D[1][1]) ** 0.5])

folder = Path([*sys.argv[1:], os.environ.get("INDUSTRIA_MIRROR", "")][0]) / "productivity"
sites = pd.read_csv(folder / "charnes1981.csv")
sites_goods = sites[[f"x{i}" for i in range(1, 6)]].to_numpy().T, sites[["y1", "y2", "y3"]].to_numpy().T
for returns, side in (("variable", "input"), ("constant", "input"), ("variable", "output")):
    found = np.array(scores(*sites_goods, returns, side))
    note(f"schools {returns} {side}", ["sum", "first"], [found.sum(), found[0]])

farms = pd.read_csv(folder / "us_agriculture_states.csv").sort_values(["state", "year"])
inputs, outputs = (
    farms.columns[farms.columns.isin([f"q_{of}" for of in names])]
    for names in (("capital", "land", "labor", "materials"), ("livestock", "crop", "other"))
)


def goods(rows: pd.DataFrame) -> tuple[Array, Array]:
    return rows[inputs].to_numpy().T, rows[outputs].to_numpy().T


years = [goods(farms[farms["year"] == year]) for year in (1995, 1996)]
malmquist("farms Malmquist", years[0], years[1], ["AL"])

(x0, q0), (x1, q1) = ((X[:, 0], Y[:, 0]) for X, Y in years)
made = [distance(years[t], x, q1, "variable") / distance(years[t], x, q0, "variable") for t, x in ((0, x0), (1, x1))]
used = [
    distance(years[t], x1, q, "variable", "input") / distance(years[t], x0, q, "variable", "input")
    for t, q in ((0, q0), (1, q1))
]
note("farms Hicks-Moorsteen", ["AL"], [(made[0] / used[0] * made[1] / used[1]) ** 0.5])

pooled = goods(farms)
mean_x, mean_q = (of.mean(axis=1) for of in pooled)
level = distance(pooled, mean_x, q0, "variable") / distance(pooled, x0, mean_q, "variable", "input")
note("farms Färe-Primont", ["AL 1995"], [level])

pd.DataFrame(answers, columns=["case", "quantity", "value"]).to_csv(
    Path(__file__).with_name("highs.csv"), index=False, float_format="%.12g"
)
