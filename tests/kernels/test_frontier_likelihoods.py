"""Densities integrate to one, derivatives are those of the values, and nested laws meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, truncnorm

from industria.kernels.frontier_likelihoods import (
    Array,
    Parts,
    efficiency,
    exponential,
    inefficiency,
    inefficiency_quantile,
    normal,
    time_decay,
    truncated_normal,
)

LAWS: list[Callable[[Array, Array, Array, Array], Parts]] = [truncated_normal, exponential]
# Central differences of values of about 10 with steps of 1e-6 keep nine digits.
DIFFERENCES = 1e-7


def rows(*values: float) -> tuple[Array, ...]:
    return tuple(np.array([value]) for value in values)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("mu", "lu", "lv"), [(0.0, -1.0, -2.0), (0.4, -2.0, -1.0), (-0.8, 0.5, -3.0)])
def test_densities_integrate_to_one(law: Callable[..., Parts], mu: float, lu: float, lv: float) -> None:
    def density(e: float) -> float:
        return float(np.exp(law(*rows(e, mu, lu, lv)).value[0]))

    assert quad(density, -60, 5, limit=500, points=[0])[0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("e", [-60.0, -3.0, -0.1, 0.0, 0.7, 4.0])
@pytest.mark.parametrize("mu", [0.0, 0.5, -1.5])
def test_derivatives_are_those_of_the_value(law: Callable[..., Parts], e: float, mu: float) -> None:
    at = np.array([e, mu, -0.7, -1.9])
    found = law(*rows(*at))
    for j, slope in enumerate((found.e, found.mu, found.lu, found.lv)):
        if law is exponential and j == 1:
            continue
        h = 1e-6 * max(abs(at[j]), 1)
        ahead, behind = at + h * np.eye(4)[j], at - h * np.eye(4)[j]
        wanted = (law(*rows(*ahead)).value - law(*rows(*behind)).value) / (2 * h)
        assert slope[0] == pytest.approx(wanted[0], rel=DIFFERENCES, abs=DIFFERENCES)


def test_tails_are_finite_where_the_normal_distribution_has_run_out() -> None:
    e = np.array([-1e4, -300.0, 300.0, 1e4])
    for law in LAWS:
        found = law(e, np.full(4, -0.5), np.full(4, -1.0), np.full(4, -2.0))
        assert all(np.isfinite(part).all() for part in found)


def test_no_time_and_one_period_is_the_cross_section() -> None:
    e, mu = np.array([-0.4, 0.3, -2.0]), np.array([0.3, 0.3, 0.3])
    lu, lv, one = np.full(3, -1.0), np.full(3, -2.0), np.ones(3)
    single = truncated_normal(e, mu, lu, lv)
    panel = time_decay(one, e, e * e, one, mu, lu, lv)
    # One row of one period is both; they add up the same terms in another order.
    np.testing.assert_allclose(panel.value, single.value, rtol=1e-12)
    np.testing.assert_allclose(panel.B + 2 * e * panel.C, single.e, rtol=1e-10)
    for name in ("mu", "lu", "lv"):
        np.testing.assert_allclose(getattr(panel, name), getattr(single, name), rtol=1e-10, atol=1e-12)


def test_a_unit_is_the_integral_over_its_inefficiency() -> None:
    h, e = np.array([1.2, 1.0, 0.8]), np.array([-0.5, 0.1, -0.3])
    mu, su, sv = 0.2, 0.6, 0.3
    found = time_decay(*rows(h @ h, h @ e, e @ e, 3.0, mu, 2 * np.log(su), 2 * np.log(sv)))

    def joint(u: float) -> float:
        cut = norm.pdf(u, mu, su) / norm.sf(0, mu, su)
        return float(cut * norm.pdf(e + h * u, 0, sv).prod())

    assert np.exp(found.value[0]) == pytest.approx(quad(joint, 0, 10, limit=200)[0], rel=1e-8)


@pytest.mark.parametrize(("mean", "spread"), [(0.3, 0.2), (-0.5, 0.3), (-9.0, 0.5), (4.0, 0.1)])
def test_what_is_told_of_u_given_e_is_that_of_a_truncated_normal(mean: float, spread: float) -> None:
    law = truncnorm(-mean / spread, np.inf, mean, spread)
    m, s = rows(mean, spread)
    assert inefficiency(m, s)[0] == pytest.approx(law.mean(), rel=1e-6)
    assert efficiency(m, s, 1.5)[0] == pytest.approx(law.expect(lambda u: np.exp(-1.5 * u)), rel=1e-5)
    for level in (0.025, 0.5, 0.975):
        assert inefficiency_quantile(m, s, level)[0] == pytest.approx(law.ppf(level), rel=1e-6)


def test_without_inefficiency_errors_are_normal() -> None:
    e, lv = np.array([-1.0, 0.5]), np.log(np.array([0.25, 4.0]))
    np.testing.assert_allclose(normal(e, lv).value, norm.logpdf(e, 0, [0.5, 2.0]))
