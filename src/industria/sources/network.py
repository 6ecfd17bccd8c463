"""One request over the network: politely, patiently, and without a word of the key."""

from __future__ import annotations

import logging
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2
import stamina

import industria
from industria.errors import (
    BusyPublisherError,
    MissingContactError,
    RefusedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from industria.sources.keys import key_of, without_key
from industria.sources.publisher import Publisher
from industria.sources.store import Answer, Store
from industria.sources.turns import LONGEST_WAIT, take_turn

__all__ = ["changed_at", "check", "send"]

ATTEMPTS: Final = 5
BUSY: Final = (429, 502, 503, 504)
HOPS: Final = 3
KEPT_HEADERS: Final = ("content-type", "last-modified", "etag", "content-length", "date")
FIRST_BYTES: Final = {
    "zip": (b"PK",),
    "xlsx": (b"PK",),
    "xls": (b"\xd0\xcf\x11\xe0", b"PK"),
    "gz": (b"\x1f\x8b",),
    "parquet": (b"PAR1",),
}
TIMEOUT: Final = httpx2.Timeout(60.0, connect=20.0)


class _Busy(Exception):
    """The publisher asks for patience; `wait` are the seconds that it names."""

    def __init__(self, reason: str, wait: float | None) -> None:
        super().__init__(reason)
        self.wait = wait


def send(publisher: Publisher, request: Mapping[str, Any], store: Store) -> Answer:
    """Send one request and return what came.

    Parameters
    ----------
    publisher : Publisher
        Its limits, key and contact.
    request : mapping
        `method`, `url` and `body` (sent as JSON), without the key.
    store : Store
        Where turns are counted.

    Returns
    -------
    Answer
        Of any status below 500 but 429; what it means is for the publisher's own file to say.

    Raises
    ------
    MissingKeyError, MissingContactError
        Before anything is sent.
    BusyPublisherError
        If it stays busy after five attempts.
    UnreachableError
        If no answer comes.
    UnexpectedAnswerError
        If it leads elsewhere.
    """
    key = key_of(publisher)
    agent = {"User-Agent": _agent(publisher)}
    with _silent(key), httpx2.Client(headers=agent, timeout=TIMEOUT, follow_redirects=False) as client:
        try:
            for attempt in stamina.retry_context(on=_patience, attempts=ATTEMPTS, timeout=None, wait_max=30.0):
                with attempt:
                    take_turn(publisher, urlsplit(publisher.address(request["url"])).netloc, store.root)
                    answer = _once(client, publisher, request, key)
        except _Busy as busy:
            until = "later" if busy.wait is None else f"in {busy.wait:.0f} seconds"
            raise BusyPublisherError(publisher.title, str(busy), until) from None
        except httpx2.TransportError as error:
            raise UnreachableError(publisher.title, request["url"], without_key(str(error), key)) from None
    return answer


def changed_at(publisher: Publisher, request: Mapping[str, Any], store: Store) -> Mapping[str, str]:
    """Ask for the date and size of a file without the file.

    Returns
    -------
    mapping
        The headers that tell them.

    Raises
    ------
    RefusedError
        If the publisher does not say.
    """
    answer = send(publisher, {**request, "method": "HEAD"}, store)
    if answer.status >= 400:
        raise RefusedError(publisher.title, request["url"], f"HTTP {answer.status}")
    return answer.headers


def check(publisher: Publisher, answer: Answer, expects: str) -> None:
    """Refuse content of another format than was asked for, by its type and its first bytes.

    Parameters
    ----------
    publisher : Publisher
        Who sent it.
    answer : Answer
        A success.
    expects : {"", "csv", "gz", "json", "parquet", "tsv", "txt", "xls", "xlsx", "zip"}
        The format; nothing is expected of an empty word.

    Raises
    ------
    UnexpectedAnswerError
        If it is another, such as a web page, or a zip that was cut off.
    """
    if not expects:
        return
    url, content = answer.request["url"], answer.content
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    page = start[:1] == b"<" or "html" in answer.headers.get("content-type", "").lower()
    if expects in FIRST_BYTES:
        right = content.startswith(FIRST_BYTES[expects])
    else:
        right = start[:1] in (b"{", b"[") if expects == "json" else not page
    if not right:
        raise UnexpectedAnswerError(publisher.title, url, expects, _seen(content, page))
    if content.startswith(b"PK") and not zipfile.is_zipfile(BytesIO(content)):
        raise UnexpectedAnswerError(
            publisher.title, url, expects, f"a {expects} that is cut off ({len(content)} bytes)"
        )


def _once(client: httpx2.Client, publisher: Publisher, request: Mapping[str, Any], key: str | None) -> Answer:
    url, body = publisher.address(request["url"]), request.get("body")
    for _ in range(HOPS):
        asked, told = _with_key(publisher, url, body, key)
        response = client.request(request["method"], asked, json=told)
        if not response.is_redirect:
            break
        leads = urljoin(url, response.headers.get("location", ""))
        # A page about a missing key is reached by a redirect, and reads like a success.
        if (urlsplit(leads).hostname, urlsplit(leads).path) != (urlsplit(url).hostname, urlsplit(url).path):
            got = f"a redirect to {without_key(leads, key)}"
            raise UnexpectedAnswerError(publisher.title, request["url"], "data", got)
        url = url.replace(f"{urlsplit(url).scheme}:", f"{urlsplit(leads).scheme}:", 1)
    if response.status_code in BUSY:
        wait = _retry_after(response.headers.get("retry-after"), datetime.now(UTC))
        raise _Busy(f"it is busy (HTTP {response.status_code})", wait)
    return Answer(
        request={"method": request["method"], "url": request["url"], "body": body},
        # Some publishers repeat the whole question, with the key.
        content=_struck(response.content, key),
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
    )


def _with_key(publisher: Publisher, url: str, body: Any, key: str | None) -> tuple[httpx2.URL, Any]:
    asked = httpx2.URL(url)
    if key is None:
        return asked, body
    if body is None:
        return asked.copy_merge_params({publisher.key_parameter: key}), None
    return asked, {**body, publisher.key_parameter: key}


def _struck(content: bytes, key: str | None) -> bytes:
    return content.replace(key.encode(), b"(key)") if key else content


def _patience(error: Exception) -> bool | float:
    """Say whether to ask again, and when; a refusal is an answer, and is never asked twice."""
    if isinstance(error, _Busy):
        return True if error.wait is None else error.wait if error.wait <= LONGEST_WAIT else False
    # Connections that were cut, not addresses that do not exist.
    return isinstance(error, httpx2.ReadError | httpx2.WriteError | httpx2.RemoteProtocolError | httpx2.ReadTimeout)


def _retry_after(told: str | None, now: datetime) -> float | None:
    """Read Retry-After: seconds, or the date when to come back."""
    if not told:
        return None
    if told.strip().isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - now) / timedelta(seconds=1))
    except (TypeError, ValueError):
        return None


def _agent(publisher: Publisher) -> str:
    contact = os.environ.get("INDUSTRIA_CONTACT", "").strip()
    if publisher.contact and "@" not in contact:
        raise MissingContactError(publisher.title)
    return f"industria/{industria.__version__}" + (f" ({contact})" if contact else "")


def _seen(content: bytes, page: bool) -> str:
    if not page:
        return f"something else ({content[:40]!r})" if content else "nothing"
    title = re.search(rb"<title[^>]*>(.*?)</title>", content, re.S | re.I)
    return f"a web page ({title[1].decode(errors='replace').strip()!r})" if title else "a web page"


@contextmanager
def _silent(key: str | None) -> Iterator[None]:
    """Strike the key out of what the client logs: it logs whole addresses."""

    def strike(record: logging.LogRecord) -> bool:
        record.msg, record.args = without_key(record.getMessage(), key), ()
        return True

    logger = logging.getLogger("httpx2")
    logger.addFilter(strike)
    try:
        yield
    finally:
        logger.removeFilter(strike)
