"""What two pages say together: a total that only prose gives, and two dashboards of one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from numpy.testing import assert_array_less

from industria.core.table import collect
from industria.release import Policy, attack, make_key, open_release, release
from industria.study.load import load
from industria.study.run import run
from tests.release.cells import firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
# Food is one firm's; two branches could hide it, if nothing else told their sum.
FIRMS = {
    ("food", "north"): [2000.0, 20.0, 15.0],
    ("food", "south"): [30.0, 35.0, 31.0, 33.0],
    ("paper", "north"): [110.0, 120.0, 130.0, 125.0],
    ("paper", "south"): [112.0, 122.0, 132.0, 127.0],
    ("steel", "north"): [210.0, 220.0, 230.0, 225.0],
    ("steel", "south"): [212.0, 222.0, 232.0, 227.0],
}
STUDY = """
title = "Sales"
question = "Who sells?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "branches"
use = "tables.magnitude_table"
records = "firms"
variable = "value"
by = ["industry"]
unit = "firm"
margins = false

[[step]]
name = "all"
use = "tables.magnitude_table"
records = "firms"
variable = "value"
by = ["country"]
unit = "firm"
margins = false
"""
BRIEF = """{% answer %}
All branches sold {{ all[country=here].value | number(2) }}.
{% endanswer %}

{% table "branches" columns={"industry": "Industry", "value": "Sales"} caption="Sales" %}

{% unknowns %}
- Much.
{% endunknowns %}
"""


def test_a_total_that_only_prose_gives_is_a_cell_of_the_system(tmp_path: Path) -> None:
    rows = firms(FIRMS, ["industry", "region"]).assign(country="here")
    # One firm has nearly all of food.
    rows = rows[rows["industry"].isin(["paper", "steel"]) | (rows["region"] == "north")]
    rows.to_csv(tmp_path / "firms.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "brief.md").write_text(BRIEF, encoding="utf-8")
    run(load(tmp_path))
    make_key(tmp_path / "site.key")

    made = release(tmp_path, POLICY, out=tmp_path / "out" / "a.release", key=tmp_path / "site.key")

    told = made.table("branches").to_pandas().set_index("industry")["value"]
    total = made.table("all").to_pandas()["value"].iloc[0]
    assert pd.isna(told["food"])
    assert pd.isna(total) or told.isna().sum() > 1
    found = collect(attack(open_release(tmp_path / "out" / "a.release")).table).to_pandas()
    assert not found["exact"].any()
    truth = rows.groupby("industry")["value"].sum()["food"]
    food = found[found["cell"] == "[industry=food].value"].iloc[0]
    assert_array_less(food["low"], truth - 1)
    assert pd.isna(food["high"]) or food["high"] > truth + 1


def test_two_dashboards_of_one_run_are_one_system() -> None:
    """One shows branches, the other branches by region: what either withholds the other must not tell."""
    rows = firms(FIRMS, ["industry", "region"])
    results: dict[str, Any] = {
        "branches": magnitudes(rows, ["industry"]),
        "both": magnitudes(rows, ["industry", "region"]),
    }

    first = release(results, POLICY, steps=["branches"])
    second = release(results, POLICY, steps=["both"], earlier=[first])

    one, two = (made.table(step).to_pandas() for made, step in ((first, "branches"), (second, "both")))
    assert one["value"].isna().any()
    hidden = set(one.loc[one["value"].isna(), "industry"])
    margins = two[two["region"] == "Total"].set_index("industry")["value"]
    assert margins[sorted(hidden)].isna().all()
    merged = two.set_index(["industry", "region"])["value"]
    merged.update(one.assign(region="Total").set_index(["industry", "region"])["value"].dropna())
    found = collect(attack(merged.reset_index(), by=["industry", "region"]).table).to_pandas()
    truth = rows.groupby(["industry", "region"])["value"].sum()
    food = found[(found["industry"] == "food") & (found["region"] == "north")].iloc[0]
    assert pd.isna(food["high"]) or food["high"] >= truth["food", "north"] * 1.05
    assert not found["exact"].any()
