"""County Business Patterns of the US Census Bureau, by its interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from industria.errors import BrokenFileError, ParameterRangeError
from industria.sources.answers import from_json, source, table
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CENSUS", "cbp"]

CENSUS: Final = Publisher(
    name="census",
    title="US Census Bureau",
    license="US Government work, public domain",
    homepage="https://www.census.gov/data/developers/data-sets/cbp-zbp/cbp-api.html",
    limits=Limits(calls_per_second=5, splits_by=("naics", "sizes")),
    key="required",
    registration="https://api.census.gov/data/key_signup.html",
)
EDITIONS: Final = {2008: "NAICS2007", 2012: "NAICS2012", 2017: "NAICS2017", 2023: "NAICS2022"}
"""From which data year on each edition of the classification is used."""
NUMBERS: Final = {"establishments": "ESTAB", "employment": "EMP", "payroll": "PAYANN"}
NOISY: Final = {"employment": "EMP_N", "payroll": "PAYANN_N"}
NOISE: Final = {
    "0": None,
    "1": "low_noise",
    "2": "medium_noise",
    "3": "high_noise",
    "G": "low_noise",
    "H": "medium_noise",
}
NOISE_LETTERS: Final = {
    "J": "high_noise",
    "D": "withheld",
    "S": "withheld",
    "N": "not_available",
    "X": "not_applicable",
}
FLAGS: Final = {**NOISE, **NOISE_LETTERS}


@reader(
    columns={
        "area": "code of the place: state and county as one code of five digits [code]",
        "industry": "code of NAICS, in the edition among the facts [code]",
        "size": "class of establishments by employment; 001 is all [code]",
        "establishments": "establishments [count]",
        "employment": "employees in the week of 12 March [persons]",
        "payroll": "pay of the year, in thousand US dollars [currency]",
        "<number>_flag": "null, low_noise, medium_noise, high_noise, withheld or not_available [name]",
    },
    example={"year": 2022, "geography": "state:25", "naics": ["31-33"]},
)
def cbp(
    *, year: int, geography: str, naics: Sequence[str], sizes: Sequence[str] = ("001",), as_of: str | None = None
) -> Source:
    """Read establishments, employment and payroll of US places by industry and size.

    Parameters
    ----------
    year : int
        From 2008 on. The industries are of the edition of NAICS that this year uses.
    geography : str
        In the words of the interface: `us:*`, `state:*`, `state:25`, `county:*`, or
        `county:*&in=state:25`.
    naics : sequence of str
        Industries, as `31-33` or `3361`.
    sizes : sequence of str
        Classes of establishments by employment; `001` are all of them.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `area, industry, size, establishments, employment, payroll` (thousand dollars),
        and a `<column>_flag` for each number: `low_noise`, `medium_noise` and
        `high_noise` (the bureau changed it by less than 2, less than 5, or 5 percent
        and more), `withheld` (the number is null), or the publisher's own letter. The
        edition of NAICS stands in `facts`.

    Raises
    ------
    MissingKeyError
        Without a key (INDUSTRIA_KEY_CENSUS); nothing is sent.
    ParameterRangeError
        If the year is before 2008, or no industry is named.
    RefusedError, UnexpectedAnswerError
        If the bureau refuses, or leads to a page instead of data.
    """
    if year < min(EDITIONS):
        raise ParameterRangeError("year", year, f"a year from {min(EDITIONS)} on; earlier ones are files, not tables")
    if not naics or not sizes:
        raise ParameterRangeError("naics" if not naics else "sizes", [], "one code or more")
    edition = EDITIONS[max(first for first in EDITIONS if first <= year)]

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        asked = f"get={','.join((*NUMBERS.values(), *NOISY.values()))}&for={quote(geography, safe=':*&=,')}"
        codes = "".join(f"&{edition}={quote(code, safe='')}" for code in part["naics"])
        classes = "".join(f"&EMPSZES={quote(code, safe='')}" for code in part["sizes"])
        return {"method": "GET", "url": f"https://api.census.gov/data/{year}/cbp?{asked}{codes}{classes}", "body": None}

    interface = Interface(publisher=CENSUS, build=build, refusal=_refusal, each={"naics": 50, "sizes": 50})
    lists = {"naics": list(naics), "sizes": list(sizes)}
    raw = ask(interface, "census.cbp", lists, as_of=as_of, year=year, geography=geography)
    return source(
        raw,
        use="census.cbp",
        name=f"CBP {year}",
        title=f"County Business Patterns {year}",
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
        If a column that was asked for is not there.
    """
    kinds: dict[str, str] = dict.fromkeys(("area", "industry", "size"), "string")
    for name in NUMBERS:
        kinds |= {name: "int64", f"{name}_flag": "string"}
    return table([row for content in contents for row in _rows(content, edition)], kinds)


def _rows(content: bytes, edition: str) -> list[list[Any]]:
    header, *rows = from_json(content, "census.cbp")
    asked = [edition, "EMPSZES"]
    for name in (*asked, *NUMBERS.values()):
        if name not in header:
            raise BrokenFileError("census.cbp", f"the answer has no {name}; it has {', '.join(header)}.")
    # The codes of places come last, the wider first: state and county are one code of five digits.
    places = [name for name in header if name == name.lower()]
    found = []
    for values in rows:
        row = dict(zip(header, values, strict=True))
        line = ["".join(row[place] for place in places), *(row[name] for name in asked)]
        for name, word in NUMBERS.items():
            line += _number(row[word], row.get(NOISY.get(name, "")))
        found.append(line)
    return found


def _number(told: str | None, mark: str | None) -> tuple[int | None, str | None]:
    flag = FLAGS.get(mark, mark) if mark else None
    missing = told is None or flag in ("withheld", "not_available", "not_applicable")
    return (None if missing or told is None else int(told)), flag or ("not_available" if missing else None)


def _refusal(answer: Answer) -> Refusal | None:
    if answer.status == 204:
        return Refusal("it has no rows for this question (HTTP 204)")
    return (
        None
        if answer.status == 200
        else Refusal(f"HTTP {answer.status}: {answer.content[:300].decode(errors='replace')}")
    )
