"""What the commands of a site share: files that are set, and a checkup in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from industria.release.doctor import Checkup

__all__ = [
    "AnswersFile",
    "Sets",
    "SpokenLanguage",
    "checkup_lines",
    "checkup_record",
    "is_pack",
    "read_sets",
    "refuse_without_pack",
    "speaking",
]

Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SOURCE=FILE", help="Of a pack: the site's file for a source; once for each."),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers", metavar="FILE", help="Of a pack: answers to its questions, and options for reading, in TOML."
    ),
]
SpokenLanguage = Annotated[
    Literal["en", "pt-BR", "tr", "ms", "es"], typer.Option("--language", help="Of the messages at a site.")
]


@contextmanager
def speaking(language: str, ending: str | None = None) -> Iterator[None]:
    """Say what is refused in the language of the site, and at the end of it `ending`, a word of its messages."""
    from industria.errors import IndustriaError
    from industria.release._messages import said, word

    try:
        yield
    except IndustriaError as error:
        if language != "en":
            error.args = (said(str(error), language),)
            error.__notes__ = [said(note, language) for note in getattr(error, "__notes__", ())]
            error.__notes__ += [] if ending is None else [word(ending, language)]
        raise


def is_pack(path: str | Path) -> bool:
    """Tell a pack, as a file or unpacked, from a study, before anything is loaded."""
    place = Path(path)
    if place.is_dir():
        return (place / "manifest.json").is_file() and (place / "contract.json").is_file()
    return place.suffix == ".pack"


def read_sets(sets: list[str] | None) -> dict[str, str | Path]:
    """Read SOURCE=FILE, once for each source.

    Raises
    ------
    UsageError
        If a word has no equals sign, or a source is set twice.
    """
    from industria.errors import UsageError

    found: dict[str, str | Path] = {}
    for word in sets or ():
        name, equals, path = word.partition("=")
        if not (name and equals and path):
            raise UsageError(f"--set {word!r} is not SOURCE=FILE, as firms=firms.csv.")
        if name in found:
            raise UsageError(f"--set names {name!r} twice.")
        found[name] = Path(path).absolute()
    return found


def checkup_lines(checkup: Checkup, language: str) -> list[str]:
    """Write a checkup: the machine, coverage, then what is broken; no value of a record."""
    from industria.app._show import paint
    from industria.release._messages import word

    lines = [
        f"{'ok' if piece.ok else '!!'}  {word(f'machine_{piece.what}', language, **piece.words)}"
        for piece in checkup.pieces
    ]
    for one in checkup.covered:
        told = one.summary()
        if told["median"] is None:
            lines.append(f"!!  {word('uncovered', language, **told)}")
            continue
        share = {name: f"{told[name]:.0%}" for name in ("median", "low", "high")}
        line = word("coverage", language, source=one.source, column=one.column, cells=told["cells"], **share)
        if told["over_time"] is not None and told["across"] is not None:
            line += word("correlations", language, over_time=told["over_time"], across=told["across"])
        lines.append(f"ok  {line}{word('few', language, n=one.n_few) if one.n_few else ''}")
    if checkup.ok:
        return [*lines, *(f"ok  {word('ready', language, source=name, n=n)}" for name, n in checkup.n_rows.items())]
    lines += [f"{paint('!!', 'red')}  {message}" for message in checkup.messages(language)]
    return [*lines, paint(word("broken", language, n=len(checkup.troubles)), "red")]


def checkup_record(checkup: Checkup, language: str) -> dict[str, Any]:
    """Write a checkup as plain data."""
    from industria.core.table import collect

    problems = collect(checkup.problems).to_pylist()
    return {
        "ok": checkup.ok,
        "problems": [{**row, "says": says} for row, says in zip(problems, checkup.messages(language), strict=True)],
        "machine": collect(checkup.machine).to_pylist(),
        "rows": dict(checkup.n_rows),
        **checkup.summary(),
    }


def refuse_without_pack(study: object, *given: object) -> None:
    """Refuse options of packs where a study is named."""
    from industria.errors import UsageError

    if any(given):
        raise UsageError(f"{study} is no pack; --set, --out, --answers and --trust are of packs.")
