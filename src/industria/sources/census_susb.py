"""Statistics of US Businesses of the US Census Bureau."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from industria.errors import ParameterRangeError
from industria.sources import census_cbp
from industria.sources.published import had
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["FILES_OF_CENSUS", "susb"]

# Files need no key; the interface does.
FILES_OF_CENSUS: Final = replace(
    census_cbp.CENSUS, key="none", registration="", homepage="https://www.census.gov/programs-surveys/susb.html"
)
OLDEST: Final = 2010
EDITIONS: Final = {2010: 2007, 2012: 2012, 2017: 2017, 2022: 2022}
"""From which data year on each edition of NAICS is used."""
# Since 2016 the files lie beside the tables.
TABLES: Final = 2016
KEPT: Final = "us_state_2digitnaics_{year}.csv"
SECTORS: Final = "This copy has sectors alone, and all sizes together."


@reader(
    columns={
        "area": "FIPS code of the state, 00 is the nation [code]",
        "industry": "NAICS code, as 31-33 or 311; -- is all of them [code]",
        "size": "class of the enterprise by its employment, 01 is all of them [code]",
        "size_title": "the class in words, as <20 or 20-99 [name]",
        "firms": "firms [firms]",
        "establishments": "establishments [units]",
        "employment": "paid employees in the pay period of 12 March [jobs]",
        "payroll": "annual payroll, thousand US dollars [currency]",
        "receipts": "receipts, thousand US dollars, in years of the Economic Census [currency]",
        "<number>_flag": "null, low_noise, medium_noise, high_noise, withheld, or not_available [name]",
        "employment_range": "class in which a withheld employment lies, as 20-99, until 2017 [name]",
    },
    example={"year": 2021, "geography": "state:25", "naics": ["31-33"]},
)
def susb(
    *,
    year: int,
    geography: str = "us:*",
    naics: Sequence[str] | None = None,
    sizes: Sequence[str] = ("01",),
    as_of: str | None = None,
) -> Source:
    """Read firms, establishments, employment and payroll of US places by industry and size of enterprise.

    The size is that of the whole enterprise, in all its places and industries: a plant of
    ten people of a large firm stands among the large. Firms of several industries or
    states are counted in each, so firms do not add up; establishments do. Classes of size
    overlap, as <20 and <500 stand beside their parts: add up only what `size_title` tells
    apart.

    Parameters
    ----------
    year : int
        From 2010 on.
    geography : str
        In the words of `census.cbp`: `us:*`, `state:*`, or `state:25,09`.
    naics : sequence of str, optional
        Industries, as `31-33` or `311`; all of them without it.
    sizes : sequence of str
        Classes of enterprises by employment: `01` are all together, `*` is every class.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `area, industry, size, size_title, firms, establishments, employment, payroll,
        receipts`, a `<number>_flag` for each, and `employment_range`. Flags: `low_noise`,
        `medium_noise`, `high_noise` (the bureau changed it by less than 2, less than 5, or
        5 percent and more), `withheld` or `not_available` (the number is null). The edition
        of NAICS stands in `facts`.

    Raises
    ------
    ParameterRangeError
        If the year is before 2010, or the geography is no nation and no state.
    UnknownGroupError
        If the file has no such place, industry or size; when it is read.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.businesses]
        use = "census.susb"
        year = 2021
        geography = "state:*"
        naics = ["31-33"]
    """
    if year < OLDEST:
        raise ParameterRangeError("year", year, f"a year from {OLDEST} on; earlier files have another layout")
    for name, codes in (("naics", naics), ("sizes", sizes)):
        if codes is not None and not codes:
            raise ParameterRangeError(name, [], "one code or more")
    areas = _areas(geography)
    name = f"us_state_6digitnaics_{year}.txt"
    folder = "tables" if year >= TABLES else "datasets"
    kept = KEPT.format(year=year)
    file = had(
        FILES_OF_CENSUS,
        name,
        f"https://www2.census.gov/programs-surveys/susb/{folder}/{year}/{name}",
        page=f"https://www.census.gov/data/tables/{year}/econ/susb/{year}-susb-annual.html",
        as_of=as_of,
        otherwise=(f"us_state_6digitnaics_{year}.xlsx", kept, kept.replace(".csv", ".xlsx")),
    )
    edition = EDITIONS[max(first for first in EDITIONS if first <= year)]
    industries = None if naics is None else list(naics)
    classes = None if "*" in sizes else list(sizes)

    def load() -> Table:
        from industria.sources.formats.susb import read_susb

        return read_susb(file.path, file.name, areas=areas, naics=industries, sizes=classes)

    return file.source(
        "census.susb",
        load,
        {"year": year, "geography": geography, "naics": industries, "sizes": list(sizes), "as_of": as_of},
        title=f"Statistics of US Businesses {year}",
        vintage=str(year),
        documentation="https://www.census.gov/programs-surveys/susb/technical-documentation.html",
        facts={"classification": f"NAICS {edition}"},
        notes=(SECTORS,) if "2digitnaics" in file.name else (),
    )


def _areas(geography: str) -> tuple[str, ...]:
    if geography in ("us:*", "us:1"):
        return ("00",)
    if geography == "state:*":
        return ("*",)
    if re.fullmatch(r"state:\d\d(,\d\d)*", geography):
        return tuple(geography.removeprefix("state:").split(","))
    raise ParameterRangeError("geography", geography, "'us:*', 'state:*', or codes of two digits as 'state:25,09'")
