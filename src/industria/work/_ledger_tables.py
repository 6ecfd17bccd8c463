"""Tables beside an automation ledger: all processes together, roles, where hours went, and types of process."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from industria.core.rows import Array, Rows
from industria.core.table import Table, from_arrays
from industria.work._ledger import LEFT, Moved, Role, Went
from industria.work._ledger_hours import HOURS

__all__ = ["bias_of", "portfolio_of", "redeployment_of", "roles_of"]

MONTHS: Final = 12


def portfolio_of(rows: list[dict[str, Any]], productive_hours: float) -> Table:
    """Add up hours and costs of all processes."""
    sums = {
        name: float(np.nansum([row[name] for row in rows])) for name in ("estimated_hours", "realized_hours", *HOURS)
    }
    estimated = sums["estimated_hours"]
    costs = [row["cost"] for row in rows if not np.isnan(row["cost"])]
    return from_arrays(
        {
            **{name: np.array([value]) for name, value in sums.items()},
            "cost": np.array([sum(costs) if costs else np.nan]),
            "released_share": np.array([sums["released_hours"] / estimated if estimated > 0 else np.nan]),
            "full_time_equivalents": np.array([MONTHS * sums["released_hours"] / productive_hours]),
        }
    )


def roles_of(roles: dict[str, Role], moved: Moved) -> Table:
    """Set what became of each role beside the hours that it released."""
    before, after = ([getattr(role, side) for role in roles.values()] for side in ("before", "after"))

    def of(staffs: list[Any], name: str) -> Any:
        return np.array([getattr(staff, name) for staff in staffs], float)

    left = np.array([sum(moved.went[role].get(to, 0.0) for to in LEFT) for role in roles])
    person = _over(of(before, "hours") - of(before, "overtime"), of(before, "headcount"))
    return from_arrays(
        {
            "role": list(roles),
            "months_before": np.array([staff.months for staff in before], np.int64),
            "months_between": np.array([role.between for role in roles.values()], np.int64),
            "months_after": np.array([staff.months for staff in after], np.int64),
            "hours_before": of(before, "hours"),
            "hours_after": of(after, "hours"),
            "released_hours": np.array([role.released for role in roles.values()]),
            "hours_between": np.array([moved.between[role] for role in roles]),
            "headcount_before": of(before, "headcount"),
            "headcount_after": of(after, "headcount"),
            "headcount_change": of(after, "headcount") - of(before, "headcount"),
            "headcount_left": _over(left, person),
            "wage_change": _over(of(after, "wage"), of(before, "wage")) - 1,
            "vacancies_change": of(after, "vacancies") - of(before, "vacancies"),
        }
    )


def redeployment_of(roles: dict[str, Role], went: Went) -> Table:
    """List where the hours of each role went."""
    told = [(role, to, hours) for role in roles for to, hours in sorted(went[role].items())]
    return from_arrays(
        {
            "role": [one[0] for one in told],
            "to_role": [one[1] for one in told],
            "hours": np.array([one[2] for one in told], float),
        }
    )


def bias_of(rows: list[dict[str, Any]], plan: Rows) -> Table:
    """Tell by type of process how far estimates were off."""
    types = sorted({*plan["type"]})
    of = {one: [row for row in rows if row["type"] == one] for one in types}
    estimated, realized = (
        np.array([sum(row[name] for row in of[one]) for one in types], float)
        for name in ("estimated_hours", "realized_hours")
    )
    each = [np.array([row["realization"] for row in of[one] if not np.isnan(row["realization"])]) for one in types]
    return from_arrays(
        {
            "type": types,
            "processes": np.array([len(of[one]) for one in types], np.int64),
            "estimated_hours": estimated,
            "realized_hours": realized,
            "realization": _over(realized, estimated),
            "lowest": np.array([one.min() if len(one) else np.nan for one in each]),
            "highest": np.array([one.max() if len(one) else np.nan for one in each]),
        }
    )


def _over(one: Array, other: Array) -> Array:
    """Divide; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(one, other, out=np.full(len(one), np.nan), where=other > 0))
