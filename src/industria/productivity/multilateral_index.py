"""Price indexes of many periods or countries at once, free of the drift of chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.core.calendar import calendar
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike
from industria.errors import ChoiceError, ExcludedParameterError, ParameterRangeError
from industria.kernels.multilateral import KERNELS, bilateral_logs, geary_khamis, geks, spliced, time_product_dummy
from industria.productivity._accounts import beside, dropped_table, once, refuse_names
from industria.productivity._item_pairs import largest
from industria.productivity._panel import Array, Panel, read

__all__ = ["MultilateralIndex", "multilateral_index"]

Method = Literal["geks", "geary_khamis", "time_product_dummy"]
Kernel = Literal["tornqvist", "fisher", "walsh", "jevons"]
Splice = Literal[
    "mean",
    "window",
    "movement",
    "half",
    "wisp",
    "hasp",
    "mean_published",
    "fixed_base_expanding",
    "fixed_base_moving",
]
METHODS: Final = ("geks", "geary_khamis", "time_product_dummy")
SPLICES: Final = (
    "mean",
    "window",
    "movement",
    "half",
    "wisp",
    "hasp",
    "mean_published",
    "fixed_base_expanding",
    "fixed_base_moving",
)
MADE: Final = ("index", "quantity_index", "revision", "n_items")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MultilateralIndex(Result):
    """A transitive index.

    Attributes
    ----------
    table : Table
        One row a period or country: `index, quantity_index, revision, n_items`.
    dropped : Table
        `column, reason, rows` of what was left out.
    method : str
        As asked for.
    kernel : str or None
        The bilateral index of geks.
    window : int or None
        Periods of a window; None where all are taken at once.
    splice : str or None
        How windows are joined.
    n_rows, n_items, n_periods : int
        Used.
    n_pairs_unmatched : int
        Pairs of periods without a common item, bridged by others.
    n_null : int
        Periods that no chain of common items joins to the base.
    """

    dropped: Table
    method: str
    kernel: str | None
    window: int | None
    splice: str | None
    n_rows: int
    n_items: int
    n_periods: int
    n_pairs_unmatched: int
    n_null: int


@measure(
    gives={
        "index": "price level, 1 in the base [1]",
        "quantity_index": "value over the price level, 1 in the base [1]",
        "revision": "what one window over all periods would change, as a share; null without windows [fraction]",
        "n_items": "items seen in the period [count]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Ivancic, Diewert & Fox (2011), Journal of Econometrics 161(1); "
    "Caves, Christensen & Diewert (1982), Economic Journal 92; "
    "IMF (2020), Consumer Price Index Manual: Concepts and Methods, ch. 10",
    design="descriptive",
    support="cells",
)
def multilateral_index(
    prices: TableLike,
    *,
    item: Column,
    time: Column,
    price: Column,
    quantity: Column,
    method: Method = "geks",
    kernel: Kernel | None = None,
    window: int | None = None,
    splice: Splice | None = None,
    base: int | str | dt.date | None = None,
) -> MultilateralIndex:
    """Compare all periods, or countries, with each other, so that every path between two gives one answer.

    geks: ln P_t = mean over r of ln P(r, t) - ln P(r, 1), with P(r, t) of the matched items by tornqvist (then
    it is CCD, of Caves, Christensen & Diewert), fisher, walsh or jevons. geary_khamis: P_t = Σ p q / Σ π q at
    mean prices π_i = Σ_t (p q / P_t) / Σ_t q. time_product_dummy: effects of periods in least squares of ln p
    on items and periods, weighted by value shares. Where some pairs have no item in common, geks is the least
    squares over those that have.

    With a window the index is extended by a splice as time goes on and never revised; `revision` tells what one
    window over all would have made of it.

    Parameters
    ----------
    prices : Table
        One row an item and period; add sales of one item and period up first.
    item : column
        What.
    time : column
        Period, or country; with windows, whole numbers or dates.
    price, quantity : column
        Price of a unit, and how many.
    method : {"geks", "geary_khamis", "time_product_dummy"}
        See above.
    kernel : {"tornqvist", "fisher", "walsh", "jevons"}, optional
        The bilateral index of geks, and of it alone; tornqvist unless told.
    window : int, optional
        Periods of a window.
    splice : str, optional
        How a new window is joined: over all periods that it shares with the last one (mean, unless told), or by
        the first of them (window), the last (movement) or the middle one (half); wisp, hasp and mean_published
        join it to what was published; fixed_base_expanding and fixed_base_moving compare with a base that moves
        every `window` less 1 periods.
    base : whole number, text or date, optional
        Period or country in which the index is 1; the first unless told.

    Returns
    -------
    MultilateralIndex
        One row a period or country; null where no chain of common items leads.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row is complete.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a price is not above 0, a quantity below 0, or either infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an item stands twice in a period, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a parameter is not among its choices, the window longer than the series, a kernel told without geks,
        or a splice without a window.

    See Also
    --------
    productivity.index_number : twenty-one formulas from period to period.

    Examples
    --------
    >>> import pandas as pd
    >>> prices = pd.DataFrame({
    ...     "good": ["bread", "fish"] * 3, "country": ["at", "at", "de", "de", "ch", "ch"],
    ...     "price": [2.0, 10.0, 2.2, 9.0, 4.1, 22.0], "kilograms": [50, 20, 480, 250, 52, 16],
    ... })
    >>> found = multilateral_index(prices, item="good", time="country", price="price", quantity="kilograms", base="de")
    >>> print(found.to_pandas()[["country", "index", "quantity_index"]].round(4).to_string(index=False))
    country  index  quantity_index
         at 1.0393          0.0873
         ch 2.2269          0.0768
         de 1.0000          1.0000
    """
    _refuse_words(method, kernel, splice, windows=window is not None)
    kernel = kernel or "tornqvist" if method == "geks" else None
    once(the_price=[price], the_quantity=[quantity])
    numbers = [price, quantity]
    # Countries have no place on a calendar, so that periods are cells here.
    panel = read(prices, "prices", unit=item, by=[time], numbers=numbers, positive=[price], nonnegative=[quantity])
    refuse_names("prices", panel.keys.column_names, MADE)
    T = panel.cells.num_rows
    if window is not None and (type(window) is bool or not isinstance(window, int) or not 2 <= window <= T):
        raise ParameterRangeError("window", window, f"a whole number from 2 to {T}, the periods of the series")
    if window is not None:
        # Labels without a calendar run in the order of letters, which is no order of time.
        calendar(panel.cells[time], "prices", time)
    first = _place(panel, time, base)

    P, Q = _dense(panel, price), _dense(panel, quantity)
    index_of, unmatched = _index_of(method, kernel, P, Q)
    all_at_once = index_of(0, T)
    logs = all_at_once if window is None else spliced(index_of, T, window, splice or "mean")
    level = np.exp(logs - logs[first])
    values = panel[price] * panel[quantity]
    value = np.bincount(panel.cell, values, T)
    one, two = largest(values, panel.cell, T)
    whole = np.exp(all_at_once - all_at_once[first])
    made = {
        "index": level,
        "quantity_index": value / level / value[first] if value[first] > 0 else np.full(T, np.nan),
        "revision": np.full(T, np.nan) if window is None else whole / level - 1,
        "n_items": np.bincount(panel.cell, minlength=T),
        "support_units": np.bincount(panel.cell, minlength=T),
        "support_value": value,
        "support_value_largest": one,
        "support_value_second": two,
    }
    return MultilateralIndex(
        table=beside(panel.cells, made),
        dropped=dropped_table(panel),
        method=method,
        kernel=kernel,
        window=window,
        splice=None if window is None else splice or "mean",
        n_rows=len(panel),
        n_items=panel.n_units,
        n_periods=T,
        n_pairs_unmatched=unmatched,
        n_null=int(np.isnan(level).sum()),
    )


def _refuse_words(method: str, kernel: str | None, splice: str | None, *, windows: bool) -> None:
    """Refuse words that are none, and those that do not go together."""
    for name, word, words in (("method", method, METHODS), ("kernel", kernel, KERNELS), ("splice", splice, SPLICES)):
        if word not in words and (word is not None or name == "method"):
            raise ChoiceError(name, word, words)
    if kernel and method != "geks":
        raise ExcludedParameterError("kernel", f"method={method!r}", "geks alone compares periods by pairs")
    if splice and not windows:
        raise ExcludedParameterError("splice", "one window over all periods", "say window=, the periods of each")


def _place(panel: Panel, time: str, base: object) -> int:
    words = [f"{one}".removesuffix(" 00:00:00") for one in panel.cells[time].to_pylist()]
    if base is None:
        return 0
    if f"{base}" not in words:
        raise ChoiceError("base", base, words)
    return words.index(f"{base}")


def _dense(panel: Panel, column: str) -> Array:
    """Spread a column over periods and items, shape (T, N); 0 where an item is not seen."""
    spread = np.zeros((panel.cells.num_rows, panel.n_units))
    spread[panel.cell, panel.unit] = panel[column]
    return spread


def _index_of(method: str, kernel: str | None, P: Array, Q: Array) -> tuple[Callable[[int, int], Array], int]:
    """Return what makes the log index of a window, and how many pairs of periods have no item in common."""
    seen = (P > 0 if kernel == "jevons" else P * Q > 0).astype(np.float64)
    unmatched = int(np.triu(seen @ seen.T == 0, 1).sum())
    if kernel is not None:
        # A pair's index is the same in every window.
        L = bilateral_logs(kernel, P, Q)
        return lambda start, stop: geks(L[start:stop, start:stop]), unmatched
    found = geary_khamis if method == "geary_khamis" else time_product_dummy
    return lambda start, stop: found(P[start:stop], Q[start:stop]), unmatched
