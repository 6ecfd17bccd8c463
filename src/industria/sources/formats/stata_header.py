"""The header of a Stata file: what its columns are, and where the rows begin."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

__all__ = ["VERSIONS", "Header", "header_of"]

VERSIONS: Final = (113, 114, 115, 117, 118, 119)

# Codes of numeric types: until 115 one byte, from 117 two.
OLD: Final = {251: "i1", 252: "i2", 253: "i4", 254: "f4", 255: "f8"}
NEW: Final = {65530: "i1", 65529: "i2", 65528: "i4", 65527: "f4", 65526: "f8", 32768: "V8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a Stata file says before its rows.

    Attributes
    ----------
    version : int
        The format, 113 to 119.
    encoding : str
        Latin-1 until 117, UTF-8 since.
    order : str
        "<" or ">".
    label : str
        What the file calls itself.
    names, formats, label_names : list of str
        Of each column: its name, its display format, the set of value labels that it uses.
    record : numpy dtype
        One row; fields are named f0, f1, ...
    rows, start : int
        How many rows, and the byte where the first begins.
    value_labels : dict of str to dict of int to str
        By set.
    long_strings : int or None
        The byte where long texts begin, if there are any.
    """

    version: int
    encoding: str
    order: str
    label: str
    names: list[str]
    formats: list[str]
    label_names: list[str]
    record: np.dtype[Any]
    rows: int
    start: int
    value_labels: dict[str, dict[int, str]]
    long_strings: int | None

    def read_long_strings(self, path: Path) -> dict[bytes, str]:
        """Read the texts of strL columns by the eight bytes that stand for them in a row."""
        found: dict[bytes, str] = {}
        place = (self.long_strings or 0) + len("<strls>")
        data = path.read_bytes()
        while data[place : place + 3] == b"GSO":
            wide = "IQ" if self.version > 117 else "II"
            column, row = struct.unpack_from(self.order + wide, data, place + 3)
            place += 3 + struct.calcsize("=" + wide)
            _, length = struct.unpack_from(self.order + "BI", data, place)
            place += 5
            text = data[place : place + length]
            found[self._key(column, row)] = text.rstrip(b"\0").decode(self.encoding, errors="replace")
            place += length
        return found

    def _key(self, column: int, row: int) -> bytes:
        if self.version == 117:
            return struct.pack(self.order + "II", column, row)
        # From 118 the eight bytes hold two (119: three) of the column and six (five) of the row.
        wide = 2 if self.version == 118 else 3
        order = "little" if self.order == "<" else "big"
        return column.to_bytes(wide, order) + row.to_bytes(8 - wide, order)  # type: ignore[arg-type]


def header_of(path: Path, version: int) -> Header:
    """Read the header of a file of a known version.

    Raises
    ------
    struct.error, IndexError, ValueError
        If the file ends before its header does.
    """
    return _tagged(path) if version >= 117 else _fixed(path, version)


def _fixed(path: Path, version: int) -> Header:
    data = np.memmap(path, np.uint8, mode="r")
    at = bytes(data[:109])
    order = ">" if at[1] == 1 else "<"
    columns, rows = struct.unpack_from(order + "HI", at, 4)
    place = 109
    types, place = bytes(data[place : place + columns]), place + columns
    width = 12 if version == 113 else 49
    names, place = _strings(data, place, columns, 33, "latin-1")
    place += 2 * (columns + 1)
    formats, place = _strings(data, place, columns, width, "latin-1")
    label_names, place = _strings(data, place, columns, 33, "latin-1")
    place += 81 * columns
    while True:
        kind, length = struct.unpack_from(order + "BI", bytes(data[place : place + 5]))
        place += 5 + length
        if not kind:
            break
    record = np.dtype([(f"f{i}", order + OLD[t] if t in OLD else f"S{t}") for i, t in enumerate(types)])
    end = place + rows * record.itemsize
    return Header(
        version=version,
        encoding="latin-1",
        order=order,
        label=_text(at[10:91], "latin-1"),
        names=names,
        formats=formats,
        label_names=label_names,
        record=record,
        rows=rows,
        start=place,
        value_labels=_value_labels(bytes(data[end:]), order, 33, "latin-1", tagged=False),
        long_strings=None,
    )


