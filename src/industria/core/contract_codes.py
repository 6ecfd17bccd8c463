"""Whether codes are of a classification, and of its vintage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import narwhals.stable.v2 as nw

from industria.core.contract_rules import family_of
from industria.core.contract_violation import Violation, distinct, failing, of_table
from industria.core.hierarchy import Hierarchy
from industria.core.table import Table
from industria.errors import UnknownClassificationError

__all__ = ["CodeLists", "GivenLists", "broken_codes"]


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
    family = family_of(classification) or classification
    tree = Hierarchy.of(family)
    if classification not in lists.names() and classification != family:
        raise UnknownClassificationError(classification, [*lists.names(), family])
    found = distinct(table, column)
    known = _known(classification, found, tree, lists)
    strangers = {code: n for code, n in found.items() if code not in known}
    if not strangers:
        return []
    first = failing(table.filter(nw.col(column).is_in(list(strangers)[:5])), "", shown, [column])
    better = _better(classification, family, found, known, tree, lists)
    # The nearest code is no help: codes are near one another in digits, not in meaning.
    rule = f"{column} is a code of {classification}{better or _form(classification, strangers, tree)}"
    return [Violation(rule, sum(strangers.values()), first[0].rows, first[0].key)]


def _known(name: str, found: Mapping[str, int], tree: Hierarchy, lists: CodeLists) -> set[str]:
    """Tell which of the codes a classification has: listed, or a group above a listed one."""
    if name not in lists.names():
        return {code for code in found if tree.knows(code)}
    listed = tree.descendants(sorted(lists.codes(name)))
    return {code for code in found if tree.canonical(code) in listed}


def _better(
    name: str, family: str, found: Mapping[str, int], known: Collection[str], tree: Hierarchy, lists: CodeLists
) -> str:
    """Say which other vintage fits more rows, and how many."""
    rows = sum(found.values())

    def share(codes: Collection[str]) -> float:
        return sum(n for code, n in found.items() if code in codes) / rows

    others = [
        (share(_known(other, found, tree, lists)), other)
        for other in lists.names()
        if other != name and _kin(other, family) and lists.at_hand(other)
    ]
    fit, other = max(others, default=(0.0, ""))
    if fit <= share(known):
        return ""
    return f" (it is in {_percent(share(known))} of rows; {other} fits better, with {_percent(fit)})"


def _kin(name: str, family: str) -> bool:
    """Tell vintages of one classification: those of ISCO have names of their own."""
    return (family_of(name) or name).partition(" ")[0].partition("-")[0] == family.partition(" ")[0].partition("-")[0]


def _form(name: str, strangers: Mapping[str, Any], tree: Hierarchy) -> str:
    unformed = [code for code in strangers if not tree.knows(code)]
    return f", whose {tree.form}" if unformed else ""


def _percent(share: float) -> str:
    # Rounded down: only all of the rows are 100 %.
    return f"{int(1000 * share) / 10:g} %"
