"""Amounts in another unit of measurement and rows without output, asked of every frontier."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import OutsideRangeError
from industria.productivity import (
    bias_corrected_efficiency,
    dea,
    efficiency_drivers,
    frontier_leverage,
    malmquist,
    partial_frontier,
    stochastic_frontier,
)
from tests.productivity.frontier_data import frame

GOODS: dict[str, Any] = {"unit": "unit", "inputs": ["x1", "x2"], "outputs": ["y"]}
FRONTIERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "dea": (dea, GOODS),
    "frontier_leverage": (frontier_leverage, GOODS),
    "partial_frontier": (partial_frontier, GOODS | {"m": 10}),
    "bias_corrected_efficiency": (bias_corrected_efficiency, GOODS | {"replications": 3}),
    "efficiency_drivers": (
        efficiency_drivers,
        GOODS | {"drivers": ["z"], "replications": 3, "algorithm": 1, "orientation": "output"},
    ),
    "malmquist": (malmquist, GOODS | {"time": "year"}),
    "stochastic_frontier": (
        stochastic_frontier,
        {"unit": "unit", "time": "year", "inputs": ["x1", "x2"], "output": "y"},
    ),
}


def plants(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    x = rng.lognormal(3, 0.4, (n, 2))
    z = rng.uniform(0, 1, n)
    y = x.mean(axis=1) * np.exp(-np.abs(rng.normal(0, 0.3 + 0.3 * z)) + rng.normal(0, 0.05, n))
    units = [f"p{i:02}" for i in range(n // 2)] * 2
    return pd.DataFrame(
        {"unit": units, "year": [1] * (n // 2) + [2] * (n // 2), "x1": x[:, 0], "x2": x[:, 1], "y": y, "z": z}
    )


def asked(name: str, table: pd.DataFrame) -> tuple[Any, dict[str, Any], pd.DataFrame]:
    """Take both years where a measure knows years, and one unit a row else."""
    measure, words = FRONTIERS[name]
    if "time" in words:
        return measure, words, table
    return measure, words, table.assign(unit=table["unit"] + table["year"].astype(str))


@pytest.mark.parametrize("name", FRONTIERS)
def test_an_amount_in_another_unit_is_listed_by_row(name: str) -> None:
    measure, words, table = asked(name, plants())
    assert measure(table, **words).n_doubtful == 0
    table.loc[4, "x1"] *= 1000
    table.loc[9, "x2"] /= 1000
    found = measure(table, **words)

    told = frame(found.doubtful)
    assert found.n_doubtful == 2
    assert told[["unit", "good"]].to_numpy().tolist() == [[table["unit"][4], "x1"], [table["unit"][9], "x2"]]
    assert told["observed"].tolist() == [table["x1"][4], table["x2"][9]]
    np.testing.assert_allclose(told["times_median"][0], table["x1"][4] / table["x1"].median())


def test_logs_and_rows_without_a_name_are_looked_at_as_they_came() -> None:
    """300 times more is ln 300 more; without a unit the row is told by what it holds."""
    table = plants()
    table.loc[4, "x1"] *= 1000
    logged = table.assign(**{good: np.log(table[good]) for good in ("x1", "x2", "y")})
    plain, logs = (
        stochastic_frontier(rows, output="y", inputs=["x1", "x2"], logs=rows is logged) for rows in (table, logged)
    )

    assert frame(plain.doubtful)[["good", "y", "observed"]].to_numpy().tolist() == [
        ["x1", table["y"][4], table["x1"][4]]
    ]
    assert frame(logs.doubtful)["observed"].tolist() == [logged["x1"][4]]
    # Rounding of a log and back.
    np.testing.assert_allclose(frame(logs.doubtful)["times_median"], frame(plain.doubtful)["times_median"], rtol=1e-12)


@pytest.mark.parametrize("name", ["bias_corrected_efficiency", "efficiency_drivers"])
@pytest.mark.parametrize("returns", ["constant", "nonincreasing"])
@pytest.mark.parametrize("rows", [slice(7, 8), slice(None)], ids=["one", "all"])
def test_a_row_without_output_is_infinitely_far_where_nothing_may_be_made(name: str, returns: Any, rows: slice) -> None:
    """θ = 0 is reached with no input at all, so δ = 1/θ has no bound, no bandwidth and no mean."""
    measure, words, table = asked(name, plants())
    table.loc[rows, "y"] = 0.0
    words = words | {"orientation": "input"}

    with pytest.raises(OutsideRangeError, match=r"y is 0 where unit = '.*must be above 0"):
        measure(table, **words, returns=returns)
