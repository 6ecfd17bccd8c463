"""Parts of the variance of wages, in all and by group."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import ParameterRangeError
from industria.kernels.groups import Array
from industria.kernels.leave_out import Statistics, statistics
from industria.work._corrected import Corrected, estimate
from industria.work._two_way import TwoWay

__all__ = ["COMPONENTS", "FIGURES", "caution", "columns_of_parts", "group_table", "over_groups", "wage_variances"]

COMPONENTS: Final = ("firm", "worker", "covariance", "correlation", "controls", "outcome", "residual")
FIGURES: Final = ("plug_in", "homoskedastic", "leave_out", "monte_carlo_se", "share", "share_plug_in")
MOST_GROUPS: Final = 200
"""Each takes as many numbers as there are matches, several times over."""
NOTICED: Final = 0.0005
"""Difference of two shares that shows in a table of per cents with one digit."""


def over_groups(model: TwoWay) -> Statistics:
    """Take all rows as the first group, then each group of the jobs that has two rows or more.

    Raises
    ------
    ParameterRangeError
        If there are too many groups.
    """
    jobs, m = model.jobs, len(model.matches.omega)
    if (found := len(_groups(model))) > MOST_GROUPS:
        raise ParameterRangeError("by", f"a column of {found} values", f"columns of up to {MOST_GROUPS} values")
    v, n = [model.matches.omega], [len(jobs.y)]
    for rows in _rows(model)[1:]:
        v.append(np.asarray(np.bincount(model.match, jobs.omega * rows, m), float))
        n.append(int(rows.sum()))
    return statistics(model.matches, np.column_stack(v), np.array(n))


def _groups(model: TwoWay) -> list[int]:
    group = model.jobs.group
    return [] if group is None else [int(g) for g in np.flatnonzero(np.bincount(group) > 1)]


def _rows(model: TwoWay) -> list[npt.NDArray[np.bool_]]:
    """Flag the rows of all groups together, then of each."""
    return [np.ones(len(model.y), bool), *(np.asarray(model.jobs.group == g) for g in _groups(model))]


def wage_variances(model: TwoWay) -> Array:
    """Variance of wages as they are and net of controls, over the groups of `over_groups`: shape (2, S)."""
    jobs = model.jobs
    found = []
    for rows in _rows(model):
        y, omega, n = np.stack([jobs.y[rows], model.y[rows]]), jobs.omega[rows], int(rows.sum())
        centered = y - np.average(y, axis=1, weights=omega)[:, None]
        found.append(centered**2 @ omega / omega.sum() * n / (n - 1))
    return np.column_stack(found)


def columns_of_parts(parts: Corrected, wages: Array, i: int) -> dict[str, Array]:
    """Write the figures of one group as columns, one row for each of COMPONENTS; NaN where there is none.

    Parameters
    ----------
    parts : Corrected
        Of all groups.
    wages : array, shape (2, S)
        Of `wage_variances`.
    i : int
        Which group.
    """
    return _columns(
        parts.plug_in[:, i],
        None if parts.homoskedastic is None else parts.homoskedastic[:, i],
        None if parts.leave_out is None else parts.leave_out[:, i],
        None if parts.replicates is None else parts.replicates[:, :, i],
        wages[:, i],
    )


def _columns(
    plug_in: Array, homoskedastic: Array | None, leave_out: Array | None, replicates: Array | None, wages: Array
) -> dict[str, Array]:
    unknown = np.full(len(COMPONENTS), np.nan)
    corrected = unknown if leave_out is None else _all_components(leave_out, wages)
    error = unknown if replicates is None else estimate(_all_components(replicates, wages))[1]
    plain = _all_components(plug_in, wages)
    return {
        "plug_in": plain,
        "homoskedastic": unknown if homoskedastic is None else _all_components(homoskedastic, wages),
        "leave_out": corrected,
        "monte_carlo_se": error,
        "share": _shares(corrected, wages[0]),
        "share_plug_in": _shares(plain, wages[0]),
    }


def _all_components(parts: Array, wages: Array) -> Array:
    """Complete firm, worker and covariance, in the last axis, to COMPONENTS."""
    firm, worker, covariance = (parts[..., k] for k in range(3))
    both = np.where((firm > 0) & (worker > 0), firm * worker, np.nan)
    of_controls, outcome = np.full_like(firm, wages[0] - wages[1]), np.full_like(firm, wages[0])
    residual = wages[1] - firm - worker - 2 * covariance
    return np.stack([firm, worker, covariance, covariance / np.sqrt(both), of_controls, outcome, residual], axis=-1)


def _shares(components: Array, variance: float) -> Array:
    times = np.array([1, 1, 2, np.nan, 1, 1, 1])
    return components * times / variance if variance > 0 else np.full(len(COMPONENTS), np.nan)


def caution(columns: dict[str, Array]) -> str:
    """Name the shares of the plug-in that differ from the corrected ones by more than chance and rounding."""
    outcome = columns["leave_out"][COMPONENTS.index("outcome")]
    if not outcome > 0:
        return ""
    said = []
    for k, times in ((0, 1), (1, 1), (2, 2)):
        plain, share = columns["share_plug_in"][k], columns["share"][k]
        if abs(plain - share) > max(2 * times * columns["monte_carlo_se"][k] / outcome, NOTICED):
            said.append(f"{COMPONENTS[k]} {plain:.3f} in place of {share:.3f}")
    return f"Uncorrected, shares of the variance mislead: {', '.join(said)}." if said else ""


def group_table(model: TwoWay, parts: Corrected, wages: Array, over: Statistics) -> Table:
    """List the components of each group, within all groups and between them; no rows without groups."""
    groups = _groups(model)
    labels: list[Any] = []
    blocks: list[dict[str, Array]] = []
    for i, g in enumerate(groups, 1):
        labels.append(str((model.jobs.groups or [])[g].as_py()))
        blocks.append(columns_of_parts(parts, wages, i))
    if groups:
        # Sums of squares add up: those within groups, and what is left of the whole.
        weight = over.norm[1:] / over.norm[0]
        blocks += _within_and_between(parts, wages, weight)
    k = len(COMPONENTS)
    kinds = ["group"] * len(groups) + (["within", "between"] if groups else [])
    texts = {
        "part": np.repeat(kinds, k).tolist(),
        "group": [label for label in [*labels, None, None][: len(kinds)] for _ in range(k)],
        "component": list(COMPONENTS) * len(blocks),
    }
    rows = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    rows |= {name: pa.array(np.concatenate([block[name] for block in blocks] or [np.zeros(0)])) for name in FIGURES}
    return as_table(pa.table(rows), "groups")


def _within_and_between(parts: Corrected, wages: Array, weight: Array) -> list[dict[str, Array]]:
    found = []
    inside = wages[:, 1:] @ weight
    for between, w in ((False, inside), (True, wages[:, 0] - inside)):
        plain, homoskedastic, leave_out, replicates = (
            None if one is None else one[..., 0] - one[..., 1:] @ weight if between else one[..., 1:] @ weight
            for one in (parts.plug_in, parts.homoskedastic, parts.leave_out, parts.replicates)
        )
        assert plain is not None
        found.append(_columns(plain, homoskedastic, leave_out, replicates, w))
    return found
