from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.core.table import Table, collect
from industria.work.event_study_moves import event_study_moves
from tests.work.panels import panel

seeds = st.integers(0, 10_000)


def history(seed: int, *, workers: int = 1000, firms: int = 12, fit: float = 0.0, drift: float = 0.0) -> pd.DataFrame:
    """Four years, a move after the second; firms pay by their number, and `fit` goes to who moves wherever."""
    draw = np.random.default_rng(seed)
    w, t = np.divmod(np.arange(4 * workers), 4)
    start, step = draw.integers(0, firms, workers), draw.integers(0, firms, workers)
    f = (start[w] + step[w] * (t > 1)) % firms
    wage = 0.1 * f + draw.normal(0, 0.2, workers)[w] + drift * t + fit * ((t > 1) & (step[w] > 0))
    return pd.DataFrame({"worker": w, "firm": f, "period": t, "log_wage": wage + draw.normal(0, 0.05, len(w))})


EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"jobs": pa.Table.from_pandas(panel(3, workers=80).rename(columns={"weight": "heads"}), preserve_index=False)},
    {"groups": 2, "before": 1, "after": 1, "weight": "heads"},
)


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def by_hand(jobs: pd.DataFrame, groups: int) -> pd.DataFrame:
    """Wages around the moves of `history`, cell by cell."""
    jobs = jobs.copy()
    place = jobs.groupby(["firm", "period"])["log_wage"]
    n = place.transform("size")
    jobs["others"] = ((place.transform("sum") - jobs["log_wage"]) / (n - 1)).round(12)
    jobs["group"] = jobs.groupby("period")["others"].transform(
        lambda x: np.floor((x.rank(method="average") - 0.5) / len(x) * groups)
    )
    wide = jobs.pivot(index="worker", columns="period")
    moved = wide[wide["firm"][1] != wide["firm"][2]]
    cells = [moved["group"][1].astype(int) + 1, moved["group"][2].astype(int) + 1]
    made: pd.DataFrame = moved["log_wage"].groupby(cells).agg(["mean", "sem"])
    return made


@settings(max_examples=10)
@given(seeds, st.sampled_from([2, 4]))
def test_means_and_errors_are_those_of_moves_taken_by_hand(seed: int, groups: int) -> None:
    jobs = history(seed)
    found = event_study_moves(jobs, groups=groups).to_pandas()
    wanted = by_hand(jobs, groups)

    for row in found.itertuples():
        cell = wanted.loc[(row.origin_group, row.destination_group), row.event_time + 2]
        assert row.mean_wage == pytest.approx(cell["mean"], abs=1e-9)
        assert row.standard_error == pytest.approx(cell["sem"], rel=1e-9)


def test_where_firms_pay_all_alike_gains_mirror_losses() -> None:
    result = event_study_moves(history(1, workers=4000, drift=0.03))
    changes = frame(result.changes).set_index(["origin_group", "destination_group"])
    pairs = frame(result.symmetry)

    assert (result.n_moves, result.symmetry_df) == (result.n_workers, 6)
    assert result.symmetry_p_value is not None
    assert result.symmetry_p_value > 0.01
    # The trend is in every change, and taken out of the adjusted ones; firms of a quarter are three numbers wide.
    within = [changes.loc[(g, g), "change"] for g in (1, 2, 3, 4)]
    assert within == pytest.approx([0.03] * 4, abs=0.02)
    assert changes.loc[(1, 4), "adjusted_change"] == pytest.approx(0.9, abs=0.03)
    assert pairs["sum"].abs().max() < 0.05
    assert (pairs["up"] > 0).all()
    assert (pairs["down"] < 0).all()


def test_wages_that_follow_from_the_match_are_not_symmetric() -> None:
    """Those who move gain wherever they go, but those who stay within a group do not."""
    jobs = history(1, workers=4000)
    last = jobs["period"] == 3
    first, then = (jobs[jobs["period"] == t].set_index("worker")["firm"] for t in (0, 3))
    far = (then - first).abs() > 5
    jobs.loc[jobs["worker"].map(far) & (jobs["period"] > 1), "log_wage"] += 0.2
    result = event_study_moves(jobs)

    assert last.any()
    assert result.symmetry_p_value is not None
    assert result.symmetry_p_value < 1e-6
    assert frame(result.symmetry)["sum"].max() > 0.2


@given(seeds)
def test_wages_in_another_unit_or_with_a_constant_leave_the_test_alone(seed: int) -> None:
    jobs = history(seed, workers=300)
    one = event_study_moves(jobs, groups=2)
    other = event_study_moves(jobs.assign(log_wage=3 * jobs["log_wage"] + 2), groups=2)

    assert other.symmetry_statistic == pytest.approx(one.symmetry_statistic, rel=1e-6)
    np.testing.assert_allclose(frame(other.changes)["change"], 3 * frame(one.changes)["change"], atol=1e-9)


