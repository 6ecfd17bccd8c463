"""Blocks as Typst."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from industria.brief.blocks import (
    Block,
    Cell,
    ClaimList,
    CodeBlock,
    FigureBlock,
    Heading,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Section,
    SlidersBlock,
    SourceList,
    TableBlock,
)
from industria.brief.inline import Break, Code, Emphasis, Inline, Link, Strong, Text
from industria.brief.language import Language, speak
from industria.brief.marks import Mark
from industria.brief.pairs import Pair, paired
from industria.brief.shown import SIGN, Number
from industria.brief.withheld import Withheld

__all__ = ["Typesetter", "legend_of", "string"]

SENTENCE: Final = 40
"""Letters of Typst from which on a cell is a sentence."""
WORDS: Final = 24
"""Letters up to which a text beside the labels needs no room of its own."""


def string(text: str) -> str:
    """Write a text as a Typst string; nothing in it has a meaning to Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def legend_of(spoken: Language) -> str:
    """Say what the sign of synthetic data means."""
    return f"{SIGN} {spoken.word('synthetic')}"


def _fingerprint(sha256: str) -> str:
    """Write a fingerprint; of a source that stays where it is, nobody is told any."""
    return f"#linebreak();#text(size: 6.6pt, fill: quiet, {string(f'sha256 {sha256}')});" if sha256 else ""


