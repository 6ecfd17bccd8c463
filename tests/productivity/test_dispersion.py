"""How far units lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    LogsError,
    OutsideRangeError,
    ParameterRangeError,
    ZeroWeightError,
)
from industria.productivity import dispersion

PLANTS = pa.table(
    {
        "plant": ["a", "b", "c", "d", "e", "a", "b", "c", "f"],
        "year": [2001] * 5 + [2002] * 4,
        "p": [0.3, 1.1, 0.7, 0.7, 2.0, 0.4, 1.3, 0.9, 1.0],
        "stands_for": [1.0, 2.0, 3.0, 1.0, 0.5, 1.0, 2.0, 3.0, 4.0],
    }
)
EXAMPLE = ({"panel": PLANTS}, {"value": "p", "unit": "plant", "by": ["year"], "weights": "stands_for"})
SHOWN = ["mean", "sd", "p10", "p25", "p50", "p75", "p90", "p90_p10", "p90_p50", "p50_p10", "p75_p25"]

numbers = st.lists(st.floats(-9, 9, allow_nan=False, width=32), min_size=1, max_size=20)


def spread(data: Any = PLANTS, **changes: Any) -> pd.DataFrame:
    return dispersion(data, **({"value": "p", "unit": "plant"} | changes)).to_pandas()


def cross_section(values: Any, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"plant": range(len(values)), "p": np.asarray(values, float), **columns})


def test_states_in_1970_and_1986() -> None:
    """Munnell (1990), logs of output per worker; the same numbers as numpy's linear quantiles and n - 1."""
    states = munnell.load().query("YR in (1970, 1986)")
    states["p"] = np.log(states["GSP"] / states["EMP"])
    found = spread(states, unit="ST_ABB", by=["YR"])

    # Given to seven digits.
    assert found["sd"].to_numpy() == pytest.approx([0.1977404, 0.1083876], abs=6e-8)
    assert found["p90_p10"].to_numpy() == pytest.approx([0.3962391, 0.2085440], abs=6e-8)
    assert found["n_units"].tolist() == [48, 48]


@given(numbers, st.floats(0.01, 100))
@settings(deadline=None, max_examples=40)
def test_equal_weights_give_what_no_weights_give(values: list[float], weight: float) -> None:
    plain, weighted = (spread(cross_section(values, w=weight), weights=w)[SHOWN] for w in (None, "w"))

    # Quotients of a few numbers of 9 at most.
    np.testing.assert_allclose(weighted, plain, atol=1e-12)
    np.testing.assert_allclose(
        plain[["p10", "p50", "p90"]].to_numpy()[0], np.quantile(values, [0.1, 0.5, 0.9]), atol=1e-12
    )


@given(st.lists(st.tuples(st.integers(-5, 5), st.floats(0.125, 10, width=32)), min_size=2, max_size=20))
@settings(deadline=None, max_examples=40)
def test_a_common_factor_and_the_order_of_rows_change_nothing(pairs: list[tuple[int, float]]) -> None:
    values, weights = zip(*pairs, strict=True)
    one = cross_section(values, w=weights)
    # Units renamed, rows turned round, weights times 7.
    other = one.iloc[::-1].assign(plant=lambda t: 100 - t["plant"], w=lambda t: t["w"] * 7)

    np.testing.assert_allclose(spread(other, weights="w")[SHOWN], spread(one, weights="w")[SHOWN], atol=1e-12)


@given(st.lists(st.tuples(st.floats(-5, 5, width=32), st.integers(1, 4)), min_size=2, max_size=12))
@settings(deadline=None, max_examples=30)
def test_a_weight_of_k_equals_k_copies_in_the_mean(pairs: list[tuple[float, int]]) -> None:
    values, copies = zip(*pairs, strict=True)
    weighted = spread(cross_section(values, w=copies), weights="w")

    assert weighted["mean"][0] == pytest.approx(np.repeat(values, copies).mean(), abs=1e-12)
    # The variance, but for n / (n - 1), whose n are units and not what they stand for.
    if (variance := np.repeat(values, copies).var()) > 1e-6:
        n = len(values)
        assert weighted["sd"][0] ** 2 * (n - 1) / n == pytest.approx(variance, rel=1e-9)


def test_weighted_percentiles_by_the_formula() -> None:
    found = spread(cross_section([1.0, 2.0, 4.0], w=[1.0, 2.0, 1.0]), weights="w").iloc[0]

    # t = 0, (3 - 1 - 0.5) / 3, 1: halves are met at 2, a quarter at 1.5.
    assert [found["p25"], found["p50"], found["p75"]] == pytest.approx([1.5, 2.0, 3.0])


def test_levels_that_look_like_logs_are_told() -> None:
    """Logs of pesos a worker: nothing is impossible, but no industry's workers make as much everywhere."""
    logs = cross_section([10.1, 10.9, 11.3, 12.0])

    doubt = dispersion(logs, value="p", unit="plant", scale="level").doubt
    assert doubt == "p lies within a factor of 2 (logs already?)"
    assert dispersion(logs.assign(p=np.exp(logs["p"])), value="p", unit="plant", scale="level").doubt is None
    assert dispersion(logs, value="p", unit="plant").doubt is None


def test_levels_have_ratios_for_gaps() -> None:
    result = dispersion(cross_section(range(1, 12)), value="p", unit="plant", scale="level")
    found = result.to_pandas().iloc[0]

    assert found["p90_p10"] == pytest.approx(10 / 2)
    assert result.units["p90_p10"] == "1"


