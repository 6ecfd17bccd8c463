from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria import errors
from industria.core.table import Table, collect
from industria.work.worker_firm_effects import WorkerFirmEffects, worker_firm_effects
from tests.sources.official_files import WHOLE
from tests.work.panels import by_hand, panel

EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"jobs": pa.Table.from_pandas(panel(3), preserve_index=False)},
    {"controls": ["tenure"], "weight": "weight", "by": "period"},
)
FILE = "work/akm/twoway_sample_data.csv.gz"
SAMPLE = {"worker": "i", "firm": "j", "period": "t", "wage": "y"}
PARTS = ["firm", "worker", "covariance"]
seeds = st.integers(0, 10_000)


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def figures(result: WorkerFirmEffects, column: str) -> dict[str, float]:
    rows = result.to_pandas()
    return dict(zip(rows["component"], rows[column], strict=True))


def parts(result: WorkerFirmEffects, column: str) -> list[float]:
    found = figures(result, column)
    return [found[name] for name in PARTS]


def effects_of(jobs: pd.DataFrame, **options: Any) -> WorkerFirmEffects | None:
    try:
        return worker_firm_effects(jobs, **options)
    except (errors.NoLeaveOutSetError, errors.NoMoversError):
        return None


def used(jobs: pd.DataFrame, result: WorkerFirmEffects) -> pd.DataFrame:
    """The rows behind a result."""
    workers = set(frame(result.worker_effects)["worker"])
    firms = set(frame(result.firm_effects)["firm"])
    rows = jobs[jobs["worker"].isin(workers) & jobs["firm"].isin(firms)].reset_index(drop=True)
    assert len(rows) == result.n_obs
    return rows


@cache
def sample() -> pd.DataFrame:
    """10,000 workers of 199 firms with the effects they were drawn from; skips, telling why, where it is not."""
    file = WHOLE / FILE
    if not file.is_file():
        pytest.skip(f"the simulated panel of pytwoway is not on this machine: {file} is no file")
    return pd.read_csv(file)


# Truth and plug-in are pytwoway's (https://github.com/tlamadon/pytwoway, its sample panel); the
# corrected figures are of dense algebra, each with seven digits.
PRINTED = 5.1e-8


@pytest.mark.parametrize(
    ("leave_out", "column", "firm", "worker", "covariance"),
    [
        ("match", "plug_in", 0.6493979, 0.6416317, 0.2912180),
        ("observation", "leave_out", 0.6421473, 0.4379790, 0.2944998),
        ("match", "leave_out", 0.6421698, 0.4423976, 0.2945030),
        ("match", "homoskedastic", 0.6421622, 0.4380035, 0.2944861),
    ],
)
def test_the_panel_of_pytwoway_has_its_known_variances(
    leave_out: Any, column: str, firm: float, worker: float, covariance: float
) -> None:
    result = worker_firm_effects(sample(), **SAMPLE, leave_out=leave_out)

    assert parts(result, column) == pytest.approx([firm, worker, covariance], abs=PRINTED)
    assert (result.n_obs, result.n_workers, result.n_firms, result.n_removed) == (50_000, 10_000, 199, 0)
    assert "worker 0.240 in place of 0.16" in result.caution


def test_the_corrected_variances_are_nearer_to_the_truth() -> None:
    """The panel's own effects: .63665, .44557 and .29130."""
    result = worker_firm_effects(sample(), **SAMPLE)
    truth = np.array([0.63665, 0.44557, 0.29130])
    plain, corrected = (np.abs(np.array(parts(result, column)) - truth) for column in ("plug_in", "leave_out"))

    assert (corrected[:2] < plain[:2] / 1.8).all()


