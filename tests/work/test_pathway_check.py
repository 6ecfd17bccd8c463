from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, EmptyTableError, NoRowsLeftError, ParameterRangeError
from industria.work import pathway_check, similarity
from tests.work.moves import observed
from tests.work.scores import official

CODES = ["11-1", "11-2", "29-1", "43-1", "43-2"]
ENDS = [(one, other) for one in CODES for other in CODES if one != other]
SIMILARITY = pa.table(
    {
        "origin": [one for one, _ in ENDS],
        "destination": [other for _, other in ENDS],
        "similarity": [round(0.1 + (7 * k % 20) / 25, 2) for k in range(20)],
    }
)
MOVES = [*ENDS[::3], *[(code, code) for code in CODES]]
NETWORK = pa.table(
    {
        "origin": [one for one, _ in MOVES],
        "destination": [other for _, other in MOVES],
        "probability": [0.02 + 0.01 * k for k in range(7)] + [0.9, 0.8, 0.85, 0.95, 0.7],
        "flow": [2.0 + k for k in range(7)] + [90.0, 40.0, 170.0, 10.0, 60.0],
    }
)
EXAMPLE = ({"similarity": SIMILARITY, "network": NETWORK}, {"group_length": 2})


def rows(similarity: Any = SIMILARITY, network: Any = NETWORK, **parameters: Any) -> dict[str, dict[str, Any]]:
    found = pathway_check(similarity, network, **parameters).to_arrow().to_pylist()
    return {row["predictor"]: row for row in found}


def test_skills_tell_moves_apart_hardly_better_than_groups_and_size() -> None:
    """Cosine of standardized O*NET 30.1 levels against the 13,877 observed moves of 527 of the 539 occupations.

    Computed once from the same files by a script of its own: .667, major group .543, size .750, both .762.
    Broad codes of the network take the mean of the occupations below them, by the first six characters or five;
    another order of averaging and standardizing moves similarity by up to .005, the baselines not at all.
    """
    network, _ = observed()
    found = pathway_check(similarity(_profiles(), standardize=True, top=None).table, network.table)
    auc = found.to_pandas().set_index("predictor")["auc"]

    assert (found.n_occupations, found.n_moves, found.coverage) == (527, 13_877, 1.0)
    assert auc["similarity"] == pytest.approx(0.667, abs=0.005)
    assert auc["group"] == pytest.approx(0.543, abs=0.0006)
    assert auc["size"] == pytest.approx(0.750, abs=0.0006)
    assert auc["group_size"] == pytest.approx(0.762, abs=0.0006)
    assert found.auc_added == pytest.approx(0.03, abs=0.005)


def _profiles() -> pd.DataFrame:
    levels = pd.concat([official("onet.database", table=table) for table in ("Skills", "Knowledge")])
    levels = levels[levels["scale"] == "LV"]
    wide = levels.pivot_table(index="occupation", columns="element_id", values="value")
    codes = pd.unique(official("oxford.mobility")["from_occupation"])
    means = {}
    for code in codes:
        below = (wide[wide.index.str.startswith(code[:length])] for length in (7, 6, 5))
        found = next((part for part in below if len(part)), None)
        if found is not None:
            means[code] = found.mean()
    return pd.DataFrame(means).T.rename_axis("occupation").reset_index().melt("occupation", var_name="element")


def test_areas_by_hand() -> None:
    """Of pairs with and without a move, how many are in the right order: counted one by one."""
    found = rows(group_length=2)
    frame = SIMILARITY.to_pandas()
    moved = frame[["origin", "destination"]].apply(tuple, axis=1).isin(ENDS[::3])
    one, other = frame.loc[moved, "similarity"], frame.loc[~moved, "similarity"]
    ordered = np.mean([(a > b) + (a == b) / 2 for a in one for b in other])

    assert found["similarity"]["auc"] == pytest.approx(ordered)
    chances = frame[moved].merge(NETWORK.to_pandas(), on=["origin", "destination"])
    assert found["similarity"]["rank_correlation"] == pytest.approx(
        chances["similarity"].corr(chances["probability"], method="spearman")
    )


def test_size_is_the_employment_of_the_destination() -> None:
    employment = NETWORK.to_pandas().groupby("origin")["flow"].sum()
    sizes = SIMILARITY.to_pandas().assign(similarity=[float(employment[other]) for _, other in ENDS])

    assert rows(sizes)["similarity"]["auc"] == pytest.approx(rows()["size"]["auc"])
    assert rows(network=NETWORK.drop_columns("flow"))["size"]["auc"] is None


def test_within_an_origin_destinations_of_others_do_not_count() -> None:
    """A similarity that knows origins alone is worth nothing to somebody who is in one."""
    mobile = SIMILARITY.to_pandas().assign(similarity=[float(CODES.index(one)) for one, _ in ENDS])

    assert rows(mobile)["similarity"]["auc_within"] == 0.5


def test_pairs_without_similarity_are_counted() -> None:
    found = pathway_check(SIMILARITY.slice(0, 15), NETWORK)

    assert (found.n_occupations, found.n_pairs) == (5, 15)
    assert found.coverage == 0.75


@given(st.lists(st.floats(0, 1), min_size=20, max_size=20))
def test_an_area_and_its_reverse_add_to_one(values: list[float]) -> None:
    there, back = (
        rows(SIMILARITY.to_pandas().assign(similarity=one))["similarity"] for one in (values, [-v for v in values])
    )

    assert there["auc"] + back["auc"] == pytest.approx(1)
    assert there["auc_within"] + back["auc_within"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("tables", "parameters", "error", "says"),
    [
        ((SIMILARITY.slice(0, 0), NETWORK), {}, EmptyTableError, "similarity has no rows"),
        ((SIMILARITY, NETWORK.slice(7)), {}, NoRowsLeftError, "20 are between two occupations of the network, and 0"),
        ((pa.concat_tables([SIMILARITY] * 2), NETWORK), {}, DuplicateRowError, "origin = '11-1'"),
        ((SIMILARITY, NETWORK), {"group_length": 0}, ParameterRangeError, "group_length=0"),
    ],
)
def test_what_cannot_be_checked_is_told(tables: Any, parameters: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        pathway_check(*tables, **parameters)
