"""Whether parts add up to their total: columns in every row, rows in every group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from industria.core.contract_rules import AddsUp, AddsUpRows
from industria.core.contract_violation import Violation, distinct, failing, of_table
from industria.core.table import Table
from industria.errors import hint, listing

__all__ = ["broken_row_sums", "broken_sums"]

NOISE = 1e-9
"""Binary fractions: 0.1 + 0.2 must pass for 0.3 whatever the tolerance, and millions of them for their sum."""


def broken_sums(table: Table, rule: AddsUp, shown: Sequence[str], there: Sequence[str]) -> list[Violation]:
    """Tell the rows in which columns do not add up."""
    if not set(rule.parts) <= set(there):
        return []
    if isinstance(rule.total, str) and rule.total not in there:
        return of_table(f"has a column {rule.total!r} that parts add up to.{hint(rule.total, there)}")
    total = nw.col(rule.total) if isinstance(rule.total, str) else nw.lit(rule.total)
    parts = sum((nw.col(p) for p in rule.parts[1:]), nw.col(rule.parts[0]))
    slack = rule.tolerance + NOISE * (1 + total.abs())
    off = table.with_columns(difference=parts - total).filter(nw.col("difference").abs() > slack)
    return failing(off, f"{' + '.join(rule.parts)} adds up to {rule.total}", shown, [*rule.parts, "difference"])


def broken_row_sums(table: Table, rule: AddsUpRows) -> list[Violation]:
    """Tell the groups whose rows do not add up to the row of their total.

    A group without such a row promises nothing; a table without any breaks the rule.
    """
    labels = list(distinct(table, rule.column))
    wrong = _unlike(rule, labels)
    if wrong:
        return of_table(wrong)
    by = [*rule.by]
    # DuckDB adds whole numbers up to wider ones that are no numbers elsewhere.
    label, value = nw.col(rule.column), nw.col(rule.value).cast(nw.Float64)
    is_total = label == rule.total
    is_part = ~is_total if rule.parts is None else label.is_in(list(rule.parts))
    flat = by or ["_all"]
    # The sum of nothing is 0 on every engine: whether there is a total is counted.
    rows = (table if by else table.with_columns(_all=nw.lit(0))).with_columns(
        _total=nw.when(is_total).then(value),
        _part=nw.when(is_part).then(value),
        _withheld=nw.when(is_part & value.is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    sums = rows.group_by(*flat).agg(
        _totals=nw.col("_total").count().cast(nw.Int64),
        total=nw.col("_total").sum(),
        parts=nw.col("_part").sum(),
        withheld=nw.col("_withheld").sum().cast(nw.Int64),
    )
    sums = sums.filter(nw.col("_totals") > 0).with_columns(difference=nw.col("parts") - nw.col("total"))
    slack = rule.tolerance * nw.col("total").abs() + NOISE * (1 + nw.col("total").abs())
    short = nw.col("difference") < -slack
    # Parts that the table withholds may be worth any sum that is not below zero.
    may_be_short = nw.lit(True) if rule.at_most else nw.col("withheld") > 0
    off = sums.filter((nw.col("difference") > slack) | (short & ~may_be_short))
    return failing(off, _promise(rule), by, ["total", "parts", "difference"])


def _promise(rule: AddsUpRows) -> str:
    parts = f"all other {rule.column}" if rule.parts is None else listing([repr(part) for part in rule.parts], 10)
    within = f" within {', '.join(rule.by)}" if rule.by else ""
    sums = "adds up to at most" if rule.at_most else "adds up to"
    return f"{rule.value} of {parts} {sums} that of {rule.column} {rule.total!r}{within}"


def _unlike(rule: AddsUpRows, labels: Sequence[Any]) -> str | None:
    """Tell a label that the column does not have: a rule on no row would pass for kept."""
    for label in (rule.total, *(rule.parts or ())):
        if labels and not any(type(label) is type(found) for found in labels):
            return f"{rule.column} has {label!r}, but it holds {type(labels[0]).__name__} such as {labels[0]!r}"
    if rule.total in labels and (rule.parts is None or set(rule.parts) & set(labels)):
        return None
    missing = rule.total if rule.total not in labels else (rule.parts or ("",))[0]
    words = [str(label) for label in labels]
    there = f"there is {listing([repr(word) for word in words], 10)}" if words else "it has no value"
    return f"{rule.column} has {missing!r}, but {there}.{hint(str(missing), words)}"
