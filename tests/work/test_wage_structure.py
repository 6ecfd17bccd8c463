from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    ChoiceNotRecordedError,
    DuplicateRowError,
    MissingColumnError,
    MissingValueError,
    OutsideRangeError,
)
from industria.work import wage_structure
from tests.work.scores import MIRROR

EARNINGS = pa.table(
    {
        "country": ["TUR"] * 3 + ["MYS"] * 3,
        "year": [2020] * 6,
        "occupation": ["total", "2", "9"] * 2,
        "wage": [10.06, 18.31, 5.46, 9.6, 18.88, None],
        "basis": ["PPP dollars, hourly"] * 6,
    }
)
RATES = pa.table(
    {"country": ["TUR", "MYS"], "year": [2020, 2020], "rate": [2.0, 1.6], "basis": ["PPP dollars of 2017"] * 2}
)
EXAMPLE = ({"earnings": EARNINGS, "rates": RATES}, {"reference": "total", "elementary": "9"})


def rows(earnings: Any = EARNINGS, rates: Any = None, **parameters: Any) -> pd.DataFrame:
    return wage_structure(earnings, rates, **parameters).to_pandas().set_index(["country", "occupation"])


def test_ratios_are_within_a_country_and_year() -> None:
    found = rows()

    assert found.loc[("TUR", "2"), "relative_wage"] == pytest.approx(18.31 / 10.06)
    assert found.loc[("TUR", "2"), "ratio_to_elementary"] == pytest.approx(18.31 / 5.46)
    assert pd.isna(found.loc[("MYS", "2"), "ratio_to_elementary"])
    assert ("MYS", "9") not in found.index
    assert wage_structure(EARNINGS).n_missing == 1


def test_hourly_wages_of_four_countries() -> None:
    """ILOSTAT in PPP dollars: professionals, clerical support and elementary occupations."""
    file = MIRROR / "work" / "countries" / "ilo_stat_earnings_status.csv.gz"
    if not file.is_file():
        pytest.skip(f"the official files are not on this machine: {file} is no file")
    wide = pd.read_csv(file).rename(columns={"iso3c": "country"})
    codes = {f"hourearn_isco08_{code}": code for code in ("total", "2", "4", "9")}
    long = wide.melt(["country", "year"], list(codes), "occupation", "wage").assign(basis="PPP dollars, hourly")
    found = rows(long.assign(occupation=long["occupation"].map(codes))).reset_index()
    found = found.set_index(["country", "year", "occupation"])["wage"]

    for country, year, wages in (
        ("TUR", 2020, [18.31, 8.59, 5.46]),
        ("MYS", 2020, [18.88, 7.92, 6.09]),
        ("BRA", 2021, [12.58, 5.00, 3.07]),
        ("USA", 2021, [44.11, 26.45, 21.26]),
    ):
        assert found[country, year][["2", "4", "9"]].tolist() == wages


@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=3), st.floats(0.1, 50))
def test_ratios_do_not_move_with_a_rate_and_levels_do(wages: list[float], rate: float) -> None:
    local = EARNINGS.slice(0, 3).set_column(3, "wage", pa.array(wages))
    plain, brought = rows(local), rows(local, RATES.set_column(2, "rate", pa.array([rate, 1.0])))

    for ratio in ("relative_wage", "ratio_to_elementary"):
        assert brought[ratio].to_numpy() == pytest.approx(plain[ratio].to_numpy())
    assert brought["wage"].to_numpy() == pytest.approx(plain["wage"].to_numpy() / rate)
    assert (brought["basis"] == "PPP dollars of 2017").all()


@pytest.mark.parametrize(
    ("earned", "brought", "unit"),
    [
        ("liras, hourly", "PPP dollars of 2017", "currency per hour"),
        ("liras a month", "PPP dollars of 2017", "currency"),
        (None, "PPP dollars of 2017 an hour", "currency per hour"),
    ],
)
def test_the_unit_of_a_converted_wage_is_that_of_the_new_currency(earned: str | None, brought: str, unit: str) -> None:
    """A study that promises `wage` in one unit reads it on: a rate makes it another one."""
    local = EARNINGS.set_column(4, "basis", pa.array([earned] * 6, pa.string()))
    found = wage_structure(local, RATES.set_column(3, "basis", pa.array([brought] * 2)))

    assert found.units == {"wage": unit}
    assert found.meanings == {"wage": f"wage in {brought}"}
    assert wage_structure(EARNINGS).units == {}


@pytest.mark.parametrize(
    "basis",
    [
        ["liras"] * 3 + ["ringgit"] * 3,
        ["local currency"] * 6,
        ["PPP dollars of 2017"] * 5 + ["PPP dollars of 2021"],
    ],
)
def test_levels_of_several_countries_need_one_recorded_basis(basis: list[str | None]) -> None:
    told = EARNINGS.set_column(4, "basis", pa.array(basis, pa.string()))

    with pytest.raises(ChoiceNotRecordedError, match="in which currency and at which prices"):
        rows(told)
    assert rows(told, RATES).loc[("TUR", "2"), "wage"] == pytest.approx(18.31 / 2)


@pytest.mark.parametrize("basis", ["international dollars of 2021, hourly", "PPP dollars, known for 2017"])
def test_international_dollars_are_one_basis_for_all(basis: str) -> None:
    told = EARNINGS.set_column(4, "basis", pa.array([basis] * 6))

    assert wage_structure(told).basis == basis


def test_one_country_may_stay_in_its_own_currency() -> None:
    alone = EARNINGS.slice(0, 3).set_column(4, "basis", pa.array(["local currency"] * 3))

    assert wage_structure(alone).basis == "local currency"


def test_a_table_that_tells_no_basis_is_refused_unless_rates_bring_one() -> None:
    with pytest.raises(MissingColumnError, match="earnings has no column 'basis'"):
        rows(EARNINGS.drop_columns("basis"))
    assert wage_structure(EARNINGS.drop_columns("basis"), RATES).basis == "PPP dollars of 2017"


@pytest.mark.parametrize(
    ("table", "column", "values", "error", "says"),
    [
        ("earnings", "wage", [0.0, 1, 1, 1, 1, 1], OutsideRangeError, r"earnings\.wage is 0 where country = 'TUR'"),
        ("earnings", "occupation", ["2"] * 6, DuplicateRowError, "occupation = '2', 3 times"),
        ("rates", "rate", [2.0, -1.0], OutsideRangeError, r"rates\.rate is -1"),
        ("rates", "country", ["TUR", "BRA"], MissingValueError, "country = 'MYS', year = 2020, which has no row"),
    ],
)
def test_wrong_cells_are_named(table: str, column: str, values: Any, error: Any, says: str) -> None:
    tables = {"earnings": EARNINGS, "rates": RATES}
    tables[table] = tables[table].set_column(tables[table].column_names.index(column), column, pa.array(values))

    with pytest.raises(error, match=says):
        wage_structure(**tables)
