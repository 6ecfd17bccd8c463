"""`industria new`: a small study that runs at once, to be rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from industria.app._options import Quiet

if TYPE_CHECKING:
    from industria.sources import Source

__all__ = ["new"]

TEMPLATE: Final = Path(__file__).with_name("template")
READERS: Final = {
    ".csv": "files.csv",
    ".dta": "files.stata",
    ".json": "files.json",
    ".parquet": "files.parquet",
    ".tsv": "files.csv",
    ".xlsx": "files.excel",
}
SHOWN: Final = 6  # columns that a table of the brief holds on a page


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is empty or not there yet.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FILE", help="A CSV, Stata, Excel, Parquet or JSON file to start with."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a small, complete study into a folder; without data of yours, over invented plants."""
    import shutil

    from industria.app._show import say
    from industria.errors import UsageError, listing
    from industria.study.schema import schema_here, written

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        there = listing(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else "a file"
        raise UsageError(f"{folder} is not empty: it has {there}. Name a folder that is not there yet.")
    source = _source(data or TEMPLATE / "plants.csv")
    texts = _texts(source, folder.absolute().name, invented=data is None)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source.path, folder / source.path.name)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "study.schema.json").write_text(written(schema_here()), encoding="utf-8")
    say(f"{folder} has study.toml, brief.md and {source.path.name}. Now: industria run {folder}", quiet=quiet)


def _source(file: Path) -> Source:
    from industria import sources
    from industria.errors import UsageError, listing

    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise UsageError(f"{file.name} has no ending that is read; there are {listing(list(READERS))}.")
    return sources.find(reader)(str(file))


def _texts(source: Source, name: str, *, invented: bool) -> dict[str, str]:
    """Fill in the template for a source: its first columns of numbers."""
    from string import Template

    from industria.core.value import Address
    from industria.errors import UsageError, listing

    schema = source.read().collect_schema()
    numbers = [column for column, kind in schema.items() if kind.is_numeric()][:SHOWN]
    if not numbers:
        raise UsageError(
            f"{source.path.name} has no column of numbers to start with; it has {listing(schema.names(), 40)}."
        )
    address = str(Address("overview", None, (("column", numbers[0]),), "n"))
    about = {"title": "Twelve invented plants, to be replaced", "publisher": "industria new"} if invented else {}
    words = {
        "title": _toml(name.replace("_", " ").replace("-", " ").capitalize()),
        "question": _toml(f"What do the records say about {numbers[0]}?"),
        "reader": _toml(source.use),
        "path": _toml(source.path.name),
        "about": f"{{ {', '.join(f'{key} = {_toml(text)}' for key, text in about.items())} }}" if about else "{}",
        "columns": f"[{', '.join(map(_toml, numbers))}]",
        "says": _toml(f"Some records tell {numbers[0]}"),
        "value": _toml(address),
        "first": numbers[0],
        "address": address.removesuffix(".n"),
    }
    return {
        file: Template((TEMPLATE / file).read_text(encoding="utf-8")).substitute(words)
        for file in ("study.toml", "brief.md")
    }


def _toml(text: str) -> str:
    """Write text as TOML does, which JSON does too."""
    import json

    return json.dumps(text, ensure_ascii=False)
