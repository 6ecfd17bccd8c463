"""Sums of a regression as rows of text and number, to be written down and added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from industria.kernels.groups import Array
from industria.kernels.normal_equations import COUNTS, Moments

__all__ = ["Long", "from_long", "to_long"]

Long: TypeAlias = tuple[list[str], list[str], list[str], list[float]]
"""Kind, row, column and value of each number."""


def to_long(found: Moments) -> Long:
    """Write moments as a long table whose values add up, row by row, over parts of a sample.

    | kind | row | column |
    |---|---|---|
    | `count` | `rows`, `units`, `clusters`, `clustered`, `parts` or `parts_with_cluster_sums` | |
    | `levels`, `levels_across` | an absorbed effect | |
    | `outcome_square` | | |
    | `outcome_product` | a regressor | |
    | `cross_product`, `cluster_aa` | a regressor | a regressor, not before it in the order of text |
    | `cluster_aB` | a regressor | a pair of regressors, "a * b" |
    | `cluster_BB` | a pair | a pair, not before it |

    A row that is not there is zero. Regressors are told by their names, levels of common effects by
    "effect=level", so that a level which one part lacks is no obstacle.
    """
    names, k = found.names, len(found.names)
    left, right = np.triu_indices(k)
    pairs = [_pair(names[i], names[j]) for i, j in zip(left, right, strict=True)]
    rows: list[tuple[str, str, str, float]] = [("count", name, "", found.counts[name]) for name in COUNTS]
    rows += [("levels", effect, "", levels) for effect, levels in found.levels.items()]
    rows += [("levels_across", effect, "", levels) for effect, levels in found.across.items()]
    rows += [("outcome_square", "", "", found.yy)]
    rows += [("outcome_product", name, "", float(found.s[j])) for j, name in enumerate(names)]
    for kind, M in (("cross_product", found.S), ("cluster_aa", found.aa)):
        rows += [(kind, names[i], names[j], float(M[i, j])) for i, j in zip(left, right, strict=True)]
    rows += [
        ("cluster_aB", names[i], pairs[p], float(found.aB[i, p])) for i, p in zip(*found.aB.nonzero(), strict=True)
    ]
    above = np.triu(found.BB)
    rows += [("cluster_BB", pairs[p], pairs[q], float(above[p, q])) for p, q in zip(*above.nonzero(), strict=True)]
    kinds, of, columns, values = zip(*rows, strict=True)
    return list(kinds), list(of), list(columns), list(values)


def from_long(kinds: Sequence[str], rows: Sequence[str], columns: Sequence[str], values: Sequence[float]) -> Moments:
    """Read moments from their long table; rows that stand there several times are added up.

    Parameters
    ----------
    kinds, rows, columns, values : sequence
        As `to_long` writes them, those of several parts one after the other.
    """
    table = list(zip(kinds, rows, columns, values, strict=True))
    names = tuple(sorted({row for kind, row, _, _ in table if kind == "outcome_product"}))
    k = len(names)
    place = {name: j for j, name in enumerate(names)}
    left, right = np.triu_indices(k)
    pair = {_pair(names[i], names[j]): p for p, (i, j) in enumerate(zip(left, right, strict=True))}
    m = len(left)
    found = Moments(
        names,
        *(np.zeros((k, k)), np.zeros(k)),
        sum(value for kind, _, _, value in table if kind == "outcome_square"),
        *(np.zeros((k, k)), np.zeros((k, m)), np.zeros((m, m))),
        *(dict.fromkeys(COUNTS, 0.0), {}, {}),
    )
    named = {"count": found.counts, "levels": found.levels, "levels_across": found.across}
    for kind, row, column, value in table:
        match kind:
            case "count" | "levels" | "levels_across":
                named[kind][row] = named[kind].get(row, 0.0) + value
            case "outcome_product":
                found.s[place[row]] += value
            case "cross_product" | "cluster_aa":
                _both(found.S if kind == "cross_product" else found.aa, place[row], place[column], value)
            case "cluster_aB":
                found.aB[place[row], pair[column]] += value
            case "cluster_BB":
                _both(found.BB, pair[row], pair[column], value)
    return found


def _both(M: Array, i: int, j: int, value: float) -> None:
    """Add to a symmetric matrix on both sides of its diagonal."""
    M[i, j] += value
    if i != j:
        M[j, i] += value


def _pair(one: str, other: str) -> str:
    return f"{one} * {other}"
