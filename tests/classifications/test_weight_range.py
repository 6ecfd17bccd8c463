from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.classifications import weight_range
from industria.errors import ChoiceError, DuplicateLabelError, UsageError
from tests.classifications.tables import JOBS, LINKS

# Both sides of land x and y, so that all four kinds of weights can be had.
MASS = pa.table(
    {
        "origin_code": ["a1", "a2", "a3", "a4", None, None, None, None],
        "destination_code": [None, None, None, None, "a1", "b2", "b3", "b4"],
        "mass": [10.0, 20.0, 30.0, 40.0, 10.0, 25.0, 35.0, 30.0],
    }
)
SCORES = pa.table({"destination_code": ["a1", "b2", "b3"], "score": [0.0, 1.0, 3.0]})

EXAMPLE = (
    {"values": JOBS, "links": LINKS, "mass": MASS},
    {
        "code": "occupation",
        "value": "jobs",
        "by": ["land"],
        "alternatives": ["equal", "destination", "both", "given"],
    },
)
WORDS: dict[str, Any] = {"code": "occupation", "value": "jobs"}


def test_totals_lie_between_what_must_and_what_may_arrive() -> None:
    found = weight_range(JOBS, LINKS, mass=MASS, by=["land"], alternatives=["equal", "destination"], **WORDS)
    rows = {(r["land"], r["destination_code"]): r for r in found.to_arrow().to_pylist()}

    assert (rows["x", "b2"]["lower"], rows["x", "b2"]["upper"]) == (20.0, 50.0)
    assert (rows["x", "b3"]["lower"], rows["x", "b3"]["upper"]) == (0.0, 70.0)
    assert rows["x", "b2"]["equal"] == 35.0
    assert rows["x", "b2"]["destination"] == pytest.approx(20 + 30 * 25 / 60)
    assert found.unmapped == 100.0


def test_mean_scores_have_their_range() -> None:
    found = weight_range(JOBS, LINKS, SCORES, by=["land"], **WORDS)
    rows = {r["land"]: r for r in found.to_arrow().to_pylist()}

    assert rows["x"]["lower"] == pytest.approx((0 + 20 * 1 + 30 * 1 + 40 * 3) / 100)
    assert rows["x"]["upper"] == pytest.approx((0 + 20 * 1 + 30 * 3 + 40 * 3) / 100)
    assert rows["x"]["equal"] == pytest.approx((0 + 20 * 1 + 30 * 2 + 40 * 3) / 100)
    assert found.unscored_links == 1
    assert found.units["equal"] == "unit of score"


links = st.lists(st.sets(st.integers(0, 2), min_size=1), min_size=1, max_size=4)


@given(links, st.lists(st.floats(0, 100), min_size=4, max_size=4), st.lists(st.floats(-5, 5), min_size=3, max_size=3))
def test_no_choice_of_links_lies_beyond_the_bounds_and_some_meet_them(
    ways: list[set[int]], mass: list[float], scores: list[float]
) -> None:
    """Bounds are reached where every origin takes one of its links: all such choices are listed."""
    pairs = [(f"o{i}", f"d{d}") for i, ends in enumerate(ways) for d in sorted(ends)]
    table = pa.table({"origin_code": [i for i, _ in pairs], "destination_code": [d for _, d in pairs]})
    values = pa.table({"occupation": [f"o{i}" for i in range(len(ways))], "jobs": mass[: len(ways)]})
    told = pa.table({"destination_code": ["d0", "d1", "d2"], "score": scores})
    totals, means = [], []
    for choice in itertools.product(*map(sorted, ways)):
        reached = np.bincount(choice, mass[: len(ways)], 3)
        totals.append(reached)
        means.append(reached @ scores)
    for row in weight_range(values, table, **WORDS).to_arrow().to_pylist():
        d = int(row["destination_code"][1])
        assert row["lower"] == pytest.approx(min(t[d] for t in totals), abs=1e-9)
        assert row["upper"] == pytest.approx(max(t[d] for t in totals), abs=1e-9)
    (row,) = weight_range(values, table, told, **WORDS).to_arrow().to_pylist()
    whole = sum(mass[: len(ways)])
    if whole > 0:
        assert row["lower"] * whole == pytest.approx(min(means), abs=1e-6)
        assert row["upper"] * whole == pytest.approx(max(means), abs=1e-6)


BROAD = pa.table({"occupation": ["31-1120", "29-1141"], "jobs": [30.0, 10.0]})
DETAILS = pa.table(
    {
        "origin_code": ["31-1121", "31-1122", "31-1122", "29-1141"],
        "destination_code": ["c1", "c2", "c3", "c4"],
        "weight": [1.0, 0.75, 0.25, 1.0],
    }
)
AIDES = pa.table({"destination_code": ["c1", "c2", "c3", "c4"], "score": [0.1, 0.2, 0.4, 0.5]})


def test_a_broad_code_is_bounded_over_all_that_its_details_lead_to() -> None:
    found = weight_range(BROAD, DETAILS, AIDES, hierarchy="SOC", alternatives=["equal", "given"], **WORDS)
    (row,) = found.to_arrow().to_pylist()

    # Half of the aides go to each detail; the second detail goes on by its own weights.
    assert row["equal"] == pytest.approx((30 * (0.1 / 2 + 0.3 / 2) + 10 * 0.5) / 40)
    assert row["given"] == pytest.approx((30 * (0.1 / 2 + 0.25 / 2) + 10 * 0.5) / 40)
    assert row["lower"] == pytest.approx((30 * 0.1 + 10 * 0.5) / 40)
    assert row["upper"] == pytest.approx((30 * 0.4 + 10 * 0.5) / 40)
    assert found.unmapped == 0


def test_a_broad_code_may_go_whole_to_any_of_its_details() -> None:
    rows = weight_range(BROAD, DETAILS, hierarchy="SOC", **WORDS).to_pandas().set_index("destination_code")

    assert rows.loc["c2"].tolist() == pytest.approx([7.5, 0.0, 30.0])
    assert rows.loc["c4"].tolist() == [10.0, 10.0, 10.0]
    assert rows["equal"].sum() == pytest.approx(40)


def test_without_a_hierarchy_a_broad_code_is_not_mapped() -> None:
    found = weight_range(BROAD, DETAILS, AIDES, **WORDS)

    assert found.unmapped == 30
    assert found.to_pandas()["equal"].tolist() == [0.5]


def test_wrong_words_are_refused() -> None:
    with pytest.raises(UsageError, match="siblings=True needs hierarchy="):
        weight_range(JOBS, LINKS, siblings=True, **WORDS)
    with pytest.raises(ChoiceError, match="Did you mean 'equal'"):
        weight_range(JOBS, LINKS, alternatives=["equals"], **WORDS)
    with pytest.raises(UsageError, match="needs the table `mass`"):
        weight_range(JOBS, LINKS, alternatives=["destination"], **WORDS)
    with pytest.raises(UsageError, match="one alternative"):
        weight_range(JOBS, LINKS, alternatives=[], **WORDS)
    with pytest.raises(DuplicateLabelError):
        weight_range(JOBS, LINKS, pa.concat_tables([SCORES, SCORES]), **WORDS)
