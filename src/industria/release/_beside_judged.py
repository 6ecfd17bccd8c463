"""What the system of all cells says of numbers beside estimates and averages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.release._averages import COUNTED, MISSING, N_OF, WEIGHT_OF
from industria.release._beside import OF_MOMENTS, OVER, UNITS
from industria.release._classes import role_of
from industria.release._given import GAP, Given
from industria.release._leaving import Leaving
from industria.release._means import tells_means
from industria.release._means_judged import means_withheld, unseen_means
from industria.release._regressions import MOMENTS
from industria.release.policy import Policy

if TYPE_CHECKING:
    from industria.release._judged import Judged

__all__ = ["Said", "beside_rounded", "counts_of_averages", "said_of", "unseen", "untold"]

Truth = npt.NDArray[np.bool_]

TELLS: Final = ("p_value", "low", "high", "df")
"""Columns by which whoever knows an estimate and its error knows the degrees of freedom, and so how many there are."""
TOLD: Final = "it would tell a sum or a number of units that is withheld, or is told by one"
BESIDE_ROUNDED: Final = "beside tables whose numbers of units are rounded or noised, true ones would undo that"
SQUARES_OF: Final = "squares of "
TREATED, COMPARISON = "treated", "comparison"


class Said(NamedTuple):
    """What may not leave of a step, since it would tell a withheld cell, or is told by one.

    Attributes
    ----------
    withheld : dict of str to array of bool, shape (n_rows,)
        By column.
    instead : bool
        Whether averages, spreads and numbers of units are judged by this alone.
    numbers : bool
        Whether numbers beside the table leave.
    moments, whole : str
        Why no moment leaves, or nothing; empty where it may.
    reasons : list of str
        Why something is withheld, in words without any value.
    why : str
        The same of every column that is withheld.
    """

    withheld: dict[str, Truth]
    instead: bool = False
    numbers: bool = True
    moments: str = ""
    whole: str = ""
    reasons: tuple[str, ...] = ()
    why: str = TOLD


def said_of(
    step: Leaving,
    givens: Sequence[Given],
    masks: Mapping[tuple[str, str], Truth],
    rounded: Collection[str] = (),
    squares: Mapping[tuple[str, str], Truth] | None = None,
    spreads: Sequence[Given] = (),
) -> Said:
    """Read what became of the numbers of a step.

    Parameters
    ----------
    step : Leaving
        Of estimates or averages.
    givens : sequence of Given
        Its numbers as cells.
    masks : mapping of (step, column) to array of bool
        Which of them are withheld.
    rounded : collection of str
        Columns of units whose numbers stand rounded, or with noise, in a table.
    squares : mapping of (step, column) to array of bool, optional
        By which averages a spread beside them gives away one unit.
    spreads : sequence of Given
        Amounts that are cells nowhere, but whose squares are looked at.
    """
    gone = {one.column: _gone(one, masks[step.name, one.column]) for one in givens}
    means = tells_means(step)
    if "column" not in step.table.column_names and not means:
        return _of_regression(step, gone)
    true = any(counts_of_averages(one) and one.unit in rounded for one in givens)
    told = {key: mask for key, mask in (squares or {}).items() if mask.any()}
    wide = {one.column: _gone(one, told[key]) for one in (*givens, *spreads) if (key := (one.step, one.column)) in told}
    why = BESIDE_ROUNDED if true else TOLD
    if means:
        return _instead(means_withheld(step, gone, wide), why)
    return _of_averages(step, gone | {f"{SQUARES_OF}{column}": mask for column, mask in wide.items()}, why)


def untold(step: Leaving) -> Said:
    """Withhold numbers of units that nobody tells one by one, beside numbers that are withheld."""
    why = "nobody tells one by one who is counted, and other numbers of units are withheld; give it `unit`"
    return _without_numbers(step, why)


def beside_rounded(givens: Sequence[Given], policy: Policy) -> set[str]:
    """Name the columns of units whose numbers a table tells in another shape than they are."""
    return {one.unit for one in givens if one.counts and not one.beside and policy.alters(one.variable)}


def counts_of_averages(one: Given) -> bool:
    """Tell whether cells are numbers of units behind averages."""
    return one.beside and one.counts and one.column.startswith(N_OF)


def unseen(step: Leaving, one: Given, found: Judged) -> Truth:
    """Tell which cells do not leave for any reason, so that they are not taken for published later.

    Parameters
    ----------
    step : Leaving
        Of estimates or averages.
    one : Given
        Numbers of it as cells.
    found : Judged
        What leaves of it.
    """
    n = len(one.shown)
    if tells_means(step):
        return unseen_means(step, one.column, list(_gone(one, np.zeros(n, bool))), found.table)
    if "column" not in step.table.column_names:
        if one.column.startswith(OF_MOMENTS):
            return np.full(n, MOMENTS not in found.tables)
        if one.column == UNITS:
            return np.full(n, found.facts.get("n_units") is None)
        return np.full(n, found.table["estimate"].null_count == found.table.num_rows)
    column = one.column.removeprefix(N_OF).removeprefix(WEIGHT_OF)
    place = {tuple(row.values()): i for i, row in enumerate(_labeled(step))}
    sides = {str(step.facts[side]): side for side in (TREATED, COMPARISON) if side in step.facts}
    gone = []
    for codes in _gone(one, np.zeros(n, bool)):
        kind = codes[-1] if one.column.startswith(N_OF) else "weight" if one.column.startswith(WEIGHT_OF) else "mean"
        key = codes[:-1] if one.column.startswith(N_OF) else codes
        name, row = (f"{kind}_{sides[key[0]]}", (column,)) if sides else (kind, (*key, column))
        there = row in place and name in found.table.column_names
        gone.append(not there or found.table[name][place[row]].as_py() is None)
    return np.array(gone, bool)


def _gone(one: Given, mask: Truth) -> dict[tuple[str, ...], bool]:
    rows = zip(*(label.text() for label in one.labels), strict=True) if one.labels else [()]
    return dict(zip(rows, mask.tolist(), strict=True))


def _without_numbers(step: Leaving, why: str) -> Said:
    every = np.ones(step.table.num_rows, bool)
    names = [name for name in step.table.column_names if not name.startswith(SUPPORT)]
    withheld = {name: every for name in names if name in TELLS or role_of(name) == "count"}
    return Said(withheld, numbers=False, moments=f"{MOMENTS}: {why}", reasons=(why,))


def _of_regression(step: Leaving, gone: Mapping[str, Mapping[tuple[str, ...], bool]]) -> Said:
    if any(gone[OVER].values() if OVER in gone else ()):
        why = (
            "its regressors have two values, or are levels that units share: with numbers of units it tells sums of "
            "the outcome that are withheld"
        )
        return Said({}, whole=why)
    if any(gone[UNITS].values()):
        return _without_numbers(step, "its number of units would tell one that is withheld, or is told by it")
    told = {name: of for name, of in gone.items() if name.startswith(OF_MOMENTS)}
    why = ""
    if MOMENTS in step.tables and not told:
        why = "nobody tells one by one who stands behind them, or they are sums of weighted rows"
    elif any(any(of.values()) for of in told.values()):
        why = "they would tell a sum or a number of units that is withheld, or that is sensitive itself"
    return Said({}, moments=why and f"{MOMENTS}: {why}")


def _of_averages(step: Leaving, gone: Mapping[str, Mapping[tuple[str, ...], bool]], why: str) -> Said:
    read = _balanced if f"mean_{TREATED}" in step.table.column_names else _summed_up
    rows = [read(step, i, row, gone) for i, row in enumerate(_labeled(step))]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _instead({name: np.array([row.get(name, False) for row in rows], bool) for name in names}, why)


def _instead(withheld: Mapping[str, Truth], why: str) -> Said:
    """Judge averages, spreads and numbers of units by this alone."""
    reasons = [f"{name}: {why}" for name, mask in withheld.items() if mask.any()]
    return Said(dict(withheld), instead=True, reasons=tuple(reasons), why=why)


def _labeled(step: Leaving) -> list[dict[str, Any]]:
    """Return the labels of each row as text."""
    names = step.table.column_names[: step.table.column_names.index("column") + 1]
    texts = [pc.fill_null(step.table[name].cast(pa.string()), GAP).to_pylist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)]


def _stays(step: Leaving, i: int, name: str, of: Mapping[tuple[str, ...], bool], key: tuple[str, ...]) -> bool:
    """Tell whether a number stays: what counts somebody, but is no cell, does."""
    return of.get(key, bool(step.table[name][i].as_py()))


def _summed_up(
    step: Leaving, i: int, row: Mapping[str, str], gone: Mapping[str, Mapping[tuple[str, ...], bool]]
) -> dict[str, bool]:
    codes, column = tuple(row.values())[:-1], row["column"]
    told = gone.get(f"{N_OF}{column}", {})
    few, left_out = (_stays(step, i, kind, told, (*codes, kind)) for kind in (COUNTED, MISSING))
    sizes = gone.get(f"{WEIGHT_OF}{column}", {}).get(codes, False)
    found = {"n": few, "weight": few or sizes, "n_missing": left_out}
    # Whether sums are cells at all is for the policy to say; where they are not, averages are judged by their names.
    sums = few or _stays(step, i, COUNTED, gone[column], codes) if column in gone else None
    wide = gone.get(f"{SQUARES_OF}{column}", {}).get(codes, False)
    return found | ({} if sums is None else {"mean": sums, "standard_deviation": sums or wide})


def _balanced(
    step: Leaving, i: int, row: Mapping[str, str], gone: Mapping[str, Mapping[tuple[str, ...], bool]]
) -> dict[str, bool]:
    column = row["column"]
    codes = {side: str(step.facts[side]) for side in (TREATED, COMPARISON)}
    told = gone.get(f"{N_OF}{column}", {})
    few = any(_stays(step, i, f"n_{side}", told, (code, COUNTED)) for side, code in codes.items())
    numbers = [name for name in step.table.column_names if name != "column" and not name.startswith(SUPPORT)]
    found = {name: few for name in numbers if role_of(name) == "count"}
    if column not in gone:
        return found | (dict.fromkeys(numbers, True) if few else {})
    sums = {side: few or _stays(step, i, f"n_{side}", gone[column], (code,)) for side, code in codes.items()}
    squares = gone.get(f"{SQUARES_OF}{column}", {})
    spreads = {side: sums[side] or squares.get((code,), False) for side, code in codes.items()}
    for name in numbers:
        if name not in found:
            # Of both groups together only the difference of averages is made of no square.
            by_side = sums if name == "difference" or name.startswith("mean_") else spreads
            own = [by_side[side] for side in by_side if name.endswith(f"_{side}")]
            found[name] = own[0] if own else any(by_side.values())
    return found
