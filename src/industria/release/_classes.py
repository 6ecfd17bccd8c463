"""Classes of output as disclosure control knows them, and what kind of number a column holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

import pyarrow as pa

from industria.core.measure import ROOMS

__all__ = ["FOREIGN", "NONE", "Role", "class_of", "is_label", "is_ours", "role_of", "top"]

Role = Literal["count", "extreme", "shape", "top share", "concentration", "position", "mean", "other"]

NONE: Final = "withheld: none"
FOREIGN: Final = "it is a text of a measure that is not of Industria"
BY_SUPPORT: Final[Mapping[str, str]] = {
    "cells": "linear aggregations",
    "units": "linear aggregations",
    "percentiles": "position",
    "estimates": "correlation",
    "none": NONE,
}
BY_MEASURE: Final[Mapping[str, str]] = {
    "productivity.allocation": "shape",
    "productivity.concentration": "nonlinear concentration",
    "productivity.misallocation": "shape",
    "tables.balance": "shape",
    "tables.frequency_table": "frequencies",
    "tables.histogram": "frequencies",
    "tables.moments": "shape",
}
ROLES: Final[tuple[tuple[Role, str], ...]] = (
    ("count", r"n|n_\w+|rows|count|units|firms|persons|observations|weight"),
    ("extreme", r"min|max|minimum|maximum|mode|range|smallest|largest|highest(_\w+)?|lowest(_\w+)?"),
    (
        "shape",
        r"(\w+_)?(variance|standard_deviation|skewness|kurtosis|gini|correlation|covariance|variation)(_\w+)?|sd(_\w+)?",
    ),
    ("top share", r"(cr|top_?)(\d+)(_share)?"),
    ("concentration", r"hhi|herfindahl(_\w+)?|numbers_equivalent|entropy|theil"),
    ("position", r"p\d{1,2}(_p\d{1,2})?|q\d{1,2}|median(_\w+)?|quantile|iqr"),
    ("mean", r"(\w+_)?mean(_\w+)?|total|sum"),
)
LABELS: Final = ("percentile", "probability", "bin_low", "bin_high")


def class_of(measure: str, support: str) -> str:
    """Name the class of a measure's results: that of its name, else that of what it tells of its rows.

    Parameters
    ----------
    measure : str
        Its name; one that is not ours is classed by `support`.
    support : str
        cells, units, percentiles, estimates or none.

    Returns
    -------
    str
        frequencies, linear aggregations, position, shape, correlation, nonlinear concentration; or
        "withheld: none" where nothing is told of who stands behind a row.
    """
    return NONE if support == "none" else BY_MEASURE.get(measure, BY_SUPPORT.get(support, NONE))


def role_of(column: str) -> Role:
    """Tell what kind of number a column holds, by its name."""
    return next((role for role, words in ROLES if re.fullmatch(words, column)), "other")


def top(column: str) -> int:
    """Return the m of a share of the largest m, as 4 for `cr4`."""
    found = re.search(r"\d+", column)
    return int(found[0]) if found else 0


def is_ours(measure: str) -> bool:
    """Tell whether a measure is of Industria: nobody has read what another writes beside its numbers."""
    return measure.partition(".")[0] in ROOMS


def is_label(field: pa.Field, by: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Tell whether a column says what a row is of: named as such in the step, or a key that is no number."""
    if field.name in said or field.name in LABELS:
        return True
    return field.name in by and not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type))
