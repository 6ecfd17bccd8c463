"""Official data: from the mirror, from the store, or from its publisher, in this order.

A file is asked for by the publisher's own name (`official`), a table of an interface
by what is asked of it (`ask`). Nothing here loads a client for the network before
something must be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from industria.errors import MissingVintageError, OfflineError, RefusedError
from industria.sources import mirror
from industria.sources.formats.plain_text import new_file
from industria.sources.interface import Interface, Lists, Refusal, halved, parts
from industria.sources.keys import key_of
from industria.sources.publisher import Limits, Publisher
from industria.sources.raw import Raw, offline
from industria.sources.source import fingerprint
from industria.sources.store import Answer, Snapshot, Store, moment, now

__all__ = [
    "Interface",
    "Limits",
    "Publisher",
    "Raw",
    "Refusal",
    "ask",
    "official",
    "offline",
    "question_of_file",
    "written",
]

FORMATS: Final = ("csv", "gz", "json", "parquet", "tsv", "txt", "xls", "xlsx", "zip")


def official(
    publisher: Publisher,
    name: str,
    url: str,
    *,
    as_of: str | None = None,
    vintage: str | None = None,
    fresh: bool = False,
) -> Raw:
    """Have a publisher's file.

    Parameters
    ----------
    publisher : Publisher
        Whose file.
    name : str
        The publisher's own name for it, with as much of the path as makes it one.
    url : str
        Where it is published.
    as_of : str, optional
        A day: the newest file that was had no later, of the store or of the mirror.
    vintage : str, optional
        The publisher's name for this state of its data, the file's own without it: a
        file that changes under one such name is told in `notes`.
    fresh : bool
        Download it again, whatever is there.

    Returns
    -------
    Raw
        From the mirror, the store or the network.

    Raises
    ------
    OfflineError
        If it is not there and INDUSTRIA_OFFLINE is set.
    MissingVintageError
        If nothing is old enough.
    RefusedError, UnexpectedAnswerError, UnreachableError
        If the publisher does not give it.
    """
    question = question_of_file(publisher, name, url)
    ending = PurePosixPath(name).suffix
    expects = ending[1:].lower() if ending[1:].lower() in FORMATS else ""

    def download() -> list[Answer]:
        from industria.sources.network import check, send

        answer = send(publisher.of_files, {"method": "GET", "url": url, "body": None}, Store.here())
        if answer.status != 200:
            raise RefusedError(publisher.title, url, f"HTTP {answer.status}")
        check(publisher, answer, expects)
        return [answer]

    if not fresh and as_of is None and (found := mirror.find(name)) is not None:
        return _file(publisher, name, url, found)
    snapshot = _kept(question, as_of, fresh)
    if not fresh and as_of is not None and (found := mirror.find(name)) is not None:
        day = written(found)
        if day <= moment(as_of) and (snapshot is None or datetime.fromisoformat(snapshot.retrieved) < day):
            return _file(publisher, name, url, found)
    if snapshot is None:
        _may_ask(f"the file {name!r} of {publisher.title}", url, as_of, question)
        snapshot = _asked(question, download, vintage or PurePosixPath(name).name, ending)
    return _raw(publisher, snapshot, url, question)


def ask(
    interface: Interface, use: str, lists: Lists, *, as_of: str | None = None, fresh: bool = False, **fixed: Any
) -> Raw:
    """Have a table of an interface, in as many requests as its limits ask for.

    Parameters
    ----------
    interface : Interface
        Of the publisher.
    use : str
        The reader, as a study names it.
    lists : mapping of str to sequence of str
        What is asked, by parameter; a request above the limit is split along the
        longest, before it is sent and again where the publisher finds it too large.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.
    fresh : bool
        Ask again, whatever is there.
    **fixed
        The other parameters: they tell this question from others.

    Returns
    -------
    Raw
        From the store or the network.

    Raises
    ------
    OfflineError
        If it is not there and INDUSTRIA_OFFLINE is set.
    MissingKeyError
        If the publisher wants a key, before anything is sent.
    BusyPublisherError
        If it takes more calls than the publisher allows by the hour or the day, before
        anything is sent; or if the publisher stays busy.
    RefusedError, TooLargeError, UnexpectedAnswerError, UnreachableError
        If the publisher does not give it.
    """
    publisher = interface.publisher
    question = {"use": use, **fixed, **{name: list(words) for name, words in lists.items()}}
    url = str(interface.build(lists)["url"])
    snapshot = _kept(question, as_of, fresh)
    if snapshot is None:
        _may_ask(use, url, as_of, question)
        key_of(publisher)

        def download() -> list[Answer]:
            from industria.sources.turns import refuse_beyond

            planned = parts(lists, interface)
            if len(planned) > 1:
                refuse_beyond(publisher, urlsplit(publisher.address(url)).netloc, Store.here().root, len(planned))
            return [one for part in planned for one in halved(interface, part)]

        snapshot = _asked(question, download, None, f".{interface.expects}")
    return _raw(publisher, snapshot, url, question)


def question_of_file(publisher: Publisher, name: str, url: str) -> dict[str, Any]:
    """Return the words by which the store knows a file."""
    return {"publisher": publisher.name, "file": name, "url": url}


def written(path: Path) -> datetime:
    """Return the day on which a file of the mirror was written, as its first moment."""
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _file(publisher: Publisher, name: str, url: str, found: Path) -> Raw:
    """Return a file of the mirror, out of its packing."""
    path = found
    if found.name != PurePosixPath(name).name:
        path = new_file(PurePosixPath(name).suffix)
        path.write_bytes(mirror.unpacked(found, name))
    digest, size = fingerprint(path)
    question = question_of_file(publisher, name, url)
    day = written(found).date().isoformat()
    return Raw(path=path, url=url, request=question, retrieved=day, sha256=digest, bytes=size, publisher=publisher)


def _kept(question: Mapping[str, Any], as_of: str | None, fresh: bool) -> Snapshot | None:
    return None if fresh or mirror.passed_over() else Store.here().newest(question, as_of)


def _may_ask(what: str, url: str, as_of: str | None, question: Mapping[str, Any]) -> None:
    store = Store.here()
    # What is had now is no older than now.
    if as_of is not None and moment(as_of) < now():
        raise MissingVintageError(what, as_of, [one.retrieved[:10] for one in store.vintages(question)])
    if offline():
        folders = [str(folder) for folder in mirror.folders()]
        raise OfflineError(what, url, folders, str(store.root), is_file="file" in question)


def _asked(
    question: Mapping[str, Any], download: Callable[[], list[Answer]], vintage: str | None, suffix: str
) -> Snapshot:
    store = Store.here()
    before = store.newest(question)
    with store.asking(question):
        latest = store.newest(question)
        # Another process asked the same while this one waited for its turn.
        if latest is not None and (before is None or latest.number > before.number):
            return latest
        return store.keep(question, download(), vintage=vintage, suffix=suffix)


def _raw(publisher: Publisher, snapshot: Snapshot, url: str, question: Mapping[str, Any]) -> Raw:
    told = f"{url} was published again as {snapshot.vintage!r} with other content than before (sha256 "
    notes = tuple(f"{told}{digest[:12]}… became {snapshot.sha256[:12]}…)" for digest in snapshot.republished)
    return Raw(
        path=snapshot.path,
        url=url,
        request=question,
        retrieved=snapshot.retrieved[:10],
        sha256=snapshot.sha256,
        bytes=snapshot.bytes,
        publisher=publisher,
        notes=notes,
        snapshot=snapshot,
    )
