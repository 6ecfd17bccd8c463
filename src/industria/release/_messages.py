"""What is told to the people of a site, in their language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

from industria.errors import UnknownLanguageError

__all__ = ["LANGUAGES", "page", "word"]

LANGUAGES: Final = ("en", "pt-BR", "tr", "ms", "es")


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


@cache
def _words(language: str) -> Mapping[str, str]:
    return tomllib.loads(_file(language, "{}.toml"))


def _file(language: str, name: str) -> str:
    if language not in LANGUAGES:
        raise UnknownLanguageError(language, LANGUAGES)
    return (files("industria.release") / "messages" / name.format(language)).read_text(encoding="utf-8")
