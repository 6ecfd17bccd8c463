from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import burn_rate
from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    MissingColumnError,
    MissingValueError,
    NegativeValueError,
    ParameterRangeError,
    WeeksError,
)

DAY = dt.date(2020, 4, 1)
EXAMPLE = (
    {
        "stock": pa.table(
            {
                "item": ["gown"] * 3 + ["n95"] * 3,
                "facility": ["north"] * 3 + ["south"] * 3,
                "day": [DAY + dt.timedelta(days=d) for d in (0, 1, 3, 0, 2, 3)],
                "stock": [100.0, 70, 90, 500, 420, 600],
                "received": [0.0, 0, 60, 0, 0, 0],
            }
        ),
        "patients": pa.table(
            {
                "facility": ["north"] * 8 + ["south"] * 8,
                "day": [DAY + dt.timedelta(days=d) for d in range(8)] * 2,
                "patients": [10.0, 12, 14, 16, 18, 20, 22, 24] * 2,
            }
        ),
    },
    {"window": 3},
)
WORDS = {"patients", "burn"}


def counts(*stock: float, received: list[float] | None = None, days: list[int] | None = None) -> pa.Table:
    columns: dict[str, Any] = {"item": ["gown"] * len(stock), "day": days or list(range(len(stock)))}
    return pa.table(columns | {"stock": [float(one) for one in stock], "received": received or [0.0] * len(stock)})


def treated(*patients: float) -> pa.Table:
    return pa.table({"day": list(range(len(patients))), "patients": [float(one) for one in patients]})


def rows(*tables: Any, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = burn_rate(*tables, **parameters).to_arrow().to_pylist()
    return sorted(found, key=lambda row: (row["item"], row["day"]))


@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=20),
    st.lists(st.integers(0, 40), min_size=20, max_size=20),
    st.integers(1, 10),
)
def test_recovers_a_constructed_burn(used: list[int], came: list[int], window: int) -> None:
    """Stock is what was there, less what was used and more what came: the mean of the window's use comes back."""
    there = 1000 + np.cumsum(np.array(came[: len(used)]) - used)
    found = rows(counts(*there, received=[float(one) for one in came[: len(used)]]), window=window)

    assert found[0]["burn"] is None
    for t in range(1, len(used)):
        wanted = np.mean(used[max(1, t - window + 1) : t + 1])
        assert found[t]["burn"] == pytest.approx(wanted, rel=1e-9)
        assert found[t]["days_of_supply"] == pytest.approx(there[t] / wanted, rel=1e-9)


def test_burn_of_the_calculator() -> None:
    """(100 - 40 + 20) in 4 days; the days that lack count, and a receipt on the day of the first count does not."""
    found = rows(counts(100, 90, 40, received=[7, 0, 20], days=[0, 1, 4]))

    assert found[2]["burn"] == 20
    assert found[2]["days_of_supply"] == 2


def test_the_window_goes_back_to_its_first_count() -> None:
    found = rows(counts(100, 60, 50, 45, days=[0, 2, 3, 9]), window=2)

    assert [row["burn"] for row in found] == [None, 20, 10, None]


def test_a_stock_lasts_until_patients_to_come_have_used_it() -> None:
    """Two gowns a patient and day; 60 are left: 10 + 12 patients use 44, those of the third day the rest."""
    found = rows(counts(100, 60), treated(15, 20, 10, 12, 14))[1]

    assert found["per_patient"] == 2
    assert (found["days_of_supply"], found["days_by"]) == (3, "patients")
    # 60 are used up exactly by 30 patients: they exceed nothing, the next one does.
    assert rows(counts(100, 60), treated(15, 20, 10, 20, 14))[1]["days_of_supply"] == 3
    beyond = rows(counts(100, 60), treated(15, 20, 10))[1]
    assert (beyond["days_of_supply"], beyond["days_by"]) == (None, "patients")
    none = rows(counts(100, 60), treated(15, 20))[1]
    assert (none["days_of_supply"], none["days_by"]) == (1.5, "burn")


def test_a_day_without_patients_told_leaves_no_rate_a_patient() -> None:
    patients = pa.table({"day": [0, 2], "patients": [10.0, 10.0]})
    found = rows(counts(100, 90, 80), patients)

    assert [row["per_patient"] for row in found] == [None, None, None]
    assert rows(counts(100, 90, 80), patients, window=1)[2]["per_patient"] == 1


def test_a_negative_burn_is_flagged_and_lasts_for_no_days() -> None:
    """More gowns than there were, and none received."""
    result = burn_rate(counts(100, 130, 130), treated(5, 5, 5), window=1)
    found = result.to_arrow().to_pylist()

    assert result.n_negative == 1
    assert (found[1]["burn"], found[1]["negative"], found[1]["per_patient"]) == (-30, True, None)
    assert found[1]["days_of_supply"] is None
    assert (found[2]["burn"], found[2]["negative"], found[2]["days_of_supply"]) == (0, False, None)


def test_items_and_facilities_keep_to_themselves() -> None:
    tables, parameters = EXAMPLE
    alone = [
        row
        for place in ("north", "south")
        for row in rows(
            *(t.filter(pc.equal(t["facility"], place)) for t in tables.values()),
            **parameters,
        )
    ]

    assert rows(*tables.values(), **parameters) == alone


@pytest.mark.parametrize(
    ("tables", "error", "says"),
    [
        ((counts(-1),), NegativeValueError, "stock.stock .*first -1"),
        ((counts(1, 2, days=[0, 0]),), DuplicateRowError, "day = 0"),
        ((counts(),), EmptyTableError, "stock has no rows"),
        ((pa.table({"item": ["a"], "day": [0], "stock": [None]}),), MissingValueError, "stock.stock is missing"),
        ((counts(1).drop_columns("day"),), MissingColumnError, "stock has no column 'day'"),
        (
            (counts(1), pa.table({"day": [DAY], "patients": [1.0]})),
            WeeksError,
            "stock has whole numbers, patients dates",
        ),
        ((EXAMPLE[0]["stock"], treated(1)), MissingColumnError, "patients has no column 'facility'"),
        ((counts(1), EXAMPLE[0]["patients"]), MissingColumnError, "stock has no column 'facility'"),
        ((counts(1), treated(-4)), NegativeValueError, "patients.patients"),
    ],
)
def test_bad_tables_are_told(tables: tuple[pa.Table, ...], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        burn_rate(*tables)


def test_a_window_has_a_day() -> None:
    with pytest.raises(ParameterRangeError, match="window=0; it takes 1 day or more"):
        burn_rate(counts(1, 2), window=0)
