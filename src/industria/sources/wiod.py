"""World Input-Output Database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import ChoiceError, ParameterRangeError, UsageError
from industria.sources.carried import from_mirror
from industria.sources.formats.wiot import Array, Texts, Wiot, read_wiot
from industria.sources.formats.wiot_industries import INDUSTRIES_2013
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["tables"]

CENTRE: Final = Publisher(
    name="wiod",
    title="World Input-Output Database, University of Groningen",
    license="CC BY 4.0",
    homepage="https://www.rug.nl/ggdc/valuechain/wiod/",
)
Part = Literal["flows", "final_demand", "output", "factors"]
Edition = Literal["2013", "2016"]


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its years, the names of its files, its kinds of final use, and what its codes stand for."""

    years: range
    page: str
    names: tuple[str, ...]
    classification: str
    size: str
    categories: Mapping[str, str]
    industries: Mapping[str, str] = field(default_factory=dict)


USES: Final = (
    "final consumption expenditure by households",
    "final consumption expenditure by non-profit organizations serving households",
    "final consumption expenditure by government",
    "gross fixed capital formation",
    "changes in inventories and valuables",
)
RELEASES: Final = {
    "2013": Release(
        range(1995, 2012),
        f"{CENTRE.homepage}wiod-2013-release",
        # Two states of the publisher's workbooks, and what carries them elsewhere.
        (
            "WIOT{short}_ROW_Sep12.xlsx",
            "WIOT{short}_ROW_Apr12.xlsx",
            "wiot{short}_row_sep12.xlsx",
            "wiot{short}_row_apr12.xlsx",
            "wiot_{year}.npz",
            "wiot_{year}.RData",
        ),
        "ISIC Rev. 3, 35 industries",
        "41 countries",
        dict(zip(("c37", "c38", "c39", "c41", "c42"), USES, strict=True)),
        INDUSTRIES_2013,
    ),
    "2016": Release(
        range(2000, 2015),
        f"{CENTRE.homepage}wiod-2016-release",
        ("WIOT{year}_Nov16_ROW.xlsb", "WIOT{year}_October16_ROW.RData", "WIOT{year}_Nov16_ROW.xlsx"),
        "ISIC Rev. 4, 56 industries",
        "44 countries",
        dict(zip(("c57", "c58", "c59", "c60", "c61"), USES, strict=True)),
    ),
}
ZEROS: Final = "Cells that are zero are left out of flows and final demand: a pair that is not there is zero."
INTEGERS: Final = "This copy was rounded to whole millions, and has no rows below the industries (value added, taxes)."


