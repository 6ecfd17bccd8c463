from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import capability_registry, pivot_matches
from industria.ecosystems._naics import VINTAGES, vintages
from industria.errors import BrokenFileError, ChoiceError, EmptyTableError, ParameterRangeError
from industria.kernels.likeness import likeness
from industria.sources import find
from tests.sources.official_files import WHOLE, mirrored

VOCABULARY = pa.table(
    {
        "type": ["process", "process", "process", "machine", "certification"],
        "code": ["joining", "sewing", "ultrasonic_welding", "sewing_machine", "iso_13485"],
        "name": ["Joining of fabric", "Sewing", "Ultrasonic welding", "Sewing machine", "ISO 13485"],
        "parent": [None, "joining", "joining", None, None],
    }
)
ACTORS = pa.table(
    {
        "actor": ["A", "B", "C"],
        "name": ["Bay State Sewing, Inc.", "Pioneer Valley Molding", "Merrimack Test House"],
        "kind": ["firm", "firm", "test_house"],
        "naics": ["315210", "3261", "541380"],
        "employment": [40.0, 12.0, 7.0],
        "state": ["MA", "MA", "MA"],
    }
)
CAPABILITIES = pa.table(
    {
        "actor": ["A", "A", "B"],
        "type": ["process", "machine", "certification"],
        "code": ["sewing", "sewing_machine", "iso_13485"],
        "scale": [None, 30.0, None],
        "confidence": [0.9, 1.0, 0.8],
        "valid_to": [None, None, dt.date(2020, 6, 30)],
    }
)
EXAMPLE = ({"actors": ACTORS, "capabilities": CAPABILITIES, "vocabulary": VOCABULARY}, {"as_of": "2020-04-17"})
WORDS = {
    *("firm", "test_house", "process", "machine", "certification", "315210", "3261", "541380", "MA"),
    *(word for column in ("code", "name", "parent") for word in VOCABULARY[column].to_pylist() if word),
}

FORM_OF_ACTORS = """\
actor,name,kind,naics,employment,state,postal_code
A,"Bay State Sewing, Inc.",firm,315210,40,MA,02125
B,Pioneer Valley Molding,frim,326199,12,MA,01040
C,Merrimack Test House,test house,541380,7,MA,01840
D,Quabbin Textiles,firm,31321034,55,MA,01331
E,Berkshire Caps,firm,315991,120,MA,01201
F,Cape Gowns,firm,315250,-8,MA,02601
A,Bay State Sewing,firm,,,MA,02125
G,Baystate Sewing Co,firm,315210,41,MA,02125-1234
H,Worcester Plastics,firm,326,80,MA,01601
"""
FORM_OF_CAPABILITIES = """\
actor,type,code,scale,evidence,confidence,valid_to
A,process,sewing,,declared,0.9,
A,proces,sewing,,declared,0.9,
B,process,ultrasonic_weldin,,declared,0.8,
C,certification,iso_13485,,inspected,1,2020-03-31
D,machine,sewing_machine,25,declared,1.7,
h,process,sewing,,declared,0.5,
H,machine,sewing_machine,30,declared,1,2021-12-31
"""
# Table, row, column, nearest: what was planted, and what the person probably meant.
PLANTED = [
    ("actors", 2, "kind", "firm"),
    ("actors", 3, "kind", "test_house"),
    ("actors", 4, "naics", "313210"),
    ("actors", 5, "naics", "315990"),
    ("actors", 6, "employment", "8"),
    ("actors", 7, "actor", None),
    ("actors", 8, "name", "A"),
    ("capabilities", 2, "type", "process"),
    ("capabilities", 3, "code", "ultrasonic_welding"),
    ("capabilities", 4, "valid_to", None),
    ("capabilities", 5, "confidence", "1"),
    ("capabilities", 6, "actor", "H"),
]


def rows(table: Any) -> list[dict[str, Any]]:
    return collect(table).to_pylist()


def issues(actors: Any = ACTORS, capabilities: Any = CAPABILITIES, vocabulary: Any = VOCABULARY, **words: Any) -> Any:
    found = rows(capability_registry(actors, capabilities, vocabulary, **words).issues)
    return [(one["table"], one["row"], one["column"], one["value"], one["nearest"]) for one in found]


def changed(table: pa.Table, column: str, *cells: Any) -> pa.Table:
    """The table with other cells at the top of a column."""
    there = table[column].to_pylist()
    return table.set_column(table.column_names.index(column), column, pa.array([*cells, *there[len(cells) :]]))


