"""Hours of processes: what was planned, what robots did, and the part of what their role released."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from industria.core.rows import Array, Rows
from industria.errors import NoMonthError
from industria.work._ledger import LEFT, Role, Went

__all__ = ["HOURS", "divide", "payback_of", "process_of"]

WENT: Final = ("redeployed_hours", "attrition", "overtime_reduced", "separations", "unexplained")
UNPAID: Final = ("attrition", "overtime_reduced", "separations")
"""Hours that are no longer paid."""
HOURS: Final = ("released_hours", *WENT)


def process_of(i: int, plan: Rows, done: Rows) -> dict[str, Any]:
    """Estimate hours from the plan, and take the realized ones from the log."""
    process, live = plan["process"][i], plan["go_live"][i]
    own = np.array([of == process for of in done["process"]], bool)
    since = np.array([period >= live for period in done["period"]], bool)
    after, before = own & since, own & ~since
    if not after.any():
        raise NoMonthError("log", process, f"since {live}")
    minutes = np.where(np.isnan(done["minutes"]), plan["minutes"][i], done["minutes"])
    hours = done["cases_done"] * minutes / 60 - done["exceptions"] * done["rework_minutes"] / 60 - done["running_hours"]
    estimated = (
        plan["volume"][i] * plan["minutes"][i] * plan["attempted_share"][i] * (1 - plan["exception_rate"][i]) / 60
    )
    realized = float(np.mean(hours[after]))
    return {
        "process": process,
        "role": plan["role"][i],
        "type": plan["type"][i],
        "estimated_hours": float(estimated),
        "realized_hours": realized,
        "realization": realized / estimated if estimated > 0 else np.nan,
        "cost": float(plan["cost"][i]),
        "running_cost": float(np.nan_to_num(plan["running_cost"][i])),
        "turnaround_change": _change(done["turnaround"], before, after),
        "backlog_change": _change(done["backlog"], before, after),
        "error_change": _change(done["error_rate"], before, after),
    }


def _change(values: Array, before: Array, after: Array) -> float:
    told = [values[of & ~np.isnan(values)] for of in (before, after)]
    return float(told[1].mean() - told[0].mean()) if all(len(one) for one in told) else np.nan


def divide(rows: list[dict[str, Any]], roles: dict[str, Role], went: Went) -> None:
    """Divide the hours of a role among its processes, by what they realized or else were to realize."""
    for name, role in roles.items():
        own = [row for row in rows if row["role"] == name]
        for column in ("realized_hours", "estimated_hours"):
            parts = np.array([max(0.0, row[column]) for row in own])
            if parts.sum() > 0:
                break
        shares = parts / parts.sum() if parts.sum() > 0 else np.full(len(own), 1 / len(own))
        away = {to: went[name].get(to, 0.0) for to in LEFT}
        redeployed = sum(hours for to, hours in went[name].items() if to not in LEFT)
        for row, share in zip(own, shares, strict=True):
            row |= {
                "released_hours": role.released * share,
                "redeployed_hours": redeployed * share,
                "overtime_reduced": role.overtime * share,
                **{to: hours * share for to, hours in away.items()},
            }
            told = sum(row[one] for one in WENT[:-1])
            row["unexplained"] = max(0.0, row["released_hours"] - told)


def payback_of(row: dict[str, Any], role: Role) -> dict[str, float]:
    """Divide the cost by what a month brings: hours that are worked elsewhere are still paid, and bring nothing."""
    month = float(sum(row[name] for name in UNPAID) * role.after.wage - row["running_cost"])
    months = row["cost"] / month if month > 0 else np.nan
    # A breath of hours, as rounding leaves them, pays back never.
    return {"payback_months": months if np.isfinite(months) else np.nan}
