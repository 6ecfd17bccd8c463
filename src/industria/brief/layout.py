"""From Markdown with marks to the blocks of a brief."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markdown_it.tree import SyntaxTreeNode

from industria.brief.blocks import Block, Cell, CodeBlock, Heading, Listing, Paragraph, Quote, Rule, Section, TableBlock
from industria.brief.inline import Break, Code, Emphasis, Inline, Link, Strong, Text, plain
from industria.brief.marks import Mark
from industria.brief.prose import Draft, Piece
from industria.brief.shown import Number
from industria.brief.source import MARK, Source, markdown
from industria.brief.tags import FigureUse, Panel, PanelEnd, SlidersUse, TableUse
from industria.brief.typed import ADVICE, numerals
from industria.brief.withheld import Withheld
from industria.errors import BriefError

__all__ = ["Resolve", "blocks"]

Resolve = Callable[[FigureUse | TableUse | SlidersUse | Panel], Block]
"""Makes a block of what a tag asks for."""


def blocks(draft: Draft, source: Source, resolve: Resolve) -> tuple[Block, ...]:
    """Lay out a brief.

    Parameters
    ----------
    draft : Draft
        Markdown with marks.
    source : Source
        What it was made from, for the places of messages.
    resolve : callable
        Makes a block of a figure, a table, claims or sources.

    Returns
    -------
    tuple of Block
        In reading order.

    Raises
    ------
    BriefError
        If a tag stands inside a sentence, a heading skips a level, there are
        two titles, or a number without an address slipped through.
    """
    return _Layout(draft, source, resolve).blocks()


class _Layout:
    def __init__(self, draft: Draft, source: Source, resolve: Resolve) -> None:
        self.draft = draft
        self.source = source
        self.resolve = resolve
        self.line = source.line
        self.level = 1

    def blocks(self) -> tuple[Block, ...]:
        tree = SyntaxTreeNode(markdown().parse(self.draft.text))
        return self._sections(list(tree.children))

    def _sections(self, nodes: list[SyntaxTreeNode]) -> tuple[Block, ...]:
        """Gather what stands between the ends of a tag that holds prose."""
        found: list[Block] = []
        while nodes:
            node = nodes.pop(0)
            piece = self._piece(node)
            if isinstance(piece, PanelEnd):
                break
            if isinstance(piece, Panel) and piece.kind in ("unknowns", "answer"):
                if piece.kind == "unknowns":
                    self.level = 2
                found.append(Section(piece.kind, self._sections(nodes), piece.line))  # type: ignore[arg-type]
            elif isinstance(piece, FigureUse | TableUse | SlidersUse | Panel):
                found.append(self.resolve(piece))
            else:
                found.append(self._block(node))
        return tuple(found)

    def _piece(self, node: SyntaxTreeNode) -> Piece | None:
        """Return the tag that a paragraph is made of, if it is made of one."""
        if node.type != "paragraph" or not (mark := MARK.fullmatch(node.children[0].content.strip())):
            return None
        piece = self.draft.pieces[int(mark[1])]
        return None if isinstance(piece, Number | Withheld | Mark) else piece

    def _block(self, node: SyntaxTreeNode) -> Block:
        inside = node.children[0].children if node.type in ("heading", "paragraph") else []
        self.line = self._near(node)
        match node.type:
            case "heading":
                return self._heading(int(node.tag[1]), self._line(inside))
            case "paragraph":
                return Paragraph(self._line(inside), self.line)
            case "bullet_list" | "ordered_list":
                start = int(node.attrs.get("start", 1))
                items = tuple(tuple(self._block(part) for part in item.children) for item in node.children)
                return Listing(node.type == "ordered_list", items, self.line, start)
            case "blockquote":
                return Quote(tuple(self._block(part) for part in node.children), self.line)
            case "fence" | "code_block":
                return CodeBlock(self._checked(node.content), self.line)
            case "hr":
                return Rule(self.line)
            case "table":
                return self._table(node)
        raise AssertionError(node.type)

    def _heading(self, level: int, inside: tuple[Inline, ...]) -> Heading:
        """Keep headings in order: readers who listen find their way by them."""
        if level > self.level + 1:
            skipped = f"skips from level {self.level} to {level}; write {'#' * (self.level + 1)}."
            raise BriefError([self.source.problem(f"the heading {plain(inside)!r} {skipped}", self.line)])
        self.level = level
        return Heading(level, inside, self.line)

    def _table(self, node: SyntaxTreeNode) -> TableBlock:
        rows = [
            tuple(
                Cell(
                    self._line(cell.children[0].children if cell.children else []),
                    "right" in str(cell.attrs.get("style")),
                )
                for cell in row.children
            )
            for part in node.children
            for row in part.children
        ]
        return TableBlock(rows[0], tuple(rows[1:]), self.line)

    def _line(self, nodes: list[SyntaxTreeNode]) -> tuple[Inline, ...]:
        return tuple(part for node in nodes for part in self._inline(node))

    def _inline(self, node: SyntaxTreeNode) -> Iterator[Inline]:
        match node.type:
            case "text":
                yield from self._words(node.content)
            case "code_inline":
                yield Code(self._checked(node.content))
            case "softbreak":
                yield Text(" ")
            case "hardbreak":
                yield Break()
            case "strong" | "em":
                yield (Strong if node.type == "strong" else Emphasis)(self._line(node.children))
            case "link":
                yield Link(str(node.attrs["href"]), self._line(node.children))
            case "image":
                said = 'a picture comes from a run: write {% figure "step" title="…" description="…" %}.'
                raise BriefError([self.source.problem(said, self.line)])
            case _:
                raise AssertionError(node.type)

    def _words(self, text: str) -> Iterator[Inline]:
        """Split words at the marks, and put the pieces in their places."""
        for i, part in enumerate(MARK.split(text)):
            if not i % 2:
                yield from [Text(self._checked(part))] if part else []
                continue
            piece = self.draft.pieces[int(part)]
            assert isinstance(piece, Number | Withheld | Mark)  # a tag is a paragraph of its own
            self.line = piece.line or self.line
            yield piece

    def _checked(self, text: str) -> str:
        """Refuse a number that got past the checks of the source: the last door."""
        for _, word in numerals(text):
            raise BriefError([self.source.problem(f"the number {word!r} has no address; {ADVICE}.", self.line)])
        if MARK.search(text):
            raise BriefError([self.source.problem("a bound value cannot stand inside code.", self.line)])
        return text

    def _near(self, node: SyntaxTreeNode) -> int:
        """Find the line of a block in the source: the place of its first piece, or of its first words."""
        texts = [part.content for part in node.walk() if part.type in ("text", "code_inline", "fence", "code_block")]
        for text in texts:
            marks = MARK.findall(text)
            if marks:
                return self.draft.pieces[int(marks[0])].line or self.line
            words = text.strip().split("\n")[0]
            offset = self.source.text.find(words) if words else -1
            if offset >= 0:
                return self.source.place(offset)[0]
        return self.line
