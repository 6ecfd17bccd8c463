"""Plans against a statement written by the book: output by option, one row a limit, loops and no classes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from industria.kernels import surge_relaxation, surge_solution
from industria.kernels.surge_program import Statement, SurgeProgram, statement
from industria.kernels.surge_relaxation import relaxation, relaxed
from industria.kernels.surge_solution import Method, fixed_flows, solution, whole

NEAR = 3e-6  # the solver's feasibility tolerance, 1e-7, times losses of some tens; SLACK, 1e-9, times a few thousand


def random_surge(seed: int, weeks: int = 6, products: int = 2, options: int = 5) -> SurgeProgram:
    """A small surge in which every limit may bind."""
    rng = np.random.default_rng(seed)
    retool, test = rng.integers(0, 2, options), rng.integers(0, 2, options)
    limit, total = np.full((3, weeks), np.inf), np.full(3, np.inf)
    limit[0], total[1], limit[2] = rng.integers(5, 40), rng.integers(50, 300), rng.integers(10, 80)
    per_start = np.column_stack([rng.integers(1, 20, options), rng.integers(10, 90, options), np.zeros(options)])
    return SurgeProgram(
        d=rng.integers(0, 60, (products, weeks)).astype(float),
        w=rng.integers(1, 6, products).astype(float),
        incumbent=rng.integers(0, 10, products).astype(float),
        stockpile=rng.integers(0, 30, products).astype(float),
        shelf=np.full(products, weeks),
        p=rng.integers(0, products, options),
        f=rng.integers(0, 3, options),
        capacity=rng.integers(5, 40, options).astype(float),
        good=rng.choice([0.8, 1.0], options),
        lead=retool + test,
        certification=retool,
        first=np.zeros(options, int),
        last=np.full(options, weeks - 1),
        ramp=np.tile(np.minimum(1.0, 0.4 + 0.3 * np.arange(weeks)), (options, 1)),
        bill=rng.integers(0, 3, (products, 2)).astype(float),
        supply=rng.integers(10, 90, (2, weeks)).astype(float),
        limit=limit,
        total=total,
        at_start=per_start,
        at_certification=np.column_stack([np.zeros((options, 2)), rng.integers(0, 20, options)]),
        per_unit=np.column_stack([np.zeros((options, 2)), rng.choice([0.0, 1.0], options)]),
    )


def by_the_book(surge: SurgeProgram) -> tuple[float, float]:
    """Optimum and relaxation, with output by option and rows by loops."""
    (P, T), A, K = surge.d.shape, len(surge.p), len(surge.supply)
    names = [("y", a, t) for a in range(A) for t in range(T)] + [("x", a, t) for a in range(A) for t in range(T)]
    names += [(kind, p, t) for kind in "zsu" for p in range(P) for t in range(T)]
    names += [("m", k, t) for k in range(K) for t in range(T)]
    at = {name: i for i, name in enumerate(names)}
    rows, low, high = [], [], []

    def row(cells: dict[tuple[str, int, int], float], least: float, most: float) -> None:
        line = np.zeros(len(names))
        for name, value in cells.items():
            line[at[name]] += value
        rows.append(line)
        low.append(least)
        high.append(most)

    for a in range(A):
        for t in range(T):
            cells = {("x", a, t): 1.0}
            for q in range(t + 1):
                if (age := t - q - surge.lead[a]) >= 0:
                    cells["y", a, q] = -surge.capacity[a] * surge.ramp[a, age]
            row(cells, -np.inf, 0.0)
    for f in range(3):
        row({("y", a, t): 1.0 for a in range(A) if surge.f[a] == f for t in range(T)}, -np.inf, 1.0)
    for r in range(3):
        lines = []
        for t in range(T):
            cells = {}
            for a in range(A):
                cells["y", a, t] = cells.get(("y", a, t), 0.0) + surge.at_start[a, r]
                if t - surge.certification[a] >= 0:
                    key = ("y", a, t - int(surge.certification[a]))
                    cells[key] = cells.get(key, 0.0) + surge.at_certification[a, r]
                cells["x", a, t] = surge.per_unit[a, r]
            row(cells, -np.inf, surge.limit[r, t])
            lines.append(rows[-1])
        rows.append(np.sum(lines, axis=0))
        low.append(-np.inf)
        high.append(surge.total[r])
    for p in range(P):
        for t in range(T):
            cells = {("s", p, t): 1.0, ("z", p, t): -1.0, ("u", p, t): -1.0}
            cells |= {("x", a, t): -surge.good[a] for a in range(A) if surge.p[a] == p}
            if t:
                cells["s", p, t - 1] = -1.0
            level = -surge.d[p, t] + (surge.stockpile[p] if t == 0 else 0.0)
            row(cells, level, level)
    for k in range(K):
        for t in range(T):
            cells = {("m", k, t): 1.0} | {("z", p, t): surge.bill[p, k] for p in range(P)}
            cells |= {("x", a, t): surge.bill[surge.p[a], k] for a in range(A)}
            if t:
                cells["m", k, t - 1] = -1.0
            row(cells, surge.supply[k, t], surge.supply[k, t])
    c = np.array([surge.w[n[1]] if n[0] == "u" else 0.0 for n in names])
    upper = np.array([1.0 if n[0] == "y" else surge.incumbent[n[1]] if n[0] == "z" else np.inf for n in names])
    limits = [LinearConstraint(np.array(rows), np.array(low), np.array(high))]
    whole = np.array([n[0] == "y" for n in names], int)
    found = [
        milp(c, integrality=kind, bounds=Bounds(0, upper), constraints=limits, options={"mip_rel_gap": 1e-9})
        for kind in (whole, 0 * whole)
    ]
    return float(found[0].fun), float(found[1].fun)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_sums_over_classes_lose_nothing(seed: int) -> None:
    """Output by class has the optimum and the relaxation of output by option."""
    surge = random_surge(seed)
    optimum, relaxed = by_the_book(surge)
    found = solution(surge, "exact", gap=1e-9, time_limit=60)
    _, flows = fixed_flows(surge, found.a, found.q)

    assert flows.objective == pytest.approx(optimum, abs=NEAR)
    assert found.bound <= flows.objective + NEAR
    assert relaxation(statement(surge)).objective == pytest.approx(relaxed, abs=NEAR)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_a_rounded_plan_lies_between_its_bound_and_no_plan(seed: int) -> None:
    surge = random_surge(seed)
    found = solution(surge, "rounded", gap=1e-6, time_limit=60)
    _, flows = fixed_flows(surge, found.a, found.q)
    none = np.zeros(0, np.int64)
    _, idle = fixed_flows(surge, none, none)

    assert found.bound - NEAR <= flows.objective <= idle.objective + NEAR


@pytest.mark.parametrize("shelf", [2, 3, 6])
def test_prices_of_the_relaxation_are_those_of_a_plain_programme(shelf: int) -> None:
    """Prices times limits, and the reduced costs of upper bounds, give the value back: strong duality."""
    surge = replace(random_surge(3), shelf=np.full(2, shelf))
    program = statement(surge)
    plain = linprog(
        program.c,
        program.A,
        program.b,
        program.E,
        program.e,
        np.column_stack([np.zeros_like(program.upper), program.upper]),
    )
    prices = relaxation(program).prices
    value = (
        (surge.d * np.maximum(-plain.eqlin.marginals[program.rows["product"]].reshape(surge.d.shape), 0)).sum()
        - prices.stockpile @ surge.stockpile
        - (prices.input * surge.supply).sum()
        - prices.week @ surge.limit[program.weekly]
        - prices.total @ surge.total[program.totals]
        - prices.actor.sum()
        - (prices.incumbent.sum(axis=1) * surge.incumbent).sum()
        + plain.upper.marginals[program.places["y"]].sum()
    )

    assert value == pytest.approx(plain.fun, abs=1e-6)


@pytest.mark.parametrize("change", [-1.0, 1.0])
@pytest.mark.parametrize("shelf", [2, 3, 4])
@pytest.mark.parametrize("seed", [0, 33, 35])
def test_the_price_of_a_stockpile_that_spoils_is_a_slope(seed: int, shelf: int, change: float) -> None:
    """V(b) - p D <= V(b + D), where weeks after the first ask for stock that is still good then."""
    surge = replace(random_surge(seed), shelf=np.full(2, shelf))
    base = relaxation(statement(surge))
    for product in np.flatnonzero(surge.stockpile + change >= 0):
        moved = replace(surge, stockpile=surge.stockpile + change * (np.arange(2) == product))
        least = base.objective - base.prices.stockpile[product] * change

        assert least <= relaxation(statement(moved)).objective + NEAR


def test_time_that_is_over_leaves_a_rounded_plan_and_its_bound() -> None:
    surge = random_surge(3)
    loose = relaxed(surge)
    found = solution(surge, "exact", gap=1e-9, time_limit=1e-9, loose=loose)
    _, flows = fixed_flows(surge, found.a, found.q)

    assert found.stopped
    assert found.method == "rounded"
    assert found.bound == pytest.approx(loose.bound, abs=NEAR)
    assert len(found.a)
    assert found.bound - NEAR <= flows.objective


def test_the_bound_is_never_below_that_of_the_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that is stopped with a plan may not have bounded it yet."""

    def stopped(program: Statement, gap: float, time_limit: float, **others: Any) -> OptimizeResult:
        found = whole(program, gap, time_limit, **others)
        found.status, found.mip_dual_bound = 1, 0.0
        return found

    monkeypatch.setattr(surge_solution, "whole", stopped)
    surge = random_surge(3)
    loose = relaxed(surge)
    found = solution(surge, "exact", gap=1e-9, time_limit=60, loose=loose)

    assert (found.method, found.stopped) == ("exact", True)
    assert found.bound == loose.bound > 0


