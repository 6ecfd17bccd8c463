"""Integrals of frontiers: known laws, derivatives, narrow and wide effects."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma as gamma_law
from scipy.stats import norm

from industria.kernels.frontier_likelihoods import Array, exponential
from industria.kernels.frontier_mixtures import gamma, unit_nodes


def rows(*values: float) -> tuple[Array, ...]:
    return tuple(np.array([value]) for value in values)


def test_shape_one_is_the_exponential() -> None:
    e = np.random.default_rng(0).normal(-0.3, 0.4, 5000)
    zero = np.zeros_like(e)
    found, wanted = gamma(e, zero, zero - 2.4, zero - 3.2), exponential(e, zero, zero - 2.4, zero - 3.2)
    # The trapezoid rule on peaks this wide is exact but for the last digits.
    np.testing.assert_allclose(found.value, wanted.value, atol=1e-9)
    for name in ("e", "lu", "lv"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), atol=1e-8)


@pytest.mark.parametrize("shape", [0.4, 0.9, 2.5, 8.0])
@pytest.mark.parametrize("e", [-2.0, -0.2, 0.5])
def test_the_integral_is_that_of_quadrature(shape: float, e: float) -> None:
    sv, scale = 0.2, 0.3

    def joint(u: float) -> float:
        return float(norm.pdf(e + u, 0, sv) * gamma_law.pdf(u, shape, scale=scale))

    wanted = quad(joint, 0, 12, points=[1e-6, 1e-3, max(-e, 0.01)], limit=500)[0]
    found = gamma(*rows(e, np.log(shape), 2 * np.log(scale), 2 * np.log(sv))).value[0]
    # quad itself stops at about eight digits where u^(P-1) has no bound.
    assert found == pytest.approx(np.log(wanted), abs=1e-6)


def test_derivatives_are_those_of_the_value() -> None:
    at = np.array([-0.3, -0.2, -2.4, -3.2])
    found = gamma(*rows(*at))
    for j, slope in enumerate((found.e, found.mu, found.lu, found.lv)):
        h = 1e-5 * np.eye(4)[j]
        wanted = (gamma(*rows(*at + h)).value - gamma(*rows(*at - h)).value) / 2e-5
        # Differences of values of about 1 keep ten digits, and the nodes move a little with the parameters.
        assert slope[0] == pytest.approx(wanted[0], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("noise", [3.0, 0.3, 0.003])
def test_nodes_follow_the_integrand_however_narrow(noise: float) -> None:
    """Normal times normal has a closed form: r ~ N(0, 1), seen with noise at 1.7 and at -0.4."""
    seen = np.array([1.7, -0.4])

    def joint(r: Array) -> Array:
        return np.asarray(norm.logpdf(r) + norm.logpdf(seen[:, None], r, noise))

    found = unit_nodes(joint, 2, 1.0)
    np.testing.assert_allclose(found.value, norm.logpdf(seen, 0, np.hypot(1, noise)), atol=1e-8)
    np.testing.assert_allclose((found.weight * found.at).sum(axis=1), seen / (1 + noise**2), rtol=1e-6)
