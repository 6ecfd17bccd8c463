"""Draws of a surge against the program of each draw by itself, and averages against all sets of starts."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels import surge_solution
from industria.kernels.surge_draws import World, here_and_now, outcomes
from industria.kernels.surge_program import SurgeProgram, possible_starts, statement
from industria.kernels.surge_relaxation import relaxation
from industria.kernels.surge_solution import fixed_flows, solution
from tests.kernels.test_surge_solution import random_surge

NEAR = 1e-6  # the solver's feasibility tolerance, 1e-7, times losses of some tens


def random_worlds(surge: SurgeProgram, seed: int, n: int) -> list[World]:
    """Draws in which everything differs."""
    rng = np.random.default_rng(seed)
    return [
        World(
            d=surge.d * rng.lognormal(0, 0.3, surge.d.shape),
            good=surge.good * rng.beta(8, 2, len(surge.p)),
            lead=np.maximum(surge.lead + rng.integers(-1, 2, len(surge.p)), 0),
            supply=surge.supply * rng.beta(8, 2, surge.supply.shape),
        )
        for _ in range(n)
    ]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.integers(1, 6))
def test_draws_side_by_side_lose_what_each_loses_alone(seed: int, backlog: bool, shelf: int) -> None:
    surge = random_surge(seed)
    surge = replace(surge, backlog=backlog, shelf=np.full(len(surge.d), shelf), discount=0.01)
    found = solution(surge, "exact", gap=1e-6, time_limit=60)
    worlds = random_worlds(surge, seed, 4)
    together = outcomes(surge, worlds, [(found.a, found.q)] * 4)
    for i, world in enumerate(worlds):
        program, flows = fixed_flows(world.of(surge), found.a, found.q)

        assert together.loss[i] == pytest.approx(flows.objective, rel=NEAR, abs=NEAR)
        assert (together.output[i] >= -NEAR).all()
        if not backlog:
            np.testing.assert_allclose(together.delivered[i] + together.unmet[i], world.d, atol=NEAR)
        assert program.weeks == world.d.shape[1]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_no_set_of_starts_loses_less_on_average(seed: int) -> None:
    """Against every set of starts that the limits allow, one by one."""
    surge = random_surge(seed, weeks=4, products=1, options=3)
    worlds = random_worlds(surge, seed, 3)
    a, q = possible_starts(replace(surge, lead=np.min([world.lead for world in worlds], axis=0)))
    program = statement(surge, (a, q))
    y = program.places["y"].stop
    rows = slice(program.rows["actor"].start, program.rows["total"].stop)
    M, b = program.A[rows][:, :y], program.b[rows]
    sets = [np.flatnonzero(one) for one in product((0, 1), repeat=y) if sum(one) <= 3] if y <= 9 else []
    best = min(
        (
            outcomes(surge, worlds, [(a[one], q[one])] * 3).loss.mean()
            for one in sets
            if (M @ np.isin(np.arange(y), one) <= b + 1e-9).all()
        ),
        default=None,
    )
    none = np.zeros(0, np.int64)
    chosen = here_and_now(surge, worlds, (none, none), gap=1e-6, time_limit=60)
    found = outcomes(surge, worlds, [(chosen.a, chosen.q)] * 3).loss.mean()

    if best is not None:
        assert best - NEAR <= found <= best * (1 + surge_solution.NEAR) + NEAR  # the search ends within .15 %
        assert best * (1 - surge_solution.NEAR) - NEAR <= chosen.bound <= best + NEAR
    assert chosen.draws == 3


def test_of_many_starts_those_that_draws_use_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    surge = random_surge(7)
    worlds = random_worlds(surge, 7, 3)
    plan = solution(surge, "exact", gap=1e-6, time_limit=60)
    starts = plan.a, plan.q
    every = here_and_now(surge, worlds, starts, gap=1e-6, time_limit=60)
    monkeypatch.setattr("industria.kernels.surge_draws.CANDIDATES", 1)
    some = here_and_now(surge, worlds, starts, gap=1e-6, time_limit=60)
    best, near = (outcomes(surge, worlds, [(one.a, one.q)] * 3).loss.mean() for one in (every, some))

    assert best * (1 - 1e-3) <= near <= outcomes(surge, worlds, [starts] * 3).loss.mean() * (1 + 1e-3)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_of_draws_bound_what_all_of_them_lose(seed: int) -> None:
    """Groups of four of twelve draws, against all twelve together."""
    surge = random_surge(seed, weeks=4, products=1, options=3)
    worlds = random_worlds(surge, seed, 12)
    none = np.zeros(0, np.int64)
    with pytest.MonkeyPatch.context() as small:
        small.setattr("industria.kernels.surge_draws.AVERAGED", 1)
        groups = here_and_now(surge, worlds, (none, none), gap=1e-6, time_limit=60)
    together = here_and_now(surge, worlds, (none, none), gap=1e-6, time_limit=60)
    mean = float(outcomes(surge, worlds, [(groups.a, groups.q)] * 12).loss.mean())

    assert groups.draws == 4
    assert groups.bound <= together.bound * (1 + surge_solution.NEAR) + NEAR
    assert together.bound - NEAR <= mean


def test_draws_without_time_are_bounded_by_their_relaxations() -> None:
    surge = random_surge(7)
    worlds = random_worlds(surge, 7, 3)
    none = np.zeros(0, np.int64)
    chosen = here_and_now(surge, worlds, (none, none), gap=1e-6, time_limit=0.0)
    relaxed = [relaxation(statement(world.of(surge))).objective for world in worlds]

    assert chosen.stopped
    assert len(chosen.a) == 0
    assert chosen.bound == pytest.approx(np.mean(relaxed))
