"""Two tables side by side, matched by their labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.study.compare import Cell, Differences, compared, differ


def compare(folder: Path, old: dict[str, Any], new: dict[str, Any], **options: Any) -> Differences:
    for name, rows in (("old", old), ("new", new)):
        pq.write_table(pa.table(rows), folder / f"{name}.parquet")
    return compared(folder / "old.parquet", folder / "new.parquet", **{"relative": 1e-12, **options})


def test_equal_tables_do_not_differ(tmp_path: Path) -> None:
    rows = {"term": ["a", "b"], "x": [1.0, None]}

    assert not compare(tmp_path, rows, rows)


def test_a_changed_cell_is_found_by_its_label(tmp_path: Path) -> None:
    found = compare(tmp_path, {"term": ["a", "b"], "x": [1.0, 2.0]}, {"term": ["b", "a"], "x": [2.5, 1.0]})

    assert found.cells == [Cell((("term", "b"),), "x", 2.0, 2.5)]
    assert (found.n_cells, found.keyed) == (1, True)


def test_several_labels_name_a_row(tmp_path: Path) -> None:
    old = {"firm": ["a", "a", "b"], "year": [1, 2, 1], "sector": ["x", "x", "y"], "x": [1.0, 2.0, 3.0]}

    found = compare(tmp_path, old, {**old, "sector": ["x", "x", "z"]})

    assert found.cells == [Cell((("firm", "b"), ("year", "1")), "sector", "y", "z")]


def test_a_count_is_a_figure_and_no_label(tmp_path: Path) -> None:
    old = {"n": [3, 4], "sector": ["a", "b"], "x": [1.0, 2.0]}

    found = compare(tmp_path, old, {**old, "n": [3, 5]}, figures=["n"])

    assert found.cells == [Cell((("sector", "b"),), "n", 4, 5)]


def test_two_tables_of_one_row_need_no_label(tmp_path: Path) -> None:
    found = compare(tmp_path, {"n": [3], "x": [1.0]}, {"n": [4], "x": [1.0]})

    assert found.cells == [Cell((), "n", 3, 4)]
    assert found.keyed


def test_rows_without_labels_are_compared_in_order(tmp_path: Path) -> None:
    found = compare(tmp_path, {"x": [1.0, 2.0]}, {"x": [1.0, 3.0]})

    assert found.cells == [Cell((("file_row_number", "1"),), "x", 2.0, 3.0)]
    assert not found.keyed


def test_rows_and_columns_that_only_one_has_are_counted(tmp_path: Path) -> None:
    found = compare(tmp_path, {"term": ["a", "b"], "x": [1.0, 2.0]}, {"term": ["a", "c", "d"], "y": [1.0, 2.0, 3.0]})

    assert (found.n_added, found.n_removed, found.added, found.removed) == (2, 1, ["y"], ["x"])
    assert found


@pytest.mark.parametrize(
    ("old", "new", "relative", "absolute", "expected"),
    [
        (1.0, 1.0 + 1e-13, 1e-12, 0.0, False),
        (1.0, 1.0 + 1e-11, 1e-12, 0.0, True),
        (1.0, 1.0 + 1e-11, 1e-9, 0.0, False),
        (1e-17, 3e-17, 1e-9, 0.0, True),
        (1e-17, 3e-17, 1e-9, 1e-12, False),
        (None, None, 1e-12, 0.0, False),
        (None, 0.0, 1e-12, 1.0, True),
        (3, 4, 1e-12, 0.0, True),
        (3, 3.0, 1e-12, 0.0, False),
    ],
)
def test_tolerance_is_the_same_in_python_and_in_the_engine(
    tmp_path: Path, old: float | None, new: float | None, relative: float, absolute: float, expected: bool
) -> None:
    floats = [pa.array([x, 1.0], pa.float64() if x is None else None) for x in (old, new)]
    found = compare(
        tmp_path,
        {"t": ["a", "b"], "x": floats[0]},
        {"t": ["a", "b"], "x": floats[1]},
        relative=relative,
        absolute=absolute,
    )

    assert bool(found) is expected
    assert differ(old, new, relative, absolute) is expected


def test_a_missing_label_matches_a_missing_label(tmp_path: Path) -> None:
    rows = {"term": ["a", None], "x": [1.0, 2.0]}

    found = compare(tmp_path, rows, {**rows, "x": [1.0, 3.0]})

    assert [(cell.keys, cell.new) for cell in found.cells] == [((("term", None),), 3.0)]
    assert (found.n_added, found.n_removed) == (0, 0)