def read(folder: Path, name: str, text: str) -> Any:
    (folder / name).write_text(text, encoding="utf-8")
    return find("files.csv")(str(folder / name)).read()


def test_twelve_planted_faults_are_listed_and_the_clean_rows_are_there(tmp_path: Path) -> None:
    registry = capability_registry(
        read(tmp_path, "actors.csv", FORM_OF_ACTORS),
        read(tmp_path, "capabilities.csv", FORM_OF_CAPABILITIES),
        VOCABULARY,
        as_of="2020-04-17",
    )
    actors = {row["actor"]: row for row in rows(registry.actors)}

    assert [(one["table"], one["row"], one["column"], one["nearest"]) for one in rows(registry.issues)] == PLANTED
    assert list(actors) == ["A", "B", "C", "D", "E", "F", "G", "H"]
    assert actors["A"] | {"name": "Bay State Sewing, Inc.", "employment": 40, "naics": "315210"} == actors["A"]
    assert actors["B"]["kind"] == "frim"  # what it means, a person tells
    assert actors["C"]["kind"] == "test_house"
    assert actors["F"]["employment"] is None
    assert actors["G"]["naics_vintage"] == "2012, 2017, 2022"
    assert actors["F"]["naics_vintage"] == "2022"
    held = [(row["actor"], row["code"], row["confidence"]) for row in rows(registry.capabilities)]
    assert held == [
        ("A", "sewing", 0.9),
        ("A", "sewing", 0.9),
        ("B", "ultrasonic_weldin", 0.8),
        ("D", "sewing_machine", 0.0),
        ("H", "sewing_machine", 1.0),
    ]
    assert (registry.n_actors, registry.n_capabilities, registry.n_issues, registry.n_left_out) == (8, 5, 12, 3)


def test_a_clean_registry_comes_out_as_it_came_in() -> None:
    registry = capability_registry(ACTORS, CAPABILITIES, VOCABULARY, as_of=dt.date(2020, 4, 17))

    assert collect(registry.actors).select(ACTORS.column_names).equals(ACTORS)
    assert [row["path"] for row in rows(registry.capabilities)] == ["sewing_machine", "joining > sewing", "iso_13485"]
    assert registry.n_issues == registry.n_left_out == 0


def test_likely_duplicates_are_made_one_on_request_alone() -> None:
    actors = pa.table(
        {
            "actor": ["A", "B", "C", "D"],
            "name": ["Bay State Sewing Inc", "Baystate Sewing", "Bay State Sewing", "Quabbin Wire"],
            "kind": ["firm"] * 4,
            "employment": [None, 40.0, 9.0, 5.0],
            "postal_code": ["02125", "02125-0001", "01040", "02125"],
        }
    )
    capabilities = pa.table({"actor": ["A", "B"], "type": ["process"] * 2, "code": ["sewing", "cutting"]})

    told = capability_registry(actors, capabilities)
    made = capability_registry(actors, capabilities, duplicates="merge")

    assert [(row["actor"], row["other"], row["similarity"]) for row in rows(told.duplicates)] == [("B", "A", 1.0)]
    assert told.n_actors == 4
    assert [row["actor"] for row in rows(made.actors)] == ["B", "C", "D"]
    assert [(row["actor"], row["code"]) for row in rows(made.capabilities)] == [("B", "cutting"), ("B", "sewing")]
    assert made.n_issues == told.n_issues == 1


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("31-33", (2012, 2017, 2022)),
        ("313", (2012, 2017, 2022)),
        ("315220", (2012, 2017)),
        ("315250", (2022,)),
        ("339112", (2012, 2017, 2022)),
        ("999999", ()),
        ("3", ()),
    ],
)
def test_codes_of_industries_state_their_vintages(code: str, years: tuple[int, ...]) -> None:
    assert vintages(code) == years


