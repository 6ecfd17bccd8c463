"""Numbers that leave in another shape than they are: rounded, noised, or adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.kernels.cell_key import cell_keys, noise, noise_table, record_keys
from industria.kernels.controlled_rounding import controlled_rounding, conventional_rounding, random_rounding
from industria.kernels.tabular_adjustment import tabular_adjustment
from industria.release._attacked import WORDS, Reached, fails, solved
from industria.release._behind import REST
from industria.release._digits import NOISE, whole_unit
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release._suppressed import bounds, costs
from industria.release.policy import Policy

__all__ = ["Altered", "altered"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

WHOLE: Final = 1e-6
"""By how much an end that is a whole number may be off."""


@dataclass(frozen=True, slots=True, eq=False)
class Altered:
    """What leaves in place of the cells of a system.

    Attributes
    ----------
    values : array, shape (n_cells,)
        The numbers that leave.
    status : {"rounded", "adjusted"}
        What is said of those that are marked.
    marked : array of bool, shape (n_cells,)
        Cells of which it is said: all, unless nothing had to be adjusted.
    moved : array of bool, shape (n_cells,)
        Cells that do not leave as they are: all where numbers are rounded or noised; confidential.
    reached : Reached
        Between which values an outsider can place a sensitive cell; the number that leaves for all others.
    failed : array of bool, shape (n_cells,)
        Sensitive cells that an outsider comes too close to all the same.
    proven : bool
        Whether no table of this kind is nearer.
    notes : list of str
        What a reader must know, and what was not checked; no parameter of the method.
    reach : float or None
        By how much everybody knows a rounded number to be off at most; None of noise and of what was moved.
    known : array, shape (2, n_cells), or None
        Between which values a rounded or noised number tells by itself that the true one lies; None of what was moved.
    """

    values: Array
    status: Literal["rounded", "adjusted"]
    marked: Truth
    moved: Truth
    reached: Reached
    failed: Truth
    proven: bool
    notes: list[str]
    reach: float | None = None
    known: Array | None = None


def altered(joint: Joint, found: Primary, policy: Policy, *, key: bytes = b"") -> Altered:
    """Round, noise or adjust the cells of a system, by the method of a policy.

    Parameters
    ----------
    joint : Joint
        All cells of one variable.
    found : Primary
        Those that are sensitive, and how far an outsider must stay from them.
    policy : Policy
        With `method` "round", "perturb" or "adjust".
    key : bytes
        Secret of the site: noise, and random rounding, are the same for one cell in every release made with it.

    Raises
    ------
    ReleaseRefusedError
        If the method is not for such numbers, or needs a key.
    NoAdditiveTableError
        If no such table adds up.
    """
    if policy.method != "perturb" and joint.fixed.any():
        cell = int(np.flatnonzero(joint.fixed)[0])
        raise ReleaseRefusedError(
            joint.named(cell), f'it was published as it is before, so that method = "{policy.method}" hides nothing'
        )
    drawn = policy.method == "perturb" or (policy.method == "round" and policy.rounding == "random")
    if drawn and not key:
        raise ReleaseRefusedError("noise and random rounding", "they need a secret of the site; give key")
    if policy.method == "perturb":
        return _noised(joint, found, policy, key)
    return _rounded(joint, found, policy, key) if policy.method == "round" else _adjusted(joint, found, policy)


def _rounded(joint: Joint, found: Primary, policy: Policy, key: bytes) -> Altered:
    base = policy.rounding_base or 1
    notes = [f"numbers are rounded to multiples of {base}"]
    further, proven = False, True
    if policy.rounding == "controlled":
        shown = (joint.rows > 0).astype(float)
        told = controlled_rounding(joint.A, joint.x, base, weight=shown, time_limit=policy.time_limit)
        y, further, proven = told.y, told.further, told.proven
        notes += ["some moved one multiple further than to a neighboring one"] if further else []
        notes += [] if told.proven else ["a nearer table that adds up may exist"]
        notes.append("who knows that the rounded table is the nearest was asked of cells that are in no sum alone")
    else:
        conventional = policy.rounding == "conventional"
        drawn = None if conventional else random_rounding(joint.x, base, _keys(joint, key, "random rounding"))
        y = conventional_rounding(joint.x, base) if drawn is None else drawn
        notes.append("each was rounded by itself, so that sums need not add up")
    reach = base / 2 if policy.rounding == "conventional" else base * (1.0 + further)
    known = _told_by_rounded(joint, policy, y, reach)
    if policy.rounding == "controlled":
        known = _told_by_nearest(joint, y, base, known)
    reached = _solved_with(joint, found, policy, y, known)
    notes.append("what one contributor, or a sum of several cells, tells was not asked")
    every = np.ones(len(y), bool)
    return Altered(y, "rounded", every, every, reached, fails(joint, found, reached), proven, notes, reach, known)


def _told_by_rounded(joint: Joint, policy: Policy, y: Array, reach: float) -> Array:
    """Tell between which values each true one lies, by its rounded number alone."""
    low, high = y - reach, y + reach
    if joint.counts and not joint.has_weights:
        # Whole numbers strictly within the reach; a half that is rounded up is its lower end.
        halves = policy.rounding == "conventional"
        low, high = (np.ceil(low) if halves else np.floor(low) + 1), np.ceil(high) - 1
    return np.stack([low, high])


def _told_by_nearest(joint: Joint, y: Array, base: int, known: Array) -> Array:
    """Narrow what numbers tell that no sum holds back: each went to its nearest multiple, and everybody knows."""
    alone = np.diff(joint.A.tocsc().indptr) == 0
    low, high = y - base / 2, y + base / 2
    if joint.counts and not joint.has_weights:
        low, high = np.ceil(low), np.floor(high)
    return np.where(alone & (joint.rows > 0), [np.maximum(known[0], low), np.minimum(known[1], high)], known)


def _solved_with(joint: Joint, found: Primary, policy: Policy, y: Array, known: Array) -> Reached:
    """Attack rounded numbers: each true value lies within a reach of its own, and true values add up."""
    least, most = bounds(joint, found, policy)
    low, high = np.maximum(known[0], least), np.minimum(known[1], most)
    told = solved(joint, np.arange(len(y)), low, high, found.sensitive)
    method = [WORDS[int(how)] if sensitive else "" for how, sensitive in zip(told.method, found.sensitive, strict=True)]
    return Reached(np.where(found.sensitive, told.low, y), np.where(found.sensitive, told.high, y), method)


def _keys(joint: Joint, key: bytes, method: str) -> Array:
    """Draw for each cell from 0 up to 1, by the units behind it: the same in every table and release."""
    behind = joint.behind
    if (behind.unit == REST).any():
        raise ReleaseRefusedError(
            joint.named(int(behind.cell[behind.unit == REST][0])),
            f"{method} needs the units behind it, and they are not told one by one",
        )
    pairs = np.unique(np.stack([behind.cell, behind.unit]), axis=1)
    return cell_keys(pairs[0], record_keys(joint.units, key)[pairs[1]], len(joint.x))


def _noised(joint: Joint, found: Primary, policy: Policy, key: bytes) -> Altered:
    """Put noise on counts, and look whether one that is sensitive is too close to who knows the largest noise."""
    if not joint.counts or joint.has_weights:
        raise ReleaseRefusedError(
            joint.named(0), 'method = "perturb" is for counts of units without weights; round, adjust or suppress this'
        )
    n = len(joint.x)
    keys = _keys(joint, key, 'method = "perturb"')
    deviation = policy.noise_deviation or 1
    y = joint.x + noise(joint.x, keys, noise_table(policy.noise_variance or 0.0, deviation))
    known = np.stack([y - deviation, y + deviation])
    low, high = _told_by_noised(joint, found, policy, known)
    return Altered(
        values=y,
        status="adjusted",
        marked=np.ones(n, bool),
        moved=np.ones(n, bool),
        reached=Reached(y, y, [""] * n),
        failed=found.sensitive & (high - low < found.width),
        proven=True,
        notes=[
            "numbers carry noise that is none on average; sums need not add up",
            "each noised number was attacked by itself, and sums of them only beside sums that left as they are",
            "what one contributor tells of noised numbers was not asked",
        ],
        known=known,
    )


def _told_by_noised(joint: Joint, found: Primary, policy: Policy, known: Array) -> tuple[Array, Array]:
    """Tell between which values who knows the largest noise places a count; with all sums that left true before."""
    # A row that stands there is of somebody, so that a zero in it is a count of up to the largest noise.
    least, most = bounds(joint, found, policy)
    shown = joint.rows > 0
    low, high = (np.where(shown, of, all_know) for of, all_know in zip(known, (least, most), strict=True))
    low, high = np.maximum(low, least), np.minimum(high, most)
    if not joint.fixed.any():
        return low, high
    low, high = np.where(joint.fixed, joint.x, low), np.where(joint.fixed, joint.x, high)
    told = solved(joint, np.arange(len(low)), low, high, found.sensitive)
    return np.ceil(told.low - WHOLE), np.floor(told.high + WHOLE)


def _adjusted(joint: Joint, found: Primary, policy: Policy) -> Altered:
    cost = costs(joint, policy)
    plain = joint.counts and not joint.has_weights
    # What moves by a part of the last digit of the data would show that it moved, and by how much.
    unit = 1.0 if plain else whole_unit(joint.x)
    per_unit = unit or 1.0
    up = np.where(found.sensitive, np.maximum(found.up, found.width - found.down), 0.0) * per_unit
    down = found.down * per_unit
    told = tabular_adjustment(
        joint.A,
        joint.x * per_unit if unit is None else np.rint(joint.x * per_unit),
        sensitive=found.sensitive,
        up=up if unit is None else np.ceil(up - NOISE * np.abs(up)),
        down=down if unit is None else np.ceil(down - NOISE * np.abs(down)),
        weight=np.where(np.isinf(cost), np.inf, (joint.rows > 0).astype(float)),
        low=np.where(found.negative, -np.inf, 0.0),
        whole=unit is not None,
        time_limit=policy.time_limit,
    )
    notes = ["sensitive cells were moved, and others as little as sums ask for; which were moved is not told"]
    notes += ["some were moved further than their level"] if told.further else []
    notes += [] if told.proven else ["a nearer table that adds up may exist"]
    notes.append("no attack was made on the adjusted numbers")
    y = np.where(told.moved, told.y / per_unit, joint.x)
    return Altered(
        values=y,
        status="adjusted",
        # A mark on those alone that moved would tell the true values of all others, and whose neighbors they are.
        marked=np.full(len(y), bool(told.moved.any())),
        moved=told.moved,
        reached=Reached(y, y, [""] * len(y)),
        failed=np.zeros(len(y), bool),
        proven=told.proven,
        notes=notes,
    )
