"""Index numbers of prices or quantities, chained or against a base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, collect, columns_of
from industria.errors import ExcludedParameterError, NoRowsLeftError, ParameterRangeError
from industria.kernels.index_numbers import FORMULAS, UNWEIGHTED, Array, Formula, Pairs, index_numbers, over
from industria.productivity._accounts import dropped_table, once, period, refuse_names
from industria.productivity._item_pairs import Compared, Seen, carried, compared, index_table, jumps, seen, split
from industria.productivity._panel import Codes, Panel, read
from industria.productivity._technology import choose

__all__ = ["IndexNumber", "index_number"]

Kind = Literal["price", "quantity", "implicit_price", "implicit_quantity"]
KINDS: Final = ("price", "quantity", "implicit_price", "implicit_quantity")
CHAINS: Final = ("chained", "fixed")
BASED: Final = ("lowe", "young")
MISSING: Final = ("matched", "carry_forward", "refuse")
MADE: Final = ("index", "link", "n_matched", "matched_share", "value", "contribution", "column", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class IndexNumber(Result):
    """An index over time.

    Attributes
    ----------
    table : Table
        One row a cell and period: `index, link, n_matched, matched_share, value`.
    contributions : Table
        One row a matched item and period for laspeyres, fisher and tornqvist of prices or quantities: they add
        up to the link less 1, or against a base to the index less 1. Without rows for other formulas.
    jumps : Table
        Matched prices and quantities that rose or fell more than 300 times: their unit may have changed.
    dropped : Table
        `column, reason, rows` of what was left out.
    formula, kind, chain, missing : str
        As asked for.
    n_rows, n_items : int
        Used, over all cells.
    n_carried : int
        Prices carried forward.
    n_null : int
        Periods without an index, because nothing was matched on the way from the base.
    n_gaps : int
        Periods of which the calendar period before lacks; they are linked to the last one that the cell has.
    n_jumps : int
        Rows of `jumps`.
    """

    contributions: Table
    jumps: Table
    dropped: Table
    formula: str
    kind: str
    chain: str
    missing: str
    n_rows: int
    n_items: int
    n_carried: int
    n_null: int
    n_gaps: int
    n_jumps: int


@measure(
    gives={
        "index": "level of prices or quantities, 1 in the base period; null beyond a break of the chain [1]",
        "link": "change from the period before that the cell has, as a ratio; null in the first [1]",
        "n_matched": "items in both periods compared [count]",
        "matched_share": "their share in the value of the two periods, the smaller; of items without values [fraction]",
        "value": "price times quantity of the matched items in the period; null without quantities [currency]",
        "contribution": "of the item to the link less 1, or to the index less 1 against a base [fraction]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the period compared with [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="ILO, IMF, OECD, Eurostat, UN & World Bank (2004), Consumer Price Index Manual: Theory and Practice, "
    "ch. 15-20; Balk (2008), Price and Quantity Index Numbers",
    design="descriptive",
    support="cells",
)
def index_number(
    prices: TableLike,
    *,
    item: Column,
    time: Column,
    price: Column,
    quantity: Column | None = None,
    formula: Formula = "fisher",
    kind: Kind = "price",
    chain: Literal["chained", "fixed"] = "chained",
    base: int | str | dt.date | None = None,
    missing: Literal["matched", "carry_forward", "refuse"] = "matched",
    sigma: float | None = None,
    weight_period: int | str | dt.date | None = None,
    by: Sequence[Column] = (),
) -> IndexNumber:
    """Compare prices or quantities of many items over time by one of the formulas of the field.

    With s the share of an item in the value of its period and r = p1/p0, matched items only:
    jevons Π r^(1/n), dutot Σp1/Σp0, carli mean r, harmonic 1/mean(1/r), cswd √(carli harmonic);
    laspeyres L = Σp1q0/Σp0q0, paasche P = Σp1q1/Σp0q1, fisher √(LP), drobisch ½(L + P);
    marshall_edgeworth and walsh with quantities q0 + q1 and √(q0 q1); tornqvist, geometric_laspeyres and
    geometric_paasche Π r^w with w = ½(s0 + s1), s0, s1; sato_vartia with w the logarithmic mean of s0 and s1;
    palgrave Σ s1 r; stuvel ½(L - Q) + √(¼(L - Q)² + V1/V0), Q of Laspeyres; lloyd_moulton
    (Σ s0 r^(1-σ))^(1/(1-σ)); lowe Σp1qb/Σp0qb and young Σ sb r with weights of a stated period b;
    time_product_dummy with w = s0 s1/(s0 + s1). A quantity index swaps prices and quantities; an implicit one is
    the ratio of values over the other index. Where nothing is matched there is no index, never 1.

    Parameters
    ----------
    prices : Table
        One row an item and period; add sales of one item and period up first.
    item, time : column
        What and when.
    price, quantity : column
        Price of a unit, and how many. Formulas without weights need no quantity.
    formula : str
        See above.
    kind : {"price", "quantity", "implicit_price", "implicit_quantity"}
        What the index is of. In one of quantities an item without quantity is not seen.
    chain : {"chained", "fixed"}
        Product of the changes from period to period of the cell, outward from the base, or each period against
        the base. A period that the cell lacks is passed over, and counted.
    base : whole number, text or date, optional
        Period in which the index is 1; the first of each cell unless told.
    missing : {"matched", "carry_forward", "refuse"}
        Of items not seen in both periods: left out of the comparison, taken at their last price and without
        quantity, or an error. An item that comes back is matched again.
    sigma : float, optional
        Elasticity of substitution, for lloyd_moulton alone.
    weight_period : whole number, text or date, optional
        Period whose quantities lowe and values young weigh by; the first of each cell unless told. For them alone.
    by : sequence of columns
        What makes a cell, each with an index of its own.

    Returns
    -------
    IndexNumber
        One row a cell and period.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row is complete.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a price is not above 0, a quantity below 0, or either infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an item stands twice in a period, or a column plays two roles or is called as one of the result.
    UnmatchedItemsError
        If items are not seen in both periods, and `missing` is "refuse".
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a parameter is not among its choices, or the formula needs one that lacks, or does not read it.

    See Also
    --------
    productivity.multilateral_index : without the drift of a chain.

    Examples
    --------
    >>> import pandas as pd
    >>> prices = pd.DataFrame({
    ...     "good": ["bread", "fish"] * 3, "year": [2000, 2000, 2001, 2001, 2002, 2002],
    ...     "price": [2.0, 10.0, 2.2, 9.0, 2.1, 12.0], "kilograms": [50, 20, 48, 25, 52, 16],
    ... })
    >>> found = index_number(prices, item="good", time="year", price="price", quantity="kilograms")
    >>> print(found.to_pandas().round(4).to_string(index=False))
     year  index   link  n_matched  matched_share  value
     2000 1.0000    NaN       <NA>            NaN  300.0
     2001 0.9611 0.9611          2            1.0  330.6
     2002 1.1425 1.1888          2            1.0  301.2
    """
    choose(formula=(formula, list(FORMULAS)), kind=(kind, KINDS), chain=(chain, CHAINS), missing=(missing, MISSING))
    _refuse_parameters(formula, kind, missing, quantity, sigma, weight_period)
    cells = columns_of(by, "by")
    numbers = [price, *([quantity] if quantity else [])]
    once(the_price=[price], the_quantity=numbers[1:])
    panel = read(
        prices, "prices", unit=item, time=time, numbers=numbers, by=cells, positive=[price], nonnegative=numbers[1:]
    )
    refuse_names("prices", panel.keys.column_names, MADE)

    swapped = kind in ("quantity", "implicit_price")
    there = panel[quantity] > 0 if swapped and quantity else np.ones(len(panel), bool)
    if not there.any():
        raise NoRowsLeftError("prices", len(panel), [f"{len(panel)} without quantity ({quantity})"])
    found = seen(panel, price, quantity, np.flatnonzero(there))
    observed = len(found.row)
    found = carried(found) if missing == "carry_forward" else found
    start = _base(found, panel, time, base, "base")
    pairs = compared(found, panel, chain == "chained", start, missing == "refuse")
    weigh = _base(found, panel, time, weight_period, "weight_period") if formula in BASED else None
    pairs, matched = _matched(found, pairs, weigh, swapped, sigma or 0.0)
    raw = index_numbers(formula, matched)
    if kind.startswith("implicit"):
        v0, v1 = (matched.total(p * q) for p, q in ((matched.p0, matched.q0), (matched.p1, matched.q1)))
        raw = over(over(v1, v0), raw)
    index, link = _chained(raw, found, start) if chain == "chained" else _against(raw, found, start)
    odd = jumps(found, panel, pairs, price, quantity)
    return IndexNumber(
        table=index_table(found, panel, pairs, index, link, quantity, [*cells, time]),
        contributions=split(found, panel, pairs, matched, formula if kind in KINDS[:2] else "", raw, time),
        jumps=odd,
        dropped=dropped_table(panel),
        formula=formula,
        kind=kind,
        chain=chain,
        missing=missing,
        n_rows=observed,
        n_items=panel.n_units,
        n_carried=len(found.row) - observed,
        n_null=int(np.isnan(index).sum()),
        n_gaps=_gaps(found, panel),
        n_jumps=len(collect(odd)),
    )


def _refuse_parameters(
    formula: str, kind: str, missing: str, quantity: str | None, sigma: float | None, weight_period: object
) -> None:
    if missing == "carry_forward" and kind in ("quantity", "implicit_price"):
        raise ParameterRangeError("missing", missing, f"'matched' or 'refuse' with kind={kind!r}: prices are carried")
    if quantity is None and (kind != "price" or formula not in UNWEIGHTED):
        needed = f"formula={formula!r} weighs by quantities" if kind == "price" else f"kind={kind!r} reads them"
        raise ParameterRangeError("quantity", None, f"a column: {needed}")
    if formula == "lloyd_moulton" and (sigma is None or not 0 <= sigma < np.inf):
        raise ParameterRangeError("sigma", sigma, "the elasticity of substitution of lloyd_moulton, 0 or more")
    if formula != "lloyd_moulton" and sigma is not None:
        raise ExcludedParameterError("sigma", f"formula={formula!r}", "lloyd_moulton reads it")
    if weight_period is not None and formula not in BASED:
        raise ExcludedParameterError("weight_period", f"formula={formula!r}", f"{' and '.join(BASED)} read it")


def _base(found: Seen, panel: Panel, time: str, wanted: object, parameter: str) -> Codes:
    """Find the base period of each period's cell; -1 where its cell does not have it."""
    start = found.start()
    if wanted is None:
        return start
    same = panel.time[found.first] == period(panel, time, wanted, parameter)
    of = np.full(len(start), -1, np.int64)
    of[start[same]] = np.flatnonzero(same)
    return of[start]


