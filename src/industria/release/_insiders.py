"""What contributors can reckon, who know their own cells beside what is published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import TableLike, as_table
from industria.errors import NotAdditiveError
from industria.kernels.connected_relations import connected_relations
from industria.kernels.feasible_intervals import Intervals
from industria.release._published import codes_and
from industria.release._system import System
from industria.release._unknowns import EXACT, Unknowns, intervals, rows_of

__all__ = ["known_to_insiders"]

Ids = npt.NDArray[np.int64]


def known_to_insiders(
    insiders: TableLike, found: System, unknown: Unknowns, told: Intervals, names: Sequence[str], value: str
) -> pa.Table:
    """Repeat an attack for each insider.

    Parameters
    ----------
    insiders : Table
        The columns of `names` and `value`, and `insider`; without it each row is known to another.
    found, unknown, told : System, Unknowns, Intervals
        The attack of an outsider.
    names : sequence of str
        Dimensions.
    value : str
        The column of what is known.

    Returns
    -------
    pyarrow.Table
        `insider`, the dimensions, `low`, `high`, `exact` and `method` of each further withheld cell of which an
        insider knows more than an outsider.

    Raises
    ------
    NotAdditiveError
        If an insider knows a value that does not fit what is published, or of a cell that is not withheld.
    """
    named = "insider" in as_table(insiders, "insiders").collect_schema().names()
    labels, rows = codes_and(insiders, "insiders", names, value, texts=["insider"] if named else [])
    known = _cells(found, unknown, labels)
    who = rows["insider"].to_pylist() if named else [str(row + 1) for row in range(rows.num_rows)]
    values = rows[value].to_numpy()
    part = connected_relations(unknown.A)[1]
    answers = []
    for one in sorted(set(who)):
        mine = {int(known[i]): float(values[i]) for i in range(len(who)) if who[i] == one and known[i] >= 0}
        beside = unknown.asked & np.isin(part, part[list(mine)])
        beside[list(mine)] = False
        if not beside.any():
            continue
        theirs = intervals(found, unknown, mine, beside)
        with np.errstate(invalid="ignore"):
            least = EXACT * np.maximum(1.0, np.abs(np.where(np.isfinite(told.low), told.low, 0.0)))
            narrower = beside & ((theirs.low - told.low > least) | (told.high - theirs.high > least))
        answer = rows_of(found, names, unknown, theirs, narrower)
        answers.append(answer.add_column(0, "insider", pa.array([one] * len(answer), pa.string())))
    empty = rows_of(found, names, unknown, told, np.zeros(len(unknown.asked), bool))
    return pa.concat_tables(answers or [empty.add_column(0, "insider", pa.array([], pa.string()))])


def _cells(found: System, unknown: Unknowns, labels: Sequence[Sequence[str]]) -> Ids:
    """Return which unknown each row is about, -1 where it is a published cell."""
    at = {tuple(codes): int(i) for i, codes in enumerate(found.codes[unknown.cells].tolist()) if unknown.asked[i]}
    shown = {tuple(codes) for codes in found.codes.tolist()}
    places = [{code: i for i, code in enumerate(one.codes)} for one in found.dimensions]
    cells = []
    for codes in zip(*labels, strict=True):
        key = tuple(place.get(code, -1) for place, code in zip(places, codes, strict=True))
        if key not in shown:
            named = ", ".join(f"{one.name} = {code!r}" for one, code in zip(found.dimensions, codes, strict=True))
            raise NotAdditiveError("insiders", named, "is no cell of the table.")
        cells.append(at.get(key, -1))
    return np.array(cells)
