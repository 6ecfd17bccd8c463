"""Our own tags: figures, tables, claims, sources, and what we do not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from industria.brief.binding import TAGS
from industria.brief.inline import Inline
from industria.errors import hint, listing

__all__ = [
    "FIGURE_TEXTS",
    "SLIDERS_TEXTS",
    "SLIDERS_WORDS",
    "TABLE_TEXTS",
    "VALUES",
    "FigureUse",
    "Panel",
    "PanelEnd",
    "SlidersUse",
    "TableUse",
    "Tags",
    "refusals",
    "texts",
]

FIGURE_TEXTS: Final = (
    *("title", "subtitle", "notes", "description", "source"),
    *("unit", "time_title", "reference_label"),
)
TABLE_TEXTS: Final = ("caption", "notes", "source")
SLIDERS_TEXTS: Final = ("title", "unit", "notes", "source")
SLIDERS_WORDS: Final = ("labels", "units", "names")
VALUES: Final = ("reference", "confidence")
"""Options of figures that are drawn as numbers: they take an address."""
_LITERALS: Final = (nodes.Literal, nodes.Pair, nodes.Neg)
_TABLE_OPTIONS: Final = ("caption", "columns", "format", "notes", "rows", "key", "where", "source")


@dataclass(frozen=True, slots=True)
class FigureUse:
    """A figure as the brief asks for it.

    Attributes
    ----------
    place : str
        `step` or `step.table`.
    texts : mapping of str to tuple of Inline
        Those of `FIGURE_TEXTS` that were given, values bound.
    names : mapping of str to tuple of Inline
        Words for codes in the data.
    options : mapping
        Everything else, for `figure`.
    line : int
        Where the tag stands.
    """

    place: str
    texts: Mapping[str, tuple[Inline, ...]]
    names: Mapping[str, tuple[Inline, ...]]
    options: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class TableUse:
    """A table as the brief asks for it.

    Attributes
    ----------
    place : str
        `step` or `step.table`.
    texts : mapping of str to tuple of Inline
        caption, notes, source, values bound.
    columns : mapping of str to tuple of Inline
        Headings by column, in their order.
    rows : mapping of str to tuple of Inline
        Labels by the text of the key, in their order; empty: all rows.
    key : str or None
        The column of the keys of `rows`; None for the first column.
    where : mapping of str to str
        Rows kept: text of a column by its name.
    format : mapping of str to str
        Filters by column, as `percent(1)`.
    line : int
        Where the tag stands.
    """

    place: str
    texts: Mapping[str, tuple[Inline, ...]]
    columns: Mapping[str, tuple[Inline, ...]]
    rows: Mapping[str, tuple[Inline, ...]]
    key: str | None
    where: Mapping[str, str]
    format: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class SlidersUse:
    """Sliders on a grid of plans, as the brief asks for them.

    Attributes
    ----------
    place : str
        The step.
    texts : mapping of str to tuple of Inline
        Those of `SLIDERS_TEXTS` that were given, values bound.
    labels, units : mapping of str to tuple of Inline
        What each slider moves, and in what.
    names : mapping of str to tuple of Inline
        Words for what limits a plan.
    line : int
        Where the tag stands.
    """

    place: str
    texts: Mapping[str, tuple[Inline, ...]]
    labels: Mapping[str, tuple[Inline, ...]]
    units: Mapping[str, tuple[Inline, ...]]
    names: Mapping[str, tuple[Inline, ...]]
    line: int


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the brief with a meaning of its own: claims, sources; unknowns and answer hold prose."""

    kind: str
    line: int
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PanelEnd:
    """Where a part that holds prose ends."""

    kind: str
    line: int


class Tags(Extension):
    """Turn a tag into a call, `show('figure', 'effect', line, {options})`, of literals only."""

    tags = set(TAGS)  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """Read one tag."""
        word = next(parser.stream)
        tag, line = word.value, word.lineno
        place: Any = None
        if tag in ("figure", "table", "sliders"):
            if parser.stream.current.type != "string":
                parser.fail(f'{{% {tag} %}} begins with its step in quotes, as in {{% {tag} "effect" … %}}', line)
            place = next(parser.stream).value
        options: dict[str, Any] = {}
        while parser.stream.current.type != "block_end":
            parser.stream.skip_if("comma")
            name = parser.stream.expect("name").value
            parser.stream.expect("assign")
            if name in options:
                parser.fail(f"{{% {tag} %}} says {name}= twice", line)
            try:
                options[name] = _literal(parser.parse_expression(), parser.environment)
            except nodes.Impossible:
                parser.fail(
                    f"{name}= of {{% {tag} %}} takes a text, number, list or mapping as it stands, nothing computed; "
                    'a value stands inside a text, as in title="… {{ effect[term=grant].estimate | number(2) }} …"',
                    line,
                )
        shown = self._show("open" if tag in ("unknowns", "answer") else tag, place or tag, line, options)
        if tag not in ("unknowns", "answer"):
            return shown
        body = parser.parse_statements((f"name:end{tag}",), drop_needle=True)
        return [shown, *body, self._show("close", tag, parser.stream.current.lineno, {})]

    def _show(self, tag: str, place: str, line: int, options: dict[str, Any]) -> nodes.Node:
        arguments: list[nodes.Expr] = [nodes.Const(tag), nodes.Const(place), nodes.Const(line), nodes.Const(options)]
        call = nodes.Call(nodes.Name("show", "load"), arguments, [], None, None)
        return nodes.Output([call]).set_lineno(line)


