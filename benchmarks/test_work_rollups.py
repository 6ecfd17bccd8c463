from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.work import country_exposure

ORIGINS, CODES, COUNTRIES, MEASURES, LINKS = 840, 43, 200, 20, 1300


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """As many codes and links as SOC and ISCO-08 have, and as many countries as there are."""
    rng = np.random.default_rng(11)
    origins, codes = [f"o{i:03d}" for i in range(ORIGINS)], [f"d{d:02d}" for d in range(CODES)]
    cells = rng.choice(ORIGINS * CODES, LINKS, replace=False)
    links = pd.DataFrame(
        {"origin_code": np.array(origins)[cells // CODES], "destination_code": np.array(codes)[cells % CODES]}
    )
    abroad = pd.MultiIndex.from_product(
        [[f"c{g:03d}" for g in range(COUNTRIES)], codes], names=["country", "occupation"]
    )
    scores = pd.MultiIndex.from_product(
        [origins, [f"m{q:02d}" for q in range(MEASURES)]], names=["occupation", "measure"]
    )
    return {
        "scores": pd.DataFrame({"score": rng.random(len(scores))}, index=scores).reset_index(),
        "origin_employment": pd.DataFrame({"occupation": origins, "employment": rng.random(ORIGINS)}),
        "employment": pd.DataFrame({"employment": rng.random(len(abroad))}, index=abroad).reset_index(),
        "links": links,
    }


def merged(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The same means, equal split, shares and bounds by merges, the measures side by side."""
    scores, home, abroad, links = tables.values()
    names = sorted(scores["measure"].unique())
    wide = scores.pivot_table(index="occupation", columns="measure", values="score").reset_index()
    rows = abroad.merge(links, left_on="occupation", right_on="destination_code")
    by_origin = rows.groupby(["country", "origin_code"])["employment"]
    rows["share"] = rows["employment"] / by_origin.transform("sum")
    rows["equal"] = 1 / by_origin.transform("size")
    rows = rows.merge(home.rename(columns={"employment": "jobs"}), left_on="origin_code", right_on="occupation")
    rows = rows.merge(wide, left_on="origin_code", right_on="occupation")
    keys = ["country", "destination_code"]
    means = []
    for weight in ("share", "equal"):
        by = rows[weight] * rows["jobs"]
        sums = rows[names].mul(by, axis=0).assign(_by=by, **rows[keys]).groupby(keys).sum()
        means.append(sums[names].div(sums["_by"], axis=0))
    means += [getattr(rows.groupby(keys)[names], side)() for side in ("min", "max")]
    w = abroad.set_index(["country", "occupation"])["employment"].rename_axis(keys).reindex(means[0].index)
    covered, whole = w.groupby("country").sum(), abroad.groupby("country")["employment"].sum()
    several = (by_origin.transform("size") > 1) * rows["share"] * rows["jobs"]
    split = (
        several.groupby([rows[key] for key in keys]).sum()
        / (rows["share"] * rows["jobs"]).groupby([rows[key] for key in keys]).sum()
    )
    shares = {"coverage": covered / whole, "split_share": (split * w).groupby("country").sum() / whole}
    columns = {
        name: mean.mul(w, axis=0).groupby("country").sum().div(covered, axis=0).stack()
        for name, mean in zip(("exposure", "exposure_equal", "lower", "upper"), means, strict=True)
    }
    made = pd.DataFrame(columns)
    where = made.index.get_level_values("country")
    return made.assign(**{name: share.reindex(where).to_numpy() for name, share in shares.items()})


def test_twenty_measures_in_two_hundred_countries_against_merges(
    benchmark: Any, seconds: Callable[..., float], tables: dict[str, pd.DataFrame]
) -> None:
    held = {name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()}

    found = benchmark.pedantic(lambda: country_exposure(**held), rounds=15, warmup_rounds=2)

    wanted = merged(tables)
    rows = found.to_pandas().set_index(["country", "measure"]).loc[wanted.index]
    np.testing.assert_allclose(rows[wanted.columns], wanted, rtol=1e-9)
    ratio = benchmark.stats.stats.min / seconds(lambda: merged(tables))
    benchmark.extra_info["times the pandas merges"] = round(ratio, 4)
    assert ratio < 1 / 15
