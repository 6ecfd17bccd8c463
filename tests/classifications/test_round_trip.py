from __future__ import annotations

import pyarrow as pa
import pytest

from industria.classifications import reversal, round_trip
from industria.errors import NegativeValueError, ReservedNameError
from tests.classifications.tables import JOBS, weighed

BACK = pa.table(
    {
        "origin_code": ["a1", "b2", "b2", "b3"],
        "destination_code": ["a1", "a2", "a3", "a4"],
        "weight": [1.0, 0.5, 0.5, 1.0],
        "basis": ["new2018 -> old2010: equal"] * 4,
    }
)

EXAMPLE = (
    {"values": JOBS, "forth": weighed(), "back": BACK},
    {"code": "occupation", "value": "jobs", "by": ["land"]},
)
WORDS = {"code": "occupation", "value": "jobs"}


def test_what_does_not_return_is_told_by_code() -> None:
    """Land x: b2 has 20 + 15, b3 15 + 20, and b4 with 20 has no way back."""
    found = round_trip(JOBS, weighed(), BACK, by=["land"], **WORDS)
    rows = {(r["land"], r["code"]): r for r in found.to_arrow().to_pylist()}

    assert rows["x", "a3"]["returned"] == 17.5
    assert rows["x", "a3"]["gap"] == -12.5
    assert rows["x", "a9"]["returned"] == 0.0
    kept = (10 + 17.5 + 17.5 + 35) + (1 + 1)
    assert found.kept_share == pytest.approx(kept / 205)
    assert found.unmapped == pytest.approx(120.0)


def test_bayes_brings_all_that_left_home() -> None:
    back = reversal(weighed(), JOBS, by=["land"], **WORDS)
    found = round_trip(JOBS, weighed(), back.table, by=["land"], **WORDS)

    assert found.kept_share == pytest.approx(105 / 205)


def test_bad_values_are_refused() -> None:
    with pytest.raises(NegativeValueError):
        round_trip(pa.table({"occupation": ["a1"], "jobs": [-1.0]}), weighed(), BACK, **WORDS)
    with pytest.raises(ReservedNameError):
        round_trip(JOBS.append_column("gap", JOBS["land"]), weighed(), BACK, by=["gap"], **WORDS)
