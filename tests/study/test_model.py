"""What study.toml may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from industria.study.model import Claim, Identity, StepUse, StudyFile, in_language


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


def test_an_identity_tells_the_factors_of_its_variables() -> None:
    said = Identity.model_validate({"is": "value_added = output - intermediate_inputs"})

    assert said.terms == {"value_added": 1.0, "output": -1.0, "intermediate_inputs": 1.0}


@pytest.mark.parametrize("said", ["profit", "profit = 2 sales", "a = b = c", "a = ", "a = a - b", "a * b = c"])
def test_an_equation_of_other_forms_is_no_identity(said: str) -> None:
    with pytest.raises(ValidationError, match=r"identity|falls out"):
        Identity.model_validate({"is": said})


@pytest.mark.parametrize(
    ("release", "meant"),
    [({"steps": ["totl"]}, "Did you mean 'total'"), ({"public": ["plant"]}, "Did you mean 'plants'")],
)
def test_a_release_names_steps_and_sources_that_there_are(release: dict[str, object], meant: str) -> None:
    study = {
        "title": "x",
        "question": "y",
        "sources": {"plants": {"use": "files.csv"}},
        "step": [{"name": "total", "use": "a.b"}],
        "release": release,
    }

    with pytest.raises(ValidationError, match=meant):
        StudyFile.model_validate(study)
