"""Numbers as text, in five languages."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.brief.language import codes
from industria.brief.numbers import MINUS, currency, digits_for, integer, interval, number, percent, points
from industria.errors import UnknownLanguageError, UnprintableNumberError

NARROW, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [
        (0.125, 2, "0.12"),  # halves go to the even digit
        (0.375, 2, "0.38"),
        (2.5, 0, "2"),
        (3.5, 0, "4"),
        (2.675, 2, "2.68"),  # as it is written out, not as its float lies (2.67499…)
        (-0.2523149028, 2, MINUS + "0.25"),
        (-0.001, 2, "0.00"),
        (-0.0, 1, "0.0"),
        (1234.5678, 2, "1,234.57"),
        (999.999, 1, "1,000.0"),
        (1e21, 0, "1,000,000,000,000,000,000,000"),
    ],
)
def test_rounds_what_is_written_halves_to_even(x: float, digits: int, text: str) -> None:
    assert number(x, digits) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [(34.2249, "34.2"), (0.0037838, "0.00378"), (12345.6, "12,346"), (0.0, "0"), (1e-20, "0.000000000000")],
)
def test_shows_three_digits_when_nobody_says_how_many(x: float, text: str) -> None:
    assert number(x) == text


def test_takes_numpy_numbers_as_what_they_are() -> None:
    assert number(np.float64(0.1), 1) == "0.1"
    assert integer(np.int64(471)) == "471"


# CLDR 47 for marks, separators and percent signs; es groups from five digits on (RAE, Ortografía 2010).
@pytest.mark.parametrize(
    ("language", "big", "small", "share", "money"),
    [
        ("en", "1,234,567.5", "1,234.5", "−22.3%", "−€1,200"),
        ("pt-BR", "1.234.567,5", "1.234,5", "−22,3%", f"−€{HARD}1.200"),
        ("tr", "1.234.567,5", "1.234,5", "−%22,3", "−€1.200"),
        ("ms", "1,234,567.5", "1,234.5", "−22.3%", f"−€{HARD}1,200"),
        ("es", f"1{NARROW}234{NARROW}567,5", "1234,5", f"−22,3{HARD}%", f"−1200{HARD}€"),
    ],
)
def test_writes_numbers_as_each_language_does(language: str, big: str, small: str, share: str, money: str) -> None:
    assert number(1234567.5, 1, language=language) == big
    assert number(1234.5, 1, language=language) == small
    assert percent(-0.22299, 1, language=language) == share
    assert currency(-1200, "EUR", 0, language=language) == money


def test_an_unknown_currency_keeps_its_code() -> None:
    assert currency(5, "MYR", 2) == f"MYR{HARD}5.00"
    assert currency(5, "MYR", 2, language="ms") == f"RM{HARD}5.00"


def test_percent_is_of_a_fraction_and_points_are_of_a_difference() -> None:
    assert percent(0.285, 0) == "28%"  # 28.5, to even
    assert percent(0.035, 1, sign=True) == "+3.5%"
    assert points(0.165, 1) == f"16.5{HARD}percentage points"
    assert points(0.01, 0) == f"1{HARD}percentage point"
    assert points(-0.01, 0, language="pt-BR") == f"−1{HARD}ponto percentual"


def test_an_interval_has_a_word_between_its_bounds() -> None:
    assert interval(-0.492, -0.012, 2) == "−0.49 to −0.01"
    assert interval(-0.417, 0.035, 1, style="percent", sign=True) == "−41.7% to +3.5%"
    assert interval(-0.417, 0.035, 1, style="percent", language="pt-BR") == "−41,7% a 3,5%"
    assert interval(28.0, 40.5, 1, language="tr") == "28,0 ile 40,5 arası"
    assert interval(0.01, 0.165, 1, style="points") == f"1.0 to 16.5{HARD}percentage points"
    assert interval(27.6, 40.5, style="integer") == "28 to 40"
    assert interval(-0.4, 12.25) == "−0.4 to 12.2"


@pytest.mark.parametrize("x", [None, math.nan, math.inf, -math.inf, "17", True])
def test_refuses_what_is_no_number(x: object) -> None:
    with pytest.raises(UnprintableNumberError, match="cannot be written"):
        number(x)  # type: ignore[arg-type]


def test_refuses_what_is_no_currency() -> None:
    with pytest.raises(UnprintableNumberError, match="'euro'"):
        currency(5, "euro")


def test_names_the_nearest_language() -> None:
    with pytest.raises(UnknownLanguageError, match="Did you mean 'pt-BR'"):
        number(1, language="pt")


def test_a_column_shares_its_decimals() -> None:
    assert digits_for([34.2, 0.5]) == 1
    assert digits_for([None, 0.0, math.nan]) == 0
    assert digits_for([-0.0038, 0.023]) == 4


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6), st.sampled_from(codes()))
def test_what_is_written_reads_back(x: float, digits: int, language: str) -> None:
    """No digit is lost, none is invented, and nothing is minus zero."""
    text = number(x, digits, language=language)
    decimal, thousands = {"en": ".,", "ms": ".,", "pt-BR": ",.", "tr": ",.", "es": "," + NARROW}[language]
    plain = text.replace(thousands, "").replace(decimal, ".").replace(MINUS, "-")

    assert float(plain) == pytest.approx(x, abs=0.5 * 10**-digits, rel=1e-15)
    assert not (plain.startswith("-") and float(plain) == 0)
    assert "-" not in text
