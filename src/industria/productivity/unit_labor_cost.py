"""What labor costs for a unit of output, and how that compares with trade partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field
from industria.core.rows import read as read_small
from industria.core.table import Column, Table, TableLike, as_table, collect
from industria.errors import (
    OutsideRangeError,
    OwnPartnerError,
    ParameterRangeError,
    PartnerWeightError,
    UnknownLabelError,
)
from industria.productivity._accounts import beside, changes, dropped_table, later, once, refuse_names, unit_jumps
from industria.productivity._panel import Array, Panel, coded, read

__all__ = ["UnitLaborCost", "unit_labor_cost"]

PARTS: Final = ("nominal", "real", "relative", "hourly_compensation", "output_per_hour")
MADE: Final = (*PARTS, *(f"{part}_growth" for part in PARTS), "column", "ratio")
ROUNDING: Final = 0.02
"""Weights of some dozen partners to three decimals sum to one within this."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class UnitLaborCost(Result):
    """Unit labor cost and its parts.

    Attributes
    ----------
    table : Table
        One row a unit and time: `nominal, real, relative, hourly_compensation, output_per_hour`, and the log
        change of each, `nominal_growth` and so on.
    jumps : Table
        Figures that rose or fell more than 300 times from one row of a unit to the next: their unit may have
        changed.
    dropped : Table
        `column, reason, rows` of what was left out.
    self_employed : bool
        Whether the hours of the self-employed are paid as those of employees.
    n_rows, n_units, n_partners : int
        Rows and units used, and pairs of unit and partner.
    n_null : int
        Rows without a nominal cost, because a figure lacks.
    n_jumps : int
        Rows of `jumps`.
    """

    jumps: Table
    dropped: Table
    self_employed: bool
    n_rows: int
    n_units: int
    n_partners: int
    n_null: int
    n_jumps: int


