"""Productivity: prices and currencies, frontiers, partners, shares and logs."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError, UsageError
from industria.errors.wording import listing

__all__ = [
    "CurrenciesError",
    "FewOffFrontierError",
    "LogsError",
    "NobodyDrawsError",
    "OwnPartnerError",
    "PartnerWeightError",
    "SeveralValuesError",
    "ShareSumError",
    "ThinFrontierError",
    "UnmatchedItemsError",
    "UnnamedRateError",
]


class CurrenciesError(DataError):
    """Levels in several currencies would be compared without a PPP."""

    def __init__(self, table: str, column: str | None, found: Sequence[str]) -> None:
        there = f"{table}.{column} holds {listing(found)}" if column else f"{table} tells no currency"
        super().__init__(
            f"levels of several units need one currency at one level of prices; {there}. Hand in ppp=[column], or "
            "currency=column where one currency is that of all rows, or say levels=False for growth alone."
        )


class UnmatchedItemsError(DataError):
    """Items are seen in one of two periods that are compared, and nothing may be left out."""

    def __init__(self, table: str, where: str, absent: str, found: int) -> None:
        super().__init__(
            f"{table} has {found} {'item' if found == 1 else 'items'} without a counterpart in {absent}, first "
            f"{where}. Say missing='matched' to compare what both have, or missing='carry_forward'."
        )


class UnnamedRateError(UsageError):
    """An exchange rate stands where a PPP is asked for."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"column {column!r} looks like an exchange rate, which is no PPP: at it, poor countries seem less "
            "productive than they are. Name a PPP of the output, or hand it in as exchange_rates to have it said."
        )


class FewOffFrontierError(DataError):
    """Too few units lie off the frontier for a regression of how far."""

    def __init__(self, table: str, units: int, coefficients: int) -> None:
        super().__init__(
            f"{units} {'unit of' if units == 1 else 'units of'} {table} {'lies' if units == 1 else 'lie'} off the "
            f"frontier, too few for {coefficients} coefficients. Take fewer inputs, outputs or drivers, or join cells."
        )


class ThinFrontierError(DataError):
    """Too few units draw a frontier for its inputs and outputs."""

    def __init__(self, table: str, cell: str, units: int, dimensions: int, per_dimension: int) -> None:
        where = f" where {cell}" if cell else ""
        super().__init__(
            f"{units} {'unit' if units == 1 else 'units'} of {table} draw a frontier in {dimensions} inputs and "
            f"outputs{where}; below {per_dimension} for each, {per_dimension * dimensions} in all, most lie on it "
            "whatever they do. Leave out columns, join cells, or say allow_thin=True."
        )


class NobodyDrawsError(DataError):
    """A column that tells who draws a frontier is true of no unit."""

    def __init__(self, table: str, column: str, cell: str) -> None:
        where = f" where {cell}" if cell else ""
        super().__init__(
            f"{table}.{column} is true of no unit{where}, so nobody draws the frontier. Mark who does, or leave "
            "reference out: all units draw it then."
        )


class PartnerWeightError(DataError):
    """The trade weights of a unit do not sum to one."""

    def __init__(self, column: str, unit: str, total: float) -> None:
        super().__init__(
            f"partners: the weights of {column} = {unit!r} sum to {total:.4g}, not 1. Divide them by their sum, "
            "after a look at which partners are missing."
        )


class OwnPartnerError(DataError):
    """A unit is listed as its own trade partner."""

    def __init__(self, column: str, unit: str) -> None:
        super().__init__(
            f"partners: {column} = {unit!r} is its own partner; leave the row out and divide the other weights by "
            "their sum."
        )


class ShareSumError(DataError):
    """The cost shares of a row do not sum to one."""

    def __init__(self, table: str, columns: Sequence[str], total: float, where: str) -> None:
        super().__init__(
            f"{table}: the shares {listing(columns, 40)} sum to {total:.4g}, not 1, where {where}. An input may be "
            "missing, or shares be per cent; say rescale_shares=True to bring them to a sum of 1."
        )


class SeveralValuesError(DataError):
    """A column has several values where a cell needs one."""

    def __init__(self, table: str, column: str, values: Sequence[float], where: str) -> None:
        found = listing([f"{value:.6g}" for value in values])
        super().__init__(f"{table}.{column} has {len(values)} values where {where}, {found}; one is needed.")


class LogsError(DataError):
    """A column that should be in logs spreads as no logs do."""

    def __init__(self, table: str, column: str, low: float, high: float, remedy: str) -> None:
        super().__init__(
            f"{table}.{column} runs from {low:.4g} to {high:.4g}; as logs that would be e^{high - low:.0f} to one. "
            f"It looks like a level: say {remedy}, or take logs before."
        )
