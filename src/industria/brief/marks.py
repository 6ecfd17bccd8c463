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
_BARE: Final = re.compile(r"(?<!\w)(?<!\w-)\d[\d.,]*(?!\w)")
_DATED: Final = re.compile(rf"(?<![\d.,]){_YEAR}(?!\d)|\d\s?\(\d|\d\s?[-–:]\s?\d")
_REFERENCE: Final = re.compile(
    r"\bdoi\b|10\.\d{4,}/|\barxiv\b|\bis[bs]n\b|https?://|§|№|\bn(?:o?\.|º|°)\s?\d"
    r"|\b(?:table|figure|fig|chapter|ch|section|sec|example|equation|eq|appendix|article|art|volume|vol|issue|part"
    r"|pages?|pp?|edition|ed|tabela|tabla|figura|capítulo|cap|seção|sección|exemplo|ejemplo|equação|ecuación"
    r"|apêndice|apéndice|artigo|artículo|volumen|página|págs?|parte|tablo|şekil|bölüm|örnek|ek|cilt|sayı|sayfa|s"
    r"|jadual|rajah|bab|contoh|lampiran|jilid|halaman|hlm)\b\W{0,3}\w?\d",
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
    number = _BARE.search(text)
    before = re.findall(r"[^\W\d_]+", text[: number.start()]) if number else []
    if number and before and all(word.islower() or sum(map(str.isalpha, word)) == 1 for word in before):
        return f'name("{text}") is no name such as "ISO 9001": bind {number[0]}, {{{{ step.column | number(1) }}}}.'
    return None


_AS_CITED: Final = 'write author and year, as in cite("Holzer et al. (1993)")'


def _cite(text: str) -> str | None:
    if not any(character.isalpha() for character in text):
        return f'cite("{text}") is a bare number; {_AS_CITED}.'
    # Whoever is cited has a name with a capital, where the script has them; "only 1993 plants" has none.
    dated = _DATED.search(text) and not text.islower()
    if numerals(text) and not dated and not _REFERENCE.search(text):
        return f'cite("{text}") has a number and neither year nor page, table or chapter; {_AS_CITED}.'
    return None


def _assuming(text: str) -> str | None:
    if numerals(text):
        return f'assuming("{text}") holds a number: bind it outside, or mark it with date().'
    return None


_REFUSALS: Final = {"date": _date, "name": _name, "cite": _cite, "assuming": _assuming}
