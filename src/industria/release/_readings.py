"""One amount read twice, with weights and without: both sums of a cell are equations in the same withheld parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.release._given import Given
from industria.release._given_beside import NUMBER
from industria.release._names import in_one_list
from industria.release._weights import may_be_sizes
from industria.release.policy import Policy

__all__ = ["refuse_two_readings"]

Array = npt.NDArray[np.float64]

SAME: Final = 1e-9
"""Part of a number by which it may differ in the last bits."""
SOME: Final = 3
"""Units of the same amount that two sums must have in common, before they can be told to be of one variable."""


def refuse_two_readings(here: Sequence[Given], before: Sequence[Given], policy: Policy) -> None:
    """Refuse an amount that is added up with weights beside the same without, and numbers that tell secret weights.

    Weights of a stratum are told by its two numbers of units, or by any cell that is published twice; two withheld
    cells of different weights then follow from their two totals. Where weights are public a reader needs no more.
    Weighted and plain numbers of units may stand side by side, unless the policy takes weights for secret and a
    weighted amount, held to the rules on that account, leaves beside them.

    Parameters
    ----------
    here, before : sequence of Given
        Of this release, and of earlier ones; with digests for names.
    policy : Policy
        Whether weights are secret.

    Raises
    ------
    ReleaseRefusedError
        If one has two readings, of which one at least is new.
    """
    told = [one for one in [*here, *before] if one.has_contributors and one.unit and one.by != (NUMBER,)]
    weighted = [one for one in told if _has_weights(one)]
    if not weighted:
        return
    secret = policy.weights == "sample" and not may_be_sizes(policy) and not all(one.counts for one in weighted)
    plain = [one for one in told if not _has_weights(one) and (secret or not one.counts)]
    new = {id(one) for one in here}
    for one, other in _alike(weighted, plain):
        if id(one) in new or id(other) in new:
            raise ReleaseRefusedError(
                f"steps {one.step!r} and {other.step!r}",
                f"they tell {other.variable!r} with weights and without, and whoever reads both can reckon what either "
                "withholds, or what a unit weighs; let one of the two stay",
            )


def _has_weights(one: Given) -> bool:
    """Tell whether weights change anything."""
    return one.has_weights and not np.allclose(one.weighted, one.x, SAME, 0.0)


def _alike(weighted: Sequence[Given], plain: Sequence[Given]) -> Iterator[tuple[Given, Given]]:
    """List pairs of columns that bring the same of most units that the smaller of both has."""
    several = [*weighted, *plain]
    names, places = in_one_list([one.who.names for one in several])
    sums = {id(one): _of_units(one, place, len(names)) for one, place in zip(several, places, strict=True)}
    for one, other in product(weighted, plain):
        if one.counts != other.counts or one.unit != other.unit:
            continue
        (x, here), (y, there) = sums[id(one)], sums[id(other)]
        common = here & there
        same = common & (np.abs(x - y) <= SAME * np.maximum(np.abs(x), np.abs(y)))
        if same.sum() >= SOME and 2 * same.sum() > min(here.sum(), there.sum()):
            yield one, other


def _of_units(one: Given, place: npt.NDArray[np.integer] | None, n: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Add up what each unit brings without weights, and tell who brings anything at all."""
    unit = one.who.ids if place is None else place[one.who.ids]
    there = np.bincount(unit, minlength=n) > 0
    # Of those who are counted each is one, however many rows or cells it stands in.
    return (there.astype(float) if one.counts else np.asarray(np.bincount(unit, one.x, n), float)), there
