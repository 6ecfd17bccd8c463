"""A bridge between two classifications, as rooms hold it; a study sees its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    MissingValueError,
    NegativeWeightError,
    UnknownLabelError,
    WeightSumError,
)
from industria.kernels import bridges

__all__ = ["SUM", "Bridge", "reversed_basis"]

Array = npt.NDArray[np.float64]

# Weights of a few thousand links, added up, keep this many digits; files print fewer than the laws ask for.
SUM: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Bridge:
    """Weights from the codes of one classification to those of another.

    Attributes
    ----------
    origin, destination : str
        Names of the classifications with their vintages: "soc2010".
    origin_codes, destination_codes : tuple of str
        Labels of rows and columns.
    weights : csr_array, shape (n, k)
        Nonnegative; rows sum to 1, or to less where a composition lost a part.
    partial : csr_array of bool, shape (n, k)
        Links that the publisher marks as covering a part of the code.
    basis : str
        Where the weights come from.
    """

    origin: str
    destination: str
    origin_codes: tuple[str, ...]
    destination_codes: tuple[str, ...]
    weights: csr_array
    partial: csr_array
    basis: str

    def then(self, other: Bridge) -> Bridge:
        """Compose with a bridge that starts where this one ends.

        Codes that `other` does not have are lost: their weight is lacking in the rows.
        """
        place = {code: i for i, code in enumerate(other.origin_codes)}
        known = [(d, place[code]) for d, code in enumerate(self.destination_codes) if code in place]
        here, there = (np.array(side, dtype=np.int64) for side in zip(*known, strict=True)) if known else (_NONE, _NONE)
        shape = (len(self.destination_codes), len(other.origin_codes))
        meet = csr_array((np.ones(len(here)), (here, there)), shape=shape)
        A, B = csr_array(self.weights @ meet), other.weights
        part = csr_array(self.partial.astype(float) @ meet) @ B + A @ other.partial.astype(float)
        return Bridge(
            origin=self.origin,
            destination=other.destination,
            origin_codes=self.origin_codes,
            destination_codes=other.destination_codes,
            weights=bridges.composition(A, B),
            partial=csr_array(part) > 0,
            basis=f"{self.basis} | {other.basis}",
        )

    def push(self, mass: Mapping[str, float]) -> dict[str, float]:
        """Carry mass of origin codes to destination codes.

        Raises
        ------
        UnknownLabelError
            If a code is not of the origin.
        """
        m = self._vector(mass, self.origin_codes, "origin_code", missing=0.0)
        return dict(zip(self.destination_codes, bridges.push(self.weights, m).tolist(), strict=True))

    def pull(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Give origin codes the scores of their destinations; every destination must have one.

        Raises
        ------
        UnknownLabelError
            If a code is not of the destination.
        MissingValueError
            If a destination has no score.
        """
        s = self._vector(scores, self.destination_codes, "destination_code", missing=np.nan)
        gaps = np.flatnonzero(np.isnan(s))
        if len(gaps):
            first = f"destination_code = {self.destination_codes[gaps[0]]!r}"
            raise MissingValueError("scores", "score", len(gaps), len(s), first)
        return dict(zip(self.origin_codes, bridges.pull(self.weights, s).tolist(), strict=True))

    def reversed(self, mass: Mapping[str, float]) -> Bridge:
        """Turn round by Bayes on a mass of origin codes; destinations without mass go back equally.

        Raises
        ------
        UnknownLabelError
            If a code is not of the origin.
        """
        m = self._vector(mass, self.origin_codes, "origin_code", missing=0.0)
        weights, _ = bridges.reversal(self.weights, m)
        return Bridge(
            origin=self.destination,
            destination=self.origin,
            origin_codes=self.destination_codes,
            destination_codes=self.origin_codes,
            weights=weights,
            partial=csr_array(self.partial.T),
            basis=reversed_basis(self.destination, self.origin, self.basis),
        )

    def to_table(self) -> Table:
        """Write the links as `origin_code, destination_code, weight, partial, basis`.

        What a row lacks to 1 stands in a row without a destination code.
        """
        links = self.weights.tocoo()
        marks = self.partial.tocsr()
        flags = np.asarray(marks[links.row, links.col], dtype=bool).ravel() if links.nnz else np.zeros(0, bool)
        lost = 1.0 - np.asarray(self.weights.sum(axis=1)).ravel()
        short = np.flatnonzero(lost > SUM)
        origins = np.concatenate([links.row, short])
        ends = [self.destination_codes[d] for d in links.col] + [None] * len(short)
        return as_table(
            pa.table(
                {
                    "origin_code": pa.array([self.origin_codes[i] for i in origins], pa.string()),
                    "destination_code": pa.array(ends, pa.string()),
                    "weight": pa.array(np.concatenate([links.data, lost[short]]), pa.float64()),
                    "partial": pa.array(np.concatenate([flags, np.zeros(len(short), bool)]), pa.bool_()),
                    "basis": pa.array([self.basis] * len(origins), pa.string()),
                }
            ),
            "bridge",
        )

    @classmethod
    def from_table(cls, table: TableLike, *, origin: str = "origin", destination: str = "destination") -> Bridge:
        """Read a bridge from a table as `classifications.correspondence` makes it, without groups.

        Raises
        ------
        MissingColumnError, ColumnTypeError, MissingValueError
            If a column is not there, not of its kind, or has gaps.
        NegativeWeightError, WeightSumError, DuplicateRowError
            If weights are below zero or do not sum to 1, or a link stands twice.
        """
        frame = as_table(table, "correspondence", "origin_code", "destination_code", "weight")
        for column in ("origin_code", "destination_code"):
            kind = frame.collect_schema()[column]
            if kind != nw.String:
                raise ColumnTypeError("correspondence", column, "codes as text", str(kind).lower())
        rows = collect(frame)
        for column in ("origin_code", "weight"):
            if rows[column].null_count:
                raise MissingValueError("correspondence", column, rows[column].null_count, rows.num_rows, "unknown")
        origins, i = _labels(rows["origin_code"])
        ends, d = _labels(rows["destination_code"])
        weight = np.asarray(rows["weight"].to_numpy(), dtype=np.float64)
        if len(weight) and weight.min() < 0:
            raise NegativeWeightError("correspondence", "weight", float(weight.min()))
        _refuse_sums(origins, i, weight)
        _refuse_twice(origins, ends, i, d)
        marks = (
            rows["partial"].fill_null(False).to_numpy() if "partial" in rows.column_names else np.zeros(len(i), bool)
        )
        bases = sorted(set(rows["basis"].drop_null().to_pylist())) if "basis" in rows.column_names else []
        kept, shape = d >= 0, (len(origins), len(ends))
        marked = kept & marks.astype(bool)
        return cls(
            origin=origin,
            destination=destination,
            origin_codes=tuple(origins),
            destination_codes=tuple(ends),
            weights=csr_array((weight[kept], (i[kept], d[kept])), shape=shape),
            partial=csr_array((np.ones(int(marked.sum()), bool), (i[marked], d[marked])), shape=shape),
            basis="; ".join(bases) or f"{origin} -> {destination}: given",
        )

    def _vector(self, values: Mapping[str, float], codes: Sequence[str], column: str, missing: float) -> Array:
        place = {code: i for i, code in enumerate(codes)}
        vector = np.full(len(codes), missing)
        for code, number in values.items():
            if code not in place:
                raise UnknownLabelError("values", column, code, f"{self.origin} -> {self.destination}", list(codes))
            vector[place[code]] = number
        return vector

    def __repr__(self) -> str:
        n, k = self.weights.shape
        return f"Bridge({self.origin} -> {self.destination}, {n} x {k} codes, {self.weights.nnz} links, {self.basis!r})"


