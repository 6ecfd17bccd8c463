"""A publisher's bytes on this machine, and how they were had."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from industria.errors import OfflineError
from industria.sources import mirror
from industria.sources.publisher import Publisher
from industria.sources.store import Snapshot, Store

__all__ = ["Raw", "closed", "offline"]

DATES: Final = ("etag", "last-modified", "content-length")
"""Headers that tell one state of a file from another, the surest first."""


_closed: Final[ContextVar[bool]] = ContextVar("_closed", default=False)


def offline() -> bool:
    """Tell whether the network is closed, by INDUSTRIA_OFFLINE or by `closed`."""
    return _closed.get() or os.environ.get("INDUSTRIA_OFFLINE", "") not in ("", "0")


@contextmanager
def closed() -> Iterator[None]:
    """Close the network for a while: what is asked meanwhile is had from mirror and store, or not at all."""
    before = _closed.set(True)
    try:
        yield
    finally:
        _closed.reset(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A publisher's bytes on this machine.

    Attributes
    ----------
    path : Path
        A file that holds them, unpacked where a mirror packed it; where there are
        several parts, the store's record of them.
    url : str
        Where they are published.
    request : mapping
        What was asked.
    retrieved : str
        The day they were had from the publisher, as YYYY-MM-DD; of a file in a
        mirror, the day it was last written.
    sha256 : str
        Of the content; of the digests of the parts where there are several.
    bytes : int
        All parts together.
    publisher : Publisher
        Who published it.
    notes : tuple of str
        What a reader should know: that the publisher changed what it had published.
    snapshot : Snapshot or None
        The record in the store; None for a file of a mirror.
    """

    path: Path
    url: str
    request: Mapping[str, Any]
    retrieved: str
    sha256: str
    bytes: int
    publisher: Publisher
    notes: tuple[str, ...] = ()
    snapshot: Snapshot | None = None

    def contents(self) -> list[builtins.bytes]:
        """Read the bytes, part by part."""
        return [self.path.read_bytes()] if self.snapshot is None else Store.here().contents(self.snapshot)

    def changed(self) -> bool | None:
        """Compare what the publisher says of a file now with what it said when it was had.

        Returns
        -------
        bool or None
            None where nothing tells: an interface builds its answers anew, and a
            mirror does not keep what the publisher said.

        Raises
        ------
        OfflineError
            If INDUSTRIA_OFFLINE is set.
        """
        if "file" not in self.request or self.snapshot is None:
            return None
        store = Store.here()
        if offline():
            raise OfflineError(self.url, self.url, [str(folder) for folder in mirror.folders()], str(store.root))

        from industria.sources.network import changed_at

        before = self.snapshot.parts[0]["headers"]
        headers = changed_at(self.publisher.of_files, {"url": self.url, "body": None}, store)
        told = next((name for name in DATES if name in before and name in headers), None)
        return None if told is None else bool(before[told] != headers[told])

    def vintages(self) -> list[Mapping[str, Any]]:
        """List what the store holds of the same question, the oldest first."""
        return [
            {"retrieved": one.retrieved, "vintage": one.vintage, "sha256": one.sha256, "bytes": one.bytes}
            for one in Store.here().vintages(self.request)
        ]
