"""The tables of a surge as one programme, checked against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Rows
from industria.ecosystems._resources import limits_of, takes_of
from industria.ecosystems._surge_tables import SurgeTables, named_in
from industria.ecosystems._weeks import bounds_of, following_weeks, places_of
from industria.errors import ChoiceError, MissingValueError, OutsideRangeError, ParameterRangeError
from industria.kernels.surge_program import SurgeProgram

Certification = Literal["after_retool", "in_parallel"]
Unmet = Literal["lost", "backlog"]
Unlisted = Literal["error", "unlimited"]
Ids: TypeAlias = npt.NDArray[np.int64]


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
    _refuse(pivots_per_actor, certification, unmet, unlisted_inputs, discount)
    options, rows = tables.options, tables.products
    products, weeks = rows["product"], following_weeks(tables.demand, first=0)
    T, P, A = len(weeks), len(products), options.n
    d = np.zeros((P, T))
    asked = tables.demand.places("product", products, "products"), places_of(tables.demand, "week", weeks)
    d[asked] = tables.demand["demand"]
    p = options.places("product", products, "products")
    actors = sorted({*options["actor"], *named_in(tables.inputs, "actor"), *named_in(tables.resources, "actor")})
    retool, test = (options[name].astype(np.int64) for name in ("retool_weeks", "certification_weeks"))
    together = certification == "in_parallel"
    inputs, bill, supply = _inputs(tables, products, weeks, unlisted_inputs)
    resources, limit, total, unlimited = limits_of(tables, weeks)
    at_start, at_certification, per_unit = takes_of(tables, resources)
    shelf = _shelf(rows, T)
    program = SurgeProgram(
        d=d,
        w=rows["weight"],
        incumbent=rows["incumbent_capacity"],
        stockpile=rows["stockpile"],
        shelf=shelf,
        p=p,
        f=options.places("actor", actors, "options"),
        capacity=options["capacity"],
        good=options["yield"],
        lead=np.maximum(retool, test) if together else retool + test,
        certification=np.zeros(A, np.int64) if together else retool,
        first=bounds_of(options, "earliest_week", weeks, 0),
        last=bounds_of(options, "latest_week", weeks, T - 1),
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


def _refuse(pivots: int, certification: str, unmet: str, unlisted_inputs: str, discount: float) -> None:
    for name, value, kind in (
        ("certification", certification, Certification),
        ("unmet", unmet, Unmet),
        ("unlisted_inputs", unlisted_inputs, Unlisted),
    ):
        if value not in get_args(kind):
            raise ChoiceError(name, value, get_args(kind))
    if not hasattr(pivots, "__index__") or pivots < 0:
        raise ParameterRangeError("pivots_per_actor", pivots, "whole numbers of 0 or more")
    if not -1 < discount < np.inf:
        raise ParameterRangeError("discount", discount, "a rate above -1 that is not infinite")


def _shelf(products: Rows, T: int) -> Ids:
    """Read how many weeks stock keeps; T is for good."""
    spoiled = next((i for i, life in enumerate(products["shelf_life_weeks"]) if life < 1), None)
    if spoiled is not None:
        allowed = "should be 1 or more: what is made keeps at least the week it is made in"
        raise OutsideRangeError("products", "shelf_life_weeks", 0.0, products.where(spoiled, "product"), allowed)
    shelf = np.where(np.isnan(products["shelf_life_weeks"]), T, products["shelf_life_weeks"])
    return np.minimum(shelf, T).astype(np.int64)


def _ramps(ramp: Rows, options: Rows, T: int) -> Array:
    """Lay out the share of capacity by age for every option; at once in full where no ramp is told."""
    if not ramp.n and not named_in(options, "ramp"):
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
    if len(curves) == 1 and not named_in(options, "ramp"):
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
    t = places_of(tables.inputs, "week", weeks)
    supply = np.zeros((len(asked), len(weeks)))
    for name, week, arriving in zip(tables.inputs["input"], t, tables.inputs["supply"], strict=True):
        if name in place:
            supply[place[name], week] += arriving
    return asked, bill, supply
