"""What stochastic frontiers refuse."""

from __future__ import annotations

from typing import Any

import pytest

from industria.errors import (
    ChoiceError,
    CollinearTermError,
    ConstantColumnError,
    ExcludedParameterError,
    NeededParameterError,
    NoDegreesOfFreedomError,
    OutsideRangeError,
    ParameterRangeError,
)
from tests.productivity.test_stochastic_frontier import drawn, fitted


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"model": "pit_lee"}, ChoiceError, "pitt_lee"),
        ({"model": "pitt_lee", "distribution": "exponential"}, ChoiceError, "half_normal"),
        ({"form": "translogg"}, ChoiceError, "translog"),
        ({"frontier": "profit"}, ChoiceError, "cost"),
        ({"model": "pitt_lee", "unit": None}, NeededParameterError, "unit"),
        ({"model": "battese_coelli_1992", "time": None}, NeededParameterError, "time"),
        ({"model": "battese_coelli_1995"}, NeededParameterError, "drivers"),
        ({"drivers": ["age"]}, ExcludedParameterError, "battese_coelli_1995"),
        ({"model": "pitt_lee", "noise_variance": ["age"]}, ExcludedParameterError, "cross_section"),
        ({"inputs": []}, ParameterRangeError, "at least one column"),
        ({"confidence": 95}, ParameterRangeError, "between 0 and 1"),
    ],
)
def test_what_has_no_place_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        fitted(drawn(30), **changes)


@pytest.mark.parametrize(
    ("column", "values", "error", "said"),
    [
        ("output", [0.0, *[1.0] * 29], OutsideRangeError, "output is 0 where plant = 'p000'"),
        ("labor", [-1.0, *[1.0] * 29], OutsideRangeError, "labor is -1"),
        ("labor", [2.0] * 30, ConstantColumnError, "labor"),
    ],
)
def test_what_has_no_log_or_does_not_vary_is_named(
    column: str, values: list[float], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        fitted(drawn(30).assign(**{column: values}))


def test_an_input_that_repeats_another_is_named() -> None:
    with pytest.raises(CollinearTermError, match="'twice'"):
        fitted(drawn(30).assign(twice=lambda t: 2 * t["labor"]), inputs=["capital", "labor", "twice"])


def test_fewer_rows_than_parameters_are_refused() -> None:
    with pytest.raises(NoDegreesOfFreedomError, match="5 rows"):
        fitted(drawn(5))
