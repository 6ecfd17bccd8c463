"""Archives with a manifest that names every member by its digest, and a signature over the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from industria.errors import BrokenSealError
from industria.release._bytes import json_bytes
from industria.release._zip import read_archive, write_archive
from industria.release.keys import PUBLIC, Trust, public, read_key, signed_by, trusted

__all__ = ["APPROVAL", "MANIFEST", "SIGNATURE", "Signed", "open_signed", "sign", "signer"]

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature"
APPROVAL: Final = "approval.json"
"""Comes later, from a second person: the manifest cannot name it."""
OUTSIDE: Final = (MANIFEST, SIGNATURE, APPROVAL)


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """An archive whose signature and digests are right.

    Attributes
    ----------
    path : Path
        Where it lay.
    sha256 : str
        Of the whole file.
    manifest : mapping
        What was signed, with `public_key` and `files`.
    members : mapping of str to bytes
        Every file in it, by name.
    """

    path: Path
    sha256: str
    manifest: Mapping[str, Any]
    members: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path.name}, {self.sha256[:12]})"


def sign(members: Mapping[str, bytes], manifest: Mapping[str, Any], *, key: str | Path, out: Path) -> Path:
    """Write members into an archive, with a signed manifest that names each by its digest.

    Parameters
    ----------
    members : mapping of str to bytes
        By name; without manifest and signature.
    manifest : mapping
        What is said of them; `public_key` and `files` are added.
    key : path
        A file that `make_key` wrote.
    out : Path
        The archive; there whole or not at all.

    Raises
    ------
    KeyFileError
        If the key cannot be used.
    UnwrittenFileError
        If disk or permissions do not allow the file.
    """
    sealer = read_key(key)
    words = json_bytes({**manifest, "public_key": public(sealer), "files": _listed(members)})
    write_archive(out, {**members, MANIFEST: words, SIGNATURE: sealer.sign(words)})
    return out


def open_signed(path: str | Path, allowed: Callable[[str], bool], *, trust: Iterable[str] | Trust = ()) -> Signed:
    """Open an archive that `sign` wrote, and check every byte of it.

    Parameters
    ----------
    path : path
        The archive.
    allowed : callable
        Tells whether a member may have this name.
    trust : iterable of str, or mapping
        Public keys, one of which must have signed; without any, nobody is asked who signed.

    Raises
    ------
    BrokenSealError
        If it is cut off or changed, a member is missing or has no place in it, the
        signature is wrong, or its key is not trusted.
    """
    place = Path(path)
    whole, members = read_archive(place, lambda name: name in OUTSIDE or allowed(name))
    for name in (MANIFEST, SIGNATURE):
        if name not in members:
            raise BrokenSealError(place, f"it has no {name}; it is no file that Industria signed")
    manifest = _manifest(place, members[MANIFEST])
    if not signed_by(manifest["public_key"], members[SIGNATURE], members[MANIFEST]):
        raise BrokenSealError(place, "its signature does not fit its manifest; ask the sender for it once more")
    _as_listed(place, members, manifest["files"])
    signer(place, manifest["public_key"], manifest.get("site"), trusted(trust), "signed")
    return Signed(place, hashlib.sha256(whole).hexdigest(), manifest, members)


def signer(place: Path, key: str, site: object, trust: Trust, did: str) -> None:
    """Refuse a signature of a key that is not trusted, or that belongs to another site; where no key is named, none.

    Raises
    ------
    BrokenSealError
        With the key that signed.
    """
    if trust and key not in trust:
        raise BrokenSealError(place, f"{f'site {site} ' if site else ''}{did} with the key {key}, which is not trusted")
    if trust and trust[key] not in (None, site):
        raise BrokenSealError(place, f"it is {did} as site {site} with the key of site {trust[key]}")


def _listed(members: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in members.items()
        if name not in OUTSIDE
    }


def _manifest(place: Path, words: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(words)
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise BrokenSealError(place, "its manifest is none that Industria wrote")
    if not PUBLIC.fullmatch(str(manifest.get("public_key"))):
        raise BrokenSealError(place, "its manifest names no public key")
    return manifest


def _as_listed(place: Path, members: Mapping[str, bytes], files: Mapping[str, Any]) -> None:
    there = _listed(members)
    for name in sorted(files.keys() | there.keys()):
        if name not in there:
            raise BrokenSealError(place, f"{name} is missing, which its manifest names")
        if files.get(name) != there[name]:
            raise BrokenSealError(place, f"{name} is not what was signed")
