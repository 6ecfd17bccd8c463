from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import ChoiceError, ThinFrontierError
from industria.productivity import dea, frontier_leverage
from tests.kernels.programs_of_highs import KINDS, hard_data
from tests.productivity.frontier_data import ELEVEN, ONE_IN, SEVEN, TWO_IN, arrow
from tests.productivity.official_files import official

EXAMPLE = ({"units": arrow(ELEVEN)}, TWO_IN)
WORDS = ["x1", "x2", "y"]


def by_leaving_out(table: pd.DataFrame, **words: Any) -> pd.DataFrame:
    """The definition: all scores anew without each unit, by a table that lacks its row."""
    scores = dea(table, **words).to_pandas().set_index("unit")["score"]
    rows = []
    for one in table["unit"]:
        anew = dea(table[table["unit"] != one], **words, allow_thin=True).to_pandas().set_index("unit")["score"]
        moves = anew - scores.drop(one)
        rows.append(((moves**2).mean() ** 0.5, (moves.abs() > 1e-8).mean(), scores.drop(one).mean(), anew.mean()))
    return pd.DataFrame(rows, columns=["leverage", "share_of_scores_moved", "mean_score", "mean_score_without"])


@pytest.mark.parametrize("returns", ["variable", "constant", "free_disposal"])
@pytest.mark.parametrize("model", ["radial", "directional"])
def test_is_what_leaving_out_one_unit_after_another_gives(returns: Any, model: Any) -> None:
    words = TWO_IN | {"returns": returns, "model": model}
    found = frontier_leverage(ELEVEN, **words).to_pandas()

    for column, wanted in by_leaving_out(ELEVEN, **words).items():
        # Both solve the same programs; scores differ by what rounding leaves.
        np.testing.assert_allclose(found[column], wanted, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_ties_zeros_and_duplicates(kind: str) -> None:
    """Where several combinations measure a unit, whichever is its own moves it as little as it must."""
    X, Y, _ = hard_data(np.random.default_rng(6), kind, 24, 2, 2)
    table = pd.DataFrame(np.hstack([X, Y]), columns=["a", "b", "c", "d"]).assign(unit=[f"u{i:02}" for i in range(24)])
    words: dict[str, Any] = {"unit": "unit", "inputs": ["a", "b"], "outputs": ["c", "d"]}
    found = frontier_leverage(table, **words).to_pandas()

    for column, wanted in by_leaving_out(table, **words).items():
        np.testing.assert_allclose(found[column], wanted, atol=1e-9)


@pytest.mark.parametrize("returns", ["variable", "constant", "free_disposal"])
def test_those_who_do_not_draw_have_no_leverage_and_may_lose_their_score(returns: Any) -> None:
    """By leaving out; without a (5, 13) nobody of the old uses as little of x1 as k, at least with variable returns."""
    table = ELEVEN.assign(old=~ELEVEN["unit"].isin(["d", "i", "k"]))
    words = TWO_IN | {"returns": returns, "reference": "old", "allow_thin": True, "orientation": "output"}
    found = frontier_leverage(table, **words).to_pandas().set_index("unit")
    scores = dea(table, **words).to_pandas().set_index("unit")["score"]
    for one in table["unit"]:
        rest = table[table["unit"] != one]
        anew = dea(rest, **words).to_pandas().set_index("unit")["score"]
        moves = (anew - scores.drop(one)).dropna()
        lost = int((anew.isna() & scores.drop(one).notna()).sum())
        assert found.loc[one, "leverage"] == pytest.approx((moves**2).mean() ** 0.5, abs=1e-9)
        assert found.loc[one, "mean_score"] == pytest.approx(scores.drop(one).mean(), abs=1e-9)
        assert found.loc[one, "mean_score_without"] == pytest.approx(anew.mean(), abs=1e-9)
        moved = (moves.abs() > 1e-8).sum() + lost
        assert found.loc[one, "share_of_scores_moved"] == pytest.approx(moved / scores.drop(one).notna().sum())
        assert found.loc[one, "n_lost"] == lost
    assert (found.loc[["d", "i", "k"], "leverage"] == 0).all()
    assert (found["n_units"] == 8).all()
    if returns != "constant":
        assert found.loc["a", "n_lost"] == 1


def test_seven_units_by_hand() -> None:
    """Without a (100 → 75) the units b, e and f are measured by e (100 → 25) and c (300 → 300).

    b: 100 on the line from (100, 25) to (300, 300) needs 154.5 of 200 inputs; f: 118.2 of 200; e: all.
    """
    found = frontier_leverage(SEVEN, **ONE_IN).to_pandas().set_index("unit")
    b, f = (100 + 200 * 75 / 275) / 200, (100 + 200 * 25 / 275) / 200

    moved = (b - 0.6111111111111112) ** 2 + (f - 0.5) ** 2
    assert found.loc["a", "leverage"] == pytest.approx(np.sqrt(moved / 6), rel=1e-12)
    assert found.loc["a", "share_of_scores_moved"] == pytest.approx(2 / 6)
    assert found.loc["a", "largest_move"] == pytest.approx(b - 0.6111111111111112)
    assert found.loc["g", "leverage"] == 0


def test_a_wrong_row_has_the_highest_leverage() -> None:
    """A decimal point moved in all outputs of a site."""
    sites = official("charnes1981.csv")
    sites.loc[40, ["y1", "y2", "y3"]] *= 10
    words: dict[str, Any] = {"unit": "firm", "inputs": [f"x{i}" for i in range(1, 6)], "outputs": ["y1", "y2", "y3"]}
    found = frontier_leverage(sites, **words, orientation="output")

    assert found.highest == f"{sites.loc[40, 'firm']}"
    assert found.times_peer > 40


def test_cells_are_apart_and_the_highest_is_named_with_its_own() -> None:
    both = pd.concat([ELEVEN.assign(cell="one"), ELEVEN.assign(cell="two", y=ELEVEN["y"] ** 1.5)])
    found = frontier_leverage(both, **TWO_IN, by=["cell"])
    alone = frontier_leverage(ELEVEN, **TWO_IN).to_pandas()

    np.testing.assert_array_equal(found.to_pandas().query("cell == 'one'")["leverage"], alone["leverage"])
    assert found.highest.endswith(("(one)", "(two)"))


def test_a_single_unit_has_no_others() -> None:
    result = frontier_leverage(SEVEN.iloc[:1], **ONE_IN, allow_thin=True)
    found = result.to_pandas()

    assert result.highest_leverage is None
    assert np.isnan(found["leverage"][0])
    assert np.isnan(found["mean_score_without"][0])


def test_what_has_no_leverage_is_refused() -> None:
    with pytest.raises(ChoiceError, match="model='additive'"):
        frontier_leverage(ELEVEN, **TWO_IN, model="additive")
    with pytest.raises(ThinFrontierError, match="8 units of units draw a frontier in 3 inputs and outputs"):
        frontier_leverage(ELEVEN.iloc[:8], **TWO_IN)
