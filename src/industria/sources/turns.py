"""Whose turn it is to ask: one limiter a host, shared by all processes that share a store."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from industria.errors import BusyPublisherError, UnwritableStoreError
from industria.sources.keys import key_of
from industria.sources.publisher import Limits, Publisher

__all__ = ["LONGEST_WAIT", "refuse_beyond", "take_turn", "turn_after"]

LONGEST_WAIT: Final = 120.0
"""Seconds that a person is left waiting without being asked."""
HOUR: Final = 3600.0
DAY: Final = 86_400.0


def take_turn(publisher: Publisher, host: str, root: Path) -> None:
    """Wait until a host may be asked once more, and count the question.

    Parameters
    ----------
    publisher : Publisher
        Its limits count.
    host : str
        What they are counted for.
    root : Path
        The store.

    Raises
    ------
    BusyPublisherError
        If the turn is more than two minutes away; nothing is counted.
    UnwritableStoreError
        If the store cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(root / "turns.sqlite", timeout=LONGEST_WAIT, isolation_level=None)) as book:
            book.execute("CREATE TABLE IF NOT EXISTS turns (host TEXT, at REAL)")
            book.execute("BEGIN IMMEDIATE")
            now = time.time()
            # Turns far ahead were written by a clock that has been set right since.
            book.execute("DELETE FROM turns WHERE at < ? OR at > ?", (now - DAY, now + LONGEST_WAIT))
            taken = [at for (at,) in book.execute("SELECT at FROM turns WHERE host = ? ORDER BY at", (host,))]
            turn = turn_after(taken, now, publisher.limits)
            if turn - now > LONGEST_WAIT:
                when = datetime.fromtimestamp(turn, UTC).strftime("after %Y-%m-%d %H:%M UTC")
                raise BusyPublisherError(publisher.title, f"{len(taken)} questions used up what it allows", when)
            book.execute("INSERT INTO turns VALUES (?, ?)", (host, turn))
            book.execute("COMMIT")
    except (OSError, sqlite3.OperationalError) as error:
        raise UnwritableStoreError(str(root), str(error)) from None
    time.sleep(max(0.0, turn - time.time()))


def refuse_beyond(publisher: Publisher, host: str, root: Path, calls: int) -> None:
    """Refuse a question that takes more calls than are left, before the first of them is spent.

    Parameters
    ----------
    publisher : Publisher
        Its limits count.
    host : str
        What they are counted for.
    root : Path
        The store.
    calls : int
        How many are to be sent.

    Raises
    ------
    BusyPublisherError
        If an hour or a day does not leave as many.
    UnwritableStoreError
        If the store cannot be read.
    """
    limits, now = publisher.limits, time.time()
    book = root / "turns.sqlite"
    taken: list[float] = []
    if book.exists():
        try:
            with closing(sqlite3.connect(book, timeout=LONGEST_WAIT)) as read:
                taken = [at for (at,) in read.execute("SELECT at FROM turns WHERE host = ? ORDER BY at", (host,))]
        except sqlite3.OperationalError as error:
            raise UnwritableStoreError(str(root), str(error)) from None
    for most, window, span in ((limits.calls_per_hour, HOUR, "an hour"), (limits.calls_per_day, DAY, "a day")):
        if most is None:
            continue
        told = f"this takes {calls} calls of the {most} that it allows {span}; nothing was sent"
        if calls > most:
            keyless = publisher.registration and key_of(publisher) is None
            key = f", or with a key, which is free at {publisher.registration}" if keyless else ""
            raise BusyPublisherError(publisher.title, told, f"for less at once{key}")
        used = [at for at in taken if at > now - window]
        if calls > most - len(used):
            # The oldest calls count no more once they are as old as the window.
            turn = used[calls - (most - len(used)) - 1] + window
            when = datetime.fromtimestamp(turn, UTC).strftime("after %Y-%m-%d %H:%M UTC")
            raise BusyPublisherError(publisher.title, f"{told}, and {most - len(used)} are left", when)


def turn_after(taken: Sequence[float], now: float, limits: Limits) -> float:
    """Tell the first time at which a host may be asked again.

    Parameters
    ----------
    taken : sequence of float
        Times of the turns before, in seconds, the oldest first.
    now : float
        In seconds.
    limits : Limits
        Of the publisher.

    Returns
    -------
    float
        Not before now.
    """
    turn = now
    if limits.calls_per_second and taken:
        turn = max(turn, taken[-1] + 1 / limits.calls_per_second)
    for most, window in ((limits.calls_per_hour, HOUR), (limits.calls_per_day, DAY)):
        if most and len(taken) >= most:
            turn = max(turn, taken[-most] + window)
    return turn
