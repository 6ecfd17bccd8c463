"""Marks: how a person says what a typed number is, and what may not pass as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from industria.brief.typed import numerals

__all__ = ["KINDS", "Mark", "refusal"]

KINDS: Final = ("date", "name", "cite", "assuming")

_YEAR: Final = r"(?:1[5-9]|20|21)\d\d"
_DATE_NUMBER: Final = re.compile(rf"{_YEAR}s?|[12]\d|3[01]|0?\d")
_AMOUNT: Final = re.compile(
    r"[%‰$£€¥₺]|RM\s?\d|yüzde\s+\d"
    r"|\d\s*(?:per\s?cent|percentage|por\s?cento|por\s?ciento|yüzde|peratus|(?:basis )?points?|puntos|pontos|mata)\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(r"^\W*[\d.,]+\s+[^\W\d_A-Z]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that carries what its numbers are.

    Attributes
    ----------
    kind : str
        date, name, cite or assuming.
    text : str
        As typed.
    line : int
        Where.
    """

    kind: str
    text: str
    line: int


def refusal(kind: str, text: str) -> str | None:
    """Say why a text cannot be what its mark says; None where it can.

    Parameters
    ----------
    kind : {"date", "name", "cite", "assuming"}
        The mark.
    text : str
        What it holds.
    """
    if not text.strip():
        return f"{kind}() holds nothing."
    amount = _AMOUNT.search(text)
    if amount and numerals(text):
        bind = "{{ step[key=value].column | percent(1) }}"
        return f'{kind}("{text}") holds an amount ({amount[0]!r}): bind it, {bind}.'
    return _REFUSALS[kind](text)


def _date(text: str) -> str | None:
    numbers = re.findall(r"\d+s?", text)
    dated = any(re.fullmatch(_YEAR + "s?", number) for number in numbers)
    if not dated or not (_span(text) or all(_DATE_NUMBER.fullmatch(number) for number in numbers)):
        return f'date("{text}") is no date; write a year, as in date("1988"), date("1987-89") or date("March 1988").'
    return None


def _span(text: str) -> bool:
    """Tell whether a text is a span of years that writes the second one short."""
    return re.fullmatch(rf"{_YEAR}\s?[-–/]\s?\d\d", text.strip()) is not None


def _name(text: str) -> str | None:
    if not any(character.isalpha() for character in text):
        return f'name("{text}") is a bare number, not a name such as "ISO 9001".'
    if _COUNTED.match(text):
        return f'name("{text}") counts something: bind the number, {{{{ step.column | integer }}}}.'
    return None


def _cite(text: str) -> str | None:
    if not any(character.isalpha() for character in text):
        return f'cite("{text}") is a bare number; write author and year, as in cite("Holzer et al. (1993)").'
    return None


def _assuming(text: str) -> str | None:
    if numerals(text):
        return f'assuming("{text}") holds a number: bind it outside, or mark it with date().'
    return None


_REFUSALS: Final = {"date": _date, "name": _name, "cite": _cite, "assuming": _assuming}
