"""Columns of numbers of which one is an exact function of others: shifted, in another unit of measure, or a sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

__all__ = ["CLOSE", "Follows", "dependent"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

CLOSE: Final = 1e-6
"""Part of a number by which one that others tell may be off: this close, a certificate calls it exact."""
ROUNDING: Final = 1e-9
"""Part of the terms of a sum that may be lost in the last bits."""
STRAIGHT: Final = 1e-9
"""By how much less than 1 the correlation of two columns may be that are looked at closely."""
CHANCE: Final = 1 / 500
"""How often numbers may follow others by accident, before it is no accident."""
OF_ALL: Final = 1_000
"""Rows drawn from many, beside the largest and the least of each column."""
ENDS: Final = 8
AGAIN: Final = 5
"""Times that rows which a relation does not fit are added to those it was sought in."""
FEW: Final = 16
"""Columns up to which all sets of three are looked at, where there are not enough rows for all columns at once."""
SPARE: Final = 8
"""Rows beyond the columns that such a search needs."""


class Follows(NamedTuple):
    """A column that others tell in each row.

    Attributes
    ----------
    column : int
        The one that they tell.
    of : tuple of int
        The others.
    factors : array
        Of these.
    shift : float
        What is added; 0 where nothing is.
    """

    column: int
    of: tuple[int, ...]
    factors: Array
    shift: float


def dependent(columns: Sequence[Array], *, together: bool = True) -> Iterator[Follows]:
    """Find columns that are told by others and a constant, first by one other.

    Of many rows some are looked at, and what holds in these is tried in all. A relation that numbers of so few
    values, or so few rows, could keep by accident is none.

    Parameters
    ----------
    columns : sequence of array, shape (n_rows,)
        Rows of the same.
    together : bool
        Whether columns that several tell are sought, too.

    Yields
    ------
    Follows
        Each pair, then each column that all those before it tell together.
    """
    varied = [j for j, x in enumerate(columns) if np.ptp(x) > ROUNDING * np.abs(x).max(initial=0.0)]
    if len(varied) < 2:
        return
    rows = _rows([columns[j] for j in varied])
    pairs: set[int] = set()
    for i, j in _straight([columns[j][rows] for j in varied]):
        found = _tried(columns, (varied[i],), varied[j], rows)
        if found is not None:
            pairs.add(j)
            yield found
    # What one column tells need not be told again by several.
    left = [j for at, j in enumerate(varied) if at not in pairs] if together else []
    several = _by_all if len(rows) >= len(left) + SPARE else _by_two
    yield from several(columns, left, rows)


def _rows(columns: Sequence[Array]) -> Ids:
    """Choose rows in which every column differs that differs anywhere: the ends of each, and some by lot."""
    n = len(columns[0])
    if n <= OF_ALL:
        return np.arange(n)
    drawn = np.random.default_rng(0).choice(n, OF_ALL, replace=False)
    ends = [np.argpartition(x, (ENDS, n - ENDS - 1))[[*range(ENDS), *range(n - ENDS, n)]] for x in columns]
    return np.unique(np.concatenate([drawn, *ends])).astype(np.int64)


def _straight(columns: Sequence[Array]) -> Iterator[tuple[int, int]]:
    """List pairs of columns that lie on a line."""
    centered = np.stack([x / np.abs(x).max() for x in columns])
    centered -= centered.mean(axis=1, keepdims=True)
    centered /= np.linalg.norm(centered, axis=1, keepdims=True)
    lines = np.triu(np.abs(centered @ centered.T) > 1 - STRAIGHT, 1)
    yield from zip(*(of.tolist() for of in np.nonzero(lines)), strict=True)


def _by_all(columns: Sequence[Array], left: Sequence[int], rows: Ids) -> Iterator[Follows]:
    """Tell each column by all before it that nothing tells."""
    basis: list[int] = []
    for j in left:
        found = _tried(columns, tuple(basis), j, rows) if basis else None
        if found is None:
            basis.append(j)
        elif len(found.of) > 1:
            yield found


def _by_two(columns: Sequence[Array], left: Sequence[int], rows: Ids) -> Iterator[Follows]:
    """Tell each column by two others."""
    for three in combinations(left, 3) if len(left) <= FEW else ():
        found = _tried(columns, three[:2], three[2], rows)
        if found is not None and len(found.of) > 1:
            yield found


def _tried(columns: Sequence[Array], of: tuple[int, ...], column: int, rows: Ids) -> Follows | None:
    """Tell a column by others where that fits all rows, and not by accident."""
    for _ in range(AGAIN):
        found = _fitted([columns[j][rows] for j in of], columns[column][rows])
        if found is None:
            return None
        factors, shift = found
        used = [i for i, factor in enumerate(factors) if factor]
        off = _off([columns[of[i]] for i in used], columns[column], factors[used], shift)
        if not (off > 0).any():
            some, y = [columns[of[i]][rows] for i in used], columns[column][rows]
            told = Follows(column, tuple(of[i] for i in used), factors[used], shift)
            return told if used and not _by_accident(some, y) else None
        rows = np.union1d(rows, np.argsort(-off, kind="stable")[:ENDS])
    return None


def _fitted(of: Sequence[Array], y: Array) -> tuple[Array, float] | None:
    """Return factors and a shift that fit all rows; those of no account are 0."""
    sizes = np.array([1.0, *(np.abs(x).max() for x in of)])
    sizes[0] = float(np.abs(y).max())
    X = np.stack([np.full(len(y), sizes[0]), *of], axis=1)
    # Rows of small units count as much as those of large ones.
    weight = 1 / (np.abs(y) / sizes[0] + np.abs(X[:, 1:] / sizes[1:]).sum(axis=1) + _least(y / sizes[0]))
    scaled = X / sizes * weight[:, None]
    shifted, _, rank, _ = np.linalg.lstsq(scaled, y / sizes[0] * weight, rcond=None)
    if rank < scaled.shape[1]:
        return None
    straight = np.linalg.lstsq(scaled[:, 1:], y / sizes[0] * weight, rcond=None)[0]
    # A shift only where numbers do not fit without one.
    for found in (np.array([0.0, *straight]), shifted):
        # A factor that no row would miss is rounding.
        told = np.abs(X / sizes * found) * sizes[0]
        missed = (told > ROUNDING * (np.abs(y) + sizes[0] * _least(y / sizes[0]))[:, None]).any(axis=0)
        factors, shift = (found * missed)[1:] * sizes[0] / sizes[1:], float((found * missed)[0] * sizes[0])
        # Of amounts that were rounded, factors are whole but for that.
        for simple in (np.rint(factors), factors):
            if not (_off(of, y, simple, shift) > 0).any():
                return simple, shift
    return None


def _least(part: Array) -> float:
    """Return a size below which rows are alike small: a hundredth of the middle one."""
    some = np.abs(part[part != 0])
    return float(np.median(some)) / 100 if len(some) else 1.0


def _off(of: Sequence[Array], y: Array, factors: Array, shift: float) -> Array:
    """Tell how much farther each row is from the relation than what does not matter; 0 where it fits."""
    terms = [factor * x for factor, x in zip(factors, of, strict=True)]
    size = np.sum([np.abs(term) for term in terms], axis=0) + abs(shift)
    distance = np.abs(y - shift - np.sum(terms, axis=0))
    return np.asarray(np.maximum(distance - CLOSE * np.abs(y) - ROUNDING * size, 0.0))


def _by_accident(of: Sequence[Array], y: Array) -> bool:
    """Tell whether numbers dealt out at random would follow others too often.

    Either counts: the ways to deal the values of y, of which as many follow as there are values for each factor; and
    the values that each further row could have.
    """
    free, levels = len(of) + 1, np.log(min(_levels(x) for x in (y, *of)))
    _, times = np.unique(y, return_counts=True)
    dealt = gammaln(len(y) + 1) - gammaln(times + 1).sum() - free * levels
    further = len(np.unique(np.stack([*of, y], axis=1), axis=0)) - free
    return bool(max(dealt, further * levels if further > 1 else 0.0) < -np.log(CHANCE))


def _levels(x: Array) -> float:
    """Count the values that a column could have between its ends, by the decimals that it has."""
    size = float(np.abs(x).max())
    for step in 10.0 ** (np.floor(np.log10(size)) - np.arange(-np.log10(CLOSE))):
        whole = np.rint(x / step)
        if np.abs(x - whole * step).max() <= ROUNDING * size:
            apart = np.diff(np.unique(whole.astype(np.int64)))
            return float(apart.sum() / np.gcd.reduce(apart)) + 1 if len(apart) else 1.0
    return 1 / CLOSE
