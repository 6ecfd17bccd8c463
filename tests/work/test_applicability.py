from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, NegativeValueError, OutsideRangeError, UnknownLabelError
from industria.work import applicability
from tests.work.scores import official

USAGE = pa.table(
    {
        "activity": ["edit", "edit", "lift", "lift"],
        "side": ["user", "ai", "user", "ai"],
        "share": [0.02, 0.01, 0.0001, None],
        "completion": [0.8, 0.9, 0.5, None],
        "scope": [0.5, 0.4, 0.1, None],
    }
)
WEIGHTS = pa.table(
    {
        "occupation": ["editor", "mover", "mover", "idler"],
        "activity": ["edit", "edit", "lift", "sleep"],
        "weight": [10.0, 2.0, 8.0, 0.0],
    }
)
EXAMPLE = ({"usage": USAGE, "activity_weights": WEIGHTS}, {})
WORDS = {"user", "ai"}


def by_occupation(usage: Any = USAGE, weights: Any = WEIGHTS, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["occupation"]: row for row in applicability(usage, weights, **parameters).to_arrow().to_pylist()}


def test_what_is_hardly_used_counts_for_nothing() -> None:
    found = by_occupation()

    assert found["mover"]["user"] == pytest.approx(0.2 * 0.8 * 0.5)
    assert found["mover"]["ai"] == pytest.approx(0.2 * 0.9 * 0.4)
    assert by_occupation(threshold=0.0)["mover"]["user"] == pytest.approx(0.2 * 0.4 + 0.8 * 0.05)


def test_an_occupation_without_weights_has_no_score() -> None:
    idler = by_occupation()["idler"]

    assert (idler["applicability"], idler["user"], idler["n_activities"]) == (None, None, 0)


def test_activities_of_which_nothing_is_told_are_counted() -> None:
    weights = WEIGHTS.set_column(2, "weight", pa.array([10.0, 2.0, 8.0, 1.0]))
    found = applicability(USAGE, weights)

    assert (found.n_activities, found.n_unknown) == (3, 1)
    assert by_occupation(weights=weights)["idler"]["applicability"] == 0.0


def test_the_publishers_own_products_and_weights() -> None:
    """Tomlinson et al. (2025) ship completion times scope of each activity, and 785 occupations."""
    usage = official("microsoft.applicability", table="iwa_metrics").rename(columns={"impact_scope": "scope"})
    weights = official("microsoft.applicability", table="soc_iwa_weights")
    found = applicability(usage[["activity", "side", "share", "completion", "scope"]], weights)

    table = found.to_pandas().set_index("occupation")
    assert (len(table), found.n_unknown) == (785, 0)
    product = usage.assign(product=usage["completion_x_scope_x_coverage"].fillna(0.0)).pivot_table(
        index="activity", columns="side", values="product"
    )
    for occupation in ("27-3042", "43-4171", "31-1131"):
        own = weights[weights["occupation"] == occupation].set_index("activity")["weight"]
        wanted = (product.mul(own, axis=0).sum() / own.sum())[["user", "ai"]]
        assert table.loc[occupation, ["user", "ai"]].to_numpy(float) == pytest.approx(wanted.to_numpy())
    # Fig. and Table 3 of the paper: interpreters first, then historians.
    assert table["applicability"].nlargest(2).index.tolist() == ["27-3091", "19-3093"]


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=3), st.floats(0.1, 10))
def test_a_common_factor_of_the_weights_is_nothing(weights: list[float], factor: float) -> None:
    def scores(of: list[float]) -> list[Any]:
        told = WEIGHTS.set_column(2, "weight", pa.array([*of, 0.0]))
        return [row["applicability"] for row in by_occupation(weights=told).values() if row["n_activities"]]

    assert scores([factor * one for one in weights]) == pytest.approx(scores(weights))


@given(st.floats(0, 1), st.floats(0, 1))
def test_scores_rise_with_completion_and_lie_in_the_unit_interval(one: float, other: float) -> None:
    low, high = (
        by_occupation(USAGE.set_column(3, "completion", pa.array([value, 0.5, 0.5, None])))["mover"]["applicability"]
        for value in sorted((one, other))
    )

    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("table", "column", "values", "error", "says"),
    [
        ("usage", "side", ["user", "human", "user", "ai"], UnknownLabelError, "usage.side has 'human'"),
        ("usage", "share", [2.0, 0.01, 0.0, 0.0], OutsideRangeError, "usage.share is 2 where"),
        ("weights", "weight", [-1.0, 1.0, 1.0, 1.0], NegativeValueError, "activity_weights.weight"),
        ("weights", "activity", ["edit", "lift", "lift", "sleep"], DuplicateRowError, "activity = 'lift', 2 times"),
    ],
)
def test_wrong_cells_are_named(table: str, column: str, values: Any, error: Any, says: str) -> None:
    tables = {"usage": USAGE, "weights": WEIGHTS}
    tables[table] = tables[table].set_column(tables[table].column_names.index(column), column, pa.array(values))

    with pytest.raises(error, match=says):
        applicability(tables["usage"], tables["weights"])
