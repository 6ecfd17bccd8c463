"""Growth of what capital does, by the cost of using it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike
from industria.errors import OutsideRangeError, ParameterRangeError
from industria.kernels.capital import rate_of_return as solved_rate
from industria.kernels.index_numbers import over
from industria.productivity._accounts import beside, changes, dropped_table, gone, means, neighbors, once, refuse_names
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["CapitalServices", "capital_services"]

MADE: Final = ("services_growth", "stock_growth", "composition", "rate_of_return", "user_cost", "share", "negative")
RANGES: Final = {
    "depreciation": (0.0, 1.0, "from 0 to 1"),
    "tax": (np.nextafter(0, 1), np.finfo(float).max, "above 0"),
    "rate_of_return": (-1.0, np.finfo(float).max, "of at least -1"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CapitalServices(Result):
    """Growth of capital services.

    Attributes
    ----------
    table : Table
        One row a unit and later period: `services_growth, stock_growth, composition, rate_of_return`.
    user_costs : Table
        One row a unit, asset and time: `user_cost, share`, and whether it is `negative`.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_rows, n_units, n_assets : int
        Rows used, units, and kinds of assets.
    n_negative : int
        User costs below 0; they weigh as they are.
    n_null : int
        Transitions without an answer.
    n_gone : int
        Assets of a unit and period that the next one has no row of; its growth is null.
    """

    user_costs: Table
    dropped: Table
    n_rows: int
    n_units: int
    n_assets: int
    n_negative: int
    n_null: int
    n_gone: int


@measure(
    gives={
        "services_growth": "growth of stocks by their shares in user cost [log points]",
        "stock_growth": "growth of stocks by their shares in wealth [log points]",
        "composition": "services_growth less stock_growth: shift to assets that cost more to use [log points]",
        "rate_of_return": "as given, or the rate at which user costs exhaust capital income [fraction]",
        "user_cost": "cost of a unit of the stock for a period; null in the first period [unit of price]",
        "share": "of the asset in all user costs of the unit and period [fraction]",
        "negative": "whether the user cost is below 0, as where prices rise faster than capital earns [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Jorgenson & Griliches (1967), Review of Economic Studies 34(3); "
    "Hall & Jorgenson (1967), American Economic Review 57(3); OECD (2009), Measuring Capital, ch. 8",
    design="descriptive",
)
def capital_services(
    stocks: TableLike,
    *,
    unit: Column,
    time: Column,
    asset: Column,
    stock: Column,
    price: Column,
    depreciation: Column | float,
    capital_income: Column | None = None,
    rate_of_return: Column | float | None = None,
    tax: Column | float | None = None,
) -> CapitalServices:
    """Weigh the growth of stocks of assets by what their use costs.

    u_a = T_a (q_a,t-1 r_t + δ_a q_a,t - (q_a,t - q_a,t-1)): the return that the money tied up would earn, wear,
    and less what the asset gains in price. The rate r is given beforehand, or is the one at which Σ u_a K_a is
    capital income (ex post). Services grow by Σ s̄_a Δ ln K_a, with s̄ the mean over both periods of shares in
    user cost, stocks by the same with shares in wealth. User costs below 0 are flagged and weigh as they are.

    Parameters
    ----------
    stocks : Table
        One row a unit, asset and time.
    unit, time, asset : column
        Who, when and what.
    stock, price : column
        Productive stock that serves in the period, at constant prices, and the price of a new asset.
    depreciation : column or number
        Rate a period.
    capital_income : column, optional
        Income of all capital of the unit in the period, the same in the rows of all assets that tell it.
    rate_of_return : column or number, optional
        The rate a period, likewise the same for all assets of the unit, instead of `capital_income`.
    tax : column or number, optional
        Factor of taxes on the user cost, (1 - u z - k) / (1 - u); 1 unless told.

    Returns
    -------
    CapitalServices
        One row a unit and period with an earlier one. User costs need the price of the period before, so that
        services grow from the third period on; null, too, where a figure lacks, or an asset stands in one of the
        two periods only.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    OutsideRangeError, InfiniteValueError
        If a stock, price or tax factor is not above 0, depreciation not from 0 to 1, or a unit has two capital
        incomes or rates of return in a period.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an asset stands twice in a period, or a column plays two roles or is called as one of the result.
    ParameterRangeError
        If not one of `capital_income` and `rate_of_return` is told, or a number is outside its range.

    See Also
    --------
    productivity.capital_stock : stocks from investment.

    Examples
    --------
    >>> import pandas as pd
    >>> stocks = pd.DataFrame({
    ...     "country": "it", "asset": ["computers"] * 3 + ["offices"] * 3, "year": [2000, 2001, 2002] * 2,
    ...     "stock": [10.0, 12.0, 15.0, 100.0, 101.0, 102.0], "price": [1.0, 0.9, 0.8, 1.0, 1.02, 1.04],
    ...     "wear": [0.3] * 3 + [0.03] * 3, "income": [12.0, 13.0, 14.0] * 2,
    ... })
    >>> found = capital_services(
    ...     stocks, unit="country", time="year", asset="asset", stock="stock", price="price", depreciation="wear",
    ...     capital_income="income",
    ... )
    >>> print(found.to_pandas().round(4).to_string(index=False))
    country  year  services_growth  stock_growth  composition  rate_of_return
         it  2001              NaN        0.0260          NaN          0.0663
         it  2002           0.0984        0.0308       0.0676          0.0660
    """
    if (capital_income is None) == (rate_of_return is None):
        both = f"one of it and rate_of_return={rate_of_return!r}"
        raise ParameterRangeError("capital_income", capital_income, both)
    given = [one for one in (depreciation, capital_income, rate_of_return, tax) if isinstance(one, str)]
    positive = [stock, price, *([tax] if isinstance(tax, str) else [])]
    once(stock=[stock], price=[price], a_parameter=given)
    numbers = [stock, price, *given]
    panel = read(
        stocks, "stocks", unit=asset, time=time, by=[unit], numbers=numbers, positive=positive, optional=numbers
    )
    refuse_names("stocks", panel.keys.column_names, MADE)

    d, T = _of(panel, depreciation, "depreciation"), _of(panel, tax, "tax")
    first, of, earlier = neighbors(panel.cell, panel.time)
    before = panel.before()
    left = gone(before, of, earlier)
    K, q = panel[stock], panel[price]
    q0 = np.where(before >= 0, q[before], np.nan)
    if capital_income is not None:
        r = solved_rate(_one(panel, panel[capital_income], capital_income, of), K, q0, q, d, T, of)
    else:
        r = _one(panel, _of(panel, rate_of_return, "rate_of_return"), f"{rate_of_return}", of)
    cost = T * (q0 * r[of] + d * q - (q - q0))
    share, wealth = (_shares(values * K, of, len(first)) for values in (cost, q))
    logs = np.log(K)
    services, growth = (_growth(logs, weights, before, of, left) for weights in (share, wealth))
    cells = panel.cell[first]
    rows = np.flatnonzero(np.append(False, cells[1:] == cells[:-1]))
    keys = panel.keys.take(pa.array(first[rows])).select([unit, time])
    made = {
        "services_growth": services,
        "stock_growth": growth,
        "composition": services - growth,
        "rate_of_return": r,
    }
    negative = pa.array(cost < 0, pa.bool_(), mask=np.isnan(cost))
    return CapitalServices(
        table=beside(keys, {name: column[rows] for name, column in made.items()}),
        user_costs=beside(panel.keys, {"user_cost": cost, "share": share, "negative": negative}),
        dropped=dropped_table(panel),
        n_rows=len(panel),
        n_units=panel.cells.num_rows,
        n_assets=panel.n_units,
        n_negative=int((cost < 0).sum()),
        n_null=int(np.isnan(services[rows]).sum()),
        n_gone=int(left.sum()),
    )


def _of(panel: Panel, value: str | float | None, parameter: str) -> Array:
    """Take a column or a number, in its range; a tax that is not told is none."""
    if value is None:
        return np.ones(len(panel))
    low, high, allowed = RANGES[parameter]
    if not isinstance(value, str):
        if not low <= value <= high:
            raise ParameterRangeError(parameter, value, f"a column, or a number {allowed}")
        return np.full(len(panel), float(value))
    odd = np.flatnonzero((panel[value] < low) | (panel[value] > high))
    if len(odd):
        row = int(odd[0])
        raise OutsideRangeError(panel.name, value, float(panel[value][row]), panel.where(row), f"must be {allowed}")
    return panel[value]


def _one(panel: Panel, values: Array, column: str, of: Codes) -> Array:
    """Take the one value of each unit and period, from the assets of which it is told; NaN where from none."""
    told = np.flatnonzero(~np.isnan(values))
    one = np.full(int(of.max()) + 1, np.nan)
    one[of[told[::-1]]] = values[told[::-1]]
    odd = told[values[told] != one[of[told]]]
    if len(odd):
        row = int(odd[0])
        same = f"must be the {one[of[row]]:g} of the unit's other assets in the period"
        raise OutsideRangeError(panel.name, column, float(values[row]), panel.where(row), same)
    return one


def _shares(values: Array, of: Codes, G: int) -> Array:
    return over(values, np.bincount(of, values, G)[of])


def _growth(logs: Array, shares: Array, before: Codes, of: Codes, left: Codes) -> Array:
    """Add up the growth of assets by mean shares; NaN where one of them has none, or left."""
    total = np.bincount(of, means(shares, before) * changes(logs, before), len(left))
    return np.where(left > 0, np.nan, total)
