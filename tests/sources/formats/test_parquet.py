from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, ColumnTypeError
from industria.sources import files


def saved(folder: Path, table: pa.Table, name: str = "firms.parquet") -> Path:
    pq.write_table(table, folder / name)
    return folder / name


def test_it_stays_lazy_and_is_read_as_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path, pa.table({"code": ["0111", None], "sales": pa.array([1.5, float("nan")], pa.float32())}))

    table = files.parquet(str(path)).read()
    assert isinstance(table, nw.LazyFrame)
    assert collect(table).to_pydict() == {"code": ["0111", None], "sales": [1.5, None]}


def test_a_partition_folder_and_a_pattern_in_the_name(tmp_path: Path) -> None:
    (tmp_path / "year=2020").mkdir()
    saved(tmp_path / "year=2020", pa.table({"x": [1]}), "x1.parquet")
    path = saved(tmp_path / "year=2020", pa.table({"x": [2]}), "x[1].parquet")

    assert collect(files.parquet(str(path)).read()).to_pydict() == {"x": [2]}


def test_cut_off_damaged_or_something_else(tmp_path: Path) -> None:
    path = saved(tmp_path, pa.table({"x": list(range(1000))}))
    whole = path.read_bytes()

    for data, said in [
        (whole[: len(whole) // 2], "the Parquet file is cut off: its footer is missing"),
        (b"a,b\n1,2\n", "this is no Parquet file: it begins with b'a,b"),
        (whole[:-60] + b"\xff" * 50 + whole[-10:], "the Parquet file is damaged"),
        (b"", "this is no Parquet file"),
    ]:
        path.write_bytes(data)
        with pytest.raises(BrokenFileError) as told:
            files.parquet(str(path)).read()
        assert f"firms.parquet: {said}" in str(told.value)


def test_nested_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnTypeError, match=r"firms\.parquet\.x holds list"):
        files.parquet(str(saved(tmp_path, pa.table({"x": [[1, 2]]})))).read()
    with pytest.raises(BrokenFileError, match="columns 1 and 2 are both named 'x'"):
        files.parquet(str(saved(tmp_path, pa.table({"x": [1], "X": [2]})))).read()