class Typesetter:
    """Writes blocks as Typst, and remembers which line of the brief each line came from.

    Parameters
    ----------
    language : str
        Of the words that the brief adds itself.
    """

    def __init__(self, language: str) -> None:
        self.spoken = speak(language)
        self.lines: list[str] = []
        self.origins: list[int | None] = []

    def add(self, typst: str, origin: int | None = None) -> None:
        """Write some lines that came from a line of the brief."""
        for line in typst.split("\n"):
            self.lines.append(line)
            self.origins.append(origin)

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Write blocks; figures that follow each other stand side by side."""
        for block in paired(blocks):
            if isinstance(block, tuple):
                self._pair(block)
            else:
                self.add(self._block(block), block.line)

    def line(self, inside: Iterable[Inline]) -> str:
        """Write a line of words, values and marks; every part is code, so that no character can act."""
        return "".join(self._inline(part) for part in inside)

    def _inline(self, part: Inline) -> str:
        match part:
            case Text(text) | Mark("date" | "name" | "cite", text):
                return f"#{string(text)};"
            case Number(text) if part.value.synthetic:
                return f"#drawn({string(text)});" if len(text) < 24 else f"#{string(text)};#sign-of-drawn;"
            case Number(text):
                # A minus stays with its number, and a number with its unit.
                return f"#box({string(text)});" if len(text) < 24 else f"#{string(text)};"
            case Code(text):
                return f"#raw({string(text)});"
            case Break():
                return "#linebreak();"
            case Strong(inside):
                return f"#strong[{self.line(inside)}];"
            case Emphasis(inside):
                return f"#emph[{self.line(inside)}];"
            case Withheld(text) | Mark(_, text):
                return f"#emph[#{string(text)};];"
            case Link(target, inside):
                return f"#link({string(target)})[{self.line(inside)}];"
            case _:
                assert_never(part)

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level, inside):
                return f"#heading(level: {level})[{self.line(inside)}]\n"
            case Paragraph(inside):
                return f"#par[{self.line(inside)}]\n"
            case Listing():
                return self._listing(block)
            case Quote(inside):
                return f"#quote(block: true)[{self._within(inside)}]\n"
            case CodeBlock(text):
                return f"#raw({string(text)}, block: true)\n"
            case Rule():
                return "#pagebreak(weak: true)\n"
            case Section(kind, inside):
                title = f"#heading(level: 2)[#{string(self.spoken.word(kind))};]"
                return f"#{kind}[{title}{self._within(inside)}]\n"
            case TableBlock():
                return self._table(block)
            case SlidersBlock(table):
                return self._table(table)
            case ClaimList():
                return self._claims(block)
            case SourceList():
                return self._sources(block)
            case FigureBlock():
                return self._figure(block, half=False)
            case _:
                assert_never(block)

    def _within(self, blocks: Iterable[Block]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _listing(self, block: Listing) -> str:
        items = ", ".join(f"[{self._item(item)}]" for item in block.items)
        if block.ordered:
            return f"#enum(start: {block.start}, {items})\n"
        return f"#list({items})\n"

    def _item(self, item: tuple[Block, ...]) -> str:
        if len(item) == 1 and isinstance(item[0], Paragraph):
            return self.line(item[0].inside)
        return self._within(item)

    def _pair(self, pair: Pair) -> None:
        self.add("#pair(", pair[0].line)
        for figure in pair:
            self.add(f"[{self._figure(figure, half=True)}],", figure.line)
        self.add(")\n", pair[1].line)

    def _figure(self, block: FigureBlock, *, half: bool) -> str:
        drawn = block.narrow if half else block.wide
        # Tall figures shrink so that two fit a page, but their smallest letters stay above six and a half points.
        scale = max(0.58, min(0.72, 200 / drawn.height))
        width = "100%" if half else f"{drawn.width * scale:.1f}pt"
        label = self._label("figure", block.number, drawn.synthetic)
        below = "".join(f"[{self.line(text)}]," for text in (block.notes, block.source) if text)
        return (
            f"#drawing({label}, [{self.line(block.title)}], [{self.line(block.subtitle)}], {string(drawn.svg())}, "
            f"{string(drawn.description)}, {width}, ({below}))\n"
        )

    def _table(self, block: TableBlock) -> str:
        room = self._roomy(block)
        columns = ", ".join("1fr" if self._long(block, i) or i == room else "auto" for i in range(len(block.header)))
        align = ", ".join("right" if cell.numeric else "left" for cell in block.header)
        head = ", ".join(f"[*{self._bare(cell)}*]" for cell in block.header)
        body = ", ".join(f"[{self.line(cell.inside)}]" for row in block.rows for cell in row)
        rows = f"table.header({head}), {body}"
        label = "none" if block.number is None else self._label("table", block.number, block.synthetic)
        legend = f"[#{string(legend_of(self.spoken))};]," if block.synthetic else ""
        below = legend + "".join(f"[{self.line(text)}]," for text in (block.notes, block.source) if text)
        return f"#ruled({label}, [{self.line(block.caption)}], ({columns},), ({align},), ({below}), {rows})\n"

    def _roomy(self, block: TableBlock) -> int:
        """Find the column that takes what room is left: the labels, unless a wider text would starve them."""
        if block.header[0].numeric:
            return -1
        if any(self._long(block, i) for i in range(len(block.header))):
            return 0
        widths = [
            0 if cell.numeric else max((len(self.line(row[i].inside)) for row in block.rows), default=0)
            for i, cell in enumerate(block.header)
        ]
        widest = max(range(len(widths)), key=widths.__getitem__)
        return widest if widths[widest] > max(widths[0], WORDS) else 0

    def _long(self, block: TableBlock, i: int) -> bool:
        """Tell whether a column has sentences, which would take the room of the labels if they did not share it."""
        return not block.header[i].numeric and any(len(self.line(row[i].inside)) > SENTENCE for row in block.rows)

    def _label(self, word: str, number: int, synthetic: bool) -> str:
        """Write the number of a figure or a table; one that is synthetic bears the sign."""
        return f"[#{string(self.spoken.word(word, number=number))};{'#sign-of-drawn;' if synthetic else ''}]"

    def _bare(self, cell: Cell) -> str:
        return self.line(cell.inside) or "#h(0pt);"

    def _claims(self, block: ClaimList) -> str:
        rows = ", ".join(
            f"sign({string(claim.status)}, {string(self.spoken.word(claim.status))}), "
            f"[#{string(claim.says)};], [{self.line(claim.evidence)}]"
            for claim in block.claims
        )
        title = f"#heading(level: 2)[#{string(self.spoken.word('claims'))};]"
        return f"{title}#verdicts([#{string(block.summary)};], {rows})\n"

    def _sources(self, block: SourceList) -> str:
        items = []
        for source in block.sources:
            title = f"#strong[#{string(source.title)};]"
            title = f"#link({string(source.url)})[{title}];" if source.url else f"{title};"
            facts = string(" · ".join(source.facts))
            cite = f"#linebreak();#{string(source.citation)};" if source.citation else ""
            items.append(f"[{title}#linebreak();#{facts};{cite}{_fingerprint(source.sha256)}]")
        items += [f"[{self.line(told)}]" for told in block.crosswalks]
        items += [f"[#{string(told)};]" for told in block.drawn]
        title = f"#heading(level: 2)[#{string(self.spoken.word('sources'))};]"
        return f"#origins([{title}], {', '.join(items)})\n" if items else f"{title}\n"
