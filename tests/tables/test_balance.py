from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    ColumnTypeError,
    EmptyTableError,
    MissingColumnError,
    MixedGroupsError,
    NegativeWeightError,
    UnknownGroupError,
    UsageError,
)
from industria.sources import find
from industria.tables import balance, query

RECORDS = pa.table(
    {
        "firm": ["a", "b", "c", "d", "e", "f"],
        "grant": ["yes", "yes", "yes", "no", "no", None],
        "jobs": [10.0, 12.0, 17.0, 8.0, 9.0, 100.0],
        "union": [True, False, True, False, False, True],
        "weight": [1.0, 2.0, 1.0, 1.0, 3.0, 1.0],
    }
)

EXAMPLE = ({"records": RECORDS}, {"columns": ["jobs", "union"], "group": "grant", "treated": "yes"})


def rows(records: Any, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = balance(records, **options).to_arrow().to_pylist()
    return found


def test_baseline_of_the_training_grants() -> None:
    """Holzer et al. (1993), 1987: plants that were ever funded had more scrap, log +0.6301.

    The figures are those of the issue's annex, to the digits that it prints.
    """
    firms = query(
        sql="SELECT * FROM (SELECT *, max(grant) OVER (PARTITION BY fcode) AS funded FROM survey) WHERE year = 1987",
        survey=find("packages.linearmodels_jobtraining")().read(),
    )

    (scrap,) = rows(firms.table, columns=["lscrap"], group="funded", treated=1)

    assert scrap["difference"] == pytest.approx(0.6301, abs=5e-5)
    assert scrap["standardized_difference"] == pytest.approx(0.39, abs=5e-3)
    assert scrap["p_value"] == pytest.approx(0.166, abs=5e-4)
    assert (scrap["n_treated"], scrap["n_comparison"]) == (29, 25)


def test_holdings_of_the_smaller_side_are_counted() -> None:
    """Two of the treated belong to one; f has no grant told, and is in neither group."""
    owned = RECORDS.append_column("group", pa.array(["x", "x", None, "y", "z", "z"]))
    options: dict[str, Any] = {"columns": ["jobs"], "group": "grant", "treated": "yes", "unit": "firm"}
    made = balance(owned, **options, holding="group")
    (support,) = collect(made.table).to_pylist()
    used = {row["used_unit"]: row["used_owner"] for row in collect(made.units_used).to_pylist()}

    assert (support["support_units"], support["support_holdings"]) == (2, 2)
    assert used == {"a": "holding x", "b": "holding x", "c": "unit c", "d": "holding y", "e": "holding z"}
    assert made.to_arrow().equals(balance(owned, **options).to_arrow())


samples = st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=15)


@settings(max_examples=20)
@given(samples, samples, st.sampled_from([0.9, 0.95]))
def test_welch_as_scipy_has_it(one: list[float], other: list[float], confidence: float) -> None:
    """Statistic, degrees of freedom, p and interval of ttest_ind(equal_var=False)."""
    from scipy import stats

    assume(min(np.std(one), np.std(other)) > 1e-3)  # scipy warns of samples without spread
    theirs = stats.ttest_ind(one, other, equal_var=False)
    low, high = theirs.confidence_interval(confidence)
    table = pa.table({"x": one + other, "g": [1] * len(one) + [0] * len(other)})

    (ours,) = rows(table, columns=["x"], group="g", treated=1, confidence=confidence)

    ROUNDING = 1e-8  # means of values up to 10^4 over spreads down to 10^-3
    for mine, reference in [
        (ours["statistic"], theirs.statistic),
        (ours["df"], theirs.df),
        (ours["p_value"], theirs.pvalue),
        (ours["low"], low),
        (ours["high"], high),
        (ours["difference"], np.mean(one) - np.mean(other)),
        (ours["standard_deviation_treated"], np.std(one, ddof=1)),
    ]:
        assert mine == pytest.approx(reference, rel=ROUNDING, abs=ROUNDING)
    a, b = np.var(one, ddof=1), np.var(other, ddof=1)
    assert ours["standardized_difference"] == pytest.approx(ours["difference"] / np.sqrt((a + b) / 2), rel=ROUNDING)
    assert ours["variance_ratio"] == pytest.approx(a / b, rel=1e-6)


