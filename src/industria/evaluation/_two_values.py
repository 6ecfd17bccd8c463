"""What estimates tell of regressors of two values: sums of the outcome over one of them, and who has it when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import Array, Codes, nested
from industria.kernels.least_squares import orthonormal

__all__ = ["Effect", "amounts_among", "told_by_two_values"]

OVER: Final = "over "
"""Before a sum of the outcome that estimates give back to whoever knows numbers of units."""
PERHAPS: Final = "perhaps over "
"""Before one for which more must be known, since an amount stands beside the regressor."""
ROWS: Final = "rows "
"""Before the rows of such a sum."""
WITH: Final = "with "
"""Before who has a value of a regressor, and when."""
FEW: Final = 10
"""Values up to which the products of a column are a table of counts."""
GROUPS: Final = 2
"""Values of a regressor that tells each of its groups alone."""
TOLD: Final = 1e-7
"""Part of a column that may be left of one that others tell."""
LEVELS: Final = 30
"""Levels of an effect up to which each is a group whose sum others may know."""


class Effect(NamedTuple):
    """An effect: the level of each row, and the name of each level."""

    name: str
    codes: Codes
    levels: Sequence[str]


def told_by_two_values(
    regressors: Mapping[str, Array],
    outcome: Array,
    weights: Array,
    unit: Codes,
    effects: Sequence[Effect],
    when: Effect,
) -> dict[str, Any]:
    """Add up by unit what coefficients tell of groups: regressors of two values, and levels that units share.

    The products of a regression are then a table of counts, and with its coefficients they give back the outcome
    added up over each group, whatever the two values are. Effects of units, or of parts of them, are nobody's to
    know: net of them no sum is told.

    Parameters
    ----------
    regressors : mapping of str to array, shape (n,)
        As they are.
    outcome, weights : array, shape (n,)
        As they are; weights that are all alike are none.
    unit : array, shape (n,)
        Unit of each row, numbered from 0 without gaps.
    effects : sequence of Effect
        Taken out, or written out.
    when : Effect
        What tells the rows of a unit apart.

    Returns
    -------
    dict of str to array, shape (n_units,)
        "over x", or "perhaps over x" where an amount stands beside x, and "rows over x", of each value where x has
        several and others tell its groups; and "with high x" and
        "with low x", the set of rows of a unit with either value of x as one number, 0 where it has none.
    """
    two = {name: x == x.max() for name, x in regressors.items() if len(np.unique(x)) == 2}
    drawn = _drawn(when)
    told: dict[str, Any] = {}
    for name, high in two.items():
        told |= {f"{WITH}{side} {name}": _sets(unit, drawn, at) for side, at in (("high", high), ("low", ~high))}
    if any(nested(effect.codes, unit) for effect in effects):
        return told
    groups = {name: high.astype(float) for name, high in two.items()}
    for effect in effects:
        if len(effect.levels) <= LEVELS:
            levels = {f"{effect.name} = {level}": effect.codes == i for i, level in enumerate(effect.levels)}
            groups |= {name: at.astype(float) for name, at in levels.items()}
    groups |= _told_together(regressors, groups)
    amounts = amounts_among(regressors, [when, *effects])
    alike = np.ptp(weights) == 0
    y = outcome if alike else weights * outcome
    before = PERHAPS if amounts else OVER
    told |= {f"{before}{name}": np.bincount(unit, y * at) for name, at in groups.items()}
    return told | {f"{ROWS}{before}{name}": np.bincount(unit, at) for name, at in groups.items()}


def _told_together(regressors: Mapping[str, Array], groups: Mapping[str, Array]) -> dict[str, Array]:
    """List the groups of one value of a regressor of a few that columns tell together, as a square beside it does."""
    few = {name: x for name, x in regressors.items() if GROUPS < len(np.unique(x)) <= FEW}
    if not few:
        return {}
    one = np.ones(len(next(iter(few.values()))))
    Q = orthonormal(np.column_stack([one, *few.values(), *groups.values()]))
    found = {}
    for name, x in few.items():
        for i, value in enumerate(np.unique(x)):
            at = (x == value).astype(float)
            if np.linalg.norm(at - Q @ (Q.T @ at)) <= TOLD * np.linalg.norm(at):
                found[f"{name}, value {i + 1}"] = at
    return found


def amounts_among(regressors: Mapping[str, Array], public: Sequence[Effect]) -> list[str]:
    """Name the columns of which nobody knows the value of each row: of many values, but for what an effect tells."""
    return [name for name, x in regressors.items() if len(np.unique(x)) > FEW and not _follows(x, public)]


def _follows(x: Array, effects: Sequence[Effect]) -> bool:
    """Tell whether a column has one value at each level of an effect, as a trend has each year."""
    values = np.unique(x, return_inverse=True)[1]
    return any(len(effect.levels) <= LEVELS and nested(effect.codes, values) for effect in effects)


def _drawn(when: Effect) -> npt.NDArray[np.uint64]:
    """Draw a number for each row from the name of its level, the same in every fit."""
    told = [hashlib.sha256(level.encode()).digest()[:8] for level in when.levels]
    return np.frombuffer(b"".join(told), np.uint64)[when.codes]


def _sets(unit: Codes, drawn: npt.NDArray[np.uint64], at: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Tell by one number which rows of each unit are in a set: the sum of theirs, which wraps."""
    found = np.zeros(int(unit.max(initial=-1)) + 1, np.uint64)
    np.add.at(found, unit[at], drawn[at])
    return found.view(np.int64)
