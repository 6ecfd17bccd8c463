from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from industria import classifications
from industria.core.bridge import Bridge
from industria.kernels import bridges


def pattern(origins: int, ends: int, links: int) -> csr_array:
    rng = np.random.default_rng(7)
    cells = rng.choice(origins * ends, links - origins, replace=False)
    i = np.concatenate([np.arange(origins), cells // ends])
    d = np.concatenate([rng.integers(0, ends, origins), cells % ends])
    L = csr_array((np.ones(len(i)), (i, d)), shape=(origins, ends))
    L.data[:] = 1.0
    return L


def test_scores_of_two_hundred_countries_against_a_merge(benchmark: Any, seconds: Callable[..., float]) -> None:
    """20 scores, 200 countries, 1,300 links to 43 groups: no table of links by countries is built."""
    rng = np.random.default_rng(11)
    L, W, s = pattern(840, 43, 1300), rng.random((43, 200)), rng.random((840, 20))
    laid = L.tocoo()
    names = [f"s{q}" for q in range(20)]
    links = pd.DataFrame({"i": laid.row, "d": laid.col})
    mass = pd.DataFrame({"d": np.tile(np.arange(43), 200), "g": np.repeat(np.arange(200), 43), "w": W.T.ravel()})
    scores = pd.DataFrame(s, columns=names).rename_axis("i").reset_index()

    def merged() -> pd.DataFrame:
        rows = links.merge(mass, on="d")
        rows["b"] = rows["w"] / rows.groupby(["g", "i"])["w"].transform("sum")
        rows = rows.merge(scores, on="i")
        rows[names] = rows[names].mul(rows["b"], axis=0)
        sums = rows.groupby(["d", "g"])[[*names, "b"]].sum()
        return sums[names].div(sums["b"], axis=0)

    found = benchmark(bridges.group_means, L, W, s)

    wanted = merged().sort_index()
    np.testing.assert_allclose(found.reshape(43 * 200, 20)[: len(wanted)], wanted.to_numpy(), rtol=1e-9)
    ratio = benchmark.stats.stats.min / seconds(merged)
    benchmark.extra_info["times the pandas merge"] = round(ratio, 4)
    assert ratio < 1 / 15


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("jobs") / "jobs.parquet"
    duckdb.sql(
        "COPY (SELECT 'c' || lpad((hash(i) % 2000)::VARCHAR, 4, '0') AS code, 1.0 + hash(i + 7) % 100 AS jobs "
        f"FROM range(10_000_000) t(i)) TO '{file}' (FORMAT parquet)"
    )
    return file


def test_ten_million_rows_against_a_plain_join(benchmark: Any, seconds: Callable[..., float], jobs: Path) -> None:
    con = duckdb.connect(config={"memory_limit": "800MB"})
    L = pattern(2000, 500, 2600).tocoo()
    links = pd.DataFrame(
        {"origin_code": [f"c{i:04d}" for i in L.row], "destination_code": [f"d{d:03d}" for d in L.col]}
    )
    links["weight"] = 1.0 / links.groupby("origin_code")["origin_code"].transform("size")
    con.register("links", links)

    def ours() -> Any:
        return classifications.bridge(con.read_parquet(str(jobs)), links, code="code", value="jobs").to_pandas()

    def plain() -> Any:
        return con.sql(
            "SELECT destination_code AS code, sum(jobs * weight) AS jobs "
            f"FROM '{jobs}' JOIN links ON code = origin_code GROUP BY ALL"
        ).df()

    found = benchmark.pedantic(ours, rounds=3, warmup_rounds=1).sort_values("code")
    wanted = plain().sort_values("code")
    np.testing.assert_allclose(found["jobs"], wanted["jobs"], rtol=1e-9)
    ratio = benchmark.stats.stats.min / seconds(plain)
    benchmark.extra_info["times the plain join"] = round(ratio, 2)
    assert ratio < 3


def test_two_steps_of_the_harmonized_system_against_a_merge(benchmark: Any, seconds: Callable[..., float]) -> None:
    """As many codes and links as HS 2022 to 2017 to 2012, one code with a thousand targets."""

    def bridge(origins: int, ends: int, links: int, names: tuple[str, str]) -> Bridge:
        L = pattern(origins, ends, links).tolil()
        L[0, :1019] = 1.0
        weights = bridges.equal_weights(csr_array(L))
        codes = [tuple(f"{i:06d}" for i in range(n)) for n in (origins, ends)]
        return Bridge(
            origin=names[0],
            destination=names[1],
            origin_codes=codes[0],
            destination_codes=codes[1],
            weights=weights,
            partial=csr_array(weights.shape, dtype=bool),
            basis="equal",
        )

    one, other = bridge(5613, 5387, 14638, ("hs2022", "hs2017")), bridge(5388, 5206, 6141, ("hs2017", "hs2012"))
    first, second = (
        pd.DataFrame({"i": np.array(b.origin_codes)[t.row], "d": np.array(b.destination_codes)[t.col], "w": t.data})
        for b, t in ((one, one.weights.tocoo()), (other, other.weights.tocoo()))
    )

    def merged() -> pd.DataFrame:
        rows = first.merge(second, left_on="d", right_on="i")
        return rows.assign(w=rows["w_x"] * rows["w_y"]).groupby(["i_x", "d_y"])["w"].sum().reset_index()

    found = benchmark(bridges.composition, one.weights[:, :5387], other.weights[:5387])

    assert found.sum() == pytest.approx(merged()["w"].sum(), rel=1e-9)
    ratio = benchmark.stats.stats.min / seconds(merged)
    benchmark.extra_info["times the pandas merge"] = round(ratio, 4)
    assert ratio < 1 / 20
