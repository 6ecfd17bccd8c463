"""Formulas in the grammar of formulaic, of which nothing is ever run as a program.

formulaic parses: sums, interactions, nesting, powers of sums. What stands between the
operators is read here, from its syntax tree: columns, categories and a few functions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import FormulaError, InfiniteValueError, MissingPackageError, OutsideRangeError, hint

__all__ = ["Category", "Factor", "Formula", "Number", "Term", "parse"]

Array: TypeAlias = npt.NDArray[np.float64]

FUNCTIONS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "I": np.positive,
}
LEAST: Final = {"log": 0.0, "log2": 0.0, "log10": 0.0, "sqrt": np.nextafter(0.0, -1.0)}
"""What the argument of a function must be above."""

OPERATORS: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
ALLOWED: Final = (
    "It takes columns, C(column), C(column, contr.treatment('base')), interactions (a:b, a*b), "
    "log, log2, log10, sqrt, exp, and arithmetic in I(...) or {...}."
)
MOST_TERMS: Final = 500
HIGHEST_POWER: Final = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers, or plain arithmetic of such columns."""

    text: str
    tree: ast.expr

    @property
    def name(self) -> str:
        """How results call it: as in the formula."""
        return self.text

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column read, each once."""
        return tuple(dict.fromkeys(_columns(self.tree)))

    def of(self, values: Mapping[str, Array], where: Callable[[int], str]) -> Array:
        """Reckon the factor, row by row.

        Raises
        ------
        OutsideRangeError
            If a logarithm or root is asked of what has none.
        InfiniteValueError
            If a value comes out infinite or undefined.
        """
        with np.errstate(all="ignore"):
            made = _reckoned(self.tree, values, where)
        if (wrong := np.flatnonzero(~np.isfinite(made))).size:
            raise InfiniteValueError("workers", self.text, len(wrong), where(int(wrong[0])))
        return made


@dataclass(frozen=True, slots=True)
class Category:
    """A column whose values are categories, and the one that the others are compared with."""

    text: str
    column: str
    base: str | None = None

    @property
    def name(self) -> str:
        """How results call it: by its column, whatever its base."""
        return self.column

    @property
    def columns(self) -> tuple[str, ...]:
        """The column, alone."""
        return (self.column,)


Factor: TypeAlias = Number | Category


@dataclass(frozen=True, slots=True)
class Term:
    """A factor, or several that interact."""

    factors: tuple[Factor, ...]

    @property
    def name(self) -> str:
        """How results call it."""
        return ":".join(factor.name for factor in self.factors)

    @property
    def text(self) -> str:
        """As in the formula."""
        return ":".join(factor.text for factor in self.factors)


@dataclass(frozen=True, slots=True)
class Formula:
    """The terms of a formula; the intercept is always there and is not among them."""

    text: str
    terms: tuple[Term, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column read, each once."""
        return tuple(dict.fromkeys(column for term in self.terms for f in term.factors for column in f.columns))


def parse(formula: str) -> Formula:
    """Read the right-hand side of a model.

    Parameters
    ----------
    formula : str
        As `education + C(region) + experience + I(experience**2)`.

    Returns
    -------
    Formula
        Its terms in order, simple ones before interactions.

    Raises
    ------
    FormulaError
        If it cannot be read, has no term or no intercept, or holds what would have to be run.
    MissingPackageError
        If formulaic is not installed.
    """
    if not isinstance(formula, str):
        raise FormulaError(str(formula), "it is no text", ALLOWED)
    text = formula.strip()
    if "~" in text:
        raise FormulaError(formula, "it has a ~", "The outcome is a parameter of its own; write the terms alone.")
    for power in re.findall(r"\)\s*(?:\*\*|\^)\s*(\d+)", text):
        if int(power) > HIGHEST_POWER:
            raise FormulaError(formula, f"interactions go up to order {HIGHEST_POWER}, not {power}")
    found = [[(f.expr, f.eval_method.name) for f in term.factors] for term in _parsed(text)]
    if len(found) > MOST_TERMS:
        raise FormulaError(formula, f"it has {len(found)} terms; {MOST_TERMS} are the most")
    if [("1", "LITERAL")] not in found:
        raise FormulaError(
            formula, "it leaves the intercept out", "Without it the parts do not add up to the gap; drop the 0 or - 1."
        )
    terms = tuple(Term(tuple(_factor(text, *factor) for factor in t)) for t in found if t != [("1", "LITERAL")])
    if not terms:
        raise FormulaError(formula, "it has no term", ALLOWED)
    return Formula(text, tuple(sorted(terms, key=lambda term: len(term.factors))))


def _parsed(text: str) -> list[Any]:
    try:
        from formulaic.errors import FormulaicError
        from formulaic.parser import DefaultFormulaParser
    except ImportError:
        raise MissingPackageError("formulaic", "estimation", "a formula") from None
    try:
        return list(DefaultFormulaParser(feature_flags=set()).get_terms(text))
    except (FormulaicError, SyntaxError, ValueError, RecursionError) as error:
        said = re.sub(r"\x1b\[[0-9;]*m|⧛|⧚", "", str(error)).split("\n")[0].rstrip(". ")
        raise FormulaError(text, f"it cannot be read: {said}", ALLOWED) from None


