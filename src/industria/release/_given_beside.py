"""A column of numbers beside estimates or averages, as cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._given import COUNT, GAP, Given, Labels
from industria.release._leaving import Leaving
from industria.release._names import Named, named

__all__ = ["NUMBER", "different", "given_beside", "labels_of", "named_in", "numbers", "owned", "texts"]

Array = npt.NDArray[np.float64]

NUMBER: Final = "number"
"""The dimension of numbers that stand beside estimates."""


def given_beside(
    step: Leaving,
    column: str,
    *,
    variable: str,
    by: tuple[str, ...],
    labels: tuple[Labels, ...],
    leaf: tuple[Labels, ...],
    who: Named,
    owner: Named,
    x: Array,
    population: str,
    weighted: Array | None = None,
    times: int = 1,
    has_weights: bool = False,
    has_holdings: bool = False,
) -> Given:
    n = len(x)
    return Given(
        step=step.name,
        column=column,
        variable=variable,
        unit=str(step.facts["unit"]),
        population=population,
        period="",
        counts=variable == COUNT,
        by=by,
        labels=labels,
        shown=np.ones(len(labels[0].ids) if labels else 1, bool),
        total=None,
        trees={},
        leaf=leaf,
        who=who,
        owner=owner,
        x=x,
        weighted=x if weighted is None else weighted,
        waived=np.zeros(n, bool),
        requested=np.zeros(n, bool),
        number=np.zeros(n, np.int32),
        has_weights=has_weights,
        has_holdings=has_holdings,
        has_contributors=True,
        times=times,
        beside=True,
    )


def different(leaf: Sequence[Labels]) -> tuple[Labels, ...]:
    """List each cell once, in order."""
    cells = np.unique(np.stack([one.ids for one in leaf]), axis=1) if leaf else np.zeros((0, 1), np.int64)
    return tuple(Labels(one.words, ids) for one, ids in zip(leaf, cells, strict=True))


def labels_of(texts: Iterable[str]) -> Labels:
    number: dict[str, int] = {}
    ids = [number.setdefault(text, len(number)) for text in texts]
    return Labels(list(number), np.array(ids, np.int64))


def named_in(texts: Iterable[str]) -> Named:
    return named(pa.array(list(texts), pa.string()))


def owned(who: Named, owner: Mapping[str, str]) -> Named:
    """Name the holding of each unit; one that has none owns itself."""
    held = named_in(owner.get(name, f"unit {name}") for name in who.names)
    return Named(held.names, held.ids[who.ids])


def texts(column: Any) -> list[str]:
    found: list[str] = pc.fill_null(column.cast(pa.string()), GAP).to_pylist()
    return found


def numbers(column: Any) -> Array:
    values = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), float)
    return np.where(np.isnan(values), 0.0, values)
