"""Which pivots to start, week by week, so that least of a surge in demand goes unmet: the statement in arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

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
    kinds, g = _classes(surge, np.zeros(len(surge.p)) if apart is None else apart)
    product, good, use = kinds[:, 0].astype(np.int64), kinds[:, 1], kinds[:, 3:]
    a, q = possible_starts(surge) if starts is None else starts
    spoils = np.flatnonzero(surge.shelf < T)
    G, n = len(kinds), len(a)
    places = _blocks(y=n, x=G * T, z=P * T, s=P * T, u=P * T, m=K * T, v=len(spoils) * T)
    x, z, s, u, m, v = (
        np.arange(places[name].start, places[name].stop).reshape(-1, T) for name in ("x", "z", "s", "u", "m", "v")
    )
    width, y, ones = places["v"].stop, np.arange(n), np.ones(T)

    k, t, units = output_by_week(surge, a, q)
    capacity = _Rows(G * T).add(np.arange(G * T).reshape(G, T), x, 1.0).add(g[a[k]] * T + t, k, -units)
    actor = _Rows(int(surge.f.max(initial=-1)) + 1).add(surge.f[a], y, 1.0)
    r, week = np.nonzero(np.isfinite(surge.limit))
    number = np.full(surge.limit.shape, -1)
    number[r, week] = np.arange(len(r))
    by_week = _Rows(len(r))
    totals = np.flatnonzero(np.isfinite(surge.total))
    in_all = _Rows(len(totals))
    for resource in range(len(surge.total)):
        takes = surge.at_start[a, resource], surge.at_certification[a, resource]
        for when, taken in zip((q, q + surge.certification[a]), takes, strict=True):
            # A certification that was booked for after the end takes nothing before it.
            by_week.add(np.where(when < T, number[resource, np.minimum(when, T - 1)], -1), y, taken)
        by_week.add(number[resource], x, use[:, [resource]] * ones)
        for row in np.flatnonzero(totals == resource):
            in_all.add(np.int64(row), y, takes[0] + takes[1]).add(np.int64(row), x, use[:, [resource]] * ones)
    keeps, opening = _shelf_rows(surge, spoils, (x, z, s), product, good)

    balance = _Rows(P * T).add(line := np.arange(P * T).reshape(P, T), s, 1.0).add(line[:, 1:], s[:, :-1], -1.0)
    balance.add(line[product], x, -good[:, None] * ones).add(line, z, -1.0).add(line, u, -1.0).add(line[spoils], v, 1.0)
    if surge.backlog:
        balance.add(line[:, 1:], u[:, :-1], 1.0)
    need = -surge.d.copy()
    need[:, 0] += surge.stockpile
    inputs = _Rows(K * T).add(line := np.arange(K * T).reshape(K, T), m, 1.0).add(line[:, 1:], m[:, :-1], -1.0)
    for j in range(K):
        inputs.add(line[j], x, surge.bill[product, j][:, None] * ones)
        inputs.add(line[j], z, surge.bill[:, [j]] * ones)

    c = np.zeros(width)
    c[places["u"]] = surge.loss.ravel()
    upper = np.full(width, np.inf)
    upper[places["y"]] = 1.0
    upper[places["z"]] = np.repeat(surge.incumbent, T)
    below = {"capacity": capacity, "actor": actor, "week": by_week, "total": in_all, "shelf": keeps}
    bounds = [
        np.zeros(G * T),
        np.full(actor.n, float(surge.pivots)),
        surge.limit[r, week],
        surge.total[totals],
        np.where(opening >= 0, surge.stockpile[opening], 0.0),
    ]
    exact = {"product": balance, "input": inputs}
    return Statement(
        a=a,
        q=q,
        g=g,
        places=places,
        rows=_blocks(**{name: rows.n for name, rows in below.items()})
        | _blocks(**{name: rows.n for name, rows in exact.items()}),
        weekly=(r, week),
        totals=totals,
        opening=opening,
        c=c,
        A=_stacked(below.values(), width),
        b=np.concatenate(bounds),
        E=_stacked(exact.values(), width),
        e=np.concatenate([need.ravel(), surge.supply.ravel()]),
        upper=upper,
        weeks=T,
    )


def class_count(surge: SurgeProgram) -> int:
    """Count the classes of options that are alike in product, yield and use of resources per unit."""
    return len(_classes(surge, np.zeros(len(surge.p)))[0])


def _classes(surge: SurgeProgram, apart: Ids | Array) -> tuple[Array, Ids]:
    """Tell product, yield, `apart` and use per unit of each class, and the class of each option."""
    kinds: Array
    kinds, g = np.unique(np.column_stack([surge.p, surge.good, apart, surge.per_unit]), axis=0, return_inverse=True)
    return kinds, g.ravel().astype(np.int64)


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


def _shelf_rows(
    surge: SurgeProgram, spoils: Ids, columns: tuple[Ids, Ids, Ids], product: Ids, good: Array
) -> tuple[_Rows, Ids]:
    """Hold what is left for the next week below what will still be good then: the oldest is used first."""
    x, z, s = columns
    T = surge.d.shape[1]
    rows, opening = _Rows(len(spoils) * T), np.full((len(spoils), T), -1)
    for i, p in enumerate(spoils):
        line = i * T + np.arange(T)
        rows.add(line, s[p], 1.0)
        opening[i, : max(surge.shelf[p] - 1, 0)] = p
        for back in range(int(surge.shelf[p]) - 1):
            rows.add(line[back:], z[p, : T - back], -1.0)
            for group in np.flatnonzero(product == p):
                rows.add(line[back:], x[group, : T - back], -good[group])
    return rows, opening.ravel()


class _Rows:
    """Rows of a sparse matrix in the making."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.parts: list[tuple[Ids, Ids, Array]] = []

    def add(self, rows: Ids | np.int64, columns: Ids, values: Array | float) -> _Rows:
        """Add entries, of one shape; those with a row below 0 are no rows of this matrix."""
        v = np.broadcast_to(np.asarray(values, float), np.shape(columns)).ravel()
        i, j = np.broadcast_to(rows, np.shape(columns)).ravel(), np.ravel(columns)
        kept = (i >= 0) & (v != 0)
        self.parts.append((i[kept], j[kept], v[kept]))
        return self


def _stacked(blocks: object, width: int) -> csr_array:
    """Lay rows upon rows."""
    i, j, v, above = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0)], 0
    for rows in blocks:  # type: ignore[attr-defined]
        for part in rows.parts:
            i.append(part[0] + above)
            j.append(part[1])
            v.append(part[2])
        above += rows.n
    return csr_array(coo_array((np.concatenate(v), (np.concatenate(i), np.concatenate(j))), shape=(above, width)))


def _blocks(**sizes: int) -> dict[str, slice]:
    """Lay named blocks one behind another."""
    ends = np.cumsum([0, *sizes.values()]).tolist()
    return {name: slice(low, high) for name, low, high in zip(sizes, ends[:-1], ends[1:], strict=True)}
