"""What the system of all cells says of means by cell: which of them, and of what is made of them, do not leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._averages import N_OF, WEIGHT_OF
from industria.release._classes import role_of
from industria.release._given import GAP
from industria.release._leaving import Leaving
from industria.release._means import FRONTIER, GROUP, INFLUENCE, MEAN, SIDE, WEIGHTED

__all__ = ["means_withheld", "unseen_means"]

Truth = npt.NDArray[np.bool_]
Key = tuple[str, ...]
Mask = Mapping[Key, bool]
Part = tuple[str, Key]
"""The mean that a number is made of, and its cell."""

DIFFERENCES: Final = ("gap", "low", "high")
SPREADS: Final = ("sd", "low", "high")


def means_withheld(step: Leaving, gone: Mapping[str, Mask], wide: Mapping[str, Mask]) -> dict[str, Truth]:
    """Tell by column which rows are withheld, since a number of units, a sum or the squares behind them are.

    Whoever is at the frontier is above all others. That is no equation, and would narrow what is withheld: the mean
    of a frontier leaves where all means of its cell do, and that of those who lag behind only beside it.

    Parameters
    ----------
    step : Leaving
        Of means by cell.
    gone : mapping of str to mapping of key to bool
        By column of its cells, which are withheld; no sums where the policy has no rule for amounts.
    wide : mapping of str to mapping of key to bool
        By column, of which cells squares give away one unit.
    """
    rows = [_of_row(step, i, key, gone, wide) for i, key in enumerate(_keys(step))]
    if GROUP in step.table.column_names and GROUP in gone:
        _together(step, rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: np.array([row.get(name, False) for row in rows], bool) for name in names}


def unseen_means(step: Leaving, column: str, cells: Sequence[Key], table: pa.Table) -> Truth:
    """Tell which cells of a column do not leave for any reason.

    Parameters
    ----------
    step : Leaving
        Of means by cell.
    column : str
        What its numbers are called among all cells.
    cells : sequence of key
        The cells.
    table : pyarrow.Table
        What leaves of it.
    """
    counts, mean = column.startswith(N_OF), column.removeprefix(N_OF).removeprefix(WEIGHT_OF)
    told: set[Key] = set()
    for i, key in enumerate(_keys(step)):
        for name, parts in _made_of(step, key).items():
            if (role_of(name) == "count") == counts and table[name][i].as_py() is not None:
                told |= {cell for of, cell in parts if of == mean}
    return np.array([cell not in told for cell in cells], bool)


def _keys(step: Leaving) -> list[Key]:
    """Return the labels of each row as text: those of its cell, and of its group."""
    names: list[str] = step.table.column_names
    labels = names[: names.index("n_units")]
    texts = [pc.fill_null(step.table[name].cast(pa.string()), GAP).to_pylist() for name in labels]
    return list(zip(*texts, strict=True)) if labels else [()] * step.table.num_rows


def _made_of(step: Leaving, key: Key) -> dict[str, list[Part]]:
    """List by column the means that a number of a row is made of."""
    shown = step.table.column_names
    if GROUP in shown:
        side = (*key[:-1], SIDE)
        mine, best = (GROUP, key), (GROUP if step.facts.get("groups") is None else FRONTIER, side)
        told = {"n_units": [mine], "n_frontier": [best], GROUP: [mine], FRONTIER: [best]}
        return told | {name: [mine, best] for name in DIFFERENCES}
    plain, weighted = (MEAN, key), (WEIGHTED, key)
    if WEIGHTED in shown:
        told = {"n_units": [plain], MEAN: [plain], WEIGHTED: [plain, weighted]}
        return told | {name: [plain, weighted] for name in ("covariance", "low", "high")}
    return {"n_units": [plain], MEAN: [plain], "sd": [plain]}


def _of_row(step: Leaving, i: int, key: Key, gone: Mapping[str, Mask], wide: Mapping[str, Mask]) -> dict[str, bool]:
    def of(column: str, cell: Key, otherwise: bool) -> bool:
        return gone.get(column, {}).get(cell, otherwise)

    found: dict[str, bool] = {}
    for name, parts in _made_of(step, key).items():
        # Of a side where nobody is there is no cell, and nothing to withhold.
        some = bool(step.table[name][i].as_py())
        few = any(of(f"{N_OF}{mean}", cell, some) for mean, cell in parts if mean != WEIGHTED)
        if role_of(name) == "count":
            found[name] = few
        elif all(mean in gone for mean, _ in parts):
            sums = any(of(mean, cell, some) or of(f"{WEIGHT_OF}{mean}", cell, False) for mean, cell in parts)
            found[name] = few or sums or (name in SPREADS and _is_wide(parts, wide))
    return found


def _is_wide(parts: Sequence[Part], wide: Mapping[str, Mask]) -> bool:
    """Tell whether squares give away one unit: those of values, or, of an interval of shares, those of influences."""
    if any(mean == WEIGHTED for mean, _ in parts):
        parts = [(INFLUENCE, cell) for _, cell in parts]
    return any(wide.get(mean, {}).get(cell, False) for mean, cell in parts)


def _together(step: Leaving, rows: Sequence[dict[str, bool]]) -> None:
    """Withhold a frontier, and the gaps to it, where some mean of its cell stays."""
    cells: dict[Key, bool] = {}
    keys = [key[:-1] for key in _keys(step)]
    for key, row in zip(keys, rows, strict=True):
        cells[key] = cells.get(key, False) or row[GROUP] or row[FRONTIER]
    apart = (FRONTIER, *DIFFERENCES, *((GROUP,) if step.facts.get("groups") is None else ()))
    for key, row in zip(keys, rows, strict=True):
        row.update((name, row[name] or cells[key]) for name in apart)
