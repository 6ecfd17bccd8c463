"""How far whoever has the released tables, and nothing else, narrows a number that they do not tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from industria.errors import NotAdditiveError, ReleaseRefusedError
from industria.release._attacked import PROOF, no_ends
from industria.release._digits import outward
from industria.release._judged import Judged
from industria.release._keyed import codes_of
from industria.release._protected import UNKNOWN, Protected
from industria.release._reader import Column, Columns, Line, hidden, lines, number_over
from industria.release._relations import Relations, Shown
from industria.release.policy import Policy

__all__ = ["Narrow", "narrowest", "numbers_attacked"]

TOLERANCE: Final = 1e-6


class Narrow(NamedTuple):
    """A cell, and the ends between which a reader places it; of all cells the one with least width beside its size."""

    width: float
    cell: str
    low: float
    high: float


def narrowest(one: Protected, system: Relations, judged: Mapping[str, Judged], policy: Policy) -> Narrow | None:
    """Find the cell that a reader narrows most; None where nothing is to be found, or only witnesses tell.

    Raises
    ------
    ReleaseRefusedError
        If the reader finds no values that fit what would be published.
    """
    # The ends of a witness stand at a distance from the value that the rules ask for: they would tell it.
    if no_ends(one.reached):
        return None
    found = list(_solved(one) if _is_plain(one, system, policy) else _read(one, system, judged, policy))
    # The reader has the tables; how many units estimates rest on tells more.
    found += _solved(one) if any(block.beside for block in one.joint.blocks) else []
    bounded = [told for told in found if np.isfinite(told.width)]
    if not bounded:
        return None
    best = min(bounded, key=lambda told: told.width)
    low, high = outward(np.array([best.low]), np.array([best.high]), policy.digits)
    return best._replace(low=float(low[0]), high=float(high[0]))


def _is_plain(one: Protected, system: Relations, policy: Policy) -> bool:
    """Tell whether the reader knows just what the attack before the release took for known."""
    joint = one.joint
    known = policy.prior == UNKNOWN and policy.digits is None and one.altered is None and not one.found.negative.any()
    known &= bool(system.least) or not joint.counts or joint.has_weights
    shown = np.zeros(len(joint.x), bool)
    for told in system.shown:
        if told.kind == "sum":
            shown[list(told.cells.values())] = True
    # What was found in the data is in the attack, and not in the file.
    same = system.A.shape == joint.A.shape
    return known and same and not joint.made and not len(system.ordered) and bool(shown.all())


def _solved(one: Protected) -> Iterator[Narrow]:
    told = one.outside or one.reached
    for cell in np.flatnonzero(one.withheld & (one.joint.rows > 0)):
        low, high = float(told.low[cell]), float(told.high[cell])
        yield _narrow(one, int(cell), low, high)


def _read(one: Protected, system: Relations, judged: Mapping[str, Judged], policy: Policy) -> Iterator[Narrow]:
    try:
        told: list[Line] = list(lines(system, columns_of(one, [system], judged, policy)))
    except NotAdditiveError:
        why = "the attack finds no values that fit what would be published"
        raise ReleaseRefusedError(one.joint.blocks[0].variable, why) from None
    # Whoever supposes wrongly that nothing is below zero comes no closer to the truth, whatever they reckon.
    wrong = not system.signed and bool(one.found.negative[: one.joint.start[-1]].any())
    for line in told:
        if not wrong:
            _refuse_close(one, line)
        yield _narrow(one, line.cell, line.low * line.over, line.high * line.over)


def _refuse_close(one: Protected, line: Line) -> None:
    """Refuse where whoever reads the tables comes closer to a sensitive cell than the rules allow."""
    cell, x = line.cell, float(one.joint.x[line.cell])
    slack = TOLERANCE * max(1.0, abs(x))
    # Ends of counts are whole numbers: what is asked of them is only that they are no single one.
    found, levels = one.found, not one.joint.counts
    short = line.exact or (levels and line.high * line.over < x + found.up[cell] - slack)
    short |= bool(levels and line.low * line.over > x - found.down[cell] + slack)
    if found.sensitive[cell] and short and one.altered is None:
        raise ReleaseRefusedError(one.joint.named(cell), "the attack from the released tables comes too close to it")


def _narrow(one: Protected, cell: int, low: float, high: float) -> Narrow:
    size = max(abs(low), abs(high)) or 1.0
    width = (high - low) / size if np.isfinite(high - low) else np.inf
    return Narrow(width, one.joint.named(cell), low, high)


def numbers_attacked(system: Relations, one: Protected, judged: Mapping[str, Judged], policy: Policy) -> int:
    """Count the withheld numbers that a reader can reckon something of."""
    if PROOF in one.reached.method:
        # One table of sums shows these cells, and nothing else does.
        return int((one.withheld & (one.joint.rows > 0)).sum())
    columns = columns_of(one, [system], judged, policy)
    found = 0
    for shown in system.shown:
        if shown.release is None and shown.at in columns and system.reach is None:
            found += sum(number_over(shown, key, columns) for key in hidden(shown, columns[shown.at], rounded=False))
    return found


def columns_of(one: Protected, systems: Sequence[Relations], judged: Mapping[str, Judged], policy: Policy) -> Columns:
    """Take the columns of the tables that leave, and of earlier ones, that relations speak of."""
    found: Columns = {}
    for shown in (shown for system in systems for shown in system.shown):
        if shown.release is not None:
            x, fixed = one.joint.x, one.joint.fixed
            found[shown.at] = Column({key: float(x[i]) if fixed[i] else None for key, i in shown.cells.items()}, None)
            continue
        table = judged[shown.step].table
        if shown.column in table.column_names:
            found[shown.at] = _column(table, shown, policy)
    return found


def _column(table: pa.Table, shown: Shown, policy: Policy) -> Column:
    numbers = dict(zip(codes_of(table, shown.by), table[shown.column].to_pylist(), strict=True))
    return Column(numbers, policy.digits if pa.types.is_floating(table[shown.column].type) else None)
