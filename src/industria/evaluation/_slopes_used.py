"""The rows of a regression with what slopes make of the outcome of each, for the site alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.evaluation._equations import Columns, Rows
from industria.evaluation._inference import time_beside
from industria.evaluation._model import Model
from industria.evaluation._support import effects_of
from industria.evaluation._two_values import amounts_among
from industria.kernels.groups import Array, Codes
from industria.kernels.least_squares import orthonormal

__all__ = ["slopes_used_of", "slopes_used_of_sums"]

SLOPE: Final = "slope "
"""Before the factor of a row's outcome in the sum that a slope tells."""
AMOUNT: Final = "amount "
"""Before it, where the regressor is an amount, of which not everybody knows the value of each row."""
MOMENT: Final = "moment "
"""Before its factor in a sum that leaves with the moments alone."""
MOST: Final = 20_000_000
"""Factors of which a list is kept: 160 MB."""


def slopes_used_of(model: Model) -> Table | None:
    """List the rows of a panel regression with the factors of their outcome in each sum that estimates tell.

    The slopes b of y on X solve X'X b = X'y, X net of all that is not told: who knows X and b knows X'y, a sum of
    the outcomes of all rows with known factors. The effects of time are among what is told.

    Parameters
    ----------
    model : Model
        Fitted.

    Returns
    -------
    Table or None
        `unit`, `outcome`, and "slope x", or "amount x", of each regressor and level of time: weight times x, net of
        what is not told; None where that would be too long a list.
    """
    s, told = model.sample, model
    if model.columns.time in model.columns.effects and len(s.y) * (len(s.times) + len(model.terms)) <= MOST:
        told = time_beside(model)
    w = s.w
    if model.family == "poisson":
        # Scores are x (y - mu): what is left of the outcome tells the mean, and that is the working weight.
        w = s.w * s.y - model.fit.residuals
    factors = (told.demean(told.X, w) * s.w[:, None]).T
    amounts = amounts_among(dict(zip(model.terms, model.X.T, strict=True)), effects_of(model))
    columns = _named(dict(zip(told.terms, factors, strict=True)), amounts)
    return _listed(s.units, s.unit, s.y, columns)


def slopes_used_of_sums(rows: Rows, columns: Columns, told: Sequence[str]) -> Table | None:
    """List the rows of normal equations likewise, and their factors in the moments as "moment x".

    Parameters
    ----------
    rows, columns
        As they were read.
    told : sequence of str
        Regressors that have a slope.

    Returns
    -------
    Table or None
        None where each row is a unit, or there are too many.
    """
    if columns.unit is None:
        return None
    root = np.sqrt(rows.w)
    place = {name: rows.names.index(name) for name in rows.names}
    untold = orthonormal(rows.X[:, [at for name, at in place.items() if name not in columns.regressors]])
    net = (rows.X - untold @ (untold.T @ rows.X)) * root[:, None]
    plain = {name: rows.plain[:, place[name]] for name in columns.regressors}
    found = _named({name: net[:, place[name]] for name in told}, amounts_among(plain, [rows.when, *rows.effects]))
    found |= {f"{MOMENT}{name}": x * root for name, x in zip(rows.names, rows.X.T, strict=True)}
    return _listed(rows.units, rows.unit, rows.outcome, found)


def _named(factors: Mapping[str, Array], amounts: Sequence[str]) -> dict[str, Array]:
    return {f"{AMOUNT if name in amounts else SLOPE}{name}": x for name, x in factors.items()}


def _listed(units: Sequence[str], unit: Codes, outcome: Array, factors: Mapping[str, Array]) -> Table | None:
    if len(outcome) * len(factors) > MOST:
        return None
    # Names are repeated by the engine: as objects of Python they would take as long as the regression.
    named = pa.array(units, pa.string()).take(pa.array(unit))
    return as_table(pa.table({"unit": named, "outcome": outcome, **factors}), "slopes_used")
