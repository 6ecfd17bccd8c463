"""Wages by occupation, side by side over countries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Column, TableLike, columns_of, from_arrays
from industria.errors import ChoiceNotRecordedError, MissingValueError, OutsideRangeError, ReservedNameError

__all__ = ["WageStructure", "wage_structure"]

MADE: Final = ("occupation", "year", "wage", "relative_wage", "ratio_to_elementary", "basis")
BASIS: Final = Field("basis")
OWN: Final = re.compile(r"\b(local|national|own)\b", re.I)
"""Words of a basis that is another one in every country; international dollars are one for all."""
HOURLY: Final = re.compile(r"\bhour", re.I)
WANTED: Final = "in which currency and at which prices wages are, as 'PPP dollars of 2021, hourly'"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WageStructure(Result):
    """Wages by occupation.

    Attributes
    ----------
    table : Table
        One row a group, year and occupation: the columns of `by`, `occupation, year, wage,
        relative_wage, ratio_to_elementary, basis`.
    basis : str
        Currency and prices of all wages.
    n_missing : int
        Rows without a wage, which are left out.
    """

    basis: str
    n_missing: int


@measure(
    gives={
        "year": "year of the wage [count]",
        "wage": "wage on the basis of the row [unit of wage]",
        "relative_wage": "wage over that of the reference in the same group and year; null without it [1]",
        "ratio_to_elementary": "wage over that of elementary occupations in the same group and year [1]",
        "basis": "currency and prices, one for all rows [name]",
    },
    cites="ILO (2024), Global Wage Report 2024-25, International Labour Office, Geneva",
    design="descriptive",
)
def wage_structure(
    earnings: TableLike,
    rates: TableLike | None = None,
    *,
    by: Sequence[Column] = ("country",),
    reference: str = "total",
    elementary: str = "9",
) -> WageStructure:
    """Set wages by occupation side by side, on one recorded basis, and over those of a reference.

    Levels of several countries compare only on one basis. The table says which, or `rates` brings
    local wages to one: wage divided by units of local currency an international dollar. Ratios within a
    country and year need no rate.

    Parameters
    ----------
    earnings : Table
        The columns of `by`, `year, occupation, wage` and `basis` (currency and prices, in words).
    rates : Table, optional
        The columns of `by`, `year, rate` (units of the wage's currency a unit of the new one), and
        `basis`, that of the result. The unit of `wage` is then the plain currency, an hour where either basis says
        so; `basis` tells which.
    by : sequence of columns
        What makes a group; its labels are text.
    reference : str
        Occupation to which wages are relative, such as all of them.
    elementary : str
        Elementary occupations.

    Returns
    -------
    WageStructure
        One row a group, year and occupation with a wage; a ratio is null where its divisor has no wage.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps, or a wage has no rate.
    ChoiceNotRecordedError
        If the basis is not the same in all rows, or is local to each of several groups.
    OutsideRangeError, InfiniteValueError
        If a wage or a rate is not above zero, or infinite, or a year no whole number.
    DuplicateRowError
        If an occupation stands twice in a group and year, or a group has two rates of a year.
    ReservedNameError
        If a column of `by` is called as one of the result.
    ParameterRangeError
        If `by` is no list of columns.

    Examples
    --------
    >>> import pandas as pd
    >>> earnings = pd.DataFrame({
    ...     "country": ["TUR", "TUR", "TUR"],
    ...     "year": 2020,
    ...     "occupation": ["total", "2", "9"],
    ...     "wage": [10.06, 18.31, 5.46],
    ...     "basis": "PPP dollars, hourly",
    ... })
    >>> found = wage_structure(earnings).to_pandas()
    >>> print(found[["occupation", "wage", "relative_wage", "ratio_to_elementary"]].round(2).to_string(index=False))
    occupation  wage  relative_wage  ratio_to_elementary
             2 18.31           1.82                 3.35
             9  5.46           0.54                 1.00
         total 10.06           1.00                 1.84
    """
    groups = columns_of(by, "by")
    for column in groups:
        if column in MADE:
            raise ReservedNameError("earnings", column, MADE)
    key = (*groups, "year")
    fields = [*_keys(groups), Field("occupation"), Field("wage", "number", None)]
    # Wages that are brought to another basis need not tell their own.
    told_basis = BASIS if rates is None else Field("basis", default="")
    rows = read(earnings, "earnings", *fields, told_basis, key=(*key, "occupation"))
    _above_zero(rows, "wage", *key, "occupation")
    labels = _labels(rows, key)
    several = len({label[:-1] for label in labels}) > 1
    units = {}
    if rates is None:
        wage, basis = rows["wage"], _basis("earnings", rows["basis"], several)
    else:
        wage, basis = _converted(rows, labels, rates, groups, several)
        # Of the currency that rates lead to, not of that of the wages that were read; a rate leaves hours hours.
        hourly = any(HOURLY.search(one) for one in (basis, *rows["basis"]))
        units = {"wage": "currency per hour" if hourly else "currency"}
    told = ~np.isnan(wage)
    return WageStructure(
        table=from_arrays(
            {
                **{name: _taken(rows[name], told) for name in groups},
                "occupation": _taken(rows["occupation"], told),
                "year": rows["year"][told].astype(np.int64),
                "wage": wage[told],
                "relative_wage": _over(reference, rows["occupation"], labels, wage)[told],
                "ratio_to_elementary": _over(elementary, rows["occupation"], labels, wage)[told],
                "basis": [basis] * int(told.sum()),
            }
        ),
        units=units,
        meanings={"wage": f"wage in {basis}"} if basis else {},
        basis=basis,
        n_missing=int((~told).sum()),
    )


def _keys(groups: Sequence[str]) -> list[Field]:
    return [*(Field(name) for name in groups), Field("year", "count")]


def _labels(rows: Rows, key: Sequence[str]) -> list[tuple[str | int, ...]]:
    years = rows["year"].astype(np.int64).tolist()
    return list(zip(*(rows[name] for name in key[:-1]), years, strict=True))


def _above_zero(rows: Rows, column: str, *labels: str) -> None:
    if (low := np.flatnonzero(rows[column] <= 0)).size:
        i = int(low[0])
        raise OutsideRangeError(rows.name, column, float(rows[column][i]), rows.where(i, *labels), "is above 0")


def _basis(table: str, bases: Sequence[str], several: bool) -> str:
    found = sorted({*bases})
    if len(found) > 1 or (several and any(OWN.search(one) for one in found)):
        raise ChoiceNotRecordedError(table, "basis", found, WANTED)
    return found[0] if found else ""


def _converted(
    rows: Rows, labels: list[tuple[str | int, ...]], rates: TableLike, groups: Sequence[str], several: bool
) -> tuple[Array, str]:
    told = read(rates, "rates", *_keys(groups), Field("rate", "number"), BASIS, key=(*groups, "year"))
    _above_zero(told, "rate", *groups, "year")
    rate = dict(zip(_labels(told, (*groups, "year")), told["rate"], strict=True))
    lacking = [label for label in labels if label not in rate]
    if lacking:
        first = ", ".join(f"{name} = {label!r}" for name, label in zip((*groups, "year"), lacking[0], strict=True))
        raise MissingValueError("rates", "rate", len(lacking), len(labels), f"{first}, which has no row")
    return rows["wage"] / np.array([rate[label] for label in labels], float), _basis("rates", told["basis"], several)


def _over(occupation: str, occupations: Sequence[str], labels: list[tuple[str | int, ...]], wage: Array) -> Array:
    """Divide by the wage of one occupation of the same group and year."""
    of = {label: value for label, code, value in zip(labels, occupations, wage, strict=True) if code == occupation}
    divided: Array = wage / np.array([of.get(label, np.nan) for label in labels], float)
    return divided


def _taken(values: Sequence[str], told: Array) -> pa.Array:
    return pa.array(values, pa.string()).filter(pa.array(told))
