"""Index numbers of two periods: twenty-one formulas over the items that both have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "FORMULAS",
    "UNWEIGHTED",
    "Array",
    "Formula",
    "Pairs",
    "contributions",
    "index_numbers",
    "logarithmic_mean",
    "over",
]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Formula = Literal[
    "jevons",
    "dutot",
    "carli",
    "harmonic",
    "cswd",
    "laspeyres",
    "paasche",
    "fisher",
    "tornqvist",
    "walsh",
    "marshall_edgeworth",
    "sato_vartia",
    "geometric_laspeyres",
    "geometric_paasche",
    "stuvel",
    "palgrave",
    "drobisch",
    "lowe",
    "young",
    "lloyd_moulton",
    "time_product_dummy",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Items seen in both periods of comparisons.

    Attributes
    ----------
    p0, p1 : array, shape (n,)
        Prices in the earlier and later period, positive. For a quantity index quantities stand here.
    q0, q1 : array, shape (n,)
        Quantities, not negative. For a quantity index prices stand here.
    g : array, shape (n,)
        Comparison that the pair is part of, from 0.
    G : int
        How many comparisons.
    pb, qb : array, shape (n,), optional
        Price and quantity of the period whose weights Lowe and Young take.
    sigma : float
        Elasticity of substitution that Lloyd and Moulton take.
    """

    p0: Array
    p1: Array
    q0: Array
    q1: Array
    g: Codes
    G: int
    pb: Array | None = None
    qb: Array | None = None
    sigma: float = 0.0

    def total(self, x: Array) -> Array:
        """Add up by comparison, shape (G,)."""
        return np.bincount(self.g, x, self.G).astype(np.float64)

    def mean(self, x: Array, w: Array | None = None) -> Array:
        """Average by comparison, shape (G,); NaN where nothing has weight."""
        w = np.ones(len(x)) if w is None else w
        return over(self.total(w * x), self.total(w))

    def share(self, v: Array) -> Array:
        """Divide values by those of their comparison, shape (n,)."""
        return over(v, self.total(v)[self.g])

    @property
    def s0(self) -> Array:
        """Shares in the value of the earlier period."""
        return self.share(self.p0 * self.q0)

    @property
    def s1(self) -> Array:
        """Shares in the value of the later period."""
        return self.share(self.p1 * self.q1)

    @property
    def log(self) -> Array:
        """Log changes of price."""
        return np.log(self.p1 / self.p0)


def over(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Array:
    """Divide; NaN where the divisor is not above zero."""
    out = np.full(np.broadcast(x, y).shape, np.nan)
    return np.asarray(np.divide(x, y, out=out, where=y > 0), np.float64)


def index_numbers(formula: str, pairs: Pairs) -> Array:
    """Compare the later period with the earlier one.

    Parameters
    ----------
    formula : str
        One of `FORMULAS`.
    pairs : Pairs
        Prices and quantities of what both periods have.

    Returns
    -------
    array, shape (G,)
        NaN where nothing is matched, or what is matched has no weight.
    """
    return FORMULAS[formula](pairs)


def contributions(formula: str, pairs: Pairs, index: Array) -> Array:
    """Split an index less 1 over its items.

    Laspeyres: s0 (p1/p0 - 1). Törnqvist: ½ (s0 + s1) ln(p1/p0), times the logarithmic mean of the index and 1.
    Fisher: (q0 + q1/Q)(p1 - p0) over Σ (q0 + q1/Q) p0 with Q its quantity index (van IJzeren; Dumagan 2002).

    Parameters
    ----------
    formula : str
        laspeyres, tornqvist or fisher.
    pairs : Pairs
        As for the index.
    index : array, shape (G,)
        The index itself.

    Returns
    -------
    array, shape (n,)
        They add up to the index less 1.
    """
    if formula == "laspeyres":
        return pairs.s0 * (pairs.p1 / pairs.p0 - 1)
    if formula == "tornqvist":
        mean = (pairs.s0 + pairs.s1) / 2
        return mean * pairs.log * logarithmic_mean(index, np.ones(pairs.G))[pairs.g]
    value = over(pairs.total(pairs.p1 * pairs.q1), pairs.total(pairs.p0 * pairs.q0))
    weight = pairs.q0 + over(pairs.q1, over(value, index)[pairs.g])
    return over(weight * (pairs.p1 - pairs.p0), pairs.total(weight * pairs.p0)[pairs.g])


def logarithmic_mean(a: Array, b: Array) -> Array:
    """Return (a - b) / ln(a/b); a where both are equal, 0 where one of them is."""
    both = (a > 0) & (b > 0)
    x = np.log(np.where(both, a, 1.0) / np.where(both, b, 1.0))
    # (e^x - 1)/x keeps its digits where a and b are near to each other.
    growth = np.divide(np.expm1(x), x, out=np.ones(np.shape(x)), where=x != 0)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, np.where(both, b * growth, 0.0))


