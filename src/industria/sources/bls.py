"""US Bureau of Labor Statistics."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from industria.sources.bls_klems import klems
from industria.sources.bls_oews import FILES_OF_BLS, oews
from industria.sources.bls_projections import projections
from industria.sources.bls_series import series
from industria.sources.correspondences import COLUMNS, Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence", "klems", "oews", "projections", "series"]

POLICY_COMMITTEE: Final = replace(
    FILES_OF_BLS, title=f"{FILES_OF_BLS.title}, for the Standard Occupational Classification Policy Committee"
)
SOC: Final = r"\d\d-\d{4}"
# Two links name a minor group of three digits, 211 and 315: they are no unit groups that lost a zero.
ISCO: Final = r"\d{3,4}"

ISCO_08: Final = Side(column="ISCO-08 Code", code=ISCO, title="ISCO-08 Title EN")
SOC_2010: Final = Side(column="2010 SOC Code", code=SOC, title="2010 SOC Title")


def _isco(origin: Side, destination: Side, sheet: str) -> Pair:
    # One sheet a direction, and its marks are about the codes on its left.
    marked = Side(column=origin.column, code=origin.code, title=origin.title, partial="part")
    return Pair(
        file="ISCO_SOC_Crosswalk.xls",
        sheet=sheet,
        origin=marked,
        destination=destination,
        counts=Counts(1125, 438, 840) if origin is ISCO_08 else Counts(1125, 840, 438),
        publisher=POLICY_COMMITTEE,
        url="https://www.bls.gov/soc/ISCO_SOC_Crosswalk.xls",
        title=f"{sheet} crosswalk",
        vintage="August 2012, updated June 2015",
        page="https://www.bls.gov/soc/soccrosswalks.htm",
    )


PAIRS: Final = {
    "soc2010-soc2018": Pair(
        file="soc_2010_to_2018_crosswalk.xlsx",
        otherwise=("crosswalk_soc2010_to_soc2018.csv",),
        origin=SOC_2010,
        destination=Side(column="2018 SOC Code", code=SOC, title="2018 SOC Title"),
        counts=Counts(900, 840, 867),
        publisher=FILES_OF_BLS,
        url="https://www.bls.gov/soc/2018/soc_2010_to_2018_crosswalk.xlsx",
        title="2010 SOC to 2018 SOC crosswalk",
        vintage="November 2017",
        page="https://www.bls.gov/soc/2018/home.htm",
    ),
    "onetsoc2019-nem": Pair(
        file="nem-onet-to-soc-crosswalk.xlsx",
        sheet="ONET to SOC crosswalk",
        origin=Side(column="O*NET-SOC Code", code=rf"{SOC}\.\d\d", title="O*NET-SOC Title"),
        destination=Side(column="NEM Code", code=SOC, title="National Employment Matrix Occupational Title"),
        counts=Counts(997, 997, 832),
        publisher=FILES_OF_BLS,
        url="https://www.bls.gov/emp/classifications-crosswalks/nem-onet-to-soc-crosswalk.xlsx",
        title="O*NET-SOC to National Employment Matrix and SOC crosswalk",
        vintage="6 September 2023",
        page="https://www.bls.gov/emp/documentation/crosswalks.htm",
        notes=("Military occupations have no code in the National Employment Matrix.",),
    ),
    "isco08-soc2010": _isco(ISCO_08, SOC_2010, "ISCO-08 to 2010 SOC"),
    "soc2010-isco08": _isco(SOC_2010, ISCO_08, "2010 SOC to ISCO-08"),
}


@reader(columns=COLUMNS, example={"pair": "soc2010-soc2018"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which occupations of one classification lead to which of another.

    Parameters
    ----------
    pair : str
        `soc2010-soc2018`, `onetsoc2019-nem` (O*NET-SOC 2019 to the codes of the
        National Employment Matrix and of the OEWS tables), `isco08-soc2010` or
        `soc2010-isco08`, which BLS lists on their own; the others turned round too.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial`, `title` of the destination.
        `partial` is the publisher's mark where there is one, else whether the
        origin leads to several destinations.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("bls.correspondence", PAIRS, pair, as_of)
