"""Values of several countries in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect
from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    NotPositiveError,
    ReservedNameError,
    UnknownGroupError,
    UsageError,
)
from industria.tables._moments import check_columns
from industria.tables._splicing import words
from industria.tables._stated import stated

__all__ = ["CommonCurrency", "common_currency"]

Basis = Literal["ppp", "constant_ppp", "market"]
BASES: Final = ("ppp", "constant_ppp", "market")
MADE: Final = ("rate", "common_value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CommonCurrency(Result):
    """Values in one currency, and the choices behind it.

    Attributes
    ----------
    table : Table
        The rows of `values`, with `rate` and `common_value`.
    basis : str
        ppp, constant_ppp or market.
    product : str or None
        What the parities are of, as "GDP"; None for market rates.
    benchmark : str or None
        The round of price surveys behind the parities, as "ICP 2017"; None for market rates.
    base : str or None
        The period whose parities convert all periods; None where each has its own.
    n_without_rate : int
        Rows with a value that no rate covers.
    """

    basis: str
    product: str | None
    benchmark: str | None
    base: str | None
    n_without_rate: int


@measure(
    gives={
        "rate": "national currency for one unit of the common one [1]",
        "common_value": "value in the common currency [unit of value]",
    },
    cites="Feenstra, Inklaar & Timmer (2015), The Next Generation of the Penn World Table, AER 105(10), 3150-3182",
    design="descriptive",
)
def common_currency(
    values: TableLike,
    rates: TableLike,
    *,
    value: Column,
    currency: Column,
    basis: Basis,
    base: int | str | None = None,
    period: Column | None = None,
) -> CommonCurrency:
    """Divide values in national currencies by parities or market rates.

    Levels across countries want parities of the same concept as the values.
    Market rates move with finance more than with prices at home; growth is better
    told in national currency. With constant parities, values come at constant prices.

    Parameters
    ----------
    values : Table
        `value`, `currency`, and `period` where it is named. Other columns ride along.
    rates : Table
        `currency`, `rate` (national currency for one unit of the common one), and
        `period` where it is named. For parities also `product`, as "GDP" or "private
        consumption", and `benchmark`, as "ICP 2017": one word each in all rows.
    value : column
        What is divided.
    currency : column
        Whose money it is: the currency, or the country.
    basis : {"ppp", "constant_ppp", "market"}
        Parities of each period, those of one period for all, or market rates.
    base : int or str, optional
        That period, for constant parities alone.
    period : column, optional
        Of the same kind in both tables. Without it, `rates` is of one period.

    Returns
    -------
    CommonCurrency
        The rows of `values`. Where no rate covers a row, both columns are null, and
        `n_without_rate` counts it.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If `value` or `rate` holds no numbers, or a key is of another kind in the other table.
    ChoiceError
        If `basis` is no such word.
    ChoiceNotRecordedError
        If parities do not say of which product and benchmark they are.
    UsageError
        If `base` is missing for constant parities, or given for other rates.
    UnknownGroupError
        If no rate is of the base period.
    DuplicateRowError
        If a currency and period has two rates.
    EmptyTableError
        If there is no rate.
    NotPositiveError
        If a rate is zero or less.
    ReservedNameError
        If `values` has a column that the result makes.

    See Also
    --------
    tables.constant_prices : Values at the prices of one period.
    """
    keys = [currency, *([period] if period else [])]
    parities = basis != "market"
    values = as_table(values, "values", value, *keys)
    rates = as_table(rates, "rates", "rate", *keys, *(["product", "benchmark"] if parities else []))
    _refuse_words(basis, base)
    check_columns(values, "values", [value], (), ())
    check_columns(rates, "rates", ["rate"], (), ())
    _refuse_kinds(values, rates, keys)

    wanted = rates.filter(~nw.col("rate").is_null())
    product = stated(wanted, "rates", "product", "what the parities are of") if parities else None
    benchmark = stated(wanted, "rates", "benchmark", "the round of price surveys") if parities else None
    if base is not None and period is not None:
        wanted = _of_base(wanted, period, str(base))
        keys = [currency]
    _check(wanted, keys)
    chosen = as_table(collect(wanted.select(*keys, nw.col("rate").cast(nw.Float64))), "rates", near=values)
    table = values.join(chosen, on=keys, how="left").with_columns(
        common_value=nw.col(value).cast(nw.Float64) / nw.col("rate")
    )
    uncovered = collect(table.filter(nw.col("rate").is_null() & ~nw.col(value).is_null()).select(nw.len()))
    at = f", those of {base} in all periods" if base is not None else ""
    told = f"purchasing power parities of {product}, {benchmark}{at}" if parities else "market rates"
    return CommonCurrency(
        table=table,
        basis=basis,
        product=product,
        benchmark=benchmark,
        base=None if base is None else str(base),
        n_without_rate=uncovered.column(0)[0].as_py(),
        meanings={
            "rate": f"national currency for one unit of the common one: {told}",
            "common_value": f"{value} in the common currency, by {told}",
        },
    )


def _refuse_words(basis: str, base: int | str | None) -> None:
    if basis not in BASES:
        raise ChoiceError("basis", basis, BASES)
    if basis == "constant_ppp" and base is None:
        raise UsageError("common_currency: constant parities need base, the period whose parities convert all.")
    if basis != "constant_ppp" and base is not None:
        raise UsageError(f"common_currency: base={base!r} goes with basis='constant_ppp', not with {basis!r}.")


def _refuse_kinds(values: Table, rates: Table, keys: Sequence[str]) -> None:
    here, there = values.collect_schema(), rates.collect_schema()
    taken = [column for column in MADE if column in here.names()]
    if taken:
        raise ReservedNameError("values", taken[0], MADE)
    for key in keys:
        if here[key] != there[key]:
            raise ColumnTypeError("rates", key, f"{str(here[key]).lower()}, as in values", str(there[key]).lower())


def _of_base(rates: Table, period: str, base: str) -> Table:
    name = nw.col(period).cast(nw.String)
    found = collect(rates.select(name).unique().sort(period))[period].to_pylist()
    if base not in found:
        raise UnknownGroupError("rates", period, base, [word for word in found if word is not None])
    return rates.filter(name == base)


def _check(rates: Table, keys: Sequence[str]) -> None:
    """Refuse no rates at all, two of one key, and rates of zero or less."""
    rows = collect(rates.select(*keys, "rate").sort(*keys)).to_pylist()
    if not rows:
        raise EmptyTableError("rates")
    places: dict[tuple[object, ...], int] = {}
    for row in rows:
        place = tuple(row[key] for key in keys)
        places[place] = places.get(place, 0) + 1
        if row["rate"] <= 0:
            raise NotPositiveError("rates", "rate", row["rate"], words(keys, place))
    repeated = {place: times for place, times in places.items() if times > 1}
    if repeated:
        first, times = next(iter(repeated.items()))
        raise DuplicateRowError("rates", keys, words(keys, first), times, sum(repeated.values()) - len(repeated))
