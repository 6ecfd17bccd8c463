"""International Labour Organization."""

from __future__ import annotations

from typing import Final

from industria.sources.correspondences import Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.source import Source

__all__ = ["correspondence"]

UNIT_GROUP: Final = r"\d{4}"

PAIRS: Final = {
    "isco88-isco08": Pair(
        file="corrtab88-08.xls",
        origin=Side(column="ISCO-88 code", code=UNIT_GROUP, title="ISCO-88 Title EN", zeros={3: 1}),
        destination=Side(
            column="ISCO 08 Code", code=UNIT_GROUP, title="ISCO-08 Title EN", partial="ISCO-08 part", zeros={3: 1}
        ),
        counts=Counts(671, 389, 436),
        publisher="International Labour Organization",
        title="Correspondence table ISCO-88 to ISCO-08",
        vintage="ISCO-08",
        page="https://ilostat.ilo.org/methods/concepts-and-definitions/classification-occupation/",
        license="ILO classification, reuse with attribution",
        citation="ILO (2012), International Standard Classification of Occupations: ISCO-08",
    )
}


def correspondence(*, pair: str) -> Source:
    """Read which occupations of ISCO-88 lead to which of ISCO-08.

    Parameters
    ----------
    pair : str
        `isco88-isco08`, or `isco08-isco88`.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (the ILO's mark that only a part
        of the group of ISCO-08 is meant), `title` of the destination.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the mirror lacks the file.
    """
    return _correspondence("ilo.correspondence", PAIRS, pair)
