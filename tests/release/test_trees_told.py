"""Hierarchies leave with the codes of their table's rows alone: what stands on no row has been judged by nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from industria.core.table import as_table
from industria.release import Policy, attack, make_key, open_release, release
from industria.study.load import load
from industria.study.run import run
from industria.tables import frequency_table, magnitude_table

SUPPRESSED = Policy(threshold=3, p=0.1)
ROUNDED = Policy(threshold=3, method="round", rounding_base=5, rounding_of=("count",), concentration="none")
HEAD = """
title = "Turnover"
question = "Who sells how much?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[sources.firms.contract]
key = ["firm"]

[sources.firms.contract.columns]
firm = { type = "text", not_null = true }
industry = { values = ["food", "steel", "paper"], not_null = true }
turnover = { type = "number", minimum = 0, unit = "currency" }

[contract.firms]
unit = "firm"

[[step]]
name = "tree"
use = "tables.query"
firms = "firms"
sql = '''
SELECT DISTINCT 'industry' AS dimension, industry AS code, PARENT AS parent FROM firms
UNION ALL SELECT DISTINCT 'industry', PARENT, 'Total' FROM firms'''

[[step]]
name = "sold"
use = "tables.magnitude_table"
records = "firms"
hierarchies = "tree"
variable = "turnover"
by = ["industry"]
unit = "firm"
"""


def firms() -> pd.DataFrame:
    """Two firms of food, nine of steel and nine of paper."""
    industry = ["food"] * 2 + ["steel"] * 9 + ["paper"] * 9
    turnover = np.random.default_rng(2).normal(100, 3, 20).round(2)
    return pd.DataFrame({"firm": [f"f{i:02d}" for i in range(20)], "industry": industry, "turnover": turnover})


def tree_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Industries in two sectors, and a code for every record in the words that the record would be told in."""
    told = [("food", "light"), ("paper", "light"), ("steel", "heavy"), ("light", "Total"), ("heavy", "Total")]
    told += [(f"{row.firm} sold {row.turnover}", "Total") for row in rows.itertuples()]
    return pd.DataFrame(told, columns=["code", "parent"]).assign(dimension="industry")


@pytest.mark.parametrize("policy", [SUPPRESSED, ROUNDED], ids=["suppressed", "rounded"])
def test_a_code_that_no_row_has_does_not_leave(policy: Policy) -> None:
    rows = firms()
    amounts = magnitude_table(rows, tree_of(rows), variable="turnover", by=["industry"], unit="firm")
    numbers = frequency_table(rows, tree_of(rows), by=["industry"], unit="firm")

    found = release({"t": amounts if policy.method == "suppress" else numbers}, policy)

    told = found.table("t", "hierarchies").to_pandas()
    assert set(told["code"]) == {"food", "paper", "steel", "light", "heavy"}
    assert set(told["parent"]) == {"light", "heavy", "Total"}


def test_trees_leave_without_their_names(tmp_path: Path) -> None:
    rows = firms()
    sectors = tree_of(rows)
    flat = sectors[~sectors["code"].isin(["light", "heavy"])].assign(parent="Total")
    trees = pd.concat([sectors.assign(hierarchy="f00 sold 99.5"), flat.assign(hierarchy="flat")])
    table = magnitude_table(rows, trees, variable="turnover", by=["industry"], unit="firm")
    make_key(tmp_path / "a.key")

    found = release({"t": table}, SUPPRESSED, out=tmp_path / "out", key=tmp_path / "a.key")

    assert found.path is not None
    told = open_release(found.path).table("t", "hierarchies").to_pandas()
    assert set(told["hierarchy"]) == {"1", "2"}
    assert not told.map(lambda word: "sold" in word).any(axis=None)


def test_a_reader_still_reckons_with_what_left() -> None:
    rows = firms()
    table = magnitude_table(rows, tree_of(rows), variable="turnover", by=["industry"], unit="firm")

    found = release({"t": table}, SUPPRESSED)
    told = attack(found.table("t"), found.table("t", "hierarchies"), by=["industry"])

    assert found.n_withheld > 0
    assert (told.n_attacked, told.n_exact) == (found.n_withheld, 0)


@pytest.mark.parametrize(
    ("parent", "leaves"),
    [("'all goods'", True), ("concat(industry, ' ', sum(turnover) OVER (PARTITION BY industry))", False)],
    ids=["a word of the study", "an amount"],
)
def test_at_a_site_with_a_contract_parents_are_codes_as_others(tmp_path: Path, parent: str, leaves: bool) -> None:
    firms().to_csv(tmp_path / "firms.csv", index=False)
    (tmp_path / "study.toml").write_text(HEAD.replace("PARENT", parent), encoding="utf-8")
    (tmp_path / "brief.md").write_text("Nothing yet.", encoding="utf-8")
    study = load(tmp_path)

    found = release(run(study, folder=tmp_path / "run"), SUPPRESSED, steps=["sold"])

    why = "its column 'industry' has codes that neither a contract lists as `values` nor the study writes itself"
    assert set(found.refused) == (set() if leaves else {"sold"})
    assert leaves or found.refused["sold"].startswith(why)


def test_trees_that_leave_are_published_though_other_codes_stay(tmp_path: Path) -> None:
    more = HEAD.replace("PARENT", "'Total'").replace(
        "UNION ALL SELECT DISTINCT 'industry', 'Total', 'Total' FROM firms",
        "UNION ALL SELECT 'industry', concat(firm, ' sold ', turnover), 'Total' FROM firms",
    )
    firms().to_csv(tmp_path / "firms.csv", index=False)
    (tmp_path / "study.toml").write_text(more, encoding="utf-8")
    (tmp_path / "brief.md").write_text("Nothing yet.", encoding="utf-8")

    found = release(run(load(tmp_path), folder=tmp_path / "run"), SUPPRESSED, steps=["sold"])

    told = found.table("sold", "hierarchies").to_pandas()
    assert set(told["code"]) == {"food", "steel", "paper"}
    assert set(told["status"]) == {"published"}


def test_trees_whose_codes_are_numbers_leave_and_add_up() -> None:
    """A measure that is not of Industria may list its codes as it holds them."""
    rows = firms().assign(industry=lambda all_: all_["industry"].map({"food": 11, "steel": 12, "paper": 21}))
    codes = pd.DataFrame({"dimension": "industry", "code": [11, 12, 21, 1, 2], "parent": [1, 1, 2, 0, 0]})
    words = codes.astype({"code": str, "parent": str})
    table = magnitude_table(rows, words, variable="turnover", by=["industry"], unit="firm", total="0")
    numbers = replace(table, hierarchies=as_table(codes.assign(hierarchy=""), "hierarchies"))

    found, same = (release({"t": one}, SUPPRESSED) for one in (numbers, table))

    assert found.table("t", "hierarchies").num_rows == len(codes)
    assert found.table("t").equals(same.table("t"))
