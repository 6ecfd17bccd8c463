from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ReleaseRefusedError
from industria.release._pooled_sums import summed

NORTH = pa.table(
    {
        "industry": ["A", "B", "Total"],
        "value": [1.0, None, 3.0],
        "firms": [1, 2, 3],
        "share": [0.3, None, 1.0],
        "status": ["published", "withheld", "published"],
    }
)
SOUTH = pa.table(
    {
        "industry": ["Total", "C", "A"],
        "value": [None, 5.0, 10.0],
        "firms": [None, None, 1],
        "share": [1.0, 0.3, 0.6],
        "status": ["published", "published", "rounded"],
    }
)


def rows(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row.pop("industry"): row for row in table.to_pylist()}


def test_sums_add_up_and_what_one_withholds_is_never_zero() -> None:
    told = rows(summed("x", {"north": NORTH, "south": SOUTH}, by=["industry"], additive=["value", "firms"]))

    assert told["A"] == {"value": 11.0, "firms": 2, "share": None, "status": "rounded", "withheld_by": None}
    # Only north has B, so that it is all of it: what it does not withhold of it stands.
    assert told["B"] == {"value": None, "firms": 2, "share": None, "status": "withheld", "withheld_by": "north"}
    # Nothing to add up at a site is no refusal to tell: its status is published.
    assert told["C"] == {"value": 5.0, "firms": None, "share": 0.3, "status": "published", "withheld_by": None}
    assert told["Total"]["value"] == 3.0


def test_a_sum_of_which_a_part_is_rounded_has_a_least_and_a_most() -> None:
    north = pa.table({"industry": ["A", "B"], "count": [7, 4], "status": ["published", "published"]})
    south = pa.table({"industry": ["A", "C"], "count": [10, 0], "status": ["rounded", "rounded"]})
    west = pa.table({"industry": ["A", "B"], "count": [None, 5], "status": ["withheld", "rounded"]})
    reaches = {"south": {"count": (4.0, 4.0)}, "west": {"count": (2.0, 1.0)}}
    way: dict[str, Any] = {"by": ["industry"], "additive": ["count"], "reaches": reaches}

    two = rows(summed("x", {"north": north, "south": south}, **way))
    three = rows(summed("x", {"north": north, "south": south, "west": west}, **way))

    assert [two["A"][name] for name in ("count", "low", "high", "status")] == [17, 13.0, 21.0, "rounded"]
    # What nobody rounds is what it is, and no count is below nothing.
    assert [two["B"][name] for name in ("count", "low", "high", "status")] == [4, 4.0, 4.0, "published"]
    assert [two["C"][name] for name in ("count", "low", "high")] == [0, 0.0, 4.0]
    assert [three["A"][name] for name in ("count", "low", "high", "status")] == [None, None, None, "withheld"]
    assert [three["B"][name] for name in ("count", "low", "high")] == [9, 7.0, 10.0]


def test_each_of_several_rounded_columns_has_its_own_ends() -> None:
    reaches = {"south": {"value": (0.5, 0.5)}}

    told = summed("x", {"north": NORTH, "south": SOUTH}, by=["industry"], additive=["value", "firms"], reaches=reaches)

    assert told.column_names[-2:] == ["value_low", "value_high"]
    assert [rows(told)["A"][name] for name in ("value_low", "value", "value_high")] == [10.5, 11.0, 11.5]


def test_a_site_that_withholds_all_leaves_no_sum() -> None:
    told = rows(summed("x", {"north": NORTH, "south": None}, by=["industry"], additive=["value", "firms"]))

    assert all(row["value"] is None and row["firms"] is None for row in told.values())
    assert [row["withheld_by"] for row in told.values()] == ["south", "north, south", "south"]
    assert {row["status"] for row in told.values()} == {"withheld"}


def test_a_share_that_is_withheld_withholds_no_sum() -> None:
    north = NORTH.set_column(2, "firms", pa.array([1, 2, 3])).set_column(1, "value", pa.array([1.0, 2.0, 3.0]))

    told = rows(summed("x", {"north": north, "south": SOUTH}, by=["industry"], additive=["value", "firms"]))

    assert told["B"] == {"value": 2.0, "firms": 2, "share": None, "status": "published", "withheld_by": None}


