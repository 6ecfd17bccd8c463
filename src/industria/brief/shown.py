"""Values on their way into prose, and the filters that write them as text."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from industria.brief import numbers
from industria.brief.language import speak
from industria.brief.withheld import ConditionWithheld, Withheld
from industria.core.value import Address, Value
from industria.errors import UnprintableNumberError

__all__ = ["FILTERS", "SIGN", "Bound", "Number", "Refusal", "Shown", "filters", "written"]

SIGN: Final = "†"
"""Stands after every number that goes back to synthetic rows, and before the words that say what it means."""


class Refusal(Exception):
    """A value may not be shown this way; the place is added by whoever knows it."""

    def __init__(self, what: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(what)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Number:
    """A value as text, with all that explains it.

    Attributes
    ----------
    text : str
        As a reader sees it.
    value : Value
        What it was made from.
    line, column : int
        Where it stands in the brief.
    """

    text: str
    value: Value
    line: int = 0
    column: int = 0

    @property
    def marked(self) -> str:
        """The text with the sign of synthetic data, where its value goes back to such."""
        return self.text + SIGN if self.value.synthetic else self.text

    def __str__(self) -> str:
        raise Refusal("a value stands by itself between its braces, not glued to a text.", self.line, self.column)


@dataclass(frozen=True, slots=True)
class Shown:
    """Numbers and the words between them, as an interval has."""

    parts: tuple[str | Number, ...]


class Bound(float):
    """A number that knows its address; arithmetic makes it a plain one, which is refused."""

    _value: Value
    _place: tuple[int, int]
    _find: Callable[[Address], Value]

    def __new__(cls, value: Value, place: tuple[int, int], find: Callable[[Address], Value]) -> Bound:
        """Bind a value to its place; one that is missing or a text compares as no number does."""
        known = isinstance(value.value, int | float)
        bound = super().__new__(cls, cast(float, value.value) if known else math.nan)
        bound._value, bound._place, bound._find = value, place, find
        return bound

    def __eq__(self, other: object) -> bool:
        _known(self, other)
        return float(self) == other if not isinstance(self._value.value, str) else self._value.value == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._value.address)

    def __bool__(self) -> bool:
        _known(self)
        return bool(self._value.value)

    def __lt__(self, other: float) -> bool:
        _known(self, other)
        return float(self) < other

    def __le__(self, other: float) -> bool:
        _known(self, other)
        return float(self) <= other

    def __gt__(self, other: float) -> bool:
        _known(self, other)
        return float(self) > other

    def __ge__(self, other: float) -> bool:
        _known(self, other)
        return float(self) >= other


def _known(*asked: object) -> None:
    """Let no sentence turn on a number that may not leave."""
    if any(isinstance(one, Bound) and one._value.withheld for one in asked):
        raise ConditionWithheld


def _number(value: Value, language: str, digits: int | None = None, *, sign: bool = False) -> str:
    return numbers.number(_float(value), digits, language=language, sign=sign)


def _integer(value: Value, language: str, *, sign: bool = False) -> str:
    _refuse(value, ("fraction", "log points"), "loses all its digits this way", "number(2) or percent(1)")
    return numbers.integer(_float(value), language=language, sign=sign)


def _percent(value: Value, language: str, digits: int | None = None, *, sign: bool = False) -> str:
    _a_fraction(value)
    if digits is None and math.isclose(100 * _float(value), round(100 * _float(value)), abs_tol=1e-9):
        digits = 0  # a confidence of 95%, not of 95.0%
    return numbers.percent(_float(value), digits, language=language, sign=sign)


def _points(value: Value, language: str, digits: int | None = None, *, sign: bool = False) -> str:
    if value.unit not in (None, "fraction", "percentage points"):
        raise Refusal(f"{value.address} is in {value.unit}, not a difference of fractions; write it with number(1).")
    return numbers.points(_float(value), digits, language=language, sign=sign)


def _currency(value: Value, language: str, code: str, digits: int | None = None) -> str:
    if value.unit is not None and not value.unit.startswith("currency"):
        raise Refusal(f"{value.address} is in {value.unit}, not an amount of money; write it with number(1).")
    return numbers.currency(_float(value), code, digits, language=language)


def _text(value: Value, language: str) -> str:
    found = value.value
    if isinstance(found, dt.date):
        return speak(language).date(found)
    if isinstance(found, str):
        return found
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)  # a year or a code: no separators
    raise Refusal(f"{value.address} is no text but {found!r}; write it with number(1), percent(1) or integer.")


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "number": _number,
    "integer": _integer,
    "percent": _percent,
    "points": _points,
    "currency": _currency,
    "text": _text,
}
"""How a value is written; each takes the value, the language and its own arguments."""


def written(how: str, value: Value, language: str, *arguments: Any, **options: Any) -> str:
    """Write a value as text.

    Parameters
    ----------
    how : str
        One of `FILTERS`.
    value : Value
        With its unit, which must allow this way of writing.
    language : str
        Whose marks and words.
    *arguments, **options
        Of the filter.

    Raises
    ------
    Refusal
        If the unit does not allow it, the value is missing, or the arguments
        are not those of the filter.
    """
    try:
        return FILTERS[how](value, language, *arguments, **options)
    except UnprintableNumberError as error:
        raise Refusal(f"{how} cannot write {value.address}: {error}") from None
    except TypeError:
        said = ", ".join([*(repr(a) for a in arguments), *(f"{k}={v!r}" for k, v in options.items())])
        takes = {"currency": "'EUR', then decimals", "text": "nothing", "integer": "sign=true"}.get(
            how, "decimals, sign=true"
        )
        raise Refusal(f"{how}({said}) cannot write {value.address}: it takes {takes}.") from None


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """Return the filters of a template, which turn bound values into numbers with their place."""

    def filter_of(how: str) -> Callable[..., Number | Withheld]:
        def show(found: object, *arguments: Any, **options: Any) -> Number | Withheld:
            bound = _bound(found, how)
            if bound._value.withheld:
                return Withheld(speak(language).word("withheld"), bound._place[0])
            try:
                text = written(how, bound._value, language, *arguments, **options)
            except Refusal as refusal:
                raise Refusal(str(refusal), *bound._place) from None
            return Number(text, bound._value, *bound._place)

        return show

    def interval(
        found: object, style: str = "number", digits: int | None = None, *, sign: bool = False
    ) -> Shown | Withheld:
        bound = _bound(found, "interval")
        ends = (bound._find(replace(bound._value.address, column=column)) for column in ("low", "high"))
        if bound._value.withheld or any(end.withheld for end in ends):
            return Withheld(speak(language).word("withheld"), bound._place[0])
        try:
            return _interval(bound, language, style, digits, sign)
        except Refusal as refusal:
            raise Refusal(str(refusal), *bound._place) from None

    return {how: filter_of(how) for how in FILTERS} | {"interval": interval}


def _interval(bound: Bound, language: str, style: str, digits: int | None, sign: bool) -> Shown:
    """Write the bounds in the row of a value, each at its own address."""
    if style not in ("number", "percent", "points", "integer"):
        raise Refusal(f'interval({style!r}) is no style; write interval("percent", 1) or interval("number", 2).')
    ends = [bound._find(replace(bound._value.address, column=column)) for column in ("low", "high")]
    low, high = (_float(end) for end in ends)
    if not low <= float(bound) <= high:
        raise Refusal(
            f"{bound._value.address} is not within the interval of its row, {low:g} to {high:g}: of what is it?"
        )
    if digits is None and style != "integer":
        scale = 100 if style in ("percent", "points") else 1
        digits = numbers.digits_for([low * scale, high * scale])
    arguments = () if style == "integer" else (digits,)
    texts = [written(style, end, language, *arguments, sign=sign) for end in ends]
    unit = ""
    if style == "points":  # said once, after the second bound
        unit = numbers.NO_BREAK + speak(language).word("percentage_points")
        texts = [text.split(numbers.NO_BREAK)[0] for text in texts]
    before, between, after = str(speak(language).numbers["interval"]).format(low="\0", high="\0").split("\0")
    first, last = (Number(text, end, *bound._place) for text, end in zip(texts, ends, strict=True))
    return Shown((before, first, between, last, after + unit))


def _bound(found: object, how: str) -> Bound:
    if isinstance(found, Bound):
        return found
    if isinstance(found, Number | Shown):
        raise Refusal(f"the value is written already; take {how}() or the filter before it away.")
    if isinstance(found, int | float):
        raise Refusal("arithmetic belongs in a step, so that the number can be explained.")
    raise Refusal(f"{how}() writes values of the run, as in {{{{ step[key=value].column | {how} }}}}, not {found!r}.")


def _float(value: Value) -> float:
    if value.value is None:
        raise Refusal(
            f"{value.address} is missing in the run; write the sentence without it, or ask {{% if … is missing %}}."
        )
    if isinstance(value.value, bool) or not isinstance(value.value, int | float):
        raise Refusal(f"{value.address} is {value.value!r}, no number; write it with text.")
    return float(value.value)


def _a_fraction(value: Value) -> None:
    if value.unit == "log points":
        raise Refusal(
            f"{value.address} is in log points, which are not percent; make exp(b) - 1 of it in a step "
            "and bind that, or write it with number(3)."
        )
    if value.unit == "percentage points":
        raise Refusal(f"{value.address} is in percentage points; write it with points(1).")
    if value.unit not in (None, "fraction"):
        raise Refusal(f"{value.address} is in {value.unit}, not a fraction; write it with number(1).")


def _refuse(value: Value, units: tuple[str, ...], why: str, instead: str) -> None:
    if value.unit in units:
        raise Refusal(f"{value.address} is in {value.unit} and {why}; write it with {instead}.")
