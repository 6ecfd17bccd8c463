"""Composition of labor: hours by pay against hours as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, NegativeValueError, ParameterRangeError, ReservedNameError
from industria.productivity import labor_composition

HOURS = pa.table(
    {
        "country": ["it"] * 8 + ["fr"] * 2,
        "year": [2001, 2001, 2001, 2001, 2000, 2000, 2000, 2000, 2000, 2002],
        "school": ["low", "low", "high", "high", "low", "low", "high", "high", "low", "low"],
        "age": ["old", "young"] * 4 + ["old", "old"],
        "hours": [30.0, 25.0, 22.0, 23.0, 30.0, 30.0, 20.0, 20.0, 5.0, 6.0],
        "pay": [330.0, 231.0, 500.0, 418.0, 330.0, 270.0, 440.0, 360.0, 50.0, 60.0],
    }
)
EXAMPLE = (
    {"hours": HOURS},
    {"unit": "country", "time": "year", "types": ["school", "age"], "hours_worked": "hours", "compensation": "pay"},
)
EXACT = 1e-12  # sums of a few logs near 1


def composed(data: Any = HOURS, **changes: Any) -> Any:
    return labor_composition(data, **(EXAMPLE[1] | changes))


def row(found: Any, country: str = "it") -> pd.Series:
    table = found.to_pandas()
    return table[table["country"] == country].iloc[0]


def test_a_year_by_hand() -> None:
    h0, h1 = np.array([30, 30, 20, 20.0]), np.array([30, 25, 22, 23.0])
    s0, s1 = np.array([330, 270, 440, 360]) / 1400, np.array([330, 231, 500, 418]) / 1479
    services = ((s0 + s1) / 2 * np.log(h1 / h0)).sum()
    found = row(composed())

    assert found["hours_growth"] == pytest.approx(0, abs=EXACT)
    assert found["services_growth"] == pytest.approx(services, abs=EXACT)
    assert found["composition"] == pytest.approx(services, abs=EXACT)
    assert found["composition"] > 0, "work moved to the better paid"
    assert (found["n_types"], found["n_unmatched"], found["matched_hours"]) == (4, 0, 1)


@given(st.lists(st.floats(0.5, 50), min_size=4, max_size=4), st.floats(0.5, 2))
def test_growth_alike_is_no_composition(hours: list[float], factor: float) -> None:
    rows = pd.DataFrame(
        {"country": "x", "year": [1] * 4 + [2] * 4, "school": list("abcd") * 2, "age": "all", "pay": [1, 2, 3, 4] * 2}
    ).assign(hours=[*hours, *(h * factor for h in hours)])
    found = row(composed(rows), "x")
    assert found["composition"] == pytest.approx(0, abs=EXACT)
    assert found["services_growth"] == pytest.approx(np.log(factor), abs=EXACT)


def test_one_wage_for_all_makes_composition_small() -> None:
    """With one wage shares in pay are shares in hours: composition is what Törnqvist and the sum differ by."""
    frame = HOURS.to_pandas().assign(pay=lambda d: d["hours"])
    assert abs(row(composed(frame))["composition"]) < 1e-3


def test_types_in_one_year_only_are_left_out_and_named() -> None:
    few = HOURS.filter(pa.array([False] + [True] * 9))
    found = composed(few)
    alone = found.unmatched.collect("pandas").to_native()
    assert alone[["school", "age", "year", "seen"]].to_numpy().tolist() == [["low", "old", 2000, "earlier"]]
    told = row(found)
    assert (told["n_types"], told["n_unmatched"]) == (3, 1)
    assert told["matched_hours"] == pytest.approx(140 / 170)
    assert told["hours_growth"] == pytest.approx(np.log(0.7), abs=EXACT)
    assert told["services_growth"] == pytest.approx(told["hours_growth"] + told["composition"], abs=EXACT)


def test_missing_pay_leaves_the_hours_and_missing_hours_leave_nothing() -> None:
    """Pay that is not told makes nobody's hours go away: they grew by 0, not by -.24."""
    pay = [None, *HOURS["pay"].to_pylist()[1:]]
    told = row(composed(HOURS.set_column(5, "pay", pa.array(pay))))
    assert told["hours_growth"] == pytest.approx(0, abs=EXACT)
    assert told[["composition", "services_growth"]].isna().all()
    assert (told["n_types"], told["n_unmatched"], told["n_missing"]) == (3, 0, 1)

    hours = [*HOURS["hours"].to_pylist()[:4], None, *HOURS["hours"].to_pylist()[5:]]
    told = row(composed(HOURS.set_column(4, "hours", pa.array(hours))))
    assert told[["hours_growth", "composition", "services_growth", "matched_hours"]].isna().all()
    assert (told["n_unmatched"], told["n_missing"]) == (0, 1)
    assert row(composed())["n_missing"] == 0


def test_nobody_is_paid_for_no_hours() -> None:
    idle = pa.table(
        {"country": ["it"], "year": [2001], "school": ["no"], "age": ["old"], "hours": [0.0], "pay": [None]}
    )
    more = pa.concat_tables([HOURS, idle.cast(HOURS.schema)])
    assert row(composed(more))["composition"] == row(composed())["composition"]


def test_hours_of_no_type_are_hours() -> None:
    """Ten of them in the earlier year, and none in the later: a fall of hours, of which composition knows nothing."""
    untyped = {"country": ["it"] * 2, "year": [2000, 2001], "school": [None] * 2, "age": ["old", "young"]}
    more = pa.table(untyped | {"hours": [10.0, 0.0], "pay": [80.0, 0.0]}).cast(HOURS.schema)
    plain, found = (row(composed(data)) for data in (HOURS, pa.concat_tables([HOURS, more])))
    it = HOURS.to_pandas().query("country == 'it'").groupby("year")["hours"].sum()

    assert found["hours_growth"] == pytest.approx(np.log(it[2001] / (it[2000] + 10)))
    assert np.isnan(found["composition"])
    assert (plain["n_missing"], found["n_missing"]) == (0, 1)


def test_a_gap_of_the_calendar_is_null_and_counted() -> None:
    found = composed()
    assert found.n_gaps == 1
    assert row(found, "fr")[["hours_growth", "services_growth", "composition", "matched_hours"]].isna().all()


def test_wrong_cells_and_parameters_are_named() -> None:
    with pytest.raises(NegativeValueError, match=r"hours\.pay"):
        composed(HOURS.set_column(5, "pay", pa.array([-1.0, *[1.0] * 9])))
    with pytest.raises(DuplicateRowError, match="school = 'low', age = 'old', year = 2001"):
        composed(pa.concat_tables([HOURS, HOURS.slice(0, 1)]))
    with pytest.raises(ParameterRangeError, match=r"types=\[\]"):
        composed(types=[])
    with pytest.raises(ReservedNameError, match="seen"):
        composed(HOURS.rename_columns(["seen", *HOURS.column_names[1:]]), unit="seen")
