"""Penn World Table of the Groningen Growth and Development Centre."""

from __future__ import annotations

from functools import partial
from typing import Final

from industria.errors import ChoiceError
from industria.sources.formats.pwt import read_pwt, variables_of
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["table"]

CENTRE: Final = Publisher(
    name="pwt",
    title="Groningen Growth and Development Centre, University of Groningen",
    license="CC BY 4.0",
    homepage="https://www.rug.nl/ggdc/productivity/pwt/",
)
# The file, where it is published, and the year whose prices it is in.
RELEASES: Final = {
    "9.1": ("pwt91.xlsx", "https://www.rug.nl/ggdc/docs/pwt91.xlsx", 2011),
    "10.0": ("pwt100.xlsx", "https://www.rug.nl/ggdc/docs/pwt100.xlsx", 2017),
    "10.01": ("pwt1001.xlsx", "https://dataverse.nl/api/access/datafile/354095", 2017),
    "11.0": ("pwt110.xlsx", "https://dataverse.nl/api/access/datafile/554105", 2021),
}
KEPT: Final = {"10.01": ("pwt1001_inputs.csv",)}
SUBSET: Final = "This copy leaves out the publisher's own total factor productivity: rtfpna, rwtfpna, ctfp, cwtfp."


@reader(
    columns={
        "country": "ISO 3166-1 alpha-3 code of the country [code]",
        "country_name": "the country, as the publisher writes it [name]",
        "currency": "national currency [name]",
        "year": "year [date]",
        "variable": "name of the variable; the facts tell what it means [name]",
        "value": "the number, in the unit that stands beside it; null where nothing is told",
        "text": "the word of an indicator (i_cig, i_xm, i_xr, i_outlier, i_irr), else null [name]",
        "unit": "unit of the number, with its scale [name]",
    },
    example={"vintage": "10.01"},
)
def table(*, vintage: str = "10.01", as_of: str | None = None) -> Source:
    """Read the Penn World Table, a number a row.

    Compare levels between countries by `cgdpo` and `cn` (current PPPs) or `rgdpo`
    (chained PPPs), and growth within a country by `rgdpna` and `rnna`: the two are not
    to be mixed.

    Parameters
    ----------
    vintage : {"9.1", "10.0", "10.01", "11.0"}
        The release.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `country` (alpha-3), `country_name`, `currency`, `year`, `variable`, `value`, `text`,
        `unit`. A country has every year of the release, and null where nothing is told.
        What each variable means stands in `facts`.

    Raises
    ------
    ChoiceError
        If there is no such release.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.countries]
        use = "pwt.table"
        vintage = "10.01"
    """
    if vintage not in RELEASES:
        raise ChoiceError("vintage", vintage, list(RELEASES))
    name, url, base = RELEASES[vintage]
    kept = KEPT.get(vintage, ())
    file = had(CENTRE, name, url, page=CENTRE.homepage, as_of=as_of, otherwise=kept)
    variables = variables_of(base)
    return file.source(
        "pwt.table",
        partial(read_pwt, file.path, file.name, variables),
        {"vintage": vintage, "as_of": as_of},
        title=f"Penn World Table {vintage}",
        vintage=vintage,
        citation="Feenstra, Inklaar & Timmer (2015), The Next Generation of the Penn World Table, "
        "American Economic Review 105(10), 3150-3182",
        documentation=CENTRE.homepage,
        facts={"base_year": base, "variables": {name: str(about) for name, about in variables.items()}},
        notes=(SUBSET,) if file.name in kept else (),
    )
