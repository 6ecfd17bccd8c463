"""The list of all sources, by publisher, with the terms of each.

To import every reader takes several times as long as to print a page of help, so the
list is read from `sources/index.json`. `python -m industria.app._source_list` writes it
anew, and a test tells where it is old.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Final

from industria.app._show import paint

if TYPE_CHECKING:
    from industria.sources import Publisher

__all__ = ["INDEX", "index", "limits_in_words", "listed", "written"]

INDEX: Final = Path(__file__).parents[1] / "sources" / "index.json"
WIDTH: Final = 100
NOBODY: Final = {
    "countries": ("Lists of countries, kept here", "codes are free to use; key: none"),
    "files": ("Files of your own", "the license is for you to tell"),
    "manual": ("Files of your own", "the license is for you to tell"),
    "packages": ("Data sets of Python packages", "the license of each package; key: none"),
}

Row = Mapping[str, str]
"""`name`, `title`, `publisher` and `terms` of a source."""


def listed(rows: Iterable[Row] | None = None) -> str:
    """Write each publisher with license, key and limits, and its sources below it, a line each.

    Parameters
    ----------
    rows : iterable of mappings, optional
        Some of the sources; all of the index without it, and each package of data sets as one.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in json.loads(INDEX.read_bytes()) if rows is None else rows:
        groups.setdefault((row["publisher"], row["terms"]), []).append(row)
    width = max((len(row["name"]) for rows in groups.values() for row in rows), default=0)
    lines: list[str] = []
    for (publisher, terms), inside in groups.items():
        lines.append(paint(publisher, "bold"))
        lines += wrap(terms, WIDTH, initial_indent="  ", subsequent_indent="  ")
        room = max(WIDTH - width - 6, 20)
        lines += [f"    {row['name'].ljust(width)}  {shorten(row['title'], room, placeholder='…')}" for row in inside]
    return "\n".join(lines)


def index(*prefixes: str) -> list[Row]:
    """Make the rows of the list of the readers themselves.

    Parameters
    ----------
    *prefixes : str
        Of publishers, as `bls`; all without them, and then each package of data sets as one.
    """
    from industria import sources
    from industria.sources.packages import FOLDERS

    names = [name for name in sources.names() if name.partition(".")[0] in (prefixes or sources.PUBLISHERS)]
    rows = [_row(name) for name in names if prefixes or not name.startswith("packages.")]
    publisher, terms = NOBODY["packages"]
    for package in () if prefixes else FOLDERS:
        title = f"Read a data set of the package {package!r}; `industria sources packages` lists them."
        rows.append({"name": f"packages.{package}_…", "title": title, "publisher": publisher, "terms": terms})
    return sorted(rows, key=lambda row: row["name"])


def limits_in_words(publisher: Publisher) -> str:
    """Say how much a publisher may be asked: 5 calls a second, 500 calls a day."""
    words = []
    for name, value in asdict(publisher.limits).items():
        what, _, per = name.partition("_per_")
        if isinstance(value, int | float):
            if per == "second" and value < 1:
                value, per = round(60 * value), "minute"
            counted = what.removesuffix("s") if value == 1 and what != "series" else what
            words.append(f"{value:,} {counted} {'an' if per == 'hour' else 'a'} {per}")
    return ", ".join(words)


def _row(name: str) -> Row:
    import inspect

    from industria import sources

    reader = sources.find(name)
    told = sources.publisher_of(reader)
    prefix = name.partition(".")[0]
    publisher, terms = (told.title, _terms(told)) if told else NOBODY.get(prefix, (prefix, ""))
    title = (inspect.getdoc(reader) or "").split("\n", 1)[0]
    return {"name": name, "title": title, "publisher": publisher, "terms": terms}


def _terms(publisher: Publisher) -> str:
    limits = limits_in_words(publisher)
    return f"{publisher.license}; key: {publisher.key}{f'; {limits}' if limits else ''}"


def written(rows: Iterable[Row]) -> str:
    """Write the rows of an index, a line each."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


if __name__ == "__main__":
    INDEX.write_text(written(index()), encoding="utf-8")
