"""What a step will do, and the key under which its result is kept."""

from __future__ import annotations

import inspect
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from industria.core import engine
from industria.core.measure import Measure
from industria.core.result import MARK
from industria.study.code import code_digest
from industria.study.digest import EPOCH, digest_of
from industria.study.measures import measure_of, split
from industria.study.model import StepUse, Study

__all__ = ["Plan", "key_of", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a step will do.

    Attributes
    ----------
    step : StepUse
        As the study writes it.
    measure : Measure
        What it uses.
    tables : mapping of str to str
        By argument: the source, the step or `step.table` that it reads.
    parameters : mapping
        After defaults.
    code : str
        Digest of the measure's code.
    """

    step: StepUse
    measure: Measure
    tables: Mapping[str, str]
    parameters: Mapping[str, Any]
    code: str

    def parts(self, digests: Mapping[str, str | None], synthetic: Collection[str]) -> dict[str, Any]:
        """List what goes into the key.

        Parameters
        ----------
        digests : mapping of str to str or None
            Of the tables by name; None where one is not known yet.
        synthetic : collection of str
            Those of the tables that go back to rows which were drawn.
        """
        inputs = {
            argument: {"table": name, "digest": digests[name]} | ({MARK: True} if name in synthetic else {})
            for argument, name in self.tables.items()
        }
        return {
            "measure": self.measure.name,
            "code": self.code,
            "parameters": _written(self.parameters),
            "inputs": inputs,
            "engine": engine.major_version(),
            "epoch": EPOCH,
        }

    @property
    def said(self) -> dict[str, Any]:
        """What the measure says of itself, for the record of a run."""
        return {
            "title": self.measure.title,
            "formula": _formula(inspect.getdoc(self.measure.function) or ""),
            "cites": self.measure.cites,
            "design": self.measure.design,
            "pools": self.measure.pools,
            "support": self.measure.support,
        }


def plan(step: StepUse, study: Study, *, local_code: bool = True) -> Plan:
    """Find the measure of a step, tell its tables from its parameters, and fill in the defaults."""
    measure = measure_of(step, study, local_code=local_code)
    keys = split(step, measure, study.names)
    parameters = {
        name: _as_declared(keys.parameters.get(name, parameter.default), parameter.type)
        for name, parameter in measure.parameters.items()
        if name not in keys.tables and (name in keys.parameters or not parameter.required)
    }
    return Plan(step, measure, keys.tables, parameters, code_digest(measure.function))


def key_of(parts: Mapping[str, Any]) -> str:
    """Digest what goes into a step; what its tables are called in the study does not.

    Equal rows that are synthetic in one study and real in another are two inputs: the
    files that are kept of their results carry the mark.
    """
    inputs = {
        argument: [read["digest"], MARK] if MARK in read else read["digest"]
        for argument, read in parts["inputs"].items()
    }
    return digest_of({**parts, "inputs": inputs})


def _as_declared(value: Any, kind: Any) -> Any:
    """Take 1 for 1.0 where a number is asked for: both are one parameter."""
    kinds = get_args(kind) or (kind,)
    if type(value) is int and float in kinds and int not in kinds:
        return float(value)
    return list(value) if isinstance(value, tuple) else value


def _written(value: Any) -> Any:
    """Write what is endless, such as the edge of an open bin, as a text: JSON has no infinity."""
    if isinstance(value, Mapping):
        return {name: _written(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_written(inner) for inner in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _formula(docstring: str) -> str:
    """Return the words above the first section of a docstring, and its section of notes."""
    said: list[str] = []
    notes: list[str] = []
    title = ""
    lines = docstring.splitlines()
    for i, line in enumerate(lines):
        if i + 1 < len(lines) and lines[i + 1].strip("-") == "" and lines[i + 1].startswith("---"):
            title = line.strip()
        elif line.startswith("---"):
            continue
        elif title in ("", "Notes"):
            (notes if title else said).append(line)
    return "\n".join([*said, *notes]).strip()