def test_draws_meet_the_exact_answer_on_the_panel_of_pytwoway() -> None:
    exact = worker_firm_effects(sample(), **SAMPLE)
    drawn = worker_firm_effects(sample(), **SAMPLE, method="randomized", tolerance=0.002)

    assert drawn.draws % 16 == 0
    for name in PARTS:
        error = figures(drawn, "monte_carlo_se")[name]
        assert 0 < error <= 0.002 * figures(exact, "plug_in")["firm"]
        assert abs(figures(drawn, "leave_out")[name] - figures(exact, "leave_out")[name]) < 5 * error


@settings(max_examples=15)
@given(seeds, st.sampled_from(["match", "observation"]), st.booleans())
def test_leave_out_is_what_fitting_again_without_each_row_gives(seed: int, leave_out: Any, weighted: bool) -> None:
    jobs = panel(seed, workers=25, firms=4)
    result = effects_of(jobs, leave_out=leave_out, weight="weight" if weighted else None)
    if result is None:
        return
    rows = used(jobs, result)
    wanted = by_hand(rows, leave_out, rows["weight"] if weighted else None)

    for k, column in enumerate(("plug_in", "homoskedastic", "leave_out")):
        assert parts(result, column) == pytest.approx([wanted[name][k] for name in PARTS], abs=1e-8)


@settings(max_examples=10)
@given(seeds)
def test_groups_are_what_fitting_again_gives_and_add_up(seed: int) -> None:
    jobs = panel(seed, workers=25, firms=4)
    result = effects_of(jobs, by="period", leave_out="observation")
    if result is None:
        return
    rows = used(jobs, result)
    found = frame(result.groups).set_index(["part", "group", "component"])
    within = np.zeros(3)
    for year, members in rows.groupby("period"):
        if len(members) < 2:
            continue
        flags = (rows["period"] == year).to_numpy()
        wanted = by_hand(rows, "observation", group=flags)
        ours = [found.loc[("group", str(year), name), "leave_out"] for name in PARTS]
        assert ours == pytest.approx([wanted[name][2] for name in PARTS], abs=1e-8)
        within += np.array(ours) * (len(members) - 1) / (len(rows) - 1)
    for name, value, whole in zip(PARTS, within, parts(result, "leave_out"), strict=True):
        both = [
            float(found.xs((part, name), level=("part", "component"))["leave_out"].iloc[0])
            for part in ("within", "between")
        ]
        assert both[0] == pytest.approx(value, abs=1e-10)
        assert sum(both) == pytest.approx(whole, abs=1e-10)


@settings(max_examples=15)
@given(seeds, st.sampled_from([(), ("tenure",), ("tenure", "period")]), st.booleans())
def test_components_add_up_to_the_variance_of_wages(seed: int, controls: Any, weighted: bool) -> None:
    jobs = panel(seed)
    result = effects_of(jobs, controls=controls, weight="weight" if weighted else None)
    if result is None:
        return
    for column in ("plug_in", "homoskedastic", "leave_out"):
        found = figures(result, column)
        total = sum(found[name] for name in ("firm", "worker", "controls", "residual")) + 2 * found["covariance"]
        assert total == pytest.approx(found["outcome"], abs=1e-12)
    if not weighted:
        assert found["outcome"] == pytest.approx(used(jobs, result)["log_wage"].var(), abs=1e-12)


@settings(max_examples=15)
@given(seeds)
def test_controls_are_partialled_out(seed: int) -> None:
    """With the wage less what a regression on everything gives to the controls, nothing changes."""
    jobs = panel(seed)
    with_controls = effects_of(jobs, controls=["tenure", "period"])
    if with_controls is None:
        return
    rows = used(jobs, with_controls)
    X = pd.get_dummies(rows[["worker", "firm"]], dtype=float).assign(a=rows["tenure"], b=rows["period"] - 2000)
    b = np.linalg.lstsq(X.to_numpy(), rows["log_wage"].to_numpy(), rcond=None)[0][-2:]
    by_hand = rows.assign(log_wage=rows["log_wage"] - rows["tenure"] * b[0] - (rows["period"] - 2000) * b[1])
    without = worker_firm_effects(by_hand)

    for column in ("plug_in", "leave_out"):
        assert parts(with_controls, column) == pytest.approx(parts(without, column), abs=1e-9)


