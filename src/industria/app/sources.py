"""`industria sources`: where tables can come from, and what each reader takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from industria.app._options import Json
from industria.errors import UsageError

if TYPE_CHECKING:
    from industria.sources import Publisher, Source

__all__ = ["sources"]


def sources(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A reader, as files.csv; or export.")] = None,
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Where export writes to.")] = None,
    json: Json = False,
) -> None:
    """List the readers, tell all about one, or export what was had for a machine without a network."""
    import inspect

    from industria import sources as floor
    from industria.app._records import signature
    from industria.app._show import columns, emit, paint, say
    from industria.sources.reader import parameters_of

    if name == "export":
        _export(folder, json)
        return
    if folder is not None:
        raise UsageError(f"sources {name} takes no folder; `industria sources export FOLDER` does.")
    found = {one: floor.find(one) for one in ([name] if name else floor.names())}
    told = {one: inspect.getdoc(reader) or "" for one, reader in found.items()}
    if json:
        emit([_record(one, reader, told[one]) for one, reader in found.items()])
    elif name:
        parameters = parameters_of(found[name]).values()
        call = signature(parameters, *(parameter.name for parameter in parameters if parameter.required))
        say(f"{paint(name, 'bold')}({call})\n\n{told[name]}")
        if publisher := floor.publisher_of(found[name]):
            say(f"\n{columns([(word, _in_words(value)) for word, value in _terms(publisher).items() if value])}")
    else:
        say(columns([(one, text.split("\n", 1)[0]) for one, text in told.items()]))


def _export(folder: Path | None, json: bool) -> None:
    """Write what the store holds to a folder, and tell what it is and how it is used."""
    from industria.app._show import emit, say
    from industria.sources.enclave import export

    if folder is None:
        raise UsageError("sources export takes a folder: industria sources export FOLDER")
    told = export(folder)
    if json:
        emit({"folder": str(folder), "exported": told})
        return
    for one in told:
        say(one)
    say(f"INDUSTRIA_OFFLINE=1 INDUSTRIA_MIRROR={folder / 'mirror'} INDUSTRIA_STORE={folder / 'store'}")


def _terms(publisher: Publisher) -> dict[str, object]:
    """Tell under which terms a publisher is asked, as it states them."""
    from dataclasses import asdict

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


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_in_words(one)}" for name, one in value.items())
    return " and ".join(value) if isinstance(value, tuple) else str(value)


def _record(name: str, reader: Callable[..., Source], text: str) -> dict[str, object]:
    from industria import sources as floor
    from industria.app._records import parameter_record
    from industria.sources.reader import parameters_of
    from industria.sources.store import Store

    parameters = parameters_of(reader)
    publisher = floor.publisher_of(reader)
    held = [snapshot for question, snapshot in Store.here().questions() if question.get("use") == name]
    terms = _terms(publisher) if publisher else {}
    return {
        "name": name,
        "title": text.split("\n", 1)[0],
        "parameters": [parameter_record(parameter) for parameter in parameters.values()],
        **terms,
        "kept": [{"retrieved": one.retrieved, "sha256": one.sha256, "bytes": one.bytes} for one in held],
    }
