"""The mark of synthetic data in the footer of a Parquet file, read before any engine is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["is_marked"]

# A key and its value, as every writer must put them: Thrift's compact protocol has one form for two texts.
MARK: Final = b"\x18\x09synthetic\x18\x04true"
TAIL: Final = 8
"""Bytes after the footer: its length, and the letters that end the file."""


def is_marked(path: Path) -> bool:
    """Tell whether a Parquet file says of itself that its rows go back to such as were drawn.

    A file that is cut off, or no Parquet, says nothing; that it is one is told when it is read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read()
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != b"PAR1" or length > size - TAIL:
            return False
        file.seek(size - TAIL - length)
        return MARK in file.read(length)
