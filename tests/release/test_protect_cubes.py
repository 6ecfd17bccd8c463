"""Very large tables, of which cells must only not be exact: with few cells taken for many."""

from __future__ import annotations

import sys
from itertools import product
from time import sleep
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.release import Policy, attack, protect
from industria.tables import frequency_table
from tests.release.independent_attack import Trees, attacked, table_of

BY = ["place", "sex", "age", "job"]
POLICY = Policy(threshold=4, concentration="none")
TREES = pd.DataFrame(
    [("place", f"p{i}", f"t{i // 3}") for i in range(6)] + [("place", f"t{i}", "Total") for i in range(2)],
    columns=["dimension", "code", "parent"],
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["industria.release.protect"], "LARGE", 0)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    sizes = {"place": ("p", 6), "sex": ("s", 2), "age": ("a", 4), "job": ("j", 3)}
    codes = {name: [f"{c}{i}" for i in (n * rng.random(300) ** 1.8).astype(int)] for name, (c, n) in sizes.items()}
    table = frequency_table(pd.DataFrame(codes), TREES, by=BY).to_pandas()
    return table.assign(primary=table["count"] < 4)


def test_an_attack_finds_none_exact(counts: pd.DataFrame) -> None:
    found = protect(counts, TREES, by=BY, value="count", policy=POLICY)
    told = attack(found.to_pandas()[[*BY, "value"]], TREES, by=BY)

    assert told.n_exact == 0
    assert told.n_attacked == found.n_withheld
    assert found.n_exact_only == 0
    assert found.n_secondary < (~counts["primary"]).sum()
    both = found.to_pandas().merge(told.to_pandas(), on=BY, suffixes=("", "_attacked"))
    assert (both["low"] >= both["low_attacked"] - 1e-6).all()
    assert (both["high"] <= both["high_attacked"].fillna(np.inf) + 1e-6).all()


def test_cells_are_the_same_in_any_order(counts: pd.DataFrame) -> None:
    first, second = (
        protect(rows, TREES, by=BY, value="count", policy=POLICY).to_pandas() for rows in (counts, counts[::-1])
    )
    pd.testing.assert_frame_equal(first, second)


