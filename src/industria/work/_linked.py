"""Scores at the codes of employment: over links, through a hierarchy, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.core.codes import check_form, check_kinds
from industria.core.encoding import Array, Ids, encode
from industria.core.hierarchy import Hierarchy
from industria.core.rows import Field, held
from industria.core.table import TableLike
from industria.errors import InfiniteValueError, NegativeValueError
from industria.work._scored import DETAIL, Scored, numbers, refuse_gaps, refuse_twice

PASSAGES: Final = ("same", "linked", "split", "children", "siblings", "missing")
SAME, LINKED, SPLIT, CHILDREN, SIBLINGS, MISSING = range(len(PASSAGES))


@dataclass(frozen=True, slots=True)
class Linked:
    """Which scores an employment code is linked to.

    Attributes
    ----------
    origins, ends : list of str
        Codes of both sides, sorted.
    i, d : array, shape (n,)
        Origin and destination of a link.
    weight : array, shape (n,)
        What the origin counts by; 1 where the table does not say.
    weighed : bool
        Whether it says.
    untold : array of bool, shape (n,)
        Whether it says of the others, and not of this one.
    """

    origins: list[str]
    ends: list[str]
    i: Ids
    d: Ids
    weight: Array
    weighed: bool
    untold: npt.NDArray[np.bool_]


def read_links(links: TableLike) -> Linked:
    """Read `origin_code, destination_code` and, if there, `origin_employment` and `weight`.

    Raises
    ------
    MissingColumnError, ColumnTypeError, CodeError, MissingValueError
        If a column lacks or is of another type, codes are none, or an origin is missing.
    DuplicateRowError
        If a link stands twice.
    NegativeValueError, InfiniteValueError
        If a weight is below zero or infinite.
    """
    fields = [Field("origin_code"), Field("destination_code")]
    weights = [Field(name, "amount", default=None) for name in ("origin_employment", "weight")]
    rows, kinds = held(links, "links", [*fields, *weights])
    there = [field.name for field in weights if field.name in rows.column_names]
    check_kinds(kinds, "links", ["origin_code", "destination_code"], there)
    refuse_gaps(rows, "links", "origin_code")
    # A composition writes what it lost as a link to nowhere.
    rows = rows.filter(rows["destination_code"].is_valid())
    origins, (i,) = encode(rows["origin_code"])
    ends, (d,) = encode(rows["destination_code"])
    for column, codes in (("origin_code", origins), ("destination_code", ends)):
        check_form(codes.to_pylist(), "links", column)
    refuse_twice(rows, "links", ("origin_code", "destination_code"), i * max(len(ends), 1) + d)
    weight, untold = np.ones(rows.num_rows), np.zeros(rows.num_rows, bool)
    for name in there:
        told = numbers(rows[name])
        for wrong in np.flatnonzero(np.isinf(told) | (told < 0))[:1]:
            where = f"origin_code = {rows['origin_code'][int(wrong)].as_py()!r}"
            if np.isinf(told[wrong]):
                raise InfiniteValueError("links", name, int(np.isinf(told).sum()), where)
            raise NegativeValueError("links", name, "a weight", int((told < 0).sum()), float(told[wrong]), where)
        weight, untold = weight * np.nan_to_num(told), untold | np.isnan(told)
    return Linked(origins.to_pylist(), ends.to_pylist(), i, d, weight, bool(there), untold)


def own_links(scored: Scored) -> Linked:
    """Link every code of the scores to itself."""
    every = np.arange(len(scored.codes))
    return Linked(scored.codes, scored.codes, every, every, np.ones(len(every)), False, np.zeros(len(every), bool))


@dataclass(frozen=True, slots=True)
class CodeScores:
    """One measure at the codes of employment.

    Attributes
    ----------
    score, low, high : array, shape (n,)
        Mean over the linked codes that have a score, and the least and largest of them; NaN where there is none.
    passage : array, shape (n,)
        Place in `PASSAGES`.
    partly : array of bool, shape (n,)
        Whether a linked code lacks a score, or a weight that others have, so that weights were renormalized.
    n_linked, n_scored : array, shape (n,)
        Codes that stand behind it, and those that have a score.
    used : array of bool, shape (m,)
        Codes of the scores that some employment code takes.
    """

    score: Array
    low: Array
    high: Array
    passage: Ids
    partly: npt.NDArray[np.bool_]
    n_linked: Ids
    n_scored: Ids
    used: npt.NDArray[np.bool_]


def code_scores(
    codes: Sequence[str], links: Linked, scored: Scored, q: int, tree: Hierarchy | None, *, siblings: bool
) -> CodeScores:
    """Carry the scores of one measure to the codes of employment.

    Parameters
    ----------
    codes : sequence of str
        Of employment.
    links : Linked
        From the codes of scores.
    scored : Scored
        Details gathered.
    q : int
        Which measure.
    tree : Hierarchy, optional
        Codes that no link reaches take the mean of their details.
    siblings : bool
        Whether codes without details take the mean of their group.

    Returns
    -------
    CodeScores
        In the order of `codes`.
    """
    ends = _ends(links, scored, q)
    place = {code: k for k, code in enumerate(links.ends)}
    reached = {code for code, k in place.items() if ends.n_scored[k]}
    lines, passage = _lines(codes, reached, tree, siblings=siblings)
    row = np.repeat(np.arange(len(codes)), [len(line) for line in lines])
    via = np.array([place[code] for line in lines for code in line], np.int64)
    n = len(codes)

    def added(of: Array) -> Array:
        return np.bincount(row, of, n).astype(np.float64)

    mass = ends.mass[via] if links.weighed else np.ones(len(via))
    total = added(mass)
    mass = np.where(total[row] > 0, mass, 1.0)
    whole = added(mass)
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, row, ends.low[via])
    np.maximum.at(high, row, ends.high[via])
    found = whole > 0
    low, high = (np.where(found, side, np.nan) for side in (low, high))
    mean = np.divide(added(mass * ends.score[via]), whole, out=np.full(n, np.nan), where=found)
    # Where no linked code has a weight, they count the same, and none is left out.
    dropped = (np.bincount(row, ends.untold[via], n) > 0) & (total > 0)
    n_linked, n_scored = (np.bincount(row, of[via], n).astype(np.int64) for of in (ends.n_linked, ends.n_scored))
    several = np.bincount(row, ends.several[via], n) > 0
    direct = passage == LINKED
    same = np.array(
        [line == [code] and _own(ends, scored, place[code], code) for code, line in zip(codes, lines, strict=True)]
    )
    passage = np.where(direct & ((n_scored > 1) | several), SPLIT, np.where(direct & same, SAME, passage))
    taken = np.zeros(len(scored.codes), bool)
    taken[ends.origin[np.isin(ends.d, via)]] = True
    return CodeScores(
        # A mean of equal scores may miss them by a last bit.
        np.clip(mean, low, high),
        low,
        high,
        passage,
        ((n_linked > n_scored) | dropped) & found,
        n_linked,
        n_scored,
        taken,
    )


def plain_codes(codes: Sequence[str], scored: Scored, q: int) -> npt.NDArray[np.bool_]:
    """Tell which codes a merge on equal codes would have kept."""
    place = scored.places()
    told = ~np.isnan(scored.S[:, q])
    return np.array([code in place and bool(told[place[code]]) for code in codes], bool)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Scores at the destinations of links; `origin` and `d` are the links with a score."""

    score: Array
    low: Array
    high: Array
    mass: Array
    several: npt.NDArray[np.bool_]
    untold: npt.NDArray[np.bool_]
    n_linked: Ids
    n_scored: Ids
    origin: Ids
    d: Ids


