"""The rows that normal equations are made of, net of what is absorbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from industria.core.table import Table, arrays
from industria.errors import (
    AllMissingError,
    InfiniteValueError,
    NegativeRowsError,
    NoRowsLeftError,
    RepeatedColumnError,
)
from industria.evaluation._holdings import named_owners, owners
from industria.evaluation._pyfixest import demeaner
from industria.evaluation._sample import Dropped, coded, number
from industria.evaluation._two_values import Effect
from industria.kernels.groups import Array, Codes, alone, renumbered

__all__ = ["INTERCEPT", "Columns", "Rows", "rows_of"]

INTERCEPT: Final = "(intercept)"
NOTHING: Final = 1e-7
"""Share of a column's norm below which what is left of it, net of what is absorbed, is noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the panel plays which part; without a unit each row is one."""

    outcome: str
    regressors: tuple[str, ...]
    absorb: tuple[str, ...]
    common: tuple[str, ...]
    cluster: str | None
    weights: str | None
    unit: str | None
    holding: str | None = None

    def __post_init__(self) -> None:
        """Refuse a column that plays two parts which exclude each other."""
        parts: dict[str, str] = {}
        named = [
            ("the outcome", [self.outcome]),
            ("a regressor", self.regressors),
            ("absorbed", self.absorb),
            ("a common effect", self.common),
        ]
        for part, columns in named:
            for column in columns:
                if column in parts:
                    raise RepeatedColumnError(column, parts[column], part)
                parts[column] = part

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that are reckoned with."""
        return (self.outcome, *self.regressors, *([self.weights] if self.weights else []))

    @property
    def labels(self) -> tuple[str, ...]:
        """Columns whose values are names, each once."""
        wanted = (*self.absorb, *self.common, self.cluster, self.unit)
        return tuple(dict.fromkeys(name for name in wanted if name is not None))

    @property
    def all(self) -> tuple[str, ...]:
        """Every column read, each once."""
        return tuple(dict.fromkeys((*self.numbers, *self.labels)))

    @property
    def read(self) -> tuple[str, ...]:
        """Every column, and the holding, which a unit may lack."""
        return tuple(dict.fromkeys((*self.all, *([self.holding] if self.holding else []))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows ready to be added up.

    Attributes
    ----------
    names : tuple of str
        Columns of X in the order of their text: an intercept where nothing is absorbed, dummies of common effects,
        regressors.
    y, X : array, shape (n,); array, shape (n, k)
        Net of what is absorbed, times the root of the weights.
    outcome, w : array, shape (n,)
        As they are: the outcome and the weights.
    plain : array, shape (n, k)
        X as it is.
    unit, g : array, shape (n,)
        Unit and cluster, numbered from 0 without gaps; each row where none is named.
    owner : array, shape (n,)
        Who owns the unit, numbered likewise; the unit itself where nobody tells.
    F : array, shape (n, q)
        Levels of the absorbed effects, numbered likewise.
    effects : list of Effect
        Absorbed, then common.
    when : Effect
        What tells the rows of a unit apart: all effects but the unit.
    units : list of str
        Labels of the units; empty where each row is one.
    owners : list of str
        Name of the owner of each of `units`; empty where nobody tells.
    rows : int
        Of the panel.
    dropped : list
        What was left out.
    """

    names: tuple[str, ...]
    y: Array
    X: Array
    outcome: Array
    w: Array
    plain: Array
    unit: Codes
    g: Codes
    owner: Codes
    F: Codes
    effects: list[Effect]
    when: Effect
    units: list[str]
    owners: list[str]
    rows: int
    dropped: list[Dropped]


def rows_of(panel: Table, columns: Columns) -> Rows:
    """Read a panel once, leave out rows that say nothing, and take out what is absorbed.

    Raises
    ------
    ColumnTypeError, InfiniteValueError, NegativeRowsError, AllMissingError, NoRowsLeftError, RepeatedColumnError
        If the panel holds what cannot be used. Rows are told by their place, never by what they hold.
    """
    values = dict(zip(columns.read, arrays(panel, "panel", *columns.read), strict=True))
    numbers = {name: number(name, values[name]) for name in columns.numbers}
    labeled = {name: coded(values[name]) for name in columns.labels}
    _refuse(columns, numbers)
    kept, dropped = _complete(columns, numbers, {name: codes for name, (codes, _) in labeled.items()})
    order = _in_order(kept, numbers, {name: codes for name, (codes, _) in labeled.items()})
    n = len(order)
    if not n:
        raise NoRowsLeftError("panel", len(kept), [f"{left} {reason} ({column})" for column, reason, left in dropped])

    codes = {name: renumbered(of[order]) for name, (of, _) in labeled.items()}
    found = {name: [texts[i] for i in np.unique(of[order])] for name, (of, texts) in labeled.items()}
    names, plain = _written_out(columns, {name: x[order] for name, x in numbers.items()}, codes, found)
    F = np.column_stack([codes[name] for name in columns.absorb]) if columns.absorb else np.empty((n, 0), np.int64)
    w = _weights(columns, numbers, order)
    y, X = _net(numbers[columns.outcome][order], plain, F, w)
    effects = [Effect(name, codes[name], found[name]) for name in (*columns.absorb, *columns.common)]
    each = np.arange(n)
    unit = codes[columns.unit] if columns.unit else each
    units = found[columns.unit] if columns.unit else []
    held, holdings = coded(values[columns.holding]) if columns.holding else (None, [])
    holding = None if held is None else held[order]
    return Rows(
        names=names,
        y=y,
        X=X,
        outcome=numbers[columns.outcome][order],
        w=w,
        plain=plain,
        unit=unit,
        g=codes[columns.cluster] if columns.cluster else each,
        owner=owners(unit, holding, (columns.unit, columns.holding)),
        F=F,
        effects=effects,
        when=_when([effect for effect in effects if effect.name != columns.unit], n),
        units=units,
        owners=named_owners(unit, units, holding, holdings) if units else [],
        rows=len(kept),
        dropped=dropped,
    )


