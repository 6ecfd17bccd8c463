"""Keys of publishers: from the environment or a file that nobody else can read, and nowhere else."""

from __future__ import annotations

import os
import stat
import sys
import tomllib
from pathlib import Path
from typing import Final
from urllib.parse import quote

from industria.errors import BrokenFileError, LooseKeysError, MissingKeyError
from industria.sources.publisher import Publisher

__all__ = ["HIDDEN", "has_key", "key_of", "keys_file", "without_key"]

HIDDEN: Final = "(key)"


def keys_file() -> Path:
    """Return where keys are kept: INDUSTRIA_KEYS, or keys.toml in the user's settings."""
    if told := os.environ.get("INDUSTRIA_KEYS"):
        return Path(told)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "industria" / "keys.toml"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "industria" / "keys.toml"


def key_of(publisher: Publisher) -> str | None:
    """Return the key for a publisher; None where it can be asked without.

    Raises
    ------
    MissingKeyError
        If it wants one and there is none; the message has the page of registration.
    LooseKeysError
        If others can read the file of keys.
    """
    if publisher.key == "none":
        return None
    key = os.environ.get(f"INDUSTRIA_KEY_{publisher.name.upper()}") or _kept(publisher.name)
    if not key and publisher.key == "required":
        raise MissingKeyError(publisher.name, publisher.title, publisher.registration, str(keys_file()))
    return key or None


def has_key(publisher: Publisher) -> bool:
    """Tell whether there is a key for a publisher, without telling it.

    Raises
    ------
    LooseKeysError
        If others can read the file of keys.
    """
    return bool(os.environ.get(f"INDUSTRIA_KEY_{publisher.name.upper()}") or _kept(publisher.name))


def without_key(text: str, key: str | None) -> str:
    """Return a text with the key struck out, also where it stands in an address."""
    for form in {key, quote(key, safe="")} if key else ():
        text = text.replace(form, HIDDEN)
    return text


def _kept(publisher: str) -> str | None:
    path = keys_file()
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise LooseKeysError(str(path), stat.filemode(mode))
    try:
        key = tomllib.loads(path.read_text(encoding="utf-8")).get(publisher)
    except tomllib.TOMLDecodeError as error:
        raise BrokenFileError(str(path), f'it is no TOML ({error}); a line is: {publisher} = "..."') from None
    return str(key) if key else None
