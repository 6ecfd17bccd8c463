from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, ParameterRangeError, UnknownLabelError
from industria.work import task_exposure
from tests.work.scores import official

TASKS = pa.table(
    {
        "occupation": ["43-3021.00"] * 3 + ["29-1141.00"] * 2,
        "task": ["t1", "t2", "t3", "t4", "t5"],
        "label": ["E1", "E0", "E2", "E0", "E2"],
        "task_type": ["Core", "Core", None, "Supplemental", "Core"],
    }
)
EXAMPLE = ({"tasks": TASKS}, {"core_weight": 3.0})
WORDS = {"E0", "E1", "E2", "Core", "Supplemental"}


def by_occupation(tasks: Any, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["occupation"]: row for row in task_exposure(tasks, **parameters).to_arrow().to_pylist()}


def test_core_tasks_count_twice_and_tasks_without_a_type_once() -> None:
    found = by_occupation(TASKS)

    assert [found["43-3021.00"][one] for one in ("alpha", "beta", "gamma")] == pytest.approx([2 / 5, 2.5 / 5, 3 / 5])
    assert found["43-3021.00"]["core_share"] == pytest.approx(2 / 3)
    assert [found["29-1141.00"][one] for one in ("alpha", "beta", "gamma")] == pytest.approx([0, 1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("labels", "counts"), [("label_gpt4", [8_561, 2_702, 8_002]), ("label", [10_256, 2_862, 6_147])]
)
def test_the_published_labels_are_all_there(labels: str, counts: list[int]) -> None:
    """Counts of Eloundou et al. (2024) in their replication files: labels of GPT-4, and of people."""
    tasks = official("openai.task_labels")[["occupation", "task_id", "task_type", labels]]
    found = task_exposure(tasks.rename(columns={"task_id": "task", labels: "label"}))

    assert found.labels.collect("pandas").to_native()["tasks"].tolist() == counts
    assert (found.n_untyped, len(found.to_pandas())) == (1_312, 923)


LABELED = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["E0", "E1", "E2"]), st.sampled_from(["Core", None])), min_size=1
)


def frame(rows: list[tuple[str, str, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "occupation": [row[0] for row in rows],
            "task": [f"t{i}" for i in range(len(rows))],
            "label": [row[1] for row in rows],
            "task_type": pd.Series([row[2] for row in rows], dtype="str"),
        }
    )


@given(LABELED, st.data())
def test_exposure_never_falls_when_a_task_is_more_exposed(rows: Any, data: Any) -> None:
    i = data.draw(st.integers(0, len(rows) - 1))
    raised = [*rows[:i], (rows[i][0], {"E0": "E2", "E2": "E1", "E1": "E1"}[rows[i][1]], rows[i][2]), *rows[i + 1 :]]
    less, more = by_occupation(frame(rows)), by_occupation(frame(raised))

    for occupation, row in less.items():
        for one in ("alpha", "beta", "gamma"):
            assert more[occupation][one] >= row[one] - 1e-12  # sums of few terms near 1
        assert 0 <= row["alpha"] <= row["beta"] <= row["gamma"] <= 1


@given(LABELED, st.floats(0.1, 10))
def test_the_weight_of_core_tasks_is_nothing_where_all_tasks_are_of_one_type(rows: Any, weight: float) -> None:
    same = frame(rows).assign(task_type="Core")
    found, plain = by_occupation(same, core_weight=weight), by_occupation(same.drop(columns="task_type"))

    for occupation, row in found.items():
        assert [row[one] for one in ("alpha", "beta", "gamma")] == pytest.approx(
            [plain[occupation][one] for one in ("alpha", "beta", "gamma")]
        )


def test_a_label_outside_the_rubric_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownLabelError, match=r"tasks.label has 'E3'.*Did you mean 'E2'"):
        task_exposure(TASKS.set_column(2, "label", pa.array(["E3", "E0", "E2", "E0", "E2"])))


def test_a_type_of_another_language_is_refused() -> None:
    with pytest.raises(UnknownLabelError, match=r"tasks.task_type has 'Essencial', which O\*NET does not list"):
        task_exposure(TASKS.set_column(3, "task_type", pa.array(["Essencial", None, None, None, None])))


def test_a_task_that_stands_twice_is_told() -> None:
    with pytest.raises(DuplicateRowError, match="task = 't1', 2 times"):
        task_exposure(pa.concat_tables([TASKS, TASKS.slice(0, 1)]))


@pytest.mark.parametrize("weight", [0.0, -1.0, float("inf"), float("nan")])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ParameterRangeError, match="core_weight"):
        task_exposure(TASKS, core_weight=weight)
