"""European Skills, Competences, Qualifications and Occupations."""

from __future__ import annotations

from typing import Final

from industria.sources.correspondences import COLUMNS, Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.esco_classification import TABIYA, TABIYA_FILES, classification
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["classification", "correspondence"]

NESTA: Final = Publisher(
    name="nesta", title="Nesta", license="MIT", homepage="https://github.com/nestauk/mapping-career-causeways"
)
ADDRESS: Final = r"http://data\.europa\.eu/esco/occupation/[0-9a-f-]{36}"

PAIRS: Final = {
    "esco-isco08": Pair(
        file="tabiya-esco-v1.1.1/occupations.csv",
        origin=Side(column="ORIGINURI", code=ADDRESS, title="PREFERREDLABEL"),
        destination=Side(column="ISCOGROUPCODE", code=r"\d{4}", zeros={3: 1}),
        counts=Counts(3007, 3007, 426),
        publisher=TABIYA,
        url=f"{TABIYA_FILES}occupations.csv",
        title="ESCO occupations and their ISCO-08 unit groups",
        vintage="ESCO 1.1.1",
        page="https://github.com/tabiya-tech/tabiya-open-dataset",
        citation="European Commission, ESCO v1.1.1",
    ),
    "esco-onetsoc2010": Pair(
        file="esco_onet_crosswalk_Nov2020.csv",
        origin=Side(column="concept_uri", code=ADDRESS, title="esco_occupation"),
        destination=Side(column="onet_code", code=r"\d\d-\d{4}\.\d\d", title="onet_occupation"),
        counts=Counts(1680, 1680, 668),
        weight="confidence",
        publisher=NESTA,
        url="https://raw.githubusercontent.com/nestauk/mapping-career-causeways/main/"
        "supplementary_online_data/ONET_ESCO_crosswalk/esco_onet_crosswalk_Nov2020.csv",
        title="Crosswalk from ESCO occupations to O*NET-SOC 2010",
        vintage="November 2020",
        page="https://github.com/nestauk/mapping-career-causeways",
        citation="Nesta (2020), Mapping Career Causeways",
        notes=("The weight is the confidence of a match, 0.5, 1 or 2: a grade, not a share.",),
    ),
}


@reader(
    columns=COLUMNS | {"weight": "confidence of the match by Nesta: 0.5, 1 or 2 [1]"}, example={"pair": "esco-isco08"}
)
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which occupations of ESCO belong to which of another classification.

    Parameters
    ----------
    pair : str
        `esco-isco08` or `esco-onetsoc2010`, or one of them turned round. Occupations
        of ESCO are known by their addresses (uri).
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (whether the origin leads to
        several destinations), `weight` (the confidence of Nesta's match, for
        `esco-onetsoc2010`), `title` of the destination, or of ESCO for `esco-isco08`.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("esco.correspondence", PAIRS, pair, as_of)
