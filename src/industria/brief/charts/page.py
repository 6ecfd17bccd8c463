"""The page that a figure is drawn for: its width, its language and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from industria.brief.language import Language, speak
from industria.brief.theme import PHONE_BELOW

__all__ = ["Page"]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a figure goes.

    Attributes
    ----------
    kind : str
        Kind of figure, for messages.
    width : int
        Of the whole figure, in pixels.
    language : str
        Of its labels and numbers.
    names : mapping of str to str
        Words for the codes in the table: `{"grant": "Year of the grant"}`.
    unit : str or None
        What stands at the axis of values; None takes the unit of the column.
    """

    kind: str
    width: int
    language: str
    names: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None

    @property
    def spoken(self) -> Language:
        """The catalog of the language."""
        return speak(self.language)

    @property
    def phone(self) -> bool:
        """Whether the figure is laid out for a phone."""
        return self.width < PHONE_BELOW

    def named(self, word: str) -> str:
        """Return the reader's word for a code of the table."""
        return self.names.get(word, word)

    def head(self, column: str) -> str:
        """Return the reader's word for the name of a column."""
        return self.names.get(column, self.spoken.column(column))
