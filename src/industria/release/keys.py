"""Keys that sign what leaves a site and what is sent there: Ed25519, in files that one person can read."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from industria.errors import KeyFileError

__all__ = ["Key", "Trust", "make_key", "read_key", "read_trust", "salt_of", "signed_by", "trusted"]

PUBLIC: Final = re.compile(r"[0-9a-f]{64}")
OTHERS: Final = 0o077

Key: TypeAlias = Ed25519PrivateKey
Trust: TypeAlias = Mapping[str, str | None]
"""Public keys in hex, each with the site that it belongs to, where that is said."""


def make_key(path: str | Path) -> str:
    """Write a new key that signs, and tell its public half.

    Parameters
    ----------
    path : path
        A file that is not there yet: PKCS#8 in PEM, readable by its owner alone.

    Returns
    -------
    str
        The public key, 64 hexadecimal digits; whoever should believe the signatures gets it.

    Raises
    ------
    KeyFileError
        If the file is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    words = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(words)
    except FileExistsError:
        raise KeyFileError(path, "it is there already; what an old key signed needs it. Name another file.") from None
    except OSError as error:
        raise KeyFileError(path, f"it cannot be written: {error.strerror}") from None
    return public(key)


def read_key(path: str | Path) -> Key:
    """Read a key that signs.

    Raises
    ------
    KeyFileError
        If there is none, if it is of another kind, or if others than its owner can read it.
    """
    try:
        # Windows keeps rights elsewhere, and tells 666 of every file.
        if os.name == "posix" and Path(path).stat().st_mode & OTHERS:
            raise KeyFileError(
                path, f"others can read this key; `chmod 600 {path}`, or make a new one if they may have"
            )
        key = load_pem_private_key(Path(path).read_bytes(), None)
    except OSError as error:
        raise KeyFileError(
            path, f"it cannot be read: {error.strerror}; `industria release key FILE` makes a key"
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(
            path, "it is no key in PEM without password; `industria release key FILE` makes one"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path, "it holds a key of another kind than Ed25519; `industria release key FILE` makes one")
    return key


def public(key: Key) -> str:
    """Write the public half of a key in hex."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def salt_of(key: Key) -> bytes:
    """Derive the salt of a site's ledger from its key: the same at each release, told by no file of its own."""
    secret = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return hmac.digest(secret, b"industria ledger", hashlib.sha256)


def signed_by(key: str, signature: bytes, words: bytes) -> bool:
    """Tell whether the owner of a public key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, words)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def trusted(trust: Iterable[str] | Trust) -> Trust:
    """Bring what is trusted to one form.

    Parameters
    ----------
    trust : iterable of str, or mapping
        Public keys in hex; as a mapping, each with the site that signs with it, or None.

    Raises
    ------
    KeyFileError
        If a word is no public key.
    """
    if isinstance(trust, str):
        trust = (trust,)
    pairs = trust.items() if isinstance(trust, Mapping) else ((key, None) for key in trust)
    keys = {str(key).strip().lower(): site for key, site in pairs}
    for key in keys:
        if not PUBLIC.fullmatch(key):
            raise KeyFileError(f"trust: {key[:80]!r}", "a public key has 64 hexadecimal digits")
    return keys


def read_trust(path: str | Path) -> Trust:
    """Read the keys that are trusted: one a line in hex, after it the site that signs with it; # begins a comment.

    Raises
    ------
    KeyFileError
        If the file cannot be read, names no key, or a line begins with none.
    """
    try:
        lines = [line.partition("#")[0].split(maxsplit=1) for line in Path(path).read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(path, f"it cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    keys = {line[0]: line[1].strip() if len(line) > 1 else None for line in lines if line}
    if not keys:
        raise KeyFileError(path, "it names no key; write one public key a line, and after it the site")
    return trusted(keys)
