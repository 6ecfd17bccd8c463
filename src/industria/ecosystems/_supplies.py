"""What patients and staff need a day, and the staff and beds of a place, each checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from industria.core.rows import Field, Rows, columns_there, read
from industria.core.table import TableLike
from industria.errors import (
    ChoiceNotRecordedError,
    EmptyTableError,
    MissingColumnError,
    NotPositiveError,
    OutsideRangeError,
    ParameterRangeError,
    RowCountError,
)

Array = npt.NDArray[np.float64]

IN_BEDS: Final = (
    "inpatient_sev_patient",
    "inpatient_crit_patient",
    "inpatient_sev_crit_patient",
    "inpatient_sev_bed",
    "inpatient_crit_bed",
    "inpatient_sev_crit_bed",
)
BASES: Final = (
    "inpatient_hcw",
    "inpatient_cleaner",
    "inpatient_inf_caregiver",
    "inpatient_ambworker",
    "inpatient_biomed_eng",
    *IN_BEDS,
    "isolation_inf_caregiver",
    "isolation_patient",
    "screening_hcw",
    "screening_patient",
    "lab_tech",
    "lab_cleaner",
)
"""For whom or what an amount is; `inpatient_inf_caregiver` counts for none, as nobody visits."""

CASE_MANAGEMENT: Final = "Case management"
GROUPS: Final = ("HCW", "Cleaner", "Admin")

EQUIPMENT: Final = (
    Field("item"),
    Field("basis", "text", None),
    Field("unit", "text", None),
    Field("category", "text", None),
    Field("reusable", "truth"),
    Field("quantity_per_day", "amount", None),
)
STAFFING: Final = (
    Field("occupation"),
    Field("group"),
    Field("severe", "amount"),
    Field("critical", "amount"),
    Field("screening", "amount"),
)
CAPACITY: Final = (
    Field("health_workers", "amount"),
    Field("hospital_beds", "amount"),
    Field("intensive_care_share", "share"),
    Field("laboratory_staff", "amount"),
    Field("active_laboratories", "amount"),
)


@dataclass(frozen=True, slots=True)
class Equipment:
    """Items in order of their names.

    Attributes
    ----------
    items, units : list
        Names, and what each is counted in.
    reusable, bought : array, shape (n,)
        Whether an item serves more than once, and whether it is of case management: bought by patient or bed.
    rates : mapping of str to array, each of shape (n,)
        Units a day by basis, 0 where none is told.
    n_without_basis : int
        Items that are for nobody.
    """

    items: list[str]
    units: list[str | None]
    reusable: npt.NDArray[np.bool_]
    bought: npt.NDArray[np.bool_]
    rates: dict[str, Array]
    n_without_basis: int

    @property
    def by_severity(self) -> bool:
        """Whether an amount is for severe or for critical patients alone."""
        return any(self.rates[basis].any() for basis in IN_BEDS if "sev_crit" not in basis)


def read_equipment(data: TableLike, bases: Sequence[str], listed: str) -> Equipment:
    """Read items whose amounts go with `bases`.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError, DuplicateRowError
        If a column, a row or a cell lacks, is of another kind, or a basis stands twice.
    NegativeValueError, InfiniteValueError
        If an amount is.
    UnknownLabelError
        If a basis is none of `bases`; the message has the nearest.
    ChoiceNotRecordedError
        If rows of one item differ in what the item is.
    """
    table, there = columns_there(data, "equipment")
    # Cells may be empty there, the columns may not lack.
    for column in ("basis", "quantity_per_day"):
        if column not in there:
            raise MissingColumnError("equipment", column, there)
    rows = read(table, "equipment", *EQUIPMENT, key=("item", "basis"))
    if not rows.n:
        raise EmptyTableError("equipment")
    b = rows.places("basis", bases, listed)
    told = (b >= 0) & ~np.isnan(rows["quantity_per_day"])
    without = len(set(rows["item"]) - {rows["item"][i] for i in np.flatnonzero(told)})
    items = sorted({rows["item"][i] for i in np.flatnonzero(told)})
    i = np.array([items.index(name) if name in items else -1 for name in rows["item"]], np.int64)
    rates = np.zeros((len(bases), len(items)))
    rates[b[told], i[told]] = rows["quantity_per_day"][told]
    about = {column: _of_item(rows, column, items) for column in ("unit", "reusable", "category")}
    return Equipment(
        items=items,
        units=about["unit"],
        reusable=np.array(about["reusable"], bool),
        bought=np.array([str(one).startswith(CASE_MANAGEMENT) for one in about["category"]], bool),
        rates=dict.fromkeys(BASES, np.zeros(len(items))) | dict(zip(bases, rates, strict=True)),
        n_without_basis=without,
    )


def _of_item(rows: Rows, column: str, items: Sequence[str]) -> list[Any]:
    """Read what is one and the same in all rows of an item."""
    found: dict[str, Any] = {}
    for item, value in zip(rows["item"], rows[column], strict=True):
        if found.setdefault(item, value) != value:
            said = sorted({str(value), str(found[item])})
            raise ChoiceNotRecordedError("equipment", column, said, f"one {column} of {item!r}")
    return [found[item] for item in items]


def read_staffing(data: TableLike | None) -> dict[str, Array]:
    """Add up the hours a patient and day of each group: severe, critical, screening.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, DuplicateRowError
        If a column or a cell lacks, is of another kind, or an occupation stands twice.
    NegativeValueError, InfiniteValueError
        If hours are.
    UnknownLabelError
        If a group is none of the tool's; the message has the nearest.
    NotPositiveError
        If no health worker screens.
    ParameterRangeError
        If there is no table.
    """
    if data is None:
        raise ParameterRangeError("staffing", None, "a table, as esft.staff, where the method is 'esft'")
    rows = read(data, "staffing", *STAFFING, key=("occupation",))
    rows.places("group", GROUPS, "the list HCW, Cleaner, Admin")
    hours = np.stack([rows[column] for column in ("severe", "critical", "screening")])
    found = {group: hours @ np.array([one == group for one in rows["group"]], float) for group in GROUPS}
    if not found["HCW"][2] > 0:
        raise NotPositiveError("staffing", "screening", 0.0, "group = 'HCW', all of its rows added up")
    return found


def read_capacity(data: TableLike | None, others: float) -> dict[str, float]:
    """Read the one row of a place.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, RowCountError
        If a column, a cell or the row lacks, is of another kind, or there are several rows.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, or shares of beds are beyond 1 together.
    ParameterRangeError
        If there is no table, or the share kept for others is none.
    """
    if data is None:
        raise ParameterRangeError("capacity", None, "a table of one row where the method is 'esft'")
    if not 0 <= others <= 1:
        raise ParameterRangeError("beds_for_others", others, "a share from 0 to 1")
    rows = read(data, "capacity", *CAPACITY)
    if rows.n != 1:
        raise RowCountError("capacity", rows.n, "one place")
    share = float(rows["intensive_care_share"][0])
    if share + others > 1:
        allowed = f"and beds_for_others={others:g} are {share + others:g} of all beds together, which is above 1"
        raise OutsideRangeError("capacity", "intensive_care_share", share, "row 1", allowed)
    return {field.name: float(rows[field.name][0]) for field in CAPACITY}