def _matched(found: Seen, pairs: Compared, weigh: Codes | None, swapped: bool, sigma: float) -> tuple[Compared, Pairs]:
    """Line matched rows up for the formulas; Lowe and Young match what has a weight in their period, too."""
    weights: dict[str, Array] = {}
    p, q = (found.q, found.p) if swapped else (found.p, found.q)
    if weigh is not None:
        of = found.at(found.item[pairs.later], weigh[found.period[pairs.later]])
        kept = of >= 0
        pairs = Compared(earlier=pairs.earlier[kept], later=pairs.later[kept], with_period=pairs.with_period)
        weights = {"pb": p[of[kept]], "qb": q[of[kept]]}
    a, b = pairs.earlier, pairs.later
    G = len(found.first)
    return pairs, Pairs(p0=p[a], p1=p[b], q0=q[a], q1=q[b], g=found.period[b], G=G, sigma=sigma, **weights)


def _chained(link: Array, found: Seen, base: Codes) -> tuple[Array, Array]:
    """Chain links outward from the base, so that a break costs only what lies beyond it."""
    start = found.start()
    index = np.full(len(link), np.nan)
    for first in np.unique(start[base >= 0]):
        stop, at = np.searchsorted(start, first, side="right"), base[first]
        index[at:stop] = np.multiply.accumulate(np.append(1.0, link[at + 1 : stop]))
        back = np.multiply.accumulate(link[first + 1 : at + 1][::-1])[::-1]
        index[first:at] = over(np.ones(len(back)), back)
    return index, link


def _gaps(found: Seen, panel: Panel) -> int:
    """Count periods that follow one of their cell, but not by one on the calendar."""
    same = found.cell[1:] == found.cell[:-1]
    return int((same & (np.diff(panel.time[found.first]) > 1)).sum())


def _against(index: Array, found: Seen, base: Codes) -> tuple[Array, Array]:
    own = np.arange(len(index))
    index = np.where(own == base, 1.0, index)
    return index, np.where(own > found.start(), index / index[own - 1], np.nan)
