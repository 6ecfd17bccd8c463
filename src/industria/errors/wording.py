"""Words that the messages of many errors share: the nearest right one, and the first of many."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

__all__ = [
    "hint",
    "listing",
]


def hint(word: str, options: Sequence[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of the options, or nothing."""
    near = get_close_matches(word, options, n=1, cutoff=0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


def listing(words: Sequence[str], most: int = 12) -> str:
    """Write out words for a message, the first ones only where there are many."""
    shown = ", ".join(str(word) for word in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown or "nothing"
