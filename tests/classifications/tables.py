"""Small tables that the tests of bridges share: land x knows its own jobs, land y partly."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

LINKS = pa.table(
    {
        "origin_code": ["a1", "a2", "a3", "a3", "a4", "a4"],
        "destination_code": ["a1", "b2", "b2", "b3", "b3", "b4"],
        "partial": [None, None, "*", "*", None, "p"],
        "weight": [1.0, 1.0, 0.25, 0.75, 3.0, 1.0],
    }
)

MASS = pa.table(
    {
        "land": ["x", "x", "x", "x", "y", "y"],
        "destination_code": ["a1", "b2", "b3", "b4", "a1", "b2"],
        "mass": [10.0, 30.0, 10.0, 40.0, 5.0, 5.0],
    }
)

JOBS = pa.table(
    {
        "land": ["x", "x", "x", "x", "x", "y", "y", "y"],
        "occupation": ["a1", "a2", "a3", "a4", "a9", "a1", "a3", "a3"],
        "title": ["one", "two", "three", "four", "nine", "one", "three", "three"],
        "jobs": [10.0, 20.0, 30.0, 40.0, 100.0, 1.0, 1.0, 3.0],
        "score": [0.1, 0.2, 0.3, 0.4, 0.9, 0.1, 0.3, 0.5],
    }
)


def weighed(*groups: str) -> pa.Table:
    """LINKS with equal weights, the same in each group of `land` where groups are named."""
    rows = [
        {**({"land": land} if land else {}), "origin_code": i, "destination_code": d, "weight": w, "partial": bool(p)}
        for land in groups or ("",)
        for i, d, w, p in zip(
            LINKS["origin_code"].to_pylist(),
            LINKS["destination_code"].to_pylist(),
            [1.0, 1.0, 0.5, 0.5, 0.5, 0.5],
            LINKS["partial"].to_pylist(),
            strict=True,
        )
    ]
    return pa.table(
        {
            **{name: [row[name] for row in rows] for name in rows[0]},
            "basis": ["old2010 -> new2018: equal"] * len(rows),
        }
    )


def mirror(path: str) -> Path:
    """Find a publisher's file in the mirror; skip with the reason where it is not there."""
    places = [Path(p) for p in os.environ.get("INDUSTRIA_MIRROR", "").split(os.pathsep) if p]
    places.append(Path(__file__).parents[2].parent / "shared" / "data")
    for place in places:
        found = sorted(place.rglob(path)) if place.is_dir() else []
        if found:
            return found[0]
    pytest.skip(f"{path} is in no mirror: set INDUSTRIA_MIRROR, or put ../shared/data beside the repository")
