"""Growth of output, split over the growth of inputs and of total factor productivity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, collect
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError, ReservedNameError, ShareSumError
from industria.productivity._accounts import (
    beside,
    changes,
    dropped_table,
    later,
    means,
    once,
    pairs,
    refuse_names,
    unit_jumps,
)
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["GrowthAccounting", "growth_accounting"]

Index = Literal["tornqvist", "geometric_laspeyres", "geometric_paasche"]
INDEXES: Final = ("tornqvist", "geometric_laspeyres", "geometric_paasche")
MADE: Final = (
    "term",
    "growth",
    "share",
    "contribution",
    "mean_growth",
    "mean_contribution",
    "n_transitions",
    "column",
    "ratio",
)
COMPOSITION: Final = "labor_composition"
TFP: Final = "tfp"
ROUNDING: Final = 0.02
"""Shares to two decimals of half a dozen inputs sum to one within this; a sum farther off lacks an input."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GrowthAccounting(Result):
    """Sources of growth.

    Attributes
    ----------
    table : Table
        One row a unit, later period and term: `term, growth, share, contribution`.
    averages : Table
        One row a unit and term: `mean_growth, mean_contribution` over the transitions that are told, and
        `n_transitions`, how many these are.
    jumps : Table
        Quantities that rose or fell more than 300 times from one row of a unit to the next: their unit may have
        changed.
    dropped : Table
        `column, reason, rows` of what was left out.
    output, index : str
        As asked for.
    n_rows, n_units : int
        Used.
    n_transitions : int
        Rows with an earlier one of their unit.
    n_null, n_gaps : int
        Those of them without an answer because of a null, or because the period before lacks.
    share_residual : float
        Largest distance of a sum of shares from 1, as given.
    n_jumps : int
        Rows of `jumps`.
    """

    averages: Table
    jumps: Table
    dropped: Table
    output: str
    index: str
    n_rows: int
    n_units: int
    n_transitions: int
    n_null: int
    n_gaps: int
    share_residual: float
    n_jumps: int


