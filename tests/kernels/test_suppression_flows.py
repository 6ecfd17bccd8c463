"""Programs over moves, each begun where the last ended."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria.kernels.suppression_flows import Flows
from industria.kernels.suppression_ledger import Ledger, Requirements
from industria.kernels.suppression_rounds import SHARPENED, Rounds
from tests.kernels.test_suppression_near import cube


def table() -> tuple[Requirements, Any]:
    """Cells of a table of two dimensions, every fourth of them sensitive, and their values."""
    A, x = cube(np.random.default_rng(4).integers(1, 60, (7, 8)))
    primary, nothing = np.arange(len(x)) % 4 == 0, np.zeros(len(x))
    level = np.where(primary, 0.3 * x, 0.0)
    return Requirements(A, np.full(len(x), np.inf), x, primary, level, level, nothing, 1e-7 * np.maximum(1.0, x)), x


def test_a_program_after_others_ends_as_the_first_of_a_solver_does() -> None:
    """Prices, cells that may move and cells that are to do: what is not handed on anew is as it was."""
    asked, x = table()
    rng = np.random.default_rng(5)
    again = Flows(asked)
    for _ in range(12):
        price, allowed = np.where(rng.random(len(x)) < 0.5, 0.0, x), rng.random(len(x)) < 0.9
        cells = rng.choice(np.flatnonzero(asked.primary), 3, replace=False)
        sign, need, reward = rng.choice([-1.0, 1.0], 3), 0.3 * x[cells], np.full(3, 50.0 * x.max())
        reached = []
        for program in (again, Flows(asked)):
            z = program.solve(price, allowed, cells, sign, need, reward)
            assert not z[~allowed].any()
            reached.append(float((reward / need) @ np.minimum(sign * z[cells], need) - price @ np.abs(z)))
        assert reached[0] == pytest.approx(reached[1], rel=1e-6)


def test_prices_are_not_sharpened_where_the_moves_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, x = table()
    rounds = Rounds(asked, x, 0, np.inf)
    solved: list[Any] = []

    def stays(self: Flows, price: Any, *rest: Any) -> Any:
        solved.append(price)
        return np.zeros(len(x))

    monkeypatch.setattr(Flows, "solve", stays)
    cell = np.flatnonzero(asked.primary)[:1]
    rounds._bought(Ledger.empty(asked, asked.primary), cell, np.ones(1), asked.up[cell], 1.0)

    assert len(solved) == 2 < SHARPENED
