"""What of every group took which passage into a correspondence, and what was lost."""

from __future__ import annotations

from typing import Final, TypedDict

import numpy as np
import pyarrow as pa

from industria.classifications._links import Links
from industria.classifications._resolution import CHILDREN, MISSING, PASSAGES, SIBLINGS, SPLIT, Resolution
from industria.classifications._rows import ratio, table_of
from industria.classifications._values import Values
from industria.core.encoding import Array, Ids
from industria.core.table import Table

PASSAGE_GIVES: Final = {
    "passage": "how codes got through: identity, renamed, merged, split, children, siblings, missing [name]",
    "codes": "codes that took the passage [count]",
}
MISSING_GIVES: Final = {"rank": "place among the missing codes of the group, the largest first [rank]"}

SHARES: Final = {
    "split_share": "part of the mass that came from codes with several ways",
    "resolved_share": "part of the mass that came through the hierarchy",
    "missing_share": "part of the mass that reaches no code",
}
"""What every crossing tells of all groups together; runs and briefs print a line of it."""


class Shares(TypedDict):
    """The values of `SHARES`; None where there is no mass."""

    split_share: float | None
    resolved_share: float | None
    missing_share: float | None


# A brief prints some lines of them; the rest is in the sum.
LARGEST: Final = 20


def lost_mass(values: Values, links: Links, found: Resolution) -> Array:
    """Tell what of every cell reaches no code."""
    kept = links.d[found.link] >= 0
    reached = np.bincount(found.cell[kept], found.share[kept], len(values.mass))
    # Shares add up to one but for rounding; what came through whole has lost nothing.
    part = np.where(found.passage == MISSING, 1.0, np.where(reached > 1 - 1e-9, 0.0, 1.0 - reached))
    lost: Array = values.mass * part
    return lost


def passage_table(values: Values, links: Links, found: Resolution) -> Table:
    """Write one row a group and passage; shares add up to one in each group."""
    G, P = found.groups.size, len(PASSAGES)
    at = found.group * P + found.passage
    lost = lost_mass(values, links, found)
    come = np.bincount(at, values.mass - lost, G * P) + np.bincount(found.group * P + MISSING, lost, G * P)
    flow = values.mass[found.cell] * found.share * links.partial[found.link] * (links.d[found.link] >= 0)
    partial = np.bincount(at[found.cell], flow, G * P)
    total = np.repeat(np.bincount(found.group, values.mass, G), P)
    return table_of(
        {
            **found.groups.columns(np.repeat(np.arange(G), P)),
            "passage": pa.array(list(PASSAGES) * G, pa.string()),
            "codes": np.bincount(at, minlength=G * P),
            "value": come.astype(np.float64),
            "share": ratio(come, total),
            "partial_share": ratio(partial, total),
        }
    )


def shares_of(values: Values, links: Links, found: Resolution) -> Shares:
    """Tell `SHARES` of all groups together."""
    total = float(values.mass.sum())
    lost = lost_mass(values, links, found)
    come = values.mass - lost

    def share(part: Array) -> float | None:
        return float(part.sum()) / total if total > 0 else None

    return Shares(
        split_share=share(come[found.passage == SPLIT]),
        resolved_share=share(come[np.isin(found.passage, (CHILDREN, SIBLINGS))]),
        missing_share=share(lost),
    )


def missing_table(values: Values, links: Links, found: Resolution) -> Table:
    """List the largest codes of every group that went nowhere, or not whole."""
    lost = lost_mass(values, links, found)
    some = np.flatnonzero((found.passage == MISSING) | (lost > 0))
    # Rows come sorted by code: a stable sort leaves ties in that order.
    order = some[np.lexsort((-lost[some], found.group[some]))]
    rank = place_in_group(found.group[order])
    first = order[rank <= LARGEST]
    total = np.bincount(found.group, values.mass, found.groups.size)
    rows = values.rows.take(pa.array(first))
    return table_of(
        {
            **found.groups.columns(found.group[first]),
            "code": rows[values.code],
            "title": rows["title"] if "title" in rows.column_names else pa.array([None] * len(first), pa.string()),
            "value": lost[first],
            "share": ratio(lost[first], total[found.group[first]]),
            "rank": rank[rank <= LARGEST],
        }
    )


def place_in_group(group: Ids) -> Ids:
    """Count the rows of each group from one; rows of a group stand together."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    lengths = np.diff(np.append(starts, len(group)))
    return (np.arange(len(group)) - np.repeat(starts, lengths) + 1).astype(np.int64)