def test_the_list_of_industries_is_that_of_the_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,065, 1,057 and 1,012 industries, as the US Census Bureau counts them."""
    mirrored(monkeypatch, WHOLE)
    official = {
        2012: ("naics2012-naics2017", "origin_code"),
        2017: ("naics2012-naics2017", "destination_code"),
        2022: ("naics2017-naics2022", "destination_code"),
    }
    for year, (pair, side) in official.items():
        links = collect(find("census.correspondence")(pair=pair).read())
        codes = {code for code in links[side].to_pylist() if code.isdigit()}

        assert all(year in vintages(code) for code in codes)
        assert len(codes) == {2012: 1065, 2017: 1057, 2022: 1012}[year]
    assert official.keys() == set(VINTAGES)


@pytest.mark.parametrize(
    ("column", "cell", "near"),
    [
        ("kind", "Firm", "firm"),
        ("kind", "goverment", "government"),
        ("kind", None, None),
        ("name", None, None),
        ("naics", "31521034", "315210"),
        ("naics", "3", None),
        ("naics", "sewing", None),
        ("employment", -3.0, "3"),
        ("state", "Fl", "FL"),
        ("state", "Massachusets", "MA"),
    ],
)
def test_doubtful_actors_are_told(column: str, cell: Any, near: str | None) -> None:
    value = "-3.0" if cell == -3.0 else cell

    assert issues(actors=changed(ACTORS, column, cell)) == [("actors", 1, column, value, near)]


@pytest.mark.parametrize(
    ("column", "cell", "near"),
    [
        ("actor", "a1", "A"),
        ("type", "proces", "process"),
        ("code", "ISO-13485", "certification"),
        ("code", "sewin", "sewing"),
        ("scale", -2.0, "2"),
        ("confidence", 85.0, "0.85"),
        ("confidence", -0.1, "0"),
    ],
)
def test_doubtful_capabilities_are_told(column: str, cell: Any, near: str | None) -> None:
    (found,) = issues(capabilities=changed(CAPABILITIES, column, cell))

    assert found[:2] == ("capabilities", 1)
    assert found[4] == near


@pytest.mark.parametrize("cell", ["85", "-0.5", "1.7", "sure", "inf"])
def test_a_confidence_that_cannot_be_leaves_the_capability_unknown(cell: str) -> None:
    capabilities = pa.table({"actor": ["A", "B"], "type": ["process"] * 2, "code": ["sewing"] * 2})
    told = capabilities.append_column("confidence", pa.array([cell, None]))
    requirements = pa.table({"product": ["gown"], "group": ["sewing"], "type": ["process"], "code": ["sewing"]})

    registry = capability_registry(ACTORS, told)
    found = pivot_matches(registry.actors, registry.capabilities, requirements).to_arrow()

    (issue,) = rows(registry.issues)
    assert (issue["row"], issue["column"], issue["value"]) == (1, "confidence", cell)
    assert issue["problem"].endswith("; made 0, the capability is unknown")
    assert [row["confidence"] for row in rows(registry.capabilities)] == [0.0, None]
    assert found["actor"].to_pylist() == ["B"]  # who tells no confidence is sure


def test_numbers_and_dates_may_come_as_text() -> None:
    actors = changed(ACTORS.drop_columns("employment"), "state", "MA").append_column(
        "employment", pa.array(["40", "about 50", " "])
    )
    capabilities = changed(CAPABILITIES.drop_columns("valid_to"), "actor", "A").append_column(
        "valid_to", pa.array(["2020-06-31", "2020-12-31", None])
    )

    assert issues(actors, capabilities, as_of="2020-04-17") == [
        ("actors", 2, "employment", "about 50", "50"),
        ("capabilities", 1, "valid_to", "2020-06-31", None),
    ]


@pytest.mark.parametrize(
    ("cell", "near"),
    [
        ("about 50", "50"),
        ("~20", "20"),
        ("1,200", "1200"),
        ("42,5", "42.5"),
        ("12 people.", "12"),
        ("some -3", "3"),
        ("50-99", None),
        ("many", None),
        ("true", None),
    ],
)
def test_a_number_among_words_is_null_and_told(cell: str, near: str | None) -> None:
    actors = ACTORS.drop_columns("employment").append_column("employment", pa.array([cell, "12", None]))

    registry = capability_registry(actors, CAPABILITIES)

    (issue,) = rows(registry.issues)
    assert (issue["row"], issue["column"], issue["value"], issue["nearest"]) == (1, "employment", cell, near)
    assert [row["employment"] for row in rows(registry.actors)] == [None, 12.0, None]


@pytest.mark.parametrize(("cell", "share"), [("80%", 0.8), (" 7,5 %", 0.075), ("100%", 1.0)])
def test_a_percentage_is_a_confidence(cell: str, share: float) -> None:
    capabilities = CAPABILITIES.drop_columns("confidence").append_column("confidence", pa.array([cell, "1", "0.8"]))

    registry = capability_registry(ACTORS, capabilities)

    (issue,) = rows(registry.issues)
    assert (issue["value"], issue["nearest"]) == (cell, f"{share:g}")
    assert sorted(row["confidence"] for row in rows(registry.capabilities)) == sorted([share, 1.0, 0.8])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12/31/2019", dt.date(2019, 12, 31)),
        ("31.12.2019", dt.date(2019, 12, 31)),
        ("3.4.2019", dt.date(2019, 4, 3)),
        ("5/5/2019", dt.date(2019, 5, 5)),
        ("3/4/2019", None),
        ("31/31/2019", None),
        ("spring", None),
    ],
)
def test_a_day_is_put_right_where_it_can_be_one_alone(cell: str, day: dt.date | None) -> None:
    capabilities = CAPABILITIES.drop_columns("valid_to").append_column("valid_to", pa.array([cell, None, None]))

    (issue,) = rows(capability_registry(ACTORS, capabilities).issues)
    expired = capability_registry(ACTORS, capabilities, as_of="2020-04-17")

    assert (issue["value"], issue["nearest"]) == (cell, None if day is None else day.isoformat())
    assert expired.n_left_out == (day is not None)


def test_a_sheet_of_a_workbook_mixes_numbers_days_and_words() -> None:
    """Read by pandas, its columns hold Python's own objects."""
    actors = pd.DataFrame(
        {
            "actor": [1, "B2", 3],
            "name": ["Bay State Sewing", "Pioneer Molding", 3141],
            "kind": ["firm"] * 3,
            "naics": [315210, "31-33", None],
            "employment": [40, "about 50", None],
        },
        dtype=object,
    )
    capabilities = pd.DataFrame(
        {
            "actor": ["1", "B2", "3"],
            "type": ["process"] * 3,
            "code": ["sewing"] * 3,
            "confidence": [0.5, "80%", None],
            "valid_to": [dt.datetime(2021, 12, 31), "12/31/2019", None],
        },
        dtype=object,
    )

    registry = capability_registry(actors, capabilities, VOCABULARY, as_of="2020-04-17")

    found = rows(registry.actors)
    assert [(row["actor"], row["naics"], row["employment"]) for row in found] == [
        ("1", "315210", 40.0),
        ("3", None, None),
        ("B2", "31-33", None),
    ]
    assert [(one["table"], one["row"], one["column"], one["nearest"]) for one in rows(registry.issues)] == [
        ("actors", 2, "employment", "50"),
        ("capabilities", 2, "confidence", "0.8"),
        ("capabilities", 2, "valid_to", "2019-12-31"),
        ("capabilities", 2, "valid_to", None),
    ]
    assert registry.n_left_out == 1