def _ends(links: Linked, scored: Scored, q: int) -> _Ends:
    place = scored.places()
    rows = np.array([place.get(code, -1) for code in links.origins], np.int64)[links.i]
    told = (rows >= 0) & ~np.isnan(scored.S[rows, q]) if len(scored.codes) else np.zeros(len(rows), bool)
    k = len(links.ends)
    n_linked = np.bincount(links.d, minlength=k)
    origin, d, weight = rows[told], links.d[told], links.weight[told]
    n_scored = np.bincount(d, minlength=k)
    mass = np.bincount(d, weight, k).astype(np.float64)
    # Where the linked codes have no employment among them, they count the same.
    weight = np.where(mass[d] > 0, weight, 1.0)
    L = csr_array((weight, (d, origin)), shape=(k, max(len(scored.codes), 1)))
    whole = np.asarray(L.sum(axis=1)).ravel()
    S = np.nan_to_num(scored.S[:, q]) if len(scored.codes) else np.zeros(1)
    score = np.divide(L @ S, whole, out=np.full(k, np.nan), where=whole > 0)
    low, high = np.full(k, np.inf), np.full(k, -np.inf)
    np.minimum.at(low, d, scored.low[origin, q])
    np.maximum.at(high, d, scored.high[origin, q])
    several = np.bincount(d, scored.several[origin, q], k) > 0
    untold = np.bincount(d, links.untold[told], k) > 0
    return _Ends(score, low, high, mass, several, untold, n_linked, n_scored, origin, d)


def _lines(
    codes: Sequence[str], reached: set[str], tree: Hierarchy | None, *, siblings: bool
) -> tuple[list[list[str]], Ids]:
    """List which destinations of links stand behind every code: itself, else its details, else its group's."""
    below = {} if tree is None else tree.descendants(sorted(reached))
    lines: list[list[str]] = []
    passage = np.full(len(codes), MISSING)
    for n, code in enumerate(codes):
        if code in reached:
            lines.append([code])
            passage[n] = LINKED
            continue
        line: list[str] = []
        if tree is not None:
            whole = tree.canonical(code)
            line = _nearest(tree, whole, below.get(whole, []))
            passage[n] = CHILDREN if line else MISSING
            group = next((a for a in tree.ancestors(code) if a in below), None) if siblings and not line else None
            if group is not None:
                line = _nearest(tree, group, below[group])
                passage[n] = SIBLINGS
        lines.append(line)
    return lines, passage


def _nearest(tree: Hierarchy, whole: str, below: Sequence[str]) -> list[str]:
    """Leave out what lies below another one of the codes, which speaks for it."""
    if whole in below:
        return [whole]
    listed = {*below}
    return [code for code in below if not listed & {*tree.ancestors(code)}]


def _own(ends: _Ends, scored: Scored, d: int, code: str) -> bool:
    """Tell whether all scores at a destination are of its own name, or of its only detail."""
    origins = [scored.codes[i] for i in ends.origin[ends.d == d]]
    return all(one == code or (DETAIL.fullmatch(one) is not None and one[:7] == code) for one in origins)
