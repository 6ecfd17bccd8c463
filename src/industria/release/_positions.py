"""Percentiles of several tables, of this release and of earlier ones, whose units are all but a few the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._fits import USED, digests, name_of_fit, straight
from industria.release._given import GAP
from industria.release._judged import STATUS, Judged
from industria.release._leaving import Leaving
from industria.release._ledger import SCHEMA
from industria.release.policy import Policy

__all__ = ["Ranked", "pages_of", "positions_of", "tells_ranked", "with_positions"]

UNIT: Final = "ranked_unit"
POSITION: Final = "position"
SAME: Final = 1e-9
"""Part of a value by which two may differ in the last bits."""
SOME: Final = 3
"""Units that must have the same value in two groups, before these can be told to be of one variable."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A group of which percentiles are told.

    Attributes
    ----------
    step : str
        Where they stand.
    key : tuple of str
        The codes of the group.
    unit : dict of str to (float, float, str)
        By digest: its rows, the sum of its values, and the digest of its owner.
    told : tuple of float
        The percentiles that leave.
    window : int
        Neighbors that each is the mean of.
    """

    step: str
    key: tuple[str, ...]
    unit: dict[str, tuple[float, float, str]]
    told: tuple[float, ...]
    window: int


def tells_ranked(step: Leaving) -> bool:
    """Tell whether a step lists the units that its percentiles rank."""
    return USED in step.tables and UNIT in step.tables[USED].column_names


def with_positions(
    steps: Sequence[Leaving], found: Mapping[str, Judged], before: Sequence[Ranked], policy: Policy, salt: bytes
) -> tuple[dict[str, Judged], list[Ranked]]:
    """Withhold the percentiles of a group where another one of nearly the same units left before, or leaves.

    What few units move percentiles by tells their values: of two populations that differ by fewer units than must
    stand between percentiles, the later one gives way. So do further percentiles of the same units that lie too close
    to those of another table, or are the mean of more or fewer neighbors.

    Parameters
    ----------
    steps : sequence of Leaving
        In order; those that do not list units are left as they are.
    found : mapping of str to Judged
        What leaves of each by itself.
    before : sequence of Ranked
        Of earlier releases.
    policy : Policy
        How many units must stand between percentiles.
    salt : bytes
        Of digests.

    Returns
    -------
    dict of str to Judged
        The same, with fewer percentiles.
    list of Ranked
        Groups of which some leave.
    """
    judged, beside = dict(found), list(before)
    for step in (step for step in steps if step.kind == "percentiles" and tells_ranked(step)):
        gone: dict[tuple[str, ...], str] = {}
        here = []
        for one in _groups(step, judged[step.name].table, salt):
            other = next((of for of in beside if _too_close(one, of, policy)), None)
            if other is None:
                here.append(one)
            else:
                gone[one.key] = other.step
        judged[step.name] = _without(step, judged[step.name], gone)
        beside += here
    return judged, beside[len(before) :]


def _by(step: Leaving) -> list[str]:
    names = step.tables[USED].column_names
    return list(names[: names.index(UNIT)])


def _keys(rows: pa.Table, by: Sequence[str]) -> list[tuple[str, ...]]:
    texts = [pc.fill_null(rows[name].cast(pa.string()), GAP).to_pylist() for name in by]
    return list(zip(*texts, strict=True)) if by else [()] * rows.num_rows


def _groups(step: Leaving, table: pa.Table, salt: bytes) -> Iterator[Ranked]:
    """List the groups of which a percentile leaves, with who is ranked in each."""
    told: dict[tuple[str, ...], list[float]] = {}
    for key, row in zip(_keys(table, _by(step)), table.to_pylist(), strict=True):
        if row["value"] is not None:
            told.setdefault(key, []).append(row["percentile"])
    if not told:
        return
    used = step.tables[USED]
    who, owner = (digests(used[name].to_pylist(), salt) for name in (UNIT, "ranked_owner"))
    rows, value = (used[name].cast(pa.float64(), safe=False).to_pylist() for name in ("ranked_rows", "ranked_value"))
    units: dict[tuple[str, ...], dict[str, tuple[float, float, str]]] = {}
    for i, key in enumerate(_keys(used, _by(step))):
        units.setdefault(key, {})[who[i]] = rows[i], value[i], owner[i]
    window = int(str(step.facts.get("window") or 1))
    for key, percentiles in told.items():
        yield Ranked(step.name, key, units.get(key, {}), tuple(percentiles), window)


def _too_close(one: Ranked, other: Ranked, policy: Policy) -> bool:
    """Tell whether percentiles of two groups, set against each other, tell of few units."""
    least = max(policy.percentile_units, policy.threshold)
    by_owner = policy.threshold_level == "holding"
    if abs(len(one.unit) - len(other.unit)) >= least and not by_owner:
        return False
    common = one.unit.keys() & other.unit.keys()
    if len(common) < SOME:
        return False
    apart = (one.unit.keys() | other.unit.keys()) - common
    a, b = (np.array([of.unit[name][:2] for name in sorted(common)]) for of in (one, other))
    same = (np.abs(a - b) <= SAME * np.maximum(np.abs(a), np.abs(b))).all(axis=1)
    alike = (a[:, 0] == b[:, 0]).all() and straight(a[:, 1], b[:, 1], a[:, 0]) is not None
    if same.sum() < SOME and not alike:
        return False
    if not alike:
        apart |= {name for name, steady in zip(sorted(common), same, strict=True) if not steady}
    if not apart:
        return _between(one, other, least)
    owners = {(one.unit.get(name) or other.unit[name])[2] for name in apart}
    return len(owners if by_owner else apart) < least


def _between(one: Ranked, other: Ranked, least: int) -> bool:
    """Tell whether percentiles of the same units have too few rows between them, or are means of other neighbors."""
    n = sum(rows for rows, _, _ in one.unit.values())
    ranks = [[ceil(p * n * (1 - SAME)) for p in of.told] for of in (one, other)]
    if one.window != other.window:
        return any(abs(a - b) - 1 < least for a in ranks[0] for b in ranks[1])
    return any(0 < abs(a - b) <= least for a in ranks[0] for b in ranks[1])


def _without(step: Leaving, judged: Judged, gone: Mapping[tuple[str, ...], str]) -> Judged:
    """Put null for the percentiles of some groups, and say why."""
    if not gone:
        return judged
    table = judged.table
    mask = pa.array([key in gone for key in _keys(table, _by(step))])
    at = table.column_names.index("value")
    table = table.set_column(
        at, table.schema.field(at), pc.if_else(mask, pa.scalar(None, pa.float64()), table["value"])
    )
    at = table.column_names.index(STATUS)
    table = table.set_column(at, table.schema.field(at), pc.if_else(mask, "withheld", table[STATUS]))
    why = [
        f"value: few units tell it apart from percentiles of step {name!r}, or stand between them"
        for name in dict.fromkeys(gone.values())
    ]
    return replace(judged, table=table, reasons=[*judged.reasons, *why])


def pages_of(release: str, ranked: Sequence[Ranked]) -> Iterator[pa.Table]:
    """Write down who is ranked in each group, for the next release."""
    for one in ranked:
        n = len(one.unit)
        told: dict[str, Any] = {
            "release": [release] * n,
            "kind": [POSITION] * n,
            "step": [one.step] * n,
            "total": [str(one.window)] * n,
            "by": [[repr(p) for p in one.told]] * n,
            "codes": [list(one.key)] * n,
            "who": list(one.unit),
            "owner": [owner for _, _, owner in one.unit.values()],
            "x": [rows for rows, _, _ in one.unit.values()],
            "weighted": [value for _, value, _ in one.unit.values()],
        }
        yield pa.table([pa.array(told.get(f.name, [None] * n), f.type) for f in SCHEMA], schema=SCHEMA)


def positions_of(rows: pa.Table) -> list[Ranked]:
    """Read what `pages_of` wrote."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for row in rows.filter(pc.equal(rows["kind"], POSITION)).to_pylist():
        groups.setdefault((row["release"], row["step"], tuple(row["codes"])), []).append(row)
    return [
        Ranked(
            step=name_of_fit(f"{step} of {release}"),
            key=key,
            unit={row["who"]: (row["x"], row["weighted"], row["owner"]) for row in of},
            told=tuple(float(p) for p in of[0]["by"]),
            window=int(of[0]["total"]),
        )
        for (release, step, key), of in groups.items()
    ]
