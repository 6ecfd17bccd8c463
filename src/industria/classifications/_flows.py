"""Values on the other side of a correspondence, still by group and code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from industria.classifications._links import Links
from industria.classifications._resolution import resolve
from industria.classifications._rows import codes_of
from industria.classifications._values import Values


def carried(values: Values, links: Links, by: Sequence[str]) -> Values:
    """Push totals over links; the column of codes keeps its name."""
    found = resolve(values, links, by)
    arrives = links.d[found.link] >= 0
    cell, link = found.cell[arrives], found.link[arrives]
    width = max(len(links.ends), 1)
    keys, row = np.unique(found.group[cell] * width + links.d[link], return_inverse=True)
    mass = np.bincount(row, values.mass[cell] * found.share[arrives], len(keys)).astype(np.float64)
    rows = pa.table({**found.groups.columns(keys // width), values.code: codes_of(links.ends, keys % width)})
    return Values(values.name, values.code, rows, mass, mass)
