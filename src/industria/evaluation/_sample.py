"""The rows of a panel that an estimate can use, and what became of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Table, arrays
from industria.errors import (
    AllMissingError,
    ColumnTypeError,
    ConstantTreatmentError,
    DuplicateRowError,
    InfiniteValueError,
    NegativeValueError,
    NoRowsLeftError,
    OneUnitError,
    RepeatedColumnError,
)
from industria.evaluation._holdings import named_owners, owners
from industria.kernels.groups import Array, Codes, alone, present, renumbered

__all__ = ["Columns", "Dropped", "Sample", "coded", "number", "sample"]

Mask = npt.NDArray[np.bool_]
Dropped = tuple[str, str, int]
"""A column, why rows were left out because of it, and how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the panel plays which part."""

    outcome: str
    treatment: tuple[str, ...]
    controls: tuple[str, ...]
    unit: str
    time: str
    effects: tuple[str, ...]
    cluster: str
    weights: str | None
    holding: str | None = None

    def __post_init__(self) -> None:
        """Refuse a column that plays two parts which exclude each other."""
        regressors = [("a treatment", name) for name in self.treatment] + [
            ("a control", name) for name in self.controls
        ]
        parts: dict[str, str] = {self.outcome: "the outcome"}
        for part, name in regressors:
            if name in parts:
                raise RepeatedColumnError(name, parts[name], part)
            parts[name] = part
        if self.unit == self.time:
            raise RepeatedColumnError(self.unit, "the unit", "the time")

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that are reckoned with."""
        return (self.outcome, *self.treatment, *self.controls, *([self.weights] if self.weights else []))

    @property
    def all(self) -> tuple[str, ...]:
        """Every column read, each once."""
        return tuple(dict.fromkeys((*self.numbers, *self.labels)))

    @property
    def labels(self) -> tuple[str, ...]:
        """Columns whose values are names and may not be missing, each once."""
        return tuple(dict.fromkeys((self.unit, self.time, *self.effects, self.cluster)))

    @property
    def read(self) -> tuple[str, ...]:
        """Every column, and the holding, which a unit may lack."""
        return tuple(dict.fromkeys((*self.all, *([self.holding] if self.holding else []))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows ready for an estimate, sorted by unit and time.

    Attributes
    ----------
    y, w : array, shape (n,)
        Outcome and positive weights.
    D, C : array, shape (n, k), (n, m)
        Treatments and controls.
    unit, time, g : array, shape (n,)
        Numbered from 0 without gaps; g is the cluster.
    owner : array, shape (n,)
        Who owns the unit, numbered likewise; the unit itself where nobody tells.
    F : array, shape (n, q)
        Levels of the effects, numbered likewise; one level for all where only an intercept is wanted.
    times, clusters, units : list of str
        Labels, in the order of their numbers.
    owners : list of str
        Name of the owner of each of `units`; empty where nobody tells.
    rows : int
        Of the panel.
    dropped : list
        What was left out.
    """

    y: Array
    D: Array
    C: Array
    w: Array
    unit: Codes
    time: Codes
    g: Codes
    owner: Codes
    F: Codes
    times: list[str]
    clusters: list[str]
    units: list[str]
    owners: list[str]
    rows: int
    dropped: list[Dropped]


def sample(panel: Table, columns: Columns, family: str) -> Sample:
    """Read a panel once, refuse what no estimate can use, and leave out what says nothing.

    Parameters
    ----------
    panel : Table
        Has the columns.
    columns : Columns
        Which is what.
    family : str
        With "poisson" the outcome may not be negative, and levels without a positive outcome go.

    Returns
    -------
    Sample
        With every row left out accounted for.

    Raises
    ------
    DataError
        One of the errors that say what is wrong with the panel.
    """
    names = columns.read
    values = dict(zip(names, arrays(panel, "panel", *names), strict=True))
    codes, labels = {}, {}
    for name in dict.fromkeys((*columns.labels, *([columns.holding] if columns.holding else []))):
        codes[name], labels[name] = coded(values[name])
    # Sorted once here, so that the order in which rows arrive changes nothing, not even the last bit.
    order = np.lexsort((codes[columns.time], codes[columns.unit]))
    numbers = {name: number(name, values[name])[order] for name in columns.numbers}
    codes = {name: code[order] for name, code in codes.items()}

    _refuse(columns, numbers, codes, labels, family)
    kept, dropped = _complete(columns, numbers, codes)
    units = present(codes[columns.unit][kept])
    if len(units) == 1:
        raise OneUnitError("panel", columns.unit, labels[columns.unit][units[0]])
    dropped += _left_alone(columns, numbers[columns.outcome], codes, kept, family)
    if not kept.any():
        raise NoRowsLeftError("panel", len(kept), [f"{n} {reason} ({column})" for column, reason, n in dropped])
    made = _assembled(columns, {k: v[kept] for k, v in numbers.items()}, {k: v[kept] for k, v in codes.items()}, labels)
    return Sample(**made, rows=len(kept), dropped=dropped)


def _assembled(
    columns: Columns, numbers: dict[str, Array], codes: dict[str, Codes], labels: dict[str, list[str]]
) -> dict[str, Any]:
    n = len(codes[columns.unit])
    holding = codes.get(columns.holding or "")
    units = [labels[columns.unit][i] for i in present(codes[columns.unit])]
    for name in columns.treatment:
        if np.ptp(numbers[name]) == 0:
            raise ConstantTreatmentError(name, float(numbers[name][0]), n)
    ranks = {name: renumbered(codes[name]) for name in columns.labels}
    effects = [ranks[name] for name in columns.effects] or [np.zeros(n, dtype=np.int64)]
    return {
        "y": numbers[columns.outcome],
        "D": _stacked(numbers, columns.treatment, n),
        "C": _stacked(numbers, columns.controls, n),
        "w": numbers[columns.weights] if columns.weights else np.ones(n),
        "unit": ranks[columns.unit],
        "time": ranks[columns.time],
        "g": ranks[columns.cluster],
        "owner": owners(ranks[columns.unit], holding, (columns.unit, columns.holding)),
        "F": np.column_stack(effects),
        "times": [labels[columns.time][i] for i in present(codes[columns.time])],
        "clusters": [labels[columns.cluster][i] for i in present(codes[columns.cluster])],
        "units": units,
        "owners": named_owners(ranks[columns.unit], units, holding, labels.get(columns.holding or "", [])),
    }


def _stacked(numbers: dict[str, Array], names: Sequence[str], n: int) -> Array:
    return np.column_stack([numbers[name] for name in names]) if names else np.empty((n, 0))


def coded(values: npt.NDArray[Any]) -> tuple[Codes, list[str]]:
    """Give the labels numbers in their order; a missing one gets -1."""
    encoded = pa.array(values, from_pandas=True).dictionary_encode()
    found = encoded.dictionary.to_numpy(zero_copy_only=False)
    order = np.argsort(found, kind="stable")
    texts = found[order].tolist() if pa.types.is_string(encoded.type.value_type) else [_text(found[i]) for i in order]
    # The last place is read by the index -1 and stays -1.
    rank = np.full(len(found) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(found))
    return rank[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)], texts


def _text(label: Any) -> str:
    """Write a label; codes that arrive as 410032.0, as pandas has them beside gaps, are whole."""
    if isinstance(label, np.datetime64):
        return str(np.datetime_as_string(label, unit="auto"))
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def number(column: str, values: npt.NDArray[Any]) -> Array:
    if values.dtype.kind not in "biuf":
        raise ColumnTypeError("panel", column, "a number in every row", "text or dates")
    return values.astype(np.float64)


def _refuse(
    columns: Columns, numbers: dict[str, Array], codes: dict[str, Codes], labels: dict[str, list[str]], family: str
) -> None:
    def where(row: int) -> str:
        keys = (columns.unit, columns.time)
        return ", ".join(f"{key} = {labels[key][codes[key][row]] if codes[key][row] >= 0 else None!r}" for key in keys)

    for name, values in numbers.items():
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            raise InfiniteValueError("panel", name, len(infinite), where(int(infinite[0])))
    y = numbers[columns.outcome]
    if np.isnan(y).all():
        raise AllMissingError("panel", columns.outcome, len(y))
    signed = {columns.outcome: "the outcome of a Poisson regression"} if family == "poisson" else {}
    signed |= {columns.weights: "a weight"} if columns.weights else {}
    for name, role in signed.items():
        negative = np.flatnonzero(numbers[name] < 0)
        if len(negative):
            first = int(negative[0])
            raise NegativeValueError("panel", name, role, len(negative), float(numbers[name][first]), where(first))
    unit, time = codes[columns.unit], codes[columns.time]
    again = (np.diff(unit) == 0) & (np.diff(time) == 0) & (unit[1:] >= 0) & (time[1:] >= 0)
    if again.any():
        first = int(np.argmax(again))
        times = int(((unit == unit[first]) & (time == time[first])).sum())
        raise DuplicateRowError("panel", (columns.unit, columns.time), where(first), times, int(again.sum()))


def _complete(columns: Columns, numbers: dict[str, Array], codes: dict[str, Codes]) -> tuple[Mask, list[Dropped]]:
    """Find the rows without a gap and with weight, and count the others by the first reason that holds."""
    reasons = [
        (name, "missing", np.isnan(numbers[name]) if name in numbers else codes[name] < 0) for name in columns.all
    ]
    if columns.weights:
        reasons.append((columns.weights, "weight of zero", numbers[columns.weights] == 0))
    kept = np.ones(len(codes[columns.unit]), dtype=bool)
    dropped = []
    for name, reason, rows in reasons:
        if n := int((kept & rows).sum()):
            dropped.append((name, reason, n))
        kept &= ~rows
    return kept, dropped


def _left_alone(columns: Columns, y: Array, codes: dict[str, Codes], kept: Mask, family: str) -> list[Dropped]:
    """Take out of `kept` the rows that their effects fit exactly, until none is left."""
    if not columns.effects:
        return []
    found: Counter[tuple[str, str]] = Counter()
    before = -1
    while before != (before := int(kept.sum())) and before:
        F = np.column_stack([codes[name][kept] for name in columns.effects])
        why = alone(F)
        gone = why >= 0
        found.update((columns.effects[effect], "singleton") for effect in why[gone])
        for effect, name in enumerate(columns.effects if family == "poisson" else ()):
            silent = (np.bincount(F[:, effect], weights=y[kept] > 0)[F[:, effect]] == 0) & ~gone
            found[name, "no positive outcome at this level"] += int(silent.sum())
            gone |= silent
        kept[np.flatnonzero(kept)[gone]] = False
    return [(column, reason, n) for (column, reason), n in found.items() if n]
