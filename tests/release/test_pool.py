from __future__ import annotations

import gc
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.result import is_synthetic
from industria.core.table import collect
from industria.errors import ChoiceError, ParameterRangeError, UnknownStepError
from industria.evaluation import fixed_effects, normal_equations
from industria.release.pool import Pooled, pool
from industria.study.record import Run
from industria.tables import histogram
from tests.release.sites import CELLS, STEP, sealed

MODEL: dict[str, Any] = {"outcome": "lscrap", "regressors": ["grant", "grant_1"]}
MOMENTS = {
    "name": "effect",
    "measure": "evaluation.normal_equations",
    "code": "e" * 64,
    "parameters": MODEL,
    "pools": "moments",
    "rows": 2,
    "population_period": "1987-1989",
    "by": ["term"],
    "additive": [],
}
ESTIMATES = {**MOMENTS, "name": "effect", "measure": "evaluation.fixed_effects", "pools": "estimates"}
DIGITS = 1e-10
"""What a sealed file holds has 12 significant digits."""


@cache
def plants() -> pd.DataFrame:
    """Michigan's plants, as the package linearmodels brings them."""
    file = distribution("linearmodels").locate_file("linearmodels/datasets/jobtraining/jobtraining.csv.bz2")
    return pd.read_csv(str(file))


def released(rows: pa.Table) -> pa.Table:
    return rows.append_column("status", pa.repeat("published", rows.num_rows))


def three_sites(folder: Path, rows: pd.DataFrame, site_of: pd.Series, step: dict[str, Any] = MOMENTS) -> list[Path]:
    files = []
    for site, part in rows.groupby(site_of):
        found = normal_equations(part, **MODEL, absorb=["fcode"], common=["year"], cluster="fcode")
        tables = {"tables/effect.parquet": released(found.to_arrow())}
        if step["pools"] == "moments":
            tables["moments/effect.parquet"] = collect(found.moments)
        files.append(sealed(folder, f"site{site}", steps={"effect": (step, tables)}))
    return files


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Pooled:
    """Three stand-in sites: plants by the remainder of their number divided by three."""
    folder = tmp_path_factory.mktemp("sites")
    return pool(three_sites(folder, plants(), plants()["fcode"] % 3))


def test_sums_of_three_sites_are_the_single_run(pooled: Pooled) -> None:
    """Reference k: -.4215895085 (CRV1 .2824603894) and -.2523148738 for the grant; 162 rows of 54 plants."""
    rows = pooled.table("effect").to_pandas().set_index("term")
    model = {"outcome": "lscrap", "treatment": ["grant", "grant_1"], "unit": "fcode", "time": "year"}
    one = fixed_effects(plants(), **model).to_pandas().set_index("term").loc[rows.index]

    for column in ("estimate", "standard_error", "statistic", "p_value", "low", "high"):
        np.testing.assert_allclose(rows[column], one[column], rtol=0, atol=DIGITS)
    # Dense least squares with a dummy for every plant gives -.42158950148: the reference demeaned to 8 digits.
    told = rows.loc["grant_1", ["estimate", "standard_error"]].astype(float)
    np.testing.assert_allclose(told, [-0.4215895085, 0.2824603894], rtol=0, atol=1e-8)
    np.testing.assert_allclose(rows.loc["grant", "estimate"], -0.2523148738, rtol=0, atol=1e-7)
    assert pooled.facts("effect") == {
        "outcome": "lscrap", "confidence": 0.95, "n_obs": 162, "n_units": 54, "n_clusters": 54, "df": 53.0,
    }  # fmt: skip
    assert set(rows["status"]) == {"published"}


