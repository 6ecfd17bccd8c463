"""Statistics whose gaps are taken apart by influence functions: their levels, densities and values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np

from industria.core.table import Table, from_arrays
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError
from industria.kernels.weighted_statistics import bandwidth as rule_of_thumb
from industria.kernels.weighted_statistics import quantile
from industria.kernels.weighted_statistics import statistic as value_of
from industria.work._compared import Compared
from industria.work._gap import Target
from industria.work._options import levels_of
from industria.work._workers import NAME, Workers, refuse_gini

__all__ = [
    "Asked",
    "Samples",
    "levels_asked",
    "refuse_bandwidth",
    "refuse_custom",
    "refuse_flat",
    "samples_of",
    "targets_of",
    "values_table",
]

Asked = Literal["mean", "variance", "gini", "quantile", "interquantile_range", "interquantile_ratio", "custom"]
LEVELS: Final = {"interquantile_range": 2, "interquantile_ratio": 2}
SAMPLES: Final = ("other", "reference", "counterfactual")
Samples: TypeAlias = Sequence[tuple[Any, Any, Any]]
"""Outcome, weights and order of each sample."""


def refuse_custom(statistic: str, influence: str | None, reweighting: str | None) -> None:
    """Refuse influence values without the statistic that they are of, and the reverse.

    Raises
    ------
    ParameterRangeError
        If one is given without the other, or with reweighting, under which they would be other ones.
    """
    if statistic == "custom" and influence is None:
        raise ParameterRangeError("influence", influence, "a column of influence values for statistic='custom'")
    if statistic != "custom" and influence is not None:
        raise ParameterRangeError("influence", influence, f"nothing for {statistic}, whose influence is reckoned here")
    if influence is not None and reweighting is not None:
        raise ParameterRangeError(
            "reweighting", reweighting, "nothing for statistic='custom': its influence in the reweighted is not known"
        )


def refuse_bandwidth(bandwidth: float | None) -> None:
    """Refuse a bandwidth that is none.

    Raises
    ------
    ParameterRangeError
        If it is not above 0, or infinite.
    """
    if bandwidth is not None and not 0 < bandwidth < np.inf:
        raise ParameterRangeError("bandwidth", bandwidth, "a number above 0, in the unit of the outcome")


def levels_asked(statistic: str, level: float | Sequence[float] | None) -> tuple[tuple[float, ...], ...]:
    """Return the levels of each target.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If the statistic is not known, or the levels are not such as it takes.
    """
    if statistic not in get_args(Asked):
        raise ChoiceError("statistic", statistic, get_args(Asked))
    given = levels_of("level", level)
    if statistic == "quantile":
        if not given:
            raise ParameterRangeError("level", level, "one level or more for quantiles, as 0.5")
        return tuple((one,) for one in given)
    if statistic in LEVELS:
        if len(given) != 2 or not given[0] < given[1]:
            raise ParameterRangeError("level", level, f"a lower and an upper level for {statistic}, as [0.1, 0.9]")
        return (given,)
    if given:
        raise ParameterRangeError("level", level, f"nothing for {statistic}, which has no level")
    return ((),)


def samples_of(at: Compared) -> Samples:
    """List the other group, the reference and, with reweighting, the counterfactual."""
    other, base, again = at.other, at.reference, at.reweighting
    samples = [(other.y, other.w, other.order), (base.y, base.w, base.order)]
    if again is not None:
        samples.append((base.y, base.w * again.psi((other.w, base.w), other, base), base.order))
    return samples


def refuse_flat(
    statistic: str, wanted: Sequence[tuple[float, ...]], outcome: str, workers: Workers, samples: Samples
) -> None:
    """Refuse outcomes of which the statistic has no influence function.

    Raises
    ------
    NegativeValueError, OutsideRangeError
        If a gini meets values below zero or zeros alone, a ratio a quantile of zero, a quantile one value for all.
    """
    where = [f"{workers.group} = {label!r}" for label in (workers.other, workers.reference, workers.reference)]
    if statistic == "gini":
        refuse_gini(workers, outcome)
    for (y, w, order), place in zip(samples, where, strict=False):
        if wanted[0] and y.min() == y.max():
            told = "is one and the same for all, so that quantiles have no density"
            raise OutsideRangeError(NAME, outcome, float(y[0]), place, told)
        if statistic == "interquantile_ratio" and (q := quantile(y, w, order, wanted[0])).min() <= 0:
            told = f"is then the quantile {wanted[0][int(q.argmin())]:g}, and a ratio takes quantiles above 0"
            raise OutsideRangeError(NAME, outcome, float(q.min()), place, told)


def targets_of(
    statistic: Asked, wanted: Sequence[tuple[float, ...]], samples: Samples, bandwidth: float | None
) -> tuple[Target, ...]:
    """Make a target of every level; what is custom is the mean of its influence values."""
    if statistic == "custom":
        return (Target("mean", name=statistic),)
    return tuple(Target(statistic, levels, _bandwidths(levels, samples, bandwidth)) for levels in wanted)


def _bandwidths(levels: tuple[float, ...], samples: Samples, given: float | None) -> tuple[float, float, float]:
    if not levels:
        return np.nan, np.nan, np.nan
    other, reference, *again = (rule_of_thumb(*sample) if given is None else given for sample in samples)
    return other, reference, again[0] if again else np.nan


def values_table(targets: Sequence[Target], samples: Samples) -> Table:
    """Tell the statistic of every sample, and the bandwidth of its density."""
    rows = []
    for target, (name, sample, h) in product(targets, zip(SAMPLES, samples, range(3), strict=False)):
        value = value_of(target.statistic, target.levels, *sample)
        rows.append(
            {
                "statistic": target.called,
                "level": target.levels[-1] if target.levels else np.nan,
                "from_level": target.levels[0] if len(target.levels) == 2 else np.nan,
                "sample": name,
                "value": value,
                "bandwidth": target.bandwidths[h],
            }
        )
    words = ("statistic", "sample")
    return from_arrays({c: [r[c] for r in rows] if c in words else np.array([r[c] for r in rows]) for c in rows[0]})
