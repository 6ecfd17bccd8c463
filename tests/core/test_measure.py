from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from industria.core import measure as catalog_module
from industria.core.measure import catalog, find, measure, names, record, rooms
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table
from industria.errors import UnknownMeasureError

INIT = "from industria.core.room import open_room\n\nopen_room(__name__)\n"
MEASURE = '''
from collections.abc import Sequence

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table


@measure(gives={"double": "twice the sales [unit of sales]"}, cites="Nobody (2026)", design="descriptive")
def {name}(
    firms: TableLike, others: TableLike | None = None, *, by: Sequence[Column] = ("firm",), factor: float = 2.0
) -> Result:
    """Twice the sales.

    More is not said.
    """
    table = as_table(firms, "firms", "sales", *by)
    return Result(table=table)
'''


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A room of a plug-in, `foundry`, with the measures `double` and `twofold`."""
    package = tmp_path / "foundry_measures"
    package.mkdir()
    (package / "__init__.py").write_text(INIT)
    (package / "double.py").write_text(MEASURE.replace("{name}", "double"))
    (package / "twofold.py").write_text(MEASURE.replace("{name}", "twofold"))
    (package / "_kitchen.py").write_text("raise AssertionError('imported for nothing')")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [EntryPoint("foundry", "foundry_measures", "industria.measures")]
    monkeypatch.setattr(catalog_module, "entry_points", lambda group: points)
    yield "foundry_measures"
    for name in [name for name in sys.modules if name.startswith("foundry_measures")]:
        del sys.modules[name]


# A module and its function have one name: importing the module must not hide the function.
FORMS: dict[str, Callable[[str], Any]] = {
    "attribute": lambda room: importlib.import_module(room).double,
    "module first": lambda room: (importlib.import_module(f"{room}.double"), importlib.import_module(room).double)[1],
    "from room import": lambda room: __import__(room, fromlist=["double"]).double,
    "from module import": lambda room: __import__(f"{room}.double", fromlist=["double"]),
    "after another": lambda room: (importlib.import_module(f"{room}.twofold"), importlib.import_module(room).double)[1],
    "found by name": lambda room: find("foundry.double").function,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_import_ends_at_the_function(room: str, form: str) -> None:
    found = FORMS[form](room)
    function = found.double if isinstance(found, ModuleType) else found

    assert inspect.isfunction(function)
    assert function is importlib.import_module(room).double
    assert pickle.loads(pickle.dumps(function)) is function


def test_a_reloaded_module_leaves_the_function_in_place(room: str) -> None:
    importlib.reload(importlib.import_module(f"{room}.double"))

    assert inspect.isfunction(importlib.import_module(room).double)
    assert find("foundry.double").function is importlib.import_module(room).double


def test_a_room_lists_its_measures_and_no_private_files(room: str) -> None:
    assert dir(importlib.import_module(room)) == ["double", "twofold"]


def test_a_room_says_which_measure_it_lacks(room: str) -> None:
    with pytest.raises(AttributeError, match=r"room 'foundry_measures' has no measure 'treble'"):
        _ = importlib.import_module(room).treble


def test_plug_ins_add_rooms_to_the_catalog(room: str) -> None:
    assert rooms()["foundry"] == room
    assert {"foundry.double", "foundry.twofold"} <= set(names())
    assert "foundry._kitchen" not in names()


def test_a_plug_in_cannot_take_the_name_of_a_room_of_ours(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("tables", room, "industria.measures")]
    monkeypatch.setattr(catalog_module, "entry_points", lambda group: points)

    assert rooms()["tables"] == "industria.tables"


def test_names_imports_no_measure(room: str) -> None:
    assert "foundry.double" in names()
    assert f"{room}.double" not in sys.modules


def test_find_imports_one_file_alone(room: str) -> None:
    find("foundry.double")

    assert f"{room}.double" in sys.modules
    assert f"{room}.twofold" not in sys.modules


def test_the_record_tells_tables_from_parameters(room: str) -> None:
    found = find("foundry.double")

    assert (found.name, found.room, found.title) == ("foundry.double", "foundry", "Twice the sales.")
    assert found.tables == {"firms": True, "others": False}
    assert list(found.parameters) == ["by", "factor"]
    assert found.parameters["factor"].default == 2.0
    assert not found.parameters["factor"].required
    assert not found.any_tables
    assert found.unit("double") == "unit of sales"
    assert found.unit("sales") is None
    assert (found.design, found.pools, found.support) == ("descriptive", "none", "none")


@pytest.mark.parametrize("name", ["foundry.doubel", "foundy.double"])
def test_an_unknown_measure_gets_the_nearest_name(room: str, name: str) -> None:
    with pytest.raises(UnknownMeasureError, match=rf"'{name}' is no measure\. Did you mean 'foundry\.double'"):
        find(name)


def test_a_function_that_is_no_measure_has_no_record() -> None:
    with pytest.raises(UnknownMeasureError, match="'len' is no measure"):
        record(len)


def test_the_decorator_hands_the_same_function_back() -> None:
    def shares(firms: TableLike, *, by: Column = "industry") -> Result:
        """Shares."""
        return Result(table=as_table(firms, "firms", by))

    marked = measure(gives={}, cites="Nobody (2026)", design="descriptive")(shares)

    assert marked is shares
    assert record(shares).tables == {"firms": True}
    assert marked(pa.table({"industry": ["food"]})).to_arrow().num_rows == 1


def test_a_measure_that_draws_its_rows_marks_every_result() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
    class Drawn(Result):
        n: int

    def firms(counts: TableLike, *, n: int = 2) -> Result:
        """Firms that are none."""
        return Drawn(table=as_table(counts, "counts", "industry"), n=n)

    drawn = measure(gives={}, cites="Nobody (2026)", design="descriptive", synthetic=True)(firms)

    made = drawn(pa.table({"industry": ["food"]}), n=3)
    assert isinstance(made, Drawn)
    assert (made.synthetic, made.n) == (True, 3)
    assert inspect.unwrap(drawn) is firms
    assert (record(drawn).synthetic, record(drawn).tables) == (True, {"counts": True})
    assert list(record(drawn).parameters) == ["n"]


@pytest.mark.parametrize("meaning", ["the share", "the share [percent]", "[fraction] of sales"])
def test_a_column_without_a_known_unit_is_refused_when_written(meaning: str) -> None:
    with pytest.raises(ValueError, match=r"gives\['share'\] ends with no known unit"):
        measure(gives={"share": meaning}, cites="", design="descriptive")


def test_the_catalog_is_all_names_with_their_records() -> None:
    assert {name: found.name for name, found in catalog().items()} == {name: name for name in names()}


def test_importing_industria_imports_no_room_and_no_frame_library() -> None:
    code = """
import industria, sys
from industria.core.measure import names
dir(industria), names()
loaded = [name.split(".") for name in sys.modules]
inside = [name for name in loaded if len(name) > 2 and name[0] == "industria"]
print([".".join(name) for name in inside if name[1] not in ("core", "errors")])
print([name[0] for name in loaded if len(name) == 1 and name[0] in ("pandas", "polars", "pyfixest", "scipy")])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["[]", "[]"]
