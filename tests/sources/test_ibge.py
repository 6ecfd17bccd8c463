"""The correspondences of Brazilian occupations."""

from __future__ import annotations

import csv
import gzip

import pytest

from industria.sources.ibge import PAIRS
from tests.sources.correspondence_tables import WHOLE, recorded, sizes, split, whole

USE = "ibge.correspondence"


def test_lost_zeros_come_back() -> None:
    """200 to 110 is 0200 to 0110."""
    found = recorded(PAIRS["cbodom-cod"])

    assert len(found) == 20
    assert found[:2] == [("0000", "0000"), ("0200", "0110")]


def test_a_family_is_the_household_code_of_the_same_digits() -> None:
    """The file names jobs, many to a code; a code stands once."""
    found = recorded(PAIRS["cbo2002-cbodom"])

    assert ("1111", "1111") in found
    assert len(found) == len(set(found))


def test_the_whole_files_have_their_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """281 codes lead to 438 of COD, 78 of them to several; 510 families have a household code."""
    table = whole(USE, "cbodom-cod", monkeypatch)

    assert sizes(table) == (438, 281, 438)
    assert len(split(table)) == 78
    assert sizes(whole(USE, "cbo2002-cbodom", monkeypatch)) == (510, 510, 510)


def test_jobs_of_sao_paulo_lose_families_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the 1,220,791 jobs of January 2021, 82.7 % have a household code and 73.7 % go on to COD.

    Families 5143, 1423 and 5135 get lost at the first step, 7842 at the second.
    """
    families = set(whole(USE, "cbo2002-cbodom", monkeypatch)["origin_code"].to_pylist())
    further = set(whole(USE, "cbodom-cod", monkeypatch)["origin_code"].to_pylist())
    with gzip.open(WHOLE / "work/countries/brazil/CBO_2021_monthly.csv.gz", "rt", encoding="utf-8") as file:
        jobs = [(row["id CBO 2002"][:4], int(row["total"])) for row in csv.DictReader(file) if row["month"] == "1"]

    total = sum(n for _, n in jobs)
    assert total == 1_220_791
    # The shares are counted here and not published: one decimal.
    assert 100 * sum(n for family, n in jobs if family in families) / total == pytest.approx(82.7, abs=0.05)
    assert 100 * sum(n for family, n in jobs if family in families & further) / total == pytest.approx(73.7, abs=0.05)
    assert not families & {"5143", "1423", "5135"}
    assert "7842" in families - further
