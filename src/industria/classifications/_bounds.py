"""Sharp bounds over all weights that links allow."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from industria.classifications._links import Links, matrix
from industria.classifications._resolution import Resolution
from industria.classifications._values import Values
from industria.core.encoding import Array, Ids
from industria.kernels import bridges


def paths_of_cells(links: Links, found: Resolution) -> tuple[csr_array, Ids]:
    """Lay every cell out over the codes that it may reach, a block of columns a group."""
    arrives = links.d[found.link] >= 0
    cell, link = found.cell[arrives], found.link[arrives]
    width = max(len(links.ends), 1)
    # A cell that goes through its details may reach one code by several of them.
    pairs, first = np.unique(cell * width + links.d[link], return_index=True)
    cells = pairs // width
    columns = found.group[cells] * width + links.d[link][first]
    laid, named, _ = matrix(cells, columns, np.ones(len(cells)), found.groups.size * width)
    return laid, named


def total_bounds(values: Values, links: Links, found: Resolution) -> tuple[Array, Array]:
    """Bound the total of every group and destination code, laid out group by group."""
    laid, cells = paths_of_cells(links, found)
    return bridges.total_range(laid, values.mass[cells])


def mean_bounds(values: Values, links: Links, found: Resolution, scores: Array) -> tuple[Array, Array]:
    """Bound the mean score of every group by mass; NaN where there is no mass."""
    laid, cells = paths_of_cells(links, found)
    size = found.groups.size
    low, high = bridges.score_range(laid, np.tile(scores, max(size, 1)))
    group, mass = found.group[cells], values.mass[cells]
    whole = np.bincount(group, mass, size).astype(np.float64)
    sums = np.array([np.bincount(group, mass * side, size) for side in (low, high)], dtype=np.float64)
    bounds: Array = np.divide(sums, whole, out=np.full_like(sums, np.nan), where=whole > 0)
    return bounds[0], bounds[1]
