"""How far a measure of a network hangs on its ties being told, all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from industria.core.replicate import replicate
from industria.ecosystems._ties import Array, Ids, Ties
from industria.errors import ParameterRangeError
from industria.kernels.thinning import thinned

__all__ = ["Missing", "reaching"]

BAND: Final = (0.05, 0.95)
"""Quantiles of the draws between which a band lies."""

Measured = Callable[[np.random.Generator, Ids, Ids, Array], Array]


@dataclass(frozen=True, slots=True)
class Missing:
    """Networks in which a share of the ties is missing.

    In every draw each tie is left out with the probability `rate`, by itself, and the
    measure is taken anew. What is seen is already such a network, of one that nobody
    knows: its further thinning tells how much a measure loses, scatters or changes its
    order at this rate. It does not tell where the missing ties are, so the band is none
    for the network with all of them, and none for ties that miss for a reason.

    Attributes
    ----------
    rate : float
        Probability that a tie is missing, in [0, 1).
    draws : int
        How many networks.
    rng : int
        Seed.
    """

    rate: float
    draws: int
    rng: int

    @classmethod
    def asked(cls, missing_rate: float | None, draws: int, rng: int | None) -> Missing | None:
        """Check what is asked; None where no band is.

        Raises
        ------
        ParameterRangeError
            If the rate is no share below 1, or there is no draw.
        """
        if not hasattr(draws, "__index__") or draws < 1:
            raise ParameterRangeError("draws", draws, "whole numbers of 1 or more")
        if missing_rate is None:
            return None
        if not isinstance(missing_rate, int | float | np.number) or not 0 <= missing_rate < 1:
            raise ParameterRangeError("missing_rate", missing_rate, "a share of the ties in [0, 1)")
        return cls(float(missing_rate), draws, 0 if rng is None else rng)

    def draw(self, network: Ties, of: Measured) -> Array:
        """Take a measure in every draw.

        Parameters
        ----------
        network : Ties
            The ties that are told.
        of : callable
            Takes a generator, and ends and weights of the ties that are left; NaN is not known.

        Returns
        -------
        array, shape (draws, ...)
            The same for any number of workers.
        """
        function = partial(thinned, rate=self.rate, of=of)
        return np.stack(
            replicate(function, self.draws, arrays=(network.i, network.j, network.w), rng=self.rng), dtype=float
        )

    def band(self, network: Ties, of: Measured, value: Array) -> tuple[Array, Array]:
        """Tell where nine draws of ten lie, reaching to the value with all ties that are told.

        Returns
        -------
        tuple of array, each of the shape of `value`
            Lower and upper end; NaN where the value is, or where no draw knows it.
        """
        return reaching(self.draw(network, of), value)


def reaching(found: Array, value: Array) -> tuple[Array, Array]:
    """Take quantiles of the draws in which something is known, and reach from there to the value, if that is known."""
    known = np.isfinite(found).sum(axis=0)
    found = np.sort(found, axis=0)  # NaN comes last
    low, high = (_quantile(found, known, share) for share in BAND)
    unknown = np.where(np.isfinite(value) & (known > 0), 0.0, np.nan)
    return np.fmin(low, value) + unknown, np.fmax(high, value) + unknown


def _quantile(found: Array, known: Ids, share: float) -> Array:
    """Interpolate in sorted draws, of which the first are known; NaN where none is."""
    place = share * np.maximum(known - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    one, other = (np.take_along_axis(found, at[None], axis=0)[0] for at in (below, above))
    return np.asarray(one + (place - below) * (other - one))
