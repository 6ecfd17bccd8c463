from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.core.table import collect
from industria.release.pool import Pooled, pool
from industria.tables import moments
from tests.release.plants_network import plants
from tests.release.sites import STEP, sealed

PARAMETERS: dict[str, Any] = {"columns": ["persons", "log_scrap"], "by": ["year"], "center": {"persons": 60.0}}
TOLD = STEP | {
    "name": "spread",
    "measure": "tables.moments",
    "pools": "moments",
    "parameters": PARAMETERS,
    "by": ["year", "column"],
    "additive": [],
}


def of_sites(folder: Path, rows: pd.DataFrame, weight: str | None = None, *, hide: str | None = None) -> Pooled:
    for k, part in rows.groupby(rows["fcode"] % 3):
        found = moments(part, **PARAMETERS, unit="plant", weight=weight)
        told, sums = found.to_arrow(), collect(found.moments)
        gone = pc.and_(pc.equal(sums["year"], str(hide)), pc.equal(sums["row"], "persons")) if k == 1 else None
        if gone is not None:
            value = sums.column_names.index("value")
            sums = sums.set_column(value, "value", pc.if_else(gone, None, sums["value"]))
        told = told.append_column("status", pa.repeat("published", told.num_rows))
        sealed(folder, f"site{k}", steps={
            "spread": (TOLD, {"tables/spread.parquet": told, "moments/spread.parquet": sums}),
        })  # fmt: skip
    return pool(sorted(folder.glob("*.release")))


@pytest.mark.parametrize("weighted", [False, True])
def test_means_and_variances_of_sites_are_those_of_all_rows(tmp_path: Path, weighted: bool) -> None:
    rows = plants().assign(w=1.0 + plants()["fcode"] % 4)
    weight = "w" if weighted else None

    found = of_sites(tmp_path, rows, weight).table("spread").to_pandas()

    one = moments(rows, **PARAMETERS, unit="plant", weight=weight).to_pandas()
    found = found.set_index(["year", "column"]).loc[pd.MultiIndex.from_frame(one[["year", "column"]])]
    np.testing.assert_array_equal(found["n"], one["n"])
    # Sums have 12 digits, of which the center leaves nearly all to the variance.
    np.testing.assert_allclose(found["mean"], one["mean"], rtol=1e-10)
    np.testing.assert_allclose(found["variance"], one["variance"], rtol=1e-9)


def test_correlations_are_those_of_all_rows(tmp_path: Path) -> None:
    found = of_sites(tmp_path, plants()).table("spread", "correlations").to_pandas().set_index("year")

    complete = plants().dropna(subset=["persons", "log_scrap"])
    for year, rows in complete.groupby("year"):
        expected = rows["persons"].corr(rows["log_scrap"])
        assert found.loc[str(year), "value"] == pytest.approx(expected, abs=1e-9)


def test_a_product_that_a_site_withholds_is_missing_in_what_needs_it(tmp_path: Path) -> None:
    found = of_sites(tmp_path, plants(), hide="1988")

    rows = {(row["year"], row["column"]): row for row in found.table("spread").to_pylist()}
    gone = rows["1988", "persons"]
    assert gone["mean"] is not None  # their sum is no product of persons with persons
    assert (gone["variance"], gone["withheld_by"], gone["status"]) == (None, "site1", "withheld")
    assert rows["1988", "log_scrap"]["variance"] is not None
    assert rows["1987", "persons"]["withheld_by"] is None
    told = found.table("spread", "correlations").to_pylist()
    assert [(row["year"], row["value"] is None, row["withheld_by"]) for row in told] == [
        ("1987", False, None),
        ("1988", True, "site1"),
        ("1989", False, None),
    ]