def _tagged(path: Path) -> Header:
    data = np.memmap(path, np.uint8, mode="r")
    head = bytes(data[:2048])
    version = int(_inside(head, b"release"))
    encoding = "latin-1" if version == 117 else "utf-8"
    order = "<" if _inside(head, b"byteorder") == b"LSF" else ">"
    columns = int.from_bytes(_inside(head, b"K"), "little" if order == "<" else "big")
    rows = int.from_bytes(_inside(head, b"N"), "little" if order == "<" else "big")
    label = _inside(head, b"label")[1 if version == 117 else 2 :].decode(encoding, errors="replace")
    map_at = head.index(b"<map>") + 5
    offsets = struct.unpack_from(order + "14Q", head, map_at)
    name_width, format_width = (33, 49) if version == 117 else (129, 57)
    types = np.frombuffer(bytes(data[offsets[2] + 16 :][: 2 * columns]), order + "u2")
    names, _ = _strings(data, offsets[3] + len("<varnames>"), columns, name_width, encoding)
    formats, _ = _strings(data, offsets[5] + len("<formats>"), columns, format_width, encoding)
    label_names, _ = _strings(data, offsets[6] + len("<value_label_names>"), columns, name_width, encoding)
    fields = [(f"f{i}", _new_type(int(t), order)) for i, t in enumerate(types)]
    return Header(
        version=version,
        encoding=encoding,
        order=order,
        label=label,
        names=names,
        formats=formats,
        label_names=label_names,
        record=np.dtype(fields),
        rows=rows,
        start=offsets[9] + len("<data>"),
        value_labels=_value_labels(bytes(data[offsets[11] : offsets[12]]), order, name_width, encoding, tagged=True),
        long_strings=offsets[10] if 32768 in types else None,
    )


def _new_type(code: int, order: str) -> str:
    if code == 32768:
        return "V8"
    return order + NEW[code] if code in NEW else f"S{code}"


def _inside(head: bytes, tag: bytes) -> bytes:
    """Return the bytes between a tag and its end; counts may hold any byte, so the end is looked for behind them."""
    found = re.search(b"<" + tag + b">(.*?)</" + tag + b">", head, re.S)
    if found is None:
        raise ValueError(f"no <{tag.decode()}>")
    return found[1]


def _strings(data: Any, place: int, count: int, width: int, encoding: str) -> tuple[list[str], int]:
    block = bytes(data[place : place + count * width])
    if len(block) < count * width:
        raise ValueError("it ends within the names of columns")
    return [_text(block[i * width : (i + 1) * width], encoding) for i in range(count)], place + count * width


def _text(block: bytes, encoding: str) -> str:
    return block.split(b"\0", 1)[0].decode(encoding, errors="replace")


def _value_labels(data: bytes, order: str, width: int, encoding: str, *, tagged: bool) -> dict[str, dict[int, str]]:
    """Read the sets of value labels; they stand behind the rows."""
    found: dict[str, dict[int, str]] = {}
    place = len("<value_labels>") if tagged else 0
    while place + 4 + width + 3 + 8 <= len(data):
        if tagged:
            if data[place : place + 5] != b"<lbl>":
                break
            place += 5
        length = struct.unpack_from(order + "I", data, place)[0]
        name = _text(data[place + 4 : place + 4 + width], encoding)
        body = place + 4 + width + 3
        count, size = struct.unpack_from(order + "II", data, body)
        offsets = struct.unpack_from(f"{order}{count}I", data, body + 8)
        values = struct.unpack_from(f"{order}{count}i", data, body + 8 + 4 * count)
        texts = data[body + 8 + 8 * count :][:size]
        found[name] = {value: _text(texts[at:], encoding) for value, at in zip(values, offsets, strict=True)}
        place = body + length + (len("</lbl>") if tagged else 0)
    return found
