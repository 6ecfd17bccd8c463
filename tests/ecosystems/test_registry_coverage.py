from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import registry_coverage
from industria.ecosystems._universe import CLASSES, FIPS
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    MissingValueError,
    NegativeValueError,
    ParameterRangeError,
    UnknownGroupError,
    UnknownLabelError,
)
from tests.sources.official_files import WHOLE, mirrored, rows_of

ACTORS = pa.table(
    {
        "actor": ["A", "B", "C", "D", "E", "F"],
        "naics": ["313230", "313", "31", None, "313210", "315210"],
        "state": ["MA", "Massachusetts", "25", "MA", None, "RI"],
        "county": ["25017", None, None, None, None, None],
        "employment": [30.0, None, 12.0, 8.0, 4.0, 3.0],
    }
)
ESTABLISHMENTS = pa.table(
    {
        "area": ["25", "25", "25017", "us"],
        "industry": ["313", "315", "313", "313"],
        "size": ["001"] * 4,
        "establishments": [10, 0, 2, 100],
        "employment": [0, 0, 0, 5000],
        "employment_flag": ["E", None, "withheld", "low_noise"],
    }
)
EXAMPLE = ({"actors": ACTORS, "establishments": ESTABLISHMENTS}, {"digits": 3})
WORDS = {
    *("313230", "313", "31", "313210", "315210", "315", "MA", "Massachusetts", "25", "25017", "RI", "us", "001"),
    *("E", "withheld", "low_noise"),
}
CBP = WHOLE / "ecosystem" / "census" / "cbp_fips"


def coverage(actors: Any = ACTORS, establishments: Any = ESTABLISHMENTS, **words: Any) -> dict[tuple[str, str], Any]:
    found = registry_coverage(actors, establishments, **words).to_arrow().to_pylist()
    return {(row["area"], row["industry"]): row for row in found}


def changed(table: pa.Table, column: str, *cells: Any) -> pa.Table:
    there = table[column].to_pylist()
    return table.set_column(table.column_names.index(column), column, pa.array([*cells, *there[len(cells) :]]))


def published(year: int, *industries: str) -> pa.Table:
    """Rows of County Business Patterns as published: a 0 and a letter where employment is withheld."""
    if not CBP.is_dir():
        pytest.skip(f"the official files are not on this machine: {CBP} is no folder")
    made = []
    for industry in industries:
        rows = pa_csv.read_csv(CBP / f"{industry}.csv").to_pylist()
        made += [row | {"industry": industry} for row in rows if row["year"] == year]
    return pa.table(
        {
            "area": [row["fipstate"] for row in made],
            "industry": [row["industry"] for row in made],
            "establishments": [row["est"] for row in made],
            "employment": [row["emp"] for row in made],
            "employment_flag": [row["empflag"] or None for row in made],
        }
    )


def test_counts_and_intervals() -> None:
    found = coverage()
    state, county, nation = found["25", "313"], found["25017", "313"], found["us", "313"]

    # A and B are there; C and D could be, and so could E, who tells no state.
    assert (state["registered"], state["share"], state["share_low"], state["share_high"]) == (2, 0.2, 0.2, 0.5)
    assert (state["employment_low"], state["employment_high"]) == (250, 499)
    assert state["registered_employment"] == 30
    assert (county["registered"], county["employment_low"], county["employment_high"]) == (1, 0, None)
    assert (nation["registered"], nation["employment_low"], nation["employment_high"]) == (3, 5000, 5000)
    assert found["25", "315"]["share"] is None
    result = registry_coverage(ACTORS, ESTABLISHMENTS)
    assert (result.n_registered, result.n_unplaced, result.n_elsewhere) == (3, 2, 1)


# County Business Patterns, and Statistics of US Businesses, of Massachusetts.
@pytest.mark.parametrize(
    ("year", "industry", "code", "establishments", "low", "high"),
    [
        (2000, "31----", "31-33", 9168, 397_620, 397_620),
        (2011, "31----", "31-33", 6782, 225_473, 225_473),
        (2000, "315---", "315", 249, 7271, 7271),
        (2011, "315---", "315", 92, 2050, 2050),
        (2000, "313---", "313", 155, 12_005, 12_005),
        (2011, "313---", "313", 79, 2909, 2909),
        (2000, "326---", "326", 433, 22_288, 22_288),
        (2011, "326---", "326", 290, 12_740, 12_740),
        (2000, "339113", "339113", 42, 2590, 2590),
        (2011, "339113", "339113", 68, 2104, 2104),
        (2000, "31323-", "31323", 14, 896, 896),
        (2011, "31323-", "31323", 7, 250, 499),
    ],
)
def test_meets_the_figures_of_massachusetts(
    year: int, industry: str, code: str, establishments: int, low: int, high: int
) -> None:
    digits = 2 if "-" in code else len(code)
    found = coverage(establishments=published(year, industry), digits=digits)["25", code]

    assert found["establishments"] == establishments
    assert (found["employment_low"], found["employment_high"]) == (low, high)


def test_what_is_withheld_is_never_zero() -> None:
    """12,938 of the 26,565 rows of states and industries of 2011 are withheld."""
    whole = published(2011, *sorted(file.stem for file in CBP.glob("*.csv")))
    withheld = [flag for flag in whole["employment_flag"].to_pylist() if flag]

    assert (whole.num_rows, len(withheld)) == (26_565, 12_938)
    for digits in (3, 6):
        for row in coverage(establishments=whole, digits=digits).values():
            assert row["employment_high"] is None or row["employment_high"] > 0


