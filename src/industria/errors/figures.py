"""Figures, and the words and numbers around them."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError, UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "FigureDataError",
    "FigureError",
    "FigureOptionError",
    "UnknownFigureError",
    "UnknownLanguageError",
    "UnknownWordError",
    "UnprintableNumberError",
]


class UnknownLanguageError(UsageError):
    """No catalog speaks this language."""

    def __init__(self, code: str, available: Sequence[str]) -> None:
        super().__init__(f"no brief is written in {code!r}; there is {listing(available)}.{hint(code, available)}")


class UnknownWordError(UsageError):
    """The catalog of a language lacks a label."""

    def __init__(self, language: str, key: str, available: Sequence[str]) -> None:
        super().__init__(f"the catalog of {language!r} has no {key!r}.{hint(key, available)}")


class UnprintableNumberError(DataError):
    """A value cannot be written as a number."""

    def __init__(self, value: object, why: str) -> None:
        super().__init__(f"{value!r} cannot be written: it is {why}.")


class FigureError(UsageError):
    """A figure was asked for in words that it does not understand."""


class UnknownFigureError(FigureError):
    """No kind of figure has this name, or none fits the columns."""

    def __init__(self, kind: str | None, available: Sequence[str], columns: Sequence[str] = ()) -> None:
        if kind is None:
            said = f"no kind of figure fits the columns {listing(columns, 40)}; say kind=, one of {listing(available)}."
        else:
            said = f"{kind!r} is no kind of figure; there is {listing(available)}.{hint(kind, available)}"
        super().__init__(said)


class FigureOptionError(FigureError):
    """A kind of figure does not take this option, or not with this value."""

    def __init__(self, kind: str, option: str, available: Sequence[str], value: object = None) -> None:
        words = [str(word) for word in available]
        if value is None:
            said = f"a figure of kind {kind!r} takes no {option!r}; it takes {listing(words, 40)}.{hint(option, words)}"
        else:
            near = hint(str(value), words)
            said = f"{option}={value!r} says nothing to a figure of kind {kind!r}; it may be {listing(words)}.{near}"
        super().__init__(said)


class FigureDataError(DataError):
    """A table does not hold what a figure draws."""
