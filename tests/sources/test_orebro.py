"""Exposure to artificial intelligence, year by year and by application."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import orebro
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import RECORDED, recorded, small


def test_each_application_of_a_year_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers begin with a point, percents become fractions, and a score before its first benchmark is null."""
    recorded(monkeypatch, orebro)
    rows = rows_of("orebro.daioe").to_pylist()

    assert len(rows) == 20 * 11
    assert rows[0] == {
        "occupation": "11-1011.00",
        "title": "Chief Executives",
        "year": 2010,
        "application": "allapps",
        "score": 0.23486593,
        "percentile": pytest.approx(0.38349998),
    }
    assert (rows[2]["application"], rows[2]["score"], rows[2]["percentile"]) == ("videogames", None, None)


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("\t", ",", BrokenFileError, "there are commas between its cells, not tabs"),
        ("daioe_genai", "daioe_gen_ai", MissingColumnError, "'daioe_genai'.*Did you mean 'daioe_gen_ai'"),
        (".23486593", "0,23486593", BrokenFileError, r"line 2: daioe_allapps has '0,23486593'; .* after a point"),
        ("\t2010\t", "\t2024\t", BrokenFileError, "line 2: year has '2024'; it lies between 2010 and 2023"),
        (
            "11-1011.00",
            "11-1011",
            BrokenFileError,
            "occ_code_onetsoc2010 has '11-1011'; codes are written as 11-1011.00",
        ),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RECORDED / "daioe_onetsoc2010.csv").read_text()
    assert old in content
    small(monkeypatch, orebro, tmp_path, "daioe_onetsoc2010.csv", content.replace(old, new))

    with pytest.raises(error, match=said):
        rows_of("orebro.daioe")


def test_the_published_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    table = rows_of("orebro.daioe")
    held = table.group_by("application").aggregate([("score", "count"), ("percentile", "count")]).to_pylist()

    assert (table.num_rows, len(table["occupation"].unique())) == (13_524 * 11, 966)
    assert {row["application"]: (row["score_count"], row["percentile_count"]) for row in held} == {
        name: (966 * years, 966 * years)
        for name, years in {
            "allapps": 14,
            "stratgames": 14,
            "videogames": 11,
            "imgrec": 14,
            "imgcompr": 8,
            "imggen": 9,
            "readcompr": 11,
            "lngmod": 12,
            "translat": 9,
            "speechrec": 14,
            "genai": 12,
        }.items()
    }
    assert pc.max(table["score"]).as_py() == 56.770428
    assert pc.max(table["percentile"]).as_py() == pytest.approx(0.99949997)
