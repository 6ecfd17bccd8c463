"""The steps of a study with those of its scenarios, which run beside the main ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from industria.study.measures import head_of, table_arguments
from industria.study.model import BETWEEN, StepUse, StudyFile

__all__ = ["expand", "main_step"]


def expand(file: StudyFile, folder: Path) -> dict[str, StepUse]:
    """List the steps by name: the main ones in file order, then those that each scenario changes.

    A scenario changes the steps that it names and all that read one of them as
    a table. A parameter that happens to spell the name of a step is no table.

    Parameters
    ----------
    file : StudyFile
        What the study says.
    folder : Path
        Where its own measures lie; their code is read, not run.

    Returns
    -------
    dict of str to StepUse
        `effect`, `pay`, then `effect__other`, whose tables are the scenario's own.
    """
    steps = {step.name: step for step in file.step}
    names = {*file.sources, *steps}
    reads = {step.name: table_arguments(step, folder, names) for step in file.step} if file.scenario else {}
    for scenario, changes in file.scenario.items():
        moved: set[str] = set()
        for step in file.step:
            if step.name in changes.steps or moved & {head_of(value) for value in reads[step.name].values()}:
                own = changes.steps.get(step.name, {})
                new = _in_scenario(step, scenario, own, reads[step.name], moved)
                steps[new.name] = new
                moved.add(step.name)
    return steps


def main_step(name: str) -> tuple[str, str | None]:
    """Split `effect__other` into the main step and the scenario; a main step has none."""
    step, _, scenario = name.partition(BETWEEN)
    return step, scenario or None


def _in_scenario(
    step: StepUse, scenario: str, own: Mapping[str, Any], tables: Mapping[str, Any], moved: set[str]
) -> StepUse:
    keys = {**step.parameters, **own}
    for key in tables.keys() & keys.keys():
        # What the scenario itself says of a table is taken as it stands.
        if key not in own and (head := head_of(keys[key])) in moved:
            keys[key] = f"{head}{BETWEEN}{scenario}{keys[key].removeprefix(head)}"
    # The name has two underscores, which no person may write.
    return step.model_copy(update={"name": f"{step.name}{BETWEEN}{scenario}", **keys})
