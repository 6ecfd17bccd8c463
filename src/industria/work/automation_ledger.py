"""What automation was to release, what it released, and where the hours went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Rows
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import NoMonthError, ParameterRangeError
from industria.work._ledger import (
    Role,
    currency_of,
    log_of,
    moves_of,
    one_calendar,
    processes_of,
    role_of,
    roster_of,
)

__all__ = ["AutomationLedger", "automation_ledger"]

LEFT: Final = ("attrition", "separations")
"""Words in the place of a destination, for hours of people who left of themselves, or were let go."""
WENT: Final = ("redeployed_hours", "attrition", "overtime_reduced", "separations", "unexplained")
UNPAID: Final = ("attrition", "overtime_reduced", "separations")
"""Hours that are no longer paid."""
HOURS: Final = ("released_hours", *WENT)
COLUMNS: Final = (
    *("process", "role", "estimated_hours", "realized_hours", "realization", *HOURS),
    *("cost", "payback_months", "turnaround_change", "error_change"),
)
MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AutomationLedger(Result):
    """Hours by process, a month.

    Attributes
    ----------
    table : Table
        One row a process: `process, role, estimated_hours, realized_hours, realization, released_hours,
        redeployed_hours, attrition, overtime_reduced, separations, unexplained, cost, payback_months,
        turnaround_change, error_change`.
    portfolio : Table
        One row: the sums of the hours and costs, `released_share` of what was estimated, and `full_time_equivalents`.
    redeployment : Table
        `role, to_role, hours`: where hours of a role went, the words `attrition` and `separations` among them.
    estimate_bias : Table
        `type, processes, estimated_hours, realized_hours, realization, lowest, highest` by type of process.
    currency : str
        Of costs and wages; empty where none is told.
    n_processes, n_roles : int
        Processes, and roles with a process.
    n_roles_grown : int
        Roles whose hours did not fall, so that they released none.
    n_moves_before : int
        Moves before go-live, which count for nothing.
    constant_volume : bool
        Whether the hours of every role were brought to the volume of work before, by `volume` of the roster.
    unexplained_share : float or None
        Released hours of which nobody tells where they went, over all that were released.
    """

    portfolio: Table
    redeployment: Table
    estimate_bias: Table
    currency: str
    n_processes: int
    n_roles: int
    n_roles_grown: int
    n_moves_before: int
    constant_volume: bool
    unexplained_share: float | None


@measure(
    gives={
        "estimated_hours": "volume x minutes x attempted share x (1 - exception rate) / 60, a month [hours]",
        "realized_hours": "cases done x minutes / 60 - exceptions x rework / 60 - running hours, a month [hours]",
        "realization": "realized over estimated hours; null without an estimate [fraction]",
        "released_hours": "hours of the role before less after, by the process's part in what was realized [hours]",
        "redeployed_hours": "released hours that went to other roles [hours]",
        "attrition": "released hours of people who left of themselves [hours]",
        "overtime_reduced": "released hours that were overtime [hours]",
        "separations": "released hours of people who were let go [hours]",
        "unexplained": "released hours of which nobody tells where they went [hours]",
        "cost": "cost of building the process; null where it is not told [currency]",
        "payback_months": "cost over unpaid hours at the role's wage less running cost; null if never [count]",
        "turnaround_change": "turnaround after less before, in its unit; null without both [1]",
        "error_change": "error rate after less before; null without both [fraction]",
        "released_share": "released over estimated hours [fraction]",
        "full_time_equivalents": "released hours of a year over the productive hours of a full-time worker [1]",
        "to_role": "destination, or attrition, or separations [name]",
        "hours": "hours a month [hours]",
        "type": "type of process [name]",
        "processes": "processes of the type [count]",
        "lowest": "lowest realization of the type [fraction]",
        "highest": "highest realization [fraction]",
    },
    cites=(
        "Syed et al. (2020), Robotic process automation: contemporary themes and challenges, "
        "Computers in Industry 115, 103162"
    ),
    design="descriptive",
)
def automation_ledger(
    processes: TableLike,
    log: TableLike,
    roster: TableLike,
    moves: TableLike | None = None,
    *,
    currency: str | None = None,
    productive_hours: float = 1880,
) -> AutomationLedger:
    """Set hours that automation was to release beside those it released, and tell where they went.

    What robots did is not what people stopped doing. Estimated hours come from the plan,
    realized ones from the log, released ones from the roster: hours of the role before its first
    process went live, less those after its last one did, and 0 where they did not fall. They are
    divided among the processes of a role by what these realized, and
    released = redeployed + attrition + overtime reduced + separations + unexplained.
    Hours are no jobs, and the ledger tells no effect: other things change in a hospital, too.

    Parameters
    ----------
    processes : Table
        `process, role, volume` (cases a month), `minutes` (by hand, a case), `attempted_share, exception_rate,
        go_live`; if there `type`, `cost`, `running_cost` (a month), `currency`.
    log : Table
        `process, period, cases_done, exceptions, rework_minutes` (an exception), `running_hours` (of people who run
        it); if there `minutes` (measured again), `turnaround`, `error_rate`. Rows before go-live tell turnaround
        and errors then. Periods are months: whole numbers or dates.
    roster : Table
        `role, period, hours` (overtime among them), `overtime_hours, headcount, mean_wage` (an hour); if
        there `volume` of work, to which the hours of a role are brought where it is above 0 in all its months,
        and `currency`.
    moves : Table, optional
        `from_role, to_role, period, hours`: hours of a month that went to another role, or whose people left,
        with `attrition` or `separations` in the place of the role.
    currency : str, optional
        Of costs and wages, where no table tells it.
    productive_hours : float
        Hours that a full-time worker works in a year.

    Returns
    -------
    AutomationLedger
        One row a process; hours are means over months.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    UnknownLabelError
        If the log has a process, or a move a role, that no other table lists.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number is below zero or infinite, a share not in [0, 1], cases done above the volume, more exceptions than
        cases, overtime above hours, or hours that moved above those released.
    DuplicateRowError
        If a process, a process and month, or a role and month stands twice.
    NoMonthError
        If a role has no months before or after go-live, or a process no log after it.
    ChoiceNotRecordedError
        If currencies are mixed.
    ParameterRangeError
        If `productive_hours` is not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> processes = pd.DataFrame({
    ...     "process": ["claims"], "role": ["billing clerk"], "volume": [6000.0], "minutes": [5.0],
    ...     "attempted_share": [0.8], "exception_rate": [0.1], "go_live": [3],
    ... })
    >>> log = pd.DataFrame({
    ...     "process": "claims", "period": [3, 4], "cases_done": [4000.0, 4400.0], "exceptions": [600.0, 400.0],
    ...     "rework_minutes": [8.0, 8.0], "running_hours": [40.0, 30.0],
    ... })
    >>> roster = pd.DataFrame({
    ...     "role": "billing clerk", "period": [1, 2, 3, 4], "hours": [1600.0, 1600.0, 1500.0, 1420.0],
    ...     "overtime_hours": [60.0, 60.0, 20.0, 10.0], "headcount": 10.0, "mean_wage": 21.0,
    ... })
    >>> moves = pd.DataFrame({
    ...     "from_role": "billing clerk", "to_role": "registration", "period": [3, 4], "hours": [40.0, 60.0],
    ... })
    >>> found = automation_ledger(processes, log, roster, moves).to_pandas().iloc[0]
    >>> found[["estimated_hours", "realized_hours", "released_hours"]].astype(float).round(1).tolist()
    [360.0, 248.3, 140.0]
    >>> found[["redeployed_hours", "overtime_reduced", "unexplained"]].astype(float).round(1).tolist()
    [50.0, 45.0, 45.0]
    """
    if not 0 < productive_hours < np.inf:
        raise ParameterRangeError("productive_hours", productive_hours, "hours of a year above 0")
    plan = processes_of(processes)
    done = log_of(log, plan)
    people = roster_of(roster)
    money = currency_of(currency, plan, people)
    one_calendar(plan, done, people)
    roles = {role: role_of(role, plan, people) for role in sorted({*plan["role"]})}
    went, early = moves_of(moves, roles)
    rows = [_process(i, plan, done) for i in range(plan.n)]
    _divide(rows, roles, went)
    for row in rows:
        row |= _payback(row, roles[row["role"]])
    released = sum(row["released_hours"] for row in rows)
    return AutomationLedger(
        table=from_arrays({name: _column(rows, name) for name in COLUMNS}),
        portfolio=_portfolio(rows, productive_hours),
        redeployment=_redeployment(roles, went),
        estimate_bias=_bias(rows, plan),
        currency=money,
        n_processes=plan.n,
        n_roles=len(roles),
        n_moves_before=early,
        n_roles_grown=sum(not role.released > 0 for role in roles.values()),
        constant_volume=all(role.brought for role in roles.values()),
        unexplained_share=sum(row["unexplained"] for row in rows) / released if released > 0 else None,
    )


def _process(i: int, plan: Rows, done: Rows) -> dict[str, Any]:
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
        "error_change": _change(done["error_rate"], before, after),
    }


def _change(values: Array, before: Array, after: Array) -> float:
    told = [values[of & ~np.isnan(values)] for of in (before, after)]
    return float(told[1].mean() - told[0].mean()) if all(len(one) for one in told) else np.nan


def _divide(rows: list[dict[str, Any]], roles: dict[str, Role], went: dict[str, dict[str, float]]) -> None:
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


def _payback(row: dict[str, Any], role: Role) -> dict[str, float]:
    """Divide the cost by what a month brings: hours that are worked elsewhere are still paid, and bring nothing."""
    month = float(sum(row[name] for name in UNPAID) * role.wage - row["running_cost"])
    months = row["cost"] / month if month > 0 else np.nan
    # A breath of hours, as rounding leaves them, pays back never.
    return {"payback_months": months if np.isfinite(months) else np.nan}


def _column(rows: list[dict[str, Any]], name: str) -> Any:
    values = [row[name] for row in rows]
    return values if name in ("process", "role") else np.array(values, float)


def _portfolio(rows: list[dict[str, Any]], productive_hours: float) -> Table:
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


def _redeployment(roles: dict[str, Role], went: dict[str, dict[str, float]]) -> Table:
    told = [(role, to, hours) for role in roles for to, hours in sorted(went[role].items())]
    return from_arrays(
        {
            "role": [one[0] for one in told],
            "to_role": [one[1] for one in told],
            "hours": np.array([one[2] for one in told], float),
        }
    )


def _bias(rows: list[dict[str, Any]], plan: Rows) -> Table:
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
            "realization": np.divide(realized, estimated, out=np.full(len(types), np.nan), where=estimated > 0),
            "lowest": np.array([one.min() if len(one) else np.nan for one in each]),
            "highest": np.array([one.max() if len(one) else np.nan for one in each]),
        }
    )
