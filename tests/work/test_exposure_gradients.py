from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import OutsideRangeError, ParameterRangeError
from industria.work import exposure_gradients
from tests.work.scores import official

TASKS = pa.table(
    {
        "occupation": ["4131"] * 3 + ["9112"] * 2 + ["2411"],
        "score": [0.65, 0.58, 0.70, 0.05, 0.12, 0.5],
    }
)
EXAMPLE = ({"tasks": TASKS}, {})


def by_occupation(tasks: Any, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["occupation"]: row for row in exposure_gradients(tasks, **parameters).to_arrow().to_pylist()}


def scored(**scores: list[float]) -> pa.Table:
    return pa.table(
        {
            "occupation": [name for name, values in scores.items() for _ in values],
            "score": [value for values in scores.values() for value in values],
        }
    )


def test_every_unit_group_has_the_class_that_the_workbook_prints() -> None:
    """Gmyrek et al. (2025), column `potential25` of their workbook, from its task scores alone.

    Ten means end in an exact half, such as 0.385, which their binary sums put a hair below: the
    workbook prints them 0.01 lower. None of them changes its class.
    """
    tasks = official("ilo.task_scores")
    found = exposure_gradients(tasks.rename(columns={"score_2025": "score"})[["occupation", "score"]])
    printed = tasks.drop_duplicates("occupation")[["occupation", "mean_2025", "sd_2025", "class_2025"]]
    both = found.to_pandas().merge(printed, on="occupation", validate="one_to_one")

    assert len(both) == 427
    assert found.n_tasks == 3_266
    assert (both["gradient"] == both["class_2025"].str.removeprefix("Exposed: ")).all()
    assert both["sd_score"].to_numpy() == pytest.approx(both["sd_2025"].to_numpy(), abs=1e-9)
    apart = both["mean_score"] - both["mean_2025"]
    assert (apart.abs() < 1e-9).sum() == 417
    assert apart[apart.abs() >= 1e-9].to_numpy() == pytest.approx(0.01)


def test_a_wide_spread_keeps_a_low_mean_among_the_exposed() -> None:
    found = by_occupation(scored(even=[0.3, 0.3], wide=[0.1, 0.5]))

    assert found["even"]["gradient"] == "Not Exposed"
    assert (found["wide"]["mean_score"], found["wide"]["sd_score"]) == (0.3, 0.28)
    assert found["wide"]["gradient"] == "Gradient 1"


def test_what_lies_on_a_boundary_is_marked() -> None:
    found = by_occupation(scored(at=[0.4, 0.4], above=[0.41, 0.41], fourth=[0.6, 0.6]))

    assert (found["at"]["gradient"], found["at"]["on_boundary"]) == ("Minimal Exposure", True)
    assert (found["above"]["gradient"], found["above"]["on_boundary"]) == ("Minimal Exposure", False)
    assert (found["fourth"]["gradient"], found["fourth"]["on_boundary"]) == ("Gradient 4", True)


def test_one_task_tells_nothing_of_the_spread() -> None:
    alone = by_occupation(TASKS)["2411"]

    assert (alone["mean_score"], alone["sd_score"], alone["gradient"], alone["on_boundary"]) == (0.5, None, None, False)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100)), min_size=1), st.randoms())
def test_the_order_of_tasks_is_nothing(rows: list[tuple[str, int]], order: Any) -> None:
    tasks = pd.DataFrame({"occupation": [one for one, _ in rows], "score": [score / 100 for _, score in rows]})
    mixed = tasks.sample(frac=1, random_state=order.randrange(2**32))

    assert by_occupation(mixed) == by_occupation(tasks)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_the_class_follows_from_the_rounded_mean_and_spread(scores: list[float]) -> None:
    row = by_occupation(scored(a=scores))["a"]
    reach, mean = row["mean_score"] + row["sd_score"], row["mean_score"]

    assert (row["gradient"] == "Not Exposed") == (reach < 0.4)
    assert (row["gradient"] == "Gradient 4") == (reach >= 0.5 and mean >= 0.6)
    assert row["mean_score"] == pytest.approx(sum(scores) / len(scores), abs=0.005 + 1e-9)  # half of the last place


def test_a_score_in_percent_is_refused() -> None:
    with pytest.raises(OutsideRangeError, match=r"tasks\.score is 65 where occupation = '4131'"):
        exposure_gradients(scored(**{"4131": [65.0, 0.5]}))


@pytest.mark.parametrize("decimals", [0, 13, 2.0])
def test_places_that_are_none_are_refused(decimals: Any) -> None:
    with pytest.raises(ParameterRangeError, match="decimals"):
        exposure_gradients(TASKS, decimals=decimals)
