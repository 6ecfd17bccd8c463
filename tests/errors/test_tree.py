"""Errors between processes."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from industria.core.replicate import replicate
from industria.errors import IndustriaError, MissingColumnError, Problem, StudyError, UnprotectableError


@pytest.mark.parametrize(
    "error",
    [
        MissingColumnError("firms", "wages", ["firm", "wage"]),
        UnprotectableError(3, 1, joined="the total"),
        StudyError([Problem("study.toml", 4, "no such step", exit_code=4)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_travels_with_all_that_it_tells(error: IndustriaError) -> None:
    error.add_note("in step 'gap' of study.toml")
    arrived = pickle.loads(pickle.dumps(error))

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)
    assert arrived.exit_code == error.exit_code


def refuse(rng: np.random.Generator) -> float:
    """One draw that no draw comes of."""
    raise MissingColumnError("firms", "wages", ["firm", "wage"])


def test_what_a_worker_refuses_is_told_as_here() -> None:
    with pytest.raises(MissingColumnError, match="firms has no column 'wages'"):
        replicate(refuse, 4, rng=1, workers=2)
