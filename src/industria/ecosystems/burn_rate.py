"""How fast a stock is used up, and how long it lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import REQUIRED, Field, Rows, columns_there, read
from industria.core.table import TableLike, as_table
from industria.errors import EmptyTableError, MissingColumnError, ParameterRangeError, WeeksError

__all__ = ["BurnRate", "burn_rate"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

STOCK: Final = (
    Field("item"),
    Field("facility", "text", None),
    Field("day", "week"),
    Field("stock", "amount"),
    Field("received", "amount", 0.0),
)
PATIENTS: Final = (Field("facility", "text", None), Field("day", "week"), Field("patients", "amount"))
GIVES: Final = {
    "burn": "units used a day since the start of the window [units]",
    "negative": "whether more was there than had been there and came: a wrong count, or returns [name]",
    "per_patient": "units used a patient and day; null where a day's patients are not told [units per persons]",
    "days_of_supply": "days that the stock lasts; null where nothing is used, or beyond the patients told [count]",
    "days_by": "patients, where those of the days to come are told, else burn [name]",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BurnRate(Result):
    """Burn by item, facility and day.

    Attributes
    ----------
    table : Table
        `item, facility, day, stock, received, burn, negative, per_patient, days_of_supply, days_by`.
    n_negative : int
        Rows with a negative burn.
    """

    n_negative: int


@measure(
    gives=GIVES,
    cites="Centers for Disease Control and Prevention (2020), Personal Protective Equipment Burn Rate Calculator",
    design="descriptive",
)
def burn_rate(stock: TableLike, patients: TableLike | None = None, *, window: int = 7) -> BurnRate:
    """Units of each item used a day, a patient and day, and the days that the stock lasts.

    Between the first count in a window and its last day, what was there, less what is
    left, and what was received in between have been used. With patients told, the stock
    lasts until the patients of the days to come have used more than it.

    Parameters
    ----------
    stock : Table
        `item, day, stock` (counted at the end of the day); if there, `received` (in the course of it),
        `facility`. Days are dates or whole numbers, and some may lack.
    patients : Table, optional
        `day, patients`, and `facility` if `stock` has several; days to come are a forecast.
    window : int
        Days back over which burn is taken.

    Returns
    -------
    BurnRate
        One row a row of `stock`. The first count of an item, or one after more than `window` days
        without any, has no burn.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError
        If a column, a row or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called.
    DuplicateRowError
        If a day of an item, or of patients, stands twice.
    WeeksError
        If one table has dates and the other numbers.
    ParameterRangeError
        If `window` is below 1.

    Examples
    --------
    >>> import pyarrow as pa
    >>> stock = pa.table({"item": ["gown"] * 3, "day": [0, 1, 2], "stock": [100.0, 70.0, 90.0],
    ...                   "received": [0.0, 0.0, 40.0]})
    >>> burn_rate(stock).to_arrow().select(["day", "burn", "days_of_supply"]).to_pylist()[2]
    {'day': 2, 'burn': 25.0, 'days_of_supply': 3.6}
    """
    if window < 1:
        raise ParameterRangeError("window", window, "1 day or more")
    stock, columns = columns_there(stock, "stock")
    patients, of_patients = (None, []) if patients is None else columns_there(patients, "patients")
    if "facility" in of_patients and "facility" not in columns:
        raise MissingColumnError("stock", "facility", columns)
    rows = read(stock, "stock", *_placed(STOCK, columns), key=("item", "facility", "day"))
    if not rows.n:
        raise EmptyTableError("stock")
    if patients is not None and "facility" not in of_patients and len(set(rows["facility"])) > 1:
        raise MissingColumnError("patients", "facility", of_patients)
    treated = read(patients, "patients", *_placed(PATIENTS, of_patients), key=("facility", "day"))
    there = _by_facility(treated, isinstance(rows["day"][0], dt.date))

    days = _numbers(rows["day"])
    burn, per_patient, lasts = (np.full(rows.n, np.nan) for _ in range(3))
    by_patients = np.zeros(rows.n, bool)
    for here in _groups(rows, "item", "facility"):
        used, span, since = _used(days[here], rows["stock"][here], rows["received"][here], window)
        burn[here] = used / span
        lasts[here] = _over(rows["stock"][here], burn[here])
        among = there.get(rows["facility"][here.start] if "facility" in of_patients else None)
        if among is not None:
            per_patient[here] = _over(used, among.between(since, days[here]))
            until, known = among.until(days[here], _over(rows["stock"][here], per_patient[here]))
            by_patients[here] = known & (per_patient[here] > 0)
            lasts[here] = np.where(by_patients[here], until, lasts[here])
    negative = burn < 0
    by = np.full(rows.n, None, object)
    by[burn > 0] = "burn"
    by[by_patients] = "patients"
    lasts = np.where(negative, np.nan, lasts)
    table = pa.table(
        {
            "item": pa.array(rows["item"], pa.string()),
            "facility": pa.array(rows["facility"], pa.string()),
            "day": pa.array(rows["day"]),
            "stock": rows["stock"],
            "received": rows["received"],
            "burn": burn,
            "negative": negative,
            "per_patient": np.where(negative, np.nan, per_patient),
            "days_of_supply": lasts,
            "days_by": pa.array(by, pa.string()),
        }
    )
    return BurnRate(table=as_table(table, "burn"), n_negative=int(negative.sum()))


@dataclass(frozen=True, slots=True)
class _Patients:
    """Patients of a facility by day: days in order, and their patients added up."""

    days: Ids
    total: Array

    def between(self, since: Ids, until: Ids) -> Array:
        """Add up the days after `since` to `until`; NaN where one of them is not told."""
        low, high = (np.searchsorted(self.days, day, side="right") for day in (since, until))
        return np.where(high - low == until - since, self.total[high] - self.total[low], np.nan)

    def until(self, today: Ids, enough: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Find the first day on which patients to come are more than `enough`, and whether any are told."""
        next_day = np.searchsorted(self.days, today, side="right")
        known = np.append(self.days, -1)[next_day] == today + 1
        # total[i] is that of the days before i.
        after = np.searchsorted(self.total, self.total[next_day] + np.nan_to_num(enough, nan=np.inf), side="right")
        found = np.append(self.days, -1)[np.minimum(after - 1, len(self.days))]
        whole = (after <= len(self.days)) & (found - today == after - next_day)
        return np.where(whole, found - today, np.nan).astype(float), known


