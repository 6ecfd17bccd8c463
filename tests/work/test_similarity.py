from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ChoiceError, EmptyTableError, NegativeValueError, ParameterRangeError, UnknownLabelError
from industria.work import similarity

PROFILES = pa.table(
    {
        "occupation": ["aide", "aide", "nurse", "nurse", "nurse", "clerk", "clerk", "coder"],
        "element": ["care", "lifting", "care", "records", "medication", "records", "typing", "records"],
        "value": [3.0, 4.0, 5.0, 2.0, 4.0, 4.0, 5.0, 3.0],
    }
)
WEIGHTS = pa.table(
    {"element": ["care", "lifting", "records", "medication", "typing"], "weight": [2.0, 0.5, 1.0, 1.0, 1.0]}
)
EXAMPLE = ({"profiles": PROFILES, "weights": WEIGHTS}, {"kind": "needs", "top": 2})


def pairs(profiles: Any = PROFILES, *tables: Any, **parameters: Any) -> dict[tuple[str, str], float]:
    rows = similarity(profiles, *tables, **{"top": None} | parameters).to_arrow().to_pylist()
    return {(row["origin"], row["destination"]): row["similarity"] for row in rows}


def long(X: Any) -> pd.DataFrame:
    rows = [(f"o{i:02d}", f"e{j:02d}", value) for i, line in enumerate(X) for j, value in enumerate(line)]
    return pd.DataFrame(rows, columns=["occupation", "element", "value"])


def square(found: dict[tuple[str, str], float], n: int) -> Any:
    S = np.full((n, n), np.nan)
    for (one, other), value in found.items():
        S[int(one[1:]), int(other[1:])] = value
    return S


def test_needs_ask_what_the_destination_asks() -> None:
    """Of an aide's 3 care and 4 lifting a nurse brings the care; of a nurse's 11 points an aide brings 3."""
    found = pairs(kind="needs")

    assert found["nurse", "aide"] == pytest.approx(3 / 7)
    assert found["aide", "nurse"] == pytest.approx(3 / 11)
    assert found["clerk", "coder"] == 1.0
    assert found["coder", "clerk"] == pytest.approx(3 / 9)


def test_cosine_and_jaccard_by_hand() -> None:
    assert pairs(kind="cosine")["nurse", "clerk"] == pytest.approx(2 * 4 / np.sqrt(45 * 41))
    assert pairs(kind="jaccard")["nurse", "clerk"] == pytest.approx(2 / (5 + 4 + 4 + 5))
    assert pairs(PROFILES.drop_columns("value"), kind="jaccard")["aide", "nurse"] == pytest.approx(1 / 4)


def test_weights_count_elements() -> None:
    found = pairs(PROFILES, WEIGHTS, kind="needs")

    assert found["nurse", "aide"] == pytest.approx(2 * 3 / (2 * 3 + 0.5 * 4))


def test_domains_count_the_same_however_long_they_are() -> None:
    """Three skills in common of three and no activity of one: a half, where both have both domains."""
    rows = [("a", "skills", skill) for skill in "xyz"] + [("b", "skills", skill) for skill in "xyz"]
    rows += [("a", "activities", "lift"), ("b", "activities", "type"), ("c", "skills", "x")]
    profiles = pd.DataFrame(rows, columns=["occupation", "domain", "element"])
    found = pairs(profiles, kind="needs")

    assert found["a", "b"] == pytest.approx(0.5)
    assert found["a", "c"] == 1.0, "c tells no activities, so there are none to be met"
    assert found["c", "a"] == pytest.approx((1 / 3 + 0) / 2)


def test_the_closest_are_kept_and_nothing_in_common_is_not() -> None:
    found = similarity(PROFILES, kind="jaccard", top=1).to_arrow().to_pylist()

    assert [(row["origin"], row["destination"]) for row in found] == [
        ("aide", "nurse"),
        ("clerk", "coder"),
        ("coder", "clerk"),
        ("nurse", "aide"),
    ]
    assert ("aide", "clerk") not in pairs(kind="jaccard", top=3)
    assert pairs(kind="jaccard")["aide", "clerk"] == 0.0


def test_only_the_origins_asked_for_are_compared() -> None:
    asked = pa.table({"origin": ["nurse"]})
    found = pairs(PROFILES, None, asked)

    assert {origin for origin, _ in found} == {"nurse"}
    assert found == {pair: value for pair, value in pairs().items() if pair[0] == "nurse"}


