"""Noise on counts that a cell has once and for all, by the keys of those who stand behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["cell_keys", "noise", "noise_table", "record_keys"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

BITS: Final = 64
ROUNDS: Final = 200
NEAR: Final = 1 - 1e-6
"""Part of the largest variance there is, from which on noise goes to the two ends alone."""


def record_keys(units: Iterable[str], secret: bytes) -> Keys:
    """Give every unit a number that nobody guesses without the secret.

    Parameters
    ----------
    units : iterable of str
        Names.
    secret : bytes
        Of the site; whoever has it can undo the noise.

    Returns
    -------
    array of uint64
        Over 2^64 a key in [0, 1).
    """
    key = hashlib.blake2b(secret).digest()
    digests = b"".join(hashlib.blake2b(unit.encode(), digest_size=8, key=key).digest() for unit in units)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def cell_keys(cell: Ids, keys: Keys, n_cells: int) -> Array:
    """Add the keys of the units of each cell up modulo 1.

    The same units make the same key in every table and every release, whatever their order.

    Parameters
    ----------
    cell : array of int, shape (m,)
        Cell of each unit.
    keys : array of uint64, shape (m,)
        Its key.
    n_cells : int
        Number of cells.

    Returns
    -------
    array, shape (n_cells,)
        In [0, 1); 0 for a cell without units.
    """
    total = np.zeros(n_cells, np.uint64)
    np.add.at(total, cell, keys)
    # Eleven bits go, so that the largest key stays below 1.
    return np.asarray((total >> np.uint64(11)).astype(float) * 2.0**-53)


def noise_table(variance: float, deviation: int) -> Array:
    """Make the chances of each noise for each count: whole, on average none, of a given variance.

    Among all such noises the one of largest entropy is taken (Marley & Leaver 2011). A count cannot fall below
    zero; where that leaves no room for the variance, as with a count of 1, the noise has the most there is.

    Parameters
    ----------
    variance : float
        Of the noise.
    deviation : int
        Largest noise D either way.

    Returns
    -------
    array, shape (D + 1, 2D + 1)
        Row i: counts of i, the last those of D and more; column j: the chance of the noise j - D. Zeros stay.
    """
    table = np.zeros((deviation + 1, 2 * deviation + 1))
    table[0, deviation] = 1.0
    for count in range(1, deviation + 1):
        v = np.arange(-min(count, deviation), deviation + 1)
        table[count, v + deviation] = _chances(v.astype(float), variance)
    return table


def _chances(v: Array, variance: float) -> Array:
    """Find exp(a v + b v²) with mean 0 and this variance, by Newton's method on the dual."""
    low, high = -v[0], v[-1]
    if variance >= NEAR * low * high:
        ends = np.zeros(len(v))
        ends[0], ends[-1] = high / (low + high), low / (low + high)
        return ends
    T = np.column_stack([v, v**2 - variance])
    a = np.zeros(2)
    p = _exponential(T, a)[0]
    for _ in range(ROUNDS):
        gradient = T.T @ p
        if np.abs(gradient).max() < 1e-13 * max(1.0, high**2):
            break
        centered = T - gradient
        step = np.linalg.lstsq((centered * p[:, None]).T @ centered, gradient, rcond=None)[0]
        before, size = _exponential(T, a)[1], 1.0
        while size > 1e-12 and _exponential(T, a - size * step)[1] > before:
            size /= 2
        a = a - size * step
        p = _exponential(T, a)[0]
    return p


def _exponential(T: Array, a: Array) -> tuple[Array, float]:
    """Return chances proportional to exp(T a), and the log of their sum, which is least where T'p is 0."""
    z = T @ a
    top = float(z.max())
    p = np.exp(z - top)
    return p / p.sum(), top + float(np.log(p.sum()))


def noise(counts: Array, keys: Array, table: Array) -> Array:
    """Look the noise of each count up.

    Parameters
    ----------
    counts, keys : array, shape (n,)
        Counts of 0 or more, and cell keys in [0, 1).
    table : array, shape (D + 1, 2D + 1)
        As `noise_table` makes it.

    Returns
    -------
    array, shape (n,)
        Whole numbers from -D to D.
    """
    deviation = len(table) - 1
    upto = np.cumsum(table, axis=1)
    rows = np.minimum(counts, deviation).astype(np.int64)
    return np.asarray((upto[rows] <= keys[:, None]).sum(axis=1).clip(max=2 * deviation) - deviation, float)
