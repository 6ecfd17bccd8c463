"""How much of a panel regression hangs on few units: what decides whether it may leave."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from industria.core.table import Table, from_arrays
from industria.evaluation._equations import Rows
from industria.evaluation._holdings import listed_units
from industria.evaluation._model import Model
from industria.evaluation._pyfixest import demeaner
from industria.evaluation._sample import Sample
from industria.evaluation._two_values import Effect, told_by_two_values
from industria.kernels.groups import Array, Codes, nested
from industria.kernels.least_squares import orthonormal
from industria.kernels.leverage import distinct_rows, largest_leverage, smallest_group
from industria.kernels.normal_equations import Moments, largest_parts, told_alone

__all__ = ["behind_times", "effects_of", "support_of", "support_of_sums", "units_of"]

SMALL: Final = 2_000_000
"""Entries of the matrix of levels up to which a leverage is reckoned beside them."""
NOTHING: Final = 1e-9
"""Share of a column's norm below which what is left of it is noise."""


def units_of(model: Model) -> Table:
    """List the units used, their rows and their outcome, for the site alone.

    What estimates tell of groups to whoever knows numbers of units is told by unit, too.
    """
    s = model.sample
    when, *effects = effects_of(model)
    regressors = dict(zip(model.terms, model.X.T, strict=True))
    told = listed_units(s.unit, s.units, s.owners, s.y)
    return from_arrays(told | told_by_two_values(regressors, s.y, s.w, s.unit, effects, when))


def effects_of(model: Model) -> list[Effect]:
    """List the time of each row, then the effects that are taken out."""
    s, columns = model.sample, model.columns
    when = Effect(columns.time, s.time, s.times)
    effects = [
        when if name == columns.time else Effect(name, codes, [str(i) for i in range(int(codes.max()) + 1)])
        for name, codes in zip(columns.effects, s.F.T, strict=False)
    ]
    return [when, *effects]


def support_of(model: Model) -> dict[str, Any]:
    """Tell whether a regression is saturated, who stands beside its dummies, and whom its slopes hang on.

    Parameters
    ----------
    model : Model
        Fitted.

    Returns
    -------
    dict
        `support_distinct_rows`, `support_rank`, `support_smallest_group`, `support_leverage`.
    """
    s, columns = model.sample, model.columns
    # A unit stands once at each time: with effects of both no two rows are alike.
    unlike = {columns.unit, columns.time} <= set(columns.effects)
    return {
        "support_distinct_rows": len(s.y) if unlike else distinct_rows(*model.X.T, *s.F.T),
        "support_rank": model.K,
        "support_smallest_group": smallest_group(model.X, s.owner),
        "support_leverage": largest_leverage(_beside_effects(model), s.owner),
    }


def support_of_sums(rows: Rows, sums: Moments) -> dict[str, Any]:
    """Tell the same of rows that are added up, and whom their sums hang on.

    Returns
    -------
    dict
        `support_distinct_rows`, `support_smallest_group`, `support_leverage`, `support_moments_leverage`,
        `support_outcome_largest`, `support_outcome_second`.
    """
    largest, second = largest_parts(rows.y, rows.owner)
    return {
        "support_distinct_rows": distinct_rows(*rows.plain.T, *rows.F.T),
        "support_smallest_group": smallest_group(rows.plain, rows.owner),
        "support_leverage": largest_leverage(orthonormal(rows.X), rows.owner),
        "support_moments_leverage": told_alone(sums, rows.X, rows.g),
        "support_outcome_largest": largest,
        "support_outcome_second": second,
    }


def _beside_effects(model: Model) -> Array:
    """Write regressors beside the levels of effects that units share, net of those that they do not.

    Net of all effects a unit that alone was treated has a leverage of 1 - 1/units, since every other unit
    tells what it would have been. In a panel too large for its levels that is near enough to 1.
    """
    s = model.sample
    own = np.array([nested(effect, s.unit) for effect in s.F.T])
    levels = int(np.sum(s.F[:, ~own].max(axis=0) + 1))
    if len(s.y) * levels > SMALL:
        return orthonormal(model.within)
    dummies = [(effect[:, None] == np.arange(effect.max() + 1)).astype(float) for effect in s.F[:, ~own].T]
    Z = np.column_stack([model.X, *dummies])
    net = demeaner(s.F[:, own])(Z, s.w) if own.any() else Z
    noise = np.linalg.norm(net, axis=0) <= NOTHING * np.linalg.norm(Z, axis=0)
    return orthonormal(np.where(noise, 0.0, net) * np.sqrt(s.w)[:, None])


def behind_times(sample: Sample, levels: int, holding: str | None) -> dict[str, Codes]:
    """Count the units, and holdings, behind each of the last levels of time and the first, against which they are."""
    units = np.bincount(sample.time)
    told = {"support_units": np.asarray(np.minimum(units[len(units) - levels :], units[0]), dtype=np.int64)}
    if holding is not None:
        pairs = np.unique(np.stack([sample.time, sample.owner]), axis=1)
        owned = np.bincount(pairs[0])
        told["support_holdings"] = np.asarray(np.minimum(owned[len(owned) - levels :], owned[0]), dtype=np.int64)
    return told
