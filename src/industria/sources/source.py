"""The record of one source: what it is, where it came from, and how to read it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

from industria.errors import UsageError, hint, listing

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["ABOUT", "Held", "Source", "SourcePath", "described", "fingerprint"]

SourcePath = Annotated[str, "path"]
"""A parameter that holds a path; the study floor resolves it by `sources.locate`."""

ABOUT: Final = (
    "publisher",
    "title",
    "vintage",
    "url",
    "license",
    "citation",
    "documentation",
    "retrieved",
    "redistributable",
    "synthetic",
)
"""What a person may say of a file that does not say it itself."""


class Held(Protocol):
    """What is known of how a publisher's bytes were had."""

    def changed(self) -> bool | None:
        """Ask the publisher whether they have changed, without downloading them."""

    def vintages(self) -> list[Mapping[str, Any]]:
        """List the states of them that the store holds, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table from outside, before it is read.

    Attributes
    ----------
    use : str
        The reader, as a study names it.
    name : str
        What the publisher calls it; the file's name where nobody calls it anything.
    path : Path
        The file on this machine; left out of `describe`, as it differs from place to place.
    sha256 : str
        Of the file's bytes, as they lie there.
    bytes : int
        The file's size.
    request : mapping
        The parameters it was asked for with.
    publisher, title, vintage, url, license, citation, documentation : str or None
        What is known of it.
    retrieved : str or None
        When it was had from its publisher, as YYYY-MM-DD.
    redistributable : bool or None
        Whether its license lets a study be shared with it; None where nobody said.
    synthetic : bool
        Whether its rows are drawn, so that they are of no real firm or person. What a
        study makes of them is marked so wherever it is shown.
    notes : tuple of str
        What the reader changed on the way in, such as Stata's missing codes.
    facts : mapping
        What its publisher says beside the rows, such as the bound above which wages
        are not told.
    held : Held or None
        How it was had from its publisher; None where it is a person's own file.
    """

    use: str
    name: str
    path: Path
    sha256: str
    bytes: int
    load: Callable[[], Table] = field(repr=False, compare=False)
    request: Mapping[str, Any] = field(default_factory=dict)
    publisher: str | None = None
    title: str | None = None
    vintage: str | None = None
    url: str | None = None
    license: str | None = None
    citation: str | None = None
    documentation: str | None = None
    retrieved: str | None = None
    redistributable: bool | None = None
    synthetic: bool = False
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    held: Held | None = field(default=None, repr=False, compare=False)

    def read(self) -> Table:
        """Return the rows as a lazy table on the default connection.

        The structure of the file is checked first: a cut-off or ragged file is
        refused here, with its line.
        """
        return self.load()

    def check(self) -> bool | None:
        """Ask the publisher whether its file has changed, without downloading it.

        Returns
        -------
        bool or None
            None where the publisher does not date its answers, or where it is not
            known what it said before.

        Raises
        ------
        OfflineError
            If INDUSTRIA_OFFLINE is set.
        SourceError
            If the publisher does not answer.
        """
        return None if self.held is None else self.held.changed()

    def vintages(self) -> list[Mapping[str, Any]]:
        """List what the store holds of it, the oldest first: `retrieved`, `vintage`, `sha256`, `bytes`."""
        return [] if self.held is None else self.held.vintages()

    def describe(self) -> dict[str, Any]:
        """List what `run.json` records of it; the runner adds the number of rows."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("path", "load", "held")}
        return told | {"request": dict(self.request), "notes": list(self.notes), "facts": dict(self.facts)}


def fingerprint(path: Path) -> tuple[str, int]:
    """Return the sha256 and the size of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def described(about: Mapping[str, str | bool] | None) -> dict[str, Any]:
    """Check what a person says of a source.

    Raises
    ------
    UsageError
        If a word is not in `ABOUT`; the message has the nearest one. If `synthetic` is
        neither true nor false: "no" would be read as a mark.
    """
    for word in about or {}:
        if word not in ABOUT:
            raise UsageError(f"about has {word!r}; it may have {listing(ABOUT)}.{hint(word, ABOUT)}")
    if not isinstance(synthetic := (about or {}).get("synthetic", False), bool):
        raise UsageError(f"about has synthetic = {synthetic!r}; it is true or false.")
    return dict(about or {})
