"""Checking a brief before any data is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from industria.brief.blocks import Block, Rule
from industria.brief.figure import check_options
from industria.brief.grammar import read, shown_tags, values_in
from industria.brief.layout import blocks
from industria.brief.prose import render
from industria.brief.shown import Refusal
from industria.brief.sliders import NEEDS
from industria.brief.source import Passage, Source
from industria.brief.tables import INTERVAL, read_format
from industria.brief.tags import FigureUse, Panel, SlidersUse, TableUse, texts
from industria.brief.typed import typed_numbers
from industria.brief.wording import causal_words, causal_words_of_claim
from industria.core.value import Address, Value
from industria.errors import BriefError, IndustriaError, Problem, UsageError, hint, listing
from industria.study.columns import Known, columns, wrong_address
from industria.study.lines import key_lines, line_of
from industria.study.measures import measure_of
from industria.study.model import Study

__all__ = ["check", "designs", "typed_or_causal"]


def check(study: Study, *, local_code: bool = True) -> list[Problem]:
    """List everything that is wrong with the briefs of a study.

    Parameters
    ----------
    study : Study
        As `load` reads it; a study without a brief has no problems here.
    local_code : bool
        Whether measures of the study's own folder may be imported.

    Returns
    -------
    list of Problem
        Grammar, addresses, typed numbers, words that say more than the design,
        missing descriptions, and a brief that does not say what it does not
        know; each with file, line and column.
    """
    if not study.briefs:
        return []
    known = columns(study, local_code=local_code)
    held = designs(study, local_code=local_code)
    found = _claims(study, held)
    for language, path in study.briefs.items():
        try:
            source = Source(path.read_text(encoding="utf-8"), path.name)
            found += _brief(source, study, known, held, language)
        except BriefError as error:
            found += error.problems
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line or 0, p.column or 0))


def designs(study: Study, *, local_code: bool = True) -> dict[str, str]:
    """Return the design of each step's measure; a measure that cannot be found is left to the check of the study."""
    found = {}
    for name, step in study.steps.items():
        try:
            found[name] = str(measure_of(step, study, local_code=local_code).design)
        except IndustriaError:
            found[name] = "descriptive"
    return found


def typed_or_causal(source: Source, held: Mapping[str, str], language: str) -> list[Problem]:
    """List the typed numbers and the causal words of a brief, those in the texts of its tags included.

    Parameters
    ----------
    source : Source
        The brief.
    held : mapping of str to str
        Designs by step.
    language : str
        Of the brief.
    """
    extra = [
        Passage(option, text, source.within(text, line).line)
        for tag, _, line, options in shown_tags(read(source, held))
        for option, text in texts(tag, options)
    ]
    return [*typed_numbers(source, extra), *causal_words(source, held, language, extra)]


def _brief(source: Source, study: Study, known: Known, held: Mapping[str, str], language: str) -> list[Problem]:
    found = [*typed_or_causal(source, held, language), *_addresses(source, study, known), *_tags(source, study, known)]
    if not any(tag == "open" and place == "unknowns" for tag, place, *_ in shown_tags(read(source, held))):
        said = "the brief does not say what it does not know; end it with {% unknowns %} … {% endunknowns %}."
        found.append(source.problem(said, None))
    if found:
        return found
    # What is left shows only when the brief is written: try it with a value of one everywhere.
    blocks(render(source, list(study.steps), _one, language), source, _nothing)
    return []


def _addresses(source: Source, study: Study, known: Known) -> Iterator[Problem]:
    """Look up every address, in the branches that a run would not take too."""
    tree = read(source, study.steps)
    inside = [
        source.within(text, line) for tag, _, line, options in shown_tags(tree) for _, text in texts(tag, options)
    ]
    for part in (source, *inside):
        for address, line, column in values_in(read(part, study.steps)):
            wrong = wrong_address(address, known)
            if wrong:
                yield source.problem(wrong, line, column)


def _tags(source: Source, study: Study, known: Known) -> Iterator[Problem]:
    """Look up the steps and columns that tags name."""
    for tag, place, line, options in shown_tags(read(source, study.steps)):
        if tag not in ("figure", "table", "sliders"):
            continue
        wrong = _place(place, known)
        if tag == "figure":
            wrong += _figure(options)
        elif not wrong:
            wrong += (_table if tag == "table" else _sliders)(place, options, known)
        for said in wrong:
            yield source.problem(said, line, source.column(line, "{%"))


def _place(place: str, known: Known) -> list[str]:
    step = place.partition(".")[0]
    if place in known or (step in known and known[step] is None):
        return []
    return [f"{place!r} is no table of the study; there is {listing(list(known), 40)}.{hint(place, list(known))}"]


def _figure(options: Mapping[str, Any]) -> list[str]:
    if "kind" not in options:
        return []  # which one it is, its columns tell
    try:
        check_options(str(options["kind"]), [option for option in options if option != "notes"])
    except UsageError as error:
        return [str(error)]
    return []


def _table(place: str, options: Mapping[str, Any], known: Known) -> list[str]:
    there = known.get(place) or ()
    named = [*options.get("columns", {}), *options.get("where", {}), *filter(None, [options.get("key")])]
    wrong = [
        f"{place} has no column {column!r}; it has {listing(there, 40)}.{hint(column, there)}"
        for column in named
        if there and column not in (*there, INTERVAL)
    ]
    for column, how in options.get("format", {}).items():
        try:
            read_format(column, how)
        except Refusal as refusal:
            wrong.append(str(refusal))
    return wrong


def _sliders(place: str, _: Mapping[str, Any], known: Known) -> list[str]:
    lacks = [table for table in NEEDS if table and f"{place}.{table}" not in known]
    if not lacks or ("." not in place and known[place] is None):
        return []
    return [f"{place!r} is no grid of plans, as ecosystems.surge_grid gives it: it has no table {lacks[0]!r}."]


def _claims(study: Study, held: Mapping[str, str]) -> list[Problem]:
    """Hold the sentences of claims to the design of their values: the brief prints them."""
    lines = key_lines(study.text)
    found = []
    for i, claim in enumerate(study.file.claim):
        step = claim.value.partition(".")[0].partition("[")[0].strip()
        for language in study.briefs:
            says = claim.says if isinstance(claim.says, str) else claim.says.get(language, "")
            for said in causal_words_of_claim(says, step, held, language):
                found.append(Problem("study.toml", line_of(lines, ("claim", i, "says")), f"claim {i + 1}: {said}"))
    return found


def _one(address: Address) -> Value:
    return Value(address=address, value=1)


def _nothing(use: FigureUse | TableUse | SlidersUse | Panel) -> Block:
    return Rule(use.line)
