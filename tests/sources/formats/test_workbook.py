"""What stands under the name of a workbook and is none is told in plain words, whoever reads it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from industria.errors import BrokenFileError
from industria.sources.formats.workbook import opened

PAGE = b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><body>Access denied</body></html>"


def refused(content: bytes, tmp_path: Path) -> set[str]:
    """What is said of some bytes, as a file and as they are."""
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    said = set()
    for file in (path, content):
        with pytest.raises(BrokenFileError) as told, opened(file, "table.xlsx") as book:
            book.get_sheet_by_index(0)
        said.add(str(told.value))
    return said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "table.xlsx: it is empty."),
        (PAGE, "table.xlsx: this is a web page, or XML, under the name of a workbook."),
        (b"year;jobs\n", "table.xlsx: the workbook cannot be opened ("),
    ],
)
def test_what_is_no_workbook(content: bytes, said: str, tmp_path: Path) -> None:
    """Nothing at all, a publisher's page of regret, and a text."""
    assert all(told.startswith(said) for told in refused(content, tmp_path))


def test_a_workbook_that_is_cut_off(tmp_path: Path) -> None:
    """The end of a download is missing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>" * 100)
    whole = packed.getvalue()

    assert refused(whole[: len(whole) // 2], tmp_path) == {"table.xlsx: the workbook cannot be opened (it is cut off)."}
