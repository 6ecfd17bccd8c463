"""Who owns the units of a regression, and is protected with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from industria.errors import UnsteadyUnitError
from industria.kernels.groups import Array, Codes, renumbered

__all__ = ["holdings_behind", "listed_units", "named_owners", "owners"]


def owners(unit: Codes, holding: Codes | None, named: tuple[str | None, str | None]) -> Codes:
    """Tell who owns each row: the holding of its unit, or the unit itself where it has none.

    Parameters
    ----------
    unit : array, shape (n,)
        Unit of each row, numbered from 0 without gaps.
    holding : array, shape (n,), or None
        Holding of each row, -1 where it has none; None where nobody tells holdings.
    named : tuple of str or None
        Columns of the unit and of the holding.

    Returns
    -------
    array, shape (n,)
        Numbered from 0 without gaps; the units where nobody tells holdings.

    Raises
    ------
    UnsteadyUnitError
        If the holding of a unit changes; no unit is named.
    """
    if holding is None:
        return unit
    first = np.full(int(unit.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[unit] = holding
    changes = np.unique(unit[first[unit] != holding])
    if len(changes):
        raise UnsteadyUnitError("panel", str(named[1]), str(named[0]), len(changes))
    own = int(holding.max(initial=-1)) + 1 + unit
    return renumbered(np.where(holding >= 0, holding, own))


def holdings_behind(owner: Codes, holding: str | None, n: int) -> dict[str, Codes]:
    """Count the owners behind n estimates; nothing where nobody tells holdings."""
    return {} if holding is None else {"support_holdings": np.full(n, int(owner.max(initial=-1)) + 1)}


def named_owners(unit: Codes, units: Sequence[str], holding: Codes | None, holdings: Sequence[str]) -> list[str]:
    """Name the owner of each unit, so that two samples can be compared; none where nobody tells holdings."""
    if holding is None:
        return []
    of = np.full(len(units), -1, dtype=np.int64)
    of[unit] = holding
    return [f"holding {holdings[h]}" if h >= 0 else f"unit {name}" for h, name in zip(of.tolist(), units, strict=True)]


def listed_units(unit: Codes, units: Sequence[str], owners: Sequence[str], outcome: Array) -> dict[str, Any]:
    """List units, their rows, what they add to the outcome and, where holdings are told, their owners.

    For the site alone: two samples, and two outcomes of different names, are compared by it.
    """
    told = {"unit": list(units), "rows": np.bincount(unit), "outcome": np.bincount(unit, outcome)}
    return told | ({"owner": list(owners)} if owners else {})
