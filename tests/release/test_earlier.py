"""Earlier releases: what the site remembers of them, and those that nobody can compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, make_key
from industria.release._ledger import SCHEMA
from industria.release._site import remembered
from industria.release.release import release
from industria.study.store import sha256
from industria.tables.frequency_table import frequency_table
from industria.tables.percentile_table import percentile_table
from tests.release.cells import counted, counts

POLICY = Policy(threshold=3, concentration="none")
# What was taken from a pool is given back to it, long after it is out of use: it lives as long as all tests.
COUNTED = pa.proxy_memory_pool(pa.default_memory_pool())
OLD = counted({"a": 30, "b": 30, "c": 30}, ["region"])
NEW = pd.concat([OLD, counted({"a": 1, "b": 2, "c": 5}, ["region"]).assign(firm=lambda rows: rows["firm"] + "-new")])


def keys(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "one.key", folder / "other.key"
    make_key(one)
    make_key(other)
    return one, other


def test_with_the_same_key_a_firm_that_came_is_found(tmp_path: Path) -> None:
    one, _ = keys(tmp_path)
    first = release({"t": counts(OLD, ["region"])}, POLICY, key=one)

    assert release({"t": counts(NEW, ["region"])}, POLICY, key=one, earlier=[first]).n_withheld == 3


def test_an_earlier_release_of_another_key_is_refused(tmp_path: Path) -> None:
    """Names of units are digested with the key: with another one no firm is the same, and every difference is empty."""
    one, other = keys(tmp_path)
    for before, now in ((one, other), (None, one), (one, None)):
        first = release({"t": counts(OLD, ["region"])}, POLICY, key=before)

        with pytest.raises(ReleaseRefusedError, match="with another key, or without one"):
            release({"t": counts(NEW, ["region"])}, POLICY, key=now, earlier=[first])


def test_an_earlier_sealed_file_of_a_key_that_was_changed_is_refused(tmp_path: Path) -> None:
    one, other = keys(tmp_path)
    way: dict[str, Any] = {"site_folder": tmp_path / "site", "out": tmp_path / "out"}
    first = release({"t": counts(OLD, ["region"])}, POLICY, key=one, **way)
    assert first.path is not None

    with pytest.raises(ReleaseRefusedError, match=f"earlier release {first.sha256[:12]}.*give the key of then"):
        release({"t": counts(NEW, ["region"])}, POLICY, key=other, earlier=[first.path], **way)


def by_record(records: pd.DataFrame) -> Any:
    return frequency_table(records, by=["region"])


def test_a_table_without_unit_beside_an_earlier_one_is_refused_by_name() -> None:
    """Nobody can tell who is in one of the two and not in the other."""
    for table in (by_record, lambda records: counts(records, ["region"])):
        first = release({"before": table(OLD)}, POLICY)

        with pytest.raises(ReleaseRefusedError, match=r"step 'now': .* say `unit`"):
            release({"now": by_record(NEW)}, POLICY, earlier=[first])


def test_an_earlier_table_without_unit_is_refused_by_name() -> None:
    first = release({"before": by_record(OLD)}, POLICY)

    with pytest.raises(
        ReleaseRefusedError, match=f"'before' of earlier release {first.sha256[:12]}: .* without `unit`"
    ):
        release({"now": counts(NEW, ["region"])}, POLICY, earlier=[first])


def test_a_table_without_unit_alone_leaves() -> None:
    assert release({"now": by_record(NEW)}, POLICY).n_withheld == 0


def test_an_earlier_sealed_file_without_cells_is_known(tmp_path: Path) -> None:
    """It is listed, and compared by who is ranked, beside cells too."""
    one, _ = keys(tmp_path)
    way: dict[str, Any] = {"site_folder": tmp_path / "site", "out": tmp_path / "out", "key": one}
    spread = percentile_table(OLD.assign(value=range(len(OLD))), variable="value", unit="firm")
    first = release({"p": spread}, POLICY, **way)
    assert first.path is not None

    for asked in ({"p": spread}, {"t": counts(OLD, ["region"])}):
        found = release(asked, POLICY, earlier=[first.path], **(way | {"out": tmp_path / "out" / "again.release"}))
        assert found.certificate["earlier"] == [first.sha256]
        assert not any("one by one" in words for words in found.certificate["not_checked"])


def test_of_a_long_ledger_the_pages_of_other_releases_are_not_read(tmp_path: Path) -> None:
    """A site that has released for years remembers millions of rows, and looks up those of one release."""
    place, n = tmp_path / "site" / "ledger.parquet", 100_000
    place.parent.mkdir()
    asked = tmp_path / "a.release"
    asked.write_bytes(b"as it was sealed")
    releases = [*(f"{i:064d}" for i in range(10)), sha256(asked)]
    with pq.ParquetWriter(place, SCHEMA) as file:
        for release_ in releases:
            rows = {"release": pa.repeat(release_, n), "who": pa.array([f"{i:024d}" for i in range(n)])}
            file.write_table(pa.table([rows.get(f.name, pa.nulls(n, f.type)) for f in SCHEMA], schema=SCHEMA))
    before = pa.default_memory_pool()
    pa.set_memory_pool(COUNTED)
    try:
        ((_, mine),) = remembered([asked], place.parent)
    finally:
        pa.set_memory_pool(before)

    assert mine.num_rows == n
    # A page has 3 MB of names, and twice that of digests of releases.
    assert COUNTED.max_memory() < 40_000_000
