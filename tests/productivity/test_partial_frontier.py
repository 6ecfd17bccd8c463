"""Partial frontiers: exactness lies with the kernel; here roles, scans, cells and bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.errors import (
    ChoiceError,
    ExcludedParameterError,
    NeededParameterError,
    ParameterRangeError,
    ReservedNameError,
    ThinFrontierError,
)
from industria.productivity import partial_frontier


def plants(n: int = 30, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0, 0.5, (n, 2))
    y = x[:, 0] ** 0.4 * x[:, 1] ** 0.5 * np.exp(-np.abs(rng.normal(0, 0.3, n)))
    return pd.DataFrame({"plant": [f"p{i:02}" for i in range(n)], "capital": x[:, 0], "labor": x[:, 1], "output": y})


ROLES: dict[str, Any] = {"unit": "plant", "inputs": ["capital", "labor"], "outputs": ["output"], "m": 10}
EXAMPLE = ({"units": pa.Table.from_pandas(plants(12), preserve_index=False)}, ROLES)


def measured(data: pd.DataFrame, **changes: Any) -> Any:
    return partial_frontier(data, **(ROLES | changes))


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_one_outlier_moves_the_whole_frontier_but_not_the_partial_one(orientation: str) -> None:
    data = plants(60)
    spoiled = pd.concat([data, data.iloc[[7]].assign(plant="wrong unit", output=lambda t: t["output"] * 1000)])
    asked = {"kind": "order_alpha", "m": None, "alpha": 0.9, "orientation": orientation}
    one, other = (measured(t, **asked).to_pandas().set_index("plant") for t in (data, spoiled))
    # One of twenty is within the share that is left out; one of five is not.
    kept = one.index[one["n_compared"] >= 20]
    assert len(kept) > 10
    whole = np.abs(np.log(other.loc[kept, "free_disposal"] / one.loc[kept, "free_disposal"]))
    part = np.abs(np.log(other.loc[kept, "score"] / one.loc[kept, "score"]))
    assert part.mean() < whole.mean() / 2


def test_the_scan_is_the_measure_at_each_order() -> None:
    data = plants()
    scan = measured(data).scan.collect("pandas").to_native().set_index("order")
    for m in (5, 10, 100):
        assert scan.loc[m, "n_beyond"] == measured(data, m=m).n_beyond
    assert (np.diff(scan["mean_score"]) <= 1e-12).all()
    shares = measured(data, kind="order_alpha", m=None, alpha=0.9).scan.collect("pandas").to_native()
    assert shares["n_beyond"].iloc[-1] == 0


def test_a_score_below_one_is_a_share_of_inputs() -> None:
    table = measured(plants(), kind="order_alpha", m=None, alpha=1.0).to_pandas()
    np.testing.assert_array_equal(table["score"], table["free_disposal"])
    assert (table["score"] <= 1).all()
    assert not table["beyond"].any()


def test_cells_are_separate_calls() -> None:
    data = pd.concat([plants(seed=1).assign(region="a"), plants(20, seed=2).assign(region="b")])
    together = measured(data, by=["region"])
    table, scan = together.to_pandas(), together.scan.collect("pandas").to_native()
    for name, rows in data.groupby("region"):
        alone = measured(rows)
        np.testing.assert_array_equal(table[table["region"] == name]["score"], alone.to_pandas()["score"])
        own = scan[scan["region"] == name]["share_beyond"]
        np.testing.assert_array_equal(own, alone.scan.collect("pandas").to_native()["share_beyond"])


def test_what_a_unit_has_none_of_has_no_multiple() -> None:
    data = plants(12).assign(capital=lambda t: [0.0, *t["capital"][1:]])
    table = measured(data).to_pandas().set_index("plant")
    assert np.isnan(table.loc["p00", "score"])
    assert table["score"].notna().sum() == 11


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"kind": "order-m"}, ChoiceError, "order_m"),
        ({"m": None}, NeededParameterError, "m"),
        ({"kind": "order_alpha"}, NeededParameterError, "alpha"),
        ({"alpha": 0.9}, ExcludedParameterError, "hand in m"),
        ({"m": 0}, ParameterRangeError, "1 or more"),
        ({"m": 2.5}, ParameterRangeError, "whole number"),
        ({"kind": "order_alpha", "m": None, "alpha": 95}, ParameterRangeError, "up to 1"),
        ({"orientation": "both"}, ChoiceError, "input"),
    ],
)
def test_orders_that_mean_nothing_are_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        measured(plants(), **changes)


def test_a_whole_number_is_one_whoever_counted_it() -> None:
    assert measured(plants(), m=np.int64(10)).n_beyond == measured(plants()).n_beyond


def test_few_units_and_taken_names_are_refused() -> None:
    with pytest.raises(ThinFrontierError):
        measured(plants(8))
    with pytest.raises(ReservedNameError, match="score"):
        measured(plants().rename(columns={"plant": "score"}), unit="score")
