from __future__ import annotations

import math
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from industria.errors import (
    ColumnTypeError,
    MissingColumnError,
    NegativeWeightError,
    ReservedNameError,
    UnsteadyUnitError,
    UsageError,
)
from industria.sources import find
from industria.tables import magnitude_table, summary

RECORDS = pa.table(
    {
        "industry": ["x", "x", "x", "y", None],
        "firm": ["a", "a", "b", "c", "d"],
        "sales": [1.0, 2.0, 4.0, None, 8.0],
        "union": [True, False, True, False, None],
        "weight": [1.0, 1.0, 2.0, 1.0, 0.0],
    }
)

EXAMPLE = ({"records": RECORDS}, {"columns": ["sales", "union"], "by": ["industry"], "quantiles": [0.33]})


def only(**options: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = summary(**options).to_arrow().to_pylist()
    assert len(found) == 1
    return found[0]


def test_counts_moments_and_percentiles_by_group() -> None:
    rows = summary(RECORDS, columns=["sales", "union"], by=["industry"]).to_arrow().to_pylist()

    # A missing key makes a group of its own; columns stand in the order asked for.
    assert [(row["industry"], row["column"], row["n"], row["n_missing"]) for row in rows] == [
        (None, "sales", 1, 0),
        (None, "union", 0, 1),
        ("x", "sales", 3, 0),
        ("x", "union", 3, 0),
        ("y", "sales", 0, 1),
        ("y", "union", 1, 0),
    ]
    sales = rows[2]
    assert sales["mean"] == pytest.approx(7 / 3)
    assert sales["standard_deviation"] == pytest.approx(math.sqrt(7 / 3))
    assert [sales[name] for name in ("minimum", "p25", "p50", "p90", "maximum")] == pytest.approx([1, 1.5, 2, 3.6, 4])
    assert rows[3]["mean"] == pytest.approx(2 / 3)
    assert rows[4]["mean"] is None
    assert rows[0]["standard_deviation"] is None


OWNED = pd.DataFrame(
    {
        "firm": ["a", "a", "b", "c", "d", "e"],
        "group": ["x", "x", "x", None, None, "y"],
        "sales": [1.0, 2.0, 3.0, 4.0, None, 6.0],
        "region": ["n", "n", "n", "n", "n", "s"],
    }
)


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.DataFrame, lambda rows: pl.DataFrame(rows).lazy()])
@pytest.mark.parametrize("unit", ["firm", None])
def test_holdings_are_counted_as_tables_of_sums_count_them(engine: Any, unit: str | None) -> None:
    """A unit without a holding is its own; so is a row without either."""
    told: dict[str, Any] = {"by": ["region"], "unit": unit, "holding": "group"}
    found = summary(engine(OWNED), columns="sales", **told).support
    sums = magnitude_table(OWNED.dropna(subset="sales"), variable="sales", margins=False, **told).support

    assert found is not None
    assert sums is not None
    counted, added = (of.sort("region").collect("pandas").to_native() for of in (found, sums))
    assert counted["support_holdings"].tolist() == added["support_holdings"].tolist() == [2, 1]
    assert counted["support_units"].tolist() == added["support_units"].tolist()


