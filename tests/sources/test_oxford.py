"""Moves of workers between occupations."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import oxford
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import RECORDED, recorded, small

FILE = "asec_to_bls_mobility_edgelist.csv"
OCCUPATIONS = (
    ",OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN,class_minor,class_major,OCC_CODE_minor,OCC_TITLE_minor,TOT_EMP_minor,"
    "A_MEAN_minor,OCC_CODE_major,OCC_TITLE_major,TOT_EMP_major,A_MEAN_major\n"
)


def test_origin_and_destination_have_their_own_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's OCC is the destination, and OCCLY, last year, the origin."""
    recorded(monkeypatch, oxford)
    rows = rows_of("oxford.mobility").to_pylist()

    assert len(rows) == 20
    assert rows[0]["probability"] == 0.7739453646386539
    assert rows[1] == {
        "from_occupation": "11-1010",
        "to_occupation": "11-1020",
        "from_title": "Chief Executives",
        "to_title": "General and Operations Managers",
        "probability": 0.0008762950197255361,
        "probability_in": 0.0010868388823314632,
        "from_employment": 195530,
        "to_employment": 2289770,
        "to_annual_mean": 123880,
    }
    plausible = rows_of("oxford.mobility", table="career_changers_mobility_edgelist").to_pylist()
    assert len(plausible) == 20
    assert (plausible[0]["to_occupation"], plausible[0]["out_degree"]) == ("11-1020", 19)


def test_occupations_have_employment_and_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = "11-1000,11-0000,11-1000,Top Executives,2535640,128240,11-0000,Management Occupations,7616650,121560"
    rows = "".join(f"{i},11-{1010 + i},Chief Executives,195530,200140,{groups}\n" for i in range(20))
    small(monkeypatch, oxford, tmp_path, "occ_names_bls_minor_major.csv", OCCUPATIONS + rows)
    found = rows_of("oxford.mobility", table="occ_names_bls_minor_major").to_pylist()

    assert len(found) == 20
    assert found[0] == {
        "occupation": "11-1010",
        "title": "Chief Executives",
        "employment": 195530,
        "annual_mean": 200140,
        "minor_group": "11-1000",
        "minor_title": "Top Executives",
        "major_group": "11-0000",
        "major_title": "Management Occupations",
    }


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("OCC_source", "source", MissingColumnError, "'OCC_source'"),
        ("0.7739453646386539", "7.739", BrokenFileError, "line 2: transition_prob_BLS_ASECnorm_corr has '7.739'"),
        ("195530", "195530.5", BrokenFileError, "has '195530.5'; it is a whole number"),
        ("11-1010,11-1010", "111010,11-1010", BrokenFileError, "line 2: OCC_source has '111010'; codes are written as"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (RECORDED / FILE).read_text()
    assert old in content
    small(monkeypatch, oxford, tmp_path, FILE, content.replace(old, new, 1))

    with pytest.raises(error, match=said):
        rows_of("oxford.mobility")


def test_the_published_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """539 occupations; 44 of them lead to no other."""
    mirrored(monkeypatch, WHOLE)
    moves = rows_of("oxford.mobility")
    leaving = moves.filter(pc.field("from_occupation") != pc.field("to_occupation"))
    totals = moves.group_by("from_occupation").aggregate([("probability", "sum")])["probability_sum"]

    assert (moves.num_rows, leaving.num_rows, len(moves["from_occupation"].unique())) == (15_426, 14_887, 539)
    assert 539 - len(leaving["from_occupation"].unique()) == 44
    assert pc.min(totals).as_py() > 1 - 0.004
    assert pc.max(totals).as_py() == pytest.approx(1)


def test_the_published_occupations_have_the_employment_of_may_2018(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    moves = rows_of("oxford.mobility").to_pylist()
    occupations = rows_of("oxford.mobility", table="occ_names_bls_minor_major").to_pylist()
    held = {row["occupation"]: (row["title"], row["employment"]) for row in occupations}

    assert sum(row["employment"] for row in occupations) == 144_731_260
    assert all(held[row["from_occupation"]] == (row["from_title"], row["from_employment"]) for row in moves)
    assert all(held[row["to_occupation"]] == (row["to_title"], row["to_employment"]) for row in moves)


def test_plausible_moves_stay_with_one_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    moves = rows_of("oxford.mobility", table="career_changers_mobility_edgelist")
    staying = moves.filter(pc.field("from_occupation") == pc.field("to_occupation"))

    assert (moves.num_rows, staying.num_rows) == (8_793, 521)
    assert {round(value, 9) for value in staying["probability"].to_pylist()} == {0.93585}
