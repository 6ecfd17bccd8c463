"""Stocks of capital by the perpetual inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike
from industria.errors import ChoiceError, ExcludedParameterError, ParameterRangeError
from industria.kernels.capital import WEIBULL_SPREADS, Retirement
from industria.productivity._accounts import beside, dropped_table, once, refuse_names
from industria.productivity._inventory import Wear, inventory, refuse_gaps, series_of
from industria.productivity._panel import read

__all__ = ["CapitalStock", "capital_stock"]

MADE: Final = ("productive_stock", "wealth_stock", "depreciation", "retired")
CHOICES: Final = {
    "profile": ("geometric", "hyperbolic"),
    "retirement": ("normal", "weibull", "one_hoss"),
    "timing": ("end", "mid"),
}
DEFAULTS: Final[Mapping[str, Any]] = {"retirement": "normal", "spread": 0.25, "beta": 0.5, "discount": 0.04}
NEEDED: Final = {"geometric": "depreciation", "hyperbolic": "service_life"}
UNREAD: Final = {
    "geometric": ("retirement", "spread", "service_life", "beta", "discount"),
    "hyperbolic": ("depreciation",),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CapitalStock(Result):
    """Stocks of capital.

    Attributes
    ----------
    table : Table
        One row a unit, asset and time: `productive_stock, wealth_stock, depreciation, retired`.
    starts : Table
        One row a unit and asset: `opening_stock`, before the first period, and `growth`, the growth of earlier
        investment that it rests on; null where the opening stock was given and nothing else rests on growth.
    dropped : Table
        `column, reason, rows` of what was left out.
    profile, timing : str
        As asked for.
    n_rows, n_units, n_assets : int
        Rows used, units, and kinds of assets.
    """

    starts: Table
    dropped: Table
    profile: str
    timing: str
    n_rows: int
    n_units: int
    n_assets: int


@measure(
    gives={
        "productive_stock": "past investment by the services that are left of it, end of period [unit of amount]",
        "wealth_stock": "past investment at the price of used assets over new ones, end of period [unit of amount]",
        "depreciation": "investment less the change of the wealth stock [unit of amount]",
        "retired": "past investment whose life ends in the period; null for geometric profiles [unit of amount]",
        "opening_stock": "productive stock before the first period [unit of amount]",
        "growth": "growth of investment before the first period, a period [fraction]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="OECD (2009), Measuring Capital: OECD Manual, 2nd ed.; "
    "Hulten & Wykoff (1981), in Hulten (ed.), Depreciation, Inflation, and the Taxation of Income from Capital",
    design="descriptive",
)
def capital_stock(
    investment: TableLike,
    *,
    unit: Column,
    time: Column,
    asset: Column,
    amount: Column,
    depreciation: Column | float | None = None,
    profile: Literal["geometric", "hyperbolic"] = "geometric",
    retirement: Retirement | None = None,
    spread: float | None = None,
    service_life: Column | float | None = None,
    beta: Column | float | None = None,
    discount: float | None = None,
    timing: Literal["end", "mid"] = "end",
    initial: Column = "growth",
    growth: float | None = None,
) -> CapitalStock:
    """Add up past investment, less what wore out.

    geometric: K_t = (1 - δ) K_{t-1} + I_t, in services and in value alike. hyperbolic: an asset with life L
    yields (L - a) / (L - β a) at age a; lives scatter around their mean by `retirement`; K_t = Σ_a E(a) I_{t-a},
    and the wealth stock weighs by age-prices, present values of the services that are left. Investment of the
    middle of a period is half a period old at its end.

    The stock before the first period is that of investment that grew at a steady rate up to the first one,
    I_0 / (g + δ) with geometric profiles, or is given. It is a guess that fades: look how long your lives are.

    Parameters
    ----------
    investment : Table
        One row a unit, asset and time, without gaps.
    unit, time, asset : column
        Who, when and what.
    amount : column
        Investment at constant prices.
    depreciation : column or number, optional
        Rate a period, for geometric profiles alone.
    profile : {"geometric", "hyperbolic"}
        How services fade with age.
    retirement : {"normal", "weibull", "one_hoss"}, optional
        How lives scatter: normal up to twice the mean, unless told; Weibull; or not at all. This and what
        follows up to the discount rate is for hyperbolic profiles alone.
    spread : float, optional
        Standard deviation of lives over their mean; .25 unless told.
    service_life : column or number, optional
        Mean life in periods.
    beta : column or number, optional
        At most 1, and .5 unless told; the Bureau of Labor Statistics takes .5 for equipment and .75 for structures.
    discount : float, optional
        Rate a period at which services to come are discounted, for wealth; .04 unless told.
    timing : {"end", "mid"}
        When in its period investment comes.
    initial : column
        "growth", or the productive stock before the first period, read from the first row of the asset.
    growth : float, optional
        Growth of investment before the first period; else its mean growth over all periods of the asset. A
        geometric stock that is given rests on no growth.

    Returns
    -------
    CapitalStock
        One row a unit, asset and time.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    MissingValueError
        If investment of an asset is not told in a period, or the period itself lacks.
    OutsideRangeError, InfiniteValueError
        If a rate lies outside [0, 1), a life is not above 0, beta above 1, or a mean growth is not defined.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an asset stands twice in a period, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a parameter is not among its choices or outside its range, or the profile needs one that lacks, or does
        not read it.

    See Also
    --------
    productivity.capital_services : what the use of the stocks costs, and how their services grow.

    Examples
    --------
    >>> import pandas as pd
    >>> investment = pd.DataFrame({
    ...     "country": "it", "asset": "machines", "year": [2000, 2001, 2002], "amount": [10.0, 11.0, 12.1],
    ... })
    >>> found = capital_stock(
    ...     investment, unit="country", time="year", asset="asset", amount="amount", depreciation=0.1
    ... )
    >>> print(found.to_pandas()[["year", "productive_stock", "depreciation"]].round(2).to_string(index=False))
     year  productive_stock  depreciation
     2000             55.00          5.00
     2001             60.50          5.50
     2002             66.55          6.05
    """
    for name, word in (("profile", profile), ("retirement", retirement or "normal"), ("timing", timing)):
        if word not in CHOICES[name]:
            raise ChoiceError(name, word, CHOICES[name])
    told: dict[str, Any] = {"retirement": retirement, "spread": spread, "service_life": service_life, "beta": beta}
    told |= {"discount": discount, "depreciation": depreciation, "growth": growth}
    opening = None if initial == "growth" else initial
    _refuse_unread(told, profile, opening)
    told = dict(DEFAULTS) | {name: value for name, value in told.items() if value is not None}
    _refuse_ranges(told, profile)
    named = [one for one in (depreciation, service_life, beta, opening) if isinstance(one, str)]
    once(amount=[amount], a_parameter=named)
    numbers = [amount, *named]
    panel = read(investment, "investment", unit=asset, time=time, by=[unit], numbers=numbers, optional=numbers)
    refuse_names("investment", panel.keys.column_names, MADE)

    series = series_of(panel)
    refuse_gaps(panel, numbers, series)
    wear = Wear(
        profile=profile,
        rate=depreciation,
        life=service_life,
        beta=told["beta"],
        retirement=told["retirement"],
        spread=told["spread"],
        discount=told["discount"],
        half=timing == "mid",
    )
    made = [inventory(panel, amount, rows, wear, opening, growth) for rows in series]
    keys = panel.keys.select([unit, asset]).take(pa.array([rows.start for rows in series]))
    starts = np.array([start for _, start in made])
    return CapitalStock(
        table=beside(panel.keys, dict(zip(MADE, np.vstack([rows for rows, _ in made]).T, strict=True))),
        starts=beside(keys, {"opening_stock": starts[:, 0], "growth": starts[:, 1]}),
        dropped=dropped_table(panel),
        profile=profile,
        timing=timing,
        n_rows=len(panel),
        n_units=panel.cells.num_rows,
        n_assets=panel.n_units,
    )


def _refuse_unread(told: Mapping[str, Any], profile: str, opening: str | None) -> None:
    """Refuse what would change nothing."""
    other = "geometric" if profile == "hyperbolic" else "hyperbolic"
    for name in UNREAD[profile]:
        if told[name] is not None:
            raise ExcludedParameterError(name, f"profile={profile!r}", f"leave it out, or say profile={other!r}")
    if told["spread"] is not None and told["retirement"] == "one_hoss":
        raise ExcludedParameterError("spread", "retirement='one_hoss'", "all lives are the mean one: leave it out")
    if told["growth"] is not None and opening is not None and profile == "geometric":
        raise ExcludedParameterError("growth", f"initial={opening!r}", "the stock is given: leave one of the two out")


def _refuse_ranges(told: Mapping[str, Any], profile: str) -> None:
    if NEEDED[profile] not in told:
        raise ParameterRangeError(NEEDED[profile], None, f"a column or a number with profile={profile!r}")
    for name, least in (("discount", -1.0), ("growth", -1.0), ("spread", 0.0)):
        if name in told and not least < told[name] < np.inf:
            raise ParameterRangeError(name, told[name], f"a number above {least:g}")
    low, high = WEIBULL_SPREADS
    if told["retirement"] == "weibull" and not low <= told["spread"] <= high:
        allowed = f"a number from {low:.4f} to {high:.2f} with retirement='weibull'"
        raise ParameterRangeError("spread", told["spread"], allowed)
