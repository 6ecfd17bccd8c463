"""The tables of a surge as one programme, checked against each other."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike
from industria.errors import (
    ChoiceError,
    MissingValueError,
    OutsideRangeError,
    ParameterRangeError,
    WeeksError,
)
from industria.kernels.surge_program import SurgeProgram

Certification = Literal["after_retool", "in_parallel"]
Unmet = Literal["lost", "backlog"]
Unlisted = Literal["error", "unlimited"]
Ids: TypeAlias = npt.NDArray[np.int64]

DEMAND: Final = (Field("product"), Field("week", "week"), Field("demand", "amount"))
PRODUCTS: Final = (
    Field("product"),
    Field("weight", "amount"),
    Field("incumbent_capacity", "amount", 0.0),
    Field("stockpile", "amount", 0.0),
    Field("shelf_life_weeks", "count", None),
)
OPTIONS: Final = (
    Field("product"),
    Field("actor"),
    Field("capacity", "amount"),
    Field("retool_weeks", "count"),
    Field("certification_weeks", "count"),
    Field("broker_hours", "amount", 0.0),
    Field("pivot_cost", "amount", 0.0),
    Field("yield", "share", 1.0),
    Field("earliest_week", "week", None),
    Field("latest_week", "week", None),
    Field("ramp", "text", None),
)
RAMP: Final = (Field("ramp", "text", ""), Field("age", "count"), Field("share", "share"))
BILL: Final = (Field("product"), Field("input"), Field("quantity", "amount"))
INPUTS: Final = (Field("input"), Field("week", "week"), Field("actor", "text", None), Field("supply", "amount"))
RESOURCES: Final = (
    Field("resource"),
    Field("week", "week", None),
    Field("actor", "text", None),
    Field("available", "amount"),
)
USES: Final = (
    Field("resource"),
    Field("actor", "text", None),
    Field("product", "text", None),
    Field("per_start", "amount", 0.0),
    Field("per_certification", "amount", 0.0),
    Field("per_unit", "amount", 0.0),
)
CHARGED: Final = {"broker_hours": "broker_hours", "budget": "pivot_cost"}
"""Resources that every pivot takes when it starts, by the column of `options` that tells how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeTables:
    """The tables of a surge, each checked by itself."""

    demand: Rows
    options: Rows
    products: Rows
    ramp: Rows
    bill: Rows
    inputs: Rows
    resources: Rows
    uses: Rows

    @classmethod
    def of(
        cls,
        demand: TableLike,
        options: TableLike,
        products: TableLike,
        ramp: TableLike | None,
        bill: TableLike | None,
        inputs: TableLike | None,
        resources: TableLike | None,
        uses: TableLike | None,
    ) -> SurgeTables:
        """Read them; the errors are those of `read`."""
        return cls(
            demand=read(demand, "demand", *DEMAND, key=("product", "week")),
            options=read(options, "options", *OPTIONS, key=("actor", "product")),
            products=read(products, "products", *PRODUCTS, key=("product",)),
            ramp=read(ramp, "ramp", *RAMP, key=("ramp", "age")),
            bill=read(bill, "bill", *BILL, key=("product", "input")),
            inputs=read(inputs, "inputs", *INPUTS),
            resources=read(resources, "resources", *RESOURCES),
            uses=read(uses, "uses", *USES, key=("resource", "actor", "product")),
        )

    def roles(self) -> dict[str, list[str]]:
        """List who is named, and as what: maker, supplier, provider."""
        found: dict[str, list[str]] = {}
        for role, rows in (("maker", self.options), ("supplier", self.inputs), ("provider", self.resources)):
            for actor in sorted(_told(rows, "actor")):
                found.setdefault(actor, []).append(role)
        return found

    def without(self, actor: str) -> SurgeTables:
        """Leave an actor out as maker, supplier and provider.

        What nobody supplies or provides any longer is 0, not unlimited.
        """
        return replace(
            self,
            options=_kept(self.options, [name != actor for name in self.options["actor"]]),
            uses=_kept(self.uses, [name != actor for name in self.uses["actor"]]),
            inputs=_zeroed(self.inputs, actor, "supply"),
            resources=_zeroed(self.resources, actor, "available"),
        )


