"""Output per unit of labor, for every pairing of labor concept, deflator and price level."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, collect, columns_of
from industria.errors import ChoiceError, CurrenciesError, ExcludedParameterError, ParameterRangeError, UnnamedRateError
from industria.productivity._accounts import dropped_table, later, once, pairs, refuse_names, unit_jumps
from industria.productivity._labor_variants import Against, Variant, alike, reckoned, variant_table
from industria.productivity._panel import Panel, read

__all__ = ["LaborProductivity", "labor_productivity"]

OutputConcept = Literal["value_added", "gross_output", "gdp"]
LaborConcept = Literal["hours", "persons", "jobs", "fte"]
OUTPUTS: Final = ("value_added", "gross_output", "gdp")
LABORS: Final = ("hours", "persons", "jobs", "fte")
MADE: Final = (
    "labor",
    "labor_concept",
    "deflator",
    "ppp",
    "labor_productivity",
    "growth",
    "relative",
    "column",
    "ratio",
)
RATE: Final = re.compile(r"exchange|(^|_)(xr|fx)(_|$)", re.I)
"""Names of columns that hold exchange rates, as the Penn World Table and others call them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LaborProductivity(Result):
    """Output per unit of labor.

    Attributes
    ----------
    table : Table
        One row a unit, time and variant: `labor, labor_concept, deflator, ppp, labor_productivity, growth, relative`.
    jumps : Table
        Figures that rose or fell more than 300 times from one row of a unit to the next, in one currency: their
        unit may have changed.
    dropped : Table
        `column, reason, rows` of what was left out.
    output, output_concept : str
        As asked for.
    base_unit, base_period : str or None
        What `relative` is relative to.
    n_rows, n_units, n_variants : int
        Rows and units used, and variants of each.
    n_null : int
        Rows of the table without output per labor, because a figure lacks.
    n_jumps : int
        Rows of `jumps`.
    """

    jumps: Table
    dropped: Table
    output: str
    output_concept: str
    base_unit: str | None
    base_period: str | None
    n_rows: int
    n_units: int
    n_variants: int
    n_null: int
    n_jumps: int


