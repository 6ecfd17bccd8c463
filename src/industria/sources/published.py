"""Files of a publisher that lie loose in a mirror, or in the archive that it publishes them in."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from industria.errors import BrokenFileError, NotMirroredError, OfflineError
from industria.sources import mirror
from industria.sources.fetch import official, question_of_file, written
from industria.sources.formats.plain_text import new_file
from industria.sources.publisher import Publisher
from industria.sources.raw import Raw
from industria.sources.source import Source, fingerprint
from industria.sources.store import Store, moment

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["Published", "had"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A publisher's file on this machine.

    Attributes
    ----------
    path : Path
        The file itself, out of its archive.
    name : str
        The publisher's name of it.
    raw : Raw
        What was had, the file or its archive, and how.
    """

    path: Path
    name: str
    raw: Raw

    def source(self, use: str, load: Callable[[], Table], request: Mapping[str, Any], **about: Any) -> Source:
        """Return it as a source: who published it, under which license, and what it says (`about`)."""
        publisher = self.raw.publisher
        sha256, size = fingerprint(self.path)
        known: dict[str, Any] = {
            "publisher": publisher.title,
            "license": publisher.license,
            "redistributable": publisher.redistributable,
            "url": self.raw.url,
            "retrieved": self.raw.retrieved,
            "notes": (),
        }
        told = known | about
        return Source(
            use=use,
            name=self.name,
            path=self.path,
            load=load,
            sha256=sha256,
            bytes=size,
            request=dict(request),
            held=self.raw,
            **told | {"notes": (*self.raw.notes, *told["notes"])},
        )


def had(
    publisher: Publisher,
    name: str,
    url: str,
    *,
    page: str,
    as_of: str | None = None,
    otherwise: Sequence[str] = (),
) -> Published:
    """Have a file of a publisher: from the mirror, from the store, or from its publisher.

    Parameters
    ----------
    publisher : Publisher
        Whose file.
    name : str
        The publisher's own name for it, with as much of the path as makes it one.
    url : str
        Where it is published: the file itself, or a .zip that holds it.
    page : str
        Where a person gets it.
    as_of : str, optional
        A day: the newest state of mirror and store that was had no later.
    otherwise : sequence of str
        Other names under which a mirror may have it.

    Returns
    -------
    Published
        Out of the archive, where it was in one.

    Raises
    ------
    NotMirroredError
        If it is neither in the mirror nor in the store, and the network is closed.
    BrokenFileError
        If the archive is no archive, or does not hold the file.
    ParameterRangeError
        If `as_of` is no date and no time.
    MissingVintageError, RefusedError, UnexpectedAnswerError, UnreachableError
        If nothing is old enough, or the publisher does not give it.
    """
    archive = PurePosixPath(url).name
    packed = archive.endswith(".zip") and not name.endswith(".zip")
    asked = archive if packed else name
    one = _newest(publisher, tuple(dict.fromkeys((name, *otherwise, asked))), url, as_of)
    if one is not None and one != asked:
        raw = official(publisher, one, url, as_of=as_of)
        return Published(path=raw.path, name=PurePosixPath(one).name, raw=raw)
    try:
        raw = official(publisher, asked, url, as_of=as_of)
    except OfflineError:
        raise NotMirroredError(name, [str(folder) for folder in mirror.folders()], publisher.title, page) from None
    path = _from_archive(raw, archive, PurePosixPath(name).name) if packed else raw.path
    return Published(path=path, name=PurePosixPath(name).name, raw=raw)


def _newest(publisher: Publisher, names: Sequence[str], url: str, as_of: str | None) -> str | None:
    """Tell under which name a file is here: in the mirror, else in the store, the newest that `as_of` allows."""
    if mirror.passed_over():
        return None
    dated = []
    for name in names:
        loose = mirror.find(name)
        if loose is not None and as_of is None:
            return name
        if loose is not None and as_of is not None and written(loose) <= moment(as_of):
            dated.append((written(loose), name))
        kept = Store.here().newest(question_of_file(publisher, name, url), as_of)
        if kept is not None:
            dated.append((datetime.fromisoformat(kept.retrieved), name))
    # Of one day, the first name: the file itself before its archive.
    return max(dated, key=lambda state: state[0])[1] if dated else None


def _from_archive(raw: Raw, archive: str, wanted: str) -> Path:
    try:
        with zipfile.ZipFile(raw.path) as packed:
            inside = [one for one in packed.namelist() if PurePosixPath(one).name.casefold() == wanted.casefold()]
            if not inside:
                held = ", ".join(sorted(PurePosixPath(one).name for one in packed.namelist())[:12])
                raise BrokenFileError(archive, f"it holds no file {wanted!r}; it has {held}.")
            path = new_file(PurePosixPath(wanted).suffix)
            with packed.open(inside[0]) as file, path.open("wb") as out:
                # A year of trade is half a gigabyte.
                shutil.copyfileobj(file, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise BrokenFileError(archive, f"it is cut off or no .zip file ({error}).") from None
    return path
