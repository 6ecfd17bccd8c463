from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from industria.core.table import collect
from industria.ecosystems import match_funnel
from industria.ecosystems._states import nearest_state
from industria.errors import (
    ColumnTypeError,
    InfiniteValueError,
    MissingValueError,
    ParameterRangeError,
    ReservedNameError,
    UnknownLabelError,
)
from tests.ecosystems.lines import line, lines, matches, published

LINES = lines(
    line("a", 0, 10, "delivered"),
    line("b", 0, 20, "delivered", quantity=30.0),
    line("c", 5, -2, "delivered", item="mask"),
    line("d", 5, 7, "closed", item="mask", reason="no_need"),
    line("e", 6, None, "open", item="mask", quantity=4.0),
)
WORDS = {"delivered", "closed", "open"}
EXAMPLE = ({"matches": LINES}, {})
PRINTED = 0.005  # days are printed with two decimals


def issues(*rows: dict[str, Any], **parameters: Any) -> list[tuple[str | None, str, str, str]]:
    found = collect(match_funnel(lines(*rows), **parameters).issues).to_pylist()
    return [(row["match"], row["column"], row["value"], row["problem"]) for row in found]


def test_counts_units_and_days_of_each_item() -> None:
    rows = match_funnel(LINES).to_arrow().to_pylist()

    assert rows == [
        {
            "item": "gown",
            "lines": 2,
            "delivered": 2,
            "closed": 0,
            "open": 0,
            "units_matched": 40.0,
            "units_delivered": 40.0,
            "delivered_share": 1.0,
            "median_days": 15.0,
            "p90_days": 19.0,
            "negative_days": 0,
        },
        {
            "item": "mask",
            "lines": 3,
            "delivered": 1,
            "closed": 1,
            "open": 1,
            "units_matched": 24.0,
            "units_delivered": 10.0,
            "delivered_share": pytest.approx(1 / 3),
            "median_days": None,
            "p90_days": None,
            "negative_days": 1,
        },
    ]


