"""The table of a decomposition: a row a cell, method, pair of periods and component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.core.table import Table
from industria.productivity._accounts import beside
from industria.productivity._cells import largest_two
from industria.productivity._growth_parts import TOTAL, Pair, Part, parts
from industria.productivity._nests import Nests, keys_of
from industria.productivity._panel import Array, Panel

__all__ = ["told"]

RESIDUAL: Final = "residual"


def told(
    panel: Panel,
    spans: Sequence[Sequence[tuple[int, Any]]],
    pairs: Iterable[Pair],
    held: Nests,
    methods: Sequence[str],
    levels: Sequence[str],
    interval: tuple[Array, Array] | None,
) -> Table:
    """Reckon every part of every pair, and put it beside its keys, methods in the order asked for.

    Parameters
    ----------
    panel : Panel
        Whose keys make cells.
    spans : sequence of pairs
        The periods, each as number and label.
    pairs : iterable of Pair
        The same, matched.
    held : Nests
        Groups of cells.
    methods, levels : sequence of str
        Words of the table.
    interval : pair of array, each of shape (parts, cells), or None
        Rows as `parts` yields them, pair after pair.

    Returns
    -------
    Table
    """
    rows: list[tuple[tuple[int, int, int], dict[str, Any]]] = []
    done = 0
    for i, pair in enumerate(pairs):
        made = [_reckoned(part, held.sizes[0], levels) for part in parts(pair, held, methods)]
        known = np.isfinite(made[-1]["contribution"]) & (made[-1]["n_units"] > 1)
        for one in made:
            ends = [np.where(known, end[done], np.nan) for end in interval] if interval else []
            one |= dict(zip(("low", "high"), ends, strict=False))
            done += 1
        total = made.pop()
        missing = np.bincount(pair.missing, minlength=held.sizes[0])
        for m, method in enumerate(methods):
            of_method = [one for one in made if one["method"] == method]
            whole = of_method.pop() if of_method[-1]["component"] == TOTAL else total
            of_method += [{**whole, "method": method}, _residual(method, whole, of_method)]
            for place, one in enumerate(of_method):
                one["n_missing"] = missing
                one["share"] = _over(one["contribution"], whole["contribution"])
                rows.append(((m, i, place), one))
    return _long(panel, spans, sorted(rows, key=lambda one: one[0]), held)


def _residual(method: str, total: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tell what is left of the total; rounding, if the decomposition is one."""
    left = total["contribution"] - np.sum([one["contribution"] for one in parts], axis=0)
    nothing = {name: np.zeros(len(left)) for name in total if name.startswith(SUPPORT)}
    more = {"method": method, "component": RESIDUAL, "contribution": left, f"{SUPPORT}units": total["n_units"]}
    return {**total, **nothing, **more, "low": None, "high": None}


def _over(part: Array, total: Array) -> Array:
    share: Array = np.divide(part, total, out=np.full(len(part), np.nan), where=total != 0)
    return share


def _reckoned(part: Part, cells: int, levels: Sequence[str]) -> dict[str, Any]:
    return {
        "method": part.method,
        "level": levels[part.level],
        "component": part.component,
        "contribution": np.bincount(part.cell, part.terms, cells),
        "n_units": part.n_items,
        f"{SUPPORT}units": part.n_items,
        **largest_two(np.fmax(np.abs(part.terms), 0.0), part.cell, cells, "contribution"),
    }


def _long(
    panel: Panel,
    spans: Sequence[Sequence[tuple[int, Any]]],
    rows: Sequence[tuple[tuple[int, int, int], Mapping[str, Any]]],
    held: Nests,
) -> Table:
    """Lay cells one after the other, each with all rows."""
    cells = held.sizes[0]
    nothing = np.full(cells, np.nan)

    def numbers(name: str) -> Array:
        return np.array([nothing if one.get(name) is None else one[name] for _, one in rows]).T.ravel()

    columns: dict[str, Any] = {
        "method": [one["method"] for _, one in rows] * cells,
        "time_from": pa.array([spans[key[1]][0][1] for key, _ in rows] * cells),
        "time_to": pa.array([spans[key[1]][1][1] for key, _ in rows] * cells),
        "level": [one["level"] for _, one in rows] * cells,
        "component": [one["component"] for _, one in rows] * cells,
    }
    columns |= {name: numbers(name) for name in ("contribution", "share", "low", "high")}
    counts = ("n_units", "n_missing", f"{SUPPORT}units")
    columns |= {name: numbers(name).astype(np.int64) for name in counts}
    columns |= {name: numbers(name) for name in rows[0][1] if name.startswith(SUPPORT) and name not in counts}
    keys = keys_of(panel, held)
    return beside(keys.take(pa.array(np.repeat(np.arange(cells), len(rows)))) if keys.num_columns else keys, columns)
