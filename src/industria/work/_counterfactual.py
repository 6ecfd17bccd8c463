"""Distributions of the reference, reweighted block by block until it looks like the other group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias, cast, get_args

import numpy as np
import numpy.typing as npt

from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.weighted_statistics import Definition, Statistic, quantile, statistic
from industria.work._blocks import Blocks
from industria.work._options import levels_of
from industria.work._sides import Reweighting, Side, drawn

__all__ = ["Counterfactuals", "Reweighted", "Wanted", "wanted_of"]

Array: TypeAlias = npt.NDArray[np.float64]
Reweighted = Literal["mean", "variance", "gini", "quantile", "interquantile_range"]
WORDS: Final = get_args(Reweighted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statistic and its levels, as `kernels.weighted_statistics` has them."""

    kind: Statistic
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Counterfactuals:
    """Two sides, and the reweightings that lead from one towards the other.

    Attributes
    ----------
    other, reference : Side
        Both groups; trimmed workers have weight 0.
    reweightings : mapping of set of blocks to Reweighting
        By which blocks are those of the other group; no block needs none.
    statistics : tuple of Wanted
        What is compared.
    definition : str
        Of quantiles.
    """

    other: Side
    reference: Side
    reweightings: Mapping[Blocks, Reweighting]
    statistics: tuple[Wanted, ...]
    definition: Definition

    def values(self, w: tuple[Array, Array]) -> Array:
        """Return each statistic of the other group, the reference, and the reference under each reweighting.

        Parameters
        ----------
        w : tuple of array
            Weights of the other group and of the reference.

        Returns
        -------
        array, shape (statistics, 2 + reweightings)
        """
        sides = [(self.other, w[0]), (self.reference, w[1])]
        sides += [
            (self.reference, w[1] * found.psi(w, self.other, self.reference)) for found in self.reweightings.values()
        ]
        return np.array([self._of(*side) for side in sides]).T

    def _of(self, side: Side, w: Array) -> list[float]:
        """Return each statistic of one distribution, all its quantiles from one pass."""
        levels = tuple(dict.fromkeys(level for one in self.statistics for level in one.levels))
        found = quantile(side.y, w, side.order, levels, self.definition) if levels else ()
        at = dict(zip(levels, map(float, found), strict=True))
        return [
            at[one.levels[-1]] - (at[one.levels[0]] if len(one.levels) == 2 else 0.0)
            if one.levels
            else statistic(one.kind, (), side.y, w, side.order)
            for one in self.statistics
        ]

    def replicated(self, rng: np.random.Generator) -> Array:
        """Return the values in one replication of the weighted bootstrap."""
        return self.values(drawn(rng, self.other, self.reference))

    def place(self, blocks: Blocks) -> int:
        """Return the column of `values` that holds a set of blocks."""
        return 2 + list(self.reweightings).index(blocks) if blocks else 1


def wanted_of(statistics: Sequence[str], quantiles: Sequence[float]) -> tuple[Wanted, ...]:
    """List the statistics that are asked for, one a level or pair of levels.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If a statistic is not known, lacks levels, or none is asked for.
    """
    words = (statistics,) if isinstance(statistics, str) else tuple(statistics)
    for word in words:
        if word not in WORDS:
            raise ChoiceError("statistics", word, WORDS)
    rising = sorted(levels_of("quantiles", quantiles))
    least = {"quantile": 1, "interquantile_range": 2}
    for word in words:
        if len(rising) < least.get(word, 0):
            raise ParameterRangeError("quantiles", quantiles, f"at least {least[word]} for {word}")
    made: list[Wanted] = []
    for word in dict.fromkeys(words):
        if word == "quantile":
            made += [Wanted("quantile", (level,)) for level in rising]
        elif word == "interquantile_range":
            made += [Wanted("interquantile_range", pair) for pair in combinations(rising, 2)]
        else:
            made.append(Wanted(cast("Statistic", word)))
    if not made:
        raise ParameterRangeError("statistics", statistics, "one statistic or more")
    return tuple(made)
