"""An outsider who takes each released number for a sum of unknown parts of the population, and has a solver."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import highspy
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from tests.release.drawn_systems import Drawn, Key, Shown, above, leaves

Row = npt.NDArray[np.float64]
Told = dict[tuple[str, str, Key], "Number"]
NOISE = 1e-13
"""Part of a sum that a machine may lose."""
LARGEST = 1e5
"""Values are brought below this size: beyond it the last bits of a machine exceed what the solver takes for nothing."""


class Number(NamedTuple):
    """A cell by its parts, and what was released of it: None where it was withheld."""

    row: Row
    value: float | None


class Outsider:
    """Who has released tables, and knows their trees, which units make a population, and the equations of a study.

    An unknown is what one class of units (in the part, or beside it) brings of one variable to one cell of all
    dimensions. A cell without a row has no units; one with a row has one or more.
    """

    def __init__(self, of: Drawn, released: Mapping[str, pa.Table], tables: Sequence[Shown]) -> None:
        self.of = of
        self.names = list(of.trees)
        self.variables = sorted({one.variable for one in tables} | set(of.equation))
        codes = [leaves(of.trees[name]) for name in self.names]
        self.atoms = [(v, c, key) for v in self.variables for c in ("part", "rest") for key in product(*codes)]
        self.at = {atom: i for i, atom in enumerate(self.atoms)}
        self.sets = {
            name: {code: [leaf for leaf in leaves(trees) if code in above(leaf, trees)] for code in _codes(trees)}
            for name, trees in of.trees.items()
        }
        self.told: Told = {}
        self.high = np.full(len(self.atoms), np.inf)
        for one in tables:
            self._read(one, released[one.name])
        self.low = np.where(self._signs(), -np.inf, 0.0)
        self.low[self.high == 0] = 0.0

    def row(self, variable: str, population: str, by: Sequence[str], key: Key) -> Row:
        """Return which unknowns a cell is the sum of."""
        codes = dict(zip(by, key, strict=True))
        inside = product(*(self.sets[name][codes.get(name, "Total")] for name in self.names))
        row = np.zeros(len(self.atoms))
        classes = {"all": ("part", "rest"), "part": ("part",), "rest": ("rest",)}[population]
        for leaf, of in product(inside, classes):
            row[self.at[variable, of, leaf]] = 1.0
        return row

    def reached(self, asked: Iterable[Row], known: Collection[tuple[Row, float]] = ()) -> list[tuple[float, float]]:
        """Bound sums of unknowns by two linear programs each, over all that is published and besides known."""
        A, least, most = self._published(known)
        ends = np.concatenate([least, most])
        unit = max(1.0, float(np.abs(ends[np.isfinite(ends)]).max(initial=0.0)) / LARGEST)
        # The last bits of sums are no knowledge of anybody.
        off = NOISE * np.abs(np.where(np.isfinite(least), least, 0.0))
        program = _program(A, (least - off) / unit, (most + off) / unit, self.low, self.high)
        found = []
        for row in asked:
            low, high = (sign * _least(program, sign * row) * unit for sign in (1.0, -1.0))
            found.append((low, high))
        return found

    def _read(self, one: Shown, table: pa.Table) -> None:
        there = set()
        for row in table.to_pylist():
            key = tuple(row[name] for name in one.by)
            there.add(key)
            number = Number(self.row(one.variable, one.population, one.by, key), row[one.variable])
            known = self.told.get((one.variable, one.population, self.key(one.by, key)))
            if known is None or known.value is None:
                self.told[one.variable, one.population, self.key(one.by, key)] = number
        for key in product(*(leaves(self.of.trees[name]) for name in one.by)):
            if key not in there:
                self.high[self.row(one.variable, one.population, one.by, key) > 0] = 0.0

    def key(self, by: Sequence[str], key: Key) -> Key:
        """Name a cell by the codes of all dimensions."""
        codes = dict(zip(by, key, strict=True))
        return tuple(codes.get(name, "Total") for name in self.names)

    def _signs(self) -> npt.NDArray[np.bool_]:
        """Tell to which unknowns somebody brings less than nothing, which everybody knows."""
        signs = np.zeros(len(self.atoms), bool)
        for variable in self.variables:
            for of in ("part", "rest"):
                rows = self.of.records[self.of.records["part"] == (of == "part")]
                sums = rows.assign(owner=rows["holding"].fillna(rows["unit"])).groupby([*self.names, "owner"])[variable]
                for key, x in sums.sum().items():
                    signs[self.at[variable, of, key[:-1]]] |= x < 0
        return signs

    def _published(self, known: Collection[tuple[Row, float]]) -> tuple[csr_array, Row, Row]:
        rows, least, most = [], [], []
        half = 0.5 * 10.0 ** -self.of.rules["digits"] if "digits" in self.of.rules else 0.0
        for number in self.told.values():
            if number.value is None and not self.of.counts:
                continue
            rows.append(number.row)
            least.append(1.0 if number.value is None else number.value - half)
            most.append(np.inf if number.value is None else number.value + half)
        for row, x in known:
            rows.append(row)
            least.append(x)
            most.append(x)
        if self.of.equation:
            n = len(self.atoms) // len(self.variables)
            for i in range(n):
                row = np.zeros(len(self.atoms))
                for j, variable in enumerate(self.variables):
                    row[j * n + i] = self.of.equation[variable]
                rows.append(row)
            least += [0.0] * n
            most += [0.0] * n
        return csr_array(np.array(rows).reshape(-1, len(self.atoms))), np.array(least), np.array(most)


def _codes(trees: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(code for tree in trees for pair in tree.items() for code in pair))


def _program(A: csr_array, least: Row, most: Row, low: Row, high: Row) -> highspy.Highs:
    """Set up one program, whose aim is changed from number to number: each begins at the corner of the one before."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = A.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(A.shape[1]), low, high
    model.row_lower_, model.row_upper_ = least, most
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = A.indptr, A.indices, A.data
    program = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "presolve": "off", "simplex_strategy": 4}.items():
        program.setOptionValue(option, value)
    program.passModel(model)
    return program


def _least(program: highspy.Highs, c: Row) -> float:
    program.changeColsCost(len(c), np.arange(len(c), dtype=np.int32), c)
    program.run()
    status = program.getModelStatus()
    if status == highspy.HighsModelStatus.kUnbounded:
        return -np.inf
    assert status == highspy.HighsModelStatus.kOptimal, program.modelStatusToString(status)
    return float(program.getObjectiveValue())
