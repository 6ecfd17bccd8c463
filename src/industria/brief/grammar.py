"""What the template of a brief may say, told from its syntax tree before any value is seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from industria.brief.binding import TAGS, beside, bind
from industria.brief.marks import KINDS, refusal
from industria.brief.shown import FILTERS
from industria.brief.source import Source
from industria.brief.tags import Tags, refusals
from industria.errors import BriefError, Problem, hint, listing

__all__ = ["mistakes", "read", "shown_tags", "values_in"]

_STATEMENTS: Final = (nodes.Output, nodes.If)
_WORDS: Final = {
    "Assign": "set",
    "AssignBlock": "set",
    "FromImport": "from",
    "FilterBlock": "filter",
    "CallBlock": "call",
}
# Jinja works these out on constants before anybody looks: "x" * 10**10 would fill the memory.
_COMPUTED: Final = (
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Pow,
)
_REWRITTEN: Final = re.compile(r"(?<![.\w])(?:value|show)\b")
_TAG: Final = re.compile(r"\{%[-+]?\s*(\w+)")
_SHOWS: Final = ("interval", *FILTERS)


def mistakes(tree: nodes.Template, source: Source, steps: Collection[str]) -> list[Problem]:
    """List everything in a template that a brief may not say.

    Parameters
    ----------
    tree : jinja2.nodes.Template
        Of the bound source.
    source : Source
        The brief, for the places.
    steps : collection of str
        Names of the steps, for the nearest one.
    """
    found = list(_misplaced(source, steps))
    for node in tree.find_all((nodes.Stmt, nodes.Filter, nodes.Test, nodes.Name, nodes.Call, nodes.Concat, *_COMPUTED)):
        line = node.lineno + source.line - 1
        found += [(line, word, said) for word, said in _look(node, steps)]
    told = {source.problem(said, line, source.column(line, word)): None for line, word, said in found}
    return list(told)


def read(source: Source, steps: Collection[str]) -> nodes.Template:
    """Read the template of a brief.

    Raises
    ------
    BriefError
        If it cannot be read, or says what a brief may not say; all of it at once.
    """
    try:
        tree = ImmutableSandboxedEnvironment(extensions=[Tags]).parse(bind(source, steps))
    except TemplateSyntaxError as error:
        said = f"{str(error.message).rstrip('.')}."
        raise BriefError([source.problem(said, error.lineno + source.line - 1)]) from None
    wrong = mistakes(tree, source, steps)
    if wrong:
        raise BriefError(wrong)
    return tree


def values_in(tree: nodes.Template) -> list[tuple[str, int, int]]:
    """List the values that a template asks for: address, line, column."""
    return [tuple(argument.as_const() for argument in call.args) for call in _calls(tree, "value")]


def shown_tags(tree: nodes.Template) -> list[tuple[str, str, int, dict[str, Any]]]:
    """List the tags of a template: tag, place, line, options."""
    return [tuple(argument.as_const() for argument in call.args) for call in _calls(tree, "show")]


def _calls(tree: nodes.Template, name: str) -> list[nodes.Call]:
    return [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name == name]


def _misplaced(source: Source, steps: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Find what would leave the text unchecked, or tear a sentence apart."""
    offset = 0
    for expression in source.expressions:
        offset = source.text.index(expression, offset)
        word = _TAG.match(expression)
        line = source.place(offset)[0]
        if word and word[1] == "raw":
            yield line, "{%", "{% raw %} has no place in a brief: what it holds would not be checked."
        elif word and word[1].removeprefix("end") in TAGS and not source.alone(expression, offset):
            yield line, "{%", f"{{% {word[1]} %}} stands on a line of its own, not inside a sentence or a list."
        # Addresses and tags are rewritten as calls of these; typed by hand, they would pass by what is checked.
        for found in _REWRITTEN.findall(beside(expression, steps)):
            yield line, found, f"{found!r} is no word of a brief: a value comes by its address, step[key=value].column."
        offset += len(expression)


def _look(node: nodes.Node, steps: Collection[str]) -> list[tuple[str, str]]:
    """Say what is wrong with a node, each with the word to look for in its line."""
    match node:
        case nodes.Stmt() if not isinstance(node, _STATEMENTS):
            kind = type(node).__name__
            word = _WORDS.get(kind, kind.lower())
            known = listing(["if", *TAGS], 40)
            return [(word, f"{{% {word} %}} has no place in a brief, where values come by address; there is {known}.")]
        case nodes.Filter(name=name) if name not in _SHOWS:
            return [(name, f"there is no filter {name!r}; there is {listing(_SHOWS)}.{hint(name, _SHOWS)}")]
        case nodes.Test(name=name) if name != "missing":
            return [(name, f"there is no test {name!r}; there is 'missing'.")]
        case nodes.Name(name=name) if name not in ("value", "show", *KINDS):
            if name in steps:
                return [(name, f"{name!r} is a step; bind a value of it, as in {name}[key=value].column.")]
            near = hint(name, [*steps, *KINDS])
            return [(name, f"{name!r} is no step of the study; it has {listing(list(steps))}.{near}")]
        case nodes.Concat():
            return [("{{", "a value stands by itself between its braces, not glued to a text.")]
        case nodes.BinExpr() if isinstance(node, _COMPUTED):
            told = "so that the number can be explained; an {% if … %} compares values, with and, or, not"
            return [("{{", f"arithmetic belongs in a step, {told}.")]
        case nodes.Call(node=nodes.Getattr(attr=name)):
            return [("{{", f"{name}() has no place in a brief: what it makes does not come from the run.")]
        case nodes.Call(node=called) if not isinstance(called, nodes.Name):
            return [("{{", "a call of this has no place in a brief: what it makes does not come from the run.")]
        case nodes.Call(node=nodes.Name(name=name)) if name in KINDS:
            said = _mark(name, node)
            return [(f"{name}(", said)] if said else []
        case nodes.Call(
            node=nodes.Name(name="show"), args=[nodes.Const(), nodes.Const(), nodes.Const(), nodes.Const()]
        ):
            tag, place, _, options = (argument.as_const() for argument in node.args)
            return [("{%", said) for said in refusals(tag, place, options)]
    return []


def _mark(kind: str, call: nodes.Call) -> str | None:
    given = call.args[0] if len(call.args) == 1 and not call.kwargs else None
    if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
        return f'{kind}() takes one text as it stands, as in {kind}("…"): a value would lose its address in it.'
    return refusal(kind, given.value)