FORM_OF_A_SPREADSHEET = """\
actor;name;kind;naics;employment;latitude
1;Québec Tricot;firm;315210;50,5;46,8
2;"Moulage; Lac";firm;326199;environ 12;46,9
"""


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_spreadsheet_of_another_language_comes_in_whole(tmp_path: Path, decimal: str) -> None:
    path = tmp_path / "actors.csv"
    path.write_bytes(FORM_OF_A_SPREADSHEET.replace("\n", "\r\n").encode("latin-1"))
    capabilities = pa.table({"actor": ["1"], "type": ["process"], "code": ["sewing"]})

    actors = find("files.csv")(str(path), encoding="latin-1", decimal=decimal).read()
    registry = capability_registry(actors, capabilities)

    found = rows(registry.actors)
    assert [row["name"] for row in found] == ["Québec Tricot", "Moulage; Lac"]
    assert [row["naics"] for row in found] == ["315210", "326199"]
    told = [(row["row"], row["column"], row["value"], row["nearest"]) for row in rows(registry.issues)]
    if decimal == ",":
        assert [row["latitude"] for row in found] == [46.8, 46.9]
        # A column of numbers and words is text, and its commas stay.
        assert told == [(1, "employment", "50,5", "50.5"), (2, "employment", "environ 12", "12")]
    else:
        assert [row["latitude"] for row in found] == [None, None]
        assert (1, "latitude", "46,8", "46.8") in told
        assert registry.n_issues == 4


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_bytes(FORM_OF_A_SPREADSHEET.encode("latin-1"))

    with pytest.raises(BrokenFileError, match=r"actors.csv, line 2: byte e9 is not utf-8.*latin-1"):
        find("files.csv")(str(path)).read()


def test_industries_may_come_as_numbers() -> None:
    actors = ACTORS.drop_columns("naics").append_column("naics", pa.array([315210, None, 541380]))

    for held in (actors, actors.to_pandas()):
        found = rows(capability_registry(held, CAPABILITIES).actors)
        assert [row["naics"] for row in found] == ["315210", None, "541380"]


