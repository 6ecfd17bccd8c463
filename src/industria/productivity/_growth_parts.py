"""Parts of the growth of an aggregate, by method, over nests of groups and pairs of periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from industria.core.replicate import replicate
from industria.errors import ZeroWeightError
from industria.kernels.decompositions import COMPONENTS, METHODS, Items, Truth, petrin_levinsohn
from industria.productivity._growth_holes import Holes
from industria.productivity._growth_inputs import PETRIN_LEVINSOHN, InputRoles
from industria.productivity._intervals import drawn, percentile_interval
from industria.productivity._nests import Nests
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["TOTAL", "Pair", "Part", "intervals", "matched", "parts", "standing"]

TOTAL: Final = "total"
TINY: Final = np.finfo(float).tiny


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Units of two periods, matched within their smallest group.

    Attributes
    ----------
    group, unit : array, shape (n,)
        Where and who.
    w0, w1, h0, h1, p0, p1 : array, shape (n,)
        Weight in the aggregate, units stood for, and productivity, in both periods; 0 where absent.
    in0, in1 : array, shape (n,)
        Whether the unit is there, though its weight may be 0.
    v0, v1 : array, shape (n,)
        What Domar weights are over, in both periods; 0 where absent.
    moved : array, shape (n,), or None
        What moving inputs brought to the unit, in log points of its output; None where no method asks.
    missing : array, shape (m,)
        Cell of each unit that lacks a number or a group in one of the periods, and so is in neither.
    """

    group: Codes
    unit: Codes
    w0: Array
    w1: Array
    h0: Array
    h1: Array
    p0: Array
    p1: Array
    in0: Truth
    in1: Truth
    v0: Array
    v1: Array
    moved: Array | None
    missing: Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One component of one method: what each item adds, its cell, and how many items stand behind each cell."""

    method: str
    level: int
    component: str
    terms: Array
    cell: Codes
    n_items: Codes


def standing(panel: Panel, weights: str | None) -> Panel:
    """Let each row stand for as many units as its weight says, and keep those that stand for none: they are there.

    Raises
    ------
    ZeroWeightError
        If all do.
    """
    if weights is None:
        return panel
    if not (panel[weights] > 0).any():
        raise ZeroWeightError(panel.name, weights, "")
    return replace(panel, weights=panel[weights])


def matched(
    panel: Panel, value: str, weight: str, roles: InputRoles | None, t0: int, t1: int, lost: Holes | None
) -> Pair:
    """Match the units of two periods; a unit that changes its group leaves one and comes to the other."""
    rows, missing = [np.flatnonzero(panel.time == t) for t in (t0, t1)], np.zeros(0, np.int64)
    if lost is not None:
        who, missing = lost.of(t0, t1)
        rows = [at[~np.isin(lost.own[at], who)] for at in rows]
    key = panel.cell * panel.n_units + panel.unit
    if (panel.weights == 0).any():
        # Who stands for nobody in both periods is behind no figure.
        counts = [np.unique(key[at][panel.weights[at] > 0]) for at in rows]
        rows = [at[np.isin(key[at], np.union1d(*counts))] for at in rows]
    # Both are sorted, which a stable sort of the two one after the other sees.
    keys = np.sort(np.concatenate([key[at] for at in rows]), kind="stable")
    keys = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]

    places = [np.searchsorted(keys, key[at]) for at in rows]

    def spread(of: Array) -> list[Array]:
        found = []
        for place, at in zip(places, rows, strict=True):
            made = np.zeros(len(keys))
            made[place] = of[at]
            found.append(made)
        return found

    h = panel.weights
    (w0, w1), (h0, h1), (p0, p1) = (spread(of) for of in (panel[weight] * h, h, panel[value]))
    in0, in1 = (np.zeros(len(keys), bool) for _ in rows)
    in0[places[0]] = in1[places[1]] = True
    v0, v1 = spread(panel[roles.value_added] * h) if roles and roles.value_added else (w0, w1)
    group, unit = np.divmod(keys, panel.n_units)
    return Pair(
        group=group,
        unit=unit,
        w0=w0,
        w1=w1,
        h0=h0,
        h1=h1,
        p0=p0,
        p1=p1,
        in0=in0,
        in1=in1,
        v0=v0,
        v1=v1,
        moved=roles.moved(panel, spread) if roles else None,
        missing=missing,
    )


def parts(pair: Pair, held: Nests, methods: Sequence[str]) -> Iterator[Part]:
    """Yield the components of every method, nest after nest, those of units last; and at the end the total.

    A method with a total of its own yields it after its components.

    Terms are NaN where a cell has no weight in one of the periods.
    """
    levels = _levels(pair, held)
    known = np.where((_sums(pair, held, pair.w0) > 0) & (_sums(pair, held, pair.w1) > 0), 1.0, np.nan)
    cells = [np.arange(held.sizes[0])]
    for x in levels:
        cells.append(cells[-1][x.parent])
    behind = [_behind(x, cell, held.sizes[0]) for x, cell in zip(levels, cells[1:], strict=True)]
    for method in methods:
        if method == PETRIN_LEVINSOHN:
            yield from _with_domar_weights(pair, held, known, len(levels) - 1)
            continue
        W0 = W1 = known
        for level, x in enumerate(levels):
            terms = METHODS[method](x)
            W0, W1 = W0[x.parent], W1[x.parent]
            within = W1 * terms.w1 * x.p1 - W0 * terms.w0 * x.p0
            made = {"within": within} | {name: W1 * one - W0 * zero for name, (one, zero) in terms.rest.items()}
            others = "stays" if "entry" in COMPONENTS[method] else "all"
            for component in COMPONENTS[method]:
                # What happens within groups is told by the nests below.
                if component != "within" or level == len(levels) - 1:
                    yield Part(
                        method=method,
                        level=level,
                        component=component,
                        terms=made[component],
                        cell=cells[level + 1],
                        n_items=behind[level].get(component, behind[level][others]),
                    )
            W0, W1 = W0 * terms.w0, W1 * terms.w1
    s0, s1 = (w / np.maximum(_sums(pair, held, w), TINY)[cells[-1]] for w in (pair.w0, pair.w1))
    total = known[cells[-1]] * (s1 * pair.p1 - s0 * pair.p0)
    yield Part(
        method=TOTAL,
        level=len(levels) - 1,
        component=TOTAL,
        terms=total,
        cell=cells[-1],
        n_items=behind[-1]["all"],
    )


def _behind(x: Items, cell: Codes, cells: int) -> dict[str, Codes]:
    """Count the items of each cell that come, leave and stay, and all of them."""
    counted = {"entry": x.comes, "exit": x.leaves, "stays": x.stays, "all": None}
    return {name: np.bincount(cell, of, cells).astype(np.int64) for name, of in counted.items()}


def _with_domar_weights(pair: Pair, held: Nests, known: Array, level: int) -> Iterator[Part]:
    cell = held.cells[pair.group]
    over = [_sums(pair, held, v) for v in (pair.v0, pair.v1)]
    D0, D1 = (w / np.where(V > 0, V, np.nan)[cell] for w, V in zip((pair.w0, pair.w1), over, strict=True))
    stays = (pair.in0 & pair.in1).astype(np.float64)
    n = np.bincount(cell, stays, held.sizes[0]).astype(np.int64)
    moved = np.zeros(len(cell)) if pair.moved is None else pair.moved
    terms = petrin_levinsohn(D0 * known[cell], D1, pair.p0, pair.p1, moved, stays)
    for component, each in (*terms.items(), (TOTAL, terms["within"] + terms["reallocation"])):
        yield Part(method=PETRIN_LEVINSOHN, level=level, component=component, terms=each, cell=cell, n_items=n)


def intervals(
    pairs: Sequence[Pair],
    held: Nests,
    methods: Sequence[str],
    n: int,
    replications: int,
    confidence: float,
    rng: int,
) -> tuple[Array, Array]:
    """Draw n units, all their periods together, and add up every part of each pair anew; shapes (parts, cells)."""
    draw = partial(_redrawn, pairs=pairs, held=held, methods=methods, n=n)
    return percentile_interval(np.array(replicate(draw, replications, rng=rng)), confidence)


def _redrawn(rng: np.random.Generator, pairs: Sequence[Pair], held: Nests, methods: Sequence[str], n: int) -> Array:
    """Add up every part of each pair after drawing n units anew; shape (parts, cells)."""
    m, rows = drawn(rng, n), []
    for pair in pairs:
        # A unit that was not drawn is in neither period.
        k = m[pair.unit]
        again = replace(
            pair,
            w0=k * pair.w0,
            w1=k * pair.w1,
            h0=k * pair.h0,
            h1=k * pair.h1,
            p0=pair.p0 * (k > 0),
            p1=pair.p1 * (k > 0),
            in0=pair.in0 & (k > 0),
            in1=pair.in1 & (k > 0),
            v0=k * pair.v0,
            v1=k * pair.v1,
        )
        rows += [np.bincount(part.cell, part.terms, held.sizes[0]) for part in parts(again, held, methods)]
    return np.array(rows)


def _sums(pair: Pair, held: Nests, of: Array) -> Array:
    return np.asarray(np.bincount(held.cells[pair.group], of, held.sizes[0]), np.float64)


def _levels(pair: Pair, held: Nests) -> list[Items]:
    """Line up the items of every nest, from the largest groups down to units."""
    ups = [*held.up, pair.group]
    w, p, a = [[pair.w0, pair.w1]], [[pair.p0, pair.p1]], [[pair.h0, pair.h1]]
    there = [[pair.in0, pair.in1]]
    for up, n in zip(reversed(ups), reversed(held.sizes), strict=True):
        W: list[Array] = [np.bincount(up, of, n).astype(np.float64) for of in w[0]]
        P = [np.bincount(up, of * q, n) / np.where(S > 0, S, 1.0) for of, q, S in zip(w[0], p[0], W, strict=True)]
        w.insert(0, W)
        p.insert(0, P)
        # A group without weight has no mean, and so is not there.
        there.insert(0, [of > 0 for of in W])
        a.insert(0, [of.astype(float) for of in there[0]])
    levels = []
    for i, up in enumerate(ups):
        s0, s1 = (of / np.where(S > 0, S, 1.0)[up] for of, S in zip(w[i + 1], w[i], strict=True))
        (p0, p1), (a0, a1), (in0, in1) = p[i + 1], a[i + 1], there[i + 1]
        levels.append(
            Items(parent=up, parents=len(w[i][0]), s0=s0, s1=s1, p0=p0, p1=p1, a0=a0, a1=a1, in0=in0, in1=in1)
        )
    return levels