def _jevons(x: Pairs) -> Array:
    return np.exp(x.mean(x.log))


def _dutot(x: Pairs) -> Array:
    return over(x.total(x.p1), x.total(x.p0))


def _carli(x: Pairs) -> Array:
    return x.mean(x.p1 / x.p0)


def _harmonic(x: Pairs) -> Array:
    return 1 / x.mean(x.p0 / x.p1)


def _cswd(x: Pairs) -> Array:
    return np.sqrt(_carli(x) * _harmonic(x))


def _laspeyres(x: Pairs) -> Array:
    return over(x.total(x.p1 * x.q0), x.total(x.p0 * x.q0))


def _paasche(x: Pairs) -> Array:
    return over(x.total(x.p1 * x.q1), x.total(x.p0 * x.q1))


def _fisher(x: Pairs) -> Array:
    return np.sqrt(_laspeyres(x) * _paasche(x))


def _drobisch(x: Pairs) -> Array:
    return (_laspeyres(x) + _paasche(x)) / 2


def _tornqvist(x: Pairs) -> Array:
    return np.exp(x.mean(x.log, x.s0 + x.s1))


def _geometric_laspeyres(x: Pairs) -> Array:
    return np.exp(x.mean(x.log, x.s0))


def _geometric_paasche(x: Pairs) -> Array:
    return np.exp(x.mean(x.log, x.s1))


def _walsh(x: Pairs) -> Array:
    q = np.sqrt(x.q0 * x.q1)
    return over(x.total(x.p1 * q), x.total(x.p0 * q))


def _marshall_edgeworth(x: Pairs) -> Array:
    q = x.q0 + x.q1
    return over(x.total(x.p1 * q), x.total(x.p0 * q))


def _sato_vartia(x: Pairs) -> Array:
    return np.exp(x.mean(x.log, logarithmic_mean(x.s0, x.s1)))


def _stuvel(x: Pairs) -> Array:
    v0, v1 = x.total(x.p0 * x.q0), x.total(x.p1 * x.q1)
    half = (_laspeyres(x) - over(x.total(x.p0 * x.q1), v0)) / 2
    return half + np.sqrt(half**2 + over(v1, v0))


def _palgrave(x: Pairs) -> Array:
    return x.mean(x.p1 / x.p0, x.s1)


def _lowe(x: Pairs) -> Array:
    qb = x.q0 if x.qb is None else x.qb
    return over(x.total(x.p1 * qb), x.total(x.p0 * qb))


def _young(x: Pairs) -> Array:
    vb = x.p0 * x.q0 if x.pb is None or x.qb is None else x.pb * x.qb
    return x.mean(x.p1 / x.p0, vb)


def _lloyd_moulton(x: Pairs) -> Array:
    if x.sigma == 1:
        return _geometric_laspeyres(x)
    return np.power(x.mean((x.p1 / x.p0) ** (1 - x.sigma), x.s0), 1 / (1 - x.sigma))


def _time_product_dummy(x: Pairs) -> Array:
    # Weighted least squares with an effect of each item that is seen twice weighs by s0 s1 / (s0 + s1).
    return np.exp(x.mean(x.log, np.nan_to_num(over(x.s0 * x.s1, x.s0 + x.s1))))


UNWEIGHTED: Final = ("jevons", "dutot", "carli", "harmonic", "cswd")
FORMULAS: Final[Mapping[str, Callable[[Pairs], Array]]] = {
    "jevons": _jevons,
    "dutot": _dutot,
    "carli": _carli,
    "harmonic": _harmonic,
    "cswd": _cswd,
    "laspeyres": _laspeyres,
    "paasche": _paasche,
    "fisher": _fisher,
    "tornqvist": _tornqvist,
    "walsh": _walsh,
    "marshall_edgeworth": _marshall_edgeworth,
    "sato_vartia": _sato_vartia,
    "geometric_laspeyres": _geometric_laspeyres,
    "geometric_paasche": _geometric_paasche,
    "stuvel": _stuvel,
    "palgrave": _palgrave,
    "drobisch": _drobisch,
    "lowe": _lowe,
    "young": _young,
    "lloyd_moulton": _lloyd_moulton,
    "time_product_dummy": _time_product_dummy,
}
