"""Tables of scores: what their cells may be, and what happens where they are something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources.formats.score_table import Cells, ScoreTable, Stack
from industria.sources.formats.scores import read_scores

TABLE = ScoreTable(
    columns={
        "Code": Cells(name="occupation", form=r"\d\d-\d{4}", shape="11-1011"),
        "Id": Cells(name="task_id", identifier=True),
        "Type": Cells(name="type", among=("Core", "Supplemental"), lacking=True),
        "Score": Cells(name="score", kind="number", least=0, most=100, per=100),
        "Jobs": Cells(name="jobs", kind="whole", lacking=True),
        "Sure": Cells(name="sure", kind="mark"),
    },
    edition="2023",
    counts={"rows": 2, "occupation": 1},
)
HEADER = "row,Code,Id,Type,Score,Jobs,Sure\n"
FIRST = "0,11-1011,8823.0,Core,25,10,1\n"
ROWS = FIRST + "1,11-1011, 8824 ,,50.0,,False\n"


def read(folder: Path, content: str | bytes, table: ScoreTable = TABLE) -> list[dict[str, object]]:
    """Read a file of these bytes."""
    path = folder / "scores.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_scores(path, "scores.csv", table).to_pylist()


def test_cells_are_what_their_columns_hold(tmp_path: Path) -> None:
    """A byte-order mark, line ends of Windows and blanks around cells are no part of them."""
    whole = "\ufeff" + (HEADER + ROWS).replace("\n", "\r\n")

    assert read(tmp_path, whole) == [
        {"occupation": "11-1011", "task_id": "8823", "type": "Core", "score": 0.25, "jobs": 10, "sure": True},
        {"occupation": "11-1011", "task_id": "8824", "type": None, "score": 0.5, "jobs": None, "sure": False},
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("11-1011", "11-Nov", r"line 2: Code has '11-Nov'; codes are written as 11-1011"),
        ("11-1011", "111011", r"line 2: Code has '111011'; codes are written as"),
        ("11-1011,8823.0", ",8823.0", r"line 2: Code has ''; it may not be empty"),
        ("8823.0", "8.8E+03", r"line 2: Id has '8\.8E\+03'; it is a whole number"),
        ("Core", "core", r"line 2: Type has 'core'; it is one of Core, Supplemental.*Did you mean 'Core'"),
        ("50.0", '"50,0"', r"line 3: Score has '50,0'; it is a number, and its decimals stand after a point"),
        ("50.0", "n/a", r"line 3: Score has 'n/a'; it is a number"),
        ("50.0", "nan", r"line 3: Score has 'nan'; it is a finite number"),
        ("50.0", "150", r"line 3: Score has '150'; it lies between 0 and 100"),
        (",10,", ",10.5,", r"line 2: Jobs has '10\.5'; it is a whole number"),
        (",1\n", ",yes\n", r"line 2: Sure has 'yes'; it is 0, 1, False or True"),
        (",,50.0,,False\n", ",,5", r"line 3: it has 5 values, not 7\. The file ends here: it looks cut off"),
        ("Core,25", "Core,25,25", r"line 2: it has 8 values, not 7\.$"),
        ("Core", '"Core', r"line 3: unexpected end of data\. The file looks cut off"),
        (ROWS, "", "it has a header, and no rows"),
        (HEADER + ROWS, "", "it is empty"),
        (HEADER, "row,Code,Id,Type,Score,Jobs,jobs\n", "both named 'Jobs'"),
        (HEADER, "<html><head>\n", "this is a web page"),
        ("1,11-1011, 8824", "1,21-1011, 8824", r"2 rows, 2 different occupation; the edition of 2023 has 2 rows, 1 "),
    ],
)
def test_a_cell_that_is_something_else_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in HEADER + ROWS
    with pytest.raises(BrokenFileError, match=said):
        read(tmp_path, (HEADER + ROWS).replace(old, new, 1))


def test_a_column_that_was_renamed_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingColumnError, match=r"'Score'.*Did you mean 'Scores'"):
        read(tmp_path, (HEADER + ROWS).replace("Score", "Scores"))


def test_other_bytes_are_told(tmp_path: Path) -> None:
    """A workbook, another encoding, another mark between the cells, rows that are lost at a line's end."""
    with pytest.raises(BrokenFileError, match="a zip archive or an Excel workbook, not a text file"):
        read(tmp_path, b"PK\x03\x04")
    with pytest.raises(BrokenFileError, match="line 2: byte e9 is not utf-8"):
        read(tmp_path, (HEADER + ROWS).replace("Core", "Coré").encode("latin-1"))
    with pytest.raises(BrokenFileError, match="there are semicolons between its cells, not commas"):
        read(tmp_path, (HEADER + ROWS).replace(",", ";"))
    with pytest.raises(BrokenFileError, match=r"it has 1 rows, .* It is cut off, or another edition"):
        read(tmp_path, HEADER + FIRST)
    assert len(read(tmp_path, HEADER + FIRST, replace(TABLE, counts={}))) == 1


