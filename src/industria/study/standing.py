"""A run stands as long as nothing that went into it has changed: then there is nothing to check, run or draw."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from industria.core import engine
from industria.errors import IndustriaError
from industria.study.code import package_digest
from industria.study.digest import digest_of
from industria.study.inputs import open_sources
from industria.study.model import Study
from industria.study.provenance import packages
from industria.study.record import Run
from industria.study.store import Store

__all__ = ["key_of", "note", "standing"]


def key_of(study: Study, **options: Any) -> str | None:
    """Digest all that a run is made of.

    Parameters
    ----------
    study : Study
        Its words, briefs, own measures and sources count, by their bytes.
    **options
        How it is run.

    Returns
    -------
    str or None
        None where a source cannot be had; the run itself will tell.
    """
    try:
        sources = {name: source.sha256 for name, source in open_sources(study).items()}
    except (IndustriaError, OSError, TypeError):
        return None
    words = [study.folder / "study.toml", *study.briefs.values(), *sorted(study.folder.rglob("*.py"))]
    files = {str(path.relative_to(study.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in words}
    made_by = {"industria": package_digest(), "packages": packages(), "engine": engine.major_version()}
    return digest_of({"run": [files, sources, options], **made_by})


def note(study: Study, key: str | None, run: Run) -> None:
    """Remember which run a key gave, and its files."""
    if key is not None:
        Store.of(study.folder).put(
            key, {"tables": {}, "folder": str(run.folder.resolve()), "files": _files(run.folder)}
        )


def standing(study: Study, key: str | None) -> Run | None:
    """Return the last run if it is still the one that this key gave, and nobody touched its files."""
    kept = Store.of(study.folder).get(key) if key is not None else None
    if kept is None or not Path(kept["folder"]).is_dir() or _files(Path(kept["folder"])) != kept["files"]:
        return None
    return Run.read(Path(kept["folder"]))


def _files(folder: Path) -> dict[str, list[int]]:
    """List size and time of each file: enough to notice another run, or a hand in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in found}
