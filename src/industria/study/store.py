"""The store of results: found by what went into them, trusted by their checksum."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from industria.errors import BusyFolderError, UnwritableFolderError
from industria.study.digest import digest_of

__all__ = ["Store", "link", "sha256", "writing"]

DAY: Final = 86_400.0
FULL: Final = ("No space left", "File too large", "Disk quota", "Could not write")


@dataclass(frozen=True, slots=True)
class Store:
    """Results of steps in a folder of their own.

    `keys/<key>.json` tells what a step gave and names its tables, each in
    `objects/<sha256>.parquet`. Files are written beside their place and renamed,
    so that a killed run leaves nothing half written, and two runs may share a store.

    Attributes
    ----------
    root : Path
        The folder; made when first written to.
    """

    root: Path

    @classmethod
    def of(cls, folder: Path) -> Store:
        """Return the store of a study: `INDUSTRIA_CACHE`, or `.industria` in its folder."""
        return cls(Path(os.environ.get("INDUSTRIA_CACHE") or folder / ".industria"))

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the entry of a key; None where there is none, or where it or a table of it is damaged."""
        try:
            entry = json.loads((self.root / "keys" / f"{key}.json").read_bytes())
            sound = entry.pop("checksum") == digest_of(entry)
            sound = sound and all(sha256(self.table(table)) == table["sha256"] for table in entry["tables"].values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return entry if sound else None

    def put(self, key: str, entry: Mapping[str, Any]) -> None:
        """Keep an entry; its tables are kept already."""
        with writing(self.root):
            path = self._beside("keys", "json")
            # In the order in which it was made: columns stand as they do in the table.
            path.write_text(json.dumps({**entry, "checksum": digest_of(entry)}, default=str), encoding="utf-8")
            path.replace(self.root / "keys" / f"{key}.json")

    def table(self, kept: Mapping[str, Any]) -> Path:
        """Return where a table is kept."""
        return self.root / "objects" / f"{kept['sha256']}.parquet"

    @contextmanager
    def keeping(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Offer a path to write a table to, and a record that gets its `sha256` once it is written."""
        kept: dict[str, Any] = {}
        with writing(self.root):
            path = self._beside("objects", "parquet")
            try:
                yield path, kept
                kept["sha256"] = sha256(path)
                path.replace(self.table(kept))
            finally:
                path.unlink(missing_ok=True)

    @contextmanager
    def only_run_of(self, folder: Path) -> Iterator[None]:
        """Let one run at a time write a folder.

        Raises
        ------
        BusyFolderError
            If another process is at it.
        """
        with writing(self.root):
            locks = self.root / "locks"
            locks.mkdir(parents=True, exist_ok=True)
            self._sweep()
        # SQLite locks files on every system, and the system frees the lock of a killed process.
        path = locks / f"{digest_of(str(folder.resolve()))[:16]}.lock"
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise BusyFolderError(folder) from None
                raise UnwritableFolderError(path, str(error)) from None
            yield

    def _sweep(self) -> None:
        """Remove what killed runs left half written; a run under way may share the store, so only after a day."""
        for left in self.root.glob("*/new-*"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > DAY:
                    left.unlink()

    def _beside(self, kind: str, ending: str) -> Path:
        folder = self.root / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"new-{uuid4().hex}.{ending}"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell a full disk or a closed folder by its path.

    Raises
    ------
    UnwritableFolderError
        With the system's reason.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        raise UnwritableFolderError(Path(error.filename or path), os.strerror(error.errno)) from error
    except Exception as error:
        import duckdb

        if not isinstance(error, duckdb.Error) or not any(word in str(error) for word in FULL):
            raise
        raise UnwritableFolderError(path, str(error).splitlines()[0]) from error


_REASONS: Final = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EFBIG,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}


def link(source: Path, target: Path) -> None:
    """Put a file in a second place, without a second copy where the system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def sha256(path: Path) -> str:
    """Digest the bytes of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
