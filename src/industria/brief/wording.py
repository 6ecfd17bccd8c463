"""Words follow design: what an association may not be called, in each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from industria.brief.binding import addresses
from industria.brief.source import MARK, Passage, Source
from industria.core.value import Address
from industria.errors import Problem

__all__ = ["Rule", "causal_words", "causal_words_of_claim", "number_words", "rules"]

_BETWEEN: Final = re.compile(r"(?<=[.!?…])[\"'”’»)\]*_]*\s+(?=[^\sa-z])")
_ASSUMING: Final = re.compile(r"\bassuming\s*\(")


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that say too much, and what to write instead.

    Attributes
    ----------
    pattern : re.Pattern
        Over whole words.
    instead : str
        What to write.
    always : bool
        Refused whatever the design.
    """

    pattern: re.Pattern[str]
    instead: str
    always: bool


@dataclass(frozen=True, slots=True)
class _Words:
    rules: tuple[Rule, ...]
    doubts: re.Pattern[str]
    numbers: re.Pattern[str]


def rules(language: str) -> tuple[Rule, ...]:
    """List the words that a language reserves for causal designs; the files are in `wordings/`."""
    return _words(language).rules


def causal_words(
    source: Source, designs: Mapping[str, str], language: str, extra: Collection[Passage] = ()
) -> list[Problem]:
    """List sentences that say more than the design of their numbers carries.

    A sentence that binds values is held to the designs of their measures; one
    without values, such as a heading, to the best design in the study.
    Questions and doubts assert nothing. A sentence that carries its assumption
    in `assuming()` may speak causally, and nothing is ever proved.

    Parameters
    ----------
    source : Source
        The brief.
    designs : mapping of str to str
        descriptive, associational or causal, by step.
    language : str
        Of the brief.
    extra : collection of Passage
        Texts handed to tags; expressions stand in them as they were written.
    """
    unknowns = _unknowns(source)
    found = []
    for passage in [*source.passages(), *extra]:
        if passage.kind == "code" or any(first <= passage.line <= last for first, last in unknowns):
            continue
        for offset, sentence in _sentences(passage.text):
            bound = [source.expressions[int(i)] for i in MARK.findall(sentence)] or re.findall(
                r"\{\{.*?\}\}", sentence, re.S
            )
            for at, said in _too_much(sentence, bound, designs, language):
                line = passage.line_at(offset + at)
                word = sentence[at:].split()[0] if sentence[at:].split() else ""
                found.append(source.problem(said, line, source.column(line, word)))
    return found


def causal_words_of_claim(says: str, step: str, designs: Mapping[str, str], language: str) -> list[str]:
    """Say what is too much in the sentence of a claim, given the step of its value."""
    return [
        said
        for _, sentence in _sentences(says)
        for _, said in _too_much(sentence, [f"{{{{ {step}[a=b].c }}}}"], designs, language)
    ]


def number_words(source: Source, language: str) -> list[tuple[str, int]]:
    """List words for numbers, such as "two thirds", with their lines: a reader can compare them with the values."""
    pattern = _words(language).numbers
    return [
        (found[0], passage.line_at(found.start()))
        for passage in source.passages()
        if passage.kind != "code"
        for found in pattern.finditer(passage.text)
    ]


def _too_much(sentence: str, bound: list[str], designs: Mapping[str, str], language: str) -> list[tuple[int, str]]:
    words = _words(language)
    if sentence.rstrip("\"'”’»)]*_ \n").endswith("?") or words.doubts.search(sentence):
        return []
    steps = [Address.parse(a).step for expression in bound for *_, a in addresses(expression, designs)]
    held = {step: designs[step] for step in steps if step in designs}
    weak = [step for step, design in held.items() if design != "causal"]
    causal = not weak and "causal" in (held or designs).values()
    assumed = any(_ASSUMING.search(expression) for expression in bound)
    said = []
    for rule in words.rules:
        found = rule.pattern.search(sentence)
        if not found or ((causal or assumed) and not rule.always):
            continue
        if rule.always:
            why = "no estimate shows that"
        elif weak:
            why = f"step {weak[0]!r} is {held[weak[0]]}, not causal"
        else:
            why = "no step of the study is causal"
        name = found[0].replace("\n", " ")
        remedy = "" if rule.always else ', or carry the assumption in the sentence, {{ assuming("…") }}'
        said.append((found.start(), f"{name!r} says more than the design: {why}; write {rule.instead!r}{remedy}."))
    return said


def _sentences(text: str) -> list[tuple[int, str]]:
    """Cut a passage where a sentence ends and the next one begins with a capital or a value."""
    cuts = [0, *(found.end() for found in _BETWEEN.finditer(text)), len(text)]
    return [(start, text[start:end]) for start, end in pairwise(cuts)]


def _unknowns(source: Source) -> list[tuple[int, int]]:
    """Return the lines of what we do not know: doubts may name what they doubt."""
    starts = [source.place(found.start())[0] for found in re.finditer(r"\{%-?\s*unknowns\b", source.text)]
    ends = [source.place(found.start())[0] for found in re.finditer(r"\{%-?\s*endunknowns\b", source.text)]
    return list(zip(starts, ends, strict=False))


@cache
def _words(language: str) -> _Words:
    text = (files("industria.brief") / "wordings" / f"{language}.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    return _Words(
        tuple(Rule(_whole(rule["pattern"]), rule["instead"], rule.get("always", False)) for rule in said["word"]),
        _whole("|".join(said["doubts"])),
        _whole("|".join(said["numbers"])),
    )


def _whole(pattern: str) -> re.Pattern[str]:
    """Match whole words, over the ends of lines."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)".replace(" ", r"\s+"), re.IGNORECASE)
