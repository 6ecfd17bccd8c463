"""A brief as it stands after it met its run, before it becomes a page or paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from industria.brief.blocks import Block, FigureBlock, Heading, Section, SlidersBlock, TableBlock
from industria.brief.explain import Explanation, explanation
from industria.brief.inline import Inline, plain
from industria.brief.layout import blocks
from industria.brief.maker import Maker
from industria.brief.marks import Mark
from industria.brief.prose import Draft, render
from industria.brief.shown import Number
from industria.brief.source import Source
from industria.brief.tags import FigureUse, SlidersUse, TableUse
from industria.brief.withheld import Withheld
from industria.core.value import Address, Value
from industria.errors import BriefError
from industria.study.model import Study, in_language
from industria.study.record import Run

__all__ = ["Document", "document", "fingerprint"]


@dataclass(frozen=True, slots=True)
class Document:
    """A brief in one language.

    Attributes
    ----------
    language : str
        Of its words and numbers.
    title : tuple of Inline
        The heading of level one.
    question : str
        What the study asks.
    byline : str
        Authors and date, as the study gives them.
    blocks : tuple of Block
        What follows, in reading order.
    numbers : tuple of Number
        Every value shown, in text, tags and tables.
    further : tuple of Number
        Values that a reader who moves sliders may see.
    marks : tuple of Mark
        Every typed date, name, citation and assumption.
    explanations : mapping of str to Explanation
        By address.
    digest : str
        Fingerprint of the results: the same results, the same digest.
    file : str
        The Markdown it was made from.
    withheld : tuple of Withheld
        Every place where a number may not leave.
    released : bool
        Whether it shows a released run.
    synthetic : bool
        Whether anything in it goes back to rows that were drawn: a number, a figure, a
        table, or a word that a value chose.
    """

    language: str
    title: str
    question: str
    byline: str
    blocks: tuple[Block, ...]
    numbers: tuple[Number, ...]
    further: tuple[Number, ...]
    marks: tuple[Mark, ...]
    explanations: Mapping[str, Explanation]
    digest: str
    file: str
    withheld: tuple[Withheld, ...] = ()
    released: bool = False
    synthetic: bool = False

    @property
    def figures(self) -> list[FigureBlock]:
        """The figures, in reading order."""
        return [block for block in _shown(self.blocks) if isinstance(block, FigureBlock)]


def document(study: Study, run: Run, source: Source, language: str) -> Document:
    """Bind a brief to a run.

    Parameters
    ----------
    study : Study
        Whose brief it is.
    run : Run
        Its results.
    source : Source
        The brief in one language.
    language : str
        Which.

    Raises
    ------
    BriefError
        With file, line and column of what cannot be shown.
    """
    read: list[Value] = []

    def find(address: Address) -> Value:
        read.append(run.value(address))
        return read[-1]

    draft = render(source, run.steps, find, language)
    maker = Maker(run, source, language)
    found = list(blocks(draft, source, maker))
    title = in_language(study.file.title, language)
    if found and isinstance(found[0], Heading) and found[0].level == 1:
        title = plain(found[0].inside)
        del found[0]
    _one_title(found, source)
    numbers = (*_numbers(draft), *maker.numbers)
    drawn = (block.alone.synthetic if isinstance(block, FigureBlock) else block.synthetic for block in _shown(found))
    return Document(
        language=language,
        title=title,
        question=in_language(study.file.question, language),
        byline=_byline(study, language),
        blocks=tuple(found),
        numbers=numbers,
        further=tuple(maker.further),
        marks=tuple(_marks(draft)),
        explanations={str(n.value.address): explanation(study, run, n.value, language) for n in numbers},
        digest=fingerprint(run),
        file=source.file,
        withheld=(*(piece for piece in _pieces(draft) if isinstance(piece, Withheld)), *maker.withheld),
        released=run.released,
        synthetic=any(drawn) or any(value.synthetic for value in (*read, *(n.value for n in numbers))),
    )


def fingerprint(run: Run) -> str:
    """Digest what a run found: sources, steps in their order, and what the study says."""
    told = {
        "study": run.record["study"]["sha256"],
        "sources": {name: source["sha256"] for name, source in run.sources.items()},
        "steps": [[step["name"], step["digest"]] for step in run.record["steps"]],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _byline(study: Study, language: str) -> str:
    authors = ", ".join(in_language(author, language) for author in study.file.authors)
    date = in_language(study.file.date, language) if study.file.date else ""
    return " · ".join(filter(None, [authors, date]))


def _one_title(found: list[Block], source: Source) -> None:
    for block in found:
        if isinstance(block, Heading) and block.level == 1:
            said = f"{plain(block.inside)!r} is a second title; the title stands first, other headings begin with ##."
            raise BriefError([source.problem(said, block.line)])


def _numbers(draft: Draft) -> Iterator[Number]:
    for piece in _pieces(draft):
        if isinstance(piece, Number):
            yield piece


def _marks(draft: Draft) -> Iterator[Mark]:
    for piece in _pieces(draft):
        if isinstance(piece, Mark):
            yield piece


def _pieces(draft: Draft) -> Iterator[object]:
    """List the pieces of the text and those inside the texts of tags."""
    for piece in draft.pieces:
        yield piece
        if isinstance(piece, FigureUse | TableUse | SlidersUse):
            mapped = _words_of(piece)
            for texts in (piece.texts, *mapped):
                for words in texts.values():
                    yield from words


def _words_of(use: FigureUse | TableUse | SlidersUse) -> list[Mapping[str, tuple[Inline, ...]]]:
    """List the mappings of a tag that a reader reads."""
    match use:
        case FigureUse():
            return [use.names]
        case TableUse():
            return [use.columns, use.rows]
        case SlidersUse():
            return [use.labels, use.units, use.names]


def _shown(found: Iterable[Block]) -> Iterator[FigureBlock | TableBlock]:
    """List the figures and tables, in reading order."""
    for block in found:
        if isinstance(block, FigureBlock | TableBlock):
            yield block
        elif isinstance(block, SlidersBlock):
            yield block.table
        elif isinstance(block, Section):
            yield from _shown(block.inside)
