"""O'Donnell's parts of complete indexes: they multiply to the change, and none is better than the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import ChoiceError
from industria.kernels.dea import radial, technology
from industria.productivity import malmquist
from tests.productivity.frontier_data import frame
from tests.productivity.test_malmquist import FIVE, GOODS, random_panel

PARTS = ["technical_change", "efficiency_change", "scale_change", "mix_change"]
LEVELS = ["highest_level", "technical_efficiency", "scale_efficiency", "mix_efficiency"]
# Logs of scores that rounding leaves eleven digits of.
ROUNDING = 1e-10


def two_by_two(seed: int, n: int = 14, periods: int = 3) -> pd.DataFrame:
    """A second output beside the first, so that both mixes can differ."""
    panel = random_panel(seed, n=n, periods=periods)
    return panel.assign(v=panel["b"] * np.random.default_rng(seed).uniform(0.5, 2, len(panel)))


WORDS: dict[str, Any] = {
    "unit": "unit",
    "time": "year",
    "inputs": ["x1", "x2"],
    "outputs": ["y", "v"],
    "allow_thin": True,
    "parts": "odonnell",
    "returns": "variable",
}


@pytest.mark.parametrize("technology_of", ["adjacent", "sequential", "global", "biennial"])
@pytest.mark.parametrize("returns", ["variable", "constant"])
def test_parts_of_hicks_moorsteen_multiply_to_the_change(technology_of: Any, returns: Any) -> None:
    words = WORDS | {"index": "hicks_moorsteen", "technology": technology_of, "returns": returns}
    found = malmquist(two_by_two(1), **words).to_pandas()
    plain = malmquist(two_by_two(1), **(words | {"parts": "fgnz"})).to_pandas()

    assert found[["change", *PARTS]].notna().all(axis=None)
    np.testing.assert_allclose(found[PARTS].prod(axis=1), found["change"], rtol=ROUNDING)
    for same in ("change", "efficiency_change"):
        np.testing.assert_array_equal(found[same], plain[same])
    if returns == "constant":
        np.testing.assert_allclose(found["scale_change"], 1, rtol=ROUNDING)
        assert (found["mix_change"] != 1).any()


@pytest.mark.parametrize("aggregator", ["distance", "shadow_prices"])
@pytest.mark.parametrize("returns", ["variable", "constant", "nonincreasing"])
def test_levels_of_fare_primont_are_the_highest_less_waste_size_and_mix(aggregator: Any, returns: Any) -> None:
    """TFP = TFP* × OTE × OSE × RME, each efficiency at most 1, and some unit of each period at the highest level."""
    words = WORDS | {"index": "fare_primont", "returns": returns, "aggregator": aggregator}
    result = malmquist(two_by_two(2), **words)
    levels = frame(result.levels)

    np.testing.assert_allclose(levels[LEVELS].prod(axis=1), levels["level"], rtol=ROUNDING)
    assert (levels[LEVELS[1:]] <= 1 + ROUNDING).all(axis=None)
    for _, rows in levels.groupby("year"):
        assert rows["highest_level"].nunique() == 1
        assert rows.loc[rows["level"].idxmax(), LEVELS[1:]].tolist() == pytest.approx([1, 1, 1])
    plain = frame(malmquist(two_by_two(2), **(words | {"parts": "fgnz"})).levels)
    np.testing.assert_array_equal(plain["level"], levels["level"])
    assert plain[LEVELS].isna().all(axis=None)


def test_changes_of_fare_primont_chain_part_by_part() -> None:
    """Transitive: over three periods the product of each part is the ratio of its levels at the ends."""
    result = malmquist(two_by_two(3), **WORDS, index="fare_primont")
    levels = frame(result.levels).set_index(["unit", "year"])
    chained = result.to_pandas().groupby("unit")[["change", *PARTS]].prod()
    ends = levels.xs(2002, level="year") / levels.xs(2000, level="year")

    for change, level in zip(["change", *PARTS], ["level", *LEVELS], strict=True):
        np.testing.assert_allclose(chained[change], ends.loc[chained.index, level], rtol=ROUNDING)
    means = frame(result.means)
    assert set(means["part"]) >= set(PARTS)


def test_one_input_and_one_output_have_no_mix() -> None:
    """By hand: at constant returns the highest level is the best y/x, efficiency is what a unit has of it."""
    found = malmquist(FIVE, **GOODS, index="hicks_moorsteen", parts="odonnell").to_pandas()

    np.testing.assert_allclose(found["technical_change"], 1.5, rtol=ROUNDING)
    np.testing.assert_allclose(found["efficiency_change"], [4 / 3, 1, 5 / 6, 8 / 9, 0.4], rtol=ROUNDING)
    np.testing.assert_allclose(found[["scale_change", "mix_change"]], 1, rtol=ROUNDING)
    varied = malmquist(FIVE, **GOODS, index="hicks_moorsteen", parts="odonnell", returns="variable").to_pandas()
    # a (2 → 1) used least in both years, but its size went from 1/2 of the best y/x of 4/3 to 1 of 2.
    assert varied["efficiency_change"][0] == pytest.approx(1)
    assert varied["scale_change"][0] == pytest.approx((1 / 2) / ((1 / 2) / (4 / 3)))


def test_no_combination_of_units_is_above_the_highest_moorsteen_level() -> None:
    """Q convex and X concave: the best of random points of the technology never passes the best unit."""
    rng = np.random.default_rng(4)
    panel = two_by_two(4, periods=1)
    X, Y = panel[["x1", "x2"]].to_numpy(), panel[["y", "v"]].to_numpy()
    T = technology(X, Y)
    weights = rng.dirichlet(np.full(len(X), 0.1), 400)
    mixed = np.vstack([X, weights @ X]), np.vstack([Y, weights @ Y])
    for x, y in zip(X, Y, strict=True):
        level = 1 / radial(T, np.tile(x, (len(mixed[0]), 1)), mixed[1], orientation="output")[0]
        level *= radial(T, mixed[0], np.tile(y, (len(mixed[0]), 1)), orientation="input")[0]
        assert level[len(X) :].max() <= level[: len(X)].max() * (1 + ROUNDING)


@pytest.mark.parametrize("index", ["malmquist", "luenberger"])
def test_parts_are_of_complete_indexes_alone(index: Any) -> None:
    with pytest.raises(ChoiceError, match="parts='odonnell'"):
        malmquist(FIVE, **GOODS, index=index, parts="odonnell")
