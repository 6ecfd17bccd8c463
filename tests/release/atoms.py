"""An outsider who takes each released number for a sum over unknown atoms of the population, and has a solver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.optimize import linprog

Atom = tuple[str, ...]
Numbers = dict[tuple[str, ...], tuple[frozenset[Atom], float | None]]
Interval = tuple[float, float]


def numbers(
    step: str,
    table: pa.Table,
    by: Sequence[str],
    codes: Mapping[str, Sequence[str]],
    *,
    value: str = "value",
    of: Callable[[dict[str, str]], bool] = lambda atom: True,
) -> Numbers:
    """Read a released table: by step and codes, the atoms that a row sums, and the number, None where withheld."""
    atoms = [dict(zip(codes, of_all, strict=True)) for of_all in product(*codes.values())]
    found: Numbers = {}
    for row in table.to_pandas().to_dict("records"):
        key = [str(row[name]) for name in by]
        inside = [
            atom
            for atom in atoms
            if of(atom) and all(code in ("Total", atom[name]) for name, code in zip(by, key, strict=True))
        ]
        told = None if pd.isna(row[value]) else float(row[value])
        found[(step, *key)] = (frozenset(tuple(atom.values()) for atom in inside), told)
    return found


def reached(told: Numbers, lower: float = 0.0) -> dict[tuple[str, ...], Interval]:
    """Bound every withheld number by two linear programs over all published ones."""
    atoms = {atom: i for i, atom in enumerate(sorted({atom for inside, _ in told.values() for atom in inside}))}
    rows = {key: np.isin(np.arange(len(atoms)), [atoms[a] for a in inside]) * 1.0 for key, (inside, _) in told.items()}
    shown = [key for key, (_, x) in told.items() if x is not None]
    known: dict[str, Any] = {}
    if shown:
        known = {"A_eq": np.array([rows[key] for key in shown]), "b_eq": [told[key][1] for key in shown]}
    found = {}
    for key, (_, x) in told.items():
        if x is None:
            ends = [linprog(sign * rows[key], **known, bounds=(lower, None), method="highs") for sign in (1.0, -1.0)]
            assert all(end.status in (0, 3) for end in ends)
            low, high = (
                sign * end.fun if end.status == 0 else -sign * np.inf for sign, end in zip((1, -1), ends, strict=True)
            )
            found[key] = (low, high)
    return found


def widths(told: Numbers, lower: float = 0.0) -> dict[tuple[str, ...], float]:
    """Return how wide the interval of every withheld number is."""
    return {key: high - low for key, (low, high) in reached(told, lower).items()}
