"""Tables of the Employment Projections: a title line, a header, rows, footnotes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, UnknownSheetError
from industria.sources.formats.official_columns import columns_of, snake
from industria.sources.formats.workbook import opened

__all__ = ["read_projections"]

KEYS: Final = {
    "national_employment_matrix_title": "title",
    "national_employment_matrix_occupation_title": "title",
    "occupation_category": "title",
    "national_employment_matrix_code": "occupation",
    "national_employment_matrix_occupation_code": "occupation",
    "national_employment_matrix_industry_title": "industry_title",
    "national_employment_matrix_industry_code": "industry",
    "occupation_type": "group",
    "industry_type": "group",
    "naics_code": "naics",
}
TEXTS: Final = (
    *KEYS.values(),
    "typical_education_needed_for_entry",
    "work_experience_in_a_related_occupation",
    "typical_on_the_job_training_needed_to_attain_competency_in_the_occupation",
    "factors_affecting_occupational_utilization",
    "national_employment_matrix_link",
)
PERCENTS: Final = ("percent", "_rate_")
EDUCATION: Final = "5.3"
"""All numbers of this table are percents."""
TOP: Final = ">="
MISSING: Final = ("—", "-", "–")


def read_projections(path: Path, name: str, table: str, first: int, last: int) -> Table:
    """Read one table of the workbook of occupations.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        What messages call it.
    table : str
        As "1.2".
    first, last : int
        The years that are projected from and to.

    Returns
    -------
    Table
        `occupation`, `title` and `group` (in table 1.9 `industry` in place of `occupation`),
        then the table's own columns in snake case, percents as fractions; a wage that is too high to be told is
        null, and `top_coded` in its `_flag`.

    Raises
    ------
    BrokenFileError
        If the workbook is none, or is of other years.
    UnknownSheetError
        If it has no such table.
    """
    sheet = f"Table {table}"
    with opened(path, name) as book:
        if sheet not in book.sheet_names:
            raise UnknownSheetError(name, sheet, book.sheet_names)
        index = book.get_sheet_by_index(0).to_python()
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    said = " ".join(str(cell) for row in index for cell in row)
    if f"{first} and projected {last}" not in said:
        raise BrokenFileError(name, f"it is not of {first} and projected {last}.")
    official = [snake(str(cell)) for cell in rows[1]]
    header = [_name(word, industries=table == "1.9") for word in official]
    numbers = [column for column in header if column not in TEXTS]
    body = [[_cleaned(cell) for cell in row] for row in _body(rows[2:])]
    wages = [column for column in header if "wage" in column]
    flags = {f"{wage}_flag": [_flag(row[header.index(wage)]) for row in body] for wage in wages}
    made = columns_of(body, header, name, numbers=numbers, missing=(*MISSING, *_tops(body)), line=3)
    for place, column in enumerate(header):
        if column in numbers and (table == EDUCATION or any(word in official[place] for word in PERCENTS)):
            made = made.set_column(place, column, pc.divide(made[column], 100.0))
    for column, cells in flags.items():
        made = made.append_column(column, pa.array(cells, pa.string()))
    keys = [key for key in ("occupation", "industry", "title", "industry_title", "group") if key in header]
    return as_table(made.select([*keys, *(column for column in made.column_names if column not in keys)]), name)


def _name(official: str, *, industries: bool) -> str:
    """Name a column; the year of the matrix goes, which the vintage tells, and percents are fractions."""
    word = re.sub(r"^\d{4}_", "", official)
    named = KEYS.get(word, word.replace("percent", "fraction"))
    return "industry" if industries and named == "occupation" else named


def _body(rows: list[list[Any]]) -> list[list[Any]]:
    """Leave out what stands below the rows: from the first line with words in its first cell alone."""
    end = next((i for i, row in enumerate(rows) if not any(cell != "" for cell in row[1:])), len(rows))
    return rows[:end]


def _tops(rows: list[list[Any]]) -> set[str]:
    """List what stands in place of wages that are too high to be told, as `>=$239,200`."""
    return {cell for row in rows for cell in row if isinstance(cell, str) and cell.startswith(TOP)}


def _flag(cell: Any) -> str | None:
    return "top_coded" if isinstance(cell, str) and cell.startswith(TOP) else None


def _cleaned(cell: Any) -> Any:
    """Take away the blanks that indent a title, and the mark of its footnote."""
    return re.sub(r"\s*\(\d+\)$", "", cell.strip()) if isinstance(cell, str) else cell
