from __future__ import annotations

import pytest

from industria.core.units import UNITS, is_unit, meaning_of, unit_of


def test_the_list_is_what_other_programs_rely_on() -> None:
    """Briefs, exports and contracts read these words; one may be added, none renamed."""
    assert {
        "fraction", "log points", "percentage points", "1", "count", "firms", "persons", "jobs", "hours", "years",
        "currency", "currency per hour", "index", "rank", "code", "name", "date",
    } <= set(UNITS)  # fmt: skip


@pytest.mark.parametrize("unit", [*UNITS, "jobs per firm", "hours per person", "currency per year", "unit of sales"])
def test_units_are_known(unit: str) -> None:
    assert is_unit(unit)


@pytest.mark.parametrize("unit", ["percent", "USD", "", "jobs per", "per hour", "unit of ", "hour s"])
def test_other_words_are_no_units(unit: str) -> None:
    assert not is_unit(unit)


def test_the_unit_stands_last_in_brackets() -> None:
    told = "compensation over value added [in the cell], total over total [fraction] "

    assert unit_of(told) == "fraction"
    assert meaning_of(told) == "compensation over value added [in the cell], total over total"
    assert unit_of("no unit at all") is None
