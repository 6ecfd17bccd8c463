"""The blocks that the tags of a brief ask for."""

from __future__ import annotations

from typing import Any

from industria.brief.blocks import Block, FigureBlock, Paragraph, SlidersBlock
from industria.brief.figure import Figure, figure
from industria.brief.inline import Text, numbers_in, plain
from industria.brief.language import speak
from industria.brief.notes import claim_list, source_list
from industria.brief.shown import Number, Refusal
from industria.brief.sliders import NEEDS, sliders_block
from industria.brief.source import Source
from industria.brief.tables import table_block
from industria.brief.tags import FigureUse, Panel, SlidersUse, TableUse
from industria.brief.theme import NARROW
from industria.brief.withheld import Withheld
from industria.errors import BriefError, DataError, FigureDataError, UsageError
from industria.study.record import Run

__all__ = ["Maker"]


class Maker:
    """Makes blocks of what the tags ask for, and counts figures and tables.

    Attributes
    ----------
    numbers, further : list of Number
        Values shown so far, and those that sliders may show.
    withheld : list of Withheld
        Places so far where a number may not leave.
    """

    def __init__(self, run: Run, source: Source, language: str) -> None:
        self.run = run
        self.source = source
        self.language = language
        self.figures: list[str] = []
        self.tables = 0
        self.numbers: list[Number] = []
        self.further: list[Number] = []
        self.withheld: list[Withheld] = []

    def __call__(self, use: FigureUse | TableUse | SlidersUse | Panel) -> Block:
        """Make the block of a tag, or say with its place in the brief why it cannot be made."""
        try:
            return self._block(use)
        except BriefError:
            raise
        except (UsageError, DataError, Refusal) as error:
            problem = self.source.problem(str(error), use.line, self.source.column(use.line, "{%"))
            raise BriefError([problem]) from error

    def _block(self, use: FigureUse | TableUse | SlidersUse | Panel) -> Block:
        if not isinstance(use, Panel) and not self._leaves(use):
            return self._gap(use)
        match use:
            case FigureUse():
                return self._figure(use)
            case TableUse():
                self.tables += 1
                step, _, table = use.place.partition(".")
                rows = self.run.table(step, table or None)
                if self.run.released and not rows.num_rows:
                    return self._gap(use)
                made = table_block(use, rows, self.run.design(step), self.language, self.tables)
                inside = [part for row in made.rows for cell in row for part in cell.inside]
                self.numbers += [part for part in inside if isinstance(part, Number)]
                self.withheld += [part for part in inside if isinstance(part, Withheld)]
                return made
            case SlidersUse():
                return self._sliders(use)
            case Panel("claims"):
                claims = claim_list(self.run, self.language, use.line)
                inside = [part for claim in claims.claims for part in claim.evidence]
                self.numbers += [part for part in inside if isinstance(part, Number)]
                self.withheld += [part for part in inside if isinstance(part, Withheld)]
                return claims
            case _:
                sources = source_list(self.run, self.language, use.line)
                self.numbers += [n for told in sources.crosswalks for n in told if isinstance(n, Number)]
                return sources

    def _leaves(self, use: FigureUse | TableUse | SlidersUse) -> bool:
        """Tell whether the tables of a tag are there; of a release, they may not be."""
        step, _, table = use.place.partition(".")
        names = NEEDS if isinstance(use, SlidersUse) else [table]
        return not self.run.released or all(self.run.leaves(step, name or None) for name in names)

    def _gap(self, use: FigureUse | TableUse | SlidersUse) -> Paragraph:
        """Say that a figure or a table may not leave: its title, too, tells what it showed."""
        spoken = speak(self.language)
        if isinstance(use, FigureUse):
            self.figures.append(use.place.replace(".", "-"))
            label = spoken.word("figure", number=len(self.figures))
        else:
            self.tables += 1
            label = spoken.word("table", number=self.tables)
        self.withheld.append(Withheld(spoken.word("withheld"), use.line))
        return Paragraph((Text(f"{label}: "), self.withheld[-1]), use.line)

    def _sliders(self, use: SlidersUse) -> SlidersBlock:
        self.tables += 1
        tables = {name: self.run.table(use.place, name) for name in NEEDS}
        made = sliders_block(use, tables, self.run.design(use.place), self.language, self.tables)
        cells = (cell.inside for row in made.table.rows for cell in row)
        self.numbers += [n for inside in (*cells, made.table.notes) for n in numbers_in(inside)]
        self.further += made.numbers
        return made

    def _figure(self, use: FigureUse) -> FigureBlock | Paragraph:
        try:
            return self._drawn(use)
        except FigureDataError:
            if not self.run.released:
                raise
            # Too little of it leaves to be drawn.
            return self._gap(use)

    def _drawn(self, use: FigureUse) -> FigureBlock:
        step, _, table = use.place.partition(".")
        rows = self.run.table(step, table or None)
        words = {name: plain(text) for name, text in use.texts.items()}
        title, subtitle, source = (words.pop(name, None) for name in ("title", "subtitle", "source"))
        words.pop("notes", None)
        names = {code: plain(word) for code, word in use.names.items()}
        options: dict[str, Any] = {**use.options, **words, "names": names, "language": self.language}
        narrow = {**options, "width": NARROW}
        made: Figure = figure(rows, **options)
        notes = use.texts.get("notes", ())
        if made.withheld:
            gap = Withheld(speak(self.language).word("withheld"), use.line)
            self.withheld.append(gap)
            notes = (*notes, Text(" " if notes else ""), gap, Text(f": {'; '.join(made.withheld)}"))
        return FigureBlock(
            number=len(self.figures) + 1,
            name=self._name(use.place),
            title=use.texts["title"],
            subtitle=use.texts.get("subtitle", ()),
            notes=notes,
            source=use.texts.get("source", ()) or (Text(self._source()),),
            wide=made,
            narrow=figure(rows, **narrow),
            alone=figure(rows, **options, title=title, subtitle=subtitle, source=source or self._source()),
            line=use.line,
        )

    def _name(self, place: str) -> str:
        """Name the files of a figure after its table; a second figure of it is counted."""
        name = place.replace(".", "-")
        self.figures.append(name)
        times = self.figures.count(name)
        return name if times == 1 else f"{name}-{times}"

    def _source(self) -> str:
        """Name the sources below a figure whose tag names none."""
        titles = [str(source.get("title") or name) for name, source in self.run.sources.items()]
        return f"{speak(self.language).word('source')}: {'; '.join(titles)}" if titles else ""
