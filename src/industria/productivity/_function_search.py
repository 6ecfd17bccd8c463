"""The search for all roots of a second stage."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from industria.kernels.markov_projection import stops
from industria.kernels.markov_rows import Markov
from industria.productivity._function_roots import Root, Verdict, admissible, judged, persistence_of
from industria.productivity._function_sample import Sample
from industria.productivity._function_stages import Stage, mean_elasticities
from industria.productivity._panel import Array

__all__ = ["searched"]

GRID: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Elasticities at which searches begin."""
CURVES: Final = (-0.1, 0.05, 0.0, -0.05, 0.1)
"""Coefficients of squares and products at which they begin."""


def searched(stage: Stage, sample: Sample, first: Array, rows: Markov, w: Array, *, minima: bool = True) -> Verdict:
    """Search for roots from a grid, and judge what is found.

    Parameters
    ----------
    stage : Stage
        Of the estimator.
    sample : Sample
        Its rows.
    first : array
        Coefficients of its first stage.
    rows : Markov
        What the second stage must solve.
    w : array, shape (U,)
        Weights of units.
    minima : bool
        Whether minima that are no roots are wanted, too.

    Returns
    -------
    Verdict
        With every root.
    """
    guess = stage.guess(first)
    found = stops(rows, _starts(guess, stage.at_means(first)), guess, minima=minima or rows.Z is None)
    weights = sample.weights * w[sample.unit]
    solved = rows.Z is not None
    roots = []
    for number, stop in enumerate(found):
        e = mean_elasticities(stage.powers, stage.function(first, stop.b), sample.inputs, weights)
        persistence, spread = persistence_of(rows, stop.b)
        kind = "root" if stop.root else "local minimum" if solved or number else "minimum"
        roots.append(
            Root(
                b=stop.b,
                elasticities=e,
                criterion=0.0 if stop.root else stop.criterion,
                persistence=persistence,
                sd_productivity=spread,
                kind=kind,
                admissible=admissible(e),
            )
        )
    return judged(found, roots, solved)


def _starts(guess: Array, at_means: Array) -> Array:
    """Lay a grid over the elasticities; coefficients of squares and products take turns.

    Parameters
    ----------
    guess : array, shape (p,)
        Least squares.
    at_means : array, shape (p1,)
        Elasticities where b is zero; they are the first of p.

    Returns
    -------
    array, shape (S, p)
        At least five different values of each coefficient.
    """
    p, p1 = len(guess), len(at_means)
    grid = np.array(list(product(GRID, repeat=p1))) - at_means
    turns = np.arange(len(grid))[:, None] * (2 * np.arange(p - p1) + 1) + np.arange(p - p1)
    curved = np.array(CURVES)[turns % len(CURVES)]
    starts = [guess[None], np.column_stack([grid, np.zeros_like(curved)])]
    if p > p1:
        starts += [np.column_stack([grid, curved]), np.column_stack([grid, np.tile(guess[p1:], (len(grid), 1))])]
    return np.concatenate(starts)
