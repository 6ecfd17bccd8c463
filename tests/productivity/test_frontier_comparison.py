from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import figure
from industria.errors import ChoiceError, ParameterRangeError, RepeatedColumnError, ReservedNameError, ThinFrontierError
from industria.productivity import (
    bias_corrected_efficiency,
    dea,
    frontier_comparison,
    frontier_leverage,
    partial_frontier,
)
from tests.productivity.frontier_data import ELEVEN, TWO_IN, arrow

EXAMPLE = ({"units": arrow(ELEVEN)}, TWO_IN | {"replications": 20})
WORDS = ["x1", "x2", "y"]

TWO = pd.concat([ELEVEN.assign(year=2000), ELEVEN.assign(year=2001, y=ELEVEN["y"][::-1].to_numpy())])
DRAWS: dict[str, Any] = {"replications": 50, "rng": 3}


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_it_is_the_means_of_four_measures(orientation: Any) -> None:
    words = TWO_IN | {"orientation": orientation}
    rows = frontier_comparison(ELEVEN, **words, **DRAWS, m=4).to_pandas().set_index("frontier")
    highest = frontier_leverage(ELEVEN, **words).highest
    rest = dea(ELEVEN[ELEVEN["unit"] != highest], **words, allow_thin=True).to_pandas()
    corrected = bias_corrected_efficiency(ELEVEN, **words, **DRAWS).to_pandas()["corrected"]
    expected = partial_frontier(ELEVEN, **words, m=4).to_pandas()["score"]
    turned = -1 if orientation == "output" else 1

    # The same programs and draws; means differ by the order in which they are summed.
    wanted = {
        "envelope": dea(ELEVEN, **words).to_pandas()["efficiency"].mean(),
        "without_highest": rest["efficiency"].mean(),
        "bias_corrected": (corrected**turned).mean(),
        "order_m": (expected**turned).mean(),
    }
    assert rows["efficiency"].to_dict() == pytest.approx(wanted, abs=1e-12)
    assert rows["n_units"].tolist() == [11, 10, 11, 11]
    assert rows["left_out"].fillna("").tolist() == ["", highest, "", ""]
    assert rows.loc["envelope", "n_ahead"] == (dea(ELEVEN, **words).to_pandas()["efficiency"] > 1 - 1e-9).sum()
    assert rows.loc["order_m", "n_ahead"] == partial_frontier(ELEVEN, **words, m=4).n_beyond


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_a_corrected_score_lies_in_its_interval_below_the_envelope(orientation: Any) -> None:
    found = frontier_comparison(ELEVEN, **TWO_IN, orientation=orientation, **DRAWS)
    scores = found.scores.collect("pandas").to_native()

    assert (scores["low"] <= scores["high"]).all()
    assert (scores["bias_corrected"] <= scores["envelope"] + 1e-12).all()
    assert (scores["high"] <= scores["envelope"] + 1e-12).all()
    np.testing.assert_array_equal(scores["leverage"].max(), found.highest_leverage)


def test_each_cell_leaves_out_its_own_unit() -> None:
    found = frontier_comparison(TWO.sample(frac=1, random_state=1), **TWO_IN, **DRAWS, by=["year"])
    rows = found.to_pandas().set_index(["year", "frontier"])
    for year in (2000, 2001):
        one = frontier_comparison(TWO[TWO["year"] == year], **TWO_IN, **DRAWS)
        alone = one.to_pandas().set_index("frontier")
        for frontier in ("envelope", "without_highest", "order_m"):
            assert rows.loc[(year, frontier), "efficiency"] == pytest.approx(
                alone.loc[frontier, "efficiency"], abs=1e-12
            )
        assert rows.loc[(year, "without_highest"), "left_out"] == one.highest
    assert found.highest.endswith(("(2000)", "(2001)"))


def test_what_is_left_of_a_thin_cell_is_averaged() -> None:
    rows = frontier_comparison(ELEVEN.iloc[:2], **TWO_IN, **DRAWS, allow_thin=True).to_pandas()
    assert rows["n_units"].tolist() == [2, 1, 2, 2]


def test_drawn_without_a_kind_all_stand_together_and_the_unit_is_named() -> None:
    found = frontier_comparison(ELEVEN, **TWO_IN, **DRAWS)
    drawn = figure(found)

    assert drawn.kind == "bars"
    for words in ("envelope of all", "without the highest leverage", "corrected for bias", "expected best of m"):
        assert words in drawn.description
    assert found.highest in drawn.svg()
    assert "envoltória de todas" in figure(found, language="pt-BR").description
    by_year = figure(frontier_comparison(TWO, **TWO_IN, **DRAWS, by=["year"]))
    assert "2000" in by_year.description


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"m": 0}, ParameterRangeError, "m=0"),
        ({"returns": "free_disposal"}, ChoiceError, "returns='free_disposal'"),
        ({"orientation": "both"}, ChoiceError, "orientation='both'"),
        ({"by": ["x1"]}, RepeatedColumnError, "x1"),
    ],
)
def test_bad_words(words: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        frontier_comparison(ELEVEN, **TWO_IN | words, **DRAWS)


def test_thin_cells_and_reserved_names() -> None:
    with pytest.raises(ThinFrontierError):
        frontier_comparison(ELEVEN.iloc[:8], **TWO_IN, **DRAWS)
    with pytest.raises(ReservedNameError, match="leverage"):
        frontier_comparison(ELEVEN.rename(columns={"unit": "leverage"}), **TWO_IN | {"unit": "leverage"}, **DRAWS)