def test_weights_as_statsmodels_has_them() -> None:
    """Averages and variances of DescrStatsW; standard errors of WLS on two dummies, HC0 times n / (n - 1)."""
    weightstats = pytest.importorskip("statsmodels.stats.weightstats")
    from statsmodels.regression.linear_model import WLS

    rng = np.random.default_rng(5)
    x, g, w = rng.normal(size=60), rng.integers(0, 2, size=60), rng.uniform(0.1, 3, size=60)
    (ours,) = rows(pl.DataFrame({"x": x, "g": g, "w": w}), columns=["x"], group="g", treated=1, weights="w")

    sides = [weightstats.DescrStatsW(x[g == side], weights=w[g == side]) for side in (1, 0)]
    n = [int((g == side).sum()) for side in (1, 0)]
    variances = [side.var * k / (k - 1) for side, k in zip(sides, n, strict=True)]
    fit = WLS(x, np.column_stack([g, 1 - g]).astype(float), weights=w).fit(cov_type="HC0")
    error = np.sqrt(sum(fit.cov_params()[i, i] * k / (k - 1) for i, k in enumerate(n)))

    ROUNDING = 1e-10
    assert ours["mean_treated"] == pytest.approx(sides[0].mean, rel=ROUNDING)
    assert ours["mean_comparison"] == pytest.approx(sides[1].mean, rel=ROUNDING)
    assert ours["variance_ratio"] == pytest.approx(variances[0] / variances[1], rel=ROUNDING)
    assert ours["standard_error"] == pytest.approx(error, rel=ROUNDING)


@settings(max_examples=20)
@given(samples, samples, st.floats(0.01, 100))
def test_equal_weights_change_nothing(one: list[float], other: list[float], weight: float) -> None:
    table = pa.table(
        {"x": one + other, "g": [True] * len(one) + [False] * len(other), "w": [weight] * (len(one + other))}
    )

    (plain,) = rows(table, columns=["x"], group="g", treated=True)
    (weighted,) = rows(table, columns=["x"], group="g", treated=True, weights="w")
    for name in ("mean_treated", "difference", "standard_error"):
        assert weighted[name] == pytest.approx(plain[name], rel=1e-9, abs=1e-9)


@settings(max_examples=20)
@given(samples, samples)
def test_changing_sides_changes_the_sign(one: list[float], other: list[float]) -> None:
    table = pa.table({"x": one + other, "g": ["a"] * len(one) + ["b"] * len(other)})

    (here,) = rows(table, columns=["x"], group="g", treated="a", comparison="b")
    (there,) = rows(table, columns=["x"], group="g", treated="b", comparison="a")
    assert there["difference"] == pytest.approx(-here["difference"], abs=1e-9)
    assert (there["low"] is None) == (here["high"] is None)
    if here["high"] is not None:
        assert there["low"] == pytest.approx(-here["high"], rel=1e-9, abs=1e-9)


def test_large_levels_keep_their_spread() -> None:
    """A billion and a bit: sums of squares less squares of sums would lose every digit."""
    table = pa.table({"x": [1e9, 1e9 + 1, 1e9 + 2, 1e9, 1e9 + 1, 1e9 + 2], "g": [1, 1, 1, 0, 0, 0], "w": [1.0] * 6})

    for weights in (None, "w"):
        (row,) = rows(table, columns=["x"], group="g", treated=1, weights=weights)
        assert row["standard_deviation_treated"] == pytest.approx(1.0, rel=1e-9)


def test_rows_of_one_unit_are_averaged_first() -> None:
    panel = pa.table(
        {"firm": ["a", "a", "a", "b", "c", "d"], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 7.0], "g": [1, 1, 1, 1, 0, 0]}
    )

    (row,) = rows(panel, columns=["x"], group="g", treated=1, unit="firm")

    assert (row["mean_treated"], row["n_treated"]) == (3.0, 2)
    assert row["standard_error"] == pytest.approx(np.sqrt(2 / 2 + 2 / 2))


