"""Whether publishers answer: one question to each, all at once, and no longer than a person waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx2

import industria
from industria.app._finding import Finding
from industria.sources import Publisher

__all__ = ["examine_reach"]

PATIENCE: Final = 6.0  # seconds for all of them together
TIMEOUT: Final = httpx2.Timeout(4.0)


def examine_reach(publishers: Iterable[Publisher]) -> Iterator[Finding]:
    """Ask the page of each publisher for its head.

    Parameters
    ----------
    publishers : iterable of Publisher
        Those of one host are asked once.

    Yields
    ------
    Finding
        How many answer, then those that do not. Whatever they answer, they are reached.
    """
    hosts = {urlsplit(page).netloc: (page, one.title) for one in publishers if (page := one.address(one.homepage))}
    pages = dict(hosts.values())
    failed = _failed(list(pages))
    reached = len(pages) - len(failed)
    if pages and not reached:
        why = "no publisher answers: there is no network here, or a proxy stands in the way"
        advice = f"{why}; what mirror and store have is read all the same (INDUSTRIA_OFFLINE=1 says so at once)"
        yield Finding("publishers", f"none of {len(pages)} answers", False, advice)
        return
    yield Finding("publishers", f"{reached} of {len(pages)} answer")
    for page, reason in failed.items():
        advice = f"{page} cannot be reached from here: {reason}; what mirror and store have of it is read all the same"
        yield Finding(pages[page], "does not answer", False, advice)


def _failed(pages: list[str]) -> dict[str, str]:
    """Ask all pages at once; return why each of those that did not answer did not."""
    found: dict[str, str | None] = {}

    def ask(page: str) -> None:
        try:
            with httpx2.Client(timeout=TIMEOUT, headers={"User-Agent": f"industria/{industria.__version__}"}) as client:
                client.head(page)
            found[page] = None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            found[page] = str(error) or type(error).__name__

    # A name that is looked up in vain cannot be interrupted: the thread is left behind.
    threads = [threading.Thread(target=ask, args=(page,), daemon=True) for page in pages]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"no answer within {PATIENCE:.0f} seconds"
    told = {page: found.get(page, late) for page in pages}
    return {page: reason for page, reason in told.items() if reason is not None}
