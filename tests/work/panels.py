"""Panels of workers and firms, and leave-out estimates by fitting again without each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

WAGES = {"worker": "worker", "firm": "firm", "period": "period", "wage": "log_wage"}


def panel(seed: int, *, workers: int = 40, firms: int = 5, periods: int = 4, moving: float = 0.6) -> pd.DataFrame:
    """Wages of workers who may move once, and whose errors hang on the firm."""
    draw = np.random.default_rng(seed)
    start, end = draw.integers(0, firms, workers), draw.integers(0, firms, workers)
    leaves = np.where(draw.random(workers) < moving, draw.integers(1, periods, workers), periods)
    seen = draw.integers(2, periods + 1, workers)
    rows = [
        (w, end[w] if t >= leaves[w] else start[w], t) for w in range(workers) for t in range(periods) if t < seen[w]
    ]
    w, f, t = (np.array(column) for column in zip(*rows, strict=True))
    wage = draw.normal(0, 0.5, workers)[w] + draw.normal(0, 0.3, firms)[f] + 0.1 * t
    wage = wage + draw.normal(0, 0.1, len(w)) * (1 + f)
    return pd.DataFrame(
        {
            "worker": [f"w{i:03d}" for i in w],
            "firm": [f"f{i}" for i in f],
            "period": 2000 + t,
            "log_wage": wage,
            "tenure": draw.normal(0, 1, len(w)),
            "weight": draw.integers(1, 4, len(w)) / 2,
        }
    )


def design(rows: pd.DataFrame, controls: Sequence[str] = ()) -> Any:
    """Indicators of workers, then of firms but the first, then controls."""
    D = pd.get_dummies(rows["worker"], dtype=float).to_numpy()
    F = pd.get_dummies(rows["firm"], dtype=float).to_numpy()
    return np.column_stack([D, F[:, 1:], rows[[*controls]].to_numpy(float)]), D.shape[1], F


def by_hand(rows: pd.DataFrame, leave_out: str, weight: Any = None, group: Any = None) -> dict[str, Any]:
    """Firm, worker, covariance: plug-in, homoskedastic and leave-out, fitted again without each row.

    With `leave_out="match"` rows are first brought to one a worker and firm, whose mean
    counts as often as it has rows; only who has one of these is left out by row.
    """
    X, W, F = design(rows)
    n = len(rows)
    w = np.ones(n) if weight is None else np.asarray(weight, float) / np.mean(weight)
    y = rows["log_wage"].to_numpy()
    S = np.linalg.inv((X * w[:, None]).T @ X)
    b = S @ (X * w[:, None]).T @ y
    worker = np.column_stack([X[:, :W], np.zeros((n, X.shape[1] - W))])
    firm = np.column_stack([np.zeros((n, W)), F[:, 1:]])
    v = w if group is None else w * group
    rows_in = n if group is None else int(np.sum(group))
    C = (np.diag(v) - np.outer(v, v) / v.sum()) / (v.sum() * (rows_in - 1) / rows_in)
    forms = {
        "firm": firm.T @ C @ firm,
        "worker": worker.T @ C @ worker,
        "covariance": (firm.T @ C @ worker + worker.T @ C @ firm) / 2,
    }
    rss = float(w @ (y - X @ b) ** 2) / (n - X.shape[1])
    blocks = [[i] for i in range(n)]
    if leave_out == "match":
        stays = rows.groupby("worker")["firm"].transform("nunique") == 1
        of = rows.groupby(["worker", "firm"]).ngroup().to_numpy()
        blocks = [[i] for i in np.flatnonzero(stays)]
        blocks += [list(np.flatnonzero(of == g)) for g in np.unique(of[~stays])]
    found: dict[str, Any] = {}
    for name, A in forms.items():
        T = S @ A @ S
        plain = b @ A @ b
        homo = plain - rss * np.trace(A @ S)
        bias = 0.0
        for block in blocks:
            x, weight_of = X[block[0]], w[block].sum()
            bias += weight_of * (x @ T @ x) * left_out_variance(X, y, w, block, np.average(y, weights=w))
        found[name] = (plain, homo, plain - bias)
    return found


def left_out_variance(X: Any, y: Any, w: Any, block: Any, mean: float) -> float:
    """(y - mean) times the error of a fit without the block, both of its weighted mean."""
    block = np.atleast_1d(block)
    rest = np.setdiff1d(np.arange(len(y)), block)
    root = np.sqrt(w[rest])
    b = np.linalg.lstsq(X[rest] * root[:, None], y[rest] * root, rcond=None)[0]
    own = np.average(y[block], weights=w[block])
    return float(w[block].sum() * (own - mean) * (own - X[block[0]] @ b))
