"""Actors and capabilities of a registry, checked against each other and the vocabulary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.table import TableLike
from industria.ecosystems._naics import FINEST, SECTORS, nearest_industry, vintages
from industria.ecosystems._same_actor import keep_fullest
from industria.ecosystems._states import STATES, nearest_state
from industria.ecosystems._typed import Typed, nearest, plain
from industria.ecosystems._vocabulary import Tree
from industria.errors import EmptyTableError

__all__ = ["EVIDENCE", "KINDS", "TYPES", "actors_of", "capabilities_of"]

KINDS: Final = (
    "firm", "laboratory", "test_house", "certifier", "regulator", "university", "college", "funder", "broker",
    "association", "hospital", "logistics", "government",
)  # fmt: skip
TYPES: Final = (
    "process", "machine", "material", "certification", "clean_room", "labor", "test", "transport", "input",
)  # fmt: skip
EVIDENCE: Final = ("inspected", "declared", "inferred")
LENGTH: Final = f"it has not 2 to {FINEST} digits"


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
    keep_fullest(typed)
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
