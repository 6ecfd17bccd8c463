"""A graph of which some edges were not told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["thinned"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


def thinned(
    rng: np.random.Generator,
    i: Ids,
    j: Ids,
    w: Array,
    *,
    rate: float,
    of: Callable[[np.random.Generator, Ids, Ids, Array], Array],
) -> Array:
    """Leave every edge out with one probability, each by itself, and look at the rest.

    Parameters
    ----------
    rng : Generator
        What draws the edges; then handed on.
    i, j : array, shape (m,)
        Ends of each edge.
    w : array, shape (m,)
        Weights.
    rate : float
        Probability that an edge is left out, in [0, 1).
    of : callable
        Takes the generator, and ends and weights of the edges that are left.

    Returns
    -------
    array
        What `of` says of them.
    """
    kept = rng.random(len(i)) >= rate
    return of(rng, i[kept], j[kept], w[kept])
