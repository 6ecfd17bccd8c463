"""The units that a figure may have, from one short list."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = (
    "fraction",
    "log points",
    "percentage points",
    "1",
    "count",
    "firms",
    "units",
    "persons",
    "jobs",
    "hours",
    "years",
    "currency",
    "currency per hour",
    "index",
    "rank",
    "code",
    "name",
    "date",
)
"""Plain units. Quotients of these ("jobs per firms", "hours per persons") and `unit of <column>` are units too."""

BRACKETS: Final = re.compile(r"\[([^\[\]]+)\]\s*$")
REFERENCE: Final = re.compile(r"unit of (.+)")


def unit_of(meaning: str) -> str | None:
    """Read the unit that stands last, in brackets, in the meaning of a column."""
    found = BRACKETS.search(meaning)
    return found[1].strip() if found else None


def meaning_of(meaning: str) -> str:
    """Return the meaning of a column without its unit."""
    return BRACKETS.sub("", meaning).strip()


def is_unit(unit: str) -> bool:
    """Tell whether a unit is on the list, a quotient of listed ones, or points at a column."""
    if REFERENCE.fullmatch(unit):
        return True
    return all(part in UNITS or part.rstrip("s") in {u.rstrip("s") for u in UNITS} for part in unit.split(" per "))
