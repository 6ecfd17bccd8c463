"""The rules that European classifications follow."""

from __future__ import annotations

import pytest

from industria.sources.eurostat import PAIRS
from tests.sources.correspondence_tables import recorded, sizes, whole


@pytest.mark.parametrize("pair", list(PAIRS))
def test_divisions_are_the_same_and_other_levels_left_out(pair: str) -> None:
    """Sections are letters and classes have four digits: neither is a division."""
    found = recorded(PAIRS[pair])

    assert found[0] == ("01", "01")
    assert all(origin == destination and len(origin) == 2 for origin, destination in found)


@pytest.mark.parametrize("pair", list(PAIRS))
def test_all_divisions_are_there(pair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ISIC Rev. 4 has 88."""
    assert sizes(whole("eurostat.correspondence", pair, monkeypatch)) == (88, 88, 88)
