"""A gap taken apart by means and slopes: estimates, errors and the tables that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.replicate import replicate
from industria.core.table import Table, from_arrays
from industria.kernels import group_covariance
from industria.kernels.group_covariance import Errors
from industria.kernels.oaxaca_blinder import (
    GAP,
    REWEIGHTED,
    THREEFOLD,
    Fit,
    Moments,
    Products,
    Twofold,
    covariance,
    fit,
    moments,
    part,
    twofold,
)
from industria.kernels.t_distribution import t_quantile
from industria.kernels.weighted_statistics import Statistic, influence
from industria.work._design import Design
from industria.work._sides import Reweighting, Side, drawn

__all__ = ["Estimated", "Gap", "Target", "dropped_table", "estimated", "intervals", "part_tables"]

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Target:
    """A statistic whose gap is taken apart, and the bandwidths of its density on each side.

    Attributes
    ----------
    statistic : str
        As `kernels.weighted_statistics` has them.
    levels : tuple of float
        Of a quantile one, of a range lower and upper, else none.
    bandwidths : tuple of float
        Other group, reference, and reference reweighted; quantiles need them.
    name : str, optional
        What tables call it, where that is not the statistic.
    """

    statistic: Statistic
    levels: tuple[float, ...] = ()
    bandwidths: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    name: str | None = None

    @property
    def called(self) -> str:
        """Its name in tables."""
        return self.name or self.statistic


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """A side under weights; its moments serve every outcome."""

    side: Side
    w: Array
    moments: Moments

    def outcome(self, target: Target, g: int) -> Array:
        """Return what is regressed: the outcome, or the influence of each worker on the statistic."""
        y, order = self.side.y, self.side.order
        return influence(target.statistic, target.levels, y, self.w, order, target.bandwidths[g])

    def fit(self, target: Target, g: int) -> Fit:
        """Regress it."""
        return fit(self.moments, self.side.cells, self.w, self.outcome(target, g))


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Two sides, and how their gap is to be taken apart.

    Attributes
    ----------
    other, reference : Side
        Both groups.
    design : Design
        Of the regressions.
    targets : tuple of Target
        Whose gaps.
    weightings : tuple
        threefold, words of the two-fold weightings, or numbers.
    reweighting : Reweighting or None
        Where given, the reference reweighted is a third group, and weightings are of no account.
    """

    other: Side
    reference: Side
    design: Design
    targets: tuple[Target, ...]
    weightings: tuple[str | float, ...]
    reweighting: Reweighting | None = None

    def groups(self, w: tuple[Array, Array]) -> list[_Group]:
        """Weigh every group: the other, the reference and, with reweighting, the reference reweighted."""
        weighed = [(self.other, w[0]), (self.reference, w[1])]
        if self.reweighting is not None:
            weighed.append((self.reference, w[1] * self.reweighting.psi(w, self.other, self.reference)))
        return [_Group(side, weight, moments(side.cells, weight)) for side, weight in weighed]

    def products(self, groups: Sequence[_Group]) -> dict[tuple[str, str], Products]:
        """List every part by weighting and name; the gap itself is the first."""
        if self.reweighting is not None:
            gap = tuple(type(p)((*p.means, 0), (*p.slopes, 0.0)) for p in GAP)
            return {("reference", "gap"): gap, **{("reference", name): p for name, p in REWEIGHTED.items()}}
        made: dict[tuple[str, str], Products] = {}
        for weighting in self.weightings:
            parts: Mapping[str, Products] = (
                THREEFOLD
                if weighting == "threefold"
                else twofold(_known(weighting), groups[0].moments, groups[1].moments)
            )
            word = weighting if isinstance(weighting, str) else f"{weighting:g}"
            made[word, "gap"] = GAP
            made |= {(word, name): products for name, products in parts.items()}
        return made

    def estimates(self, w: tuple[Array, Array]) -> Array:
        """Return every part under given weights: shape (targets, parts, 1 + terms + regressors)."""
        groups = self.groups(w)
        products, E, T = self.products(groups).values(), self.design.E, self.design.T
        fits = [[one.fit(target, g) for g, one in enumerate(groups)] for target in self.targets]
        return np.array([[part(p, E, T, each) for p in products] for each in fits]) @ self.design.gathering.T

    def replicated(self, rng: np.random.Generator) -> Array:
        """Return every part in one replication of the weighted bootstrap."""
        return self.estimates(drawn(rng, self.other, self.reference))

    def errors(self, kind: Errors) -> Array:
        """Return standard errors by the delta method, in the shape of `estimates`."""
        groups = self.groups((self.other.w, self.reference.w))
        return np.array([self._errors(target, groups, kind) for target in self.targets])

    def _errors(self, target: Target, groups: Sequence[_Group], kind: Errors) -> Array:
        fits = [one.fit(target, g) for g, one in enumerate(groups)]
        sides = (self.other, self.reference)
        ys = [one.outcome(target, g) for g, one in enumerate(groups)]
        if self.other.cluster is None or self.reference.cluster is None:
            V = group_covariance.joined(
                [
                    group_covariance.independent_rows(side.cells, side.w, y, one, kind)
                    for side, y, one in zip(sides, ys, fits, strict=True)
                ]
            )
        else:
            clusters = [self.other.cluster, self.reference.cluster]
            rows = [(side.cells, side.w, y, one, g) for side, y, one, g in zip(sides, ys, fits, clusters, strict=True)]
            V = group_covariance.clustered(rows, 1 + max(int(g.max()) for g in clusters))
        G, E, T = self.design.gathering, self.design.E, self.design.T
        made = [G @ covariance(p, E, T, fits, V) @ G.T for p in self.products(groups).values()]
        return np.array([np.sqrt(np.maximum(np.diag(C), 0)) for C in made])


