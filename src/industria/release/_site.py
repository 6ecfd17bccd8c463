"""What stays at the site: why each cell is what it is, and what the next release must know of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from industria.errors import ReleaseRefusedError
from industria.release._bytes import json_bytes
from industria.release._sealing import SUFFIX
from industria.study.store import sha256, writing

__all__ = ["apart", "keep", "remembered"]

WARNING: Final = "CONFIDENTIAL: values, rules and who stands behind them. Nothing of this folder leaves the site.\n"
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
    folder: Path, name: str, certificate: Mapping[str, Any], tables: Mapping[str, pa.Table], ledger: pa.Table
) -> None:
    """Write what stays at the site; the ledger grows by this release."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "CONFIDENTIAL.txt").write_text(WARNING, encoding="utf-8")
        place = folder / name
        place.mkdir(exist_ok=True)
        (place / "certificate.json").write_bytes(json_bytes({"confidential": WARNING.strip(), **certificate}))
        for step, rows in tables.items():
            pq.write_table(rows.replace_schema_metadata({"confidential": WARNING.strip()}), place / f"{step}.parquet")
        before = [pq.read_table(folder / LEDGER)] if (folder / LEDGER).is_file() else []
        # The site's memory must not be lost to a full disk: it is written aside, then takes its place.
        pq.write_table(pa.concat_tables([*before, ledger], promote_options="default"), folder / f"{LEDGER}.new")
        (folder / f"{LEDGER}.new").replace(folder / LEDGER)


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
    for path in sealed:
        if not path.is_file():
            raise ReleaseRefusedError(path, "there is no earlier release of this name")
        digest = sha256(path)
        place = None if site_folder is None else site_folder / LEDGER
        rows = pq.read_table(place) if place is not None and place.is_file() else None
        mine = None if rows is None else rows.filter(pc.equal(rows["release"], digest))
        if mine is None or not mine.num_rows:
            where = "no folder of the site was named" if place is None else f"{place} does not know it"
            raise ReleaseRefusedError(
                path, f"{where}; without the ledger nobody can tell who is in one of the two and not in the other"
            )
        found.append((digest, mine))
    return found
