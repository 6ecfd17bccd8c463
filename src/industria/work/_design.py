"""From a formula and cells of covariates to columns of a regression, and back to terms that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import (
    CollinearTermError,
    ColumnTypeError,
    FormulaError,
    OneSidedCategoryError,
    SmallGroupError,
    UnknownLabelError,
)
from industria.kernels.least_squares import independent
from industria.work._formula import Category, Factor, Formula, Number, Term
from industria.work._workers import NAME, Workers, label_of

__all__ = ["INTERCEPT", "Design", "Shown", "design_of"]

Array: TypeAlias = npt.NDArray[np.float64]
INTERCEPT = "Intercept"


@dataclass(frozen=True, slots=True)
class Shown:
    """A regressor as it is shown: its term, and the category it stands for."""

    term: str
    category: str | None = None

    @property
    def name(self) -> str:
        """In one word, for messages."""
        return self.term if self.category is None else f"{self.term}[{self.category}]"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Regressors by cell, on a basis in which sums of them are well conditioned.

    Attributes
    ----------
    Q : array, shape (C, k)
        The basis: X = Q R.
    E, T : array, shape (m, k)
        From means and slopes on the basis to those of the m regressors shown.
    shown : tuple of Shown
        These regressors; the intercept is the first.
    """

    Q: Array
    E: Array
    T: Array
    shown: tuple[Shown, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms, the intercept first."""
        return tuple(dict.fromkeys(one.term for one in self.shown))

    @property
    def gathering(self) -> Array:
        """Return what adds regressors up: first to the total, then to terms, then each alone."""
        by_term = [[float(one.term == term) for one in self.shown] for term in self.terms]
        return np.vstack([np.ones(len(self.shown)), np.array(by_term), np.eye(len(self.shown))])


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Columns of a factor or a term, the category of each, and the one that is left out."""

    columns: Array
    labels: tuple[str | None, ...]
    base: str | None = None


def design_of(formula: Formula, workers: Workers, *, normalize: bool = False, together: bool = False) -> Design:
    """Lay a formula out on the cells of workers.

    Parameters
    ----------
    formula : Formula
        Parsed.
    workers : Workers
        With all its columns.
    normalize : bool
        Show every category of a term, as deviations from the mean of its slopes
        (Gardeazabal & Ugidos 2004), so that the category left out does not matter.
    together : bool
        One model for both groups, so that a regressor needs a slope in both together alone.

    Returns
    -------
    Design
        On the basis of the cells that occur.

    Raises
    ------
    SmallGroupError, OneSidedCategoryError, CollinearTermError
        If a regressor has no slope in one of the groups.
    UnknownLabelError, ColumnTypeError, FormulaError, OutsideRangeError, InfiniteValueError
        If a factor cannot be reckoned.
    """
    factors = {f.text: _resolved(f, workers) for term in formula.terms for f in term.factors}
    _refuse_small(workers, 2 if together else len(formula.terms) + 2)
    _refuse_one_sided(factors.values(), workers)
    margins = {frozenset[str]()} | {frozenset(f.text for f in term.factors) for term in formula.terms}
    blocks = {term.text: _block(term, factors, margins, workers) for term in formula.terms}
    X = np.column_stack([np.ones(len(_shares(workers))), *(block.columns for block in blocks.values())])
    columns = ((term.name, label) for term in formula.terms for label in blocks[term.text].labels)
    shown = (Shown(INTERCEPT), *(Shown(*column) for column in columns))
    _refuse_small(workers, 2 if together else len(shown) + 1)
    _refuse_collinear(X, shown, workers, together=together)

    R: Array = np.linalg.qr(np.sqrt(_shares(workers))[:, None] * X, mode="r")  # type: ignore[assignment]
    E, T = np.asarray(R.T, float), np.asarray(np.linalg.inv(R), float)
    Q = X @ T
    if normalize:
        shown, expand, center = _normalized(formula, factors, blocks, shown)
        E, T = expand @ E, center @ T
    return Design(Q, E, T, shown)


def _resolved(factor: Factor, workers: Workers) -> Factor:
    """Take a column of text for one of categories, asked for as such or not."""
    texts = [column for column in factor.columns if workers.cells[column].dtype == object]
    if isinstance(factor, Number) and texts:
        if factor.columns == (factor.text,):
            return Category(factor.text, factor.text)
        raise ColumnTypeError(NAME, texts[0], f"a number, for {factor.text},", "text")
    return factor


def _block(term: Term, factors: Mapping[str, Factor], margins: set[frozenset[str]], workers: Workers) -> _Block:
    """Multiply the factors of a term out; a category is coded in full where its margin is not in the model."""
    names = frozenset(f.text for f in term.factors)
    coded = [_coded(factors[f.text], workers, full=names - {f.text} not in margins) for f in term.factors]
    columns = coded[0].columns
    for other in coded[1:]:
        columns = (columns[:, :, None] * other.columns[:, None, :]).reshape(len(columns), -1)
    labels = [[one for one in told if one is not None] for told in product(*(one.labels for one in coded))]
    return _Block(columns, tuple(":".join(told) if told else None for told in labels), coded[0].base)


def _coded(factor: Factor, workers: Workers, *, full: bool) -> _Block:
    if isinstance(factor, Number):
        return _Block(factor.of(workers.cells, workers.where)[:, None], (None,))
    levels = _levels(factor, workers)
    base = next(iter(levels)) if factor.base is None else factor.base
    if base not in levels:
        raise UnknownLabelError("the formula", factor.text, base, f"{NAME}.{factor.column}", list(levels))
    kept = [level for level in levels if full or level != base]
    if not kept:
        raise CollinearTermError(NAME, factor.name, [INTERCEPT], f"{factor.column} = {base!r}")
    dummies = [workers.cells[factor.column] == levels[level] for level in kept]
    return _Block(np.array(dummies, float).reshape(len(kept), workers.n_cells).T, tuple(kept), base)


def _levels(factor: Category, workers: Workers) -> dict[str, Any]:
    """Return the categories in their order, by label."""
    return {label_of(level): level for level in sorted(set(workers.cells[factor.column].tolist()))}


def _shares(workers: Workers) -> Array:
    """Weight of each cell, both groups alike."""
    sums = [np.bincount(workers.cell[side], workers.w[side], workers.n_cells) for side in workers.sides()]
    return np.asarray(sum(one / one.sum() for one in sums) / 2)


def _refuse_small(workers: Workers, least: int) -> None:
    for rows, label in zip(workers.sides(), (workers.other, workers.reference), strict=True):
        if (n := rows.stop - rows.start) < least:
            raise SmallGroupError(NAME, workers.group, label, n, least)


def _refuse_one_sided(factors: Iterable[Factor], workers: Workers) -> None:
    rows = [np.bincount(workers.cell[side], minlength=workers.n_cells) for side in workers.sides()]
    groups = [f"{workers.group} = {label!r}" for label in (workers.other, workers.reference)]
    for factor in (one for one in factors if isinstance(one, Category)):
        for level, value in _levels(factor, workers).items():
            counts = [int(one @ (workers.cells[factor.column] == value)) for one in rows]
            if min(counts) == 0:
                has = int(counts[0] == 0)
                raise OneSidedCategoryError(NAME, factor.column, level, counts[has], groups[has], groups[1 - has])


def _refuse_collinear(X: Array, shown: Sequence[Shown], workers: Workers, *, together: bool) -> None:
    labels = [f"{workers.group} = {label!r}" for label in (workers.other, workers.reference)]
    parts = [(slice(None), " or ".join(labels))] if together else zip(workers.sides(), labels, strict=True)
    for side, where in parts:
        W = np.bincount(workers.cell[side], workers.w[side], len(X))
        Y = X[W > 0] * np.sqrt(W[W > 0])[:, None]
        size = np.linalg.norm(Y, axis=0)
        kept = independent(Y, size)
        if len(kept) == len(shown):
            continue
        j = next(j for j in range(len(shown)) if j not in kept)
        before = [i for i in kept if i < j]
        b = np.linalg.lstsq(Y[:, before], Y[:, j], rcond=None)[0]
        made_of = np.flatnonzero(np.abs(b) * size[before] > 1e-6 * size[j])
        raise CollinearTermError(NAME, shown[j].name, [shown[before[i]].name for i in made_of], where)


def _normalized(
    formula: Formula, factors: Mapping[str, Factor], blocks: Mapping[str, _Block], shown: Sequence[Shown]
) -> tuple[tuple[Shown, ...], Array, Array]:
    """Return all categories, the map of means to them, and the map of slopes to deviations."""
    unit = np.eye(len(shown))
    intercept = unit[0]
    rows: list[tuple[Shown, Array, Array]] = []
    for term in formula.terms:
        places = [j for j, one in enumerate(shown) if one.term == term.name]
        categories = [f for f in term.factors if isinstance(factors[f.text], Category)]
        if not categories:
            rows += [(shown[j], unit[j], unit[j]) for j in places]
            continue
        if len(term.factors) > 1:
            raise FormulaError(
                formula.text,
                f"{term.name!r} is an interaction of categories",
                "normalize=True takes main effects alone.",
            )
        # The slope of the category left out is 0, and counts.
        mean = unit[places].sum(axis=0) / (len(places) + 1)
        intercept = intercept + mean
        rows.append((Shown(term.name, blocks[term.text].base), unit[0] - unit[places].sum(axis=0), -mean))
        rows += [(shown[j], unit[j], unit[j] - mean) for j in places]
    rows = [(shown[0], unit[0], intercept), *rows]
    expand, center = (np.array([row[i] for row in rows]) for i in (1, 2))
    return tuple(row[0] for row in rows), expand, center
