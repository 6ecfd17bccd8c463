"""Who can do what, as people typed it: all of it comes in, and what is doubtful is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike, as_table
from industria.ecosystems._registry import actors_of, capabilities_of
from industria.ecosystems._same_actor import Pair, likely, merged
from industria.ecosystems._typed import Typed, issue_table
from industria.ecosystems._vocabulary import tree_of
from industria.errors import ChoiceError, ParameterRangeError

__all__ = ["CapabilityRegistry", "capability_registry"]

Duplicates = Literal["report", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CapabilityRegistry(Result):
    """A registry, and what is doubtful in it.

    Attributes
    ----------
    table : Table
        The actors.
    actors : Table
        One row an actor: the columns that came, cleaned, and `naics_vintage`.
    capabilities : Table
        The columns that came, cleaned, of actors that are listed; with a vocabulary, `path` from the root
        of its tree to the code.
    issues : Table
        `table, row, column, value, problem, nearest`: what is doubtful, a row each; rows count from 1.
    duplicates : Table
        `actor, other, name, other_name, similarity`: actors that are probably one, the fuller row first.
    n_actors, n_capabilities, n_issues, n_left_out : int
        Rows of the first three tables, and of actors and capabilities that were left out.
    """

    actors: Table
    capabilities: Table
    issues: Table
    duplicates: Table
    n_actors: int
    n_capabilities: int
    n_issues: int
    n_left_out: int


@measure(
    gives={
        "naics_vintage": "vintages of NAICS that have the code; null where none of 2012, 2017 and 2022 has [name]",
        "path": "codes from the root of the vocabulary to this one [code]",
        "table": "table in which something is doubtful [name]",
        "row": "its row, counted from 1 [count]",
        "column": "its column [name]",
        "value": "what stands there [name]",
        "problem": "why it is doubtful, and what was done [name]",
        "nearest": "what was probably meant, where that can be told [name]",
        "other": "actor that is probably the same [name]",
        "other_name": "its name [name]",
        "similarity": "runs of three letters that both names have, twice, over those of each [fraction]",
    },
    cites="Dice (1945), Measures of the Amount of Ecologic Association Between Species, Ecology 26(3), 297-302",
    design="descriptive",
)
def capability_registry(
    actors: TableLike,
    capabilities: TableLike,
    vocabulary: TableLike | None = None,
    *,
    as_of: str | dt.date | None = None,
    duplicates: Duplicates = "report",
) -> CapabilityRegistry:
    """Read a registry that was typed by hand, and list all that is doubtful in it.

    Nothing is dropped in silence. A word that differs from one of the lists in capitals,
    blanks or dashes alone is put right, and so are a confidence of 80% and the date
    12/31/2021. Any other unknown word stays as it is, with the nearest one beside it in
    `issues`: only a person can tell what was meant. A number or date that cannot be is
    made null, a confidence 0: the capability is unknown. What an actor has twice is told,
    and stays. A row is left out where its actor or code is
    missing, its actor is not listed, its id repeats a fuller row, or it is not valid on
    the day asked; `issues` has it.

    Parameters
    ----------
    actors : Table
        `actor, name, kind`; if there, `naics` (2 to 6 digits), `employment`, `state`, `county`,
        `postal_code`, `latitude`, `longitude`. Further columns are carried along.
    capabilities : Table
        `actor, type, code`; if there, `scale`, `evidence` (inspected, declared, inferred), `confidence`
        (a fraction), `valid_from`, `valid_to`.
    vocabulary : Table, optional
        `type, code, name`, and `parent` within the type. Without it codes are not checked.
    as_of : str or date, optional
        A day, as 2020-04-17, or a time of it: what has expired by then, or is not valid yet, is left out.
    duplicates : {"report", "merge"}
        Whether actors with like names in one place are told, or made one.

    Returns
    -------
    CapabilityRegistry
        Actors by id; capabilities by actor, type and code.

    Raises
    ------
    MissingColumnError
        If a column lacks.
    EmptyTableError
        If there are no actors.
    ColumnTypeError
        If a column holds what is neither text, number nor date.
    ChoiceError, ParameterRangeError
        If `duplicates` is none of its words, or `as_of` no day.

    Examples
    --------
    What leaves no doubt is put right; what a person must tell stays, with what is nearest.

    >>> import pandas as pd
    >>> actors = pd.DataFrame({
    ...     "actor": ["A", "B"],
    ...     "name": ["Bay State Sewing", "Pioneer Molding"],
    ...     "kind": ["Firm", "frim"],
    ...     "employment": ["about 50", "12"],
    ... })
    >>> capabilities = pd.DataFrame({
    ...     "actor": ["A", "C"],
    ...     "type": ["process", "process"],
    ...     "code": ["sewing", "sewing"],
    ...     "confidence": ["80%", "1"],
    ... })
    >>> registry = capability_registry(actors, capabilities)
    >>> print(registry.issues.collect().to_pandas().drop(columns="problem").to_string(index=False, na_rep="-"))
           table  row     column    value nearest
          actors    1 employment about 50      50
          actors    1       kind     Firm    firm
          actors    2       kind     frim    firm
    capabilities    1 confidence      80%     0.8
    capabilities    2      actor        C       -
    >>> print(registry.actors.collect().to_pandas().to_string(index=False))
    actor             name kind  employment
        A Bay State Sewing firm         NaN
        B  Pioneer Molding frim        12.0
    """
    if duplicates not in get_args(Duplicates):
        raise ChoiceError("duplicates", duplicates, get_args(Duplicates))
    day = _day(as_of)
    who = actors_of(actors)
    tree, words = (None, None) if vocabulary is None else tree_of(vocabulary)

    pairs = likely(who)
    same = _pairs(who, pairs, merge=duplicates == "merge")
    became = merged(who, pairs) if duplicates == "merge" else {}
    what = capabilities_of(capabilities, who, became, tree, day)

    issues = [issue for typed in (who, what, words) if typed for issue in typed.issues]
    listed, held = as_table(who.kept("actor"), "actors"), as_table(what.kept("actor", "type", "code"), "capabilities")
    return CapabilityRegistry(
        table=listed,
        actors=listed,
        capabilities=held,
        issues=as_table(issue_table(issues), "issues"),
        duplicates=as_table(same, "duplicates"),
        n_actors=int((~who.leaves).sum()),
        n_capabilities=int((~what.leaves).sum()),
        n_issues=len(issues),
        n_left_out=int(who.leaves.sum() + what.leaves.sum()),
    )


def _day(as_of: str | dt.date | None) -> dt.date | None:
    if as_of is None:
        return None
    try:
        # A time is a date too, but does not compare with one.
        day = as_of if isinstance(as_of, dt.date) else dt.date.fromisoformat(as_of)
        return dt.date(day.year, day.month, day.day)
    except (TypeError, ValueError):
        raise ParameterRangeError("as_of", as_of, "a day as '2020-04-17'") from None


def _pairs(actors: Typed, pairs: list[Pair], *, merge: bool) -> pa.Table:
    """Tell likely duplicates, as a table and among the issues."""
    ids, names = actors.texts("actor"), actors.texts("name")
    done = "; made one with it" if merge else ""
    for kept, other, similarity in pairs:
        alike = f"it is like that of row {kept + 1}, {names[kept]!r}, of the same place"
        actors.tell(other, "name", names[other], f"{alike} (similarity {similarity:.2f}){done}", ids[kept])
    rows = sorted((ids[k] or "", ids[o] or "", names[k] or "", names[o] or "", s) for k, o, s in pairs)
    return pa.table(
        {
            **{name: pa.array([row[i] for row in rows], pa.string())
               for i, name in enumerate(("actor", "other", "name", "other_name"))},
            "similarity": pa.array([row[4] for row in rows], pa.float64()),
        }
    )  # fmt: skip