def test_the_second_search_has_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def slow(program: Statement, gap: float, time_limit: float, **others: Any) -> OptimizeResult:
        limits.append(time_limit)
        time.sleep(0.2)
        return whole(program, gap, time_limit, **others)

    monkeypatch.setattr(surge_solution, "whole", slow)
    solution(random_surge(3), "exact", gap=1e-9, time_limit=60)

    assert len(limits) == 2
    assert limits[1] <= 60 - 0.2


def twins(actors: int, money: float, pivots: int = 1) -> SurgeProgram:
    """Options of several actors that are alike; money for some, an hour a week for one start."""
    surge = random_surge(0, weeks=6, products=1, options=actors)
    T, one = surge.d.shape[1], np.ones(actors)
    return replace(
        surge,
        d=np.full((1, T), 100.0),
        f=np.arange(actors),
        stockpile=np.zeros(1),
        capacity=10 * one,
        ramp=np.ones((actors, T)),
        good=one,
        lead=np.zeros(actors, int),
        certification=np.zeros(actors, int),
        bill=np.zeros((1, 2)),
        limit=np.vstack([np.ones(T), np.full((2, T), np.inf)]),
        total=np.array([np.inf, money, np.inf]),
        at_start=np.column_stack([one, one, 0 * one]),
        at_certification=np.zeros((actors, 3)),
        per_unit=np.zeros((actors, 3)),
        pivots=pivots,
    )


