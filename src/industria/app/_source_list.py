"""The list of all sources, by publisher, with the terms of each."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from textwrap import shorten, wrap
from typing import Final

from industria import sources
from industria.app._show import paint
from industria.sources import Publisher

__all__ = ["limits_in_words", "listed"]

WIDTH: Final = 100
NOBODY: Final = {
    "countries": ("Lists of countries, kept here", "codes are free to use; key: none"),
    "files": ("Files of your own", "the license is for you to tell"),
    "manual": ("Files of your own", "the license is for you to tell"),
    "packages": ("Data sets of Python packages", "the license of each package; key: none"),
}


def listed() -> str:
    """Write each publisher with license, key and limits, and its sources below it, a line each."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in sources.names():
        reader = sources.find(name)
        publisher, prefix = sources.publisher_of(reader), name.partition(".")[0]
        head = (publisher.title, _terms(publisher)) if publisher else NOBODY.get(prefix, (prefix, ""))
        title = (inspect.getdoc(reader) or "").split("\n", 1)[0]
        groups.setdefault(head, []).append((name, title))
    width = max(len(name) for rows in groups.values() for name, _ in rows if not name.startswith("packages."))
    lines: list[str] = []
    for (publisher_title, terms), rows in groups.items():
        lines.append(paint(publisher_title, "bold"))
        lines += wrap(terms, WIDTH, initial_indent="  ", subsequent_indent="  ")
        lines += [
            f"    {name.ljust(width)}  {shorten(title, WIDTH - width - 6, placeholder='…')}" for name, title in rows
        ]
    return "\n".join(lines)


def limits_in_words(publisher: Publisher) -> str:
    """Say how much a publisher may be asked: 5 calls a second, 500 calls a day."""
    words = []
    for name, value in asdict(publisher.limits).items():
        what, _, per = name.partition("_per_")
        if isinstance(value, int | float):
            if per == "second" and value < 1:
                value, per = round(60 * value), "minute"
            counted = what.removesuffix("s") if value == 1 and what != "series" else what
            words.append(f"{value:,} {counted} {'an' if per == 'hour' else 'a'} {per}")
    return ", ".join(words)


def _terms(publisher: Publisher) -> str:
    limits = limits_in_words(publisher)
    return f"{publisher.license}; key: {publisher.key}{f'; {limits}' if limits else ''}"
