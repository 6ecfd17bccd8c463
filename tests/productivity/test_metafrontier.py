"""Metafrontiers: scores and fits of packages, laws of gaps, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from industria.errors import (
    ChoiceError,
    DuplicateRowError,
    ExcludedParameterError,
    NoDegreesOfFreedomError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
    ThinFrontierError,
)
from industria.productivity import dea, metafrontier, stochastic_frontier
from tests.productivity.frontier_data import arrow, frame


def plants(seed: int = 2, each: int = 50, groups: int = 4) -> pd.DataFrame:
    """Regions with technologies of their own: each further one makes less, and more of it by capital."""
    rng = np.random.default_rng(seed)
    region = np.repeat(np.arange(groups), each)
    n = len(region)
    x = rng.lognormal(0, 0.5, (n, 2))
    logs = np.log(x) @ [0.4, 0.5] + 0.1 * (region - 1) * np.log(x[:, 0]) - 0.08 * region * region
    logs += -np.abs(rng.normal(0, 0.4, n)) + rng.normal(0, 0.15, n)
    return pd.DataFrame(
        {
            "plant": [f"p{i:03}" for i in range(n)],
            "region": np.array(list("abcd"))[region],
            "capital": x[:, 0],
            "labor": x[:, 1],
            "output": np.exp(logs),
        }
    )


ROLES: dict[str, Any] = {
    "unit": "plant",
    "inputs": ["capital", "labor"],
    "outputs": ["output"],
    "group": "region",
}
EXAMPLE = ({"units": arrow(plants(each=12, groups=2))}, ROLES | {"method": "envelope"})
WORDS = ["capital", "labor", "output"]
METHODS = ["dea", "envelope", "stochastic"]


def asked(data: pd.DataFrame, **changes: Any) -> Any:
    return metafrontier(data, **(ROLES | changes))


def means(found: Any, column: str) -> list[float]:
    return [float(value) for value in frame(found.groups)[f"mean_{column}"]]


# Goldens: R 4.5 on the plants above


def test_scores_as_benchmarking_gives_them() -> None:
    """R's Benchmarking, dea(RTS = "vrs", ORIENTATION = "out") of each region and of all, to the digits printed."""
    found = asked(plants())
    group = [0.7240762383, 0.8042148354, 0.8087032337, 0.7751342688]
    ratio = [0.9909412134, 0.8852193405, 0.7016399764, 0.4965626625]
    meta = [0.7164993847, 0.7129228349, 0.5716479208, 0.3836297907]
    for column, wanted in (("group_efficiency", group), ("gap_ratio", ratio), ("meta_efficiency", meta)):
        np.testing.assert_allclose(means(found, column), wanted, atol=1e-9)


@pytest.mark.parametrize("deviations", ["absolute", "squared"])
def test_the_envelope_of_fits_as_r_finds_it(deviations: str) -> None:
    """R's frontier::sfa by region, and above them lpSolveAPI and quadprog, which agree on these data.

    The optimizer of frontier stops at changes of 1e-5, which reach the gap ratios as a few 1e-5.
    """
    found = asked(plants(), method="envelope", deviations=deviations)
    above = frame(found.frontiers).query("frontier == 'metafrontier'")
    assert above["term"].to_list() == ["intercept", "capital", "labor"]
    assert above["region"].isna().all()
    np.testing.assert_allclose(above["estimate"], [0.05350219526, 0.33388781263, 0.43486686881], atol=5e-5)
    np.testing.assert_allclose(means(found, "gap_ratio"), [0.940363, 0.907835, 0.636826, 0.510712], atol=5e-5)
    np.testing.assert_allclose(means(found, "group_efficiency"), [0.733489, 0.741324, 0.797867, 0.704124], atol=5e-5)