def _factor(formula: str, text: str, method: str) -> Factor:
    if method == "LITERAL":
        raise FormulaError(formula, f"the number {text} scales a term", "A decomposition does not depend on scale.")
    if method == "LOOKUP":
        return Number(text, ast.Name(text))
    # Names that are no words of Python stand in backticks.
    quoted: dict[str, str] = {}

    def stand_in(name: re.Match[str]) -> str:
        return quoted.setdefault(name[1], f"quoted_{len(quoted)}_")

    try:
        tree = ast.parse(re.sub(r"`([^`]+)`", stand_in, text), mode="eval").body
    except (SyntaxError, ValueError):
        raise FormulaError(formula, f"{text!r} cannot be read", ALLOWED) from None
    back = {alias: name for name, alias in quoted.items()}
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "C":
        return _category(formula, text, tree, back)
    return Number(text, _plain(formula, text, tree, back))


def _category(formula: str, text: str, call: ast.Call, back: Mapping[str, str]) -> Category:
    column = _dotted(call.args[0]) if call.args else None
    if column is None or len(call.args) + len(call.keywords) > 2:
        raise FormulaError(formula, f"{text!r} names no column of categories", ALLOWED)
    column = back.get(column, column)
    rest = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "contrasts")]
    if len(call.args) + len(call.keywords) == 1:
        return Category(text, column)
    match rest:
        case [ast.Call(func=func, args=[ast.Constant(value=base)], keywords=[])]:
            named = True
        case [ast.Call(func=func, args=[], keywords=[ast.keyword(arg="base" | "reference", value=ast.Constant(base))])]:
            named = True
        case _:
            func, base, named = call, None, False
    if not named or _dotted(func) not in ("contr.treatment", "Treatment") or isinstance(base, bool | bytes | None):
        raise FormulaError(formula, f"{text!r} asks for contrasts that are not known here", ALLOWED)
    return Category(text, column, str(base))


def _plain(formula: str, text: str, tree: ast.AST, back: Mapping[str, str]) -> ast.expr:
    """Hand on a tree of columns, numbers, arithmetic and known functions; refuse any other."""
    if (name := _dotted(tree)) is not None:
        return ast.Name(back.get(name, name))
    match tree:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return ast.Constant(float(value))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=inner):
            return ast.UnaryOp(op, _plain(formula, text, inner, back))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return ast.BinOp(_plain(formula, text, left, back), op, _plain(formula, text, right, back))
        case ast.Call(func=ast.Name(id=word), args=[inner], keywords=[]) if word in FUNCTIONS:
            return ast.Call(ast.Name(word), [_plain(formula, text, inner, back)], [])
        case ast.Call(func=func):
            called = _dotted(func) or "what is called"
            near = hint(called.rpartition(".")[2], [*FUNCTIONS, "C"])
            raise FormulaError(
                formula, f"{text!r} calls {called!r}, and a formula runs no program", f"{near} {ALLOWED}".strip()
            )
    raise FormulaError(formula, f"{text!r} is no plain arithmetic of columns", ALLOWED)


def _dotted(tree: ast.AST | None) -> str | None:
    """Read a name; R's columns have dots in theirs."""
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Attribute) and (before := _dotted(tree.value)) is not None:
        return f"{before}.{tree.attr}"
    return None


def _columns(tree: ast.expr) -> Iterator[str]:
    match tree:
        case ast.Name(id=name):
            yield name
        case ast.UnaryOp(operand=inner) | ast.Call(args=[inner]):
            yield from _columns(inner)
        case ast.BinOp(left=left, right=right):
            yield from _columns(left)
            yield from _columns(right)


def _reckoned(tree: ast.expr, values: Mapping[str, Array], where: Callable[[int], str]) -> Array:
    match tree:
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=op, operand=inner):
            made = _reckoned(inner, values, where)
            return -made if isinstance(op, ast.USub) else made
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _reckoned(left, values, where), _reckoned(right, values, where)
            return np.asarray(OPERATORS[type(op)](one, other), float)
        case ast.Call(func=ast.Name(id=word), args=[inner]):
            made = _reckoned(inner, values, where)
            if word in LEAST and (low := np.flatnonzero(made <= LEAST[word])).size:
                told = f"has no {word}: rows with it are to be left out or the term changed"
                raise OutsideRangeError("workers", _text(inner), float(made[low[0]]), where(int(low[0])), told)
            return np.asarray(FUNCTIONS[word](made), float)
    rows = len(next(iter(values.values())))
    return np.full(rows, tree.value if isinstance(tree, ast.Constant) else np.nan, float)


def _text(tree: ast.expr) -> str:
    return tree.id if isinstance(tree, ast.Name) else ast.unparse(tree)
