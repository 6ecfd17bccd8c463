"""The vocabulary of a registry: codes by type, their names, and the way to each from the root of its tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from industria.core.table import TableLike
from industria.ecosystems._typed import Typed, nearest, plain

ABOVE: Final = " > "
"""Stands between a code and the one below it, from the root of its tree on."""

Key = tuple[str, str]


class Tree(NamedTuple):
    """Codes by type: what they and their names are called, and the way to each from the root."""

    spellings: dict[str, dict[str, str]]
    paths: dict[Key, str]


def tree_of(data: TableLike) -> tuple[Tree, Typed]:
    """Read a vocabulary; parents that are not listed, and circles, are told and cut."""
    typed = Typed(data, "vocabulary", "type", "code", "name")
    typed.need("type", "code")
    kinds, codes, names = typed.texts("type"), typed.texts("code"), typed.texts("name")
    above = typed.texts("parent") if typed.has("parent") else [None] * len(codes)
    parents: dict[Key, str | None] = {}
    place: dict[Key, int] = {}
    spellings: dict[str, dict[str, str]] = {}
    for i in np.flatnonzero(~typed.leaves).tolist():
        key = (str(kinds[i]), str(codes[i]))
        if key in parents:
            typed.drop(i, "code", key[1], f"it stands in row {place[key] + 1} too")
            continue
        parents[key], place[key] = above[i], i
        listed = spellings.setdefault(key[0], {})
        listed |= {spelled: key[1] for spelled in (names[i],) if spelled and spelled not in listed}
        listed[key[1]] = key[1]
    for key, parent in parents.items():
        if parent is not None and (key[0], parent) not in parents:
            typed.tell(
                place[key], "parent", parent, f"it is no code of {key[0]}", nearest(parent, _plain(spellings, key))
            )
            parents[key] = None
    return Tree(spellings, {key: _path(key, parents, place, typed) for key in parents}), typed


def _plain(spellings: Mapping[str, Mapping[str, str]], key: Key) -> dict[str, str]:
    return {plain(code): code for code in spellings[key[0]].values() if code != key[1]}


def _path(key: Key, parents: dict[Key, str | None], place: Mapping[Key, int], typed: Typed) -> str:
    line, code = [key[1]], parents[key]
    while code is not None:
        if code in line:
            circle = " > ".join([code, *reversed(line[line.index(code) :])])
            typed.tell(place[key], "parent", parents[key], f"it goes round in a circle: {circle}")
            parents[key] = None
            return key[1]
        line.append(code)
        code = parents[key[0], code]
    return ABOVE.join(reversed(line))
