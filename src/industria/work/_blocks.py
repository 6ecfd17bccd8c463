"""Blocks of covariates, the orders in which they are reweighted, and the logit of those that are done."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from math import factorial
from typing import Final, TypeAlias

import numpy as np

from industria.errors import FormulaError
from industria.work._design import design_of
from industria.work._formula import Formula, parse
from industria.work._sides import Reweighting, reweighting_of
from industria.work._workers import Workers

__all__ = ["Blocks", "blocks_of", "orders_of", "reweighting_of_blocks", "subsets"]

Blocks: TypeAlias = frozenset[int]

# All orders of four blocks; of more blocks as many are drawn.
MOST_ORDERS: Final = factorial(4)


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


def reweighting_of_blocks(
    terms: Formula, blocks: Sequence[frozenset[str]], done: Blocks, workers: Workers
) -> Reweighting:
    """Fit the logit on the terms whose columns are all in the blocks that are done."""
    columns = frozenset[str]().union(*(blocks[i] for i in done))
    there = tuple(term for term in terms.terms if {c for f in term.factors for c in f.columns} <= columns)
    part = Formula(" + ".join(term.text for term in there), there)
    return reweighting_of(part, design_of(part, workers, together=True).Q, workers)
