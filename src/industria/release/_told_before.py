"""What has left cannot be taken back: no more is asked of a later release than that it adds nothing to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from industria.release._attacked import TOLERANCE, attacked, narrow
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release.policy import Policy

__all__ = ["no_closer"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


def no_closer(
    joint: Joint,
    found: Primary,
    policy: Policy,
    short: Primary,
    *,
    seen: Ids | None = None,
    at_least: Array | None = None,
) -> Primary | None:
    """Ask of cells no more than what nobody can exclude by what left before, whatever is withheld now.

    Parameters
    ----------
    joint, found, policy
        As of `attacked`.
    short : Primary
        The cells to be protected.
    seen : array of int, optional
        Cells whose values the attacker knows, though they are withheld.
    at_least : array, shape (n_cells,), optional
        What the attacker knows each cell to reach.

    Returns
    -------
    Primary or None
        The cells with what can still be asked of them, without those that what left before tells exactly; None where
        nothing left before.
    """
    if not joint.fixed.any():
        return None
    left = ~joint.fixed
    if seen is not None:
        left[seen] = False
    told = attacked(joint, found, left, policy, short.sensitive, at_least)
    slack = 2 * TOLERANCE * np.maximum(1.0, np.abs(joint.x))
    up, down, width = (
        np.clip(np.minimum(asked, reached - slack), 0.0, None)
        for asked, reached in (
            (short.up, told.high - joint.x),
            (short.down, joint.x - told.low),
            (short.width, told.high - told.low),
        )
    )
    return short._replace(sensitive=short.sensitive & ~narrow(joint, told), up=up, down=down, width=width)
