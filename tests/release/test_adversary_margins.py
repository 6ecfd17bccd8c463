"""Tables without margins: what adds up from them stands nowhere, and tells their withheld cells where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.evaluation import normal_equations
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import balance, frequency_table, magnitude_table, summary

RULES = Policy(threshold=3, p=0.1)


def plants() -> pd.DataFrame:
    """Two firms in region A, of which nothing may be known but that they are there."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(60)], "region": ["A"] * 2 + ["B"] * 25 + ["C"] * 33})
    rows["size"] = rng.choice(["s", "m", "l"], 60)
    rows["half"] = np.where(rows["size"] == "s", "s", "other")
    rows["sales"] = rng.normal(100, 10, 60).round(2)
    rows["z"] = rng.normal(size=60)
    return rows


ROWS = plants()
# A digest of its own: one row more, of nothing.
LONGER = pd.concat([ROWS, ROWS.iloc[:1].assign(sales=0.0)])


def sales(by: str, rows: pd.DataFrame = ROWS) -> Result:
    return magnitude_table(rows, variable="sales", by=[by], unit="firm", margins=False)


COUNTED = frequency_table(ROWS, by=["region"], unit="firm", margins=False)
ALL = summary(ROWS, columns=["sales"], unit="firm")
BY_SIZE = summary(ROWS, columns=["sales"], by=["size"], unit="firm")
HALVES = balance(ROWS, columns=["sales"], group="half", treated="s", comparison="other", unit="firm")
FIT = normal_equations(ROWS, outcome="sales", regressors=["z"], unit="firm")


def told(found: Release, step: str) -> tuple[float, float]:
    """Add up what a step tells of the sales of all firms, and of their number; NaN where it leaves one out."""
    rows = found.table(step).to_pandas()
    if "n_treated" in rows:
        number = rows[["n_treated", "n_comparison"]].to_numpy()
        return float((number * rows[["mean_treated", "mean_comparison"]].to_numpy()).sum()), float(number.sum())
    if "mean" in rows:
        number = rows["n"].to_numpy(float)
        return float((number * rows["mean"].to_numpy(float)).sum()), float(number.sum())
    if "estimate" in rows:
        units = found._found.judged[step].facts.get("n_units")
        return np.nan, np.nan if units is None else float(str(units))
    return float(rows["value"].to_numpy(float).sum()), np.nan


def seen_through(found: Sequence[tuple[Release, str]]) -> list[float]:
    """Take what a table tells off what another step tells of all firms: whatever is left, told by that alone."""
    (table, first), (other, second) = found
    rows = table.table(first).to_pandas()
    column = "value" if "value" in rows else "count"
    if rows[column].isna().sum() != 1:
        return []
    left = [whole - rows[column].sum() for whole in told(other, second)]
    return [left[0 if column == "value" else 1]]


CASES: Mapping[str, tuple[Result, Result]] = {
    "1a a summary of all": (sales("region"), ALL),
    "1b a summary by size": (sales("region"), BY_SIZE),
    "1c numbers of a summary by size": (COUNTED, BY_SIZE),
    "1d numbers of units of a regression": (COUNTED, FIT),
    "1h both sides of a balance": (sales("region"), HALVES),
    "numbers of both sides of a balance": (COUNTED, HALVES),
    "1m a table of another digest": (sales("region"), sales("size", LONGER)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_sum_that_no_table_shows_is_not_told_by_another_step(case: str) -> None:
    """All firms less all other regions are region A."""
    table, other = CASES[case]
    both = {"table": table, "other": other}

    found = release(both, RULES)
    rows = found.table("table").to_pandas().set_index("region")
    assert rows["status"]["A"] == "withheld"
    assert np.isnan(seen_through([(found, "table"), (found, "other")])).all()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("first", ["table", "other"])
def test_nor_by_a_step_of_an_earlier_release(case: str, first: str) -> None:
    """1j and 1k: whichever of the two has left before."""
    both = dict(zip(("table", "other"), CASES[case], strict=True))
    before = release({first: both.pop(first)}, RULES)
    ((second, _),) = both.items()
    after = release(both, RULES, earlier=[before])

    of = {first: before, second: after}
    assert np.isnan(seen_through([(of["table"], "table"), (of["other"], "other")])).all()


def test_a_part_of_all_firms_is_taken_off_no_sum_that_no_table_shows() -> None:
    """1n: two tables without margins, one of them without the two firms of A."""
    some = ROWS[ROWS["region"] != "A"]
    every = {"all": sales("size"), "some": sales("region", some)}
    found = release(every, RULES)

    assert np.isnan(told(found, "all")[0] - told(found, "some")[0])


def test_a_table_with_margins_after_one_without() -> None:
    """1l: the later total is what nobody has shown before, and stays."""
    before = release({"t": sales("region")}, RULES)
    later = magnitude_table(ROWS, variable="sales", by=["size"], unit="firm")
    found = release({"t": later}, RULES, earlier=[before]).table("t").to_pandas().set_index("size")

    assert np.isnan(found["value"]["Total"])
    assert found["value"].isna().sum() > 1


def test_a_row_of_a_table_without_margins_and_an_average_of_it() -> None:
    """1i: sums over sizes that no table shows are cells as well."""
    crossed = magnitude_table(ROWS, variable="sales", by=["region", "half"], unit="firm", margins=False)
    by_region = summary(ROWS, columns=["sales"], by=["region"], unit="firm")
    found = release({"t": crossed, "s": by_region}, RULES)
    table, means = (found.table(step).to_pandas() for step in ("t", "s"))

    withheld = table["value"].isna().groupby(table["region"]).sum()
    whole = means.set_index("region")["mean"].notna()
    assert (withheld[whole] != 1).all()


def test_a_sum_that_no_table_shows_is_not_published() -> None:
    """It is a cell for the attack alone: it costs nothing, and no table gets a row for it."""
    found = release({"t": sales("region"), "s": BY_SIZE}, RULES)

    assert found.table("t")["region"].to_pylist() == ["A", "B", "C"]
    roots = [(one, cell) for one in found._found.several for cell in np.flatnonzero(one.joint.rows == 0)]
    assert roots


def test_numbers_beside_an_estimate_overlap_and_are_parts_of_no_whole() -> None:
    """Units and rows of a fit are no cells of one sum."""
    twice = pd.concat([ROWS, ROWS.assign(z=ROWS["z"] + 1)])
    steps = {"n": COUNTED, "f": normal_equations(twice, outcome="sales", regressors=["z"], unit="firm")}
    found = release(steps, RULES)

    blocks = [block for one in found._found.several for block in one.joint.blocks if block.beside]
    assert blocks
    assert all((block.rows > 0).all() for block in blocks if ("f", "units of the fit") in block.places)
