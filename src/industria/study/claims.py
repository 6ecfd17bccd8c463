"""Claims: whether what a study says holds, and how firmly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from industria.core.value import Address, Value
from industria.errors import Problem, StudyError, UsageError
from industria.kernels.t_distribution import t_quantile
from industria.study.lines import key_lines, line_of
from industria.study.model import Claim, Study
from industria.study.record import STATUS, WITHHELD, Run
from industria.study.values import estimate_column, row_at

__all__ = ["Status", "judged", "tally"]

Status = Literal["holds", "weak", "fails", "withheld"]
OF_INTERVALS: Final = ("low", "high", "df", "support_df")
"""Columns of which a release takes some away, so that degrees of freedom are not told by the others."""
WORDS: Final = {"holds": "hold", "weak": "weak", "fails": "fail"}


class _UnjudgedError(UsageError):
    """A claim that its value cannot settle."""


def judged(study: Study, run: Run) -> list[dict[str, Any]]:
    """Judge every claim of a study by the results of a run.

    The point outside the bound: fails. The point inside: holds, and where the
    claim has a confidence, only if the two-sided interval of that confidence
    keeps the bound too, and where it asks for the whole range, only if the row's
    `low` and `high` do; else weak. The interval is the row's own `low` and
    `high` where they are of that confidence, else `estimate ±
    t(df) · standard_error` of the same row. A table beside the main one that
    tells no degrees of freedom may hold intervals of another kind, such as those
    of a bootstrap: it serves at its own confidence alone. In a released run, a claim
    that rests on what may not leave is withheld, and so is one whose interval is made of it.

    Returns
    -------
    list of dict
        says, value, status, estimate, low, high, confidence, bound, unit, n, synthetic.

    Raises
    ------
    StudyError
        With every claim that cannot be judged, and its line.
    """
    lines = key_lines(study.text)
    claims, problems = [], []
    for i, claim in enumerate(study.file.claim):
        try:
            claims.append(_of_released(claim, run) if run.released else _judged(claim, run))
        except UsageError as error:
            asks = "whole_range" if claim.whole_range else "confidence"
            key = asks if isinstance(error, _UnjudgedError) else "value"
            problems.append(Problem("study.toml", line_of(lines, ("claim", i, key)), f"claim {i + 1}: {error}"))
    if problems:
        raise StudyError(problems)
    return claims


def tally(claims: Iterable[Mapping[str, Any]]) -> str:
    """Write the line that ends a run: claims: 3 hold, 1 weak, 0 fail; of a release, how many are withheld besides."""
    found = Counter(claim["status"] for claim in claims)
    words = {**WORDS, **({"withheld": "withheld"} if found["withheld"] else {})}
    return f"claims: {', '.join(f'{found[status]} {word}' for status, word in words.items())}"


def _of_released(claim: Claim, run: Run) -> dict[str, Any]:
    """Judge a claim as far as what it rests on was released."""
    value = run.value(claim.value)
    if value.withheld or (claim.confidence is not None and _interval_stayed(value.address, run)):
        return _withheld(claim, value)
    try:
        return _judged(claim, run)
    except _UnjudgedError:
        # At the site it could be judged: what its interval is made of stayed there.
        return _withheld(claim, value)


def _interval_stayed(address: Address, run: Run) -> bool:
    """Tell whether what an interval is made of is withheld: an interval of another distribution is not the study's."""
    if address.table is None and not address.keys and address.column in run.facts(address.step):
        return False
    row = row_at(run, address)
    return row.get(STATUS) == WITHHELD and any(name in row and row[name] is None for name in OF_INTERVALS)


