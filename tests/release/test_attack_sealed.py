"""A release of which one protecting cell was published falls to its reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.errors import ExcludedParameterError, NeededParameterError
from industria.release import Policy, attack
from industria.release._bytes import parquet_bytes
from industria.release.keys import make_key
from industria.release.release import release
from industria.release.sealed import open_release, seal
from industria.tables import magnitude_table

# Two firms of industry b in the south; all others are four a cell, alike in size.
RECORDS = pd.DataFrame(
    [
        {"firm": f"{industry}{region}{i}", "industry": industry, "region": region, "sales": 100.0 + i}
        for industry in "abc"
        for region in ("north", "south")
        for i in range(2 if (industry, region) == ("b", "south") else 4)
    ]
)


def made(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    cells = magnitude_table(RECORDS, variable="sales", by=["industry", "region"], unit="firm")
    told = release({"sales": cells}, Policy(threshold=3, p=0.1), out=tmp_path / "out", key=tmp_path / "key")
    assert told.path is not None
    return told.path


def test_no_cell_of_a_release_falls(tmp_path: Path) -> None:
    found = attack(made(tmp_path))

    assert (found.n_attacked, found.n_exact, found.n_under_protected) == (4, 0, None)


def test_who_publishes_a_protecting_cell_lets_the_others_fall(tmp_path: Path) -> None:
    sealed = open_release(made(tmp_path))
    rows = sealed.table("sales")
    hidden = [row for row in rows.to_pylist() if row["status"] == "withheld"]
    given = next(row for row in hidden if (row["industry"], row["region"]) != ("b", "south"))
    sums = RECORDS.groupby(["industry", "region"])["sales"].sum()
    values = [
        float(sums[row["industry"], row["region"]]) if row in [given] else row["value"] for row in rows.to_pylist()
    ]
    changed = rows.set_column(rows.column_names.index("value"), rows.schema.field("value"), pa.array(values))
    members = {k: v for k, v in sealed.members.items() if k not in ("manifest.json", "signature")}
    members["tables/sales.parquet"] = parquet_bytes(changed, ["industry", "region"])
    manifest = {k: v for k, v in sealed.manifest.items() if k not in ("files", "public_key", "format")}
    path = seal(members, manifest, key=tmp_path / "key", out=tmp_path / "changed.release")

    found = attack(path)

    assert found.n_exact == 3
    assert {row["cell"] for row in collect(found.table).to_pylist() if row["exact"]} == {
        f"[industry={row['industry']},region={row['region']}].value" for row in hidden if row is not given
    }


def test_a_table_and_a_release_are_asked_for_with_their_own_words(tmp_path: Path) -> None:
    path = made(tmp_path)

    with pytest.raises(ExcludedParameterError, match="by, hierarchies or insiders"):
        attack(path, by="industry")  # type: ignore[call-overload]
    with pytest.raises(ExcludedParameterError, match="earlier releases or site"):
        attack(RECORDS, by="industry", value="sales", earlier=[path])
    with pytest.raises(NeededParameterError, match="`by`"):
        attack(RECORDS)  # type: ignore[call-overload]


def test_rounded_numbers_are_attacked_as_such_and_tell_no_further_decimals(tmp_path: Path) -> None:
    """Each published number is known within half a unit, and no end of an interval tells more."""
    records = RECORDS.assign(sales=RECORDS["sales"] + np.arange(len(RECORDS)) * 0.37 + 0.01)
    make_key(tmp_path / "key")
    cells = magnitude_table(records, variable="sales", by=["industry", "region"], unit="firm")
    policy = Policy(threshold=3, p=0.1, digits=0, publish_intervals=True)
    told = release({"sales": cells}, policy, out=tmp_path / "out", key=tmp_path / "key", site_folder=tmp_path / "site")
    assert told.path is not None
    shown = open_release(told.path).table("sales").to_pandas()
    narrowest = told.certificate["attack"]["narrowest"]

    found = attack(told.path, site=tmp_path / "site")

    ends = [*shown["low"].dropna(), *shown["high"].dropna(), narrowest["low"], narrowest["high"]]
    assert len(ends) > 2
    assert all(end == round(end) for end in ends)
    assert (found.n_exact, found.n_under_protected) == (0, 0)
    for row in collect(found.table).to_pylist():
        assert row["low"] is None or row["low"] <= row["value"]
        assert row["high"] is None or row["value"] <= row["high"]
