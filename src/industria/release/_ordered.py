"""Cells of a population that lies within another: none is more than the cell of the other that it is part of."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._behind import REST
from industria.release._joint import Joint
from industria.release._vintages import are_vintages

__all__ = ["ordered"]

Ids = npt.NDArray[np.int64]

MANY: Final = 200_000
"""Pairs of cells beyond which nothing is said of two populations."""
SAME: Final = 1e-9


def ordered(joint: Joint) -> Ids:
    """List pairs of cells that tables show, of which the second is part of the first, in another population.

    Two populations are spoken of as a whole or not at all, so that no pair tells more than that one lies within the
    other, and that each cell of it does.

    Returns
    -------
    array of int, shape (k, 2)
        Whole and part.
    """
    found = [np.zeros((0, 2), np.int64)]
    if len(joint.blocks) < 2:
        return found[0]
    behind, n = joint.behind, int(joint.start[-1])
    told = (behind.unit != REST) & (behind.cell < n)
    ones = np.ones(int(told.sum()), np.int64)
    units = csr_array((ones, (behind.cell[told], behind.unit[told])), shape=(n, len(joint.units)))
    units.data[:] = 1
    whole = np.bincount(behind.cell[behind.cell < n], behind.unit[behind.cell < n] == REST, n) == 0
    for a, one in enumerate(joint.blocks):
        for b, other in enumerate(joint.blocks):
            # That one variable is nowhere above another, or above itself corrected, is nobody's to know.
            if a == b or one.variable != other.variable or not (one.unit and other.unit):
                continue
            if are_vintages(one.population, other.population):
                continue
            if one.period and other.period and one.period != other.period:
                continue
            pairs = _parts(joint, a, b)
            if not len(pairs) or len(pairs) > MANY:
                continue
            outer, inner = pairs[:, 0], pairs[:, 1]
            common = np.asarray(units[inner].multiply(units[outer]).sum(axis=1)).ravel()
            size = np.asarray(units[inner].sum(axis=1)).ravel()
            x = joint.x
            less = x[inner] <= x[outer] + SAME * np.maximum(1.0, np.abs(x[outer]))
            if (whole[inner] & whole[outer] & (common == size) & less).all():
                found.append(pairs)
    return np.concatenate(found)


def _parts(joint: Joint, a: int, b: int) -> Ids:
    """List pairs of shown cells of two blocks of which the second has all codes of the first."""
    keys = [
        {int(cell): joint.codes(int(cell)) for cell in joint.start[at] + np.flatnonzero(joint.blocks[at].rows)}
        for at in (a, b)
    ]
    wholes = {codes: cell for cell, codes in keys[0].items()}
    shapes = {frozenset(name for name, _ in codes) for codes in wholes}
    pairs = []
    for cell, codes in keys[1].items():
        for shape in shapes:
            outer = wholes.get(frozenset(pair for pair in codes if pair[0] in shape))
            if outer is not None and shape <= {name for name, _ in codes}:
                pairs.append((outer, cell))
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)
