"""Numbers that a person typed: none may stand in a brief without saying what it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from industria.brief.source import EXPRESSION, MARK, Passage, Source
from industria.errors import Problem

__all__ = ["ADVICE", "numerals", "typed_numbers"]

ADVICE: Final = (
    "write {{ step[key=value].column | number(1) }}, or say what it is: "
    '{{ date("…") }}, {{ name("…") }}, {{ cite("…") }}'
)


def typed_numbers(source: Source, extra: Collection[Passage] = ()) -> list[Problem]:
    """List the numbers that were typed into a brief, each with its place.

    They are looked for in what a reader would see: list markers and addresses
    of links do not count; digits in table cells, code, alt texts, titles of
    links, entities (`&#49;`) and signs such as ½ do.

    Parameters
    ----------
    source : Source
        The brief.
    extra : collection of Passage
        Texts handed to tags.
    """
    found: list[Problem] = []
    seen: dict[int, int] = {}
    blank = Source(source.replace(lambda expression, _: re.sub(r"[^\n]", " ", expression)))
    for passage in source.passages():
        for offset, word in numerals(passage.text):
            line = passage.line_at(offset)
            row = blank.row(line)
            column = row.find(word, seen.get(line, 0))
            # An entity is read as the digit that it stands for.
            column = row.find("&#", seen.get(line, 0)) if column < 0 else column
            seen[line] = column + len(word)
            found.append(source.problem(f"the number {word!r} was typed by hand; {ADVICE}.", line, column + 1 or None))
    for passage in extra:
        for _, word in numerals(EXPRESSION.sub(" ", passage.text)):
            said = f"the number {word!r} was typed by hand in {passage.kind}=; {ADVICE}."
            found.append(source.problem(said, passage.line, source.column(passage.line, word)))
    return sorted(found, key=lambda problem: (problem.line or 0, problem.column or 0))


def numerals(text: str) -> list[tuple[int, str]]:
    """List the words with a numeric character outside marks, each with its offset."""
    bare = MARK.sub(lambda mark: " " * len(mark[0]), text)
    return [
        (word.start(), word[0].strip(".,;:!?()[]\"'“”‘’«»*_") or word[0])
        for word in re.finditer(r"\S+", bare)
        if any(character.isnumeric() for character in word[0])
    ]
