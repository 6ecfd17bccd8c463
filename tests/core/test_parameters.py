"""Values of a study file against the types of a signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.parameters import misfit, type_in_words
from industria.core.table import Column


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1, int),
        (1, float),
        (1.5, float),
        ("x", Column),
        (True, bool),
        ("iid", Literal["iid", "HC1"]),
        (0, Literal[0, 1]),
        (["a", "b"], Sequence[Column]),
        ([], tuple[str, ...]),
        ([1, 2.5], tuple[float, float]),
        ({"a": "b"}, Mapping[str, str]),
        ("x", str | None),
        (["x"], Column | Sequence[Column]),
        ("x", Column | Sequence[Column]),
        (dt.date(2026, 11, 22), dt.date),
        ("anything", Any),
        (1988, int | np.random.Generator),
        ([["a", 1]], Sequence[tuple[str, int]]),
    ],
)
def test_what_fits(value: object, kind: object) -> None:
    assert misfit(value, kind) is None


@pytest.mark.parametrize(
    ("value", "kind", "wanted", "near"),
    [
        (True, int, "a whole number", ""),
        (False, float, "a number", ""),
        (1.5, int, "a whole number", ""),
        (1, bool, "true or false", ""),
        (True, Literal[0, 1], "one of 0, 1", ""),
        ("HC", Literal["iid", "HC1"], "one of 'iid', 'HC1'", " Did you mean 'HC1'?"),
        ("year", Sequence[Column], "a list, each the name of a column", " Write ['year']."),
        (3, Sequence[Column], "a list, each the name of a column", ""),
        (["iid", "HC"], Sequence[Literal["iid", "HC1"]], "a list, each one of 'iid', 'HC1'", " Did you mean 'HC1'?"),
        ([1], tuple[float, float], "a list of 2: a number, a number", ""),
        ({"a": 1}, Mapping[str, str], "a table, each value text", ""),
        ("x", Mapping[str, str], "a table, each value text", ""),
        (3, Column | Sequence[Column], "the name of a column or a list, each the name of a column", ""),
        ("x", float | None, "a number", ""),
        (3, Annotated[str, "path"], "text", ""),
    ],
)
def test_what_does_not_fit(value: object, kind: object, wanted: str, near: str) -> None:
    assert misfit(value, kind) == (wanted, near)


KINDS = st.sampled_from([int, float, bool, str, Sequence[str], Mapping[str, float], Literal["a", "b"], Column | None])
SCALARS = st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.text(max_size=3))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(max_size=2), SCALARS, max_size=2))


@given(VALUES, KINDS)
def test_whatever_does_not_fit_is_told_in_words(value: object, kind: object) -> None:
    found = misfit(value, kind)

    assert found is None or found[0] == type_in_words(kind)
