"""Parquet, read lazily by DuckDB once its footer was found whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from industria.core import engine
from industria.core.table import Table, as_table
from industria.errors import BrokenFileError
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.sql import one_file

__all__ = ["read_parquet"]

MARK = b"PAR1"


def read_parquet(path: Path, name: str) -> Table:
    """Return the rows of a Parquet file as a lazy table.

    Raises
    ------
    BrokenFileError
        If the file is cut off, damaged or no Parquet at all.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(-min(4, path.stat().st_size), 2)
        end = file.read()
    if start != MARK:
        raise BrokenFileError(name, f"this is no Parquet file: it begins with {start!r}.")
    if end != MARK:
        raise BrokenFileError(name, "the Parquet file is cut off: its footer is missing.")
    try:
        refuse_repeats(pq.read_schema(path).names, name)
        # `hive_partitioning` would add a column for a folder named year=2020.
        rows = engine.connection().sql(f"SELECT * FROM read_parquet({one_file(path)}, hive_partitioning = false)")
    except (pa.ArrowException, OSError, duckdb.Error) as error:
        raise BrokenFileError(name, f"the Parquet file is damaged ({str(error).splitlines()[0]}).") from None
    return as_table(rows, name)
