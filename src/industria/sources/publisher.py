"""What is known of a publisher before it is asked: its license, its limits, whether it wants a key."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

__all__ = ["Limits", "Publisher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a publisher may be asked, as it states itself.

    Attributes
    ----------
    calls_per_second, calls_per_hour, calls_per_day : float or int, optional
        Shared by all processes that share a store; None where nothing is stated.
    rows_per_call : int, optional
        Rows, or values, in one answer.
    series_per_call : int, optional
        Series, indicators or codes in one question.
    splits_by : tuple of str
        Parameters along which a larger question is split.
    """

    calls_per_second: float | None = None
    calls_per_hour: int | None = None
    calls_per_day: int | None = None
    rows_per_call: int | None = None
    series_per_call: int | None = None
    splits_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes, under which terms.

    Attributes
    ----------
    name : str
        As in `use`, and in INDUSTRIA_KEY_<NAME> and INDUSTRIA_ENDPOINT_<NAME>.
    title : str
        Its full name.
    license : str
        Of its data.
    homepage : str
        Where a person reads about it.
    limits : Limits
        What may be asked of it.
    key : {"required", "optional", "none"}
        Whether it wants a key.
    key_parameter : str
        What the key is called in a question.
    registration : str
        Where a key is had.
    contact : bool
        Whether it refuses programs that tell no e-mail address.
    redistributable : bool
        Whether its license lets its data be passed on.
    """

    name: str
    title: str
    license: str
    homepage: str
    limits: Limits = field(default_factory=Limits)
    key: Literal["required", "optional", "none"] = "none"
    key_parameter: str = "key"
    registration: str = ""
    contact: bool = False
    redistributable: bool = True

    @property
    def of_files(self) -> Publisher:
        """The publisher as its files are asked for: a key that is optional is for its interface alone."""
        return self if self.key == "required" else replace(self, key="none")

    def address(self, url: str) -> str:
        """Return where a question is sent: INDUSTRIA_ENDPOINT_<NAME> replaces scheme and host."""
        endpoint = os.environ.get(f"INDUSTRIA_ENDPOINT_{self.name.upper()}")
        if not endpoint:
            return url
        there, asked = urlsplit(endpoint), urlsplit(url)
        return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + asked.path, asked.query, ""))
