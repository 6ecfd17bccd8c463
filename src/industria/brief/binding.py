"""Addresses in templates: `effect[term=grant].estimate` is no Jinja; this makes it so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from industria.brief.source import Source
from industria.core.value import ADDRESS

__all__ = ["TAGS", "addresses", "beside", "bind"]

TAGS: Final = ("figure", "table", "sliders", "claims", "sources", "unknowns", "answer")
"""Our own tags; their arguments are literals and stay as they are."""

_ADDRESS: Final = re.compile(ADDRESS)
_STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?<!\w)'(?:[^'\\]|\\.)*'", re.S)
_OURS: Final = re.compile(rf"\{{%-?\s*(?:end)?(?:{'|'.join(TAGS)})\b")


def bind(source: Source, steps: Collection[str]) -> str:
    """Rewrite addresses as `value('…', line, column)`, on the line where they stand.

    Parameters
    ----------
    source : Source
        Markdown with expressions.
    steps : collection of str
        Names of steps: an address without brackets counts only if it begins
        with one of them.

    Returns
    -------
    str
        A Jinja template with as many lines.
    """

    def rewrite(expression: str, offset: int) -> str:
        out, last = [], 0
        for start, end, address in addresses(expression, steps):
            line, column = source.place(offset + start)
            breaks = "\n" * expression.count("\n", start, end)
            out += [expression[last:start], f"value({address!r}, {line}, {column}{breaks})"]
            last = end
        return "".join([*out, expression[last:]])

    return source.replace(rewrite)


def addresses(expression: str, steps: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Find the addresses in an expression, outside of its texts.

    Parameters
    ----------
    expression : str
        With its brackets: `{{ … }}`, `{% … %}`.
    steps : collection of str
        Names of steps.

    Yields
    ------
    (int, int, str)
        Where it begins, where it ends, and the address.
    """
    if expression.startswith("{#") or _OURS.match(expression):
        return
    texts = _texts(expression)
    for found in _ADDRESS.finditer(expression):
        inside = any(start <= found.start() < end for start, end in texts)
        filtered = expression[: found.start()].rstrip().endswith(("|", "."))
        if not inside and not filtered and (found[1] in steps or found[3]):
            yield found.start(), found.end(), " ".join(found[0].split())


def beside(expression: str, steps: Collection[str]) -> str:
    """Return what an expression says beside its addresses and texts; nothing of our own tags and of comments."""
    if expression.startswith("{#") or _OURS.match(expression):
        return ""
    spans = [*_texts(expression), *((start, end) for start, end, _ in addresses(expression, steps))]
    return "".join(
        " " if any(start <= i < end for start, end in spans) else character for i, character in enumerate(expression)
    )


def _texts(expression: str) -> list[tuple[int, int]]:
    """Find the texts of an expression; a quoted key inside open brackets belongs to its address."""
    return [
        found.span()
        for found in _STRING.finditer(expression)
        if expression.count("[", 0, found.start()) <= expression.count("]", 0, found.start())
    ]
