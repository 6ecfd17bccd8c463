"""Laws of production functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.productivity.production_function import production_function
from tests.productivity.function_panels import ROLES, elasticities, estimates, frame, small
from tests.strategies import simulated_firms


@settings(max_examples=8)
@given(st.integers(0, 1000), st.sampled_from(["ackerberg_caves_frazer", "levinsohn_petrin", "wooldridge"]))
def test_units_of_columns_change_nothing(seed: int, estimator: Any) -> None:
    """Output in thousands, capital in another currency: logs move by a constant."""
    rows = simulated_firms(2, seed, firms=120, years=6).to_pandas()
    moved = rows.assign(y=rows["y"] + 7, l=rows["l"] - 3, k=rows["k"] + 11, m=rows["m"] + 5)

    assert elasticities(moved, estimator=estimator) == pytest.approx(elasticities(rows, estimator=estimator), abs=1e-8)


@pytest.mark.parametrize(
    "estimator",
    ["ackerberg_caves_frazer", "olley_pakes", "levinsohn_petrin", "robinson_wooldridge", "wooldridge", "ols"],
)
def test_a_weight_of_two_is_two_copies_of_the_firm(estimator: Any) -> None:
    rows = simulated_firms(2, 5, firms=150, years=6).to_pandas()
    twice = rows["firm"] % 3 == 0
    copies = pd.concat([rows, rows[twice].assign(firm=rows["firm"][twice] + 1000)])
    weighted = elasticities(rows.assign(weight=1.0 + twice), weights="weight", estimator=estimator)

    assert weighted == pytest.approx(elasticities(copies, estimator=estimator), abs=1e-8)
    scaled = elasticities(rows.assign(weight=7.0 * (1 + twice)), weights="weight", estimator=estimator)
    assert scaled == pytest.approx(weighted, abs=1e-9)


def test_each_cell_is_what_it_would_be_alone() -> None:
    rows = small().to_pandas()
    together = production_function(rows, by="industry", **ROLES).to_pandas().set_index("industry")

    for industry, own in rows.groupby("industry"):
        assert together.loc[industry, "estimate"].tolist()[:-1] == pytest.approx(elasticities(own), abs=1e-9)


def test_every_root_solves_its_moments_and_the_spurious_one_hardly_persists() -> None:
    """The spurious root lies near (labor + capital, 0, 0): Ackerberg, Caves & Frazer (2015)."""
    found = frame(production_function(simulated_firms(1, 0), **ROLES).roots)
    minima, found = found[found["kind"] != "root"], found[found["kind"] == "root"]
    chosen, other = (found[found["chosen"] == flag].set_index("term") for flag in (True, False))

    assert (found["criterion"] == 0).all()
    assert (minima["criterion"] > 1e-6).all()
    assert chosen["estimate"][["l", "k"]].tolist() == pytest.approx([0.6, 0.4], abs=0.06)
    assert 0.68 <= chosen["persistence"].iloc[0] <= 0.75
    assert other["estimate"]["l"] == pytest.approx(1.0, abs=0.05)
    assert -0.05 < other["persistence"].iloc[0] < 0.13


def test_a_translog_of_a_cobb_douglas_finds_its_mean_elasticities() -> None:
    rows = simulated_firms(2, 3, firms=1000)
    result = production_function(rows, form="translog", **ROLES)

    assert estimates(result) == pytest.approx([0.6, 0.4], abs=0.05)
    assert frame(result.coefficients)["term"].tolist() == ["l", "k", "l*l", "l*k", "k*k"]


def test_survival_enters_the_process_where_exit_is_told() -> None:
    """Plants leave when materials, which rise with productivity and capital, are low; a column may tell the year."""
    rows = simulated_firms(2, 8, firms=600, years=8).to_pandas()
    chance = np.random.default_rng(0).uniform(size=len(rows))
    leaves = rows["m"] + chance < np.quantile(rows["m"] + chance, 0.1)
    last = rows["firm"].map(rows[leaves].groupby("firm")["year"].min())
    kept = rows[(rows["year"] <= last) | last.isna()]
    out = ((kept["year"] == last[kept.index]) & (kept["year"] < 2008)).astype(int)
    without, seen = (elasticities(kept, estimator="levinsohn_petrin", exit=e) for e in (None, "last_seen"))
    told = elasticities(kept.assign(out=out), estimator="levinsohn_petrin", exit="out")

    assert seen != pytest.approx(without, abs=1e-6)
    assert seen == pytest.approx([0.6, 0.4], abs=0.06)
    assert told == pytest.approx(seen, abs=1e-9)


def test_gross_output_takes_intermediates_as_an_input() -> None:
    """Levinsohn & Petrin (2003): the proxy's own elasticity comes from the second stage."""
    result = production_function(
        simulated_firms(2, 2),
        output_concept="gross_output",
        flexible="m",
        estimator="levinsohn_petrin",
        **ROLES,
    )

    assert result.to_pandas()["term"].tolist() == ["l", "m", "k", "returns_to_scale"]
    assert set(frame(result.roots)["kind"]) <= {"root", "local minimum"}


def test_cost_shares_are_elasticities_under_constant_returns() -> None:
    rows = small().to_pandas().assign(wages=lambda t: np.exp(t["l"]) * 3, rent=lambda t: np.exp(t["l"]))
    result = production_function(
        rows,
        unit="firm",
        time="year",
        output="y",
        free="l",
        state="k",
        costs={"l": "wages", "k": "rent"},
        estimator="cost_share",
        logs=True,
    )

    assert result.to_pandas()["estimate"].tolist() == pytest.approx([0.75, 0.25, 1.0], abs=1e-12)


def test_draws_are_counted_and_carry_the_estimate_first() -> None:
    result = production_function(simulated_firms(2, 1, firms=150, years=6), replications=25, **ROLES)
    draws = frame(result.draws).pivot(index="draw", columns="term", values="estimate")
    found = result.to_pandas().set_index("term")

    assert draws.loc[0, ["l", "k"]].tolist() == found["estimate"][["l", "k"]].tolist()
    assert len(draws) == 26
    assert draws.loc[1:].isna().any(axis=1).sum() == result.draws_without_root + result.draws_inadmissible
    spread = draws.loc[1:, "l"].quantile([0.25, 0.75])
    assert found["standard_error"]["l"] == pytest.approx((spread[0.75] - spread[0.25]) / 1.3489795, rel=1e-6)


def test_it_is_called_revenue_productivity_unless_output_is_a_quantity() -> None:
    revenue, quantity = (
        production_function(simulated_firms(2, 1, firms=100, years=5), prices=p, **ROLES)
        for p in ("deflated_revenue", "quantity")
    )

    assert (revenue.productivity, quantity.productivity) == ("revenue productivity", "productivity")
    said = revenue.summary().replace("revenue productivity", "")
    assert "productivity" not in said.replace("sd_productivity", "")
    assert "revenue" not in quantity.summary()
