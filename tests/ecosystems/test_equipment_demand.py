from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import equipment_demand
from industria.errors import (
    ChoiceError,
    ChoiceNotRecordedError,
    DuplicateRowError,
    EmptyTableError,
    MissingColumnError,
    NegativeValueError,
    NotPositiveError,
    OutsideRangeError,
    ParameterRangeError,
    RedefinedCountError,
    RowCountError,
    UnknownLabelError,
    WeeksError,
)
from tests.ecosystems import esft_tables as e2
from tests.ecosystems.esft_tables import DAYS, EQUIPMENT, STAFFING, START, items, place, weeks
from tests.sources.official_files import WHOLE, mirrored, rows_of

WORDS = {
    "HCW",
    "Cleaner",
    "Case management - equipment",
    "IPC",
    "severe",
    "critical",
    "inpatient_hcw",
    "inpatient_crit_bed",
    "inpatient_sev_patient",
    "isolation_patient",
    "screening_hcw",
    "lab_tech",
}
EXAMPLE = (
    {
        "caseload": pa.table(
            {"week": [START + dt.timedelta(days=7 * k) for k in range(4)], "new_cases": [100.0, 900.0, 400.0, 50.0]}
        ),
        "equipment": pa.table(
            {
                "item": ["gown", "gown", "goggles", "ventilator", "cannula", "mask"],
                "unit": ["Each"] * 6,
                "category": ["IPC"] * 3 + ["Case management - equipment"] * 2 + ["IPC"],
                "reusable": [False, False, True, True, False, False],
                "basis": [
                    "inpatient_hcw",
                    "lab_tech",
                    "screening_hcw",
                    "inpatient_crit_bed",
                    "inpatient_sev_patient",
                    "isolation_patient",
                ],
                "quantity_per_day": [1.0, 2.0, 0.1, 0.67, 0.6667, 1.0],
            }
        ),
        "staffing": STAFFING.slice(0, 2),
        "capacity": place(hospital_beds=200.0, health_workers=300.0, active_laboratories=2.5),
    },
    {"start": "2022-01-10", "weeks": 3},
)
SHARES = (0.4, 0.4, 0.15, 0.05)


