"""What the sites of a network promise of their own data, beside its columns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["CoverageTarget", "SiteContract", "SizeClasses"]

Text = str | dict[str, str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SizeClasses(_Strict):
    """Classes of a column of numbers, for tables of official totals."""

    column: str
    """The column whose values are classed."""
    edges: Annotated[tuple[float, ...], Field(min_length=1)]
    """Where the second and every further class begins, increasing."""
    labels: Annotated[tuple[str, ...], Field(min_length=2)]
    """What the classes are called, one more than there are edges."""

    @model_validator(mode="after")
    def _one_label_a_class(self) -> SizeClasses:
        if len(self.labels) != len(self.edges) + 1:
            raise ValueError(f"{len(self.edges)} edges make {len(self.edges) + 1} classes, not {len(self.labels)}")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must increase")
        return self


class CoverageTarget(_Strict):
    """Official totals that records of a site are added up against."""

    column: str
    """The column that is added up."""
    by: Annotated[tuple[str, ...], Field(min_length=1)]
    """Columns of the totals: columns of the source, or names of `classes`."""
    totals: str
    """A CSV file of the study's folder, with the columns of `by` and of `value`."""
    value: str = "value"
    """The column of the official totals."""
    publisher: Text
    """Who published them."""
    vintage: str
    """Of which vintage they are."""
    time: str | None = None
    """The column of `by` that is time, for correlations over time and across the rest."""
    classes: dict[str, SizeClasses] = {}
    """Size classes that `by` may name."""

    @model_validator(mode="after")
    def _time_is_of_by(self) -> CoverageTarget:
        if self.time is not None and self.time not in self.by:
            raise ValueError(f"time = {self.time!r} is not among by = {list(self.by)}")
        return self


class SiteContract(_Strict):
    """A source that each site of a network brings itself."""

    extends: Literal["multiprod"] | None = None
    """A contract that is ready; what is said besides holds in its place."""
    unit: str | None = None
    """The column that names the unit: a plant, a firm, a person."""
    holding: str | None = None
    """The column that names whom a unit belongs to."""
    definitions: dict[str, Text] = {}
    """Questions that a site answers in words: heads or hours, which sizes are covered, formal sector only."""
    coverage: tuple[CoverageTarget, ...] = ()
    """Official totals to be measured against."""
    mock_units: Annotated[int, Field(ge=10)] = 150
    """How many units drawn data have."""
