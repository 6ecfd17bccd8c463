"""`industria diff`: what moved between two runs, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from industria.app._options import Json

if TYPE_CHECKING:
    from industria.study.diff import Comparison

__all__ = ["diff", "page"]

MOST = 40


def diff(
    old: Annotated[str, typer.Argument(metavar="RUN_A", help="The folder of a run.")],
    new: Annotated[str, typer.Argument(metavar="RUN_B", help="The folder of a later run.")],
    json: Json = False,
) -> None:
    """List each changed number with its cause, and the claims that flipped."""
    from industria.app._show import emit, say
    from industria.study.diff import diff as compared
    from industria.study.record import Run

    found = compared(Run.read(old), Run.read(new))
    if json:
        emit(found.as_dict())
    elif not found.differs:
        say("\n".join(["nothing moved", *_packages(found)]))
    else:
        say(page(found))


def page(found: Comparison) -> str:
    """Write a comparison as text: claims, numbers, steps, sources, packages."""
    from industria.app._show import columns, paint
    from industria.study.model import in_language

    claims = [
        (in_language(claim["says"], "en"), f"{claim['old'] or 'not made'} -> {claim['new'] or 'not made'}")
        for claim in found.claims
    ]
    values = [
        (
            change.address,
            f"{_short(change.old)} -> {_short(change.new)}",
            change.cause,
            "in the brief" if change.in_brief else "",
        )
        for change in found.values[:MOST]
    ]
    more = [f"… {len(found.values) - MOST} more; --json lists them"] if len(found.values) > MOST else []
    steps = [(step["step"], step["cause"], "; ".join(step["why"]), _shape(step)) for step in found.steps]
    sources = [
        (source["name"], source["what"], f"{_sum(source['old'])} -> {_sum(source['new'])}") for source in found.sources
    ]
    parts = {
        "Claims that flipped": columns(claims) if claims else "no claim flipped",
        "Numbers that moved": "\n".join([columns(values), *more]) if values else "",
        "Steps": columns(steps),
        "Sources (sha256)": columns(sources),
        "Packages": "\n".join(_packages(found)),
    }
    return "\n\n".join(
        f"{paint(title, 'bold')}\n" + "\n".join(f"  {line}".rstrip() for line in text.splitlines())
        for title, text in parts.items()
        if text
    )


def _packages(found: Comparison) -> list[str]:
    return [f"{name} {old or 'absent'} -> {new or 'absent'}" for name, (old, new) in found.packages.items()]


def _shape(step: dict[str, Any]) -> str:
    words = (
        "n_values",
        "rows_added",
        "rows_removed",
        "columns_added",
        "columns_removed",
        "tables_added",
        "tables_removed",
    )
    return ", ".join(f"{word.removeprefix('n_').replace('_', ' ')} {step[word]}" for word in words if step.get(word))


def _short(value: Any) -> str:
    return "missing" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _sum(sha256: str | None) -> str:
    return sha256[:12] if sha256 else "absent"
