"""Which occupations can be done at home."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError
from industria.sources import chicago
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.score_tables import small, telework


def test_flags_are_numbers_and_codes_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, chicago, tmp_path, "occupations_workathome.csv", telework())
    means = ".71276593".join(['OCC_CODE,OES_TITLE,teleworkable\n13-1020,"Buyers, and agents",', "\n"])
    (tmp_path / "onet_teleworkable_blscodes.csv").write_text(means)

    rows = rows_of("chicago.teleworkability").to_pylist()
    assert len(rows) == 20
    assert rows[1] == {"occupation": "11-1012.00", "title": "Managers, 1", "teleworkable": 1.0}
    assert rows_of("chicago.teleworkability", table="onet_teleworkable_blscodes").to_pylist() == [
        {"occupation": "13-1020", "title": "Buyers, and agents", "teleworkable": 0.71276593}
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",1\n", ",yes\n", "line 3: teleworkable has 'yes'; it is a number"),
        (",1\n", ",2\n", "line 3: teleworkable has '2'; it lies between 0 and 1"),
        ("11-1011.00", "11-1011", "line 2: onetsoccode has '11-1011'; codes are written as 11-1011.00"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, chicago, tmp_path, "occupations_workathome.csv", telework().replace(old, new, 1))

    with pytest.raises(BrokenFileError, match=said):
        rows_of("chicago.teleworkability")


def test_the_published_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    by_occupation = rows_of("chicago.teleworkability")
    by_code = rows_of("chicago.teleworkability", table="onet_teleworkable_blscodes")
    mixed = by_code.filter((pc.field("teleworkable") > 0) & (pc.field("teleworkable") < 1))

    assert (by_occupation.num_rows, pc.sum(by_occupation["teleworkable"]).as_py()) == (968, 361)
    assert (by_code.num_rows, by_code.filter(pc.field("teleworkable") == 1).num_rows, mixed.num_rows) == (764, 252, 33)
