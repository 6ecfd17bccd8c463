"""Stochastic frontiers: published and reference fits, laws of the likelihood, verdicts, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import truncnorm

from industria.productivity import stochastic_frontier
from tests.productivity.official_files import official

# An exact optimum, given to this many digits; the peer of some golden numbers stops 8e-6 short of it.
OPTIMUM = 1e-7
LIKELIHOOD = 1e-6


def drawn(n: int = 60, years: int = 1, *, seed: int = 0, spread: float = 0.6) -> pd.DataFrame:
    """Plants with two inputs, half-normal inefficiency that lasts, and noise."""
    rng = np.random.default_rng(seed)
    plant, year = np.divmod(np.arange(n * years), years)
    capital, labor = rng.normal(3, 1, (2, n * years))
    noise, short = rng.normal(0, 0.2, n * years), np.abs(rng.normal(0, spread, n))[plant]
    output = np.exp(1 + 0.3 * capital + 0.6 * labor + noise - short)
    rows = {"plant": [f"p{i:03}" for i in plant], "year": 2000 + year, "output": output}
    return pd.DataFrame(
        rows | {"capital": np.exp(capital), "labor": np.exp(labor), "age": rng.uniform(0, 1, n * years)}
    )


ROLES: dict[str, Any] = {"unit": "plant", "time": "year", "output": "output", "inputs": ["capital", "labor"]}
EXAMPLE = ({"units": pa.Table.from_pandas(drawn(24, 2, seed=3), preserve_index=False)}, ROLES | {"model": "pitt_lee"})


def fitted(data: pd.DataFrame, **changes: Any) -> Any:
    return stochastic_frontier(data, **(ROLES | changes))


def estimates(found: Any, column: str = "estimate") -> dict[str, float]:
    return dict(found.to_pandas().set_index("term")[column])


def front41(**changes: Any) -> Any:
    roles = {"unit": "firm", "output": "output", "inputs": ["capital", "labour"]}
    return stochastic_frontier(official("front41_60_firms.csv"), **(roles | changes))


def rice(**changes: Any) -> Any:
    roles = {"unit": "FMERCODE", "time": "YEARDUM", "output": "PROD", "inputs": ["AREA", "LABOR", "NPK"]}
    return stochastic_frontier(official("rice_philippines.csv"), **(roles | changes))


# Reference fits: the exact optima; the R package frontier 1.1-8 agrees to 1e-4


def test_sixty_firms_of_the_guide_half_normal() -> None:
    """Coelli (1996), guide to FRONTIER 4.1: log output on log capital and labour."""
    found = front41()
    wanted = [0.5616166325, 0.2811025596, 0.5364803092, 0.2169999443, 0.7972061974]
    assert list(estimates(found).values()) == pytest.approx(wanted, rel=OPTIMUM)
    assert found.log_likelihood == pytest.approx(-17.0272254244, abs=LIKELIHOOD)
    fit = found.fits.collect("pandas").to_native().iloc[0]
    assert fit["least_squares"] == pytest.approx(-18.446841, abs=LIKELIHOOD)
    assert found.lr_statistic == pytest.approx(2.8392, abs=1e-4)
    # Half a chi-square of one degree: P(chi2_1 > 2.8392) / 2.
    assert found.lr_p == pytest.approx(0.045994, abs=1e-6)
    scores = found.efficiencies.collect("pandas").to_native()["efficiency"]
    assert scores[:3].to_list() == pytest.approx([0.65068904, 0.82889146, 0.72642606], abs=1e-7)
    assert scores.mean() == pytest.approx(0.7405680049, abs=1e-8)


def test_the_truncated_normal_of_the_sixty_firms_lies_above_where_the_peer_stops() -> None:
    """The peer stops at mu -1.4106 and -16.795667; the likelihood is nearly flat and goes on to rise by a hundredth."""
    found = front41(distribution="truncated_normal")
    assert found.converged
    assert -16.795667 < found.log_likelihood < -16.795667 + 0.02
    assert estimates(found)["mu"] < -1.410595


def test_rice_half_normal_and_exponential() -> None:
    half, exponential = rice(), rice(distribution="exponential")
    wanted = [-1.0432472800, 0.3555110138, 0.3332991439, 0.2712778314, 0.2386280957, 0.8853827718]
    assert list(estimates(half).values()) == pytest.approx(wanted, rel=OPTIMUM)
    assert half.log_likelihood == pytest.approx(-86.2026900768, abs=LIKELIHOOD)

    wanted = [-1.14653349, 0.35393163, 0.33451132, 0.27287816]
    assert list(estimates(exponential).values())[:4] == pytest.approx(wanted, rel=5e-8)
    fit = exponential.fits.collect("pandas").to_native().iloc[0]
    assert fit[["sigma_u", "sigma_v"]].to_list() == pytest.approx([0.26938296, 0.19003272], rel=5e-8)
    assert exponential.log_likelihood == pytest.approx(-81.601200521, abs=LIKELIHOOD)
    assert fit["mean_efficiency"] == pytest.approx(0.787767235, abs=1e-8)


def test_rice_gamma() -> None:
    found = rice(distribution="gamma")
    told = estimates(found)
    # The reference was integrated over 400 nodes and printed to six digits.
    wanted = {"shape": 0.890445, "scale": 0.284560, "sigma_v": 0.193380}
    assert {term: told[term] for term in wanted} == pytest.approx(wanted, rel=1e-4)
    assert found.log_likelihood == pytest.approx(-81.580036, abs=1e-5)


def test_a_gamma_of_shape_one_is_the_exponential() -> None:
    """Drawn exponential, the shape's interval holds 1, and efficiencies are nearly those of the exponential."""
    rng = np.random.default_rng(4)
    data = drawn(500, seed=4, spread=0.0)
    data["output"] *= np.exp(-rng.exponential(0.5, len(data)))
    gamma, exponential = fitted(data, distribution="gamma"), fitted(data, distribution="exponential")
    assert gamma.log_likelihood >= exponential.log_likelihood - 1e-6
    assert estimates(gamma, "low")["shape"] < 1 < estimates(gamma, "high")["shape"]
    one, other = (f.efficiencies.collect("pandas").to_native() for f in (gamma, exponential))
    # The shape is told within about a tenth, and scores move by as much of their distance to 1.
    assert (one["efficiency"] - other["efficiency"]).abs().max() < 0.1
    assert ((one["low"] < one["efficiency"]) & (one["efficiency"] < one["high"])).all()


