"""CSV files as people have them, and as they should not be."""

from __future__ import annotations

import bz2
import csv as standard
import datetime as dt
import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import BrokenFileError, MissingColumnError, MissingFileError, UsageError
from industria.sources import files


def written(folder: Path, data: str | bytes, name: str = "firms.csv") -> str:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def read(folder: Path, data: str | bytes, name: str = "firms.csv", **options: Any) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = collect(files.csv(written(folder, data, name), **options).read()).to_pydict()
    return columns


def kinds(folder: Path, data: str, **options: Any) -> dict[str, str]:
    schema = files.csv(written(folder, data), **options).read().collect_schema()
    return {name: str(kind).split("(")[0] for name, kind in schema.items()}


def test_kinds_are_decided_over_all_rows(tmp_path: Path) -> None:
    """The value that makes a column of numbers one of text may stand in the last row."""
    rows = "".join(f"{i},{i}\n" for i in range(30_000))

    assert kinds(tmp_path, "a,b\n" + rows + "1,x\n") == {"a": "Int64", "b": "String"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", "0"], "Int64"),
        (["1", "2.5", "1e-05", ".5"], "Float64"),
        (["1e+05", "2"], "Float64"),
        (["12.0", "", "3.0"], "Int64"),  # what programs write that hold whole numbers with gaps as floats
        (["01", "2"], "String"),
        (["0111", "0112"], "String"),
        (["-07", "1"], "String"),
        (["0", "0.5"], "Float64"),
        (["1E5", "2E6"], "String"),  # codes of products, no powers of ten
        (["12345678901234567890", "1"], "String"),
        (["1_000", "2"], "String"),
        (["0x1F", "1"], "String"),
        (["NA", "1.5", "NaN", "."], "Float64"),
        (["NA", "DE"], "String"),
        (["true", "FALSE", ""], "Boolean"),
        (["2020-02-29", ""], "Date"),
        (["2021-02-29", "2020-01-01"], "String"),
        (["2020-01-01 10:00", "2020-01-01T10:00:01.5"], "Datetime"),
        (["2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"], "String"),
        (["", ""], "String"),
        (["inf", "1"], "String"),
    ],
)
def test_kind_of_a_column(tmp_path: Path, values: list[str], kind: str) -> None:
    assert kinds(tmp_path, "key,x\n" + "".join(f"k,{v}\n" for v in values))["x"] == kind


def test_codes_keep_their_zeros_and_namibia_its_name(tmp_path: Path) -> None:
    columns = read(tmp_path, "naics,country,jobs\n0111,NA,NA\n3254,DE,12\n")

    assert columns == {"naics": ["0111", "3254"], "country": ["NA", "DE"], "jobs": [None, 12]}


def test_words_for_missing_hold_everywhere_once_they_are_listed(tmp_path: Path) -> None:
    columns = read(tmp_path, "country,jobs\nNA,(D)\nDE,12\n", null=["NA", "(D)"])

    assert columns == {"country": [None, "DE"], "jobs": [None, 12]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_quoted_line_ends(tmp_path: Path, end: str) -> None:
    columns = read(tmp_path, end.join(["a,b", '1,"x, ""y""\nz"', "2,w", ""]))

    assert columns == {"a": [1, 2], "b": ['x, "y"\nz', "w"]}


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    """Files that were pasted together from two systems."""
    assert read(tmp_path, b"a,b\r\n1,2\n3,4\r\n5,6") == {"a": [1, 3, 5], "b": [2, 4, 6]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "städte,x\nMünchen,1\n".encode(encoding)) == {"städte": ["München"], "x": [1]}


def test_latin_1_is_told_with_its_line_and_read_when_asked(tmp_path: Path) -> None:
    data = "a,b\n1,x\n2,São Paulo\n".encode("latin-1")

    with pytest.raises(BrokenFileError, match=r"firms.csv, line 3: byte e3 is not utf-8\. Pass encoding = \"latin-1\""):
        read(tmp_path, data)
    assert read(tmp_path, data, encoding="latin-1")["b"] == ["x", "São Paulo"]
    with pytest.raises(UsageError, match="Did you mean 'latin-1'"):
        read(tmp_path, data, encoding="latin1-1")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
def test_compressed_files(tmp_path: Path, compress: Any) -> None:
    whole = compress(b"a,b\n" + b"1,2\n" * 5000)

    assert sum(read(tmp_path, whole, "firms.csv.gz")["a"]) == 5000
    with pytest.raises(BrokenFileError, match="cut off or damaged"):
        read(tmp_path, whole[:-10], "firms.csv.gz")


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.csv", data)
    return out.getvalue()


def test_a_file_alone_in_an_archive(tmp_path: Path) -> None:
    """Two files in an archive are no table, and bytes that changed on the way are told."""
    data = b"a,b\n" + b"1,2\n" * 5000
    whole = zipped(firms=data)

    assert sum(read(tmp_path, whole, "firms.csv.zip")["a"]) == 5000
    with pytest.raises(BrokenFileError, match="a zip archive or an Excel workbook"):
        read(tmp_path, zipped(firms=data, plants=data), "firms.csv.zip")
    with pytest.raises(BrokenFileError, match="cut off or damaged"):
        read(tmp_path, whole[:50] + b"\0" + whole[51:], "firms.csv.zip")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a,b,c\n1,2,3\n4,5", "line 3: 2 values where the header has 3: '4,5'. The file ends here: it looks cut off."),
        ('a,b\n1,"x\ny"\n2\n3,4\n', "line 4: 1 value where the header has 2: '2'."),
        ("a,b\n1,2\n3,4,5\n", "line 3: 3 values where the header has 2: '3,4,5'."),
        ('a,b\n1,2\n3,"four\n5,6', "line 3: a quote that opens here is never closed"),
        ('a,b\n1,"x"y\n', "line 2: ',' expected after '\"'."),
        ("", "firms.csv: the file is empty."),
        (
            "<!DOCTYPE html>\n<p>A key is needed, see here.</p>\n",
            "line 1: this is a web page under the name of a table.",
        ),
        ("\na,b\n", "line 1: the header is an empty line. Pass skip = 1"),
        ("a,b,A\n1,2,3\n", "line 1: columns 1 and 3 are both named 'a'"),
        ("a,,c\n1,2,3\n", "line 1: column 2 of 3 has no name."),
        ("a,b\n1,x\0y\n", "line 2: there is a zero byte"),
    ],
    ids=["cut", "ragged", "wide", "open quote", "after quote", "empty", "page", "blank", "repeat", "nameless", "zero"],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, data: str, said: str) -> None:
    with pytest.raises(BrokenFileError) as told:
        read(tmp_path, data)

    assert said in str(told.value)


