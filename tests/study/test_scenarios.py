"""A scenario changes the steps that it names, and those that read them."""

from __future__ import annotations

from pathlib import Path

from industria.study.load import load
from industria.study.scenarios import main_step
from tests.study.plants import write_study

BODY = """
    [[step]]
    name = "sums"
    use = "./measures.py:total"
    plants = "plants"
    value = "sales"
    [[step]]
    name = "top"
    use = "./measures.py:largest"
    plants = "sums"
    value = "total"
    [[step]]
    name = "spread"
    use = "./measures.py:total"
    plants = "top.draws"
    value = "value"
    [[step]]
    name = "apart"
    use = "./measures.py:total"
    plants = "plants"
    value = "sums"
    [scenario.large.steps.sums]
    value = "employees"
"""


def test_a_scenario_moves_what_reads_the_changed_step(tmp_path: Path) -> None:
    steps = load(write_study(tmp_path, BODY)).steps

    assert list(steps) == ["sums", "top", "spread", "apart", "sums__large", "top__large", "spread__large"]
    assert steps["sums__large"].parameters == {"plants": "plants", "value": "employees"}
    assert steps["top__large"].parameters == {"plants": "sums__large", "value": "total"}
    assert steps["spread__large"].parameters == {"plants": "top__large.draws", "value": "value"}


def test_a_scenario_leaves_the_main_steps_alone(tmp_path: Path) -> None:
    plain = load(write_study(tmp_path / "plain", BODY.partition("[scenario")[0])).steps
    both = load(write_study(tmp_path / "both", BODY)).steps

    assert {name: step.parameters for name, step in plain.items()} == {name: both[name].parameters for name in plain}


def test_a_word_that_spells_a_step_is_no_table(tmp_path: Path) -> None:
    """`value = "sums"` of step `apart` names a column: the step reads no changed table."""
    assert "apart__large" not in load(write_study(tmp_path, BODY)).steps


def test_a_scenario_may_name_its_own_table(tmp_path: Path) -> None:
    body = BODY + '\n    [scenario.large.steps.top]\n    plants = "plants"\n'

    assert load(write_study(tmp_path, body)).steps["top__large"].parameters["plants"] == "plants"


def test_code_of_the_study_is_read_but_not_run(tmp_path: Path) -> None:
    write_study(tmp_path, BODY)
    code = (tmp_path / "measures.py").read_text(encoding="utf-8")
    (tmp_path / "measures.py").write_text(code + "\nraise SystemExit('it ran')\n", encoding="utf-8")

    assert "top__large" in load(tmp_path).steps


def test_a_step_of_a_scenario_tells_where_it_comes_from() -> None:
    assert main_step("top__large") == ("top", "large")
    assert main_step("top") == ("top", None)
