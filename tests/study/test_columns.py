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


FURTHER = """
[[step]]
name = "levels"
use = "tables.query"
effects = "effect.effects"
sql = "SELECT {} FROM effects"
[[step]]
name = "spread"
use = "tables.summary"
records = "levels"
columns = ["{}"]
"""


def test_columns_are_told_behind_a_further_table_that_may_have_more(tmp_path: Path) -> None:
    """What a query picks out of it is known; what it takes over whole is not."""
    picked = load(write_study(tmp_path, BODY + FURTHER.format("term, estimate * 2 AS doubled", "dubled")))
    assert columns(picked)["levels"] == ("term", "doubled")
    assert any("no column 'dubled'" in str(problem) and "'doubled'" in str(problem) for problem in check(picked))

    whole = load(write_study(tmp_path, BODY + FURTHER.format("*, estimate * 2 AS doubled", "level")))
    assert columns(whole)["levels"] is None
    assert check(whole) == []


JOINED = """
[[step]]
name = "both"
use = "tables.query"
plants = "plants"
sums = "sums"
sql = "SELECT plants.*, total, largest FROM plants JOIN sums USING (plant)"
[[step]]
name = "spread"
use = "tables.summary"
records = "both"
columns = ["{}"]
"""


def test_what_a_measure_need_not_carry_over_makes_no_query_doubtful(tmp_path: Path) -> None:
    """A measure that needs rows may carry over all columns of its inputs; two tables then both have `year`."""
    sums = """
[[step]]
name = "sums"
use = "./measures.py:needy"
plants = "plants"
value = "sales"
by = ["plant"]
"""
    needy = """

@measure(gives={"total": "sum [1]", "largest": "of all [1]"}, cites="no one", design="descriptive")
def needy(plants: TableLike, *, value: Column, by: Sequence[Column]) -> Result:
    '''Sums that need rows.'''
    rows = as_table(plants, "plants", value, *by)
    (values,) = arrays(rows, "plants", value)
    cells = rows.group_by(*by).agg(total=nw.col(value).sum())
    return Result(table=cells.with_columns(largest=nw.lit(float(values.max()))))
"""

    def with_needy(column: str) -> list[str]:
        folder = write_study(tmp_path, BODY + sums + JOINED.format(column))
        (folder / "measures.py").write_text((folder / "measures.py").read_text("utf-8") + needy, "utf-8")
        return [str(problem) for problem in check(load(folder))]

    assert with_needy("total") == []
    assert len(with_needy("totl")) == 1
