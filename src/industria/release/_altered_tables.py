"""Tables of cells whose numbers leave rounded, noised or adjusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.errors import ReleaseRefusedError
from industria.release._alternatives import altered
from industria.release._classes import FOREIGN, class_of, is_ours
from industria.release._joint import Joint
from industria.release._judged import Judged
from industria.release._leaving import Leaving
from industria.release._overlaps import several_ways
from industria.release._primary import primary
from industria.release._protected import Protected
from industria.release._tables import Placed
from industria.release._trees_told import trees_told
from industria.release.policy import Policy

__all__ = ["altered_cells", "in_another_shape", "known", "marked", "moved"]

Truth = npt.NDArray[np.bool_]

NO_SUM = "it is reckoned from true sums, and would tell them; reckon it again from what is released"


def in_another_shape(joint: Joint, policy: Policy, key: bytes) -> Protected:
    """Alter the cells of one variable by the method of a policy, and refuse what hides too little.

    Raises
    ------
    ReleaseRefusedError
        If an outsider still comes too close to a sensitive cell, or the method is not for such numbers.
    """
    found = primary(joint.behind, len(joint.x), policy, counts=joint.counts, weighted=joint.has_weights)
    told = altered(joint, found, policy, key=key)
    if told.failed.any():
        raise ReleaseRefusedError(
            joint.named(int(np.flatnonzero(told.failed)[0])),
            f'method = "{policy.method}" leaves an outsider too close to it, and to {int(told.failed.sum()) - 1} more; '
            f"take a larger {'noise_deviation' if policy.method == 'perturb' else 'rounding_base'}, or suppress",
        )
    shown = joint.rows > 0
    distance = float(np.abs(told.values - joint.x)[shown].sum())
    return Protected(
        joint=joint,
        found=found,
        withheld=np.zeros(len(joint.x), bool),
        reached=told.reached,
        failed=told.failed,
        cost=distance,
        bound=distance if told.proven else 0.0,
        method=policy.method,
        notes=[*told.notes, *_not_taken_apart(joint)],
        altered=told,
    )


def _not_taken_apart(joint: Joint) -> list[str]:
    """Say that tables of several populations, or maps, are not asked what they tell together of few units."""
    if len(joint.blocks) == 1 and not several_ways(joint, 0):
        return []
    return [f"sums and differences of more than two altered cells of {joint.blocks[0].variable}"]


def _is_amount(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def altered_cells(step: Leaving, places: Sequence[Placed], policy: Policy) -> Judged:
    """Put altered sums in the place of true ones; numbers that are no sums of cells do not leave beside them."""
    by = places[0].by
    new = {one.column: _values(one) for one in places if one.is_there and one.is_sum}
    changed: Truth = np.asarray(np.any([marked(one) for one in places], axis=0))
    columns: dict[str, pa.Array] = {}
    reasons = []
    for field in step.table.schema:
        if field.name.startswith(SUPPORT):
            continue
        column = step.table[field.name].combine_chunks()
        if field.name in new:
            column = pa.array(new[field.name], from_pandas=True).cast(field.type, safe=False)
        elif field.name not in by and _is_amount(field.type):
            column = pa.nulls(len(column), field.type)
            reasons.append(f"{field.name}: {NO_SUM}")
        elif field.name not in by and not is_ours(step.measure):
            column = pa.nulls(len(column), field.type)
            reasons.append(f"{field.name}: {FOREIGN}")
        columns[field.name] = column
    word = "withheld" if not new else "rounded" if policy.method == "round" else "adjusted"
    status = np.where(changed, word, "published").tolist()
    schema = pa.schema(
        [*(step.table.schema.field(name) for name in columns), pa.field("status", pa.string())],
        step.table.schema.metadata,
    )
    table = pa.table([*columns.values(), pa.array(status, pa.string())], schema=schema)
    return Judged(
        table=table.sort_by([(name, "ascending") for name in by]) if by else table,
        facts={
            name: fact if isinstance(fact, str) and name != "population" else None for name, fact in step.facts.items()
        },
        tables=trees_told(step),
        classes="frequencies" if all(one.of.joint.counts for one in places) else class_of(step.measure, "cells"),
        reasons=reasons,
    )


def _values(one: Placed) -> npt.NDArray[np.float64]:
    told = one.of.altered
    return one.take(one.of.joint.x if told is None else told.values)


def marked(one: Placed) -> Truth:
    """Tell which rows of a column leave in another shape than they are."""
    told = one.of.altered
    return np.zeros(len(one.cell), bool) if told is None else (one.cell >= 0) & told.marked[one.cell]


def moved(one: Placed) -> Truth:
    """Tell which rows of a column leave with another number than their own, or may do so; confidential."""
    told = one.of.altered
    return np.zeros(len(one.cell), bool) if told is None else (one.cell >= 0) & told.moved[one.cell]


def known(one: Placed) -> npt.NDArray[np.float64] | None:
    """Tell between which values each number of a column lies that leaves rounded or noised; confidential."""
    told = one.of.altered
    if told is None or told.known is None or not one.is_sum:
        return None
    return np.stack([np.where(one.cell >= 0, ends[one.cell], np.nan) for ends in told.known])
