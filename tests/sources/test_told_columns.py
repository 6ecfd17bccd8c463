"""The columns that an answer holds are those that its reader tells, asked as its example asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.sources import find, names
from industria.sources.bls_projections import TABLES
from industria.sources.enclave import mirrored as has_file
from industria.sources.reader import told_of
from tests.sources.official_files import RECORDED, WHOLE, mirrored, rows_of
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]


def bea(asked: Asked) -> Reply:
    file = "bea_tables.json" if asked.query["method"] == "GetParameterValues" else "bea_input_output.json"
    return Reply((FIXTURES / file).read_bytes())


def file(name: str) -> Callable[[Asked], Reply]:
    return lambda _: Reply((FIXTURES / name).read_bytes())


@pytest.mark.parametrize(
    ("use", "answer"),
    [
        ("bea.input_output", bea),
        ("bls.series", file("bls_series.json")),
        ("census.cbp", file("census_cbp.json")),
        ("eurostat.dataset", file("eurostat_dataset.csv")),
        ("ibge.sidra", file("ibge_sidra.json")),
        ("ilostat.indicator", file("ilostat_indicator.csv")),
        ("oecd.flow", file("oecd_flow.csv")),
        ("world_bank.indicator", file("world_bank_indicator.json")),
    ],
)
def test_an_interface(use: str, answer: Callable[[Asked], Reply], play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher, told = use.partition(".")[0], told_of(find(use))
    monkeypatch.setenv(f"INDUSTRIA_KEY_{publisher.upper()}", "0000")
    play(publisher, answer)

    names = collect(find(use)(**told.example).read()).column_names

    assert [name for name in names if told.family(name) is None] == []
    assert set(told.labels()) <= set(names)
    assert {told.family(name) for name in names} == set(told.columns)


def test_a_table_of_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, RECORDED)
    told = told_of(find("bls.oews"))

    assert {told.family(name) for name in rows_of("bls.oews", vintage=2021).column_names} == set(told.columns)


def test_tables_of_the_projections(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    told = told_of(find("bls.projections"))

    names = {name for table in TABLES for name in rows_of("bls.projections", table=table).column_names}

    assert {told.family(name) for name in names} == set(told.columns)


@pytest.mark.parametrize(("folder", "release"), [(RECORDED, "29.1"), (WHOLE, "30.1")])
def test_a_table_of_the_database(folder: Path, release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, folder)
    told = told_of(find("onet.database"))

    names = rows_of("onet.database", table="Work Styles", vintage=release).column_names

    assert {"occupation", "element_id", "scale", "value"} <= set(names) & set(told.labels())


FILES = [name for name in names() if not name.startswith(("files.", "packages.", "manual."))]


@pytest.mark.parametrize("use", FILES)
def test_a_file_that_is_here(use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of every reader, read from the publisher's own file."""
    mirrored(monkeypatch, WHOLE)
    told = told_of(find(use))
    if use != "countries.codes" and has_file(find(use), told.example) != "yes":
        pytest.skip(f"{use} is an interface, or its file is not on this machine")

    source = find(use)(**told.example)
    columns = source.read().collect_schema().names()

    assert [name for name in columns if told.columns and told.family(name) is None] == []
    assert source.license
    assert source.title
