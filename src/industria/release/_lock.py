"""The packages that a pack was made with, pinned; and what of them a machine has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final

__all__ = ["locked", "pinned", "requirements"]

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LINE: Final = re.compile(r"([A-Za-z0-9._-]+)==([^\s\\;]+)")
ROOT: Final = "industria"


def requirements(wheels: Mapping[str, bytes]) -> str:
    """Write a lock file of Industria and of all that it asks for, as far as it is installed here.

    Parameters
    ----------
    wheels : mapping of str to bytes
        Wheels that travel along, by file name; their digests are written beside the packages.
    """
    digests: dict[str, list[str]] = {}
    for file, content in sorted(wheels.items()):
        name = canonical(file.split("-", 1)[0])
        digests.setdefault(name, []).append(hashlib.sha256(content).hexdigest())
    lines = ["# What this pack was made with. pip install --no-index --find-links wheels -r requirements.lock"]
    for name, version in sorted(_closure().items()):
        known = "".join(f" --hash=sha256:{digest}" for digest in digests.get(name, ()))
        lines.append(f"{name}=={version}{known}")
    return "\n".join(lines) + "\n"


def pinned(lock: str) -> dict[str, str]:
    """Read the versions of a lock file by canonical name."""
    return {canonical(name): version for name, version in LINE.findall(lock)}


def locked(lock: str) -> Iterator[tuple[str, str, str | None]]:
    """Give name, version that is asked for, and version that is installed here, of each package of a lock."""
    for name, version in pinned(lock).items():
        try:
            yield name, version, distribution(name).version
        except PackageNotFoundError:
            yield name, version, None


def canonical(name: str) -> str:
    """Write the name of a package as indexes do: Typing_Extensions is typing-extensions."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _closure() -> dict[str, str]:
    """Walk from Industria to all that it needs, extras included where they are installed."""
    found: dict[str, str] = {}
    waiting = [ROOT]
    while waiting:
        name = waiting.pop()
        if canonical(name) in found:
            continue
        try:
            held = distribution(name)
        except PackageNotFoundError:
            continue
        found[canonical(name)] = held.version
        for line in held.requires or ():
            asked = NAME.match(line)
            # Extras of others are theirs; those of Industria are what studies use.
            if asked and ("extra ==" not in line or name == ROOT):
                waiting.append(asked[0])
    return found
