from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ChoiceError, EmptyTableError, MissingColumnError, OutsideRangeError
from industria.work import ability_exposure

RELATEDNESS = pa.table(
    {
        "ability": ["writing", "writing", "strength", "strength"],
        "application": ["language", "image", "language", "image"],
        "relatedness": [0.8, 0.3, 0.1, 0.2],
    }
)
ABILITIES = pa.table(
    {
        "occupation": ["clerk", "clerk", "mover", "mover", "cook", "cook"],
        "ability": ["writing", "strength", "writing", "strength", "writing", "tact"],
        "importance": [4.0, 1.0, 1.0, 5.0, 3.0, 4.0],
        "level": [5.0, 1.0, 1.0, 5.0, 2.0, 4.0],
    }
)
EXAMPLE = ({"relatedness": RELATEDNESS, "abilities": ABILITIES}, {})


def by_occupation(abilities: Any = ABILITIES, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {
        row["occupation"]: row for row in ability_exposure(RELATEDNESS, abilities, **parameters).to_arrow().to_pylist()
    }


def test_abilities_count_by_importance_and_level() -> None:
    writing, strength = 4 / 5 * 5 / 7, 1 / 5 * 1 / 7
    wanted = (writing * 1.1 + strength * 0.3) / (writing + strength)
    found = by_occupation()

    assert found["clerk"]["exposure_raw"] == pytest.approx(wanted)
    assert (found["cook"]["exposure_raw"], found["cook"]["n_abilities"]) == (pytest.approx(1.1), 1)
    assert ability_exposure(RELATEDNESS, ABILITIES).n_unrelated == 1


def test_one_application_gives_its_variant() -> None:
    found = ability_exposure(RELATEDNESS, ABILITIES, applications=["language"], standardize=False)
    cook = found.to_pandas().set_index("occupation").loc["cook"]

    assert cook["exposure"] == cook["exposure_raw"] == pytest.approx(0.8)
    assert found.applications == "language"


def test_sums_over_a_detailed_code_are_taken_before_they_are_divided() -> None:
    abilities = pa.table(
        {
            "occupation": ["29-1141.00", "29-1141.01", "29-1141.01"],
            "ability": ["writing", "writing", "strength"],
            "weight": [1.0, 1.0, 2.0],
        }
    )
    found = by_occupation(abilities, standardize=False)

    assert found["29-1141"]["exposure_raw"] == pytest.approx((1.1 + 1.1 + 2 * 0.3) / 4)
    assert found["29-1141"]["n_abilities"] == 2


# Half of the least number that there is, is none.
WEIGHTS = st.lists(st.floats(0, 10, allow_subnormal=False), min_size=6, max_size=6)


@given(WEIGHTS)
def test_scores_have_mean_zero_and_deviation_one_and_keep_the_order(weights: list[float]) -> None:
    rows = list(by_occupation(ABILITIES.append_column("weight", pa.array(weights))).values())
    told = [(row["exposure"], row["exposure_raw"]) for row in rows if row["exposure"] is not None]
    if not told:
        return
    scores, raw = np.array(told).T

    assert scores.mean() == pytest.approx(0, abs=1e-9)
    assert scores.std(ddof=1) == pytest.approx(1)
    assert (np.diff(scores[np.argsort(raw)]) >= -1e-9).all()


@given(WEIGHTS, st.floats(0.1, 10))
def test_exposure_lies_between_the_scores_of_abilities_and_a_factor_is_nothing(weights: Any, factor: float) -> None:
    plain, scaled = (
        by_occupation(ABILITIES.append_column("weight", pa.array([one * by for one in weights])), standardize=False)
        for by in (1.0, factor)
    )
    for occupation, row in plain.items():
        assert row["exposure"] is None or 0.3 - 1e-9 <= row["exposure"] <= 1.1 + 1e-9
        assert scaled[occupation]["exposure"] == pytest.approx(row["exposure"]) or row["exposure"] is None


def test_occupations_that_do_not_differ_have_no_standardized_exposure() -> None:
    alike = pa.table({"occupation": ["a", "b"], "ability": ["writing"] * 2, "weight": [1.0, 2.0]})

    assert [row["exposure"] for row in by_occupation(alike).values()] == [None, None]


def test_an_application_that_is_not_there_is_refused() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'language'"):
        ability_exposure(RELATEDNESS, ABILITIES, applications=["languages"])


def test_a_rating_above_its_scale_is_named() -> None:
    with pytest.raises(OutsideRangeError, match=r"abilities\.importance is 70 where occupation = 'clerk'"):
        by_occupation(ABILITIES.set_column(2, "importance", pa.array([70.0, 1.0, 1.0, 5.0, 3.0, 70.0])))


def test_ratings_or_weights_must_be_there() -> None:
    with pytest.raises(MissingColumnError, match="abilities has no column 'level'"):
        by_occupation(ABILITIES.drop_columns("level"))


def test_without_relatedness_nothing_can_be_said() -> None:
    with pytest.raises(EmptyTableError, match="relatedness has no rows"):
        ability_exposure(RELATEDNESS.slice(0, 0), ABILITIES)
