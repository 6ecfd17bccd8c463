"""What may leave of a result that is no table of sums: estimates, percentiles, averages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.core.value import Scalar
from industria.release._beside_judged import Said
from industria.release._classes import class_of, is_label
from industria.release._fits import USED, Fit, fit_of
from industria.release._foreign import STRANGE
from industria.release._judged_columns import Verdict, columns_of_rows, few
from industria.release._leaving import Leaving
from industria.release._regressions import MOMENTS, ROWS, SLOPES, differing, released_moments, saturated
from industria.release.policy import Policy

__all__ = ["OF_UNITS", "STATUS", "Judged", "judged", "judged_together"]

Truth = npt.NDArray[np.bool_]

STATUS: Final = "status"
WITH_REGRESSION: Final = ("inferences",)
"""Further tables that are the regression itself, under other errors."""
OF_ROWS: Final = ("rows", "rows_missing", "rows_singleton")
OF_UNITS: Final = ("n_obs", "n_units", "n_clusters", *OF_ROWS)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What leaves of a step.

    Attributes
    ----------
    table : pyarrow.Table
        Its columns, null where withheld, without support; and `status`, published or withheld.
    facts : dict
        Beside the table; None where withheld.
    tables : dict of str to pyarrow.Table
        Further tables that leave.
    classes : str
        The class of output.
    reasons : list of str
        Why something is withheld, in words without any value.
    """

    table: pa.Table
    facts: dict[str, Scalar]
    tables: dict[str, pa.Table] = field(default_factory=dict)
    classes: str = ""
    reasons: list[str] = field(default_factory=list)


def judged(
    step: Leaving, policy: Policy, *, beside: Sequence[Fit] = (), salt: bytes = b"", said: Said | None = None
) -> Judged:
    """Judge a step of units, percentiles or estimates.

    Rows need the threshold of units, estimates their degrees of freedom, percentiles units between them; a
    regression must not be a table of few units in disguise, nor differ from another by few. Means of amounts,
    which one unit may dominate unseen, leave where their sum is a cell that may, or under a policy that asks for no
    rule of concentration. Under a policy that counts holdings, what does not tell who owns the units does not leave.

    Parameters
    ----------
    step : Leaving
        With its support.
    policy : Policy
        The rules.
    beside : sequence of Fit
        What leaves already, or left before; a regression whose sample differs from one of theirs by few units does not.
    salt : bytes
        Of the digests of names in `beside`.
    said : Said, optional
        What the system of all cells says of numbers of units and sums that the step tells.

    Returns
    -------
    Judged
        Everything null where the whole step is withheld.
    """
    whole = []
    if step.kind == "estimates":
        whole = saturated(step, policy) + differing(fit_of(step, salt), beside, policy)
    if said is not None and said.whole:
        whole.append(said.whole)
    words = tuple(_said(step.parameters))
    labels = [f.name for f in step.table.schema if is_label(f, step.by, words)]
    verdict = columns_of_rows(step, labels, policy, said)
    if whole:
        verdict = Verdict({name: np.ones(step.table.num_rows, bool) for name in verdict.withheld}, [])
    reasons = whole + verdict.reasons
    some = not whole and not all(mask.all() for mask in verdict.withheld.values())
    tables, why = _tables(step, policy, said) if some else ({}, [])
    read = not step.foreign or policy.concentration == "none"
    return Judged(
        table=_rows(step.table, labels, verdict.withheld, policy),
        facts=_facts(step, policy, some, numbers=read and (said is None or said.numbers)),
        tables=tables,
        classes=class_of(step.measure, step.kind),
        reasons=reasons + why,
    )


def judged_together(
    steps: Sequence[Leaving], policy: Policy, *, before: Sequence[Fit] = (), salt: bytes = b""
) -> dict[str, Judged]:
    """Judge steps in their order: of two regressions that few units tell apart, the later one gives way."""
    found: dict[str, Judged] = {}
    beside = list(before)
    for step in steps:
        fit = fit_of(step, salt) if step.kind == "estimates" else None
        found[step.name] = judged(step, policy, beside=beside, salt=salt)
        if fit is not None and "published" in found[step.name].table[STATUS].to_pylist():
            beside.append(fit)
    return found


