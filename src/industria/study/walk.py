"""Walking a study without data: every name, parameter and column, and what each step will give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from industria.core.measure import Measure
from industria.core.parameters import wrong_parameters
from industria.errors import IndustriaError, MissingColumnError, Problem, hint, listing
from industria.study.folders import FILE
from industria.study.lines import Place, key_lines, line_of
from industria.study.measures import measure_of, split
from industria.study.model import StepUse, Study
from industria.study.origins import shape_of_source
from industria.study.scenarios import main_step
from industria.study.shapes import Made, Shape, made_of, rehearse

__all__ = ["Walk", "walk"]

_USE: Final = "use"
_CALL: Final = "name"


@dataclass(frozen=True, slots=True)
class Walk:
    """What was seen on the way through a study.

    Attributes
    ----------
    made : dict of str to Made
        By source and step, in file order: what it will give.
    problems : list of Problem
        What is wrong, in the order of the file.
    """

    made: dict[str, Made] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def walk(study: Study, *, local_code: bool = True) -> Walk:
    """Go through the sources and steps in file order, on tables without rows.

    Parameters
    ----------
    study : Study
        As `load` reads it. The study and its brief are checked one after the
        other: the second time the answer is the first one's.
    local_code : bool
        Whether measures of the study's own folder may be imported.

    Returns
    -------
    Walk
        A step with a problem still tells what it would have given, so that one
        mistake is not told again by every step after it.
    """
    global _last
    if _last is None or _last[0] is not study or _last[1] is not local_code:
        _last = study, local_code, _walk(study, local_code)
    return _last[2]


_last: tuple[Study, bool, Walk] | None = None


def _walk(study: Study, local_code: bool) -> Walk:
    seen = Walk()
    lines = key_lines(study.text)
    for name, source in study.file.sources.items():
        shape, wrong, code = shape_of_source(name, source, study.folder, study.given.get(name))
        seen.made[name] = Made(shape, {})
        for key, what in wrong.items():
            seen.problems.append(Problem(FILE, line_of(lines, ("sources", name, key)), what, exit_code=code))
    for step in study.steps.values():
        place = _Places(study, step, lines)
        made, wrong = _step(study, step, seen.made, local_code)
        seen.made[step.name] = made
        # What a scenario takes over from the main step is told there.
        told = {key: what for key, what in wrong.items() if place.is_own(key)}
        seen.problems.extend(Problem(FILE, place.line(key), what) for key, what in told.items())
    return seen


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the keys of a step stand: in the step, or in the scenario that changes them."""

    study: Study
    step: StepUse
    lines: Mapping[Place, int]

    def is_own(self, key: str) -> bool:
        _, scenario = main_step(self.step.name)
        return scenario is None or key in self._changes() or key == _CALL

    def line(self, key: str) -> int | None:
        main, scenario = main_step(self.step.name)
        if key in self._changes() or (scenario and key == _CALL):
            return line_of(self.lines, ("scenario", scenario or "", "steps", main, key))
        number = next(i for i, step in enumerate(self.study.file.step) if step.name == main)
        return line_of(self.lines, ("step", number, key))

    def _changes(self) -> Mapping[str, Any]:
        main, scenario = main_step(self.step.name)
        return self.study.file.scenario[scenario].steps.get(main, {}) if scenario else {}


def _step(study: Study, step: StepUse, made: Mapping[str, Made], local_code: bool) -> tuple[Made, dict[str, str]]:
    """Check one step; the problems are told by key."""
    try:
        measure = measure_of(step, study, local_code=local_code)
    except IndustriaError as error:
        return Made(None, {}, closed=False), {_USE: f"step {step.name!r}: {error}"}
    user = f"step {step.name!r} ({step.use})"
    keys = split(step, measure, study.names)
    others = {name: parameter for name, parameter in measure.parameters.items() if name not in keys.tables}
    wrong = wrong_parameters(keys.parameters, others, user, measure.tables)
    inputs: dict[str, Shape | None] = {}
    for key, reference in keys.tables.items():
        inputs[key], what = _table(study, step, key, reference, made)
        if what:
            wrong[key] = what + _meant(key, keys.parameters, measure)
    for key, required in measure.tables.items():
        if required and key not in keys.tables:
            near = hint(key, [word for word in wrong if word in keys.parameters])
            wrong[key] = f"{user} lacks the table {key!r}.{near}"
    known = {key: shape for key, shape in inputs.items() if shape is not None}
    if len(known) < len(inputs) or not {key for key, required in measure.tables.items() if required} <= set(known):
        # What it would carry over from the table that is missing cannot be told.
        return replace(made_of(measure, known, keys.parameters), table=None), wrong
    if wrong:
        return made_of(measure, known, keys.parameters), wrong
    try:
        return rehearse(measure, known, keys.parameters), wrong
    except IndustriaError as error:
        return made_of(measure, known, keys.parameters), {
            _blamed(error, keys.parameters, keys.tables): f"{user}: {error}"
        }


def _table(
    study: Study, step: StepUse, key: str, reference: Any, made: Mapping[str, Made]
) -> tuple[Shape | None, str | None]:
    """Look up what a table argument refers to: a source, an earlier step, or a further table of one."""
    user = f"the table {key!r} of step {step.name!r}"
    if not isinstance(reference, str):
        return None, f"{user} is the name of a source or of an earlier step, got {reference!r}."
    head, _, rest = reference.partition(".")
    if head in made:
        return _within(made[head], head, rest, user)
    if head in study.steps:
        which = "itself" if head == step.name else f"{head!r}, a later step"
        return None, f"{user} is {which}, which is not an earlier step: steps run in file order."
    near = [*made, *(f"{name}.{table}" for name, one in made.items() for table in one.tables)]
    found = f"{user} is {reference!r}, which is no source and no earlier step"
    return None, f"{found}; there are {listing(list(made), 40)}.{hint(reference, near)}"


def _within(made: Made, head: str, rest: str, user: str) -> tuple[Shape | None, str | None]:
    if not rest:
        return made.table, None
    if rest in made.tables or not made.closed:
        return made.tables.get(rest), None
    tables = list(made.tables)
    return None, f"{user} is '{head}.{rest}', but {head!r} gives no table {rest!r}; {_has(tables)}.{hint(rest, tables)}"


def _has(tables: list[str]) -> str:
    return f"it gives {listing(tables)}" if tables else "it gives no further tables"


def _meant(key: str, parameters: Mapping[str, Any], measure: Measure) -> str:
    """Where tables go by any name, a misspelled parameter looks like one of them."""
    missing = [name for name in measure.parameters if name not in parameters] if measure.any_tables else []
    near = get_close_matches(key, missing, n=1, cutoff=0.7)
    return f" Or did you mean the parameter {near[0]!r}?" if near else ""


def _blamed(error: IndustriaError, parameters: Mapping[str, Any], tables: Mapping[str, Any]) -> str:
    """Find the key that an error of the measure speaks of; the name of the step where none is."""
    if isinstance(error, MissingColumnError):
        named = [key for key, value in parameters.items() if error.column in _listed(value)]
    else:
        named = [key for key in (*parameters, *tables) if re.match(rf"{re.escape(key)}\W", str(error))]
    return named[0] if named else _CALL


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
