from __future__ import annotations

import pyarrow as pa
import pytest

from industria.classifications import break_report
from industria.errors import NegativeValueError, NumericCodeError, VintageError
from tests.classifications.tables import JOBS, weighed

AFTER = pa.table(
    {
        "land": ["x", "x", "x", "x", "z"],
        "occupation": ["a1", "b2", "b3", "b5", "b2"],
        "jobs": [12.0, 40.0, 60.0, 5.0, 7.0],
    }
)

EXAMPLE = (
    {"before": JOBS, "after": AFTER, "correspondence": weighed()},
    {"code": "occupation", "value": "jobs", "by": ["land"]},
)
WORDS = {"code": "occupation", "value": "jobs"}


def test_shifts_have_bounds_and_carriers() -> None:
    found = break_report(JOBS, AFTER, weighed(), by=["land"], **WORDS)
    rows = {(r["land"], r["code"]): r for r in found.to_arrow().to_pylist()}

    # b2 gets 20 surely and 30 perhaps: of the 40 after, -10 to 20 is new.
    b2 = rows["x", "b2"]
    assert (b2["before"], b2["after"], b2["shift"], b2["lower"], b2["upper"]) == (35.0, 40.0, 5.0, -10.0, 20.0)
    assert rows["x", "b5"]["before"] == 0.0
    assert rows["x", "b4"]["after"] == 0.0
    assert rows["z", "b2"]["shift"] == 7.0
    carriers = [r for r in found.carriers.collect("pyarrow").to_native().to_pylist() if r["land"] == "x"]
    assert [r["code"] for r in sorted(carriers, key=lambda r: r["rank"])] == ["b3", "b4", "b2", "b5", "a1"]


def test_the_sentence_of_a_brief() -> None:
    found = break_report(JOBS, AFTER, weighed(), by=["land"], **WORDS)
    shares = {r["land"]: r for r in found.shares.collect("pyarrow").to_native().to_pylist()}

    assert found.split_share == pytest.approx(74 / 205)
    assert found.wording == (
        "36.1 % of jobs passes through split codes and 48.8 % is in codes that the new classification does not take."
    )
    assert shares["x"]["missing_share"] == 0.5
    assert shares["z"]["split_share"] is None


def test_nothing_before_is_said() -> None:
    none = JOBS.slice(0, 0)

    assert break_report(none, AFTER, weighed(), **WORDS).wording == "There is no jobs before the change of codes."


def test_bad_values_are_refused() -> None:
    with pytest.raises(NegativeValueError):
        break_report(JOBS, pa.table({"occupation": ["b2"], "jobs": [-1.0]}), weighed(), **WORDS)
    with pytest.raises(NumericCodeError):
        break_report(pa.table({"occupation": [11], "jobs": [1.0]}), AFTER, weighed(), **WORDS)


def test_new_values_in_old_codes_are_refused() -> None:
    """The correspondence leads from 2010 to 2018, and both tables are coded in 2010."""
    with pytest.raises(VintageError, match=r"after\.occupation has 'a\d' in row \d, which new2018 does not have"):
        break_report(JOBS, JOBS, weighed(), by=["land"], **WORDS)
