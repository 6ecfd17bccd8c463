"""International Labour Organization."""

from __future__ import annotations

from typing import Final

from industria.sources.correspondences import COLUMNS, Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.ilo_task_scores import task_scores
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence", "task_scores"]

ORGANIZATION: Final = Publisher(
    name="ilo",
    title="International Labour Organization",
    license="ILO classification, reuse with attribution",
    homepage="https://ilostat.ilo.org",
)
UNIT_GROUP: Final = r"\d{4}"

PAIRS: Final = {
    "isco88-isco08": Pair(
        file="corrtab88-08.xls",
        origin=Side(column="ISCO-88 code", code=UNIT_GROUP, title="ISCO-88 Title EN", zeros={3: 1}),
        destination=Side(
            column="ISCO 08 Code", code=UNIT_GROUP, title="ISCO-08 Title EN", partial="ISCO-08 part", zeros={3: 1}
        ),
        counts=Counts(671, 389, 436),
        publisher=ORGANIZATION,
        url="https://www.ilo.org/public/english/bureau/stat/isco/docs/corrtab88-08.xls",
        title="Correspondence table ISCO-88 to ISCO-08",
        vintage="ISCO-08",
        page="https://ilostat.ilo.org/methods/concepts-and-definitions/classification-occupation/",
        citation="ILO (2012), International Standard Classification of Occupations: ISCO-08",
    )
}


@reader(columns=COLUMNS, example={"pair": "isco88-isco08"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which occupations of ISCO-88 lead to which of ISCO-08.

    Parameters
    ----------
    pair : str
        `isco88-isco08`, or `isco08-isco88`.
    as_of : str, optional
        A day: the newest file that was had no later.

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
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("ilo.correspondence", PAIRS, pair, as_of)