def test_units_of_one_holding_stand_as_one_between_percentiles() -> None:
    rows = pd.DataFrame({"firm": range(100), "sales": range(100), "group": [i // 2 for i in range(100)]})
    plain, owned = (
        summary(rows, columns="sales", unit="firm", extremes=False, **more).table.collect("pandas").to_native()
        for more in ({}, {"holding": "group"})
    )

    assert plain["support_window"].tolist() == [10]
    assert owned["support_window"].tolist() == [0]


def test_a_unit_has_one_holding() -> None:
    for groups in (["x", "z", "x"], ["x", None, "x"]):
        rows = pd.DataFrame({"firm": ["a", "a", "b"], "group": groups, "sales": [1.0, 2.0, 3.0]})
        with pytest.raises(UnsteadyUnitError, match="several values within 1 of the units"):
            summary(rows, columns="sales", unit="firm", holding="group")


def test_the_plants_of_the_job_training_survey() -> None:
    """`describe` of pandas on the same column tells the same kind of quantile."""
    table = find("packages.linearmodels_jobtraining")().read()
    theirs = table.collect("pandas").to_native()["hrsemp"].describe(percentiles=[0.1, 0.25, 0.5, 0.75, 0.9])

    ours = only(records=table, columns=["hrsemp"])

    for mine, other in {"n": "count", "mean": "mean", "standard_deviation": "std", "minimum": "min", "p10": "10%",
                        "p25": "25%", "p50": "50%", "p75": "75%", "p90": "90%", "maximum": "max"}.items():  # fmt: skip
        assert ours[mine] == pytest.approx(theirs[other], rel=1e-12)  # the same arithmetic, summed in another order


def test_weighted_figures_are_those_of_statsmodels() -> None:
    """DescrStatsW has the same mean, the same quantiles, and the variance without n / (n - 1)."""
    weightstats = pytest.importorskip("statsmodels.stats.weightstats")
    rng = np.random.default_rng(3)
    x, w = np.round(rng.normal(size=101), 1), rng.integers(1, 9, size=101) / 8
    theirs = weightstats.DescrStatsW(x, weights=w)
    probabilities = [0.1, 0.25, 0.5, 0.75, 0.9]

    ours = only(records=pl.DataFrame({"x": x, "w": w}), columns=["x"], weights="w")

    ROUNDING = 1e-12
    assert ours["mean"] == pytest.approx(theirs.mean, rel=ROUNDING)
    assert ours["standard_deviation"] ** 2 == pytest.approx(theirs.var * 101 / 100, rel=ROUNDING)
    assert ours["weight"] == pytest.approx(w.sum())
    quantiles = theirs.quantile(probabilities, return_pandas=False)
    assert [ours[f"p{100 * p:.0f}"] for p in probabilities] == pytest.approx(list(quantiles), abs=ROUNDING)


def test_other_quantiles_are_a_table_of_their_own() -> None:
    result = summary(pa.table({"x": [0.0, 10.0], "y": [1.0, 1.0]}), columns=["y", "x"], quantiles=[0.33, 0.05])

    assert list(result.tables()) == ["quantiles"]
    assert result.quantiles is not None
    assert result.quantiles.collect("pyarrow").to_native().to_pylist() == [
        {"column": "y", "probability": 0.05, "quantile": 1.0},
        {"column": "y", "probability": 0.33, "quantile": 1.0},
        {"column": "x", "probability": 0.05, "quantile": pytest.approx(0.5)},
        {"column": "x", "probability": 0.33, "quantile": pytest.approx(3.3)},
    ]
    assert "_q0" not in result.table.collect_schema()


@pytest.mark.parametrize("n", [1, 2, 3, 10, 11, 101, 1001])
def test_quantiles_fall_on_ranks_or_between_them(n: int) -> None:
    """Where (n - 1) p is whole, rounding must neither skip the rank nor take its neighbor."""
    x = np.random.default_rng(n).permutation(np.repeat(np.arange(n), 1 + n % 3)).astype(float)
    probabilities = [1e-9, 0.01, 0.29, 1 / 3, 0.57, 0.99, 1 - 1e-9]

    told = summary(pa.table({"x": x}), columns=["x"], quantiles=probabilities).quantiles

    assert told is not None
    # The same arithmetic as numpy, so the same number but for the last bits.
    np.testing.assert_allclose(
        told.collect("pyarrow").to_native()["quantile"].to_numpy(), np.quantile(x, probabilities), rtol=1e-14, atol=1e-9
    )


def test_a_weighted_median_lies_halfway_where_the_share_is_met() -> None:
    records = pa.table({"x": [1.0, 2.0, 3.0], "w": [0.1, 0.2, 0.3]})  # 0.1 + 0.2 is not 0.3 in binary

    assert only(records=records, columns=["x"], weights="w")["p50"] == 2.5


def test_rows_without_weight_are_missing() -> None:
    row = only(records=RECORDS, columns=["sales"], weights="weight")

    assert (row["n"], row["n_missing"], row["maximum"]) == (3, 2, 4.0)


def support(**options: Any) -> list[tuple[int, int]]:
    table = summary(**options).table
    rows = table.collect("pyarrow").to_native().to_pylist()
    return [(row["support_units"], row["support_window"]) for row in rows]


def test_support_counts_units_and_the_narrowest_window() -> None:
    """A minimum is the value of one unit; without it the window is the tenth below p10."""
    records = pa.table({"x": [float(i) for i in range(100)], "firm": [f"f{i // 2}" for i in range(100)]})

    assert support(records=records, columns=["x"]) == [(100, 1)]
    assert support(records=records, columns=["x"], extremes=False) == [(100, 10)]
    assert support(records=records, columns=["x"], extremes=False, quantiles=[0.95]) == [(100, 5)]
    # 50 firms of two rows each: all rows of a window might be of firms that stand in it twice.
    assert support(records=records, columns=["x"], unit="firm", extremes=False) == [(50, 0)]
    row = only(records=records, columns=["x"], extremes=False)
    assert (row["minimum"], row["maximum"]) == (None, None)


def test_support_of_weighted_percentiles_counts_rows() -> None:
    """One heavy row fills half of the distribution, so that no other stands between the percentiles there."""
    records = pa.table({"x": [float(i) for i in range(100)], "w": [1.0] * 99 + [100.0]})

    assert support(records=records, columns=["x"], weights="w", extremes=False) == [(100, 0)]


def test_an_empty_table_has_columns_and_no_rows() -> None:
    result = summary(RECORDS.slice(0, 0), columns=["sales"], by=["industry"], quantiles=[0.3], weights="weight")

    assert result.to_arrow().num_rows == 0
    assert result.table.collect_schema()["p10"] == nw.Float64


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"columns": ["sale"]}, MissingColumnError, "Did you mean 'sales'"),
        ({"columns": ["firm"]}, ColumnTypeError, "records.firm holds string"),
        ({"columns": []}, UsageError, "columns is empty"),
        ({"columns": ["sales"], "quantiles": [1.0]}, UsageError, "quantiles has 1"),
        ({"columns": ["sales"], "weights": "firm"}, ColumnTypeError, "records.firm"),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        summary(RECORDS, **options)


def test_negative_weights_and_names_of_the_result_are_refused() -> None:
    with pytest.raises(NegativeWeightError, match=r"records\.w goes down to -1"):
        summary(pa.table({"x": [1.0, 2.0], "w": [1.0, -1.0]}), columns=["x"], weights="w")
    with pytest.raises(ReservedNameError, match=r"records\.mean bears a name of the result"):
        summary(pa.table({"x": [1.0], "mean": ["a"]}), columns=["x"], by=["mean"])


values = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30)


