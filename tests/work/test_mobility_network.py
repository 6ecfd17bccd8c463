from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, EmptyTableError, NegativeValueError, ParameterRangeError
from industria.work import mobility_network
from tests.work.moves import STAY, observed

TRANSITIONS = pa.table(
    {
        "origin": ["clerk", "clerk", "clerk", "nurse", "smith"],
        "destination": ["clerk", "nurse", "typist", "clerk", "smith"],
        "flow": [60.0, 30.0, 10.0, 5.0, 8.0],
    }
)
JOBS = pa.table({"occupation": ["clerk", "nurse", "smith", "tailor"], "employment": [100.0, 50.0, 50.0, 7.0]})
EXAMPLE = ({"transitions": TRANSITIONS, "employment": JOBS}, {})


def moves(transitions: Any = TRANSITIONS, employment: Any = None, **parameters: Any) -> dict[tuple[str, str], Any]:
    found = mobility_network(transitions, employment, **parameters).to_arrow().to_pylist()
    return {(row["origin"], row["destination"]): row for row in found}


def test_flows_are_divided_by_their_sum_and_who_does_not_move_stays() -> None:
    found = moves(employment=JOBS)

    assert found["clerk", "nurse"]["probability"] == pytest.approx(0.3)
    assert found["clerk", "nurse"]["flow"] == pytest.approx(30)
    assert found["nurse", "clerk"]["probability"] == 1.0
    assert found["typist", "typist"]["probability"] == 1.0
    assert found["typist", "typist"]["flow"] is None


def test_a_stated_share_who_stay_takes_the_place_of_what_the_table_tells() -> None:
    found = moves(self_loop=0.2)

    assert found["clerk", "clerk"]["probability"] == 0.2
    assert found["clerk", "nurse"]["probability"] == pytest.approx(0.8 * 30 / 40)
    assert found["smith", "smith"]["probability"] == 1.0
    assert ("clerk", "nurse") not in moves(self_loop=1.0)


def test_moves_below_the_minimum_are_left_out_and_staying_is_kept() -> None:
    found = moves(minimum=11.0)

    assert found["clerk", "nurse"]["probability"] == pytest.approx(30 / 90)
    assert ("clerk", "typist") not in found
    assert found["smith", "smith"]["probability"] == 1.0


def test_parts_and_what_stands_alone_are_told() -> None:
    found = mobility_network(TRANSITIONS, JOBS)
    rows = found.occupations.collect("pandas").to_native().set_index("occupation")

    assert (found.n_occupations, found.n_moves, found.n_components, found.n_isolated) == (4, 3, 2, 2)
    assert rows["component"].to_dict() == {"clerk": 1, "nurse": 1, "smith": 2, "typist": 1}
    assert found.employment_share == pytest.approx(150 / 200)
    assert found.employment_unlisted == 7.0


def test_the_observed_network() -> None:
    """Counted from the authors' file: 539 occupations, 44 without neighbors."""
    network, _ = observed()

    assert (network.n_occupations, network.n_isolated) == (539, 44)
    stay = network.occupations.collect("pandas").to_native()["stay"]
    assert sorted(stay.round(12).unique()) == [round(STAY, 12), 1.0]


FLOWS = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), st.floats(0, 100), min_size=1)


@example({("a", "b"): 5e-324}, 0.8125)  # the least flow that there is
@given(FLOWS, st.one_of(st.none(), st.floats(0, 1)))
def test_probabilities_of_an_origin_sum_to_one(flows: dict[tuple[str, str], float], self_loop: float | None) -> None:
    frame = pd.DataFrame([(*pair, flow) for pair, flow in flows.items()], columns=["origin", "destination", "flow"])
    found = mobility_network(frame, self_loop=self_loop).to_pandas()

    sums = found.groupby("origin")["probability"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(len(sums)))
    assert set(sums.index) == {code for pair in flows for code in pair}
    assert (found["probability"] > 0).all()


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"flow": [-1.0, 1.0, 1.0, 1.0, 1.0]}, NegativeValueError, r"transitions\.flow"),
        ({"destination": ["nurse", "nurse", "a", "b", "c"]}, DuplicateRowError, "destination = 'nurse', 2 times"),
    ],
)
def test_wrong_cells_are_named(changed: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        mobility_network(TRANSITIONS.to_pandas().assign(**changed))


@pytest.mark.parametrize("self_loop", [-0.1, 1.1, float("nan")])
def test_a_share_outside_the_unit_interval_is_refused(self_loop: float) -> None:
    with pytest.raises(ParameterRangeError, match="self_loop"):
        mobility_network(TRANSITIONS, self_loop=self_loop)


def test_no_moves_make_no_network() -> None:
    with pytest.raises(EmptyTableError, match="transitions has no rows"):
        mobility_network(TRANSITIONS.slice(0, 0))
