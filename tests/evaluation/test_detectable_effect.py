from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import nctdtr, stdtrit

from industria import errors
from industria.evaluation.detectable_effect import detectable_effect
from industria.evaluation.fixed_effects import fixed_effects

ESTIMATES = pa.table(
    {
        "term": ["grant", "grant_last_year"],
        "standard_error": [0.143440, 0.282460],
        "support_df": [53, 53],
        "support_units": [54, 54],
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = ({"estimates": ESTIMATES}, {"power": 0.9})


def test_the_grants_could_not_have_shown_a_fall_of_a_third(firms: pd.DataFrame) -> None:
    """2.854 standard errors: .409 and .806 log points (reference/upgrading-and-evaluation.md, E8)."""
    effect = fixed_effects(
        firms, outcome="log_scrap_rate", treatment=["grant", "grant_last_year"], unit="firm", time="year"
    )

    found = detectable_effect(effect.table).to_pandas()

    assert found["term"].tolist() == ["grant", "grant_last_year"]
    # Six decimals are printed.
    np.testing.assert_allclose(found["multiplier"], 2.854202, atol=1e-6)
    np.testing.assert_allclose(found["detectable"], [0.409406, 0.806199], atol=1e-6)
    np.testing.assert_allclose(np.exp(-found["detectable"]) - 1, [-0.336, -0.553], atol=1e-3)


@given(st.integers(10, 500), st.floats(0.55, 0.95), st.floats(0.01, 0.2))
def test_an_effect_of_that_size_is_found_that_often(df: int, power: float, size: float) -> None:
    """The test's power at the detectable effect is the power asked for, but for the shift of a skewed t."""
    row = {"term": ["a"], "standard_error": [1.0], "support_df": [df], "support_units": [df + 1]}

    effect = detectable_effect(pa.table(row), power=power, size=size).to_pandas()["detectable"][0]

    # The textbook formula takes the noncentral t for a shifted one: off by .02 at ten degrees of freedom.
    assert 1 - nctdtr(df, effect, stdtrit(df, 1 - size / 2)) == pytest.approx(power, abs=0.25 / df + 0.001)


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_more_power_takes_a_larger_effect(power: float, other: float) -> None:
    """And a stricter test too."""
    low, high = sorted([power, other])

    def multiplier(**sizes: float) -> float:
        return float(detectable_effect(ESTIMATES, **sizes).to_pandas()["multiplier"][0])

    assert multiplier(power=low) <= multiplier(power=high)
    assert multiplier(size=low) >= multiplier(size=high)


def test_no_error_no_detectable_effect() -> None:
    """A term without a standard error stays, with a null."""
    rows = {"term": ["a", "b"], "standard_error": [None, 2.0], "support_df": [9, 9], "support_units": [10, 10]}

    found = detectable_effect(pa.table(rows))

    assert found.to_arrow()["detectable"].null_count == 1
    assert found.to_arrow()["multiplier"].null_count == 0


@pytest.mark.parametrize(("parameter", "value"), [("power", 80), ("size", 0.0)])
def test_probabilities_are_fractions(parameter: str, value: float) -> None:
    """80 is no probability."""
    with pytest.raises(errors.ParameterRangeError, match=f"{parameter}={value}"):
        detectable_effect(ESTIMATES, **{parameter: value})


def test_names_what_is_wrong_with_the_estimates() -> None:
    """A missing column has its nearest name; text is no number; nothing is nothing."""
    rows = ESTIMATES

    with pytest.raises(errors.MissingColumnError, match="Did you mean 'std_error'"):
        detectable_effect(rows.rename_columns({"standard_error": "std_error"}))
    with pytest.raises(errors.ColumnTypeError, match=r"estimates.standard_error holds text"):
        detectable_effect(rows.set_column(1, "standard_error", pa.array(["a", "b"])))
    with pytest.raises(errors.EmptyTableError, match="estimates has no rows"):
        detectable_effect(rows.slice(0, 0))
