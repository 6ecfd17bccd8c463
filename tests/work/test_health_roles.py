from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    DuplicateRowError,
    InfiniteValueError,
    NegativeValueError,
    TotalAmongDetailsError,
    UnknownCodeError,
)
from industria.work import exposure_profile, health_roles
from industria.work._health_table import ROLES, role_of
from tests.work.jobs import oews
from tests.work.scores import official

JOBS = pa.table(
    {
        "industry": ["622"] * 5 + ["621"] * 2,
        "ownership": ["private"] * 3 + ["state"] * 2 + ["private"] * 2,
        "occupation": ["29-1141", "29-2072", "31-9092", "43-6013", "29-1141", "31-9092", "99-9999"],
        "employment": [60.0, 20.0, 20.0, 30.0, None, 40.0, 10.0],
        "mean_wage": [90.0, 50.0, None, 40.0, 88.0, 41.0, 30.0],
    }
)
SCORES = pa.table(
    {"occupation": ["29-1141", "29-2072", "43-6013"], "measure": ["models"] * 3, "score": [0.3, 0.7, 0.8]}
)
TABLE = pa.table(
    {
        "occupation": ["29", "29-2072", "43", "31-9092"],
        "role": ["clinical", "administrative", "administrative", "mixed"],
        "reason": ["patients", "records", "office", "both"],
        "administrative_share": [None, None, None, 0.25],
    }
)
WORDS = {"administrative", "clinical", "mixed", "patients", "records", "office", "both"}
EXAMPLE = ({"employment": JOBS, "scores": SCORES, "roles": TABLE}, {})


def by_role(*tables: Any, **parameters: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    by = parameters.get("by", ["industry", "ownership"])
    return {
        tuple(row[n] for n in (*by, "role")): row for row in health_roles(*tables, **parameters).to_arrow().to_pylist()
    }


def rows(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.collect("pyarrow").to_native().to_pylist()
    return found


def test_records_are_administrative_though_they_are_coded_as_health() -> None:
    found = by_role(JOBS, None, TABLE)

    assert found["622", "private", "administrative"]["employment"] == 20
    assert found["622", "private", "clinical"]["share"] == pytest.approx(0.6)
    assert found["622", "private", "clinical"]["mean_wage"] == 90
    assert (found["622", "private", "mixed"]["mean_wage"], found["622", "private", "mixed"]["wage_coverage"]) == (
        None,
        0,
    )
    assert found["621", "private", "other"]["employment"] == 10


def test_both_parts_of_mixed_work_are_shown() -> None:
    parts = [row for row in rows(health_roles(JOBS, None, TABLE).parts) if row["industry"] == "621"]

    assert [(row["part"], row["task_share"], row["employment"]) for row in parts] == [
        ("administrative", 0.25, 10),
        ("clinical", 0.75, 30),
    ]


def test_every_code_has_its_role_and_reason() -> None:
    found = health_roles(JOBS)
    told = {row["occupation"]: row for row in rows(found.assignments)}

    assert [told[code]["role"] for code in ("29-1141", "29-2072", "31-9092", "99-9999")] == [
        "clinical",
        "administrative",
        "mixed",
        "other",
    ]
    assert all(row["reason"] for row in told.values())
    assert (found.n_unnamed, found.n_withheld) == (1, 1)


def test_what_is_not_known_is_listed() -> None:
    """Of 180 jobs, those in 99-9999 have no role, 20 no wage, and 70 a score of models."""
    bare = {row["unknown"]: row["unknown_share"] for row in rows(health_roles(JOBS, None, TABLE).unknowns)}
    found = rows(health_roles(JOBS, SCORES, TABLE, task_year=2024, employment_year=2018).unknowns)
    told = {row["unknown"]: row for row in found}

    assert bare == {
        "unnamed_roles": pytest.approx(10 / 180),
        "uncovered_wages": pytest.approx(20 / 180),
        "withheld_employment": None,
    }
    assert told["uncovered_employment"]["measure"] == "models"
    assert told["uncovered_employment"]["unknown_share"] == pytest.approx(70 / 180)
    assert told["borrowed_tasks"]["unknown_share"] is None
    assert told["vintage_gap"]["years_apart"] == 6


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("43-4051", "administrative"),
        ("13-2011", "administrative"),
        ("11-3121", "administrative"),
        ("11-9111", "administrative"),
        ("29-9021", "administrative"),
        ("31-9094", "administrative"),
        ("31-1120", "clinical"),
        ("31-2021", "clinical"),
        ("31-9097", "clinical"),
        ("29-1215", "clinical"),
        ("35-2012", "support"),
        ("37-2012", "support"),
        ("53-3011", "support"),
        ("15-1211", "technical"),
        ("49-9062", "technical"),
        ("21-1022", "other"),
    ],
)
def test_the_default_table(code: str, role: str) -> None:
    assert role_of(code, ROLES).role == role


