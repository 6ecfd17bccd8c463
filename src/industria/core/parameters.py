"""Values, of a study file or of a call, against the types of a signature."""

from __future__ import annotations

import collections.abc as abc
import datetime as dt
import inspect
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from industria.errors import hint, listing

__all__ = ["Parameter", "misfit", "told", "type_in_words", "wrong_parameters"]

_PLAIN: Final[dict[Any, str]] = {
    bool: "true or false",
    dt.date: "a date",
    dt.datetime: "a date and time",
    float: "a number",
    int: "a whole number",
    str: "text",
}
_LISTS: Final = (abc.Sequence, abc.Collection, abc.Iterable, list, tuple, set, frozenset)
_TABLES: Final = (abc.Mapping, dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A keyword of a measure or a reader: its name, type and default (`inspect.Parameter.empty` where it has none)."""

    name: str
    type: Any
    default: Any

    @property
    def required(self) -> bool:
        """Whether the measure cannot do without it."""
        return self.default is inspect.Parameter.empty


def wrong_parameters(
    given: Mapping[str, Any], parameters: Mapping[str, Parameter], user: str, others: Collection[str] = ()
) -> dict[str, str]:
    """Tell what is wrong with the parameters that a study gives.

    Parameters
    ----------
    given : mapping of str to Any
        Keys and values as `tomllib` reads them.
    parameters : mapping of str to Parameter
        What the measure or reader takes.
    user : str
        Who gives them, for the messages: step 'effect' (evaluation.fixed_effects).
    others : collection of str
        Its table arguments: they, too, may be what was meant.

    Returns
    -------
    dict of str to str
        By key: what is wrong, what is there and the nearest right word. A
        parameter that is missing stands under its own name.
    """
    takes = [*others, *parameters]
    wrong = {}
    for key, value in given.items():
        if key not in parameters:
            wrong[key] = f"{user} has no parameter {key!r}; it takes {listing(takes, 40)}.{hint(key, takes)}"
        elif wanted := misfit(value, parameters[key].type):
            wrong[key] = f"the parameter {key!r} of {user} takes {wanted[0]}, got {told(value)}.{wanted[1]}"
    for key, parameter in parameters.items():
        if parameter.required and key not in given:
            near = hint(key, [word for word in given if word not in parameters])
            wrong[key] = f"{user} lacks the parameter {key!r}.{near}"
    return wrong


def misfit(value: Any, kind: Any) -> tuple[str, str] | None:
    """Tell what a type takes where a value does not fit it.

    Returns
    -------
    tuple of (str, str) or None
        What is taken, in words, and the nearest choice; None where the value
        fits, or the type is none that a file could spell.
    """
    if kind in (Any, object):
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _wanted(kind) if misfit(value, inner[0]) else None
    if origin is Literal:
        known = any(type(value) is type(choice) and value == choice for choice in inner)
        return None if known else _wanted(kind, hint(str(value), [str(choice) for choice in inner]))
    if origin in (Union, types.UnionType):
        return _in_union(value, [member for member in inner if member is not types.NoneType])
    if origin in _LISTS or kind in _LISTS:
        return _in_list(value, kind)
    if origin in _TABLES or kind in _TABLES:
        if not isinstance(value, dict):
            return _wanted(kind)
        missed = [found for item in value.values() if inner and (found := misfit(item, inner[1]))]
        return _wanted(kind, missed[0][1]) if missed else None
    return None if kind not in _PLAIN or _fits(value, kind) else _wanted(kind)


def _in_union(value: Any, members: list[Any]) -> tuple[str, str] | None:
    found = [misfit(value, member) for member in members]
    missed = [one for one in found if one is not None]
    if len(missed) < len(found):
        return None
    return " or ".join(dict.fromkeys(wanted for wanted, _ in missed)), next((near for _, near in missed if near), "")


def _in_list(value: Any, kind: Any) -> tuple[str, str] | None:
    inner = [member for member in get_args(kind) if member is not Ellipsis]
    # Text is a sequence of letters to Python, never to a person.
    if not isinstance(value, list):
        near = f" Write [{told(value)}]." if inner and misfit(value, inner[0]) is None else ""
        return _wanted(kind, near)
    if get_origin(kind) is tuple and Ellipsis not in get_args(kind):
        fits = len(value) == len(inner) and not any(map(misfit, value, inner))
        return None if fits else _wanted(kind)
    missed = [found for item in value if inner and (found := misfit(item, inner[0]))]
    return _wanted(kind, missed[0][1]) if missed else None


def _fits(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _wanted(kind: Any, near: str = "") -> tuple[str, str]:
    return type_in_words(kind), near


def type_in_words(kind: Any) -> str:
    """Say what a parameter of a type takes: a whole number, one of 'iid', 'HC1', a list, each the name of a column."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return "the name of a column" if "column" in inner[1:] else type_in_words(inner[0])
    if origin is Literal:
        return f"one of {listing([repr(choice) for choice in inner], 40)}"
    if origin in (Union, types.UnionType):
        return " or ".join(type_in_words(member) for member in inner if member is not types.NoneType)
    if origin is tuple and Ellipsis not in inner:
        return f"a list of {len(inner)}: {', '.join(type_in_words(member) for member in inner)}"
    if origin in _LISTS or kind in _LISTS:
        return f"a list, each {type_in_words(inner[0])}" if inner else "a list"
    if origin in _TABLES or kind in _TABLES:
        return f"a table, each value {type_in_words(inner[1])}" if inner else "a table"
    return _PLAIN.get(kind, getattr(kind, "__name__", str(kind)))


def told(value: object) -> str:
    """Write a value as TOML would, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
