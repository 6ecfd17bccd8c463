"""Both parts of mixed work in health care, and the role of each code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.encoding import Array
from industria.work._employed import Employed
from industria.work._health_table import Role
from industria.work._scored import words


def parts(employed: Employed, found: Sequence[Role]) -> dict[str, Any]:
    """Divide the jobs of mixed occupations by task weight."""
    share = np.array([np.nan if role.administrative_share is None else role.administrative_share for role in found])
    mixed = np.flatnonzero(~np.isnan(share[employed.c])) if len(found) else np.zeros(0, np.int64)
    rows, second = np.repeat(mixed, 2), np.tile([False, True], len(mixed))
    own = share[employed.c[rows]] if len(found) else np.zeros(0)
    task_share = np.where(second, 1 - own, own)
    jobs = employed.jobs[rows] * task_share
    return {
        **employed.groups.columns(employed.g[rows]),
        "occupation": words(employed.codes, employed.c[rows]),
        "part": words(("administrative", "clinical"), second.astype(np.int64)),
        "task_share": task_share,
        "employment": jobs,
        "share": ratio(jobs, employed.by_group()[employed.g[rows]]),
    }


def assignments(employed: Employed, found: Sequence[Role]) -> dict[str, Any]:
    """Tell the role of every code and its reason."""
    return {
        "occupation": pa.array(employed.codes, pa.string()),
        "role": pa.array([role.role for role in found], pa.string()),
        "reason": pa.array([role.reason for role in found], pa.string()),
        "administrative_share": pa.array([role.administrative_share for role in found], pa.float64()),
        "employment": employed.by_code(),
    }


def ratio(part: npt.ArrayLike, whole: Array) -> Array:
    """Divide where there is something to divide by; NaN elsewhere."""
    share: Array = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
