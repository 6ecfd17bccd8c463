from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    ChoiceNotRecordedError,
    ColumnTypeError,
    DuplicateRowError,
    NegativeValueError,
    NoMonthError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownLabelError,
)
from industria.work import automation_ledger

PROCESSES = pa.table(
    {
        "process": ["claims", "letters", "referrals"],
        "role": ["billing clerk", "billing clerk", "secretary"],
        "volume": [6000.0, 1000.0, 900.0],
        "minutes": [5.0, 6.0, 12.0],
        "attempted_share": [0.8, 0.5, 0.5],
        "exception_rate": [0.1, 0.2, 0.25],
        "go_live": [3, 3, 4],
        "type": ["billing", "billing", "scheduling"],
        "cost": [30_000.0, None, 9_000.0],
    }
)
LOG = pa.table(
    {
        "process": ["claims", "claims", "claims", "letters", "referrals", "referrals"],
        "period": [2, 3, 4, 4, 3, 4],
        "cases_done": [0.0, 4000.0, 4400.0, 300.0, 0.0, 300.0],
        "exceptions": [0.0, 600.0, 400.0, 50.0, 0.0, 100.0],
        "rework_minutes": [0.0, 8.0, 8.0, 6.0, 0.0, 12.0],
        "running_hours": [0.0, 40.0, 30.0, 5.0, 0.0, 50.0],
        "turnaround": [6.0, 4.0, 3.0, None, 2.0, 2.5],
        "backlog": [500.0, 400.0, 200.0, 30.0, 40.0, 60.0],
        "error_rate": [0.04, 0.02, 0.02, None, None, 0.05],
    }
)
ROSTER = pa.table(
    {
        "role": ["billing clerk"] * 4 + ["secretary"] * 4,
        "period": [1, 2, 3, 4] * 2,
        "hours": [1600.0, 1600.0, 1500.0, 1420.0, 800.0, 800.0, 800.0, 810.0],
        "overtime_hours": [60.0, 60.0, 20.0, 10.0, 0.0, 0.0, 0.0, 20.0],
        "headcount": [10.0, 10.0, 10.0, 9.0, 5.0, 5.0, 5.0, 5.0],
        "mean_wage": [21.0] * 4 + [19.0] * 4,
        "vacancies": [1.0, 1.0, None, 3.0, None, None, None, None],
    }
)
MOVES = pa.table(
    {
        "from_role": ["billing clerk"] * 3,
        "to_role": ["registration", "registration", "attrition"],
        "period": [3, 4, 4],
        "hours": [40.0, 60.0, 20.0],
    }
)
TABLES = {"processes": PROCESSES, "log": LOG, "roster": ROSTER, "moves": MOVES}
EXAMPLE = (TABLES, {"currency": "USD"})
WORDS = {"attrition", "separations", "USD"}


def rows(**changed: Any) -> pd.DataFrame:
    return automation_ledger(**(TABLES | changed)).to_pandas().set_index("process")


def changed(table: str, column: str, values: Any) -> dict[str, pa.Table]:
    one = TABLES[table]
    place = one.column_names.index(column) if column in one.column_names else one.num_columns
    made = pa.array(values)
    return {table: one.set_column(place, column, made) if place < one.num_columns else one.append_column(column, made)}


def test_estimates_come_from_the_plan_and_realized_hours_from_the_log() -> None:
    claims = rows().loc["claims"]

    assert claims["estimated_hours"] == pytest.approx(6000 * 5 * 0.8 * 0.9 / 60)
    realized = [4000 * 5 / 60 - 600 * 8 / 60 - 40, 4400 * 5 / 60 - 400 * 8 / 60 - 30]
    assert claims["realized_hours"] == pytest.approx(sum(realized) / 2)
    assert claims["realization"] == pytest.approx(claims["realized_hours"] / claims["estimated_hours"])
    assert claims["turnaround_change"] == pytest.approx(-2.5)
    assert claims["error_change"] == pytest.approx(-0.02)


