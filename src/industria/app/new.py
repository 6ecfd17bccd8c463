"""`industria new`: a small study that runs at once, to be rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from industria.app._options import Quiet

if TYPE_CHECKING:
    from industria.sources import Source

__all__ = ["new"]

TEMPLATE: Final = Path(__file__).with_name("template")
Kind = Literal["plants", "registry"]
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
    template: Annotated[
        Kind,
        typer.Option("--template", help="What to start from: a table of plants, or CSV tables of who can make what."),
    ] = "plants",
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
    if template == "registry":
        if data is not None:
            raise UsageError("--data is for --template plants; put rows of yours into the tables of a registry.")
        texts, tables = _registry(folder.absolute().name), sorted((TEMPLATE / "registry").glob("*.csv"))
    else:
        source = _source(data or TEMPLATE / "plants.csv")
        texts, tables = _texts(source, folder.absolute().name, invented=data is None), [source.path]
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        shutil.copyfile(table, folder / table.name)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "study.schema.json").write_text(written(schema_here()), encoding="utf-8")
    has = listing(["study.toml", "brief.md", *(table.name for table in tables[:-1])])
    say(f"{folder} has {has} and {tables[-1].name}. Now: industria run {folder}", quiet=quiet)


def _registry(name: str) -> dict[str, str]:
    """Fill in the study of a registry."""
    from string import Template

    texts = {file: (TEMPLATE / "registry" / file).read_text(encoding="utf-8") for file in ("study.toml", "brief.md")}
    return {file: Template(text).substitute(title=_title(name)) for file, text in texts.items()}


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
        "title": _title(name),
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


def _title(name: str) -> str:
    return _toml(name.replace("_", " ").replace("-", " ").capitalize())


def _toml(text: str) -> str:
    """Write text as TOML does, which JSON does too."""
    import json

    return json.dumps(text, ensure_ascii=False)
