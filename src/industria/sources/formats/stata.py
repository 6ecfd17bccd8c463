"""Stata files (.dta) of formats 113 to 119, column by column from a memory map.

Laid out as `help dta` of Stata describes it: until 115 at fixed places, from 117
under tags with a map of offsets.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from industria.core import engine
from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, UnknownVersionError
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.plain_text import new_file
from industria.sources.formats.sql import one_file
from industria.sources.formats.stata_header import VERSIONS, Header, header_of

__all__ = ["StataFile"]

Array = npt.NDArray[Any]
ROWS: Final = 100_000

# The smallest value that means missing, by width; `.` is the first of 27, `.a` to `.z` follow in steps.
SMALLEST: Final[Mapping[str, tuple[float, float]]] = {
    "i1": (101, 1),
    "i2": (32741, 1),
    "i4": (2147483621, 1),
    "f4": (float.fromhex("0x1p127"), float.fromhex("0x1p115")),
    "f8": (float.fromhex("0x1p1023"), float.fromhex("0x1p1011")),
}
CODES: Final = (".", *(f".{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StataFile:
    """A Stata file whose header was read, its rows not yet.

    Attributes
    ----------
    path : Path
        Where it lies.
    name : str
        What messages call it.
    header : Header
        Columns, their widths, formats and labels, and where the rows begin.
    """

    path: Path
    name: str
    header: Header
    _strings: dict[bytes, str] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, path: Path, name: str) -> StataFile:
        """Read the header of a file.

        Raises
        ------
        UnknownVersionError
            If the file is of a version that is not read.
        BrokenFileError
            If it is no Stata file, or is cut off.
        """
        with path.open("rb") as file:
            start = file.read(31)
        version = _version(start)
        if version is None:
            raise BrokenFileError(name, f"this is no Stata file: it begins with {start[:8]!r}.")
        if version not in VERSIONS:
            raise UnknownVersionError(name, "a Stata file", version, VERSIONS)
        try:
            header = header_of(path, version)
        except (struct.error, IndexError, ValueError) as error:
            raise BrokenFileError(name, f"the header of the Stata file is cut off or damaged ({error}).") from None
        end = header.start + header.rows * header.record.itemsize
        if end > path.stat().st_size:
            whole = max(0, path.stat().st_size - header.start) // max(1, header.record.itemsize)
            raise BrokenFileError(name, f"the Stata file is cut off: {whole} of its {header.rows} rows are there.")
        refuse_repeats(header.names, name)
        return cls(path=path, name=name, header=header)

    @property
    def label(self) -> str:
        """What the file calls itself."""
        return self.header.label

    def notes(self) -> tuple[str, ...]:
        """Count the values that mean missing, by column and code, where a file tells several kinds."""
        found = []
        for name, values in self._columns().items():
            base = values.dtype.str[1:]
            if base not in SMALLEST:
                continue
            smallest, step = SMALLEST[base]
            kinds = values[values >= smallest].astype(np.float64)
            places, counts = np.unique(np.rint((kinds - smallest) / step).astype(int), return_counts=True)
            told = [f"{n} {CODES[place]}" for place, n in zip(places, counts, strict=True) if 0 < place < len(CODES)]
            if told:
                found.append(f"{name}: {', '.join(told)} read as missing")
        return tuple(found)

    def read(self, labels: Literal["text", "codes"]) -> Table:
        """Write the rows to Parquet piece by piece, and return them as a lazy table."""
        kept = self._labels() if labels == "text" else {}
        if self.header.long_strings is not None and not self._strings:
            self._strings.update(self.header.read_long_strings(self.path))
        copy = new_file(".parquet")
        pieces = [slice(i, i + ROWS) for i in range(0, max(1, self.header.rows), ROWS)]
        writer = None
        for piece in pieces:
            rows = pa.table(
                {name: self._arrow(name, values[piece], kept.get(name)) for name, values in self._columns().items()}
            )
            writer = writer or pq.ParquetWriter(copy, rows.schema)
            writer.write_table(rows)
        if writer is not None:
            writer.close()
        return as_table(engine.connection().sql(f"SELECT * FROM read_parquet({one_file(copy)})"), self.name)

    def _columns(self) -> dict[str, Array]:
        if not self.header.rows:
            rows = np.empty(0, self.header.record)
        else:
            rows = np.memmap(
                self.path, self.header.record, mode="r", offset=self.header.start, shape=(self.header.rows,)
            )
        return {name: rows[f"f{i}"] for i, name in enumerate(self.header.names)}

    def _labels(self) -> dict[str, dict[int, str]]:
        """Value labels of the columns whose every value has one."""
        kept = {}
        columns = self._columns()
        for name, which in zip(self.header.names, self.header.label_names, strict=True):
            texts = self.header.value_labels.get(which)
            values = columns[name]
            if not texts or values.dtype.kind != "i":
                continue
            found = np.unique(values[values < SMALLEST[values.dtype.str[1:]][0]])
            if len(found) and all(int(value) in texts for value in found):
                kept[name] = texts
        return kept

    def _arrow(self, name: str, values: Array, texts: Mapping[int, str] | None) -> pa.Array:
        form = self.header.formats[self.header.names.index(name)]
        if values.dtype.kind == "S":
            return _texts(values, self.header.encoding)
        if values.dtype.kind == "V":
            return pa.array([self._strings.get(bytes(key), "") or None for key in values], pa.string())
        missing = values >= SMALLEST[values.dtype.str[1:]][0]
        if texts is not None:
            return pa.array(
                [None if gap else texts[int(v)] for v, gap in zip(values, missing, strict=True)], pa.string()
            )
        if (dates := _dates(form, values, missing)) is not None:
            return dates
        kind = np.int64 if values.dtype.kind == "i" else np.float64
        return pa.array(np.where(missing, 0, values).astype(kind), mask=missing)


def _version(start: bytes) -> int | None:
    if start.startswith(b"<stata_dta><header><release>"):
        return int(start[28:31]) if start[28:31].isdigit() else None
    # Byte 2 is the byte order, byte 3 the file type, which is always 1.
    return start[0] if len(start) > 2 and start[0] in range(102, 117) and start[1] in (1, 2) and start[2] == 1 else None


def _texts(values: Array, encoding: str) -> pa.Array:
    """Text ends at the first zero byte; what follows is whatever was in memory."""
    cut = [value.split(b"\0", 1)[0].decode(encoding, errors="replace") for value in values.tolist()]
    return pa.array([text or None for text in cut], pa.string())


def _dates(form: str, values: Array, missing: npt.NDArray[np.bool_]) -> pa.Array | None:
    """Turn counts since 1960 into dates, by their display format; None where it names no date."""
    form = form.lstrip("%-").lower()
    if not form.startswith(("t", "d")):
        return None
    counts = np.where(missing, 0, values).astype(np.float64)
    whole = np.floor(counts).astype(np.int64)
    if form.startswith("tc"):
        start = np.datetime64("1960-01-01T00:00:00", "us")
        return pa.array(start + np.rint(counts * 1000).astype("timedelta64[us]"), pa.timestamp("us"), mask=missing)
    months = {"tm": 1, "tq": 3, "th": 6}.get(form[:2])
    if months is not None:
        days = (np.datetime64("1960-01", "M") + (whole * months).astype("timedelta64[M]")).astype("datetime64[D]")
    elif form.startswith(("td", "d")):
        days = np.datetime64("1960-01-01", "D") + whole.astype("timedelta64[D]")
    elif form.startswith("tw"):
        # Stata's years have 52 weeks, the last of eight or nine days.
        years = (np.datetime64("1960", "Y") + (whole // 52).astype("timedelta64[Y]")).astype("datetime64[D]")
        days = years + (7 * (whole % 52)).astype("timedelta64[D]")
    else:
        return None
    return pa.array(days, pa.date32(), mask=missing)
