"""Panel regressions against the packages that others use."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.table import collect
from industria.evaluation.fixed_effects import fixed_effects

# Effects are taken out by the engines to 1e-6 at best (pyfixest's default), by us to 1e-12.
ENGINE = 2e-6


def _imported(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def plants() -> pd.DataFrame:
    """An unbalanced panel with weights, three effects that cross, and counts."""
    rng = np.random.default_rng(8)
    rows = pd.DataFrame({"plant": np.repeat(np.arange(60), 6), "year": np.tile(np.arange(2001, 2007), 60)})
    rows = rows[rng.uniform(size=len(rows)) < 0.8]
    n = len(rows)
    rows = rows.assign(
        state=rows["plant"] % 12,
        product=rng.integers(0, 5, n),
        grant=(rng.uniform(size=n) < 0.4).astype(float),
        age=rng.normal(size=n),
        weight=rng.uniform(0.5, 2.0, n),
    )
    mean = 0.3 * rows["grant"] - 0.2 * rows["age"] + rng.normal(size=60)[rows["plant"]]
    return rows.assign(y=mean + rng.normal(size=n), count=rng.poisson(np.exp(mean / 2)).astype(float))


MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "two effects": ("y ~ grant + age | plant + year", {}),
    "three effects": ("y ~ grant + age | plant + year + product", {"effects": ["plant", "year", "product"]}),
    "weights": ("y ~ grant + age | plant + year", {"weights": "weight"}),
    "an intercept": ("y ~ grant + age", {"effects": ()}),
    "Poisson": ("count ~ grant + age | plant + year", {"outcome": "count", "family": "poisson"}),
    "Poisson, weights": (
        "count ~ grant + age | plant",
        {"outcome": "count", "family": "poisson", "effects": ["plant"]},
    ),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("vcov", "theirs"), [("iid", "iid"), ("HC1", "hetero"), ("CRV1", {"CRV1": "state"})])
def test_agrees_with_pyfixest(plants: pd.DataFrame, model: str, vcov: Any, theirs: Any) -> None:
    """Slopes and errors, before small-sample factors.

    With factors pyfixest 0.60 is not one number: it keeps the columns of the effects
    in a set, so which are taken for nested in the clusters changes with
    PYTHONHASHSEED. Our factor is G/(G-1) × (N-1)/(N-K) as in fixest's vignette "On
    standard errors", with K of `kernels.covariance.estimated`.
    """
    formula, arguments = MODELS[model]
    call: dict[str, Any] = {"outcome": "y", "treatment": "grant", "controls": ["age"], "unit": "plant", "time": "year"}
    ours = fixed_effects(plants, vcov=vcov, cluster="state", **(call | arguments))

    pyfixest = _imported("pyfixest")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = pyfixest.fepois if "count" in formula else pyfixest.feols
        fit = engine(
            formula,
            plants,
            vcov=theirs,
            weights=arguments.get("weights"),
            ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        )

    rows = ours.to_pandas().set_index("term")
    n, names = ours.n_obs, ["grant", "age"]
    levels = {"plant": ours.n_units, "year": 6, "product": 5}
    effects = arguments.get("effects", ["plant", "year"])
    # An intercept is an effect of one level; plants are nested in states and count once.
    every = 2 + sum(levels[name] for name in effects) - len(effects) + 1
    across = every - (ours.n_units - 1) * ("plant" in effects)
    factor = {"iid": (n - 1) / (n - every), "HC1": n / (n - every), "CRV1": 12 / 11 * (n - 1) / (n - across)}[vcov]
    np.testing.assert_allclose(rows.loc[names, "estimate"], fit.coef()[names], atol=ENGINE)
    np.testing.assert_allclose(rows.loc[names, "standard_error"], np.sqrt(factor) * fit.se()[names], rtol=10 * ENGINE)


def test_agrees_with_linearmodels(firms: pd.DataFrame) -> None:
    """Both slopes and iid errors of the training grants, from an estimator that shares no code."""
    panel = firms.dropna(subset=["log_scrap_rate"]).set_index(["firm", "year"])
    linearmodels = _imported("linearmodels.panel")
    terms = ["grant", "grant_last_year"]
    fit = linearmodels.PanelOLS(panel["log_scrap_rate"], panel[terms], entity_effects=True, time_effects=True).fit()

    ours = fixed_effects(
        firms, outcome="log_scrap_rate", treatment=terms, unit="firm", time="year", vcov="iid"
    ).to_pandas()

    np.testing.assert_allclose(ours["estimate"], fit.params[terms], atol=1e-10)
    np.testing.assert_allclose(ours["standard_error"], fit.std_errors[terms], atol=1e-10)


def test_draws_agree_with_analytic_errors_where_there_are_many_clusters(plants: pd.DataFrame) -> None:
    """Sixty clusters: bootstrap, randomization and CRV3 stand within a few hundredths of CRV1."""
    found = fixed_effects(
        plants, outcome="y", treatment="grant", unit="plant", time="year", bootstrap=1999, permutations=1999
    )

    p = collect(found.inferences).to_pandas().set_index("method")["p_value"]
    np.testing.assert_allclose(p, p["CRV1"], atol=0.05)