def _when(effects: Sequence[Effect], n: int) -> Effect:
    """Take several effects for one, each pair of their levels a level."""
    if len(effects) == 1:
        return effects[0]
    codes = np.stack([effect.codes for effect in effects]) if effects else np.zeros((1, n), np.int64)
    levels, of = np.unique(codes, axis=1, return_inverse=True)
    told = [" ".join(effect.levels[i] for effect, i in zip(effects, level, strict=False)) for level in levels.T]
    return Effect("", np.asarray(of, np.int64).reshape(-1), told)


def _weights(columns: Columns, numbers: Mapping[str, Array], order: Codes) -> Array:
    return numbers[columns.weights][order] if columns.weights else np.ones(len(order))


def _net(y: Array, X: Array, F: Codes, w: Array) -> tuple[Array, Array]:
    """Take out what is absorbed; a column of which only noise is left becomes zero."""
    root = np.sqrt(w)[:, None]
    before = np.column_stack([y, X])
    net = (demeaner(F)(before, w) if F.shape[1] else before) * root
    noise = np.linalg.norm(net, axis=0) <= NOTHING * np.linalg.norm(before * root, axis=0)
    net = np.where(noise, 0.0, net)
    return net[:, 0], net[:, 1:]


def _written_out(
    columns: Columns, numbers: Mapping[str, Array], codes: Mapping[str, Codes], found: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, ...], Array]:
    """Write every level of the common effects as a column named for it, so that parts of a sample agree."""
    n = len(numbers[columns.outcome])
    names: list[str] = [] if columns.absorb else [INTERCEPT]
    made: list[Array] = [] if columns.absorb else [np.ones(n)]
    for effect in columns.common:
        names += [f"{effect}={level}" for level in found[effect]]
        made += [(codes[effect] == level).astype(float) for level in range(len(found[effect]))]
    for name in columns.regressors:
        if name in names:
            raise RepeatedColumnError(name, "a level of a common effect", "a regressor")
    written = dict(zip(names, made, strict=True)) | {name: numbers[name] for name in columns.regressors}
    return tuple(sorted(written)), np.column_stack([written[name] for name in sorted(written)])


def _refuse(columns: Columns, numbers: Mapping[str, Array]) -> None:
    for name, values in numbers.items():
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            raise InfiniteValueError("panel", name, len(infinite), f"row = {int(infinite[0]) + 1}")
        if len(values) and np.isnan(values).all():
            raise AllMissingError("panel", name, len(values))
    if columns.weights:
        negative = np.flatnonzero(numbers[columns.weights] < 0)
        if len(negative):
            raise NegativeRowsError("panel", columns.weights, "a weight", len(negative), int(negative[0]) + 1)


def _complete(
    columns: Columns, numbers: Mapping[str, Array], codes: Mapping[str, Codes]
) -> tuple[npt.NDArray[np.bool_], list[Dropped]]:
    """Find the rows without a gap, with weight, and not the only one of an absorbed level."""
    reasons = [
        (name, "missing", np.isnan(numbers[name]) if name in numbers else codes[name] < 0) for name in columns.all
    ]
    if columns.weights:
        reasons.append((columns.weights, "weight of zero", numbers[columns.weights] == 0))
    kept = np.ones(len(numbers[columns.outcome]), dtype=bool)
    dropped = []
    for name, reason, rows in reasons:
        if left := int((kept & rows).sum()):
            dropped.append((name, reason, left))
        kept &= ~rows
    if columns.absorb and kept.any():
        why = alone(np.column_stack([renumbered(codes[name][kept]) for name in columns.absorb]))
        dropped += [
            (name, "singleton", int((why == effect).sum()))
            for effect, name in enumerate(columns.absorb)
            if (why == effect).any()
        ]
        kept[np.flatnonzero(kept)[why >= 0]] = False
    return kept, dropped


def _in_order(kept: npt.NDArray[np.bool_], numbers: Mapping[str, Array], codes: Mapping[str, Codes]) -> Codes:
    """Sort rows by all that they hold, so that the order in which they arrive changes not even the last bit."""
    keys: list[npt.NDArray[Any]] = [*reversed([x[kept] for x in numbers.values()])]
    keys += reversed([code[kept] for code in codes.values()])
    return np.asarray(np.flatnonzero(kept)[np.lexsort(keys)], dtype=np.int64)
