"""What a change of occupation must meet, and what to say where it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Rows
from industria.work._pathways import Pairs, RiskClasses, months_of

__all__ = ["Condition", "Judged", "all_of", "judge", "over"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a pair must meet.

    Attributes
    ----------
    met : array, shape (pairs,)
        1 or 0; NaN where it is not known.
    broken : callable
        What to say of a pair that does not meet it.
    unknown : str
        What to say where it is not known.
    """

    met: Array
    broken: Callable[[int], str]
    unknown: str

    def says(self, k: int) -> str | None:
        """Say why a pair does not meet it; None where it does."""
        if np.isnan(self.met[k]):
            return self.unknown
        return None if self.met[k] else self.broken(k)


@dataclass(frozen=True, slots=True)
class Judged:
    """What pairs meet, and all that is asked of them.

    Attributes
    ----------
    viable, highly_viable, desirable, safe : array, shape (pairs,)
        1 or 0; NaN where it is not known.
    months, basis : array and list, of length pairs
        Preparation, and where its months come from.
    conditions : list of Condition
        In the order in which they are told.
    """

    viable: Array
    highly_viable: Array
    desirable: Array
    safe: Array
    months: Array
    basis: list[str | None]
    conditions: list[Condition]

    def why_not(self, k: int) -> str | None:
        """Say all that stands against a pair; None where nothing does."""
        return "; ".join(filter(None, (one.says(k) for one in self.conditions))) or None


def judge(
    jobs: Rows,
    pairs: Pairs,
    classes: RiskClasses,
    openings: Array | None,
    *,
    viable: float,
    highly_viable: float,
    zone_gap: int,
    earnings_ratio: float,
    months: float | None,
) -> Judged:
    """Ask of every pair what `transition_pathways` asks; openings are those of the destination, if told."""
    needed, basis = months_of(jobs, pairs.i, pairs.j)
    reach = [similar(pairs.similarity, viable), near(jobs, pairs, zone_gap)]
    if months is not None:
        reach.append(short(needed, months))
    if openings is not None:
        reach.append(offered(openings))
    pay, risk = paid(jobs, pairs, earnings_ratio), secure(jobs, pairs, classes)
    can = all_of(*(one.met for one in reach))
    return Judged(
        viable=can,
        highly_viable=all_of(can, np.where(pairs.similarity > highly_viable, 1.0, 0.0)),
        desirable=all_of(can, pay.met),
        safe=all_of(can, *(one.met for one in risk)),
        months=needed,
        basis=basis,
        # Where no risk is told at all, none is missed.
        conditions=[*reach, pay, *(risk if classes.told else [])],
    )


def all_of(*conditions: Array) -> Array:
    """Join conditions: 0 where one is broken, else NaN where one is unknown, else 1 (Kleene)."""
    each = np.stack(conditions)
    broken, unknown = (each == 0).any(axis=0), np.isnan(each).any(axis=0)
    return np.where(broken, 0.0, np.where(unknown, np.nan, 1.0))


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