def test_estimates_of_three_sites_say_less(pooled: Pooled) -> None:
    """Reference k: REML of the three is -.3687981, Hartung-Knapp [-1.7350, .9974], I² .390."""
    row = pooled.table("effect", "meta_analysis").to_pandas().set_index("term").loc["grant_1"]

    assert row["estimate"] == pytest.approx(-0.3687981, abs=1e-7)
    assert (row["low"], row["high"]) == pytest.approx((-1.7350, 0.9974), abs=1e-4)
    assert row["i2"] == pytest.approx(0.390, abs=1e-3)
    sites = pooled.sites("effect").to_pandas().query("term == 'grant_1'")
    np.testing.assert_allclose(sites["estimate"], [-0.091745, -0.033357, -1.001743], rtol=0, atol=1e-6)
    np.testing.assert_allclose(sites["standard_error"], [0.657158, 0.331380, 0.453495], rtol=0, atol=1e-6)


def test_without_a_site_is_what_the_others_give(pooled: Pooled) -> None:
    left = pooled.leave_one_out("effect").to_pandas().set_index(["site", "term"])
    others = plants()[plants()["fcode"] % 3 != 1]
    found = normal_equations(others, **MODEL, absorb=["fcode"], common=["year"], cluster="fcode").to_pandas()

    np.testing.assert_allclose(left.loc["site1"]["estimate"], found["estimate"], rtol=0, atol=DIGITS)
    assert sorted(set(left.index.get_level_values("site"))) == ["site0", "site1", "site2"]


@given(st.integers(2, 5), st.integers(0, 10**6))
@settings(max_examples=6)
def test_any_split_in_any_order_pools_to_the_single_run(
    tmp_path_factory: pytest.TempPathFactory, k: int, seed: int
) -> None:
    firms = plants().dropna(subset=["lscrap"])["fcode"].unique()
    drawn = np.random.default_rng(seed).integers(0, k, len(firms))
    # Each site needs enough plants for a slope of its own.
    drawn[: 10 * k] = np.arange(10 * k) % k
    rows = plants()[plants()["fcode"].isin(firms)]
    files = three_sites(tmp_path_factory.mktemp("split"), rows, rows["fcode"].map(dict(zip(firms, drawn, strict=True))))
    one = normal_equations(rows, **MODEL, absorb=["fcode"], common=["year"], cluster="fcode").to_pandas()

    found = pool(np.random.default_rng(seed).permutation(files).tolist()).table("effect").to_pandas()

    for column in ("estimate", "standard_error", "low", "high"):
        np.testing.assert_allclose(found[column], one[column], rtol=0, atol=DIGITS)


def test_estimates_alone_are_pooled_as_a_meta_analysis(tmp_path: Path) -> None:
    found = pool(three_sites(tmp_path, plants(), plants()["fcode"] % 3, ESTIMATES), method="dl", test="normal")

    row = found.table("effect").to_pandas().set_index("term").loc["grant_1"]
    # w = 1/v of the three estimates above; Q 3.1269, so τ² = (Q - 2) / (Σw - Σw²/Σw).
    v = np.array([0.657158, 0.331380, 0.453495]) ** 2
    tau2 = (row["q"] - 2) / ((1 / v).sum() - (1 / v**2).sum() / (1 / v).sum())
    assert row["tau2"] == pytest.approx(tau2, rel=1e-4)
    assert row["n_sites"] == 3
    assert found.facts("effect")["caution"] == "few sites in 2 of 2 cells: fewer than 5"
    assert set(found.tables("effect")) == {"leave_one_out", "weights", "sites"}
    assert "few sites" in found.report
    assert "without site2 it is" in found.report


def test_a_site_that_keeps_its_sums_leaves_nothing_to_pool(tmp_path: Path) -> None:
    files = three_sites(tmp_path, plants(), plants()["fcode"] % 3)
    one = normal_equations(plants(), **MODEL, absorb=["fcode"], common=["year"], cluster="fcode")
    files.append(
        sealed(tmp_path, "east", steps={"effect": (MOMENTS, {"tables/effect.parquet": released(one.to_arrow())})})
    )

    rows = pool(files).table("effect").to_pylist()

    assert [(row["estimate"], row["status"], row["withheld_by"]) for row in rows] == [(None, "withheld", "east")] * 2


