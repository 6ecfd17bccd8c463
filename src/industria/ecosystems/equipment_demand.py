"""Equipment that the patients of an epidemic, and those who treat them, need week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike
from industria.ecosystems._by_week import beds_by_week, items_by_week, staff_by_week
from industria.ecosystems._caseload import CASES, CENSUS, Caseload, Negatives, read_caseload
from industria.ecosystems._course import lengths_of, shares_of
from industria.ecosystems._supplies import BASES, IN_BEDS, read_capacity, read_equipment, read_staffing
from industria.errors import ChoiceError
from industria.kernels.essential_supplies import Care, for_patients, for_staff, purchases, staff_of
from industria.kernels.hospital_beds import Beds, beds_of_cases, beds_of_census

__all__ = ["EquipmentDemand", "equipment_demand"]

Array = npt.NDArray[np.float64]
Method = Literal["esft", "per_patient_day"]
Compat = Literal["esft"]

PARTS: Final = ("health_workers", "patients", "isolation", "screening", "laboratory")
OF_CASES: Final = ("isolation", "screening")
GIVES: Final = {
    "item": "what is needed [name]",
    "unit": "what it is counted in [name]",
    "week": "week, or the day on which it begins [date]",
    "units": "units needed in the week: all parts that are known [units]",
    "health_workers": "units for those who work in hospital: also cleaners, ambulances, engineers [units]",
    "patients": "units for patients in hospital and their beds [units]",
    "isolation": "units for mild and moderate cases, and who cares for them [units]",
    "screening": "units for screening [units]",
    "laboratory": "units for laboratories [units]",
    "severity": "severe or critical; all where they are not told apart [name]",
    "cases": "new cases of the week [persons]",
    "need_a_bed": "patients of the week, whether there is a bed or not [persons]",
    "beds_in_use": "patients who have a bed [persons]",
    "admitted": "new cases of the week that get a bed [persons]",
    "beds": "beds for these patients; null where they do not bind [count]",
    "role": "what they do [name]",
    "persons": "who does it in the week [persons]",
    "persons_needed": "who would, were there enough of them [persons]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EquipmentDemand(Result):
    """Equipment by item and week, and the beds and staff that it is for.

    Attributes
    ----------
    table : Table
        One row an item and week: `item, unit, week, units` and its parts `health_workers, patients,
        isolation, screening, laboratory`.
    beds : Table
        One row a week and severity: `week, severity, cases, need_a_bed, beds_in_use, admitted, beds`.
    staff : Table
        One row a week and role: `week, role, persons, persons_needed`; none where nothing is counted by staff.
    n_weeks : int
        Weeks of the horizon.
    n_without_basis : int
        Items left out, as their amounts are for nobody: test kits among those of the tool.
    n_days_left_out : int
        Days of the caseload before its first whole week and after the last.
    isolation_days : float
        Daily amounts that a mild or moderate case takes: the first two of `stays`, by the shares of the cases.
    """

    beds: Table
    staff: Table
    n_weeks: int
    n_without_basis: int
    n_days_left_out: int
    isolation_days: float


@measure(
    gives=GIVES,
    cites="World Health Organization (2022), COVID-19 Essential Supplies Forecasting Tool, version 2022.1",
    design="descriptive",
)
def equipment_demand(
    caseload: TableLike,
    equipment: TableLike,
    staffing: TableLike | None = None,
    capacity: TableLike | None = None,
    *,
    method: Method = "esft",
    compat: Compat | None = None,
    start: int | str | dt.date | None = None,
    weeks: int = 12,
    severity: Sequence[float] = (0.4, 0.4, 0.15, 0.05),
    stays: Sequence[int] = (2, 2, 1, 2),
    beds_for_others: float = 0.4,
    negatives: Negatives | None = None,
) -> EquipmentDemand:
    """Equipment needed by week for the cases, or the hospital patients, of an epidemic.

    Severe and critical cases stay in beds as long as there are beds; health workers go
    by hours a patient, up to those whom there are; mild and moderate cases isolate;
    ten cases are suspected for each new one, and screened. What each needs a day makes
    the units. Items whose category begins with "Case management" are bought by patient
    admitted or bed in use, in whole units, and reusable ones once.

    Parameters
    ----------
    caseload : Table
        `week` (numbers in a row, or dates 7 days apart) or `day`, and `new_cases`, or `inpatients` with
        `intensive_care` (those of them). Days are added up to weeks; of patients the mean is taken.
        Weeks before the horizon fill the beds at its start.
    equipment : Table
        `item, reusable, basis, quantity_per_day`; if there, `unit, category`: as `esft.equipment`. What
        is told for `inpatient_inf_caregiver` counts for nobody: the tool lets no visitors in.
    staffing : Table, optional
        `occupation, group` (HCW, Cleaner, Admin), `severe, critical, screening` (hours a patient and
        day): as `esft.staff`. Needed for the method esft, as is `capacity`.
    capacity : Table, optional
        One row: `health_workers` (doctors and nurses), `hospital_beds`, `intensive_care_share`,
        `laboratory_staff`, `active_laboratories`.
    method : {"esft", "per_patient_day"}
        `per_patient_day` takes amounts a patient or bed alone, for instance at published rates of use.
    compat : {"esft"}, optional
        Copies the R package esft: each day of isolation and screening of a patient is counted as a week
        (seven times as much), and admissions alternate between none and all where beds are full.
    start : week, optional
        First week of the horizon; without it, the first of the caseload.
    weeks : int
        At most how many weeks the horizon has.
    severity : sequence of float
        Shares of new cases that are mild, moderate, severe and critical.
    stays : sequence of int
        Daily amounts that a mild and a moderate case takes in isolation, then weeks that a severe and
        a critical case stays in a bed. The tool writes a stay of 2, and takes as many amounts for a day; who
        isolates for two weeks, and takes some every day, has 14. With `compat`, all are weeks.
    beds_for_others : float
        Share of beds, and of health workers, that is kept for other patients.
    negatives : {"null", "spread", "keep"}, optional
        What new cases below 0 are: not known, taken from all cases before them in proportion, or kept.
        Without it they are refused.

    Returns
    -------
    EquipmentDemand
        One row an item and week, the same for any order of rows. With patients counted rather than
        cases, `isolation` and `screening` are null and no part of `units`.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError
        If a column, a row or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError, NotPositiveError
        If a number cannot be what it is called, or shares of beds are above 1 together.
    RedefinedCountError
        If new cases are below 0 and nothing is said of it.
    DuplicateRowError, RowCountError
        If a week, an item's basis or an occupation stands twice, or `capacity` has not one row.
    ChoiceNotRecordedError
        If rows of one item differ in its unit, its category or whether it is reusable.
    UnknownLabelError
        If a basis, or a group of staff, is not in the list.
    WeeksError
        If weeks or days do not follow one another, or `start` is none of them.
    ChoiceError, ParameterRangeError
        If a parameter is none of its words or out of range, or a table lacks that the method needs.

    Examples
    --------
    Three weeks of patients, at the use of a patient and day that New Mexico's advisory team published:

    >>> import pyarrow as pa
    >>> patients = pa.table({"week": [0, 1, 2], "inpatients": [10.0, 20.0, 15.0]})
    >>> rates = pa.table({"item": ["N95"], "reusable": [False], "quantity_per_day": [1.27],
    ...                   "basis": ["inpatient_sev_crit_patient"]})
    >>> needed = equipment_demand(patients, rates, method="per_patient_day")
    >>> [round(units, 2) for units in needed.to_arrow()["units"].to_pylist()]
    [88.9, 177.8, 133.35]
    """
    _refuse_words(method, compat, negatives)
    by_staff = method == "esft"
    shares, lengths = shares_of(severity), lengths_of(stays)
    bases = BASES if by_staff else IN_BEDS
    items = read_equipment(equipment, bases, f"the list {', '.join(bases)}")
    told = read_caseload(
        caseload,
        prefer=CASES if by_staff else CENSUS[0],
        split=by_staff or items.by_severity,
        start=start,
        weeks=weeks,
        negatives=negatives,
    )
    hours = read_staffing(staffing) if by_staff else None
    there = read_capacity(capacity, beds_for_others) if by_staff or capacity is not None else None

    cases = np.full(told.n, np.nan) if told.cases is None else told.cases[told.horizon]
    light = np.outer(shares[:2], cases)
    days = 7.0 if compat else 1.0
    beds = _beds(told, shares[2:], lengths, there, beds_for_others, as_coded=compat is not None)
    parts = dict.fromkeys(PARTS, np.zeros((len(items.items), told.n)))
    staff = None
    if hours is not None and there is not None:
        staff = staff_of(_care(hours, there, shares, beds_for_others), beds, cases, light.sum(axis=0))
        stayed = lengths[:2].astype(float) @ light
        # The package lets caregivers of moderate cases stay as long as those of mild ones.
        caregivers = float(lengths[0]) * light.sum(axis=0) if compat else stayed
        parts |= for_staff(items.rates, items.reusable, staff, (caregivers, stayed), days)
    used, bought = (count(items.rates, items.reusable, beds) for count in (for_patients, purchases))
    parts["patients"] = np.where(items.bought[:, None], bought, used)
    if by_staff and told.cases is None:
        parts |= dict.fromkeys(OF_CASES, np.full((len(items.items), told.n), np.nan))
    known = [parts[name] for name in PARTS if told.cases is not None or name not in OF_CASES]
    named = told.weeks[told.horizon]
    return EquipmentDemand(
        table=items_by_week(items, named, sum(known, np.zeros(())), parts),
        beds=beds_by_week(beds, named, split=by_staff or items.by_severity or told.cases is not None),
        staff=staff_by_week(staff, named),
        n_weeks=told.n,
        n_without_basis=items.n_without_basis,
        n_days_left_out=told.n_days_left_out,
        isolation_days=float(days * lengths[:2] @ shares[:2] / shares[:2].sum()) if shares[:2].sum() else 0.0,
    )


def _refuse_words(method: str, compat: str | None, negatives: str | None) -> None:
    choices = (("method", method, Method), ("compat", compat, Compat), ("negatives", negatives, Negatives))
    for name, value, words in choices:
        if value is not None and value not in get_args(words):
            raise ChoiceError(name, value, get_args(words))


def _beds(
    told: Caseload,
    shares: Array,
    lengths: npt.NDArray[np.int64],
    there: Mapping[str, float] | None,
    others: float,
    *,
    as_coded: bool,
) -> Beds:
    """Put the severe and critical cases, or the patients that were counted, into beds."""
    stays = [int(one) for one in lengths[2:]]
    if told.cases is None:
        assert told.census is not None
        inpatients, critical = told.census[:, told.horizon]
        critical = np.where(np.isnan(critical), 0.0, critical)
        return beds_of_census(np.stack([inpatients - critical, critical]), stays)
    beds = np.full(2, np.inf)
    if there is not None:
        share = there["intensive_care_share"]
        beds = np.round(there["hospital_beds"] * np.array([1 - others - share, share]))
    # The package looks one week further back than the longest stay.
    history = int(lengths.max()) + 1
    new = np.outer(shares, told.cases)
    return beds_of_cases(new, stays, beds, start=told.start, weeks=told.n, as_coded=as_coded, history=history)


def _care(hours: Mapping[str, Array], there: Mapping[str, float], shares: Array, others: float) -> Care:
    return Care(
        hours=hours["HCW"][:2],
        cleaning=hours["Cleaner"][:2],
        screening=float(hours["HCW"][2]),
        health_workers=there["health_workers"],
        hospital_beds=there["hospital_beds"],
        laboratory_staff=there["laboratory_staff"],
        laboratories=there["active_laboratories"],
        inpatient=float(shares[2:].sum()),
        others=others,
    )
