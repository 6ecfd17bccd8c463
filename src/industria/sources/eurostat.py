"""Eurostat."""

from __future__ import annotations

import re
from typing import Final

from industria.sources.correspondences import Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.eurostat_dataset import dataset
from industria.sources.formats.raw_cells import Rows
from industria.sources.source import Source

__all__ = ["correspondence", "dataset"]


def _divisions(rows: Rows) -> Rows:
    """List each division, the first two digits, beside itself."""
    found = [[code, code, title] for code, title in (row[:2] for row in rows[1:]) if re.fullmatch(r"\d\d", code)]
    return [["ISIC Rev. 4", "Destination", "Title"], *found]


def _same_divisions(destination: str, rule: str) -> Pair:
    return Pair(
        file="ISIC_Rev_4_english_structure.txt",
        origin=Side(column="ISIC Rev. 4", code=r"\d\d", title="Title"),
        destination=Side(column="Destination", code=r"\d\d", title="Title"),
        counts=Counts(88, 88, 88),
        publisher="Eurostat, by its rule; the list of divisions is by the United Nations Statistics Division",
        title=f"Divisions of {destination}",
        vintage=destination,
        page="https://unstats.un.org/unsd/classifications/Econ/isic",
        license="free reuse with attribution to UNSD",
        citation=rule,
        prepare=_divisions,
        notes=(f"By rule, and for divisions (two digits) only: {rule}",),
    )


SAME: Final = "Regulation (EC) No 1893/2006: divisions of NACE Rev. 2 are those of ISIC Rev. 4."
PRODUCTS: Final = "Regulation (EU) No 1209/2014: CPA 2.1 has the divisions of NACE Rev. 2, which make its products."

PAIRS: Final = {
    "isic4-nace2": _same_divisions("NACE Rev. 2", SAME),
    "nace2-cpa21": _same_divisions("CPA 2.1", PRODUCTS),
}


def correspondence(*, pair: str) -> Source:
    """Read which divisions of one European classification are which of another.

    Classes of four digits, and NACE Rev. 2.1, need Eurostat's own tables, from
    https://showvoc.op.europa.eu: read them with `files.excel` or `files.csv`.

    Parameters
    ----------
    pair : str
        `isic4-nace2` or `nace2-cpa21`, or one of them turned round.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (false), `title` of the
        division. By rule: the codes of two digits are the same on both sides.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the mirror lacks the list of divisions.
    """
    return _correspondence("eurostat.correspondence", PAIRS, pair)
