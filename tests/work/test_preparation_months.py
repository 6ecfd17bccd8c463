from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    NegativeValueError,
    OutsideRangeError,
    UnknownLabelError,
)
from industria.work import preparation_months
from tests.work.scores import official

RATINGS = pa.table(
    {
        "occupation": ["43-6013"] * 6 + ["29-1141"] * 2,
        "scale": ["RL", "RL", "RW", "RW", "OJ", "OJ", "RL", "PT"],
        "category": [2, 5, 1, 6, 2, 3, 6, 5],
        "value": [75.0, 25.0, 50.0, 50.0, 30.0, 60.0, 100.0, 100.0],
    }
)
ZONES = pa.table({"occupation": ["43-6013", "29-1141", "29-1215"], "job_zone": [2, 3, 5]})
EXAMPLE: Any = ({"ratings": RATINGS, "zones": ZONES}, {})
WORDS = {"RL", "RW", "OJ", "PT"}


def by_occupation(*tables: Any) -> dict[str, dict[str, Any]]:
    return {row["occupation"]: row for row in preparation_months(*tables).to_arrow().to_pylist()}


def test_expected_months_by_hand() -> None:
    """A quarter need an associate's degree of 24 months; answers on the job add up to 90 percent."""
    found = by_occupation(RATINGS, ZONES)

    assert found["43-6013"]["education_months"] == pytest.approx(6.0)
    assert found["43-6013"]["experience_months"] == pytest.approx(9.0)
    assert found["43-6013"]["on_the_job_months"] == pytest.approx((30 * 0.5 + 60 * 2) / 90)
    assert found["43-6013"]["on_site_months"] is None
    assert (found["43-6013"]["svp_low"], found["43-6013"]["svp_high"]) == (3.0, 12.0)
    assert (found["29-1215"]["svp_low"], found["29-1215"]["svp_high"]) == (48.0, None)


def test_months_of_categories_can_be_told() -> None:
    own = pa.table(
        {"scale": ["RL", "RL", "RW", "RW", "OJ", "OJ", "PT"], "category": ["2", "5", "1", "6", "2", "3", "5"]}
    )
    own = own.append_column("months", [[0.0, 30.0, 0.0, 18.0, 0.5, 2.0, 9.0]])
    with pytest.raises(UnknownLabelError, match=r"'RL 6'"):
        preparation_months(RATINGS, ZONES, own)

    assert by_occupation(RATINGS.slice(0, 6), None, own)["43-6013"]["education_months"] == pytest.approx(7.5)


def test_every_category_of_onet_has_months_within_its_band() -> None:
    """O*NET 30.1, Education, Training, and Experience Categories: bounds in words, as "Over 3 months, up to ..."."""
    categories = official("onet.database", table="Education, Training, and Experience Categories")
    told = preparation_months(RATINGS).categories.collect("pandas").to_native()
    both = categories.assign(category=categories["category"].astype(str)).merge(told, on=["scale", "category"])

    assert len(both) == len(categories) == len(told) == 41
    for _, row in both[both["scale"] != "RL"].iterrows():
        low, high = _bounds(row["category_description"])
        assert low <= row["months"] <= high, row["category_description"]


def _bounds(said: str) -> tuple[float, float]:
    """Read the bounds of a band in months."""
    words = said.replace(",", "").split()
    ends = [float(word) * (12 if "year" in words[k + 1] else 1) for k, word in enumerate(words) if word.isdigit()]
    if said.startswith("None"):
        return 0.0, 0.0
    if len(ends) == 1:
        return (ends[0], ends[0]) if said.startswith("Over") else (0.0, ends[0])
    return ends[0], ends[1]


def test_job_zones_stand_for_the_preparation_that_onet_prints() -> None:
    """O*NET 30.1, Job Zone Reference: SVP ranges; levels are months by the Dictionary of Occupational Titles."""
    levels = {4: (3, 6), 5: (6, 12), 6: (12, 24), 7: (24, 48), 8: (48, 120)}
    reference = official("onet.database", table="Job Zone Reference").set_index("job_zone")["svp_range"]
    zones = pa.table({"occupation": list("abcde"), "job_zone": [1, 2, 3, 4, 5]})
    found = by_occupation(RATINGS, zones)

    assert reference.to_dict() == {
        1.0: "(Below 4.0)",
        2.0: "(4.0 to < 6.0)",
        3.0: "(6.0 to < 7.0)",
        4.0: "(7.0 to < 8.0)",
        5.0: "(8.0 and above)",
    }
    for code, first, last in (("b", 4, 5), ("c", 6, 6), ("d", 7, 7)):
        assert (found[code]["svp_low"], found[code]["svp_high"]) == (levels[first][0], levels[last][1])
    assert found["a"]["svp_high"] == levels[4][0]
    assert found["e"]["svp_low"] == levels[8][0]


def test_the_whole_file_gives_months_of_its_occupations() -> None:
    """O*NET 30.1, 43-6013.00: on the job, 55.34 % up to a month, 18.77 % to 3 and so on."""
    ratings = official("onet.database", table="Education, Training, and Experience")
    zones = official("onet.database", table="Job Zones")
    found = preparation_months(ratings[["occupation", "scale", "category", "value"]], zones[["occupation", "job_zone"]])
    row = found.to_pandas().set_index("occupation").loc["43-6013.00"]

    on_the_job = 55.34 * 0.5 + 18.77 * 2 + 1.68 * 4.5 + 17.63 * 9 + 4.68 * 18 + 1.80 * 36 + 0.10 * 120
    assert row["on_the_job_months"] == pytest.approx(on_the_job / 100)
    assert row["education_months"] == pytest.approx((19.88 * 12 + 1.18 * 12 + 25.97 * 24) / 99.99)
    assert row["job_zone"] == 2
    assert (found.n_occupations, found.n_untold) == (923, 923 - 878)


@given(st.lists(st.floats(0.1, 100), min_size=9, max_size=9), st.floats(0.1, 10))
def test_shares_count_by_their_proportion(shares: list[float], scale: float) -> None:
    """Percents, fractions and counts give the same months, which lie between none and the longest."""
    frame = pd.DataFrame({"occupation": "a", "scale": "PT", "category": range(1, 10), "value": shares})
    one, other = (by_occupation(frame.assign(value=frame["value"] * k))["a"]["on_site_months"] for k in (1, scale))

    assert one == pytest.approx(other)
    assert 0 <= one <= 120


@pytest.mark.parametrize(
    ("tables", "error", "says"),
    [
        ((RATINGS.slice(0, 0),), EmptyTableError, "ratings has no rows"),
        ((RATINGS.to_pandas().assign(value=-1.0),), NegativeValueError, r"ratings\.value"),
        ((RATINGS.to_pandas().assign(category=99),), DuplicateRowError, "scale = 'OJ'"),
        ((RATINGS.slice(0, 1).to_pandas().assign(category=13),), UnknownLabelError, "'RL 13'"),
        ((RATINGS, ZONES.to_pandas().assign(job_zone=[2, 6, 5])), OutsideRangeError, "occupation = '29-1215'|is 6"),
    ],
)
def test_what_cannot_be_counted_is_told(tables: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        preparation_months(*tables)
