"""How the indicators of job quality are scaled, and what each framework asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Field, read
from industria.core.table import TableLike
from industria.errors import EmptyTableError, FrameworkError, OutsideRangeError

Framework = Literal["oecd", "eurofound", "custom"]

FRAMEWORKS: Final[Mapping[Framework, tuple[str, ...]]] = {
    "oecd": ("earnings", "security", "environment"),
    "eurofound": (
        "physical_environment",
        "work_intensity",
        "working_time_quality",
        "social_environment",
        "skills_and_discretion",
        "prospects",
        "earnings",
    ),
    "custom": (),
}
SENSES: Final = ("higher", "lower")
SHARES: Final = (1.0, 100.0)


@dataclass(frozen=True, slots=True)
class Scales:
    """Scales of indicators, in the order of dimensions.

    Attributes
    ----------
    indicators : list of str
        Names.
    dimensions : dict of str to list of int
        Which indicators each has, in the order of the framework, else by name.
    low, high : array
        Ends of the scales.
    higher : array of bool
        Whether more is better.
    positive : list of int
        Indicators whose values are above zero.
    """

    indicators: list[str]
    dimensions: dict[str, list[int]]
    low: Array
    high: Array
    higher: npt.NDArray[np.bool_]
    positive: list[int]

    def scaled(self, values: Array, of: Sequence[int]) -> Array:
        """Bring values of some indicators to [0, 1], the better end to 1."""
        share = (values - self.low[of]) / (self.high[of] - self.low[of])
        scaled: Array = np.where(self.higher[of], share, 1 - share)
        return scaled


def read_scales(scales: TableLike, framework: Framework) -> Scales:
    """Read the scales, and check that they are such as the framework takes."""
    fields = (Field("indicator"), Field("dimension"), Field("sense"), Field("low", "number"), Field("high", "number"))
    rows = read(scales, "scales", *fields, key=("indicator",))
    if not rows.n:
        raise EmptyTableError("scales")
    names, low, high = rows["indicator"], rows["low"], rows["high"]
    higher = rows.places("sense", SENSES, "the list of senses") == 0
    known = FRAMEWORKS[framework]
    if known:
        rows.places("dimension", known, f"the framework {framework!r}")
    if (wrong := np.flatnonzero(high <= low)).size:
        i = int(wrong[0])
        raise OutsideRangeError("scales", "high", float(high[i]), f"indicator = {names[i]!r}", "is above low")
    found = [name for name in known or sorted({*rows["dimension"]}) if name in rows["dimension"]]
    dimensions = {name: [i for i, one in enumerate(rows["dimension"]) if one == name] for name in found}
    positive = dimensions.get("earnings", []) if framework == "oecd" else []
    made = Scales(names, dimensions, low, high, higher, positive)
    if framework == "oecd":
        _check_earnings(made, dimensions.get("earnings", []))
        _check_security(made, dimensions.get("security", []))
        _check_environment(made, dimensions.get("environment", []))
    return made


def _check_earnings(scales: Scales, of: Sequence[int]) -> None:
    ends = {(scales.low[i], scales.high[i], scales.higher[i]) for i in of}
    if of and (len(ends) > 1 or not scales.higher[of[0]]):
        raise FrameworkError("oecd", "earnings", "one scale, on which higher is better", _told(scales, of))


def _check_security(scales: Scales, of: Sequence[int]) -> None:
    """Refuse what is no share: only two shares have a product that is one."""
    if of and not (len(of) == 2 and all(scales.low[i] == 0 and scales.high[i] in SHARES for i in of)):
        takes = "a risk of unemployment and an uninsured (or insured) share, from 0 to 1 or 100"
        raise FrameworkError("oecd", "security", takes, _told(scales, of))


def _check_environment(scales: Scales, of: Sequence[int]) -> None:
    """Refuse demands alone, or resources alone: strain compares them."""
    if of and len({bool(scales.higher[i]) for i in of}) < 2:
        takes = "demands, of which lower is better, and resources, of which higher is"
        raise FrameworkError("oecd", "environment", takes, _told(scales, of))


def _told(scales: Scales, of: Sequence[int]) -> list[str]:
    return [
        f"{scales.indicators[i]} ({SENSES[not scales.higher[i]]}, {scales.low[i]:g} to {scales.high[i]:g})" for i in of
    ]
