"""Rows of a registry that are one actor: those of one id, and those that probably are."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pyarrow as pa

from industria.ecosystems._typed import Typed
from industria.kernels.likeness import likeness

PLACES: Final = ("state", "county", "postal_code")
LIKE: Final = 0.8
"""Similarity of two names from which they are probably one."""


def keep_fullest(typed: Typed) -> None:
    """Keep the fullest of the rows that bear one id."""
    rows: dict[str, list[int]] = {}
    for i, actor in enumerate(typed.texts("actor")):
        if actor is not None:
            rows.setdefault(actor, []).append(i)
    for actor, several in rows.items():
        if len(several) > 1:
            first, *others = sorted(several, key=lambda i: _fullness(typed.rows, i))
            for i in others:
                typed.drop(i, "actor", actor, f"row {first + 1} has this id too, and is the fullest")


def _fullness(rows: pa.Table, i: int) -> tuple[int, str]:
    cells = [rows[column][i].as_py() for column in rows.column_names]
    return sum(cell is None for cell in cells), repr(cells)


class Pair(NamedTuple):
    """Two rows that are probably one actor, the fuller first."""

    kept: int
    other: int
    similarity: float


def likely(typed: Typed) -> list[Pair]:
    """Find actors of like names whose places, as far as both are told, are the same."""
    names = [None if typed.leaves[i] else name for i, name in enumerate(typed.texts("name"))]
    places = [_places(typed, column) for column in PLACES if typed.has(column)]
    pairs = []
    for i, j, similarity in zip(*(part.tolist() for part in likeness(names, LIKE)), strict=True):
        if all(place[i] == place[j] or None in (place[i], place[j]) for place in places):
            first, second = sorted((i, j), key=lambda k: _fullness(typed.rows, k))
            pairs.append(Pair(first, second, similarity))
    return pairs


def _places(typed: Typed, column: str) -> list[str | None]:
    cells = [cell.casefold() if cell else None for cell in typed.texts(column)]
    # The four digits after the dash are a block of houses.
    return [cell.split("-")[0] if cell else None for cell in cells] if column == "postal_code" else cells


def merged(typed: Typed, pairs: list[Pair]) -> dict[str, str]:
    """Make one row of each set of likely duplicates, the fullest filled up from the others.

    Returns
    -------
    dict of str to str
        Which actor another one became.
    """
    groups: dict[int, set[int]] = {}
    for pair in pairs:
        both = groups.get(pair.kept, {pair.kept}) | groups.get(pair.other, {pair.other})
        groups |= dict.fromkeys(both, both)
    became: dict[str, str] = {}
    filled: dict[str, list[Any]] = {column: typed.rows[column].to_pylist() for column in typed.rows.column_names}
    for group in {min(group): group for group in groups.values()}.values():
        first, *others = sorted(group, key=lambda k: _fullness(typed.rows, k))
        for i in others:
            typed.leaves[i] = True
            became[filled["actor"][i]] = filled["actor"][first]
            for cells in filled.values():
                cells[first] = cells[i] if cells[first] is None else cells[first]
    for column, cells in filled.items():
        typed.put(column, cells, typed.rows[column].type)
    return became
