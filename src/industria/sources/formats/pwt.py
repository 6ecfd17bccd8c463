"""The variables of the Penn World Table, and the table in long form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.sources.formats.long_form import (
    Variable,
    by_name,
    integers,
    melted,
    numbers,
    one_of_each,
    refuse_unknown,
)
from industria.sources.formats.raw_cells import read_cells

__all__ = ["read_pwt", "variables_of"]

# The publisher's workbook and the packages that carry it call the keys by different names.
CODES: Final = ("countrycode", "isocode")
CURRENCIES: Final = ("currency_unit", "currency")

PPP: Final = "million {base} US dollars at purchasing power parity"
NATIONAL: Final = "million {base} US dollars"
LEVEL: Final = "index, the price level of US GDP (output side) in {base} is 1"
VARIABLES: Final = {
    "rgdpe": ("expenditure-side real GDP at chained PPPs", PPP),
    "rgdpo": ("output-side real GDP at chained PPPs", PPP),
    "pop": ("population", "million persons"),
    "emp": ("number of persons engaged", "million persons"),
    "avh": ("average annual hours worked by persons engaged", "hours per persons"),
    "hc": ("human capital, from years of schooling and returns to education", "index"),
    "ccon": ("real consumption of households and government, at current PPPs", PPP),
    "cda": ("real domestic absorption (consumption plus investment), at current PPPs", PPP),
    "cgdpe": ("expenditure-side real GDP at current PPPs", PPP),
    "cgdpo": ("output-side real GDP at current PPPs", PPP),
    "cn": ("capital stock at current PPPs", PPP),
    "ck": ("capital services level at current PPPs", "index, the USA are 1"),
    "ctfp": ("TFP level at current PPPs", "index, the USA are 1"),
    "cwtfp": ("welfare-relevant TFP level at current PPPs", "index, the USA are 1"),
    "rgdpna": ("real GDP at constant national prices", NATIONAL),
    "rconna": ("real consumption at constant national prices", NATIONAL),
    "rdana": ("real domestic absorption at constant national prices", NATIONAL),
    "rnna": ("capital stock at constant national prices", NATIONAL),
    "rkna": ("capital services at constant national prices", "index, {base} is 1"),
    "rtfpna": ("TFP at constant national prices", "index, {base} is 1"),
    "rwtfpna": ("welfare-relevant TFP at constant national prices", "index, {base} is 1"),
    "labsh": ("share of labor compensation in GDP at current national prices", "fraction"),
    "irr": ("real internal rate of return", "fraction"),
    "delta": ("average depreciation rate of the capital stock", "fraction"),
    "xr": ("exchange rate, market and estimated", "national currency per US dollar"),
    "pl_con": ("price level of consumption (PPP over exchange rate)", LEVEL),
    "pl_da": ("price level of domestic absorption (PPP over exchange rate)", LEVEL),
    "pl_gdpo": ("price level of output-side GDP (PPP over exchange rate)", LEVEL),
    "cor_exp": ("correlation of expenditure shares with those of the USA, in benchmark years", "1"),
    "statcap": ("statistical capacity indicator of the World Bank, developing countries alone", "index"),
    "csh_c": ("share of household consumption at current PPPs", "fraction"),
    "csh_i": ("share of gross capital formation at current PPPs", "fraction"),
    "csh_g": ("share of government consumption at current PPPs", "fraction"),
    "csh_x": ("share of merchandise exports at current PPPs", "fraction"),
    "csh_m": ("share of merchandise imports at current PPPs; imports are negative", "fraction"),
    "csh_r": ("share of residual trade and statistical discrepancy at current PPPs", "fraction"),
    "pl_c": ("price level of household consumption", LEVEL),
    "pl_i": ("price level of capital formation", LEVEL),
    "pl_g": ("price level of government consumption", LEVEL),
    "pl_x": ("price level of exports", LEVEL),
    "pl_m": ("price level of imports", LEVEL),
    "pl_n": ("price level of the capital stock", "index, the price level of the USA in {base} is 1"),
    "pl_k": ("price level of capital services", "index, the price level of the USA in {base} is 1"),
    "i_cig": ("where the prices of consumption, investment and government come from", "name"),
    "i_xm": ("where the prices of exports and imports come from", "name"),
    "i_xr": ("whether the exchange rate is of the market or estimated", "name"),
    "i_outlier": ("whether the price level of GDP is an outlier", "name"),
    "i_irr": ("whether the internal rate of return is regular", "name"),
}


def variables_of(base: int) -> dict[str, Variable]:
    """Tell what each variable is, in a release of this base year."""
    return {name: Variable(meaning, unit.format(base=base)) for name, (meaning, unit) in VARIABLES.items()}


def read_pwt(path: Path, name: str, variables: Mapping[str, Variable]) -> Table:
    """Read the table, a number a row.

    Parameters
    ----------
    path : Path
        The publisher's workbook, with the sheet Data, or the same as text.
    name : str
        What messages call it.
    variables : mapping of str to Variable
        Of the release.

    Returns
    -------
    Table
        `country`, `country_name`, `currency`, `year`, `variable`, `value`, `text`, `unit`.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened, is cut off, has a column that nobody knows, or a
        word where a number belongs.
    MissingColumnError, UnknownSheetError
        If it lacks a key, or the sheet.
    """
    sheet = None if path.suffix.lower() == ".csv" else "Data"
    columns = by_name(read_cells(path.read_bytes(), path.name if sheet is None else name, sheet), name)
    code = CODES[1] if CODES[1] in columns.cells else CODES[0]
    currency = CURRENCIES[1] if CURRENCIES[1] in columns.cells else CURRENCIES[0]
    refuse_unknown(columns, {code, currency, "country", "year", *variables}, "the variables of this release")
    keys = {"country": columns.texts(code), "year": integers(columns, "year")}
    one_of_each(keys, columns)
    every = {
        "country": keys["country"],
        "country_name": columns.texts("country"),
        "currency": columns.texts(currency),
        "year": keys["year"],
    }
    blocks = []
    for variable, about in variables.items():
        if variable in columns.cells:
            worded = about.unit == "name"
            number = pa.nulls(len(keys["year"]), pa.float64()) if worded else numbers(columns, variable)
            text = columns.texts(variable) if worded else pa.nulls(len(number), pa.string())
            blocks.append({"variable": variable, "value": number, "text": text, "unit": about.unit})
    return as_table(melted(every, blocks), name)
