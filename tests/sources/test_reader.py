"""What a reader is asked is held to its signature, from Python as in a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from industria.errors import ChoiceError, UsageError
from industria.sources import find
from industria.sources.bls_oews import oews
from industria.sources.reader import told_of


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"vintage": "2023"}, r"the parameter 'vintage' of oews\(\) takes a whole number, got '2023'\."),
        ({"vintag": 2023}, r"oews\(\) has no parameter 'vintag'.*Did you mean 'vintage'\?"),
        ({"vintage": None}, "takes a whole number, got None"),
        ({"ownership": 5}, "takes text, got 5"),
    ],
)
def test_wrong_parameters_are_told_as_a_study_is_told(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        oews(**asked)


def test_a_parameter_that_lacks_is_named() -> None:
    with pytest.raises(UsageError, match=r"lacks the parameter 'table'\. Did you mean 'tabel'\?"):
        find("onet.database")(tabel="Skills")


def test_a_word_that_is_none_of_few_gets_the_nearest() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'sector'"):
        oews(level="sectors")  # type: ignore[arg-type]


def test_numbers_of_arrays_tuples_and_paths_are_taken_as_people_hold_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n1;x\n", encoding="utf-8")

    assert find("files.csv")(tmp_path / "a.csv", null=("x",)).name == "a.csv"
    # The year is taken as a number, and refused as the reader refuses it.
    with pytest.raises(UsageError, match="begin with 2014"):
        oews(vintage=np.int64(1999))  # type: ignore[arg-type]


def test_a_reader_stays_the_function_that_it_is() -> None:
    assert (oews.__module__, oews.__name__) == ("industria.sources.bls_oews", "oews")
    assert told_of(oews).labels()["employment"] == {"unit": "jobs", "meaning": "employment"}
    assert told_of(oews).labels(["annual_p10_flag", "color"])["annual_p10_flag"]["unit"] == "name"
    assert {"<number>_flag", "annual_p10_flag", "color"}.isdisjoint(told_of(oews).labels())
