"""Multilateral indexes of a supermarket: 2,000 items, 25 months, windows of 13, against IndexNumR and plain pandas.

IndexNumR is R: name a library that has it (`R CMD INSTALL -l LIBRARY IndexNumR`) as INDUSTRIA_INDEXNUMR. Its
Geary-Khamis takes minutes; plain pandas by the definitions stands in where it is absent.
"""

from __future__ import annotations

import os
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import index_number, multilateral_index

ITEMS, PERIODS, WINDOW = 2_000, 25, 13
PEER = Path(__file__).with_name("indexnumr_times.R")
ROLES: dict[str, Any] = {"item": "item", "time": "period", "price": "price", "quantity": "quantity"}


@pytest.fixture(scope="module")
def prices() -> pd.DataFrame:
    """Prices that wander, sales that jump, and items that come and go: 85 of 100 cells are there."""
    rng = np.random.default_rng(7)
    level = rng.lognormal(1, 0.8, ITEMS)[:, None] * np.exp(np.cumsum(rng.normal(0, 0.03, (ITEMS, PERIODS)), axis=1))
    price = level * np.where(rng.random((ITEMS, PERIODS)) < 0.1, 0.7, 1.0)
    quantity = rng.lognormal(3, 1, ITEMS)[:, None] * (price / level) ** -2 * rng.lognormal(0, 0.3, (ITEMS, PERIODS))
    there = rng.random((ITEMS, PERIODS)) < 0.85
    item, period = np.nonzero(there)
    return pd.DataFrame({"item": item + 1, "period": period + 1, "price": price[there], "quantity": quantity[there]})


def _peer(prices: pd.DataFrame, folder: Path, method: str) -> tuple[str, float, float] | None:
    """Time IndexNumR: its version, seconds and the last index; None, and why, where there is none."""
    library = os.environ.get("INDUSTRIA_INDEXNUMR")
    if not library:
        print("\nIndexNumR is not compared: INDUSTRIA_INDEXNUMR names no library of R that has it")
        return None
    file = folder / "prices.csv"
    prices.to_csv(file, index=False)
    done = subprocess.run(
        ["Rscript", str(PEER), library, str(file), method], capture_output=True, text=True, check=True
    )
    version, seconds, last = done.stdout.split()
    return version, float(seconds), float(last)


def _tornqvist(wide: dict[str, pd.DataFrame], r: int, t: int) -> float:
    """One pair of periods by its definition, over frames of item × period."""
    pair = pd.concat([wide[name][[r, t]] for name in ("price", "quantity")], axis=1).dropna()
    p0, p1, q0, q1 = (pair.iloc[:, k] for k in range(4))
    s0, s1 = p0 * q0 / (p0 * q0).sum(), p1 * q1 / (p1 * q1).sum()
    return float(((s0 + s1) / 2 * np.log(p1 / p0)).sum())


def _geks_by_hand(prices: pd.DataFrame) -> float:
    """All pairs of each window anew, as a loop over definitions does; mean splice."""
    wide = {name: prices.pivot(index="item", columns="period", values=name) for name in ("price", "quantity")}

    def window(start: int) -> Any:
        of = range(start, start + WINDOW)
        L = np.array([[_tornqvist(wide, r, t) for t in of] for r in of])
        return L.mean(axis=0) - L.mean(axis=0)[0]

    V = window(1)
    index = list(V)
    for start in range(2, PERIODS - WINDOW + 2):
        N = window(start)
        index.append(index[-1] + ((N[-1] - N[:-1]) - (V[-1] - V[1:])).mean())
        V = N
    return float(np.exp(index[-1]))


