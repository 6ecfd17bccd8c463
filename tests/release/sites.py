"""Sealed files of sites, made in a few lines, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from industria.release._bytes import json_bytes, parquet_bytes
from industria.release.keys import make_key
from industria.release.sealed import seal

CREATED = "2026-11-20T09:30:00Z"
SAYS: dict[str, Any] = {
    "study": "5" * 64,
    "pack": "9" * 64,
    "site": "north",
    "synthetic": False,
    "created": CREATED,
    "steps": [],
    "software": {"industria": "0.1.0", "python": "3.11.7", "duckdb": "2.0.0"},
}
CERTIFICATE = {
    "format": "industria-certificate-1",
    "attack": {"exact": 0, "under_protected": 0},
    "checker": None,
    "statement": "2 of 6 cells withheld.",
}
CELLS = pa.table(
    {"industry": ["A", "B", "Total"], "value": [1.5, None, 4.25], "status": ["published", "withheld", "published"]},
    schema=pa.schema(
        [
            pa.field("industry", pa.string()),
            pa.field("value", pa.float64(), metadata={"unit": "currency", "meaning": "turnover"}),
            pa.field("status", pa.string()),
        ]
    ),
)
STEP = {
    "name": "turnover",
    "measure": "tables.magnitude_table",
    "code": "c" * 64,
    "parameters": {"by": ["industry"], "variable": "turnover"},
    "pools": "sums",
    "rows": 3,
    "population_period": "2024",
    "by": ["industry"],
    "additive": ["value"],
}


def key_of(folder: Path, name: str) -> Path:
    """Make a key, or find the one of this name."""
    place = folder / f"{name}.key"
    if not place.exists():
        make_key(place)
    return place


def sealed(
    folder: Path,
    site: str = "north",
    *,
    steps: Mapping[str, tuple[dict[str, Any], dict[str, pa.Table]]] | None = None,
    certificate: Mapping[str, Any] = CERTIFICATE,
    key: str | None = None,
    file: str | None = None,
    **manifest: Any,
) -> Path:
    """Seal tables of steps: each with what the manifest says of it, and its tables by member."""
    steps = steps if steps is not None else {"turnover": (STEP, {"tables/turnover.parquet": CELLS})}
    members = {name: parquet_bytes(table) for _, tables in steps.values() for name, table in tables.items()}
    members |= {"certificate.json": json_bytes(certificate), "values.json": json_bytes([])}
    members["brief/brief.en.html"] = b"<html><p>withheld</p></html>"
    words = {**SAYS, "site": site, "steps": [step for step, _ in steps.values()], **manifest}
    return seal(members, words, key=key_of(folder, key or site), out=folder / f"{file or site}.release")
