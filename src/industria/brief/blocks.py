"""A brief as a list of blocks: what page and paper are both made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from industria.brief.inline import Inline
from industria.brief.shown import Number

if TYPE_CHECKING:
    from industria.brief.figure import Figure

__all__ = [
    "Block",
    "Cell",
    "Claim",
    "ClaimList",
    "CodeBlock",
    "FigureBlock",
    "Heading",
    "Lever",
    "Listing",
    "Paragraph",
    "Quote",
    "Rule",
    "Section",
    "SlidersBlock",
    "SourceList",
    "SourceNote",
    "TableBlock",
]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the title of the brief is of level 1."""

    level: int
    inside: tuple[Inline, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inside: tuple[Inline, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each item holds blocks."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]
    line: int
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    inside: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines as a machine reads them."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page on the web; on paper, the beginning of a new page."""

    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading and a look of its own: the answer, or what we do not know."""

    kind: Literal["answer", "unknowns"]
    inside: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure, drawn for a page and for a phone or half a page.

    Attributes
    ----------
    number : int
        Counted from one.
    name : str
        Of its files.
    title, subtitle, notes, source : tuple of Inline
        Around it; may hold bound values.
    wide, narrow : Figure
        Without title, which stands beside them.
    alone : Figure
        With title and source, to be taken away.
    line : int
        Where its tag stands.
    """

    number: int
    name: str
    title: tuple[Inline, ...]
    subtitle: tuple[Inline, ...]
    notes: tuple[Inline, ...]
    source: tuple[Inline, ...]
    wide: Figure
    narrow: Figure
    alone: Figure
    line: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    inside: tuple[Inline, ...]
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; one from Markdown has neither number nor caption.

    Attributes
    ----------
    header : tuple of Cell
        Headings.
    rows : tuple of tuple of Cell
        As many cells a row as headings; the first one heads the row.
    line : int
        Where it stands.
    number : int or None
        Counted from one.
    caption, notes, source : tuple of Inline
        Around it.
    synthetic : bool
        Whether its rows go back to such as were drawn.
    """

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    line: int
    number: int | None = None
    caption: tuple[Inline, ...] = ()
    notes: tuple[Inline, ...] = ()
    source: tuple[Inline, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Lever:
    """A slider of a grid.

    Attributes
    ----------
    label, unit : tuple of Inline
        What it moves, and in what.
    steps : tuple of float
        Where plans were solved, in ascending order.
    start : float
        Where it stands at first.
    increment : float
        How far apart its places are; every step is one.
    digits : int
        Decimals of its places.
    """

    label: tuple[Inline, ...]
    unit: tuple[Inline, ...]
    steps: tuple[float, ...]
    start: float
    increment: float
    digits: int


@dataclass(frozen=True, slots=True)
class SlidersBlock:
    """Sliders on a grid of plans.

    Attributes
    ----------
    table : TableBlock
        The ends of every slider: what stands on paper and without a script.
    levers : tuple of Lever
        The sliders.
    begin : tuple of Inline
        What is unmet where they start.
    numbers : tuple of Number
        Objective, bound and gap of every plan, which the sliders may show.
    data : str
        What the script of the page reads, as JSON.
    line : int
        Where its tag stands.
    """

    table: TableBlock
    levers: tuple[Lever, ...]
    begin: tuple[Inline, ...]
    numbers: tuple[Number, ...]
    data: str
    line: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and whether it holds.

    Attributes
    ----------
    says : str
        The sentence.
    status : str
        holds, weak, fails or withheld.
    evidence : tuple of Inline
        The value and its interval.
    """

    says: str
    status: Literal["holds", "weak", "fails", "withheld"]
    evidence: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class ClaimList:
    """The claims of the study, and how many hold."""

    claims: tuple[Claim, ...]
    summary: str
    line: int


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where data come from: a title, a line of facts, the citation, the fingerprint."""

    title: str
    facts: tuple[str, ...]
    citation: str
    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources, what of them each change of codes split, resolved and lost, and the steps that draw rows."""

    sources: tuple[SourceNote, ...]
    line: int
    crosswalks: tuple[tuple[Inline, ...], ...] = ()
    drawn: tuple[str, ...] = ()


Block: TypeAlias = (
    Heading
    | Paragraph
    | Listing
    | Quote
    | CodeBlock
    | Rule
    | Section
    | FigureBlock
    | TableBlock
    | SlidersBlock
    | ClaimList
    | SourceList
)
