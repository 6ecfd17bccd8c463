from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, MissingColumnError, MissingValueError, OutsideRangeError
from industria.work import routine_task_intensity, task_content
from industria.work._task_items import CONTENTS, ELEMENTS
from tests.work.ratings import by_major_group, drawn, eurostat

ITEMS = drawn("clerk", "nurse", "smith")
EMPLOYMENT = pd.DataFrame(
    {
        "country": ["BR"] * 6 + ["TR"] * 3,
        "period": [2012] * 3 + [2022] * 3 + [2012] * 3,
        "occupation": ["clerk", "nurse", "smith", "clerk", "nurse", "pilot", "clerk", "nurse", "smith"],
        "employment": [50.0, 30.0, 20.0, 40.0, 50.0, 10.0, 5.0, 5.0, 90.0],
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
    {},
)


def rows(items: Any = ITEMS, employment: Any = EMPLOYMENT, **parameters: Any) -> pd.DataFrame:
    table = task_content(items, employment, **parameters).to_pandas()
    return table.set_index([c for c in ("country", "period") if c in table])


@pytest.mark.parametrize(
    ("content", "country", "first", "last"),
    [
        ("nrca", "Belgium", -0.086467, 0.073793),
        ("nrca", "Poland", -0.062592, 0.067787),
        ("nrca", "Spain", -0.021813, 0.040785),
        ("rc", "Belgium", 0.106341, -0.036339),
        ("rc", "Poland", -0.023448, 0.026255),
        ("rc", "Spain", 0.011844, 0.019608),
    ],
)
def test_task_content_of_european_jobs(content: str, country: str, first: float, last: float) -> None:
    """Hardy, Keister & Lewandowski's construction on O*NET means and Eurostat quarters; printed digits."""
    found = rows(by_major_group(), eurostat())[content]

    assert found[country, "2011-Q1"] == pytest.approx(first, abs=6e-7)
    assert found[country, "2020-Q4"] == pytest.approx(last, abs=6e-7)


def test_occupations_without_ratings_are_left_out_and_told() -> None:
    found = task_content(ITEMS, EMPLOYMENT)

    assert rows().loc[("BR", 2022), "coverage"] == pytest.approx(0.9)
    assert rows().loc[("BR", 2022), "employment"] == pytest.approx(100)
    assert found.unmatched_share == pytest.approx(10 / 300)


def test_routine_task_intensity_is_that_of_occupations_averaged() -> None:
    """The same standardization, and means under the jobs of each period."""
    found = rows()
    of = routine_task_intensity(ITEMS, EMPLOYMENT, within=["country"]).to_pandas().set_index(["country", "occupation"])
    for (country, period), jobs in EMPLOYMENT.groupby(["country", "period"]):
        jobs = jobs[jobs["occupation"] != "pilot"]
        rti = of.loc[country].loc[jobs["occupation"], "rti"]
        wanted = np.average(rti, weights=jobs["employment"])
        assert found.loc[(country, period), "rti"] == pytest.approx(wanted, abs=1e-12)
    parts = found["rc"] + found["rm"] - found["nrca"] - found["nrci"]
    assert found["rti"].to_numpy() == pytest.approx(parts.to_numpy(), abs=1e-12)


def test_what_is_not_known_is_listed() -> None:
    """A tenth of a third of the jobs has no ratings, a third lies in TR, and tasks are of ten years before 2022."""
    found = task_content(ITEMS, EMPLOYMENT, task_country="BR", task_year=2012).unknowns.collect("pyarrow").to_native()
    told = {row["unknown"]: row for row in found.to_pylist()}

    assert told["uncovered_employment"]["unknown_share"] == pytest.approx(10 / 300)
    assert told["borrowed_tasks"]["unknown_share"] == pytest.approx(1 / 3)
    assert told["vintage_gap"]["years_apart"] == 10
    nameless = EMPLOYMENT.assign(period=EMPLOYMENT["period"] - 2000)
    undated = task_content(ITEMS, nameless).unknowns.collect("pyarrow").to_native()
    assert undated["meaning"][2].as_py().endswith("(the column period, if it holds years, tells it).")
    quarters = EMPLOYMENT.assign(period=EMPLOYMENT["period"].astype(str) + "-Q4")
    dated = task_content(ITEMS.assign(year=2012), quarters).unknowns.collect("pyarrow").to_native()
    assert dated["meaning"][2].as_py() == "Tasks of 2012; employment of 2012 to 2022."


@given(st.lists(st.floats(1, 100), min_size=9, max_size=9))
@settings(max_examples=25)
def test_means_over_periods_that_count_the_same_are_zero(jobs: list[float]) -> None:
    employment = pd.DataFrame(
        {
            "country": "BR",
            "period": np.repeat([1, 2, 3], 3),
            "occupation": ["clerk", "nurse", "smith"] * 3,
            "employment": jobs,
        }
    )
    found = rows(employment=employment)

    assert found[list(CONTENTS)].mean().to_numpy() == pytest.approx(np.zeros(len(CONTENTS)), abs=1e-9)


def test_an_occupation_split_into_halves_changes_nothing() -> None:
    split = ITEMS[ITEMS["occupation"] == "clerk"].assign(occupation="typist")
    halves = EMPLOYMENT[EMPLOYMENT["occupation"] == "clerk"]
    halves = pd.concat([halves, halves.assign(occupation="typist")]).assign(
        employment=lambda one: one["employment"] / 2
    )
    employment = pd.concat([EMPLOYMENT[EMPLOYMENT["occupation"] != "clerk"], halves])

    assert rows(pd.concat([ITEMS, split]), employment).to_numpy() == pytest.approx(rows().to_numpy(), abs=1e-12)


def test_a_group_alone_gives_what_it_gives_among_others() -> None:
    alone = rows(employment=EMPLOYMENT[EMPLOYMENT["country"] == "BR"])

    assert alone.to_numpy() == pytest.approx(rows().loc[["BR"]].to_numpy())


def test_long_items_give_the_same_and_other_scales_are_left_alone() -> None:
    long = ITEMS.melt("occupation", var_name="element_id", value_name="value")
    contexts = long["element_id"].str.startswith("4.C.")
    scaled = long.assign(scale=np.where(contexts, "CX", "IM"))
    level = scaled.assign(scale="LV", value=7.0)

    for items in (long, pd.concat([scaled, level])):
        assert rows(items).to_numpy() == pytest.approx(rows().to_numpy())


def test_a_missing_rating_leaves_the_occupation_out_of_its_content() -> None:
    items = ITEMS.copy()
    items.loc[items["occupation"] == "smith", ELEMENTS[0]] = np.nan
    found = task_content(items, EMPLOYMENT)

    assert found.n_missing_items == 1
    assert rows(items).loc[("TR", 2012), "coverage"] == pytest.approx(0.1)
    assert rows(items).loc[("BR", 2012), "rm"] == pytest.approx(rows().loc[("BR", 2012), "rm"])


def test_a_group_of_one_occupation_does_not_vary() -> None:
    alone = EMPLOYMENT[EMPLOYMENT["occupation"] == "clerk"]

    assert rows(employment=alone)[list(CONTENTS)].isna().all().all()


@pytest.mark.parametrize(
    ("items", "employment", "error", "says"),
    [
        (ITEMS.drop(columns="4.C.3.d.3"), EMPLOYMENT, MissingColumnError, r"items has no column '4\.C\.3\.d\.3'"),
        (ITEMS.assign(**{"4.A.2.a.4": 60.0}), EMPLOYMENT, OutsideRangeError, r"4\.A\.2\.a\.4 is 60 where"),
        (ITEMS, pd.concat([EMPLOYMENT, EMPLOYMENT.head(1)]), DuplicateRowError, "'clerk', 2 times"),
        (ITEMS, EMPLOYMENT.assign(country=["BR"] * 8 + [None]), MissingValueError, r"employment\.country"),
    ],
)
def test_wrong_cells_are_named(items: Any, employment: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        task_content(items, employment)