def test_without_the_cluster_sums_of_a_site_there_are_slopes_and_no_errors(tmp_path: Path) -> None:
    for site, part in plants().groupby(plants()["fcode"] % 3):
        found = normal_equations(part, **MODEL, absorb=["fcode"], common=["year"], cluster="fcode")
        sums = collect(found.moments)
        if site == 1:
            over = pc.or_(pc.starts_with(sums["kind"], "cluster_"), pc.equal(sums["row"], "parts_with_cluster_sums"))
            sums = sums.filter(pc.invert(over))
        tables = {"tables/effect.parquet": released(found.to_arrow()), "moments/effect.parquet": sums}
        sealed(tmp_path, f"site{site}", steps={"effect": (MOMENTS, tables)})

    found = pool(sorted(tmp_path.glob("*.release")))

    row = found.table("effect").to_pylist()[1]
    assert row["estimate"] == pytest.approx(-0.4215895015, abs=1e-9)
    assert (row["standard_error"], row["low"], row["status"]) == (None, None, "published")
    assert "no errors: site1 withholds its sums over clusters" in found.report


def test_a_gap_in_the_sums_of_a_site_is_no_zero(tmp_path: Path) -> None:
    files = three_sites(tmp_path, plants(), plants()["fcode"] % 3)
    part = normal_equations(plants(), **MODEL, absorb=["fcode"], common=["year"], cluster="fcode")
    sums = collect(part.moments)
    gap = pc.if_else(pc.equal(sums["kind"], "outcome_square"), None, sums["value"])
    tables = {
        "tables/effect.parquet": released(part.to_arrow()),
        "moments/effect.parquet": sums.set_column(sums.column_names.index("value"), "value", gap),
    }
    files.append(sealed(tmp_path, "east", steps={"effect": (MOMENTS, tables)}))

    assert set(pool(files).table("effect")["withheld_by"].to_pylist()) == {"east"}


def test_an_estimate_that_a_site_withholds_is_not_pooled(tmp_path: Path) -> None:
    rows = [
        {"term": "grant", "estimate": -0.1, "standard_error": 0.1},
        {"term": "year", "estimate": 0.2, "standard_error": 0.1},
    ]
    for site in ("a", "b", "c"):
        told = [{**row, **({"estimate": None} if site == "b" and row["term"] == "year" else {})} for row in rows]
        sealed(
            tmp_path,
            site,
            steps={"effect": (ESTIMATES, {"tables/effect.parquet": released(pa.Table.from_pylist(told))})},
        )

    found = pool(sorted(tmp_path.glob("*.release")))

    rows = found.table("effect").to_pylist()
    assert [(row["term"], row["estimate"], row["withheld_by"]) for row in rows] == [
        ("grant", pytest.approx(-0.1), None),
        ("year", None, "b"),
    ]
    assert "year: no estimate, or none with an error, from b; not pooled" in found.report


def test_pooled_sums_are_a_run(tmp_path: Path) -> None:
    files = [sealed(tmp_path, site, definitions={"employment": "heads"}) for site in ("north", "south")]
    found = pool(files, out=tmp_path / "pooled")

    read = Run.read(tmp_path / "pooled")
    assert read.value("turnover[industry=A].value").value == 3.0
    assert read.value("turnover[industry=B].value").withheld
    assert found.table("turnover").equals(read.table("turnover"))
    assert read.columns("turnover")["value"] == {"unit": "currency", "meaning": "turnover"}
    assert read.sources["north"]["sha256"] == found.releases[0].sha256
    assert (tmp_path / "pooled" / "report.txt").read_text("utf-8") == found.report
    assert "3 rows, 1 withheld by north, south" in found.report
    assert "two sites: each can read the other's figures out of a sum" in found.report
    assert "employment: heads" in found.report
    sites = found.sites("turnover")
    assert sites.column_names == ["site", "industry", "value", "status", "definitions", "coverage"]
    assert set(sites["definitions"].to_pylist()) == {"employment: heads"}
    without = found.leave_one_out("turnover").to_pylist()
    assert [row["value"] for row in without if row["site"] == "north"] == [1.5, None, 4.25]


