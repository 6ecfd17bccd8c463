"""Annual Business Survey of the US Census Bureau, by its interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from industria.errors import BrokenFileError, ParameterRangeError
from industria.sources.answers import from_json, source, table
from industria.sources.census_cbp import CENSUS, NOISE_LETTERS
from industria.sources.fetch import Interface, Refusal, ask
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["abs"]

EDITIONS: Final = {2017: "NAICS2017", 2022: "NAICS2022"}
"""From which data year on each edition of the classification is used."""
NUMBERS: Final = {"firms": "FIRMPDEMP", "employment": "EMP", "payroll": "PAYANN", "receipts": "RCPPDEMP"}
ORDER: Final = ("firms", "establishments", "employment", "payroll", "receipts")
# The survey is of owners: these are all sexes, ethnicities, races and veterans together.
ALL_OWNERS: Final = {"SEX": "001", "ETH_GROUP": "001", "RACE_GROUP": "00", "VET_GROUP": "001"}
SIZE: Final = "EMPSZFI"
HIDDEN: Final = ("withheld", "not_available", "not_applicable")


@reader(
    columns={
        "area": "code of the place [code]",
        "industry": "NAICS code, as 31-33; 00 is all of them [code]",
        "size": "class of firms by employment, 001 is all of them [code]",
        "firms": "firms with paid employees [firms]",
        "establishments": "null: the survey counts firms; the column is that of the other tables [units]",
        "employment": "employees [jobs]",
        "payroll": "annual payroll, thousand US dollars [currency]",
        "receipts": "sales, receipts or value of shipments of employer firms, thousand US dollars [currency]",
        "<number>_flag": "null, withheld, not_available, not_applicable, or the publisher's own letter [name]",
    },
    example={"year": 2021, "geography": "state:25", "naics": ["31-33"]},
)
def abs(
    *, year: int, geography: str, naics: Sequence[str], sizes: Sequence[str] = ("001",), as_of: str | None = None
) -> Source:
    """Read employer firms, employment, payroll and receipts of US places by industry and size of firm.

    The numbers are estimates from a sample, of firms of all owners together.

    Parameters
    ----------
    year : int
        Reference year, from 2017 on. The industries are of the edition of NAICS that it uses.
    geography : str
        In the words of the interface: `us:*`, `state:*`, `state:25`, or
        `county:*&in=state:25`.
    naics : sequence of str
        Industries, as `31-33`; `00` are all of them.
    sizes : sequence of str
        Classes of firms by employment; `001` are all of them.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `area, industry, size, firms, establishments, employment, payroll, receipts`, and a
        `<number>_flag` for each. The survey has no establishments: they are null, and
        `not_applicable`. The edition of NAICS stands in `facts`.

    Raises
    ------
    MissingKeyError
        Without a key (INDUSTRIA_KEY_CENSUS); nothing is sent.
    ParameterRangeError
        If the year is before 2017, or no industry or size is named.
    RefusedError, UnexpectedAnswerError
        If the bureau refuses, or leads to a page instead of data.

    Examples
    --------
    In a study::

        [sources.firms]
        use = "census.abs"
        year = 2021
        geography = "state:*"
        naics = ["31-33"]
    """
    if year < min(EDITIONS):
        raise ParameterRangeError("year", year, f"a year from {min(EDITIONS)} on; the survey begins there")
    if not naics or not sizes:
        raise ParameterRangeError("naics" if not naics else "sizes", [], "one code or more")
    edition = EDITIONS[max(first for first in EDITIONS if first <= year)]

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        words = [word for number in NUMBERS.values() for word in (number, f"{number}_F")]
        asked = f"get={','.join(words)}&for={quote(geography, safe=':*&=,')}"
        codes = "".join(f"&{edition}={quote(code, safe='')}" for code in part["naics"])
        classes = "".join(f"&{SIZE}={quote(code, safe='')}" for code in part["sizes"])
        owners = "".join(f"&{name}={code}" for name, code in ALL_OWNERS.items())
        url = f"https://api.census.gov/data/{year}/abscs?{asked}{codes}{classes}{owners}"
        return {"method": "GET", "url": url, "body": None}

    interface = Interface(publisher=CENSUS, build=build, refusal=_refusal, each={"naics": 50, "sizes": 50})
    lists = {"naics": list(naics), "sizes": list(sizes)}
    raw = ask(interface, "census.abs", lists, as_of=as_of, year=year, geography=geography)
    return source(
        raw,
        use="census.abs",
        name=f"ABS {year}",
        title=f"Annual Business Survey {year}, company summary",
        vintage=str(year),
        parse=lambda contents: parse(contents, edition),
        request={"year": year, "geography": geography, **lists, "as_of": as_of},
        facts={"classification": f"NAICS {edition[-4:]}"},
    )


def parse(contents: Sequence[bytes], edition: str) -> pa.Table:
    """Read answers of the interface: a header and rows, all of them texts.

    Raises
    ------
    BrokenFileError
        If a column that was asked for is not there, or a number is none.
    """
    kinds: dict[str, str] = dict.fromkeys(("area", "industry", "size"), "string")
    for name in ORDER:
        kinds |= {name: "int64", f"{name}_flag": "string"}
    return table([row for content in contents for row in _rows(content, edition)], kinds)


def _rows(content: bytes, edition: str) -> list[list[Any]]:
    header, *rows = from_json(content, "census.abs")
    for name in (edition, SIZE, *NUMBERS.values(), *ALL_OWNERS):
        if name not in header:
            raise BrokenFileError("census.abs", f"the answer has no {name}; it has {', '.join(header)}.")
    # The codes of places come last, the wider first: state and county are one code of five digits.
    places = [name for name in header if name == name.lower()]
    found = []
    for values in rows:
        row = dict(zip(header, values, strict=True))
        line = ["".join(row[place] for place in places), row[edition], row[SIZE]]
        for name in ORDER:
            number = NUMBERS.get(name)
            line += _number(row[number], row.get(f"{number}_F")) if number else (None, "not_applicable")
        found.append(line)
    return found


def _number(told: str | None, mark: str | None) -> tuple[int | None, str | None]:
    flag = NOISE_LETTERS.get(mark, mark) if mark else None
    if told is None or flag in HIDDEN:
        return None, flag or "not_available"
    try:
        return int(told), flag
    except ValueError:
        raise BrokenFileError("census.abs", f"the answer has {told!r} where a number belongs.") from None


def _refusal(answer: Answer) -> Refusal | None:
    if answer.status == 204:
        return Refusal("it has no rows for this question (HTTP 204)")
    if answer.status == 200:
        return None
    return Refusal(f"HTTP {answer.status}: {answer.content[:300].decode(errors='replace')}")
