"""A study that was found without problems is not checked again until something changes."""

from __future__ import annotations

import hashlib

from industria.errors import IndustriaError
from industria.study.code import package_digest
from industria.study.digest import digest_of
from industria.study.inputs import open_sources
from industria.study.model import Study
from industria.study.provenance import packages
from industria.study.store import Store

__all__ = ["is_known_sound", "remember_sound"]


def is_known_sound(study: Study, *, local_code: bool) -> bool:
    """Tell whether this very study was checked before and had no problems.

    Parameters
    ----------
    study : Study
        As it stands now: its file, its briefs, its own measures and its sources.
    local_code : bool
        Whether measures of its own folder may run.
    """
    key = _key(study, local_code)
    return key is not None and Store.of(study.folder).get(key) is not None


def remember_sound(study: Study, *, local_code: bool) -> None:
    """Note that a study has no problems as it stands now."""
    key = _key(study, local_code)
    if key is not None:
        Store.of(study.folder).put(key, {"tables": {}})


def _key(study: Study, local_code: bool) -> str | None:
    """Digest all that a check looks at; None where a source cannot be had, which the check will tell."""
    try:
        sources = {name: source.sha256 for name, source in open_sources(study).items()}
    except (IndustriaError, OSError, TypeError):
        return None
    words = [study.folder / "study.toml", *study.briefs.values(), *sorted(study.folder.glob("*.py"))]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in words}
    parts = {"files": files, "sources": sources, "local_code": local_code}
    return digest_of({"sound": parts, "industria": package_digest(), "packages": packages()})
