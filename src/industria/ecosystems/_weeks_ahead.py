"""What was known of matches on a day, and what may come of it in the weeks after."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import Array
from industria.ecosystems._matches import A_DAY

__all__ = ["WEEK", "Known", "Lines", "draw", "errors_of", "undated"]

WEEK: Final = 7
FEW: Final = 50
"""Draws of an earlier forecast, whose median is all that is asked for."""


class Known(NamedTuple):
    """What is known at a cut-off: units of the lines that are open, and what happened in each week before.

    Attributes
    ----------
    open_units : array, shape (m,)
        Units of each line that is open.
    delivered, ended : array, shape (w,)
        Shares of the lines open at the start of a week that were delivered, and that ended in any way, within it.
    at_once : array, shape (w,)
        Units delivered in the week of lines that were not open at its start.
    new_units : array, shape (k,)
        Units of each line that was made in a week and open at its end, week by week.
    starts : array, shape (w + 1,)
        Where those of each week start.
    """

    open_units: Array
    delivered: Array
    ended: Array
    at_once: Array
    new_units: Array
    starts: Array


class Lines(NamedTuple):
    """Lines that can be dated: days are ordinals, with parts of a day.

    Attributes
    ----------
    created, closed : array, shape (n,)
        NaN where it is open.
    was_delivered : array of bool, shape (n,)
        Whether it was delivered in the end.
    units : array, shape (n,)
        0 where they are missing.
    end : float
        End of the last day on which anything is dated.
    """

    created: Array
    closed: Array
    was_delivered: Array
    units: Array
    end: float

    @classmethod
    def of(cls, rows: pa.Table) -> Lines:
        # A record that was dated back tells when goods moved, and not when anybody knew.
        backward = pc.fill_null(pc.less(rows["days"], 0), False)
        rows = rows.filter(pc.invert(pc.or_(undated(rows), backward)))
        first = datetime(1, 1, 1, tzinfo=UTC).toordinal() + 719_162  # 1970-01-01
        made, over = (
            pc.divide(rows[name].cast(pa.int64()).cast(pa.float64()), A_DAY).to_numpy() + first
            for name in ("created", "closed")
        )
        status = rows["status"].to_pylist()
        over = np.where([word == "open" for word in status], np.nan, over)
        units = np.nan_to_num(rows["quantity"].to_numpy())
        end = np.floor(np.nanmax([*made, *over, 0.0])) + 1
        return cls(made, over, np.array([word == "delivered" for word in status], bool), units, float(end))

    def delivered(self, day: date, span: float) -> float:
        """Add up the units delivered between a day and another."""
        first, last = sorted((day.toordinal(), day.toordinal() + span))
        return float(self.units[self.was_delivered & (self.closed >= first) & (self.closed < last)].sum())

    def known(self, now: float) -> Known:
        """Look from a day: what was made or closed later is not known."""
        made = self.created < now
        created, units, delivered = self.created[made], self.units[made], self.was_delivered[made]
        closed = np.where(self.closed[made] < now, self.closed[made], np.inf)
        weeks = int((now - created.min()) // WEEK) if made.any() else 0
        shares, at_once, new = [], [], []
        for start in now - WEEK * np.arange(weeks, 0, -1):
            there = (created < start) & (closed >= start)
            over = (closed >= start) & (closed < start + WEEK)
            n = max(there.sum(), 1)
            shares.append(((there & over & delivered).sum() / n, (there & over).sum() / n))
            at_once.append(units[over & delivered & ~there].sum())
            new.append(units[(created >= start) & (created < start + WEEK) & (closed >= start + WEEK)])
        gone = np.array(shares).reshape(-1, 2).T
        starts = np.concatenate([[0], np.cumsum([len(lines) for lines in new])])
        still = np.concatenate([*new, np.zeros(0)])
        return Known(units[np.isinf(closed)], gone[0], gone[1], np.array(at_once, float), still, starts)


def draw(rng: np.random.Generator, *arrays: Array) -> float:
    """Draw the units delivered in the weeks to come: each is one of the weeks before, with all that happened in it."""
    known, weeks = Known(*arrays[:-1]), int(arrays[-1][0])
    is_open, units = known.open_units, 0.0
    for week in rng.integers(len(known.ended), size=weeks):
        chance = rng.random(len(is_open))
        units += float(is_open[chance < known.delivered[week]].sum() + known.at_once[week])
        new = known.new_units[int(known.starts[week]) : int(known.starts[week + 1])]
        is_open = np.concatenate([is_open[chance >= known.ended[week]], new])
    return units


def errors_of(lines: Lines, last: date, weeks: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Tell by how much forecasts of every Monday erred, on the scale of square roots, and when that was known."""
    found, span = [], WEEK * weeks
    start = int(np.ceil(lines.created.min()))
    for monday in range(start + (1 - start) % WEEK, last.toordinal() - span + 1, WEEK):
        known = lines.known(float(monday))
        if len(known.ended):
            sums = [draw(rng, *known, np.array([weeks])) for _ in range(FEW)]
            came = lines.delivered(date.fromordinal(monday), float(span))
            found.append((float(monday + span), float(np.sqrt(max(came, 0)) - np.sqrt(max(np.median(sums), 0)))))
    return found


def undated(rows: pa.Table) -> pa.ChunkedArray:
    """Tell lines of which nobody knows when they were made, or closed."""
    never = pc.and_(rows["closed"].is_null(), pc.not_equal(rows["status"], "open"))
    return pc.or_(rows["created"].is_null(), never)
