"""Capabilities of many actors as arrays: large registries are never walked row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    InfiniteValueError,
    MissingValueError,
    NegativeValueError,
    OutsideRangeError,
    UnknownLabelError,
)
from industria.kernels.capability_matching import Held

__all__ = ["Capabilities"]

KEY: Final = ("actor", "type", "code")
FURTHER: Final = ("scale", "evidence", "confidence", "path")
APART: Final = "\x1f"
Array = npt.NDArray[np.float64]


class Capabilities:
    """A table of capabilities in memory, checked."""

    def __init__(self, data: TableLike) -> None:
        table = as_table(data, "capabilities", *KEY)
        there = table.collect_schema().names()
        self.rows = collect(table.select(*KEY, *(column for column in FURTHER if column in there)))
        for column in KEY:
            if self.rows[column].null_count:
                first = self._row(self.rows[column].is_null().index(True).as_py(), column)
                raise MissingValueError("capabilities", column, self.rows[column].null_count, self.rows.num_rows, first)
            if not _is_text(self.rows[column]) and self.rows.num_rows:
                raise ColumnTypeError("capabilities", column, "text", str(self.rows[column].type))

    def paths(self) -> list[tuple[str, str, str | None]]:
        """List types and codes whose way from the root of a vocabulary is told."""
        if "path" not in self.rows.column_names:
            return []
        told = self.rows.select(["type", "code", "path"]).group_by(["type", "code", "path"]).aggregate([])
        return sorted(
            (row["type"], row["code"], row["path"]) for row in told.to_pylist() if isinstance(row["path"], str)
        )

    def of(self, actors: Sequence[str], keys: Sequence[tuple[str, str]]) -> Held:
        """Give what actors hold of some types and codes.

        Raises
        ------
        UnknownLabelError
            If an actor is not listed.
        """
        a = pc.index_in(_text(self.rows["actor"]), value_set=pa.array(actors, pa.string()))
        if a.null_count:
            strange = sorted(pc.unique(self.rows["actor"].filter(pc.is_null(a))).to_pylist())[0]
            raise UnknownLabelError("capabilities", "actor", strange, "actors", actors)
        words = pc.binary_join_element_wise(_text(self.rows["type"]), _text(self.rows["code"]), APART)
        k = pc.index_in(words, value_set=pa.array([APART.join(key) for key in keys], pa.string()))
        q, scale = self._probability(), self._amount("scale")
        kept = k.is_valid().to_numpy()
        return Held(_whole(a)[kept], _whole(k)[kept], q[kept], scale[kept])

    def _probability(self) -> Array:
        """Read confidence; what is evident without it is certain, what is inferred without it is unknown."""
        told = self._amount("confidence")
        if (outside := told > 1).any():
            first = int(np.flatnonzero(outside)[0])
            raise OutsideRangeError(
                "capabilities", "confidence", told[first], self._row(first, "confidence"), "lies in [0, 1]"
            )
        evident = np.ones(self.rows.num_rows)
        if "evidence" in self.rows.column_names and _is_text(self.rows["evidence"]):
            inferred = pc.fill_null(pc.equal(self.rows["evidence"], "inferred"), False)
            evident = np.where(inferred.to_numpy(), 0.0, 1.0)
        return np.where(np.isnan(told), evident, told)

    def _amount(self, column: str) -> Array:
        """Read a column of numbers, none negative; NaN where nothing is told."""
        n = self.rows.num_rows
        if column not in self.rows.column_names or self.rows[column].null_count == n:
            return np.full(n, np.nan)
        kind = self.rows[column].type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise ColumnTypeError("capabilities", column, "numbers", str(kind))
        values = np.asarray(self.rows[column].cast(pa.float64()).to_numpy(), float)
        if (below := values < 0).any():
            first = int(np.flatnonzero(below)[0])
            where = self._row(first, column)
            raise NegativeValueError("capabilities", column, "an amount", int(below.sum()), values[first], where)
        if (endless := np.isinf(values)).any():
            where = self._row(int(np.flatnonzero(endless)[0]), column)
            raise InfiniteValueError("capabilities", column, int(endless.sum()), where)
        return values

    def _row(self, i: int, column: str) -> str:
        return ", ".join(f"{name} = {self.rows[name][i].as_py()!r}" for name in KEY if name != column)


def _is_text(column: pa.ChunkedArray) -> bool:
    return column.type in (pa.string(), pa.large_string())


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _whole(places: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.asarray(pc.fill_null(places, -1).to_numpy(), np.int64)
