"""The cells of an official file as texts, titles and footnotes and all."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath
from typing import Final

from industria.errors import BrokenFileError, UnknownSheetError
from industria.sources.formats.excel import shown
from industria.sources.formats.workbook import opened

__all__ = ["Rows", "read_cells"]

Rows = list[list[str]]

TEXT: Final = {".csv": ",", ".txt": ",", ".tsv": "\t"}


def read_cells(content: bytes, name: str, sheet: str | None = None) -> Rows:
    """Read every cell of a sheet, or of a file of text, stripped of the blanks around it.

    Parameters
    ----------
    content : bytes
        Of an xlsx, xlsb, xls, ods, csv, tsv or txt file; texts are UTF-8, or else Latin-1.
    name : str
        The file's; its ending tells a text from a workbook.
    sheet : str, optional
        The first one without it. Blanks around the names of sheets do not count.

    Returns
    -------
    list of list of str
        Line by line; whole numbers have no point.

    Raises
    ------
    BrokenFileError
        If the file is cut off, or a web page under another name.
    UnknownSheetError
        If there is no such sheet; the message has the nearest.
    """
    if content[:512].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise BrokenFileError(name, "this is a web page: the publisher answered with words, not with the file.")
    between = TEXT.get(PurePosixPath(name).suffix.lower())
    if between is not None:
        rows = csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=between)
        try:
            return [[cell.strip() for cell in row] for row in rows]
        except csv.Error as error:
            raise BrokenFileError(name, f"a quote is opened and not closed, or it is no text ({error}).") from None
    with opened(content, name) as book:
        named = {word.strip(): word for word in book.sheet_names}
        if sheet is not None and sheet not in named:
            raise UnknownSheetError(name, sheet, list(named))
        found = book.get_sheet_by_name(book.sheet_names[0] if sheet is None else named[sheet])
        cells = found.to_python(skip_empty_area=False)
    return [[shown(cell).strip() for cell in row] for row in cells]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
