"""`industria attack`: a table that somebody published, and what falls if one withheld cell were published."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.release import Policy
from industria.release.keys import make_key
from industria.release.release import release
from industria.tables import magnitude_table
from tests.app.conftest import Call

TABLE = """size,region,value
small,north,
small,south,
large,north,
large,south,withheld
Total,north,6
Total,south,12
small,Total,8
large,Total,10
Total,Total,18
"""
BY = ("--by", "size,region")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "published.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_each_withheld_cell_has_a_line(industria: Call, table: Path) -> None:
    code, answer, _ = industria("attack", table, *BY)

    assert code == 0
    assert answer.splitlines() == [
        "large, north  0 to 6",
        "large, south  4 to 10",
        "small, north  0 to 6",
        "small, south  2 to 8",
        "0 exact, under-protected not known; required_low and required_high would tell",
    ]


def test_a_suppression_that_is_deleted_by_hand_names_the_cells_that_fall(industria: Call, table: Path) -> None:
    table.write_text(TABLE.replace("small,north,\n", "small,north,2\n"), encoding="utf-8")

    code, answer, _ = industria("attack", table, *BY)

    assert code == 7
    assert [line for line in answer.splitlines() if line.endswith("exact")] == [
        "large, north  4 to 4  exact",
        "large, south  6 to 6  exact",
        "small, south  6 to 6  exact",
    ]
    assert "3 exact" in answer.splitlines()[-1]


def test_a_cell_may_be_supposed_to_be_published(industria: Call, table: Path) -> None:
    code, answer, _ = industria("attack", table, *BY, "--suppose", "[small,north]=2")

    assert code == 7
    assert "supposing [small,north]=2, these fall: large, north; large, south; small, south" in answer
    assert (
        industria("attack", table, *BY, "--suppose", "[region=north,size=small]=2")[1].splitlines()[:3]
        == (answer.splitlines()[:3])
    )


def test_required_intervals_in_the_table_are_held_against_it(industria: Call, table: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(table).assign(required_low=None, required_high=None)
    rows["value"] = pd.to_numeric(rows["value"], errors="coerce")
    rows.loc[0, ["required_low", "required_high"]] = [1.0, 7.0]
    pq.write_table(pa.Table.from_pandas(rows), tmp_path / "levels.parquet")

    code, answer, _ = industria("attack", tmp_path / "levels.parquet", *BY)

    assert code == 7
    assert "small, north  0 to 6   under-protected" in answer
    assert answer.splitlines()[-1] == "0 exact, 1 under-protected"


def test_hierarchies_and_further_tables_are_put_beside_it(industria: Call, tmp_path: Path) -> None:
    """Codes a and b make up x: their sum in another table tells what the first does not."""
    (tmp_path / "codes.csv").write_text("code,value\na,\nb,\nc,\nTotal,20\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("code,value\nx,12\n", encoding="utf-8")
    (tmp_path / "trees.csv").write_text(
        "dimension,code,parent\ncode,a,x\ncode,b,x\ncode,x,Total\ncode,c,Total\n", encoding="utf-8"
    )
    trees = ("--hierarchies", tmp_path / "trees.csv")

    alone = industria("attack", tmp_path / "codes.csv", "--by", "code", *trees)
    both = industria("attack", tmp_path / "codes.csv", "--by", "code", *trees, "--earlier", tmp_path / "other.csv")

    assert (alone[0], both[0]) == (0, 7)
    assert "c  0 to 20" in alone[1]
    assert "c  8 to 8   exact" in both[1]


def test_the_answer_in_json(industria: Call, table: Path) -> None:
    _, answer, _ = industria("attack", table, *BY, "--json", "--suppose", "[small,north]=2")

    told = json.loads(answer)
    assert (told["attacked"], told["exact"], told["under_protected"]) == (3, 3, None)
    assert told["falls"] == ["large, north", "large, south", "small, south"]


@pytest.mark.parametrize(
    ("old", "new", "more", "message"),
    [
        ("", "", ("--by", "size,regon"), "published.csv has no column 'regon'.*Did you mean 'region'"),
        ("", "", (*BY, "--value", "values"), "no column 'values'.*Did you mean 'value'"),
        ("", "", (), "which columns of published.csv make a cell"),
        ("", "", (*BY, "--suppose", "[small,nrth]=2"), r"is no cell. Did you mean \[small, north\]"),
        ("", "", (*BY, "--suppose", "[small]=2"), "has 1 codes; a cell has one of each of size, region"),
        ("", "", (*BY, "--suppose", "small,north=2"), "names no cell; write"),
        ("", "", (*BY, "--suppose", "[small,Total]=2"), "is published already"),
        ("", "", (*BY, "--suppose", "[small,north]"), "a table does not tell what it withholds"),
        ("", "", (*BY, "--suppose", "[small,north]=2,5"), "'2,5' is no number; decimals come after a point"),
        ("", "", (*BY, "--suppose", "[small,north]=9"), "is withheld, and no value of it fits"),
        ("", "", (*BY, "--site-folder", "."), "an option that belongs to a release"),
        ("small,Total,8", "small,Total,11", BY, "region = 'Total' is 18, but its parts by size add up to 21, 3 more"),
        ("small,Total,8", 'small,Total,"8,5"', BY, "value is '8,5' in row 7, no number. Where decimals come after"),
        ("small,Total,8", "small,Total,(D)", BY, r"If it marks what is withheld, say --mark '\(D\)'"),
        ("Total,north,6", "small,south,6", BY, "2 times"),
        (TABLE, "", BY, "the file is empty"),
        (TABLE, "size,region,value\n", BY, "has no rows"),
        ("Total,Total,18\n", "Total,Tot", BY, "line 10"),
    ],
)
def test_what_is_wrong_is_said(
    industria: Call, table: Path, old: str, new: str, more: tuple[str, ...], message: str
) -> None:
    table.write_text(TABLE.replace(old, new) if old else TABLE, encoding="utf-8")

    code, answer, complaint = industria("attack", table, *more)

    assert code not in (0, 7)
    assert not answer
    assert re.search(message, complaint), complaint


def test_marks_decimal_commas_and_old_encodings_are_told(industria: Call, tmp_path: Path) -> None:
    words = "größe;value\nklein;(D)\ngroß;1,5\nTotal;4,25\n"
    file = tmp_path / "old.csv"
    file.write_bytes(words.encode("latin-1"))

    assert "latin-1" in industria("attack", file, "--by", "größe")[2]
    code, answer, _ = industria(
        *("attack", file, "--by", "größe", "--encoding", "latin-1", "--decimal", ",", "--mark", "(D)")
    )
    assert code == 7
    assert answer.splitlines()[0] == "klein  2.75 to 2.75  exact"


RECORDS = pd.DataFrame(
    [
        {"firm": f"{industry}{region}{i}", "industry": industry, "region": region, "sales": 100.0 + i}
        for industry in "abc"
        for region in ("north", "south")
        for i in range(2 if (industry, region) == ("b", "south") else 4)
    ]
)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    cells = magnitude_table(RECORDS, variable="sales", by=["industry", "region"], unit="firm")
    policy = Policy(threshold=3, p=0.1)
    told = release({"sales": cells}, policy, out=tmp_path / "out", key=tmp_path / "key", site_folder=tmp_path / "site")
    assert told.path is not None
    return told.path


def hidden(answer: str) -> list[str]:
    return [line.split("  ")[0] for line in answer.splitlines() if line.startswith("sales[")]


def test_the_folder_of_the_site_tells_what_a_supposed_cell_is(industria: Call, sealed: Path, tmp_path: Path) -> None:
    site = ("--site-folder", tmp_path / "site")
    code, answer, _ = industria("attack", sealed, *site)
    assert code == 0
    assert answer.endswith("0 exact, 0 under-protected\n")
    cells = hidden(answer)
    given = next(cell for cell in cells if cell != "sales[industry=b,region=south].value")

    code, answer, _ = industria("attack", sealed, *site, "--suppose", given)

    assert code == 7
    assert f"supposing {given}, these fall: " in answer
    assert "sales[industry=b,region=south].value" in answer.split("these fall: ")[1]
    assert given not in hidden(answer)
    value = RECORDS.groupby(["industry", "region"])["sales"].sum()[given[15], given[24:29]]
    assert industria("attack", sealed, "--suppose", f"{given}={value}")[1].splitlines()[:3] == answer.splitlines()[:3]


def test_a_supposed_cell_is_one_that_is_withheld(industria: Call, sealed: Path) -> None:
    assert (
        "names no step of sums: 'sale'; there is sales. Did you mean"
        in (industria("attack", sealed, "--suppose", "sale[b,south]=3")[2])
    )
    assert (
        "is no withheld cell. Did you mean [b, south]"
        in (industria("attack", sealed, "--suppose", "sales[b,soth]=3")[2])
    )
    assert (
        "names no column of sums: 'count'; there is value"
        in (industria("attack", sealed, "--suppose", "sales[b,south].count=3")[2])
    )
    assert "needs the folder of the site, or =VALUE" in industria("attack", sealed, "--suppose", "sales[b,south]")[2]
    assert "have no values that fit" in industria("attack", sealed, "--suppose", "sales[b,south]=90000")[2]
    assert "an option that belongs to a table" in industria("attack", sealed, "--total", "All")[2]
