"""Prose with bound values: a Jinja template that can do nothing but show what a run found."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from industria.brief.grammar import read
from industria.brief.inline import Inline, Text
from industria.brief.language import speak
from industria.brief.marks import KINDS, Mark
from industria.brief.shown import Bound, Number, Refusal, Shown, filters
from industria.brief.source import CLOSE, MARK, OPEN, Source
from industria.brief.tags import (
    FIGURE_TEXTS,
    SLIDERS_TEXTS,
    SLIDERS_WORDS,
    TABLE_TEXTS,
    VALUES,
    FigureUse,
    Panel,
    PanelEnd,
    SlidersUse,
    TableUse,
)
from industria.brief.typed import ADVICE, numerals
from industria.brief.withheld import CONCEAL, NOTICE, ConditionWithheld, Withheld, guarded
from industria.core.value import Address, Value
from industria.errors import BriefError, IndustriaError, Problem

__all__ = ["Draft", "Find", "Piece", "render"]

Find = Callable[[Address], Value]
Piece = Number | Withheld | Mark | FigureUse | TableUse | SlidersUse | Panel | PanelEnd

_FAULTS: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, Refusal)
"""What a template can bring about by what its author wrote."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Markdown with a mark for every piece that came from the run or from a tag.

    Attributes
    ----------
    text : str
        Markdown; `MARK` finds the marks.
    pieces : tuple of Piece
        What the marks count.
    """

    text: str
    pieces: tuple[Piece, ...]


def render(source: Source, steps: Collection[str], find: Find, language: str) -> Draft:
    """Bind the addresses of a brief to the values of a run.

    Parameters
    ----------
    source : Source
        The brief.
    steps : collection of str
        Names of the steps.
    find : callable
        Gives the value at an address.
    language : str
        Of numbers and words.

    Returns
    -------
    Draft
        Markdown and pieces.

    Raises
    ------
    BriefError
        If the brief asks for what it may not, shows a number that does not
        come straight from the run, or writes one against its unit; with file,
        line and column.
    """
    return _Writer(source, steps, find, language).draft()


class _Writer:
    def __init__(self, source: Source, steps: Collection[str], find: Find, language: str) -> None:
        self.source = source
        self.steps = steps
        self.find = find
        self.pieces: list[Piece] = []
        self.environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, finalize=self._finalize
        )
        # The built-in functions, filters and tests go: `range`, `replace`, `int` make numbers of their own.
        marks: dict[str, Any] = {kind: _mark(kind) for kind in KINDS}
        own = {NOTICE: self._notice, CONCEAL: lambda: Withheld(speak(language).word("withheld"))}
        self.environment.globals = {**marks, **own, "value": self._value, "show": self._show}
        self.environment.filters = dict(filters(language))
        self.environment.tests = {"missing": _is_missing}
        self.choice = -1

    def draft(self) -> Draft:
        return Draft(self._text(self.source), tuple(self.pieces))

    def _text(self, source: Source) -> str:
        closed: set[int] = set()
        begun = len(self.pieces)
        while True:
            tree = guarded(read(source, self.steps), closed)
            _place_marks(tree, source.line - 1)
            try:
                return self.environment.from_string(tree).render()
            except ConditionWithheld:
                # Each round closes one choice more, so that this comes to an end.
                closed.add(self.choice)
                del self.pieces[begun:]
            except BriefError:
                raise
            except _FAULTS as error:
                raise BriefError([_told(error, source)]) from error

    def _notice(self, choice: int) -> bool:
        self.choice = choice
        return True

    def _value(self, address: str, line: int, column: int) -> Bound | bool:
        try:
            found = self.find(Address.parse(address))
        except IndustriaError as error:
            raise Refusal(str(error), line, column) from None
        if isinstance(found.value, bool):
            return found.value
        return Bound(found, (line, column), self.find)

    def _finalize(self, output: Any) -> str:
        """Let pieces and plain words through; everything else is a number without an address."""
        if isinstance(output, Shown):
            return "".join(part if isinstance(part, str) else self._put(part) for part in output.parts)
        if isinstance(output, Piece):
            return self._put(output)
        if isinstance(output, Bound):
            raise Refusal(
                f"{output._value.address} needs a way to show it: "
                "number(1), percent(1), points(1), integer, currency('EUR'), interval(\"number\", 1) or text.",
                *output._place,
            )
        if isinstance(output, str) and not numerals(output) and not MARK.search(output):
            return output
        if isinstance(output, bool):
            raise Refusal("a truth value is no text; put the words in {% if … %}…{% else %}…{% endif %}.")
        if isinstance(output, int | float):
            raise Refusal(
                f"{output!r} has no address: arithmetic belongs in a step, so that the number can be explained."
            )
        if isinstance(output, Undefined):
            raise Refusal("this does not exist, or a brief cannot reach it.")
        raise Refusal(f"{output!r} does not come from the run; {ADVICE}.")

    def _put(self, piece: Piece) -> str:
        self.pieces.append(piece)
        mark = f"{OPEN}{len(self.pieces) - 1}{CLOSE}"
        return mark if isinstance(piece, Number | Withheld | Mark) else f"\n\n{mark}\n\n"

    def _show(self, tag: str, place: str, line: int, options: Mapping[str, Any]) -> Piece:
        line += self.source.line - 1
        if tag == "figure":
            told = self._inlines(options, FIGURE_TEXTS, line)
            names = self._mapping(options, "names", line)
            rest = {name: option for name, option in options.items() if name not in told and name != "names"}
            return FigureUse(place, told, names, self._values(rest, line), line)
        if tag == "table":
            told = self._inlines(options, TABLE_TEXTS, line)
            headings, labels = (self._mapping(options, name, line) for name in ("columns", "rows"))
            where, how = options.get("where", {}), options.get("format", {})
            return TableUse(place, told, headings, labels, options.get("key"), where, how, line)
        if tag == "sliders":
            told = self._inlines(options, SLIDERS_TEXTS, line)
            labels, units, names = (self._mapping(options, name, line) for name in SLIDERS_WORDS)
            return SlidersUse(place, told, labels, units, names, line)
        return PanelEnd(place, line) if tag == "close" else Panel(place, line)

    def _inlines(self, options: Mapping[str, Any], names: Collection[str], line: int) -> dict[str, tuple[Inline, ...]]:
        return {name: self._inline(options[name], line) for name in names if name in options}

    def _mapping(self, options: Mapping[str, Any], name: str, line: int) -> dict[str, tuple[Inline, ...]]:
        return {key: self._inline(text, line) for key, text in options.get(name, {}).items()}

    def _values(self, options: Mapping[str, Any], line: int) -> dict[str, Any]:
        """Put values in the place of the addresses among the options of a figure."""
        bound = {name: options[name] for name in VALUES if isinstance(options.get(name), str)}
        column = self.source.column(line, "{%")
        found = {name: self._value(address, line, column or 1) for name, address in bound.items()}
        drawn = any(isinstance(value, Bound) and value._value.synthetic for value in found.values())
        mark = {"synthetic": True} if drawn else {}
        hidden = {name for name, value in found.items() if isinstance(value, Bound) and value._value.withheld}
        kept = {name: option for name, option in options.items() if name not in hidden}
        return {**kept, **{name: float(value) for name, value in found.items() if name not in hidden}, **mark}

    def _inline(self, text: str, line: int) -> tuple[Inline, ...]:
        """Bind the values in a text of a tag."""
        kept, self.pieces = self.pieces, []
        try:
            words = self._text(self.source.within(text, line))
            parts: list[Inline] = []
            for i, part in enumerate(MARK.split(words)):
                piece = self.pieces[int(part)] if i % 2 else Text(part)
                if not isinstance(piece, Text | Number | Withheld | Mark):
                    raise Refusal("a tag has no place inside a text of another one.", line)
                parts += [piece] if piece != Text("") else []
            return tuple(parts)
        finally:
            self.pieces = kept


def _is_missing(found: object) -> bool:
    """Tell whether nobody has a number; one that is withheld, somebody has."""
    return isinstance(found, Bound) and found._value.value is None and not found._value.withheld


def _mark(kind: str) -> Callable[[str, int], Mark]:
    return lambda text, line: Mark(kind, text, line)


def _place_marks(tree: nodes.Template, above: int) -> None:
    """Tell every mark its line."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in KINDS:
            call.args.append(nodes.Const(call.lineno + above))


def _told(error: Exception, source: Source) -> Problem:
    """Turn what a template brought about into a problem with its place."""
    if isinstance(error, Refusal) and error.line is not None:
        return source.problem(str(error), error.line, error.column)
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    line = (frames[-1] or 1) + source.line - 1 if frames else source.line
    said = str(error) if isinstance(error, Refusal) else f"this cannot be worked out: {error}."
    return source.problem(said, line, source.column(line, "{{") or source.column(line, "{%"))
