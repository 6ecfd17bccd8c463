"""Numbers as text: the only place that rounds.

Everywhere else a number keeps its digits. A number is rounded as it would be
written out in full (the shortest decimal that reads back to the same float),
halves to the even digit: 0.125 becomes 0.12, 0.375 becomes 0.38, and 2.675
becomes 2.68 although its float lies a hair below. The minus is U+2212, and
nothing is ever minus zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from industria.brief.language import Language, speak
from industria.errors import UnprintableNumberError

__all__ = [
    "MINUS",
    "Style",
    "currency",
    "digits_beside_zero",
    "digits_for",
    "integer",
    "interval",
    "number",
    "percent",
    "points",
]

MINUS = "\u2212"
NO_BREAK = "\u00a0"
SIGNIFICANT = 3
MOST = 12

# 28 digits, the default, do not hold the largest floats.
EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)

Style = Literal["number", "percent", "points", "integer"]


def number(x: float, digits: int | None = None, *, language: str = "en", sign: bool = False) -> str:
    """Write a number.

    Parameters
    ----------
    x : float
        In any unit; the unit is not written.
    digits : int, optional
        Decimals; without it as many as show three significant digits, none
        where three stand before the decimal mark.
    language : str
        Whose decimal mark and thousands separator to use.
    sign : bool
        Write + before a positive number, as changes want it.

    Raises
    ------
    UnprintableNumberError
        If `x` is missing, infinite or no number.
    """
    return _write(_exact(x), digits, speak(language), sign)


def integer(x: float, *, language: str = "en", sign: bool = False) -> str:
    """Write a count, to the nearest whole number.

    Raises
    ------
    UnprintableNumberError
        If `x` is missing, infinite or no number.
    """
    return number(x, 0, language=language, sign=sign)


def percent(x: float, digits: int | None = None, *, language: str = "en", sign: bool = False) -> str:
    """Write a fraction in percent, with the percent sign where the language puts it.

    Parameters
    ----------
    x : float
        Fraction: 0.25 is 25%.
    digits : int, optional
        Decimals of the percentage; by default as many as show three significant digits.
    language : str
        Whose decimal mark and percent sign to use.
    sign : bool
        Write + before a positive number.

    Raises
    ------
    UnprintableNumberError
        If `x` is missing, infinite or no number.
    """
    spoken = speak(language)
    text = _write(_exact(x).scaleb(2, EXACT), digits, spoken, sign)
    # Turkish writes the percent sign first, and the minus before it.
    lead = text[0] if text[0] in (MINUS, "+") else ""
    return lead + str(spoken.numbers["percent"]).format(number=text.removeprefix(lead))


def points(x: float, digits: int | None = None, *, language: str = "en", sign: bool = False) -> str:
    """Write a difference of two fractions in percentage points.

    Parameters
    ----------
    x : float
        Difference of fractions: 0.165 is 16.5 percentage points.
    digits : int, optional
        Decimals of the points; by default as many as show three significant digits.
    language : str
        Whose words to use.
    sign : bool
        Write + before a positive number.

    Raises
    ------
    UnprintableNumberError
        If `x` is missing, infinite or no number.
    """
    spoken = speak(language)
    text = _write(_exact(x).scaleb(2, EXACT), digits, spoken, sign)
    one = text.lstrip(MINUS + "+") == "1"
    return text + NO_BREAK + spoken.word("percentage_point" if one else "percentage_points")


def currency(x: float, code: str, digits: int | None = None, *, language: str = "en") -> str:
    """Write an amount of money.

    Parameters
    ----------
    x : float
        Amount in whole units of the currency.
    code : str
        ISO 4217 code, such as EUR; the sign that readers of the language know
        is written in its place where there is one.
    digits : int, optional
        Decimals; by default as many as show three significant digits.
    language : str
        Whose decimal mark and order to use.

    Raises
    ------
    UnprintableNumberError
        If `x` is missing, infinite or no number, or `code` is no currency code.
    """
    if len(code) != 3 or not (code.isascii() and code.isalpha() and code.isupper()):
        raise UnprintableNumberError(code, "no ISO 4217 currency code, such as EUR")
    spoken = speak(language)
    text = _write(_exact(x), digits, spoken, sign=False)
    symbol = spoken.numbers["symbols"].get(code)
    pattern = str(spoken.numbers["currency" if symbol else "currency_code"])
    lead = MINUS if text.startswith(MINUS) else ""
    return lead + pattern.format(symbol=symbol or code, number=text.removeprefix(lead))


def interval(
    low: float,
    high: float,
    digits: int | None = None,
    *,
    style: Style = "number",
    language: str = "en",
    sign: bool = False,
) -> str:
    """Write an interval with the word between its bounds: −0.53 to 0.03.

    A dash between the bounds could be read as a minus.

    Parameters
    ----------
    low, high : float
        Bounds; fractions for the styles percent and points.
    digits : int, optional
        Decimals, the same for both bounds; by default as many as the smaller bound needs.
    style : {"number", "percent", "points", "integer"}
        How each bound is written; the words of points are written once.
    language : str
        Whose words to use.
    sign : bool
        Write + before positive bounds.

    Raises
    ------
    UnprintableNumberError
        If a bound is missing, infinite or no number.
    """
    spoken = speak(language)
    if digits is None:
        factor = 100 if style in ("percent", "points") else 1
        digits = 0 if style == "integer" else digits_for([float(_exact(low)) * factor, float(_exact(high)) * factor])
    if style == "percent":
        bounds = [percent(x, digits, language=language, sign=sign) for x in (low, high)]
    else:
        shift = 2 if style == "points" else 0
        bounds = [_write(_exact(x).scaleb(shift, EXACT), digits, spoken, sign) for x in (low, high)]
    text = str(spoken.numbers["interval"]).format(low=bounds[0], high=bounds[1])
    return text + NO_BREAK + spoken.word("percentage_points") if style == "points" else text


def digits_for(values: Iterable[float | None], significant: int = SIGNIFICANT) -> int:
    """Choose the decimals that a column of numbers shares.

    Parameters
    ----------
    values : iterable of float
        Missing and zero values have no say.
    significant : int
        Digits that the largest number shows at least.

    Returns
    -------
    int
        Decimals, from 0 to 12.
    """
    sizes = [abs(x) for x in values if x is not None and x == x and x != 0 and not math.isinf(x)]
    if not sizes:
        return 0
    return min(MOST, max(0, significant - 1 - math.floor(math.log10(max(sizes)))))


def digits_beside_zero(values: Iterable[float | None], digits: int) -> int:
    """Add decimals until no number that is not zero is written as zero.

    A bound of −0.004 written as 0.00 would hide on which side of zero it lies.

    Parameters
    ----------
    values : iterable of float
        Missing, infinite and zero values have no say.
    digits : int
        Decimals to begin with.

    Returns
    -------
    int
        Decimals, at least `digits` and 12 at most; a number that takes more
        than 12 is written as zero and adds none.
    """
    known = [_exact(x) for x in values if x is not None and math.isfinite(x) and x != 0]
    for value in known:
        enough = (more for more in range(digits, MOST + 1) if value.quantize(Decimal(1).scaleb(-more), context=EXACT))
        digits = next(enough, digits)
    return digits


def _exact(x: float) -> Decimal:
    """Read a number as it is written out in full."""
    if x is None or isinstance(x, bool | str):
        raise UnprintableNumberError(x, "no number")
    value = float(x)
    if not math.isfinite(value):
        raise UnprintableNumberError(x, "missing or infinite")
    return Decimal(repr(value))


def _write(value: Decimal, digits: int | None, language: Language, sign: bool) -> str:
    decimals = digits_for([float(value)]) if digits is None else digits
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=EXACT)
    whole, _, part = f"{abs(rounded):f}".partition(".")
    if len(whole) >= language.numbers["grouped_from"]:
        whole = f"{int(whole):,}".replace(",", language.numbers["thousands"])
    lead = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
    return lead + whole + (language.numbers["decimal"] + part if part else "")
