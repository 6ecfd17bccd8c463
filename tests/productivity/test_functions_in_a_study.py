"""Functions and the productivity that is left, as steps of a study."""

from __future__ import annotations

from pathlib import Path

from industria.study.check import check
from industria.study.load import load
from industria.study.run import run

STUDY = """
title = "States"
question = "How productive are they?"

[sources.states]
use = "packages.linearmodels_munnell"

[[step]]
name = "functions"
use = "productivity.production_function"
panel = "states"
unit = "ST_ABB"
time = "YR"
output = "GSP"
free = ["EMP"]
state = ["PC"]
estimator = "ols"
replications = 10

[[step]]
name = "tfp"
use = "productivity.total_factor_productivity"
panel = "states"
elasticities = "functions.draws"
unit = "ST_ABB"
time = "YR"
output = "GSP"
inputs = ["EMP", "PC"]
"""


def test_a_study_names_the_draws_of_a_step(tmp_path: Path) -> None:
    """`step.table` stands where a table is expected, and what is misspelled is told before data are read."""
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    done = run(load(tmp_path))
    misspelled = STUDY.replace("functions.draws", "functions.drawn").replace('["EMP", "PC"]', '["EMPL", "PC"]')
    (tmp_path / "study.toml").write_text(misspelled, "utf-8")
    said = [str(problem) for problem in check(load(tmp_path))]

    assert done.facts("tfp")["n_draws"] == 10
    assert any("gives no table 'drawn'" in one and "Did you mean 'draws'" in one for one in said)


def test_a_misspelled_role_is_told_before_data_are_read(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY.replace('free = ["EMP"]', 'free = ["EMPL"]'), "utf-8")
    said = [str(problem) for problem in check(load(tmp_path))]

    assert any("panel has no column 'EMPL'" in one and "Did you mean 'EMP'" in one for one in said)
