"""`industria explain`: where a number comes from."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from industria.app._options import Json

__all__ = ["explain"]

SEALED: Final = ".release"
QUERY: Final = ("sql", "units")
SHORT: Final = 48
"""Letters of a parameter that stands on the line of its step."""


def explain(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|FILE", help="The folder of a run, of a study for its last run, or a sealed release."
        ),
    ],
    address: Annotated[str, typer.Argument(metavar="VALUE", help="As effect[term=grant].estimate.")],
    json: Json = False,
) -> None:
    """Trace a number to its formula, parameters, rows and sources; of a release, as far as they left the site."""
    from industria.app._show import emit, say
    from industria.study.explain import explain as explained
    from industria.study.record import Run

    if run.endswith(SEALED):
        _explain_release(run, address, json)
        return
    found = explained(Run.read(run), address)
    if json:
        emit(found)
    else:
        say(_page(found))


def _explain_release(path: str, address: str, json: bool) -> None:
    from industria.app._show import columns, emit, paint, say
    from industria.release._explained import explained
    from industria.release.sealed import open_release

    found = explained(open_release(path), address)
    if json:
        emit(found)
        return
    value = "withheld" if found["withheld"] else f"{found['value']!r} {found['unit'] or ''}".rstrip()
    facts = [
        ("value", value),
        ("interval", "" if found["low"] is None else f"{found['low']!r} to {found['high']!r}"),
        ("is", found["meaning"] or ""),
        ("measure", f"{found['measure']} (code {found['code'][:12]})"),
        ("does", found["title"]),
        ("parameters", ", ".join(f"{k} = {_given(v)}" for k, v in found["parameters"].items())),
        ("cites", found["cites"]),
        ("rows left", str(found["rows"])),
        ("released", f"by {found['site']}, {found['created']}, under {', '.join(found['rules'])}"),
        ("sealed", f"sha256 {found['release']}"),
    ]
    say(f"{paint(found['address'], 'bold')}\n{columns([fact for fact in facts if fact[1]])}")


def _drawn(found: dict[str, Any]) -> str:
    from industria.core.result import SYNTHETIC

    return f"{SYNTHETIC} ({', '.join(found['drawn_by'])})" if found["synthetic"] else ""


def _page(found: dict[str, Any]) -> str:
    from industria.app._show import columns, paint

    interval = ""
    if found["low"] is not None:
        share = f" ({100 * found['confidence']:g} %)" if found["confidence"] else ""
        interval = f"{found['low']!r} to {found['high']!r}{share}"
    facts = [
        ("value", f"{found['value']!r} {found['unit'] or ''}".rstrip()),
        ("interval", interval),
        ("is", found["meaning"] or ""),
        ("n", str(found["n"] or "")),
        ("design", found["design"]),
        ("synthetic", _drawn(found)),
        ("measure", f"{found['measure']} (code {found['code'][:12]})"),
        ("parameters", ", ".join(f"{k} = {_given(v)}" for k, v in found["parameters"].items())),
        ("cites", found["cites"]),
        ("rows used", _rows_used(found)),
        ("rows of result", str(found["rows"])),
    ]
    steps = [
        (s["name"], s["measure"], f"{s['rows']} rows", f"from {', '.join(s['reads'])}{_chosen(s['parameters'])}")
        for s in found["steps"]
    ]
    sources = [
        (
            name,
            _edition(s["title"] or s["name"], s["vintage"]),
            f"{s['rows']} rows, {s['bytes']} bytes, retrieved {s['retrieved'] or 'nobody knows when'}",
        )
        for name, s in found["sources"].items()
    ]
    sums = "\n".join(f"  {name}: sha256 {s['sha256']}" for name, s in found["sources"].items())
    parts = {
        found["address"]: columns([fact for fact in facts if fact[1]]),
        "Beside it": _beside(found["beside"]),
        "Formula": found["formula"],
        "Steps": columns(steps),
        "Sources": columns(sources),
    }
    pages = [
        f"{paint(title, 'bold')}\n" + "\n".join(f"  {line}".rstrip() for line in text.splitlines())
        for title, text in parts.items()
        if text
    ]
    return "\n\n".join(pages) + (f"\n{sums}" if sums else "")


def _beside(beside: dict[str, Any]) -> str:
    """Write facts and row as pairs, and further rows as tables: what the number was worked out from."""
    from industria.app._show import columns

    pairs = [
        (name, ", ".join(f"{k} = {_given(v)}" for k, v in beside.get(key, {}).items()))
        for name, key in (("all rows", "facts"), ("this row", "row"))
    ]
    tables = [
        columns([tuple(rows[0]), *(tuple("" if v is None else str(v) for v in row.values()) for row in rows)])
        for rows in beside["tables"].values()
    ]
    return "\n\n".join(part for part in (columns([pair for pair in pairs if pair[1]]), *tables) if part)


def _chosen(parameters: dict[str, Any]) -> str:
    """Name the weights and choices of a step on the way; what is long, as a query, is asked of the step itself."""
    told = (f"{k} = {_given(v)}" for k, v in parameters.items() if k not in QUERY and v not in (None, False, [], {}))
    short = ", ".join(said for said in told if len(said) <= SHORT)
    return f"; {short}" if short else ""


def _edition(title: str, vintage: str | None) -> str:
    return title if not vintage or vintage in title else f"{title}, {vintage}"


def _given(parameter: Any) -> str:
    return "none" if parameter is None else repr(parameter)


def _rows_used(found: dict[str, Any]) -> str:
    """Name the rows that an estimate rests on beside those that its step reads, which may be more."""
    read = ", ".join(f"{rows} of {table}" for table, rows in found["rows_read"].items())
    return read if found["rows_used"] is None else f"{found['rows_used']} (read: {read})"
