"""A bootstrap of 200 replications over a survey of 40 thousand workers, against fitting statsmodels anew each time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.work import oaxaca_blinder, reweighting_decomposition, rif_decomposition

ROWS, REPLICATIONS, THEIRS = 40_000, 200, 5
CALL: dict[str, Any] = {
    "outcome": "log_wage",
    "group": "sex",
    "reference": "men",
    "formula": "C(school_years) + experience + I(experience**2) + region + industry",
}


@pytest.fixture(scope="module")
def workers() -> pd.DataFrame:
    """Years of school and experience, regions and industries, as in a labor force survey."""
    rng = np.random.default_rng(1)
    woman = rng.integers(0, 2, ROWS)
    school = np.clip(np.round(rng.normal(13, 2.5, ROWS) + 0.3 * woman), 6, 20)
    experience = rng.integers(0, 46, ROWS)
    industry = np.where(rng.uniform(size=ROWS) < 0.2, 3 * woman, rng.integers(0, 12, ROWS))
    log_wage = 1 + 0.08 * school + 0.03 * experience - 0.0005 * experience**2 - 0.15 * woman + rng.normal(0, 0.5, ROWS)
    return pd.DataFrame(
        {
            "sex": np.where(woman == 1, "women", "men"),
            "log_wage": np.round(log_wage, 2),
            "school_years": school.astype(int),
            "experience": experience,
            "region": np.array(["north", "south", "east", "west"])[rng.integers(0, 4, ROWS)],
            "industry": np.char.add("i", industry.astype(str)),
        }
    )


@pytest.fixture(scope="module")
def matrices(workers: pd.DataFrame) -> tuple[Any, Any, Any]:
    """The same regressors as statsmodels takes them, made once."""
    dummies = pd.get_dummies(workers[["school_years", "region", "industry"]].astype(str), drop_first=True, dtype=float)
    experience = workers["experience"].to_numpy(float)
    X = np.column_stack([np.ones(ROWS), dummies, experience, experience**2])
    return X, workers["log_wage"].to_numpy(), (workers["sex"] == "women").to_numpy()


def _means(sm: Any, X: Any, y: Any, woman: Any) -> float:
    slopes = [sm.OLS(y[side], X[side]).fit().params for side in (woman, ~woman)]
    return float((X[woman].mean(0) - X[~woman].mean(0)) @ slopes[1])


def _influence(sm: Any, X: Any, y: Any, woman: Any) -> float:
    """Three deciles: a kernel density, the influence function and its regression on each side."""
    found = 0.0
    for level in (0.1, 0.5, 0.9):
        slopes = []
        for side in (woman, ~woman):
            q = np.quantile(y[side], level)
            h = 0.9 * y[side].std() * side.sum() ** -0.2
            density = np.exp(-(((y[side] - q) / h) ** 2) / 2).mean() / (h * np.sqrt(2 * np.pi))
            slopes.append(sm.OLS(q + (level - (y[side] <= q)) / density, X[side]).fit().params)
        found += (X[woman].mean(0) - X[~woman].mean(0)) @ slopes[1]
    return float(found)


def _reweighting(sm: Any, X: Any, y: Any, woman: Any) -> float:
    """A logit, and mean and quantiles of three distributions."""
    p = sm.Logit(woman.astype(float), X).fit(disp=0).predict(X)
    weights = (np.ones(woman.sum()), np.ones((~woman).sum()), (p / (1 - p))[~woman])
    found = 0.0
    for values, w in zip((y[woman], y[~woman], y[~woman]), weights, strict=True):
        order = np.argsort(values)
        F = np.cumsum(w[order])
        found += np.average(values, weights=w)
        found += values[order][np.searchsorted(F, np.array([0.1, 0.25, 0.5, 0.75, 0.9]) * F[-1])].sum()
    return float(found)


def _by_hand(matrices: tuple[Any, Any, Any], once: Callable[..., float]) -> float:
    """Draw rows with replacement and take the gap apart, as a bootstrap by hand does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm
    rng = np.random.default_rng(0)
    draws = (rng.integers(0, ROWS, ROWS) for _ in range(THEIRS))
    return float(np.std([once(sm, *(of[rows] for of in matrices)) for rows in draws], ddof=1))


MEASURES: dict[str, tuple[Callable[..., Any], dict[str, Any], Callable[..., float]]] = {
    "means": (oaxaca_blinder, {}, _means),
    "influence": (rif_decomposition, {"statistic": "quantile", "level": [0.1, 0.5, 0.9]}, _influence),
    "reweighting": (reweighting_decomposition, {"statistics": ["mean", "quantile"]}, _reweighting),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_a_bootstrap_weights_cells_anew(
    benchmark: Any,
    workers: pd.DataFrame,
    matrices: tuple[Any, Any, Any],
    seconds: Callable[..., float],
    kind: str,
) -> None:
    measure, options, once = MEASURES[kind]

    def ours() -> Any:
        return measure(workers, **CALL, **options, replications=REPLICATIONS)

    result = benchmark.pedantic(ours, rounds=1, warmup_rounds=0)
    a_replication = benchmark.stats.stats.min / REPLICATIONS
    theirs = seconds(lambda: _by_hand(matrices, once), times=1) / THEIRS
    ratio = a_replication / theirs
    benchmark.extra_info |= {
        "times statsmodels": round(ratio, 3),
        "milliseconds a replication": round(1e3 * a_replication, 1),
        "cells": result.n_cells,
    }
    # Fast and wrong is wrong: the explained part, and an error that 200 draws know to a twentieth.
    if kind == "means":
        X, y, woman = matrices
        slopes = np.linalg.lstsq(X[~woman], y[~woman], rcond=None)[0]
        row = result.to_pandas().query("part == 'explained' and term == 'total'").iloc[0]
        np.testing.assert_allclose(row["estimate"], (X[woman].mean(0) - X[~woman].mean(0)) @ slopes, atol=1e-10)
        known = oaxaca_blinder(workers, **CALL).to_pandas().query("part == 'explained' and term == 'total'").iloc[0]
        np.testing.assert_allclose(row["standard_error"], known["standard_error"], rtol=0.2)
    assert ratio < 0.1