def test_text_controls_are_indicators_and_what_is_determined_is_told() -> None:
    jobs = panel(3).assign(year=lambda rows: "y" + rows["period"].astype(str), again=lambda rows: 2 * rows["tenure"])
    jobs["linear"] = jobs["period"].astype(float)
    texts = worker_firm_effects(jobs, controls=["year", "tenure", "again", "linear"])
    numbers = worker_firm_effects(
        jobs.assign(**{f"d{t}": (jobs["period"] == t).astype(int) for t in (2001, 2002, 2003)}),
        controls=["d2001", "d2002", "d2003", "tenure"],
    )

    assert texts.controls_left_out == "again, linear"
    assert parts(texts, "leave_out") == pytest.approx(parts(numbers, "leave_out"), abs=1e-10)


@settings(max_examples=10)
@given(seeds)
def test_a_constant_more_for_a_firm_or_a_worker_changes_nothing_but_its_effect(seed: int) -> None:
    jobs = panel(seed)
    result = effects_of(jobs)
    if result is None:
        return
    rows = used(jobs, result)
    one = rows["firm"].iloc[0]
    raised = worker_firm_effects(rows.assign(log_wage=rows["log_wage"] + (rows["firm"] == one)))
    before, after = (frame(each.firm_effects).set_index("firm")["effect"] for each in (result, raised))
    share = (rows["firm"] == one).mean()

    np.testing.assert_allclose(after - before, (before.index == one) - share, atol=1e-9)
    shifted = worker_firm_effects(rows.assign(log_wage=rows["log_wage"] + 7))
    assert parts(shifted, "leave_out") == pytest.approx(parts(result, "leave_out"), abs=1e-9)


@settings(max_examples=15)
@given(seeds)
def test_effects_and_residuals_are_those_of_least_squares(seed: int) -> None:
    jobs = panel(seed)
    result = effects_of(jobs, draws=0, method="randomized")
    if result is None:
        return
    rows = used(jobs, result)
    X = pd.get_dummies(rows[["worker", "firm"]], dtype=float).to_numpy()
    fitted = X @ np.linalg.lstsq(X, rows["log_wage"].to_numpy(), rcond=None)[0]
    firm, worker = (
        rows[key].map(frame(table).set_index(key)["effect"])
        for key, table in (("firm", result.firm_effects), ("worker", result.worker_effects))
    )

    np.testing.assert_allclose(firm + worker, fitted, atol=1e-9)
    assert firm.mean() == pytest.approx(0, abs=1e-9)
    assert figures(result, "leave_out")["firm"] != figures(result, "leave_out")["firm"], "nothing was drawn"


@settings(max_examples=8)
@given(seeds, st.sampled_from(["match", "observation"]))
def test_draws_are_within_five_of_their_own_standard_errors(seed: int, leave_out: Any) -> None:
    jobs = panel(seed, workers=60)
    exact = effects_of(jobs, leave_out=leave_out)
    if exact is None:
        return
    drawn = worker_firm_effects(jobs, leave_out=leave_out, method="randomized", draws=800)

    # Beside the error of the draws, the jackknife leaves what falls with their square.
    for ours, wanted, error in zip(
        parts(drawn, "leave_out"), parts(exact, "leave_out"), parts(drawn, "monte_carlo_se"), strict=True
    ):
        assert abs(ours - wanted) < 5 * error + 1e-4
    assert drawn.draws == 800


def test_center_match_is_another_answer_of_the_same_size() -> None:
    jobs = panel(3)
    mean, match = (worker_firm_effects(jobs, center=center) for center in ("mean", "match"))

    assert parts(mean, "leave_out") != pytest.approx(parts(match, "leave_out"), abs=1e-9)
    assert parts(mean, "leave_out") == pytest.approx(parts(match, "leave_out"), abs=0.05)
    assert parts(mean, "plug_in") == parts(match, "plug_in")