def test_standardized_elements_leave_out_what_all_share() -> None:
    X = np.array([[5.0, 1.0, 3.0], [5.0, 2.0, 3.5], [5.0, 4.0, 1.0]])
    Z = (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)
    Z /= np.linalg.norm(Z, axis=1, keepdims=True)
    found = square(pairs(long(X), standardize=True), 3)

    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(found[off], (Z @ Z.T)[off], atol=1e-12)


def test_a_domain_that_an_occupation_does_not_tell_makes_it_like_nobody_there() -> None:
    """Taken for zeros it would be as if measured far below the mean, and like all who are low."""
    X = np.array([[5.0, 1.0, 3.0], [4.0, 2.0, 3.5], [1.0, 4.0, 1.0]])
    skills = long(X).assign(domain="skills")
    activities = long(X[:2] * [1, 3, 2]).assign(domain="activities")
    both = pairs(pd.concat([skills, activities]), standardize=True, top=None)
    alone = pairs(skills, standardize=True, top=None)
    of_two = pairs(activities, standardize=True, top=None)

    assert both["o00", "o02"] == pytest.approx(alone["o00", "o02"] / 2, abs=1e-12)
    assert both["o00", "o01"] == pytest.approx((alone["o00", "o01"] + of_two["o00", "o01"]) / 2, abs=1e-12)


def test_an_empty_profile_is_like_none() -> None:
    X = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
    found = similarity(long(X), kind="needs", top=None)

    assert found.n_empty == 1
    assert all(row["destination"] != "o01" for row in found.to_arrow().to_pylist())


LEVELS = st.lists(st.lists(st.sampled_from([0.0, 0.25, 1.0, 3.5]), min_size=4, max_size=4), min_size=2, max_size=6)
MATRICES = LEVELS.map(np.array)


@given(MATRICES)
def test_laws(X: Any) -> None:
    """Each kind is its equation, and lies in [0, 1]."""
    with np.errstate(invalid="ignore"):
        least = np.minimum(X[:, None], X[None]).sum(axis=2)
        wanted = {
            "jaccard": least / np.maximum(X[:, None], X[None]).sum(axis=2),
            "needs": least / X.sum(axis=1),
            "cosine": X @ X.T / np.sqrt(np.outer((X**2).sum(axis=1), (X**2).sum(axis=1))),
        }
    off = ~np.eye(len(X), dtype=bool)
    for kind, S in wanted.items():
        found = square(pairs(long(X), kind=kind), len(X))
        both = off & ~np.isnan(found) & ~np.isnan(S)
        np.testing.assert_allclose(found[both], S[both], atol=1e-9)
        assert (found[both] >= -1e-12).all()
        assert (found[both] <= 1 + 1e-9).all()


@given(MATRICES, st.integers(1, 6))
def test_the_closest_are_the_first_of_all(X: Any, top: int) -> None:
    everything = pairs(long(X), kind="jaccard")
    found = pairs(long(X), kind="jaccard", top=top)
    for origin in {origin for origin, _ in everything}:
        others = sorted(-value for (one, _), value in everything.items() if one == origin and value > 0)
        assert sorted(-value for (one, _), value in found.items() if one == origin) == others[:top]


@pytest.mark.parametrize(
    ("tables", "parameters", "error", "says"),
    [
        ((PROFILES,), {"kind": "need"}, ChoiceError, "Did you mean 'needs'"),
        ((PROFILES,), {"kind": "needs", "standardize": True}, ParameterRangeError, "standardize"),
        ((PROFILES,), {"top": 0}, ParameterRangeError, "top=0"),
        ((PROFILES.slice(0, 0),), {}, EmptyTableError, "profiles has no rows"),
        ((PROFILES, WEIGHTS.slice(1)), {}, UnknownLabelError, r"profiles\.element has 'care', which weights"),
        ((PROFILES, None, pa.table({"origin": ["nurs"]})), {}, UnknownLabelError, "Did you mean 'nurse'"),
        ((PROFILES.to_pandas().assign(value=-1.0),), {"kind": "needs"}, NegativeValueError, r"profiles\.value"),
    ],
)
def test_what_cannot_be_compared_is_told(tables: Any, parameters: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        similarity(*tables, **parameters)
