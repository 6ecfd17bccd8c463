"""Groups cell by cell, and which words go together in a metafrontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from industria.core.threads import one_thread
from industria.errors import ExcludedParameterError, OutsideRangeError
from industria.kernels.polynomials import exponents
from industria.productivity._metafrontier_fit import Deviations, Distribution, Form, Gaps, enveloped, fitted
from industria.productivity._technology import NAME, ORIENTATIONS, RETURNS, Orientation, Returns, Units, choose, slices

__all__ = ["Asked", "CellOfGroups", "gaps", "refuse_no_logs"]

METHODS: Final = ("dea", "stochastic", "envelope")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "returns": RETURNS,
    "orientation": ORIENTATIONS,
    "distribution": ("half_normal", "exponential", "truncated_normal"),
    "form": ("cobb_douglas", "translog"),
    "deviations": ("absolute", "squared"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, with defaults filled in; `deviations` is None unless an envelope is."""

    method: str
    returns: Returns
    orientation: Orientation
    distribution: Distribution
    form: Form
    deviations: Deviations | None
    logs: bool

    @classmethod
    def of(
        cls,
        method: str,
        *,
        returns: Returns | None,
        orientation: Orientation | None,
        logs: bool,
        distribution: Distribution | None,
        form: Form | None,
        deviations: Deviations | None,
    ) -> Asked:
        """Refuse words that are not known or have no place in the method, and fill in the rest."""
        _refuse(
            method,
            {"returns": returns, "orientation": orientation, "logs": logs or None},
            {"distribution": distribution, "form": form, "deviations": deviations},
        )
        return cls(
            method=method,
            returns=returns or "variable",
            orientation=orientation or "output",
            distribution=distribution or "half_normal",
            form=form or "cobb_douglas",
            deviations=(deviations or "absolute") if method == "envelope" else None,
            logs=logs,
        )

    def facts(self) -> dict[str, Any]:
        """List the words that have a place in the method; None for the others."""
        of_dea = self.method == "dea"
        return {
            "method": self.method,
            "returns": self.returns if of_dea else None,
            "orientation": self.orientation if of_dea else None,
            "distribution": None if of_dea else self.distribution,
            "form": None if of_dea else self.form,
            "deviations": self.deviations,
        }

    def terms(self, inputs: Sequence[str]) -> list[str]:
        """Name the terms of a frontier."""
        powers = exponents(len(inputs), 2 if self.form == "translog" else 1)
        return ["intercept", *("*".join(np.repeat(inputs, power)) for power in powers)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellOfGroups:
    """Groups under one metafrontier: their numbers among the panel's cells, their rows, and what was found."""

    groups: Sequence[int]
    rows: Sequence[slice]
    gaps: Gaps


def _refuse(method: str, of_dea: Mapping[str, Any], of_others: Mapping[str, Any]) -> None:
    """Refuse words that are not known, and those for which the method has no place; None is none."""
    choose(method=(method, METHODS))
    for parameter, word in {**of_dea, **of_others}.items():
        if word is not None and parameter in CHOICES:
            choose(**{parameter: (word, CHOICES[parameter])})
    idle = dict(of_others) if method == "dea" else {name: of_dea[name] for name in ("returns", "orientation")}
    if method == "dea":
        idle["logs"] = of_dea["logs"]
    elif method == "stochastic":
        idle["deviations"] = of_others["deviations"]
    for parameter, word in idle.items():
        if word is not None:
            raise ExcludedParameterError(parameter, f'method="{method}"', "leave it out, or take another method")


def refuse_no_logs(units: Units) -> None:
    """Refuse amounts that have no log."""
    for good, values in zip(units.goods, units.amounts.T, strict=True):
        none = np.flatnonzero(values <= 0)
        if len(none):
            row = int(none[0])
            raise OutsideRangeError(NAME, good, float(values[row]), units.panel.where(row), "must be above 0")


def gaps(units: Units, asked: Asked, by: Sequence[str], group: str) -> list[CellOfGroups]:
    """Draw the frontiers of the groups of each cell, and the one above them."""
    rows, labels = list(slices(units.panel)), units.panel.cells.to_pylist()
    found = []
    for _, members in groupby(range(len(rows)), lambda number: [labels[number][column] for column in by]):
        numbers = list(members)
        start = rows[numbers[0]].start
        inside = slice(start, rows[numbers[-1]].stop)
        parts = [slice(rows[number].start - start, rows[number].stop - start) for number in numbers]
        where = [", ".join(f"{c} = {labels[number][c]!r}" for c in (*by, group)) for number in numbers]
        found.append(
            CellOfGroups(
                groups=numbers, rows=[rows[n] for n in numbers], gaps=_gaps(units, inside, parts, where, asked)
            )
        )
    return found


def _gaps(units: Units, inside: slice, parts: Sequence[slice], where: Sequence[str], asked: Asked) -> Gaps:
    X, Y = units.X[inside], units.Y[inside]
    if asked.method == "dea":
        return enveloped(X, Y, parts, returns=asked.returns, orientation=asked.orientation)
    with one_thread():
        return fitted(
            X if asked.logs else np.log(X),
            (Y if asked.logs else np.log(Y))[:, 0],
            parts,
            terms=asked.terms(units.inputs),
            where=where,
            distribution=asked.distribution,
            form=asked.form,
            deviations=asked.deviations,
        )
