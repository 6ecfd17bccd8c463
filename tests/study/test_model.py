"""What study.toml may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from industria.study.model import Claim, StepUse, StudyFile, in_language


def test_a_text_comes_in_the_language_asked_for() -> None:
    text = {"en": "Scrap", "pt-BR": "Refugo"}

    assert in_language(text, "pt-BR") == "Refugo"
    assert in_language(text, "tr") == "Scrap"
    assert in_language("Scrap", "tr") == "Scrap"


def test_other_keys_of_a_step_are_its_parameters_in_the_order_of_the_file() -> None:
    step = StepUse.model_validate({"name": "a", "panel": "x", "use": "b.c", "by": ["y"]})

    assert list(step.parameters.items()) == [("panel", "x"), ("by", ["y"])]


@pytest.mark.parametrize(
    "bound",
    [
        {"below": "3"},
        {"above": True},
        {"between": [1, "2"]},
        {"equals": 1, "tolerance": -1},
        {"below": 1, "above": 0},
        {},
    ],
)
def test_a_claim_has_one_bound_of_numbers(bound: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Claim.model_validate({"says": "x", "value": "a.b", **bound})


def test_a_whole_number_is_a_bound() -> None:
    assert Claim.model_validate({"says": "x", "value": "a.b", "between": [-1, 1]}).between == (-1.0, 1.0)


def test_a_scenario_changes_something() -> None:
    with pytest.raises(ValidationError, match="steps"):
        StudyFile.model_validate({"title": "x", "question": "y", "scenario": {"a": {"steps": {}}}})
