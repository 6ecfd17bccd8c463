"""A table to cents, and later vintages of it: firms that come, go, are corrected, or are rounded in another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from industria.release import Policy
from industria.release.attack import attack
from industria.release.release import Release, release
from industria.tables.magnitude_table import magnitude_table

RULES = Policy(threshold=3, p=0.15, secondary="heuristic")
BY = ["industry", "region"]
PER_PART = 3


def hierarchies() -> pd.DataFrame:
    """Nine codes of two dimensions, three of each under one."""
    rows = [("industry", f"i{i}", f"s{i // PER_PART}") for i in range(9)]
    rows += [("industry", f"s{i}", "Total") for i in range(3)]
    rows += [("region", f"r{i}", f"R{i // PER_PART}") for i in range(9)]
    rows += [("region", f"R{i}", "Total") for i in range(3)]
    return pd.DataFrame(rows, columns=["dimension", "code", "parent"])


def firms(n: int, seed: int, spread: float) -> pd.DataFrame:
    """Draw amounts to cents, of three digits to nine."""
    g = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "firm": [f"f{i}" for i in range(n)],
            "industry": [f"i{i}" for i in g.integers(0, 9, n)],
            "region": [f"r{i}" for i in g.integers(0, 9, n)],
            "turnover": np.round(np.exp(g.normal(9, spread, n)), 2),
        }
    )


def table(rows: pd.DataFrame) -> Any:
    return magnitude_table(rows, hierarchies(), variable="turnover", by=BY, unit="firm")


def shown(one: Release) -> dict[tuple[str, str], float | None]:
    rows = one.table("t").to_pandas()
    return {(row.industry, row.region): None if pd.isna(row.value) else row.value for row in rows.itertuples()}


def within(rows: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """List who is in each cell, by the names of firms."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in rows.itertuples():
        i, r = int(one.industry[1:]), int(one.region[1:])
        for industry in (one.industry, f"s{i // PER_PART}", "Total"):
            for region in (one.region, f"R{r // PER_PART}", "Total"):
                found.setdefault((industry, region), set()).add(one.firm)
    return found


def reach(A: Any, order: Any, x: Any, asked: list[int]) -> list[tuple[float, float]]:
    """Make each asked number least and largest, where A x is nothing but for last bits, and order x no more than that.

    What is published of both vintages is known, and says nothing of their order.
    """
    hidden = np.isnan(x)
    filled, open_ = np.where(hidden, 0.0, x), np.flatnonzero(hidden)
    b, off = -(A @ filled), 1e-11 * (np.abs(A) @ np.abs(filled)) + 1e-9
    some = (np.abs(order[:, open_]) > 0).any(axis=1)
    sides = np.vstack([A[:, open_], -A[:, open_], order[some][:, open_]])
    most = np.concatenate([b + off, off - b, -(order[some] @ filled) + 1e-9])
    place = {cell: i for i, cell in enumerate(open_)}
    found = []
    for cell in asked:
        c = np.zeros(len(open_))
        c[place[cell]] = 1.0
        ends = [linprog(sign * c, A_ub=sides, b_ub=most, bounds=(0, None), method="highs") for sign in (1, -1)]
        assert ends[0].status == 0
        found.append((1000 * ends[0].fun, -1000 * ends[1].fun if ends[1].status == 0 else np.inf))
    return found


def outsider(first: Release, second: Release) -> dict[tuple[str, str], tuple[float, float]]:
    """Solve both tables together for the cells that the second withholds; no cell of it is more than it was."""
    tables, trees = [shown(first), shown(second)], hierarchies().groupby("dimension")[["code", "parent"]]
    told = [(at, key) for at, table in enumerate(tables) for key in table]
    place = {cell: i for i, cell in enumerate(told)}
    rows = []
    for at, key in told:
        for d, name in enumerate(BY):
            below = trees.get_group(name)
            parts = [(*key[:d], code, *key[d + 1 :]) for code in below.code[below.parent == key[d]]]
            inside = [place[at, part] for part in parts if (at, part) in place]
            rows += [{place[at, key]: 1.0} | dict.fromkeys(inside, -1.0)] if inside else []
    A = np.zeros((len(rows), len(told)))
    for i, row in enumerate(rows):
        A[i, list(row)] = list(row.values())
    less = [(place[1, key], place[0, key]) for key in tables[1] if key in tables[0]]
    order = np.zeros((len(less), len(told)))
    for i, (new, old) in enumerate(less):
        order[i, [new, old]] = 1.0, -1.0
    x = np.array([np.nan if tables[at][key] is None else tables[at][key] for at, key in told], float) / 1000
    asked = [place[1, key] for key, value in tables[1].items() if value is None]
    return {told[j][1]: ends for j, ends in zip(asked, reach(A, order, x, asked), strict=True)}


def test_sums_to_cents_of_nine_digits_are_no_contradiction() -> None:
    found = release({"t": table(firms(2000, 0, 2.5))}, RULES)

    again = attack(found.table("t").to_pandas(), hierarchies(), by=BY)

    assert found.n_withheld == len(again.to_pandas())
    assert again.n_exact == 0


