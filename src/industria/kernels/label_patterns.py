"""Exact moments over all permutations of labels: which nodes share a label, and how likely that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from math import perm
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.brokerage import ROLE, OpenPairs

__all__ = ["permutation_moments"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Blocks: TypeAlias = tuple[tuple[int, ...], ...]

# Nodes a, v, b of two open pairs by number: 0, 1, 2 are those of the first.
COUPLES = {
    "same": (0, 1, 2),
    "source": (0, 1, 3),
    "target": (3, 1, 2),
    "chain": (3, 1, 0),
    "reverse": (2, 1, 0),
    "apart": (3, 1, 4),
}


def permutation_moments(pairs: OpenPairs, sizes: Ids) -> tuple[Array, Array]:
    """Mean and standard deviation of each role over all permutations of the group labels.

    The count of a role is a sum over open pairs; its square is one over couples of
    them, whose probability depends on nothing but the nodes they share. So five counts
    a node, and one probability a kind of couple, give both moments without a draw.

    Parameters
    ----------
    pairs : OpenPairs
        Open pairs of every node, and how they hang together.
    sizes : array, shape (G,)
        Nodes of each group.

    Returns
    -------
    tuple of array, each of shape (n, 5)
        In the order of `ROLES`.
    """
    n = pairs.n.astype(float)
    couples = {
        "same": n,
        "source": pairs.source.astype(float),
        "target": pairs.target.astype(float),
        "chain": pairs.chain.astype(float),
        "reverse": pairs.reverse.astype(float),
    }
    couples["apart"] = n**2 - sum(couples.values())
    likely = _probabilities(sizes)
    mean, sd = np.zeros((len(n), 5)), np.zeros((len(n), 5))
    for role in range(5):
        once = likely["same", role]
        mean[:, role] = n * float(once)
        # Each probability less that of two pairs of other graphs, so that nothing large cancels.
        excess = {kind: float(likely[kind, role] - once**2) for kind in couples}
        variance = sum(count * excess[kind] for kind, count in couples.items())
        sd[:, role] = np.sqrt(np.maximum(variance, 0.0))
    return mean, sd


def _probabilities(sizes: Ids) -> dict[tuple[str, int], Fraction]:
    """Tell how likely both open pairs of each kind of couple have each role."""
    chance = _chances(Counter(sizes[sizes > 0].tolist()), int(sizes.sum()))
    found = {(kind, role): Fraction(0) for kind in COUPLES for role in range(5)}
    for kind, (a, v, b) in COUPLES.items():
        for pattern in _patterns(max(3, a + 1, b + 1)):
            one, other = _role(pattern, 0, 1, 2), _role(pattern, a, v, b)
            if one == other:
                found[kind, one] += chance(pattern)
    return found


def _role(pattern: tuple[int, ...], a: int, v: int, b: int) -> int:
    of = pattern[a], pattern[v], pattern[b]
    return int(ROLE[4 * (of[0] == of[1]) + 2 * (of[1] == of[2]) + (of[0] == of[2])])


def _patterns(k: int) -> Iterator[tuple[int, ...]]:
    """List the ways in which k nodes may share labels: the number of a label for each node."""
    patterns: list[tuple[int, ...]] = [()]
    for _ in range(k):
        patterns = [(*some, label) for some in patterns for label in range(max(some, default=-1) + 2)]
    yield from patterns


def _chances(sizes: Counter[int], n: int) -> Callable[[tuple[int, ...]], Fraction]:
    """Make the probability of a pattern, among n labels of groups of these sizes."""

    @cache
    def ways(blocks: Blocks) -> int:
        """Sum over different groups, one a tuple, the product of the ways to fill its blocks there."""
        if not blocks:
            return 1
        *others, last = blocks
        alone = sum(many * _product(size, last) for size, many in sizes.items())
        apart = ways(tuple(others)) * alone
        # Less those where the last tuple is in the group of another.
        for place, block in enumerate(others):
            apart -= ways((*others[:place], tuple(sorted(block + last)), *others[place + 1 :]))
        return apart

    def chance(pattern: tuple[int, ...]) -> Fraction:
        blocks = tuple((many,) for many in sorted(Counter(pattern).values()))
        whole = perm(n, len(pattern))
        return Fraction(ways(blocks), whole) if whole else Fraction(0)

    return chance


def _product(size: int, block: tuple[int, ...]) -> int:
    found = 1
    for many in block:
        found *= perm(size, many)
    return found
