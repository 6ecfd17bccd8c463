"""A run stands as long as nothing that went into it has changed: then there is nothing to check, run or draw.

All is asked by bytes, before an engine, a measure or the words of the study are loaded.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from industria import sources
from industria.study.code import package_digest
from industria.study.digest import canonical, digest_of
from industria.study.folders import FILE, study_file
from industria.study.store import Store, sha256

__all__ = ["Standing"]

OF_THE_STUDY: Final = ("contract", "use")
"""Keys of a source that are no parameters of its reader."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a study that is run in one way.

    Attributes
    ----------
    folder : Path
        Of the study.
    file : Path
        In this folder.
    way : mapping
        How it is run: another way is another run.
    words : mapping
        Digest and time of each file that a person wrote, as it was at first.
    made_by : mapping
        Digests of Industria and of the packages, as they were at first.
    """

    folder: Path
    file: Path
    way: Mapping[str, Any]
    words: Mapping[str, Any]
    made_by: Mapping[str, str]

    @classmethod
    def of(cls, path: str | Path, **way: Any) -> Standing:
        """Look at a study before it is read.

        Parameters
        ----------
        path : path
            The folder of the study, or its file. Of what is not there nothing stands.
        **way
            How it is run.
        """
        found = study_file(Path(path))
        folder = found.parent.resolve() if found else Path(path).resolve()
        file = folder / (found.name if found else FILE)
        # Where there is no study, there may be anything: a whole home is not searched for measures.
        words = _words(folder, file) if found else {}
        made_by = {"industria": package_digest(), "packages": _installed(), "python": sys.version}
        return cls(folder, file, way, words, made_by)

    def answer(self) -> dict[str, Any] | None:
        """Return what was noted of the last run, if nothing has changed since.

        Returns
        -------
        dict or None
            None where a byte of the study, its prose, its measures, its sources, of
            Industria or of the run differs, or a package is another one.
        """
        try:
            kept = self._store.get(self._key)
            stands = (
                kept is not None
                and kept["made_of"] == self._made_of
                and kept["measures"] == _digests(map(Path, kept["measures"]))
                and kept["files"] == _files(self._run)
                and self._has_sources_of(_record(self._run))
            )
        except Exception:
            # What cannot be had or read, the run itself will tell.
            return None
        return kept["answer"] if kept is not None and stands else None

    def note(self, record: Mapping[str, Any], measures: Iterable[Path], answer: Mapping[str, Any]) -> None:
        """Remember what is to be answered as long as a run stands.

        Parameters
        ----------
        record : mapping
            What its `run.json` says.
        measures : iterable of Path
            The files of its measures.
        answer : mapping
            Plain data.
        """
        kept = {"made_of": self._made_of, "measures": _digests(measures), "files": _files(self._run)}
        # Somebody wrote into the study or made another run: nobody knows what would stand.
        if self.words == _words(self.folder, self.file) and _record(self._run) == record:
            self._store.put(self._key, {"tables": {}, **kept, "answer": answer})

    @property
    def _run(self) -> Path:
        return self.folder / "run"

    @property
    def _store(self) -> Store:
        return Store.of(self.folder)

    @property
    def _key(self) -> str:
        return digest_of({"stands": str(self.file), "way": self.way})

    @property
    def _made_of(self) -> dict[str, Any]:
        # A file that was written anew with the same bytes is the same.
        return {**self.made_by, "words": {name: digest for name, (digest, _) in self.words.items()}}

    def _has_sources_of(self, record: Mapping[str, Any]) -> bool:
        """Tell whether the readers would give a run the same sources again, with the same dates, terms and notes."""
        said = tomllib.loads(self.file.read_text("utf-8-sig")).get("sources", {})
        for name, words in said.items():
            parameters = {key: value for key, value in words.items() if key not in OF_THE_STUDY}
            source = sources.opened(words["use"], parameters, self.folder)
            told, before = json.loads(canonical(source.describe())), record["sources"][name]
            if any(before[word] != value for word, value in told.items()):
                return False
        return True


def _words(folder: Path, file: Path) -> dict[str, Any]:
    """Digest all that a person wrote: the study, its prose, its measures."""
    written = {file, *folder.glob("brief*.md")}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        written |= {Path(place, name) for name in files if name.endswith(".py")}
    return {
        str(path.relative_to(folder)): [sha256(path), path.stat().st_mtime_ns]
        for path in sorted(written)
        if path.is_file()
    }


def _files(run: Path) -> dict[str, str]:
    """Digest every file of a run."""
    return _digests(path for path in run.rglob("*") if path.is_file())


def _record(run: Path) -> Any:
    return json.loads((run / "run.json").read_bytes())


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {str(path): sha256(path) for path in sorted(paths)}


def _installed() -> str:
    """Digest the list of all packages that can be imported, with the time when each was installed."""
    found = []
    for folder in filter(os.path.isdir, dict.fromkeys(sys.path)):
        with os.scandir(folder) as entries:
            packages = [entry for entry in entries if entry.name.endswith((".dist-info", ".egg-info", ".pth"))]
            found += [(folder, entry.name, entry.stat().st_mtime_ns) for entry in packages]
    return digest_of(sorted(found))
