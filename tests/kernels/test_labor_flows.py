from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from industria.kernels import labor_flows
from industria.kernels.labor_flows import Market, State

SEEDS = st.integers(0, 2**32 - 1)
TAU = 3


def economy(seed: int, n: int = 4) -> tuple[Market, State, Any]:
    """A market with ties at random, whole workers and vacancies, and demand that moves for twelve steps."""
    rng = np.random.default_rng(seed)
    A = rng.dirichlet(np.ones(n), n) * (rng.random((n, n)) < 0.7) + 0.1 * np.eye(n)
    market = Market(csr_array(A / A.sum(axis=1, keepdims=True)), *rng.uniform(0, 0.3, 3), TAU)
    e, v = (rng.integers(0, high, n).astype(float) for high in (60, 8))
    bins = rng.integers(0, 6, (TAU + 1, n)).astype(float)
    return market, State(e, v, bins), rng.uniform(0, 80, (12, n))


def paths(kind: str, market: Market, state: State, demand: Any, seed: int = 0) -> Any:
    if kind == "field":
        return labor_flows.mean_field(market, state, demand)
    return labor_flows.agents(market, state, demand, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", ["field", "agents"])
@given(seed=SEEDS)
@example(seed=1)  # everybody in an occupation separates at once
@settings(max_examples=50)
def test_nobody_appears_or_vanishes(kind: str, seed: int) -> None:
    """Employed and unemployed add up to the labor force of the start, and nothing falls below zero."""
    market, state, demand = economy(seed)
    force = state.e.sum() + state.u.sum()
    found = paths(kind, market, state, demand, seed)

    np.testing.assert_allclose(found[:, :2].sum(axis=(1, 2)), force, rtol=1e-12)
    assert found.min() >= -1e-9
    assert (found[:, 3] <= found[:, 1] + 1e-9).all()
    np.testing.assert_allclose([state.e, state.u, state.v, state.bins[-1]], found[-1])


@given(seed=SEEDS)
@settings(max_examples=50)
def test_a_hire_fills_a_vacancy_and_ends_a_search(seed: int) -> None:
    """In expectation: what vacancies lose to hires is what employment gains by them and unemployment loses."""
    market, state, demand = economy(seed)
    before = np.array([state.e, state.u, state.v])
    separations, openings = market.turnover(state.e, state.v, demand[0])
    e, u, v, _ = labor_flows.mean_field(market, state, demand[:1])[0]
    hired = e - before[0] + separations
    left = before[1] + separations - u

    np.testing.assert_allclose(v, before[2] + openings - hired, atol=1e-9)
    assert hired.sum() == pytest.approx(left.sum(), abs=1e-9)
    assert (hired <= before[2] + 1e-9).all()
    assert (left <= before[1] + 1e-9).all()


@pytest.mark.parametrize("kind", ["field", "agents"])
def test_nobody_moves_where_there_is_no_vacancy(kind: str) -> None:
    """Without chance and with demand met, nothing opens: the unemployed stay, and all are long so in the end."""
    market = Market(csr_array(np.full((3, 3), 1 / 3)), 0.0, 0.0, 0.2, TAU)
    e, u = np.array([10.0, 20.0, 30.0]), np.array([4.0, 5.0, 6.0])
    state = State(e.copy(), np.zeros(3), np.vstack([u, np.zeros((TAU, 3))]))
    found = paths(kind, market, state, np.tile(e, (TAU + 2, 1)))

    np.testing.assert_array_equal(found[:, 0], np.tile(e, (TAU + 2, 1)))
    np.testing.assert_array_equal(found[:, 1], np.tile(u, (TAU + 2, 1)))
    np.testing.assert_array_equal(found[:, 3], np.vstack([np.zeros((TAU - 1, 3)), np.tile(u, (3, 1))]))


@pytest.mark.parametrize("kind", ["field", "agents"])
def test_who_cannot_reach_a_vacancy_stays(kind: str) -> None:
    """Vacancies in the second occupation are no use to the first, from which no tie leads there."""
    market = Market(csr_array(np.array([[1.0, 0.0], [0.5, 0.5]])), 0.0, 0.0, 0.0, TAU)
    bins = np.vstack([[7.0, 9.0], np.zeros((TAU, 2))])
    state = State(np.array([10.0, 10.0]), np.array([0.0, 4.0]), bins)
    found = paths(kind, market, state, np.tile([10.0, 10.0], (5, 1)))

    assert (found[:, 1, 0] == 7).all()
    assert (found[:, 0, 0] == 10).all()
    assert found[-1, 1, 1] < 9


def test_demand_moves_jobs_one_way_or_the_other() -> None:
    """Del Rio-Chanona et al. (2021), separations and openings, by hand: too many jobs, too few, as many as wanted."""
    market = Market(csr_array(np.eye(3)), 0.1, 0.2, 0.5, TAU)
    separations, openings = market.turnover(
        np.array([100.0, 100.0, 100.0]), np.array([10.0, 10.0, 0.0]), np.array([70.0, 150.0, 100.0])
    )

    np.testing.assert_allclose(separations, [10 + 0.9 * 0.5 * 40, 10, 10])
    np.testing.assert_allclose(openings, [20, 20 + 0.8 * 0.5 * 40, 20])


def test_agents_keep_to_the_field_in_expectation() -> None:
    """Two occupations, 400 draws: means of employment and of unemployment within five of their own errors.

    Chance leaves the field off by terms of the order of one worker; with hundreds of workers the errors cover them.
    """
    A = csr_array(np.array([[0.7, 0.3], [0.4, 0.6]]))
    market, demand = Market(A, 0.05, 0.04, 0.2, TAU), np.tile([300.0, 500.0], (8, 1))

    def start() -> State:
        bins = np.vstack([[40.0, 60.0], np.zeros((TAU, 2))])
        return State(np.array([400.0, 400.0]), np.array([30.0, 30.0]), bins)

    field = labor_flows.mean_field(market, start(), demand)
    draws = np.array([paths("agents", market, start(), demand, seed) for seed in range(400)])
    error = draws.std(axis=0, ddof=1) / np.sqrt(len(draws))

    assert (np.abs(draws.mean(axis=0) - field)[:, :3] <= 5 * error[:, :3] + 0.5).all()
    assert error[-1, :2].min() > 0


def test_agents_are_whole_and_drawn_from_the_seed() -> None:
    one, again, other = (paths("agents", *economy(3), seed=seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(one, one.round())
