"""Whether employment grew at both ends of the wage ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.errors import ChoiceError, EmptyTableError, NoRowsLeftError, OutsideRangeError, ParameterRangeError

__all__ = ["Polarization", "polarization"]

TERMS: Final = ("constant", "log_wage", "log_wage_squared")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Polarization(Result):
    """Growth of employment along the wage ladder.

    Attributes
    ----------
    table : Table
        One row a bin: `bin, occupations, wage_low, wage_high, employment_base, employment_end, growth, share_change`.
    quadratic : Table
        `term, estimate, standard_error`: log growth on log wage and its square; errors allow for any
        variance by occupation (HC1). Without rows where fewer than four occupations can be used.
    n_occupations, n_vanished, top_coded : int
        Occupations in the bins; those among them without employment in the end, which have no log
        growth; those whose wage is only known to lie above the top code.
    unmatched_share : float
        Employment of the base period, over all of it, in occupations without a wage or without a row in the end.
    unmatched_end_share : float
        The same of the end period.
    lowest_growth_wage : float or None
        Wage at which the quadratic is lowest; None where it has no minimum.
    """

    quadratic: Table
    n_occupations: int
    n_vanished: int
    top_coded: int
    unmatched_share: float
    unmatched_end_share: float
    lowest_growth_wage: float | None


@measure(
    gives={
        "bin": "part of base employment, from the lowest wages on [count]",
        "occupations": "occupations of the bin [count]",
        "wage_low": "lowest wage of the bin [unit of wage]",
        "wage_high": "highest wage of the bin [unit of wage]",
        "employment_base": "employment in the base period [jobs]",
        "employment_end": "employment in the end period [jobs]",
        "growth": "employment in the end over employment in the base, less 1; null without base [fraction]",
        "share_change": "share of all employment in the end, less that in the base [fraction]",
        "term": "constant, log_wage or log_wage_squared [name]",
        "estimate": "coefficient of the term [1]",
        "standard_error": "its standard error [1]",
    },
    cites="Goos & Manning (2007), Lousy and lovely jobs, Review of Economics and Statistics 89(1), 118-133",
    design="descriptive",
)
def polarization(
    employment: TableLike,
    wages: TableLike,
    *,
    base: str | int,
    end: str | int,
    bins: int = 10,
    weight: Literal["employment", "none"] = "employment",
    top_code: float | None = None,
) -> Polarization:
    """Rank occupations by their wage, and compare growth of employment along the ladder.

    An occupation lies where the middle of its employment lies in all employment, ranked by
    wage and then by code. The quadratic is that of ln(end/base) on ln(wage), weighted by employment of
    the base: jobs polarize where its square is above zero and its minimum among the wages.

    Parameters
    ----------
    employment : Table
        `occupation, period, employment`.
    wages : Table
        `occupation, wage` of the base period, such as the median, and `top_coded` (whether the wage
        is only known to lie above the top code) if there.
    base, end : text or whole number
        The two periods, as they stand in the table.
    bins : int
        How many parts, of about the same employment.
    weight : {"employment", "none"}
        Whether an occupation counts by its employment in the base, or as one.
    top_code : float, optional
        Wage that is taken for those above the top code, in the unit of the wages.

    Returns
    -------
    Polarization
        One row a bin; a bin in which no occupation has its middle has no wages and null growth.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing wage leaves the occupation out.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If employment is below zero, a number infinite, or a wage not above zero.
    DuplicateRowError
        If an occupation stands twice in a period, or has two wages.
    ChoiceError
        If a period is not in the table, or the weight is another word.
    EmptyTableError, NoRowsLeftError
        If there are no rows, or no occupation has employment in the base, a wage, and a row in the end.
    ParameterRangeError
        If `bins` is below 2, `end` is the base, or `top_code` not above zero or not said where wages are top-coded.

    Examples
    --------
    >>> import pandas as pd
    >>> employment = pd.DataFrame({
    ...     "occupation": ["aide", "clerk", "smith", "nurse"] * 2,
    ...     "period": [2010] * 4 + [2020] * 4,
    ...     "employment": [25, 25, 25, 25, 30, 20, 24, 36],
    ... })
    >>> wages = pd.DataFrame({"occupation": ["aide", "clerk", "smith", "nurse"], "wage": [21.0, 33.0, 38.0, 70.0]})
    >>> found = polarization(employment, wages, base=2010, end=2020, bins=4)
    >>> print(found.to_pandas()[["bin", "wage_low", "growth"]].to_string(index=False))
     bin  wage_low  growth
       1      21.0    0.20
       2      33.0   -0.20
       3      38.0   -0.04
       4      70.0    0.44
    """
    if weight not in ("employment", "none"):
        raise ChoiceError("weight", weight, ["employment", "none"])
    if not (isinstance(bins, int) and bins >= 2):
        raise ParameterRangeError("bins", bins, "a whole number of 2 or more")
    if top_code is not None and not 0 < top_code < np.inf:
        raise ParameterRangeError("top_code", top_code, "a wage above 0")
    if str(base) == str(end):
        raise ParameterRangeError("end", end, f"another period than base={base!r}")
    before, after = _periods(employment, str(base), str(end))
    wage, coded = _wages(wages, top_code)
    both = sorted(before.keys() & after.keys() & wage.keys(), key=lambda code: (wage[code], code))
    e0, e1, w = (np.array([of[code] for code in both], float) for of in (before, after, wage))
    counts = e0 > 0
    if not counts.any():
        raise NoRowsLeftError("employment", len(before), ["no occupation has a wage, employment and a row in the end"])
    told = [code for code, one in zip(both, counts, strict=True) if one]
    e0, e1, w = e0[counts], e1[counts], w[counts]
    each = e0 if weight == "employment" else np.ones(len(e0))
    quadratic, lowest = _quadratic(e0, e1, w, each)
    return Polarization(
        table=_bins(e0, e1, w, each, bins),
        quadratic=quadratic,
        n_occupations=len(told),
        n_vanished=int((e1 == 0).sum()),
        top_coded=len({*told} & coded),
        unmatched_share=_unmatched(before, told),
        unmatched_end_share=_unmatched(after, told),
        lowest_growth_wage=lowest,
    )


def _periods(employment: TableLike, base: str, end: str) -> tuple[dict[str, float], dict[str, float]]:
    table = as_table(employment, "employment", "occupation", "period", "employment")
    fields = (Field("period"), Field("occupation"), Field("employment", "amount"))
    text = table.with_columns(nw.col("period").cast(nw.String))
    rows = read(text, "employment", *fields, key=("period", "occupation"))
    if not rows.n:
        raise EmptyTableError("employment")
    told: dict[str, dict[str, float]] = {}
    for period, occupation, jobs in zip(*(rows[field.name] for field in fields), strict=True):
        told.setdefault(period, {})[occupation] = float(jobs)
    for name, period in (("base", base), ("end", end)):
        if period not in told:
            raise ChoiceError(name, period, list(told))
    return told[base], told[end]


def _wages(wages: TableLike, top_code: float | None) -> tuple[dict[str, float], set[str]]:
    fields = (Field("occupation"), Field("wage", "number", None), Field("top_coded", "truth", False))
    rows: Rows = read(wages, "wages", *fields, key=("occupation",))
    coded = {code for code, above in zip(rows["occupation"], rows["top_coded"], strict=True) if above}
    if coded and top_code is None:
        allowed = f"the wage above which wages are not told: {len(coded)} of them are, first that of {min(coded)!r}"
        raise ParameterRangeError("top_code", top_code, allowed)
    wage = dict(zip(rows["occupation"], rows["wage"].tolist(), strict=True)) | dict.fromkeys(coded, top_code)
    told = {code: float(value) for code, value in wage.items() if value is not None and not np.isnan(value)}
    if low := [code for code, value in told.items() if value <= 0]:
        raise OutsideRangeError("wages", "wage", told[low[0]], f"occupation = {low[0]!r}", "is above 0")
    return told, coded


def _bins(e0: Array, e1: Array, w: Array, each: Array, bins: int) -> Table:
    middle = (np.cumsum(each) - each / 2) / each.sum()
    # A middle that is the edge of a bin but for rounding begins the next.
    place = np.minimum(np.floor(middle * bins + 1e-9).astype(np.int64), bins - 1)
    base, end = (np.bincount(place, of, bins) for of in (e0, e1))
    low, high = np.full(bins, np.inf), np.full(bins, -np.inf)
    np.minimum.at(low, place, w)
    np.maximum.at(high, place, w)
    filled = base > 0
    return from_arrays(
        {
            "bin": np.arange(1, bins + 1),
            "occupations": np.bincount(place, minlength=bins),
            "wage_low": np.where(filled, low, np.nan),
            "wage_high": np.where(filled, high, np.nan),
            "employment_base": base,
            "employment_end": end,
            "growth": np.divide(end, base, out=np.full(bins, np.nan), where=filled) - 1,
            "share_change": end / max(end.sum(), np.finfo(float).tiny) - base / base.sum(),
        }
    )


def _quadratic(e0: Array, e1: Array, w: Array, each: Array) -> tuple[Table, float | None]:
    there = e1 > 0
    # A constant moved to the middle of log wages keeps the square and its base apart.
    x, y, h = np.log(w[there]), np.log(e1[there]) - np.log(e0[there]), each[there]
    if len(x) <= len(TERMS) or len(np.unique(x)) < len(TERMS):
        empty: npt.NDArray[Any] = np.zeros(0)
        return from_arrays({"term": np.zeros(0, "U1"), "estimate": empty, "standard_error": empty}), None
    center = h @ x / h.sum()
    Z = np.column_stack([np.ones(len(x)), x - center, (x - center) ** 2])
    back = np.array([[1.0, -center, center**2], [0.0, 1.0, -2 * center], [0.0, 0.0, 1.0]])
    inverse = np.linalg.inv(Z.T @ (Z * h[:, None]))
    b = inverse @ (Z.T @ (h * y))
    scores = Z * (h * (y - Z @ b))[:, None]
    V = inverse @ (scores.T @ scores) @ inverse * len(x) / (len(x) - len(TERMS))
    estimate = back @ b
    # An exact fit has no error, of which rounding may take a breath more.
    error = np.sqrt(np.maximum(np.diagonal(back @ V @ back.T), 0))
    lowest = float(np.exp(center - b[1] / (2 * b[2]))) if b[2] > 0 else None
    return from_arrays({"term": TERMS, "estimate": estimate, "standard_error": error}), lowest


def _unmatched(of: dict[str, float], told: list[str]) -> float:
    total = sum(of.values())
    return 1 - sum(of[code] for code in told) / total if total > 0 else 0.0
