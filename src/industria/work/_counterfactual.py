"""Distributions of the reference, reweighted block by block until it looks like the other group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.table import Table, from_arrays
from industria.errors import FormulaError
from industria.kernels.weighted_statistics import Definition, Statistic, quantile, statistic
from industria.work._formula import Formula, parse
from industria.work._gap import intervals
from industria.work._sides import Reweighting, Side, drawn

__all__ = [
    "Blocks",
    "Counterfactuals",
    "Wanted",
    "blocks_of",
    "distribution_tables",
    "orders_of",
    "reached",
    "subsets",
]

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Blocks: TypeAlias = frozenset[int]

# All orders of four blocks; of more blocks as many are drawn.
MOST_ORDERS: Final = factorial(4)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statistic and its levels, as `kernels.weighted_statistics` has them."""

    kind: Statistic
    levels: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Counterfactuals:
    """Two sides, and the reweightings that lead from one towards the other.

    Attributes
    ----------
    other, reference : Side
        Both groups; trimmed workers have weight 0.
    reweightings : mapping of set of blocks to Reweighting
        By which blocks are those of the other group; no block needs none.
    statistics : tuple of Wanted
        What is compared.
    definition : str
        Of quantiles.
    """

    other: Side
    reference: Side
    reweightings: Mapping[Blocks, Reweighting]
    statistics: tuple[Wanted, ...]
    definition: Definition

    def values(self, w: tuple[Array, Array]) -> Array:
        """Return each statistic of the other group, the reference, and the reference under each reweighting.

        Parameters
        ----------
        w : tuple of array
            Weights of the other group and of the reference.

        Returns
        -------
        array, shape (statistics, 2 + reweightings)
        """
        sides = [(self.other, w[0]), (self.reference, w[1])]
        sides += [
            (self.reference, w[1] * found.psi(w, self.other, self.reference)) for found in self.reweightings.values()
        ]
        return np.array([self._of(*side) for side in sides]).T

    def _of(self, side: Side, w: Array) -> list[float]:
        """Return each statistic of one distribution, all its quantiles from one pass."""
        levels = tuple(dict.fromkeys(level for one in self.statistics for level in one.levels))
        found = quantile(side.y, w, side.order, levels, self.definition) if levels else ()
        at = dict(zip(levels, map(float, found), strict=True))
        return [
            at[one.levels[-1]] - (at[one.levels[0]] if len(one.levels) == 2 else 0.0)
            if one.levels
            else statistic(one.kind, (), side.y, w, side.order)
            for one in self.statistics
        ]

    def replicated(self, rng: np.random.Generator) -> Array:
        """Return the values in one replication of the weighted bootstrap."""
        return self.values(drawn(rng, self.other, self.reference))

    def place(self, blocks: Blocks) -> int:
        """Return the column of `values` that holds a set of blocks."""
        return 2 + list(self.reweightings).index(blocks) if blocks else 1


def blocks_of(formula: Formula, sequence: Sequence[str] | None) -> tuple[list[str], list[frozenset[str]]]:
    """Divide the columns of a formula into blocks.

    Parameters
    ----------
    formula : Formula
        Of the whole logit.
    sequence : sequence of str, optional
        Formulas, each of the columns of one block; None for one block of all.

    Returns
    -------
    names : list of str
        As written.
    columns : list of set of str
        Of each block.

    Raises
    ------
    FormulaError
        If a column is in no block, in several, or not in the formula.
    """
    if sequence is None:
        return [formula.text], [frozenset(formula.columns)]
    sequence = (sequence,) if isinstance(sequence, str) else tuple(sequence)
    columns = [frozenset(parse(block).columns) for block in sequence]
    for column in dict.fromkeys([*formula.columns, *(one for block in columns for one in sorted(block))]):
        times = sum(column in block for block in columns)
        if column not in formula.columns:
            raise FormulaError(formula.text, f"it has no column {column!r}, which is in a block of the sequence")
        if times != 1:
            told = "no block" if not times else f"{times} blocks"
            raise FormulaError(formula.text, f"its column {column!r} is in {told} of the sequence", "Put it in one.")
    return [block.strip() for block in sequence], columns


def orders_of(blocks: int, rng: int) -> list[tuple[int, ...]]:
    """List all orders of up to four blocks; of more, draw as many.

    Parameters
    ----------
    blocks : int
        How many there are.
    rng : int
        Seed of the draw.

    Returns
    -------
    list of tuple of int
        Each order once.
    """
    if blocks <= 4:
        return list(permutations(range(blocks)))
    generator = np.random.default_rng(rng)
    found: dict[tuple[int, ...], None] = {}
    while len(found) < MOST_ORDERS:
        found[tuple(int(i) for i in generator.permutation(blocks))] = None
    return list(found)


def subsets(orders: Sequence[tuple[int, ...]]) -> list[Blocks]:
    """List the sets of blocks that are done at some point of some order, the smaller ones first."""
    found = {frozenset(order[:n]) for order in orders for n in range(1, len(order) + 1)}
    return sorted(found, key=lambda blocks: (len(blocks), sorted(blocks)))


