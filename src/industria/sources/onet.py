"""The O*NET Center, for the US Department of Labor."""

from __future__ import annotations

from typing import Final

from industria.errors import MissingColumnError
from industria.sources.correspondences import COLUMNS, Counts, Numbered, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.onet_database import CENTER, database
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence", "database"]

SOC: Final = r"\d\d-\d{4}"
DETAILED: Final = rf"{SOC}\.\d\d"


def _nested(rows: Numbered) -> Numbered:
    """Give each occupation of O*NET the SOC code that its own begins with."""
    (top, header), *rest = rows or [(1, [])]
    for column in ("O*NET-SOC Code", "Title"):
        if column not in header:
            raise MissingColumnError("Occupation Data.xlsx", column, header or ["no cells"])
    code, title = header.index("O*NET-SOC Code"), header.index("Title")
    links = [(line, [row[code], row[code].partition(".")[0], row[title]]) for line, row in rest]
    return [(top, ["O*NET-SOC 2019 Code", "2018 SOC Code", "O*NET-SOC 2019 Title"]), *links]


PAIRS: Final = {
    "onetsoc2010-soc2010": Pair(
        file="2010_to_SOC_Crosswalk.xlsx",
        otherwise=("ONET_to_US2010SOC.xlsx",),
        origin=Side(column="O*NET-SOC 2010 Code", code=DETAILED, title="O*NET-SOC 2010 Title"),
        destination=Side(column="2010 SOC Code", code=SOC, title="2010 SOC Title"),
        counts=Counts(1110, 1110, 841),
        publisher=CENTER,
        url="https://www.onetcenter.org/taxonomy/2010/soc/2010_to_SOC_Crosswalk.xlsx?fmt=xlsx",
        title="Crosswalk O*NET-SOC 2010 to 2010 SOC",
        vintage="O*NET-SOC 2010",
        page="https://www.onetcenter.org/taxonomy/2010/soc.html",
        citation="National Center for O*NET Development, O*NET-SOC 2010 taxonomy",
        notes=("19-1020, biological scientists, is a broad code of the SOC among detailed ones.",),
    ),
    "onetsoc2019-soc2018": Pair(
        file="db_30_1_excel/Occupation Data.xlsx",
        origin=Side(column="O*NET-SOC 2019 Code", code=DETAILED, title="O*NET-SOC 2019 Title"),
        destination=Side(column="2018 SOC Code", code=SOC),
        counts=Counts(1016, 1016, 867),
        publisher=CENTER,
        url="https://www.onetcenter.org/dl_files/database/db_30_1_excel.zip",
        title="O*NET-SOC 2019 to 2018 SOC, by the codes of the O*NET 30.1 database",
        vintage="O*NET-SOC 2019, database 30.1 of December 2025",
        page="https://www.onetcenter.org/database.html",
        citation="O*NET 30.1 Database by the US Department of Labor, Employment and Training Administration",
        prepare=_nested,
        notes=("By rule: what stands before the point of an O*NET-SOC 2019 code is the code of the 2018 SOC.",),
    ),
}


@reader(columns=COLUMNS, example={"pair": "onetsoc2019-soc2018"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which occupations of O*NET belong to which of the SOC.

    Parameters
    ----------
    pair : str
        `onetsoc2010-soc2010` or `onetsoc2019-soc2018`, or one of them turned round.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (whether the origin leads to
        several destinations), `title` of the destination, or of the origin
        for `onetsoc2019-soc2018`.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("onet.correspondence", PAIRS, pair, as_of)
