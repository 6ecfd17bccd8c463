"""Names of monomials: K, K*K, K*L; and functions read back from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    MissingColumnError,
    RoleError,
    UnknownLabelError,
    hint,
)
from industria.kernels.polynomials import Powers, derivative, monomials
from industria.productivity._panel import Array

__all__ = ["CONTROL", "RETURNS_TO_SCALE", "SHIFTER", "Functions", "labels_of", "read_functions", "term_names"]

RETURNS_TO_SCALE: Final = "returns_to_scale"
CONTROL: Final = "control:"
"""What stands before the name of a control."""
SHIFTER: Final = "shifter:"
"""What stands before the name of a shifter."""
MEANS: Final = (
    f"elasticities holds {RETURNS_TO_SCALE}, so that these are means over rows, which are not the function of a "
    "translog, and tell no controls: hand in its draws or coefficients; or, to use means as the constants of a "
    f"Cobb-Douglas function, leave the row {RETURNS_TO_SCALE} out"
)
Values: TypeAlias = dict[tuple[int, str], float]
"""Estimates by draw and term."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Functions:
    """Functions of cells, in logs of the inputs.

    Attributes
    ----------
    inputs : tuple of str
        Columns of a panel.
    powers : array, shape (m, J)
        Monomials.
    keys : tuple of str
        Columns that tell cells apart; none where one function is for all.
    coefficients : mapping of tuple to array, each of shape (R + 1, m)
        By the labels of a cell: the estimate, and then its draws; NaN where there is none.
    controls : tuple of str
        Columns that the functions were net of, and that are no part of them.
    beside : mapping of tuple to array, each of shape (R + 1, k)
        Coefficients of the controls, likewise; 0 where a control was left out.
    """

    inputs: tuple[str, ...]
    powers: Powers
    keys: tuple[str, ...]
    coefficients: Mapping[tuple[Any, ...], Array]
    controls: tuple[str, ...]
    beside: Mapping[tuple[Any, ...], Array]

    def of(self, cell: Mapping[str, Any]) -> Array:
        """Return the coefficients of a cell, shape (R + 1, m); one row of NaN where there are none."""
        found = self.coefficients.get(tuple(cell[key] for key in self.keys))
        return np.full((1, len(self.powers)), np.nan) if found is None else found

    def of_controls(self, cell: Mapping[str, Any]) -> Array:
        """Return what a cell's controls add to output, shape (R + 1, k); one row of zeros where it has no function."""
        found = self.beside.get(tuple(cell[key] for key in self.keys))
        return np.zeros((1, len(self.controls))) if found is None else found

    def draws(self, cells: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """Count draws with an answer in each of the cells that have draws, and the others."""
        drawn = [c[1:] for c in map(self.of, cells) if len(c) > 1]
        lengths = [len(c) for c in drawn]
        if not drawn:
            return 0, 0
        answered = np.ones(min(lengths), bool)
        for c in drawn:
            answered &= np.isfinite(c[: len(answered)]).all(axis=1)
        n = int(answered.sum())
        return n, max(lengths) - n

    def check_controls(self, controls: Sequence[str]) -> None:
        """Refuse output that is net of other controls than the functions are.

        Raises
        ------
        RoleError
            If names differ.
        """
        if lost := [name for name in self.controls if name not in controls]:
            raise RoleError(
                f"elasticities are net of {', '.join(self.controls)}, and output is not, so that productivity would "
                f"hold what {CONTROL}{lost[0]} took out: name controls = {list(self.controls)}"
            )
        if odd := [name for name in controls if name not in self.controls]:
            raise RoleError(
                f"controls names {odd[0]}, and elasticities has no term {CONTROL}{odd[0]}: hand in the draws or "
                "coefficients of a function that is net of it, or leave it out"
            )

    def values(self, X: Array, c: Array) -> Array:
        """Evaluate functions, shape (R + 1, n), at logs of the inputs, shape (n, J)."""
        return np.asarray(c @ monomials(X, self.powers).T)

    def elasticities(self, X: Array, c: Array, j: int) -> Array:
        """Derive functions by input j, shape (R + 1, n)."""
        lower, d = derivative(self.powers, c, j)
        return np.asarray(d @ monomials(X, lower).T)


def term_names(powers: Powers, inputs: Sequence[str]) -> list[str]:
    """Name monomials by their inputs."""
    return ["*".join(name for name, k in zip(inputs, row, strict=True) for _ in range(k)) for row in powers.tolist()]


def read_functions(
    data: TableLike, by: Sequence[str], inputs: Sequence[str] | None, columns: Collection[str]
) -> Functions:
    """Read coefficients or draws of `production_function`, or elasticities, as functions.

    Parameters
    ----------
    data : table
        `term, estimate`, columns of cells where there are several, `draw` (0 is the estimate) where there are draws.
    by : sequence of str
        Columns of cells.
    inputs : sequence of str, optional
        Inputs; None takes all that terms name.
    columns : collection of str
        Of the panel.

    Raises
    ------
    EmptyTableError
        If there is no row.
    MissingColumnError, DuplicateRowError
        If a term is there twice, with no column that tells cells or draws apart, or in spite of it; or, where
        inputs are not given, the panel has no column of a term.
    UnknownLabelError
        If a term is made of what is no input.
    RoleError
        If an input has no term, or terms are mean elasticities.
    """
    table = as_table(data, "elasticities", "term", "estimate")
    names = table.collect_schema().names()
    keys = tuple(key for key in by if key in names)
    drawn = "draw" in names
    rows = collect(table)
    if not rows.num_rows:
        raise EmptyTableError("elasticities")
    given = _given(rows, keys, drawn, [key for key in (*by, "draw") if key not in names])
    named = {term for cell in given.values() for _, term in cell}
    beside = sorted(term for term in named if term.startswith(CONTROL))
    terms = sorted(named - {*beside})
    parts = {term: _parts(term, inputs, columns) for term in terms}
    used = tuple(inputs or sorted({name for part in parts.values() for name in part}))
    if lost := [name for name in used if not any(name in part for part in parts.values())]:
        raise RoleError(f"elasticities has no term for the input {lost[0]}; it has {', '.join(terms)}")
    powers = np.array([[parts[term].get(name, 0) for name in used] for term in terms], np.int64)
    return Functions(
        inputs=used,
        powers=powers.reshape(len(terms), len(used)),
        keys=keys,
        coefficients={cell: _matrix(values, terms) for cell, values in given.items()},
        controls=tuple(term.removeprefix(CONTROL) for term in beside),
        # A control that depends on others has no estimate: it was left out, and took nothing out of output.
        beside={cell: np.nan_to_num(_matrix(values, beside)) for cell, values in given.items()},
    )


def _given(rows: pa.Table, keys: Sequence[str], drawn: bool, absent: Sequence[str]) -> dict[tuple[Any, ...], Values]:
    """Sort estimates by cell, draw and term; what tells two of one term apart must be there."""
    given: dict[tuple[Any, ...], Values] = {}
    for row in rows.to_pylist():
        if row["term"] is None or row["term"].startswith(SHIFTER):
            continue
        if row["term"] == RETURNS_TO_SCALE:
            raise RoleError(MEANS)
        value = np.nan if row["estimate"] is None else row["estimate"]
        place = (int(row["draw"] or 0) if drawn else 0, row["term"])
        cell = given.setdefault(tuple(row[key] for key in keys), {})
        if place in cell:
            if absent:
                likely = next((key for key in absent if hint(key, rows.column_names)), absent[0])
                raise MissingColumnError("elasticities", likely, rows.column_names)
            unique = (*keys, *(["draw"] if drawn else []), "term")
            first = ", ".join(f"{key} = {row[key]!r}" for key in unique)
            raise DuplicateRowError("elasticities", unique, first, 2, 1)
        cell[place] = float(value)
    return given


def _parts(term: str, inputs: Sequence[str] | None, columns: Collection[str]) -> dict[str, int]:
    """Take a term apart: K*K*L, or K^2*L, is {K: 2, L: 1}; the name of a column is never taken apart."""
    known = columns if inputs is None else inputs
    if term in known:
        return {term: 1}
    made: dict[str, int] = {}
    for part in term.split("*"):
        found = re.fullmatch(r"(.+)\^(\d+)", part)
        name, power = (found[1], int(found[2])) if found and part not in known else (part, 1)
        if name not in known and inputs is None:
            raise MissingColumnError("panel", name, sorted(columns))
        if name not in known:
            raise UnknownLabelError("elasticities", "term", term, "the inputs", sorted(known))
        made[name] = made.get(name, 0) + power
    return made


def _matrix(values: Values, terms: Sequence[str]) -> Array:
    draws = max(draw for draw, _ in values) + 1
    place = {term: i for i, term in enumerate(terms)}
    # A term that a cell does not have is no part of its function; a draw that is not there at all has no answer.
    made = np.full((draws, len(terms)), np.nan)
    made[list({draw for draw, _ in values})] = 0.0
    for (draw, term), value in values.items():
        if term in place:
            made[draw, place[term]] = value
    return made


def labels_of(cells: pa.Table) -> list[dict[str, Any]]:
    """List cells by their labels; one without labels where there are no columns."""
    return cells.to_pylist() if cells.num_columns else [{}]
