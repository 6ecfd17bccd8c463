"""Which of the roots is the estimate, and whether the data can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from industria.kernels.markov_projection import Stop
from industria.kernels.markov_rows import Markov, innovations
from industria.productivity._panel import Array

__all__ = ["RETURNS", "Root", "Verdict", "admissible", "judged", "persistence_of"]

RETURNS: Final = (0.5, 2.0)
"""Returns to scale of an admissible root lie between these."""
LEAST_PERSISTENCE: Final = 0.25
APART: Final = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Root:
    """A root of the moments, or a minimum.

    Attributes
    ----------
    b : array, shape (p,)
        Coefficients of the second stage.
    elasticities : array, shape (J,)
        Means over rows.
    criterion : float
        0 at a root.
    persistence : float
        Correlation of productivity with that of the period before.
    sd_productivity : float
        In logs.
    kind : str
        "root", "minimum" or "local minimum".
    admissible, chosen : bool
    """

    b: Array
    elasticities: Array
    criterion: float
    persistence: float
    sd_productivity: float
    kind: str
    admissible: bool
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """Roots with the chosen one marked; whether it is identified, and why or why not."""

    roots: Sequence[Root]
    identified: bool
    why: str

    @property
    def chosen(self) -> Root | None:
        """The root that is the estimate."""
        return next((root for root in self.roots if root.chosen), None)


def admissible(elasticities: Array) -> bool:
    """Tell whether all mean elasticities are above 0, and returns to scale between 0.5 and 2."""
    returns = float(elasticities.sum())
    return bool((elasticities > 0).all() and RETURNS[0] < returns < RETURNS[1])


def persistence_of(rows: Markov, b: Array) -> tuple[float, float]:
    """Return the correlation of w_t with w_{t-1}, and the standard deviation of w_t."""
    _, now, before = innovations(rows, b)
    w = rows.w / rows.w.sum()
    now, before = now - w @ now, before - w @ before
    spread, spread_before = np.sqrt(w @ now**2), np.sqrt(w @ before**2)
    return float(w @ (now * before) / (spread * spread_before)), float(spread)


def judged(stops: Sequence[Stop], roots: Sequence[Root], solved: bool) -> Verdict:
    """Choose the admissible root whose productivity is most persistent; of minima of a sum of squares, the lowest.

    At the spurious root of the moments of Ackerberg, Caves and Frazer, productivity hardly persists.

    Parameters
    ----------
    stops : sequence of Stop
        In the order of roots.
    roots : sequence of Root
        What is known of each.
    solved : bool
        Whether moments were to be solved; else a sum of squares was to be minimized.

    Returns
    -------
    Verdict
        Without a chosen root where none is admissible.
    """
    candidates = [i for i, stop in enumerate(stops) if stop.root or not solved]
    word = "root" if solved else "minimum"
    if not candidates:
        lowest = f"; the lowest local minimum has criterion {roots[0].criterion:.1e}, not 0" if len(roots) else ""
        none = f"the moments have no root{lowest}" if solved else "the sum of squares has no minimum"
        return Verdict(roots=roots, identified=False, why=none)
    fit = [i for i in candidates if roots[i].admissible]
    if not fit and solved:
        bounds = f"returns to scale between {RETURNS[0]:g} and {RETURNS[1]:g}"
        why = f"{_counted(len(candidates), word)}, none admissible (every elasticity above 0, {bounds})"
        return Verdict(roots=roots, identified=False, why=why)
    best = max(fit, key=lambda i: roots[i].persistence) if solved else 0
    marked = [replace(root, chosen=i == best) for i, root in enumerate(roots)]
    identified, why = _identified(marked, best, fit, len(candidates), word)
    return Verdict(roots=marked, identified=identified, why=why)


def _identified(roots: Sequence[Root], best: int, fit: list[int], n: int, word: str) -> tuple[bool, str]:
    here = roots[best].persistence
    said = f"{_counted(n, word)}, {'the chosen one ' if n > 1 else ''}with persistence {here:.3f}"
    if not roots[best].admissible:
        # A sum of squares has one lowest point, which is the estimate whatever it says.
        said += f" and returns to scale {roots[best].elasticities.sum():.2f}: not admissible"
    if here < LEAST_PERSISTENCE:
        return False, f"{said}, below {LEAST_PERSISTENCE}: so little persistence cannot tell roots apart"
    near = [roots[i].persistence for i in fit if i != best and abs(roots[i].persistence - here) < APART]
    if near:
        return False, f"{said}; another admissible {word} has {max(near):.3f}, within {APART} of it"
    return True, said


def _counted(n: int, word: str) -> str:
    plural = {"root": "roots", "minimum": "minima"}[word]
    return f"one {word}" if n == 1 else f"{n} {plural}"
