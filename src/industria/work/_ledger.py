"""Tables of an automation ledger: what was planned, done and worked, and where hours went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.rows import Field, Rows, read
from industria.core.table import TableLike
from industria.errors import ChoiceNotRecordedError, ColumnTypeError, NoMonthError, OutsideRangeError

__all__ = ["EQUAL", "Role", "currency_of", "log_of", "moves_of", "one_calendar", "processes_of", "role_of", "roster_of"]

EQUAL: Final = 1e-9
"""How far hours that are told may lie above those released, relative to them: sums carry rounding."""


@dataclass(frozen=True, slots=True)
class Role:
    """Hours a month that a role released, those of overtime among them, its wage, and the months since go-live.

    `brought` tells whether hours were brought to the volume of work before.
    """

    released: float
    overtime: float
    wage: float
    live: Any
    months: int
    brought: bool


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
        *(Field(name, "amount", None) for name in ("minutes", "turnaround")),
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
        Field("volume", "amount", None),
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
    volume = people["volume"] if brought else np.ones(people.n)
    base = float(np.mean(volume[before]))

    def monthly(column: str, at: Sequence[int]) -> float:
        return float(np.mean(people[column][at] * base / volume[at]))

    released = max(0.0, monthly("hours", before) - monthly("hours", after))
    overtime = max(0.0, monthly("overtime_hours", before) - monthly("overtime_hours", after))
    wage = float(np.mean(people["mean_wage"][after]))
    return Role(released, min(released, overtime), wage, last, len(after), brought)


def moves_of(moves: TableLike | None, roles: dict[str, Role]) -> tuple[dict[str, dict[str, float]], int]:
    """Hours a month of each role by where they went: the sum since go-live over the months of the roster.

    With them comes how many moves were before go-live, which count for nothing.
    """
    fields = (Field("from_role"), Field("to_role"), Field("period", "week"), Field("hours", "amount"))
    rows = read(moves, "moves", *fields)
    went: dict[str, dict[str, float]] = {role: {} for role in roles}
    rows.places("from_role", sorted(roles), "the roles of processes")
    early = 0
    for role, to, period, hours in zip(*(rows[field.name] for field in fields), strict=True):
        if period >= roles[role].live:
            went[role][to] = went[role].get(to, 0.0) + hours / roles[role].months
        else:
            early += 1
    for role, to in went.items():
        told = sum(to.values()) + roles[role].overtime
        if told > roles[role].released * (1 + EQUAL) + EQUAL:
            allowed = f"is at most the {roles[role].released:g} hours a month that were released, overtime among them"
            raise OutsideRangeError("moves", "hours", told, f"from_role = {role!r}", allowed)
    return went, early


def one_calendar(plan: Rows, *others: Rows) -> None:
    """Refuse months that are whole numbers in one table and dates in another."""
    dated = {isinstance(when, dt.date) for when in plan["go_live"]}
    for name, rows in (("period", rows) for rows in others):
        for when in rows[name]:
            if dated and {isinstance(when, dt.date)} != dated:
                wanted, found = ("dates", "whole numbers") if True in dated else ("whole numbers", "dates")
                raise ColumnTypeError(rows.name, name, f"{wanted}, as processes.go_live", found)
