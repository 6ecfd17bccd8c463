"""The store: what publishers answered, to the byte, with the question and the time.

`objects/<sha256>` holds bytes; `answers/<question>/<number>.json` tells one answer
to a question: when, which objects, under which name of a vintage. Answers are only
added. A killed process leaves nothing half written.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from industria.errors import BrokenFileError, ParameterRangeError, UnwritableStoreError
from industria.sources.snapshot import Answer, Snapshot

__all__ = ["Answer", "Snapshot", "Store", "now"]

FORMAT: Final = 1
PATIENCE: Final = 3600.0  # seconds that one process waits for another that asks the same


def now() -> datetime:
    """Return the time that this machine tells."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """Answers of publishers in a folder of their own.

    Attributes
    ----------
    root : Path
        The folder; made when first written to.
    """

    root: Path

    @classmethod
    def here(cls) -> Store:
        """Return the store of this machine: INDUSTRIA_STORE, or a folder among the user's data."""
        if told := os.environ.get("INDUSTRIA_STORE"):
            return cls(Path(told))
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home())
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Application Support"
        else:
            base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return cls(base / "industria" / "store")

    def vintages(self, question: Mapping[str, Any]) -> list[Snapshot]:
        """List the answers to a question, the oldest first."""
        folder = self._folder(question)
        records = sorted(folder.glob("*.json")) if folder.is_dir() else []
        return [self._snapshot(path) for path in records if path.stem.isdigit()]

    def questions(self) -> list[tuple[Mapping[str, Any], Snapshot]]:
        """List every question that was asked, with its newest answer."""
        folders = sorted((self.root / "answers").glob("*/"))
        newest = [
            max((path for path in folder.glob("*.json") if path.stem.isdigit()), default=None) for folder in folders
        ]
        return [(json.loads(path.read_bytes())["question"], self._snapshot(path)) for path in newest if path]

    def newest(self, question: Mapping[str, Any], as_of: str | None = None) -> Snapshot | None:
        """Return the newest answer to a question, or the newest not later than a day or a time.

        Raises
        ------
        ParameterRangeError
            If `as_of` is no date and no time.
        """
        until = None if as_of is None else moment(as_of)
        fitting = [s for s in self.vintages(question) if until is None or datetime.fromisoformat(s.retrieved) <= until]
        return fitting[-1] if fitting else None

    def contents(self, snapshot: Snapshot) -> list[bytes]:
        """Read the parts of an answer.

        Raises
        ------
        BrokenFileError
            If the bytes are no longer those that were kept.
        """
        return [self._content(part) for part in snapshot.parts]

    def keep(
        self,
        question: Mapping[str, Any],
        answers: Sequence[Answer],
        *,
        vintage: str | None = None,
        suffix: str = "",
        retrieved: str | None = None,
    ) -> Snapshot:
        """Keep an answer to a question.

        Parameters
        ----------
        question : mapping
            What was asked, in words that stay the same from version to version.
        answers : sequence of Answer
            One a request that it took, in their order.
        vintage : str, optional
            The publisher's own name for what it sent.
        suffix : str
            As `.xlsx`, for programs that go by the name of a file.
        retrieved : str, optional
            When they were had, where that was before now: of a file of a mirror.

        Returns
        -------
        Snapshot
            Earlier answers stay.

        Raises
        ------
        UnwritableStoreError
            If the disk is full or read-only.
        """
        with self._writing():
            parts = [self._keep_bytes(answer, suffix) for answer in answers]
            digests = [part["sha256"] for part in parts]
            digest = digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
            clock = now().isoformat(timespec="seconds")
            while True:
                earlier = self.vintages(question)
                record = {
                    "format": FORMAT,
                    "question": dict(question),
                    # A clock that was set back must not make an old answer the newest.
                    "retrieved": max([retrieved or clock, *(one.retrieved for one in earlier[-1:])]),
                    "clock": clock,
                    "sha256": digest,
                    "bytes": sum(part["bytes"] for part in parts),
                    "vintage": vintage,
                    "republished": _others(earlier, vintage, digest),
                    "parts": parts,
                }
                path = self._folder(question) / f"{(earlier[-1].number if earlier else 0) + 1:06}.json"
                if self._put_new(path, json.dumps(record, indent=1).encode()):
                    return self._snapshot(path)

    @contextmanager
    def asking(self, question: Mapping[str, Any]) -> Iterator[None]:
        """Hold a question, so that another process that has the same waits for this one's answer.

        Raises
        ------
        UnwritableStoreError
            If the store cannot be written: an answer could not be kept.
        """
        with self._writing():
            locks = self.root / "locks"
            locks.mkdir(parents=True, exist_ok=True)
        # SQLite locks files on every system, and the system frees the lock of a killed process.
        path = locks / f"{key_of_question(question)}.lock"
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise UnwritableStoreError(str(path), str(error)) from None
            yield

    def _folder(self, question: Mapping[str, Any]) -> Path:
        return self.root / "answers" / key_of_question(question)

    def _snapshot(self, path: Path) -> Snapshot:
        try:
            record = json.loads(path.read_bytes())
            told = {key: record[key] for key in ("retrieved", "clock", "sha256", "bytes", "vintage")}
            parts = tuple(record["parts"])
            file = self.root / parts[0]["file"] if len(parts) == 1 else path
            republished = tuple(record["republished"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise BrokenFileError(str(path), f"it is no record of the store ({error}).") from None
        return Snapshot(number=int(path.stem), parts=parts, path=file, republished=republished, **told)

    def _content(self, part: Mapping[str, Any]) -> bytes:
        path = self.root / part["file"]
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != part["sha256"]:
            raise BrokenFileError(str(path), "its bytes are not those that were kept; remove it and pull it again.")
        return content

    def _keep_bytes(self, answer: Answer, suffix: str) -> dict[str, Any]:
        digest = hashlib.sha256(answer.content).hexdigest()
        file = f"objects/{digest[:2]}/{digest}{suffix}"
        self._put_new(self.root / file, answer.content)
        told = asdict(answer)
        del told["content"]
        return {"sha256": digest, "bytes": len(answer.content), "file": file, **told}

    def _put_new(self, path: Path, content: bytes) -> bool:
        """Write a file whole or not at all; False where there is one of this name."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return False
        beside = path.parent / f"new-{uuid4().hex}"
        try:
            beside.write_bytes(content)
            return _named(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnwritableStoreError(str(error.filename or self.root), error.strerror or str(error)) from error


def key_of_question(question: Mapping[str, Any]) -> str:
    """Digest a question: the same words, in any order, are the same question."""
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:32]


def moment(as_of: str) -> datetime:
    """Read the last moment that an `as_of` includes: a day includes its evening.

    Raises
    ------
    ParameterRangeError
        If it is no date and no time.
    """
    try:
        if len(as_of) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(as_of), datetime.max.time(), UTC)
        told = datetime.fromisoformat(as_of)
    except ValueError:
        raise ParameterRangeError("as_of", as_of, "a day, as '2026-03-01', or a time, as '2026-03-01T12:00'") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _named(beside: Path, path: Path) -> bool:
    """Give a whole file its name; False where another process was faster."""
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    except OSError:
        # Some network disks know no second name for a file.
        beside.replace(path)
    return True


def _others(earlier: Sequence[Snapshot], vintage: str | None, digest: str) -> list[str]:
    """List the different contents that came under the same name of a vintage."""
    if vintage is None:
        return []
    return list(dict.fromkeys(one.sha256 for one in earlier if one.vintage == vintage and one.sha256 != digest))