def test_a_number_that_is_cut_short_is_no_number(tmp_path: Path) -> None:
    """The last line of a whole file has an end, but for files that never had one."""
    table = ScoreTable(columns={"Score": Cells(name="score", kind="number")}, edition="2023")
    with pytest.raises(BrokenFileError, match=r"line 2: its last line has no end: the file looks cut off"):
        read(tmp_path, "Score\n0.93", table)
    assert read(tmp_path, "Score\n0.93", replace(table, ends=False)) == [{"score": 0.93}]


def test_zeros_that_were_lost_come_back_and_words_for_nothing_go(tmp_path: Path) -> None:
    table = ScoreTable(
        columns={
            "Code": Cells(name="isco_code", form=r"\d{4}", shape="1111", digits=4),
            "Element": Cells(name="element", missing=("na",), lacking=True),
        },
        edition="2023",
    )
    assert read(tmp_path, "Code,Element\n110,na\n2166,Handling\n", table) == [
        {"isco_code": "0110", "element": None},
        {"isco_code": "2166", "element": "Handling"},
    ]


SIDES = ScoreTable(
    columns={"Code": Cells(name="code")},
    stack=Stack(
        key=Cells(name="side"),
        labels=("user", "ai"),
        values={"share_{}": Cells(name="share", kind="number"), "scope_{}": Cells(name="scope", kind="number")},
    ),
    edition="2023",
    counts={"rows": 4},
)
WIDE = ScoreTable(
    columns={"Code": Cells(name="code")},
    stack=Stack(
        key=Cells(name="activity", form=r"I\d\d", shape="I01"),
        values={"{}": Cells(name="weight", kind="number")},
    ),
    edition="2023",
)


def test_columns_side_by_side_become_rows_in_the_order_of_the_file(tmp_path: Path) -> None:
    """By labels that are known, and by all that the header has."""
    found = read(tmp_path, "Code,share_user,share_ai,scope_ai,scope_user\na,1,2,3,4\nb,5,6,7,8\n", SIDES)
    wide = read(tmp_path, "Code,I01,I02\na,1,0\nb,0,2\n", WIDE)

    assert [list(row.values()) for row in found] == [
        ["a", "user", 1.0, 4.0],
        ["a", "ai", 2.0, 3.0],
        ["b", "user", 5.0, 8.0],
        ["b", "ai", 6.0, 7.0],
    ]
    assert [list(row.values()) for row in wide] == [
        ["a", "I01", 1.0],
        ["a", "I02", 0.0],
        ["b", "I01", 0.0],
        ["b", "I02", 2.0],
    ]


def test_a_header_that_lacks_what_becomes_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingColumnError, match=r"'scope_user'"):
        read(tmp_path, "Code,share_user,share_ai,scope_ai\na,1,2,3\n", SIDES)
    with pytest.raises(BrokenFileError, match=r"line 1: the header, for activity, has 'I1'; codes are written as I01"):
        read(tmp_path, "Code,I1,I02\na,1,0\n", WIDE)
    with pytest.raises(MissingColumnError, match="'activity'"):
        read(tmp_path, "Code\na\n", WIDE)
    with pytest.raises(BrokenFileError, match=r"line 2: I02 has 'x'; it is a number"):
        read(tmp_path, "Code,I01,I02\na,1,x\n", WIDE)