def test_variances_that_vary_are_on_one_scale_whatever_the_distribution() -> None:
    """The shape of the rice farms is .9, near the exponential's 1, and so are the logs of their variances."""
    gamma, exponential = (rice(distribution=law, inefficiency_variance=["EDYRS"]) for law in ("gamma", "exponential"))
    one, other = estimates(gamma), estimates(exponential)
    for term in ("inefficiency_variance:intercept", "inefficiency_variance:EDYRS", "noise_variance:intercept"):
        assert one[term] == pytest.approx(other[term], abs=0.5)


def test_a_mean_that_runs_away_is_no_estimate() -> None:
    """Pooled rice farms: the truncated normal climbs to the likelihood of the exponential and has no maximum."""
    found = rice(distribution="truncated_normal")
    assert found.log_likelihood == pytest.approx(-81.60120, abs=1e-4)
    assert found.boundary == "mu runs to minus infinity: inefficiency is exponential; fit that distribution"
    told = estimates(found)
    assert all(np.isnan(told[term]) for term in ("mu", "sigma2", "gamma"))
    # What the data do tell, the elasticities, is that of the exponential.
    exponential = estimates(rice(distribution="exponential"))
    assert told["AREA"] == pytest.approx(exponential["AREA"], abs=1e-4)


def test_rice_inefficiency_that_varies_with_schooling_and_irrigation() -> None:
    found = rice(inefficiency_variance=["EDYRS", "BANRAT"])
    wanted = [-0.97863052, 0.38196605, 0.32030394, 0.26515188, -1.36053057, 0.05496466, -0.91069086, -3.55861994]
    # Printed to eight digits by an optimizer that stops at 1e-7.
    assert list(estimates(found).values()) == pytest.approx(wanted, rel=1e-6)
    assert found.log_likelihood == pytest.approx(-81.23496216, abs=LIKELIHOOD)
    assert [*estimates(found)][4:6] == ["inefficiency_variance:intercept", "inefficiency_variance:EDYRS"]


