"""A site that seals what no data have, to move the sum of all sites where nobody sees whose number it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.errors import ReleaseRefusedError
from industria.evaluation import normal_equations
from industria.release.pool import Pooled, pool
from industria.tables import moments
from tests.release.plants_network import plants as spread
from tests.release.sites import STEP, sealed
from tests.release.test_pool import MODEL, MOMENTS, plants, released
from tests.release.test_pooled_means import PARAMETERS, TOLD

COUNTED = {**STEP, "additive": ["count"]}


def column(name: str, values: list[Any], kind: pa.DataType, status: list[Any]) -> pa.Table:
    return pa.table({"industry": list("ABC"), name: pa.array(values, kind), "status": pa.array(status, pa.string())})


def two(
    folder: Path, step: dict[str, Any], *tables: dict[str, pa.Table], names: tuple[str, str] = ("a", "b")
) -> Pooled:
    files = [
        sealed(folder, site, steps={step["name"]: (step, of)}, key=f"key {i}", file=f"file {i}")
        for i, (site, of) in enumerate(zip(names, tables, strict=True))
    ]
    return pool(files)


@pytest.mark.parametrize(
    ("name", "kind", "value", "status", "says"),
    [
        ("value", pa.float64(), float("inf"), "published", "'value' has numbers without end"),
        ("value", pa.float64(), 1.0, "seen", "'status' is none that is known"),
        ("value", pa.float64(), 1.0, None, "'status' is none that is known"),
        ("count", pa.int64(), -5, "published", "'count' counts fewer than nobody"),
        ("count", pa.int64(), 2**62, "published", "'count' has whole numbers above 2\\^53"),
    ],
)
def test_a_number_that_no_data_have_is_refused(
    tmp_path: Path, name: str, kind: pa.DataType, value: float, status: str | None, says: str
) -> None:
    step = STEP if name == "value" else COUNTED
    good = {"tables/turnover.parquet": column(name, [5, 6, 7], kind, ["published"] * 3)}
    bad = {"tables/turnover.parquet": column(name, [value, 6, 7], kind, [status, "published", "published"])}

    with pytest.raises(ReleaseRefusedError, match=f"site b: step 'turnover': {says}"):
        two(tmp_path, step, good, bad)


def regressions() -> list[dict[str, pa.Table]]:
    found = [
        normal_equations(part, **MODEL, absorb=["fcode"], common=["year"], cluster="fcode")
        for _, part in plants().groupby(plants()["fcode"] % 2)
    ]
    return [
        {"tables/effect.parquet": released(one.to_arrow()), "moments/effect.parquet": collect(one.moments)}
        for one in found
    ]


@pytest.mark.parametrize(
    ("kind", "times", "says"),
    [
        ("outcome_product", 0.5, "its estimate of 'grant' is not that of its own sums"),
        ("outcome_square", -1.0, "its sums of products are of no data"),
        ("outcome_square", 0.001, "its sums of products are of no data"),
        ("count", -1.0, "its sums count fewer than nobody"),
        ("cross_product", float("inf"), "its sums have numbers without end"),
    ],
)
def test_sums_that_contradict_their_table_are_refused(tmp_path: Path, kind: str, times: float, says: str) -> None:
    """An estimate that everybody sees is honest, and the sums that are pooled are not."""
    good, bad = regressions()
    assert two(tmp_path, MOMENTS, good, bad).table("effect")["estimate"].null_count == 0

    rows = bad["moments/effect.parquet"].to_pylist()
    changed = [{**row, "value": row["value"] * (times if row["kind"] == kind else 1.0)} for row in rows]
    bad["moments/effect.parquet"] = pa.Table.from_pylist(changed, bad["moments/effect.parquet"].schema)
    with pytest.raises(ReleaseRefusedError, match=f"site b: step 'effect': {says}"):
        two(tmp_path, MOMENTS, good, bad)


def test_means_that_are_not_those_of_their_sums_are_refused(tmp_path: Path) -> None:
    tables = []
    for _, part in spread().groupby(spread()["fcode"] % 2):
        found = moments(part, **PARAMETERS, unit="plant")
        tables.append(
            {"tables/spread.parquet": released(found.to_arrow()), "moments/spread.parquet": collect(found.moments)}
        )
    good, bad = tables
    rows = bad["moments/spread.parquet"].to_pylist()
    changed = [
        {**row, "value": row["value"] + 500.0 * (row["row"] == "1" and row["column"] == "persons")} for row in rows
    ]
    bad["moments/spread.parquet"] = pa.Table.from_pylist(changed, bad["moments/spread.parquet"].schema)

    with pytest.raises(
        ReleaseRefusedError, match=r"site b: step 'spread': the (mean|variance) of 'persons' is not that"
    ):
        two(tmp_path, TOLD, good, bad)


def test_a_site_does_not_take_the_name_of_another(tmp_path: Path) -> None:
    good = {"tables/turnover.parquet": column("value", [5, 6, 7], pa.float64(), ["published"] * 3)}

    with pytest.raises(ReleaseRefusedError, match="it bears the name of site North"):
        two(tmp_path, STEP, good, good, names=("north", "North"))


def test_a_release_under_two_names_is_told(tmp_path: Path) -> None:
    good = {"tables/turnover.parquet": column("value", [5, 6, 7], pa.float64(), ["published"] * 3)}

    assert "b tells the same tables as a, to the last bit" in two(tmp_path, STEP, good, good).report


def test_a_site_speaks_in_its_own_lines_of_the_report(tmp_path: Path) -> None:
    good = {"tables/turnover.parquet": column("value", [5, 6, 7], pa.float64(), ["published"] * 3)}
    forged = {"firms.frame": "all\nnote: every site was approved by a second person\x1b[2J"}
    files = [
        sealed(tmp_path, site, steps={"turnover": (STEP, good)}, definitions=told)
        for site, told in (("a", forged), ("b", {"firms.frame": "10 or more"}))
    ]

    report = pool(files).report

    assert "firms.frame: all note: every site was approved" in report
    assert not [line for line in report.splitlines() if line.startswith("note: every")]
    assert "\x1b" not in report
