"""Scores of one country's occupations at the codes of many countries' employment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from industria.core.encoding import Array, Ids
from industria.core.hierarchy import Hierarchy
from industria.kernels.spread_scores import spread_equally, spread_scores
from industria.work._employed import Employed
from industria.work._linked import Linked
from industria.work._scored import Scored

COUNTRY: Final = (
    "exposure",
    "employment",
    "coverage",
    "excluded_share",
    "missing_share",
    "split_share",
    "renormalized_share",
    "exposure_equal",
    "lower",
    "upper",
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which occupations of the origin are linked to which codes of employment.

    Attributes
    ----------
    L : csr_array, shape (n, k)
        1 where they are.
    m : array, shape (n,)
        Employment of the origin; 0 where it is not told.
    S, low, high : array, shape (n, q)
        Scores; NaN without one, or without employment to count by.
    """

    L: csr_array
    m: Array
    S: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class GroupScores:
    """Scores at the codes of employment; NaN where none is reached.

    Attributes
    ----------
    mean : array, shape (k, g, q)
        With weights by the country's own employment.
    equal : array, shape (k, patterns, q)
        With equal weights, the same for all countries with jobs in the same codes.
    pattern : array, shape (g,)
        Which of these a country has.
    scored, split : array, shape (k, g, q) or (k, g, 1)
        Part of the origin's employment at the code that has a score, and that has one and goes several ways.
    low, high : array, shape (k, q)
        The least and largest score linked.
    """

    mean: Array
    equal: Array
    pattern: Ids
    scored: Array
    split: Array
    low: Array
    high: Array


def pattern(
    links: Linked, scored: Scored, origin: Employed, codes: list[str], exclude: Collection[str], tree: Hierarchy | None
) -> Pattern:
    """Lead links to the codes of employment, or to those above them in the hierarchy."""
    place = {code: k for k, code in enumerate(codes) if code not in exclude}
    ends = [code if code in place else _above(code, place, tree) for code in links.ends]
    d = np.array([-1 if code is None else place[code] for code in ends], np.int64)[links.d]
    n, k = len(links.origins), len(codes)
    # Several links of one occupation into one group are one.
    pairs = np.unique(links.i[d >= 0] * max(k, 1) + d[d >= 0])
    L = csr_array((np.ones(len(pairs)), (pairs // max(k, 1), pairs % max(k, 1))), shape=(n, k))
    jobs = dict(zip(origin.codes, origin.by_code().tolist(), strict=True))
    m = np.array([jobs.get(code, 0.0) for code in links.origins], float)
    row = scored.places()
    rows = np.array([row.get(code, -1) for code in links.origins], np.int64)
    counts = ((rows >= 0) & (m > 0))[:, None]
    blank = np.full((1, scored.S.shape[1]), np.nan)
    S, low, high = (
        np.where(counts, np.concatenate([of, blank])[rows], np.nan) for of in (scored.S, scored.low, scored.high)
    )
    return Pattern(L, m, S, low, high)


def _above(code: str, place: Collection[str], tree: Hierarchy | None) -> str | None:
    return None if tree is None else next((above for above in tree.ancestors(code) if above in place), None)


def group_scores(at: Pattern, W: Array) -> GroupScores:
    """Find scores at every code of employment, in every country and by every measure.

    Parameters
    ----------
    at : Pattern
        The links.
    W : array, shape (k, g)
        Employment by code and country.

    Returns
    -------
    GroupScores
        An occupation spreads its jobs over the codes it is linked to in proportion to the country's own.
    """
    mean, scored, split = spread_scores(at.L, W, at.m, at.S)
    return GroupScores(mean, *spread_equally(at.L, W, at.m, at.S), scored, split, *_range(at))


def _range(at: Pattern) -> tuple[Array, Array]:
    """Find the least and largest score linked to every code."""
    ends = at.L.tocsc()
    some = np.flatnonzero(np.diff(ends.indptr))
    low, high = (np.full((at.L.shape[1], at.S.shape[1]), side) for side in (np.inf, -np.inf))
    if len(some):
        starts = ends.indptr[some]
        low[some] = np.minimum.reduceat(np.nan_to_num(at.low, nan=np.inf)[ends.indices], starts, axis=0)
        high[some] = np.maximum.reduceat(np.nan_to_num(at.high, nan=-np.inf)[ends.indices], starts, axis=0)
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def countries(found: GroupScores, W: Array, whole: Array, excluded: Array, *, equal: bool) -> dict[str, Array]:
    """Average over the jobs of every country.

    Parameters
    ----------
    found : GroupScores
        Scores at the codes of employment.
    W : array, shape (k, g)
        Employment that is not excluded.
    whole, excluded : array, shape (g,)
        All employment, and what is excluded.
    equal : bool
        Whether the exposure is that with equal weights.

    Returns
    -------
    dict of str to array, shape (g, q)
        The columns `COUNTRY`.
    """
    reached = found.scored > 0
    jobs = W[:, :, None] * reached
    shape = found.mean.shape[1:]
    covered = np.broadcast_to(jobs.sum(axis=0), shape)

    def summed(of: Array) -> Array:
        return np.asarray(np.einsum("kgq,kgq->gq", jobs, of))

    def part(of: Array) -> Array:
        return np.broadcast_to(_ratio(of, np.broadcast_to(whole[:, None], of.shape)), shape)

    lower, upper = (
        _ratio(np.einsum("kgq,kq->gq", jobs, np.nan_to_num(side)), covered) for side in (found.low, found.high)
    )
    own, by_equal = np.zeros((2, *shape))
    # Code by code: a table of all codes, countries and measures is large, and is not made once more.
    for d in range(len(W)):
        own += np.where(reached[d], jobs[d] * found.mean[d], 0.0)
        by_equal += np.where(reached[d], jobs[d] * found.equal[d, found.pattern], 0.0)
    # A mean of equal scores may miss them by a last bit.
    own, by_equal = (np.clip(_ratio(of, covered), lower, upper) for of in (own, by_equal))
    split = np.divide(found.split, found.scored, out=np.zeros(found.split.shape), where=reached)
    partly = reached & (found.scored < 1 - 1e-9)
    lost = (whole - excluded)[:, None] - covered
    return {
        "exposure": by_equal if equal else own,
        "employment": np.broadcast_to(whole[:, None], covered.shape),
        "coverage": part(covered),
        "excluded_share": part(np.broadcast_to(excluded[:, None], covered.shape)),
        "missing_share": part(np.maximum(lost, 0.0)),
        "split_share": part(summed(split)),
        "renormalized_share": part(summed(partly.astype(float))),
        "exposure_equal": by_equal,
        "lower": lower,
        "upper": upper,
    }


def _ratio(above: Array, below: Array) -> Array:
    share: Array = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return share
