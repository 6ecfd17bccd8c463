"""When lines of matches ended, and how."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import Array
from industria.ecosystems._matches import A_DAY


class Ends(NamedTuple):
    """When each line ended, and how.

    Attributes
    ----------
    days : array, shape (n,)
        To the end, or to the last date of the table; NaN without a date.
    outcome : array, shape (n,)
        Its place in `known`; -1 where it is open.
    heaped, used : array of bool, shape (n,)
        Whether it was closed on the day of a heap, and whether it can be dated.
    known : list of (status, reason)
        Delivery first.
    """

    days: Array
    outcome: Array
    heaped: Array
    used: Array
    known: list[tuple[str, str | None]]

    @classmethod
    def of(cls, rows: pa.Table, heaps: pa.Table) -> Ends:
        """Date the end of each line; `heaps` lists the days on which very many were closed."""
        status, reason = rows["status"].to_pylist(), rows["reason"].to_pylist()
        named = {why for what, why in zip(status, reason, strict=True) if what == "closed"}
        whys: list[str | None] = sorted(why for why in named if why is not None)
        known: list[tuple[str, str | None]] = [("delivered", None), *(("closed", why) for why in whys)]
        known += [("closed", None)] if None in named else []
        # A delivered line may tell a reason too; it was delivered all the same.
        place = {end: i for i, end in enumerate(known)}
        ends = [(what, why if what == "closed" else None) for what, why in zip(status, reason, strict=True)]
        outcome = np.array([place.get(end, -1) for end in ends], np.int64)
        dates = pa.chunked_array([*rows["created"].chunks, *rows["closed"].chunks], pa.timestamp("us"))
        last = pc.max(dates).cast(pa.int64())
        watched = pc.divide(pc.subtract(last, rows["created"].cast(pa.int64())).cast(pa.float64()), A_DAY)
        days = np.where(outcome >= 0, rows["days"].to_numpy(), watched.to_numpy())
        closed_on = rows["closed"].cast(pa.date32(), safe=False)
        heaped = pc.is_in(closed_on, value_set=heaps["date"].combine_chunks()).to_numpy() & (outcome >= 0)
        return cls(days, outcome, heaped, days >= 0, known)

    def take(self, i: Array) -> Ends:
        """Keep some of the lines."""
        return Ends(self.days[i], self.outcome[i], self.heaped[i], self.used[i], self.known)
