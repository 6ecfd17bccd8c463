from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from industria.errors import DuplicateRowError, ParameterRangeError
from industria.work import exposure_agreement
from tests.work.scores import official


def long(**scores: list[float | None]) -> pa.Table:
    rows = [(f"o{i}", name, value) for name, values in scores.items() for i, value in enumerate(values)]
    told = [row for row in rows if row[2] is not None]
    return pa.table(dict(zip(("occupation", "measure", "score"), zip(*told, strict=True), strict=True)))


SCORES = long(models=[0.8, 0.5, 0.2, 0.1, 0.1], robots=[0.6, 0.1, 0.4, 0.7, None], tasks=[0.9, 0.4, 0.3, 0.2, 0.1])
JOBS = pa.table({"occupation": ["o0", "o1", "o2", "o3"], "employment": [10.0, 30.0, 5.0, 5.0]})
EXAMPLE = ({"scores": SCORES, "employment": JOBS}, {})


def pairs(scores: Any = SCORES, employment: Any = None, **parameters: Any) -> dict[tuple[str, str], dict[str, Any]]:
    found = exposure_agreement(scores, employment, **parameters).to_arrow().to_pylist()
    return {(row["measure"], row["other_measure"]): row for row in found}


def test_correlations_are_those_of_scipy_over_the_occupations_of_both() -> None:
    x, y = [0.8, 0.5, 0.2, 0.1], [0.6, 0.1, 0.4, 0.7]
    row = pairs()["models", "robots"]

    assert row["n"] == 4
    assert row["pearson"] == pytest.approx(stats.pearsonr(x, y).statistic)
    assert row["spearman"] == pytest.approx(stats.spearmanr(x, y).statistic)
    assert row["kendall"] == pytest.approx(stats.kendalltau(x, y).statistic)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4)), min_size=3, max_size=12))
def test_weights_are_as_many_occupations_of_one_job(rows: list[tuple[int, int, int]]) -> None:
    scores = long(a=[row[0] for row in rows], b=[row[1] for row in rows])
    jobs = pa.table({"occupation": [f"o{i}" for i in range(len(rows))], "employment": [float(row[2]) for row in rows]})
    found = pairs(scores, jobs)["a", "b"]["weighted_spearman"]
    many = np.array([row[:2] for row in rows for _ in range(row[2])]).reshape(-1, 2)
    if found is None:
        alone = np.array([row[:2] for row in rows if row[2]]).reshape(-1, 2)
        assert (
            len(alone) < 3 or (np.ptp(alone, axis=0) == 0).any() or np.ptp([row[:2] for row in rows], axis=0).min() == 0
        )
    else:
        assert found == pytest.approx(stats.spearmanr(*many.T).statistic, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=12, unique=True))
def test_a_measure_agrees_with_its_own_order_and_conflicts_with_the_reverse(values: list[float]) -> None:
    found = exposure_agreement(long(a=values, b=[value**3 for value in values], c=[-value for value in values]))
    rows = {(row["measure"], row["other_measure"]): row for row in found.to_arrow().to_pylist()}

    if len({value**3 for value in values}) == len(values):
        assert rows["a", "b"]["spearman"] == pytest.approx(1)
        assert rows["a", "b"]["top_quartile_overlap"] == 1
        assert not rows["a", "b"]["conflict"]
    assert rows["a", "c"]["spearman"] == pytest.approx(-1)
    assert rows["a", "c"]["conflict"]
    assert "a and c (-1.00)" in found.conflicts


def test_what_is_weak_is_for_the_study_to_say() -> None:
    assert pairs()["models", "robots"]["conflict"]
    assert not pairs(weak=-0.5)["models", "robots"]["conflict"]


def test_occupations_on_which_measures_differ_most_come_first() -> None:
    rows = exposure_agreement(SCORES).disagreement.collect("pandas").to_native()

    assert rows.iloc[0][["occupation", "lowest_measure", "highest_measure"]].tolist() == ["o3", "models", "robots"]
    assert rows.iloc[0]["highest"] == pytest.approx(3.5 / 4)
    assert rows["spread"].is_monotonic_decreasing


def test_a_measure_that_does_not_vary_correlates_with_nothing() -> None:
    row = pairs(long(a=[0.1, 0.2, 0.3], b=[0.5, 0.5, 0.5]))["a", "b"]

    assert (row["n"], row["spearman"], row["conflict"]) == (3, None, None)


def test_flags_that_are_mostly_one_have_no_top_quarter() -> None:
    row = pairs(long(a=[0.1, 0.2, 0.3, 0.4], b=[1.0, 0.0, 1.0, 1.0]))["a", "b"]

    assert row["top_quartile_overlap"] is None
    assert row["spearman"] is not None


def test_one_measure_makes_no_pair() -> None:
    found = exposure_agreement(long(a=[0.1, 0.2, 0.3]))

    assert (found.n_pairs, found.conflicts) == (0, "")


def test_labels_of_people_and_of_a_model_agree_on_occupations() -> None:
    """Made of the published labels, and held to the ranks of pandas."""
    tasks = official("openai.task_labels")
    by_label = pd.concat(
        [
            tasks.assign(measure=column, score=tasks[column].map({"E0": 0.0, "E2": 0.5, "E1": 1.0}))
            .groupby(["occupation", "measure"], as_index=False)["score"]
            .mean()
            for column in ("label", "label_gpt4")
        ]
    )
    row = pairs(by_label)["label", "label_gpt4"]
    wide = by_label.pivot_table(index="occupation", columns="measure", values="score")

    assert row["n"] == 923
    assert row["spearman"] == pytest.approx(wide.corr("spearman").iloc[0, 1])
    assert row["spearman"] > 0.8


def test_a_score_that_stands_twice_is_told() -> None:
    with pytest.raises(DuplicateRowError, match="measure = 'models', occupation = 'o0'"):
        exposure_agreement(pa.concat_tables([SCORES, SCORES.slice(0, 1)]))


def test_a_bound_that_is_no_correlation_is_refused() -> None:
    with pytest.raises(ParameterRangeError, match="weak=30"):
        exposure_agreement(SCORES, weak=30)
