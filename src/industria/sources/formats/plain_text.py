"""Text files as DuckDB reads them: UTF-8, not compressed, without zero bytes."""

from __future__ import annotations

import atexit
import bz2
import codecs
import gzip
import io
import shutil
import tempfile
import zipfile
import zlib
from functools import cache
from itertools import count
from pathlib import Path
from typing import IO, Final

from industria.errors import BrokenFileError, UsageError, hint

__all__ = ["copy_of", "new_file", "plain"]

PIECE: Final = 1 << 20
ENCODINGS: Final = ("utf-8", "latin-1", "cp1252", "utf-16", "iso-8859-9", "cp1254", "mac-roman", "shift-jis", "gb18030")
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ARCHIVE: Final = b"PK\x03\x04"
BINARY: Final = {ARCHIVE: "a zip archive or an Excel workbook", b"PAR1": "a Parquet file", b"%PDF": "a PDF"}

_number = count()


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="industria-sources-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def new_file(suffix: str) -> Path:
    """Name a file for a copy; it lives as long as the process."""
    return _folder() / f"{next(_number)}{suffix}"


def plain(path: Path, name: str, encoding: str | None = None) -> Path:
    """Return a file of plain UTF-8 with these characters: the file itself if it is one, or a copy.

    Parameters
    ----------
    path : Path
        May be compressed by gzip or bzip2, or packed alone in a zip archive, which its first bytes tell.
    name : str
        What messages call it.
    encoding : str, optional
        Without it a byte-order mark decides, and then UTF-8 is expected.

    Raises
    ------
    BrokenFileError
        If a compressed file is cut off, a line is not in the encoding, or holds a zero byte.
    UsageError
        If the encoding is unknown.
    """
    with path.open("rb") as file:
        start = file.read(4)
    packed = _packed(path) if start.startswith(ARCHIVE) else None
    for magic, kind in BINARY.items():
        if start.startswith(magic) and packed is None:
            raise BrokenFileError(name, f"this is {kind}, not a text file.")
    codec = _codec(path, name, start, encoding)
    compressed = packed is not None or start.startswith((b"\x1f\x8b", b"BZh"))
    if codec == "utf-8" and not compressed:
        _check(path, name, codec, None)
        return path
    return copy_of(path, name, codec)


def copy_of(path: Path, name: str, codec: str) -> Path:
    """Write the characters of a file as plain UTF-8."""
    copy = new_file(".txt")
    with copy.open("wb") as out:
        _check(path, name, codec, out)
    return copy


def _codec(path: Path, name: str, start: bytes, encoding: str | None) -> str:
    if encoding is None:
        with _opened(path) as file:
            mark = start[:2] if start.startswith(UTF_16) else _piece(file, name, 2)
        return "utf-16" if mark in UTF_16 else "utf-8"
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UsageError(f"encoding {encoding!r} is not known.{hint(encoding, ENCODINGS)}") from None


def _packed(path: Path) -> str | None:
    """Name the one file of a zip archive; a workbook has many."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if not name.endswith("/")]
    return inside[0] if len(inside) == 1 else None


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        start = file.read(4)
    if start == ARCHIVE and (packed := _packed(path)) is not None:
        return zipfile.ZipFile(path).open(packed)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(path)  # type: ignore[return-value,unused-ignore]
    return bz2.open(path) if start[:3] == b"BZh" else path.open("rb")  # type: ignore[return-value,unused-ignore]


def _check(path: Path, name: str, codec: str, out: IO[bytes] | None) -> None:
    """Walk a file once: every byte decodes, none is zero; what decodes goes to `out`."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    with _opened(path) as file:
        while True:
            piece = _piece(file, name)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise _undecodable(name, codec, error, line) from None
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                raise BrokenFileError(name, "there is a zero byte: is this a text file?", line)
            if out is not None:
                out.write(text.encode())
            line += text.count("\n")
            if not piece:
                return


def _piece(file: IO[bytes], name: str, size: int = PIECE) -> bytes:
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, io.UnsupportedOperation, OSError) as error:
        raise BrokenFileError(name, f"the compressed file is cut off or damaged ({error}).") from None


def _undecodable(name: str, codec: str, error: UnicodeDecodeError, line: int) -> BrokenFileError:
    found = " ".join(f"{byte:02x}" for byte in error.object[error.start : error.start + 1])
    advice = ' Pass encoding = "latin-1", or "cp1252", if it comes from an older program.' if codec == "utf-8" else ""
    return BrokenFileError(name, f"byte {found} is not {codec}.{advice}", line)
