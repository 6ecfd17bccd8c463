"""How much time is left for a search, and for the attack on what it found."""

from __future__ import annotations

from time import monotonic
from typing import Final, NamedTuple

__all__ = ["Deadline"]


BESIDES: Final = 1 / 3
"""Part of the time of a search that the attack may take beyond it."""


class Deadline(NamedTuple):
    """A moment of the clock that only goes forward, and a later one for the attack."""

    at: float
    last: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        """Begin now."""
        now = monotonic()
        return cls(now + seconds, now + seconds * (1 + BESIDES))

    @property
    def left(self) -> float:
        """Seconds until then; 0 afterwards."""
        return max(0.0, self.at - monotonic())

    @property
    def left_for_attack(self) -> float:
        """Seconds until the later moment; 0 afterwards."""
        return max(0.0, self.last - monotonic())
