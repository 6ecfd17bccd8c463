"""Brazil's register of formal jobs, RAIS: pay and jobs by occupation and month."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from industria.errors import BrokenFileError, MissingColumnError, ParameterRangeError
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["occupations"]

EXTRACT: Final = Publisher(
    name="halef_thesis",
    title="Brazil, Ministry of Labor and Employment (RAIS), extract by H. Michel",
    license="open data of the Brazilian government; the repository of the extract states no license",
    homepage="https://github.com/halefmichel/halef-thesis",
    redistributable=False,
)
FILES: Final = (
    "https://raw.githubusercontent.com/halefmichel/halef-thesis/"
    "ab679e450e148b7d0a2f4d4c058668fa455da9a8/occupation/rais-cbo/rais-cbo-data/"
)
YEARS: Final = range(2018, 2022)
NAMES: Final = {
    "year": "year",
    "month": "month",
    "id CBO 2002": "occupation",
    "CBO Ocupação 2002": "title",
    "Salario medio": "mean_pay",
    "total": "jobs",
}
CODE: Final = re.compile(r"\d{6}")


@reader(
    columns={
        "year": "year [date]",
        "month": "month of the year, 1 to 12 [date]",
        "occupation": "occupation of CBO 2002, six digits [code]",
        "title": "name of the occupation, in Portuguese [name]",
        "mean_pay": "mean nominal pay of the month, Brazilian reais [currency]",
        "jobs": "formal jobs [jobs]",
    },
    example={"year": 2021},
)
def occupations(*, year: int, as_of: str | None = None) -> Source:
    """Read formal jobs and their pay by occupation and month, in the city of São Paulo.

    An extract that a thesis keeps: the register itself is published person by person,
    in archives of many gigabytes. Families (the first four digits) lead to household
    surveys by `ibge.correspondence(pair="cbo2002-cbodom")`.

    Parameters
    ----------
    year : int
        2018 to 2021; of 2021, January to November.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `year, month, occupation, title, mean_pay, jobs`; one row an occupation and month.

    Raises
    ------
    ParameterRangeError
        If there is no such year.
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    if year not in YEARS:
        raise ParameterRangeError("year", year, f"a year from {YEARS[0]} to {YEARS[-1]}")
    name = f"CBO_{year}_monthly.csv"
    file = had(EXTRACT, name, f"{FILES}{name}", page=EXTRACT.homepage, as_of=as_of)
    return file.source(
        "rais.occupations",
        partial(_read, file.path, file.name),
        {"year": year, "as_of": as_of},
        title=f"RAIS {year}, mean nominal pay and jobs by CBO 2002 and month, city of São Paulo",
        vintage=str(year),
        citation=f"Ministério do Trabalho e Emprego, RAIS {year}",
        facts={"place": "São Paulo (city)", "classification": "CBO 2002"},
        notes=("The city of São Paulo alone, as an extract keeps it.",),
    )


def _read(path: Path, name: str) -> Table:
    """Read a file: codes of six digits, and numbers.

    Raises
    ------
    BrokenFileError
        If the file is cut off, a code is none, or a number is none; with its line.
    MissingColumnError
        If it lacks a column.
    """
    import pyarrow as pa

    from industria.core.table import as_table
    from industria.sources.formats.text_table import text_rows

    (_, header), *rows = text_rows(path, name)
    for column in NAMES:
        if column not in header:
            raise MissingColumnError(name, column, header)
    # The first of two columns of one name is the title; the other repeats the code.
    place = {NAMES[column]: header.index(column) for column in NAMES}
    kinds = {"year": int, "month": int, "mean_pay": float, "jobs": int}
    made: dict[str, list[str | int | float]] = {column: [] for column in place}
    for line, row in rows:
        for column, cell in ((column, row[i].strip()) for column, i in place.items()):
            try:
                made[column].append(kinds.get(column, str)(cell))
            except ValueError:
                raise BrokenFileError(name, f"{column} has {cell!r}, which is no number.", line) from None
        # A spreadsheet takes the zero of the armed forces and the police away.
        made["occupation"][-1] = str(made["occupation"][-1]).zfill(6)
        if not CODE.fullmatch(str(made["occupation"][-1])):
            said = f"id CBO 2002 has {row[place['occupation']]!r}, which is no code of six digits."
            raise BrokenFileError(name, said, line)
    return as_table(pa.table(made), name)
