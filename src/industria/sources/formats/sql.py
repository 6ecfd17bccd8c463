"""Words and paths inside DuckDB statements: quoted, so that nothing in a file's name or header is executed."""

from __future__ import annotations

from pathlib import Path

__all__ = ["identifier", "literal", "one_file"]


def literal(text: str) -> str:
    """Quote a text."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote the name of a column."""
    return '"' + name.replace('"', '""') + '"'


def one_file(path: Path) -> str:
    """Quote a path so that it means this file alone; DuckDB takes `*`, `?` and `[` for patterns."""
    return literal("".join(f"[{c}]" if c in "*?[" else c for c in str(path)))
