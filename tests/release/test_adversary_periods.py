"""Last year's published table, and this year's with last year in it: growth and differences tell nothing withheld."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.release import Policy
from industria.release.release import release
from tests.release.atoms import Numbers, numbers, reached
from tests.release.cells import counts, firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
CODES = {"region": list("abcd"), "year": ["2001", "2002"]}


def panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Firms of two years; the largest of region a has nearly all of it."""
    first = firms({"a": [50, 1, 1], "b": [6] * 5, "c": [9] * 7, "d": [8] * 9}, ["region"]).assign(year="2001")
    # Of firms that all grow by the same, whoever knows by how much reads one year in the other.
    growth = 1.1 + np.arange(len(first)) % 7 / 1000
    return first, first.assign(value=first["value"] * growth, year="2002")


def of_year(year: str, step: str, table: object) -> Numbers:
    return numbers(step, table, ["region"], CODES, of=lambda atom: atom["year"] == year)  # type: ignore[arg-type]


def test_growth_over_the_value_published_last_year() -> None:
    """The first release withheld a and c; the second would take a and b by itself."""
    old, new = panel()
    first = release({"t": magnitudes(old, ["region"])}, Policy(threshold=3, p=0.1, keep=({"region": "b"},)))
    table = magnitudes(pd.concat([old, new]), ["region", "year"])

    found = release({"growth": table}, POLICY, earlier=[first])

    told = of_year("2001", "first", first.table("t")) | numbers("s", found.table("growth"), ["region", "year"], CODES)
    for key, (low, high) in reached(told).items():
        if "a" in key:
            assert high - low > 2 * 5.0, key


@pytest.mark.parametrize("cost", ["value", "one", "log"])
def test_a_table_a_year_beside_one_of_all_years(cost: str) -> None:
    old, new = panel()
    steps = {
        "2001": magnitudes(old, ["region"]),
        "all": magnitudes(pd.concat([old, new]), ["region", "year"]),
        "2002": magnitudes(new, ["region"]),
    }

    found = release(dict(steps), Policy(threshold=3, p=0.1, cost=cost))

    told = numbers("all", found.table("all"), ["region", "year"], CODES)
    for year in ("2001", "2002"):
        told |= of_year(year, year, found.table(year))
    assert min(high - low for low, high in reached(told).values()) > 2 * 5.0


def test_a_firm_that_came_between_two_releases() -> None:
    """The register of one year was revised: one firm more in region b."""
    old = firms({"a": [1.0] * 8, "b": [1.0] * 9, "c": [1.0] * 7}, ["region"]).assign(year="2001")
    revised = pd.concat([old, pd.DataFrame({"region": ["b"], "firm": ["late"], "value": [1.0], "year": ["2001"]})])
    policy = Policy(threshold=3, concentration="none")
    first = release({"n": counts(old, ["region"])}, policy)

    found = release({"n": counts(revised, ["region"])}, policy, earlier=[first])

    rows = found.table("n").to_pandas().set_index("region")["count"]
    assert rows[["b", "Total"]].isna().all()
    assert rows.isna().sum() >= 2