def reversed_basis(origin: str, destination: str, basis: str) -> str:
    """Say of reversed weights what was reversed; the mark between the steps of a composition stays theirs."""
    return f"{origin} -> {destination}: Bayes of ({basis.replace(' | ', ', ')})"


_NONE: Final = np.zeros(0, dtype=np.int64)


def _labels(column: Any) -> tuple[list[str], npt.NDArray[np.int64]]:
    """List the codes, sorted, and the place of every row among them; -1 where there is none."""
    codes = sorted(set(column.drop_null().to_pylist()))
    place = {code: i for i, code in enumerate(codes)}
    return codes, np.array([place.get(code, -1) for code in column.to_pylist()], dtype=np.int64)


def _refuse_sums(codes: Sequence[str], i: npt.NDArray[np.int64], weight: Array) -> None:
    sums = np.bincount(i, weight, len(codes))
    off = np.flatnonzero(np.abs(sums - 1.0) > SUM)
    if len(off):
        raise WeightSumError("correspondence", codes[off[0]], float(sums[off[0]]), len(off))


def _refuse_twice(
    origins: Sequence[str], ends: Sequence[str], i: npt.NDArray[np.int64], d: npt.NDArray[np.int64]
) -> None:
    keys, times = np.unique(i * (len(ends) + 1) + d + 1, return_counts=True)
    twice = np.flatnonzero(times > 1)
    if len(twice):
        row, column = divmod(int(keys[twice[0]]), len(ends) + 1)
        first = f"({origins[row]!r}, {ends[column - 1] if column else None!r})"
        keys_of = ("origin_code", "destination_code")
        raise DuplicateRowError("correspondence", keys_of, first, int(times[twice[0]]), len(twice))