def test_labels_that_all_sites_have_are_kept() -> None:
    titles = pa.array(["Food", "Wood", "All"])
    north = NORTH.append_column("title", titles)
    south = SOUTH.append_column("title", pa.array(["All", "Metal", "Food"]))

    told = summed("x", {"north": north, "south": south}, by=["industry"], additive=["value", "firms"])
    other = south.set_column(5, "title", pa.array(["All", "Metal", "Meals"]))
    differs = summed("x", {"north": north, "south": other}, by=["industry"], additive=["value", "firms"])

    assert told["title"].to_pylist() == ["Food", "Wood", "Metal", "All"]
    assert differs["title"].to_pylist() == [None, "Wood", "Metal", None]


def test_a_label_stands_though_a_site_withholds_its_row_and_a_share_does_not() -> None:
    """A share of 1 in every total is no label: the shares of the cells differ."""
    north = pa.table(
        {
            "bin": [1, 2, 3],
            "high": [10.0, None, 30.0],
            "count": [5, None, 7],
            "share": [None, None, 1.0],
            "status": ["published", "withheld", "published"],
        }
    )
    south = north.set_column(1, "high", pa.array([10.0, 20.0, 30.0])).set_column(3, "share", pa.array([None, 0.4, 1.0]))

    told = summed("x", {"north": north, "south": south}, by=["bin"], additive=["count"])

    assert told["high"].to_pylist() == [10.0, 20.0, 30.0]
    assert told["share"].to_pylist() == [None, None, None]


def test_tables_of_one_row_have_no_key() -> None:
    told = summed("x", {"north": NORTH.slice(0, 1), "south": SOUTH.slice(1, 1)}, by=[], additive=["value"])

    assert told["value"].to_pylist() == [6.0]


def test_two_rows_of_one_key_are_refused() -> None:
    with pytest.raises(ReleaseRefusedError, match="site south: step 'x' has two rows of industry=A"):
        summed(
            "x",
            {"north": NORTH, "south": pa.concat_tables([SOUTH, SOUTH.slice(2)])},
            by=["industry"],
            additive=["value"],
        )


def test_units_and_meanings_are_kept() -> None:
    told = NORTH.schema.field("value").with_metadata({"unit": "currency", "meaning": "turnover"})
    north = NORTH.cast(NORTH.schema.set(1, told))

    assert (
        summed("x", {"north": north}, by=["industry"], additive=["value"]).schema.field("value").metadata
        == told.metadata
    )


cell = st.tuples(st.sampled_from("ABC"), st.integers(2020, 2022))
site = st.dictionaries(cell, st.one_of(st.none(), st.integers(-9, 9)), min_size=1)


def table_of(cells: dict[tuple[str, int], int | None]) -> pa.Table:
    return pa.table(
        {
            "industry": pa.array([industry for industry, _ in cells], pa.string()),
            "year": pa.array([year for _, year in cells], pa.int64()),
            "value": pa.array([None if x is None else float(x) for x in cells.values()], pa.float64()),
            "status": ["withheld" if x is None else "published" for x in cells.values()],
        }
    )


@given(st.lists(site, min_size=2, max_size=4), st.randoms())
def test_every_cell_is_the_sum_of_what_sites_tell(sites: list[dict[tuple[str, int], int | None]], random: Any) -> None:
    """In any order of sites and rows."""
    tables = {f"site{i}": table_of(cells) for i, cells in enumerate(sites)}
    shuffled = list(tables.items())
    random.shuffle(shuffled)

    told = summed("x", dict(shuffled), by=["industry", "year"], additive=["value"])

    assert told.equals(summed("x", tables, by=["industry", "year"], additive=["value"]))
    found = {(row["industry"], row["year"]): row for row in told.to_pylist()}
    assert found.keys() == {key for cells in sites for key in cells}
    for key, row in found.items():
        values = [cells[key] for cells in sites if key in cells]
        hidden = ", ".join(f"site{i}" for i, cells in enumerate(sites) if key in cells and cells[key] is None)
        assert row["withheld_by"] == (hidden or None)
        assert row["value"] == (None if hidden else sum(x for x in values if x is not None))