def test_a_weight_counts_as_so_many_workers() -> None:
    jobs = history(2, workers=200)
    twice = jobs.assign(weight=1.0 + (jobs["worker"] % 2))
    copies = jobs[jobs["worker"] % 2 == 1]
    repeated = pd.concat([jobs, copies.assign(worker=copies["worker"] + 1000)])
    weighted = frame(event_study_moves(twice, weight="weight", groups=2).changes)
    whole = frame(event_study_moves(repeated, groups=2).changes)

    # A copy is a coworker of the other, which a weight is not: groups may differ at their edges.
    np.testing.assert_allclose(weighted["change"], whole["change"], atol=0.02)


def test_moves_that_are_too_short_or_without_coworkers_are_counted() -> None:
    jobs = history(3, workers=100)
    short = jobs[~((jobs["worker"] == 0) & (jobs["period"] == 3))]
    lonely = jobs.copy()
    lonely.loc[(lonely["worker"] == 1) & (lonely["period"] > 1), "firm"] = 99
    of_all, of_short, of_lonely = (event_study_moves(rows) for rows in (jobs, short, lonely))

    assert (of_short.n_moves, of_short.n_moves_short) == (of_all.n_moves - 1, of_all.n_moves_short + 1)
    assert (of_lonely.n_moves, of_lonely.n_moves_alone) == (of_all.n_moves - 1, of_all.n_moves_alone + 1)


def test_a_gap_between_periods_is_no_move_in_a_row() -> None:
    jobs = history(3, workers=100)
    gap = jobs.assign(period=jobs["period"] + (jobs["worker"].eq(0) & jobs["period"].gt(1)))
    gap = gap[~((gap["worker"] == 0) & (gap["period"] == 4))]

    assert event_study_moves(gap).n_moves_short == 1


@pytest.mark.parametrize(
    "periods",
    [
        [2001, 2002, 2004, 2005],
        [pd.Timestamp(f"2001-{month:02d}-01").date() for month in (1, 2, 4, 5)],
        [pd.Timestamp(f"{year}-12-31").date() for year in (2001, 2002, 2004, 2005)],
    ],
    ids=["years", "months", "ends of years"],
)
def test_a_period_that_the_table_lacks_is_no_period_in_a_row(periods: list[Any]) -> None:
    """All move from the second to the third row; the calendar has a period between them, of which nobody tells."""
    jobs = history(3, workers=100)
    gap = jobs.assign(period=jobs["period"].map(dict(enumerate(periods))))
    # A few move a period later, with one period in a row after it.
    late = jobs["worker"] < 10
    first = jobs.groupby("worker")["firm"].transform("first")
    gap["firm"] = gap["firm"].where(~late | (jobs["period"] > 2), first)
    some = event_study_moves(gap, before=1, after=1)
    movers = jobs.groupby("worker")["firm"].nunique().gt(1)

    assert (some.n_moves, some.n_moves_short) == (movers[:10].sum(), 0)
    assert some.n_moves_gap == movers[10:].sum()
    with pytest.raises(errors.NoRowsLeftError, match="moves span a period of which no row tells"):
        event_study_moves(gap[~late])


def test_dates_step_by_what_fits_all_of_them() -> None:
    jobs = history(3, workers=100)
    wanted = event_study_moves(jobs)
    for freq in ("YE", "QS", "ME", "D"):
        dates = dict(enumerate(pd.date_range("2019-12-31", periods=4, freq=freq).date))
        found = event_study_moves(jobs.assign(period=jobs["period"].map(dates)))
        assert (found.n_moves, found.n_moves_gap) == (wanted.n_moves, 0), freq


def test_periods_on_no_calendar_are_refused() -> None:
    jobs = history(3, workers=100)
    with pytest.raises(errors.ColumnTypeError, match=r"jobs\.period"):
        event_study_moves(jobs.assign(period="wave " + jobs["period"].astype(str)))


def test_a_single_mover_has_no_standard_error() -> None:
    jobs = history(3, workers=300, firms=3)
    stays = jobs["period"].le(1) | jobs["worker"].eq(0)
    jobs["firm"] = jobs["firm"].where(stays, jobs["worker"].map(jobs[jobs["period"] == 0].set_index("worker")["firm"]))
    jobs.loc[jobs["worker"].eq(0), "firm"] = [0, 0, 2, 2]
    result = event_study_moves(jobs)

    assert result.n_moves == 1
    assert result.to_pandas()["standard_error"].isna().all()
    assert (result.symmetry_df, result.symmetry_statistic) == (0, None)


@pytest.mark.parametrize(
    ("jobs", "options", "error", "says"),
    [
        (history(1).assign(firm=1), {}, errors.NoMoversError, "none of the 1000 workers"),
        (history(1), {"before": 3}, errors.NoRowsLeftError, "fewer than 3 periods in a row before"),
        (history(1, workers=5, firms=50), {}, errors.NoRowsLeftError, "have no coworkers on one side"),
        (history(1), {"groups": 1}, errors.ParameterRangeError, "groups=1"),
        (history(1), {"after": 0}, errors.ParameterRangeError, "after=0"),
        (history(1), {"main_job": "first"}, errors.ChoiceError, "wage"),
        (history(1).iloc[:0], {}, errors.EmptyTableError, "jobs"),
        (pd.concat([history(1)] * 2), {"main_job": "refuse"}, errors.SeveralJobsError, "several rows"),
    ],
)
def test_bad_input_is_told(jobs: pd.DataFrame, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        event_study_moves(jobs, **options)