def test_rice_inefficiency_that_lasts() -> None:
    found = rice(model="pitt_lee")
    wanted = [-0.8321626, 0.4538981, 0.2889227, 0.2275435, 0.1553773, 0.4643123]
    assert list(estimates(found).values()) == pytest.approx(wanted, abs=6e-8)
    assert found.log_likelihood == pytest.approx(-86.430427803, abs=LIKELIHOOD)


# Laws


def test_at_the_half_normal_optimum_the_variance_is_that_of_the_errors() -> None:
    data = drawn(80)
    found = fitted(data)
    b = estimates(found)
    e = (
        np.log(data["output"])
        - b["intercept"]
        - b["capital"] * np.log(data["capital"])
        - b["labor"] * np.log(data["labor"])
    )
    assert b["sigma2"] == pytest.approx(float((e**2).mean()), rel=1e-7)


def test_without_decay_the_panel_of_1992_is_that_of_1981() -> None:
    """At the maximum of Pitt and Lee, with eta 0, the likelihood of Battese and Coelli is the same."""
    data = drawn(40, 4)
    lasting, decaying = fitted(data, model="pitt_lee"), fitted(data, model="battese_coelli_1992")
    assert decaying.log_likelihood >= lasting.log_likelihood - 1e-8
    low, high = (estimates(decaying, end)["eta"] for end in ("low", "high"))
    # The data are drawn without decay.
    assert low < 0 < high


def test_cost_is_production_with_its_sign_turned() -> None:
    data = drawn(60)
    turned = data.assign(output=1 / data["output"], capital=1 / data["capital"], labor=1 / data["labor"])
    production, cost = fitted(data), fitted(turned, frontier="cost")
    assert cost.log_likelihood == pytest.approx(production.log_likelihood, abs=1e-9)
    assert estimates(cost)["capital"] == pytest.approx(estimates(production)["capital"], rel=1e-7)
    one, other = (f.efficiencies.collect("pandas").to_native()["efficiency"] for f in (production, cost))
    np.testing.assert_allclose(one, other, rtol=1e-7)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 50), st.floats(-8, 8), st.floats(-8, 8))
def test_units_of_columns_change_the_intercept_alone(seed: int, of_output: float, of_capital: float) -> None:
    data = drawn(50, seed=seed)
    scaled = data.assign(output=data["output"] * 10**of_output, capital=data["capital"] * 10**of_capital)
    one, other = fitted(data), fitted(scaled)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    # A flat likelihood is settled to about the root of its last digits.
    for term in ("capital", "labor", "gamma"):
        assert estimates(other)[term] == pytest.approx(estimates(one)[term], abs=1e-4)


def test_logs_are_taken_or_as_they_come() -> None:
    data = drawn(60)
    logged = data.assign(**{column: np.log(data[column]) for column in ("output", "capital", "labor")})
    assert estimates(fitted(logged, logs=True)) == pytest.approx(estimates(fitted(data)), rel=1e-10)


def test_a_weight_of_two_is_two_copies() -> None:
    data = drawn(60).assign(weight=np.where(np.arange(60) % 3 == 0, 2.0, 1.0))
    copies = pd.concat([data, data[data["weight"] == 2].assign(plant=lambda t: t["plant"] + "b")])
    weighted, copied = fitted(data, weights="weight"), fitted(copies)
    # Two climbs to one maximum.
    assert estimates(weighted) == pytest.approx(estimates(copied), rel=1e-6)
    assert weighted.lr_p is None


