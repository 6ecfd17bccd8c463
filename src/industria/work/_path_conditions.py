"""What a change of occupation must meet, and what to say where it does not."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Rows
from industria.work._pathways import Condition, Pairs, RiskClasses

__all__ = ["near", "offered", "over", "paid", "secure", "short", "similar"]


def similar(alike: Array, viable: float) -> Condition:
    """Ask for a similarity above a bound."""

    def broken(k: int) -> str:
        return f"similarity {alike[k]:.2f} is not above {viable:.2f}"

    return Condition(np.where(alike > viable, 1.0, 0.0), broken, "")


def near(jobs: Rows, pairs: Pairs, zone_gap: int) -> Condition:
    """Ask for Job Zones that are no further apart."""
    zone = jobs["job_zone"]
    step = zone[pairs.j] - zone[pairs.i]

    def broken(k: int) -> str:
        return (
            f"Job Zone {zone[pairs.j[k]]:.0f} is {abs(step[k]):.0f} {'above' if step[k] > 0 else 'below'} the origin's"
        )

    return Condition(_holds(np.abs(step) <= zone_gap, step), broken, "a Job Zone is not told")


def short(needed: Array, months: float) -> Condition:
    """Ask for no more months of preparation."""

    def broken(k: int) -> str:
        return f"{ceil(needed[k] * 10) / 10:.1f} months of preparation are more than {months:g}"

    return Condition(_holds(needed <= months, needed), broken, "months of preparation are not told")


def offered(openings: Array) -> Condition:
    """Ask for openings."""
    return Condition(_holds(openings > 0, openings), lambda _: "there are no openings", "openings are not told")


def paid(jobs: Rows, pairs: Pairs, least: float) -> Condition:
    """Ask for a wage of at least a share of the origin's."""
    ratio = over(jobs["wage"][pairs.j], jobs["wage"][pairs.i])

    def broken(k: int) -> str:
        # Rounded down, so that it is less than the bound in print as well.
        return f"it pays {floor(ratio[k] * 1000) / 10:.1f}% of the origin's wage, less than {least:.0%}"

    return Condition(_holds(ratio >= least, ratio), broken, "a wage is not told")


def secure(jobs: Rows, pairs: Pairs, classes: RiskClasses) -> list[Condition]:
    """Ask for less automation risk, more bottlenecks, and another class than High."""
    i, j = pairs.i, pairs.j
    risk, prevalence = jobs["risk"], jobs["prevalence"]
    high = np.array([np.nan if one is None else 1.0 * (one != "High") for one in classes.classes])

    def riskier(k: int) -> str:
        return f"its automation risk, {risk[j[k]]:.2f}, is not below {risk[i[k]]:.2f}"

    def looser(k: int) -> str:
        return f"its share of tasks that resist automation, {prevalence[j[k]]:.2f}, is not above {prevalence[i[k]]:.2f}"

    return [
        Condition(_holds(risk[j] < risk[i], risk[j] - risk[i]), riskier, "an automation risk is not told"),
        Condition(
            _holds(prevalence[j] > prevalence[i], prevalence[j] - prevalence[i]),
            looser,
            "a share of tasks that resist automation is not told",
        ),
        Condition(high[j], lambda _: "its automation risk is of the class High", ""),
    ]


def _holds(met: npt.NDArray[np.bool_], of: Array) -> Array:
    return np.where(np.isnan(of), np.nan, np.where(met, 1.0, 0.0))


def over(one: Array, other: Array) -> Array:
    """Divide; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(one, other, out=np.full(len(one), np.nan), where=other > 0))
