"""Sliders: the tables of a surge at every step, each slider in one direction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from industria.core.rows import Field, Rows
from industria.ecosystems._levers import LEVERS, QUANTITIES, WHOLE, changed
from industria.ecosystems._surge import Certification
from industria.ecosystems._surge_tables import SurgeTables
from industria.errors import UsageError

SLIDERS: Final = (Field("slider"), Field("step", "number"), *LEVERS[1:])
# More of these never lowers the loss; more of the other quantities never raises it.
BURDENS: Final = ("demand", "retool_weeks", "certification_weeks", "broker_hours", "pivot_cost")
MOST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A slider, and the tables at each of its steps while the others rest.

    Attributes
    ----------
    name : str
        What it is called.
    steps : list of float
        The one that loses most first.
    tables : list of SurgeTables
        In the order of the steps.
    helps : bool
        Whether a higher step never raises the loss; it never lowers it otherwise.
    whole : bool
        Whether nothing lies between whole numbers, as where it moves weeks alone.
    base : float or None
        The step that leaves all as it is.
    """

    name: str
    steps: list[float]
    tables: list[SurgeTables]
    helps: bool
    whole: bool
    base: float | None


def sliders_of(tables: SurgeTables, asked: Rows, certification: Certification) -> list[Slider]:
    """Apply every step of every slider, and make sure which way each goes.

    Raises
    ------
    ChoiceError, UnknownLabelError, OutsideRangeError
        As levers raise them.
    UsageError
        If there are too many plans, a slider both helps and hurts, two of them move one number, or
        one moves leads where longer ones might help.
    """
    steps = {
        name: sorted({step for one, step in zip(asked["slider"], asked["step"].tolist(), strict=True) if one == name})
        for name in dict.fromkeys(asked["slider"])
    }
    if (plans := math.prod(map(len, steps.values()))) > MOST:
        counts = " x ".join(str(len(found)) for found in steps.values())
        raise UsageError(f"sliders: {counts} steps make {plans:,} plans; at most {MOST:,} are solved. Leave some out.")
    labels = [label([(name, step)]) for name, step in zip(asked["slider"], asked["step"].tolist(), strict=True)]
    levers = replace(asked, columns={**asked.columns, "lever": labels})
    sliders = []
    for name, found in steps.items():
        at = [changed(tables, levers, label([(name, step)])) for step in found]
        helps = _direction(name, found, at)
        _refuse_leads(name, tables, at, certification)
        order = slice(None) if helps else slice(None, None, -1)
        base = next((step for step, moved in zip(found, at, strict=True) if not _moved(tables, moved)), None)
        weeks = {quantity for moved in at for quantity in _moved(tables, moved)} <= {*WHOLE}
        whole = weeks and all(step.is_integer() for step in found)
        sliders.append(Slider(name=name, steps=found[order], tables=at[order], helps=helps, whole=whole, base=base))
    _refuse_shared(tables, sliders)
    return sliders


def label(at: Sequence[tuple[str, float]]) -> str:
    """Name a plan by the steps of its sliders; base where there are none."""
    return ", ".join(f"{slider} {step:.12g}" for slider, step in at) or "base"


def together(tables: SurgeTables, moved: Sequence[SurgeTables]) -> SurgeTables:
    """Join tables of which no two move the same number."""
    for name, column in dict.fromkeys((name, column) for name, column, _ in QUANTITIES.values()):
        rows: Rows = getattr(tables, name)
        values = rows[column]
        for one in moved:
            values = np.where(getattr(one, name)[column] != rows[column], getattr(one, name)[column], values)
        tables = replace(tables, **{name: replace(rows, columns={**rows.columns, column: values})})
    return tables


def _moved(one: SurgeTables, other: SurgeTables) -> dict[str, tuple[float, float]]:
    """List the quantities that differ, with the least and the largest change."""
    found = {}
    for quantity, (name, column, _) in QUANTITIES.items():
        change = getattr(other, name)[column] - getattr(one, name)[column]
        if change.any():
            found[quantity] = float(change.min()), float(change.max())
    return found


def _direction(name: str, steps: Sequence[float], at: Sequence[SurgeTables]) -> bool:
    """Tell whether higher steps help; every number that they move must go the same way for the loss."""
    helped, hurt = "", ""
    for i in range(1, len(steps)):
        for quantity, (least, largest) in _moved(at[i - 1], at[i]).items():
            if quantity in BURDENS:
                least, largest = -largest, -least
            said = f"{quantity} from {steps[i - 1]:.12g} to {steps[i]:.12g}"
            helped, hurt = helped or said * (largest > 0), hurt or said * (least < 0)
    if helped and hurt:
        raise UsageError(
            f"sliders: {name!r} helps ({helped}) and hurts ({hurt}), so that nothing is known between its steps. "
            "Let all its rows go one way, or make two sliders of it."
        )
    return not hurt


def _refuse_leads(name: str, tables: SurgeTables, at: Sequence[SurgeTables], certification: Certification) -> None:
    """Refuse a longer lead that might help: where a ramp falls, or a certification waits for a slot."""
    moves = {quantity for moved in at for quantity in _moved(tables, moved)} & {*WHOLE}
    ramp, share = tables.ramp["ramp"], tables.ramp["share"]
    if moves and any(ramp[i] == ramp[i - 1] and share[i] < share[i - 1] for i in range(1, tables.ramp.n)):
        raise UsageError(
            f"sliders: {name!r} moves {min(moves)}, and a ramp falls with age, so that a longer lead may help: "
            "nothing is known between its steps."
        )
    if "retool_weeks" in moves and certification == "after_retool" and tables.uses["per_certification"].any():
        raise UsageError(
            f"sliders: {name!r} moves retool_weeks, and uses.per_certification takes of a resource when retooling "
            "ends, so that a longer one may meet a better week. Move certification_weeks instead."
        )


def _refuse_shared(tables: SurgeTables, sliders: Sequence[Slider]) -> None:
    """Refuse two sliders that move one number."""
    for quantity, (name, column, labels) in QUANTITIES.items():
        rows: Rows = getattr(tables, name)
        by = np.full(rows.n, -1)
        for k, slider in enumerate(sliders):
            mine = np.zeros(rows.n, bool)
            for moved in slider.tables:
                mine |= getattr(moved, name)[column] != rows[column]
            if (twice := np.flatnonzero(mine & (by >= 0))).size:
                raise UsageError(
                    f"sliders: {sliders[by[twice[0]]].name!r} and {slider.name!r} both move {quantity} of "
                    f"{rows.where(int(twice[0]), *labels)}; make one slider of them."
                )
            by[mine] = k