@measure(
    gives={
        "nominal": "labor cost for a unit of real output, the self-employed paid as employees [unit of compensation]",
        "real": "nominal over the price of output: the adjusted labor share; null without a price [1]",
        "relative": "over that of partners in one currency, 1 in the unit's first period; null without partners [1]",
        "hourly_compensation": "compensation for an hour of employees, or of all who work [unit of compensation]",
        "output_per_hour": "real output for an hour worked [unit of output]",
        "nominal_growth": "log change of nominal: of hourly compensation less that of output per hour [log points]",
        "real_growth": "log change of real [log points]",
        "relative_growth": "log change of relative [log points]",
        "hourly_compensation_growth": "log change of hourly_compensation [log points]",
        "output_per_hour_growth": "log change of output_per_hour [log points]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the unit's row before [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="OECD (2007), System of Unit Labour Cost Indicators; "
    "Turner & Van 't dack (1993), Measuring International Price and Cost Competitiveness, BIS Economic Papers 39",
    design="descriptive",
)
def unit_labor_cost(
    accounts: TableLike,
    partners: TableLike | None = None,
    *,
    unit: Column,
    time: Column,
    compensation: Column,
    output: Column,
    hours: Column,
    employee_hours: Column | None = None,
    output_price: Column | None = None,
    exchange_rate: Column | None = None,
) -> UnitLaborCost:
    """Divide the cost of labor by real output, and follow it over time and against partners.

    nominal = (W / H_e) H / Y: compensation of employees W over their hours H_e, for all hours H, over real
    output Y; real = nominal / P, which is the labor share; relative of unit c in period t is
    exp Σ_p w_p (ln C_ct - ln C_pt), with C the nominal cost in one currency and w trade weights. Growth of
    nominal is that of hourly compensation less that of output per hour. Output per hour at an industry's
    deflator is revenue productivity.

    Parameters
    ----------
    accounts : Table
        One row a unit and time.
    partners : Table, optional
        The column of units, `partner` and `weight`: who trades with whom, weights of a unit summing to 1.
    unit, time : column
        Who and when.
    compensation, output : column
        Compensation of employees, in own currency, and real output.
    hours : column
        Hours of all who work.
    employee_hours : column, optional
        Hours of employees; without it the work of the self-employed counts as free.
    output_price : column, optional
        Price of output, in whose base period nominal and real output are the same.
    exchange_rate : column, optional
        Units of own currency for one of the common currency; needed with partners.

    Returns
    -------
    UnitLaborCost
        One row a unit and time; null where a figure lacks, growth over a gap of the calendar too.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    OutsideRangeError, InfiniteValueError, NegativeValueError
        If a figure is not above 0, employees work more hours than all, or a weight is below 0.
    DuplicateRowError, RepeatedColumnError, ReservedNameError, MissingValueError
        If a unit or pair stands twice, a column plays two roles or is called as one of the result, or a partner lacks.
    PartnerWeightError, UnknownLabelError, OwnPartnerError
        If the weights of a unit do not sum to 1, or a partner has no accounts or is the unit itself.
    ParameterRangeError
        If partners come without an exchange rate.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({
    ...     "country": ["north", "north", "south", "south"], "year": [2000, 2001] * 2, "rate": [1.0, 1.0, 2.0, 2.1],
    ...     "wages": [60.0, 63.0, 80.0, 88.0], "product": [100.0, 102.0, 200.0, 204.0], "hours": [4.0, 4.0, 10.0, 10.0],
    ... })
    >>> partners = pd.DataFrame({"country": ["north", "south"], "partner": ["south", "north"], "weight": 1.0})
    >>> found = unit_labor_cost(
    ...     accounts, partners, unit="country", time="year", compensation="wages", output="product", hours="hours",
    ...     exchange_rate="rate",
    ... ).to_pandas()
    >>> print(found[["country", "year", "nominal", "nominal_growth", "relative"]].round(4).to_string(index=False))
    country  year  nominal  nominal_growth  relative
      north  2000   0.6000             NaN    1.0000
      north  2001   0.6176          0.0290    1.0023
      south  2000   0.4000             NaN    1.0000
      south  2001   0.4314          0.0755    0.9977
    """
    if partners is not None and exchange_rate is None:
        raise ParameterRangeError("exchange_rate", None, "a column of own currency for one of the partners' common one")
    roles = {"compensation": compensation, "output": output, "hours": hours, "employee_hours": employee_hours}
    roles |= {"output_price": output_price, "exchange_rate": exchange_rate}
    columns = {role: column for role, column in roles.items() if column}
    once(**{role: [column] for role, column in columns.items()})
    numbers = [*columns.values()]
    panel = read(accounts, "accounts", unit=unit, time=time, numbers=numbers, positive=numbers, optional=numbers)
    refuse_names("accounts", (unit, time), MADE)
    if employee_hours is not None and (more := panel[employee_hours] > panel[hours]).any():
        first = int(np.argmax(more))
        least = f"must be at most the {panel[hours][first]:g} of {hours}"
        raise OutsideRangeError(panel.name, employee_hours, panel[employee_hours][first], panel.where(first), least)

    hourly = panel[compensation] / panel[employee_hours or hours]
    per_hour = panel[output] / panel[hours]
    nominal = hourly / per_hour
    none = np.full(len(panel), np.nan)
    W = None if partners is None else _weights(partners, panel, unit)
    levels = {
        "nominal": nominal,
        "real": nominal / panel[output_price] if output_price else none,
        "relative": none if W is None else _relative(panel, nominal / panel[str(exchange_rate)], W),
        "hourly_compensation": hourly,
        "output_per_hour": per_hour,
    }
    before = panel.before()
    growth = {f"{name}_growth": changes(np.log(level), before) for name, level in levels.items()}
    odd = unit_jumps(panel, numbers, later(panel))
    return UnitLaborCost(
        table=beside(panel.keys, levels | growth),
        jumps=odd,
        dropped=dropped_table(panel),
        self_employed=employee_hours is not None,
        n_rows=len(panel),
        n_units=panel.n_units,
        n_partners=0 if W is None else int((W > 0).sum()),
        n_null=int(np.isnan(nominal).sum()),
        n_jumps=len(collect(odd)),
    )


def _weights(partners: TableLike, panel: Panel, unit: str) -> Array:
    """Line trade weights up, shape (units, units); a row without partners is zero."""
    fields = (Field(unit), Field("partner"), Field("weight", "amount"))
    # Countries may be numbers, as in ISO 3166; those of the accounts are found by the same words.
    words = as_table(partners, "partners", *(field.name for field in fields))
    words = words.with_columns(nw.col(unit, "partner").cast(nw.String))
    rows = read_small(words, "partners", *fields, key=(unit, "partner"))
    place = {f"{one}": i for i, one in enumerate(coded(panel.keys[unit])[1].to_pylist())}
    W = np.zeros((len(place), len(place)))
    for column in (unit, "partner"):
        for one in rows[column]:
            if one not in place:
                raise UnknownLabelError("partners", column, one, "accounts", list(place))
    for one, other, weight in zip(rows[unit], rows["partner"], rows["weight"], strict=True):
        if one == other:
            raise OwnPartnerError(unit, one)
        W[place[one], place[other]] = weight
    for one, i in place.items():
        if W[i].any() and abs(W[i].sum() - 1) > ROUNDING:
            raise PartnerWeightError(unit, one, float(W[i].sum()))
    return np.asarray(W / np.where(W.any(axis=1), W.sum(axis=1), 1.0)[:, None])


def _relative(panel: Panel, cost: Array, W: Array) -> Array:
    """Compare each row with its partners in the same period; 1 in the first period that is told."""
    period, of = np.unique(panel.time, return_inverse=True)
    logs = np.full((len(period), panel.n_units), np.nan)
    logs[of, panel.unit] = np.log(cost)
    # A partner that lacks in a period leaves nothing to compare with; one without weight does not matter.
    theirs = np.where(np.isnan(logs), 0.0, logs) @ W.T
    lacks = np.isnan(logs).astype(float) @ (W > 0).T > 0
    relative = np.where(lacks | ~W.any(axis=1), np.nan, logs - theirs)
    told = np.isfinite(relative)
    first = relative[np.argmax(told, axis=0), np.arange(panel.n_units)]
    return np.asarray(np.exp(relative - first)[of, panel.unit])