def test_a_third_of_the_task_weight_of_medical_assistants_is_administrative() -> None:
    """The tasks of the occupation, core tasks counting twice; seven of them concern no patient's body."""
    tasks = official("openai.task_labels")
    tasks = tasks[tasks["occupation"] == "31-9092.00"]
    weight = tasks["task_type"].map({"Core": 2}).fillna(1)
    office = (
        "Record patients'",
        "Greet",
        "Perform general office",
        "Schedule",
        "Inventory",
        "Contact",
        "Keep financial",
    )

    share = weight[tasks["task"].str.startswith(office)].sum() / weight.sum()
    assert share == pytest.approx(role_of("31-9092", ROLES).administrative_share)


def test_exposure_is_that_of_a_profile_by_role() -> None:
    found = {(r["industry"], r["ownership"], r["role"]): r for r in rows(health_roles(JOBS, SCORES, TABLE).exposure)}
    roles = {"29-1141": "clinical", "29-2072": "administrative", "31-9092": "mixed", "43-6013": "administrative"}
    named = JOBS.to_pandas().assign(role=lambda jobs: jobs["occupation"].map(roles).fillna("other"))
    wanted = exposure_profile(SCORES, named, by=["industry", "ownership", "role"]).to_arrow().to_pylist()

    for row in wanted:
        key = row["industry"], row["ownership"], row["role"]
        if key in found:
            assert {name: row[name] for name in found[key]} == found[key]
    assert found["622", "private", "administrative"]["exposure"] == pytest.approx(0.7)
    assert found["622", "private", "mixed"]["coverage"] == 0


@given(st.lists(st.tuples(st.sampled_from([role.code for role in ROLES]), st.integers(0, 9)), min_size=1))
def test_roles_share_out_all_jobs(jobs: list[tuple[str, int]]) -> None:
    table = pd.DataFrame(jobs, columns=["occupation", "employment"])
    found = health_roles(table.groupby("occupation", as_index=False).sum(), by=[]).to_pandas()

    assert found["employment"].sum() == table["employment"].sum()
    if table["employment"].sum():
        assert found["share"].sum() == pytest.approx(1)


def test_hospitals_by_owner() -> None:
    """Jobs as published; shares of practitioners, support and office to the one decimal printed."""
    jobs = oews(level="naics3", ownership="all", group="major")
    jobs = jobs[jobs["industry"] == "622000"]
    roles = pd.DataFrame({"occupation": ["29", "31", "43"], "role": ["practitioners", "support", "office"]})
    found = by_role(jobs, None, roles)
    total = oews(level="naics3", ownership="all", group="total")
    total = total[total["industry"] == "622000"].set_index("ownership")["employment"]
    published = {
        "5": (5_145_700, 57.3, 13.2, 10.4),
        "2": (407_950, 49.3, 12.8, 10.8),
        "3": (681_090, 53.3, 13.1, 12.8),
    }
    for owner, (all_jobs, *shares) in published.items():
        assert total[owner] == all_jobs
        for role, share in zip(("practitioners", "support", "office"), shares, strict=True):
            row = found["622000", owner, role]
            assert 100 * row["employment"] / all_jobs == pytest.approx(share, abs=0.05)


def test_a_code_with_two_roles_is_told() -> None:
    with pytest.raises(DuplicateRowError, match="occupation = '29'"):
        health_roles(JOBS, None, pa.concat_tables([TABLE, TABLE.slice(0, 1)]))


@pytest.mark.parametrize("code", ["292072", "1342"])
def test_the_default_roles_take_codes_of_soc_alone(code: str) -> None:
    """292072 begins like a nurse's code, and 1342 of ISCO-08, managers of health services, like a clerk's."""
    jobs = pd.DataFrame({"occupation": [code], "employment": [1.0]})

    with pytest.raises(UnknownCodeError, match=f"{code}.* no code of SOC"):
        health_roles(jobs, by=[])
    own = pd.DataFrame({"occupation": [code], "role": ["administrative"]})
    assert health_roles(jobs, roles=own, by=[]).to_pandas()["role"].tolist() == ["administrative"]


def test_negative_and_infinite_wages_and_totals_among_details_are_told() -> None:
    with pytest.raises(NegativeValueError, match=r"mean_wage.*occupation = '29-1141'"):
        health_roles(JOBS.set_column(4, "mean_wage", pa.array([-1.0] + [1.0] * 6)))
    with pytest.raises(InfiniteValueError, match=r"mean_wage.*occupation = '29-1141'"):
        health_roles(JOBS.set_column(4, "mean_wage", pa.array([float("inf")] + [1.0] * 6)))
    total = pd.DataFrame({"occupation": ["29-0000", "29-1141", "29-2072"], "employment": [100.0, 60.0, 40.0]})
    with pytest.raises(TotalAmongDetailsError, match="29-0000"):
        health_roles(total, by=[])
