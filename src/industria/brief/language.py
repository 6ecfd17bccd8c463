"""What a brief says of itself, and how it writes dates, in each language that it speaks.

One file a language lies in `languages/`; to add one, copy `en.toml`, name it
by its IETF tag and translate.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from industria.errors import UnknownLanguageError, UnknownWordError

__all__ = ["Language", "codes", "speak"]


@dataclass(frozen=True, slots=True)
class Language:
    """The catalog of one language.

    Attributes
    ----------
    code : str
        IETF tag, such as `pt-BR`; also what `lang` in a page says.
    name : str
        What its speakers call it.
    numbers : mapping
        Decimal mark, thousands separator and patterns; `brief.numbers` reads it.
    words, units, columns, descriptions : mapping of str to str
        Labels; names in braces are filled in.
    day : str
        Pattern of a date, in figures only.
    """

    code: str
    name: str
    numbers: Mapping[str, Any]
    words: Mapping[str, str]
    units: Mapping[str, str]
    columns: Mapping[str, str]
    descriptions: Mapping[str, str]
    day: str

    def word(self, key: str, **values: object) -> str:
        """Return a label, its braces filled in.

        Raises
        ------
        UnknownWordError
            If the catalog has no such label.
        """
        return self._find(self.words, key).format(**values)

    def describe(self, key: str, **values: object) -> str:
        """Return a sentence about a chart, its braces filled in.

        Raises
        ------
        UnknownWordError
            If the catalog has no such sentence.
        """
        return self._find(self.descriptions, key).format(**values)

    def unit(self, unit: str) -> str:
        """Return a unit in this language; one that is not in the catalog is its own name."""
        return self.units.get(unit, unit)

    def column(self, name: str) -> str:
        """Return the heading of a column; one that is not in the catalog is its own name, without underscores."""
        return self.columns.get(name, name.replace("_", " "))

    def date(self, day: date) -> str:
        """Write a date in figures, the way that is usual in this language."""
        return self.day.format(year=f"{day.year:04d}", month=f"{day.month:02d}", day=f"{day.day:02d}")

    def _find(self, catalog: Mapping[str, str], key: str) -> str:
        if key not in catalog:
            raise UnknownWordError(self.code, key, sorted(catalog))
        return catalog[key]


def codes() -> list[str]:
    """List the languages that a brief can be written in."""
    return sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


@cache
def speak(code: str) -> Language:
    """Open the catalog of a language.

    Parameters
    ----------
    code : str
        One of `codes()`.

    Raises
    ------
    UnknownLanguageError
        If there is no such catalog; the message names the nearest one.
    """
    if code not in codes():
        raise UnknownLanguageError(code, codes())
    catalog = tomllib.loads((_folder() / f"{code}.toml").read_text(encoding="utf-8"))
    return Language(
        code=code,
        name=catalog["name"],
        numbers=catalog["numbers"],
        words=catalog["words"],
        units=catalog["units"],
        columns=catalog["columns"],
        descriptions=catalog["descriptions"],
        day=catalog["dates"]["day"],
    )


def _folder() -> Any:
    return files("industria.brief") / "languages"
