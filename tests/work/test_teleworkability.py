from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ChoiceError, DuplicateRowError, OutsideRangeError, ParameterRangeError
from industria.work import teleworkability
from industria.work.teleworkability import VETOES

ITEMS = [(veto.scale, item) for veto in VETOES.values() for item in veto.items]
WORDS = {"CX", "IM", *(item for _, item in ITEMS)}


def rated(occupation: str, leave_out: str = "", **values: float) -> list[tuple[str, str, str, float]]:
    """Ratings under which an occupation can be done from home, but for those given by veto."""
    return [
        (occupation, item, veto.scale, values.get(name, 5.0 if veto.below else 1.0))
        for name, veto in VETOES.items()
        for item in veto.items
        if item != leave_out
    ]


def table(*rows: tuple[str, str, str, float]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table(dict(zip(("occupation", "element_id", "scale", "value"), columns, strict=True)))


EXAMPLE = ({"items": table(*rated("clerk"), *rated("cook", burns_and_cuts=4.2), *rated("guard", "4.C.1.d.3"))}, {})


def by_occupation(items: pa.Table, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["occupation"]: row for row in teleworkability(items, **parameters).to_arrow().to_pylist()}


def test_there_are_fifteen_vetoes() -> None:
    """Dingel & Neiman (2020), appendix A: seven contexts of work and eight activities."""
    assert [sum(veto.scale == scale for veto in VETOES.values()) for scale in ("CX", "IM")] == [7, 8]


@pytest.mark.parametrize("name", VETOES)
def test_each_veto_decides_alone_from_its_bound_on(name: str) -> None:
    veto = VETOES[name]
    inside = veto.bound + 0.01 if veto.below else veto.bound - 0.01
    found = by_occupation(table(*rated("at", **{name: veto.bound}), *rated("inside", **{name: inside})))

    assert (found["at"]["teleworkable"], found["at"]["n_vetoes"], found["at"][name]) == (False, 1, True)
    assert (found["inside"]["teleworkable"], found["inside"]["n_vetoes"]) == (True, 0)


@pytest.mark.parametrize("value", [-1.0, 99.0])
def test_what_is_no_rating_is_named(value: float) -> None:
    with pytest.raises(OutsideRangeError, match=r"occupation = 'cook', element_id = '4\.C\.2\.c\.1\.f'"):
        teleworkability(table(*rated("cook", burns_and_cuts=value)))


def test_either_of_two_items_is_enough() -> None:
    rows = [row if row[1] != "4.C.2.a.1.d" else (*row[:3], 5.0) for row in rated("roofer")]

    assert by_occupation(table(*rows))["roofer"]["outdoors"]


def test_what_is_unknown_decides_nothing_and_what_holds_decides_all_the_same() -> None:
    found = by_occupation(table(*rated("guard", "4.C.1.d.3"), *rated("nurse", "4.C.1.d.3", infection=5.0)))

    assert (found["guard"]["teleworkable"], found["guard"]["violent_people"], found["guard"]["n_unknown"]) == (
        None,
        None,
        1,
    )
    assert (found["nurse"]["teleworkable"], found["nurse"]["n_unknown"]) == (False, 1)
    assert teleworkability(table(*rated("guard", "4.C.1.d.3"))).n_undecided == 1


def test_ratings_on_other_scales_are_left_alone() -> None:
    level = ("clerk", "4.A.3.a.1", "LV", 7.0)

    assert by_occupation(table(*rated("clerk"), level))["clerk"]["teleworkable"]


@given(
    st.dictionaries(st.sampled_from(sorted(VETOES)), st.floats(1, 5)), st.sampled_from(sorted(VETOES)), st.floats(1, 5)
)
def test_a_stricter_bound_never_makes_work_teleworkable(values: dict[str, float], name: str, bound: float) -> None:
    veto = VETOES[name]
    stricter = max(bound, veto.bound) if veto.below else min(bound, veto.bound)
    items = table(*rated("a", **values))

    plain, strict = by_occupation(items)["a"], by_occupation(items, thresholds={name: stricter})["a"]
    assert plain["teleworkable"] or not strict["teleworkable"]


def test_a_threshold_of_no_veto_is_refused() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'outdoors'"):
        teleworkability(EXAMPLE[0]["items"], thresholds={"outdoor": 4.0})
    with pytest.raises(ParameterRangeError, match="rating from 1 to 5"):
        teleworkability(EXAMPLE[0]["items"], thresholds={"outdoors": 40.0})


def test_an_item_that_stands_twice_is_told() -> None:
    rows = rated("clerk")
    with pytest.raises(DuplicateRowError, match=r"4\.C\.1\.a\.2\.h"):
        teleworkability(table(*rows, rows[0]))
