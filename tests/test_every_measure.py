"""What holds for every measure, asked of each by its name in the catalog.

A measure takes part by its file and its test: `tests/<room>/test_<name>.py`
offers `EXAMPLE`, one small call of it: tables as Arrow by name, and parameters.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import math
import pickle
import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa
import pytest
from numpydoc.docscrape import FunctionDoc

from industria import errors
from industria.core._kinds import KINDS
from industria.core.measure import Measure, find, names
from industria.core.result import SUPPORT, Cells, Result
from industria.core.table import Column, as_table, collect
from industria.core.units import REFERENCE, is_unit, unit_of
from industria.errors import IndustriaError, MissingColumnError, ParameterRangeError, UnknownMeasureError
from industria.study.shapes import Shape, rehearse

Row = Mapping[str, Any]

# Engines add up in another order; sums of the examples' few rows keep far more digits than this.
TOLERANCE = 1e-9

# Parameters that call for random draws; an example may leave them at none.
DRAWS = ("bootstrap", "permutations", "replications", "draws")

HOLDERS: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": lambda rows: rows.to_pandas(),
    "polars": pl.from_arrow,
    "polars-lazy": lambda rows: pl.from_arrow(rows).lazy(),  # type: ignore[union-attr]
    "duckdb": lambda rows: duckdb.connect().from_arrow(rows),
}


@dataclass(frozen=True)
class Example:
    """A measure and one small call of it."""

    measure: Measure
    tables: dict[str, pa.Table]
    parameters: dict[str, Any]
    words: frozenset[str] = frozenset()
    """Values of its tables that are words of the measure (`delivered`, `budget`), and so no labels."""

    def __call__(self, tables: Mapping[str, Any] | None = None, **parameters: Any) -> Result:
        result: Result = self.measure.function(**(tables or self.tables), **self.parameters | parameters)
        return result

    @property
    def documented(self) -> tuple[type[IndustriaError], ...]:
        """The errors of the docstring."""
        said = FunctionDoc(self.measure.function)["Raises"]
        named = [word for part in said for word in re.findall(r"\w+Error", f"{part.name} {part.type}")]
        return tuple(getattr(errors, word) for word in named)


@cache
def _example(name: str) -> Example:
    module = importlib.import_module("tests." + ".test_".join(name.split(".")))
    tables, parameters = module.EXAMPLE
    return Example(find(name), dict(tables), dict(parameters), frozenset(getattr(module, "WORDS", ())))


@pytest.fixture(params=names())
def example(request: pytest.FixtureRequest) -> Example:
    return _example(request.param)


def _all(result: Result) -> dict[str, list[Row]]:
    """Every table of a result, rows in an order of their own."""
    tables = {"table": result.table, **result.tables()}
    return {name: sorted(collect(table).to_pylist(), key=_labels) for name, table in tables.items()}


def _labels(row: Row) -> str:
    return repr([value for value in row.values() if not isinstance(value, float)]) + repr(
        [float(f"{value:.6g}") for value in row.values() if isinstance(value, float)]
    )


def _assert_same(found: Result, wanted: Result) -> None:
    _assert_close(found.facts(), wanted.facts(), "facts")
    there, here = _all(wanted), _all(found)
    assert here.keys() == there.keys()
    for name, rows in there.items():
        assert len(here[name]) == len(rows), name
        for one, other in zip(here[name], rows, strict=True):
            _assert_close(one, other, name)


def _assert_close(one: Row, other: Row, place: str) -> None:
    assert one.keys() == other.keys()
    for column, value in other.items():
        if isinstance(value, float):
            assert one[column] == pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE, nan_ok=True), f"{place}.{column}"
        else:
            assert one[column] == value, f"{place}.{column}"


def _any_columns(measure: Measure) -> bool:
    """Whether the columns are up to the caller, as in SQL."""
    return measure.any_tables


# Names, signature, documentation


def test_file_function_and_test_have_one_name(example: Example) -> None:
    room, word = example.measure.name.split(".")
    module = inspect.getmodule(example.measure.function)
    assert module is not None

    public = [
        name
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert Path(str(module.__file__)).stem == word
    assert public == [word], "a file holds one public function"
    assert getattr(importlib.import_module(f"industria.{room}"), word) is example.measure.function


def test_tables_come_first_and_parameters_are_keywords(example: Example) -> None:
    measure = example.measure
    arguments = inspect.signature(measure.function).parameters

    for name in measure.tables:
        assert arguments[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD, name
    for name in measure.parameters:
        assert arguments[name].kind is inspect.Parameter.KEYWORD_ONLY, name
    assert measure.tables or measure.any_tables, "a measure reads a table"
    assert not {"name", "use", "contract"} & set(arguments), "these words belong to the study file"


def test_everything_is_annotated_and_a_result_comes_back(example: Example) -> None:
    function = example.measure.function
    hints = get_type_hints(function, include_extras=True)

    assert set(hints) == {*inspect.signature(function).parameters, "return"}
    assert issubclass(hints["return"], Result)
    assert isinstance(example(), hints["return"])


def test_the_docstring_tells_every_argument_in_order(example: Example) -> None:
    doc = FunctionDoc(example.measure.function)
    told = [name.strip().lstrip("*") for part in doc["Parameters"] for name in part.name.split(",")]

    assert told == list(inspect.signature(example.measure.function).parameters)
    assert all("".join(part.desc).strip() for part in doc["Parameters"])
    assert doc["Returns"], "what a row is, and what is null"
    assert example.measure.title.endswith(".")
    assert len(example.measure.title) <= 100


def test_the_docstring_names_the_errors_that_the_file_raises(example: Example) -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(example.measure.function)))  # type: ignore[arg-type]
    raised = {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }

    assert example.documented, "what a measure refuses is part of what it does"
    assert raised <= {error.__name__ for error in example.documented} | {"AssertionError"}


def test_the_definition_is_cited_with_its_year(example: Example) -> None:
    assert re.search(r"\b(19|20)\d\d\b", example.measure.cites)


def test_see_also_leads_to_measures(example: Example) -> None:
    for (name, _), *_ in (related[0] for related in FunctionDoc(example.measure.function)["See Also"]):
        assert name.removeprefix("industria.") in names()


def test_examples_of_the_docstring_run(example: Example) -> None:
    function = example.measure.function
    for test in doctest.DocTestFinder(recurse=False).find(function, globs=dict(function.__globals__)):
        assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


def test_the_function_travels_by_pickle(example: Example) -> None:
    assert pickle.loads(pickle.dumps(example.measure.function)) is example.measure.function


# What comes back


def test_gives_is_what_comes_back(example: Example) -> None:
    result = example()
    made = set(result.table.collect_schema().names())
    further = {column for table in result.tables().values() for column in table.collect_schema().names()}
    carried = {column for table in example.tables.values() for column in table.column_names}

    assert set(example.measure.gives) <= made | further
    if not _any_columns(example.measure):
        untold = {c for c in made - carried - set(example.measure.gives) if not c.startswith(SUPPORT)}
        assert not untold, "each column that a measure makes has a meaning and a unit"


def test_every_unit_is_known_and_leads_somewhere(example: Example) -> None:
    carried = {column for table in example.tables.values() for column in table.column_names}
    for column, meaning in example.measure.gives.items():
        unit = unit_of(meaning)
        assert unit is not None, column
        assert is_unit(unit), column
        reference = REFERENCE.fullmatch(unit)
        assert not reference or reference[1] in carried | {*example.measure.parameters, *example.measure.gives}, column
    assert all(is_unit(unit) for unit in example().units.values())


def test_support_is_what_was_declared(example: Example) -> None:
    result = example()
    made = result.table.collect_schema().names()
    told = {name for name in made if name.startswith(SUPPORT)}

    match example.measure.support:
        case "none":
            assert not told
        case "estimates":
            assert told == {f"{SUPPORT}df", f"{SUPPORT}units"}
        case "percentiles":
            assert told == {f"{SUPPORT}units", f"{SUPPORT}window"}
        case "units":
            assert told == {f"{SUPPORT}units"}
        case "cells":
            suffixes = ("largest", "second", "squares", "negative", "holding_largest", "holding_second")
            sums = {name.removesuffix("_second") for name in told if re.search("(?<!_holding)_second$", name)}
            # What a share is taken of is a column of the table, or stands beside the shares.
            beside = {name for name in sums if name.removeprefix(SUPPORT) not in made}
            needed = {f"{SUPPORT}units", *beside, *(f"{n}_{size}" for n in sums for size in suffixes[:2])}
            needed |= {f"{n}_{size}" for n in sums for size in suffixes[2:4]} if isinstance(result, Cells) else set()
            assert (
                needed <= told <= {*needed, f"{SUPPORT}holdings", *sums, *(f"{n}_{s}" for n in sums for s in suffixes)}
            )
            assert sums


def test_columns_are_of_six_kinds_and_missing_is_null(example: Example) -> None:
    result = example()
    for name, table in {"table": result.table, **result.tables()}.items():
        for column, kind in table.collect_schema().items():
            assert kind in KINDS, f"{name}.{column} is {kind}"
        for row in collect(table).to_pylist():
            assert not [c for c, v in row.items() if isinstance(v, float) and math.isnan(v)], f"NaN in {name}"


def test_tidy_holds_nothing_of_support(example: Example) -> None:
    result = example()
    tidy = [c for c in result.table.collect_schema().names() if not c.startswith(SUPPORT)]

    assert result.tidy().collect_schema().names() == tidy
    assert list(result.to_pandas().columns) == list(result.to_polars().columns) == tidy
    assert result.summary()


def test_repr_computes_nothing(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    result = example()

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("repr computed the table")

    monkeypatch.setattr(nw.LazyFrame, "collect", fail)
    assert repr(result).startswith(f"{type(result).__name__}(")


def test_check_without_data_knows_the_columns_of_a_real_run(example: Example) -> None:
    shapes = {name: Shape.of(as_table(rows, name)) for name, rows in example.tables.items()}
    made = rehearse(example.measure, shapes, example.parameters)
    result = example()

    assert made.table is not None
    if made.table.exact:  # later steps read what disclosure control needs, too
        assert set(made.table.names) == set(result.table.collect_schema().names())
    else:
        assert set(made.table.names) >= set(result.tidy().collect_schema().names())
    assert set(result.tables()) <= set(made.tables)
    assert set(result.facts()) <= set(made.facts)


# What must not matter


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_holder_of_the_tables_does_not_matter(example: Example, holder: str) -> None:
    held = {name: HOLDERS[holder](rows) for name, rows in example.tables.items()}

    _assert_same(example(held), example())


@pytest.mark.spark
def test_a_cluster_gives_the_same_answer(example: Example, spark: Any) -> None:
    held = {name: spark.createDataFrame(rows) for name, rows in example.tables.items()}

    _assert_same(example(held), example())


def test_the_order_of_rows_does_not_matter(example: Example) -> None:
    mixed = {}
    for name, rows in example.tables.items():
        order = list(range(rows.num_rows))
        random.Random(5).shuffle(order)
        mixed[name] = rows.take(order)

    _assert_same(example(mixed), example())


def test_what_labels_are_called_does_not_matter(example: Example) -> None:
    """Codes with a letter before them give the same answer under these codes."""
    if _any_columns(example.measure):
        pytest.skip("the query may name labels")
    labels = {
        value
        for rows in example.tables.values()
        for column in rows.columns
        if pa.types.is_string(column.type)
        for value in column.to_pylist()
        if value is not None and value not in example.words
    }
    renamed = {name: _relabeled(rows, labels) for name, rows in example.tables.items()}
    columns = {column for rows in example.tables.values() for column in rows.column_names}
    named = {
        word: f"x{value}"
        for word, value in example.parameters.items()
        if isinstance(value, str) and value in labels - columns
    }
    found, wanted = _all(example(renamed, **named)), _all(example())

    def plain(row: Row) -> Row:
        return {c: v[1:] if isinstance(v, str) and v[:1] == "x" and v[1:] in labels else v for c, v in row.items()}

    for name, rows in wanted.items():
        back = sorted((plain(row) for row in found[name]), key=_labels)
        for one, other in zip(back, rows, strict=True):
            _assert_close(one, other, name)


def _relabeled(rows: pa.Table, labels: Collection[str]) -> pa.Table:
    for i, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            words = [f"x{word}" if word in labels else word for word in rows[field.name].to_pylist()]
            rows = rows.set_column(i, field, pa.array(words, field.type))
    return rows


def test_the_tables_of_the_caller_are_left_alone(example: Example) -> None:
    frames = {name: rows.to_pandas() for name, rows in example.tables.items()}
    before = {name: frame.copy(deep=True) for name, frame in frames.items()}
    _all(example(frames))

    assert all(frame.equals(before[name]) for name, frame in frames.items())


def test_one_seed_gives_the_same_bytes_for_any_number_of_workers(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "rng" not in example.measure.parameters:
        pytest.skip("nothing is drawn")
    draws = {word: 20 for word in DRAWS if word in example.measure.parameters}
    alone = example(**draws)
    monkeypatch.setenv("INDUSTRIA_WORKERS", "2")
    together = example(**draws)

    assert pickle.dumps(_all(together)) == pickle.dumps(_all(alone))
    assert together.facts() == alone.facts()


# What must be told


def test_no_rows_give_no_rows_or_a_documented_error(example: Example) -> None:
    empty = {name: rows.slice(0, 0) for name, rows in example.tables.items()}
    try:
        tables = _all(example(empty))
    except example.documented:
        return
    # One row over all groups is what SQL and summaries make of nothing.
    assert len(tables["table"]) <= max(1, len(example.parameters))


def test_a_missing_value_in_any_column_has_a_documented_outcome(example: Example) -> None:
    for name, rows in example.tables.items():
        for i, field in enumerate(rows.schema):
            gap = rows.set_column(
                i, field.name, pa.array([None, *rows[field.name].to_pylist()[1:]], rows.schema.field(i).type)
            )
            try:
                tables = _all(example({**example.tables, name: gap}))
            except example.documented:
                continue
            for row in (row for each in tables.values() for row in each):
                wrong = [c for c, v in row.items() if isinstance(v, float) and not math.isfinite(v)]
                assert not wrong, f"a missing {name}.{field.name} makes {wrong} neither number nor null"


def test_a_misspelled_column_is_told_with_the_nearest_name(example: Example) -> None:
    if _any_columns(example.measure):
        pytest.skip("the columns are named in the query")
    read = 0
    for name, rows in example.tables.items():
        for column in rows.column_names:
            misspelled = rows.rename_columns([f"{c}s" if c == column else c for c in rows.column_names])
            said = _missing_column(example, {**example.tables, name: misspelled})
            if said is not None:
                read += 1
                assert f"{name} has no column {column!r}" in said
                assert f"Did you mean '{column}s'?" in said
    assert read, "none of the columns of the example is read"


def _missing_column(example: Example, tables: Mapping[str, Any]) -> str | None:
    try:
        example(tables)
    except MissingColumnError as error:
        return str(error)
    return None


def _lists_of_columns(measure: Measure) -> list[str]:
    hints = get_type_hints(measure.function, include_extras=True)
    kinds = {name: {hints[name], *get_args(hints[name])} for name in measure.parameters}
    return [name for name, among in kinds.items() if Sequence[Column] in among]


def test_one_text_where_columns_are_asked_is_a_list_of_one(example: Example) -> None:
    """Never a list of its letters: the column named is read, or told as missing, whole."""
    for parameter in _lists_of_columns(example.measure):
        for text in {column for rows in example.tables.values() for column in rows.column_names} | {"nowhere"}:
            found, wanted = (_outcome(example, {parameter: value}) for value in (text, [text]))

            assert found == wanted, f"{parameter}={text!r}"


def _outcome(example: Example, parameters: Mapping[str, Any]) -> object:
    try:
        result = example(**parameters)
        return repr((result.facts(), _all(result)))
    except IndustriaError as error:
        return str(error)


def test_what_is_no_list_of_columns_is_told_by_its_parameter(example: Example) -> None:
    for parameter in _lists_of_columns(example.measure):
        for wrong in (3, [3]):
            with pytest.raises(ParameterRangeError, match=rf"{parameter}=.*3.*; it takes names of columns"):
                example(**{parameter: wrong})


def test_a_misspelled_measure_is_told_with_the_nearest_name(example: Example) -> None:
    name = example.measure.name

    with pytest.raises(UnknownMeasureError, match=f"Did you mean {name!r}"):
        find(name[:-1])
