"""A contract that is ready, for a panel of firms: packed, looked at, and drawn from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from industria.errors import StudyError
from industria.release._packed import Pack, open_pack
from industria.release.doctor import Checkup, doctor
from industria.release.mock import mock
from industria.release.pack import pack
from industria.study.load import load

TEXT = """
title = "Panel"
question = "Who makes how much?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[sources.firms.contract.columns]
industry = { values = ["241", "251"], not_null = true }

[contract.firms]
extends = "multiprod"

[contract.firms.definitions]
frame = "Which firms?"

[[step]]
name = "output"
use = "tables.magnitude_table"
records = "firms"
variable = "value_added"
by = ["industry", "year"]
unit = "firm"
"""
ANSWERS = {"firms": dict.fromkeys(("persons", "gross_output", "capital", "frame"), "as asked")}
AMOUNTS = ("gross_output", "value_added", "intermediates", "capital", "labor_cost")


@pytest.fixture
def packed(tmp_path: Path) -> Pack:
    (tmp_path / "panel").mkdir()
    (tmp_path / "panel" / "study.toml").write_text(TEXT, encoding="utf-8")
    return open_pack(pack(tmp_path / "panel", out=tmp_path / "panel.pack"))


def panel() -> pd.DataFrame:
    rows = [(f"f{i}", 2019 + i % 2, ("241", "251")[i % 3 == 0], 3.5) for i in range(12)]
    return pd.DataFrame(rows, columns=["firm", "year", "industry", "persons"]).assign(**dict.fromkeys(AMOUNTS, 10.0))


def looked_at(packed: Pack, rows: pd.DataFrame, folder: Path) -> Checkup:
    rows.to_parquet(folder / "firms.parquet")
    return doctor(packed, {"firms": folder / "firms.parquet"}, answers=ANSWERS)


def test_a_panel_that_keeps_it(packed: Pack, tmp_path: Path) -> None:
    assert looked_at(packed, panel(), tmp_path).ok
    # Drawn data keep it too, with columns that a site may leave out.
    assert {"group", "birth_year", "foreign_owned"} <= set(pd.read_parquet(mock(packed, out=tmp_path, rng=1)["firms"]))


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"persons": -1.0}, ("persons", "minimum")),
        ({"year": 2019, "firm": "f0"}, ("year", "key")),
        ({"industry": "999"}, ("industry", "values")),
    ],
)
def test_a_panel_that_breaks_it(
    packed: Pack, change: dict[str, object], trouble: tuple[str, str], tmp_path: Path
) -> None:
    found = [(one.column, one.rule) for one in looked_at(packed, panel().assign(**change), tmp_path).troubles]

    assert trouble in found


def test_a_column_that_is_not_there(packed: Pack, tmp_path: Path) -> None:
    (one,) = looked_at(packed, panel().drop(columns="labor_cost"), tmp_path).troubles

    assert (one.column, one.rule) == ("labor_cost", "missing")


def test_what_a_study_says_holds(packed: Pack) -> None:
    promised = packed.promised["firms"]

    assert promised.table.key == ("firm", "year")
    assert promised.table.columns["industry"].values == ("241", "251")
    assert promised.site.definitions["frame"] == "Which firms?"
    assert promised.site.unit == "firm"


def test_a_contract_that_nobody_wrote(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(TEXT.replace('"multiprod"', '"multiprot"'), encoding="utf-8")

    with pytest.raises(StudyError, match="multiprod"):
        load(tmp_path)


def test_questions_of_another_file_may_be_ready_too(packed: Pack, tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text('[firms]\nextends = "multiprod"\nmock_units = 20\n', encoding="utf-8")
    made = pack(tmp_path / "panel", out=tmp_path / "other.pack", contract=tmp_path / "shared.toml")

    site = open_pack(made).promised["firms"].site
    assert set(site.definitions) == {"persons", "gross_output", "capital", "frame"}
    assert (site.unit, site.mock_units) == ("firm", 20)
