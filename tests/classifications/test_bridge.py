from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.classifications import bridge, correspondence
from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    InfiniteValueError,
    RepeatedColumnError,
    ReservedNameError,
    UsageError,
)
from tests.classifications.tables import JOBS, LINKS, MASS, weighed

EXAMPLE = (
    {"values": JOBS, "correspondence": weighed()},
    {"code": "occupation", "value": "score", "kind": "mean", "weight": "jobs", "by": ["land"]},
)
WORDS: dict[str, Any] = {"code": "occupation", "value": "jobs"}


def by_code(result: Any, value: str = "jobs") -> dict[str, float]:
    return {row["occupation"]: row[value] for row in result.to_arrow().to_pylist()}


def test_totals_go_over_the_bridge_and_losses_are_counted() -> None:
    x = JOBS.filter(pa.compute.equal(JOBS["land"], "x"))
    found = bridge(x, weighed(), **WORDS)

    assert by_code(found) == {"a1": 10.0, "b2": 35.0, "b3": 35.0, "b4": 20.0}
    assert found.unmapped == 100.0
    assert by_code(found, "split_share")["b2"] == pytest.approx(15 / 35)
    assert {r["passage"]: r["codes"] for r in found.coverage.collect("pyarrow").to_native().to_pylist()}["split"] == 2


def test_means_are_weighed_by_what_arrives() -> None:
    found = bridge(JOBS, weighed(), code="occupation", value="score", kind="mean", weight="jobs", by=["land"])
    rows = {(r["land"], r["occupation"]): r["score"] for r in found.to_arrow().to_pylist()}

    assert rows["x", "b2"] == pytest.approx((20 * 0.2 + 15 * 0.3) / 35)
    assert rows["y", "b3"] == pytest.approx((1 * 0.3 + 3 * 0.5) / 4)


def test_a_mean_without_mass_is_null() -> None:
    empty = pa.table({"occupation": ["a1"], "score": [0.5], "jobs": [0.0]})
    found = bridge(empty, weighed(), code="occupation", value="score", kind="mean", weight="jobs")

    assert by_code(found, "score") == {"a1": None}


def test_what_went_through_the_hierarchy_is_told() -> None:
    links = pa.table(
        {"origin_code": ["31-1121", "31-1122"], "destination_code": ["31-1121", "31-1122"], "weight": [1.0, 1.0]}
    )
    staff = pa.table({"occupation": ["31-1120", "31-1121"], "jobs": [60.0, 10.0]})
    found = bridge(staff, links, hierarchy="SOC", **WORDS)

    assert by_code(found) == {"31-1121": 40.0, "31-1122": 30.0}
    assert by_code(found, "resolved_share") == {"31-1121": 0.75, "31-1122": 1.0}
    assert found.unmapped == 0


STAFF = pa.table({"land": ["x", "y", "z"], "occupation": ["31-1120"] * 3, "jobs": [60.0, 60.0, 60.0]})
DETAILS = pa.table({"origin_code": ["31-1121", "31-1122"], "destination_code": ["d1", "d2"], "weight": [1.0, 1.0]})


def test_a_broad_code_goes_to_its_details_by_their_mass_in_its_group() -> None:
    """Land x has three of the first to one of the second, y the second alone, z tells nothing: equally."""
    mass = pa.table(
        {
            "land": ["x", "x", "y"],
            "origin_code": ["31-1121", "31-1122", "31-1122"],
            "mass": [30.0, 10.0, 5.0],
        }
    )
    found = bridge(STAFF, DETAILS, mass, hierarchy="SOC", by=["land"], **WORDS)
    rows = {(row["land"], row["occupation"]): row["jobs"] for row in found.to_arrow().to_pylist()}

    assert rows == {("x", "d1"): 45.0, ("x", "d2"): 15.0, ("y", "d1"): 0.0, ("y", "d2"): 60.0} | {
        ("z", "d1"): 30.0,
        ("z", "d2"): 30.0,
    }
    assert found.unmapped == 0


def test_mass_without_groups_serves_all_of_them() -> None:
    mass = pa.table({"origin_code": ["31-1121", "31-1122"], "mass": [30.0, 10.0]})
    found = bridge(STAFF, DETAILS, mass, hierarchy="SOC", **WORDS)

    assert by_code(found) == {"d1": 135.0, "d2": 45.0}


def test_mass_without_a_hierarchy_is_no_question() -> None:
    with pytest.raises(UsageError, match="needs hierarchy="):
        bridge(STAFF, DETAILS, pa.table({"origin_code": ["31-1121"], "mass": [1.0]}), **WORDS)


