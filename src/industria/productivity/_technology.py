"""Units with their inputs and outputs, read once for every frontier, and who may draw one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.core.table import TableLike, columns_of
from industria.errors import (
    ChoiceError,
    ExcludedParameterError,
    NobodyDrawsError,
    OutsideRangeError,
    ParameterRangeError,
    ThinFrontierError,
)
from industria.kernels.dea import Technology, radial, technology
from industria.kernels.free_disposal import free_disposal
from industria.productivity._accounts import once
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = [
    "BAD_DISPOSALS",
    "ORIENTATIONS",
    "RETURNS",
    "BadDisposal",
    "Orientation",
    "Returns",
    "Units",
    "choose",
    "read_units",
    "refuse_idle_disposal",
    "refuse_no_outputs",
    "refuse_nothing",
    "refuse_thin",
    "scores",
    "slices",
]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"]
Orientation = Literal["input", "output"]
BadDisposal = Literal["weak", "free"]
RETURNS: Final = ("variable", "constant", "nonincreasing", "nondecreasing", "free_disposal")
ORIENTATIONS: Final = ("input", "output")
BAD_DISPOSALS: Final = ("weak", "free")
NAME: Final = "units"
PER_DIMENSION: Final = 3
"""Units for each input and output below which a frontier is drawn only where that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Rows that can be measured, sorted by cell, unit and time.

    Attributes
    ----------
    panel : Panel
        Their keys, cells and numbers.
    inputs, outputs, bad_outputs : tuple of str
        Columns.
    X, Y, B : array, shape (n, m), (n, s), (n, q)
        Inputs, outputs, bad outputs.
    drawing : array, shape (n,)
        Who draws the frontier of the cell.
    """

    panel: Panel
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    bad_outputs: tuple[str, ...]
    X: Array
    Y: Array
    B: Array
    drawing: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.X)

    @property
    def goods(self) -> tuple[str, ...]:
        """Inputs, outputs and bad outputs, in the order of the matrices side by side."""
        return (*self.inputs, *self.outputs, *self.bad_outputs)

    @property
    def amounts(self) -> Array:
        """Amounts of the goods, shape (n, m + s + q)."""
        return np.hstack([self.X, self.Y, self.B])


def choose(**words: tuple[object, Sequence[str]]) -> None:
    """Refuse a word that is not among those that a parameter takes, each given as (word, options).

    Raises
    ------
    ChoiceError
        With the nearest of the options.
    """
    for parameter, (word, options) in words.items():
        if word not in options:
            raise ChoiceError(parameter, word, options)


def read_units(
    units: TableLike,
    *,
    unit: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    bad_outputs: Sequence[str] = (),
    time: str | None = None,
    by: Sequence[str] = (),
    reference: str | None = None,
    others: Sequence[str] = (),
    signed: bool = False,
    allow_thin: bool = False,
    name: str = NAME,
) -> Units:
    """Read units with their inputs and outputs; refuse what draws no frontier.

    Parameters
    ----------
    units : table
        One row a unit, and a time where there is one.
    unit, time : str
        Who and when.
    inputs, outputs, bad_outputs : sequence of str
        Columns; 0 or more unless `signed`, and of a row's inputs one above 0.
    by : sequence of str
        What makes a cell.
    reference : str, optional
        Truth values: who draws the frontier. All where not given.
    others : sequence of str
        Columns read besides, such as drivers.
    signed : bool
        Whether numbers below zero are allowed.
    allow_thin : bool
        Whether a cell may have fewer than three units per input and output.
    name : str
        What error messages call the table.

    Returns
    -------
    Units
        Those with all of it.

    Raises
    ------
    ParameterRangeError
        If there is no input or no output, or `reference` holds other numbers than 0 and 1.
    RepeatedColumnError
        If a column plays two roles.
    OutsideRangeError
        If a row has no input above 0.
    NobodyDrawsError, ThinFrontierError
        If `reference` is true of no unit of a cell, or of too few.
    """
    xs, ys, bs = columns_of(inputs, "inputs"), columns_of(outputs, "outputs"), columns_of(bad_outputs, "bad_outputs")
    for parameter, columns in (("inputs", xs), ("outputs", ys)):
        if not columns:
            raise ParameterRangeError(parameter, [], "one column or more")
    keys = [*by, unit, *([time] if time else [])]
    once(keys=keys, inputs=xs, outputs=ys, bad_outputs=bs, reference=[reference] if reference else [])
    goods = (*xs, *ys, *bs)
    panel = read(
        units,
        name,
        unit=unit,
        time=time,
        by=by,
        numbers=[*goods, *([reference] if reference else []), *others],
        nonnegative=() if signed else goods,
    )
    X, Y, B = panel.matrix(xs), panel.matrix(ys), panel.matrix(bs)
    drawing = np.ones(len(panel), bool) if reference is None else _truths(panel, reference)
    found = Units(panel=panel, inputs=xs, outputs=ys, bad_outputs=bs, X=X, Y=Y, B=B, drawing=drawing)
    if not signed:
        refuse_nothing(found, xs, X)
    if time is None:
        for cell in slices(panel):
            n = int(drawing[cell].sum())
            if reference is not None and n == 0:
                raise NobodyDrawsError(name, reference, _cell(found, cell.start, by))
            refuse_thin(found, n, cell.start, by, allow_thin)
    return found


def slices(panel: Panel) -> Iterator[slice]:
    """Go through the rows of one cell after another."""
    cuts = np.flatnonzero(np.diff(panel.cell, prepend=-1, append=panel.cell[-1] + 1))
    for start, end in pairwise(cuts):
        yield slice(int(start), int(end))


def refuse_nothing(units: Units, columns: Sequence[str], goods: Array) -> None:
    """Refuse a row without any of these goods, of which no share can be taken.

    Raises
    ------
    OutsideRangeError
        With the row.
    """
    none = np.flatnonzero((goods == 0).all(axis=1))
    if len(none):
        wanted = "must be above 0" if len(columns) == 1 else "must not all be 0"
        where = units.panel.where(int(none[0]))
        raise OutsideRangeError(units.panel.name, ", ".join(columns), 0.0, where, wanted)


def refuse_no_outputs(units: Units, returns: str, orientation: str) -> None:
    """Refuse a row without outputs where these are multiplied, or where nothing could be made with no input at all.

    Raises
    ------
    OutsideRangeError
        With the row, whose distance would be infinite.
    """
    if orientation == "output" or returns in ("constant", "nonincreasing"):
        refuse_nothing(units, units.outputs, units.Y)


def refuse_thin(units: Units, n: int, row: int, by: Sequence[str], allow_thin: bool) -> None:
    """Refuse a frontier of few units, on which most lie whatever they do.

    Raises
    ------
    ThinFrontierError
        If units are fewer than three times inputs and outputs; where thin ones are allowed, if there is none.
    """
    dimensions = len(units.goods)
    if n < (1 if allow_thin else PER_DIMENSION * dimensions):
        raise ThinFrontierError(units.panel.name, _cell(units, row, by), n, dimensions, PER_DIMENSION)


def _cell(units: Units, row: int, by: Sequence[str]) -> str:
    return ", ".join(f"{column} = {units.panel.keys[column][row].as_py()!r}" for column in by)


def refuse_idle_disposal(bad_disposal: str, bad_outputs: Sequence[str]) -> None:
    """Refuse to say how bad outputs are disposed of where there are none.

    Raises
    ------
    ExcludedParameterError
        If it is not the one that holds where nothing is said.
    """
    if bad_disposal != BAD_DISPOSALS[0] and not bad_outputs:
        raise ExcludedParameterError("bad_disposal", "a frontier without bad_outputs", "name them")


def scores(
    drawing: tuple[Array, Array], asked: tuple[Array, Array], *, returns: Returns, orientation: Orientation
) -> Array:
    """Score units against a frontier that others, or they themselves, draw; nothing but the scores.

    Parameters
    ----------
    drawing, asked : tuple of array, shapes (n, m), (n, s) and (K, m), (K, s)
        Inputs and outputs of those that draw it, and of those that are measured.
    returns, orientation : str
        As in `dea`.

    Returns
    -------
    array, shape (K,)
        θ or φ; NaN where infeasible.
    """
    X, Y = asked
    if returns == "free_disposal":
        G = (X, np.zeros_like(Y)) if orientation == "input" else (np.zeros_like(X), Y)
        step = free_disposal(drawing, asked, G)[0]
        return 1.0 - step if orientation == "input" else 1.0 + step
    T: Technology = technology(*drawing, returns=returns)
    return radial(T, X, Y, orientation=orientation)[0]


def _truths(panel: Panel, column: str) -> npt.NDArray[np.bool_]:
    told = panel[column]
    odd: Codes = np.flatnonzero((told != 0) & (told != 1))
    if len(odd):
        raise OutsideRangeError(panel.name, column, float(told[odd[0]]), panel.where(int(odd[0])), "is true or false")
    return np.asarray(told == 1)
