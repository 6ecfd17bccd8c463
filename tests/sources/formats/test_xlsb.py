"""Binary workbooks (.xlsb), written record by record, and codes that Excel took for numbers."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from industria.classifications import coverage
from industria.core.table import collect
from industria.errors import BrokenFileError, MangledCodeError, NumericCodeError, UnknownSheetError
from industria.sources import files
from tests.sources.formats.test_excel import workbook

Cell = str | float | bool | None
LINKS = pa.table({"origin_code": ["622110", "622210"], "destination_code": ["6221", "6222"], "weight": [1.0, 1.0]})

# Types of records, of [MS-XLSB]: 2.3.2.
BUNDLE_SHEET, END_BUNDLE_SHEETS, END_BOOK = 0x9C, 0x90, 0x84
BEGIN_SHEET, DIMENSIONS, BEGIN_DATA, END_DATA, END_SHEET = 0x81, 0x94, 0x91, 0x92, 0x82
ROW, ERROR, TRUTH, REAL, TEXT = 0x00, 0x03, 0x04, 0x05, 0x06


def record(kind: int, content: bytes = b"") -> bytes:
    """A record: its type and its length in seven bits a byte, then what it holds."""

    def packed(number: int) -> bytes:
        return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])

    return packed(kind) + packed(len(content)) + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column: int, value: Cell) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return record(TRUTH, place + bytes([value]))
    if isinstance(value, str):
        return record(ERROR, place + b"\x2a") if value == "#N/A" else record(TEXT, place + wide(value))
    return b"" if value is None else record(REAL, place + struct.pack("<d", value))


def binary_workbook(path: Path, sheets: dict[str, list[list[Cell]]]) -> str:
    """Write an .xlsb with texts in their cells."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w") as book:
        told = "".join(
            f'<Relationship Id="r{i}" Type="{relations}/worksheet" Target="worksheets/sheet{i}.bin"/>'
            for i in range(len(sheets))
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        book.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{package}">{told}</Relationships>')
        named = b"".join(
            record(BUNDLE_SHEET, struct.pack("<II", 0, i + 1) + wide(f"r{i}") + wide(name))
            for i, name in enumerate(sheets)
        )
        book.writestr("xl/workbook.bin", named + record(END_BUNDLE_SHEETS) + record(END_BOOK))
        for i, rows in enumerate(sheets.values()):
            last = max(len(row) for row in rows) - 1
            body = b"".join(
                record(ROW, struct.pack("<I", r) + bytes(13)) + b"".join(cell(c, value) for c, value in enumerate(row))
                for r, row in enumerate(rows)
            )
            size = record(DIMENSIONS, struct.pack("<IIII", 0, len(rows) - 1, 0, last))
            sheet = record(BEGIN_SHEET) + size + record(BEGIN_DATA) + body + record(END_DATA) + record(END_SHEET)
            book.writestr(f"xl/worksheets/sheet{i}.bin", sheet)
    return str(path)


def test_a_binary_workbook_is_read_as_others_are(tmp_path: Path) -> None:
    """Texts, numbers, truth values, errors and empty cells, below a line of titles."""
    rows: list[list[Cell]] = [
        ["Establishments", None, None, None],
        ["naics", "establishments", "pay", "multi"],
        ["31-33", 12.0, 1.5, True],
        ["311", None, "#N/A", False],
        [None, None, None, None],
        ["çelik", 4.0, 2.0, True],
    ]
    path = binary_workbook(tmp_path / "plants.xlsb", {"Notes": [["none"]], "Table 1": rows})

    table = collect(files.excel(path, sheet="Table 1", header=2).read())

    assert table.to_pydict() == {
        "naics": ["31-33", "311", "çelik"],
        "establishments": [12, None, 4],
        "pay": [1.5, None, 2.0],
        "multi": [True, False, True],
    }
    with pytest.raises(UnknownSheetError, match="Did you mean 'Table 1'"):
        files.excel(path, sheet="Table 2").read()


def test_a_binary_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = Path(binary_workbook(tmp_path / "plants.xlsb", {"T": [["a"], [1.0]]}))
    path.write_bytes(path.read_bytes()[:-80])

    with pytest.raises(BrokenFileError, match="cannot be opened"):
        files.excel(str(path)).read()


def test_a_page_under_the_name_of_a_workbook_is_told(tmp_path: Path) -> None:
    """Neither a page nor the XML of old spreadsheets is a workbook."""
    for i, text in enumerate(("\r\n<html><table></table></html>", '\ufeff<?xml version="1.0"?><Workbook/>')):
        (tmp_path / f"{i}.xls").write_text(text, encoding="utf-8")
        with pytest.raises(BrokenFileError, match=r"this is a web page, or XML, under the name of a workbook"):
            files.excel(str(tmp_path / f"{i}.xls")).read()


# A sheet shows 622110 as 6.22E+05 in a narrow column. What it holds is whole; what it
# saves as text is not.


def test_a_number_that_a_sheet_shows_as_a_power_is_read_whole(tmp_path: Path) -> None:
    """The cell holds all six digits, beside codes that are texts."""
    path = workbook(tmp_path, {"T": [["code", "jobs"], [622110, 5], ["31-33", 7]]})

    assert collect(files.excel(path).read())["code"].to_pylist() == ["622110", "31-33"]


def test_a_code_that_was_saved_as_a_power_is_refused_where_it_is_used(tmp_path: Path) -> None:
    """As text it stays as it is, in sheets and in CSV, and no correspondence takes it for a code."""
    book = workbook(tmp_path, {"T": [["code", "jobs"], ["6.22E+05", 5], ["622210", 7]]})
    (tmp_path / "codes.csv").write_text("code,jobs\n6.22E+05,5\n0622210,7\n", encoding="utf-8")

    for read in (files.excel(book), files.csv(str(tmp_path / "codes.csv"))):
        with pytest.raises(MangledCodeError, match=r"code has '6\.22E\+05'.*a spreadsheet took it for a number"):
            coverage(read.read(), LINKS, code="code", value="jobs")


def test_codes_that_are_all_numbers_are_refused_where_they_are_used(tmp_path: Path) -> None:
    """6.22E+05 among numbers is a number, and codes are texts."""
    (tmp_path / "codes.csv").write_text("code,jobs\n6.22E+05,5\n622210,7\n", encoding="utf-8")

    with pytest.raises(NumericCodeError, match="Read the column as text"):
        coverage(files.csv(str(tmp_path / "codes.csv")).read(), LINKS, code="code", value="jobs")