def test_what_became_of_the_matches_of_getusppe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of the file all_matches.csv of GetUsPPE, commit 529020f, as a plain reading of its lines gives them."""
    found = match_funnel(published(monkeypatch), by=())
    (row,) = found.to_arrow().to_pylist()
    reasons = {one["reason"]: one["lines"] for one in collect(found.reasons).to_pylist()}
    heaps = collect(found.heaps).to_pylist()

    assert found.n_lines == row["lines"] == 6932
    assert (row["delivered"], row["closed"], row["open"]) == (4136, 2604, 192)
    assert row["delivered_share"] == pytest.approx(0.597, abs=0.0005)
    assert {word: reasons[word] for word in ("no_supply", "no_contact_facility", "no_need", "no_contact_donor")} == {
        "no_supply": 1002,
        "no_contact_facility": 539,
        "no_need": 180,
        "no_contact_donor": 160,
    }
    assert sum(reasons.values()) == 2604
    assert row["units_delivered"] == 13_412_174
    assert found.median_days_with_negatives == pytest.approx(20.91, abs=PRINTED)
    assert row["median_days"] == found.median_days == pytest.approx(25.83, abs=PRINTED)
    assert row["p90_days"] == pytest.approx(141.3, abs=0.05)
    assert row["negative_days"] == 305
    assert [(str(heap["date"]), heap["closings"]) for heap in heaps] == [("2020-10-14", 1529), ("2021-07-09", 1001)]


def test_what_is_doubtful_in_the_matches_of_getusppe(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = published(monkeypatch)
    found = collect(match_funnel(rows).issues).to_pylist()

    def told(column: str, problem: str) -> list[str]:
        return [row["problem"] for row in found if row["column"] == column and problem in row["problem"]]

    assert pc.count_distinct(rows["donor"]).as_py() == 1021
    assert pc.count_distinct(rows["facility"]).as_py() == 3238
    assert len(told("quantity", "not above 0")) == 310
    assert len(told("closed", "before the match")) == 307  # two of them were not delivered
    assert sum(int(said.split()[0]) - 1 for said in told("match", "same in every column")) == 6
    assert sum(int(said.split()[0]) - 1 for said in told("match", "have this match and item")) == 25
    assert len(told("closed", "on this one day")) == 2


@settings(max_examples=25)
@given(matches())
def test_lines_are_conserved_across_statuses(rows: pa.Table) -> None:
    """Whatever is doubtful in a line, it counts once."""
    for by in ((), ("item",), ("item", "donor")):
        cells = match_funnel(rows, by=by).to_pandas()
        assert (cells["delivered"] + cells["closed"] + cells["open"]).tolist() == cells["lines"].tolist()
        assert cells["lines"].sum() == rows.num_rows
        assert cells["units_matched"].sum() == pytest.approx(pc.sum(rows["quantity"]).as_py())


@settings(max_examples=25)
@given(matches())
def test_reasons_are_all_of_what_was_closed(rows: pa.Table) -> None:
    found = match_funnel(rows)
    reasons = collect(found.reasons)
    closed = sum(row["closed"] for row in found.to_arrow().to_pylist())

    assert sum(reasons["lines"].to_pylist()) == closed
    assert not closed or sum(reasons["share"].to_pylist()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"quantity": -1.0}, ("quantity", "-1", "it is not above 0")),
        ({"quantity": 2e14}, ("quantity", "2e+14", "it is above 10,000,000")),
        ({"quantity": None}, ("quantity", None, "it is missing")),
        ({"facility": None}, ("facility", None, "it is missing")),
        ({"closed": None}, ("closed", None, "it is missing, and not open")),
        ({"status": "open"}, ("closed", "2020-04-11 00:00:00.000000", "it is told, and the match is open")),
        ({"reason": "no_need"}, ("reason", "no_need", "it was delivered")),
        ({"donor_state": "Fl"}, ("donor_state", "Fl", "it is no code of a US state")),
    ],
)
def test_a_doubtful_cell_is_told_and_its_line_counts(cells: dict[str, Any], told: tuple[str, str, str]) -> None:
    rows = [line(f"m{i}", i, 10, "delivered") for i in range(11)]
    rows[0] |= cells

    assert ("m0", *told) in issues(*rows, heap_share=0.5)
    assert match_funnel(lines(*rows)).n_lines == 11


def test_a_closing_before_its_match_is_told() -> None:
    assert ("m", "closed", "2020-03-30 00:00:00.000000", "it is before the match was made") in issues(
        line("m", 0, -2, "delivered")
    )


def test_repeated_lines_are_told_once_and_count_each() -> None:
    twice = [line("m", 0, 1, "delivered")] * 2
    other = line("m", 0, 1, "delivered", quantity=3.0)

    assert [said for *_, said in issues(*twice, other, heap_share=1.0)] == [
        "2 lines are the same in every column",
        "3 lines have this match and item",
    ]
    assert match_funnel(lines(*twice, other)).to_arrow()["lines"].to_pylist() == [3]


def test_a_heap_is_a_doubt_of_its_day() -> None:
    """Nine closings on nine days are no heap at a fifth; three on one day are."""
    apart = [line(f"m{i}", i, 10, "delivered") for i in range(9)]
    assert not issues(*apart, heap_share=0.2)

    together = [line(f"h{i}", 20 - i, i, "closed") for i in range(3)]
    assert issues(*apart, *together, heap_share=0.2) == [
        (None, "closed", "2020-04-21", "3 closings are dated on this one day")
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Fl", "FL"),
        (" ma ", "MA"),
        ("Ohio", "OH"),
        ("albama", "AL"),
        ("Michigan", "MI"),
        ("Shanghai", None),
        ("pb", None),
    ],
)
def test_the_state_that_was_probably_meant(typed: str, meant: str | None) -> None:
    assert nearest_state(typed) == meant


def test_states_are_told_with_their_code() -> None:
    found = collect(match_funnel(lines(line("m", 0, 10, "delivered", state="albama"))).issues).to_pylist()

    assert [row["nearest"] for row in found if row["column"] == "state"] == ["AL"]


def test_a_status_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownLabelError, match=r"matches.status has 'deliverd'.*Did you mean 'delivered'"):
        match_funnel(lines(line("m", 0, 10, "deliverd")))
    with pytest.raises(MissingValueError, match=r"matches.status is missing in 1 of 1 rows, first where match = 'm'"):
        match_funnel(lines(line("m", 0, 10, None)))  # type: ignore[arg-type]


def test_what_cannot_be_counted_is_refused() -> None:
    rows = LINES.to_pandas()
    with pytest.raises(InfiniteValueError, match=r"matches.quantity is infinite"):
        match_funnel(rows.assign(quantity=float("inf")))
    with pytest.raises(ColumnTypeError, match=r"matches.closed holds string, where dates or times"):
        match_funnel(rows.assign(closed="yesterday"))
    with pytest.raises(ColumnTypeError, match=r"matches.quantity holds string, where numbers"):
        match_funnel(rows.assign(quantity="ten"))
    with pytest.raises(ReservedNameError):
        match_funnel(rows, by="closed")
    with pytest.raises(ParameterRangeError, match="heap_share"):
        match_funnel(rows, heap_share=0.0)


@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.timestamp("ms"), pa.timestamp("us", "America/New_York")])
def test_every_clock_tells_the_same_days(kind: pa.DataType) -> None:
    """Finer ones, coarser ones, and those of a zone."""
    rows = LINES
    for name in ("created", "closed"):
        told = rows[name].cast(pa.timestamp("us", "UTC")).cast(kind)
        rows = rows.set_column(rows.column_names.index(name), name, told)

    assert match_funnel(rows).to_pandas().equals(match_funnel(LINES).to_pandas())


def test_parts_of_a_microsecond_do_not_count() -> None:
    rows = LINES.to_pandas()
    rows["created"] = rows["created"].astype("datetime64[ns]") + pd.Timedelta(1, "ns")

    assert match_funnel(rows).to_pandas().equals(match_funnel(LINES).to_pandas())


def test_days_without_a_clock_are_dates_too() -> None:
    """Dates, as a table typed by hand has them, give whole days."""
    rows = LINES
    for name in ("created", "closed"):
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.date32()))

    assert match_funnel(rows).to_pandas().equals(match_funnel(LINES).to_pandas())
