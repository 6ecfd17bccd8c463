"""Whether a regression may leave: saturation, small groups, leverage, and differences between samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.release._leaving import Leaving
from industria.release.policy import Policy

__all__ = ["CONTINUOUS", "USED", "differing", "released_moments", "saturated"]

LEVERAGE: Final = 0.95
ROUNDING: Final = 1e-9
USED: Final = "units_used"
"""The table of a regression that lists its units and their rows, for the site alone."""
REGRESSIONS: Final = ("evaluation.fixed_effects", "evaluation.normal_equations")
CONTINUOUS: Final = (
    "productivity.convergence",
    "productivity.production_function",
    "productivity.stochastic_frontier",
    "tables.balance",
)
"""Measures whose regressors are amounts, or that compare two groups and count the smaller: none is a table of means."""


def saturated(step: Leaving, policy: Policy) -> list[str]:
    """Say why a regression would be a table of few units in disguise; nothing where it is not.

    Parameters
    ----------
    step : Leaving
        Of estimates; its facts `support_distinct_rows`, `support_rank`, `support_smallest_group` and
        `support_leverage` are read.
    policy : Policy
        The rules.
    """
    told = {name: step.facts.get(f"support_{name}") for name in ("distinct_rows", "rank", "smallest_group", "leverage")}
    if any(value is None for value in told.values()):
        if step.measure in CONTINUOUS:
            return []
        return [f"{step.measure} does not tell whether its model is saturated"]
    found = {name: float(value) for name, value in told.items() if isinstance(value, int | float)}
    why = []
    if found["distinct_rows"] - found["rank"] < 1:
        why.append("the model is saturated: it has as many coefficients as distinct rows, and is a table of means")
    if found["smallest_group"] < policy.threshold:
        why.append(f"a dummy or a common effect splits off fewer than {policy.threshold} {policy.threshold_level}s")
    if found["leverage"] > LEVERAGE:
        why.append("an estimate hangs on one unit, whose leverage is nearly 1")
    return why


def differing(step: Leaving, beside: Sequence[Leaving], policy: Policy) -> list[str]:
    """Say which regressions of one outcome have samples that few units tell apart.

    Two fits on nested samples tell the units between them; so do two that overlap but for a few. Where
    units are not told, numbers of units and rows are compared, which sees less.

    Parameters
    ----------
    step : Leaving
        Of estimates.
    beside : sequence of Leaving
        Estimates that leave already.
    policy : Policy
        The rules.
    """
    why = []
    for other in beside:
        if other.name == step.name or _family(other) != _family(step):
            continue
        apart = _apart(step, other, policy)
        if 0 < apart < policy.threshold:
            why.append(
                f"its sample and that of step {other.name!r}, of the same outcome, "
                f"differ by fewer than {policy.threshold} {policy.threshold_level}s"
            )
    return why


def _family(step: Leaving) -> tuple[str, object]:
    family = "regression" if step.measure in REGRESSIONS else step.measure
    return family, step.facts.get("outcome", step.parameters.get("outcome"))


def _apart(one: Leaving, other: Leaving, policy: Policy) -> int:
    """Count the units, or those who own them, that are in one sample with other rows than in the other."""
    if USED in one.tables and USED in other.tables:
        here, there = (_rows_of_units(step.tables[USED]) for step in (one, other))
        apart = [unit for unit in here.keys() | there.keys() if here.get(unit) != there.get(unit)]
        return len(_owned(apart, one, other) if policy.threshold_level == "holding" else apart)
    units, rows = (abs(_fact(one, name) - _fact(other, name)) for name in ("n_units", "n_obs"))
    return int(units or rows > 0)


def _owned(units: Sequence[str], one: Leaving, other: Leaving) -> set[str]:
    """Name the owners of units; a unit whose owner nobody tells counts for none, which is the safer guess."""
    owner: dict[str, str] = {}
    for step in (other, one):
        used = step.tables[USED]
        if "owner" in used.column_names:
            owner |= dict(zip(used["unit"].to_pylist(), used["owner"].to_pylist(), strict=True))
    return {owner.get(unit, "") for unit in units}


def _rows_of_units(used: pa.Table) -> dict[str, int]:
    return dict(zip(used["unit"].to_pylist(), used["rows"].to_pylist(), strict=True))


def _fact(step: Leaving, name: str) -> float:
    value = step.facts.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _dominated(facts: Mapping[str, object], policy: Policy) -> str:
    """Say why no moment leaves; nothing where all may."""
    if not facts.get("absorbed"):
        return "nothing is absorbed, and they are sums as those of tables; tables.moments tells these by the rules"
    told = [facts.get(f"support_outcome_{which}") for which in ("largest", "second")]
    first, second = (float(part) if isinstance(part, int | float) else 1.0 for part in told)
    limits = {n: k for n, k in policy.dominance if n <= 2}
    broken = [first > limits.get(1, 1.0), first + second > limits.get(2, 1.0)]
    for share in (policy.p, policy.pq and policy.pq[0] / policy.pq[1]):
        broken.append(share is not None and 1.0 - first - second < share * first)
    return "few units make up nearly all of the outcome, and its sums would tell them" if any(broken) else ""


def released_moments(moments: pa.Table, facts: Mapping[str, object], policy: Policy) -> tuple[pa.Table, list[str]]:
    """Leave of moments what tells no sum that a table would withhold, and no unit.

    Sums over clusters stay where they tell fewer clusters than the threshold from the rest: slopes can still be
    pooled, their clustered errors cannot. All of them stay where nothing is absorbed, since they are then the sums of
    tables, and where so few units make up the outcome that a rule of concentration is broken by its squares.
    """
    concealed = "" if policy.concentration == "none" else _dominated(facts, policy)
    if concealed:
        return moments.slice(0, 0), [f"moments: {concealed}"]
    told = facts.get("support_moments_leverage")
    alone = float(told) if isinstance(told, int | float) else 1.0
    # Several clusters may be of one holding, and the sums tell clusters.
    if policy.threshold_level == "holding" and facts.get("cluster") != facts.get("holding"):
        alone = 1.0
    if policy.cluster_sums == "publish" or alone <= 1 / policy.threshold + ROUNDING:
        return moments, []
    over_clusters = pc.or_(
        pc.starts_with(moments["kind"], "cluster_"), pc.equal(moments["row"], "parts_with_cluster_sums")
    )
    of = "clusters" if policy.threshold_level == "unit" else "holdings"
    why = (
        f"moments: sums over clusters may tell fewer than {policy.threshold} {of} from the rest; "
        "slopes can be pooled without them, clustered errors cannot"
    )
    return moments.filter(pc.invert(over_clusters)), [why]
