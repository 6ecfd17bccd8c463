"""What automation was to release, what it released, and where the hours went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import ParameterRangeError
from industria.work._ledger import currency_of, log_of, moves_of, one_calendar, processes_of, role_of, roster_of
from industria.work._ledger_hours import HOURS, divide, payback_of, process_of
from industria.work._ledger_tables import bias_of, portfolio_of, redeployment_of, roles_of

__all__ = ["AutomationLedger", "automation_ledger"]

COLUMNS: Final = (
    *("process", "role", "estimated_hours", "realized_hours", "realization", *HOURS),
    *("cost", "payback_months", "turnaround_change", "backlog_change", "error_change"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AutomationLedger(Result):
    """Hours by process, a month.

    Attributes
    ----------
    table : Table
        One row a process: `process, role, estimated_hours, realized_hours, realization, released_hours,
        redeployed_hours, attrition, overtime_reduced, separations, unexplained, cost, payback_months,
        turnaround_change, backlog_change, error_change`.
    portfolio : Table
        One row: the sums of the hours and costs, `released_share` of what was estimated, and `full_time_equivalents`.
    roles : Table
        One row a role: `role, months_before, months_between, months_after, hours_before, hours_after, released_hours,
        hours_between, headcount_before, headcount_after, headcount_change, headcount_left, wage_change,
        vacancies_change`.
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
        Moves before any process of the role went live, which count for nothing.
    n_moves_between : int
        Moves after the first and before the last one did: no released hours stand against these months, so that
        they are in `hours_between` of `roles` alone.
    n_moves_outside : int
        Moves after the last one did, in months without a roster, which count for nothing.
    constant_volume : bool
        Whether the hours of every role were brought to the volume of work before, by `volume` of the roster.
    unexplained_share : float or None
        Released hours of which nobody tells where they went, over all that were released.
    """

    portfolio: Table
    roles: Table
    redeployment: Table
    estimate_bias: Table
    currency: str
    n_processes: int
    n_roles: int
    n_roles_grown: int
    n_moves_before: int
    n_moves_between: int
    n_moves_outside: int
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
        "backlog_change": "cases waiting after less before; null without both [count]",
        "error_change": "error rate after less before; null without both [fraction]",
        "released_share": "released over estimated hours [fraction]",
        "full_time_equivalents": "released hours of a year over the productive hours of a full-time worker [1]",
        "months_before": "months of the roster before the first process of the role went live [count]",
        "months_between": "months from then until its last one did; they are not compared [count]",
        "months_after": "months since [count]",
        "hours_before": "hours a month before [hours]",
        "hours_after": "hours a month after, at the volume of before where it is told [hours]",
        "hours_between": "hours a month that moved in the months between; null without such months [hours]",
        "headcount_before": "people of the role before [persons]",
        "headcount_after": "people after [persons]",
        "headcount_change": "after less before, whatever the reason [persons]",
        "headcount_left": "attrition and separations over a person's regular hours before [persons]",
        "wage_change": "mean wage of the role after over before, less 1 [fraction]",
        "vacancies_change": "open positions after less before; null without both [jobs]",
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
    Hours are no jobs: how many people a role has stands in `roles`, beside how many the hours of
    those who left come to, so that one can be held against the other. The ledger tells no effect,
    as other things change in a hospital, too.

    Parameters
    ----------
    processes : Table
        `process, role, volume` (cases a month), `minutes` (by hand, a case), `attempted_share, exception_rate,
        go_live`; if there `type`, `cost`, `running_cost` (a month), `currency`.
    log : Table
        `process, period, cases_done, exceptions, rework_minutes` (an exception), `running_hours` (of people who run
        it); if there `minutes` (measured again), `turnaround`, `backlog` (cases waiting), `error_rate`. Rows before
        go-live tell these three then. Periods are months: whole numbers or dates.
    roster : Table
        `role, period, hours` (overtime among them), `overtime_hours, headcount, mean_wage` (an hour); if
        there `volume` of work, to which the hours of a role are brought where it is above 0 in all its months,
        `vacancies`, and `currency`.
    moves : Table, optional
        `from_role, to_role, period, hours`: hours of a month that went to another role, or whose people left,
        with `attrition` or `separations` in the place of the role; a row in every month that they are away.
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
    moved = moves_of(moves, roles)
    rows = [process_of(i, plan, done) for i in range(plan.n)]
    divide(rows, roles, moved.went)
    for row in rows:
        row |= payback_of(row, roles[row["role"]])
    released = sum(row["released_hours"] for row in rows)
    return AutomationLedger(
        table=from_arrays({name: _column(rows, name) for name in COLUMNS}),
        portfolio=portfolio_of(rows, productive_hours),
        roles=roles_of(roles, moved),
        redeployment=redeployment_of(roles, moved.went),
        estimate_bias=bias_of(rows, plan),
        currency=money,
        n_processes=plan.n,
        n_roles=len(roles),
        n_moves_before=moved.n_before,
        n_moves_between=moved.n_between,
        n_moves_outside=moved.n_outside,
        n_roles_grown=sum(not role.released > 0 for role in roles.values()),
        constant_volume=all(role.brought for role in roles.values()),
        unexplained_share=sum(row["unexplained"] for row in rows) / released if released > 0 else None,
    )


def _column(rows: list[dict[str, Any]], name: str) -> Any:
    values = [row[name] for row in rows]
    return values if name in ("process", "role") else np.array(values, float)