def intervals(**changes: Any) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = cross_section(rng.normal(size=400))
    found = dispersion(rows, value="p", unit="plant", **changes)
    return found.intervals.collect("pandas").to_native().set_index("statistic")


def test_intervals_hold_what_they_are_of_and_are_as_wide_as_theory_says() -> None:
    """Of 400 normal values: errors are 1/20 of the mean, √(π/2)/20 of the median, 1/√800 of the deviation."""
    analytic, drawn = intervals(), intervals(replications=400)
    width = {"mean": 0.05, "p50": 0.05 * (np.pi / 2) ** 0.5, "sd": 800**-0.5}
    for name, error in width.items():
        for found in (drawn, analytic) if name != "sd" else (drawn,):
            one = found.loc[name]
            assert one["low"] < one["estimate"] < one["high"]
            # Density and spread of one sample of 400 stand in for the true ones: within a quarter.
            assert (one["high"] - one["low"]) / (2 * 1.96 * error) == pytest.approx(1, abs=0.25), name
    assert analytic.loc["p90_p10", ["low", "high"]].isna().all()
    assert drawn.notna().all(axis=None)


def test_intervals_of_few_units_are_those_of_copies() -> None:
    """Of 20 values, a unit drawn twice is two units: the interval is as wide as that of plain resamples."""
    rng, ratios = np.random.default_rng(5), []
    for seed in range(10):
        x = rng.normal(size=20)
        found = dispersion(cross_section(x), value="p", unit="plant", replications=300, rng=seed).intervals
        one = found.collect("pandas").to_native().set_index("statistic").loc["p90_p10"]
        p10, p90 = np.quantile(x[rng.integers(0, 20, (2000, 20))], [0.1, 0.9], axis=1)
        low, high = np.quantile(p90 - p10, [0.025, 0.975])
        ratios.append((one["high"] - one["low"]) / (high - low))

    # Ends of 300 draws err by some 5 %, their mean over ten samples by 2 %.
    assert np.mean(ratios) == pytest.approx(1, abs=0.06)


def test_draws_take_units_with_all_their_years() -> None:
    """A panel that repeats a year has the same interval in both, draw for draw."""
    rng = np.random.default_rng(8)
    once = cross_section(rng.normal(size=30))
    twice = pd.concat([once.assign(year=1), once.assign(year=2)])
    found = dispersion(twice, value="p", unit="plant", by="year", replications=30).intervals
    one, other = (rows.reset_index(drop=True) for _, rows in found.collect("pandas").to_native().groupby("year"))

    pd.testing.assert_frame_equal(one.drop(columns="year"), other.drop(columns="year"))


def test_windows_are_the_units_between_percentiles() -> None:
    support = dispersion(cross_section(np.arange(40) / 4), value="p", unit="plant").table.collect("pandas").to_native()
    weighted = dispersion(cross_section([1, 2, 3, 4], w=[1, 1, 1, 97.0]), value="p", unit="plant", weights="w")

    assert support["support_window"].tolist() == [4]
    assert weighted.table.collect("pandas").to_native()["support_window"].tolist() == [0]


def test_units_behind_a_mean_are_told_with_their_weights() -> None:
    data = pd.DataFrame({"plant": ["b", "a", "c"], "year": [1, 1, 2], "p": [0.3, 0.1, 0.2], "w": [1.0, 2.0, 1.0]})
    made = dispersion(data, value="p", unit="plant", by=["year"], weights="w")
    plain = dispersion(data, value="p", unit="plant")
    used = made.units_used.collect("pandas").to_native().sort_values("used_unit")

    assert used.to_dict("list") == {
        "year": [1, 1, 2],
        "used_unit": ["a", "b", "c"],
        "used_value": [0.1, 0.3, 0.2],
        "used_weight": [2.0, 1.0, 1.0],
    }
    assert plain.units_used.collect_schema().names() == ["used_unit", "used_value"]


def test_one_unit_has_no_spread_and_what_is_left_out_is_counted() -> None:
    rows = cross_section([1.0, np.nan], w=[1.0, 1.0])
    result = dispersion(rows, value="p", unit="plant")
    found = result.to_pandas().iloc[0]

    assert np.isnan(found["sd"])
    assert found["p90_p10"] == 0
    assert result.dropped.collect("pandas").to_native().values.tolist() == [["p", "missing", 1]]


@pytest.mark.parametrize(
    ("values", "changes", "error", "said"),
    [
        ([1.0, 300.0], {}, LogsError, 'panel.p runs from 1 to 300.*say scale="level"'),
        ([1.0, -0.2], {"scale": "level"}, OutsideRangeError, 'panel.p is -0.2 where plant = 1.*say scale="log"'),
        ([1.0, np.inf], {}, InfiniteValueError, "panel.p is infinite in 1 rows, first where plant = 1"),
        ([], {}, EmptyTableError, "panel"),
        ([1.0], {"scale": "logs"}, ChoiceError, "Did you mean 'log'"),
        ([1.0], {"confidence": 1.0}, ParameterRangeError, "confidence=1"),
        ([1.0, 2.0], {"weights": "zero"}, ZeroWeightError, "panel.zero"),
        ([1.0, 2.0], {"unit": "one"}, DuplicateRowError, "one = 1"),
    ],
)
def test_what_cannot_be_described_is_refused(
    values: list[float], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        spread(cross_section(values, zero=0.0, one=1), **changes)
