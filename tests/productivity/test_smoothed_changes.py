"""Changes of units whose frontiers are drawn anew, after Simar and Wilson (1999)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import ExcludedParameterError, NeededParameterError, OutsideRangeError
from industria.productivity import malmquist
from tests.productivity.frontier_data import frame
from tests.productivity.test_malmquist import FIVE, GOODS, TWO_IN, random_panel

SMOOTHED: dict[str, Any] = {"redrawn": "frontiers", "replications": 60}
PARTS = ["change", "efficiency_change", "technical_change"]


def test_intervals_are_of_the_parts_in_the_table_and_hang_on_the_seed_alone() -> None:
    panel = random_panel(8)
    first, again, other = (
        malmquist(rows, **TWO_IN, **SMOOTHED, rng=seed)
        for rows, seed in ((panel, 1), (panel.sample(frac=1, random_state=0), 1), (panel, 2))
    )
    told, same, moved = (frame(found.intervals) for found in (first, again, other))

    pd.testing.assert_frame_equal(told, same)
    assert not told.equals(moved)
    wide = told.pivot(index=["unit", "year"], columns="part", values="estimate").reset_index()
    np.testing.assert_array_equal(wide[PARTS], first.to_pandas()[PARTS])
    assert (told["low"] < told["high"]).all()
    # Logs of corrected parts add up as those of the draws do.
    logs = np.log(told.pivot(index=["unit", "year"], columns="part", values="corrected"))
    np.testing.assert_allclose(logs["change"], logs["efficiency_change"] + logs["technical_change"], atol=1e-10)
    assert frame(first.means)[["low", "high"]].isna().all(axis=None)


def test_without_draws_of_frontiers_there_are_no_rows() -> None:
    panel = random_panel(8)
    plain = malmquist(panel, **TWO_IN, replications=9)

    assert not len(frame(plain.intervals))
    pd.testing.assert_frame_equal(plain.to_pandas(), malmquist(panel, **TWO_IN, **SMOOTHED).to_pandas())


def test_a_known_change_has_no_interval_to_speak_of() -> None:
    """One input and output: y/x over y/x is no estimate. What efficiency gains by a draw, technical change loses."""
    told = frame(malmquist(FIVE, **GOODS, **SMOOTHED).intervals).set_index(["part", "unit"])

    known = told.loc["change"]
    for end in ("corrected", "low", "high"):
        np.testing.assert_allclose(known[end], known["estimate"], rtol=1e-12)
    opposite = told.loc["efficiency_change", "low"] * told.loc["technical_change", "high"]
    np.testing.assert_allclose(opposite, told.loc["change", "estimate"], rtol=1e-12)


def test_a_mean_or_a_pair_of_periods_of_one_unit_has_no_interval() -> None:
    one = FIVE[(FIVE["unit"] == "a") | (FIVE["year"] == 2001)]
    drawn = frame(malmquist(one, **GOODS, **SMOOTHED).intervals)

    assert drawn["estimate"].notna().all()
    assert drawn[["corrected", "low", "high"]].isna().all(axis=None)
    assert frame(malmquist(one, **GOODS, replications=20).means)[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"index": "luenberger"}, ExcludedParameterError, "redrawn='frontiers' has no place in index='luenberger'"),
        ({"technology": "global"}, ExcludedParameterError, "no place in technology='global'; say redrawn='units'"),
        ({"bad_outputs": ["b"]}, ExcludedParameterError, "no place in a frontier with bad_outputs"),
        ({"replications": 0}, NeededParameterError, "redrawn='frontiers' needs replications of 2 or more"),
    ],
)
def test_what_has_no_draws_of_frontiers_is_refused(words: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        malmquist(random_panel(8), **(TWO_IN | SMOOTHED | words))


def test_a_row_without_output_has_no_distance_to_draw() -> None:
    idle = random_panel(8)
    idle.loc[4, "y"] = 0.0
    assert malmquist(idle, **TWO_IN, orientation="input").n_pairs == 24

    with pytest.raises(OutsideRangeError, match="y is 0"):
        malmquist(idle, **TWO_IN, **SMOOTHED, orientation="input")


@pytest.mark.slow
def test_most_intervals_hold_the_truth_and_corrected_changes_are_nearer_to_it() -> None:
    """Twenty panels of 50 units, y = a √(x₁x₂)/δ with δ half-normal in logs, .6 correlated, a up by a tenth.

    Intervals of 95 % hold the truth of 81 to 85 in 100 units over 12 such panels: the smoothed bootstrap falls short
    where units are few.
    """
    held: dict[str, list[float]] = {part: [] for part in PARTS}
    errors = []
    for seed in range(20):
        panel, truth = simulated(seed)
        found = malmquist(panel, **TWO_IN, redrawn="frontiers", replications=200, rng=seed)
        told = frame(found.intervals).set_index("part")
        for part in PARTS:
            rows = told.loc[part]
            held[part].append(((rows["low"] <= truth[part]) & (truth[part] <= rows["high"])).mean())
        logs = np.log(told.loc["change", ["estimate", "corrected"]].div(truth["change"], axis=0))
        errors.append((logs**2).mean())

    for part in PARTS:
        assert 0.75 < np.mean(held[part]) < 0.98
    mean = pd.DataFrame(errors).mean()
    assert mean["corrected"] < 0.8 * mean["estimate"]


def simulated(seed: int, n: int = 50) -> tuple[pd.DataFrame, dict[str, Any]]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (2, n, 2))
    e = rng.standard_normal((2, n))
    e[1] = 0.6 * e[0] + 0.8 * e[1]
    delta, a = np.exp(0.25 * np.abs(e)), np.array([1.0, 1.1])
    y = a[:, None] * np.sqrt(x.prod(axis=2)) / delta
    panel = pd.DataFrame(x.reshape(-1, 2), columns=["x1", "x2"]).assign(
        unit=[f"u{i:02}" for i in range(n)] * 2, year=np.repeat([1, 2], n), y=y.ravel()
    )
    caught_up = delta[0] / delta[1]
    return panel, {"change": 1.1 * caught_up, "efficiency_change": caught_up, "technical_change": np.full(n, 1.1)}
