"""What all decompositions begin with: two groups of workers, read and laid out on the terms of a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from industria.core.table import TableLike, as_table
from industria.work._design import Design, design_of
from industria.work._formula import Formula, parse
from industria.work._gap import dropped_table
from industria.work._sides import Reweighting, Side, reweighting_of, sides_of
from industria.work._workers import NAME, Label, Workers, read

__all__ = ["Compared", "compared", "facts_of", "read_groups"]


def read_groups(
    workers: TableLike,
    formulas: Sequence[Formula],
    *,
    outcome: str,
    group: str,
    reference: Label,
    weight: str | None,
    cluster: str | None,
    there: Sequence[str] = (),
) -> Workers:
    """Read the columns of formulas, and what else a decomposition needs.

    Parameters
    ----------
    workers : Table
        As the measure was given it.
    formulas : sequence of Formula
        Of regressions and logits.
    outcome, group, weight, cluster : str
        Columns.
    reference : label
        The value of `group` that is the reference.
    there : sequence of str
        Columns that the table must have besides, though they are not read.

    Returns
    -------
    Workers
        With every row that was left out accounted for.

    Raises
    ------
    DataError
        One of the errors that say what is wrong with the table.
    """
    covariates = tuple(dict.fromkeys(column for formula in formulas for column in formula.columns))
    further = [column for column in (weight, cluster) if column is not None]
    table = as_table(workers, NAME, *there, outcome, group, *covariates, *further)
    return read(
        table,
        outcome=outcome,
        group=group,
        reference=reference,
        weight=weight,
        cluster=cluster,
        covariates=covariates,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Two groups, a regression for each of them, and the logit that leads from one to the other.

    Attributes
    ----------
    used : Workers
        As read.
    design : Design
        Of the regressions.
    other, reference : Side
        Both groups.
    reweighting : Reweighting or None
        Where a logit was asked for.
    """

    used: Workers
    design: Design
    other: Side
    reference: Side
    reweighting: Reweighting | None


def compared(
    workers: TableLike,
    *,
    outcome: str,
    group: str,
    reference: Label,
    formula: str,
    normalize: bool,
    reweighting: str | None,
    weight: str | None,
    cluster: str | None,
    there: Sequence[str] = (),
) -> Compared:
    """Read two groups and lay a formula out on both, and that of a logit if there is one.

    Parameters
    ----------
    workers, outcome, group, reference, weight, cluster, there
        As `read_groups` takes them.
    formula, reweighting : str
        Terms of the regressions, and of the logit.
    normalize : bool
        Show slopes of categories as deviations from their mean.

    Returns
    -------
    Compared

    Raises
    ------
    FormulaError, DataError
        If a formula cannot be read, or the table cannot carry it.
    """
    terms = parse(formula)
    logit = None if reweighting is None else parse(reweighting)
    used = read_groups(
        workers,
        [terms] if logit is None else [terms, logit],
        outcome=outcome,
        group=group,
        reference=reference,
        weight=weight,
        cluster=cluster,
        there=there,
    )
    design = design_of(terms, used, normalize=normalize)
    other, base = sides_of(used, design.Q)
    again = None if logit is None else reweighting_of(logit, design_of(logit, used, together=True).Q, used)
    return Compared(used, design, other, base, again)


def facts_of(used: Workers) -> dict[str, Any]:
    """List the facts that every decomposition tells of its workers, and the table of those left out."""
    return {
        "dropped": dropped_table(used.dropped),
        "other": used.other,
        "reference": used.reference,
        "n_other": used.n_other,
        "n_reference": len(used.y) - used.n_other,
        "rows": used.rows,
    }
