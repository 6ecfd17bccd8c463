"""The variables of the NBER-CES Manufacturing Industry Database, and the database in long form."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.sources.formats.long_form import (
    Columns,
    Variable,
    by_name,
    integers,
    melted,
    numbers,
    one_of_each,
    refuse_unknown,
)
from industria.sources.formats.raw_cells import read_cells

__all__ = ["INPUTS", "VARIABLES", "read_nber_ces"]

DOLLARS: Final = "million US dollars"
REAL: Final = "million {base} US dollars"
DEFLATOR: Final = "index, {base} is 1"
VARIABLES: Final = {
    "emp": Variable("total employment", "thousand persons"),
    "pay": Variable("total payroll, without social security and fringe benefits", DOLLARS),
    "prode": Variable("production workers", "thousand persons"),
    "prodh": Variable("hours of production workers", "million hours"),
    "prodw": Variable("wages of production workers", DOLLARS),
    "vship": Variable("value of shipments", DOLLARS),
    "matcost": Variable("cost of materials, energy included", DOLLARS),
    "vadd": Variable("value added", DOLLARS),
    "invest": Variable("capital expenditure", DOLLARS),
    "invent": Variable("inventories at the end of the year", DOLLARS),
    "energy": Variable("cost of electricity and fuels", DOLLARS),
    "cap": Variable("real capital stock", REAL),
    "equip": Variable("real capital stock, equipment", REAL),
    "plant": Variable("real capital stock, structures", REAL),
    "piship": Variable("deflator of shipments", DEFLATOR),
    "pimat": Variable("deflator of materials", DEFLATOR),
    "piinv": Variable("deflator of investment", DEFLATOR),
    "pien": Variable("deflator of energy", DEFLATOR),
    "dtfp5": Variable("annual growth of five-factor TFP", "fraction"),
    "tfp5": Variable("five-factor TFP", DEFLATOR),
    "dtfp4": Variable("annual growth of four-factor TFP", "fraction"),
    "tfp4": Variable("four-factor TFP", DEFLATOR),
}
INPUTS: Final = {
    "Y": Variable("value of shipments, deflated", "million 2012 US dollars"),
    "K": Variable("real capital stock", "million 2012 US dollars"),
    "L": Variable("hours of production workers", "million hours"),
    "M": Variable("cost of materials, deflated", "million 2012 US dollars"),
    "I": Variable("capital expenditure, deflated", "million 2012 US dollars"),
}
"""What the package `dsfa` made of the release to 2016, under its names."""

TITLES: Final = ("naics_title", "naicstitle")


def read_nber_ces(path: Path, name: str, variables: dict[str, Variable]) -> Table:
    """Read the database, a number a row.

    Parameters
    ----------
    path : Path
        A text between commas, or a workbook whose first sheet holds the database.
    name : str
        What messages call it.
    variables : dict of str to Variable
        `VARIABLES` or `INPUTS`.

    Returns
    -------
    Table
        `industry`, `year`, `variable`, `value`, `unit`.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened, is cut off, has a column that nobody knows, or a
        word where a number belongs.
    MissingColumnError
        If it lacks the industry or the year.
    """
    columns = by_name(read_cells(path.read_bytes(), path.name), name)
    refuse_unknown(columns, {"naics", "year", *TITLES, *variables}, "the variables of this release")
    keys = {"industry": columns.texts("naics"), "year": integers(columns, "year")}
    one_of_each(keys, columns)
    read = {variable: numbers(columns, variable) for variable in variables if variable in columns.cells}
    base = _base_year(columns, read)
    blocks = [
        {"variable": variable, "value": values, "unit": variables[variable].unit.format(base=base)}
        for variable, values in read.items()
    ]
    return as_table(melted(keys, blocks), name)


def _base_year(columns: Columns, read: dict[str, pa.Array]) -> str:
    """Find the year in which every deflator of shipments is 1: each edition of NAICS has its own."""
    if "piship" not in read:
        return "base-year"
    ones: dict[str, bool] = {}
    for year, deflator in zip(columns["year"], read["piship"].to_pylist(), strict=True):
        # Three decimals are told.
        ones[year] = ones.get(year, True) and deflator is not None and abs(deflator - 1) < 5e-4
    found = [year for year, one in ones.items() if one]
    return found[0] if len(found) == 1 else "base-year"
