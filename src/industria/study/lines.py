"""Where in a TOML file each key stands: `tomllib` does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

__all__ = ["Place", "key_lines", "line_of", "position"]

Place: TypeAlias = tuple[str | int, ...]

_WORD: Final = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_KEY: Final = re.compile(rf"\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*\]")
_TOKEN: Final = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*|[\[\]{}]|\n", re.S
)
_POSITION: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def key_lines(text: str) -> dict[Place, int]:
    """List the line of every key and table header of a TOML text.

    Parameters
    ----------
    text : str
        TOML that `tomllib` reads.

    Returns
    -------
    dict of Place to int
        `("step", 1, "outcome")` and the line it stands on, counted from one. Keys
        inside an inline table stand where the table does.
    """
    lines: dict[Place, int] = {}
    arrays: Counter[Place] = Counter()
    table: Place = ()
    number = 1
    for statement in _statements(text):
        start = number + len(statement) - len(statement.lstrip("\n"))
        if header := _HEADER.match(statement.lstrip("\n")):
            table = _inside(_words(header[2]), arrays)
            if header[1] == "[[":
                lines.setdefault(table, start)
                arrays[table] += 1
                table = (*table, arrays[table] - 1)
            lines.setdefault(table, start)
        elif key := _KEY.match(statement.lstrip("\n")):
            place = table
            for word in _words(key[1]):
                place = (*place, word)
                lines.setdefault(place, start)
        number += statement.count("\n")
    return lines


def line_of(lines: Mapping[Place, int], place: Sequence[str | int]) -> int | None:
    """Return the line of a place, or of the nearest thing around it that has one."""
    for end in range(len(place), 0, -1):
        if (line := lines.get(tuple(place[:end]))) is not None:
            return line
    return None


def position(message: str, text: str) -> tuple[int, str]:
    """Split what `tomllib` says of a mistake into its line and the mistake."""
    found = _POSITION.search(message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    return line, _POSITION.sub("", message).strip()


def _statements(text: str) -> list[str]:
    """Cut at the line ends that stand outside strings and brackets; comments are dropped."""
    found, depth, start, current = [], 0, 0, ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        current += text[start : token.start()]
        start = token.end()
        if word.startswith("#"):
            continue
        current += word
        if word in "[{":
            depth += 1
        elif word in "]}":
            depth -= 1
        elif word == "\n" and not depth:
            found.append(current)
            current = ""
    return [*found, current + text[start:]]


def _words(key: str) -> list[str]:
    return [word.strip("\"'") for word in re.findall(_WORD, key)]


def _inside(words: Sequence[str], arrays: Mapping[Place, int]) -> Place:
    """Name the table of a header; inside an array of tables it belongs to the last one."""
    place: Place = ()
    for word in words[:-1]:
        place = (*place, word)
        if place in arrays:
            place = (*place, arrays[place] - 1)
    return (*place, words[-1])