@measure(
    gives={
        "labor": "column of labor behind the row [name]",
        "labor_concept": "hours, persons, jobs or fte [name]",
        "deflator": "column that output is deflated by; null where it is taken as it stands [name]",
        "ppp": "column that levels are brought to one currency by; null where they are not [name]",
        "labor_productivity": "output per unit of labor, at the variant's prices; null without levels [unit of output]",
        "growth": "log change of output, deflated where there is a deflator, per labor; without PPP [log points]",
        "relative": "over that of the base unit in the same period, or of the unit in the base period [1]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the unit's row before [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="OECD (2001), Measuring Productivity: OECD Manual, ch. 3; "
    "Feenstra, Inklaar & Timmer (2015), American Economic Review 105(10)",
    design="descriptive",
)
def labor_productivity(
    accounts: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    output_concept: OutputConcept,
    labor: Mapping[Column, LaborConcept],
    deflators: Sequence[Column] = (),
    ppp: Sequence[Column] = (),
    exchange_rates: Sequence[Column] = (),
    currency: Column | None = None,
    base_unit: str | int | None = None,
    base_period: int | str | dt.date | None = None,
    levels: bool = True,
) -> LaborProductivity:
    """Divide output by labor in every variant of labor concept, deflator and price level.

    Y / (D E L): output Y, at the prices that deflator D takes out, in the currency that E, units of own
    currency for one of the common currency, brings it to, per labor L. One row for each pairing, so that
    which finding survives which choice is a filter. Growth is Δ ln of Y / (D L): PPPs compare levels, not
    changes. Output at an industry's deflator is revenue: its ratio to labor is revenue productivity.

    Levels of several units compare only by a PPP of the same output concept (GDP PPP for GDP, PPP of the
    industry for industries), or where all report in one currency at one level of prices; else they are
    refused, and `levels=False` leaves growth, and ratios to the unit's own base period. Where deflators meet
    a comparison the price year must be said: deflators are then 1, and PPPs taken, in `base_period`.

    Parameters
    ----------
    accounts : Table
        One row a unit and time.
    unit, time : column
        Who and when.
    output : column
        Output: nominal with deflators, else as it is to be compared.
    output_concept : {"value_added", "gross_output", "gdp"}
        What output is.
    labor : mapping of column to {"hours", "persons", "jobs", "fte"}
        Measures of labor, and what each counts.
    deflators : sequence of columns
        Price indexes of output; in units of 1, unless `base_period` sets them to 1.
    ppp : sequence of columns
        Units of own currency for one of the common currency, in purchasing power.
    exchange_rates : sequence of columns
        The same at the market's rate, which says little of what labor yields; only as named here.
    currency : column, optional
        Currency of each row. Where it is one for all, levels compare without PPP; where that of a unit changes,
        nothing is growth, or relative to a period in another.
    base_unit : text or whole number, optional
        Unit that others are relative to, each period.
    base_period : whole number, text or date, optional
        Period of prices; without `base_unit` the one that a unit is relative to.
    levels : bool
        Whether levels are told. False where those of several units do not compare.

    Returns
    -------
    LaborProductivity
        One row a unit, time and variant; null where a figure lacks. Without a base `relative` is null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    OutsideRangeError, InfiniteValueError
        If labor, a deflator or a PPP is not above 0, or a number infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, or a column plays two roles or is called as one of the result.
    CurrenciesError
        If levels in several currencies, or in currencies not told, would be compared without PPP.
    UnnamedRateError
        If an exchange rate is handed in as a PPP.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a concept or a base is not among its choices, a base period lacks, or levels are not told, but asked for
        by a base unit or a PPP.

    Examples
    --------
    Two states, Munnell (1990): gross state product in dollars of 1982, thousands of employees.

    >>> import pandas as pd
    >>> states = pd.DataFrame({
    ...     "state": ["Alabama", "Alabama", "Wyoming", "Wyoming"], "year": [1970, 1971] * 2, "currency": "USD",
    ...     "product": [28418, 29375, 7612, 7841], "employees": [1010.5, 1021.9, 108.3, 110.9],
    ... })
    >>> found = labor_productivity(
    ...     states, unit="state", time="year", output="product", output_concept="value_added",
    ...     labor={"employees": "jobs"}, currency="currency", base_unit="Alabama",
    ... ).to_pandas()
    >>> print(found[["state", "year", "labor_productivity", "growth", "relative"]].round(4).to_string(index=False))
      state  year  labor_productivity  growth  relative
    Alabama  1970             28.1227     NaN    1.0000
    Alabama  1971             28.7455  0.0219    1.0000
    Wyoming  1970             70.2862     NaN    2.4993
    Wyoming  1971             70.7033  0.0059    2.4596
    """
    labor = pairs(labor, "labor", "columns of labor, each with hours, persons, jobs or fte")
    prices, rates = columns_of(deflators, "deflators"), columns_of(ppp, "ppp")
    market = columns_of(exchange_rates, "exchange_rates")
    to_common = (*rates, *market)
    _refuse_concepts(output_concept, list(labor.values()), rates)
    _refuse_parameters(levels, base_unit, base_period, rates, market, prices)
    carried = [currency] if currency else []
    once(the_unit=[unit], the_time=[time], the_currency=carried)
    once(the_output=[output], labor=list(labor), a_deflator=prices, a_PPP=rates, an_exchange_rate=market)
    divisors = [*labor, *prices, *to_common]
    amounts = [output, *divisors]
    panel = read(
        accounts, "accounts", unit=unit, time=time, numbers=amounts, positive=divisors, optional=amounts, labels=carried
    )
    refuse_names("accounts", (unit, time, *carried), MADE)
    against = Against.of(panel, unit, time, base_unit, base_period)
    if levels and panel.n_units > 1:
        _refuse_incomparable(panel, currency, to_common, prices, base_period)

    after = later(panel)
    odd = unit_jumps(panel, amounts, after[alike(panel, np.arange(len(panel)) - 1)[after] >= 0])
    variants = [Variant(column, d, e) for column in labor for d in prices or [None] for e in to_common or [None]]
    made = [reckoned(panel, output, one, against) for one in variants]
    level, growth, relative = (np.column_stack(of).ravel() for of in zip(*made, strict=True))
    told = {
        "labor_productivity": level if levels else np.full(len(level), np.nan),
        "growth": growth,
        "relative": relative,
    }
    return LaborProductivity(
        table=variant_table(panel, variants, labor, told),
        jumps=odd,
        dropped=dropped_table(panel),
        output=output,
        output_concept=output_concept,
        base_unit=None if base_unit is None else f"{base_unit}",
        base_period=None if base_period is None else f"{base_period}",
        n_rows=len(panel),
        n_units=panel.n_units,
        n_variants=len(variants),
        n_null=int(np.isnan(level).sum()),
        n_jumps=len(collect(odd)),
    )


def _refuse_concepts(output: str, labor: Sequence[str], ppp: Sequence[str]) -> None:
    for word, value, choices in [("output_concept", output, OUTPUTS), *(("labor", one, LABORS) for one in labor)]:
        if value not in choices:
            raise ChoiceError(word, value, choices)
    for column in ppp:
        if RATE.search(column):
            raise UnnamedRateError(column)


def _refuse_parameters(
    levels: bool,
    base_unit: object,
    base_period: object,
    ppp: Sequence[str],
    exchange_rates: Sequence[str],
    deflators: Sequence[str],
) -> None:
    given = [("base_unit", base_unit), ("ppp", ppp), ("exchange_rates", exchange_rates)]
    for name, value in given:
        if not levels and value not in (None, (), []):
            raise ExcludedParameterError(name, "levels=False", "it compares levels: leave one of the two out")
    if deflators and base_period is None and any(value not in (None, (), []) for _, value in given):
        raise ParameterRangeError("base_period", None, "the period of prices where a deflator meets a PPP or base_unit")


def _refuse_incomparable(
    panel: Panel, currency: str | None, to_common: Sequence[str], deflators: Sequence[str], base_period: object
) -> None:
    found = [] if currency is None else panel.labels[currency].unique().to_pylist()
    if not to_common and (len(found) != 1 or found == [None]):
        raise CurrenciesError(panel.name, currency, sorted(f"{one}" for one in found))
    if deflators and base_period is None:
        allowed = "the period of prices in which levels of several units compare; or say levels=False"
        raise ParameterRangeError("base_period", None, allowed)
