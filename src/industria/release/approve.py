"""The second person: a signature of somebody else over what was sealed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from industria.errors import ReleaseRefusedError
from industria.release._approval import approval_words
from industria.release._bytes import json_bytes
from industria.release._clock import moment, now
from industria.release._sealing import SUFFIX
from industria.release._signed import APPROVAL, MANIFEST
from industria.release._typed import secrets_of_site, unless_words_tell
from industria.release._zip import write_archive
from industria.release.keys import public, read_key
from industria.release.sealed import open_unapproved

__all__ = ["approve"]

LONGEST: Final = 2000
"""Letters of a note."""


def approve(path: str | Path, *, key: str | Path, note: str, site_folder: str | Path | None = None) -> Path:
    """Add the signature of a second person to a sealed release.

    What was sealed stays as it is, byte by byte.

    Parameters
    ----------
    path : path
        The sealed file.
    key : path
        The second person's own; not the one that sealed it.
    note : str
        What was looked at; it leaves with the file.
    site_folder : path, optional
        What stayed at the site; with it, the note is refused if it holds a number that is withheld.

    Returns
    -------
    Path
        Of the file, now with both signatures.

    Raises
    ------
    BrokenSealError
        If the file is cut off or changed.
    ReleaseRefusedError
        If the key is the one that sealed it, somebody approved it before, the note is
        empty, longer than a page or tells what is withheld, or the clock stands before the release.
    KeyFileError
        If the key cannot be used, or others can read it.
    UnwrittenFileError
        If disk or permissions do not allow the file.
    """
    sealed, checker = open_unapproved(path), read_key(key)
    if public(checker) == sealed.manifest["public_key"]:
        raise ReleaseRefusedError(path, "this key sealed it; a second person approves it, with a key of their own")
    if sealed.approval is not None:
        raise ReleaseRefusedError(path, f"it was approved at {sealed.approval['time']}; it leaves as it is")
    if not note.strip() or len(note) > LONGEST:
        raise ReleaseRefusedError(path, f"a note of 1 to {LONGEST} letters says what was looked at")
    if site_folder is not None:
        secrets = secrets_of_site(Path(site_folder) / sealed.path.name.removesuffix(SUFFIX))
        unless_words_tell({"the note": note}, secrets)
    time = now()
    if moment(time, path, "this clock's time") < moment(sealed.manifest["created"], path, "its date"):
        raise ReleaseRefusedError(path, f"this machine's clock says {time}, before it was sealed; set it right first")
    told = {
        "manifest": hashlib.sha256(sealed.members[MANIFEST]).hexdigest(),
        "note": note.strip(),
        "public_key": public(checker),
        "time": time,
    }
    told["signature"] = checker.sign(approval_words(told)).hex()
    write_archive(sealed.path, {**sealed.members, APPROVAL: json_bytes(told)})
    return sealed.path
