"""What a contract may promise, rule by rule."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import narwhals.stable.v2 as nw
from pydantic import BaseModel, ConfigDict, Field, model_validator

from industria.core.hierarchy import CLASSIFICATIONS
from industria.core.units import UNITS, is_unit
from industria.errors import hint, listing

__all__ = ["KINDS", "AddsUp", "AddsUpRows", "ColumnRule", "Kind", "Rule", "TimeRule", "family_of"]

Kind = Literal["integer", "number", "text", "boolean", "date"]

KINDS: Final[dict[Kind, tuple[Any, ...]]] = {
    "integer": (nw.Int64,),
    "number": (nw.Float64, nw.Int64),
    "text": (nw.String,),
    "boolean": (nw.Boolean,),
    "date": (nw.Date, nw.Datetime),
}


def family_of(classification: str) -> str | None:
    """Return the hierarchy of a classification with its vintage: "SOC" of "SOC 2018"; None where there is none."""
    return next(
        (
            name
            for name in sorted(CLASSIFICATIONS, key=len, reverse=True)
            if f"{classification} ".startswith(f"{name} ")
        ),
        None,
    )


class Rule(BaseModel):
    """A promise: what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ColumnRule(Rule):
    """What is promised of one column."""

    type: Kind | None = None
    """integer, number, text, boolean or date."""
    unit: str | None = None
    """The unit of its values; briefs print it."""
    meaning: str | None = None
    """What it is, in words."""
    required: bool = True
    """Whether the table must have the column."""
    not_null: bool = False
    """Whether every row must have a value."""
    unique: bool = False
    """Whether each value may stand once."""
    minimum: float | None = None
    """The smallest value allowed."""
    maximum: float | None = None
    """The largest value allowed."""
    values: tuple[str | int | float | bool, ...] | None = None
    """The only values allowed."""
    classification: str | None = None
    """The classification of its codes: `SOC` for their form, `SOC 2018` for the list of that vintage and its groups."""

    @model_validator(mode="after")
    def _unit_is_known(self) -> ColumnRule:
        if self.unit is not None and not is_unit(self.unit):
            raise ValueError(f"{self.unit!r} is no unit; there are {listing(UNITS, 40)}.{hint(self.unit, UNITS)}")
        return self

    @model_validator(mode="after")
    def _classification_is_known(self) -> ColumnRule:
        name = self.classification
        if name is not None and family_of(name) is None:
            raise ValueError(
                f"{name!r} is no classification; there is {listing(CLASSIFICATIONS, 40)}, "
                f"each with or without a vintage, as 'SOC 2018'.{hint(name, CLASSIFICATIONS)}"
            )
        return self


class AddsUp(Rule):
    """Parts that add up to a total in every row."""

    parts: Annotated[tuple[str, ...], Field(min_length=1)]
    """The columns that are added."""
    total: str | float
    """The column, or the number, that they add up to."""
    tolerance: float = 0.0
    """How far off they may be: published shares are rounded."""


class AddsUpRows(Rule):
    """Rows that add up to the row of their total, as detailed occupations and exclusive ownerships do."""

    value: str
    """The column that is added."""
    column: str
    """The column that tells parts and total apart."""
    total: str | int
    """What stands there in the row of the total."""
    parts: Annotated[tuple[str | int, ...], Field(min_length=1)] | None = None
    """What stands there in the rows that are added; without it, anything else."""
    by: tuple[str, ...] = ()
    """Columns within which they add up."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """How far off the sum may be, as a fraction of the total: published figures are rounded."""
    at_most: bool = False
    """Whether the parts may fall short of the total, as where cells are withheld."""

    @model_validator(mode="after")
    def _total_is_no_part(self) -> AddsUpRows:
        if self.parts is not None and self.total in self.parts:
            raise ValueError(f"{self.total!r} is the total and one of its parts")
        _apart(self.by, ("value", self.value), ("column", self.column))
        return self


class TimeRule(Rule):
    """Time that goes on within a key."""

    period: str
    """The column of the period: whole numbers, dates, or text as 2019, 2019-01, 2019Q1, 2019M01."""
    by: tuple[str, ...] = ()
    """The key within which time goes on, as the firm or the series."""
    increasing: bool = True
    """Whether time must move on from each row of a key to the next: no period stands twice."""
    no_gaps: bool = False
    """Whether each period between the first and the last of a key must be there."""
    step: Annotated[int, Field(ge=1)] = 1
    """How many years, quarters, months or days lie between two periods."""

    @model_validator(mode="after")
    def _period_is_no_key(self) -> TimeRule:
        _apart(self.by, ("period", self.period))
        return self


# What a violation shows beside the key.
_SHOWN: Final = ("difference", "first", "last", "missing_periods", "parts", "times", "total", "withheld")


def _apart(by: tuple[str, ...], *others: tuple[str, str]) -> None:
    """Refuse a column that has two roles, or bears the name of what is told beside the key."""
    for role, column in others:
        if column in by:
            raise ValueError(f"by has {column!r}, which is {role} already")
    taken = [column for column in by if column in _SHOWN]
    if taken:
        raise ValueError(f"by has {taken[0]!r}, as violations call what they tell beside the key; rename the column")
