"""Shares of conversations by task."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import anthropic
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import RECORDED, recorded, small


def test_percents_are_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, anthropic)
    rows = rows_of("anthropic.task_shares").to_pylist()

    assert len(rows) == 20
    assert rows[0] == {
        "task": "accept commissions to create music for special occasions.",
        "share": pytest.approx(0.000020541557625231607),
    }
    assert rows[-1]["task"] == "none"


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("task_name,pct", "task_name,percent", MissingColumnError, "'pct'"),
        ("0.0020541557625231607", "102", BrokenFileError, "line 2: pct has '102'; it lies between 0 and 100"),
        (
            "0.0020541557625231607",
            '"0,002"',
            BrokenFileError,
            "line 2: pct has '0,002'; it is a number, and its decimals",
        ),
        ("0.0020541557625231607", "", BrokenFileError, "line 2: pct has ''; it may not be empty"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RECORDED / "task_pct_v2.csv").read_text()
    assert old in content
    small(monkeypatch, anthropic, tmp_path, "task_pct_v2.csv", content.replace(old, new, 1))

    with pytest.raises(error, match=said):
        rows_of("anthropic.task_shares")


def test_the_published_shares_add_to_one_and_their_tasks_are_those_of_onet(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    table = rows_of("anthropic.task_shares")
    shares = dict(zip(table["task"].to_pylist(), table["share"].to_pylist(), strict=True))
    (statements,) = WHOLE.rglob("onet_task_statements.csv.gz")
    with gzip.open(statements, "rt", encoding="utf-8") as file:
        known = {row["Task"].strip().lower() for row in csv.DictReader(file)}

    assert pc.sum(table["share"]).as_py() == pytest.approx(1, abs=1e-9)
    assert shares["none"] == pytest.approx(0.01781672, abs=1e-8)
    assert set(shares) - known == {"none"}
    assert len(shares) == 3_365
