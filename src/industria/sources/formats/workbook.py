"""Workbooks, opened by calamine: what is no workbook is said in plain words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from industria.errors import BrokenFileError

__all__ = ["opened"]


@contextmanager
def opened(file: Path | bytes, name: str) -> Iterator[CalamineWorkbook]:
    """Open a workbook (xlsx, xlsb, xls, ods), and tell what breaks while its sheets are read.

    Parameters
    ----------
    file : Path or bytes
        Where it lies, or what is in it.
    name : str
        What messages call it.

    Yields
    ------
    CalamineWorkbook

    Raises
    ------
    BrokenFileError
        If it is empty, a web page, cut off, or no workbook; if it has no sheet.
    """
    start = _start(file)
    if not start:
        raise BrokenFileError(name, "it is empty.")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        said = (
            "this is a web page, or XML, under the name of a workbook. From a publisher it is a word instead of the "
            "file: get the file again; else open it in a spreadsheet and save it as .xlsx."
        )
        raise BrokenFileError(name, said)
    # An archive lists its contents at its end.
    if start.startswith(b"PK") and not zipfile.is_zipfile(io.BytesIO(file) if isinstance(file, bytes) else file):
        raise BrokenFileError(name, "the workbook cannot be opened (it is cut off).")
    try:
        yield CalamineWorkbook.from_object(io.BytesIO(file) if isinstance(file, bytes) else str(file))
    except (CalamineError, OSError, IndexError) as error:
        raise BrokenFileError(name, f"the workbook cannot be opened ({error}).") from None


def _start(file: Path | bytes) -> bytes:
    if isinstance(file, bytes):
        return file[:512]
    with file.open("rb") as stream:
        return stream.read(512)