def test_meets_the_statistics_of_us_businesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag G beside a number is noise below 2 %, not a class of size."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("census.susb", year=2021, geography="state:25", naics=["31-33"])

    found = coverage(establishments=rows, digits=2)["25", "31-33"]
    marked = coverage(establishments=changed(rows, "employment_flag", "G"), digits=2)["25", "31-33"]

    assert found == marked
    assert (found["establishments"], found["employment_low"], found["employment_high"]) == (5998, 227_427, 227_427)
    assert found["registered"] == 3


def test_finer_rows_are_added_up_where_there_is_no_other() -> None:
    parts = pa.table(
        {
            "area": ["25", "25", "25"],
            "industry": ["3132", "3133", "31323"],
            "establishments": [3, 4, 2],
            "employment": [None, 90, None],
            "employment_flag": ["B", None, "A"],
        }
    )
    found = coverage(establishments=parts)["25", "313"]

    assert (found["establishments"], found["employment_low"], found["employment_high"]) == (7, 110, 189)


def test_a_range_beside_a_withheld_number_is_read() -> None:
    row = pa.table(
        {
            "area": ["25"],
            "industry": ["313"],
            "establishments": [3],
            "employment": pa.array([None], pa.int64()),
            "employment_flag": ["withheld"],
            "employment_range": ["20-99"],
        }
    )
    found = coverage(establishments=row)["25", "313"]

    assert (found["employment_low"], found["employment_high"]) == (20, 99)


def test_numbers_of_states_are_those_of_the_census_bureau() -> None:
    assert [FIPS[state] for state in ("AL", "CT", "DC", "MA", "NY", "WY", "PR")] == [
        *("01", "09", "11", "25", "36", "56", "72")
    ]
    assert len(set(FIPS.values())) == len(FIPS) == 56


@given(st.sampled_from(sorted(CLASSES)), st.sampled_from([0, None]))
def test_every_letter_is_its_interval(letter: str, told: int | None) -> None:
    rows = changed(changed(ESTABLISHMENTS, "employment", told), "employment_flag", letter)
    found = coverage(establishments=rows)["25", "313"]
    low, high = CLASSES[letter]

    assert found["employment_low"] == low
    assert found["employment_high"] == (None if letter == "M" else high)


@given(st.lists(st.sampled_from(["313", "313230", "31", "31-33", None]), min_size=1, max_size=8))
def test_a_further_actor_never_lowers_the_share(codes: list[str | None]) -> None:
    actors = pa.table(
        {
            "actor": [f"a{i}" for i in range(len(codes))],
            "naics": pa.array(codes, pa.string()),
            "state": ["MA"] * len(codes),
        }
    )
    all_of_them, fewer = (coverage(actors=rows)["25", "313"] for rows in (actors, actors.slice(1)))

    assert fewer["share_low"] <= all_of_them["share_low"] <= all_of_them["share"] <= all_of_them["share_high"]
    assert all_of_them["share_high"] == pytest.approx(len(codes) / 10)


@pytest.mark.parametrize(
    ("column", "cell", "error", "says"),
    [
        ("establishments", -1, NegativeValueError, "establishments.establishments .* first -1 where area = '25'"),
        ("establishments", None, MissingValueError, "establishments.establishments is missing in 1"),
        ("area", None, MissingValueError, "establishments.area"),
        ("industry", "315", DuplicateRowError, r"2 repeated \(area, industry\) rows, first area = '25'"),
        ("employment_flag", "Q", UnknownLabelError, "establishments.employment_flag has 'Q'"),
    ],
)
def test_bad_rows_are_told(column: str, cell: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        coverage(establishments=changed(ESTABLISHMENTS, column, cell))


def test_what_cannot_be_asked_is_told() -> None:
    with pytest.raises(ParameterRangeError, match="digits=7; it takes a whole number from 2 to 6"):
        coverage(digits=7)
    with pytest.raises(EmptyTableError, match="establishments"):
        coverage(establishments=ESTABLISHMENTS.slice(0, 0))
    with pytest.raises(UnknownGroupError, match="size"):
        coverage(establishments=changed(ESTABLISHMENTS, "size", *["220"] * 4))
    with pytest.raises(DuplicateRowError, match="actor = 'B'"):
        coverage(actors=changed(ACTORS, "actor", "B"))


@pytest.mark.parametrize("naics", [[315210, 313230], [315210.0, None]])
def test_industries_may_come_as_numbers(naics: list[float]) -> None:
    """As a CSV file gives them where every code is of digits."""
    actors = pa.table({"actor": ["A", "B"], "naics": naics, "state": ["MA", "MA"]})
    universe = pa.table({"area": ["25"], "industry": ["315"], "establishments": [92]})

    for held in (actors, actors.to_pandas()):
        assert registry_coverage(held, universe).to_arrow()["registered"].to_pylist() == [1]


def test_a_fraction_is_no_industry() -> None:
    actors = pa.table({"actor": ["A"], "naics": [3152.5]})
    universe = pa.table({"area": ["25"], "industry": ["315"], "establishments": [92]})

    with pytest.raises(ColumnTypeError, match=r"actors\.naics holds float64, where text is needed"):
        registry_coverage(actors, universe)
