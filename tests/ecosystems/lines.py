"""Lines of matches for tests: made by hand, drawn at random, and the publisher's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems._matches import STATUSES
from tests.sources.official_files import WHOLE, find, mirrored

START = datetime(2020, 4, 1)
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("match", "donor", "facility", "item")]
    + [("quantity", pa.float64()), ("created", pa.timestamp("us")), ("closed", pa.timestamp("us"))]
    + [("status", pa.string()), ("reason", pa.string())]
)


def line(match: str, made: float, lasts: float | None, status: str, **cells: Any) -> dict[str, Any]:
    """One line: made on a day after the start, closed some days later."""
    created = START + timedelta(days=made)
    return {
        "match": match,
        "donor": "d1",
        "facility": "f1",
        "item": "gown",
        "quantity": 10.0,
        "created": created,
        "closed": None if lasts is None else created + timedelta(days=lasts),
        "status": status,
        "reason": None,
    } | cells


def lines(*rows: dict[str, Any]) -> pa.Table:
    """A table of lines; further columns stay."""
    table = pa.Table.from_pylist([{k: v for k, v in row.items() if k in SCHEMA.names} for row in rows], SCHEMA)
    for name in {name for row in rows for name in row} - set(SCHEMA.names):
        table = table.append_column(name, pa.array([row.get(name) for row in rows], pa.string()))
    return table


@st.composite
def matches(draw: st.DrawFn, *, statuses: tuple[str, ...] = STATUSES, least: float = -5.0) -> pa.Table:
    """Lines of a few items, some of them closed before they were made."""
    rows = []
    for i in range(draw(st.integers(1, 30))):
        status = draw(st.sampled_from(statuses))
        rows.append(
            line(
                f"m{i}",
                draw(st.integers(0, 60)),
                None if status == "open" else draw(st.integers(int(least), 40)),
                status,
                item=draw(st.sampled_from(["gown", "mask", "n95"])),
                quantity=float(draw(st.integers(-2, 1000))),
                reason=draw(st.sampled_from(["no_need", "no_supply", None])) if status == "closed" else None,
            )
        )
    return lines(*rows)


def published(monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    """The lines of GetUsPPE, where they are on this machine."""
    mirrored(monkeypatch, WHOLE)
    return collect(find("getusppe.matches")().read())
