"""Which names are spelled alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["likeness"]

# What a firm is in law tells it from no other firm.
LEGAL: Final = re.compile(r"\b(inc|incorporated|llc|llp|ltd|limited|corp|corporation|co|company|gmbh|ltda|sa|the)\b")
LETTERS: Final = re.compile(r"[^\w]|_")
AT_ONCE: Final = 2000

Ids = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]


def likeness(names: Sequence[str | None], least: float) -> tuple[Ids, Ids, Array]:
    """Find pairs of names that share most of their runs of three letters.

    The similarity is that of Dice: twice the runs in common over the runs of both.
    Blanks, signs and legal forms do not count: `Bay State Sewing, Inc.` is
    `Baystate Sewing`.

    Parameters
    ----------
    names : sequence of str or None, length n
        A missing name is like none.
    least : float
        Similarity from which a pair is told, above 0.

    Returns
    -------
    tuple of array, each of shape (pairs,)
        i, j with i < j, and the similarity in [least, 1].
    """
    runs = [_runs(name) for name in names]
    place: dict[str, int] = {}
    columns = [place.setdefault(run, len(place)) for own in runs for run in sorted(own)]
    ends = np.cumsum([0, *(len(own) for own in runs)])
    X = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(runs), max(len(place), 1)))
    sizes = np.diff(ends)
    found = []
    for start in range(0, len(runs), AT_ONCE):
        shared = (X[start : start + AT_ONCE] @ X.T).tocoo()
        i, j = shared.row.astype(np.int64) + start, shared.col.astype(np.int64)
        s = 2 * shared.data / (sizes[i] + sizes[j])
        kept = (i < j) & (s >= least)
        found.append((i[kept], j[kept], s[kept]))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    i, j, s = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((j, i))
    return i[order], j[order], s[order]


def _runs(name: str | None) -> set[str]:
    word = (name or "").casefold()
    word = LETTERS.sub("", LEGAL.sub("", word)) or LETTERS.sub("", word)
    return {word[i : i + 3] for i in range(max(len(word) - 2, 1))} - {""}
