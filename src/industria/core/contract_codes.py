"""Whether codes are of a classification, and of its vintage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import narwhals.stable.v2 as nw

from industria.core.contract_rules import family_of
from industria.core.contract_violation import Violation, distinct, failing, of_table
from industria.core.hierarchy import Hierarchy
from industria.core.table import Table
from industria.errors import UnknownClassificationError

__all__ = ["CodeFit", "CodeLists", "GivenLists", "broken_codes", "fit_of_codes"]


class CodeLists(Protocol):
    """Where the codes of a vintage are listed: files of publishers, or what a caller brings."""

    def names(self) -> Collection[str]:
        """List the vintages that are known, as "SOC 2018"."""

    def codes(self, name: str) -> Collection[str]:
        """List the codes of a vintage, the detailed ones at the least."""

    def at_hand(self, name: str) -> bool:
        """Tell whether the codes can be listed without asking anybody for them."""


class GivenLists:
    """Lists that a caller has in hand."""

    def __init__(self, lists: Mapping[str, Collection[str]]) -> None:
        self._lists = lists

    def names(self) -> Collection[str]:
        """List the vintages that were given."""
        return list(self._lists)

    def codes(self, name: str) -> Collection[str]:
        """List the codes of one."""
        return self._lists[name]

    def at_hand(self, name: str) -> bool:
        """Tell that they are."""
        return name in self._lists


@dataclass(frozen=True, slots=True)
class CodeFit:
    """How well codes go with a vintage.

    Attributes
    ----------
    strangers : mapping of str to int
        Codes that it does not have, with their rows.
    share : float
        Of the rows whose codes it has.
    better : str or None
        Another vintage that fits more rows; None where none does.
    better_share : float
        Of the rows whose codes that one has.
    """

    strangers: Mapping[str, int]
    share: float
    better: str | None
    better_share: float


def fit_of_codes(found: Mapping[str, int], classification: str, lists: CodeLists) -> CodeFit:
    """Hold codes to a classification, and look for a vintage that fits better where it lacks some.

    Parameters
    ----------
    found : mapping of str to int
        Codes with their rows.
    classification : str
        As "SOC 2018", or a hierarchy, which tells the form of its codes alone.
    lists : CodeLists
        Where the codes of vintages are listed.

    Raises
    ------
    UnknownClassificationError
        If nobody lists the vintage.
    """
    family = family_of(classification) or classification
    tree = Hierarchy.of(family)
    if classification not in lists.names() and classification != family:
        raise UnknownClassificationError(classification, [*lists.names(), family])
    known = _known(classification, found, tree, lists)
    strangers = {code: n for code, n in found.items() if code not in known}
    rows = sum(found.values()) or 1
    share = (rows - sum(strangers.values())) / rows
    better, fit = _better(classification, family, found, tree, lists) if strangers else (None, 0.0)
    return CodeFit(strangers, share, better if fit > share else None, fit)


def broken_codes(
    table: Table, column: str, classification: str, shown: Sequence[str], lists: CodeLists
) -> list[Violation]:
    """Tell the rows whose codes the classification does not have.

    A name that is listed is held to its list and to the groups above its codes;
    any other is the name of a hierarchy, and tells the form of its codes alone.

    Raises
    ------
    UnknownClassificationError
        If nobody lists the vintage.
    """
    if table.collect_schema()[column] != nw.String:
        kind = str(table.collect_schema()[column]).lower()
        return of_table(f"{column} has codes of {classification} as text, but holds {kind}")
    fit = fit_of_codes(distinct(table, column), classification, lists)
    if not fit.strangers:
        return []
    first = failing(table.filter(nw.col(column).is_in(list(fit.strangers)[:5])), "", shown, [column])
    told = _form(fit.strangers, Hierarchy.of(family_of(classification) or classification))
    if fit.better is not None:
        told = f" (it is in {_percent(fit.share)} of rows; {fit.better} fits better, with {_percent(fit.better_share)})"
    # The nearest code is no help: codes are near one another in digits, not in meaning.
    rule = f"{column} is a code of {classification}{told}"
    return [Violation(rule, sum(fit.strangers.values()), first[0].rows, first[0].key)]


def _known(name: str, found: Mapping[str, int], tree: Hierarchy, lists: CodeLists) -> set[str]:
    """Tell which of the codes a classification has: listed, or a group above a listed one."""
    if name not in lists.names():
        return {code for code in found if tree.knows(code)}
    listed = tree.descendants(sorted(lists.codes(name)))
    return {code for code in found if tree.canonical(code) in listed}


def _better(
    name: str, family: str, found: Mapping[str, int], tree: Hierarchy, lists: CodeLists
) -> tuple[str | None, float]:
    """Find the other vintage that fits most rows, and their share."""
    rows = sum(found.values())

    def share(codes: Collection[str]) -> float:
        return sum(n for code, n in found.items() if code in codes) / rows

    others = [
        (share(_known(other, found, tree, lists)), other)
        for other in lists.names()
        if other != name and _kin(other, family) and lists.at_hand(other)
    ]
    fit, other = max(others, default=(0.0, None))
    return other, fit


def _kin(name: str, family: str) -> bool:
    """Tell vintages of one classification: those of ISCO have names of their own."""
    return (family_of(name) or name).partition(" ")[0].partition("-")[0] == family.partition(" ")[0].partition("-")[0]


def _form(strangers: Mapping[str, Any], tree: Hierarchy) -> str:
    unformed = [code for code in strangers if not tree.knows(code)]
    return f", whose {tree.form}" if unformed else ""


def _percent(share: float) -> str:
    # Rounded down: only all of the rows are 100 %.
    return f"{int(1000 * share) / 10:g} %"
