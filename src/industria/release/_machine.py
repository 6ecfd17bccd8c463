"""What the machine of a site has of what a pack asks for."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from industria.core import engine
from industria.release._lock import LINE, canonical, locked

__all__ = ["Piece", "looked_over"]

PYTHONS: Final = ((3, 11), (3, 13))
ENOUGH_DISK: Final = 2 * 1024**3
ENOUGH_MEMORY: Final = 1024**3
NAMED: Final = 6
"""Packages that a message names."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a machine.

    Attributes
    ----------
    what : str
        As the messages call it.
    ok : bool
        Whether it is as it should be; a study may run without.
    words : mapping of str to Any
        What the message says.
    """

    what: str
    ok: bool
    words: dict[str, Any] = field(default_factory=dict)


def looked_over(members: Mapping[str, bytes]) -> list[Piece]:
    """Look at Python, packages against the lock, wheels, disk and memory; no network is asked for.

    Parameters
    ----------
    members : mapping of str to bytes
        Of the pack.
    """
    version = ".".join(map(str, sys.version_info[:3]))
    python = Piece("python", PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1], {"version": version})
    lock = members["requirements.lock"].decode()
    packages = list(locked(lock))
    other = [f"{name} {here or '–'} ({asked})" for name, asked, here in packages if here != asked]
    more = f" +{len(other) - NAMED}" if len(other) > NAMED else ""
    told = {"n": len(packages), "other": ", ".join(other[:NAMED]) + more}
    return [
        python,
        Piece("lock" if not other else "lock_other", not other, told),
        *_wheels(members, lock),
        _disk(),
        _memory(),
    ]


def _wheels(members: Mapping[str, bytes], lock: str) -> list[Piece]:
    """Hold the wheels that travel along to the digests of the lock."""
    wheels = {name: content for name, content in members.items() if name.startswith("wheels/")}
    if not wheels:
        return []
    brought = {canonical(Path(name).name.split("-", 1)[0]) for name in wheels}
    lacking = [name for name, _ in LINE.findall(lock) if canonical(name) not in brought]
    changed = [name for name, content in wheels.items() if hashlib.sha256(content).hexdigest() not in lock]
    found = ", ".join([*changed, *lacking][:NAMED])
    return [Piece("wheels" if not found else "wheels_other", not found, {"n": len(wheels), "other": found})]


def _disk() -> Piece:
    ((spill,),) = engine.connection().execute("SELECT current_setting('temp_directory')").fetchall()
    there = next(place for place in (Path(spill), *Path(spill).resolve().parents) if place.exists())
    free = shutil.disk_usage(there).free
    return Piece("disk", free >= ENOUGH_DISK, {"gigabytes": f"{free / 1024**3:.1f}"})


def _memory() -> Piece:
    ((limit,),) = engine.connection().execute("SELECT current_setting('memory_limit')").fetchall()
    # Windows does not say; what the engine may hold is told all the same.
    names = getattr(os, "sysconf_names", {})
    known = {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(names)
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if known else None
    gigabytes = "?" if size is None else f"{size / 1024**3:.1f}"
    return Piece("memory", size is None or size >= ENOUGH_MEMORY, {"gigabytes": gigabytes, "limit": limit})