def test_a_unit_in_both_groups_is_refused() -> None:
    panel = pa.table({"firm": ["a", "a", "b"], "x": [1.0, 2.0, 3.0], "g": [1, 0, 0]})

    with pytest.raises(MixedGroupsError, match=r"records\.firm 'a' has rows in both groups, as 1 in all do"):
        balance(panel, columns=["x"], group="g", treated=1, unit="firm")


def test_rows_without_a_group_or_a_value_are_left_out() -> None:
    """Firm f, whose grant is unknown, would have moved the comparison."""
    jobs, union = rows(RECORDS, columns=["jobs", "union"], group="grant", treated="yes")

    assert (jobs["mean_treated"], jobs["mean_comparison"]) == (13.0, 8.5)
    assert union["mean_treated"] == pytest.approx(2 / 3)
    # Nobody in the comparison has a union: no variance, so no ratio of variances.
    assert union["variance_ratio"] is None
    assert union["standardized_difference"] is not None


def test_too_few_values_leave_what_depends_on_them_null() -> None:
    table = pa.table(
        {"x": [1.0, None, 3.0, 4.0], "y": [None, None, 1.0, 1.0], "z": [1.0, 1.0, 2.0, 2.0], "g": [1, 1, 0, 0]}
    )

    one, none, constant = rows(table, columns=["x", "y", "z"], group="g", treated=1)

    assert (one["difference"], one["standard_error"], one["p_value"]) == (-2.5, None, None)
    assert (none["n_treated"], none["mean_treated"], none["difference"]) == (0, None, None)
    assert (constant["difference"], constant["standard_error"], constant["statistic"]) == (-1.0, 0.0, None)


def test_support_is_that_of_the_smaller_group() -> None:
    table = balance(RECORDS, columns=["jobs"], group="grant", treated="yes").table.collect("pyarrow").to_native()

    assert (table["support_df"].to_pylist(), table["support_units"].to_pylist()) == ([3.0], [2])


@pytest.mark.parametrize(
    ("values", "treated"),
    [([1, 0], 1), ([1, 0], "1"), ([1.0, 0.0], 1), (["1", "0"], 1), ([True, False], True), ([True, False], "true")],
)
def test_a_value_is_found_however_it_is_written(values: list[Any], treated: Any) -> None:
    """A study may write 1 where the column has text, and the other way round."""
    table = pa.table({"x": [1.0, 2.0], "g": values})

    result = balance(table, columns=["x"], group="g", treated=treated)

    assert result.to_arrow()["mean_treated"].to_pylist() == [1.0]
    assert (result.treated, result.comparison) == (str(treated).lower(), "others")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"treated": "yess"}, UnknownGroupError, r"grant is 'yess' in no row; it is no, yes\. Did you mean 'yes'"),
        ({"comparison": "never"}, UnknownGroupError, "'never' in no row"),
        ({"comparison": "yes"}, UsageError, "both 'yes'"),
        ({"columns": ["firm"]}, ColumnTypeError, "records.firm"),
        ({"columns": []}, UsageError, "columns is empty"),
        ({"columns": ["job"]}, MissingColumnError, "Did you mean 'jobs'"),
        ({"confidence": 95}, UsageError, "confidence is 95"),
        ({"group": "union", "treated": "maybe"}, ColumnTypeError, "values like 'maybe'"),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        balance(RECORDS, **{"columns": ["jobs"], "group": "grant", "treated": "yes"} | options)


def test_no_rows_one_group_and_negative_weights_are_refused() -> None:
    with pytest.raises(EmptyTableError, match="records has no rows"):
        balance(RECORDS.slice(0, 0), columns=["jobs"], group="grant", treated="yes")
    with pytest.raises(UnknownGroupError, match="'other than yes' in no row"):
        balance(RECORDS.slice(0, 2), columns=["jobs"], group="grant", treated="yes")
    with pytest.raises(NegativeWeightError, match="goes down to -1"):
        balance(
            RECORDS.set_column(4, "weight", pa.array([-1.0] * 6)),
            columns=["jobs"], group="grant", treated="yes", weights="weight",
        )  # fmt: skip
