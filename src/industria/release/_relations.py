"""What everybody may know of how published numbers hang together, as it travels in a sealed file.

Which number of which table is which cell, which cells add up to which, and what bounds all of one kind have: this
holds no value, no name, no digest, and nothing that tells which cell is sensitive. Sums and differences that had to be
protected besides are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array, hstack, vstack

from industria.core.value import Address
from industria.release._given import COUNT
from industria.release._keyed import Keyed
from industria.release._protected import Protected
from industria.release._public_relations import public_relations
from industria.release._tables import Placed
from industria.release.policy import Policy

__all__ = ["MEMBER", "Relations", "Shown", "read_relations", "relations", "relations_bytes"]

MEMBER: Final = "relations.json"
Array = npt.NDArray[np.float64]
Cell = tuple[str, ...]
Kind = Literal["sum", "mean", "share"]

EARLIER: Final = " of "
BIN: Final = "bin_low"
SAME: Final = 1e-9
"""Part of a number by which it may differ in the last bits from what it is made of."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where numbers of a column stand among the cells.

    Attributes
    ----------
    step, column : str
        The column.
    release : str or None
        Digest of the earlier release that it left in; None of this one.
    kind : {"sum", "mean", "share"}
        The sum itself, the sum over `count` of the same row, or over the cell `whole`.
    by : tuple of str
        The dimensions.
    cells : mapping of tuple of str to int
        The cell of each row that shows one.
    whole : int or None
        Of shares.
    """

    step: str
    column: str
    release: str | None
    kind: Kind
    by: tuple[str, ...]
    cells: Mapping[Cell, int]
    whole: int | None = None

    @property
    def at(self) -> tuple[str | None, str, str]:
        """Release, step and column."""
        return self.release, self.step, self.column

    def place(self, key: Cell) -> str:
        """Return the address of a row in the step."""
        return str(Address(self.step, None, tuple(zip(self.by, key, strict=True)), self.column)).removeprefix(self.step)


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Cells of one variable: A x = 0.

    Attributes
    ----------
    counts : bool
        Whether all are whole numbers.
    signed : bool
        Whether what is published tells that a cell may be below zero.
    least : int
        What a cell that a table shows has at least, where it is not said to be nothing: by what tables list, not by
        what stands in them.
    reach : float or None
        By how much a rounded number may be off.
    halves : bool
        Whether it may be off by just that.
    A : csr_array, shape (n_relations, n_cells)
        1 for a total, -1 for its parts.
    ordered : array of int, shape (k, 2)
        Cells, and others that are part of them in a population within theirs.
    shown : list of Shown
        Where cells stand.
    """

    counts: bool
    signed: bool
    least: int
    reach: float | None
    halves: bool
    A: csr_array
    ordered: npt.NDArray[np.int64]
    shown: list[Shown]

    @property
    def n_cells(self) -> int:
        """Cells, and what is left of those of which others are part."""
        return int(self.A.shape[1]) + len(self.ordered)

    @property
    def with_rests(self) -> csr_array:
        """The relations, with those of what is left of a cell without a part of it; the rests stand last."""
        n, k = self.A.shape[1], len(self.ordered)
        row = np.repeat(np.arange(k), 3)
        cells = np.concatenate([self.ordered, n + np.arange(k)[:, None]], axis=1).ravel()
        more = csr_array((np.tile([1.0, -1.0, -1.0], k), (row, cells)), shape=(k, n + k))
        return csr_array(vstack([hstack([self.A, csr_array((self.A.shape[0], k))]), more]))


def relations(
    tables: Mapping[str, pa.Table], places: Mapping[str, Sequence[Placed]], several: Sequence[Protected], policy: Policy
) -> list[Relations]:
    """Take from protected systems what everybody may know of them; of signs, `with_signs` tells.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        By step, as it was before anything was withheld.
    places : mapping of str to list of Placed
        Of steps of cells.
    several : sequence of Protected
        One a variable.
    policy : Policy
        Whether zeros are published, and how numbers are rounded.
    """
    return [_of(one, tables, places, policy) for one in several]


def _of(
    one: Protected, tables: Mapping[str, pa.Table], places: Mapping[str, Sequence[Placed]], policy: Policy
) -> Relations:
    joint, n = one.joint, int(one.joint.start[-1])
    # Made sums and differences stand last; which of them were made tells what was sensitive.
    made = (
        np.asarray(abs(joint.A[:, n:]).sum(axis=1)).ravel() > 0
        if len(joint.x) > n
        else np.zeros(joint.A.shape[0], bool)
    )
    shown = [
        _shown(place, step, tables[step], of)
        for step, of in places.items()
        for place in of
        if place.of is one and place.is_there
    ]
    plain = joint.counts and not joint.has_weights
    told = one.altered
    # A row that a table has is of somebody, but for bins; of these, zeros that stand there as they are tell it.
    stand = [of for of in shown if of is not None] + _earlier(one)
    bins = any(BIN in of.by for of in stand)
    zeros = told is None and policy.zeros == "publish"
    return Relations(
        counts=plain,
        signed=False,
        least=int(plain and (zeros or not bins)),
        reach=None if told is None else told.reach,
        halves=policy.rounding == "conventional",
        A=_told(joint.A, n, ~made & public_relations(one)),
        ordered=one.ordered,
        shown=stand,
    )


