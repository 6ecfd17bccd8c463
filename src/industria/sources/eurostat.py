"""Eurostat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from industria.sources import un
from industria.sources.correspondences import COLUMNS, Counts, Numbered, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.eurostat_dataset import dataset
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence", "dataset"]

# Its tables of codes lie on another host than its data.
CIRCABC: Final = Publisher(
    name="circabc",
    title="Eurostat",
    license="CC BY 4.0",
    homepage="https://ec.europa.eu/eurostat/web/metadata/classifications",
)
CLASS: Final = r"\d\d\.\d\d"


def _divisions(rows: Numbered) -> Numbered:
    """List each division, the first two digits, beside itself."""
    listed = [(line, row[:2]) for line, row in rows[1:]]
    found = [(line, [code, code, title]) for line, (code, title) in listed if re.fullmatch(r"\d\d", code)]
    return [(1, ["ISIC Rev. 4", "Destination", "Title"]), *found]


def _same_divisions(destination: str, rule: str) -> Pair:
    return Pair(
        file="ISIC_Rev_4_english_structure.txt",
        origin=Side(column="ISIC Rev. 4", code=r"\d\d", title="Title"),
        destination=Side(column="Destination", code=r"\d\d", title="Title"),
        counts=Counts(88, 88, 88),
        publisher=replace(un.DIVISION, title="Eurostat, by its rule; the list of divisions is by the United Nations"),
        url="https://unstats.un.org/unsd/classifications/Econ/Download/In%20Text/ISIC_Rev_4_english_structure.Txt",
        title=f"Divisions of {destination}",
        vintage=destination,
        page="https://unstats.un.org/unsd/classifications/Econ/isic",
        citation=rule,
        prepare=_divisions,
        notes=(f"By rule, and for divisions (two digits) only: {rule}",),
    )


SAME: Final = "Regulation (EC) No 1893/2006: divisions of NACE Rev. 2 are those of ISIC Rev. 4."
PRODUCTS: Final = "Regulation (EU) No 1209/2014: CPA 2.1 has the divisions of NACE Rev. 2, which make its products."
CPA: Final = _same_divisions("CPA 2.1", PRODUCTS)

PAIRS: Final = {
    "isic4-nace2": _same_divisions("NACE Rev. 2", SAME),
    "nace2-nace21": Pair(
        file="NACE2-NACE2.1_Table_V1.06.xlsx",
        otherwise=(
            "NACE2.1-NACE2_Table_V1.06.xlsx",
            "NACE2_NACE2.1_Table.csv",
            "NACE2_NACE2.1_Table.tsv",
            "NACE2.1_NACE2_Table.tsv",
        ),
        origin=Side(column="NACE2_CODE", code=CLASS),
        destination=Side(column="NACE21_CODE", code=CLASS, title="NACE21_HEADING"),
        # The regulations have 615 and 651 classes. The table is revised, and its links with it.
        counts=Counts(None, 615, 651, None),
        publisher=CIRCABC,
        url="https://circabc.europa.eu/rest/download/438307b0-a515-41b8-b2ec-fc260fa553ea",
        title="Correspondence table NACE Rev. 2 to NACE Rev. 2.1, classes",
        vintage="NACE Rev. 2.1, version 1.06 of July 2026",
        page="https://ec.europa.eu/eurostat/web/metadata/classifications",
        only=("LEVEL", "4"),
        alone=True,
    ),
    "nace2-cpa21": CPA,
    "cpa": CPA,
}


@reader(columns=COLUMNS, example={"pair": "isic4-nace2"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which industries or products of one European classification are which of another.

    Parameters
    ----------
    pair : str
        `nace2-nace21` (classes of four digits, as 10.11), `isic4-nace2` or `nace2-cpa21`,
        or one of them turned round; `cpa` is the last. Those of ISIC and CPA hold for
        divisions by rule: their codes of two digits are the same on both sides.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (whether the origin leads to
        several destinations), `title` of the destination.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other codes than the regulations have.
    """
    return _correspondence("eurostat.correspondence", PAIRS, pair, as_of)
