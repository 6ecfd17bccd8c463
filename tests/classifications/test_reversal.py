from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.classifications import bridge, reversal
from industria.errors import MissingValueError, NegativeValueError
from tests.classifications.tables import JOBS, weighed

EXAMPLE = (
    {"correspondence": weighed().drop_columns("basis"), "mass": JOBS},
    {"code": "occupation", "value": "jobs", "by": ["land"]},
)
WORDS = {"code": "occupation", "value": "jobs"}


def test_weights_back_are_where_the_mass_came_from() -> None:
    found = reversal(weighed(), JOBS, by=["land"], **WORDS)
    rows = {(r["land"], r["origin_code"], r["destination_code"]): r for r in found.to_arrow().to_pylist()}

    assert rows["x", "b2", "a2"]["weight"] == pytest.approx(20 / 35)
    assert rows["x", "b2", "a3"]["partial"]
    assert not rows["x", "b2", "a2"]["partial"]
    assert rows["y", "b4", "a4"]["basis"] == "new2018 -> old2010: equal, no mass arrives"
    assert rows["x", "b4", "a4"]["basis"] == "new2018 -> old2010: Bayes of (old2010 -> new2018: equal)"
    assert found.unmapped == 100.0


@given(st.lists(st.floats(0, 1e6), min_size=4, max_size=4))
def test_the_same_mass_returns_exactly(mass: list[float]) -> None:
    values = pa.table({"occupation": ["a1", "a2", "a3", "a4"], "jobs": mass})
    back = reversal(weighed(), values, **WORDS)
    there = bridge(values, weighed(), **WORDS)
    again = {r["occupation"]: r["jobs"] for r in bridge(there.table, back.table, **WORDS).to_arrow().to_pylist()}

    np.testing.assert_allclose([again[c] for c in ("a1", "a2", "a3", "a4")], mass, rtol=1e-9, atol=1e-9)


def test_bad_masses_are_refused() -> None:
    for value, error in ((-1.0, NegativeValueError), (None, MissingValueError)):
        with pytest.raises(error):
            reversal(weighed(), pa.table({"occupation": ["a1", "a2"], "jobs": [value, 1.0]}), **WORDS)
