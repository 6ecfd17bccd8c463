from __future__ import annotations

import os
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.classifications import correspondence, coverage
from industria.errors import (
    CodeError,
    LostZerosError,
    MissingValueError,
    NegativeValueError,
    NumericCodeError,
    PaddedCodeError,
    RangeCodeError,
    TotalAmongDetailsError,
    UnknownClassificationError,
    UsageError,
    VintageError,
    WeightSumError,
)
from tests.classifications.tables import JOBS, mirror, weighed

EXAMPLE = (
    {"values": JOBS, "correspondence": weighed()},
    {"code": "occupation", "value": "jobs", "by": ["land"]},
)
WORDS = {"code": "occupation", "value": "jobs"}


def same(*codes: str) -> pa.Table:
    return pa.table({"origin_code": list(codes), "destination_code": list(codes), "weight": [1.0] * len(codes)})


def jobs(**codes: float) -> pa.Table:
    return pa.table({"occupation": list(codes), "jobs": [float(n) for n in codes.values()]})


def shares(*tables: Any, **options: Any) -> dict[str, float]:
    return {r["passage"]: r["share"] for r in coverage(*tables, **(WORDS | options)).to_arrow().to_pylist()}


def test_every_passage_is_told() -> None:
    found = coverage(JOBS, weighed(), by=["land"], **WORDS)
    rows = {(r["land"], r["passage"]): r for r in found.to_arrow().to_pylist()}

    assert rows["x", "identity"]["value"] == 10
    assert rows["x", "merged"]["value"] == 20
    assert rows["x", "split"]["value"] == 70
    assert rows["x", "split"]["partial_share"] == pytest.approx((30 + 20) / 200)
    assert rows["x", "missing"]["share"] == 0.5
    assert rows["y", "missing"]["share"] == 0
    (missing,) = found.missing.collect("pyarrow").to_native().to_pylist()
    assert (missing["code"], missing["title"], missing["value"], missing["rank"]) == ("a9", "nine", 100.0, 1)
    assert found.covered_share == pytest.approx(105 / 205)


def test_broad_codes_take_their_details_and_residuals_their_group_only_when_asked() -> None:
    links = same("31-1121", "31-1122", "29-1141")
    staff = jobs(**{"31-1120": 60.0, "31-1129": 30.0, "29-1141": 10.0})

    assert shares(staff, links)["missing"] == 0.9
    resolved = shares(staff, links, hierarchy="SOC")
    assert (resolved["children"], resolved["missing"]) == (0.6, 0.3)
    asked = shares(staff, links, hierarchy="SOC", siblings=True)
    assert (asked["siblings"], asked["missing"]) == (0.3, 0.0)


def test_a_range_is_resolved_by_its_hierarchy_alone() -> None:
    plants = jobs(**{"31-33": 5.0, "62": 1.0})
    links = same("311", "332", "621")

    with pytest.raises(RangeCodeError, match="hierarchy='NAICS'"):
        coverage(plants, links, **WORDS)
    assert shares(plants, links, hierarchy="NAICS")["children"] == 1.0


def test_padded_codes_of_oews_are_their_own() -> None:
    assert shares(jobs(**{"622000": 1.0}), same("622"), hierarchy="NAICS")["children"] == 1.0


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=5))
def test_shares_add_up_to_one(values: list[float]) -> None:
    table = pa.table({"occupation": ["a1", "a2", "a3", "a4", "a9"], "jobs": values})
    found = shares(table, weighed())

    assert sum(values) == 0 or sum(found.values()) == pytest.approx(1.0, abs=1e-12)


def test_the_other_vintage_is_told_with_its_share() -> None:
    new = jobs(a1=10.0, b2=60.0, b3=30.0)

    with pytest.raises(
        VintageError,
        match=r"'b2' in row 2, which old2010 does not have: 10.0 % .* old2010, 100.0 % in codes of new2018",
    ):
        coverage(new, weighed(), **WORDS)


@pytest.mark.parametrize(
    ("table", "error"),
    [
        (pa.table({"occupation": [110, 210], "jobs": [1.0, 2.0]}), NumericCodeError),
        (pa.table({"occupation": ["110", "0210"], "jobs": [1.0, 2.0]}), LostZerosError),
        (pa.table({"occupation": ["0110 ", "0210"], "jobs": [1.0, 2.0]}), PaddedCodeError),
        (pa.table({"occupation": ["TOTAL", "0210"], "jobs": [1.0, 2.0]}), TotalAmongDetailsError),
        (pa.table({"occupation": ["0110", None], "jobs": [1.0, 2.0]}), MissingValueError),
        (pa.table({"occupation": ["0110", "0210"], "jobs": [1.0, None]}), MissingValueError),
        (pa.table({"occupation": ["0110", "0210"], "jobs": [1.0, -2.0]}), NegativeValueError),
    ],
)
def test_bad_values_are_refused(table: pa.Table, error: type[Exception]) -> None:
    with pytest.raises(error):
        coverage(table, same("0110", "0210"), **WORDS)


@pytest.mark.parametrize("code", ["210", "0210 ", "2.1E+02", "TOTAL", "Source: the bureau of statistics"])
def test_the_row_of_a_wrong_code_is_told_where_rows_have_an_order(code: str) -> None:
    """Counted from one, in a frame; a table that is read lazily has no order of rows."""
    table = pa.table({"occupation": ["0110", "0110", code], "jobs": [1.0, 2.0, 3.0]})

    for frame, row in ((table, 3), (table.to_pandas(), 3), (pl.from_arrow(table), 3), (duckdb.from_arrow(table), None)):
        with pytest.raises(CodeError) as told:
            coverage(frame, same("0110", "0210"), **WORDS)
        assert told.value.row == row
        assert ("in row 3" in str(told.value)) == (row is not None)


