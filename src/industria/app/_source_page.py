"""All about one source: parameters, columns, an example, terms, and what of it is on this machine."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from industria import sources
from industria.app._records import parameter_record, signature
from industria.app._show import columns, paint
from industria.app._source_list import limits_in_words
from industria.core.units import meaning_of, unit_of
from industria.sources import Publisher, Source
from industria.sources.enclave import mirrored
from industria.sources.reader import parameters_of, told_of
from industria.sources.store import Store

__all__ = ["example_of", "page", "record"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def record(name: str) -> dict[str, Any]:
    """Tell all about a source, for programs.

    Parameters
    ----------
    name : str
        As `use` names it.

    Returns
    -------
    dict
        `name`, `title`, `parameters`, `columns` (name, meaning, unit; a name in angles is
        a family), `example` (parameters), `study` (the same as lines of a study), the
        publisher's terms, `kept` (what the store has) and `mirrored`.
    """
    reader = sources.find(name)
    told, publisher = told_of(reader), sources.publisher_of(reader)
    return {
        "name": name,
        "title": _documentation(reader).split("\n", 1)[0],
        "parameters": [parameter_record(parameter) for parameter in parameters_of(reader).values()],
        "columns": [
            {"name": column, "meaning": meaning_of(text), "unit": unit_of(text)}
            for column, text in told.columns.items()
        ],
        "example": dict(told.example),
        "study": example_of(name, told.example),
        **(_terms(publisher) if publisher else {}),
        "kept": _kept(name, publisher),
        "mirrored": mirrored(reader, told.example) if publisher else "not a file",
    }


def page(name: str) -> str:
    """Tell all about a source, for people."""
    told, reader = record(name), sources.find(name)
    publisher = sources.publisher_of(reader)
    parameters = parameters_of(reader).values()
    placed = inspect.signature(reader).parameters.values()
    call = signature(parameters, *(one.name for one in placed if one.kind is one.POSITIONAL_OR_KEYWORD))
    parts = [f"{paint(name, 'bold')}({call})", _documentation(reader)]
    if told["columns"]:
        rows = [(one["name"], one["unit"] or "", one["meaning"]) for one in told["columns"]]
        parts.append(f"{paint('Columns', 'bold')}\n{columns(rows)}")
    parts.append(f"{paint('In study.toml', 'bold')}\n{told['study']}")
    about = {word: told[word] for word in ("publisher", "license", "page", "key", "registration") if told.get(word)}
    if publisher:
        about["limits"] = limits_in_words(publisher) or "none stated"
        about["contact"] = told["contact"]
        about["mirrored"] = told["mirrored"]
    about["kept"] = "; ".join(_in_words(one) for one in told["kept"]) or "nothing"
    parts.append(f"{paint('Terms, and what is here', 'bold')}\n{columns(list(about.items()))}")
    return "\n\n".join(parts)


def _terms(publisher: Publisher) -> dict[str, Any]:
    """Tell under which terms a publisher is asked, as it states them."""
    stated = {name: value for name, value in asdict(publisher.limits).items() if value}
    return {
        "publisher": publisher.title,
        "license": publisher.license,
        "page": publisher.homepage,
        "key": publisher.key,
        "registration": publisher.registration or None,
        "limits": stated or None,
        "contact": "required" if publisher.contact else "optional",
    }


def example_of(name: str, question: Mapping[str, Any]) -> str:
    """Write a question as the lines of a study that ask it."""
    lines = [f"[sources.{name.rpartition('.')[2]}]", f"use = {_toml(name)}"]
    return "\n".join([*lines, *(f"{key} = {_toml(value)}" for key, value in question.items())])


def _documentation(reader: Callable[..., Source]) -> str:
    return inspect.getdoc(reader) or ""


def _kept(name: str, publisher: Publisher | None) -> list[dict[str, Any]]:
    """List what the store has of a source: answers to it, and the files of its publisher."""
    found = []
    for question, one in Store.here().questions():
        if question.get("use") == name or (publisher and question.get("publisher") == publisher.name):
            told = {"retrieved": one.retrieved, "sha256": one.sha256, "bytes": one.bytes}
            found.append({"file": question.get("file"), "vintage": one.vintage, **told})
    return found


def _in_words(one: Mapping[str, Any]) -> str:
    named = f"{one['file']}, " if one["file"] else ""
    return f"{named}{one['retrieved'][:10]}, {one['bytes']:,} bytes, sha256 {one['sha256'][:12]}…"


def _toml(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(map(_toml, value))}]"
    # Texts, numbers and truth values are written alike in both.
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
