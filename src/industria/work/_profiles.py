"""Means of scores over the jobs of groups, and what of the jobs reached a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.encoding import Array, Ids
from industria.core.hierarchy import Hierarchy
from industria.work._employed import Employed
from industria.work._linked import (
    CHILDREN,
    MISSING,
    PASSAGES,
    SIBLINGS,
    SPLIT,
    CodeScores,
    Linked,
    code_scores,
    plain_codes,
)
from industria.work._scored import DETAIL, Scored, columns_of_measures

LEVELS: Final = {"p10": 0.1, "median": 0.5, "p90": 0.9}

PROFILE: Final = (
    "exposure",
    "employment",
    "coverage",
    "same_code_coverage",
    "split_share",
    "renormalized_share",
    "children_share",
    "siblings_share",
    "missing_share",
    "lower",
    "upper",
    *LEVELS,
    "high_share",
)

# A level that is met but for the last bits of a sum of shares is met.
MET: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Profiles:
    """What `profiles` gives.

    Attributes
    ----------
    table, codes : dict
        Columns of the table by group and measure, and of that by occupation and measure.
    covered : list of float
        Jobs that reached a score, by measure.
    n_missing, n_unused : int
        Occupations with employment and no score, and the reverse.
    """

    table: dict[str, Any]
    codes: dict[str, Any]
    covered: list[float]
    n_missing: int
    n_unused: int


def profiles(
    employed: Employed,
    scored: Scored,
    links: Linked,
    tree: Hierarchy | None,
    plain: Scored,
    *,
    siblings: bool = False,
    high: float | None = None,
) -> Profiles:
    """Average scores over the jobs of every group.

    Parameters
    ----------
    employed : Employed
        Jobs by group and occupation.
    scored : Scored
        Details gathered.
    links : Linked
        From codes of scores to occupations of employment.
    tree : Hierarchy, optional
        Where codes that no link reaches find their details.
    plain : Scored
        What a merge on equal codes would meet.
    siblings : bool
        Whether a code without details takes the mean of its group.
    high : float, optional
        Score from which on a job counts as highly exposed.

    Returns
    -------
    Profiles
        One row a group and measure, and one an occupation and measure.
    """
    width = scored.S.shape[1]
    every = [code_scores(employed.codes, links, scored, q, tree, siblings=siblings) for q in range(width)]
    same = [plain_codes(employed.codes, plain, q) for q in range(width)]
    rows = [_profile(employed, found, kept, high) for found, kept in zip(every, same, strict=True)]
    G, n = employed.groups.size, len(employed.codes)
    # Groups first, the measures of each below it.
    group = np.repeat(np.arange(G), width)
    table = {
        **employed.groups.columns(group),
        **columns_of_measures(scored.measures, np.tile(np.arange(width), G)),
        **{name: _interleaved([row[name] for row in rows]) for name in PROFILE},
    }
    code = np.repeat(np.arange(n), width)
    codes = {
        "occupation": pa.array(employed.codes, pa.string()).take(pa.array(code)),
        **columns_of_measures(scored.measures, np.tile(np.arange(width), n)),
        "passage": pa.array(PASSAGES).take(pa.array(_interleaved([found.passage for found in every]).astype(np.int64))),
        "score": _interleaved([found.score for found in every]),
        "lower": _interleaved([found.low for found in every]),
        "upper": _interleaved([found.high for found in every]),
        "n_linked": _interleaved([found.n_linked for found in every]).astype(np.int64),
        "n_scored": _interleaved([found.n_scored for found in every]).astype(np.int64),
        "employment": np.repeat(employed.by_code(), width),
    }
    missing = np.all([found.passage == MISSING for found in every], axis=0) if width else np.ones(n, bool)
    covered = [float(employed.by_code() @ (found.passage != MISSING)) for found in every]
    return Profiles(table, codes, covered, int(missing.sum()), _unused(scored, every))


def _interleaved(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.column_stack(columns).ravel() if columns else np.zeros(0)


def _unused(scored: Scored, every: Sequence[CodeScores]) -> int:
    """Count codes with a score that no job takes; a detail is taken with its occupation."""
    told = ~np.isnan(scored.S).all(axis=1) & scored.read
    used = {scored.codes[i] for found in every for i in np.flatnonzero(found.used)}
    left = (scored.codes[i] for i in np.flatnonzero(told) if scored.codes[i] not in used)
    return sum(DETAIL.fullmatch(code) is None or code[:7] not in used for code in left)


def _profile(
    employed: Employed, found: CodeScores, same: npt.NDArray[np.bool_], high: float | None
) -> dict[str, Array]:
    """One measure over all groups."""
    G, g, c, jobs = employed.groups.size, employed.g, employed.c, employed.jobs
    whole = employed.by_group()
    covered = found.passage != MISSING
    reached = covered[c]
    reached_jobs = np.bincount(g, jobs * reached, G).astype(np.float64)

    def part(of: npt.NDArray[np.bool_]) -> Array:
        return _ratio(np.bincount(g, jobs * of[c], G), whole)

    def mean(of: Array) -> Array:
        return _ratio(np.bincount(g, jobs * np.where(covered, of, 0.0)[c], G), reached_jobs)

    lower, upper = mean(found.low), mean(found.high)
    above = covered & (found.score >= high) if high is not None else covered
    made = {
        # A mean of equal scores may miss them by a last bit.
        "exposure": np.clip(mean(found.score), lower, upper),
        "employment": whole,
        "coverage": part(covered),
        "same_code_coverage": part(same),
        "split_share": part(found.passage == SPLIT),
        "renormalized_share": part(found.partly),
        "children_share": part(found.passage == CHILDREN),
        "siblings_share": part(found.passage == SIBLINGS),
        "missing_share": part(~covered),
        "lower": lower,
        "upper": upper,
        "high_share": _ratio(np.bincount(g, jobs * above[c], G), reached_jobs)
        if high is not None
        else np.full(G, np.nan),
    }
    kept = reached & (jobs > 0)
    levels = _quantiles(g[kept], found.score[c[kept]], jobs[kept], G)
    return {**made, **dict(zip(LEVELS, levels, strict=True))}


def _quantiles(g: Ids, value: Array, jobs: Array, G: int) -> list[Array]:
    """Find, in every group, the smallest score at which the levels of its jobs are reached."""
    order = np.lexsort((value, g))
    g, value, jobs = g[order], value[order], jobs[order]
    made = [np.full(G, np.nan) for _ in LEVELS]
    if not len(g):
        return made
    some, start, sizes = np.unique(g, return_index=True, return_counts=True)
    whole = np.add.reduceat(jobs, start)
    # Shares of each group, cumulated from its number on: one rising array for all.
    up = np.cumsum(jobs) - np.repeat(np.cumsum(whole) - whole, sizes)
    share = np.repeat(np.arange(len(some)), sizes) + np.minimum(up / np.repeat(whole, sizes), 1.0)
    for of, level in zip(made, LEVELS.values(), strict=True):
        at = np.searchsorted(share, np.arange(len(some)) + level - MET)
        of[some] = value[np.minimum(at, start + sizes - 1)]
    return made


def _ratio(part: npt.ArrayLike, whole: Array) -> Array:
    share: Array = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
