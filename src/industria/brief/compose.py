"""Writing the briefs of a run: pages, paper, figures and their data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from industria.brief.check import typed_or_causal
from industria.brief.document import Document, document
from industria.brief.html import page
from industria.brief.pdf import pdf
from industria.brief.record import csv_of, marks_of, values_of
from industria.brief.source import Source
from industria.brief.wording import number_words
from industria.errors import BriefError, UsageError, hint, listing
from industria.study.model import Study
from industria.study.record import Run

__all__ = ["FORMATS", "compose"]

FORMATS: Final = ("html", "pdf")


def compose(
    study: Study,
    run: Run,
    folder: Path,
    *,
    formats: Collection[str] = FORMATS,
    languages: Sequence[str] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Write the briefs of a study from a run.

    Parameters
    ----------
    study : Study
        With its `brief.md`, and `brief.<language>.md` where it has more languages.
    run : Run
        The results that the briefs bind.
    folder : path
        Where `brief.html`, `brief.pdf`, `brief.<language>.html` and so on go,
        and `figures/` with each figure as SVG and its data as CSV.
    formats : collection of {"html", "pdf"}
        What to write.
    languages : sequence of str, optional
        Of the study's languages, those to write; all by default.

    Returns
    -------
    dict
        `values`: every number shown, with address, value, text, unit and
        place. `marks`: every date, name, citation, assumption and word for a
        number that a person typed, with its place.

    Raises
    ------
    BriefError
        If a brief says what it may not; with file, line and column.
    UsageError
        If a format or a language is not there.
    """
    written = [code for code in study.briefs if languages is None or code in languages]
    for unknown in {*formats} - {*FORMATS}:
        raise UsageError(f"no brief is written as {unknown!r}; there is {listing(FORMATS)}.{hint(unknown, FORMATS)}")
    for unknown in {*(languages or ())} - {*study.briefs}:
        there = list(study.briefs)
        raise UsageError(f"the study has no brief in {unknown!r}; it has {listing(there)}.{hint(unknown, there)}")

    held = {step: run.design(step) for step in run.steps}
    said: dict[str, list[dict[str, Any]]] = {"values": [], "marks": []}
    for code in written:
        path = study.briefs[code]
        source = Source(path.read_text(encoding="utf-8"), path.name)
        problems = typed_or_causal(source, held, code)
        if problems:
            raise BriefError(problems)
        made = document(study, run, source, code)
        others = {other: f"{_stem(study, other)}.html" for other in written if other != code}
        _write(made, folder, _stem(study, code), formats, others)
        said["values"] += values_of(made)
        said["marks"] += marks_of(made, number_words(source, code))
    return said


def _stem(study: Study, language: str) -> str:
    """Name the files of a language: the main one is plainly `brief`."""
    return "brief" if language == next(iter(study.briefs)) else f"brief.{language}"


def _write(made: Document, folder: Path, stem: str, formats: Collection[str], others: dict[str, str]) -> None:
    if "html" in formats:
        (folder / f"{stem}.html").write_text(page(made, others), encoding="utf-8", newline="\n")
    if "pdf" in formats:
        (folder / f"{stem}.pdf").write_bytes(pdf(made))
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    suffix = stem.removeprefix("brief")
    for figure in made.figures:
        (figures / f"{figure.name}{suffix}.svg").write_text(figure.alone.svg(), encoding="utf-8", newline="\n")
        (figures / f"{figure.name}{suffix}.csv").write_bytes(csv_of(figure.alone))