def _said(parameters: Mapping[str, object]) -> list[str]:
    by = parameters.get("by") or ()
    return [by] if isinstance(by, str) else [str(name) for name in by] if isinstance(by, Sequence) else []


def _rows(rows: pa.Table, labels: Sequence[str], withheld: Mapping[str, Truth], policy: Policy) -> pa.Table:
    """Put null for what is withheld, and say of each row whether anything of it is."""
    columns, fields = [], []
    for one in rows.schema:
        if one.name.startswith(SUPPORT):
            continue
        column = rows[one.name].combine_chunks()
        if one.name in withheld:
            column = pc.if_else(pa.array(withheld[one.name]), pa.scalar(None, one.type), column)
        if policy.digits is not None and pa.types.is_floating(one.type) and one.name not in labels:
            column = pc.round(column, policy.digits)
        columns.append(column)
        fields.append(one)
    gone = np.any([np.zeros(rows.num_rows, bool), *withheld.values()], axis=0)
    status = pa.array(np.where(gone, "withheld", "published").tolist(), pa.string())
    schema = pa.schema([*fields, pa.field(STATUS, pa.string())], rows.schema.metadata)
    return pa.table([*columns, status], schema=schema)


def _facts(step: Leaving, policy: Policy, some: bool, *, numbers: bool) -> dict[str, Scalar]:
    """Keep what was asked for and words; numbers leave with a regression that does, counts if they are not few."""
    few_left_out = any(few(step.facts.get(name), policy) for name in OF_ROWS)
    kept: dict[str, Scalar] = {}
    for name, value in step.facts.items():
        asked = name in step.parameters and step.parameters[name] == value
        if name.startswith(SUPPORT) or name == "population":
            leaves = False
        elif asked or value is None or isinstance(value, bool):
            leaves = True
        elif isinstance(value, str):
            # Words of a withheld result may count what it rests on, and those of a foreign one tell anything.
            leaves = not step.foreign and (some or not any(letter.isdigit() for letter in value))
        else:
            counts = name in OF_UNITS and (few(value, policy) or (few_left_out and name in OF_ROWS))
            leaves = some and numbers and step.kind == "estimates" and not counts
        kept[name] = value if leaves else None
    return kept


def _tables(step: Leaving, policy: Policy, said: Said | None) -> tuple[dict[str, pa.Table], list[str]]:
    """Judge further tables by what they tell of themselves; those that tell nothing stay."""
    kept: dict[str, pa.Table] = {}
    reasons: list[str] = []
    for name, rows in step.tables.items():
        told = any(column.startswith(SUPPORT) for column in rows.column_names)
        if name in (USED, ROWS, SLOPES):
            continue
        if step.foreign and not told:
            reasons.append(f"{name}: {STRANGE}")
            continue
        if said is not None and not said.numbers and (name in WITH_REGRESSION or name == MOMENTS or told):
            reasons.append(f"{name}: it tells how many units there are, which is withheld")
        elif name in WITH_REGRESSION and step.kind == "estimates":
            kept[name] = rows
        elif name == MOMENTS and step.kind == "estimates":
            told_of, why = _moments(step, rows, policy, said)
            kept |= {name: told_of} if told_of.num_rows else {}
            reasons += why
        elif told:
            part = replace(step, table=rows, by=tuple(c for c in rows.column_names if pa.types.is_string(rows[c].type)))
            labels = [f.name for f in rows.schema if is_label(f, part.by, tuple(_said(step.parameters)))]
            verdict = columns_of_rows(part, labels, policy)
            kept[name] = _rows(rows, labels, verdict.withheld, policy)
            reasons += [f"{name}: {why}" for why in verdict.reasons]
        else:
            reasons.append(f"{name}: it does not tell who stands behind its rows")
    return kept, reasons


def _moments(step: Leaving, rows: pa.Table, policy: Policy, said: Said | None) -> tuple[pa.Table, list[str]]:
    """Leave moments where no rule is broken by them, and none of them tells a cell that is withheld."""
    why = "" if said is None else said.moments
    if said is None and not step.facts.get("absorbed") and policy.concentration != "none":
        why = f"{MOMENTS}: nothing is absorbed, and they are sums as those of tables"
    return (rows.slice(0, 0), [why]) if why else released_moments(rows, step.facts, policy)
