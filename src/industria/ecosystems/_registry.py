"""Actors, capabilities and the vocabulary of a registry, checked against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from industria.core.table import TableLike
from industria.ecosystems._naics import FINEST, SECTORS, nearest_industry, vintages
from industria.ecosystems._states import STATES, nearest_state
from industria.ecosystems._typed import Typed, nearest, plain
from industria.errors import EmptyTableError
from industria.kernels.likeness import likeness

__all__ = ["ABOVE", "EVIDENCE", "KINDS", "TYPES", "Tree", "actors_of", "capabilities_of", "likely", "merged", "tree_of"]

KINDS: Final = (
    "firm", "laboratory", "test_house", "certifier", "regulator", "university", "college", "funder", "broker",
    "association", "hospital", "logistics", "government",
)  # fmt: skip
TYPES: Final = (
    "process", "machine", "material", "certification", "clean_room", "labor", "test", "transport", "input",
)  # fmt: skip
EVIDENCE: Final = ("inspected", "declared", "inferred")
PLACES: Final = ("state", "county", "postal_code")
LIKE: Final = 0.8
"""Similarity of two names from which they are probably one."""
ABOVE: Final = " > "
"""Stands between a code and the one below it, from the root of its tree on."""
LENGTH: Final = f"it has not 2 to {FINEST} digits"

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


def actors_of(data: TableLike) -> Typed:
    """Check actors, each by itself and against repeated ids."""
    typed = Typed(data, "actors", "actor", "name", "kind")
    if not typed.rows.num_rows:
        raise EmptyTableError("actors")
    typed.need("actor")
    for column in ("name", "kind"):
        for i in (i for i, cell in enumerate(typed.texts(column)) if cell is None):
            typed.tell(i, column, None, "it is missing")
    typed.put("name", typed.texts("name"), pa.string())
    typed.words("kind", KINDS, "kind of actor")
    if typed.has("naics"):
        _industries(typed)
    if typed.has("employment"):
        typed.numbers("employment", 0, np.inf, "it is negative", lambda value: f"{-value:g}")
    for column, most in (("latitude", 90), ("longitude", 180)):
        if typed.has(column):
            typed.numbers(column, -most, most, f"it is outside [-{most}, {most}]", lambda _: None)
    for column in ("county", "postal_code", "source"):
        if typed.has(column):
            typed.put(column, typed.texts(column), pa.string())
    if typed.has("state"):
        _states(typed)
    _repeated_ids(typed)
    return typed


def _industries(typed: Typed) -> None:
    """Tell which vintages have each code; what none has stays as it is, and is told."""
    cells, stated = typed.texts("naics"), []
    for i, cell in enumerate(cells):
        code = None if cell is None else cell if cell in SECTORS else cell.rstrip("-/")
        cells[i], found = code, vintages(code or "")
        stated.append(", ".join(map(str, found)) or None)
        if cell is None or code is None or found:
            continue
        whole = code.isdigit() and 2 <= len(code) <= FINEST
        wrong = "it is no code of NAICS 2012, 2017 or 2022" if whole else LENGTH
        typed.tell(i, "naics", cell, wrong, nearest_industry(code))
    typed.put("naics", cells, pa.string())
    typed.put("naics_vintage", stated, pa.string())


def _states(typed: Typed) -> None:
    cells = typed.texts("state")
    for i, cell in enumerate(cells):
        if cell is None or cell in STATES:
            continue
        near = nearest_state(cell)
        # A name in full, or a code in small letters, leaves no doubt.
        if near and cell.casefold() in (near.casefold(), STATES[near].casefold()):
            typed.tell(i, "state", cell, "it is spelled in another way; put right", near)
            cells[i] = near
        else:
            typed.tell(i, "state", cell, "it is no code of a US state", near)
    typed.put("state", cells, pa.string())


def _repeated_ids(typed: Typed) -> None:
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


def capabilities_of(
    data: TableLike, actors: Typed, became: Mapping[str, str], tree: Tree | None, as_of: dt.date | None
) -> Typed:
    """Check capabilities against actors and vocabulary, and leave out what is not valid on a day."""
    typed = Typed(data, "capabilities", "actor", "type", "code")
    typed.need("actor", "type", "code")
    known = {actor for actor, leaves in zip(actors.texts("actor"), actors.leaves, strict=True) if actor and not leaves}
    spelled = {plain(actor): actor for actor in sorted(known)}
    owners = [became.get(actor, actor) if actor else None for actor in typed.texts("actor")]
    near: dict[str, str | None] = {}
    for i, actor in enumerate(owners):
        if actor is not None and actor not in known:
            near.setdefault(actor, nearest(actor, spelled))
            typed.drop(i, "actor", actor, "actors does not list it", near[actor])
    typed.put("actor", owners, pa.string())
    types = list(dict.fromkeys([*TYPES, *(tree.spellings if tree else ())]))
    typed.words("type", types, "type of capability")
    if tree:
        _codes(typed, tree)
    if typed.has("evidence"):
        typed.words("evidence", EVIDENCE, "kind of evidence")
    if typed.has("scale"):
        typed.numbers("scale", 0, np.inf, "it is negative", lambda value: f"{-value:g}")
    if typed.has("confidence"):
        # Who typed 85 meant a percentage. Null would be certain where the evidence is.
        typed.numbers(
            "confidence",
            0,
            1,
            "it is outside [0, 1]",
            lambda v: f"{v / 100:g}" if 2 < v <= 100 else int(v > 0),
            instead=0.0,
            made="made 0, the capability is unknown",
            percent=True,
        )
    _validity(typed, as_of)
    _repeated_capabilities(typed)
    return typed


def _codes(typed: Typed, tree: Tree) -> None:
    """Check codes within their types; a code of another type is told with that type."""
    own = {kind: {plain(one) for one in words} for kind, words in tree.spellings.items()}
    elsewhere = {one: kind for kind, words in own.items() for one in words}
    types, codes = typed.texts("type"), typed.texts("code")
    groups: list[str | None] = []
    for i, (kind, code) in enumerate(zip(types, codes, strict=True)):
        spelled = plain(code or "")
        other = elsewhere.get(spelled)
        if kind in own and other is not None and spelled not in own[kind]:
            typed.tell(i, "type", kind, f"the code {code!r} is one of {other}", other)
            groups.append(None)
        else:
            groups.append(kind)
            if kind in TYPES and kind not in tree.spellings and code is not None:
                typed.tell(i, "code", code, f"the vocabulary has no codes of {kind}")
    typed.words_by("code", groups, tree.spellings, lambda kind: f"code of {kind}")
    keys = zip(typed.texts("type"), typed.texts("code"), strict=True)
    typed.put("path", [tree.paths.get((str(kind), str(code))) for kind, code in keys], pa.string())


def _repeated_capabilities(typed: Typed) -> None:
    """Tell each further row of a capability; it stays, for its scale or confidence may be the larger."""
    first: dict[tuple[str | None, ...], int] = {}
    keys = zip(*(typed.texts(column) for column in ("actor", "type", "code")), strict=True)
    for i, key in enumerate(keys):
        if not typed.leaves[i] and first.setdefault(key, i) != i:
            typed.tell(i, "code", key[-1], f"row {first[key] + 1} has this capability of the actor too")


def _validity(typed: Typed, as_of: dt.date | None) -> None:
    for column in ("valid_from", "valid_to"):
        if typed.has(column):
            typed.days(column)
    n = typed.rows.num_rows
    begins = typed.rows["valid_from"].to_pylist() if typed.has("valid_from") else [None] * n
    ends = typed.rows["valid_to"].to_pylist() if typed.has("valid_to") else [None] * n
    for i, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        if begin and end and end < begin:
            typed.tell(i, "valid_to", end, f"it is before valid_from, {begin}")
        if as_of and end and end < as_of:
            typed.drop(i, "valid_to", end, f"it has expired by {as_of}")
        elif as_of and begin and begin > as_of:
            typed.drop(i, "valid_from", begin, f"it is not valid yet on {as_of}")
