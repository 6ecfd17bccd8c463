from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, NegativeValueError, UnknownGroupError
from industria.work import similarity, skill_gap
from tests.work.scores import official

ELEMENTS = pa.table(
    {
        "occupation": ["clerk", "clerk", "coder", "coder", "coder"],
        "element": ["2.A", "2.B", "2.A", "2.C", "2.B"],
        "value": [3.0, 4.0, 4.5, 5.0, 2.0],
        "importance": [4.0, 3.0, 5.0, 2.0, 3.0],
        "name": ["Records", "Typing", "Records", "Terminology", "Typing"],
    }
)
EXAMPLE = ({"elements": ELEMENTS}, {"origin": "clerk", "destination": "coder"})


def rows(elements: Any = ELEMENTS, origin: str = "clerk", destination: str = "coder") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = skill_gap(elements, origin=origin, destination=destination).to_arrow().to_pylist()
    return found


def test_what_is_missing_stands_first_by_its_weight() -> None:
    """Terminology weighs 5 · 2, records 1.5 · 5; of typing the clerk has more than is needed."""
    found = skill_gap(ELEMENTS, origin="clerk", destination="coder")
    table = found.to_pandas()

    assert table["name"].tolist() == ["Terminology", "Records", "Typing"]
    assert table["gap"].tolist() == [5.0, 1.5, 0.0]
    assert table["have"].tolist() == [0.0, 3.0, 4.0]
    assert found.met == pytest.approx((5 * 3 + 3 * 2) / (5 * 4.5 + 2 * 5 + 3 * 2))
    assert (found.n_elements, found.n_missing) == (3, 2)


def test_without_importance_elements_count_alike() -> None:
    found = skill_gap(ELEMENTS.drop_columns("importance"), origin="clerk", destination="coder")

    assert found.to_arrow()["importance"].to_pylist() == [None] * 3
    assert found.met == pytest.approx((3 + 2) / (4.5 + 5 + 2))


def test_the_share_met_is_what_needs_tells() -> None:
    wanted = similarity(ELEMENTS, kind="needs").to_pandas().set_index(["origin", "destination"])["similarity"]

    assert skill_gap(ELEMENTS.drop_columns("importance"), origin="clerk", destination="coder").met == pytest.approx(
        wanted["clerk", "coder"]
    )


def test_gaps_of_medical_secretaries_are_those_of_the_file() -> None:
    """O*NET 30.1: levels of knowledge that the file prints for 43-6013.00 and 43-3021.00."""
    knowledge = official("onet.database", table="Knowledge")
    level = knowledge[knowledge["scale"] == "LV"].rename(columns={"element_id": "element", "element_name": "name"})
    found = rows(level[["occupation", "element", "name", "value"]], "43-6013.00", "43-3021.00")
    told = level.set_index(["occupation", "element"])["value"]

    assert len(found) == 33
    for row in found:
        assert row["have"] == told["43-6013.00", row["element"]]
        assert row["gap"] == max(0.0, told["43-3021.00", row["element"]] - row["have"])


@given(st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), st.floats(0, 7), min_size=2))
def test_gaps_are_never_negative_and_close_both_ways(values: dict[tuple[str, str], float]) -> None:
    """What one lacks and the other lacks never meet in one element."""
    values = {("a", "x"): 1.0, ("b", "x"): 1.0} | values
    frame = pd.DataFrame([(*pair, v) for pair, v in values.items()], columns=["occupation", "element", "value"])
    there, back = ({row["element"]: row for row in rows(frame, *pair)} for pair in (("a", "b"), ("b", "a")))

    assert all(row["gap"] == max(0.0, row["need"] - row["have"]) for row in there.values())
    assert not [e for e in there.keys() & back.keys() if there[e]["gap"] > 0 and back[e]["gap"] > 0]
    assert all(row["gap"] == 0 for row in rows(frame, "a", "a"))


@pytest.mark.parametrize(
    ("elements", "origin", "error", "says"),
    [
        (ELEMENTS, "clerks", UnknownGroupError, "Did you mean 'clerk'"),
        (pa.concat_tables([ELEMENTS, ELEMENTS]), "clerk", DuplicateRowError, "occupation = 'clerk', element = '2.A'"),
        (ELEMENTS.to_pandas().assign(value=-1.0), "clerk", NegativeValueError, r"elements\.value"),
    ],
)
def test_what_cannot_be_lined_up_is_told(elements: Any, origin: str, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        skill_gap(elements, origin=origin, destination="coder")
