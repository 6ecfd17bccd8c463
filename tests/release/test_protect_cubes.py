"""Very large tables, of which cells must only not be exact: with few cells taken for many."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.release import Policy, attack, protect
from industria.tables import frequency_table

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


def test_rows_of_a_large_table_come_in_the_order_of_their_codes() -> None:
    """Asked ten times: an engine that keeps no order keeps it most of the time."""
    codes = [f"c{i:06d}" for i in range(300_000)]
    cells = pd.DataFrame({"place": [*codes, "Total"], "value": [*([5.0] * len(codes)), 5.0 * len(codes)]})
    found = protect(cells.assign(primary=cells["place"] == codes[7]), by="place", policy=POLICY)
    ordered = pa.array(["Total", *codes])

    assert all(found.to_arrow()["place"].combine_chunks().equals(ordered) for _ in range(10))
    assert (found.n_withheld, found.n_exact_only) == (2, 0)
