"""What a reader says of itself before it is asked: the columns that it gives, and a question that works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, ParamSpec

from industria.core.units import meaning_of, unit_of
from industria.sources.source import Source

__all__ = ["Told", "reader", "told_of"]

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a reader.

    Attributes
    ----------
    columns : mapping of str to str
        Meaning of each column, its unit last, in brackets. A name such as `<number>_flag`
        stands for a family of columns. Empty where only the file tells.
    example : mapping
        Parameters that a study may ask it with.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    def labels(self) -> dict[str, dict[str, str | None]]:
        """Tell unit and meaning of each column that has a name of its own."""
        alone = {name: text for name, text in self.columns.items() if "<" not in name}
        return {name: {"unit": unit_of(text), "meaning": meaning_of(text)} for name, text in alone.items()}


_told: Final[dict[Callable[..., Source], Told]] = {}


def reader(
    *, columns: Mapping[str, str], example: Mapping[str, Any]
) -> Callable[[Callable[P, Source]], Callable[P, Source]]:
    """Say of a reader what it gives and how it is asked; the function stays the same.

    Parameters
    ----------
    columns : mapping of str to str
        As `Told.columns`. Briefs, `explain` and `industria sources NAME` print them.
    example : mapping
        Parameters of a question that works.

    Returns
    -------
    callable
        A decorator that hands the function back.
    """

    def keep(function: Callable[P, Source]) -> Callable[P, Source]:
        _told[function] = Told(columns=columns, example=example)
        return function

    return keep


def told_of(function: Callable[..., Source]) -> Told:
    """Return what a reader says of itself; nothing where it says nothing."""
    return _told.get(function, Told())
