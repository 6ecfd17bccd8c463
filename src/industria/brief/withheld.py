"""Numbers that may not leave: the word in their place, and what of a sentence goes with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from jinja2 import nodes

from industria.study.record import STATUS, WITHHELD, is_released

__all__ = ["CONCEAL", "NOTICE", "ConditionWithheld", "Withheld", "guarded", "last", "rows_withheld", "words_for_gaps"]

NOTICE: Final = "_notice"
CONCEAL: Final = "_conceal"
"""Functions that a guarded template calls: no name that a brief may use begins with an underscore."""

_CHOICES: Final = (nodes.And, nodes.Compare, nodes.CondExpr, nodes.Not, nodes.Or)


class ConditionWithheld(Exception):
    """A brief asks on which side of something a number lies that may not leave."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """The word that stands in the place of a number.

    Attributes
    ----------
    text : str
        In the language of the brief.
    line : int
        Where it stands in the brief.
    """

    text: str
    line: int = 0


def rows_withheld(rows: pa.Table) -> list[bool]:
    """Tell of each row of a table whether something of it may not leave; of none where it was not released."""
    return [status == WITHHELD for status in rows[STATUS].to_pylist()] if is_released(rows) else [False] * rows.num_rows


def words_for_gaps(rows: pa.Table, missing: str, withheld: str) -> list[str]:
    """Return by row the word for a number that is not there: what `status` says of it, released here or elsewhere."""
    if STATUS not in rows.column_names:
        return [missing] * rows.num_rows
    return [withheld if status == WITHHELD else missing for status in rows[STATUS].to_pylist()]


def last(rows: pa.Table) -> pa.Table:
    """Put rows of which something may not leave behind the others: the place of a bar tells how long it is."""
    hidden = rows_withheld(rows)
    return rows.take([*(i for i, one in enumerate(hidden) if not one), *(i for i, one in enumerate(hidden) if one)])


def guarded(tree: nodes.Template, closed: Collection[int]) -> nodes.Template:
    """Count the choices of a template, and put a word in the place of those that are closed.

    Which branch is taken tells on which side of a bound a number lies. So a choice that
    asks for a number that may not leave is closed as a whole, with what each of its
    branches would say.

    Parameters
    ----------
    tree : jinja2.nodes.Template
        As it was read; it is changed.
    closed : collection of int
        Numbers of the choices that are not made.

    Returns
    -------
    jinja2.nodes.Template
        The same tree, in which each choice first gives notice of its number.
    """
    for number, (node, i) in enumerate(_choices(tree)):
        if isinstance(node, nodes.Output):
            said = node.nodes[i]
            node.nodes[i] = _call(CONCEAL, said.lineno) if number in closed else _noticed(number, said)
            continue
        for branch in (node, *node.elif_):
            branch.test = _noticed(number, branch.test)
        if number in closed:
            node.test, node.elif_, node.else_ = nodes.Const(True), [], []
            node.body = [nodes.Output([_call(CONCEAL, node.lineno)], lineno=node.lineno)]
    return tree


def _choices(tree: nodes.Node) -> list[tuple[nodes.If | nodes.Output, int]]:
    """List statements that choose, and the parts of texts that do; an `elif` belongs to its `if`."""
    statements = list(tree.find_all(nodes.If))
    branches = {id(branch) for node in statements for branch in node.elif_}
    return [
        *((node, 0) for node in statements if id(node) not in branches),
        *((node, i) for node in tree.find_all(nodes.Output) for i, part in enumerate(node.nodes) if _chooses(part)),
    ]


def _chooses(part: nodes.Node) -> bool:
    return isinstance(part, _CHOICES) or any(True for _ in part.find_all(_CHOICES))


def _noticed(number: int, test: nodes.Node) -> nodes.Expr:
    """Have a number told before an expression is worked out, whose value it stays."""
    assert isinstance(test, nodes.Expr)
    return nodes.And(_call(NOTICE, test.lineno, nodes.Const(number)), test, lineno=test.lineno)


def _call(name: str, line: int, *arguments: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load"), list(arguments), [], None, None, lineno=line)
