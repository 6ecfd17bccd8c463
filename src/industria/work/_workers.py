"""Workers of two groups, read once: outcome, weight, group, and the cells of their covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Table, collect
from industria.errors import (
    AllMissingError,
    EmptyTableError,
    FewClustersError,
    GroupCountError,
    InfiniteValueError,
    NegativeValueError,
    NegativeWeightError,
    NoRowsLeftError,
    OutsideRangeError,
    RepeatedColumnError,
    UnknownGroupError,
    ZeroWeightError,
)
from industria.work._worker_columns import (
    NAME,
    Array,
    Codes,
    cells_of,
    coded,
    label_of,
    label_texts,
    levels_of,
    numbers_of,
    plain,
)

__all__ = ["NAME", "Label", "Workers", "degrees_of_freedom", "label_of", "read", "refuse_gini"]

Label = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workers:
    """Rows that can be used, the other group first, in an order that hangs on their values alone.

    Attributes
    ----------
    y, w : array, shape (n,)
        Outcome and positive weight.
    n_other : int
        Rows of the other group; those after them are of the reference.
    cell : array, shape (n,)
        Which combination of covariates a row has.
    cells : mapping of str to array, each of shape (C,)
        The combinations, by column: numbers, or text as objects.
    cluster : array, shape (n,), or None
        Numbered from 0 without gaps.
    group, other, reference : str
        The column, and the labels of both groups.
    rows : int
        Of the table.
    dropped : list of (str, str, int)
        Column, reason, rows.
    weighted : bool
        Whether a column of weights was named.
    """

    y: Array
    w: Array
    n_other: int
    cell: Codes
    cells: dict[str, npt.NDArray[Any]]
    cluster: Codes | None
    group: str
    other: str
    reference: str
    rows: int
    dropped: list[tuple[str, str, int]]
    weighted: bool

    @property
    def n_cells(self) -> int:
        """How many combinations of covariates there are."""
        return len(next(iter(self.cells.values())))

    def where(self, cell: int, columns: Sequence[str] | None = None) -> str:
        """Name a cell by its covariates."""
        named = self.cells if columns is None else {column: self.cells[column] for column in columns}
        return ", ".join(f"{column} = {label_of(values[cell])!r}" for column, values in named.items())

    def sides(self) -> tuple[slice, slice]:
        """Return the rows of the other group and of the reference."""
        return slice(0, self.n_other), slice(self.n_other, len(self.y))


def read(
    workers: Table,
    *,
    outcome: str,
    group: str,
    reference: Label,
    weight: str | None,
    cluster: str | None,
    covariates: Sequence[str],
) -> Workers:
    """Read what a decomposition needs, leave out rows with gaps, and refuse what no gap can be made of.

    Parameters
    ----------
    workers : Table
        Has all columns.
    outcome, group, weight, cluster : str
        Columns.
    reference : label
        The value of `group` that is the reference.
    covariates : sequence of str
        Columns of the formulas.

    Returns
    -------
    Workers
        With every row that was left out accounted for.

    Raises
    ------
    DataError
        One of the errors that say what is wrong with the table.
    """
    _refuse_repeated(outcome, group, weight, cluster, covariates)
    names = tuple(dict.fromkeys(c for c in (outcome, group, *covariates, weight, cluster) if c is not None))
    rows = plain(collect(workers.select(*names)))
    if not rows.num_rows:
        raise EmptyTableError(NAME)
    numbers = {name: numbers_of(rows[name], name) for name in (outcome, weight) if name is not None}
    if np.isnan(numbers[outcome]).all():
        raise AllMissingError(NAME, outcome, rows.num_rows)
    w = np.ones(rows.num_rows) if weight is None else numbers[weight]
    if (endless := np.isinf(w)).any():
        first = rows[group][int(np.argmax(endless))].as_py()
        raise InfiniteValueError(NAME, str(weight), int(endless.sum()), f"{group} = {first!r}")
    if np.nanmin(w, initial=0.0) < 0:
        raise NegativeWeightError(NAME, str(weight), float(np.nanmin(w)))
    kept, dropped = _complete(rows, names, w, weight)
    if not kept.any():
        if weight is not None and not np.nansum(w):
            raise ZeroWeightError(NAME, weight, "")
        raise NoRowsLeftError(NAME, rows.num_rows, [f"{n} {reason} ({column})" for column, reason, n in dropped])

    groups, labels = coded(rows[group].filter(pa.array(kept)), group)
    other, base = _two(group, labels, reference, label_texts(rows[group]), w, kept, weight)
    values = {name: levels_of(rows[name].filter(pa.array(kept)), name) for name in covariates}
    cell, cells = cells_of(values, int(kept.sum()))
    y, w = numbers[outcome][kept], w[kept]
    if (endless := np.isinf(y)).any():
        raise InfiniteValueError(NAME, outcome, int(endless.sum()), f"{group} = {labels[groups[endless][0]]!r}")
    g, clusters = (None, []) if cluster is None else coded(rows[cluster].filter(pa.array(kept)), cluster)
    if cluster is not None and len(clusters) < 2:
        raise FewClustersError(cluster, clusters, 2)
    in_reference = groups == base
    order = np.lexsort((*(() if g is None else (g,)), w, y, cell, in_reference))
    return Workers(
        y=y[order],
        w=w[order],
        n_other=int((~in_reference).sum()),
        cell=cell[order],
        cells=cells,
        cluster=None if g is None else g[order],
        group=group,
        other=labels[other],
        reference=labels[base],
        rows=rows.num_rows,
        dropped=dropped,
        weighted=weight is not None,
    )


def degrees_of_freedom(workers: Workers, k: int) -> float:
    """Return those of intervals: clusters less one, or workers less the slopes of both groups.

    Parameters
    ----------
    workers : Workers
        As read.
    k : int
        Slopes of one group.

    Returns
    -------
    float
    """
    return float(len(workers.y) - 2 * k if workers.cluster is None else workers.cluster.max())


def refuse_gini(workers: Workers, outcome: str) -> None:
    """Refuse an outcome that has no Gini coefficient.

    Raises
    ------
    NegativeValueError
        If it is below zero for somebody.
    OutsideRangeError
        If it is zero for all of a group.
    """
    if (low := workers.y < 0).any():
        least = float(workers.y.min())
        raise NegativeValueError(NAME, outcome, "the outcome of a gini", int(low.sum()), least, "it is least")
    for rows, label in zip(workers.sides(), (workers.other, workers.reference), strict=True):
        if not workers.y[rows].any():
            told = "is so for all of them, and a gini compares with the mean"
            raise OutsideRangeError(NAME, outcome, 0.0, f"{workers.group} = {label!r}", told)


def _refuse_repeated(
    outcome: str, group: str, weight: str | None, cluster: str | None, covariates: Sequence[str]
) -> None:
    """Refuse a column that plays two parts which exclude each other."""
    parts = {outcome: "the outcome", group: "the group"}
    for column in covariates:
        if column in parts:
            raise RepeatedColumnError(column, parts[column], "a term of the formula")
    for also, part in ((group, "the group"), (weight, "the weight"), (cluster, "the cluster")):
        if also == outcome:
            raise RepeatedColumnError(outcome, "the outcome", part)
    if cluster == group:
        raise RepeatedColumnError(group, "the group", "the cluster")


def _complete(
    rows: pa.Table, names: Sequence[str], w: Array, weight: str | None
) -> tuple[npt.NDArray[np.bool_], list[tuple[str, str, int]]]:
    kept = np.ones(rows.num_rows, dtype=bool)
    dropped = []
    reasons = [(name, "missing", np.asarray(rows[name].is_null())) for name in names]
    if weight is not None:
        reasons.append((weight, "weight of zero", w == 0))
    for name, reason, gone in reasons:
        if n := int((kept & gone).sum()):
            dropped.append((name, reason, n))
        kept &= ~gone
    return kept, dropped


def _two(
    group: str,
    labels: list[str],
    reference: Label,
    all_labels: list[str],
    w: Array,
    kept: npt.NDArray[np.bool_],
    weight: str | None,
) -> tuple[int, int]:
    """Return the places of the other group and of the reference."""
    wanted = label_of(float(reference) if isinstance(reference, float) else reference)
    # A column of truth values may be asked for as 0 and 1, and the reverse.
    truths = {"True": "1", "False": "0", "1": "True", "0": "False"}
    base = wanted if wanted in all_labels else truths.get(wanted, wanted)
    if base not in all_labels:
        raise UnknownGroupError(NAME, group, reference, sorted(all_labels))
    if weight is not None and len(all_labels) == 2 and len(labels) < 2 and not kept.all():
        gone = next(label for label in sorted(all_labels) if label not in labels)
        if not np.nansum(w[~kept]):
            raise ZeroWeightError(NAME, weight, f" where {group} = {gone!r}")
    if len(labels) != 2 or base not in labels:
        raise GroupCountError(NAME, group, labels)
    place = labels.index(base)
    return 1 - place, place