def _placed(fields: Sequence[Field], columns: Sequence[str]) -> list[Field]:
    """Ask for a facility in every row of a table that tells facilities."""
    return [replace(one, default=REQUIRED) if one.name == "facility" and one.name in columns else one for one in fields]


def _by_facility(rows: Rows, dates: bool) -> dict[str | None, _Patients]:
    if not rows.n:
        return {}
    if isinstance(rows["day"][0], dt.date) != dates:
        kinds = ("dates", "whole numbers") if dates else ("whole numbers", "dates")
        raise WeeksError("patients", "day", f"has {rows['day'][0]}", f"stock has {kinds[0]}, patients {kinds[1]}.")
    days = _numbers(rows["day"])
    return {
        rows["facility"][mine.start]: _Patients(days[mine], np.concatenate([[0.0], np.cumsum(rows["patients"][mine])]))
        for mine in _groups(rows, "facility")
    }


def _numbers(days: list[Any]) -> Ids:
    return np.array([day.toordinal() if isinstance(day, dt.date) else day for day in days], np.int64)


def _groups(rows: Rows, *by: str) -> Iterator[slice]:
    """Give the rows of one label after the other; they are sorted."""
    keys = list(zip(*(rows[column] for column in by), strict=True))
    starts = [i for i in range(rows.n) if i == 0 or keys[i] != keys[i - 1]]
    yield from (slice(i, j) for i, j in zip(starts, [*starts[1:], rows.n], strict=True))


def _used(days: Ids, stock: Array, received: Array, window: int) -> tuple[Array, Array, Ids]:
    """Find what was used since the first count in the window, in how many days, and since when."""
    first = np.searchsorted(days, days - window)
    came = np.cumsum(received)
    span = (days - days[first]).astype(float)
    used = stock[first] - stock + came - came[first]
    return used, np.where(span > 0, span, np.nan), days[first]


def _over(above: Array, below: Array) -> Array:
    """Divide where there is something to divide by."""
    found = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
