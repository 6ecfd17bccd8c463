"""`industria sources`: where tables can come from, and what each reader takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from industria.app._options import Json

__all__ = ["sources"]


def sources(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A reader, as files.csv.")] = None,
    json: Json = False,
) -> None:
    """List the readers that a study can use, or tell all about one."""
    import inspect

    from industria import sources as floor
    from industria.app._records import signature
    from industria.app._show import columns, emit, paint, say
    from industria.study.origins import reader_parameters

    found = {one: floor.find(one) for one in ([name] if name else floor.names())}
    told = {one: inspect.getdoc(reader) or "" for one, reader in found.items()}
    if json:
        emit([_record(one, reader, told[one]) for one, reader in found.items()])
    elif name:
        parameters = reader_parameters(found[name]).values()
        call = signature(parameters, *(parameter.name for parameter in parameters if parameter.required))
        say(f"{paint(name, 'bold')}({call})\n\n{told[name]}")
    else:
        say(columns([(one, text.split("\n", 1)[0]) for one, text in told.items()]))


def _record(name: str, reader: Callable[..., object], text: str) -> dict[str, object]:
    from industria.app._records import parameter_record
    from industria.study.origins import reader_parameters

    parameters = reader_parameters(reader)
    return {
        "name": name,
        "title": text.split("\n", 1)[0],
        "parameters": [parameter_record(parameter) for parameter in parameters.values()],
    }
