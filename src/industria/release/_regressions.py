"""Whether a regression may leave: saturation, small groups, leverage, and differences between samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.release._fits import Fit, nearly_the_same
from industria.release._leaving import Leaving
from industria.release.policy import Policy

__all__ = ["CONTINUOUS", "MOMENTS", "ROWS", "SLOPES", "differing", "released_moments", "saturated"]

LEVERAGE: Final = 0.95
ROUNDING: Final = 1e-9
MOMENTS: Final = "moments"
ROWS: Final = "rows_used"
"""The table of a regression with the rows that its moments are products of, for the site alone."""
SLOPES: Final = "slopes_used"
"""The table with what slopes make of the outcome of each row, for the site alone."""
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
        if step.measure in CONTINUOUS or "mean_treated" in step.table.column_names:
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


def differing(fit: Fit, beside: Sequence[Fit], policy: Policy) -> list[str]:
    """Say which regressions of one outcome have samples, or regressors of two values, that few units tell apart.

    Two fits on nested samples tell the units between them; so do two that overlap but for a few. Where
    units are not told, numbers of units and rows are compared, which sees less.

    Parameters
    ----------
    fit : Fit
        Asked to leave.
    beside : sequence of Fit
        What leaves already, or left before.
    policy : Policy
        The rules.
    """
    return [
        f"its sample, or who has a value of a regressor, and that of step {other.name!r}, of the same outcome, "
        f"differ by fewer than {policy.threshold} {policy.threshold_level}s"
        for other in beside
        if other.name != fit.name and nearly_the_same(fit, other, policy.threshold, policy.threshold_level)
    ]


def _dominated(facts: Mapping[str, object], policy: Policy) -> str:
    """Say why no moment leaves; nothing where all may."""
    if not facts.get("absorbed"):
        # Each of them is a cell of the system of all tables.
        return "" if policy.has_concentration else "the policy says nothing on who may have how much of an amount"
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
    pooled, their clustered errors cannot. All of them stay where so few units make up the outcome that a rule of
    concentration is broken by its squares.
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