def _told(A: csr_array, n: int, public: npt.NDArray[np.bool_]) -> csr_array:
    """Take the relations that everybody knows, and the cells that tables show; all of millions are not copied."""
    return A if A.shape[1] == n and public.all() else csr_array(A[:, :n][np.flatnonzero(public)])


def _shown(place: Placed, step: str, table: pa.Table, beside: Sequence[Placed]) -> Shown | None:
    """Tell where a column stands, and how its numbers are made of sums; None where that is not seen from the table."""
    cells = Keyed(table, place.by, place.cell)
    told = Shown(step, place.column, None, "sum", place.by, cells)
    if place.is_sum:
        return told
    numbers = np.asarray(table[place.column].cast(pa.float64(), safe=False).to_numpy(), float)
    if place.whole >= 0:
        made = numbers * place.of.joint.x[place.whole]
        return _if_same(made, place, Shown(step, place.column, None, "share", place.by, cells, place.whole))
    count = next((one for one in beside if one.column == COUNT and one.is_there and one.is_sum), None)
    if count is None:
        return None
    made = numbers * np.asarray(table[COUNT].cast(pa.float64(), safe=False).to_numpy(), float)
    return _if_same(made, place, Shown(step, place.column, None, "mean", place.by, cells))


def _if_same(made: Array, place: Placed, told: Shown) -> Shown | None:
    return told if np.allclose(made, place.take(place.of.joint.x), SAME, 0.0, equal_nan=True) else None


def _earlier(one: Protected) -> list[Shown]:
    """List where cells stood in releases before this one."""
    found = []
    for at, block in enumerate(one.joint.blocks):
        codes = block.system.codes
        for (place, column), cell in block.places.items():
            step, sign, release = place.partition(EARLIER)
            if not sign or block.beside:
                continue
            by = tuple(dim.name for dim in block.system.dimensions)
            keys = {
                tuple(dim.codes[codes[i, d]] for d, dim in enumerate(block.system.dimensions)): int(
                    i + one.joint.start[at]
                )
                for i in cell[cell >= 0]
            }
            found.append(Shown(step, column, release, "sum", by, keys))
    return found


def relations_bytes(found: Sequence[Relations]) -> bytes:
    """Write relations as JSON, in one line: there are many."""
    told = [_written(one) for one in found]
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _written(one: Relations) -> dict[str, Any]:
    A = one.A
    ends = zip(A.indptr[:-1], A.indptr[1:], strict=True)
    return {
        "counts": one.counts,
        "signed": one.signed,
        "least": one.least,
        "reach": one.reach,
        "halves": one.halves,
        "cells": int(A.shape[1]),
        "sums": [
            [[int(cell), int(sign)] for cell, sign in zip(A.indices[a:b], A.data[a:b], strict=True)] for a, b in ends
        ],
        "ordered": one.ordered.tolist(),
        "shown": [
            {
                "step": told.step,
                "column": told.column,
                "release": told.release,
                "kind": told.kind,
                "by": list(told.by),
                "rows": sorted([*codes, cell] for codes, cell in told.cells.items()),
                "whole": told.whole,
            }
            for told in one.shown
        ],
    }


def read_relations(content: bytes) -> list[Relations]:
    """Read what `relations_bytes` wrote."""
    return [_read(one) for one in json.loads(content)]


def _read(told: Mapping[str, Any]) -> Relations:
    lengths = [len(row) for row in told["sums"]]
    cells, signs = ([pair[i] for row in told["sums"] for pair in row] for i in (0, 1))
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    A = csr_array((np.array(signs, float), np.array(cells, np.int64), start), shape=(len(lengths), told["cells"]))
    shown = [
        Shown(
            step=one["step"],
            column=one["column"],
            release=one["release"],
            kind=one["kind"],
            by=tuple(one["by"]),
            cells={tuple(row[:-1]): row[-1] for row in one["rows"]},
            whole=one["whole"],
        )
        for one in told["shown"]
    ]
    pairs = np.array(told["ordered"], np.int64).reshape(-1, 2)
    return Relations(told["counts"], told["signed"], told["least"], told["reach"], told["halves"], A, pairs, shown)