def _geary_khamis_by_hand(prices: pd.DataFrame) -> float:
    """Iterate mean prices and levels to 1e-10, in each window; mean splice."""
    V: Any = None
    index: list[float] = []
    for start in range(1, PERIODS - WINDOW + 2):
        rows = prices[prices["period"].between(start, start + WINDOW - 1)]
        value = (rows["price"] * rows["quantity"]).groupby(rows["period"]).sum()
        level = pd.Series(1.0, value.index)
        while True:
            real = (rows["price"] * rows["quantity"] / rows["period"].map(level)).groupby(rows["item"]).sum()
            mean = real / rows.groupby("item")["quantity"].sum()
            new = value / (rows["item"].map(mean) * rows["quantity"]).groupby(rows["period"]).sum()
            new, old = new / new.iloc[0], level
            level = new
            if (level / old - 1).abs().max() < 1e-10:
                break
        N = np.log(level.to_numpy())
        index = list(N) if V is None else [*index, index[-1] + ((N[-1] - N[:-1]) - (V[-1] - V[1:])).mean()]
        V = N
    return float(np.exp(index[-1]))


@pytest.mark.parametrize(
    ("method", "by_hand", "times_peer", "times_pandas"),
    [("geks", _geks_by_hand, 10, 50), ("geary_khamis", _geary_khamis_by_hand, 500, 5)],
)
def test_windows_over_two_years_of_a_supermarket(
    benchmark: Any,
    seconds: Callable[..., float],
    prices: pd.DataFrame,
    tmp_path: Path,
    method: Any,
    by_hand: Callable[[pd.DataFrame], float],
    times_peer: float,
    times_pandas: float,
) -> None:
    def ours() -> float:
        found = multilateral_index(prices, **ROLES, method=method, window=WINDOW, splice="mean")
        return float(found.to_arrow()["index"][-1].as_py())

    index = benchmark.pedantic(ours, rounds=5, warmup_rounds=1)
    mine = benchmark.stats.stats.min
    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    plain: list[float] = []
    theirs = seconds(lambda: plain.append(by_hand(prices)), times=1)
    benchmark.extra_info |= {
        "rows": len(prices),
        "index": round(index, 10),
        "MB of Python and NumPy at the peak": round(peak / 2**20, 1),
        "times faster than plain pandas": round(theirs / mine, 1),
    }
    # Sums in another order; the iteration stops within 1e-10.
    np.testing.assert_allclose(index, plain[0], rtol=1e-8)
    assert theirs / mine > times_pandas

    if peer := _peer(prices, tmp_path, method):
        version, taken, last = peer
        benchmark.extra_info[f"times faster than IndexNumR {version} ({taken:.1f} s)"] = round(taken / mine, 1)
        np.testing.assert_allclose(index, last, rtol=1e-8)
        assert taken / mine > times_peer


def test_a_chain_of_fisher_over_a_hundred_categories(
    benchmark: Any, seconds: Callable[..., float], prices: pd.DataFrame
) -> None:
    """An index each by one call, against a loop of pandas over categories and months."""
    sales = prices.assign(category=prices["item"] % 100)

    def ours() -> Any:
        return index_number(sales, **ROLES, formula="fisher", by=["category"]).to_pandas()["index"]

    found = benchmark.pedantic(ours, rounds=5, warmup_rounds=1)
    by_hand: list[list[float]] = []

    def theirs() -> None:
        levels = []
        for _, of in sales.groupby("category"):
            wide = of.pivot(index="item", columns="period", values=["price", "quantity"])
            levels.append(1.0)
            for t in range(2, PERIODS + 1):
                pair = wide.loc[:, [("price", t - 1), ("price", t), ("quantity", t - 1), ("quantity", t)]].dropna()
                p0, p1, q0, q1 = (pair.iloc[:, k] for k in range(4))
                levels.append(levels[-1] * np.sqrt((p1 @ q0) / (p0 @ q0) * (p1 @ q1) / (p0 @ q1)))
        by_hand.append(levels)

    ratio = seconds(theirs, times=1) / benchmark.stats.stats.min
    benchmark.extra_info["times faster than a loop of pandas"] = round(ratio, 1)
    np.testing.assert_allclose(found, by_hand[0], rtol=1e-10)
    assert ratio > 5
