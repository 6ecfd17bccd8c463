"""What holds for every reader that says what it gives."""

from __future__ import annotations

import inspect

import pytest

from industria import sources
from industria.core.parameters import wrong_parameters
from industria.core.units import is_unit
from industria.sources.reader import parameters_of, told_of

TOLD = [name for name in sources.names() if told_of(sources.find(name)).columns]


@pytest.mark.parametrize("use", TOLD)
def test_a_reader_tells_columns_in_units_of_the_list_and_a_question_that_is_one(use: str) -> None:
    """Units are on the list, each parameter of the example exists and has its type, and nothing required lacks."""
    reader, told = sources.find(use), told_of(sources.find(use))

    for name, label in told.labels().items():
        assert label["unit"] is None or is_unit(label["unit"]), f"{name}: {label['unit']}"
        assert label["meaning"], name
    assert not wrong_parameters(dict(told.example), parameters_of(reader), use)
    assert (inspect.getdoc(reader) or "").split("\n", 1)[0].endswith(".")