def test_programs_have_the_time_that_cubes_have_left(counts: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    module, seconds = sys.modules["industria.release.protect"], list[float]()
    programs = module.suppression

    def in_vain(*_: Any, **__: Any) -> None:
        sleep(0.2)

    def noted(*of: Any, time_limit: float, **more: Any) -> Any:
        seconds.append(time_limit)
        return programs(*of, time_limit=time_limit, **more)

    monkeypatch.setattr(module, "by_cubes", in_vain)
    monkeypatch.setattr(module, "suppression", noted)
    hurried = POLICY.model_copy(update={"time_limit": 5.0, "secondary": "heuristic"})
    protect(counts, TREES, by=BY, value="count", policy=hurried)

    assert 0 <= seconds[0] <= 4.8


def test_what_is_kept_is_published(counts: pd.DataFrame) -> None:
    keep = Policy(threshold=4, concentration="none", keep=({"place": "t0", "sex": "Total", "age": "Total"},))
    found = protect(counts, TREES, by=BY, value="count", policy=keep).to_pandas()
    kept = found[(found["place"] == "t0") & (found["sex"] == "Total") & (found["age"] == "Total")]

    assert (kept["status"] == "published").all()


def test_levels_are_left_to_programs() -> None:
    """The cheapest partner of 10 is 4, which reaches 14 and no further."""
    rows = [("a", 10.0), ("b", 4.0), ("c", 6.0), ("Total", 20.0)]
    cells = pd.DataFrame(rows, columns=["place", "value"]).assign(primary=[True, False, False, False])
    told = cells.assign(required_low=[3.0, None, None, None], required_high=[15.0, None, None, None])
    found = protect(told, by="place", policy=POLICY).to_pandas()
    one = found[found["place"] == "a"].iloc[0]

    assert one["low"] <= 3
    assert one["high"] >= 15


def of_three(up: float) -> pd.DataFrame:
    """One firm of 10 beside 4 and 6, each of which alone moves it up by no more than itself."""
    rows = [("a", 10.0), ("b", 4.0), ("c", 6.0), ("Total", 20.0)]
    cells = pd.DataFrame(rows, columns=["place", "value"]).assign(primary=[True, False, False, False])
    return cells.assign(required_low=[3.0, None, None, None], required_high=[10.0 + up, None, None, None])


def test_a_level_that_cubes_reach_takes_no_program() -> None:
    found = protect(of_three(5.0), by="place", policy=POLICY.model_copy(update={"time_limit": 1e-9}))

    assert found.n_exact_only == 0
    assert found.to_pandas().set_index("place")["status"].to_dict() == {
        "Total": "published",
        "a": "primary",
        "b": "published",
        "c": "secondary",
    }


def test_cells_for_whose_levels_time_was_too_short_are_listed_and_not_exact() -> None:
    """Only both neighbors together move it by 8."""
    keep = Policy(threshold=4, concentration="none", keep=({"place": "Total"},))
    short = protect(of_three(8.0), by="place", policy=keep.model_copy(update={"time_limit": 1e-9}))
    enough = protect(of_three(8.0), by="place", policy=keep)

    assert short.exact_only.collect("pyarrow").to_arrow().to_pylist() == [{"place": "a"}]
    assert short.n_exact_only == 1
    assert attack(short.to_pandas()[["place", "value"]], by="place").n_exact == 0
    assert enough.exact_only.collect("pyarrow").to_arrow().to_pylist() == []
    assert enough.n_secondary == 2


@pytest.mark.parametrize("seed", range(3))
def test_levels_of_magnitudes_are_kept(seed: int) -> None:
    """Held against programs that share nothing with the package."""
    rng = np.random.default_rng(seed)
    by, ends = ["place", "kind"], {"place": [f"p{i}" for i in range(6)], "kind": [f"k{i}" for i in range(4)]}
    leaves = {cell: float(rng.integers(1, 200)) for cell in product(*ends.values()) if rng.random() < 0.9}
    trees: Trees = [[dict(TREES[["code", "parent"]].to_numpy().tolist())], [dict.fromkeys(ends["kind"], "Total")]]
    true = table_of(leaves, trees)
    cells = pd.DataFrame([(*cell, x) for cell, x in true.items()], columns=[*by, "value"])
    cells["primary"] = cells["value"] < 60
    low, high = cells["value"] * 0.5, cells["value"] * 1.5
    cells = cells.assign(required_low=low.where(cells["primary"]), required_high=high.where(cells["primary"]))
    found = protect(cells, TREES, by=by, policy=POLICY)
    told = found.to_pandas().set_index(by)["value"]

    assert found.n_exact_only == 0
    table = {cell: None if np.isnan(told[cell]) else x for cell, x in true.items()}
    primary = [cell for cell, x in true.items() if x < 60]
    for cell, (least, most) in attacked(table, trees, primary).items():
        assert least <= 0.5 * true[cell] + 1e-6
        assert most >= 1.5 * true[cell] - 1e-6


def test_rows_of_a_large_table_come_in_the_order_of_their_codes() -> None:
    """Asked ten times: an engine that keeps no order keeps it most of the time."""
    codes = [f"c{i:06d}" for i in range(300_000)]
    cells = pd.DataFrame({"place": [*codes, "Total"], "value": [*([5.0] * len(codes)), 5.0 * len(codes)]})
    found = protect(cells.assign(primary=cells["place"] == codes[7]), by="place", policy=POLICY)
    ordered = pa.array(["Total", *codes])

    assert all(found.to_arrow()["place"].combine_chunks().equals(ordered) for _ in range(10))
    assert (found.n_withheld, found.n_exact_only) == (2, 0)