@given(values)
def test_the_figures_are_those_of_numpy(x: list[float | None]) -> None:
    told = np.array([value for value in x if value is not None])
    row = only(records=pa.table({"x": pa.array(x, pa.float64())}), columns=["x"])

    assert (row["n"], row["n_missing"]) == (len(told), len(x) - len(told))
    if len(told):
        LARGE = 1e-9 * max(1.0, float(np.abs(told).max()))  # rounding grows with the largest value
        assert row["mean"] == pytest.approx(told.mean(), abs=LARGE)
        for name, p in {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}.items():
            assert row[name] == pytest.approx(np.quantile(told, p), abs=LARGE)
        ordered = [row[name] for name in ("minimum", "p10", "p50", "p90", "maximum")]
        assert (np.diff(ordered) >= -LARGE).all()
    if len(told) > 1:
        assert row["standard_deviation"] == pytest.approx(told.std(ddof=1), abs=LARGE)


pairs = st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 5)), min_size=1, max_size=20)


@settings(max_examples=25)
@given(pairs)
def test_whole_weights_are_rows_said_several_times(rows: list[tuple[int, int]]) -> None:
    """Mean and median of weighted rows are those of rows repeated."""
    assume(any(weight for _, weight in rows))
    weighted = only(
        records=pa.table({"x": [float(x) for x, _ in rows], "w": [w for _, w in rows]}), columns=["x"], weights="w"
    )
    repeated = only(records=pa.table({"x": [float(x) for x, w in rows for _ in range(w)]}), columns=["x"])

    for name in ("mean", "p50", "minimum", "maximum"):
        assert weighted[name] == pytest.approx(repeated[name], abs=1e-9)


@settings(max_examples=25)
@given(pairs, st.sampled_from([0.001, 7.0, 1e6]))
def test_a_factor_of_the_weights_changes_nothing(rows: list[tuple[int, int]], factor: float) -> None:
    assume(any(weight for _, weight in rows))
    first, second = (
        only(
            records=pd.DataFrame(rows, columns=["x", "w"]).assign(w=lambda t, k=k: t["w"] * k),
            columns=["x"],
            weights="w",
        )
        for k in (1.0, factor)
    )
    for name in ("mean", "standard_deviation", "p10", "p25", "p50", "p75", "p90"):
        assert second[name] == pytest.approx(first[name], abs=1e-9)
