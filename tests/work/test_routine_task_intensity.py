from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import ChoiceError
from industria.work import routine_task_intensity
from industria.work._task_items import CONTENTS, ELEMENTS, REVERSED
from tests.work.ratings import by_major_group, drawn

ITEMS = drawn("clerk", "nurse", "smith", "cook")
EMPLOYMENT = pd.DataFrame(
    {
        "country": ["BR"] * 4 + ["TR"] * 3,
        "occupation": ["clerk", "nurse", "smith", "cook", "clerk", "nurse", "smith"],
        "employment": [50.0, 30.0, 20.0, 5.0, 5.0, 5.0, 90.0],
    }
)
# A dot in the name of a column is a field of it to Spark, so the example is long.
LONG = ITEMS.melt("occupation", var_name="element_id", value_name="value")
WORDS = {*ELEMENTS}
EXAMPLE = (
    {
        "items": pa.Table.from_pandas(LONG, preserve_index=False),
        "employment": pa.Table.from_pandas(EMPLOYMENT, preserve_index=False),
    },
    {"within": ["country"]},
)


def rows(items: Any = ITEMS, employment: Any = None, **parameters: Any) -> pd.DataFrame:
    return routine_task_intensity(items, employment, **parameters).to_pandas().set_index("occupation")


def test_contents_have_mean_zero_and_deviation_one_under_employment() -> None:
    found = routine_task_intensity(ITEMS, EMPLOYMENT, within=["country"]).to_pandas()
    both = found.merge(EMPLOYMENT, on=["country", "occupation"], validate="one_to_one")

    assert len(found) == 7
    for _, group in both.groupby("country"):
        weight = group["employment"].to_numpy() / group["employment"].sum()
        X = group[list(CONTENTS)].to_numpy()
        assert weight @ X == pytest.approx(np.zeros(X.shape[1]), abs=1e-12)
        assert weight @ X**2 == pytest.approx(np.ones(X.shape[1]))


def test_the_variants_are_what_they_are_called() -> None:
    found = rows()
    assert found["rti"].to_numpy() == pytest.approx(
        (found["rc"] + found["rm"] - found["nrca"] - found["nrci"]).to_numpy()
    )

    turned = ITEMS.set_index("occupation").apply(lambda column: 6 - column if column.name in REVERSED else column)
    routine, abstract, manual = (
        turned[[one for name in part for one in CONTENTS[name]]].mean(axis=1)
        for part in (("rc", "rm"), ("nrca", "nrci"), ("nrm_physical",))
    )
    wanted = np.log(routine) - np.log(abstract) - np.log(manual)
    assert rows(variant="autor_dorn")["rti"].sort_index().to_numpy() == pytest.approx(wanted.sort_index().to_numpy())

    lifted = found[["rc", "nrca", "nrci"]] - found[["rc", "nrca", "nrci"]].min() + 0.1
    wanted = np.log(lifted["rc"]) - np.log((lifted["nrca"] + lifted["nrci"]) / 2)
    assert rows(variant="lewandowski")["rti"].to_numpy() == pytest.approx(wanted.to_numpy())


def test_clerks_are_routine_and_managers_are_not() -> None:
    """ISCO-08 major groups: 4 clerical support, 8 machine operators, 1 managers, 2 professionals."""
    intensity = rows(by_major_group())["rti"].sort_values()

    assert {*intensity.index[:2]} == {"1", "2"}
    assert {*intensity.index[-3:]} >= {"8"}


@given(st.lists(st.floats(1, 50), min_size=7, max_size=7), st.floats(0.1, 10))
@settings(max_examples=25)
def test_a_common_factor_of_employment_changes_nothing(jobs: list[float], factor: float) -> None:
    plain, scaled = (
        rows(employment=EMPLOYMENT.assign(employment=[one * by for one in jobs]), within=["country"])["rti"].to_numpy()
        for by in (1.0, factor)
    )
    assert scaled == pytest.approx(plain, rel=1e-6, abs=1e-6)


def test_periods_count_the_same_whatever_their_employment() -> None:
    periods = pd.concat(
        [EMPLOYMENT.assign(period=1), EMPLOYMENT.assign(period=2, employment=EMPLOYMENT["employment"] * 1000)]
    )
    assert rows(employment=periods, within=["country"])["rc"].to_numpy() == pytest.approx(
        rows(employment=EMPLOYMENT, within=["country"])["rc"].to_numpy()
    )


def test_another_variant_is_refused() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'autor_dorn'"):
        rows(variant="autor-dorn")
