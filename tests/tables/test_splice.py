from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ChoiceError, DuplicateRowError, EmptyTableError, MissingValueError, NoOverlapError
from industria.tables import splice

# The index of 2010 = 100 ends in 2012, where that of 2015 = 100 stands at 90.
SERIES = pa.table(
    {
        "year": [2010, 2011, 2012, 2012, 2013, 2015],
        "edition": ["2010", "2010", "2010", "2015", "2015", "2015"],
        "price": [100.0, 105.0, 120.0, 90.0, 93.0, 100.0],
    }
)
CALL = {"value": "price", "period": "year", "vintage": "edition"}

EXAMPLE = ({"series": SERIES}, {**CALL, "method": "growth"})


def spliced(rows: pa.Table, **options: Any) -> dict[int, float]:
    found = splice(rows, **{**CALL, "method": "growth", **options}).to_arrow().to_pylist()
    return {row["year"]: row["spliced"] for row in found}


def test_growth_of_the_older_edition_leads_up_to_the_newer() -> None:
    """2010 to 2012 grew by a fifth; so does the spliced series, which ends at 90 then."""
    assert spliced(SERIES) == pytest.approx({2010: 75.0, 2011: 78.75, 2012: 90.0, 2013: 93.0, 2015: 100.0})


def test_levels_stand_as_published_and_the_link_tells_the_jump() -> None:
    made = splice(SERIES, **CALL, method="level")

    assert {row["year"]: row["spliced"] for row in made.to_arrow().to_pylist()} == {
        2010: 100.0,
        2011: 105.0,
        2012: 90.0,
        2013: 93.0,
        2015: 100.0,
    }
    links = made.links.collect("pyarrow").to_native().to_pylist()
    assert links == [{"older": "2010", "newer": "2015", "link": "2012", "ratio": 0.75, "overlap": 1}]
    assert made.method == "level"


def test_three_editions_chain_through_the_middle_one() -> None:
    rows = pa.table(
        {
            "year": [1, 2, 2, 3, 3, 4],
            "edition": [1, 1, 2, 2, 3, 3],
            "price": [1.0, 2.0, 10.0, 20.0, 100.0, 300.0],
        }
    )

    assert spliced(rows) == pytest.approx({1: 25.0, 2: 50.0, 3: 100.0, 4: 300.0})


@given(st.lists(st.floats(0.5, 2.0), min_size=4, max_size=8), st.floats(0.1, 10.0))
def test_a_change_of_base_alone_leaves_growth_as_it_was(growth: list[float], base: float) -> None:
    """Two editions of one series that differ by their base splice into the newer one, whole."""
    level, whole = 1.0, []
    for step in growth:
        level *= step
        whole.append(level)
    older = [value * base for value in whole[:-1]]
    rows = pa.table(
        {
            "year": [*range(len(older)), *range(1, len(whole))],
            "edition": [1] * len(older) + [2] * (len(whole) - 1),
            "price": [*older, *whole[1:]],
        }
    )

    assert list(spliced(rows).values()) == pytest.approx(whole)


def test_groups_are_series_of_their_own() -> None:
    doubled = SERIES.append_column("place", pa.array(["a"] * 6))
    other = SERIES.set_column(2, "price", pa.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])).append_column(
        "place", pa.array(["b"] * 6)
    )
    made = splice(pa.concat_tables([doubled, other]), **CALL, method="growth", by=["place"]).to_arrow().to_pylist()

    assert [row["spliced"] for row in made if row["place"] == "a"] == pytest.approx([75.0, 78.75, 90.0, 93.0, 100.0])
    assert [row["spliced"] for row in made if row["place"] == "b"] == [1.0] * 5


def test_editions_without_a_common_period_cannot_be_chained() -> None:
    apart = SERIES.filter(pa.array([True, True, False, True, True, True]))

    with pytest.raises(NoOverlapError, match=r"vintage '2010' of series shares no period .* '2015' on; growth"):
        splice(apart, **CALL, method="growth")
    assert splice(apart, **CALL, method="level").to_arrow().num_rows == 5


def test_what_cannot_be_ordered_or_told_apart_is_refused() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'growth'"):
        splice(SERIES, **CALL, method="growt")  # type: ignore[arg-type]
    with pytest.raises(DuplicateRowError, match="edition = '2010', year = 2010, 2 times"):
        splice(pa.concat_tables([SERIES, SERIES.slice(0, 1)]), **CALL, method="growth")
    with pytest.raises(EmptyTableError):
        splice(SERIES.slice(0, 0), **CALL, method="growth")
    gap = SERIES.set_column(1, "edition", pa.array([None, *SERIES["edition"].to_pylist()[1:]]))
    with pytest.raises(MissingValueError, match=r"series\.edition is missing in 1 of 6 rows"):
        splice(gap, **CALL, method="growth")
