"""A brief as PDF: tagged, PDF/UA-1, the same bytes for the same document."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from industria.brief.document import Document
from industria.brief.language import speak
from industria.brief.theme import font_folder
from industria.brief.typeset import Typesetter, legend_of, string
from industria.errors import BriefError, Problem

__all__ = ["pdf"]

_PLACE: Final = re.compile(r"__typst_py_bytes__\.typ:(\d+):")
_REGIONS: Final = re.compile(r"([a-z]{2})(?:-([A-Z]{2}))?")


def pdf(document: Document) -> bytes:
    """Write a brief as PDF.

    Parameters
    ----------
    document : Document
        The brief, bound to its run.

    Returns
    -------
    bytes
        A4, with title, language, headings, alternative texts and header rows
        tagged; Typst refuses to write it otherwise.

    Raises
    ------
    BriefError
        With what Typst refused and the line of the brief that it came from.
    """
    typesetter = _typeset(document)
    try:
        return _compiled(typesetter)
    except typst.TypstError as error:
        hints = "".join(f" ({hint})" for hint in error.hints)
        said = f"the PDF cannot be written: {error.message}{hints}."
        raise BriefError([Problem(document.file, _line(error, typesetter, document), said)]) from error


def _compiled(typesetter: Typesetter) -> bytes:
    text: Any = "\n".join(typesetter.lines).encode()
    written: bytes = typst.compile(
        text,
        pdf_standards=["ua-1"],
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        timestamp=0,
    )
    return written


def _typeset(document: Document) -> Typesetter:
    typesetter = Typesetter(document.language)
    typesetter.add(_look())
    typesetter.add(_settings(document))
    asked = string(speak(document.language).word("question"))
    note = speak(document.language).word("withheld_note") if document.released else ""
    byline = string(" · ".join(filter(None, [document.byline, note]))) if document.byline or note else "none"
    typesetter.add(f"#opening({string(document.title)}, {asked}, {string(document.question)}, {byline})")
    if document.synthetic:
        # What stands at the head of every page is no text to a screen reader; this is.
        typesetter.add(f"#warning({string(legend_of(typesetter.spoken))})")
    typesetter.blocks(document.blocks)
    return typesetter


def _settings(document: Document) -> str:
    """Set title, language, and the lines at foot and head of every page; synthetic data are told at its head."""
    language = _REGIONS.fullmatch(document.language)
    assert language is not None
    region = f'"{language[2]}"' if language[2] else "none"
    spoken = speak(document.language)
    page, of, rest = re.split("[\0\1]", spoken.word("page_of", number="\0", total="\1"))
    count = (
        f"#{string(page)};#context counter(page).display();#{string(of)};"
        f"#context counter(page).final().first();#{string(rest)};"
    )
    digest = string(f"{spoken.word('fingerprint')} {document.digest[:16]}")
    head = f"[#running({string(legend_of(spoken))})]" if document.synthetic else "none"
    return f"""#set document(title: {string(document.title)}, date: none)
#set text(lang: "{language[1]}", region: {region})
#set page(paper: "a4", margin: (x: 18mm, top: 14mm, bottom: 15mm), header: {head})
#set page(footer: text(size: 7.2pt, fill: quiet)[
  #{digest}; #h(1fr) {count}
])"""


def _line(error: typst.TypstError, typesetter: Typesetter, document: Document) -> int | None:
    """Find the line of the brief that Typst stumbled over; where it blames our own lines, try each block by itself."""
    found = _PLACE.search(str(error.diagnostic))
    told = typesetter.origins[int(found[1]) - 1] if found else None
    if told is not None:
        return told
    for block in document.blocks:
        try:
            _compiled(_typeset(replace(document, blocks=(block,))))
        except typst.TypstError as refused:
            if refused.message == error.message:
                return block.line
    return None


@cache
def _look() -> str:
    return (files("industria.brief") / "assets" / "brief.typ").read_text(encoding="utf-8")