def test_the_second_fit_goes_on_where_the_peer_stops() -> None:
    """R's frontier::sfa stops at γ = .99193 with a log-likelihood of 8.481585, of which the formula makes as much.

    ln L = Σ ln 2/σ φ(e/σ) Φ(-e λ/σ) rises to 24.07633 at γ = .99907. Gap ratios: .9178 .8968 .6352 .4996 there.
    """
    found = asked(plants(), method="stochastic")
    fits, frontiers = frame(found.fits), frame(found.frontiers)
    data = plants()
    X = np.column_stack([np.ones(200), np.log(data["capital"]), np.log(data["labor"])])
    betas = frontiers["estimate"].to_numpy().reshape(5, 3)
    height = np.einsum("nk,nk->n", X, np.repeat(betas[:4], 50, axis=0))

    def likelihood(beta: Any, sigma2: float, gamma: float) -> float:
        e, sigma = height - X @ beta, np.sqrt(sigma2)
        terms = np.log(2 / sigma) + norm.logpdf(e / sigma) + norm.logcdf(-e / sigma * np.sqrt(gamma / (1 - gamma)))
        return float(terms.sum())

    # The peer's group frontiers differ from ours by a few 1e-6, σv there is .04.
    peer = likelihood([0.06494568247, 0.44710229990, 0.47023463694], 0.17515765929, 0.99193077151)
    assert peer == pytest.approx(8.481585424, abs=0.02)
    u, v = fits["sigma_u"].iloc[-1], fits["sigma_v"].iloc[-1]
    ours = likelihood(betas[4], u**2 + v**2, u**2 / (u**2 + v**2))
    assert ours == pytest.approx(fits["log_likelihood"].iloc[-1], abs=1e-6)
    assert ours > peer + 15
    np.testing.assert_allclose(means(found, "gap_ratio"), [0.943402, 0.910811, 0.640417, 0.511443], atol=2e-6)


def test_the_frontiers_of_groups_are_those_of_the_room() -> None:
    data = plants()
    found = asked(data, method="envelope", form="translog", distribution="exponential")
    words: dict[str, Any] = {"form": "translog", "distribution": "exponential", "by": ["region"], "unit": "plant"}
    fits = stochastic_frontier(data, output="output", inputs=["capital", "labor"], **words)
    table = frame(fits.table)
    terms = table[~table["term"].isin(["sigma2", "gamma"])]
    of_groups = frame(found.frontiers).query("frontier == 'group'")
    np.testing.assert_allclose(of_groups["estimate"], terms["estimate"])
    assert of_groups["term"].to_list() == terms["term"].to_list()
    np.testing.assert_allclose(found.to_pandas()["group_efficiency"], frame(fits.efficiencies)["efficiency"])
    np.testing.assert_allclose(frame(found.fits)["log_likelihood"], frame(fits.fits)["log_likelihood"])


# Laws


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(METHODS))
def test_gaps_are_shares_and_part_the_distance(seed: int, method: str) -> None:
    """0 < gap ratio ≤ 1, meta ≤ group, and their product; a stochastic mean of exp(-u) is a share as well."""
    found = asked(plants(seed, each=20, groups=3), method=method)
    table = found.to_pandas()
    assert table["gap_ratio"].between(0, 1, inclusive="right").all()
    assert (table["meta_efficiency"] <= table["group_efficiency"]).all()
    np.testing.assert_allclose(table["group_efficiency"] * table["gap_ratio"], table["meta_efficiency"])
    assert found.n_units == 60
    assert found.n_groups == 3
    if method != "stochastic":
        # Somebody holds the metafrontier up.
        assert frame(found.groups)["n_touching"].sum() > 0


