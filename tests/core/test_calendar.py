from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.calendar import calendar
from industria.errors import ColumnTypeError


@pytest.mark.parametrize("freq", ["YE", "YS-OCT", "QS-FEB", "ME", "MS", "D"])
def test_dates_step_by_the_widest_period_that_fits_them_all(freq: str) -> None:
    dates = [*pd.date_range("2019-01-15", periods=9, freq=freq).date]
    numbers = calendar(pa.chunked_array([dates]), "jobs", "period")

    assert np.diff([numbers[date] for date in dates]).tolist() == [1] * 8


def test_a_period_that_lacks_leaves_its_place() -> None:
    years = [dt.date(year, 12, 31) for year in (2001, 2002, 2004)]

    assert np.diff([*calendar(pa.array(years), "jobs", "period").values()]).tolist() == [1, 2]
    assert calendar(pa.array([2001, 2002, 2004]), "jobs", "period") == {2001: 2001, 2002: 2002, 2004: 2004}


@pytest.mark.parametrize("periods", [["2001", "2002"], [2001.5, 2002.0]])
def test_what_is_on_no_calendar_is_refused(periods: list[Any]) -> None:
    with pytest.raises(ColumnTypeError, match=r"jobs\.period"):
        calendar(pa.array(periods), "jobs", "period")
