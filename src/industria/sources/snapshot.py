"""What a publisher sent, and one whole answer as the store keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Answer", "Snapshot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a publisher sent for one request.

    Attributes
    ----------
    request : mapping
        `method`, `url` and `body`, without the key.
    content : bytes
        As it came, but for the key where the publisher repeats it.
    status : int
        Of HTTP.
    headers : mapping
        Those that date and describe the content.
    """

    request: Mapping[str, Any]
    content: bytes = field(repr=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One whole answer to a question, as it is kept.

    Attributes
    ----------
    number : int
        Counts the answers to this question from one.
    retrieved : str
        The time in UTC, never before that of the answer before it.
    clock : str
        The time that the machine told, which may be wrong.
    sha256 : str
        Of the content; of the digests of the parts where there are several.
    bytes : int
        All parts together.
    vintage : str or None
        The publisher's own name for it.
    republished : tuple of str
        Digests of earlier, different contents under the same name of a vintage.
    parts : tuple of mappings
        `sha256`, `bytes`, `file`, `request`, `status`, `headers` of each.
    path : Path
        The file, or the record where there are several.
    """

    number: int
    retrieved: str
    clock: str
    sha256: str
    bytes: int
    vintage: str | None
    republished: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...]
    path: Path
