"""What stays at the site: why each cell is what it is, and what the next release must know of this one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from industria.errors import BrokenSealError, ReleaseRefusedError
from industria.release._bytes import json_bytes
from industria.release._ledger import SCHEMA
from industria.release._sealing import SUFFIX
from industria.release._signed import APPROVAL
from industria.release._zip import archive, read_archive
from industria.study.store import sha256, writing

__all__ = ["apart", "keep", "remembered"]

WARNING: Final = "CONFIDENTIAL: values, rules and who stands behind them. Nothing of this folder leaves the site.\n"
PAGE: Final = 250_000
"""Rows of the ledger that are held at a time."""
LEDGER: Final = "ledger.parquet"


def apart(site_folder: Path | None, out: str | Path | None) -> None:
    """Refuse a folder of the site that lies in the folder where things leave from.

    Raises
    ------
    ReleaseRefusedError
        If it is the output folder, or lies inside it.
    """
    if site_folder is None or out is None:
        return
    leaving = (Path(out).parent if Path(out).suffix == SUFFIX else Path(out)).resolve()
    if site_folder.resolve().is_relative_to(leaving):
        raise ReleaseRefusedError(
            site_folder, f"it is confidential, and lies in {leaving}, from where things leave; name another folder"
        )


def keep(
    folder: Path, name: str, certificate: Mapping[str, Any], tables: Mapping[str, pa.Table], ledger: Iterable[pa.Table]
) -> None:
    """Write what stays at the site; the ledger grows by this release, page by page."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "CONFIDENTIAL.txt").write_text(WARNING, encoding="utf-8")
        place = folder / name
        place.mkdir(exist_ok=True)
        (place / "certificate.json").write_bytes(json_bytes({"confidential": WARNING.strip(), **certificate}))
        for step, rows in tables.items():
            pq.write_table(rows.replace_schema_metadata({"confidential": WARNING.strip()}), place / f"{step}.parquet")
        # The site's memory must not be lost to a full disk: it is written aside, then takes its place.
        with pq.ParquetWriter(folder / f"{LEDGER}.new", SCHEMA) as written:
            for page in chain(_pages(folder / LEDGER), ledger):
                written.write_table(page)
        (folder / f"{LEDGER}.new").replace(folder / LEDGER)


def _pages(ledger: Path) -> Iterator[pa.Table]:
    """Read what the ledger holds, some rows at a time; columns that it did not have then are null."""
    if ledger.is_file():
        with pq.ParquetFile(ledger) as file:
            for batch in file.iter_batches(PAGE):
                page = pa.Table.from_batches([batch])
                yield pa.concat_tables([SCHEMA.empty_table(), page], promote_options="default").select(SCHEMA.names)


def as_sealed(path: Path) -> str:
    """Return the digest of a file as it was sealed: a second person's signature is put into it later."""
    try:
        _, members = read_archive(path, lambda _: True)
    except BrokenSealError:
        return sha256(path)
    return hashlib.sha256(b"".join(archive({k: v for k, v in members.items() if k != APPROVAL}))).hexdigest()


def remembered(sealed: Sequence[Path], site_folder: Path | None) -> list[tuple[str, pa.Table]]:
    """Find earlier releases in the ledger of the site.

    Returns
    -------
    list of (str, pyarrow.Table)
        Digest of each sealed file and its rows of the ledger.

    Raises
    ------
    ReleaseRefusedError
        If a release is not there, or the site does not remember it.
    """
    found = []
    place = None if site_folder is None else site_folder / LEDGER
    for path in sealed:
        if not path.is_file():
            raise ReleaseRefusedError(path, "there is no earlier release of this name")
        digest = as_sealed(path)
        # Pages that tell of other releases alone are not read, by what the file says of each of them.
        there = place is not None and place.is_file()
        mine = pq.read_table(place, filters=[("release", "==", digest)]) if there else SCHEMA.empty_table()
        if not mine.num_rows:
            where = "no folder of the site was named" if place is None else f"{place} does not know it"
            raise ReleaseRefusedError(
                path, f"{where}; without the ledger nobody can tell who is in one of the two and not in the other"
            )
        found.append((digest, mine))
    return found
