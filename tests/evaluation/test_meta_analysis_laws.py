"""Laws of pooled estimates: what may change with what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.evaluation.meta_analysis import meta_analysis
from tests.evaluation.pooled_sites import frame, row

several = st.lists(st.tuples(st.floats(-5, 5, width=32), st.floats(0.125, 4, width=32)), min_size=3, max_size=8)
METHODS = st.sampled_from(["reml", "dl", "pm", "fixed"])
TESTS = st.sampled_from(["hartung_knapp", "normal", "hartung_knapp_floor"])


def table(pairs: list[tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["estimate", "standard_error"]).rename_axis("site").reset_index()


@given(several, METHODS, TESTS)
@settings(deadline=None, max_examples=20)
def test_the_order_and_the_names_of_sites_do_not_matter(
    pairs: list[tuple[float, float]], method: Any, test: Any
) -> None:
    rows = table(pairs)
    found, wanted = (meta_analysis(data, method=method, test=test) for data in (rows.iloc[::-1], rows))
    wanted_row = row(rows, method=method, test=test)
    renamed = row(rows.assign(site=100 - rows["site"]), method=method, test=test)

    assert found.to_arrow().equals(wanted.to_arrow())  # to the bit
    assert collect(found.leave_one_out).equals(collect(wanted.leave_one_out))
    # Sums are taken in the order of names: only rounding, and what the iteration makes of it, may differ.
    for name, value in wanted_row.items():
        assert renamed[name] == (value if value is None else pytest.approx(value, rel=1e-7, abs=1e-9)), name


@given(several, METHODS, TESTS, st.sampled_from([-1000.0, -1.0, 0.01, 7.0]))
@settings(deadline=None, max_examples=20)
def test_another_unit_of_the_estimates_rescales(
    pairs: list[tuple[float, float]], method: Any, test: Any, c: float
) -> None:
    rows = table(pairs)
    one = row(rows, method=method, test=test)
    scaled = rows.assign(estimate=c * rows["estimate"], standard_error=abs(c) * rows["standard_error"])
    other = row(scaled, method=method, test=test)
    ends = ("low", "high") if c > 0 else ("high", "low")
    ahead = ("prediction_low", "prediction_high") if c > 0 else ("prediction_high", "prediction_low")

    def times(name: str, factor: float) -> Any:
        return None if one[name] is None else pytest.approx(factor * one[name], rel=1e-7, abs=1e-9 * abs(factor))

    assert other["estimate"] == times("estimate", c)
    assert other["standard_error"] == times("standard_error", abs(c))
    assert [other[name] for name in ("low", "high")] == [times(name, c) for name in ends]
    assert [other[name] for name in ("prediction_low", "prediction_high")] == [times(name, c) for name in ahead]
    assert all(other[name] == times(name, c**2) for name in ("tau2", "tau2_low", "tau2_high"))
    assert all(other[name] == times(name, 1) for name in ("i2", "h2", "q", "q_p_value"))


@given(st.floats(-5, 5), st.lists(st.floats(0.125, 4), min_size=3, max_size=8), st.sampled_from(["reml", "dl", "pm"]))
@settings(deadline=None, max_examples=20)
def test_sites_that_agree_have_no_variance_between_them(value: float, errors: list[float], method: Any) -> None:
    found = row(table([(value, error) for error in errors]), method=method, test="hartung_knapp_floor")

    assert (found["tau2"], found["tau2_low"], found["tau2_high"], found["i2"], found["q"]) == (0, 0, 0, 0, 0)
    assert found["estimate"] == value
    # Hartung and Knapp alone would have an error of 0; the floor is that of one effect.
    assert found["standard_error"] == pytest.approx(sum(e**-2 for e in errors) ** -0.5)


@given(several, TESTS)
@settings(deadline=None, max_examples=25)
def test_where_dl_finds_no_variance_the_effect_is_one(pairs: list[tuple[float, float]], test: Any) -> None:
    # Estimates within their errors: DL then has no variance between sites.
    rows = table([(y / 50, error + 1) for y, error in pairs])
    dl, fixed = row(rows, method="dl", test=test), row(rows, method="fixed", test=test)

    assert dl["tau2"] == 0
    assert [dl[name] for name in ("estimate", "standard_error", "low", "high", "i2", "h2")] == [
        fixed[name] for name in ("estimate", "standard_error", "low", "high", "i2", "h2")
    ]
    assert [fixed[name] for name in ("tau2", "tau2_low", "prediction_low")] == [None] * 3


@given(several, METHODS, TESTS)
@settings(deadline=None, max_examples=12)
def test_leaving_a_site_out_is_never_having_had_it(pairs: list[tuple[float, float]], method: Any, test: Any) -> None:
    rows = table(pairs)
    without = frame(meta_analysis(rows, method=method, test=test).leave_one_out)

    assert without["site"].tolist() == rows["site"].tolist()
    for site, left in zip(without["site"], without.to_dict("records"), strict=True):
        never = row(rows[rows["site"] != site], method=method, test=test)
        for name in ("estimate", "low", "high", "tau2", "i2"):
            value = left[name]
            assert (None if pd.isna(value) else value) == never[name]


@given(several, METHODS)
@settings(deadline=None, max_examples=20)
def test_weights_make_the_estimate(pairs: list[tuple[float, float]], method: Any) -> None:
    rows = table(pairs)
    result = meta_analysis(rows, method=method)
    weights = frame(result.weights)["weight"].to_numpy()

    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    assert result.to_pandas()["estimate"][0] == pytest.approx(weights @ rows["estimate"], abs=1e-9)


def test_intervals_of_few_sites_hold_the_mean_as_often_as_they_say() -> None:
    """Five sites, errors as large as what sets them apart: 95 % with Hartung and Knapp, less with the normal."""
    rng = np.random.default_rng(3)
    sets = 400
    error = rng.uniform(0.5, 1.5, (sets, 5))
    effect = rng.normal(0, 1, (sets, 5)) + rng.normal(0, error)
    rows = pd.DataFrame({"set": np.repeat(range(sets), 5), "site": np.tile(range(5), sets)})
    rows = rows.assign(estimate=effect.ravel(), standard_error=error.ravel())

    def held(test: Any) -> float:
        found = meta_analysis(rows, by="set", method="dl", test=test).to_pandas()
        return float(((found["low"] <= 0) & (found["high"] >= 0)).mean())

    # Three standard errors of 400 sets are .033.
    assert held("hartung_knapp") == pytest.approx(0.95, abs=0.033)
    assert held("normal") < 0.93
