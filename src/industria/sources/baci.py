"""BACI, the trade of countries as CEPII reconciles what both sides report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from industria.errors import ParameterRangeError, UsageError
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["trade"]

CEPII: Final = Publisher(
    name="baci",
    title="CEPII, BACI",
    license="Etalab 2.0",
    homepage="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
)
FILES: Final = "https://www.cepii.fr/DATA_DOWNLOAD/baci/data/"
Classification = Literal["HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22"]
FIRST: Final = {"HS92": 1995, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
RELEASE: Final = re.compile(r"20\d{4}[a-z]?")
NOTES: Final = (
    "Values are in thousand US dollars, free on board; quantities in metric tons.",
    "A flow is what one country exports to another, reconciled from the reports of both; no imports stand beside.",
)


@reader(
    columns={
        "reporter": "who exports, by the three letters in CEPII's list of countries [code]",
        "partner": "who imports, by the three letters in CEPII's list of countries [code]",
        "product": "product of the classification, six digits [code]",
        "year": "year [date]",
        "flow": "X: all flows are exports of the reporter [code]",
        "value": "value free on board, thousand current US dollars [currency]",
        "quantity": "quantity, metric tons; null where nobody reports it [1]",
        "reporter_name": "who exports [name]",
        "partner_name": "who imports [name]",
    },
    example={"year": 2022, "classification": "HS17", "reporter": ["BRA"]},
)
def trade(
    *,
    year: int,
    classification: Classification = "HS17",
    reporter: Sequence[str] = (),
    partner: Sequence[str] = (),
    vintage: str = "202501",
    as_of: str | None = None,
) -> Source:
    """Read one year of the reconciled trade of all countries in all products.

    CEPII publishes one archive a release and edition of the classification, of a
    gigabyte and more; a year is some ten million rows, and is read on disk. Releases
    revise all years: compare years of one release.

    Parameters
    ----------
    year : int
        Of trade; a release of January ends two years before it.
    classification : {"HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22"}
        Edition of the Harmonized System that products are told in.
    reporter, partner : sequence of str, optional
        Keep exports of, or to, these countries, by three letters.
    vintage : str
        The release, as 202501 or 202401b.
    as_of : str, optional
        A day: the newest archive that was had no later.

    Returns
    -------
    Source
        `reporter, partner, product, year, flow, value, quantity`: the reporter exports,
        the partner imports. Names of both beside them.

    Raises
    ------
    ParameterRangeError
        If the year is before the edition of the classification.
    UsageError
        If the vintage is no release.
    UnknownLabelError
        When read: if CEPII's list of countries lacks one that was asked for.
    NotMirroredError
        If the archive is nowhere and the network is closed.
    """
    if year < FIRST[classification]:
        raise ParameterRangeError("year", year, f"a year from {FIRST[classification]} on for {classification}")
    if not RELEASE.fullmatch(vintage):
        raise UsageError(f"baci.trade: vintage={vintage!r}; releases are told as 202501 or 202401b.")
    url = f"{FILES}BACI_{classification}_V{vintage}.zip"
    flows = had(CEPII, f"BACI_{classification}_Y{year}_V{vintage}.csv", url, page=CEPII.homepage, as_of=as_of)
    countries = had(CEPII, f"country_codes_V{vintage}.csv", url, page=CEPII.homepage, as_of=as_of)
    return flows.source(
        "baci.trade",
        partial(_read, (flows.path, flows.name), (countries.path, countries.name), tuple(reporter), tuple(partner)),
        {
            "year": year,
            "classification": classification,
            "reporter": list(reporter),
            "partner": list(partner),
            "vintage": vintage,
            "as_of": as_of,
        },
        title=f"BACI {classification}, trade of {year}",
        vintage=f"release {vintage}",
        citation="Gaulier, G. and Zignago, S. (2010), BACI: International Trade Database at the Product-Level, "
        "CEPII Working Paper 2010-23",
        notes=NOTES,
        facts={"classification": classification, "scale": "thousand US dollars"},
    )


def _read(
    flows: tuple[Path, str], countries: tuple[Path, str], reporter: Sequence[str], partner: Sequence[str]
) -> Table:
    from industria.sources.formats.baci import read_baci

    return read_baci(flows, countries, reporter, partner)
