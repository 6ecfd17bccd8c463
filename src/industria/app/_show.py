"""Writing to the terminal: plain lines when piped or with NO_COLOR, JSON for machines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Literal, TextIO

__all__ = ["columns", "complain", "emit", "paint", "say"]

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def say(text: str = "", *, quiet: bool = False) -> None:
    """Write a line of the answer, unless only problems are wanted."""
    if not quiet:
        print(text, flush=True)


def complain(text: str) -> None:
    """Write a line about what is wrong, apart from the answer."""
    print(text, file=sys.stderr, flush=True)


def emit(answer: Any) -> None:
    """Write the answer as JSON; what JSON does not know is written as its text."""
    print(json.dumps(answer, indent=2, ensure_ascii=False, default=str, allow_nan=False))


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Align words in columns, two blanks apart."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def paint(text: str, style: Literal["bold", "dim", "red", "green", "yellow"], stream: TextIO | None = None) -> str:
    """Color a text where a person looks at a terminal that has not asked for none."""
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"