@pytest.mark.parametrize(
    ("n", "seed", "spread", "goes"),
    [(300, 0, 2.0, True), (2000, 2, 2.5, True), (2000, 3, 2.5, False)],
)
def test_one_firm_goes_or_comes(n: int, seed: int, spread: float, goes: bool) -> None:
    every = firms(n, seed, spread)
    k = int(np.random.default_rng(seed + 1000).integers(0, n))
    vintages = [every, every.drop(index=k)] if goes else [every.drop(index=k), every]
    first = release({"t": table(vintages[0])}, RULES)

    second = release({"t": table(vintages[1])}, RULES, earlier=[first])

    old, new, name = shown(first), shown(second), f"f{k}"
    pairs = [one for system in second._found.several for one in system.forced]
    assert any(one.startswith("the difference between turnover of") for one in pairs)
    for key, who in within(every).items():
        if name in who and key in old and key in new:
            assert old[key] is None or new[key] is None, key
        elif old.get(key) is None and key in new:
            assert new[key] is None, key
    assert sum(x is not None for x in new.values()) > 0


def test_an_outsider_with_both_vintages_comes_no_closer_than_rules_allow() -> None:
    every = firms(300, 1, 2.0)
    first = release({"t": table(every)}, RULES)
    second = release({"t": table(every.drop(index=7))}, RULES, earlier=[first])

    told = outsider(first, second)

    assert not any("leaves less open" in note for note in second.certificate["not_checked"])
    primary = second.site_table("t").to_pandas().query("status == 'primary'")
    assert len(primary) > 0
    for row in primary.itertuples():
        low, high = told[row.industry, row.region]
        off = 1e-6 * max(1.0, row.value)
        assert low <= row.required_low + off, (row.industry, row.region)
        assert high >= row.required_high - off, (row.industry, row.region)


def test_ten_firms_are_corrected() -> None:
    every = firms(2000, 2, 2.5)
    g = np.random.default_rng(5)
    at = g.choice(len(every), 10, replace=False)
    after = every.copy()
    after.loc[at, "turnover"] = np.round(after.loc[at, "turnover"] * g.uniform(0.5, 1.5, 10), 2)
    first = release({"t": table(every)}, RULES)

    second = release({"t": table(after)}, RULES, earlier=[first])

    corrected = {f"f{k}" for k in at}
    old, new = shown(first), shown(second)
    for key, who in within(every).items():
        if 0 < len(who & corrected) < RULES.threshold:
            assert old[key] is None or new[key] is None, key
        assert old[key] is not None or new[key] is None, key
    assert new["Total", "Total"] is not None


@pytest.mark.parametrize("seed", [11, 12])
def test_the_same_rows_rounded_in_another_way(seed: int) -> None:
    """What was published is published again, with fewer digits; what was withheld stays so."""
    every = firms(2000, seed, 2.5)
    first = release({"t": table(every)}, RULES)

    second = release({"t": table(every.assign(turnover=every["turnover"].round(1)))}, RULES, earlier=[first])

    old, new = shown(first), shown(second)
    assert [key for key in old if old[key] is None] == [key for key in new if new[key] is None]
    assert all(abs(old[key] - new[key]) <= 0.05 * len(every) for key in old if old[key] is not None)
    assert any(old[key] != new[key] for key in old)


def test_a_firm_goes_and_the_rest_are_rounded() -> None:
    """What rounding leaves of all others is nobody who stands behind the difference."""
    policy = Policy(threshold=3, concentration="none")
    every = firms(300, 3, 1.0)
    first = release({"t": table(every)}, policy)
    rounded = every.assign(turnover=every["turnover"].round(1)).drop(index=11)

    new = shown(release({"t": table(rounded)}, policy, earlier=[first]))

    old = shown(first)
    mine = [key for key, who in within(every).items() if "f11" in who and key in new]
    assert mine
    assert all(old[key] is None or new[key] is None for key in mine)


@pytest.mark.parametrize("parts_first", [True, False])
def test_a_total_corrected_a_little_tells_no_part_of_the_table_before(parts_first: bool) -> None:
    """Eight firms of one industry are corrected by a hundredth: total less industry is still the one of the other."""
    old = pd.DataFrame(
        {
            "firm": [f"f{i}" for i in range(8)] + ["alone"],
            "industry": ["a"] * 8 + ["b"],
            "every": "one",
            "turnover": [100.0 + 10 * i for i in range(8)] + [500.0],
        }
    )
    new = old.assign(turnover=old["turnover"].where(old["industry"] == "b", old["turnover"] + 1 + np.arange(9) / 8))
    orders = [("industry", False), ("every", True)]
    (one, first_margins), (other, margins) = orders if parts_first else orders[::-1]
    first = release({"t": _by(old, one, first_margins)}, RULES)

    second = release({"u": _by(new, other, margins)}, RULES, earlier=[first])

    told = [
        found.table(step).to_pandas().set_index(by)["value"]
        for found, step, by in ((first, "t", one), (second, "u", other))
    ]
    parts, totals = told if parts_first else told[::-1]
    assert np.isnan(parts["b"])
    assert np.isnan(totals["one"]) or np.isnan(parts["a"])


def _by(rows: pd.DataFrame, by: str, margins: bool) -> Any:
    return magnitude_table(rows, variable="turnover", by=by, unit="firm", margins=margins)