def _literal(value: nodes.Expr, environment: Environment) -> Any:
    """Take a value as it stands; one that is computed, be it of literals alone, is impossible."""
    if not all(isinstance(node, _LITERALS) for node in (value, *value.find_all(nodes.Node))):
        raise nodes.Impossible
    value.set_environment(environment)
    return value.as_const()


def texts(tag: str, options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List what a reader reads of the options of a tag: option and text.

    Typed digits and causal words are refused there, addresses are bound.
    """
    plain = {"figure": FIGURE_TEXTS, "table": TABLE_TEXTS, "sliders": SLIDERS_TEXTS}.get(tag, ())
    mapped = {"figure": ("names",), "table": ("columns", "rows"), "sliders": SLIDERS_WORDS}.get(tag, ())
    yield from ((option, options[option]) for option in plain if isinstance(options.get(option), str))
    for option in mapped:
        if isinstance(options.get(option), dict):
            yield from ((option, text) for text in options[option].values() if isinstance(text, str))


def refusals(tag: str, place: str, options: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with the options of a tag, before its table is seen.

    Parameters
    ----------
    tag : str
        figure, table, sliders, claims, sources, open or close.
    place : str
        `step` or `step.table`.
    options : mapping
        As the tag says them.
    """
    check = {"figure": _figure, "table": _table, "sliders": _sliders}.get(tag, _bare)
    return list(check(tag if tag not in ("open", "close") else place, options))


def _figure(tag: str, options: Mapping[str, Any]) -> list[str]:
    said = [
        f'{{% figure %}} has no {option}; write {option}="{what}".'
        for option, what in (
            ("title", "the finding, in a sentence"),
            ("description", "what the figure shows, for a reader who cannot see it"),
        )
        if not str(options.get(option, "")).strip()
    ]
    said += [f"{name}= of {{% figure %}} takes a text." for name in FIGURE_TEXTS if not _text(options.get(name))]
    said += [
        f'{name}={options[name]!r} was typed by hand; give its address, {name}="step[key=value].column".'
        for name in VALUES
        if isinstance(options.get(name), float) or (name == "confidence" and isinstance(options.get(name), int))
    ]
    return said + _mappings("figure", ("names", "where"), options)


def _table(tag: str, options: Mapping[str, Any]) -> list[str]:
    unknown = [option for option in options if option not in _TABLE_OPTIONS]
    said = [
        f"{{% table %}} takes no {option!r}; it takes {listing(_TABLE_OPTIONS, 40)}.{hint(option, _TABLE_OPTIONS)}"
        for option in unknown
    ]
    if not isinstance(options.get("columns"), dict) or not options["columns"]:
        said.append('{% table %} has no columns; write columns={"term": "Treatment", "estimate": "Estimate"}.')
    if not str(options.get("caption", "")).strip():
        said.append('{% table %} has no caption; write caption="what the table tells".')
    said += [
        f"{name}= of {{% table %}} takes a text."
        for name in ("caption", "notes", "source", "key")
        if not _text(options.get(name))
    ]
    return said + _mappings("table", ("columns", "rows", "format", "where"), options)


def _sliders(tag: str, options: Mapping[str, Any]) -> list[str]:
    known = (*SLIDERS_TEXTS, *SLIDERS_WORDS)
    said = [
        f"{{% sliders %}} takes no {option!r}; it takes {listing(known)}.{hint(option, known)}"
        for option in options
        if option not in known
    ]
    if not str(options.get("title", "")).strip():
        said.append('{% sliders %} has no title; write title="the question that the sliders answer".')
    said += [f"{name}= of {{% sliders %}} takes a text." for name in SLIDERS_TEXTS if not _text(options.get(name))]
    return said + _mappings("sliders", SLIDERS_WORDS, options)


def _mappings(tag: str, names: tuple[str, ...], options: Mapping[str, Any]) -> list[str]:
    said = []
    for name in names:
        given = options.get(name, {})
        if not isinstance(given, dict):
            said.append(f'{name}= of {{% {tag} %}} takes a mapping, as in {name}={{"grant": "…"}}.')
        elif not all(isinstance(key, str) and isinstance(text, str) for key, text in given.items()):
            said.append(f"{name}= of {{% {tag} %}} maps texts to texts.")
    return said


def _bare(tag: str, options: Mapping[str, Any]) -> list[str]:
    return [f"{{% {tag} %}} takes no {option!r}." for option in options]


def _text(value: object) -> bool:
    return value is None or isinstance(value, str)