@pytest.mark.parametrize("method", ["exact", "rounded"])
@pytest.mark.parametrize("money", [1, 2, 3])
def test_of_actors_that_are_alike_the_first_start_first(money: int, method: Method) -> None:
    found = solution(twins(3, money), method, gap=1e-9, time_limit=60)

    assert list(zip(found.a.tolist(), found.q.tolist(), strict=True)) == [(i, i) for i in range(money)]


def test_very_many_that_are_alike_are_dealt_out_in_order() -> None:
    """Twenty thousand actors, of whom three pivot: no pair of them is compared."""
    begun = time.monotonic()
    found = solution(twins(20_000, 3), "rounded", gap=1e-9, time_limit=60)

    assert found.a.tolist() == sorted(found.a.tolist()) == [0, 1, 2]
    assert found.q.tolist() == sorted(found.q.tolist())
    assert time.monotonic() - begun < 60


def test_the_first_of_those_alike_starts_no_more_than_it_may() -> None:
    """Actors 0 and 1 are alike in one product; in another, actor 0 alone is worth its pivot."""
    surge = twins(3, 2)
    both = replace(
        surge,
        d=np.vstack([surge.d, surge.d]),
        w=np.array([1.0, 5.0]),
        incumbent=np.zeros(2),
        stockpile=np.zeros(2),
        shelf=np.full(2, 6),
        bill=np.zeros((2, 2)),
        p=np.array([0, 0, 1]),
        f=np.array([0, 1, 0]),
    )
    found = solution(both, "exact", gap=1e-9, time_limit=60)

    assert sorted(found.a.tolist()) == [1, 2]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_the_order_of_those_alike_costs_nothing(seed: int, pivots: int) -> None:
    """Every option twice, by actors of their own: no limit breaks, and the loss is the optimum still."""
    surge = random_surge(seed)
    two = np.tile(np.arange(len(surge.p)), 2)
    surge = replace(surge.only(two), pivots=pivots, f=np.concatenate([surge.f, 3 + surge.f]))
    found = solution(surge, "exact", gap=1e-9, time_limit=60)
    _, flows = fixed_flows(surge, found.a, found.q)

    assert flows.objective == pytest.approx(found.bound, abs=NEAR)
    assert (np.bincount(surge.f[found.a], minlength=1) <= pivots).all()


