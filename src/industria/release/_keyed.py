"""The cells of rows by their codes: of millions of rows the keys are made when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Keyed", "codes_of"]

Cell = tuple[str, ...]
Ids = npt.NDArray[np.int64]


class Keyed(Mapping[Cell, int]):
    """The cell of each row that has one.

    Parameters
    ----------
    table : pyarrow.Table
        The rows.
    by : sequence of str
        The columns of their codes.
    cell : array of int, shape (n_rows,)
        The cell of each, -1 where it has none.
    """

    def __init__(self, table: pa.Table, by: Sequence[str], cell: Ids) -> None:
        self._table, self._by, self._cell = table.select(list(by)), by, cell

    @cached_property
    def _cells(self) -> dict[Cell, int]:
        pairs = zip(codes_of(self._table, self._by), self._cell.tolist(), strict=True)
        return {key: cell for key, cell in pairs if cell >= 0}

    def __getitem__(self, key: Cell) -> int:
        return self._cells[key]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._cells)

    def __len__(self) -> int:
        return int((self._cell >= 0).sum())


def codes_of(table: pa.Table, by: Sequence[str]) -> list[Cell]:
    """Return the codes of each row; nothing for one that has none."""
    columns = [table[name].cast(pa.string()).to_pylist() for name in by]
    return [tuple("" if code is None else code for code in row) for row in zip(*columns, strict=True)] or [()] * len(
        table
    )
