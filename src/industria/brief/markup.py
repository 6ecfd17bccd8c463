"""Blocks as HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import escape
from typing import assert_never

from industria.brief.blocks import (
    Block,
    Cell,
    ClaimList,
    CodeBlock,
    FigureBlock,
    Heading,
    Lever,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Section,
    SlidersBlock,
    SourceList,
    TableBlock,
)
from industria.brief.document import Document
from industria.brief.inline import Break, Code, Emphasis, Inline, Link, Strong, Text, plain
from industria.brief.language import speak
from industria.brief.marks import Mark
from industria.brief.pairs import Pair, paired
from industria.brief.record import csv_of
from industria.brief.shown import SIGN, Number
from industria.brief.withheld import Withheld

__all__ = ["Markup", "fingerprint_line"]

_MARKS = {"name": '<span class="name">{}</span>', "cite": "<cite>{}</cite>", "assuming": "<em>{}</em>"}


class Markup:
    """Writes the blocks of one document.

    Attributes
    ----------
    document : Document
        Whose numbers lead to its explanations.
    texts : dict of str to str
        How each address is written where it first stands.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.spoken = speak(document.language)
        self.texts: dict[str, str] = {}
        for number in document.numbers:
            self.texts.setdefault(str(number.value.address), number.text)
        self._cards = {address: i for i, address in enumerate(document.explanations)}
        self._met: set[int] = set()

    def block(self, block: Block | Pair) -> str:
        """Write one block, or two figures side by side."""
        match block:
            case (_, _):
                return f'<div class="pair">{"".join(self._figure(figure, alone=False) for figure in block)}</div>'
            case Heading(level, inside):
                return f"<h{level}>{self.line(inside)}</h{level}>"
            case Paragraph(inside):
                return f"<p>{self.line(inside)}</p>"
            case Listing():
                return self._listing(block)
            case Quote(inside):
                return f"<blockquote>{self._all(inside)}</blockquote>"
            case CodeBlock(text):
                return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'
            case Rule():
                return "<hr>"
            case Section(kind, inside):
                title = f'<h2 id="{kind}">{escape(self.spoken.word(kind))}</h2>'
                return f'<section class="{kind}" aria-labelledby="{kind}">{title}{self._all(inside)}</section>'
            case FigureBlock():
                return self._figure(block, alone=True)
            case TableBlock():
                return self._table(block)
            case SlidersBlock():
                return self._sliders(block)
            case ClaimList():
                return self._claims(block)
            case SourceList():
                return self._sources(block)
            case _:
                assert_never(block)

    def line(self, inside: Iterable[Inline]) -> str:
        """Write a line of words, values and marks."""
        return "".join(self._inline(part) for part in inside)

    def _all(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in paired(blocks))

    def _inline(self, part: Inline) -> str:
        match part:
            case Text(text):
                return escape(text, quote=False)
            case Code(text):
                return f"<code>{escape(text)}</code>"
            case Break():
                return "<br>"
            case Strong(inside):
                return f"<strong>{self.line(inside)}</strong>"
            case Emphasis(inside):
                return f"<em>{self.line(inside)}</em>"
            case Link(target, inside):
                return f'<a href="{escape(target)}" rel="noreferrer">{self.line(inside)}</a>'
            case Mark("date", text):
                year = f' datetime="{text}"' if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else ""
                return f"<time{year}>{escape(text)}</time>"
            case Mark(kind, text):
                return _MARKS[kind].format(escape(text))
            case Withheld(text):
                return f'<em class="withheld">{escape(text)}</em>'
            case Number():
                return self._number(part)
            case _:
                assert_never(part)

    def _number(self, number: Number) -> str:
        """Link a number to its card; where it stands first, the card leads back to."""
        address = str(number.value.address)
        card = self._cards[address]
        anchor = "" if card in self._met else f' id="n{card}"'
        self._met.add(card)
        exact = number.value.value
        value = repr(exact) if isinstance(exact, float) else str(exact)
        data = f'<data value="{escape(value)}" data-address="{escape(address)}">{escape(number.text)}</data>'
        return f'<a class="v"{anchor} href="#v{card}">{data}{self._sign(number.value.synthetic)}</a>'

    def _sign(self, synthetic: bool) -> str:
        """Write the sign of synthetic data; who listens hears a word, who points reads the sentence."""
        if not synthetic:
            return ""
        word, sentence = (escape(self.spoken.word(word)) for word in ("synthetic_short", "synthetic"))
        return f'<sup class="synthetic" role="img" aria-label="{word}" title="{sentence}">{SIGN}</sup>'

    def _legend(self) -> str:
        return f"{SIGN} {escape(self.spoken.word('synthetic'))}"

    def _listing(self, block: Listing) -> str:
        items = "".join(f"<li>{self._item(item)}</li>" for item in block.items)
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        return f"<ol{start}>{items}</ol>" if block.ordered else f"<ul>{items}</ul>"

    def _item(self, item: tuple[Block, ...]) -> str:
        """Write an item; a single paragraph needs no element of its own."""
        if len(item) == 1 and isinstance(item[0], Paragraph):
            return self.line(item[0].inside)
        return self._all(item)

    def _figure(self, block: FigureBlock, *, alone: bool) -> str:
        label = escape(self.spoken.word("figure", number=block.number))
        subtitle = f'<span class="subtitle">{self.line(block.subtitle)}</span>' if block.subtitle else ""
        caption = (
            f'<figcaption id="figure-{block.number}-title">'
            f'<span class="label">{label}{self._sign(block.wide.synthetic)}</span> '
            f'<strong class="title">{self.line(block.title)}</strong>{subtitle}</figcaption>'
        )
        narrow = f'<div class="narrow">{_inlined(block.narrow.svg(), f"f{block.number}n")}</div>'
        wide = f'<div class="wide">{_inlined(block.wide.svg(), f"f{block.number}w")}</div>' if alone else ""
        notes = "".join(f'<p class="note">{self.line(text)}</p>' for text in (block.notes, block.source) if text)
        kind = "figure" if alone else "figure half"
        return (
            f'<figure class="{kind}" id="figure-{block.number}" aria-labelledby="figure-{block.number}-title">'
            f"{caption}{wide}{narrow}{notes}{self._data(block)}</figure>"
        )

    def _data(self, block: FigureBlock) -> str:
        """Write the data of a figure as a table, and offer it to be taken away."""
        written = block.wide.written
        title = escape(self.spoken.word("data_of", what=plain(block.title)))
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in written.column_names)
        rows = zip(*(column.to_pylist() for column in written.columns), strict=True)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        caption = f"<caption>{self._legend()}</caption>" if block.wide.synthetic else ""
        csv = base64.b64encode(csv_of(block.wide)).decode()
        return (
            f"<details><summary>{escape(self.spoken.word('show_data'))}</summary>"
            f'<div class="scroll" role="region" tabindex="0" aria-label="{title}">'
            f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            f'<p><a download="{block.name}.csv" href="data:text/csv;charset=utf-8;base64,{csv}">'
            f"{escape(self.spoken.word('download'))}</a></p></details>"
        )

    def _table(self, block: TableBlock) -> str:
        head = "".join(self._cell(cell, "th", "col") for cell in block.header)
        body = "".join(
            f"<tr>{self._cell(row[0], 'th', 'row')}{''.join(self._cell(cell, 'td') for cell in row[1:])}</tr>"
            for row in block.rows
        )
        label, caption = "", ""
        if block.number is not None:
            label = escape(self.spoken.word("table", number=block.number))
            title = f'<strong class="title">{self.line(block.caption)}</strong>'
            sign = self._sign(block.synthetic)
            caption = f'<caption><span class="label">{label}{sign}</span> {title}</caption>'
        notes = "".join(f'<p class="note">{self.line(text)}</p>' for text in (block.notes, block.source) if text)
        notes = f'<p class="note">{self._legend()}</p>{notes}' if block.synthetic else notes
        name = label or escape(plain(block.header[0].inside)) or escape(self.spoken.word("data"))
        return (
            f'<div class="table"><div class="scroll" role="region" tabindex="0" aria-label="{name}">'
            f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{notes}</div>"
        )

    def _cell(self, cell: Cell, tag: str, scope: str = "") -> str:
        numeric = ' class="numeric"' if cell.numeric else ""
        said = f' scope="{scope}"' if scope else ""
        return f"<{tag}{said}{numeric}>{self.line(cell.inside)}</{tag}>"

    def _sliders(self, block: SlidersBlock) -> str:
        """Write sliders, which the script of the page shows and moves, above the table of their ends."""
        name = f"sliders-{block.table.number}"
        levers = "".join(self._lever(f"{name}-{i}", lever) for i, lever in enumerate(block.levers))
        moved = " ".join(f"{name}-{i}" for i in range(len(block.levers)))
        parts = ("sure", "open", "start")
        bar = "".join(f'<rect class="{part}" width="3" height="12"/>' for part in parts)
        return (
            f'<div class="sliders"><div class="play" hidden><fieldset><legend>{self.line(block.table.caption)}'
            f"{self._sign(block.table.synthetic)}</legend>{levers}</fieldset>"
            f'<svg class="gauge" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">{bar}</svg>'
            f'<p class="begin">{self.line(block.begin)}</p><p><output class="outcome" for="{moved}"></output></p>'
            '<p class="limit"></p><p class="from"><code></code></p>'
            f'<p><button type="button">{escape(self.spoken.word("sliders_back"))}</button></p></div>'
            f'{self._table(block.table)}<script type="application/json">{block.data}</script></div>'
        )

    def _lever(self, name: str, lever: Lever) -> str:
        ticks = "".join(f'<option value="{step!r}"></option>' for step in lever.steps)
        return (
            f'<div class="lever"><label for="{name}">{self.line(lever.label)}</label>'
            f'<output for="{name}" aria-live="off"></output>'
            f'<input type="range" id="{name}" min="{lever.steps[0]!r}" max="{lever.steps[-1]!r}" '
            f'step="{lever.increment!r}" value="{lever.start!r}" list="{name}-steps">'
            f'<datalist id="{name}-steps">{ticks}</datalist></div>'
        )

    def _claims(self, block: ClaimList) -> str:
        items = "".join(
            f'<li class="{claim.status}"><span class="status">{escape(self.spoken.word(claim.status))}</span> '
            f'<span class="says">{escape(claim.says, quote=False)}</span> '
            f'<span class="evidence">{self.line(claim.evidence)}</span></li>'
            for claim in block.claims
        )
        title = f'<h2 id="claims">{escape(self.spoken.word("claims"))}</h2>'
        summary = f'<p class="summary">{escape(block.summary)}</p>'
        return f'<section class="claims" aria-labelledby="claims">{title}{summary}<ul>{items}</ul></section>'

    def _sources(self, block: SourceList) -> str:
        items = []
        for source in block.sources:
            title = f'<a href="{escape(source.url)}" rel="noreferrer">{escape(source.title)}</a>'
            facts = escape(" · ".join(source.facts))
            cite = f"<br><cite>{escape(source.citation)}</cite>" if source.citation else ""
            items.append(
                f"<li><strong>{title if source.url else escape(source.title)}</strong><br>{facts}{cite}"
                f"{fingerprint_line(source.sha256)}</li>"
            )
        items += [f"<li>{self.line(told)}</li>" for told in block.crosswalks]
        items += [f"<li>{escape(told)}</li>" for told in block.drawn]
        title = f'<h2 id="sources">{escape(self.spoken.word("sources"))}</h2>'
        return f'<section class="sources" aria-labelledby="sources">{title}<ul>{"".join(items)}</ul></section>'


def fingerprint_line(sha256: str) -> str:
    """Write a fingerprint; of a source that stays where it is, nobody is told any."""
    return f'<br><code class="sha">sha256 {sha256}</code>' if sha256 else ""


def _inlined(svg: str, prefix: str) -> str:
    """Make a drawing part of the page: one picture with one description, its names apart from those of the next."""
    head, close, marks = svg.partition(">")
    marks = re.sub(r' (?:role="graphics-[^"]*"|aria-roledescription="[^"]*"|aria-label="[^"]*")', "", marks)
    marks = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', marks)
    marks = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", marks)
    return head + close + re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', marks)
