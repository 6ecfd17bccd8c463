"""Intervals of withheld sums, as whoever has the released tables reckons them, beside the sums themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from industria.release._attacked import no_ends
from industria.release._digits import outward
from industria.release._judged import Judged
from industria.release._keyed import codes_of
from industria.release._narrowest import columns_of
from industria.release._protected import Protected
from industria.release._reader import lines
from industria.release._relations import Relations
from industria.release.policy import Policy

__all__ = ["with_intervals"]

Ends = tuple[float, float]


def with_intervals(
    judged: Mapping[str, Judged], several: Sequence[Protected], systems: Sequence[Relations], policy: Policy
) -> dict[str, Judged]:
    """Show the interval of each withheld sum that an outsider reckons anyway, rounded outward.

    What the site found in its records, as that two cells are of the same units, may narrow its own attack, and is in
    none of these ends. Where only witnesses tell of an interval there is none: it would tell the value.

    Parameters
    ----------
    judged : mapping of str to Judged
        What leaves of each step.
    several, systems : sequence of Protected, sequence of Relations
        The cells, as they were protected and as a reader knows them.
    policy : Policy
        How numbers are cut.
    """
    shown: dict[str, dict[str, dict[tuple[str, ...], Ends]]] = {}
    for one, system in zip(several, systems, strict=True):
        if one.altered is not None or no_ends(one.reached):
            continue
        found = lines(system, columns_of(one, [system], judged, policy))
        ends = {(line.step, line.place): (line.low, line.high) for line in found}
        for of in system.shown:
            if of.release is None and of.kind == "sum":
                places = {key: ends[of.step, of.place(key)] for key in of.cells if (of.step, of.place(key)) in ends}
                shown.setdefault(of.step, {})[of.column] = places
    by = {(of.step, of.column): of.by for system in systems for of in system.shown if of.release is None}
    return {
        step: replace(one, table=_beside(one.table, step, shown.get(step, {}), by, policy))
        for step, one in judged.items()
    }


def _beside(
    table: pa.Table,
    step: str,
    shown: Mapping[str, Mapping[tuple[str, ...], Ends]],
    by: Mapping[tuple[str, str], tuple[str, ...]],
    policy: Policy,
) -> pa.Table:
    """Put the ends last, under the name of the column where there are several."""
    for column, ends in shown.items():
        keys = codes_of(table, by[step, column])
        low, high = (np.array([ends.get(key, (np.nan, np.nan))[end] for key in keys], float) for end in (0, 1))
        before = f"{column}_" if len(shown) > 1 else ""
        for name, values in zip(("low", "high"), outward(low, high, policy.digits), strict=True):
            told = pa.array(np.where(np.isfinite(values), values, np.nan), from_pandas=True)
            table = table.append_column(f"{before}{name}", told)
    return table
