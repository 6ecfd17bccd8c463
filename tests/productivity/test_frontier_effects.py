"""Effects of units beside inefficiency: derivatives, brute force, and what is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from industria.errors import NeededParameterError, OutsideRangeError
from industria.kernels.frontier_likelihoods import truncated_normal
from industria.productivity import stochastic_frontier
from industria.productivity._frontier_effects import drawn_effects, fixed_effects
from industria.productivity._panel import Array
from tests.productivity.official_files import official

FIRST = np.array([0, 3, 7])
E = np.random.default_rng(0).normal(-0.2, 0.5, 12)
LU, LV = np.full(12, -1.2), np.full(12, -2.4)


def plants(n: int = 150, years: int = 6, lasting: float = 0.0, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    unit, time = np.divmod(np.arange(n * years), years)
    X = rng.normal(size=(n * years, 2))
    effect = (rng.normal(0, 0.5, n) - np.abs(rng.normal(0, 1, n)) * lasting)[unit]
    short = np.abs(rng.normal(0, 0.4, n * years))
    y = 1 + X @ [0.4, 0.5] + effect + rng.normal(0, 0.15, n * years) - short
    return pd.DataFrame({"plant": unit, "year": time, "output": y, "capital": X[:, 0], "labor": X[:, 1]})


ROLES: dict[str, Any] = {
    "unit": "plant",
    "time": "year",
    "output": "output",
    "inputs": ["capital", "labor"],
    "logs": True,
}


def terms(found: Any, column: str = "estimate") -> dict[str, float]:
    return dict(found.to_pandas().set_index("term")[column])


@pytest.mark.parametrize("own", [[-1.5], [-1.5, -0.9]])
def test_a_unit_is_the_integral_over_its_effect(own: list[float]) -> None:
    value = drawn_effects(E, LU, LV, np.array(own), FIRST)[0].value
    rows = E[3:7]

    def density(r: float) -> float:
        of_rows = truncated_normal(rows - r, np.zeros(1), LU[:4], LV[:4]).value.sum()
        at = np.array([r])
        if len(own) == 1:
            return float(np.exp(of_rows) * norm.pdf(r, 0, np.exp(own[0] / 2)))
        effect = truncated_normal(at, np.zeros(1), np.array([own[1]]), np.array([own[0]])).value[0]
        return float(np.exp(of_rows + effect))

    assert value[3] == pytest.approx(np.log(quad(density, -8, 8, limit=400)[0]), abs=1e-7)
    assert (value[[1, 2, 4, 5, 6]] == 0).all()


@pytest.mark.parametrize("own", [[-1.5], [-1.5, -0.9]])
def test_derivatives_are_those_of_the_likelihood(own: list[float]) -> None:
    at = np.array([0.1, -1.2, -2.4, *own])

    def parts(theta: Array) -> Any:
        return drawn_effects(E - theta[0], np.full(12, theta[1]), np.full(12, theta[2]), theta[3:], FIRST)

    found, extra = parts(at)
    slopes = [-found.e.sum(), found.lu.sum(), found.lv.sum(), *extra.sum(axis=0)]
    for j, slope in enumerate(slopes):
        h = 1e-5 * np.eye(len(at))[j]
        wanted = (parts(at + h)[0].value.sum() - parts(at - h)[0].value.sum()) / 2e-5
        # The nodes move with the parameters, by what the quadrature errs.
        assert slope == pytest.approx(wanted, rel=1e-5, abs=1e-5)


def test_fixed_effects_are_at_the_top_of_each_unit() -> None:
    effect = fixed_effects(E, LU, LV, FIRST)
    best = np.add.reduceat(truncated_normal(E - effect, np.zeros(1), LU, LV).value, FIRST)
    for step in (1e-3, -1e-3):
        moved = np.add.reduceat(truncated_normal(E - effect - step, np.zeros(1), LU, LV).value, FIRST)
        assert (moved < best).all()


def test_random_effects_are_told_from_inefficiency_of_rows() -> None:
    found = stochastic_frontier(plants(), model="true_random_effects", **ROLES)
    low, high = terms(found, "low"), terms(found, "high")
    truth = {"capital": 0.4, "labor": 0.5, "sigma2": 0.16 + 0.0225, "effect_variance": 0.25}
    for term, value in truth.items():
        # Twice the interval: seeds would move a single one past its end now and then.
        middle, width = (low[term] + high[term]) / 2, high[term] - low[term]
        assert abs(middle - value) < width, term
    scores = found.efficiencies.collect("pandas").to_native()
    assert ((scores["low"] < scores["efficiency"]) & (scores["efficiency"] < scores["high"])).all()
    assert (scores["lasting"] == 1).all()
    # Without a place for effects they pass for inefficiency that lasts.
    pooled = stochastic_frontier(plants(), model="pitt_lee", **ROLES)
    assert pooled.fits.collect("pandas").to_native()["mean_efficiency"][0] < scores["efficiency"].mean()


def test_lasting_inefficiency_is_a_part_of_its_own() -> None:
    found = stochastic_frontier(plants(200, 5, lasting=1.0), model="four_component", **ROLES)
    scores = found.efficiencies.collect("pandas").to_native()
    assert terms(found)["lasting_variance"] > 0.2
    assert scores.groupby("plant")["lasting"].nunique().max() == 1
    # Given the effect both parts are apart, so the whole is nearly their product.
    assert (scores["efficiency"] - scores["transient"] * scores["lasting"]).abs().max() < 0.02
    assert found.lr_p is None


def test_rice_farms_with_intercepts_of_their_own_leave_no_noise() -> None:
    """The likelihood of Greene's true fixed effects runs to gamma 1 on this panel: said, and no estimate of errors."""
    roles = {"unit": "FMERCODE", "time": "YEARDUM", "output": "PROD", "inputs": ["AREA", "LABOR", "NPK"]}
    found = stochastic_frontier(official("rice_philippines.csv"), model="true_fixed_effects", **roles)
    assert found.boundary == "gamma is 1: no noise is seen, the frontier runs through the best rows"
    assert "intercept" not in terms(found)
    assert np.isnan(terms(found, "standard_error")["gamma"])


def test_a_constant_added_to_a_unit_is_its_effect() -> None:
    data = plants(40, 5)
    moved = data.assign(output=data["output"] + np.where(data["plant"] % 3 == 0, 5.0, 0.0))
    one, other = (stochastic_frontier(t, model="true_fixed_effects", **ROLES) for t in (data, moved))
    # The likelihood runs to gamma 1, and climbs on in ever smaller steps: both stop somewhere near.
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=0.01)
    assert terms(other)["labor"] == pytest.approx(terms(one)["labor"], abs=1e-3)


def test_units_of_one_likelihood_need_a_name_and_one_weight() -> None:
    with pytest.raises(NeededParameterError, match="unit"):
        stochastic_frontier(plants(20), model="true_random_effects", **(ROLES | {"unit": None, "time": None}))
    weighted = plants(20).assign(weight=lambda t: 1.0 + t["year"])
    with pytest.raises(OutsideRangeError, match="same in all rows of a unit"):
        stochastic_frontier(weighted, model="pitt_lee", weights="weight", **ROLES)
