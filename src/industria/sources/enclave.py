"""What is had of publishers, for a machine without a network: pulled into the store, and written to a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from industria.errors import OfflineError, SourceError, UnwritableStoreError
from industria.sources.raw import Raw, closed
from industria.sources.source import Source
from industria.sources.store import Answer, Snapshot, Store

__all__ = ["export", "mirrored", "pull"]


def pull(source: Source) -> Snapshot | None:
    """Have in the store what a source is read from: what a mirror holds is copied there, under the day it was had.

    Parameters
    ----------
    source : Source
        As its reader gave it, which put there what it asked of the publisher.

    Returns
    -------
    Snapshot or None
        What the store has of it; None for a person's own file, or one of a package.

    Raises
    ------
    UnwritableStoreError
        If the disk is full or read-only.
    """
    held, store = source.held, Store.here()
    if not isinstance(held, Raw) or held.snapshot is not None:
        return held.snapshot if isinstance(held, Raw) else None
    before = store.newest(held.request)
    if before is not None and before.sha256 == held.sha256:
        return before
    name = PurePosixPath(str(held.request["file"]))
    answer = Answer(request={"method": "GET", "url": held.url, "body": None}, content=held.path.read_bytes())
    retrieved = datetime.fromisoformat(held.retrieved).replace(tzinfo=UTC).isoformat(timespec="seconds")
    return store.keep(held.request, [answer], vintage=name.name, suffix=name.suffix, retrieved=retrieved)


def mirrored(reader: Callable[..., Source], question: Mapping[str, Any]) -> Literal["yes", "no", "not a file"]:
    """Tell whether the mirror has the file that answers a question; nothing is sent.

    Parameters
    ----------
    reader : callable
        Of a publisher.
    question : mapping
        Its parameters.

    Returns
    -------
    {"yes", "no", "not a file"}
        The last of an interface, whose answers the store alone keeps.
    """
    with closed():
        try:
            held = reader(**question).held
        except OfflineError as error:
            return "no" if error.is_file else "not a file"
        except SourceError:
            return "no"
    if not isinstance(held, Raw) or "file" not in held.request:
        return "not a file"
    return "yes" if held.snapshot is None else "no"


def export(folder: Path) -> list[str]:
    """Write a mirror and a store for a machine without a network.

    `folder/mirror` has the newest of each file under its publisher's own name, for
    INDUSTRIA_MIRROR; `folder/store` has all answers, for INDUSTRIA_STORE, which may
    be read-only there. Keys are in neither.

    Parameters
    ----------
    folder : Path
        Made where it is not there; what is in it stays, or is written anew.

    Returns
    -------
    list of str
        The files and the interfaces that are in it now.

    Raises
    ------
    UnwritableStoreError
        If the folder cannot be written.
    BrokenFileError
        If bytes in the store are no longer those that were kept.
    """
    store = Store.here()
    told = []
    try:
        for part in ("objects", "answers"):
            if (store.root / part).is_dir():
                shutil.copytree(store.root / part, folder / "store" / part, dirs_exist_ok=True)
        for question, snapshot in store.questions():
            told.append(str(question.get("file") or question.get("use")))
            if "file" not in question:
                continue
            path = folder / "mirror" / str(question["publisher"]) / PurePosixPath(question["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(store.contents(snapshot)[0])
            # The mirror's date of a file is the day on which it was had.
            retrieved = datetime.fromisoformat(snapshot.retrieved).timestamp()
            os.utime(path, (retrieved, retrieved))
    except (OSError, shutil.Error) as error:
        raise UnwritableStoreError(str(folder), str(error)) from None
    return sorted(set(told))
