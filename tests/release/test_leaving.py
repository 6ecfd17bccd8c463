"""Which steps leave, and by what they are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import UnknownStepError
from industria.release._leaving import leaving
from industria.study.load import load
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import run
from tests.release.shares import shares


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return shares(tmp_path)


@pytest.fixture
def made(study: Study) -> Run:
    return run(study)


def test_what_claims_address_leaves_with_what_it_is_made_of(study: Study, made: Run) -> None:
    """`percent` is derived from `share`, whose support tells of firms; `unused` is not asked for."""
    assert {step.name: step.kind for step in leaving(study, made)} == {"share": "cells", "percent": "derived"}


def test_a_step_knows_its_keys_and_support(study: Study, made: Run) -> None:
    (share, _) = leaving(study, made)

    assert share.by == ("industry",)
    assert "support_value_added_largest" in share.table.column_names
    assert share.reads == {"firms": "large"}


def test_records_of_firms_do_not_leave_and_say_why(study: Study, made: Run) -> None:
    (records,) = leaving(study, made, ["large"])

    assert records.kind == "none"
    assert records.why == (
        "tables.query does not tell who stands behind its rows, and reads 'firms', which does not leave"
    )


def test_what_is_made_of_public_sources_alone_is_derived(study: Study, made: Run) -> None:
    assert [step.kind for step in leaving(study, made, ["deflator"])] == ["derived"]


def test_a_table_by_firm_does_not_leave(tmp_path: Path) -> None:
    """Who stands in it would be told by its codes, whatever is withheld beside them."""
    text = """
title = "Pay"
question = "Who pays?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "pay"
use = "tables.magnitude_table"
records = "firms"
variable = "compensation"
by = ["industry", "firm"]
unit = "firm"
"""
    study = shares(tmp_path)
    (tmp_path / "study.toml").write_text(text)
    study = load(tmp_path)
    (pay,) = leaving(study, run(study), ["pay"])

    assert (pay.kind, pay.why) == ("none", "its column 'firm' has one code for each unit, and names it")


def test_a_step_that_is_not_there_is_named(study: Study, made: Run) -> None:
    with pytest.raises(UnknownStepError, match="Did you mean 'percent'"):
        leaving(study, made, ["percnt"])


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('{% figure "unused" title="x" description="y" %}', ["unused"]),
        ("{% if share[industry=a].labor_share < 0 %}less{% endif %}", ["share"]),
        ("The share of a year.", []),
    ],
)
def test_a_brief_asks_for_what_its_tags_and_addresses_name(
    study: Study, made: Run, said: str, found: list[str]
) -> None:
    assert {step.name for step in leaving(shares(study.folder, said), made)} == {"share", "percent", *found}