def _known(weighting: str | float) -> Twofold | float:
    return weighting  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """What came out.

    Attributes
    ----------
    keys : list of (str, str)
        Weighting and part, in the order of the second axis.
    estimates, errors : array, shape (targets, parts, 1 + terms + regressors)
        Errors are NaN where none were asked for that exist.
    """

    keys: list[tuple[str, str]]
    estimates: Array
    errors: Array


def estimated(gap: Gap, errors: Errors, replications: int, rng: int) -> Estimated:
    """Estimate every part and its error, by the bootstrap where replications are asked for.

    Parameters
    ----------
    gap : Gap
        What is to be taken apart.
    errors : {"iid", "HC1"}
        Of the delta method; rows of one cluster count together where there are clusters.
    replications : int
        Of the weighted bootstrap; 0 for the delta method, which there is none of with reweighting.
    rng : int
        Seed.

    Returns
    -------
    Estimated
    """
    w = (gap.other.w, gap.reference.w)
    keys = list(gap.products(gap.groups(w)))
    estimates = gap.estimates(w)
    if replications:
        spread = np.array(replicate(gap.replicated, replications, rng=rng)).std(axis=0, ddof=1)
    elif gap.reweighting is None:
        spread = gap.errors(errors)
    else:
        spread = np.full(estimates.shape, np.nan)
    return Estimated(keys, estimates, spread)


def part_tables(gap: Gap, found: Estimated, df: float, confidence: float, n: int) -> tuple[Table, Table]:
    """Write the parts by term, and by regressor.

    Parameters
    ----------
    gap : Gap
        What was taken apart.
    found : Estimated
        Its parts.
    df : float
        Degrees of freedom of the intervals.
    confidence : float
        Of the intervals.
    n : int
        Workers behind the estimates.

    Returns
    -------
    table : Table
        One row a statistic, weighting, part and term; the gap itself has its total alone.
    categories : Table
        One row a regressor.
    """
    terms, shown = gap.design.terms, gap.design.shown
    rows: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    for t, target in enumerate(gap.targets):
        levels = {"level": target.levels[-1] if target.levels else None}
        levels["from_level"] = target.levels[0] if len(target.levels) == 2 else None
        for p, (weighting, name) in enumerate(found.keys):
            about = {"statistic": target.called, **levels, "weighting": weighting, "part": name}
            numbers = [
                {"estimate": float(b), "standard_error": float(se)}
                for b, se in zip(found.estimates[t, p], found.errors[t, p], strict=True)
            ]
            rows.append({**about, "term": "total", **numbers[0]})
            if name == "gap":
                continue
            rows += [{**about, "term": term, **number} for term, number in zip(terms, numbers[1:], strict=False)]
            details += [
                {**about, "term": one.term, "category": one.category, **number}
                for one, number in zip(shown, numbers[1 + len(terms) :], strict=True)
            ]
    return _table(rows, df, confidence, n), _table(details, df, confidence, None)


def _table(rows: Sequence[dict[str, Any]], df: float, confidence: float, n: int | None) -> Table:
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    numbers = ("level", "from_level", "estimate", "standard_error")
    columns |= {name: np.array(columns[name], dtype=float) for name in numbers}
    columns |= intervals(columns["estimate"], columns["standard_error"], df, confidence)
    if n is not None:
        columns |= {"support_df": np.full(len(rows), df), "support_units": np.full(len(rows), n)}
    return from_arrays(columns)


def intervals(estimates: Array, errors: Array, df: float, confidence: float) -> dict[str, Array]:
    """Return low and high: estimate ± t(df) errors."""
    reach = float(t_quantile((1 + confidence) / 2, df)) * errors
    return {"low": estimates - reach, "high": estimates + reach}


def dropped_table(dropped: Sequence[tuple[str, str, int]]) -> Table:
    """List the rows that were left out: column, reason, n."""
    columns, reasons, n = ([entry[i] for entry in dropped] for i in range(3))
    return from_arrays({"column": columns, "reason": reasons, "n": np.array(n, dtype=np.int64)})