def test_minutes_measured_again_take_the_place_of_the_plan() -> None:
    again = rows(**changed("log", "minutes", [None, 4.0, 4.0, None, None, None])).loc["claims"]

    assert again["estimated_hours"] == rows().loc["claims", "estimated_hours"]
    assert again["realized_hours"] == pytest.approx(rows().loc["claims", "realized_hours"] - 4200 / 60)


def test_released_hours_are_divided_by_what_processes_realized() -> None:
    found = rows()
    clerks = found[found["role"] == "billing clerk"]

    assert clerks["released_hours"].sum() == pytest.approx(1600 - 1460)
    parts = clerks["realized_hours"] / clerks["realized_hours"].sum()
    assert clerks["released_hours"].to_numpy() == pytest.approx((140 * parts).to_numpy())
    assert clerks["redeployed_hours"].sum() == pytest.approx(50)
    assert clerks["attrition"].sum() == pytest.approx(10)
    assert clerks["overtime_reduced"].sum() == pytest.approx(45)
    assert clerks["unexplained"].sum() == pytest.approx(35)


def roles_of(**tables: Any) -> pd.DataFrame:
    found = automation_ledger(**(TABLES | tables)).roles
    return collect(found).to_pandas().set_index("role")


def test_people_of_a_role_stand_beside_its_hours() -> None:
    """Of ten clerks 9.5 are left; those who left of themselves take 10 of the 1,540 regular hours of ten with them."""
    clerk, secretary = (roles_of().loc[role] for role in ("billing clerk", "secretary"))

    assert (clerk["hours_before"], clerk["hours_after"], clerk["released_hours"]) == (1600, 1460, 140)
    assert (clerk["headcount_before"], clerk["headcount_after"], clerk["headcount_change"]) == (10, 9.5, -0.5)
    assert clerk["headcount_left"] == pytest.approx(10 / 154)
    assert (clerk["months_before"], clerk["months_between"], clerk["months_after"]) == (2, 0, 2)
    assert (secretary["months_before"], secretary["headcount_change"], secretary["headcount_left"]) == (3, 0, 0)
    let_go = MOVES.set_column(1, "to_role", pa.array(["registration", "registration", "separations"]))
    assert roles_of(moves=let_go).loc["billing clerk", "headcount_left"] == clerk["headcount_left"]


def test_wages_vacancies_and_backlog_stand_beside_hours() -> None:
    raised = roles_of(**changed("roster", "mean_wage", [20.0, 20.0, 21.0, 23.0] + [19.0] * 4))

    assert raised["wage_change"].to_dict() == pytest.approx({"billing clerk": 0.1, "secretary": 0.0})
    assert raised.loc["billing clerk", "vacancies_change"] == 2.0, "a month that does not tell them is left out"
    assert pd.isna(raised.loc["secretary", "vacancies_change"])
    found = rows()["backlog_change"]
    assert (found["claims"], found["referrals"]) == (300 - 500, 20)
    assert pd.isna(found["letters"]), "nobody counted before"


def test_a_role_without_people_has_no_hours_a_person() -> None:
    nobody = roles_of(**changed("roster", "headcount", [0.0] * 8))

    assert nobody["headcount_left"].isna().all()
    assert (nobody["headcount_change"] == 0).all()


def test_a_role_whose_hours_grew_released_none() -> None:
    found = automation_ledger(**TABLES)
    secretary = rows().loc["referrals"]

    assert (secretary["released_hours"], secretary["unexplained"]) == (0.0, 0.0)
    assert pd.isna(secretary["payback_months"])
    assert secretary["realized_hours"] == pytest.approx(300 * 12 / 60 - 100 * 12 / 60 - 50)
    assert found.n_roles_grown == 1


def test_payback_counts_hours_that_nobody_is_paid_for_any_more() -> None:
    claims = rows().loc["claims"]

    unpaid = claims["attrition"] + claims["overtime_reduced"] + claims["separations"]
    assert claims["payback_months"] == pytest.approx(30_000 / (unpaid * 21))
    more = MOVES.set_column(3, "hours", pa.array([100.0, 60.0, 20.0]))
    assert rows(moves=more).loc["claims", "payback_months"] == claims["payback_months"], "other work is paid as well"
    running = rows(**changed("processes", "running_cost", [1e6, 0.0, 0.0])).loc["claims"]
    assert pd.isna(running["payback_months"])
    assert pd.isna(rows().loc["letters", "payback_months"]), "a cost that is not told pays back at no known time"


