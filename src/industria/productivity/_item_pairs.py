"""Items of a price statistic, matched between the periods that an index compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.errors import UnmatchedItemsError
from industria.kernels.index_numbers import Pairs, contributions, over
from industria.productivity._accounts import JUMP, beside
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["Compared", "Seen", "carried", "compared", "index_table", "jumps", "largest", "seen", "split"]

SPLIT: Final = ("laspeyres", "fisher", "tornqvist")
"""Formulas that split over items."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What is seen of items, sorted by cell, item and period.

    Attributes
    ----------
    row : array, shape (n,)
        Row of the panel that it comes from.
    item : array, shape (n,)
        Number of the item within its cell, apart from those of other cells.
    period : array, shape (n,)
        Number of the period within its cell, apart from those of other cells, in order.
    p, q : array, shape (n,)
        Prices and quantities; ones without quantities.
    first, cell : array, shape (G,)
        A row of the panel in each period, and the period's cell.
    """

    row: Codes
    item: Codes
    period: Codes
    p: Array
    q: Array
    first: Codes
    cell: Codes

    def start(self) -> Codes:
        """Find the first period of each period's cell, shape (G,)."""
        return np.searchsorted(self.cell, self.cell)

    def at(self, item: Codes, period: Codes) -> Codes:
        """Find the rows of items in periods; -1 where there is none."""
        span = len(self.first) + 1
        code = self.item * span + self.period
        wanted = item * span + period
        place = np.minimum(np.searchsorted(code, wanted), len(code) - 1)
        return np.where((code[place] == wanted) & (period >= 0), place, -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Rows of an item in the period compared with, and in the period itself."""

    earlier: Codes
    later: Codes
    with_period: Codes
    """Period that each period is compared with, shape (G,); -1 where it is with none."""


def seen(panel: Panel, price: str, quantity: str | None, rows: Codes) -> Seen:
    """Give items and periods numbers, by cell."""
    item, time = (part[rows] for part in (panel.cell * panel.n_units + panel.unit, panel.time))
    span = int(panel.time.max() - panel.time.min()) + 1
    _, first, period = np.unique(
        panel.cell[rows] * span + time - panel.time.min(), return_index=True, return_inverse=True
    )
    q = np.ones(len(rows)) if quantity is None else panel[quantity][rows]
    return Seen(
        row=rows,
        item=item,
        period=period.astype(np.int64),
        p=panel[price][rows],
        q=q,
        first=rows[first],
        cell=panel.cell[rows][first],
    )


def carried(found: Seen) -> Seen:
    """Carry the last price of an item, with no quantity, through the periods of its cell in which it is not seen."""
    last = np.searchsorted(found.cell, found.cell, side="right") - 1
    end = np.append(found.period[1:], 0)
    ends_item = np.append(found.item[1:] != found.item[:-1], True)
    times = np.where(ends_item, last[found.period] + 1, end) - found.period
    source = np.repeat(np.arange(len(found.row)), times)
    after = np.arange(len(source)) - np.repeat(np.cumsum(times) - times, times)
    return Seen(
        row=found.row[source],
        item=found.item[source],
        period=found.period[source] + after,
        p=found.p[source],
        q=np.where(after > 0, 0.0, found.q[source]),
        first=found.first,
        cell=found.cell,
    )


def compared(found: Seen, panel: Panel, chained: bool, base: Codes, refuse: bool) -> Compared:
    """Match the items of each period with those of the period before in its cell, or of the base.

    Parameters
    ----------
    found : Seen
        Prices.
    panel : Panel
        For the words of an error.
    chained : bool
        With the period before, or with the base.
    base : array, shape (G,)
        Base period of each period's cell; -1 where it has none.
    refuse : bool
        Whether items that are not matched are an error.

    Raises
    ------
    UnmatchedItemsError
        If an item is seen in one of two periods only, and `refuse` is asked.
    """
    own = np.arange(len(found.first))
    to = np.where(own == found.start(), -1, own - 1) if chained else np.where(base == own, -1, base)
    before = found.at(found.item, to[found.period])
    later = np.flatnonzero(before >= 0)
    pairs = Compared(earlier=before[later], later=later, with_period=to)
    if refuse:
        _refuse(found, panel, pairs)
    return pairs


def _refuse(found: Seen, panel: Panel, pairs: Compared) -> None:
    G = len(found.first)
    to, items = pairs.with_period, np.bincount(found.period, minlength=G)
    matched = np.bincount(found.period[pairs.later], minlength=G)
    short = np.flatnonzero((to >= 0) & ((matched < items) | (matched < items[to])))
    if not len(short):
        return
    t = int(short[0])
    for there, absent in ((t, int(to[t])), (int(to[t]), t)):
        rows = np.flatnonzero(found.period == there)
        alone = rows[found.at(found.item[rows], np.full(len(rows), absent)) < 0]
        if len(alone):
            row, other = int(found.row[alone[0]]), int(found.first[absent])
            raise UnmatchedItemsError(panel.name, panel.where(row), f"{panel.keys[-1][other].as_py()}", len(alone))


def largest(values: Array, groups: Codes, G: int) -> tuple[Array, Array]:
    """Find the largest and second largest value of each group; NaN where it has none."""
    first, second = np.full(G, -np.inf), np.full(G, -np.inf)
    np.maximum.at(first, groups, values)
    rest = values < first[groups]
    np.maximum.at(second, groups[rest], values[rest])
    ties = np.bincount(groups[~rest], minlength=G)
    second = np.where(ties > 1, first, second)
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(second), np.nan, second)


def jumps(found: Seen, panel: Panel, pairs: Compared, price: str, quantity: str | None) -> Table:
    """List pairs whose price or quantity looks as if its unit had changed."""
    rows, columns, ratios = [], [], []
    for column, values in ((price, found.p), (quantity, found.q)):
        x0, x1 = values[pairs.earlier], values[pairs.later]
        ratio = np.divide(x1, x0, out=np.ones(len(x0)), where=(x0 > 0) & (x1 > 0))
        odd = np.flatnonzero((ratio > JUMP) | (ratio < 1 / JUMP))
        rows.append(found.row[pairs.later[odd]])
        columns += [column or ""] * len(odd)
        ratios.append(ratio[odd])
    keys = panel.keys.take(pa.array(np.concatenate(rows)))
    made = {"column": pa.array(columns, pa.string()), "ratio": np.concatenate(ratios)}
    return beside(keys, made)


def index_table(
    found: Seen, panel: Panel, pairs: Compared, index: Array, link: Array, quantity: str | None, keys: list[str]
) -> Table:
    """Tell index, links, and what was matched, of each period; all items of a period compared with none."""
    G, to = len(found.first), pairs.with_period
    none = to < 0
    value = found.p * found.q if quantity else np.ones(len(found.row))
    all_of = np.bincount(found.period, value, G)
    matched, earlier = (
        np.bincount(found.period[pairs.later], value[rows], G).astype(float) for rows in (pairs.later, pairs.earlier)
    )
    share = np.fmin(over(matched, all_of), over(earlier, np.where(none, np.nan, all_of[to])))
    rows = np.concatenate([pairs.later, np.flatnonzero(none[found.period])])
    n = np.bincount(found.period[pairs.later], minlength=G)
    first, second = largest(value[rows], found.period[rows], G)
    gap = np.full(G, np.nan)
    made = {
        "index": index,
        "link": link,
        "n_matched": pa.array(n, pa.int64(), mask=none),
        "matched_share": np.where(none, np.nan, share),
        "value": np.where(none, all_of, matched) if quantity else gap,
        "support_units": np.bincount(found.period[rows], minlength=G),
        "support_value_largest": first if quantity else gap,
        "support_value_second": second if quantity else gap,
    }
    return beside(panel.keys.select(keys).take(pa.array(found.first)), made)


def split(found: Seen, panel: Panel, pairs: Compared, matched: Pairs, formula: str, raw: Array, time: str) -> Table:
    """Tell contributions by item; without rows for a formula that has none."""
    wanted = formula in SPLIT
    parts = contributions(formula, matched, raw) if wanted else np.zeros(0)
    rows = pairs.later if wanted else pairs.later[:0]
    keys = panel.keys.take(pa.array(found.row[rows]))
    # A price carried forward stands in its own period, not in the one that it was seen in.
    when = panel.keys[time].take(pa.array(found.first[found.period[rows]]))
    return beside(keys.set_column(keys.column_names.index(time), time, when), {"contribution": parts})