def test_a_ragged_line_is_found_far_down_and_in_columns_of_text(tmp_path: Path) -> None:
    data = "a,b\n" + "x,y\n" * 200_000 + "x\n" + "x,y\n"

    with pytest.raises(BrokenFileError) as told:
        read(tmp_path, data)
    assert told.value.line == 200_002


def test_header_only_has_columns_and_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n") == {"a": [], "b": []}
    assert read(tmp_path, "a,b") == {"a": [], "b": []}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, delimiter: str) -> None:
    data = f'"a{"," if delimiter != "," else ";"}x"{delimiter}b\n1{delimiter}2\n'

    assert list(read(tmp_path, data).values()) == [[1], [2]]


def test_decimal_commas_and_thousands(tmp_path: Path) -> None:
    columns = read(tmp_path, "a;b;c\n1.234.567,5;1.000;1.5\n-7;2;2\n", decimal=",", thousands=".")

    # 1.5 has no group of three behind its point: it is no number here, and is not taken for 15.
    assert columns == {"a": [1234567.5, -7.0], "b": [1000, 2], "c": ["1.5", "2"]}


def test_types_that_are_known_beforehand(tmp_path: Path) -> None:
    data = "zip,n\n02139,1\n94110,2.5\n"

    assert read(tmp_path, data, types={"zip": "integer"})["zip"] == [2139, 94110]
    assert read(tmp_path, data, types={"n": "text"})["n"] == ["1", "2.5"]
    with pytest.raises(BrokenFileError, match=r"line 3: n has '2.5', where integer was asked for; 1 rows do not fit"):
        read(tmp_path, data, types={"n": "integer"})
    with pytest.raises(MissingColumnError, match="Did you mean 'zip'"):
        read(tmp_path, data, types={"zipp": "text"})
    with pytest.raises(UsageError, match="Did you mean 'text'"):
        read(tmp_path, data, types={"zip": "texts"})


def test_lines_above_the_header_and_files_without_one(tmp_path: Path) -> None:
    assert read(tmp_path, 'Table 1, "of all\n\na,b\n1,2\n', skip=2) == {"a": [1], "b": [2]}
    assert read(tmp_path, "1,2\n3,4\n", names=["a", "b"]) == {"a": [1, 3], "b": [2, 4]}
    with pytest.raises(BrokenFileError, match="line 5: 1 value"):
        read(tmp_path, "x\ny\na,b\n1,2\n3\n", skip=2)
    with pytest.raises(BrokenFileError, match="2 values where 3 names were given"):
        read(tmp_path, "1,2\n", names=["a", "b", "c"])


def test_row_names_of_r(tmp_path: Path) -> None:
    assert read(tmp_path, '"","x"\n"a",1\n') == {"row": ["a"], "x": [1]}


def test_options_that_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="different single characters"):
        read(tmp_path, "a,b\n1,2\n", delimiter=",", decimal=",")


@pytest.mark.parametrize("name", ["x[1].csv", "x*.csv", "x?.csv", "it's.csv", 'a"b.csv'])
def test_a_name_is_a_name_and_no_pattern(tmp_path: Path, name: str) -> None:
    """DuckDB takes x[1].csv for x1.csv, and reads several files by a star."""
    written(tmp_path, "a\n1\n", "x1.csv")

    assert read(tmp_path, "a\n2\n", name) == {"a": [2]}


