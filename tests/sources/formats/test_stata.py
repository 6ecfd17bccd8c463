"""Stata files of every version, written by pandas and, where it cannot, by hand."""

from __future__ import annotations

import datetime as dt
import struct
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, UnknownVersionError
from industria.sources import files

FRAME = pd.DataFrame(
    {
        "small": np.array([1, -127, 100], "int8"),
        "middle": np.array([1, -5, 32000], "int16"),
        "large": np.array([1, 2, 2_000_000_000], "int32"),
        "single": np.array([1.5, np.nan, 3], "float32"),
        "wide": [1.25, np.nan, -1e300],
        "text": ["é", "", "abc"],
        "day": pd.to_datetime(["2020-01-02", None, "1959-12-31"]),
        "union": pd.Categorical(["no", "yes", "no"]),
    }
)
ROWS: dict[str, list[Any]] = {
    "small": [1, -127, 100],
    "middle": [1, -5, 32000],
    "large": [1, 2, 2_000_000_000],
    "single": [1.5, None, 3.0],
    "wide": [1.25, None, -1e300],
    "text": ["é", None, "abc"],
    "day": [dt.date(2020, 1, 2), None, dt.date(1959, 12, 31)],
    "union": ["no", "yes", "no"],
}


def saved(folder: Path, frame: pd.DataFrame, version: int = 118, **options: Any) -> str:
    path = folder / f"v{version}.dta"
    frame.to_stata(path, write_index=False, version=version, **options)  # type: ignore[call-overload]
    return str(path)


def rows(path: str, **options: Any) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = collect(files.stata(path, **options).read()).to_pydict()
    return columns


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_versions_and_byte_orders(tmp_path: Path, version: int, order: str) -> None:
    """Until 117 text is Latin-1, from 118 UTF-8."""
    path = saved(tmp_path, FRAME, version, convert_dates={"day": "td"}, byteorder=order, data_label="Plants")

    assert rows(path) == ROWS
    assert files.stata(path).title == "Plants"


@pytest.mark.parametrize("version", [113, 115])
def test_versions_that_pandas_does_not_write(tmp_path: Path, version: int) -> None:
    """115 is 114 by another number; 113 has display formats of 12 bytes where 114 has 49."""
    path = Path(saved(tmp_path, FRAME, 114, convert_dates={"day": "td"}))
    data = path.read_bytes()
    if version == 113:
        count = FRAME.shape[1]
        at = 109 + count + 33 * count + 2 * (count + 1)
        narrow = b"".join(data[at + 49 * i : at + 49 * i + 12] for i in range(count))
        data = data[:at] + narrow + data[at + 49 * count :]
    path.write_bytes(bytes([version]) + data[1:])

    assert rows(str(path)) == ROWS


def test_long_texts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": ["x" * 3000, "", "y", "x" * 3000]})

    for version in (117, 118, 119):
        assert rows(saved(tmp_path, frame, version, convert_strl=["note"])) == {
            "note": ["x" * 3000, None, "y", "x" * 3000]
        }


def test_missing_codes_become_null_and_are_counted(tmp_path: Path) -> None:
    """The values of `help missing`: .a is the one after the smallest missing value, .z the 26th."""
    path = Path(saved(tmp_path, pd.DataFrame({"b": np.array([1, 2, 3, 4], "int8"), "d": [1.0, 2, 3, 4]}), 114))
    data = bytearray(path.read_bytes())
    start = data.rindex(struct.pack("<bd", 1, 1.0))
    for row, (b, d) in enumerate([(101, 0x7FE0000000000000), (102, 0x7FE0010000000000), (127, 0x7FE01A0000000000)]):
        data[start + 9 * row : start + 9 * row + 9] = struct.pack("<bQ", b, d)
    path.write_bytes(data)

    source = files.stata(str(path))
    assert collect(source.read()).to_pydict() == {"b": [None, None, None, 4], "d": [None, None, None, 4.0]}
    assert source.notes == ("b: 1 .a, 1 .z read as missing", "d: 1 .a, 1 .z read as missing")
    assert source.describe()["notes"] == list(source.notes)


def test_labels_are_text_or_codes(tmp_path: Path) -> None:
    path = saved(tmp_path, pd.DataFrame({"union": pd.Categorical(["no", "yes", "no"])}))

    assert rows(path)["union"] == ["no", "yes", "no"]
    assert rows(path, labels="codes")["union"] == [0, 1, 0]


