from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.ecosystems import conversion_funnel
from industria.errors import (
    CircleError,
    DuplicateRowError,
    EmptyTableError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownLabelError,
)
from industria.kernels.binomial import exact_interval


def stages(*rows: tuple[str, int, bool, str | None]) -> pa.Table:
    named = [dict(zip(("stage", "count", "at_least", "nested_in"), row, strict=True)) for row in rows]
    kinds = [("stage", pa.string()), ("count", pa.int64()), ("at_least", pa.bool_()), ("nested_in", pa.string())]
    return pa.Table.from_pylist(named, pa.schema(kinds))


# Massachusetts, spring 2020: masslifesciences.com (21 May), the governor (late April), WHDH (15 October).
STAGES = stages(
    ("firms that offered help", 600, True, None),
    ("in the state", 400, False, "firms that offered help"),
    ("applied for a grant", 71, False, None),
    ("granted in the first round", 15, False, "applied for a grant"),
    ("for testing", 2, False, "granted in the first round"),
    ("grants of both rounds", 28, False, None),
)
EXAMPLE = ({"stages": STAGES}, {})


def by_stage(rows: pa.Table, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["stage"]: row for row in conversion_funnel(rows, **parameters).to_arrow().to_pylist()}


def test_each_stage_over_the_one_that_it_is_nested_in() -> None:
    rows = by_stage(STAGES)
    first, testing = rows["granted in the first round"], rows["for testing"]

    assert (first["base"], first["conversion"], first["bound"]) == (71, pytest.approx(15 / 71), "exact")
    # Clopper and Pearson for 15 of 71, and for 2 of 15: .0166 to .4046 is in every table of n = 15.
    assert (testing["low"], testing["high"]) == (pytest.approx(0.0166, abs=5e-5), pytest.approx(0.4046, abs=5e-5))
    assert (testing["start"], testing["from_start"]) == ("applied for a grant", pytest.approx(2 / 71))
    assert (testing["from_start_low"], testing["from_start_high"]) == tuple(
        float(end[0]) for end in exact_interval(np.array([2]), np.array([71]), 0.95)
    )


def test_stages_that_are_not_nested_are_marked_and_not_chained() -> None:
    found = conversion_funnel(STAGES)
    rows = by_stage(STAGES)

    assert {stage: row["place"] for stage, row in rows.items()} == {
        "firms that offered help": "start",
        "in the state": "nested",
        "applied for a grant": "start",
        "granted in the first round": "nested",
        "for testing": "nested",
        "grants of both rounds": "apart",
    }
    apart = rows["grants of both rounds"]
    assert [apart[name] for name in ("base", "conversion", "low", "high", "bound", "start", "from_start")] == [None] * 7
    assert found.n_apart == 1


def test_more_than_leaves_an_interval_open() -> None:
    """More than 600 offered: 400 in the state are at most two thirds. More than 50 of 71 may be all."""
    at_most = by_stage(STAGES)["in the state"]
    assert (at_most["bound"], at_most["low"]) == ("at_most", 0.0)
    assert at_most["conversion"] == pytest.approx(2 / 3)
    assert at_most["high"] == pytest.approx(exact_interval(np.array([400]), np.array([600]), 0.95)[1][0])

    at_least = by_stage(stages(("all", 71, False, None), ("some", 50, True, "all")))["some"]
    assert (at_least["bound"], at_least["high"]) == ("at_least", 1.0)

    unknown = by_stage(stages(("all", 71, True, None), ("some", 50, True, "all"), ("most", 90, False, "all")))
    assert [unknown["some"][name] for name in ("bound", "low", "high")] == ["unknown", 0.0, 1.0]
    assert [unknown["most"][name] for name in ("bound", "conversion", "high")] == ["unknown", None, 1.0]


def test_each_stage_stands_below_its_own() -> None:
    assert [row["stage"] for row in conversion_funnel(STAGES).to_arrow().to_pylist()] == [
        "firms that offered help",
        "in the state",
        "applied for a grant",
        "granted in the first round",
        "for testing",
        "grants of both rounds",
    ]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=6))
def test_conversions_of_a_chain_multiply(counts: list[int]) -> None:
    """What is left of the first stage is the product of the steps, and every interval holds its share."""
    falling = sorted(counts, reverse=True)
    chain = stages(*((f"s{i}", n, False, f"s{i - 1}" if i else None) for i, n in enumerate(falling)))
    rows = by_stage(chain)
    product = 1.0
    for i in range(1, len(falling)):
        row = rows[f"s{i}"]
        if row["conversion"] is None:
            assert falling[i - 1] == 0
            return
        product *= row["conversion"]
        assert row["from_start"] == pytest.approx(product)
        assert 0 <= row["low"] <= row["conversion"] <= row["high"] <= 1
        assert row["from_start_low"] <= row["from_start"] <= row["from_start_high"]


def test_a_stage_that_cannot_be_is_refused() -> None:
    with pytest.raises(OutsideRangeError, match=r"stages.count is 90 where stage = 'b'; it is at most 71.*'a'"):
        conversion_funnel(stages(("a", 71, False, None), ("b", 90, False, "a")))
    with pytest.raises(UnknownLabelError, match=r"stages.nested_in has 'aplied'.*Did you mean 'applied'"):
        conversion_funnel(stages(("applied", 71, False, None), ("b", 9, False, "aplied")))
    with pytest.raises(CircleError, match=r"stages.nested_in runs in a circle: 'a', 'b', 'a'"):
        conversion_funnel(stages(("a", 7, False, "b"), ("b", 7, False, "a"), ("c", 1, False, "a")))
    with pytest.raises(NegativeValueError, match=r"stages.count"):
        conversion_funnel(stages(("a", -1, False, None)))
    with pytest.raises(DuplicateRowError):
        conversion_funnel(stages(("a", 1, False, None), ("a", 2, False, None)))
    with pytest.raises(EmptyTableError):
        conversion_funnel(STAGES.slice(0, 0))
    with pytest.raises(ParameterRangeError, match="confidence"):
        conversion_funnel(STAGES, confidence=95)