def test_a_group_among_its_details_is_refused() -> None:
    staff = jobs(**{"31-1120": 90.0, "31-1121": 60.0, "31-1122": 30.0})

    with pytest.raises(
        TotalAmongDetailsError, match="'31-1120' in row 1, a total, among its own details 31-1121, 31-1122"
    ):
        coverage(staff, same("31-1121", "31-1122"), hierarchy="SOC", **WORDS)


def test_weights_that_do_not_sum_are_refused() -> None:
    links = weighed().set_column(2, "weight", pa.array([1.0, 1.0, 0.5, 0.4, 0.5, 0.5]))

    with pytest.raises(WeightSumError, match=r"'a3' sum to 0\.9"):
        coverage(JOBS, links, **WORDS)


def test_hierarchies_are_asked_for_by_name() -> None:
    with pytest.raises(UnknownClassificationError, match="Did you mean 'NAICS'"):
        coverage(JOBS, weighed(), hierarchy="NAISC", **WORDS)
    with pytest.raises(UsageError, match="needs hierarchy="):
        coverage(JOBS, weighed(), siblings=True, **WORDS)


# U.S. Bureau of Labor Statistics, OEWS May 2023, natsector_M2023_dl.xlsx: NAICS 62 has
# 22,068,580 jobs; its detailed rows add to 22,054,030 (withheld cells). O*NET 30.1 has
# tasks for 798 SOC codes; equal codes keep 79.3 % of the jobs (one digit is known).
PUBLISHED = 22_068_580


@pytest.fixture(scope="module")
def health_care() -> pa.Table:
    calamine = pytest.importorskip("python_calamine")
    head, *rows = calamine.load_workbook(mirror("natsector_M2023_dl.xlsx")).get_sheet_by_index(0).to_python()
    place = {name.upper(): i for i, name in enumerate(head)}
    kept = [
        row
        for row in rows
        if str(row[place["NAICS"]]) == "62"
        and row[place["O_GROUP"]] == "detailed"
        and not isinstance(row[place["TOT_EMP"]], str)
    ]
    return pa.table(
        {
            "occupation": [row[place["OCC_CODE"]] for row in kept],
            "title": [row[place["OCC_TITLE"]] for row in kept],
            "jobs": [float(row[place["TOT_EMP"]]) for row in kept],
        }
    )


def sheet(path: str, skip: int) -> list[list[Any]]:
    calamine = pytest.importorskip("python_calamine")
    rows: list[list[Any]] = calamine.load_workbook(mirror(path)).get_sheet_by_index(0).to_python()
    return rows[skip:]


def test_equal_codes_lose_a_fifth_of_health_care(health_care: pa.Table) -> None:
    tasks = sheet(f"db_30_1_excel{os.sep}Task Statements.xlsx", 1)
    found = coverage(health_care, same(*sorted({row[0][:7] for row in tasks})), **WORDS)

    assert found.covered_share is not None
    assert found.covered_share * 22_054_030 / PUBLISHED == pytest.approx(0.793, abs=5e-4)
    first = found.missing.collect("pyarrow").to_native().to_pylist()[0]
    assert (first["code"], first["title"]) == ("31-1120", "Home Health and Personal Care Aides")


def test_the_matrix_of_bls_takes_all_of_health_care(health_care: pa.Table) -> None:
    rows = [row for row in sheet("nem-onet-to-soc-crosswalk.xlsx", 5) if row[1] and row[3]]
    links = pa.table({"nem": [row[3].strip() for row in rows], "onet": [row[1].strip() for row in rows]})
    weights = correspondence(links, origin="nem", destination="onetsoc2019", origin_code="nem", destination_code="onet")

    assert len(rows) == 997
    found = coverage(health_care, weights.table, **WORDS)
    assert found.covered_share is not None
    assert found.covered_share * 22_054_030 / PUBLISHED > 0.99


def test_partial_links_count_by_the_mass_of_the_details() -> None:
    """Three quarters of the broad code go to the detail whose link is partial."""
    links = same("31-1121", "31-1122").append_column("partial", pa.array([True, False]))
    mass = pa.table({"origin_code": ["31-1121", "31-1122"], "mass": [30.0, 10.0]})
    found = coverage(jobs(**{"31-1120": 8}), links, mass, hierarchy="SOC", **WORDS).to_arrow().to_pylist()

    assert {row["passage"]: row["partial_share"] for row in found}["children"] == 0.75


def test_what_a_composition_lost_whole_stands_in_for_nobody() -> None:
    """29-1141 leads nowhere: it is missing, no detail of itself, and takes its group only if asked."""
    lost = pa.table(
        {"origin_code": ["29-1141", "29-1151"], "destination_code": [None, "29-1151"], "weight": [1.0, 1.0]}
    )
    values = jobs(**{"29-1141": 30.0, "29-1151": 10.0, "29-1140": 5.0})

    told = coverage(values, lost, hierarchy="SOC", **WORDS).to_arrow().to_pylist()
    assert {r["passage"]: (r["codes"], r["value"]) for r in told if r["codes"]} == {
        "identity": (1, 10.0),
        "missing": (2, 35.0),
    }
    grouped = coverage(values, lost, hierarchy="SOC", siblings=True, **WORDS)
    assert {r["passage"]: (r["codes"], r["value"]) for r in grouped.to_arrow().to_pylist() if r["codes"]} == {
        "identity": (1, 10.0),
        "siblings": (2, 35.0),
    }
    assert grouped.covered_share == 1.0