@measure(
    gives={
        "term": "the output, an input by its column, labor_composition or tfp [name]",
        "growth": "log change from the period before; per hour with hours, labor_composition by itself [log points]",
        "share": "of the input in cost, as the index weighs it; 1 for the output and tfp [fraction]",
        "contribution": "share times growth; those of inputs and tfp add up to that of the output [log points]",
        "mean_growth": "mean of growth over the unit's transitions that are told [log points]",
        "mean_contribution": "mean of contribution over the same [log points]",
        "n_transitions": "transitions behind the means [count]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the unit's row before [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="Solow (1957), Review of Economics and Statistics 39(3); "
    "Jorgenson & Griliches (1967), Review of Economic Studies 34(3); OECD (2001), Measuring Productivity, ch. 2",
    design="descriptive",
)
def growth_accounting(
    accounts: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    inputs: Mapping[Column, Column | float],
    index: Index = "tornqvist",
    labor: Column | None = None,
    hours: Column | None = None,
    rescale_shares: bool = False,
) -> GrowthAccounting:
    """Split the growth of output into contributions of inputs and total factor productivity.

    Δln Y = Σ_j s̄_j Δln X_j + Δln A, with s̄ the mean of the shares of both periods (tornqvist), or those of
    the earlier (geometric_laspeyres) or later one (geometric_paasche). Capital and labor with value added,
    or capital, labor, energy, materials and services with gross output. Per hour H:
    Δln(Y/H) = Σ_{j≠L} s̄_j Δln(X_j/H) + s̄_L Δln(L/H) + Δln A, where labor services L over hours are the
    composition of labor. Δln A is a residual: it holds errors of measurement, too, and with output at an
    industry's deflator it is revenue productivity.

    Parameters
    ----------
    accounts : Table
        One row a unit and time. Quantities, or indexes of them, in any unit.
    unit, time : column
        Who and when; a transition is from one calendar period to the next.
    output : column
        Real output.
    inputs : mapping of column to column or number
        Quantity of each input, and its share in cost: a column, or one number for all rows.
    index : {"tornqvist", "geometric_laspeyres", "geometric_paasche"}
        Whose shares weigh.
    labor, hours : column, optional
        The input that is labor services, and hours worked, for the form per hour.
    rescale_shares : bool
        Bring the shares of each row to a sum of 1; else what rounding left out of them falls to tfp.

    Returns
    -------
    GrowthAccounting
        A transition with a null in any role, or over a gap of the calendar, is null in every term.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    OutsideRangeError, InfiniteValueError
        If a quantity is not above 0, or a share not between 0 and 1.
    ShareSumError
        If the shares of a row sum to something else than 1, by more than rounding, and are not rescaled.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, or a column plays two roles or is called as one or as a term of the
        result.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices, or only one of `labor` and `hours` is told.

    Examples
    --------
    Alabama, Munnell (1990): gross state product, private capital, employment.

    >>> import pandas as pd
    >>> alabama = pd.DataFrame({
    ...     "state": "Alabama", "year": [1970, 1971, 1972], "product": [28418, 29375, 31303],
    ...     "capital": [35793.8, 37299.91, 38670.3], "employment": [1010.5, 1021.9, 1072.3],
    ... })
    >>> shares = {"capital": 1 / 3, "employment": 2 / 3}
    >>> found = growth_accounting(alabama, unit="state", time="year", output="product", inputs=shares)
    >>> print(found.to_pandas().round(4).to_string(index=False))
      state  year       term  growth  share  contribution
    Alabama  1971    product  0.0331 1.0000        0.0331
    Alabama  1971    capital  0.0412 0.3333        0.0137
    Alabama  1971 employment  0.0112 0.6667        0.0075
    Alabama  1971        tfp  0.0119 1.0000        0.0119
    Alabama  1972    product  0.0636 1.0000        0.0636
    Alabama  1972    capital  0.0361 0.3333        0.0120
    Alabama  1972 employment  0.0481 0.6667        0.0321
    Alabama  1972        tfp  0.0194 1.0000        0.0194
    """
    inputs = pairs(inputs, "inputs", "columns of quantities, each with a column of shares or a number")
    if index not in INDEXES:
        raise ChoiceError("index", index, INDEXES)
    terms = _terms(output, list(inputs), labor, hours)
    named = [share for share in inputs.values() if isinstance(share, str)]
    once(the_output=[output], an_input=list(inputs), a_share=named, hours=[hours] if hours else [])
    quantities = [output, *inputs, *([hours] if hours else [])]
    numbers = [*quantities, *named]
    panel = read(accounts, "accounts", unit=unit, time=time, numbers=numbers, logged=quantities, optional=numbers)
    refuse_names("accounts", (unit, time), MADE)
    S, residual = _shares(panel, inputs, rescale_shares)

    before, rows = panel.before(), later(panel)
    growth = changes(_logs(panel, output, list(inputs), labor, hours), before)[rows]
    weights = _weights(S, before, index)[rows]
    parts = np.column_stack([growth[:, 0], weights * growth[:, 1:]])
    tfp = parts[:, 0] - parts[:, 1:].sum(axis=1)
    told, one = np.isfinite(tfp), np.ones(len(rows))
    made = {
        "growth": np.column_stack([growth, tfp]),
        "share": np.column_stack([one, weights, one]),
        "contribution": np.column_stack([parts, tfp]),
    }
    made = {name: np.where(told[:, None], of, np.nan) for name, of in made.items()}
    n_gaps = int((before[rows] < 0).sum())
    odd = unit_jumps(panel, quantities, rows, logged=quantities)
    return GrowthAccounting(
        table=_long(panel.keys.take(pa.array(rows)), terms, made),
        averages=_averages(panel, unit, rows[told], terms, made["growth"][told], made["contribution"][told]),
        jumps=odd,
        dropped=dropped_table(panel),
        output=output,
        index=index,
        n_rows=len(panel),
        n_units=panel.n_units,
        n_transitions=len(rows),
        n_null=int((~told).sum()) - n_gaps,
        n_gaps=n_gaps,
        share_residual=residual,
        n_jumps=len(collect(odd)),
    )


def _terms(output: str, inputs: list[str], labor: str | None, hours: str | None) -> list[str]:
    if (labor is None) != (hours is None):
        raise ParameterRangeError("hours", hours, f"a column beside labor={labor!r}: the form per hour needs both")
    if labor is not None and labor not in inputs:
        raise ChoiceError("labor", labor, inputs)
    terms = [output, *(COMPOSITION if column == labor else column for column in inputs), TFP]
    for term in (TFP, COMPOSITION):
        if terms.count(term) > 1:
            raise ReservedNameError("accounts", term, (TFP, COMPOSITION))
    return terms


def _shares(panel: Panel, inputs: Mapping[str, str | float], rescale: bool) -> tuple[Array, float]:
    """Line the shares up, shape (n, inputs), and tell how far from 1 a row's sum lies at most."""
    for column, share in inputs.items():
        if not isinstance(share, str) and not (isinstance(share, int | float) and 0 <= share <= 1):
            raise ParameterRangeError(f"inputs[{column!r}]", share, "a column, or a share between 0 and 1")
        if isinstance(share, str) and (outside := (panel[share] < 0) | (panel[share] > 1)).any():
            first = int(np.argmax(outside))
            raise OutsideRangeError(
                panel.name, share, panel[share][first], panel.where(first), "must be a share between 0 and 1"
            )
    S = np.column_stack([panel[s] if isinstance(s, str) else np.full(len(panel), float(s)) for s in inputs.values()])
    total = S.sum(axis=1)
    off = np.nan_to_num(np.abs(total - 1))
    if not rescale and off.max() > ROUNDING:
        first = int(np.argmax(off > ROUNDING))
        raise ShareSumError(panel.name, [f"{s}" for s in inputs.values()], float(total[first]), panel.where(first))
    return (S / np.where(total > 0, total, np.nan)[:, None] if rescale else S), float(off.max())


def _logs(panel: Panel, output: str, inputs: list[str], labor: str | None, hours: str | None) -> Array:
    """Line output and inputs up in logs, shape (n, 1 + inputs), less hours in the form per hour."""
    logs = panel.matrix([output, *inputs])
    return logs - panel[hours][:, None] if labor is not None and hours is not None else logs


def _weights(S: Array, before: Codes, index: Index) -> Array:
    if index == "tornqvist":
        return means(S, before)
    return np.where(before[:, None] >= 0, S[before] if index == "geometric_laspeyres" else S, np.nan)


def _long(keys: pa.Table, terms: list[str], made: Mapping[str, Array]) -> Table:
    n, k = keys.num_rows, len(terms)
    rows = keys.take(pa.array(np.repeat(np.arange(n), k)))
    return beside(rows, {"term": terms * n, **{name: of.ravel() for name, of in made.items()}})


def _averages(panel: Panel, unit: str, rows: Codes, terms: list[str], growth: Array, parts: Array) -> Table:
    """Average over the transitions of each unit; null for a unit without any."""
    k, units = len(terms), panel.n_units
    first = np.searchsorted(panel.unit, np.arange(units))
    of = panel.unit[rows]
    count = np.bincount(of, minlength=units).astype(float)

    def mean(values: Array) -> Array:
        sums = np.column_stack([np.bincount(of, column, units) for column in values.T])
        return (sums / np.where(count > 0, count, np.nan)[:, None]).ravel()

    keys = panel.keys.select([unit]).take(pa.array(np.repeat(first, k)))
    made = {"term": terms * units, "mean_growth": mean(growth), "mean_contribution": mean(parts)}
    return beside(keys, made | {"n_transitions": np.repeat(count.astype(np.int64), k)})
