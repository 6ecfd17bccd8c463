"""US Census Bureau."""

from __future__ import annotations

import re
from typing import Final

from industria.sources.census_abs import abs
from industria.sources.census_abs_technology import abs_technology
from industria.sources.census_cbp import cbp
from industria.sources.census_susb import susb
from industria.sources.correspondences import COLUMNS, MARKED, Counts, Numbered, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["abs", "abs_technology", "cbp", "correspondence", "susb"]

# Its interface wants a key; its files want none.
FILES_OF_CENSUS: Final = Publisher(
    name="census",
    title="US Census Bureau",
    license="US Government work, public domain",
    homepage="https://www.census.gov/naics/",
)
EPA: Final = Publisher(
    name="epa",
    title="US Environmental Protection Agency, from the concordances of the US Census Bureau",
    license="US Government work, public domain; repository MIT",
    homepage="https://github.com/USEPA/flowsa",
)
CONCORDANCES: Final = "https://www.census.gov/naics/concordances/"
FLOWSA: Final = "https://raw.githubusercontent.com/USEPA/flowsa/c25c20644de293d47b63eab206e3bce46cd53acf/flowsa/data/"
NAICS: Final = r"\d{6}"
PIECE: Final = "(and specific piece of the {old} industry that is contained in the {new} industry)"


def _vintages(file: str, old: int, new: int, counts: Counts) -> Pair:
    piece = PIECE.format(old=old, new=new)
    return Pair(
        file=file,
        origin=Side(column=f"{old} NAICS Code", code=NAICS, title=f"{old} NAICS Title {piece}"),
        destination=Side(column=f"{new} NAICS Code", code=NAICS, title=f"{new} NAICS Title"),
        counts=counts,
        publisher=FILES_OF_CENSUS,
        url=f"{CONCORDANCES}{file}",
        title=f"{new} NAICS US matched to {old} NAICS US, full concordance",
        vintage=f"NAICS {new}",
        page="https://www.census.gov/naics/?68967",
        notes=("Bold and italics, which mark pieces of industries, are counted from the links instead.",),
    )


def _occupations(rows: Numbered) -> Numbered:
    """Put the SOC codes that make up a Census occupation beside it.

    The list has `13-20XX` for what is left of a group, and its parts, each with its
    code in brackets, in the rows below. A part that is itself a group stands above
    its own parts, and is left out.
    """
    codes: dict[str, tuple[str, str]] = {}
    parts: dict[str, dict[str, tuple[int, str]]] = {}
    lines: dict[str, int] = {}
    census = ""
    for line, (soc, code, title) in ((line, row[:3]) for line, row in rows if len(row) > 2):
        part = re.search(r"\(\s*(\d\d-\d{4})\s*\)$", title)
        if re.fullmatch(r"\d{4}", code):
            census = code
            codes[census], parts[census], lines[census] = (soc, title), {}, line
        elif part and census:
            parts[census][part[1]] = (line, title[: part.start()])
    links: Numbered = []
    for census, (soc, title) in codes.items():
        made = parts[census] or ({soc: (lines[census], title)} if re.fullmatch(r"\d\d-\d{4}", soc) else {})
        own = [(code, *told) for code, told in made.items() if not _group_of_others(code, list(made))]
        links += [(line, [census, code, word]) for code, line, word in own]
    return [(1, ["Census", "SOC", "Title"]), *links]


def _group_of_others(code: str, parts: list[str]) -> bool:
    return code.endswith("0") and any(part != code and part[:6] == code[:6] for part in parts)


PAIRS: Final = {
    "naics2007-naics2012": _vintages("2012_to_2007_NAICS.xls", 2007, 2012, Counts(1184, 1175, 1065)),
    "naics2012-naics2017": _vintages("2017_to_2012_NAICS.xlsx", 2012, 2017, Counts(1069, 1065, 1057)),
    "naics2017-naics2022": Pair(
        file="NAICS_Year_Concordance.csv",
        # Its own codes of government, S00201 or F04000, stand among the industries.
        origin=Side(column="NAICS_2017_Code", code=rf"{NAICS}|[FS]\d{{5}}"),
        destination=Side(column="NAICS_2022_Code", code=rf"{NAICS}|[FS]\d{{5}}"),
        counts=Counts(1157, 1064, 1019, repeated=246),
        publisher=EPA,
        url=f"{FLOWSA}NAICS_Year_Concordance.csv",
        title="NAICS 2002 to 2022 side by side",
        vintage="NAICS 2022",
        page="https://github.com/USEPA/flowsa/tree/master/flowsa/data",
        notes=("The file lists chains from 2002 to 2022, so a link of two vintages stands there several times.",),
    ),
    "naics2017-isic4": Pair(
        file="2017_NAICS_to_ISIC_4.xlsx",
        origin=Side(
            column="2017 NAICS US", code=rf"{NAICS}|0", title="2017 NAICS US TITLE", partial="Part of NAICS US"
        ),
        # A spreadsheet took the zero of divisions 01 to 09; 012 and 014 are groups, which the notes say.
        destination=Side(
            column="ISIC 4.0",
            code=r"\d{3,4}",
            title="ISIC Revision 4.0 Title",
            partial="Part of ISIC",
            zeros={2: 1, 3: 1},
        ),
        counts=Counts(1654, 1058, 422, repeated=1),
        publisher=FILES_OF_CENSUS,
        url=f"{CONCORDANCES}2017_NAICS_to_ISIC_4.xlsx",
        title="2017 NAICS US to ISIC Rev. 4, technical",
        vintage="NAICS 2017",
        page="https://www.census.gov/naics/?68967",
        notes=("The origin 0 stands for several industries of NAICS, and leads to ISIC 9810 and 9820.",),
    ),
    "census2018-soc2018": Pair(
        file="2018-occupation-code-list-and-crosswalk.xlsx",
        sheet="Summary of 2018 Changes",
        origin=Side(column="Census", code=r"\d{4}"),
        destination=Side(column="SOC", code=r"\d\d-\d{4}", title="Title"),
        counts=Counts(647, 568, 647),
        publisher=FILES_OF_CENSUS,
        url="https://www2.census.gov/programs-surveys/demo/guidance/industry-occupation/"
        "2018-occupation-code-list-and-crosswalk.xlsx",
        title="2018 Census occupation codes and the 2018 SOC",
        vintage="6 May 2020",
        page="https://www.census.gov/topics/employment/industry-occupation/guidance/code-lists.html",
        prepare=_occupations,
        notes=(
            "Codes such as 13-20XX are resolved to the parts that the list names. Broad codes such as 11-2030 stay.",
            "9830 (military, rank not specified) and 9920 (unemployed) have no SOC code.",
        ),
    ),
}


@reader(columns=COLUMNS | MARKED, example={"pair": "naics2017-naics2022"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which industries or occupations of one classification lead to which of another.

    Parameters
    ----------
    pair : str
        `naics2007-naics2012`, `naics2012-naics2017`, `naics2017-naics2022`,
        `naics2017-isic4` or `census2018-soc2018`, or one of them turned round.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial`, `title` of the destination, or
        null where the file has none. `partial` is the publisher's mark for the
        origin, and `destination_partial` that for the destination, where there are
        marks; else `partial` is whether the origin leads to several destinations.

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("census.correspondence", PAIRS, pair, as_of)
