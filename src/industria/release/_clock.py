"""The dates of releases: they order what leaves, so a clock that is wrong is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from industria.errors import BrokenSealError, ReleaseRefusedError

__all__ = ["moment", "not_ahead", "now"]

BEGINNING: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""Before this nothing could be sealed: there was no program to do it."""
SLACK: Final = timedelta(days=1)
"""By which the clocks of two offices may differ."""


def now() -> str:
    """Tell the time, to the second, as releases write it.

    Raises
    ------
    ReleaseRefusedError
        If the clock stands before this program was written.
    """
    time = datetime.now(UTC).replace(microsecond=0)
    if time < BEGINNING:
        raise ReleaseRefusedError(
            "the clock of this machine",
            f"it says {time:%Y-%m-%d}, before this program was written; dates order releases, so set it right first",
        )
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(words: object, where: object, what: str) -> datetime:
    """Read a time that `now` wrote.

    Raises
    ------
    BrokenSealError
        If it is none, or lies before anything could be sealed.
    """
    try:
        time = datetime.strptime(str(words), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BrokenSealError(where, f"{what} {str(words)[:40]!r} is no time such as 2026-11-30T12:00:00Z") from None
    if time < BEGINNING:
        raise BrokenSealError(where, f"{what} {words} lies before this program was written; a clock was wrong")
    return time


def not_ahead(time: datetime, where: object, what: str) -> None:
    """Refuse a time that has not come yet.

    Raises
    ------
    BrokenSealError
        If it lies more than a day ahead of this machine's clock.
    """
    if time > datetime.now(UTC) + SLACK:
        raise BrokenSealError(where, f"{what} {time:%Y-%m-%d} has not come yet by this machine's clock; one is wrong")