def test_cells_are_separate_calls() -> None:
    data = pd.concat([drawn(40, seed=1).assign(industry="a"), drawn(50, seed=2).assign(industry="b")])
    together = fitted(data, by=["industry"])
    for name, rows in data.groupby("industry"):
        alone, of = fitted(rows), together.to_pandas()
        found = of[of["industry"] == name].set_index("term")["estimate"]
        assert dict(found) == pytest.approx(estimates(alone), rel=1e-9)
    assert together.log_likelihood is None
    assert together.fits.collect("pandas").to_native()["n_units"].to_list() == [40, 50]


def test_a_translog_holds_the_cobb_douglas() -> None:
    data = drawn(80)
    found = fitted(data, form="translog")
    assert [*estimates(found)][:6] == [
        "intercept",
        "capital",
        "labor",
        "capital*capital",
        "capital*labor",
        "labor*labor",
    ]
    assert found.log_likelihood >= fitted(data).log_likelihood - 1e-9


def test_drivers_shift_the_mean_of_inefficiency() -> None:
    rng = np.random.default_rng(5)
    data = drawn(1500, seed=5, spread=0.0)
    mean = 1.2 * data["age"] - 0.2
    short = mean + 0.5 * truncnorm(-mean / 0.5, np.inf).rvs(random_state=rng)
    found = fitted(data.assign(output=data["output"] * np.exp(-short)), model="battese_coelli_1995", drivers=["age"])
    told, error = estimates(found)["driver:age"], estimates(found, "standard_error")["driver:age"]
    assert abs(told - 1.2) < 3 * error
    assert told / error > 2


def test_truth_is_found_in_large_samples() -> None:
    found = fitted(drawn(4000, seed=8))
    low, high = estimates(found, "low"), estimates(found, "high")
    # sigma_u .6 and sigma_v .2: 4,000 rows tell gamma within a few hundredths, whatever the seed.
    truth = {"intercept": 1.0, "capital": 0.3, "labor": 0.6, "sigma2": 0.4, "gamma": 0.9}
    for term, value in truth.items():
        middle, width = (low[term] + high[term]) / 2, high[term] - low[term]
        assert abs(middle - value) < width, term


def test_wrong_skew_is_said_and_is_least_squares() -> None:
    data = drawn(60, spread=0.0)
    raised = data.assign(output=data["output"] * np.exp(np.abs(np.random.default_rng(1).normal(0, 0.6, 60))))
    found = fitted(raised)
    assert found.wrong_skew
    assert found.boundary == "gamma is 0: no inefficiency is seen, the fit is that of least squares"
    X = np.column_stack([np.ones(60), np.log(raised[["capital", "labor"]])])
    ols = np.linalg.lstsq(X, np.log(raised["output"]), rcond=None)[0]
    assert list(estimates(found).values())[:3] == pytest.approx(ols.tolist(), rel=1e-7)
    assert estimates(found)["gamma"] == 0
    assert (found.lr_statistic, found.lr_p) == (0, 1)
    assert found.efficiencies.collect("pandas").to_native()["efficiency"].min() > 0.999999


def test_efficiencies_lie_within_their_intervals() -> None:
    scores = fitted(drawn(60)).efficiencies.collect("pandas").to_native()
    assert ((scores["low"] > 0) & (scores["low"] < scores["efficiency"])).all()
    assert ((scores["efficiency"] < scores["high"]) & (scores["high"] <= 1)).all()


def test_draws_of_units_are_the_same_for_one_seed() -> None:
    data = drawn(40, 3)
    one = fitted(data, model="pitt_lee", replications=20, rng=7)
    again = fitted(data.sample(frac=1, random_state=0), model="pitt_lee", replications=20, rng=7)
    other = fitted(data, model="pitt_lee", replications=20, rng=8)
    assert one.to_pandas().equals(again.to_pandas())
    assert not one.to_pandas().equals(other.to_pandas())
    analytic = fitted(data, model="pitt_lee")
    assert estimates(one) == estimates(analytic)
    # Twenty draws tell a standard error within a factor of two or so.
    ratio = estimates(one, "standard_error")["labor"] / estimates(analytic, "standard_error")["labor"]
    assert 0.4 < ratio < 2.5
