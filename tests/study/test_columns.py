"""What addresses may name before there is data."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.study.check import check
from industria.study.columns import columns, wrong_address
from industria.study.load import load
from tests.study.plants import write_study

BODY = """
[sources.plants]
use = "files.csv"
path = "plants.csv"
[[step]]
name = "rows"
use = "tables.query"
plants = "plants"
sql = "SELECT plant, year, sales / employees AS per_head FROM plants"
[[step]]
name = "effect"
use = "evaluation.fixed_effects"
panel = "plants"
outcome = "sales"
treatment = ["employees"]
unit = "plant"
time = "year"
[[step]]
name = "after"
use = "tables.query"
effect = "effect"
sql = "SELECT term, estimate AS b FROM effect"
"""


def test_lazy_measures_tell_their_columns(tmp_path: Path) -> None:
    assert columns(load(write_study(tmp_path, BODY)))["rows"] == ("plant", "year", "per_head")


def test_measures_that_need_rows_tell_what_they_give(tmp_path: Path) -> None:
    known = columns(load(write_study(tmp_path, BODY)))

    assert {"term", "estimate", "standard_error", "n_obs", "r2_within"} <= set(known["effect"] or ())
    assert not [name for name in known["effect"] or () if name.startswith("support_")]
    assert known["effect.inferences"] is None
    assert known["after"] == ("term", "b")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("effect[term=employees].estimate", None),
        ("effect.n_obs", None),
        ("effect.inferences[term=employees,method=iid].p_value", None),
        ("rows[plant=A].sales", "effect"),
        ("effect.inference[term=a].p_value", "it gives inferences, effects, dropped. Did you mean 'inferences'?"),
    ],
)
def test_addresses_are_judged_by_what_is_known(tmp_path: Path, address: str, told: str | None) -> None:
    found = wrong_address(address, columns(load(write_study(tmp_path, BODY))))

    assert (found is None) is (told is None), found


def test_a_column_that_a_query_lacks_is_told_where_types_are_guessed(tmp_path: Path) -> None:
    body = BODY.replace("estimate AS b", "estimat AS b")

    (found,) = check(load(write_study(tmp_path, body)))

    assert found.line == 24
    assert 'Referenced column "estimat" not found' in found.what


def test_nothing_is_known_behind_a_query_that_fails(tmp_path: Path) -> None:
    known = columns(load(write_study(tmp_path, BODY.replace("sales / employees", "sale / employees"))))

    assert known["rows"] is None


def test_every_measure_says_without_rows_what_it_gives_with_them(tmp_path: Path) -> None:
    """The columns that a run has are among those that were known before it."""
    from industria.study.run import run

    study = load(write_study(tmp_path, BODY.partition('[[step]]\nname = "effect"')[0]))

    assert set(run(study).table("rows").column_names) == set(columns(study)["rows"] or ())