def test_hours_are_brought_to_the_volume_of_before() -> None:
    volume = [100.0, 100.0, 120.0, 120.0] + [1.0] * 4
    found = automation_ledger(**(TABLES | changed("roster", "volume", volume) | {"moves": None}))

    assert found.constant_volume
    clerks = found.to_pandas().query("role == 'billing clerk'")
    assert clerks["released_hours"].sum() == pytest.approx(1600 - 1460 * 100 / 120)


@pytest.mark.parametrize("odd", [None, 0.0])
def test_a_month_without_volume_leaves_the_hours_of_its_role_as_they_are(odd: float | None) -> None:
    volume = [odd, 100.0, 120.0, 120.0] + [1.0] * 4
    found = automation_ledger(**(TABLES | changed("roster", "volume", volume) | {"moves": None}))

    assert not found.constant_volume
    assert found.to_pandas().query("role == 'billing clerk'")["released_hours"].sum() == pytest.approx(140)


def test_the_portfolio_and_the_bias_of_estimates_add_up() -> None:
    found = automation_ledger(**TABLES)
    portfolio = found.portfolio.collect("pandas").to_native().iloc[0]
    bias = found.estimate_bias.collect("pandas").to_native().set_index("type")

    assert portfolio["released_hours"] == pytest.approx(140)
    assert portfolio["cost"] == 39_000
    assert portfolio["full_time_equivalents"] == pytest.approx(12 * 140 / 1880)
    assert bias.loc["billing", "processes"] == 2
    assert bias["realized_hours"].sum() == pytest.approx(portfolio["realized_hours"])
    assert bias.loc["billing", "lowest"] <= bias.loc["billing", "realization"] <= bias.loc["billing", "highest"]
    told = found.redeployment.collect("pandas").to_native()
    assert told[["to_role", "hours"]].to_numpy().tolist() == [["attrition", 10.0], ["registration", 50.0]]


def test_a_portfolio_of_which_no_cost_is_told_has_none() -> None:
    found = automation_ledger(**(TABLES | changed("processes", "cost", [None, None, None])))

    assert pd.isna(found.portfolio.collect("pandas").to_native()["cost"][0])


def test_moves_before_go_live_count_for_nothing_and_are_counted() -> None:
    early = MOVES.set_column(2, "period", pa.array([2, 4, 4]))

    assert automation_ledger(**(TABLES | {"moves": early})).n_moves_before == 1
    assert rows(moves=early)["redeployed_hours"].sum() == pytest.approx(30)


def test_moves_between_the_first_and_the_last_go_live_are_told_apart() -> None:
    """Claims go live in month 2, letters in month 4: months 2 and 3 are not compared, and neither are their moves."""
    tables = changed("processes", "go_live", [2, 4, 4])
    moves = MOVES.set_column(2, "period", pa.array([3, 4, 1]))
    found = automation_ledger(**(TABLES | tables | {"moves": moves}))
    clerk = collect(found.roles).to_pandas().set_index("role").loc["billing clerk"]

    assert (found.n_moves_before, found.n_moves_between, found.n_moves_outside) == (1, 1, 0)
    assert (clerk["months_before"], clerk["months_between"], clerk["months_after"]) == (1, 2, 1)
    assert clerk["hours_between"] == pytest.approx(40 / 2)
    assert found.to_pandas()["redeployed_hours"].sum() == pytest.approx(60)
    assert pd.isna(collect(found.roles).to_pandas().set_index("role").loc["secretary", "hours_between"])


def test_moves_in_a_month_without_a_roster_are_counted_and_left_out() -> None:
    late = MOVES.set_column(2, "period", pa.array([3, 4, 5]))
    found = automation_ledger(**(TABLES | {"moves": late}))

    assert (found.n_moves_before, found.n_moves_outside) == (0, 1)
    assert found.to_pandas()["attrition"].sum() == 0
    assert found.to_pandas()["redeployed_hours"].sum() == pytest.approx(50)


