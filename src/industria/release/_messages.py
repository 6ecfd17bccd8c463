"""What is told to the people of a site, in their language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

from industria.errors import UnknownLanguageError

__all__ = ["LANGUAGES", "page", "said", "word"]

LANGUAGES: Final = ("en", "pt-BR", "tr", "ms", "es")
NAMED: Final = "named_"
"""Of the words that say what a sentence is about, and stand before a colon."""
NESTED: Final = ("others", "said", "what", "why")
"""Places of words that are sentences themselves."""
PLACE: Final = re.compile(r"\{(\w+)\}")


def word(key: str, language: str = "en", /, **values: object) -> str:
    """Return a message with its braces filled in.

    Raises
    ------
    UnknownLanguageError
        If nobody translated it into the language.
    """
    return _words(language)[key].format(**values)


def page(language: str, **values: str) -> str:
    """Fill in the page that a pack explains itself with."""
    return Template(_file(language, "README.{}.md")).substitute(values)


def said(text: str, language: str) -> str:
    """Say in another language why something is refused or stays; it is raised in English, and found by that.

    What nobody translated, as names of cells, stays as it is.

    Raises
    ------
    UnknownLanguageError
        If the language is none of those of sites.
    """
    if language == "en":
        return text
    if "\n" in text:
        return "\n".join(said(line, language) for line in text.splitlines())
    told = _translated(text, language, named=False)
    if told is not None:
        return told
    for colon in re.finditer(": ", text):
        head, tail = text[: colon.start()], text[colon.end() :]
        about, reason = _translated(head, language, named=True), said(tail, language)
        if about is not None or reason != tail:
            return f"{about or head}: {reason}"
    return _translated(text, language, named=True) or text


def _translated(text: str, language: str, *, named: bool) -> str | None:
    words = _words(language)
    for key, pattern in _patterns(named):
        if found := pattern.fullmatch(text):
            parts = {name: said(part, language) if name in NESTED else part for name, part in found.groupdict().items()}
            return words[key].format(**parts)
    return None


@cache
def _patterns(named: bool) -> list[tuple[str, re.Pattern[str]]]:
    """List the English sentences as patterns, those with most letters of their own first."""
    found = []
    for key, text in _words("en").items():
        if key.startswith(NAMED) is named and "!r}" not in text:
            parts = PLACE.split(text)
            pattern = "".join(_place(part) if i % 2 else re.escape(part) for i, part in enumerate(parts))
            found.append((sum(map(len, parts[::2])), key, re.compile(pattern, re.DOTALL)))
    return [(key, pattern) for _, key, pattern in sorted(found, key=lambda one: (-one[0], one[1]))]


def _place(name: str) -> str:
    # What a sentence is about stands before a colon, and belongs to none of its places.
    return rf"(?P<{name}>{'.' if name in NESTED else '(?:(?!: ).)'}+?)"


@cache
def _words(language: str) -> Mapping[str, str]:
    return tomllib.loads(_file(language, "{}.toml"))


def _file(language: str, name: str) -> str:
    if language not in LANGUAGES:
        raise UnknownLanguageError(language, LANGUAGES)
    return (files("industria.release") / "messages" / name.format(language)).read_text(encoding="utf-8")