def test_what_is_drawn_at_all_sites_stays_marked(tmp_path: Path) -> None:
    found = pool([sealed(tmp_path, site, synthetic=True) for site in ("north", "south")])

    assert found.synthetic("turnover")
    assert is_synthetic(found.table("turnover"))
    assert "north, synthetic: sealed" in found.report
    assert repr(found) == "Pooled(north, south: turnover)"


def test_a_step_that_does_not_pool_is_named(tmp_path: Path) -> None:
    for site in ("north", "south"):
        sealed(tmp_path, site, steps={
            "spread": ({**STEP, "name": "spread", "pools": "none"}, {"tables/spread.parquet": CELLS}),
            "gone": ({**STEP, "name": "gone"}, {}),
        })  # fmt: skip
    found = pool(sorted(tmp_path.glob("*.release")))

    assert not found.leaves("spread")
    assert found.sites("spread").num_rows == 6
    assert "spread is not pooled: its figures do not add up over sites" in found.report
    assert "gone is not pooled: every site withholds it" in found.report
    with pytest.raises(UnknownStepError, match="nothing is pooled of step 'spread'"):
        found.leave_one_out("spread")
    with pytest.raises(UnknownStepError, match="no site released a step 'gone'"):
        found.sites("gone")


def test_quantiles_of_all_sites_lie_in_their_bins(tmp_path: Path) -> None:
    step = {
        **STEP,
        "name": "sizes",
        "measure": "tables.histogram",
        "by": ["bin_low", "bin_high"],
        "additive": ["count"],
    }
    rows = plants().dropna(subset=["employ"])
    for k, part in rows.groupby(rows["fcode"] % 3):
        found = histogram(part, column="employ", edges=[-np.inf, 10, 25, 50, 100, 250, np.inf])
        sealed(tmp_path, f"site{k}", steps={"sizes": (step, {"tables/sizes.parquet": released(found.to_arrow())})})

    told = pool(sorted(tmp_path.glob("*.release"))).quantiles("sizes", [0.1, 0.5, 0.9]).to_pylist()

    for row in told:
        true = np.quantile(rows["employ"], row["probability"], method="inverted_cdf")
        assert row["low"] <= true <= row["high"]
    assert [row["low"] for row in told] == [10.0, 25.0, 100.0]
    assert all(row["low"] <= row["value"] <= row["high"] for row in told)


def test_a_withheld_bin_leaves_no_quantile(tmp_path: Path) -> None:
    step = {**STEP, "name": "sizes", "by": ["bin_low", "bin_high"], "additive": ["count"]}
    bins = pa.table(
        {"bin_low": [0.0, 5.0], "bin_high": [5.0, 9.0], "count": [None, 7], "status": ["withheld", "published"]}
    )
    for site in ("north", "south"):
        sealed(
            tmp_path,
            site,
            steps={
                "sizes": (step, {"tables/sizes.parquet": bins}),
                "turnover": (STEP, {"tables/turnover.parquet": CELLS}),
            },
        )
    found = pool(sorted(tmp_path.glob("*.release")))

    assert found.quantiles("sizes", [0.5]).to_pylist() == [
        {"probability": 0.5, "low": None, "high": None, "value": None}
    ]
    with pytest.raises(UnknownStepError, match="no bins are pooled of step 'turnover'; there is sizes"):
        found.quantiles("turnover")
    with pytest.raises(ParameterRangeError, match="probabilities"):
        found.quantiles("sizes", [0.0])


def test_a_pool_without_a_folder_lasts_as_long_as_it_is_held(tmp_path: Path) -> None:
    found = pool([sealed(tmp_path, site) for site in ("north", "south")])
    folder = found.folder
    assert folder.exists()

    del found
    gc.collect()
    assert not folder.exists()


def test_parameters_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="reml"):
        pool([], method="remle")  # type: ignore[arg-type]
    with pytest.raises(ChoiceError, match="hartung_knapp"):
        pool([], test="hk")  # type: ignore[arg-type]
    with pytest.raises(ParameterRangeError, match="confidence"):
        pool([], confidence=95)
