"""Values to bind without a run."""

from __future__ import annotations

import pytest

from industria.brief.prose import Draft, render
from industria.brief.source import Source
from industria.core.value import Address, Value
from industria.errors import BriefError, UsageError

COLUMNS = {
    "estimate": (-0.252315, "log points"),
    "change": (-0.223, "fraction"),
    "confidence": (0.95, "fraction"),
    "low": (-0.417, "fraction"),
    "high": (0.036, "fraction"),
    "share_gap": (0.165, "percentage points"),
    "hours": (34.2, "hours"),
    "plants": (1157, "firms"),
    "wage": (21.5, "currency per hour"),
    "year": (1988, "years"),
    "label": ("never funded", None),
    "gone": (None, "fraction"),
}


def value_at(address: Address) -> Value:
    """Find a value that needs no run."""
    if address.column == "converged":
        return Value(address=address, value=True)
    if address.column not in COLUMNS:
        raise UsageError(f"{address.place} has no column {address.column!r}.")
    value, unit = COLUMNS[address.column]
    return Value(address=address, value=value, unit=unit)


def drafted(text: str, language: str = "en") -> Draft:
    """Bind a text to values that need no run; there is one step, `effect`."""
    return render(Source(text), ["effect"], value_at, language)


def refused(text: str) -> str:
    """Return how a text is refused."""
    with pytest.raises(BriefError) as caught:
        drafted(text)
    return str(caught.value)
