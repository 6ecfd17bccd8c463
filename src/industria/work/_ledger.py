"""Tables of an automation ledger: what was planned, done and worked, and where hours went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike
from industria.errors import ChoiceNotRecordedError, ColumnTypeError, NoMonthError, OutsideRangeError

__all__ = [
    "LEFT",
    "Moved",
    "Role",
    "Went",
    "currency_of",
    "log_of",
    "moves_of",
    "one_calendar",
    "processes_of",
    "role_of",
    "roster_of",
]

Went = dict[str, dict[str, float]]
"""Hours a month by role and destination."""

EQUAL: Final = 1e-9
"""How far hours that are told may lie above those released, relative to them: sums carry rounding."""


LEFT: Final = ("attrition", "separations")
"""Words in the place of a destination, for hours of people who left of themselves, or were let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A role in some months of the roster: how many these are, and means over them; hours at the volume of before.

    Vacancies are NaN where no month tells them.
    """

    months: int
    hours: float
    overtime: float
    headcount: float
    wage: float
    vacancies: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role before its first process went live and since its last one did.

    Attributes
    ----------
    before, after : Staff
        The months that are compared.
    first, last : whole number or date
        When its first and its last process went live.
    since : set
        Months of the roster from `last` on.
    between : int
        Months of the roster from `first` until `last`.
    brought : bool
        Whether hours were brought to the volume of work before.
    """

    before: Staff
    after: Staff
    first: Any
    last: Any
    since: frozenset[Any]
    between: int
    brought: bool

    @property
    def released(self) -> float:
        """Hours a month that it works less; 0 where they did not fall."""
        return max(0.0, self.before.hours - self.after.hours)

    @property
    def overtime(self) -> float:
        """Those of overtime among the released."""
        return min(self.released, max(0.0, self.before.overtime - self.after.overtime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where hours went, and the moves that no released hours stand against.

    Attributes
    ----------
    went : dict of str to dict of str to float
        Hours a month since the last process of a role went live, by role and destination.
    between : dict of str to float
        Hours a month that moved while processes of the role were still to go live; NaN without such months.
    n_before, n_between, n_outside : int
        Moves before any process went live, while some were to, and after all had in a month without a roster.
    """

    went: Went
    between: dict[str, float]
    n_before: int
    n_between: int
    n_outside: int


def processes_of(processes: TableLike) -> Rows:
    """Read what was planned of every process."""
    return read(
        processes,
        "processes",
        Field("process"),
        Field("role"),
        *(Field(name, "amount") for name in ("volume", "minutes")),
        *(Field(name, "share") for name in ("attempted_share", "exception_rate")),
        Field("go_live", "week"),
        Field("type", default="all"),
        *(Field(name, "amount", None) for name in ("cost", "running_cost")),
        Field("currency", default=None),
        key=("process",),
    )


def log_of(log: TableLike, plan: Rows) -> Rows:
    """Read the log; nothing is done more often than it comes in."""
    rows = read(
        log,
        "log",
        Field("process"),
        Field("period", "week"),
        *(Field(name, "amount") for name in ("cases_done", "exceptions", "rework_minutes", "running_hours")),
        *(Field(name, "amount", None) for name in ("minutes", "turnaround", "backlog")),
        Field("error_rate", "share", None),
        key=("process", "period"),
    )
    place = rows.places("process", plan["process"], "processes")
    for i, k in enumerate(place):
        if rows["cases_done"][i] > plan["volume"][k] * (1 + EQUAL):
            allowed = f"is at most the volume of the process, {plan['volume'][k]:g} a month"
            raise OutsideRangeError("log", "cases_done", rows["cases_done"][i], rows.where(i, "process"), allowed)
        if rows["exceptions"][i] > rows["cases_done"][i] * (1 + EQUAL):
            where = rows.where(i, "process")
            raise OutsideRangeError("log", "exceptions", rows["exceptions"][i], where, "is at most the cases done")
    return rows


def roster_of(roster: TableLike) -> Rows:
    """Read hours by role and month; overtime is part of them."""
    rows = read(
        roster,
        "roster",
        Field("role"),
        Field("period", "week"),
        *(Field(name, "amount") for name in ("hours", "overtime_hours", "headcount", "mean_wage")),
        *(Field(name, "amount", None) for name in ("volume", "vacancies")),
        Field("currency", default=None),
        key=("role", "period"),
    )
    if (over := np.flatnonzero(rows["overtime_hours"] > rows["hours"] * (1 + EQUAL))).size:
        i = int(over[0])
        where = rows.where(i, "role", "period")
        raise OutsideRangeError("roster", "overtime_hours", rows["overtime_hours"][i], where, "is part of the hours")
    return rows


def currency_of(said: str | None, *tables: Rows) -> str:
    """Find the one currency of all tables; empty where none is told."""
    for rows in tables:
        found = {one for one in rows["currency"] if one is not None} | ({said} if said else set())
        if len(found) > 1:
            raise ChoiceNotRecordedError(rows.name, "currency", sorted(found), "one currency of all costs and wages")
    told = {one for rows in tables for one in rows["currency"] if one is not None} | ({said} if said else set())
    if len(told) > 1:
        raise ChoiceNotRecordedError("processes", "currency", sorted(told), "the currency of the roster")
    return next(iter(told), "")


def role_of(role: str, plan: Rows, people: Rows) -> Role:
    """Compare the months before the first process of a role went live with those since its last one did."""
    live = [when for when, of in zip(plan["go_live"], plan["role"], strict=True) if of == role]
    first, last = min(live), max(live)
    own = [i for i, of in enumerate(people["role"]) if of == role]
    before = [i for i in own if people["period"][i] < first]
    after = [i for i in own if people["period"][i] >= last]
    if not before or not after:
        raise NoMonthError("roster", role, f"before {first}" if not before else f"since {last}")
    # Without a volume of work in every month of the role, hours stand as they are.
    brought = bool((people["volume"][own] > 0).all())
    scale = np.ones(people.n)
    if brought:
        scale[own] = np.mean(people["volume"][before]) / people["volume"][own]
    return Role(
        before=_staff(people, before, scale),
        after=_staff(people, after, scale),
        first=first,
        last=last,
        since=frozenset(people["period"][i] for i in after),
        between=len(own) - len(before) - len(after),
        brought=brought,
    )


def _staff(people: Rows, at: Sequence[int], scale: Array) -> Staff:
    """Average months of a role."""
    vacancies = people["vacancies"][at]
    told = vacancies[~np.isnan(vacancies)]
    return Staff(
        months=len(at),
        hours=float(np.mean(people["hours"][at] * scale[at])),
        overtime=float(np.mean(people["overtime_hours"][at] * scale[at])),
        headcount=float(np.mean(people["headcount"][at])),
        wage=float(np.mean(people["mean_wage"][at])),
        vacancies=float(told.mean()) if len(told) else np.nan,
    )


def moves_of(moves: TableLike | None, roles: dict[str, Role]) -> Moved:
    """Read where hours of each role went, a month: the sum since go-live over the months of the roster."""
    fields = (Field("from_role"), Field("to_role"), Field("period", "week"), Field("hours", "amount"))
    rows = read(moves, "moves", *fields)
    rows.places("from_role", sorted(roles), "the roles of processes")
    went: Went = {role: {} for role in roles}
    between = {name: 0.0 if role.between else np.nan for name, role in roles.items()}
    aside = {"before": 0, "between": 0, "outside": 0}
    for name, to, period, hours in zip(*(rows[field.name] for field in fields), strict=True):
        role = roles[name]
        if period < role.first:
            aside["before"] += 1
        elif period < role.last:
            aside["between"] += 1
            between[name] += hours / max(role.between, 1)
        elif period in role.since:
            went[name][to] = went[name].get(to, 0.0) + hours / role.after.months
        else:
            aside["outside"] += 1
    fitted = {name: _fitted(name, roles[name], to) for name, to in went.items()}
    return Moved(went=fitted, between=between, **{f"n_{side}": n for side, n in aside.items()})


def _fitted(name: str, role: Role, to: dict[str, float]) -> dict[str, float]:
    """Refuse more hours than were released, and take away what rounding has added to them."""
    told, room = sum(to.values()), role.released - role.overtime
    if told > room + role.released * EQUAL + EQUAL:
        allowed = f"is at most the {role.released:g} hours a month that were released, overtime among them"
        raise OutsideRangeError("moves", "hours", told + role.overtime, f"from_role = {name!r}", allowed)
    return {one: hours * room / told for one, hours in to.items()} if told > room else to


def one_calendar(plan: Rows, *others: Rows) -> None:
    """Refuse months that are whole numbers in one table and dates in another."""
    dated = {isinstance(when, dt.date) for when in plan["go_live"]}
    for name, rows in (("period", rows) for rows in others):
        for when in rows[name]:
            if dated and {isinstance(when, dt.date)} != dated:
                wanted, found = ("dates", "whole numbers") if True in dated else ("whole numbers", "dates")
                raise ColumnTypeError(rows.name, name, f"{wanted}, as processes.go_live", found)
