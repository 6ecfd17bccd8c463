"""The correspondence of the ILO."""

from __future__ import annotations

import pytest

from industria.sources.ilo import PAIRS
from tests.sources.correspondence_tables import marked, recorded, sizes, whole


def test_numbers_and_texts_of_one_column_are_codes() -> None:
    """1110 is a number in the file and 0110 a text; the marks are those of ISCO-08."""
    found = recorded(PAIRS["isco88-isco08"])

    assert len(found) == 20
    assert found[0] == ("1110", "1111")
    assert ("0110", "0310") in found
    assert ("1141", "1114") in marked(PAIRS["isco88-isco08"])


def test_the_whole_file_has_its_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """671 links of 389 to 436 groups, 356 of them partial."""
    table = whole("ilo.correspondence", "isco88-isco08", monkeypatch)

    assert sizes(table) == (671, 389, 436)
    assert sum(table["partial"].to_pylist()) == 356
