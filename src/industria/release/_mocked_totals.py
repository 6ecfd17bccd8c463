"""Rows of totals among drawn rows: one in each group, the sum of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from industria.core.contract import AddsUpRows, Contract

__all__ = ["with_totals"]

Array = npt.NDArray[Any]


def with_totals(cells: Mapping[str, Array], contract: Contract) -> dict[str, Array]:
    """Make one row of each group the sum of its other rows, for each rule on rows that add up.

    The columns that add up to the value within a row, or that it is a part of, are summed with it, so that rows of
    totals keep that rule too.

    Parameters
    ----------
    cells : mapping of str to array, shape (n,)
        Columns.
    contract : Contract
        Whose rules on rows are kept.

    Returns
    -------
    dict of str to array
        With labels and values of totals in place.
    """
    made = {name: values.copy() for name, values in cells.items()}
    for rule in contract.adds_up_rows:
        made[rule.column] = labels = made[rule.column].astype(object)
        parts = rule.parts or tuple(dict.fromkeys(label for label in labels if label not in (rule.total, None)))
        summed = [name for name in _joined(rule.value, contract) if name in made]
        for rows in _groups(made, rule):
            total, others = _total_of(rows, labels, rule, parts)
            labels[total] = rule.total
            # A group has one total; what else was drawn as one is a part.
            again = others[labels[others] == rule.total]
            labels[again] = parts[0] if parts else rule.total
            of = others[[label in parts for label in labels[others]]]
            for name in summed:
                made[name][total] = np.nansum(made[name][of].astype(float))
    return made


def _groups(cells: Mapping[str, Array], rule: AddsUpRows) -> list[Array]:
    """List the rows of each group that has more than one."""
    n = len(cells[rule.value])
    groups: dict[tuple[object, ...], list[int]] = {}
    for i in range(n):
        groups.setdefault(tuple(cells[name][i] for name in rule.by), []).append(i)
    return [np.array(rows) for rows in groups.values() if len(rows) > 1]


def _total_of(rows: Array, labels: Array, rule: AddsUpRows, parts: tuple[str | int, ...]) -> tuple[int, Array]:
    """Choose the row of the total: one that was drawn as such, else one that is no part, else the first."""
    drawn = [i for i in rows if labels[i] == rule.total] or [i for i in rows if labels[i] not in parts]
    total = int((drawn or list(rows))[0])
    return total, rows[rows != total]


def _joined(value: str, contract: Contract) -> list[str]:
    """List the columns that add up with a value within rows, directly or over others."""
    found = [value]
    for name in found:
        for sums in contract.adds_up:
            columns = [*sums.parts, *([sums.total] if isinstance(sums.total, str) else [])]
            found += [column for column in columns if name in columns and column not in found]
    return found
