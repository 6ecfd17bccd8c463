"""What a machine needs to have official data: keys, a contact, a store, a mirror, readers of their formats."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Final

from industria import sources
from industria.app._finding import Finding
from industria.errors import LooseKeysError, listing
from industria.sources import mirror
from industria.sources.enclave import mirrored
from industria.sources.keys import has_key
from industria.sources.publisher import Publisher
from industria.sources.raw import offline
from industria.sources.reader import told_of
from industria.sources.store import Store

__all__ = ["examine_official"]

BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock before this is wrong."""


def examine_official() -> Iterator[Finding]:
    """Look at everything that publishers' data may need; where the network is open, ask each whether it answers."""
    readers = [sources.find(name) for name in sources.names() if not name.startswith(("files.", "packages."))]
    publishers = [one for reader in readers if (one := sources.publisher_of(reader))]
    yield _network()
    if not offline():
        from industria.app._reach import examine_reach

        yield from examine_reach(publishers)
    yield _contact()
    yield from _keys(publishers)
    yield _store()
    yield _mirror()
    yield _clock()
    yield _readers_of("Excel", "python_calamine", "python-calamine")
    yield _readers_of("R data", "rdata", "industria[formats]")


def _network() -> Finding:
    proxy = next((os.environ[name] for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name)), None)
    through = f", through {_without_password(proxy)}" if proxy else ""
    return Finding("network", "closed by INDUSTRIA_OFFLINE" if offline() else f"open{through}")


def _without_password(proxy: str) -> str:
    scheme, at, host = proxy.rpartition("@")
    return f"{scheme.split('//')[0]}//…@{host}" if at else proxy


def _contact() -> Finding:
    contact = os.environ.get("INDUSTRIA_CONTACT", "")
    advice = "" if "@" in contact else "set INDUSTRIA_CONTACT=you@example.org: some publishers refuse programs without"
    return Finding("contact", contact or "not told", not advice, advice)


def _keys(publishers: list[Publisher]) -> Iterator[Finding]:
    """Tell which publishers have their key, and never the key."""
    known = {one.name: one for one in publishers if one.key != "none"}
    for publisher in known.values():
        try:
            there = has_key(publisher)
        except LooseKeysError as error:
            yield Finding(f"key of {publisher.name}", "cannot be used", False, str(error))
            continue
        told = "there" if there else f"none, and {publisher.key}"
        advice = f"a key is free at {publisher.registration}; set INDUSTRIA_KEY_{publisher.name.upper()}"
        ok = there or publisher.key == "optional"
        yield Finding(f"key of {publisher.name}", told, ok, "" if ok else advice)


def _store() -> Finding:
    root = Store.here().root
    files = [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else []
    size = sum(path.stat().st_size for path in files) / 1024**2
    there = next(folder for folder in (root, *root.resolve().parents) if folder.exists())
    ok = os.access(there, os.W_OK)
    advice = "" if ok else "set INDUSTRIA_STORE to a folder that can be written; what is in it can be read"
    free = shutil.disk_usage(there).free / 1024**3
    told = f"{root}, {len(files):,} files, {size:,.1f} MB, {free:.1f} GB free"
    return Finding("store of sources", told, ok, advice)


def _mirror() -> Finding:
    folders = [folder for folder in mirror.folders() if folder.is_dir()]
    if not folders:
        return Finding("mirror", "none; INDUSTRIA_MIRROR names it")
    count = sum(len(files) for folder in folders for _, _, files in os.walk(folder))
    told = f"{count:,} {'file' if count == 1 else 'files'}"
    readers = {name: sources.find(name) for name in sources.names() if not name.startswith(("files.", "packages."))}
    held = {name: mirrored(one, told_of(one).example) for name, one in readers.items() if sources.publisher_of(one)}
    there, away = ([name for name, state in held.items() if state == wanted] for wanted in ("yes", "no"))
    covered = f"; it answers the examples of {len(there)} of {len(there) + len(away)} sources of files"
    return Finding("mirror", f"{told}{covered}{f', not of {listing(away, 40)}' if away and there else ''}")


def _clock() -> Finding:
    now = datetime.now(UTC)
    ok = now > BUILT
    return Finding(
        "clock", f"{now:%Y-%m-%d %H:%M} UTC", ok, "" if ok else "set the clock: dates of sources come from it"
    )


def _readers_of(format: str, module: str, package: str) -> Finding:
    ok = find_spec(module) is not None
    return Finding(format, "can be read" if ok else "cannot be read", ok, "" if ok else f"pip install '{package}'")
