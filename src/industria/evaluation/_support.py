"""How much of a panel regression hangs on few units: what decides whether it may leave."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from industria.core.table import Table, from_arrays
from industria.evaluation._holdings import listed_units
from industria.evaluation._model import Model
from industria.evaluation._pyfixest import demeaner
from industria.evaluation._sample import Sample
from industria.kernels.groups import Array, Codes, nested
from industria.kernels.least_squares import orthonormal
from industria.kernels.leverage import distinct_rows, largest_leverage, smallest_group

__all__ = ["behind_times", "support_of", "units_of"]

SMALL: Final = 2_000_000
"""Entries of the matrix of levels up to which a leverage is reckoned beside them."""
NOTHING: Final = 1e-9
"""Share of a column's norm below which what is left of it is noise."""


def units_of(sample: Sample) -> Table:
    """List the units used and their rows, for the site alone."""
    return from_arrays(listed_units(sample.unit, sample.units, sample.owners))


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


def _beside_effects(model: Model) -> Array:
    """Write regressors beside the levels of effects that units share, net of those that they do not.

    Net of all effects a unit that alone was treated has a leverage of 1 - 1/units, since every other unit
    tells what it would have been. In a panel too large for its levels that is near enough to 1.
    """
    s = model.sample
    own = np.array([nested(effect, s.unit) for effect in s.F.T])
    levels = int(np.sum(s.F[:, ~own].max(axis=0) + 1))
    if len(s.y) * levels > SMALL:
        return model.within
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
