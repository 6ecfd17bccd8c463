"""Traits of firms or workers, and slopes of firm effects on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Table, collect
from industria.errors import CollinearTermError, ColumnTypeError, DuplicateLabelError, EmptyTableError
from industria.kernels.groups import Array
from industria.kernels.least_squares import independent
from industria.work._two_way import TwoWay

__all__ = ["Slopes", "projected", "traits_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slopes:
    """Slopes of firm effects on traits.

    Attributes
    ----------
    b, white : array, shape (k,)
        Slopes, and White's errors of them.
    moved : array, shape (m, k)
        How one unit at a match, net of its worker, moves each slope.
    """

    b: Array
    white: Array
    moved: Array


def traits_of(covariates: Table, key: str, names: Sequence[str], labels: pa.Array) -> Array:
    """Line traits up with labels; NaN where one is not known.

    Raises
    ------
    EmptyTableError, ColumnTypeError, DuplicateLabelError
        If there are no rows, a trait is no number, or a label has several rows.
    """
    rows = collect(covariates.select(*dict.fromkeys((key, *names))))
    if not rows.num_rows:
        raise EmptyTableError("covariates")
    for name in names:
        kind = rows[name].type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
            raise ColumnTypeError("covariates", name, "a number in every row", str(kind))
    place = {label: i for i, label in enumerate(labels.to_pylist())}
    Z = np.full((len(place), len(names)), np.nan)
    values = np.column_stack([np.asarray(rows[name].cast(pa.float64()).to_numpy(), float) for name in names])
    told = rows[key].to_pylist()
    seen: set[object] = set()
    for label, row in zip(told, values, strict=True):
        if label in seen and label is not None:
            raise DuplicateLabelError("covariates", key, str(label), told.count(label))
        seen.add(label)
        if label in place:
            Z[place[label]] = row
    return np.where(np.isfinite(Z), Z, np.nan)


def projected(model: TwoWay, Z: Array, known: npt.NDArray[np.bool_], names: Sequence[str], key: str) -> Slopes:
    """Regress firm effects on traits over observations.

    Raises
    ------
    CollinearTermError
        If a trait is constant or a combination of others.
    """
    matches, rows = model.matches, np.flatnonzero(known[model.match])
    omega = np.where(known, matches.omega, 0.0)
    root, size = np.sqrt(omega)[:, None], np.linalg.norm(Z * np.sqrt(omega)[:, None], axis=0)
    Z = np.where(known[:, None], Z - np.average(Z, axis=0, weights=omega), 0.0)
    kept = independent(Z * root, size)
    if len(kept) < len(names):
        lost = next(k for k in range(len(names)) if k not in kept)
        others = ["the constant", *(names[k] for k in kept if k < lost)]
        raise CollinearTermError("jobs", names[lost], others, f"traits of {key} are known")
    bread = np.linalg.inv((Z * omega[:, None]).T @ Z)
    psi = model.firm[matches.f]
    psi = psi - np.average(psi, weights=omega)
    b = bread @ (Z * omega[:, None]).T @ psi
    scores = (Z * (psi - Z @ b)[:, None])[model.match[rows]] * model.jobs.omega[rows, None]
    white = np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))
    moves = omega[:, None] * (Z @ bread)
    T = model.solve(np.column_stack([np.bincount(matches.f, column, matches.J) for column in moves.T]))[matches.f]
    of_workers = np.column_stack([matches.means(column) for column in T.T])
    return Slopes(b=b, white=white, moved=T - of_workers[matches.w])
