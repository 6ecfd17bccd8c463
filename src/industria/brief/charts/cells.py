"""Values as the data table of a figure writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading
from industria.brief.numbers import digits_for, number

__all__ = ["texts_of"]


def texts_of(values: Sequence[Any], gaps: Sequence[str], page: Page, written: tuple[Reading, int] | None) -> list[str]:
    """Write the values of a column.

    Parameters
    ----------
    values : sequence
        Numbers, words or truth values; None where there is none.
    gaps : sequence of str
        What stands for a number that is missing, row by row.
    page : Page
        Gives the language.
    written : tuple of Reading and int, optional
        How the figure writes the numbers of the column, and with how many decimals.

    Returns
    -------
    list of str
        A text a value.
    """
    if written is not None:
        read, digits = written
        return [gap if v is None else read.write(v, digits) for v, gap in zip(values, gaps, strict=True)]
    if any(isinstance(value, str | bool) for value in values):
        return ["" if value is None else _word(value, page) for value in values]
    digits = 0 if all(value is None or value == int(value) for value in values) else digits_for(values)
    return [
        gap if v is None else number(v, digits, language=page.language) for v, gap in zip(values, gaps, strict=True)
    ]


def _word(value: str | bool, page: Page) -> str:
    if isinstance(value, bool):
        return page.spoken.word("yes" if value else "no")
    return value
