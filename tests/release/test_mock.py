"""Drawn tables: they keep the contract, break what programs take for granted, and stay marked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from industria import sources
from industria.errors import PackError, UnwrittenFileError
from industria.release._packed import Pack, open_pack
from industria.release.mock import mock
from industria.release.pack import pack
from industria.study.given import with_sources
from industria.study.run import run
from tests.release.small_network import TEXT, small_network


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("network")
    return open_pack(pack(small_network(folder), out=folder / "sales.pack"))


@pytest.fixture(scope="module")
def rows(packed: Pack, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_parquet(mock(packed, out=tmp_path_factory.mktemp("mock"), rng=7)["firms"])


def test_a_seed_gives_the_same_bytes(packed: Pack, tmp_path: Path) -> None:
    one, same, other = (mock(packed, out=tmp_path / f"{i}", rng=seed)["firms"] for i, seed in enumerate((1, 1, 2)))

    assert one.read_bytes() == same.read_bytes() != other.read_bytes()


def test_there_is_what_breaks_programs(rows: pd.DataFrame) -> None:
    holdings = rows.groupby("group")["firm"].nunique()
    by_sector = rows.groupby(["sector", "year"])["sales"]

    assert holdings.max() >= 5  # a holding with many units
    assert (by_sector.max() / by_sector.sum() > 0.9).any()  # a dominated cell
    assert rows.groupby("firm")["year"].nunique().min() == 1  # years that are missing
    assert rows["name"].str.contains("ç|ü|é|Ñ|Æ").any()  # letters of Latin-1
    assert rows["name"].isna().any()
    assert rows["home"].add(rows["abroad"]).sub(rows["sales"]).abs().max() < 1e-6


def test_the_mark_travels_into_every_step(packed: Pack, tmp_path: Path) -> None:
    files = mock(packed, out=tmp_path / "mock", rng=1)
    study = packed.unpacked(tmp_path / "site")
    made = run(with_sources(study, {"firms": sources.find("files.parquet")(str(files["firms"]))}))

    assert all(made.synthetic(step) for step in made.steps)
    assert made.sources["firms"]["synthetic"]
    assert pq.read_schema(made.file("spread")).metadata[b"synthetic"] == b"true"
    # What a person says of the file does not take the mark away.
    said = sources.find("files.parquet")(str(files["firms"]), about={"synthetic": False})
    assert said.synthetic


def test_as_many_rows_as_the_contract_asks_for(tmp_path: Path) -> None:
    text = TEXT.replace("minimum_rows = 6", "minimum_rows = 500")
    packed = open_pack(pack(small_network(tmp_path, text), out=tmp_path / "x.pack"))

    assert pq.read_metadata(mock(packed, out=tmp_path, rng=1)["firms"]).num_rows >= 500


ROWS = 'adds_up_rows = [{ value = "sales", column = "sector", total = "a", by = ["year"] }]\nminimum_rows = 6'


def test_rows_of_a_total_are_the_sums_of_their_parts(tmp_path: Path) -> None:
    """Columns that add up within rows do so in the row of the total, too."""
    packed = open_pack(pack(small_network(tmp_path, TEXT.replace("minimum_rows = 6", ROWS)), out=tmp_path / "x.pack"))

    rows = pd.read_parquet(mock(packed, out=tmp_path, rng=1)["firms"])

    for _, of in rows.groupby("year"):
        total, parts = of[of["sector"] == "a"], of[of["sector"] != "a"]
        assert len(total) == 1
        assert len(parts) > 10
        assert parts["sales"].sum() == pytest.approx(total["sales"].item())
    assert rows["home"].add(rows["abroad"]).sub(rows["sales"]).abs().max() < 1e-6 * rows["sales"].max()


def test_rows_that_cannot_add_up_within_a_bound_are_refused(tmp_path: Path) -> None:
    text = TEXT.replace("minimum_rows = 6", ROWS).replace(
        'unit = "currency", meaning', 'maximum = 900, unit = "currency", meaning'
    )
    packed = open_pack(pack(small_network(tmp_path, text), out=tmp_path / "x.pack"))

    with pytest.raises(PackError, match="what is drawn breaks the contract"):
        mock(packed, out=tmp_path, rng=1)


def test_codes_of_a_classification_without_list_at_hand(tmp_path: Path) -> None:
    text = TEXT.replace('values = ["a", "b", "c"]', 'type = "text", classification = "CBO 2002"')
    packed = open_pack(pack(small_network(tmp_path, text), out=tmp_path / "x.pack"))

    with pytest.raises(PackError, match="the codes of CBO 2002 for 'sector' were not at hand"):
        mock(packed, out=tmp_path, rng=1)


def test_a_folder_that_cannot_be_written(packed: Pack, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnwrittenFileError):
        mock(packed, out=tmp_path / "file", rng=1)
