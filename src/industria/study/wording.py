"""What pydantic found wrong, in the words of the study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from industria.core.parameters import told
from industria.errors import hint, listing
from industria.study.lines import Place
from industria.study.model import StudyFile

__all__ = ["whose", "wording"]

_WANTED: Final = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "string_type": "text",
    "tuple_type": "a list",
}
_TEXT: Final = 'text, or one text a language: { en = "…", pt-BR = "…" }'


def wording(error: ValidationError, said: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """List what is wrong in a study, each with its place.

    Parameters
    ----------
    error : ValidationError
        Of `StudyFile`.
    said : mapping
        What the file says, as `tomllib` reads it.

    Returns
    -------
    list of (Place, str)
        In the order of the model, each once: a text that is no text is told
        once, not once for each form that it may have.
    """
    found: dict[tuple[Place, str], None] = {}
    for detail in error.errors(include_url=False):
        place = _place(detail)
        found.setdefault((place, _what(detail, place, said)))
    return list(found)


def whose(place: Sequence[str | int], said: Mapping[str, Any]) -> str:
    """Name the part of the study that a place belongs to: step 'effect', claim 2, the study."""
    match tuple(place[:2]):
        case ("step", int(i)):
            steps: Any = said.get("step", [])
            name = steps[i].get("name") if i < len(steps) and isinstance(steps[i], dict) else None
            return f"step {name!r}" if isinstance(name, str) else f"step {i + 1}"
        case ("sources", str(name)):
            return f"source {name!r}"
        case ("claim", int(i)):
            return f"claim {i + 1}"
        case ("scenario", str(name)):
            return f"scenario {name!r}"
        case ("site", *_):
            return "[site]"
        case _:
            return "the study"


def _place(detail: ErrorDetails) -> Place:
    """Drop what pydantic adds to a place: the member of a union that it tried, and `[key]`."""
    place = detail["loc"]
    if place[-1:] == ("[key]",):
        return place[:-1]
    tried = [i for i, word in enumerate(place) if word == "str" or str(word).startswith(("dict[", "function-"))]
    return place[: tried[0]] if tried else place


def _what(detail: ErrorDetails, place: Place, said: Mapping[str, Any]) -> str:
    key, owner = _key(place), whose(place, said)
    if detail["type"] == "extra_forbidden":
        known = _known(place[:-1])
        inner = ".".join(str(word) for word in place[2:-1])
        within = f"{inner} of {owner}" if inner else owner
        return f"{within} has no key {str(place[-1])!r}; it takes {listing(known, 40)}.{hint(str(place[-1]), known)}"
    if detail["type"] == "missing":
        near = hint(str(place[-1]), [k for k in _inside(said, place[:-1]) if k not in _known(place[:-1])])
        return f"{owner} lacks the key {str(place[-1])!r}.{near}"
    if detail["type"] == "value_error":
        reason = str(detail["ctx"]["error"])
        return reason if reason.startswith(told(detail["input"])) else f"{owner}: {reason}"
    if place != detail["loc"]:
        return f"{key} of {owner} takes {_TEXT}; got {told(detail['input'])}"
    wanted = _WANTED.get(detail["type"])
    if wanted is None:
        said_by_pydantic = detail["msg"].removeprefix("Input ").replace("after validation, ", "")
        return f"{key} of {owner}: {told(detail['input'])} {said_by_pydantic[0].lower()}{said_by_pydantic[1:]}"
    return f"{key} of {owner} takes {wanted}; got {told(detail['input'])}"


def _key(place: Place) -> str:
    """Name the key that a place ends in; an item of a list is called by the key of the list."""
    words = [word for word in place if isinstance(word, str)]
    return repr(words[-1]) if words else "the file"


def _inside(said: Mapping[str, Any], place: Place) -> list[str]:
    node: Any = said
    for word in place:
        node = node[word]
    return list(node) if isinstance(node, dict) else []


def _known(place: Place) -> list[str]:
    """List the keys that the model knows at a place."""
    schema = _schema()
    node: Any = schema
    for word in place:
        node = _resolved(node, schema)
        named = node.get("properties", {}).get(word)
        node = named or node.get("items") or node.get("additionalProperties") or _first(node.get("patternProperties"))
        node = node if isinstance(node, dict) else {}
    return list(_resolved(node, schema).get("properties", {}))


def _first(patterns: dict[str, Any] | None) -> Any:
    return next(iter((patterns or {}).values()), {})


def _resolved(node: Any, schema: Any) -> Any:
    for choice in node.get("anyOf", ()):
        if "$ref" in choice:
            node = choice
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


@cache
def _schema() -> dict[str, Any]:
    return StudyFile.model_json_schema()