@reader(
    columns={
        "from_country": "country that sells; ROW or RoW is the rest of the world [code]",
        "from_industry": "industry that sells [code]",
        "to_country": "country that buys [code]",
        "to_industry": "industry that buys [code]",
        "category": "kind of final use; the facts tell which [code]",
        "country": "country of the industry [code]",
        "industry": "the industry [code]",
        "gross_output": "output at basic prices, million US dollars [currency]",
        "factor": "row below the industries: VA value added, TXSP taxes less subsidies on products, and others [code]",
        "value": "in million US dollars, at current basic prices [currency]",
        "year": "year [date]",
    },
    example={"year": 2011, "release": "2013", "table": "flows"},
)
def tables(*, year: int, release: Edition = "2013", table: Part = "flows", as_of: str | None = None) -> Source:
    """Read a part of a world input-output table, a cell a row.

    Value added of an industry is its output less all that it buys, or the factor VA,
    which is net of taxes on products and of transport margins.

    Parameters
    ----------
    year : int
        1995 to 2011 (release of 2013), 2000 to 2014 (2016).
    release : {"2013", "2016"}
        41 countries of 35 industries, or 44 of 56. They are not to be joined into one
        series: classification and national accounts differ.
    table : {"flows", "final_demand", "output", "factors"}
        What industries sell to industries, or to final users; gross output; or the rows
        below the industries, which the copies as .npz and of the release of 2013 as
        .RData lack.
    as_of : str, optional
        A day: only a file that was written no later.

    Returns
    -------
    Source
        flows: `from_country, from_industry, to_country, to_industry, value, year`;
        final_demand: `from_country, from_industry, to_country, category, value, year`;
        output: `country, industry, gross_output, year`;
        factors: `country, industry, factor, value, year`. Million US dollars at current
        basic prices. Cells of zero are left out of the first two.

    Raises
    ------
    ChoiceError
        If there is no such release or part.
    ParameterRangeError
        If the release does not have the year.
    NotMirroredError
        If the mirror lacks the file: the publisher's archives hold 600 MB, and are
        fetched by a person.
    UsageError
        If the file lacks the factors; when it is read.

    Examples
    --------
    In a study::

        [sources.flows]
        use = "wiod.tables"
        year = 2011
    """
    if release not in RELEASES:
        raise ChoiceError("release", release, list(RELEASES))
    if table not in get_args(Part):
        raise ChoiceError("table", table, get_args(Part))
    known = RELEASES[release]
    if year not in known.years:
        raise ParameterRangeError("year", year, f"{known.years[0]} to {known.years[-1]} in the release of {release}")
    names = [name.format(year=year, short=f"{year % 100:02d}") for name in known.names]
    file = from_mirror(CENTRE, names, page=known.page, as_of=as_of)
    rounded = file.name.startswith("wiot_")
    facts: dict[str, Any] = {
        "unit": "million US dollars, current basic prices",
        "classification": known.classification,
        "countries": known.size,
        "categories": dict(known.categories),
    }
    return file.source(
        "wiod.tables",
        partial(_read, file.path, file.name, year, table),
        {"year": year, "release": release, "table": table, "as_of": as_of},
        title=f"World Input-Output Table {year}, release of {release}",
        vintage=release,
        citation="Timmer, Dietzenbacher, Los, Stehrer & de Vries (2015), An Illustrated User Guide to the World "
        "Input-Output Database, Review of International Economics 23(3), 575-605",
        documentation=known.page,
        facts=facts | ({"industries": dict(known.industries)} if known.industries else {}),
        notes=((ZEROS,) if table in ("flows", "final_demand") else ()) + ((INTEGERS,) if rounded else ()),
    )


def _read(path: Path, name: str, year: int, table: Part) -> Table:
    return as_table(_long(read_wiot(path, name, year), name, year, table), name)


def _long(wiot: Wiot, name: str, year: int, table: Part) -> pa.Table:
    sellers = {"from_country": wiot.countries, "from_industry": wiot.industries}
    if table == "flows":
        buyers = {"to_country": wiot.countries, "to_industry": wiot.industries}
        return _cells(wiot.flows, sellers, buyers, year)
    if table == "final_demand":
        return _cells(wiot.final, sellers, {"to_country": wiot.users, "category": wiot.categories}, year)
    industries = {"country": pa.array(wiot.countries), "industry": pa.array(wiot.industries)}
    if table == "output":
        return pa.table(industries | {"gross_output": wiot.output, "year": pa.repeat(year, len(wiot.output))})
    if not wiot.factors:
        raise UsageError(
            f"wiod.tables: {name} has no rows below its industries, so no factors. Value added is output less all "
            "that an industry buys; the publisher's workbook tells taxes and margins apart."
        )
    return pa.concat_tables(
        pa.table(
            industries
            | {
                "factor": pa.repeat(pa.scalar(factor), len(values)),
                "value": values,
                "year": pa.repeat(year, len(values)),
            }
        )
        for factor, values in wiot.factors.items()
    )


def _cells(matrix: Array, rows: Mapping[str, Texts], columns: Mapping[str, Texts], year: int) -> pa.Table:
    """List the cells that are not zero, row by row."""
    i, j = np.nonzero(matrix)
    labels = {name: _taken(words, i) for name, words in rows.items()}
    labels |= {name: _taken(words, j) for name, words in columns.items()}
    return pa.table(labels | {"value": matrix[i, j], "year": pa.repeat(year, len(i))})


def _taken(words: Texts, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    # One text for each label, not one for each of millions of cells.
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(words)).cast(pa.string())
