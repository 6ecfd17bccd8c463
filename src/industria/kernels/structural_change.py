"""Growth of output per worker by industries' own growth and by the move of work between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["METHODS", "Industries", "structural_change"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Industries:
    """The same industries in two periods.

    Attributes
    ----------
    y0, y1 : array, shape (n,)
        Output per worker, at constant prices.
    s0, s1 : array, shape (n,)
        Shares in work.
    p0, p1 : array, shape (n,)
        Price of the industry's output over that of all output; ones where relative prices do not count.
    """

    y0: Array
    y1: Array
    s0: Array
    s1: Array
    p0: Array
    p1: Array

    @property
    def Y0(self) -> float:
        """Output per worker of all, earlier."""
        return float(self.s0 @ self.y0)

    @property
    def Y1(self) -> float:
        """Output per worker of all, later."""
        return float(self.s1 @ self.y1)


def structural_change(method: str, industries: Industries) -> dict[str, Array]:
    """Split the growth rate of output per worker over components and industries.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    industries : Industries
        Outputs, work and prices of both periods.

    Returns
    -------
    dict of str to array, each of shape (n,)
        By component; all of them add up to Y1 / Y0 - 1.
    """
    whole = industries.Y0 or np.nan
    return {component: part / whole for component, part in METHODS[method](industries).items()}


def _mcmillan_rodrik(x: Industries) -> dict[str, Array]:
    return {"within": x.s0 * (x.y1 - x.y0), "reallocation": x.y1 * (x.s1 - x.s0)}


def _csls(x: Industries) -> dict[str, Array]:
    grown, moved = x.y1 - x.y0, x.s1 - x.s0
    return {
        "within": x.s0 * grown,
        "static": (x.y0 - x.Y0) * moved,
        "dynamic": (grown - (x.Y1 - x.Y0)) * moved,
    }


def _trad(x: Industries) -> dict[str, Array]:
    grown, moved = x.y1 - x.y0, x.s1 - x.s0
    return {"within": x.s0 * grown, "static": x.y0 * moved, "dynamic": grown * moved}


def _gead(x: Industries) -> dict[str, Array]:
    r0, r1 = x.p0 * x.s0, x.p1 * x.s1
    grown = x.y1 - x.y0
    return {"within": r0 * grown, "static": x.y0 * (r1 - r0), "dynamic": grown * (r1 - r0)}


METHODS: Final[Mapping[str, Callable[[Industries], dict[str, Array]]]] = {
    "mcmillan_rodrik": _mcmillan_rodrik,
    "csls": _csls,
    "trad": _trad,
    "gead": _gead,
}