# What is left out


def jobs_of(*paths: str) -> pd.DataFrame:
    """One worker a path, one firm a letter and period."""
    rows = [(f"w{w}", firm, t) for w, path in enumerate(paths) for t, firm in enumerate(path) if firm != " "]
    wages = np.random.default_rng(0).normal(size=len(rows))
    return pd.DataFrame(rows, columns=["worker", "firm", "period"]).assign(log_wage=wages)


def test_everything_left_out_is_listed_with_its_reason() -> None:
    jobs = jobs_of("AB", "AB", "BBA", "AA", "BC", "CC", "XX", "YY", "A", "XY")
    jobs = pd.concat([jobs, pd.DataFrame({"worker": ["w3", "w3"], "firm": ["A", "B"], "period": [7, 7]})])
    jobs["log_wage"] = jobs["log_wage"].fillna(0.0)
    jobs.loc[len(jobs)] = ["w1", "A", 8, np.nan]
    result = worker_firm_effects(jobs)
    removed = {(row.worker, row.firm): row.reason for row in frame(result.removed).itertuples()}

    assert removed == {
        ("w4", "B"): "worker without whom the set falls apart",
        ("w4", "C"): "worker without whom the set falls apart",
        ("w5", "C"): "tied to the set by such workers only",
        ("w6", "X"): "outside the largest connected set",
        ("w7", "Y"): "outside the largest connected set",
        ("w9", "X"): "outside the largest connected set",
        ("w9", "Y"): "outside the largest connected set",
        ("w8", "A"): "worker observed once",
        ("w3", "B"): "not the main job of the period",
        ("w1", "A"): "missing log_wage",
    }
    assert result.n_obs + result.n_removed == len(jobs)
    assert frame(result.removed)["n_obs"].sum() == result.n_removed
    assert (result.n_firms, result.n_workers, result.n_movers, result.n_second_jobs) == (2, 4, 3, 1)


@pytest.mark.parametrize(("main_job", "left"), [("wage", "B"), ("weight", "A")])
def test_of_two_jobs_in_a_period_the_rule_chooses_one(main_job: Any, left: str) -> None:
    jobs = jobs_of("AB", "AB", "BA").assign(weight=1.0)
    jobs.loc[len(jobs)] = ["w0", "B", 0, -9.0, 5.0]
    result = worker_firm_effects(jobs, main_job=main_job, weight="weight")
    removed = frame(result.removed)

    assert (result.n_second_jobs, removed["firm"].tolist()) == (1, [left])
    with pytest.raises(errors.SeveralJobsError, match=r"several rows of worker 'w0' in period 0.*main_job=\"wage\""):
        worker_firm_effects(jobs, main_job="refuse")


def test_a_firm_with_one_worker_is_left_out() -> None:
    result = worker_firm_effects(jobs_of("AB", "AB", "BA", "AZ"))

    assert "Z" not in set(frame(result.firm_effects)["firm"])
    assert ("w3", "Z") in {(row.worker, row.firm) for row in frame(result.removed).itertuples()}


def test_rows_without_weight_are_left_out() -> None:
    jobs = jobs_of("AB", "AB", "BA", "AA").assign(weight=[1.0] * 6 + [0.0, 1.0])
    result = worker_firm_effects(jobs, weight="weight")

    assert set(frame(result.removed)["reason"]) == {"weight of zero", "worker observed once"}


def test_weights_may_be_in_any_unit() -> None:
    jobs = panel(3)
    one, other = (worker_firm_effects(jobs.assign(weight=jobs["weight"] * k), weight="weight") for k in (1, 1000))

    assert parts(one, "leave_out") == pytest.approx(parts(other, "leave_out"), abs=1e-12)