def test_a_column_with_a_value_beyond_its_labels_stays_of_codes(tmp_path: Path) -> None:
    """Age, with a label for 99 alone, is a number."""
    path = saved(tmp_path, pd.DataFrame({"age": [31, 99]}), value_labels={"age": {99: "99 and more"}})

    assert rows(path)["age"] == [31, 99]


@pytest.mark.parametrize(
    ("form", "count", "day"),
    [
        ("%td", 21946, dt.date(2020, 2, 1)),
        ("%tdD_m_Y", -1, dt.date(1959, 12, 31)),
        ("%d", 0, dt.date(1960, 1, 1)),
        ("%tm", 721, dt.date(2020, 2, 1)),
        ("%tq", 241, dt.date(2020, 4, 1)),
        ("%th", 121, dt.date(2020, 7, 1)),
        ("%tw", 3121, dt.date(2020, 1, 8)),
        ("%ty", 2020, 2020),
        ("%9.0g", 721, 721),
    ],
)
def test_dates_are_what_the_display_format_says(tmp_path: Path, form: str, count: int, day: Any) -> None:
    path = Path(saved(tmp_path, pd.DataFrame({"when": np.array([count], "int32")}), 118))
    data = path.read_bytes()
    at = data.index(b"<formats>") + len(b"<formats>")
    path.write_bytes(data[:at] + form.encode().ljust(57, b"\0") + data[at + 57 :])

    assert rows(str(path))["when"] == [day]


def test_times_are_milliseconds(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["2020-02-01 10:00:00.250", None])})

    assert rows(saved(tmp_path, frame, convert_dates={"t": "tc"}))["t"] == [
        dt.datetime(2020, 2, 1, 10, 0, 0, 250_000),
        None,
    ]


def test_no_rows(tmp_path: Path) -> None:
    assert rows(saved(tmp_path, FRAME.head(0).drop(columns="union"), convert_dates={"day": "td"}))["wide"] == []


@pytest.mark.parametrize(
    ("start", "found"), [(b"<stata_dta><header><release>120</release>", 120), (b"\x69\x02\x01", 105)]
)
def test_another_version_is_told(tmp_path: Path, start: bytes, found: int) -> None:
    (tmp_path / "new.dta").write_bytes(start + b"\0" * 200)

    with pytest.raises(UnknownVersionError, match=f"version {found}; read are 113, 114, 115, 117, 118, 119"):
        files.stata(str(tmp_path / "new.dta"))


@pytest.mark.parametrize("version", [114, 118])
@pytest.mark.parametrize("kept", [0.2, 0.9])
def test_a_file_that_is_cut_off(tmp_path: Path, version: int, kept: float) -> None:
    path = Path(saved(tmp_path, pd.DataFrame({"x": np.arange(5000.0)}), version))
    data = path.read_bytes()
    for size in (40, 150, int(kept * len(data))):
        path.write_bytes(data[:size])
        with pytest.raises(BrokenFileError, match=rf"v{version}\.dta: "):
            files.stata(str(path))


def test_what_is_no_stata_file(tmp_path: Path) -> None:
    (tmp_path / "a.dta").write_text("a,b\n1,2\n")

    with pytest.raises(BrokenFileError, match="this is no Stata file"):
        files.stata(str(tmp_path / "a.dta"))


def test_pandas_reads_the_same_from_the_files_of_a_package() -> None:
    """Every .dta that causaldata ships, cell by cell."""
    if find_spec("causaldata") is None:
        pytest.skip("causaldata is not installed")
    paths = [file.locate() for file in distribution("causaldata").files or () if file.suffix == ".dta"]
    assert len(paths) > 20
    for path in paths:
        ours = collect(files.stata(str(path), labels="codes").read())
        theirs = pd.read_stata(path, convert_categoricals=False)
        assert ours.column_names == list(theirs)
        for name in theirs:
            mine, other = ours[name].to_pandas(), theirs[name]
            if other.dtype.kind in "if":
                np.testing.assert_array_equal(mine.to_numpy(float), other.to_numpy(float), err_msg=f"{path} {name}")
            elif other.dtype.kind != "M":
                assert mine.fillna("").tolist() == other.fillna("").tolist(), f"{path} {name}"