def _judged(claim: Claim, run: Run) -> dict[str, Any]:
    value = run.value(claim.value)
    if isinstance(value.value, bool) or not isinstance(value.value, int | float):
        raise UsageError(f"{value.address} is {value.value!r}; only a number can be held against a bound.")
    point = float(value.value)
    low, high = (value.low, value.high) if claim.confidence is None else _interval(claim.confidence, value, run)
    if claim.whole_range and (low is None or high is None):
        raise _UnjudgedError(
            f"it asks for the whole range, but the row of {value.address} has no low and high around it."
        )
    if not _keeps(claim, point, point):
        status: Status = "fails"
    elif _point_alone(claim) or (low is not None and high is not None and _keeps(claim, low, high)):
        status = "holds"
    else:
        status = "weak"
    return {
        "says": claim.says,
        "value": str(value.address),
        "status": status,
        "estimate": point,
        "low": low,
        "high": high,
        "confidence": value.confidence if claim.confidence is None else claim.confidence,
        "bound": _bound(claim),
        "unit": value.unit,
        "n": value.n,
        "synthetic": value.synthetic,
    }


def _withheld(claim: Claim, value: Value) -> dict[str, Any]:
    """Tell a claim without its evidence; the keys of its address may name who stands behind it."""
    return {
        "says": claim.says,
        "value": f"{value.address.place}.{value.address.column}",
        "status": "withheld",
        **dict.fromkeys(("estimate", "low", "high"), None),
        "confidence": claim.confidence,
        "bound": _bound(claim),
        "unit": value.unit,
        "n": None,
        "synthetic": value.synthetic,
    }


def _point_alone(claim: Claim) -> bool:
    return claim.confidence is None and not claim.whole_range


def _keeps(claim: Claim, low: float, high: float) -> bool:
    if claim.below is not None:
        return high < claim.below
    if claim.above is not None:
        return low > claim.above
    if claim.equals is not None:
        return claim.equals - claim.tolerance <= low and high <= claim.equals + claim.tolerance
    assert claim.between is not None
    return claim.between[0] <= low and high <= claim.between[1]


def _bound(claim: Claim) -> dict[str, Any]:
    words = ("below", "above", "between", "equals", *(("tolerance",) if claim.equals is not None else ()))
    return {word: getattr(claim, word) for word in words if getattr(claim, word) is not None}


def _interval(confidence: float, value: Value, run: Run) -> tuple[float, float]:
    address = value.address
    asks = f"it asks for confidence {confidence:g}, but"
    if address.table is None and not address.keys and address.column in run.facts(address.step):
        raise _UnjudgedError(f"{asks} {address} is a fact without an interval.")
    columns = list(run.columns(address.step, address.table))
    if address.column != estimate_column(columns):
        near = estimate_column(columns)
        meant = f"; the interval of {address.place} is of {near!r}" if near else ""
        raise _UnjudgedError(f"{asks} {address.column!r} has no interval{meant}.")
    own = value.low is not None and value.high is not None
    if own and value.confidence is not None and abs(value.confidence - confidence) <= 1e-9:
        return value.low, value.high  # type: ignore[return-value]
    inference = run.facts(address.step).get("inference")
    if address.table is None and inference not in (None, run.facts(address.step).get("vcov")):
        told = "an unknown confidence" if value.confidence is None else f"{value.confidence:g}"
        raise _UnjudgedError(f"{asks} the interval of {address} comes from {inference}, at {told}.")
    row = row_at(run, address)
    df = _degrees_of_freedom(row, run, address)
    if row.get("standard_error") is not None and (df is not None or address.table is None):
        upper = (1 + confidence) / 2
        reach = float(t_quantile(upper, df)) * row["standard_error"]
        return row[address.column] - reach, row[address.column] + reach
    lacks = "standard error" if row.get("standard_error") is None else "degrees of freedom"
    if not own:
        raise _UnjudgedError(f"{asks} the row of {address} has neither low and high nor a {lacks}.")
    told = "an unknown confidence" if value.confidence is None else f"{value.confidence:g}"
    raise _UnjudgedError(f"{asks} the row of {address} has no {lacks}, and its low and high are of {told}.")


def _degrees_of_freedom(row: Mapping[str, Any], run: Run, address: Address) -> float | None:
    """Return those of the row; a fact of the step speaks of its main table alone."""
    beside = run.facts(address.step).get("df") if address.table is None else None
    found = (df for df in (row.get("df"), row.get("support_df"), beside) if isinstance(df, int | float) and df > 0)
    return next(found, None)
