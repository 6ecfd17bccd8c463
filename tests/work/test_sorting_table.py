from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.core.table import collect
from industria.work.sorting_table import sorting_table
from industria.work.worker_firm_effects import worker_firm_effects
from tests.work.panels import panel

seeds = st.integers(0, 10_000)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"jobs": pa.Table.from_pandas(panel(3), preserve_index=False)},
    {"groups": 3, "weight": "weight"},
)


def by_hand(jobs: pd.DataFrame, groups: int) -> pd.DataFrame:
    """Jobs with their effects and groups, by ranks."""
    model = worker_firm_effects(jobs)
    rows = jobs
    for key, table in (("worker", model.worker_effects), ("firm", model.firm_effects)):
        rows = rows.merge(collect(table).to_pandas()[[key, "effect"]].rename(columns={"effect": f"of_{key}"}), on=key)
    for key in ("worker", "firm"):
        place = (rows[f"of_{key}"].round(12).rank(method="average") - 0.5) / len(rows)
        rows[f"{key}_group"] = np.floor(place * groups + 1e-12).astype(int) + 1
    rows["residual"] = rows["log_wage"] - rows["of_worker"] - rows["of_firm"]
    return rows


@settings(max_examples=15)
@given(seeds, st.sampled_from([2, 3, 5]))
def test_cells_are_those_of_ranks(seed: int, groups: int) -> None:
    jobs = panel(seed)
    try:
        found = sorting_table(jobs, groups=groups).to_pandas().set_index(["worker_group", "firm_group"])
    except errors.NoLeaveOutSetError:
        return
    cells = by_hand(jobs, groups).groupby(["worker_group", "firm_group"])["residual"].agg(["size", "mean"])

    assert found["n_obs"].sum() == cells["size"].sum()
    np.testing.assert_array_equal(found.loc[cells.index, "n_obs"], cells["size"])
    np.testing.assert_allclose(found.loc[cells.index, "mean_residual"], cells["mean"], atol=1e-9)
    np.testing.assert_allclose(found["share"], found["n_obs"] / found["n_obs"].sum())


@given(seeds)
def test_shares_add_up_to_one_and_chance_keeps_the_margins(seed: int) -> None:
    try:
        found = sorting_table(panel(seed), groups=4, weight="weight", draws=0).to_pandas()
    except errors.NoLeaveOutSetError:
        return
    assert found["share"].sum() == pytest.approx(1)
    for margin in ("worker_group", "firm_group"):
        sums = found.groupby(margin)[["share", "expected"]].sum()
        np.testing.assert_allclose(sums["share"], sums["expected"], atol=1e-12)


def test_correlations_are_those_of_the_variances() -> None:
    table = sorting_table(panel(3), groups=2)
    model = worker_firm_effects(panel(3)).to_pandas().set_index("component").loc["correlation"]

    assert table.correlation_plug_in == pytest.approx(model["plug_in"])
    assert table.correlation == pytest.approx(model["leave_out"])


def test_wages_that_do_not_add_up_leave_residuals_in_the_corners() -> None:
    draw = np.random.default_rng(1)
    w, t = np.divmod(np.arange(20_000), 4)
    f = (draw.integers(0, 10, 5000)[w] + (t > 1) * draw.integers(0, 10, 5000)[w]) % 10
    skill = draw.normal(0, 1, 5000)[w]
    added = 0.1 * f + skill + draw.normal(0, 0.05, len(w))
    jobs = pd.DataFrame({"worker": w, "firm": f, "period": t, "log_wage": added})
    plain = sorting_table(jobs, groups=5)
    product = sorting_table(jobs.assign(log_wage=added + 0.1 * skill * (f - 4.5)), groups=5)

    assert abs(plain.largest_residual) < 0.01
    assert abs(product.largest_residual) > 0.1


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"groups": 1}, errors.ParameterRangeError, "groups=1"),
        ({"method": "all"}, errors.ChoiceError, "auto"),
        ({"wage": "wages"}, errors.MissingColumnError, "wages"),
    ],
)
def test_bad_options_are_told(options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        sorting_table(panel(3), **options)


def test_a_panel_without_movers_is_told() -> None:
    with pytest.raises(errors.NoMoversError, match="cannot be told"):
        sorting_table(panel(3, moving=0.0))
