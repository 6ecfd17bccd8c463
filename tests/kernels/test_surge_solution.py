"""Plans against a statement written by the book: output by option, one row a limit, loops and no classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from industria.kernels.surge_program import SurgeProgram, statement
from industria.kernels.surge_solution import fixed_flows, relaxation, solution

NEAR = 1e-6  # the solver's feasibility tolerance, 1e-7, times losses of some tens


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