def test_a_tree_may_be_a_table() -> None:
    links = pa.table({"origin_code": ["x", "y"], "destination_code": ["x", "y"], "weight": [1.0, 1.0]})
    tree = pa.table({"code": ["x", "y", "all"], "parent": ["all", "all", None]})

    assert by_code(bridge(pa.table({"occupation": ["all"], "jobs": [4.0]}), links, hierarchy=tree, **WORDS)) == {
        "x": 2.0,
        "y": 2.0,
    }


rows = st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from(["a1", "a2", "a3", "a4", "a7"]), st.floats(0, 1e6)))


@given(rows.filter(bool))
def test_mass_in_is_mass_out_and_unmapped(drawn: list[tuple[str, str, float]]) -> None:
    """Duplicate rows, groups that lack codes and codes that no link takes, all at once."""
    lands, codes, jobs = zip(*drawn, strict=True)
    values = pa.table({"land": lands, "occupation": codes, "jobs": jobs})
    found = bridge(values, weighed(), by=["land"], **WORDS)

    assert sum(found.to_arrow()["jobs"].to_pylist()) + found.unmapped == pytest.approx(sum(jobs), rel=1e-9)


@given(rows.filter(bool))
def test_a_group_does_not_know_of_others(drawn: list[tuple[str, str, float]]) -> None:
    lands, codes, jobs = zip(*drawn, strict=True)
    values = pl.DataFrame({"land": lands, "occupation": codes, "jobs": jobs}, schema_overrides={"jobs": pl.Float64})
    together = bridge(values, weighed(), by=["land"], **WORDS).to_polars()
    for (land,), own in values.group_by("land"):
        alone = bridge(own, weighed(), **WORDS).to_polars().sort("occupation")
        found = together.filter(pl.col("land") == land).drop("land").sort("occupation")
        assert found["occupation"].to_list() == alone["occupation"].to_list()
        np.testing.assert_allclose(found["jobs"], alone["jobs"], rtol=1e-12)


def test_two_hundred_lands_are_two_hundred_calls() -> None:
    rng = np.random.default_rng(11)
    lands = [f"l{i:03d}" for i in range(200)]
    mass = pl.DataFrame(
        {"land": np.repeat(lands, 4), "destination_code": ["a1", "b2", "b3", "b4"] * 200, "mass": rng.random(800)}
    )
    jobs = pl.DataFrame(
        {"land": np.repeat(lands, 4), "occupation": ["a1", "a2", "a3", "a4"] * 200, "jobs": rng.random(800)}
    )
    words: dict[str, Any] = {"origin": "old", "destination": "new", "weights": "destination"}
    weights = correspondence(LINKS, mass, by=["land"], **words)
    together = bridge(jobs, weights.table, by=["land"], **WORDS).to_polars()
    for land in lands:
        own = correspondence(LINKS, mass.filter(land=land), **words)
        alone = bridge(jobs.filter(land=land), own.table, **WORDS).to_polars().sort("occupation")
        found = together.filter(land=land).sort("occupation")
        np.testing.assert_allclose(found["jobs"], alone["jobs"], rtol=1e-12)


def test_engines_agree() -> None:
    frames = (JOBS.to_pandas(), pl.from_arrow(JOBS), duckdb.connect().from_arrow(JOBS), JOBS)
    found = [by_code(bridge(frame, weighed(), **WORDS)) for frame in frames]

    assert all(one == pytest.approx(found[0], rel=1e-12) for one in found)


def test_leading_zeros_stay() -> None:
    links = pa.table({"origin_code": ["0013"], "destination_code": ["010121"], "weight": [1.0]})

    assert by_code(bridge(pa.table({"occupation": ["0013"], "jobs": [2.0]}), links, **WORDS)) == {"010121": 2.0}


def test_wrong_words_are_refused() -> None:
    with pytest.raises(ChoiceError):
        bridge(JOBS, weighed(), kind="sum", **WORDS)
    with pytest.raises(UsageError, match="weight belongs to"):
        bridge(JOBS, weighed(), weight="score", **WORDS)
    with pytest.raises(RepeatedColumnError):
        bridge(JOBS, weighed(), by=["occupation"], **WORDS)
    with pytest.raises(ReservedNameError):
        bridge(JOBS.rename_columns(["share", "occupation", "title", "jobs", "score"]), weighed(), by=["share"], **WORDS)
    with pytest.raises(InfiniteValueError):
        bridge(pa.table({"occupation": ["a1"], "jobs": [float("inf")]}), weighed(), **WORDS)


def test_groups_of_the_correspondence_must_be_named() -> None:
    weights = correspondence(LINKS, MASS, origin="o", destination="d", weights="destination", by=["land"])

    with pytest.raises(DuplicateRowError):
        bridge(JOBS, weights.table, **WORDS)