def test_a_product_that_nobody_misses_makes_no_output_free() -> None:
    """Of plans of one loss that which pivots least, though one product weighs nothing."""
    surge = replace(twins(1, 1), d=np.array([[100.0, 0.0, 5.0, 5.0, 5.0, 5.0]]), incumbent=np.array([5.0]))
    beside = replace(
        surge,
        d=np.vstack([surge.d, surge.d]),
        w=np.append(surge.w, 0.0),
        incumbent=np.append(surge.incumbent, 0.0),
        stockpile=np.append(surge.stockpile, 0.0),
        shelf=np.append(surge.shelf, 6),
        bill=np.zeros((2, 2)),
    )
    starts = np.zeros(1, np.int64), np.zeros(1, np.int64)

    assert fixed_flows(surge, *starts)[1].x.sum() == pytest.approx(10, abs=NEAR)
    assert fixed_flows(beside, *starts)[1].x.sum() == pytest.approx(10, abs=NEAR)


def many(seed: int, actors: int) -> SurgeProgram:
    """A surge of one input and two products in which hours and budget suffice for some actors."""
    rng = np.random.default_rng(seed)
    surge = random_surge(seed, weeks=8, options=actors)
    hours, cost = rng.integers(1, 20, actors).astype(float), rng.integers(10, 90, actors).astype(float)
    none = np.zeros(actors)
    return replace(
        surge,
        d=surge.d * actors / 6,
        supply=surge.supply * actors / 3,
        f=rng.permutation(actors),
        limit=np.vstack([np.full(8, hours.sum() / 20), np.full((2, 8), np.inf)]),
        total=np.array([np.inf, cost.sum() / 3, np.inf]),
        at_start=np.column_stack([hours, cost, none]),
        at_certification=np.column_stack([none, none, rng.integers(0, 5, actors)]),
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 2))
def test_starts_that_come_in_by_and_by_give_the_same_bound(seed: int, pivots: int) -> None:
    """What is valued and left out would not lower the loss: all starts at once have the same value."""
    surge = replace(many(seed, 120), pivots=pivots)
    every = relaxed(surge)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(surge_relaxation, "AT_ONCE", 60)
        small.setattr(surge_relaxation, "TURN", 5)
        found = relaxed(surge)

    assert not found.stopped
    near = 2 * surge_relaxation.GAP * max(1.0, every.bound)
    assert found.flows.objective == pytest.approx(every.flows.objective, abs=near)
    assert every.bound - near <= found.bound <= every.bound + NEAR


def test_a_relaxation_out_of_time_has_a_bound_still(monkeypatch: pytest.MonkeyPatch) -> None:
    surge = many(3, 120)
    every = relaxed(surge)
    monkeypatch.setattr(surge_relaxation, "AT_ONCE", 60)
    monkeypatch.setattr(surge_relaxation, "TURN", 5)
    loose = relaxed(surge, 0.0)
    found = solution(surge, "rounded", gap=1e-6, time_limit=1e-9, loose=loose)
    _, flows = fixed_flows(surge, found.a, found.q)

    assert loose.stopped
    assert found.stopped
    assert loose.bound <= every.bound + NEAR
    assert loose.flows.objective >= every.flows.objective - NEAR
    assert flows.objective >= every.bound - NEAR


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_a_raised_bound_is_still_below_the_optimum(seed: int) -> None:
    surge = random_surge(seed)
    best = solution(surge, "exact", gap=1e-9, time_limit=60)
    _, optimum = fixed_flows(surge, best.a, best.q)
    found = solution(surge, "rounded", gap=1e-6, time_limit=60)

    assert relaxed(surge).bound - NEAR <= found.bound <= optimum.objective + NEAR


def test_a_search_that_finds_nothing_keeps_what_the_relaxation_makes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def empty(program: Statement, gap: float, time_limit: float, **others: Any) -> OptimizeResult:
        found = whole(program, gap, time_limit, **others)
        found.x, found.fun = None, None
        return found

    monkeypatch.setattr(surge_solution, "whole", empty)
    surge = many(3, 60)
    loose = relaxed(surge)
    found = solution(surge, "rounded", gap=1e-6, time_limit=60, loose=loose)

    assert len(found.a) == (loose.part > 1 - surge_relaxation.TRACE).sum() > 0
    assert found.bound == loose.bound
