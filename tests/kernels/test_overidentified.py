from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.markov_rows import Markov, innovations, net_of_process, process
from industria.kernels.overidentified import second_round
from tests.strategies import simulated_firms


def rows_of(seed: int) -> tuple[Markov, np.ndarray]:
    """Rows with two lags, output without noise, four instruments for two coefficients."""
    t = simulated_firms(1, seed, firms=400, years=8).to_pandas().sort_values(["firm", "year"])
    phi, X = (0.6 * t["l"] + 0.4 * t["k"] + (t["m"] - 0.6 * t["l"] - 0.4 * t["k"])).to_numpy(), t[["l", "k"]].to_numpy()
    now = np.flatnonzero(t["year"] > 2002)
    Z = np.column_stack([X[now - 1, 0], X[now, 1], X[now - 1, 1], X[now - 2, 0]])
    rows = Markov(phi[now], phi[now - 1], X[now], X[now - 1], Z, None, np.ones(len(now)), process(3)[0])
    return rows, t["firm"].to_numpy()[now]


def test_the_minimum_is_flat_and_near_the_truth() -> None:
    rows, unit = rows_of(1)
    b = np.array([0.6, 0.4])
    found = second_round(rows, unit, b)
    assert found is not None
    scores = net_of_process(rows, b, rows.Z) * innovations(rows, b)[0][:, None]
    by_unit = np.add.reduceat(scores, np.flatnonzero(np.diff(unit, prepend=-1)))
    # Firms' rows stand together, years of each the same: their mean weight is one.
    inverse = np.linalg.inv(by_unit.T @ by_unit)

    def J(at: np.ndarray) -> float:
        F = rows.Z.T @ innovations(rows, at)[0]
        return float(F @ inverse @ F)

    assert pytest.approx(J(found.b), rel=1e-6) == found.J
    assert all(J(found.b + 1e-3 * step) > found.J for step in (*np.eye(2), *-np.eye(2)))
    assert found.b.tolist() == pytest.approx([0.6, 0.4], abs=0.03)


def test_moments_that_hold_are_rejected_as_often_as_they_should() -> None:
    """Chi-squared with two degrees of freedom: mean 2, and 5.99 exceeded once in twenty."""
    found = [second_round(*rows_of(seed), np.array([0.6, 0.4])) for seed in range(40)]
    values = np.array([one.J for one in found if one is not None])

    assert len(values) == 40
    assert {one.df for one in found if one is not None} == {2}
    # Three standard errors of a mean of forty, each with variance 4.
    assert values.mean() == pytest.approx(2, abs=3 * 2 / np.sqrt(40))
