"""Which pivots to start, week by week, so that least of a surge in demand goes unmet: the statement in arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.kernels.sparse_rows import Rows, blocks, stacked
from industria.kernels.surge_stocks import Classes, Columns, input_rows, product_rows, shelf_rows

__all__ = ["BY_OPTION", "Statement", "SurgeProgram", "class_count", "output_by_week", "possible_starts", "statement"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

BY_OPTION: Final = (
    *("p", "f", "capacity", "good", "lead", "certification", "first", "last", "ramp"),
    *("at_start", "at_certification", "per_unit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeProgram:
    """A surge of P products over T weeks; A options of F actors; K inputs; R resources.

    Attributes
    ----------
    d : array, shape (P, T)
        Demand, units of the product.
    w : array, shape (P,)
        Loss per unit unmet.
    incumbent, stockpile : array, shape (P,)
        Units that others make a week; units in stock at the start.
    shelf : array of int, shape (P,)
        Weeks that stock keeps, the week it is made counted; T or more is for good.
    p, f : array of int, shape (A,)
        Product and actor of an option.
    capacity : array, shape (A,)
        Gross units a week at full ramp.
    good : array, shape (A,)
        Share of gross output that can be delivered.
    lead, certification, first, last : array of int, shape (A,)
        Weeks from start to first output, and to the beginning of certification; earliest and latest week to start.
    ramp : array, shape (A, T)
        Share of capacity by weeks since the lead ended.
    bill : array, shape (P, K)
        Units of an input per gross unit.
    supply : array, shape (K, T)
        Units that arrive.
    limit : array, shape (R, T)
        What there is of a resource in a week; infinite without limit.
    total : array, shape (R,)
        What there is of it in all weeks together; infinite without limit.
    at_start, at_certification, per_unit : array, shape (A, R)
        What an option takes when it starts, when its certification begins, and per gross unit.
    pivots : int
        How many an actor may start.
    backlog : bool
        Whether unmet demand waits, and every week of it counts; it is lost otherwise.
    discount : float
        A loss t weeks away counts 1/(1 + discount)**t.
    """

    d: Array
    w: Array
    incumbent: Array
    stockpile: Array
    shelf: Ids
    p: Ids
    f: Ids
    capacity: Array
    good: Array
    lead: Ids
    certification: Ids
    first: Ids
    last: Ids
    ramp: Array
    bill: Array
    supply: Array
    limit: Array
    total: Array
    at_start: Array
    at_certification: Array
    per_unit: Array
    pivots: int = 1
    backlog: bool = False
    discount: float = 0.0

    @property
    def loss(self) -> Array:
        """Loss of a unit unmet, by product and week, shape (P, T)."""
        return self.w[:, None] / (1.0 + self.discount) ** np.arange(self.d.shape[1])

    def only(self, options: Ids) -> SurgeProgram:
        """Leave all options out but these."""
        return replace(self, **{name: getattr(self, name)[options] for name in BY_OPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The program: minimize c v where A v <= b, E v = e and 0 <= v <= upper; the variables `y` are whole.

    Output enters through its sums over options of one product, yield and use of
    resources alone. So `x` has one variable for each such class and week, below the sum of
    the options' capacities: optimum and relaxation are those of output by option.

    Attributes
    ----------
    a, q : array of int, shape (n_starts,)
        Option and week of every start that gives output before the end.
    g : array of int, shape (A,)
        Class of an option.
    places : dict of str to slice
        Of the variables: `y` starts, `x` gross output by class and week, `z` output of incumbents, `s` stock,
        `u` unmet, `m` stock of inputs, `v` stock that spoils.
    rows : dict of str to slice
        Of A: `capacity`, `actor`, `week`, `total`, `shelf`; of E: `product`, `input`.
    weekly : tuple of array
        Resource and week of the rows `week`.
    totals : array of int
        Resource of the rows `total`.
    opening : array of int
        Product whose stockpile stands on the right of each row `shelf`; -1 where it has spoiled.
    weeks : int
        T.
    """

    a: Ids
    q: Ids
    g: Ids
    places: dict[str, slice]
    rows: dict[str, slice]
    weekly: tuple[Ids, Ids]
    totals: Ids
    opening: Ids
    c: Array
    A: csr_array
    b: Array
    E: csr_array
    e: Array
    upper: Array
    weeks: int


