"""Averages and how many rows they are of, as cells: whoever knows both knows the sum."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.release._fits import USED
from industria.release._given import COUNT, Given
from industria.release._given_beside import NUMBER, different, given_beside, labels_of, named_in, numbers, owned, texts
from industria.release._leaving import Leaving

__all__ = ["COUNTED", "MISSING", "N_OF", "WEIGHT_OF", "averages"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

N_OF: Final = "n of "
WEIGHT_OF: Final = "weight of "
COUNTED, MISSING = "n", "n_missing"


class _Read(NamedTuple):
    """Who stands behind averages: a row a group, column and unit."""

    by: tuple[str, ...]
    codes: list[list[str]]
    column: list[str]
    unit: list[str]
    owner: dict[str, str]
    rows: Array
    missing: Array
    value: Array
    weight: Array


def averages(step: Leaving, *, amounts: bool, sizes: bool) -> list[Given]:
    """Read the numbers of rows of averages and, where amounts may be cells, the sums that they tell.

    Where weights may be sizes, the sums of weights are amounts, too.
    """
    read = _read(step)
    found = []
    for column in dict.fromkeys(read.column):
        own = np.array([name == column for name in read.column], bool)
        found.append(_counted(step, read, column, np.flatnonzero(own)))
        at = np.flatnonzero(own & (read.rows > 0))
        if len(at) and amounts:
            found.append(_added_up(step, read, column, at))
            found += [_weights(step, read, column, at)] if sizes and step.facts.get("weights") else []
    return found


def _counted(step: Leaving, read: _Read, column: str, own: Ids) -> Given:
    """Count the rows that an average is of, and those that are left out: both together are all."""
    kinds = [(COUNTED, read.rows), (MISSING, read.missing)]
    some = [(kind, x, own[x[own] > 0]) for kind, x in kinds]
    at = np.concatenate([of for _, _, of in some])
    number = [kind for kind, _, of in some for _ in of]
    codes = [[of[i] for i in at] for of in read.codes]
    x = np.concatenate([x[of] for _, x, of in some])
    who = named_in(read.unit[i] for i in at)
    leaf = tuple(labels_of(of) for of in [*codes, number])
    # Columns without gaps have one number of units.
    rows = sorted(zip(*codes, number, (read.unit[i] for i in at), x.tolist(), strict=True))
    return given_beside(
        step,
        f"{N_OF}{column}",
        variable=COUNT,
        by=(*read.by, NUMBER),
        labels=different(leaf),
        leaf=leaf,
        who=who,
        owner=owned(who, read.owner),
        has_holdings=bool(read.owner),
        x=x,
        population=hashlib.sha256(repr((read.by, rows)).encode()).hexdigest()[:32],
    )


def _added_up(step: Leaving, read: _Read, column: str, at: Ids) -> Given:
    """Add a column up, of which the table tells the average."""
    leaf = tuple(labels_of(of[i] for i in at) for of in read.codes)
    who = named_in(read.unit[i] for i in at)
    weight = read.weight[at] / read.rows[at]
    return given_beside(
        step,
        column,
        variable=column,
        by=read.by,
        labels=different(leaf),
        leaf=leaf,
        who=who,
        owner=owned(who, read.owner),
        has_holdings=bool(read.owner),
        x=np.divide(read.value[at], weight, out=np.zeros(len(at)), where=weight > 0),
        weighted=read.value[at],
        population=f"of step {step.name}, {column}",
        has_weights=bool(step.facts.get("weights")),
    )


def _weights(step: Leaving, read: _Read, column: str, at: Ids) -> Given:
    """Add up the weights of the rows that an average is of."""
    leaf = tuple(labels_of(of[i] for i in at) for of in read.codes)
    who = named_in(read.unit[i] for i in at)
    return given_beside(
        step,
        f"{WEIGHT_OF}{column}",
        variable=str(step.facts["weights"]),
        by=read.by,
        labels=different(leaf),
        leaf=leaf,
        who=who,
        owner=owned(who, read.owner),
        has_holdings=bool(read.owner),
        x=read.weight[at],
        population=f"of step {step.name}, {column}",
    )


def _read(step: Leaving) -> _Read:
    rows = step.tables[USED]
    names = rows.column_names[: rows.column_names.index("column")]
    unit = texts(rows["used_unit"])
    amounts = (numbers(rows[f"used_{name}"]) for name in ("rows", "missing", "value", "weight"))
    return _Read(
        tuple(str(step.facts["group"]) if name == "used_group" else name for name in names),
        [texts(rows[name]) for name in names],
        texts(rows["column"]),
        unit,
        dict(zip(unit, texts(rows["used_owner"]), strict=True)) if "used_owner" in rows.column_names else {},
        *amounts,
    )
