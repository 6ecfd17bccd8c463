"""Programs of data envelopment analysis as HiGHS solves them, and data that are hard on a solver."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog


def step_of_highs(
    drawing: tuple[Any, Any, Any],
    unit: tuple[Any, Any, Any],
    direction: tuple[Any, Any, Any],
    returns: str,
    without: int = -1,
) -> float:
    """Largest step of one unit; NaN where there is none, infinite where there is no end.

    Inputs, outputs and bad outputs in parts of their means, as HiGHS meets its constraints to 1e-7 of their units.
    """
    drawing, unit, direction = _in_means(drawing, unit, direction)
    kept = np.arange(len(drawing[0])) != without
    X, Y, B = (of[kept] for of in drawing)
    n, m, s, q = len(X), X.shape[1], Y.shape[1], B.shape[1]
    idle = n if q and returns in ("variable", "nondecreasing") else 0
    nothing = np.zeros((n if idle else 0, s + q))
    columns = np.vstack([np.hstack([X, -Y, B]), np.hstack([X[: len(nothing)], nothing])]).T
    step = np.concatenate(direction)[:, None]
    program, limit = np.hstack([columns, step]), np.concatenate([unit[0], -unit[1], unit[2]])
    sum_of_weights = np.append(np.ones(n + idle), 0.0)[None, :]
    upper, upper_limit, equal, equal_limit = program[: m + s], limit[: m + s], program[m + s :], limit[m + s :]
    if returns == "variable":
        equal, equal_limit = np.vstack([equal, sum_of_weights]), np.append(equal_limit, 1.0)
    elif returns != "constant":
        sign = 1.0 if returns == "nonincreasing" else -1.0
        upper, upper_limit = np.vstack([upper, sign * sum_of_weights]), np.append(upper_limit, sign)
    cost = np.append(np.zeros(n + idle), -1.0)
    bounds = [(0, None)] * (n + idle) + [(None, None)]
    found = linprog(cost, A_ub=upper, b_ub=upper_limit, A_eq=equal, b_eq=equal_limit, bounds=bounds, method="highs")
    return -found.fun if found.status == 0 else np.nan if found.status == 2 else np.inf


def _in_means(*parts: tuple[Any, Any, Any]) -> list[tuple[Any, Any, Any]]:
    means = [np.where(of.mean(axis=0) == 0, 1.0, of.mean(axis=0)) for of in parts[0]]
    return [tuple(of / mean for of, mean in zip(part, means, strict=True)) for part in parts]  # type: ignore[misc]


KINDS = ("plain", "ties", "zeros", "duplicates", "constant", "same", "grid")


def hard_data(rng: np.random.Generator, kind: str, n: int, m: int, s: int, q: int = 0) -> tuple[Any, Any, Any]:
    """Inputs, outputs and bad outputs with what makes programs degenerate; each unit has some of both."""
    X, Y, B = (rng.lognormal(size=(n, k)) for k in (m, s, q))
    if kind == "ties":
        X, Y = np.round(X * 2) + 1, np.round(Y * 2) + 1
    elif kind == "zeros":
        X[rng.random(X.shape) < 0.25], Y[rng.random(Y.shape) < 0.25] = 0, 0
    elif kind == "duplicates":
        X[n // 2 :], Y[n // 2 :] = X[: n - n // 2], Y[: n - n // 2]
    elif kind == "constant":
        X[:, 0] = 3
    elif kind == "same":
        X[:], Y[:] = X[0], Y[0]
    elif kind == "grid":
        X, Y = rng.integers(1, 4, (n, m)).astype(float), rng.integers(0, 3, (n, s)).astype(float)
    X[X.sum(axis=1) == 0, 0], Y[Y.sum(axis=1) == 0, 0] = 1, 1
    return X, Y, B


def sum_of_highs(drawing: tuple[Any, Any], unit: tuple[Any, Any], weights: Any, returns: str) -> float:
    """Largest weighted sum of slacks of one unit."""
    columns, amounts = _with_slacks(drawing), np.concatenate(unit)
    n = len(drawing[0])
    upper, upper_limit, equal, equal_limit = _returns(columns.shape[1], np.arange(n), np.zeros(0, int), returns)
    cost = -np.concatenate([np.zeros(n), weights])
    equal, equal_limit = np.vstack([columns, equal]), np.concatenate([amounts, equal_limit])
    found = linprog(cost, A_ub=upper, b_ub=upper_limit, A_eq=equal, b_eq=equal_limit, method="highs")
    return -found.fun if found.status == 0 else np.nan


def ratio_of_highs(drawing: tuple[Any, Any], unit: tuple[Any, Any], returns: str) -> float:
    """Least (1 - mean s/x) / (1 + mean s/y) as Charnes & Cooper (1962) make it linear; t is the last variable."""
    n, m = len(drawing[0]), len(unit[0])
    columns = np.column_stack([_with_slacks(drawing), -np.concatenate(unit)])
    parts = [np.where(of > 0, 1 / np.where(of > 0, of, 1), 0) / max((of > 0).sum(), 1) for of in unit]
    share = np.concatenate([np.zeros(n + m), parts[1], [1.0]])
    last = np.array([columns.shape[1] - 1])
    upper, upper_limit, equal, equal_limit = _returns(columns.shape[1], np.arange(n), last, returns)
    cost = np.concatenate([np.zeros(n), -parts[0], np.zeros(len(parts[1])), [1.0]])
    equal, equal_limit = (
        np.vstack([columns, share, equal]),
        np.concatenate([np.zeros(len(columns)), [1.0], equal_limit]),
    )
    return float(linprog(cost, A_ub=upper, b_ub=upper_limit, A_eq=equal, b_eq=equal_limit, method="highs").fun)


def _with_slacks(drawing: tuple[Any, Any]) -> Any:
    X, Y = drawing
    signs = np.diag(np.repeat([1.0, -1.0], [X.shape[1], Y.shape[1]]))
    return np.hstack([np.hstack([X, Y]).T, signs])


def _returns(variables: int, weights: Any, scale: Any, returns: str) -> tuple[Any, Any, Any, Any]:
    """Σλ = 1, ≤ 1, ≥ 1 or nothing; where `scale` names a variable, that one in place of 1."""
    row, one = np.zeros((1, variables)), np.array([0.0 if len(scale) else 1.0])
    row[0, weights], row[0, scale] = 1.0, -1.0
    none, empty = np.zeros((0, variables)), np.zeros(0)
    if returns == "variable":
        return none, empty, row, one
    if returns == "constant":
        return none, empty, none, empty
    sign = 1.0 if returns == "nonincreasing" else -1.0
    return sign * row, sign * one, none, empty
