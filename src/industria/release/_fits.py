"""Samples of regressions side by side, of this release and of earlier ones: who is in one and not in the other."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._leaving import Leaving

__all__ = ["LETTERS", "USED", "WITH", "Fit", "digests", "fit_of", "name_of_fit", "nearly_the_same", "straight"]

Array = npt.NDArray[np.float64]

USED: Final = "units_used"
"""The table of a step that lists who stands behind its numbers, for the site alone."""
REGRESSIONS: Final = ("", "evaluation.fixed_effects", "evaluation.normal_equations")
"""Models of one family; results outside a study do not tell their measure."""
WITH: Final = "with "
"""Before who has a value of a regressor of two, and when, as the measures tell it."""
LETTERS: Final = 12
"""Of the digest of a release that a person reads."""
GROUPS: Final = 2
"""Sets of times at which units have a value, up to which a fit compares groups."""
SOME: Final = 3
"""Units that two outcomes must have in common, before they can be told to be the same."""
SAME: Final = 1e-9
"""Part of the largest outcome by which two may differ in the last bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A regression, and its sample.

    Attributes
    ----------
    name, family, outcome, unit : str
        The step, the kind of model, the column explained, and the column of units.
    n_units, n_obs : int
        Units and rows.
    who, owner : list of str
        Digests of the units and of those who own them; none where nobody tells.
    rows, y : array, shape (n_units,)
        Rows of each unit, and the sum of its outcome.
    having : dict of str to list of str
        By value of a regressor of two values, a digest of the rows of each unit that have it; empty where none has.
    """

    name: str
    family: str
    outcome: str
    unit: str
    n_units: int
    n_obs: int
    who: list[str] = field(default_factory=list)
    owner: list[str] = field(default_factory=list)
    rows: Array = field(default_factory=lambda: np.zeros(0))
    y: Array = field(default_factory=lambda: np.zeros(0))
    having: dict[str, list[str]] = field(default_factory=dict)


def name_of_fit(step: str) -> str:
    """Name a regression of an earlier release, of which a step is called "step of release", for a person to read."""
    name, _, release = step.rpartition(" of ")
    return f"{name} of release {release[:LETTERS]}"


def fit_of(step: Leaving, salt: bytes = b"") -> Fit:
    """Read the sample of a step of estimates, with digests for names."""
    outcome = str(step.facts.get("outcome", step.parameters.get("outcome")))
    n_units, n_obs = (
        int(value) if isinstance(value := step.facts.get(f"n_{of}"), int) else 0 for of in ("units", "obs")
    )
    family = "regression" if step.measure in REGRESSIONS else step.measure
    told = Fit(step.name, family, outcome, str(step.facts.get("unit") or ""), n_units, n_obs)
    used = step.tables.get(USED)
    if used is None or not {"unit", "rows", "outcome"} <= set(used.column_names):
        return told
    who = digests(used["unit"].to_pylist(), salt)
    having = {name: used[name].to_pylist() for name in used.column_names if name.startswith(WITH)}
    return Fit(
        told.name,
        family,
        outcome,
        told.unit,
        n_units,
        n_obs,
        who,
        digests(used["owner"].to_pylist(), salt) if "owner" in used.column_names else [],
        np.asarray(used["rows"].to_numpy(), float),
        np.nan_to_num(np.asarray(used["outcome"].to_numpy(), float)),
        {
            name: ["" if not rows else told for rows, told in zip(of, digests(of, salt), strict=True)]
            for name, of in having.items()
        },
    )


def nearly_the_same(one: Fit, other: Fit, threshold: int, level: str) -> bool:
    """Tell whether two fits explain one outcome, of samples or regressors that a few units tell apart.

    An outcome is the same if its name is, or if all units of both samples have the same of it, in whatever unit of
    measurement and from whatever zero. Regressors are nearly the same if few units have a value of one, and not the
    value of the other, at some time: the sums that both fits tell differ by theirs.
    """
    if one.family != other.family:
        return False
    if not (one.who and other.who):
        units, rows = abs(one.n_units - other.n_units), abs(one.n_obs - other.n_obs)
        return one.outcome == other.outcome and 0 < (units or int(rows > 0)) < threshold
    names, here, there = np.intersect1d(np.array(one.who), np.array(other.who), return_indices=True)
    apart = {*one.who, *other.who}.difference(names.tolist())
    apart |= set(names[one.rows[here] != other.rows[there]].tolist())
    steady = one.rows[here] == other.rows[there]
    y, z, rows = one.y[here][steady], other.y[there][steady], one.rows[here][steady]
    same = straight(y, z, rows) is not None
    # Rows that are the same stand at the same times, whatever these are called.
    renamed = same and not _paths(one) & _paths(other)
    few = (_few(units, one, other, threshold, level) for units in (apart, *_having_one(one, other, renamed=renamed)))
    return (same or one.outcome == other.outcome) and any(few)


def straight(y: Array, z: Array, rows: Array) -> tuple[float, float] | None:
    """Return b and a if y = b z + a rows for all units, which tells nothing of few of them; else nothing."""
    if len(y) < SOME or not y.any() or not z.any():
        return None
    b = float(y @ z) / float(z @ z)
    if np.abs(y - b * z).max() <= SAME * np.abs(y).max():
        return b, 0.0
    if len(y) <= SOME:
        return None
    (b, a), *_ = np.linalg.lstsq(np.column_stack([z, rows]), y)
    told = np.abs(y - b * z - a * rows).max() <= SAME * np.abs(y).max()
    return (float(b), float(a)) if told and abs(b) * np.ptp(z / rows) > SAME * np.abs(y).max() else None


def _few(units: set[str], one: Fit, other: Fit, threshold: int, level: str) -> bool:
    return 0 < len(_owned(units, one, other) if level == "holding" else units) < threshold


def _paths(fit: Fit) -> set[str]:
    """Name the sets of times at which any unit has any value."""
    return {path for of in fit.having.values() for path in of} - {""}


def _having_one(one: Fit, other: Fit, *, renamed: bool) -> Iterator[set[str]]:
    """Yield, for each value of a regressor of either fit, the units that have one at other times than the other.

    Where units have a value at no more than two sets of times, as treated and others do, a fit tells the sum of each
    of the two groups, and whoever is in one sample alone counts, too. Times may have other names in the other fit.
    """
    for here, there in product(one.having.values(), other.having.values()):
        mine, theirs = (dict(zip(fit.who, of, strict=True)) for fit, of in ((one, here), (other, there)))
        if renamed:
            theirs = _renamed(theirs, mine)
            there = list(theirs.values())
        if max(len(set(here)), len(set(there))) > GROUPS:
            yield {unit for unit in mine.keys() & theirs.keys() if mine[unit] != theirs[unit]}
            continue
        apart = mine.items() ^ theirs.items()
        yield from ({unit for unit, path in apart if path == group} for group in {*here, *there})


def _renamed(theirs: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    """Call sets of times as those that most of their units have in the other fit; none is called as nothing."""
    pairs = Counter((theirs[unit], mine[unit]) for unit in theirs.keys() & mine.keys())
    name: dict[str, str] = {}
    for (path, called), _ in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])):
        if path and called and path not in name and called not in name.values():
            name[path] = called
    return {unit: name.get(path, path) for unit, path in theirs.items()}


def _owned(units: set[str], one: Fit, other: Fit) -> set[str]:
    """Name the owners of units; a unit whose owner nobody tells counts for none, which is the safer guess."""
    owner: dict[str, str] = {}
    for fit in (other, one):
        owner |= dict(zip(fit.who, fit.owner, strict=False))
    return {owner.get(unit, "") for unit in units}


def digests(names: Sequence[object], salt: bytes) -> list[str]:
    """Put a salted digest in the place of each name."""
    return [hmac.digest(salt, str(name).encode(), hashlib.sha256).hex()[:24] for name in names]
