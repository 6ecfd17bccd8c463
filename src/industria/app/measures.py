"""`industria measures`: what can be computed, from what, in which units, and who defined it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from industria.app._options import Json

if TYPE_CHECKING:
    from industria.core.measure import Measure

__all__ = ["measures"]


def measures(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A measure, or a room of them.")] = None,
    json: Json = False,
) -> None:
    """List the measures, or tell all about one: signature, columns, units, sources."""
    from industria.app._show import columns, emit, say
    from industria.core.measure import catalog, find, names, rooms

    if name in rooms():
        found = [find(one) for one in names() if one.startswith(f"{name}.")]
    else:
        found = [find(name)] if name else list(catalog().values())
    if json:
        emit([_record(measure) for measure in found])
    elif name and name not in rooms():
        say(_page(found[0]))
    else:
        say(columns([(measure.name, measure.title) for measure in found]))


def _record(measure: Measure) -> dict[str, Any]:
    from industria.app._records import parameter_record

    return {
        "name": measure.name,
        "title": measure.title,
        "room": measure.room,
        "tables": [{"name": name, "required": required} for name, required in measure.tables.items()],
        "parameters": [parameter_record(parameter) for parameter in measure.parameters.values()],
        "gives": dict(measure.gives),
        "cites": measure.cites,
        "design": measure.design,
        "pools": measure.pools,
        "support": measure.support,
    }


def _page(measure: Measure) -> str:
    import inspect

    from industria.app._records import parameter_record, signature
    from industria.app._show import columns, paint
    from industria.core.units import meaning_of

    tables = [(name, "table" if required else "table, optional") for name, required in measure.tables.items()]
    if measure.any_tables:
        tables.append(("…", "any tables, each under a name of your choice"))
    keys = [(p["name"], p["type"] + _default(p)) for p in map(parameter_record, measure.parameters.values())]
    gives = [(name, f"[{measure.unit(name)}]", meaning_of(meaning)) for name, meaning in measure.gives.items()]
    parts = {
        "Tables": columns(tables),
        "Parameters": columns(keys),
        "Gives": columns(gives),
        "Cites": measure.cites,
        "Design": f"{measure.design}; pools {measure.pools}; support {measure.support}",
    }
    text = (inspect.getdoc(measure.function) or "").split("Parameters\n", 1)[0].strip()
    shown = "\n\n".join(f"{paint(title, 'bold')}\n{_indented(part)}" for title, part in parts.items() if part)
    call = signature(measure.parameters.values(), *measure.tables) + ", **tables" * measure.any_tables
    return f"{paint(measure.name, 'bold')}({call})\n\n{_indented(text)}\n\n{shown}"


def _default(parameter: dict[str, Any]) -> str:
    return "" if parameter["required"] else f" = {parameter['default']!r}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.split("\n"))
