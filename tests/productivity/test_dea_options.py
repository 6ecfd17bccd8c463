"""What each option of data envelopment analysis does, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import dea
from tests.productivity.frontier_data import ELEVEN, ONE_IN, PRINTED, SEVEN, TWO_IN, frame, scores


def test_super_efficiency_is_that_of_a_table_without_the_unit() -> None:
    """Andersen & Petersen (1993); without a unit at the end of the frontier no combination compares: null."""
    found = dea(SEVEN.iloc[:6], **ONE_IN, super_efficiency=True)
    table = found.to_pandas()

    # a: 75 on the line from e (100 → 25) to c (300 → 300): 136.36 inputs of 100.
    assert table["score"][0] == pytest.approx((100 + 200 * 50 / 275) / 100)
    assert table["score"][1] == pytest.approx(0.6111111111, abs=PRINTED)
    assert np.isnan(table["score"][3])
    assert found.n_infeasible == 1
    assert table["efficiency"][0] == 1
    constant = dea(SEVEN, **ONE_IN, super_efficiency=True, returns="constant").to_pandas()["score"]
    assert constant[2] == pytest.approx(1 / 0.8)


def test_units_of_reference_draw_the_frontier_for_all() -> None:
    table = SEVEN.assign(old=[True, True, False, True, True, True, False])
    found = dea(table, **ONE_IN, reference="old", allow_thin=True).to_pandas()

    # c: 300 on the line from a (100 → 75) to d (500 → 400): 376.9 inputs of 300.
    assert found["score"][2] == pytest.approx((100 + 400 * 225 / 325) / 300)
    assert found["efficiency"][2] == 1
    assert (found["n_units"] == 5).all()


def test_directions_by_hand() -> None:
    """Seven units: g of 10 inputs and 20 outputs; the range; the means."""
    words = ONE_IN | {"model": "directional", "allow_thin": True}
    given_one = scores(SEVEN, **words, direction={"x": 10.0, "y": 20.0})
    # b = (200, 100) meets the line y = 75 + 1.125 (x − 100) at 200 − 10β, 100 + 20β.
    assert given_one[1] == pytest.approx((75 + 112.5 - 100) / (20 + 11.25))
    assert given_one[0] == pytest.approx(0, abs=1e-12)
    ranged = scores(SEVEN, **words, direction="range")
    # g of b = (200 − 100, 400 − 100).
    assert ranged[1] == pytest.approx(87.5 / (300 + 112.5))
    mean = scores(SEVEN, **words, direction="mean")
    assert mean[1] == pytest.approx(87.5 / (1350 / 7 + 1.125 * 2000 / 7))
    moved = SEVEN.assign(x=SEVEN["x"] - 350, y=SEVEN["y"] - 200)
    np.testing.assert_allclose(scores(moved, **words, direction="range"), ranged, atol=1e-12)
    assert dea(moved, **words, direction="range").to_pandas()["efficiency"].isna().any()


@pytest.mark.parametrize(
    ("weights", "wanted"), [("none", 87.5), ("ram", 87.5 / 375 / 2), ("mip", 87.5 / 100), ("bam", 700 / 9 / 100 / 2)]
)
def test_additive_weights_by_hand(weights: Any, wanted: float) -> None:
    """B = (200, 100) may have 87.5 more output, or 700/9 inputs less, on the line y = 75 + 1.125 (x − 100).

    An input less costs 1.125 of output, which pays only where the bounds weigh: room of 100 inputs, 300 of output.
    """
    found = dea(SEVEN, **ONE_IN, model="additive", weights_of_slacks=weights)

    assert found.to_pandas()["score"][1] == pytest.approx(wanted)
    assert found.n_uncertified == 0


def test_bad_outputs_by_hand() -> None:
    """Three units of one input: (y, b) = (4, 2), (2, 2), (1, 0.5); with weak disposability all lie below y = 2b.

    Radial, output: the second could make 4 with the same of the bad. Directional: (1 + β) 2 = 2 (1 − β) 2: 1/3.
    """
    table = pd.DataFrame({"unit": list("abc"), "x": 1.0, "y": [4.0, 2, 1], "b": [2.0, 2, 0.5]})
    words: dict[str, Any] = ONE_IN | {"bad_outputs": ["b"], "allow_thin": True, "returns": "constant"}
    np.testing.assert_allclose(scores(table, **words, orientation="output"), [1, 2, 1], atol=1e-12)
    both = scores(table, **words, model="directional")
    assert both[0] == pytest.approx(0, abs=1e-12)
    # The input moves with them: (1 − β) inputs make at most 4 (1 − β), as does the bad: 2 (1 + β) = 4 (1 − β).
    assert both[1] == pytest.approx(1 / 3)
    free = scores(table, **words, orientation="output", bad_disposal="free")
    np.testing.assert_allclose(free, [1, 2, 1], atol=1e-12)


def test_scale_by_hand() -> None:
    """Seven units, one input: the ratio of the two scores, and on which side of c a unit lies."""
    found = dea(SEVEN, **ONE_IN).to_pandas()

    np.testing.assert_allclose(found["scale_efficiency"][[0, 2, 3]], [0.75, 1, 0.8])
    assert found["returns_here"].tolist() == [
        *("increasing", "increasing", "constant", "decreasing", "increasing", "increasing", "decreasing")
    ]
    output = dea(SEVEN, **ONE_IN, orientation="output").to_pandas()
    np.testing.assert_allclose(output["scale_efficiency"][[0, 2, 3]], [0.75, 1, 0.8])
    assert output["returns_here"][[5, 6]].tolist() == ["increasing", "decreasing"]


def test_prices_make_the_score() -> None:
    """θ = u y − constant with v x = 1, as the dual program has it."""
    found = dea(ELEVEN, **TWO_IN)
    prices = frame(found.multipliers).pivot(index="unit", columns="good", values="multiplier")
    table = ELEVEN.set_index("unit")

    np.testing.assert_allclose((prices[["x1", "x2"]] * table[["x1", "x2"]]).sum(axis=1), 1)
    np.testing.assert_allclose(prices["y"] * table["y"] - prices["constant"], found.to_pandas()["score"])


def test_cells_have_frontiers_of_their_own() -> None:
    both = pd.concat([ELEVEN.assign(cell="one"), ELEVEN.assign(cell="two", y=ELEVEN["y"] * 7)])
    found = dea(both, **TWO_IN, by=["cell"])

    for _, cell in found.to_pandas().groupby("cell"):
        np.testing.assert_allclose(cell["score"], scores(ELEVEN, **TWO_IN), atol=1e-12)
    peers = frame(found.peers)
    assert peers.groupby("cell").size().nunique() == 1


def test_the_range_of_bad_outputs_is_down_to_the_least() -> None:
    """One input of 1, (y, b) = (4, 2), (2, 2), (1, 0.5): b moves along (2, 1.5) to the line y = 1 + 2 (b − 0.5).

    2 + 2β = 1 + 2 (2 − 1.5β − 0.5): β = 2/5. a and c hold the most of y and the least of b; c can only go up in y.
    """
    table = pd.DataFrame({"unit": list("abc"), "x": 1.0, "y": [4.0, 2, 1], "b": [2.0, 2, 0.5]})
    words: dict[str, Any] = ONE_IN | {"bad_outputs": ["b"], "allow_thin": True, "model": "directional"}
    ranged = scores(table, **words, direction="range", bad_disposal="free")

    np.testing.assert_allclose(ranged, [0, 2 / 5, 0], atol=1e-12)
    # What orientation holds does not move: output alone with the bad, or the input alone.
    np.testing.assert_allclose(scores(table, **words, direction="range", orientation="output"), ranged, atol=1e-12)
    held = dea(table, **words, direction="range", orientation="input", slacks=True)
    moved = frame(held.slacks).set_index(["unit", "good"])
    np.testing.assert_allclose(moved["target"][:, "b"] + moved["slack"][:, "b"], moved["observed"][:, "b"])


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize("direction", ["observed", "mean", "range"])
def test_a_directional_step_moves_only_what_the_orientation_moves(side: Any, direction: Any) -> None:
    """A unit without room on its side has a step of 0 along it, and no way on the other."""
    found = dea(SEVEN, **ONE_IN, model="directional", orientation=side, direction=direction, slacks=True)
    goods = frame(found.slacks).set_index(["unit", "good"])
    other = "y" if side == "input" else "x"
    steps = found.to_pandas().set_index("unit")["score"]

    apart = (goods["target"] - goods["observed"]).abs() - goods["slack"].abs()
    np.testing.assert_allclose(apart[:, other], 0, atol=1e-9)
    # The radial score of the side says who has a step at all.
    radial = dea(SEVEN, **ONE_IN, orientation=side).to_pandas().set_index("unit")["efficiency"]
    assert ((steps > 1e-9) == (radial < 1 - 1e-9)).all()
