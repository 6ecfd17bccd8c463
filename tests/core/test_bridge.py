from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given

from industria.core.bridge import Bridge
from industria.core.table import collect
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    MissingValueError,
    NegativeWeightError,
    UnknownLabelError,
    WeightSumError,
)
from tests.strategies import bridges_in_a_row

LINKS = pa.table(
    {
        "origin_code": ["01", "02", "02"],
        "destination_code": ["a", "a", "b"],
        "weight": [1.0, 0.25, 0.75],
        "partial": [False, True, True],
        "basis": ["old -> new: given"] * 3,
    }
)


def bridge() -> Bridge:
    return Bridge.from_table(LINKS, origin="old", destination="new")


def test_mass_goes_over_and_scores_come_back() -> None:
    assert bridge().push({"01": 2.0, "02": 4.0}) == {"a": 3.0, "b": 3.0}
    assert bridge().pull({"a": 1.0, "b": 2.0}) == {"01": 1.0, "02": 1.75}


def test_reversed_by_bayes_the_mass_returns() -> None:
    mass = {"01": 2.0, "02": 4.0}
    back = bridge().reversed(mass)

    assert back.push(bridge().push(mass)) == pytest.approx(mass)
    assert (back.origin, back.destination) == ("new", "old")
    assert back.basis == "new -> old: Bayes of (old -> new: given)"


def test_a_table_and_back_is_the_same() -> None:
    again = collect(bridge().to_table()).sort_by([("origin_code", "ascending"), ("destination_code", "ascending")])

    assert again.to_pylist() == LINKS.to_pylist()


@given(bridges_in_a_row(2))
def test_then_loses_nothing_untold(chain: list[Bridge]) -> None:
    """Rows of the composition, with what they lack, sum to one."""
    both = chain[0].then(chain[1])
    sums: dict[str, float] = {}
    for row in collect(both.to_table()).to_pylist():
        sums[row["origin_code"]] = sums.get(row["origin_code"], 0.0) + row["weight"]

    assert all(total == pytest.approx(1.0, abs=1e-9) for total in sums.values())
    assert (both.origin, both.destination) == ("v0", "v2")
    assert both.basis == "v0 -> v1: given | v1 -> v2: given"


def test_partial_links_stay_so_on_the_way() -> None:
    second = Bridge.from_table(
        pa.table({"origin_code": ["a", "b"], "destination_code": ["c", "d"], "weight": [1.0, 1.0]})
    )
    rows = {
        (r["origin_code"], r["destination_code"]): r["partial"]
        for r in collect(bridge().then(second).to_table()).to_pylist()
    }

    assert rows == {("01", "c"): False, ("02", "c"): True, ("02", "d"): True}


@pytest.mark.parametrize(
    ("column", "values", "error"),
    [
        ("origin_code", [1, 2, 2], ColumnTypeError),
        ("origin_code", [None, "02", "02"], MissingValueError),
        ("weight", [1.0, None, 0.75], MissingValueError),
        ("weight", [1.0, -0.25, 1.25], NegativeWeightError),
        ("weight", [1.0, 0.25, 0.5], WeightSumError),
        ("destination_code", ["a", "b", "b"], DuplicateRowError),
    ],
)
def test_bad_tables_are_refused(column: str, values: list[object], error: type[Exception]) -> None:
    with pytest.raises(error):
        Bridge.from_table(LINKS.set_column(LINKS.column_names.index(column), column, pa.array(values)))


def test_codes_that_it_does_not_have_are_told() -> None:
    with pytest.raises(UnknownLabelError, match="Did you mean '01'"):
        bridge().push({"1": 2.0})
    with pytest.raises(MissingValueError, match="destination_code = 'b'"):
        bridge().pull({"a": 1.0})


def test_its_repr_is_short() -> None:
    assert repr(bridge()) == "Bridge(old -> new, 2 x 2 codes, 3 links, 'old -> new: given')"