def test_labels_keep_their_type_and_their_name() -> None:
    jobs = panel(3).assign(pid=lambda rows: rows["worker"].str[1:].astype(int)).drop(columns="worker")
    result = worker_firm_effects(jobs, worker="pid")

    assert collect(result.worker_effects).schema.field("pid").type == pa.int64()
    assert frame(result.worker_effects)["n_obs"].sum() == result.n_obs
    assert frame(result.firm_effects)["n_workers"].sum() == frame(result.worker_effects)["n_firms"].sum()


def test_the_caution_is_silent_where_nothing_misleads() -> None:
    jobs = panel(3)
    jobs["log_wage"] = jobs["worker"].str[1:].astype(float) + jobs["firm"].str[1:].astype(float)
    result = worker_firm_effects(jobs)

    assert result.caution == ""
    assert "mislead" in worker_firm_effects(panel(3)).summary()


def test_constant_wages_have_no_shares() -> None:
    result = worker_firm_effects(panel(3).assign(log_wage=1.0))

    assert figures(result, "leave_out")["outcome"] == 0
    assert np.isnan(figures(result, "share")["firm"])


@pytest.mark.parametrize(
    ("jobs", "error", "says"),
    [
        (jobs_of("AA", "BB", "CC"), errors.NoMoversError, "none of the 3 workers.*2 movers.*are missing"),
        (
            jobs_of("AB", "BC", "CC", "XX"),
            errors.NoLeaveOutSetError,
            "the 3 firms .* tied by 2 movers, of whom 2 hold.*2 movers are missing.*keep all 3 firms",
        ),
        (jobs_of("AB", "AB").assign(log_wage=[0, 0, -np.inf, 0]), errors.InfiniteValueError, "logarithm of zero"),
        (jobs_of("AB", "AB").assign(log_wage=None), errors.NoRowsLeftError, "4 missing log_wage"),
        (jobs_of("AB", "AB").assign(log_wage="high"), errors.ColumnTypeError, "log_wage"),
        (jobs_of("AB", "AB").iloc[:0], errors.EmptyTableError, "jobs has no rows"),
    ],
)
def test_a_panel_that_cannot_be_used_is_told(jobs: pd.DataFrame, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        worker_firm_effects(jobs)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"leave_out": "spell"}, errors.ChoiceError, "match"),
        ({"method": "exactly"}, errors.ChoiceError, "Did you mean 'exact'"),
        ({"center": "median"}, errors.ChoiceError, "mean"),
        ({"main_job": "wages"}, errors.ChoiceError, "Did you mean 'wage'"),
        ({"draws": -1}, errors.ParameterRangeError, "draws=-1"),
        ({"tolerance": 0}, errors.ParameterRangeError, "tolerance=0"),
        ({"rng": "seven"}, errors.UsageError, "rng is 'seven'"),
        ({"controls": ["log_wage"]}, errors.RepeatedColumnError, "log_wage"),
        ({"firm": "worker"}, errors.RepeatedColumnError, "the worker"),
        ({"weight": "tenure"}, errors.NegativeWeightError, "tenure"),
        ({"worker": "effect"}, errors.ReservedNameError, "effect"),
        ({"method": "randomized", "tolerance": 1e-9}, errors.ConvergenceError, "times tolerance=1e-09"),
    ],
)
def test_bad_options_are_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        worker_firm_effects(panel(3).assign(effect=panel(3)["worker"]), **changed)


def test_too_many_groups_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.work._components.MOST_GROUPS", 3)

    with pytest.raises(errors.ParameterRangeError, match=r"a column of 4 values.*up to 3 values"):
        worker_firm_effects(panel(3), by="period")


def test_a_matrix_beyond_the_memory_limit_is_not_inverted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.work._two_way._room", lambda: 3)

    assert worker_firm_effects(panel(3)).method == "randomized"
    with pytest.raises(errors.ParameterRangeError, match="up to 3 firms in this memory, and jobs has 4"):
        worker_firm_effects(panel(3), method="exact")
