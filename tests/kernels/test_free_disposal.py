from __future__ import annotations

import numpy as np
import pytest

from industria.kernels import free_disposal as module
from industria.kernels.free_disposal import free_disposal
from tests.kernels.programs_of_highs import KINDS, hard_data


def by_comparing(drawing: tuple[np.ndarray, np.ndarray], unit: tuple[np.ndarray, ...], out: int) -> float:
    """Input side, one unit after another: the least share of inputs at which some unit makes as much."""
    shares = [
        max(x / of if of > 0 else (np.inf if x > 0 else 0.0) for x, of in zip(X, unit[0], strict=True))
        for j, (X, Y) in enumerate(zip(*drawing, strict=True))
        if (unit[1] <= Y).all() and j != out
    ]
    return min(shares, default=np.nan)


@pytest.mark.parametrize("kind", KINDS)
def test_is_the_best_of_all_comparisons(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces of a few pairs, too."""
    X, Y, _ = hard_data(np.random.default_rng(4), kind, 30, 2, 2)
    without = np.where(np.arange(30) % 3 == 0, np.arange(30), -1)
    monkeypatch.setattr(module, "AT_ONCE", 100)
    step, peers = free_disposal((X, Y), (X, Y), (X, 0 * Y), without)

    for o in range(30):
        wanted = by_comparing((X, Y), (X[o], Y[o]), int(without[o]))
        if not np.isfinite(wanted):
            assert np.isnan(step[o])
            assert peers[o] == -1
        else:
            assert 1 - step[o] == pytest.approx(wanted)
            assert (X[peers[o]] <= (1 - step[o]) * X[o] + 1e-12).all()
            assert (Y[peers[o]] >= Y[o]).all()


def test_a_direction_of_both_sides_by_hand() -> None:
    """(4, 1) against (2, 3) along (1, 1): 2 inputs less, 2 outputs more; against (3, 4): 1 input less binds."""
    X, Y = np.array([[4.0], [2.0], [3.0]]), np.array([[1.0], [3.0], [4.0]])
    step, peers = free_disposal((X, Y), (X[:1], Y[:1]), (np.ones((1, 1)), np.ones((1, 1))))

    assert (step[0], peers[0]) == (2, 1)