@pytest.mark.parametrize("method", METHODS)
def test_one_group_has_no_gap(method: str) -> None:
    table = asked(plants(groups=1), method=method).to_pandas()
    np.testing.assert_allclose(table["gap_ratio"], 1, rtol=1e-9)
    np.testing.assert_allclose(table["meta_efficiency"], table["group_efficiency"], rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_units_of_columns_change_nothing(method: str) -> None:
    data = plants(each=25)
    scaled = data.assign(labor=data["labor"] * 1e6, output=data["output"] * 1e-3)
    one, other = (asked(of, method=method).to_pandas()["gap_ratio"] for of in (data, scaled))
    # A likelihood that is climbed is flat at its top.
    np.testing.assert_allclose(other, one, rtol=1e-5 if method == "stochastic" else 1e-7)


def test_logs_are_those_of_levels() -> None:
    data = plants(each=25)
    logged = data.assign(**{good: np.log(data[good]) for good in ("capital", "labor", "output")})
    one, other = asked(data, method="envelope"), asked(logged, method="envelope", logs=True)
    np.testing.assert_allclose(other.to_pandas()["gap_ratio"], one.to_pandas()["gap_ratio"], rtol=1e-9)


def test_the_metafrontier_is_the_frontier_of_all() -> None:
    data = plants()
    for returns, orientation in (("variable", "output"), ("free_disposal", "input"), ("constant", "input")):
        words: dict[str, Any] = {"returns": returns, "orientation": orientation}
        table = asked(data, **words).to_pandas()
        every = dea(data, unit="plant", inputs=["capital", "labor"], outputs=["output"], **words).to_pandas()
        np.testing.assert_allclose(table["meta_efficiency"], every["efficiency"], rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_cells_have_metafrontiers_of_their_own(method: str) -> None:
    data = pd.concat([plants(1, 20, 2).assign(year=1), plants(2, 20, 2).assign(year=2)])
    found = asked(data, by=["year"], method=method)
    alone = asked(data[data["year"] == 2], method=method)
    table = found.to_pandas()
    assert table[table["year"] == 2]["gap_ratio"].to_list() == alone.to_pandas()["gap_ratio"].to_list()
    assert frame(found.groups)[["year", "region"]].to_numpy().tolist() == [[1, "a"], [1, "b"], [2, "a"], [2, "b"]]
    assert len(frame(found.frontiers)) == (0 if method == "dea" else 2 * 3 * 3)
    assert len(frame(found.fits)) == {"dea": 0, "envelope": 4, "stochastic": 6}[method]


def test_periods_share_a_frontier() -> None:
    data = pd.concat([plants(1, 20, 2).assign(year=1), plants(2, 20, 2).assign(year=2)])
    found = asked(data, time="year")
    assert frame(found.groups)["n_units"].to_list() == [40, 40]
    with pytest.raises(DuplicateRowError):
        asked(data)


# Bad input


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"method": "envelop"}, ChoiceError, "envelope"),
        ({"returns": "crs"}, ChoiceError, "constant"),
        ({"orientation": "both"}, ChoiceError, "output"),
        ({"method": "envelope", "returns": "constant"}, ExcludedParameterError, "returns has no place"),
        ({"method": "stochastic", "orientation": "input"}, ExcludedParameterError, "orientation has no place"),
        ({"method": "stochastic", "deviations": "squared"}, ExcludedParameterError, "deviations has no place"),
        ({"form": "translog"}, ExcludedParameterError, "form has no place"),
        ({"logs": True}, ExcludedParameterError, "logs has no place"),
        ({"method": "envelope", "distribution": "gamma"}, ChoiceError, "half_normal"),
        ({"method": "envelope", "inputs": ["labor"], "outputs": ["output", "capital"]}, ParameterRangeError, "one col"),
    ],
)
def test_words_that_do_not_go_together_are_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        asked(plants(), **changes)


@pytest.mark.parametrize("method", METHODS)
def test_a_group_of_few_units_draws_no_frontier(method: str) -> None:
    data = plants(each=20, groups=2)
    data = data[(data["region"] == "a") | (data["plant"] < "p025")]
    with pytest.raises(ThinFrontierError, match=r"region = 'b'"):
        asked(data, method=method)
    if method == "dea":
        assert frame(asked(data, method=method, allow_thin=True).groups)["n_units"].to_list() == [20, 5]
    else:
        with pytest.raises(NoDegreesOfFreedomError):
            asked(data, method=method, allow_thin=True)


def test_amounts_without_a_log_are_told_by_row() -> None:
    data = plants(each=20).assign(labor=lambda t: np.where(t["plant"] == "p007", 0.0, t["labor"]))
    with pytest.raises(OutsideRangeError, match=r"labor is 0 where region = 'a', plant = 'p007'"):
        asked(data, method="envelope")
    assert asked(data).n_units == 80


def test_a_key_called_as_a_column_made_is_refused() -> None:
    with pytest.raises(ReservedNameError, match="frontier"):
        asked(plants().rename(columns={"region": "frontier"}), group="frontier")


def test_an_amount_in_another_unit_is_listed_by_row() -> None:
    data = plants(each=20)
    assert asked(data).n_doubtful == 0
    found = asked(data.assign(labor=np.where(data["plant"] == "p007", 1e4, data["labor"])))
    assert frame(found.doubtful)[["region", "plant", "good"]].to_numpy().tolist() == [["a", "p007", "labor"]]
