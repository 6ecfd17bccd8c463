"""What every column of a run is, and in which unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from industria.core.contract import Contract
from industria.core.units import REFERENCE, meaning_of, unit_of

__all__ = ["Columns", "Label", "Labels", "of_row", "promised"]

Label: TypeAlias = dict[str, str | None]
"""`unit` and `meaning` of a column; None where nobody tells."""
Columns: TypeAlias = dict[str, Label]

FACTS: Final[Columns] = {
    "n_obs": {"unit": "count", "meaning": "rows used"},
    "n_units": {"unit": "units", "meaning": "units used"},
    "df": {"unit": "1", "meaning": "degrees of freedom"},
    "confidence": {"unit": "fraction", "meaning": "confidence of the intervals"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What is known of the columns of a step's result; the first that tells is believed.

    Attributes
    ----------
    gives : mapping of str to str
        What the measure says of the columns that it makes.
    units, meanings : mapping of str to str
        What the result itself says.
    promises : Columns
        What the step's contract in the study says.
    parameters : mapping
        Of the step: `unit of outcome` asks which column `outcome` names.
    inputs : Columns
        The columns of all tables that the step reads; a column that it carries
        over under its name is what it is there.
    """

    gives: Mapping[str, str]
    parameters: Mapping[str, Any]
    inputs: Columns
    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    promises: Columns = field(default_factory=dict)

    def columns(self, names: Iterable[str]) -> Columns:
        """Tell unit and meaning of columns.

        `unit of x`, where `x` is a column of the result whose values name
        columns, stays as it is: it differs by row, and `of_row` resolves it.
        """
        there = list(names)
        return {name: self._label(name, there, self.inputs) for name in there}

    def facts(self, names: Iterable[str]) -> Columns:
        """Tell unit and meaning of facts beside a table; columns of the inputs are none."""
        return {name: self._label(name, [], FACTS) for name in names}

    def _label(self, name: str, columns: list[str], elsewhere: Columns) -> Label:
        made, promise = self.gives.get(name, ""), self.promises.get(name, {})
        carried = elsewhere.get(name, {}) if not made else {}
        units = (self.units.get(name), unit_of(made), promise.get("unit"), carried.get("unit"))
        meanings = (self.meanings.get(name), meaning_of(made), promise.get("meaning"), carried.get("meaning"))
        unit = next((told for told in units if told), None)
        return {
            "unit": unit and self._resolved(unit, columns),
            "meaning": next((told for told in meanings if told), None),
        }

    def _resolved(self, unit: str, columns: list[str]) -> str | None:
        def pointed(word: str) -> str | None:
            found = _shared(_listed(self.parameters.get(word, word)), self.inputs)
            return f"unit of {word}" if found is None and word in columns else found

        return _each_part(unit, pointed)


def of_row(unit: str | None, cell: Callable[[str], object], inputs: Columns) -> str | None:
    """Resolve `unit of x` for one row: `cell(x)` names a column of an input."""
    return unit and _each_part(unit, lambda word: _shared([cell(word)], inputs))


def promised(contract: Contract | None, otherwise: Columns | None = None) -> Columns:
    """List what a contract tells of columns, and where it is silent, what is known of them `otherwise`."""
    rules = contract.columns if contract is not None else {}
    known = dict(otherwise or {})
    for name, rule in rules.items():
        before = known.get(name, {})
        known[name] = {"unit": rule.unit or before.get("unit"), "meaning": rule.meaning or before.get("meaning")}
    return known


def _each_part(unit: str, pointed: Callable[[str], str | None]) -> str | None:
    """Resolve the references in a unit or a quotient of units; one that nobody knows spoils it."""
    parts = []
    for part in unit.split(" per "):
        reference = REFERENCE.fullmatch(part)
        found = pointed(reference[1]) if reference else part
        if found is None:
            return None
        parts.append(found)
    return " per ".join(parts)


def _shared(columns: list[object], inputs: Columns) -> str | None:
    units = {inputs.get(str(column), {}).get("unit") for column in columns}
    return units.pop() if len(units) == 1 else None


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
