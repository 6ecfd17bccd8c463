"""A line of a brief: words, what stands out of them, and the numbers that are bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from industria.brief.marks import Mark
from industria.brief.shown import Number
from industria.brief.withheld import Withheld

__all__ = ["Break", "Code", "Emphasis", "Inline", "Link", "Strong", "Text", "numbers_in", "plain"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A name as a machine writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line that the author wants."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words in italics."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead elsewhere."""

    target: str
    inside: tuple[Inline, ...]


Inline: TypeAlias = Text | Code | Break | Strong | Emphasis | Link | Number | Withheld | Mark


def plain(inside: Iterable[Inline]) -> str:
    """Return the words of a line without anything around them."""
    words = []
    for part in inside:
        match part:
            case Text(text) | Code(text) | Withheld(text) | Mark(_, text):
                words.append(text)
            case Number():
                words.append(part.marked)
            case Break():
                words.append(" ")
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                words.append(plain(inner))
    return "".join(words)


def numbers_in(inside: Iterable[Inline]) -> Iterator[Number]:
    """List the bound numbers of a line."""
    for part in inside:
        if isinstance(part, Number):
            yield part
        elif isinstance(part, Strong | Emphasis | Link):
            yield from numbers_in(part.inside)