def reached(
    whole: Reweighting, other: Side, reference: Side, trim: str | float | None
) -> tuple[tuple[Mask, Mask], dict[str, float]]:
    """Find who is left after trimming, and describe ψ over those who are.

    Parameters
    ----------
    whole : Reweighting
        By all covariates.
    other, reference : Side
        Both groups.
    trim : str, float or None
        None, the share of the weight that is too much, or a word for √N / N.

    Returns
    -------
    kept : tuple of array
        Whom of the other group and of the reference to keep.
    reach : dict of str to float
        The row of `factors`.
    """
    psi = whole.psi((other.w, reference.w), other, reference)
    of_other = whole.of_cells((other.w, reference.w), other, reference)[other.home]
    n = len(psi)
    share = reference.w * psi / (reference.w @ psi)
    usual = n**0.5 / n
    limit = trim if isinstance(trim, float | int) else usual
    # Whoever is as unlike the reference as those with too much weight goes too (Huber, Lechner & Wunsch 2013).
    least = np.inf if trim is None else psi[share > limit].min(initial=np.inf)
    kept = of_other < least, psi < least
    n_trimmed = int((~kept[0]).sum() + (~kept[1]).sum())
    if not (kept[0].any() and kept[1].any()):
        return kept, {"n_trimmed": n_trimmed}
    w = reference.w[kept[1]]
    left = whole.psi((other.w * kept[0], reference.w * kept[1]), other, reference)[kept[1]] if n_trimmed else psi
    mean = float(w @ left / w.sum())
    scaled, weight = left / mean, w * left
    marks = quantile(scaled, w, np.argsort(scaled, kind="stable"), (0.1, 0.5, 0.9))
    size = float(weight.sum() ** 2 / (weight @ weight))
    beyond = other.w[of_other > psi.max() * (1 + 1e-9)].sum()
    reach = {"n": len(left), "mean_unscaled": mean, "mean": float(w @ scaled / w.sum()), "minimum": scaled.min()}
    reach |= dict(zip(("p10", "median", "p90"), marks, strict=True)) | {"maximum": scaled.max()}
    reach |= {"largest_share": float(weight.max() / weight.sum()), "effective_sample_size": size}
    reach |= {"effective_share": size / len(left), "n_above": int((share > usual).sum())}
    reach |= {"n_trimmed": n_trimmed, "overlap": 1 - float(beyond / other.w.sum())}
    return kept, reach


def distribution_tables(
    gap: Counterfactuals,
    names: Sequence[str],
    orders: Sequence[tuple[int, ...]],
    values: Array,
    draws: Array | None,
    df: float,
    confidence: float,
    n: int,
) -> tuple[Table, Table, Table]:
    """Write what composition and structure make of each statistic.

    Parameters
    ----------
    gap : Counterfactuals
        What was compared.
    names : sequence of str
        Of the blocks.
    orders : sequence of tuple of int
        In which blocks were reweighted.
    values : array, shape (statistics, 2 + reweightings)
        As `gap.values` returns them.
    draws : array, shape (replications, statistics, 2 + reweightings), or None
        The same of each replication.
    df, confidence : float
        Of the intervals.
    n : int
        Workers behind the estimates.

    Returns
    -------
    wide, parts, by_order : Table
        One row a statistic; a part; a block in an order.
    """
    unit = np.eye(values.shape[1])
    everything = unit[gap.place(frozenset(range(len(names))))]
    parts = {
        ("gap", "total"): unit[0] - unit[1],
        ("composition", "total"): everything - unit[1],
        ("structure", "total"): unit[0] - everything,
    }
    steps = [
        (order, block, unit[gap.place(frozenset(order[: i + 1]))] - unit[gap.place(frozenset(order[:i]))])
        for order in orders
        for i, block in enumerate(order)
    ]
    if len(names) > 1:
        for block, name in enumerate(names):
            mean = np.mean([step for _, one, step in steps if one == block], axis=0)
            parts["composition", name] = np.asarray(mean)

    def errors(L: Array) -> Array:
        return np.full((len(values), len(L)), np.nan) if draws is None else (draws @ L.T).std(axis=0, ddof=1)

    L = np.array(list(parts.values()))
    estimates, spread = values @ L.T, errors(L)
    support = {"support_df": df, "support_units": n}
    about = [_about(one) for one in gap.statistics]
    wide: list[dict[str, Any]] = []
    long: list[dict[str, Any]] = []
    for s, labels in enumerate(about):
        words = ("observed", "composition", "structure")
        row = {**labels, **dict(zip(words, estimates[s], strict=False))}
        row |= {f"standard_error_{word}": error for word, error in zip(words, spread[s], strict=False)}
        row |= {"value_other": values[s, 0], "value_reference": values[s, 1]}
        wide.append(row | {"value_counterfactual": float(values[s] @ everything)} | support)
        for p, (part, term) in enumerate(parts):
            numbers = {"estimate": estimates[s, p], "standard_error": spread[s, p]}
            long.append({**labels, "weighting": "reference", "part": part, "term": term, **numbers})
    in_orders = [
        {**labels, "order": " > ".join(names[i] for i in order), "term": names[block], "estimate": values[s] @ step}
        for s, labels in enumerate(about)
        for order, block, step in steps
    ]
    columns = _columns(long)
    columns |= intervals(columns["estimate"], columns["standard_error"], df, confidence)
    return from_arrays(_columns(wide)), from_arrays(columns), from_arrays(_columns(in_orders))


def _about(one: Wanted) -> dict[str, Any]:
    level = one.levels[-1] if one.levels else np.nan
    return {"statistic": one.kind, "level": level, "from_level": one.levels[0] if len(one.levels) == 2 else np.nan}


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    words = ("statistic", "weighting", "part", "term", "order")
    return {
        name: [row[name] for row in rows] if name in words else np.array([row[name] for row in rows])
        for name in rows[0]
    }
