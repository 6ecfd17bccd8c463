"""Checking a study without data: names, parameters, tables, columns, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.study.check import check
from industria.study.load import load
from tests.study.plants import write_study

SOURCE = """
[sources.plants]
use = "files.csv"
path = "plants.csv"
"""
SUMS = """
[[step]]
name = "sums"
use = "./measures.py:total"
plants = "plants"
value = "employees"
by = ["plant"]
"""
TOP = """
[[step]]
name = "top"
use = "./measures.py:largest"
plants = "plants"
value = "sales"
"""
CLAIM = """
[[claim]]
says = "Large"
value = '{}'
above = 1
"""


def problems(folder: Path, body: str, **options: bool) -> list[str]:
    return [str(problem) for problem in check(load(write_study(folder, body)), **options)]


def test_a_right_study_has_no_problems(tmp_path: Path) -> None:
    claims = CLAIM.format("sums[plant=A].total") + CLAIM.format("top.n_obs") + CLAIM.format("top.draws[draw=1].value")

    assert problems(tmp_path, SOURCE + SUMS + TOP + claims) == []


def test_a_study_without_steps_is_none(tmp_path: Path) -> None:
    assert problems(tmp_path, SOURCE) == [
        "study.toml: the study has no step; write [[step]] with a name and a measure to use."
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            '"./measures.py:total"',
            '"tables.qurey"',
            "study.toml:10: step 'sums': 'tables.qurey' is no measure. Did you mean 'tables.query'?",
            id="misspelled measure",
        ),
        pytest.param(
            ":total", ":totals", "has no measure 'totals'. Did you mean 'total'?", id="misspelled local measure"
        ),
        pytest.param(":total", ":undecorated", "undecorated is not decorated with @measure", id="no measure"),
        pytest.param(
            "./measures.py",
            "./measure.py",
            "there is no file ./measure.py. Did you mean './measures.py'?",
            id="no file",
        ),
        pytest.param("./measures.py", "./../measures.py", "the file lies outside the study's folder", id="traversal"),
        pytest.param("./measures.py", "/srv/measures.py", "write ./measures.py:name, a file of", id="absolute"),
        pytest.param(
            "value =",
            "valeu =",
            "study.toml:12: step 'sums' (./measures.py:total) has no parameter 'valeu'; it takes plants, value, by. "
            "Did you mean 'value'?",
            id="misspelled parameter",
        ),
        pytest.param(
            'value = "employees"',
            "value = 3",
            "study.toml:12: the parameter 'value' of step 'sums' (./measures.py:total) takes the name of a column, "
            "got 3.",
            id="wrong type",
        ),
        pytest.param(
            '["plant"]',
            '"plant"',
            "study.toml:13: the parameter 'by' of step 'sums' (./measures.py:total) takes a list, each the name of a "
            "column, got 'plant'. Write ['plant'].",
            id="text for a list",
        ),
        pytest.param(
            "plants = ",
            "plant = ",
            "lacks the table 'plants'. Did you mean 'plant'?",
            id="missing table",
        ),
        pytest.param(
            'plants = "plants"',
            'plants = "palnts"',
            "study.toml:11: the table 'plants' of step 'sums' is 'palnts', which is no source and no earlier step; "
            "there are plants. Did you mean 'plants'?",
            id="table that does not exist",
        ),
        pytest.param(
            'plants = "plants"',
            'plants = "top"',
            "the table 'plants' of step 'sums' is 'top', a later step, which is not an earlier step: "
            "steps run in file order.",
            id="later step",
        ),
        pytest.param('plants = "plants"', 'plants = "sums"', "is itself, which is not an earlier step", id="itself"),
        pytest.param(
            'plants = "plants"', 'plants = "plants.x"', "'plants' gives no table 'x'; it gives no further", id="part"
        ),
        pytest.param(
            '"employees"',
            '"employes"',
            "study.toml:12: step 'sums' (./measures.py:total): plants has no column 'employes'; it has plant, year, "
            "employees, sales. Did you mean 'employees'?",
            id="column",
        ),
        pytest.param(
            'path = "plants.csv"',
            'path = "plant.csv"',
            "Did you mean 'plants.csv'?",
            id="missing file",
        ),
        pytest.param('path = "plants.csv"', 'path = "../plants.csv"', "leads out of", id="path traversal"),
        pytest.param("files.csv", "files.cvs", "'files.cvs' is no source. Did you mean 'files.csv'?", id="reader"),
        pytest.param("path =", "paht =", "lacks the parameter 'path'. Did you mean 'paht'?", id="reader's parameter"),
    ],
)
def test_tells_one_problem(tmp_path: Path, old: str, new: str, told: str) -> None:
    body = SOURCE + SUMS + TOP
    assert old in body

    found = problems(tmp_path, body.replace(old, new, 1))

    assert [line for line in found if told in line], found


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("kind = 'lgo'", "takes one of 'plain', 'log', got 'lgo'. Did you mean 'log'?"),
        ("confidence = 'high'", "the parameter 'confidence' of step 'top' (./measures.py:largest) takes a number, got"),
        ("confidence = true", "takes a number, got true."),
        ("draws = 1.5", "takes a whole number, got 1.5."),
        ("quick = 1", "takes true or false, got 1."),
        ("labels = { a = 1 }", "takes a table, each value text, got {'a': 1}."),
    ],
)
def test_tells_a_parameter_of_the_wrong_type(tmp_path: Path, line: str, told: str) -> None:
    (found,) = problems(tmp_path, SOURCE + TOP + line)

    assert found.startswith("study.toml:13: ")
    assert told in found


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("sum[plant=A].total", "there is no step 'sum'; there are sums, top. Did you mean 'sums'?"),
        ("sums[plant=A].totl", "sums has no column 'totl'; it has plant, total. Did you mean 'total'?"),
        ("sums[plnt=A].total", "sums has no column 'plnt'; it has plant, total. Did you mean 'plant'?"),
        ("top.drawz[draw=1].value", "'top' gives no table 'drawz'; it gives draws. Did you mean 'draws'?"),
        ("top.n_osb", "Did you mean 'n_obs'?"),
        ("plants[plant=A].sales", "there is no step 'plants'"),
        ("sums total", "is no address of a value"),
    ],
)
def test_tells_a_wrong_address_of_a_claim(tmp_path: Path, address: str, told: str) -> None:
    (found,) = problems(tmp_path, SOURCE + SUMS + TOP + CLAIM.format(address))

    assert found.startswith("study.toml:23: claim 1: ")
    assert told in found


def test_a_claim_with_confidence_needs_a_standard_error(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, SOURCE + SUMS + CLAIM.format("sums[plant=A].total") + "confidence = 0.9")

    assert "sums[plant=A].total has no standard_error beside it" in found


def test_one_mistake_is_told_once_and_what_follows_goes_on(tmp_path: Path) -> None:
    after = """