def test_a_vocabulary_that_goes_in_circles_is_told() -> None:
    circle = changed(VOCABULARY, "parent", "sewing", "joining", "weaving")

    found = rows(capability_registry(ACTORS, CAPABILITIES, circle).issues)

    assert [(one["table"], one["row"]) for one in found] == [("vocabulary", 1), ("vocabulary", 3)]
    assert "circle: joining > sewing > joining" in found[0]["problem"]
    assert found[1]["problem"] == "it is no code of process"


def test_what_is_valid_later_is_left_out_before() -> None:
    later = CAPABILITIES.append_column("valid_from", pa.array([None, dt.date(2020, 5, 1), None]))

    assert issues(capabilities=later, as_of="2020-04-17") == [("capabilities", 2, "valid_from", "2020-05-01", None)]
    assert issues(capabilities=later) == []


@pytest.mark.parametrize("as_of", [dt.datetime(2020, 6, 30, 18, 30), pd.Timestamp("2020-06-30 18:30", tz="UTC")])
def test_a_time_is_its_day(as_of: dt.datetime) -> None:
    assert issues(as_of=as_of) == issues(as_of="2020-06-30") == []
    assert len(issues(as_of=as_of + dt.timedelta(days=1))) == 1


def test_a_capability_that_stands_twice_is_told_by_one_issue_each() -> None:
    further = pa.table(
        {
            "actor": ["A", "A", "B", "B"],
            "type": ["Process", "process", "process", "certification"],
            "code": ["sewing", "Sewing", "sewing", "iso_13485"],
            "valid_to": [None, None, None, dt.date(2020, 1, 31)],
        }
    )
    both = pa.concat_tables([CAPABILITIES, further], promote_options="default")

    registry = capability_registry(ACTORS, both, VOCABULARY, as_of="2020-04-17")
    found = [(one["row"], one["value"]) for one in rows(registry.issues) if one["problem"].startswith("row ")]

    # B sews in one row, and its other certificate has expired.
    assert found == [(4, "sewing"), (5, "sewing")]
    assert {one["problem"] for one in rows(registry.issues) if one["row"] == 5 and one["value"] == "sewing"} == {
        "row 1 has this capability of the actor too"
    }
    assert (registry.n_capabilities, registry.n_left_out) == (6, 1)


@given(st.permutations(range(9)))
def test_the_order_of_rows_changes_row_numbers_alone(order: list[int]) -> None:
    import io

    import polars as pl

    actors = pl.read_csv(io.StringIO(FORM_OF_ACTORS), schema_overrides={"naics": pl.String, "postal_code": pl.String})
    mixed = actors[order]

    one, other = (capability_registry(table, CAPABILITIES, VOCABULARY) for table in (actors, mixed))

    assert rows(one.actors) == rows(other.actors)
    assert rows(one.duplicates) == rows(other.duplicates)
    told = [[(r["column"], r["value"], r["nearest"]) for r in rows(registry.issues)] for registry in (one, other)]
    assert sorted(map(repr, told[0])) == sorted(map(repr, told[1]))


@given(st.lists(st.text("abcde", max_size=8), max_size=12))
def test_likeness_is_that_of_dice(names: list[str]) -> None:
    i, j, s = likeness(names, 0.5)
    runs = [{n[k : k + 3] for k in range(max(len(n) - 2, 1))} - {""} for n in names]
    wanted = {
        (a, b): 2 * len(runs[a] & runs[b]) / (len(runs[a]) + len(runs[b]))
        for b in range(len(names))
        for a in range(b)
        if runs[a] and runs[b]
    }

    assert dict(zip(zip(i.tolist(), j.tolist(), strict=True), s, strict=True)) == {
        pair: value for pair, value in wanted.items() if value >= 0.5
    }
    assert (np.diff(i) >= 0).all()


def test_what_cannot_be_asked_is_told() -> None:
    with pytest.raises(EmptyTableError, match="actors has no rows"):
        capability_registry(ACTORS.slice(0, 0), CAPABILITIES)
    with pytest.raises(ChoiceError, match="Did you mean 'merge'"):
        capability_registry(ACTORS, CAPABILITIES, duplicates="merg")  # type: ignore[arg-type]
    with pytest.raises(ParameterRangeError, match="as_of='April'; it takes a day"):
        capability_registry(ACTORS, CAPABILITIES, as_of="April")
    with pytest.raises(ParameterRangeError, match="as_of=NaT; it takes a day"):
        capability_registry(ACTORS, CAPABILITIES, as_of=pd.NaT)