def _kept(rows: Rows, stays: Sequence[bool]) -> Rows:
    columns = {
        name: values[np.array(stays, bool)]
        if isinstance(values, np.ndarray)
        else [value for value, kept in zip(values, stays, strict=True) if kept]
        for name, values in rows.columns.items()
    }
    return replace(rows, columns=columns, n=sum(stays))


def _zeroed(rows: Rows, actor: str, column: str) -> Rows:
    theirs = np.array([name == actor for name in rows["actor"]], bool)
    return replace(rows, columns={**rows.columns, column: np.where(theirs, 0.0, rows[column])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A surge, and what its numbers are called.

    Attributes
    ----------
    program : SurgeProgram
        In arrays.
    products, weeks, actors, inputs, resources : list
        Labels in the order of the arrays.
    options : Rows
        In the order of the arrays.
    unlimited : list of str
        Resources that pivots take and nobody limits.
    """

    program: SurgeProgram
    products: list[str]
    weeks: list[int] | list[dt.date]
    actors: list[str]
    inputs: list[str]
    resources: list[str]
    options: Rows
    unlimited: list[str]


def surge_of(
    tables: SurgeTables,
    *,
    pivots_per_actor: int,
    certification: Certification,
    unmet: Unmet,
    unlisted_inputs: Unlisted,
    discount: float,
) -> Surge:
    """Line the tables of a surge up.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If a parameter is none of its choices or out of range.
    WeeksError
        If weeks have a gap, mix numbers with dates, or lie beyond those of demand.
    UnknownLabelError
        If a table names what no other lists.
    OutsideRangeError
        If a ramp has a hole in its ages, or a product keeps less than a week.
    MissingValueError
        If there are several ramps, and an option does not tell its own.
    """
    for name, value, kind in (
        ("certification", certification, Certification),
        ("unmet", unmet, Unmet),
        ("unlisted_inputs", unlisted_inputs, Unlisted),
    ):
        if value not in get_args(kind):
            raise ChoiceError(name, value, get_args(kind))
    if not hasattr(pivots_per_actor, "__index__") or pivots_per_actor < 0:
        raise ParameterRangeError("pivots_per_actor", pivots_per_actor, "whole numbers of 0 or more")
    if not -1 < discount < np.inf:
        raise ParameterRangeError("discount", discount, "a rate above -1 that is not infinite")
    options, rows = tables.options, tables.products
    products, weeks = rows["product"], following_weeks(tables.demand, first=0)
    T, P, A = len(weeks), len(products), options.n
    d = np.zeros((P, T))
    asked = tables.demand.places("product", products, "products"), _places(tables.demand, "week", weeks)
    d[asked] = tables.demand["demand"]
    p = options.places("product", products, "products")
    actors = sorted({*options["actor"], *_told(tables.inputs, "actor"), *_told(tables.resources, "actor")})
    retool, test = (options[name].astype(np.int64) for name in ("retool_weeks", "certification_weeks"))
    together = certification == "in_parallel"
    inputs, bill, supply = _inputs(tables, products, weeks, unlisted_inputs)
    resources, limit, total, unlimited = _limits(tables, weeks)
    at_start, at_certification, per_unit = _takes(tables, p, resources)
    spoiled = next((i for i, life in enumerate(rows["shelf_life_weeks"]) if life < 1), None)
    if spoiled is not None:
        allowed = "should be 1 or more: what is made keeps at least the week it is made in"
        raise OutsideRangeError("products", "shelf_life_weeks", 0.0, rows.where(spoiled, "product"), allowed)
    shelf = np.where(np.isnan(rows["shelf_life_weeks"]), T, rows["shelf_life_weeks"])
    program = SurgeProgram(
        d=d,
        w=rows["weight"],
        incumbent=rows["incumbent_capacity"],
        stockpile=rows["stockpile"],
        shelf=np.minimum(shelf, T).astype(np.int64),
        p=p,
        f=options.places("actor", actors, "options"),
        capacity=options["capacity"],
        good=options["yield"],
        lead=np.maximum(retool, test) if together else retool + test,
        certification=np.zeros(A, np.int64) if together else retool,
        first=_bounds(options, "earliest_week", weeks, 0),
        last=_bounds(options, "latest_week", weeks, T - 1),
        ramp=_ramps(tables.ramp, options, T),
        bill=bill,
        supply=supply,
        limit=limit,
        total=total,
        at_start=at_start,
        at_certification=at_certification,
        per_unit=per_unit,
        pivots=pivots_per_actor,
        backlog=unmet == "backlog",
        discount=discount,
    )
    return Surge(
        program=program,
        products=products,
        weeks=weeks,
        actors=actors,
        inputs=inputs,
        resources=resources,
        options=options,
        unlimited=unlimited,
    )


def _told(rows: Rows, column: str) -> set[str]:
    return {label for label in rows[column] if label is not None}


def following_weeks(rows: Rows, first: int | None = None) -> list[Any]:
    """List the weeks of a table, which follow one another: dates, or whole numbers from the `first` on.

    Raises
    ------
    WeeksError
        If there are none, or one lacks.
    """
    if not rows.n:
        raise WeeksError(rows.name, "week", "has no rows", "At least one week is needed.")
    found = sorted(set(rows["week"]))
    if isinstance(found[0], dt.date):
        gap = next((i for i in range(1, len(found)) if (found[i] - found[i - 1]).days != 7), None)
        if gap:
            advice = "Weeks are dates 7 days apart; give every week a row, 0 where there is nothing."
            raise WeeksError(rows.name, "week", f"goes from {found[gap - 1]} to {found[gap]}", advice)
        return found
    start = found[0] if first is None else first
    gap = next((i for i, week in enumerate(found) if week != start + i), None)
    if gap is not None:
        advice = "Weeks are 0, 1, 2 and so on, or dates 7 days apart; none may lack."
        raise WeeksError(rows.name, "week", f"has {found[gap]} where {start + gap} is next", advice)
    return found


def _places(rows: Rows, column: str, weeks: Sequence[Any]) -> Ids:
    """Find weeks among those of demand; a missing one gets -1."""
    place = {week: t for t, week in enumerate(weeks)}
    for week in rows[column]:
        if week is None or week in place:
            continue
        kinds = "dates" if isinstance(weeks[0], dt.date) else "whole numbers"
        if isinstance(week, dt.date) != isinstance(weeks[0], dt.date):
            raise WeeksError(rows.name, column, f"has {week}", f"The weeks of demand are {kinds}; say all weeks alike.")
        said = f"has {week}, which is no week of demand"
        raise WeeksError(rows.name, column, said, f"Demand runs from {weeks[0]} to {weeks[-1]}.")
    return np.array([place.get(week, -1) for week in rows[column]], np.int64)


def _bounds(options: Rows, column: str, weeks: Sequence[Any], otherwise: int) -> Ids:
    """Read the weeks before or after which a pivot may not start; those beyond the plan do not bind, or bar it."""
    found = np.full(options.n, otherwise)
    for i, week in enumerate(options[column]):
        if week is None:
            continue
        if isinstance(week, dt.date) != isinstance(weeks[0], dt.date):
            raise WeeksError("options", column, f"has {week}", "Say all weeks alike: whole numbers or dates.")
        if isinstance(week, dt.date):
            # A day within a week: pivots start when weeks do, not before the day and not after it.
            days = (week - weeks[0]).days
            found[i] = -(-days // 7) if column == "earliest_week" else days // 7
        else:
            found[i] = week
    return found


def _ramps(ramp: Rows, options: Rows, T: int) -> Array:
    """Lay out the share of capacity by age for every option; at once in full where no ramp is told."""
    if not ramp.n and not _told(options, "ramp"):
        return np.ones((options.n, T))
    curves: dict[str, Array] = {}
    for name in dict.fromkeys(ramp["ramp"]):
        chosen = [i for i, one in enumerate(ramp["ramp"]) if one == name]
        age, share = ramp["age"][chosen], ramp["share"][chosen]
        hole = next((k for k, one in enumerate(age) if one != k), None)
        if hole is not None:
            where = f"ramp = {name!r}" if name else f"row {hole + 1}"
            allowed = f"should be {hole}: ages are 0, 1, 2 without a hole"
            raise OutsideRangeError("ramp", "age", float(age[hole]), where, allowed)
        curves[name] = np.concatenate([share, np.full(max(0, T - len(share)), share[-1])])[:T]
    if len(curves) == 1 and not _told(options, "ramp"):
        return np.tile(next(iter(curves.values())), (options.n, 1))
    options.places("ramp", list(curves), "ramp")
    if untold := [i for i, name in enumerate(options["ramp"]) if name is None]:
        first = options.where(untold[0], "actor", "product")
        raise MissingValueError("options", "ramp", len(untold), options.n, first)
    return np.stack([curves[name] for name in options["ramp"]]) if options.n else np.ones((0, T))


def _inputs(
    tables: SurgeTables, products: Sequence[str], weeks: Sequence[Any], unlisted: Unlisted
) -> tuple[list[str], Array, Array]:
    """Lay out what a unit takes and what arrives; only what products take is looked at."""
    listed = sorted(set(tables.inputs["input"]))
    p = tables.bill.places("product", products, "products")
    if unlisted == "error":
        tables.bill.places("input", listed, "inputs")
    taken = set(tables.bill["input"])
    asked = [name for name in listed if name in taken]
    place = {name: k for k, name in enumerate(asked)}
    column = np.array([place.get(name, -1) for name in tables.bill["input"]], np.int64)
    bill = np.zeros((len(products), len(asked)))
    bill[p[column >= 0], column[column >= 0]] = tables.bill["quantity"][column >= 0]
    t = _places(tables.inputs, "week", weeks)
    supply = np.zeros((len(asked), len(weeks)))
    for name, week, arriving in zip(tables.inputs["input"], t, tables.inputs["supply"], strict=True):
        if name in place:
            supply[place[name], week] += arriving
    return asked, bill, supply


def _limits(tables: SurgeTables, weeks: Sequence[Any]) -> tuple[list[str], Array, Array, list[str]]:
    """Lay out what there is of each resource, and list those that nobody limits."""
    rows = tables.resources
    t = _places(rows, "week", weeks)
    named = sorted(set(rows["resource"]))
    limit, total = np.full((len(named), len(weeks)), np.inf), np.full(len(named), np.inf)
    for name, week, available in zip(rows["resource"], t, rows["available"], strict=True):
        k = named.index(name)
        if week < 0:
            total[k] = available + (total[k] if np.isfinite(total[k]) else 0.0)
            continue
        if not np.isfinite(limit[k]).any():
            limit[k] = 0.0
        limit[k, week] += available
    for name in named:
        told = {week for one, week in zip(rows["resource"], t, strict=True) if one == name and week >= 0}
        if told and len(told) < len(weeks):
            first = next(week for i, week in enumerate(weeks) if i not in told)
            warnings.warn(
                f"resources tells {name!r} for {len(told)} of {len(weeks)} weeks; there is none in the others, "
                f"first in week {first}.",
                stacklevel=3,
            )
    taken = {*tables.uses["resource"], *(name for name, column in CHARGED.items() if tables.options[column].any())}
    return named, limit, total, sorted(taken - set(named))


def _takes(tables: SurgeTables, p: Ids, resources: Sequence[str]) -> tuple[Array, Array, Array]:
    """Lay out what each option takes of each resource that is limited."""
    options, uses = tables.options, tables.uses
    shape = (options.n, len(resources))
    takes: Mapping[str, Array] = {name: np.zeros(shape) for name in ("per_start", "per_certification", "per_unit")}
    for resource, column in CHARGED.items():
        if resource in resources:
            takes["per_start"][:, resources.index(resource)] += options[column]
    uses.places("product", tables.products["product"], "products")
    uses.places("actor", sorted(set(options["actor"])), "options")
    every = list(range(options.n))
    theirs: dict[tuple[str, str], list[int]] = {}
    for column in ("actor", "product"):
        for k, label in enumerate(options[column]):
            theirs.setdefault((column, label), []).append(k)
    for i in range(uses.n):
        if uses["resource"][i] not in resources:
            continue
        actor, product = uses["actor"][i], uses["product"][i]
        mine = every if actor is None else theirs[("actor", actor)]
        if product is not None and actor is None:
            mine = theirs.get(("product", product), [])
        elif product is not None:
            # An actor has few options, a product may have very many.
            mine = [k for k in mine if options["product"][k] == product]
        for name, taken in takes.items():
            taken[mine, resources.index(uses["resource"][i])] += uses[name][i]
    return takes["per_start"], takes["per_certification"], takes["per_unit"]
