"""The catalogs say the same things in every language."""

import re
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from industria.brief.language import codes, speak
from industria.errors import UnknownLanguageError, UnknownWordError

FOLDER = files("industria.brief") / "languages"


def _keys(catalog: dict[str, Any], path: str = "") -> dict[str, set[str]]:
    """List the keys of a catalog, each with the braces that its text fills in."""
    found = {}
    for key, value in catalog.items():
        if key == "symbols":
            continue  # each language has signs for other currencies
        if isinstance(value, dict):
            found |= _keys(value, f"{path}{key}.")
        else:
            found[path + key] = set(re.findall(r"{(\w+)}", str(value)))
    return found


def _catalog(code: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


def test_speaks_the_languages_of_the_partner_countries() -> None:
    assert codes() == ["en", "es", "ms", "pt-BR", "tr"]


@pytest.mark.parametrize("code", codes())
def test_every_language_has_every_key_and_every_brace(code: str) -> None:
    assert _keys(_catalog(code)) == _keys(_catalog("en"))


@pytest.mark.parametrize("code", codes())
def test_nothing_is_left_empty(code: str) -> None:
    spoken = speak(code)

    empty = [
        key
        for part in (spoken.words, spoken.columns, spoken.descriptions)
        for key, text in part.items()
        if not text.strip()
    ]
    assert empty == []


@pytest.mark.parametrize("code", [code for code in codes() if code != "en"])
def test_translations_are_translated(code: str) -> None:
    """Words that two languages share are few; a copied catalog would share all."""
    english, other = speak("en").words, speak(code).words

    same = [key for key in english if english[key] == other[key]]
    assert len(same) < len(english) / 8, same


def test_fills_words_in() -> None:
    assert speak("en").word("claims_line", holds=4, weak=1, fails=0) == "claims: 4 hold, 1 weak, 0 fail"
    # Counts follow their words, which then need no singular.
    said = "afirmações: sustentadas 4, fracas 1, não sustentadas 0"
    assert speak("pt-BR").word("claims_line", holds=4, weak=1, fails=0) == said
    assert speak("pt-BR").word("figure", number=1) == "Figura 1"


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "2026-11-02"), ("pt-BR", "02/11/2026"), ("tr", "02.11.2026"), ("ms", "02/11/2026"), ("es", "02/11/2026")],
)
def test_writes_dates_in_figures(code: str, text: str) -> None:
    assert speak(code).date(date(2026, 11, 2)) == text


def test_a_unit_or_column_that_nobody_translated_is_its_own_name() -> None:
    assert speak("pt-BR").unit("log points") == "pontos log"
    assert speak("pt-BR").unit("items per hour") == "items per hour"
    assert speak("tr").column("scrap_rate") == "scrap rate"


def test_every_unit_of_the_house_is_in_the_catalog() -> None:
    from industria.core.units import UNITS

    assert set(UNITS) <= set(speak("en").units)


def test_names_the_nearest_language_and_word() -> None:
    with pytest.raises(UnknownLanguageError, match=r"'pt_BR'.*Did you mean 'pt-BR'"):
        speak("pt_BR")
    with pytest.raises(UnknownWordError, match="Did you mean 'sources'"):
        speak("en").word("sorces")
