"""Writing the briefs of a run: pages, paper, figures and their data."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from industria.brief.check import typed_or_causal
from industria.brief.document import Document, document
from industria.brief.html import page
from industria.brief.pdf import pdf
from industria.brief.record import answer_of, csv_of, marks_of, values_of
from industria.brief.source import Source
from industria.brief.wording import number_words
from industria.errors import BriefError, UsageError, hint, listing
from industria.study.code import package_digest
from industria.study.digest import digest_of
from industria.study.model import Study
from industria.study.provenance import packages
from industria.study.record import Run
from industria.study.store import Store, writing

__all__ = ["FORMATS", "compose"]

FORMATS: Final = ("html", "pdf")
VOLATILE: Final = ("seconds", "peak_memory", "reused")
"""What `run.json` says of a step and no brief shows."""


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
        number that a person typed, with its place. `answers`: answer and findings of each
        language in plain words.

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

    key = _key(study, run, written, formats)
    kept = Store.of(study.folder).get(key)
    if kept is None or not all(_inside(folder, name) for name in kept["files"]):
        kept = _briefs(study, run, written, formats)
        Store.of(study.folder).put(key, kept)
    with writing(folder):
        for name, content in kept["files"].items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b64decode(content))
    said: dict[str, list[dict[str, Any]]] = kept["said"]
    return said


def _inside(folder: Path, name: str) -> bool:
    """Tell whether a file lies in a folder: a store that came with somebody's study may name any."""
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _key(study: Study, run: Run, languages: Sequence[str], formats: Collection[str]) -> str:
    """Digest all that a brief shows and all that makes it: the same brief is not drawn twice."""
    told = {name: run.record[name] for name in ("study", "sources", "claims")}
    steps = [{name: value for name, value in step.items() if name not in VOLATILE} for step in run.record["steps"]]
    asked = {"languages": languages, "formats": sorted(formats), "names": list(study.briefs)}
    return digest_of({"brief": [told, steps, asked], "industria": package_digest(), "packages": packages()})


def _briefs(study: Study, run: Run, languages: Sequence[str], formats: Collection[str]) -> dict[str, Any]:
    """Make the files of all languages, and list what they say."""
    held = {step: run.design(step) for step in run.steps}
    said: dict[str, list[dict[str, Any]]] = {"values": [], "marks": [], "answers": []}
    files: dict[str, str] = {}
    for code in languages:
        path = study.briefs[code]
        source = Source(path.read_text(encoding="utf-8"), path.name)
        problems = typed_or_causal(source, held, code)
        if problems:
            raise BriefError(problems)
        made = document(study, run, source, code)
        others = {other: f"{_stem(study, other)}.html" for other in languages if other != code}
        for name, content in _files(made, _stem(study, code), formats, others):
            files[name] = b64encode(content).decode()
        said["values"] += values_of(made)
        said["answers"].append(answer_of(made))
        said["marks"] += marks_of(made, number_words(source, code))
    return {"tables": {}, "files": files, "said": said}


def _stem(study: Study, language: str) -> str:
    """Name the files of a language: the main one is plainly `brief`."""
    return "brief" if language == next(iter(study.briefs)) else f"brief.{language}"


def _files(made: Document, stem: str, formats: Collection[str], others: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    if "html" in formats:
        yield f"{stem}.html", page(made, others).encode()
    if "pdf" in formats:
        yield f"{stem}.pdf", pdf(made)
    suffix = stem.removeprefix("brief")
    for figure in made.figures:
        yield f"figures/{figure.name}{suffix}.svg", figure.alone.svg().encode()
        yield f"figures/{figure.name}{suffix}.csv", csv_of(figure.alone)
