"""The approval of a sealed release: what a second person signs, and how that is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from industria.errors import BrokenSealError
from industria.release._bytes import json_bytes
from industria.release._clock import moment
from industria.release._signed import APPROVAL, MANIFEST, Signed, signer
from industria.release.keys import Trust, signed_by

APPROVED: Final = ("manifest", "note", "public_key", "signature", "time")


def approval_of(signed: Signed, trust: Trust) -> dict[str, Any] | None:
    """Read what a second person signed, and check that it is of this file and by somebody else.

    Raises
    ------
    BrokenSealError
        If it is of another file, of the one who sealed it, older than it, or not what was signed.
    """
    if APPROVAL not in signed.members:
        return None
    place, manifest = signed.path, signed.manifest
    try:
        told = json.loads(signed.members[APPROVAL])
        sound = sorted(told) == list(APPROVED) and json_bytes(told) == signed.members[APPROVAL]
        signature = bytes.fromhex(told["signature"]) if sound else b""
    except (ValueError, TypeError, KeyError):
        sound = False
    if not sound or not signed_by(told["public_key"], signature, approval_words(told)):
        raise BrokenSealError(place, "its approval is not what the second person signed")
    if told["manifest"] != hashlib.sha256(signed.members[MANIFEST]).hexdigest():
        raise BrokenSealError(place, "its approval is of another release")
    if told["public_key"] == manifest["public_key"]:
        raise BrokenSealError(place, "who sealed it also approved it; a second person has to")
    if moment(told["time"], place, "its approval") < moment(manifest["created"], place, "its date"):
        raise BrokenSealError(place, "its approval is older than itself; a clock was wrong")
    signer(place, told["public_key"], manifest["site"], trust, "approved")
    return {word: told[word] for word in ("public_key", "time", "note")}


def approval_words(told: Mapping[str, Any]) -> bytes:
    """Return the bytes that a second person signs: which manifest, when, and the note."""
    return json_bytes({word: told[word] for word in APPROVED if word != "signature"})
