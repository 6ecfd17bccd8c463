"""Ranks with the sets that errors allow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import (
    ChoiceError,
    CovarianceError,
    DuplicateRowError,
    InfiniteValueError,
    MissingValueError,
    NegativeValueError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    UnknownLabelError,
)
from industria.tables import ranking
from tests.work.scores import MIRROR

SCORES = pa.table(
    {
        "country": ["Chile", "Japan", "Korea", "Canada", "Estonia", "Austria"],
        "score": [417.4, 527.0, 525.9, 512.0, 523.4, 498.9],
        "error": [2.4, 2.5, 3.1, 2.4, 1.7, 3.0],
    }
)
COVARIANCE = pa.table({"unit": ["Japan", "Canada"], "other": ["Korea", "Estonia"], "covariance": [3.0, 1.0]})
ROLES = {"unit": "country", "estimate": "score", "standard_error": "error"}
EXAMPLE = ({"estimates": SCORES, "covariance": COVARIANCE}, {**ROLES, "best": 3, "draws": 2_000})
WORDS = ("surely", "possibly", "not")
SETS = ["rank", "rank_low", "rank_high"]


def ranked(data: Any = SCORES, covariance: Any = None, **changes: Any) -> pd.DataFrame:
    return ranking(data, covariance, **(ROLES | {"draws": 2_000} | changes)).to_pandas()


def sets(data: Any = SCORES, covariance: Any = None, **changes: Any) -> pd.DataFrame:
    return ranked(data, covariance, **changes).set_index("country")[SETS]


def test_mathematics_in_pisa_2018() -> None:
    """OECD countries; 95 %, two-sided, all at once, step by step, as the R package csranks defines the sets."""
    file = MIRROR / "productivity" / "pisa2018_math.csv"
    if not file.exists():
        pytest.skip(f"the scores are not on this machine: {file} is no file")
    found = sets(
        pd.read_csv(file).rename(columns={"jurisdiction": "country", "math_score": "score", "math_se": "error"}),
        draws=20_000,
    )
    wanted = {
        "Estonia": (1, 6),
        "Japan": (1, 6),
        "Korea": (1, 7),
        "Netherlands": (1, 11),
        "Canada": (3, 17),
        "Belgium": (4, 18),
        "Australia": (12, 30),
        "Austria": (7, 26),
        "Chile": (35, 37),
        "Colombia": (37, 38),
        "Costa Rica": (35, 38),
    }
    # Critical values are of other draws, which may move an end by one.
    assert found.loc[[*wanted], ["rank_low", "rank_high"]].to_numpy() == pytest.approx(
        np.array([*wanted.values()]), abs=1
    )


estimates = st.lists(
    st.tuples(st.floats(-5, 5, width=32), st.floats(0.125, 3, width=32)), min_size=2, max_size=9, unique=True
)


def table(pairs: list[tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["score", "error"]).rename_axis("country").reset_index()


@given(estimates)
@settings(deadline=None, max_examples=30)
def test_sets_hold_the_rank_and_shrink_with_smaller_errors(pairs: list[tuple[float, float]]) -> None:
    wide, narrow = sets(table(pairs)), sets(table(pairs).assign(error=lambda t: t["error"] / 2))

    assert (wide["rank_low"] <= wide["rank"]).all()
    assert (wide["rank"] <= wide["rank_high"]).all()
    assert (narrow["rank_low"] >= wide["rank_low"]).all()
    assert (narrow["rank_high"] <= wide["rank_high"]).all()


@given(estimates)
@settings(deadline=None, max_examples=20)
def test_names_and_the_order_of_rows_do_not_matter(pairs: list[tuple[float, float]]) -> None:
    rows = table(pairs)
    other = sets(rows.iloc[::-1].assign(country=lambda t: 100 - t["country"]))
    other.index = 100 - other.index

    pd.testing.assert_frame_equal(other.sort_index(), sets(rows).sort_index(), check_names=False)


@given(estimates)
@settings(deadline=None, max_examples=20)
def test_the_lowest_first_turns_ranks_round(pairs: list[tuple[float, float]]) -> None:
    rows = table(pairs)

    pd.testing.assert_frame_equal(
        sets(rows, order="lowest").sort_index(), sets(rows.assign(score=-rows["score"])).sort_index()
    )


@given(estimates)
@settings(deadline=None, max_examples=15)
def test_a_set_of_one_unit_alone_is_no_wider_than_one_among_all(pairs: list[tuple[float, float]]) -> None:
    # The two rest on the same draws, so that the largest of fewer pairs is never larger.
    among, alone = sets(table(pairs)), sets(table(pairs), simultaneous=False)

    assert (alone["rank_low"] >= among["rank_low"]).all()
    assert (alone["rank_high"] <= among["rank_high"]).all()


def test_sets_hold_all_true_ranks_as_often_as_they_say() -> None:
    """Ten units with true values 0 to 9 and errors of 2: all ten sets at once, in 200 samples."""
    rng = np.random.default_rng(7)
    scores = np.arange(10.0) + rng.normal(0, 2, (200, 10))
    rows = pd.DataFrame({"sample": np.repeat(range(200), 10), "country": np.tile(range(10), 200)})
    found = ranked(rows.assign(score=scores.ravel(), error=2.0), by="sample", draws=1_000)
    true = 10 - found["country"]
    held = ((found["rank_low"] <= true) & (true <= found["rank_high"])).groupby(found["sample"]).all()

    # 95 % less three standard errors of 200 samples; step by step, sets are hardly wider than needed.
    assert held.mean() > 0.90


def test_what_two_estimates_share_does_not_blur_their_order() -> None:
    labels = SCORES["country"].to_pylist()
    pairs = [(a, b) for i, a in enumerate(labels) for b in labels[:i]]
    error = 3.0
    common = pa.table({"unit": [a for a, _ in pairs], "other": [b for _, b in pairs], "covariance": [8.99] * 15})
    rows = SCORES.to_pandas().assign(error=error)

    assert (sets(rows, common)["rank_low"] == sets(rows, common)["rank"]).all()
    assert (sets(rows)["rank_high"] > sets(rows)["rank_low"]).any()
    zero = pa.table({"unit": ["Japan"], "other": ["Korea"], "covariance": [0.0]})
    pd.testing.assert_frame_equal(sets(rows, zero), sets(rows))


def test_what_is_known_without_error_is_ranked_as_it_is() -> None:
    found = ranked(SCORES.to_pandas().assign(error=0.0, score=[1, 2, 2, 3, 4, 5]))

    assert found["rank"].tolist() == [1, 2, 3, 4, 4, 6]
    assert found["rank_low"].tolist() == found["rank"].tolist()
    assert found["tied_with"].tolist() == [0, 0, 0, 1, 1, 0]


def test_the_best_are_told_by_their_sets() -> None:
    result = ranking(SCORES, **ROLES, best=4)
    found = result.to_pandas().set_index("country")["among_best"]

    assert found.to_dict() == {
        "Japan": "surely",
        "Korea": "surely",
        "Estonia": "surely",
        "Canada": "surely",
        "Austria": "not",
        "Chile": "not",
    }
    assert (result.n_possibly_first, result.n_surely_best, result.n_possibly_best) == (3, 4, 4)
    assert set(ranked(best=2)["among_best"]) == {"possibly", "not"}
    assert ranked()["among_best"].isna().all()


def test_cells_have_ranks_of_their_own() -> None:
    rows = SCORES.to_pandas().assign(year=[1, 1, 1, 2, 2, 2])
    found = ranked(rows, by=["year"])

    assert found["rank"].tolist() == [1, 2, 3, 1, 2, 3]
    pd.testing.assert_frame_equal(
        found[found["year"] == 2].reset_index(drop=True), ranked(rows[rows["year"] == 2], by="year")
    )


@pytest.mark.parametrize(
    ("columns", "changes", "error", "said"),
    [
        ({"score": [np.nan, 1, 2, 3, 4, 5]}, {}, MissingValueError, "estimates.score.*country = 'Chile'"),
        ({"score": [np.inf, 1, 2, 3, 4, 5]}, {}, InfiniteValueError, "estimates.score.*country = 'Chile'"),
        ({"error": [-1.0, 1, 2, 3, 4, 5]}, {}, NegativeValueError, "a standard error.*-1 where country = 'Chile'"),
        ({"country": ["Chile"] * 6}, {}, DuplicateRowError, "country = 'Chile', 6 times"),
        ({}, {"order": "high"}, ChoiceError, "Did you mean 'highest'"),
        ({}, {"draws": 10}, ParameterRangeError, "draws=10"),
        ({}, {"best": 0}, ParameterRangeError, "best=0"),
        ({}, {"confidence": 95}, ParameterRangeError, "confidence=95"),
        ({}, {"estimate": "error"}, RepeatedColumnError, "column 'error'"),
        ({"rank": 1}, {"by": "rank"}, ReservedNameError, "rank"),
    ],
)
def test_what_cannot_be_ranked_is_refused(
    columns: dict[str, Any], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        ranked(SCORES.to_pandas().assign(**columns), **changes)


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ([("Japan", "Korean", 1.0)], UnknownLabelError, "Did you mean 'Korea'"),
        ([("Japan", "Korea", 1.0), ("Korea", "Japan", 2.0)], CovarianceError, "1 and 2|2 and 1"),
        ([("Japan", "Japan", 1.0)], CovarianceError, "6.25"),
        ([("Japan", "Korea", 50.0)], CovarianceError, "eigenvalue"),
        ([("Japan", "Korea", None)], MissingValueError, "unit = 'Japan', other = 'Korea'"),
    ],
)
def test_what_is_no_covariance_is_refused(rows: list[tuple[Any, ...]], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ranked(SCORES, pd.DataFrame(rows, columns=["unit", "other", "covariance"]).astype({"covariance": float}))


def test_covariances_of_several_cells_are_refused() -> None:
    with pytest.raises(ParameterRangeError, match="one cell at a time"):
        ranked(SCORES.append_column("year", [[1] * 6]), COVARIANCE, by="year")
