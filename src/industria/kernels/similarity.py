"""How alike profiles are: a sparse product, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

__all__ = ["Kind", "Space", "blocks", "closest", "space"]

Kind = Literal["cosine", "jaccard", "needs"]
Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

AT_ONCE: Final = 128
"""Origins of a block: with two thousand destinations it takes 2 MB, which stay near the processor."""
DENSE: Final = 0.1
"""Share of cells above which a dense product is faster than a sparse one."""
DIGITS: Final = 12
"""Decimals that are kept of sums of products: three of ten is 0.3, not a hair above it, and equals are equal."""


@dataclass(frozen=True, slots=True)
class Space:
    """Profiles laid out so that one product tells what each two have in common.

    Attributes
    ----------
    kind : {"cosine", "jaccard", "needs"}
        What is made of the product.
    F, T : array or csr_array, shapes (n, k) and (k, n)
        Rows whose products are what is in common, and the same turned round.
    size : array, shape (n,)
        Length of a profile (cosine) or its weighted sum; 0 where nothing is in it.
    shift : array, shape (n,), or None
        What a product with the mean profile takes off where elements are standardized.
    """

    kind: Kind
    F: Array | csr_array
    T: Array | csr_array
    size: Array
    shift: Array | None = None


def space(
    X: csr_array, w: Array, kind: Kind, standardize: bool = False, told: npt.NDArray[np.bool_] | None = None
) -> Space:
    """Lay profiles out for products.

    What two graded profiles have in common is the sum of the smaller values. A value is a
    stack of steps, from each level of its element to the next; the product of two stacks,
    steps weighed by their height, is the smaller value.

    Parameters
    ----------
    X : csr_array, shape (n, k)
        What is in each profile; not negative, but for cosine.
    w : array, shape (k,)
        Weights of the elements.
    kind : {"cosine", "jaccard", "needs"}
        Cosine multiplies values, the others take the smaller.
    standardize : bool
        Take from each element its mean, and divide it by its standard deviation (ddof 0); cosine alone.
    told : array of bool, shape (n,), optional
        Profiles of which anything is told; the others count in no mean and are like none. All, without it.

    Returns
    -------
    Space
        Ready for `blocks`.
    """
    if kind != "cosine":
        return Space(kind, *_compact(_stacks(X, w)), np.asarray(X @ w, float))
    n = X.shape[0]
    known = np.ones(n, bool) if told is None else told
    n_known = max(int(known.sum()), 1)
    scale, mean = np.sqrt(w), np.zeros(X.shape[1])
    if standardize:
        mean = np.asarray(X.sum(axis=0), float) / n_known
        spread = np.sqrt(np.maximum(np.asarray((X * X).sum(axis=0), float) / n_known - mean**2, 0.0))
        # An element that is the same everywhere leaves rounding for a deviation.
        varies = spread > 1e-9 * np.maximum(np.abs(mean), 1.0)
        scale = np.divide(scale, spread, out=np.zeros_like(scale), where=varies)
    F = csr_array(X @ diags_array(scale))
    m = mean * scale
    c = np.asarray(F @ m, float)
    length = np.sqrt(np.maximum(np.asarray((F * F).sum(axis=1), float) - 2 * c + m @ m, 0.0))
    if not standardize:
        F = csr_array(diags_array(np.divide(1.0, length, out=np.zeros(n), where=length > 0)) @ F)
        return Space(kind, *_compact(F), length)
    return Space(kind, *_compact(F), np.where(known & (length > 1e-9), length, 0.0), c - m @ m / 2)


def blocks(spaces: Sequence[Space], rows: Ids) -> Iterator[tuple[Ids, Array]]:
    """Go through origins, a block at a time.

    Parameters
    ----------
    spaces : sequence of Space
        Domains of the same profiles; their similarities are averaged.
    rows : array of int, shape (r,)
        The origins.

    Yields
    ------
    origins : array of int, shape (b,)
        The next of them.
    similarity : array, shape (b, n)
        Mean over the domains in which it is defined, up to rounding; NaN where it is in none.
    """
    for start in range(0, len(rows), AT_ONCE):
        block = rows[start : start + AT_ONCE]
        if len(spaces) == 1:
            yield block, _similarity(spaces[0], block)
            continue
        each = np.stack([_similarity(one, block) for one in spaces])
        told = ~np.isnan(each)
        number = told.sum(axis=0)
        total = np.where(told, each, 0.0).sum(axis=0)
        yield block, np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)


def closest(similarity: Array, own: Ids, top: int | None) -> tuple[Ids, Ids, Array]:
    """Find the most similar destinations of each origin.

    Parameters
    ----------
    similarity : array, shape (b, n)
        May hold NaN, which is never among them.
    own : array of int, shape (b,)
        Column of each row that is itself; left out.
    top : int or None
        How many, among those above zero, of equals those in the first columns; None for all, zero and below too.

    Returns
    -------
    tuple of array, each of shape (pairs,)
        Rows in order, columns, the most similar first, and their similarity, to `DIGITS` decimals.
    """
    others = ~np.isnan(similarity)
    others[np.arange(len(own)), own] = False
    if top is not None:
        S = np.where(others, similarity, 0.0)
        n = S.shape[1]
        least = np.partition(S, n - top, axis=1)[:, n - top] if top < n else np.zeros(len(S))
        # Equals that differ by rounding are all candidates.
        others = (np.maximum(least, 0.0)[:, None] - 10.0**-DIGITS <= S) & (S > 10.0**-DIGITS)
    i, j = np.nonzero(others)
    alike = np.round(similarity[i, j], DIGITS)
    order = np.lexsort((j, -alike, i))
    i, j, alike = i[order], j[order], alike[order]
    if top is None:
        return i, j, alike
    first = np.searchsorted(i, np.arange(len(own)))
    kept = np.arange(len(i)) - first[i] < top
    return i[kept], j[kept], alike[kept]


def _similarity(space: Space, rows: Ids) -> Array:
    product = space.F[rows] @ space.T
    common: Array = product if isinstance(product, np.ndarray) else product.toarray()
    a, b = space.size[rows, None], space.size
    if space.kind == "needs":
        common /= np.where(b > 0, b, np.nan)
        return common
    if space.kind == "jaccard":
        both = a + b
        both -= common
        both[both <= 0] = np.nan
        return np.divide(common, both, out=common)
    if space.shift is not None:
        common -= space.shift[rows, None] + space.shift
        common /= np.where(a > 0, a, 1.0) * np.where(b > 0, b, 1.0)
        common[space.size[rows] == 0] = 0.0
        common[:, space.size == 0] = 0.0
    # Nothing beside nothing is neither alike nor different.
    empty = space.size == 0
    if empty.any():
        common[np.ix_(empty[rows], empty)] = np.nan
    return common


def _stacks(X: csr_array, w: Array) -> csr_array:
    """Cut each value into the steps from level to level of its element."""
    entries = X.tocoo()
    row, column, value = (part[entries.data > 0] for part in (entries.row, entries.col, entries.data))
    if not len(value) or (value == value[0]).all():
        height = np.sqrt((value[0] if len(value) else 1.0) * w)
        return csr_array((height[column], (row, column)), shape=X.shape)
    order = np.lexsort((value, column))
    new = np.ones(len(value), bool)
    new[1:] = (np.diff(column[order]) > 0) | (np.diff(value[order]) > 0)
    place = np.empty(len(value), np.int64)
    place[order] = np.cumsum(new) - 1
    element, level = column[order][new], value[order][new]
    first = np.searchsorted(element, np.arange(X.shape[1]))
    below = np.where(np.arange(len(level)) == first[element], 0.0, np.roll(level, 1))
    height = np.sqrt((level - below) * w[element])
    steps = place - first[column] + 1
    step = np.repeat(first[column], steps) + _counts(steps)
    return csr_array((height[step], (np.repeat(row, steps), step)), shape=(X.shape[0], len(level)))


def _counts(lengths: Ids) -> Ids:
    """Count from 0 within runs of the given lengths."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _compact(F: csr_array) -> tuple[Array | csr_array, Array | csr_array]:
    if F.nnz > DENSE * F.shape[0] * F.shape[1]:
        full = F.toarray()
        return full, full.T
    return F, F.T.tocsr()
