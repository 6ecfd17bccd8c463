"""NBER-CES Manufacturing Industry Database."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal, get_args

from industria.errors import ChoiceError, UsageError
from industria.sources.carried import from_mirror
from industria.sources.formats.nber_ces import INPUTS, VARIABLES, read_nber_ces
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["table"]

BUREAU: Final = Publisher(
    name="nber_ces",
    title="National Bureau of Economic Research and US Census Bureau, Center for Economic Studies",
    license="free to use with citation; its makers ask not to pass it on",
    homepage="https://www.nber.org/research/data/nber-ces-manufacturing-industry-database",
    redistributable=False,
)
Naics = Literal[1997, 2012]
VINTAGES: Final = ("5818v1", "2000-2016")
KEPT: Final = "nber_ces_2000_2016.csv"
NOTES: Final = (
    "Five variables of the release to 2016, deflated by those who carry them (package dsfa): Y, K, L, M, I.",
)


@reader(
    columns={
        "industry": "NAICS code of six digits [code]",
        "year": "year [date]",
        "variable": "name of the variable; the facts tell what it means [name]",
        "value": "the number, in the unit that stands beside it; null where nothing is told",
        "unit": "unit of the number, with its scale [name]",
    },
    example={"vintage": "2000-2016"},
)
def table(
    *, naics: Naics = 2012, vintage: Literal["5818v1", "2000-2016"] = "5818v1", as_of: str | None = None
) -> Source:
    """Read output, inputs, capital and prices of US manufacturing industries, a number a row.

    Shipments, payroll and costs are in current dollars, the capital stocks in dollars of
    the base year: deflate one before it is divided by the other.

    Parameters
    ----------
    naics : {1997, 2012}
        The edition of the classification.
    vintage : {"5818v1", "2000-2016"}
        The release of 1958 to 2018, or five deflated variables of 2000 to 2016 that
        a mirror may hold.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `industry`, `year`, `variable`, `value`, `unit`. What each variable means stands
        in `facts`. The base year is that in which the file's deflators are 1.

    Raises
    ------
    ChoiceError
        If there is no such release, or no such edition.
    UsageError
        If the release is not published by this edition.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.industries]
        use = "nber_ces.table"
        vintage = "2000-2016"
    """
    if vintage not in VINTAGES:
        raise ChoiceError("vintage", vintage, VINTAGES)
    if naics not in get_args(Naics):
        raise ChoiceError("naics", naics, [str(edition) for edition in get_args(Naics)])
    whole = vintage == "5818v1"
    if not whole and naics != 2012:
        raise UsageError(f"nber_ces.table: the variables of {vintage} are by NAICS 2012 alone, not {naics}.")
    if whole:
        name = f"nberces5818v1_n{naics}.csv"
        url = f"https://data.nber.org/nberces/nberces5818v1/{name}"
        book = f"{name.removesuffix('.csv')}.xlsx"
        file = had(BUREAU, name, url, page=BUREAU.homepage, as_of=as_of, otherwise=(book,))
    else:
        file = from_mirror(BUREAU, (KEPT,), page=BUREAU.homepage, as_of=as_of)
    variables = VARIABLES if whole else INPUTS
    return file.source(
        "nber_ces.table",
        partial(read_nber_ces, file.path, file.name, variables),
        {"naics": naics, "vintage": vintage, "as_of": as_of},
        title="NBER-CES Manufacturing Industry Database",
        vintage=vintage,
        citation="Becker, Gray & Marvakov (2021), NBER-CES Manufacturing Industry Database",
        documentation=BUREAU.homepage,
        facts={
            "classification": f"NAICS {naics}",
            "variables": {variable: str(about).format(base="base-year") for variable, about in variables.items()},
        },
        notes=() if whole else NOTES,
    )
