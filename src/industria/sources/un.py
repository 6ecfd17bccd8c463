"""United Nations Statistics Division."""

from __future__ import annotations

from typing import Final

from industria.sources.correspondences import COLUMNS, MARKED, Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence"]

DIVISION: Final = Publisher(
    name="un",
    title="United Nations Statistics Division",
    license="free reuse with attribution to UNSD",
    homepage="https://unstats.un.org/unsd/classifications",
)
PAGE: Final = "https://unstats.un.org/unsd/classifications/Econ"
PRODUCT: Final = r"\d{6}"


def _products(file: str, sheet: str, origin: str, destination: str, code: str, counts: Counts) -> Pair:
    return Pair(
        file=file,
        sheet=sheet,
        origin=Side(column=origin, code=PRODUCT, zeros={5: 1}),
        destination=Side(column=destination, code=code, zeros={5: 1} if code == PRODUCT else None),
        counts=counts,
        publisher=DIVISION,
        url=f"{PAGE}/tables/{file}",
        title=f"{origin} to {destination}, all correlations",
        vintage=origin,
        page=PAGE,
        notes=("From the sheet of all correlations; that of conversions keeps one destination a code, by majority.",),
    )


PAIRS: Final = {
    "hs2022-hs2017": _products(
        "HS2022toHS2017ConversionAndCorrelationTables.xlsx",
        "HS2022-HS2017 Correlations",
        "HS2022",
        "HS2017",
        PRODUCT,
        Counts(15657, 5613, 5387),
    ),
    "hs2017-hs2012": _products(
        "HS2017toHS2012ConversionAndCorrelationTables.xlsx",
        "Correlation HS17-HS12",
        "HS 2017",
        "HS 2012",
        PRODUCT,
        Counts(6141, 5388, 5206),
    ),
    "hs2022-sitc4": _products(
        "HS2022toSITC4ConversionAndCorrelationTables.xlsx",
        "Correlation HS22-SITC4",
        "HS 2022",
        "SITC Rev. 4",
        r"\d{4,5}",
        Counts(13191, 5611, 2969),
    ),
    "isic4-isic31": Pair(
        file="ISIC4_ISIC31.txt",
        origin=Side(column="ISIC4code", code=r"\d{4}", partial="partialISIC4"),
        destination=Side(column="ISIC31code", code=r"\d{4}", partial="partialISIC31"),
        counts=Counts(737, 419, 298),
        publisher=DIVISION,
        url=f"{PAGE}/tables/ISIC/ISIC4_ISIC31/ISIC4_ISIC31.txt",
        title="ISIC Rev. 4 to ISIC Rev. 3.1",
        vintage="ISIC Rev. 4",
        page=PAGE,
    ),
}


@reader(columns=COLUMNS | MARKED, example={"pair": "hs2022-hs2017"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which products or industries of one classification lead to which of another.

    Parameters
    ----------
    pair : str
        `hs2022-hs2017`, `hs2017-hs2012`, `hs2022-sitc4` or `isic4-isic31`, or one of
        them turned round.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial`, `title` (null: the files have
        none). For products `partial` is whether the origin leads to several
        destinations; for industries it is the publisher's mark for the origin, and
        `destination_partial` that for the destination.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("un.correspondence", PAIRS, pair, as_of)
