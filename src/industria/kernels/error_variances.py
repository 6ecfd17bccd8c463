"""Error variances by leaving out, summed up to matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from industria.kernels.groups import Array, Codes
from industria.kernels.two_way import Matches

__all__ = ["Center", "LeaveOut", "Residuals", "error_variances"]

LeaveOut = Literal["match", "observation"]
Center = Literal["mean", "match"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    """Observations of a fitted model.

    Attributes
    ----------
    match : array, shape (n,)
        Match of each observation, numbered as in the model.
    omega, y, e : array, shape (n,)
        Weight, outcome and residual.
    """

    match: Codes
    omega: Array
    y: Array
    e: Array


def error_variances(matches: Matches, seen: Residuals, p: Array, leave_out: LeaveOut, center: Center) -> Array:
    """Weighted error variances σ²_i = ω_i (y_i - ȳ) e_i / (1 - P_ii), as what multiplies influence.

    Left out is one observation, or one match taken as one observation of its mean. A
    stayer's only match cannot be left out; there the mean over its observations stands
    in, which errors that last through a job escape (Kline, Saggio & Sølvsten 2020).

    Parameters
    ----------
    matches : Matches
        Of the model.
    seen : Residuals
        Its observations.
    p : array, shape (m,)
        Leverage of one unit of weight in each match.
    leave_out : {"match", "observation"}
        What is left out.
    center : {"mean", "match"}
        What is taken from the outcome of a match: the mean outcome, or the mean over
        matches of outcomes times the root of their weight.

    Returns
    -------
    array, shape (m,)
        By match, sums over what is left out of ω_i times the variance of √ω_i ε_i;
        their product with influence b adds up to the bias.
    """
    m = len(matches.omega)
    mean = float(np.average(seen.y, weights=seen.omega))
    weight = seen.omega
    single = weight**2 * (seen.y - mean) * seen.e / (1.0 - weight * p[seen.match])
    S: Array = np.asarray(np.bincount(seen.match, single, m), float)
    if leave_out == "observation":
        return S
    omega, ties = matches.omega, matches.ties
    y = np.bincount(seen.match, weight * seen.y, m) / omega
    e = np.bincount(seen.match, weight * seen.e, m) / omega
    centered = np.sqrt(omega) * (y - mean) if center == "mean" else np.sqrt(omega) * y - np.mean(np.sqrt(omega) * y)
    S[ties] = (centered * omega**1.5 * e)[ties] / (1.0 - omega * p)[ties]
    return S
