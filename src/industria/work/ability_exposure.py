"""Exposure of occupations to artificial intelligence, by the abilities that they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, columns_there, read
from industria.core.table import TableLike, columns_of, from_arrays
from industria.errors import ChoiceError, EmptyTableError, OutsideRangeError

__all__ = ["AbilityExposure", "ability_exposure"]

HIGHEST = {"importance": 5.0, "level": 7.0}
"""Ends of the scales on which O*NET rates abilities."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AbilityExposure(Result):
    """Exposure by abilities.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, exposure, exposure_raw, n_abilities`.
    applications : str
        Those counted, in order.
    n_abilities, n_unrelated : int
        Abilities with a relatedness, and abilities of occupations that have none and so count for nothing.
    """

    applications: str
    n_abilities: int
    n_unrelated: int


@measure(
    gives={
        "exposure": "the raw exposure, less its mean over occupations, in standard deviations; raw on request [1]",
        "exposure_raw": "mean score of abilities by their weight in the occupation; null where nothing weighs [1]",
        "n_abilities": "abilities with a weight and a score in the occupation [count]",
    },
    cites=(
        "Felten, Raj & Seamans (2021), Occupational, industry, and geographic exposure to artificial intelligence, "
        "Strategic Management Journal 42(12), 2195-2217"
    ),
    design="descriptive",
)
def ability_exposure(
    relatedness: TableLike,
    abilities: TableLike,
    *,
    applications: Sequence[str] | None = None,
    standardize: bool = True,
) -> AbilityExposure:
    """Average how far applications of AI relate to abilities, by their weight in occupations.

    The score of an ability is the sum of its relatedness over applications. Its weight
    in an occupation is importance/5 times level/7. Sums of weight times score and of weights
    are averaged over all occupations of a detailed code (what stands before the dot of an
    O*NET-SOC code), and then divided.

    Parameters
    ----------
    relatedness : Table
        `ability, application, relatedness`; pairs that are not there count zero.
    abilities : Table
        `occupation, ability`, and `importance` (1 to 5) and `level` (0 to 7), or in their place `weight`.
    applications : sequence of str, optional
        Those that count, such as language modeling alone; all by default.
    standardize : bool
        Whether `exposure` has mean 0 and standard deviation 1 over the occupations (n - 1 in the denominator).

    Returns
    -------
    AbilityExposure
        One row a code. The raw exposure is null where no ability weighs; the standardized
        one is null too where occupations do not differ.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    ChoiceError
        If an application is not in the table; the message has the nearest.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a rating lies outside its scale, or a weight is below zero or infinite.
    DuplicateRowError
        If an ability has an application twice, or an occupation an ability.
    EmptyTableError
        If `relatedness` has no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> relatedness = pd.DataFrame({
    ...     "ability": ["writing", "strength"],
    ...     "application": "language modeling",
    ...     "relatedness": [0.8, 0.1],
    ... })
    >>> abilities = pd.DataFrame({
    ...     "occupation": ["clerk", "clerk", "mover", "mover"],
    ...     "ability": ["writing", "strength", "writing", "strength"],
    ...     "importance": [4.0, 1.0, 1.0, 5.0],
    ...     "level": [5.0, 1.0, 1.0, 5.0],
    ... })
    >>> print(ability_exposure(relatedness, abilities).to_pandas().round(3).to_string(index=False))
    occupation  exposure  exposure_raw  n_abilities
         clerk     0.707         0.767            2
         mover    -0.707         0.127            2
    """
    score, counted = _scores(relatedness, applications)
    rows, weight = _abilities(abilities)
    known = np.array([score.get(ability, np.nan) for ability in rows["ability"]], float)
    counts = ~np.isnan(known) & (weight > 0)

    codes = np.array([occupation.rsplit(".", 1)[0] for occupation in rows["occupation"]], str)
    occupations, place = np.unique(codes, return_inverse=True)
    weighed = np.where(counts, weight, 0.0)
    total = np.bincount(place, weighed, len(occupations))
    raw = np.divide(
        np.bincount(place, weighed * np.nan_to_num(known), len(occupations)),
        total,
        out=np.full(len(occupations), np.nan),
        where=total > 0,
    )
    pairs = {(int(i), ability) for i, ability, one in zip(place, rows["ability"], counts, strict=True) if one}
    return AbilityExposure(
        table=from_arrays(
            {
                "occupation": occupations.tolist(),
                "exposure": _standardized(raw) if standardize else raw,
                "exposure_raw": raw,
                "n_abilities": np.bincount(np.array([i for i, _ in pairs], int), minlength=len(occupations)),
            }
        ),
        applications=", ".join(counted),
        n_abilities=len(score),
        n_unrelated=len({*rows["ability"]} - score.keys()),
    )


def _scores(relatedness: TableLike, applications: Sequence[str] | None) -> tuple[dict[str, float], list[str]]:
    """Add up the relatedness of every ability over the applications that count."""
    rows = read(
        relatedness,
        "relatedness",
        Field("ability"),
        Field("application"),
        Field("relatedness", "number"),
        key=("ability", "application"),
    )
    if not rows.n:
        raise EmptyTableError("relatedness")
    there = sorted({*rows["application"]})
    counted = there if applications is None else list(columns_of(applications, "applications"))
    for application in counted:
        if application not in there:
            raise ChoiceError("applications", application, there)
    score = dict.fromkeys(rows["ability"], 0.0)
    for ability, application, value in zip(rows["ability"], rows["application"], rows["relatedness"], strict=True):
        score[ability] += value if application in counted else 0.0
    return score, counted


def _abilities(abilities: TableLike) -> tuple[Rows, Array]:
    """Read abilities with their weights, as they are or made of importance and level."""
    table, there = columns_there(abilities, "abilities")
    rated = ("weight",) if "weight" in there else tuple(HIGHEST)
    fields = (Field("occupation"), Field("ability"), *(Field(name, "amount") for name in rated))
    rows = read(table, "abilities", *fields, key=("occupation", "ability"))
    for name in rated:
        above = np.flatnonzero(rows[name] > HIGHEST.get(name, np.inf))
        if above.size:
            i = int(above[0])
            where = rows.where(i, "occupation", "ability")
            raise OutsideRangeError("abilities", name, float(rows[name][i]), where, f"is at most {HIGHEST[name]:g}")
    weight: Array = np.prod([rows[name] / HIGHEST.get(name, 1.0) for name in rated], axis=0)
    return rows, weight


def _standardized(raw: Array) -> Array:
    there = raw[~np.isnan(raw)]
    spread = there.std(ddof=1) if len(there) > 1 else 0.0
    # Occupations that differ by rounding alone do not differ.
    if spread <= 1e-12 * np.abs(there).max(initial=1.0):
        return np.full(len(raw), np.nan)
    standardized: Array = (raw - there.mean()) / spread
    return standardized
