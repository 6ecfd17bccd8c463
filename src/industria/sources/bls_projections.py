"""Employment Projections of the US Bureau of Labor Statistics."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from industria.errors import ChoiceError, UsageError
from industria.sources.bls_oews import FILES_OF_BLS
from industria.sources.formats.projections import TABLES, read_projections
from industria.sources.published import had
from industria.sources.source import Source

__all__ = ["projections"]

# The publisher replaces its workbook every year; a mirror keeps an older one under a name of its own.
KEPT: Final = {"2022-32": ("occupation_2023_final.xlsx",)}


def projections(*, table: str = "1.2", vintage: str = "2022-32", as_of: str | None = None) -> Source:
    """Read a table of employment by occupation, now and projected in ten years.

    Summary rows and their line items stand among each other; `group` tells them
    apart in the tables that say so, and is left out where the table does not.

    Parameters
    ----------
    table : str
        1.1 to 1.12, 5.3 or 5.4: 1.2 has employment and openings, 1.7 education and
        training, 1.10 separations, 1.12 the factors that change how much an
        occupation is used, 5.3 educational attainment.
    vintage : str
        The years, as 2022-32.
    as_of : str, optional
        A day: the newest workbook that was had no later.

    Returns
    -------
    Source
        `occupation`, `title`, `group`, then the table's own columns in snake case.
        Employment and openings are in thousands, shares and rates in percent, wages in
        US dollars a year, with a `_flag` that tells which are `top_coded`. A dash is null.
        Titles have lost the blanks that indent them.

    Raises
    ------
    ChoiceError
        If there is no such table.
    UsageError
        If the vintage is no pair of years ten apart.
    NotMirroredError
        If the workbook is nowhere and the network is closed.
    """
    if table not in TABLES:
        raise ChoiceError("table", table, TABLES)
    years = re.fullmatch(r"(\d{4})-(\d\d)", vintage)
    if years is None or (int(years[1]) + 10) % 100 != int(years[2]):
        raise UsageError(f"bls.projections: vintage={vintage!r}; it is a pair of years ten apart, as 2022-32.")
    first = int(years[1])
    file = had(
        FILES_OF_BLS,
        "occupation.xlsx",
        "https://www.bls.gov/emp/ind-occ-matrix/occupation.xlsx",
        page="https://www.bls.gov/emp/tables.htm",
        as_of=as_of,
        otherwise=KEPT.get(vintage, ()),
    )
    return file.source(
        "bls.projections",
        partial(read_projections, file.path, file.name, table, first, first + 10),
        {"table": table, "vintage": vintage, "as_of": as_of},
        title=f"Employment Projections {vintage}, table {table}",
        vintage=vintage,
        documentation="https://www.bls.gov/emp/documentation/projections-methods.htm",
    )
