"""What holds for every reader: it says what it gives, and how it is asked."""

from __future__ import annotations

import inspect

import pytest

from industria import sources
from industria.core.parameters import wrong_parameters
from industria.core.units import is_unit
from industria.sources.reader import parameters_of, told_of

READERS = [name for name in sources.names() if not name.startswith("packages.")]

# What the columns are, only the file tells.
SILENT = ("files.csv", "files.excel", "files.json", "files.parquet", "files.stata", "manual.file", "opendosm.dataset")


@pytest.mark.parametrize("use", READERS)
def test_a_reader_tells_columns_in_units_of_the_list_and_a_question_that_is_one(use: str) -> None:
    """Units are on the list, each parameter of the example exists and has its type, and nothing required lacks."""
    reader, told = sources.find(use), told_of(sources.find(use))

    assert bool(told.columns) == (use not in SILENT)
    for name in told.columns:
        assert told.family(name) == name
    for name, label in told.labels(told.columns).items():
        assert label["unit"] is None or is_unit(label["unit"]), f"{name}: {label['unit']}"
        assert label["meaning"], name
    assert not wrong_parameters(dict(told.example), parameters_of(reader), use)
    assert (inspect.getdoc(reader) or "").split("\n", 1)[0].endswith(".")


@pytest.mark.parametrize("use", READERS)
def test_a_reader_names_every_parameter_in_its_documentation(use: str) -> None:
    """`industria sources NAME` prints it: a parameter that is not told cannot be used."""
    text = inspect.getdoc(sources.find(use)) or ""

    assert [name for name in parameters_of(sources.find(use)) if name not in text] == []


def test_every_reader_but_those_of_own_files_has_a_publisher_with_terms() -> None:
    """Without a license nobody may use what it gives."""
    known = {use: sources.publisher_of(sources.find(use)) for use in READERS}

    assert {use for use, one in known.items() if one is None} <= {*SILENT, "countries.codes"}
    assert all(one.license and one.title and one.homepage for one in known.values() if one is not None)