@pytest.mark.parametrize("above", [0.0, 5e-8, 1e-7])
def test_the_identity_closes_where_moves_are_above_what_was_released_by_rounding(above: float) -> None:
    """Of 140 released hours 45 were overtime; the moves tell 95, and what rounding to seven digits adds."""
    moves = MOVES.slice(0, 2).set_column(3, "hours", pa.array([95.0 + above, 95.0 + above]))
    found = rows(moves=moves)

    went = found[["redeployed_hours", "attrition", "overtime_reduced", "separations", "unexplained"]].sum(axis=1)
    assert (went - found["released_hours"]).abs().max() < 1e-9
    assert (found["unexplained"] >= 0).all()


HOURS = st.floats(0, 2000)


@given(st.lists(HOURS, min_size=4, max_size=4), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40)
def test_what_was_released_is_what_went_somewhere_and_what_nobody_explains(
    hours: list[float], redeployed: float, overtime: float
) -> None:
    released = max(0.0, (hours[0] + hours[1] - hours[2] - hours[3]) / 2)
    roster = ROSTER.slice(0, 4).set_column(2, "hours", pa.array(hours))
    roster = roster.set_column(3, "overtime_hours", pa.array([hours[0] * overtime, hours[1] * overtime, 0.0, 0.0]))
    away = max(0.0, released - (hours[0] + hours[1]) / 2 * overtime) * redeployed
    moves = MOVES.slice(0, 1).set_column(3, "hours", pa.array([2 * away]))
    found = rows(processes=PROCESSES.slice(0, 2), log=LOG.slice(0, 4), roster=roster, moves=moves)

    went = found[["redeployed_hours", "attrition", "overtime_reduced", "separations", "unexplained"]]
    assert (went.sum(axis=1) - found["released_hours"]).abs().max() < 1e-9
    assert (went >= 0).all().all()
    assert (found["released_hours"] >= 0).all()
    assert found["released_hours"].sum() == pytest.approx(released)


@pytest.mark.parametrize(
    ("table", "column", "values", "error", "says"),
    [
        ("log", "cases_done", [0.0, 7000.0, 4400.0, 300.0, 0.0, 300.0], OutsideRangeError, "is at most the volume"),
        ("log", "exceptions", [0.0, 4001.0, 1.0, 1.0, 0.0, 1.0], OutsideRangeError, "is at most the cases done"),
        (
            "log",
            "process",
            ["claim"] * 3 + ["letters", "referrals", "referrals"],
            UnknownLabelError,
            "Did you mean 'claims'",
        ),
        ("roster", "overtime_hours", [1700.0] + [0.0] * 7, OutsideRangeError, "is part of the hours"),
        ("roster", "hours", [-1.0] * 8, NegativeValueError, r"roster\.hours"),
        ("roster", "period", [3, 4, 5, 6, 1, 2, 3, 4], NoMonthError, "no month of 'billing clerk' before 3"),
        ("log", "period", [1, 2, 0, 4, 3, 4], NoMonthError, "log has no month of 'claims' since 3"),
        ("moves", "hours", [400.0, 60.0, 20.0], OutsideRangeError, "at most the 140 hours a month that were released"),
        ("moves", "from_role", ["clerk"] * 3, UnknownLabelError, "Did you mean 'billing clerk'"),
        ("processes", "process", ["claims"] * 3, DuplicateRowError, "process = 'claims', 3 times"),
        ("processes", "currency", ["USD", "BRL", "USD"], ChoiceNotRecordedError, "one currency of all costs"),
        (
            "processes",
            "go_live",
            [pd.Timestamp("2024-03-01").date()] * 3,
            ColumnTypeError,
            "dates, as processes.go_live",
        ),
    ],
)
def test_what_cannot_be_is_named(table: str, column: str, values: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        rows(**changed(table, column, values))


def test_hours_of_a_year_are_above_zero() -> None:
    with pytest.raises(ParameterRangeError, match="productive_hours=0"):
        automation_ledger(**TABLES, productive_hours=0)
