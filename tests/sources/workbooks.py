"""Workbooks for tests, written by hand as the formats have them: one sheet of texts and numbers."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

Cells: TypeAlias = Sequence[Sequence[str | float | None]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def write_xlsx(path: Path, rows: Cells, sheet: str = "Sheet1") -> Path:
    """Write an xlsx; what is None has no cell."""
    lines = "".join(
        f'<row r="{i}">{"".join(_cell(i, j, value) for j, value in enumerate(row) if value is not None)}</row>'
        for i, row in enumerate(rows, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        book.writestr("_rels/.rels", _relation("officeDocument", "xl/workbook.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", _relation("worksheet", "worksheets/sheet1.xml"))
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            f'<sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
        )
    return path


def write_xlsb(path: Path, rows: Cells, sheet: str = "Sheet1") -> Path:
    """Write an xlsb: records of a type, a length and bytes ([MS-XLSB])."""
    name = struct.pack("<II", 0, 1) + _wide("r1") + _wide(sheet)
    width = max(len(row) for row in rows)
    cells = b"".join(
        _record(0x0000, struct.pack("<I", i) + bytes(13))
        + b"".join(_binary_cell(j, value) for j, value in enumerate(row) if value is not None)
        for i, row in enumerate(rows)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        book.writestr("_rels/.rels", _relation("officeDocument", "xl/workbook.bin"))
        book.writestr("xl/_rels/workbook.bin.rels", _relation("worksheet", "worksheets/sheet1.bin"))
        book.writestr("xl/workbook.bin", _record(0x0083) + _record(0x009C, name) + _record(0x0090) + _record(0x0084))
        book.writestr(
            "xl/worksheets/sheet1.bin",
            _record(0x0081)
            + _record(0x0094, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
            + _record(0x0091)
            + cells
            + _record(0x0092)
            + _record(0x0082),
        )
    return path


def _relation(kind: str, target: str) -> str:
    relation = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>'


def _cell(row: int, column: int, value: str | float) -> str:
    place = f'r="{_letters(column)}{row}"'
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c {place}><v>{value!r}</v></c>"


def _letters(column: int) -> str:
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _binary_cell(column: int, value: str | float) -> bytes:
    start = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return _record(0x0006, start + _wide(value))
    return _record(0x0005, start + struct.pack("<d", value))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, left = b"", len(content)
    while True:
        length += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
        if not left:
            return head + length + content
