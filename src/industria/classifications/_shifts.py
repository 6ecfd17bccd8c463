"""Old figures carried over to new codes, beside the figures that were counted in these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.classifications._bounds import total_bounds
from industria.classifications._links import Links
from industria.classifications._resolution import Resolution
from industria.classifications._values import Values
from industria.core.encoding import Array, Ids, encode


@dataclass(frozen=True, slots=True)
class Shifts:
    """One row a group and new code that either side has, sorted by both.

    Attributes
    ----------
    group : array, shape (n,)
        Number of the group among those of both sides.
    code : pyarrow.Array
        The new code.
    before, after : array, shape (n,)
        The last old figure, carried over, and the first new one; zero where a side does not report it.
    lower, upper : array, shape (n,)
        Least and largest `after - before` over all weights that the links allow.
    """

    group: Ids
    code: pa.Array
    before: Array
    after: Array
    lower: Array
    upper: Array

    @property
    def shift(self) -> Array:
        """After less before."""
        return self.after - self.before


def shifts_of(old: Values, new: Values, links: Links, found: Resolution, was: Ids, now: Ids, size: int) -> Shifts:
    """Carry the old figures over, and lay them beside the new ones.

    Parameters
    ----------
    old, new : Values
        The last figures in old codes, and the first in new ones.
    links : Links
        From the old codes to the new.
    found : Resolution
        The old cells on their links.
    was, now : array, shape (cells,)
        The group of each old and each new cell, in one numbering.
    size : int
        How many groups there are.

    Returns
    -------
    Shifts
        Of the groups and new codes that one of the two has.
    """
    labels, (theirs, mine) = encode(pa.chunked_array([pa.array(links.ends, pa.string())]), new.codes)
    width = max(len(labels), 1)
    arrives = links.d[found.link] >= 0
    cell, link = found.cell[arrives], found.link[arrives]
    come, there = was[cell] * width + theirs[links.d[link]], now * width + mine

    keys = np.unique(np.concatenate([come, there]))
    bridged = np.bincount(come, old.mass[cell] * found.share[arrives], size * width)[keys]
    reported = np.bincount(there, new.mass, size * width)[keys]
    least, most = _bridged_at_bounds(old, links, found, was, theirs, size, width)
    return Shifts(
        group=keys // width,
        code=labels.take(pa.array(keys % width)),
        before=bridged.astype(np.float64),
        after=reported.astype(np.float64),
        lower=reported - most[keys],
        upper=reported - least[keys],
    )


def _bridged_at_bounds(
    old: Values, links: Links, found: Resolution, was: Ids, theirs: Ids, size: int, width: int
) -> tuple[Array, Array]:
    """Bound what old figures bring to every group and new code, laid out over those of both sides."""
    lower, upper = np.zeros(size * width), np.zeros(size * width)
    spots = np.arange(found.groups.size * len(links.ends))
    if len(spots):
        # Old groups keep their places in the list of all groups.
        place = np.zeros(found.groups.size, np.int64)
        place[found.group] = was
        spread = place[spots // len(links.ends)] * width + theirs[spots % len(links.ends)]
        lower[spread], upper[spread] = total_bounds(old, links, found)
    return lower, upper
