"""Occupational Employment and Wage Statistics of the US Bureau of Labor Statistics."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal, get_args

from industria.errors import ChoiceError, UsageError
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["FILES_OF_BLS", "oews"]

FILES_OF_BLS: Final = Publisher(
    name="bls",
    title="US Bureau of Labor Statistics",
    license="US Government work, public domain",
    homepage="https://www.bls.gov",
    contact=True,
)

Level = Literal["national", "sector", "naics3", "naics4", "naics5", "naics6", "state", "metro"]
FILES: Final[dict[str, tuple[str, str]]] = {
    "national": ("national{owner}_M{year}_dl.xlsx", "nat"),
    "sector": ("natsector_M{year}_dl.xlsx", "in4"),
    "naics3": ("nat3d{owner}_M{year}_dl.xlsx", "in4"),
    "naics4": ("nat4d{owner}_M{year}_dl.xlsx", "in4"),
    "naics5": ("nat5d_6d_M{year}_dl.xlsx", "in4"),
    "naics6": ("nat5d_6d_M{year}_dl.xlsx", "in4"),
    "state": ("state_M{year}_dl.xlsx", "st"),
    "metro": ("MSA_M{year}_dl.xlsx", "ma"),
}
BY_OWNER: Final = ("national", "naics3", "naics4")
OLDEST: Final = 2014
# Wages at or above these are not told: dollars an hour, and dollars a year.
TOPS: Final = {range(2018, 2022): (100.0, 208_000.0), range(2022, 2025): (115.0, 239_200.0)}


@reader(
    columns={
        "area": "code of the place; 99 is the nation [code]",
        "industry": "NAICS code padded with zeros; 000000 is all industries [code]",
        "ownership": "who owns the establishments [code]",
        "occupation": "code of the SOC, or of the OEWS where it has none [code]",
        "title": "name of the occupation [name]",
        "group": "level of the occupation: total, major, minor, broad or detailed [name]",
        "employment": "employment [jobs]",
        "employment_prse": "relative standard error of employment, published in percent [fraction]",
        "hourly_mean": "mean wage, US dollars an hour [currency per hour]",
        "annual_mean": "mean wage, US dollars a year [currency]",
        "annual_p10": "10th percentile of wages, US dollars a year [currency]",
        "annual_p25": "25th percentile of wages, US dollars a year [currency]",
        "annual_median": "median wage, US dollars a year [currency]",
        "annual_p75": "75th percentile of wages, US dollars a year [currency]",
        "annual_p90": "90th percentile of wages, US dollars a year [currency]",
        "<number>_flag": "null, missing, or top_coded: at or above the bound among the facts [name]",
    },
    example={"level": "sector", "vintage": 2023},
)
def oews(
    *, level: Level = "national", ownership: str | None = None, vintage: int = 2024, as_of: str | None = None
) -> Source:
    """Read employment and wages by occupation, of the estimates of one May.

    Rows of several levels stand among each other: `group` tells total, major, minor,
    broad and detailed. Withheld cells make the detailed rows add up to less than
    their total. An occupation is often published under a broad code alone
    (31-1120), which task scores do not have: map it before scores are joined.

    Parameters
    ----------
    level : {"national", "sector", "naics3", "naics4", "naics5", "naics6", "state", "metro"}
        All industries, or estimates by industry or by place.
    ownership : str, optional
        "all", or one code: 1 federal, 2 state, 3 local government, 5 private, and sums of
        these such as 235. Without it, the file over all owners that are in scope. Of
        national, naics3 and naics4 (schools and hospitals) alone.
    vintage : int
        The year.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `area`, `industry` (padded with zeros), `ownership`, `occupation`, `title`, `group`;
        `employment` (jobs) and its relative standard error `employment_prse` (a fraction);
        `hourly_mean`, `annual_mean`, `annual_p10`, `annual_p25`, `annual_median`, `annual_p75`,
        `annual_p90` (US dollars); and for each number a `<column>_flag`: null, `missing`,
        or `top_coded` where a wage is at or above the bound that `facts` has.

    Raises
    ------
    ChoiceError
        If there is no such level.
    UsageError
        If the level is not published by owners, or so early.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.jobs]
        use = "bls.oews"
        level = "sector"
        vintage = 2023
    """
    if level not in get_args(Level):
        raise ChoiceError("level", level, get_args(Level))
    if ownership is not None and level not in BY_OWNER:
        raise UsageError(f"bls.oews: {level} is not published by owners; {', '.join(BY_OWNER)} are.")
    if vintage < OLDEST:
        raise UsageError(f"bls.oews: vintage={vintage}; files of this layout begin with {OLDEST}.")
    pattern, archive = FILES[level]
    name = pattern.format(owner="_owner" if ownership else "", year=vintage)
    file = had(
        FILES_OF_BLS,
        name,
        f"https://www.bls.gov/oes/special-requests/oesm{vintage % 100:02d}{archive}.zip",
        page="https://www.bls.gov/oes/tables.htm",
        as_of=as_of,
        otherwise=(f"national_May{vintage}_dl.csv",) if level == "national" and not ownership else (),
    )
    digits = int(level[-1]) if level in ("naics5", "naics6") else None
    owner = None if ownership == "all" else ownership
    top = next((told for years, told in TOPS.items() if vintage in years), None)

    def load() -> Table:
        from industria.sources.formats.oews import read_oews

        return read_oews(file.path, file.name, digits=digits, ownership=owner)

    return file.source(
        "bls.oews",
        load,
        {"level": level, "ownership": ownership, "vintage": vintage, "as_of": as_of},
        title=f"Occupational Employment and Wage Statistics, May {vintage}, {level}",
        vintage=f"May {vintage}",
        documentation="https://www.bls.gov/oes/oes_doc.htm",
        facts={} if top is None else {"hourly_top": top[0], "annual_top": top[1]},
        notes=("Files of text are read as the publisher's workbooks are.",)
        if PurePosixPath(file.name).suffix == ".csv"
        else (),
    )