def test_a_folder_named_as_a_partition_adds_no_column(tmp_path: Path) -> None:
    (tmp_path / "year=2020").mkdir()

    assert read(tmp_path / "year=2020", "a\n1\n") == {"a": [1]}


def test_headers_are_never_executed(tmp_path: Path) -> None:
    columns = read(tmp_path, 'a\'); DROP TABLE x; --,"say ""b"""\n1,2\n', delimiter=",")

    assert columns == {"a'); DROP TABLE x; --": [1], 'say "b"': [2]}


def test_a_workbook_named_csv_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError, match="a zip archive or an Excel workbook"):
        read(tmp_path, b"PK\x03\x04rest")


def test_the_source_tells_its_bytes(tmp_path: Path) -> None:
    """Its digest is what sha256sum prints of the same eight bytes."""
    source = files.csv(written(tmp_path, "a,b\n1,2\n"), about={"title": "Firms", "retrieved": "2026-11-02"})

    told = source.describe()
    assert told["sha256"] == "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"
    assert (told["bytes"], told["title"], told["retrieved"]) == (8, "Firms", "2026-11-02")
    assert str(tmp_path) not in str(told)
    with pytest.raises(UsageError, match="Did you mean 'publisher'"):
        files.csv(str(source.path), about={"publishr": "me"})


def test_a_person_says_that_the_rows_are_synthetic(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n")

    assert files.csv(path).describe()["synthetic"] is False
    assert files.csv(path, about={"synthetic": True}).describe()["synthetic"] is True
    with pytest.raises(UsageError, match="about has synthetic = 'no'; it is true or false"):
        files.csv(path, about={"synthetic": "no"})


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, "a\n1\n", "plants.csv")

    with pytest.raises(MissingFileError, match=r"there is no file .*plant\.csv.* Did you mean 'plants.csv'"):
        files.csv(str(tmp_path / "plant.csv"))


def test_two_sources_of_one_path_do_not_meet(tmp_path: Path) -> None:
    """A lazy table of a copy reads what was there when it was made."""
    first = files.csv(written(tmp_path, gzip.compress(b"a\n1\n"))).read()
    second = files.csv(written(tmp_path, gzip.compress(b"a\n2\n"))).read()

    assert collect(first)["a"].to_pylist() + collect(second)["a"].to_pylist() == [1, 2]


cells = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=12), st.sampled_from([",", ";"]))
def test_what_the_standard_library_writes_comes_back(rows: list[list[str]], delimiter: str) -> None:
    """Any text survives the way through a file, where nothing is the same as missing."""
    import tempfile

    out = io.StringIO()
    writer = standard.writer(out, delimiter=delimiter, quoting=standard.QUOTE_ALL, lineterminator="\n")
    writer.writerows([["a", "b"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        source = files.csv(written(Path(folder), out.getvalue()), delimiter=delimiter, types={"a": "text", "b": "text"})
        table = collect(source.read().select(nw.col("a"), nw.col("b")))

    expected = sorted([tuple(cell or None for cell in row) for row in rows], key=str)
    assert sorted(zip(*table.to_pydict().values(), strict=True), key=str) == expected


numbers = st.one_of(st.integers(-(10**17), 10**17), st.floats(-1e12, 1e12).filter(lambda x: x != int(x)))


@given(st.lists(numbers, min_size=1, max_size=20))
def test_numbers_come_back_as_python_writes_them(values: list[int | float]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        columns = read(Path(folder), "x\n" + "".join(f"{value!r}\n" for value in values))

    whole = all(isinstance(value, int) for value in values)
    assert sorted(columns["x"]) == sorted(values if whole else [float(value) for value in values])


def test_dates_and_times(tmp_path: Path) -> None:
    columns = read(tmp_path, "d,t\n2020-02-29,2020-02-29T23:59\n")

    assert columns == {"d": [dt.date(2020, 2, 29)], "t": [dt.datetime(2020, 2, 29, 23, 59)]}


def test_five_million_rows_stay_small(tmp_path: Path) -> None:
    """A group-by over a file of 5 million rows keeps DuckDB's limit; in its own process, whose peak is read."""
    code = f"""
from pathlib import Path
import narwhals.stable.v2 as nw
from industria.core import engine
from industria.core.table import collect
from industria.sources import files
from industria.study.provenance import peak_memory
engine.configure(memory="400MB", threads=2)
path = Path({str(tmp_path)!r}) / "large.csv"
rows = "SELECT i % 997 AS industry, i AS firm, i / 7.0 AS sales FROM range(5000000) t(i)"
engine.connection().execute(f"COPY ({{rows}}) TO '{{path}}'")
table = files.csv(str(path)).read()
cells = collect(table.group_by("industry").agg(nw.col("sales").mean()))
assert cells.num_rows == 997
print(peak_memory() // 1024**2)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 800