[[step]]
name = "after"
use = "./measures.py:largest"
plants = "sums"
value = "total"
"""
    found = problems(tmp_path, SOURCE + SUMS.replace('"employees"', '"employes"') + after)

    assert len(found) == 1


def test_a_source_that_fails_is_told_once(tmp_path: Path) -> None:
    body = (SOURCE + SUMS + TOP + CLAIM.format("sums[plant=A].total")).replace("plants.csv", "plant.csv")

    assert len(problems(tmp_path, body)) == 1


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    body = (SOURCE + SUMS + TOP + CLAIM.format("top.n")).replace("employees", "employes").replace("sales", "sale")

    lines = [problem.line for problem in check(load(write_study(tmp_path, body)))]

    assert lines == [12, 19, 23]


def test_a_scenario_is_checked_where_it_differs(tmp_path: Path) -> None:
    body = SOURCE + SUMS + TOP + "[scenario.more.steps.sums]\nvalue = 'employes'\nby = ['yaer']\n"

    found = problems(tmp_path, body)

    assert [line.partition(": ")[0] for line in found] == ["study.toml:21"]
    assert "step 'sums__more'" in found[0]


def test_a_mistake_of_the_main_step_is_not_told_again_by_a_scenario(tmp_path: Path) -> None:
    body = SOURCE + SUMS.replace("total", "totl") + TOP + "[scenario.more.steps.sums]\nvalue = 'sales'\n"

    assert len(problems(tmp_path, body)) == 1


@pytest.mark.parametrize("way", ["option", "file"])
def test_code_of_the_study_is_refused_where_it_is_not_wanted(tmp_path: Path, way: str) -> None:
    body = "site.local_code = false\n" * (way == "file") + SOURCE + SUMS

    (found,) = problems(tmp_path, body, local_code=way == "file")

    assert ("--no-local-code" if way == "option" else "[site] local_code = false") in found


def test_code_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    write_study(tmp_path, SOURCE + SUMS)
    (tmp_path / "measures.py").write_text("def total(:\n", encoding="utf-8")

    (found,) = check(load(tmp_path))

    assert "line 1 of measures.py is no Python" in found.what


def test_a_contract_promises_a_column_that_the_header_lacks(tmp_path: Path) -> None:
    body = SOURCE + "contract.columns.employes = { type = 'integer' }\n" + SUMS

    (found,) = problems(tmp_path, body)

    assert "study.toml:7: the contract of source 'plants' promises a column that is not there: 'employes'. Did" in found


def test_no_measure_sees_a_row(tmp_path: Path) -> None:
    """A measure that counts its rows while it is checked must count none."""
    write_study(tmp_path, SOURCE + SUMS)
    code = (tmp_path / "measures.py").read_text(encoding="utf-8")
    spy = "    open('seen', 'a').write(str(len(plants.collect())))\n    return Result("
    (tmp_path / "measures.py").write_text(
        code.replace("    return Result(", spy, 1).replace("'seen'", repr(str(tmp_path / "seen")))
    )

    check(load(tmp_path))

    assert (tmp_path / "seen").read_text() == "0"


def test_a_vintage_whose_codes_nobody_lists_is_told_with_its_line(tmp_path: Path) -> None:
    contract = "[sources.plants.contract.columns.plant]\nclassification = 'SOC 2019'\n"

    (told,) = problems(tmp_path, SOURCE + contract + SUMS)

    assert "plant of source 'plants': 'SOC 2019' is no classification whose codes are listed" in told
    assert told.endswith("Did you mean 'SOC 2018'?")


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("key = ['plants']", "plants"),
        ("time = [{ period = 'years', by = ['plant'] }]", "years"),
        ("adds_up_rows = [{ value = 'employee', column = 'plant', total = 'all' }]", "employee"),
    ],
)
def test_a_rule_on_a_column_that_is_not_there_is_told_before_any_row_is_read(
    tmp_path: Path, rule: str, column: str
) -> None:
    (told,) = problems(tmp_path, f"{SOURCE}\n[sources.plants.contract]\n{rule}\n{SUMS}")

    assert f"the contract of source 'plants' promises a column that is not there: '{column}'." in told