def brazil(**parameters: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of example E2 by item."""
    needed = equipment_demand(DAYS, EQUIPMENT, STAFFING, place(), **{"start": START} | parameters)
    return by_item(needed.to_arrow())


def by_item(rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["item"]].append(row)
    return dict(found)


def units(needed: Any, item: str = "thing") -> list[float]:
    return [row["units"] for row in by_item(needed.to_arrow())[item]]


# Golden


def test_meets_the_package_in_brazil() -> None:
    """Totals of twelve weeks and the first week, as the R package esft gives them, printed to three decimals."""
    found = brazil(compat="esft")

    assert found.keys() == e2.TOTALS.keys()
    for item, (total, first) in e2.TOTALS.items():
        assert len(found[item]) == 12
        assert found[item][0]["week"] == START
        assert sum(row["units"] for row in found[item]) == pytest.approx(total, abs=1e-3)
        assert found[item][0]["units"] == pytest.approx(first, abs=1e-3)
        for row in found[item]:
            parts = ("health_workers", "patients", "isolation", "screening", "laboratory")
            assert row["units"] == pytest.approx(sum(row[part] for part in parts), rel=1e-12)


def test_meets_the_beds_and_staff_of_brazil() -> None:
    needed = equipment_demand(DAYS, EQUIPMENT, STAFFING, place(), compat="esft", start=START)
    beds = needed.beds.collect("pyarrow").to_native().to_pylist()
    staff = needed.staff.collect("pyarrow").to_native().to_pylist()
    used = {(row["severity"], row["week"]): row["beds_in_use"] for row in beds}
    sixth = START + dt.timedelta(weeks=5)
    per_bed = {row["role"]: row["persons"] / (used["severe", START] + used["critical", START]) for row in staff[::12]}

    assert used["severe", START] == pytest.approx(6903.30, abs=0.005)
    assert used["critical", START] == pytest.approx(3745.40, abs=0.005)
    assert used["severe", sixth] + used["critical", sixth] == pytest.approx(36293.55, abs=0.005)
    assert per_bed["health_workers"] == pytest.approx(3.00201686800366, rel=1e-12)
    assert per_bed["cleaners"] == pytest.approx(0.750126939469364, rel=1e-12)


@pytest.mark.parametrize("country", ["BRA", "MYS", "AFG"])
def test_meets_the_package_item_by_item(country: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where beds are full (Malaysia) and health workers too few (Afghanistan), too."""
    mirrored(monkeypatch, WHOLE)
    one, platforms = (
        rows_of(use).filter(pc.field("country") == country).to_pylist()[0]
        for use in ("esft.countries", "esft.diagnostics")
    )
    machines = ("roche_6800", "roche_8800", "abbott_m2000", "hologic_panther", "manual")
    there = place(
        health_workers=one["doctors"] + one["nurses"],
        hospital_beds=one["hospital_beds"],
        intensive_care_share=one["intensive_care_share"],
        laboratory_staff=one["laboratory_staff"],
        active_laboratories=sum(platforms[name] for name in machines) / 3 + platforms["genexpert"] / 4,
    )
    needed = equipment_demand(DAYS, rows_of("esft.equipment"), rows_of("esft.staff"), there, compat="esft", start=START)
    found = by_item(needed.to_arrow())
    with (Path(__file__).parents[1] / "golden" / "equipment_demand" / "esft.csv").open(newline="") as file:
        golden = {line[1]: [float(one) for one in line[2:]] for line in csv.reader(file) if line[0] == country}

    assert needed.n_without_basis == 9
    assert found.keys() == golden.keys()
    for item, wanted in golden.items():
        # The file has twelve digits, five of them after the point.
        assert [row["units"] for row in found[item]] == pytest.approx(wanted, rel=1e-10, abs=1e-5), item


def test_a_day_of_isolation_is_a_day_by_default() -> None:
    """The package takes a week's use for each; nothing else differs."""
    by_package, plain = brazil(compat="esft"), brazil()

    for item, rows in by_package.items():
        for one, other in zip(rows, plain[item], strict=True):
            assert other["isolation"] == pytest.approx(one["isolation"] / 7, rel=1e-12)
            for part in ("health_workers", "patients", "laboratory"):
                assert other[part] == pytest.approx(one[part], rel=1e-12)
    assert equipment_demand(DAYS, EQUIPMENT, STAFFING, place()).isolation_days == 2
    assert equipment_demand(DAYS, EQUIPMENT, STAFFING, place(), compat="esft").isolation_days == 14


def test_two_weeks_of_isolation_may_be_told_in_days() -> None:
    """What the package counts by reading days as weeks, a person can ask for by name."""
    told, by_package = brazil(stays=(14, 14, 1, 2)), brazil(compat="esft")

    for item, rows in by_package.items():
        assert [row["isolation"] for row in told[item]] == pytest.approx([row["isolation"] for row in rows], rel=1e-12)
    assert equipment_demand(DAYS, EQUIPMENT, STAFFING, place(), stays=(14, 14, 1, 2)).isolation_days == 14


def test_patients_of_massachusetts_at_published_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """244,799 patient-days of the COVID Tracking Project, at the rates of New Mexico's advisory team of April 2020."""
    mirrored(monkeypatch, WHOLE)
    state = rows_of("covid_tracking.state_history", state="Massachusetts")
    days = pc.and_(
        pc.greater_equal(state["date"], dt.date(2020, 4, 4)), pc.less_equal(state["date"], dt.date(2020, 9, 30))
    )
    census = state.filter(days).select(["date", "hospitalized_currently"]).rename_columns(["day", "inpatients"])
    rates = {"N95": 1.27, "gown": 1.75, "eyewear": 0.9, "gloves": 8.6}
    equipment = items(*((item, False, "inpatient_sev_crit_patient", rate) for item, rate in rates.items()))
    needed = equipment_demand(census, equipment, method="per_patient_day", start="2020-04-04", weeks=30)
    last = [row["inpatients"] for row in census.to_pylist() if row["day"] > dt.date(2020, 9, 25)]

    assert (needed.n_weeks, needed.n_days_left_out, len(last)) == (25, 5, 5)
    for item, rate in rates.items():
        assert sum(units(needed, item)) == pytest.approx(rate * (244_799 - sum(last)), rel=1e-12)


# What the equations say


@given(st.floats(0.1, 3.0), st.lists(st.integers(0, 5000), min_size=3, max_size=8))
def test_linear_in_cases_below_capacity(factor: float, cases: list[int]) -> None:
    """Ambulances and engineers are whole persons, so that their share differs by half a person at most."""
    wide = place(hospital_beds=1e9, health_workers=1e9)
    rest = EQUIPMENT.filter(pc.invert(pc.starts_with(EQUIPMENT["basis"], "lab_")))
    one = equipment_demand(weeks(*cases), rest, STAFFING, wide).to_arrow()
    other = equipment_demand(weeks(*(case * factor for case in cases)), rest, STAFFING, wide).to_arrow()
    slack = 7 * 4 * (1 + factor)  # two roles, half a person each, at most four units a day

    np.testing.assert_allclose(other["units"], np.array(one["units"]) * factor, rtol=1e-9, atol=slack)
    for part in ("patients", "isolation", "screening"):
        np.testing.assert_allclose(other[part], np.array(one[part]) * factor, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("basis", ["inpatient_hcw", "inpatient_cleaner", "lab_tech", "screening_hcw"])
def test_reusable_items_count_heads_and_single_use_items_days(basis: str) -> None:
    role = {"inpatient_hcw": "health_workers", "inpatient_cleaner": "cleaners", "lab_tech": "laboratory"}
    equipment = items(("kept", True, basis, 0.1), ("used", False, basis, 3.0))
    needed = equipment_demand(weeks(1000, 2000), equipment, STAFFING, place())
    staff = needed.staff.collect("pyarrow").to_native().to_pylist()
    persons = [row["persons"] for row in staff if row["role"] == role.get(basis, "screeners")]

    assert min(persons) > 0
    assert units(needed, "kept") == pytest.approx(persons)
    assert units(needed, "used") == pytest.approx([21 * one for one in persons])


def test_case_management_goes_with_admissions_and_beds_in_whole_units() -> None:
    """Weeks of 100, 200, 100 cases: 15, 30, 15 severe; 5, 10, 5 critical, who stay two weeks."""
    equipment = items(
        ("tube", False, "inpatient_crit_patient", 0.5),
        ("ventilator", True, "inpatient_crit_bed", 0.67),
        ("oximeter", True, "inpatient_sev_crit_bed", 1.0),
        ("cannula", False, "inpatient_sev_patient", 2 / 3),
        category="Case management - equipment",
    )
    needed = equipment_demand(weeks(100, 200, 100), equipment, STAFFING, place())

    assert units(needed, "tube") == [3, 5, 3]
    assert units(needed, "ventilator") == [4, 7, 0]  # 3.35, then 10.05: eleven in all; 10.05 again
    assert units(needed, "oximeter") == [20, 25, 0]  # 20, 45, 30 beds in use
    assert units(needed, "cannula") == [10, 20, 10]


def test_full_beds_admit_evenly_unless_the_package_is_copied() -> None:
    """Of 100 critical cases a week who stay two weeks, 50 beds take 25 a week."""
    rows = {}
    for compat in (None, "esft"):
        there = place(hospital_beds=1000.0, intensive_care_share=0.05)
        needed = equipment_demand(weeks(*[2000] * 9), EQUIPMENT, STAFFING, there, compat=compat, start=3)
        beds = needed.beds.collect("pyarrow").to_native().to_pylist()
        rows[compat] = [row["admitted"] for row in beds if row["severity"] == "critical"]

    assert rows[None] == pytest.approx([25] * 6)
    assert rows["esft"] == pytest.approx([0, 50] * 3)


def test_staff_and_beds_are_no_more_than_there_are() -> None:
    small = place(hospital_beds=100.0, health_workers=50.0, laboratory_staff=6.0)
    needed = equipment_demand(weeks(5000, 5000), EQUIPMENT, STAFFING, small)
    staff = {row["role"]: row for row in needed.staff.collect("pyarrow").to_native().to_pylist()}
    beds = {row["severity"]: row for row in needed.beds.collect("pyarrow").to_native().to_pylist()}

    assert (beds["severe"]["beds_in_use"], beds["critical"]["beds_in_use"]) == (57, 3)
    assert staff["health_workers"]["persons"] + staff["screeners"]["persons"] == pytest.approx(0.6 * 50, abs=1e-3)
    assert staff["health_workers"]["persons_needed"] > 60
    assert staff["laboratory"]["persons"] == 4


def test_days_and_weeks_say_the_same() -> None:
    """Mondays begin weeks; days that make no whole one are counted."""
    days = [START + dt.timedelta(days=k) for k in range(-3, 16)]
    by_day = pa.table({"day": days, "new_cases": [7.0] * len(days)})
    by_week = pa.table({"week": [START, START + dt.timedelta(days=7)], "new_cases": [49.0, 49.0]})
    one, other = (equipment_demand(caseload, EQUIPMENT, STAFFING, place()) for caseload in (by_day, by_week))

    assert one.n_days_left_out == 5
    assert one.to_arrow().to_pylist() == other.to_arrow().to_pylist()


def test_patients_who_were_counted_stand_for_cases() -> None:
    """What follows from new cases alone is not known then."""
    census = pa.table({"week": [0, 1], "inpatients": [100.0, 50.0], "intensive_care": [20.0, 10.0]})
    needed = equipment_demand(census, EQUIPMENT, STAFFING, place())
    mask = by_item(needed.to_arrow())["mask for patient"]

    assert [row["patients"] for row in mask] == [1400, 700]
    assert [row["isolation"] for row in mask] == [None, None]
    assert [row["units"] for row in mask] == [1400, 700]
    beds = needed.beds.collect("pyarrow").to_native().to_pylist()
    assert [row["beds_in_use"] for row in beds] == [80, 40, 20, 10]
    with pytest.raises(MissingColumnError, match="caseload has no column 'intensive_care'"):
        equipment_demand(census.drop_columns("intensive_care"), EQUIPMENT, STAFFING, place())


# Cases that were redefined

REDEFINED = pa.table(
    {
        "day": [dt.date(2020, 8, 31) + dt.timedelta(days=k) for k in range(7)],
        "new_cases": [100.0, 300, -80, 10, 0, 0, 0],
    }
)
ONE = items(("thing", False, "isolation_patient", 1.0))


def test_negative_cases_ask_for_a_choice() -> None:
    with pytest.raises(
        RedefinedCountError, match=r"new_cases is below 0 in 1 row, first -80 where day = 2020-09-02"
    ) as e:
        equipment_demand(REDEFINED, ONE, STAFFING, place())
    for word in ("null", "spread", "keep"):
        assert f'negatives="{word}"' in str(e.value)


def test_negative_cases_are_kept_spread_or_null() -> None:
    """Spread and kept have one total; spread takes a fifth of the 400 cases before."""

    def cases(**parameters: Any) -> list[float | None]:
        needed = equipment_demand(REDEFINED, ONE, STAFFING, place(), **parameters)
        return [row["cases"] for row in needed.beds.collect("pyarrow").to_native().to_pylist()[:1]]

    assert cases(negatives="keep") == pytest.approx([0.15 * 330])
    assert cases(negatives="spread") == pytest.approx([0.15 * 330])
    assert cases(negatives="null") == [None]
    by_week = pa.table({"week": [0, 1, 2], "new_cases": [100.0, 300.0, -80.0]})
    spread = equipment_demand(by_week, ONE, STAFFING, place(), negatives="spread")
    assert units(spread) == pytest.approx([80 * 0.8 * 2, 240 * 0.8 * 2, 0])
    unknown = equipment_demand(by_week, ONE, STAFFING, place(), negatives="null")
    assert units(unknown) == [pytest.approx(160), pytest.approx(480), None]
    first = pa.table({"week": [0, 1], "new_cases": [-5.0, 100.0]})
    with pytest.raises(OutsideRangeError, match="week = 0; it takes more back than the 0 cases"):
        equipment_demand(first, ONE, STAFFING, place(), negatives="spread")


# Bad input


def weekly(days: list[int]) -> pa.Table:
    return pa.table({"week": [START + dt.timedelta(days=d) for d in days], "new_cases": [1.0] * len(days)})


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"capacity": place(intensive_care_share=1.2)}, OutsideRangeError, r"intensive_care_share is 1.2 .*\[0, 1\]"),
        ({"capacity": place(intensive_care_share=0.7)}, OutsideRangeError, "beds_for_others=0.4 are 1.1 of all beds"),
        ({"capacity": pa.concat_tables([place()] * 2)}, RowCountError, "capacity has 2 rows; it has one, of one place"),
        ({"capacity": None}, ParameterRangeError, "capacity=None; it takes a table of one row"),
        ({"staffing": None}, ParameterRangeError, "staffing=None; it takes a table, as esft.staff"),
        ({"equipment": items(("a", False, "inpatient_hcws", 1.0))}, UnknownLabelError, "Did you mean 'inpatient_hcw'"),
        ({"equipment": items(("a", False, "lab_tech", -1.0))}, NegativeValueError, "quantity_per_day .* item = 'a'"),
        (
            {"equipment": items(*[("a", False, "lab_tech", 1.0)] * 2)},
            DuplicateRowError,
            "item = 'a', basis = 'lab_tech'",
        ),
        (
            {"equipment": items(("a", False, "lab_tech", 1.0), ("a", True, "lab_cleaner", 1.0))},
            ChoiceNotRecordedError,
            "equipment.reusable says False, True; it tells one reusable of 'a'",
        ),
        ({"equipment": ONE.slice(0, 0)}, EmptyTableError, "equipment has no rows"),
        ({"caseload": weeks()}, EmptyTableError, "caseload has no rows"),
        ({"caseload": weekly([0, 7, 21])}, WeeksError, "week goes from 2022-01-10 to 2022-01-24"),
        ({"caseload": weekly([0, 1, 2])}, WeeksError, "week goes from 2022-01-03 to 2022-01-04"),
        ({"caseload": DAYS.slice(0, 5)}, WeeksError, "day runs from 2021-11-01 to 2021-11-05. No week has all"),
        ({"caseload": weeks(1, 2), "start": 5}, WeeksError, "has no week 5. Weeks run from 0 to 1"),
        ({"start": "3.1.2022"}, ParameterRangeError, "start='3.1.2022'; it takes the date on which a week begins"),
        ({"caseload": pa.table({"week": [0], "cases": [1.0]})}, MissingColumnError, "no column 'new_cases'.*'cases'"),
        (
            {"caseload": pa.table({"week": [0], "inpatients": [1.0], "intensive_care": [2.0]})},
            OutsideRangeError,
            "intensive_care is 2 where week = 0; it is part of 1 inpatients",
        ),
        ({"staffing": STAFFING.slice(1)}, NotPositiveError, "staffing.screening is 0 where group = 'HCW'"),
        (
            {"staffing": STAFFING.set_column(1, "group", pa.array(["HCV", "Cleaner", "Admin"]))},
            UnknownLabelError,
            "staffing.group has 'HCV'.*Did you mean 'HCW'",
        ),
        ({"severity": (0.5, 0.5, 0.5, 0.5)}, ParameterRangeError, "four shares that add up to 1"),
        ({"severity": "mild"}, ParameterRangeError, "severity='mild'; it takes four shares that add up to 1"),
        ({"stays": ("a week", 2, 1, 2)}, ParameterRangeError, "stays=.*four whole numbers"),
        ({"stays": (2, 2, 0, 2)}, ParameterRangeError, "stays=.*last two are 1 or more"),
        ({"weeks": 0}, ParameterRangeError, "weeks=0; it takes 1 or more"),
        ({"beds_for_others": 1.5}, ParameterRangeError, "beds_for_others=1.5"),
        ({"method": "esf"}, ChoiceError, "Did you mean 'esft'"),
        ({"negatives": "drop", "compat": None}, ChoiceError, "it takes null, spread, keep"),
        (
            {"method": "per_patient_day", "caseload": weeks(1, 2)},
            UnknownLabelError,
            "basis has 'isolation_patient', which the list inpatient_sev_patient",
        ),
    ],
)
def test_bad_input_is_told(change: dict[str, Any], error: type[Exception], says: str) -> None:
    given = {"caseload": DAYS, "equipment": ONE, "staffing": STAFFING, "capacity": place()}

    with pytest.raises(error, match=says):
        equipment_demand(**given | change)
