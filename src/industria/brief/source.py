"""The text of a brief as its author wrote it: expressions, places, passages of prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from industria.errors import BriefError, Problem

__all__ = ["CLOSE", "EXPRESSION", "MARK", "OPEN", "Passage", "Source", "markdown"]

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
MARK: Final = re.compile(f"{OPEN}([0-9]+){CLOSE}")
"""A piece of a brief on its way through Markdown: its index between two private characters."""

PRIVATE: Final = re.compile("[\ue000-\uf8ff]")

# In a tag, what stands in quotes may hold anything; an apostrophe inside a word opens no quotation.
_QUOTED: Final = r"\"(?:[^\"\\]|\\.)*\"|(?<!\w)'(?:[^'\\]|\\.)*'"
EXPRESSION: Final = re.compile(rf"\{{\{{.*?\}}\}}|\{{%(?:{_QUOTED}|.)*?%\}}|\{{#.*?#\}}", re.S)


def markdown() -> MarkdownIt:
    """Return the one reader of Markdown; raw HTML is text to it."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of prose that is read as one: a heading, a paragraph, a table cell.

    Attributes
    ----------
    kind : str
        heading, text, code, image or title; for the texts of a tag, its option.
    text : str
        What a reader sees, a mark for each expression; lines stay lines.
    line : int
        Of its first line, counted from one.
    """

    kind: str
    text: str
    line: int

    def line_at(self, offset: int) -> int:
        """Return the line of a character."""
        return self.line + self.text.count("\n", 0, offset)


class Source:
    """A brief before it meets a run.

    Parameters
    ----------
    text : str
        Markdown with expressions.
    file : str
        What messages call it.
    line, column : int
        Where it begins in the file.

    Raises
    ------
    BriefError
        If the text holds private-use characters, which mark bound values on
        their way to the page.
    """

    def __init__(self, text: str, file: str = "brief.md", line: int = 1, column: int = 1) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        self.file = file
        self.line = line
        self._indent = column - 1
        self._starts = [0, *accumulate(len(row) + 1 for row in self.text.split("\n"))]
        foreign = PRIVATE.search(self.text)
        if foreign:
            said = f"the private-use character U+{ord(foreign[0]):04X} has no meaning here; take it out."
            raise BriefError([self.problem(said, *self.place(foreign.start()))])
        self.expressions = [found[0] for found in EXPRESSION.finditer(self.text)]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, both counted from one."""
        row = bisect_right(self._starts, offset) - 1
        return self.line + row, offset - self._starts[row] + 1 + (0 if row else self._indent)

    def within(self, text: str, line: int) -> Source:
        """Return a text that stands in this one, at or after a line, as a source with the right places."""
        start = self._starts[max(0, line - self.line)]
        offset = self.text.find(text, start)
        # A quotation mark inside the quotation was written with a backslash.
        offset = self.text.find(text.replace('"', '\\"'), start) if offset < 0 else offset
        return Source(text, self.file, *((line, 1) if offset < 0 else self.place(offset)))

    def row(self, line: int) -> str:
        """Return a line of the text."""
        rows = self.text.split("\n")
        return rows[line - self.line] if 0 <= line - self.line < len(rows) else ""

    def column(self, line: int, word: str) -> int | None:
        """Return where a word stands in a line, or None."""
        found = self.row(line).find(word)
        return None if found < 0 else found + 1 + (0 if line > self.line else self._indent)

    def problem(self, what: str, line: int | None, column: int | None = None) -> Problem:
        """Say what is wrong at a place of this text."""
        return Problem(self.file, line, what, column)

    def replace(self, change: Callable[[str, int], str]) -> str:
        """Rewrite every expression; the change gets the expression and its offset."""
        return EXPRESSION.sub(lambda found: change(found[0], found.start()), self.text)

    def alone(self, expression: str, offset: int) -> bool:
        """Tell whether nothing else stands on the lines of an expression."""
        before = self.text.rfind("\n", 0, offset) + 1
        after = offset + len(expression)
        end = (self.text + "\n").find("\n", after)
        return not (self.text[before:offset] + self.text[after:end]).strip()

    def passages(self) -> list[Passage]:
        """List what a reader will read, expressions as marks around their index in `expressions`."""
        return list(_passages(markdown().parse(self._marked()), self.line))

    def _marked(self) -> str:
        """Put a mark for each expression; a tag alone on its lines leaves them blank."""
        index = iter(range(len(self.expressions)))

        def mark(expression: str, offset: int) -> str:
            i = next(index)
            breaks = "\n" * expression.count("\n")
            return (
                breaks
                if self.alone(expression, offset) and not expression.startswith("{{")
                else f"{OPEN}{i}{CLOSE}{breaks}"
            )

        return self.replace(mark)


def _passages(tokens: list[Token], first: int) -> Iterator[Passage]:
    kind = "text"
    for block in tokens:
        line = (block.map[0] if block.map else 0) + first  # a table cell carries the map of its row
        if block.type.endswith("_open"):
            kind = "heading" if block.type == "heading_open" else "text"
        if block.type in ("fence", "code_block"):
            # The content of a fence begins on the line after it.
            yield Passage("code", block.content, line + (block.type == "fence"))
        yield from _inline(block.children or [], kind, line)


def _inline(children: list[Token], kind: str, line: int) -> Iterator[Passage]:
    """Join the pieces of a line of prose; texts that only show on a picture or a link stand alone."""
    text = ""
    for token in children:
        at = line + text.count("\n")
        if token.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif token.type == "image":
            yield Passage("image", token.content, at)
        else:
            text += token.content
        title = str(token.attrs.get("title", ""))
        if title:
            yield Passage("title", title, at)
    if text.strip():
        yield Passage(kind, text, line)