def statement(surge: SurgeProgram, starts: tuple[Ids, Ids] | None = None, *, apart: Ids | None = None) -> Statement:
    """Write a surge as a linear program with whole starts.

    Parameters
    ----------
    surge : SurgeProgram
        What is asked.
    starts : tuple of arrays, optional
        Option and week of the starts that there may be; all that are allowed and give
        output before the end without it.
    apart : array of int, shape (A,), optional
        Options with another number here are in another class, however alike they are.
    """
    (P, T), K = surge.d.shape, len(surge.supply)
    kinds = Classes.of(surge.p, surge.good, surge.per_unit, apart)
    a, q = possible_starts(surge) if starts is None else starts
    spoils = np.flatnonzero(surge.shelf < T)
    G = len(kinds.good)
    places = blocks(y=len(a), x=G * T, z=P * T, s=P * T, u=P * T, m=K * T, v=len(spoils) * T)
    at = Columns.of(places, T)
    (r, week), totals = np.nonzero(np.isfinite(surge.limit)), np.flatnonzero(np.isfinite(surge.total))
    in_week, in_all = _resource_rows(surge, kinds, (a, q), at)
    keeps, opening = shelf_rows(surge.shelf, spoils, kinds, at)
    actors = Rows(int(surge.f.max(initial=-1)) + 1).add(surge.f[a], at.y, 1.0)
    below = {
        "capacity": (_capacity_rows(surge, kinds, (a, q), at), np.zeros(G * T)),
        "actor": (actors, np.full(actors.n, float(surge.pivots))),
        "week": (in_week, surge.limit[r, week]),
        "total": (in_all, surge.total[totals]),
        "shelf": (keeps, np.where(opening >= 0, surge.stockpile[opening], 0.0)),
    }
    need = -surge.d
    need[:, 0] += surge.stockpile
    exact = {
        "product": (product_rows(kinds, spoils, surge.backlog, at), need.ravel()),
        "input": (input_rows(surge.bill, kinds, at), surge.supply.ravel()),
    }
    width = places["v"].stop
    c, upper = np.zeros(width), np.full(width, np.inf)
    c[places["u"]] = surge.loss.ravel()
    upper[places["y"]], upper[places["z"]] = 1.0, np.repeat(surge.incumbent, T)
    return Statement(
        a=a,
        q=q,
        g=kinds.of_option,
        places=places,
        rows=blocks(**{name: rows.n for name, (rows, _) in below.items()})
        | blocks(**{name: rows.n for name, (rows, _) in exact.items()}),
        weekly=(r, week),
        totals=totals,
        opening=opening,
        c=c,
        A=stacked((rows for rows, _ in below.values()), width),
        b=np.concatenate([bound for _, bound in below.values()]),
        E=stacked((rows for rows, _ in exact.values()), width),
        e=np.concatenate([right for _, right in exact.values()]),
        upper=upper,
        weeks=T,
    )


def class_count(surge: SurgeProgram) -> int:
    """Count the classes of options that are alike in product, yield and use of resources per unit."""
    return len(Classes.of(surge.p, surge.good, surge.per_unit).good)


def output_by_week(surge: SurgeProgram, a: Ids, q: Ids) -> tuple[Ids, Ids, Array]:
    """List what starts of options `a` in weeks `q` can put out: place among them, week, gross units."""
    T = surge.d.shape[1]
    age = np.arange(T) - (q + surge.lead[a])[:, None]
    share = np.where(age >= 0, np.take_along_axis(surge.ramp[a], np.maximum(age, 0), axis=1), 0.0)
    k, t = np.nonzero(share)
    return k, t, share[k, t] * surge.capacity[a[k]]


def possible_starts(surge: SurgeProgram) -> tuple[Ids, Ids]:
    """List option and week of the starts that are allowed and give output before the end."""
    week = np.arange(surge.d.shape[1])
    allowed = (week >= surge.first[:, None]) & (week <= surge.last[:, None])
    useful = (week + surge.lead[:, None] < len(week)) & (surge.capacity[:, None] > 0)
    a, q = np.nonzero(allowed & useful)
    return a, q


def _capacity_rows(surge: SurgeProgram, kinds: Classes, starts: tuple[Ids, Ids], at: Columns) -> Rows:
    """Hold the output of a class in a week below what its starts can put out then."""
    G, T = at.x.shape
    k, t, units = output_by_week(surge, *starts)
    rows = Rows(G * T).add(np.arange(G * T).reshape(G, T), at.x, 1.0)
    return rows.add(kinds.of_option[starts[0][k]] * T + t, k, -units)


def _resource_rows(surge: SurgeProgram, kinds: Classes, starts: tuple[Ids, Ids], at: Columns) -> tuple[Rows, Rows]:
    """Hold what starts, certifications and output take below what there is: in a week, and in all weeks together."""
    (a, q), T = starts, surge.d.shape[1]
    limited = np.isfinite(surge.limit)
    number = np.where(limited, np.cumsum(limited).reshape(limited.shape) - 1, -1)
    totals = np.flatnonzero(np.isfinite(surge.total))
    in_week, in_all = Rows(int(limited.sum())), Rows(len(totals))
    for resource in range(len(surge.total)):
        takes = surge.at_start[a, resource], surge.at_certification[a, resource]
        used = kinds.use[:, [resource]] * np.ones(T)
        for when, taken in zip((q, q + surge.certification[a]), takes, strict=True):
            # A certification that was booked for after the end takes nothing before it.
            in_week.add(np.where(when < T, number[resource, np.minimum(when, T - 1)], -1), at.y, taken)
        in_week.add(number[resource], at.x, used)
        for row in np.flatnonzero(totals == resource):
            in_all.add(np.int64(row), at.y, takes[0] + takes[1]).add(np.int64(row), at.x, used)
    return in_week, in_all
