"""Which columns and facts an address may name, before a byte of data is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

from industria.core.result import SUPPORT
from industria.core.value import Address
from industria.errors import UsageError, hint, listing
from industria.study.model import Study
from industria.study.shapes import Shape
from industria.study.walk import Walk, walk

__all__ = ["Known", "columns", "columns_of", "wrong_address"]

Known: TypeAlias = dict[str, tuple[str, ...] | None]


def columns(study: Study, *, local_code: bool = True) -> Known:
    """List what each step will have for addresses in claims and in prose.

    Parameters
    ----------
    study : Study
        As `load` reads it.
    local_code : bool
        Whether measures of the study's own folder may be imported.

    Returns
    -------
    dict of str to (tuple of str or None)
        `effect`: its columns, then its facts; `effect.inferences`: the columns
        of that further table. None where nothing is known before the data.
    """
    return columns_of(study, walk(study, local_code=local_code))


def columns_of(study: Study, seen: Walk) -> Known:
    """List what each step will have, as a walk has seen it."""
    found: Known = {}
    for name in study.steps:
        made = seen.made[name]
        told = [fact for fact in made.facts if not fact.startswith(SUPPORT)]
        found[name] = (*_shown(made.table), *told) if _whole(made.table) and made.closed else None
        for table, shape in made.tables.items():
            found[f"{name}.{table}"] = _shown(shape) if _whole(shape) else None
    return found


def _whole(shape: Shape | None) -> TypeGuard[Shape]:
    return shape is not None and not shape.more


def _shown(shape: Shape) -> tuple[str, ...]:
    """Leave out what stands there for disclosure control alone."""
    return tuple(name for name in shape.names if not name.startswith(SUPPORT))


def wrong_address(address: str, known: Mapping[str, Sequence[str] | None]) -> str | None:
    """Tell what is wrong with an address, as far as it can be told without data.

    Parameters
    ----------
    address : str
        As in `effect[term=grant].estimate`.
    known : mapping
        From `columns`.

    Returns
    -------
    str or None
        What is wrong and the nearest right word; None where nothing is.
    """
    try:
        parsed = Address.parse(address)
    except UsageError as error:
        return str(error)
    steps = [place for place in known if "." not in place]
    if parsed.step not in steps:
        return f"{address}: there is no step {parsed.step!r}; there are {listing(steps, 40)}.{hint(parsed.step, steps)}"
    if parsed.place not in known:
        # A result that is known in full has no further tables than these.
        tables = [place.partition(".")[2] for place in known if place.startswith(f"{parsed.step}.")]
        if known[parsed.step] is None:
            return None
        there = f"it gives {listing(tables)}" if tables else "it gives no further tables"
        return f"{address}: {parsed.step!r} gives no table {parsed.table!r}; {there}.{hint(str(parsed.table), tables)}"
    names = known[parsed.place]
    if names is None:
        return None
    for column in (*(key for key, _ in parsed.keys), parsed.column):
        if column not in names:
            return (
                f"{address}: {parsed.place} has no column {column!r}; it has {listing(names, 40)}.{hint(column, names)}"
            )
    return None
