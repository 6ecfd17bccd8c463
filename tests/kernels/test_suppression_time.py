"""What a search for a pattern gives back when its time is over."""

from __future__ import annotations

from time import monotonic
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from industria.kernels.suppression import suppression
from industria.kernels.suppression_ledger import NARROW
from industria.kernels.suppression_optimal import Cuts, optimal
from industria.kernels.suppression_rounds import protected
from tests.kernels.test_suppression_near import cube


def hurried(shape: tuple[int, ...], time_limit: float) -> tuple[csr_array, Any, Any, Any]:
    """Protect every third cell of a table of amounts of very different sizes."""
    rng = np.random.default_rng(3)
    A, x = cube(np.round(np.exp(rng.normal(4, 2, shape)), 1))
    primary = (np.arange(len(x)) % 3 == 0) & (x < np.quantile(x, 0.9))
    level = np.where(primary, 0.3 * x, 0.0)
    nothing, endless = np.zeros(len(x)), np.full(len(x), np.inf)
    found = suppression(
        A, x, primary=primary, up=level, down=level, cost=x, low=nothing, high=endless, time_limit=time_limit
    )
    return A, x, primary, found


@pytest.mark.parametrize("shape", [(36, 36), (9, 9, 12)], ids=["two-dimensions", "three-dimensions"])
def test_no_cell_is_exact_and_levels_left_open_are_told(shape: tuple[int, ...]) -> None:
    _, x, primary, found = hurried(shape, 0.0)

    assert found.exact_only.any()
    assert (found.exact_only == (primary & ~found.certified)).all()
    size = np.maximum(1.0, x)
    assert ((found.high - found.low)[primary] >= NARROW * size[primary] * (1 - 1e-6)).all()
    certified = found.certified
    assert (found.high[certified] >= 1.3 * x[certified] * (1 - 1e-6)).all()


def test_a_system_of_few_cells_is_protected_whatever_the_time() -> None:
    found = hurried((12, 12), 0.0)[-1]

    assert not found.exact_only.any()


def test_without_time_nothing_is_proven_and_the_pattern_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut is sought for each sensitive cell; the search for it ends with the time, and tells no optimum."""
    asked: list[Any] = []

    def noted(part: Any, *rest: Any) -> Any:
        asked.append(part)
        return optimal(part, *rest)

    monkeypatch.setattr("industria.kernels.suppression.optimal", noted)
    hurried((4, 4), 60.0)
    part = asked[0]

    assert Cuts(part).violated(np.ones(len(part.primary)), monotonic() - 1) is None
    ledger = protected(part, np.ones(len(part.primary)), 0, np.inf)
    kept, bound = optimal(part, np.ones(len(part.primary)), ledger, 0.0)
    assert kept is ledger
    assert bound <= (ledger.withheld & ~part.primary).sum()
