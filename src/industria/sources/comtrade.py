"""UN Comtrade, the trade of countries as they report it, by its interface."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from industria.errors import BrokenFileError, ChoiceError, ParameterRangeError
from industria.sources.answers import from_json, source, table
from industria.sources.fetch import Interface, Refusal, ask
from industria.sources.keys import key_of
from industria.sources.publisher import Limits, Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

    from industria.sources.store import Answer

__all__ = ["trade"]

COMTRADE: Final = Publisher(
    name="comtrade",
    title="United Nations, UN Comtrade",
    license="free to use with attribution; to pass it on needs the consent of the United Nations Statistics Division",
    homepage="https://comtradeplus.un.org",
    limits=Limits(
        calls_per_second=1, calls_per_day=500, rows_per_call=100_000, splits_by=("reporter", "partner", "product")
    ),
    key="optional",
    key_parameter="subscription-key",
    registration="https://comtradedeveloper.un.org",
    redistributable=False,
)
WITHOUT_KEY: Final = replace(COMTRADE, limits=replace(COMTRADE.limits, rows_per_call=500))
WITH: Final = "https://comtradeapi.un.org/data/v1/get/C/A/"
WITHOUT: Final = "https://comtradeapi.un.org/public/v1/preview/C/A/"
# Countries, years and products in one question; without a key, one country and year.
LONGEST: Final = {"reporter": 50, "partner": 50, "product": 100, "year": 12}
SHORTEST: Final = {**LONGEST, "reporter": 1, "year": 1}
FIRST_YEAR: Final = 1962
WORDS: Final = {"reporter": "reporterCode", "partner": "partnerCode", "product": "cmdCode", "year": "period"}
# Without these, trade by customs procedure, transport and second partner stands beside its totals.
TOTALS: Final = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
GROUPS: Final = {"0": "world", "97": "group", "975": "group"}
Classification = Literal["HS", "H0", "H1", "H2", "H3", "H4", "H5", "H6", "SS", "S1", "S2", "S3", "S4", "B4", "B5"]
PREVIEW: Final = "Asked without a key, in questions of at most 500 rows; no answer reached that, so none was cut off."


@reader(
    columns={
        "reporter": "who reports: UN Comtrade's number, without zeros in front [code]",
        "partner": "with whom: UN Comtrade's number; 0 is the world [code]",
        "product": "code of the classification, or TOTAL [code]",
        "year": "year [date]",
        "flow": "M imports, X exports, RM re-imports, RX re-exports [code]",
        "value": "value of trade, current US dollars: imports with, exports without freight and insurance [currency]",
        "quantity": "quantity, in the unit beside it [1]",
        "quantity_unit": "unit of the quantity, as UN Comtrade abbreviates it [name]",
        "quantity_flag": "estimated, where UN Comtrade estimated it [name]",
        "reporter_iso": "the reporter, by ISO 3166-1 or the letters that UN Comtrade uses instead [code]",
        "partner_iso": "the partner, by ISO 3166-1 or the letters that UN Comtrade uses instead [code]",
        "reporter_flag": "null for a country of ISO 3166-1; group; or area: of the past, or not specified [name]",
        "partner_flag": "null for a country of ISO 3166-1; world; group; or area: of the past, or not specified [name]",
    },
    example={"reporter": ["BRA"], "partner": ["CHN", "USA"], "year": 2022, "products": ["84", "85"]},
)
def trade(
    *,
    reporter: Sequence[str],
    partner: Sequence[str],
    year: int,
    last_year: int | None = None,
    classification: Classification = "HS",
    products: Sequence[str] = ("AG6",),
    flows: Sequence[Literal["M", "X", "RM", "RX"]] = ("M", "X"),
    as_of: str | None = None,
) -> Source:
    """Read yearly trade in goods, as countries report it to the United Nations.

    With a key (INDUSTRIA_KEY_COMTRADE) a question may bring 100,000 rows, without it
    500: questions are split, and an answer that reaches the limit is refused, because
    UN Comtrade cuts it off there without a word. What a country imports from another
    and what that one exports to it are two reports, and differ.

    Parameters
    ----------
    reporter, partner : sequence of str
        Countries by three letters, or UN Comtrade's numbers; "world" (0) as a partner
        is their sum. ["all"] are all there are, groups and the world among them: the
        columns `reporter_flag` and `partner_flag` mark them.
    year : int
        The first year, or the only one.
    last_year : int, optional
        The last one.
    classification : str
        "HS" and "SS" as reported; "H0" to "H6" (HS 1992 to 2022), "S1" to "S4" (SITC),
        "B4", "B5" (broad economic categories) as UN Comtrade converts to them.
    products : sequence of str
        Codes, "TOTAL", or all codes of so many digits: "AG2", "AG4", "AG6".
    flows : sequence of {"M", "X", "RM", "RX"}
        Imports, exports, re-imports, re-exports.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `reporter, partner, product, year, flow, value, quantity`, and what the columns
        beside them tell. Countries of `reporter` without any row stand in `notes`.

    Raises
    ------
    ChoiceError
        If a country is none; the message has the nearest.
    ParameterRangeError
        If a list is empty, or the years stand the wrong way round.
    TooLargeError
        If an answer may have been cut off, and the question cannot be split further.
    RefusedError, BusyPublisherError
        If UN Comtrade refuses, or the calls of the day are used up.
    """
    end = year if last_year is None else last_year
    if year < FIRST_YEAR or end < year:
        raise ParameterRangeError("year", (year, end), f"years from {FIRST_YEAR} on, the first before the last")
    for name, words in (("reporter", reporter), ("partner", partner), ("products", products), ("flows", flows)):
        if not words or (name in ("reporter", "partner") and "all" in words and len(words) > 1):
            raise ParameterRangeError(name, list(words), "one code or more, or 'all' alone")
    interface = _interface(classification, flows)
    lists = {
        "reporter": [_number("reporter", code) for code in dict.fromkeys(reporter)],
        "partner": [_number("partner", code) for code in dict.fromkeys(partner)],
        "product": list(dict.fromkeys(products)),
        "year": [str(one) for one in range(year, end + 1)],
    }
    raw = ask(interface, "comtrade.trade", lists, as_of=as_of, classification=classification, flows=sorted(set(flows)))
    there = {str(row["reporterCode"]) for content in raw.contents() for row in _rows(content)}
    silent = [code for code in lists["reporter"] if code not in there and code != "all"]
    told = (f"UN Comtrade has no rows of reporter {', '.join(silent)} for this question.",) if silent else ()
    span = str(year) if end == year else f"{year}-{end}"
    return source(
        raw,
        use="comtrade.trade",
        name=f"{classification} {span}",
        title=f"UN Comtrade, yearly trade in goods, {classification}, {span}",
        vintage=span,
        parse=parse,
        request={
            "reporter": list(reporter),
            "partner": list(partner),
            "year": year,
            "last_year": last_year,
            "classification": classification,
            "products": list(products),
            "flows": list(flows),
            "as_of": as_of,
        },
        notes=(*((PREVIEW,) if interface.publisher is WITHOUT_KEY else ()), *told),
        documentation="https://uncomtrade.org/docs",
    )


def parse(contents: Sequence[bytes]) -> pa.Table:
    """Read answers of the interface, in the order of reporter, partner, product, year and flow.

    Raises
    ------
    BrokenFileError
        If an answer has not the columns that it should have.
    """
    text, number = "string", "double"
    kinds = {
        "reporter": text,
        "partner": text,
        "product": text,
        "year": "int64",
        "flow": text,
        "value": number,
        "quantity": number,
        "quantity_unit": text,
        "quantity_flag": text,
        "reporter_iso": text,
        "partner_iso": text,
        "reporter_flag": text,
        "partner_flag": text,
    }
    rows = [_line(row) for content in contents for row in _rows(content)]
    return table(sorted(rows, key=lambda line: (int(line[0]), int(line[1]), *line[2:5])), kinds)


def _interface(classification: str, flows: Sequence[str]) -> Interface:
    """Ask with a key where there is one, else for the preview."""
    publisher = WITHOUT_KEY if key_of(COMTRADE) is None else COMTRADE
    keyless = publisher is WITHOUT_KEY
    most = publisher.limits.rows_per_call or 1

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        asked = {WORDS[name]: ",".join(codes) for name, codes in part.items() if list(codes) != ["all"]}
        asked |= {"flowCode": ",".join(flows), **TOTALS, "maxRecords": str(most), "includeDesc": "true"}
        base = WITHOUT if keyless else WITH
        return {"method": "GET", "url": f"{base}{classification}?{urlencode(asked, safe=',')}", "body": None}

    return Interface(
        publisher=publisher,
        build=build,
        refusal=lambda answer: _refusal(answer, most, keyless),
        each=SHORTEST if keyless else LONGEST,
    )


def _line(row: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        reporter, partner = str(int(row["reporterCode"])), str(int(row["partnerCode"]))
        key = (reporter, partner, str(row["cmdCode"]), int(str(row["period"])[:4]), str(row["flowCode"]))
        value = None if row["primaryValue"] is None else float(row["primaryValue"])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenFileError("comtrade.trade", f"a row lacks {error}; it has {', '.join(row)}.") from None
    # Unit -1 says that there is no quantity, and the quantity beside it is 0.
    there = row.get("qty") is not None and row.get("qtyUnitCode", -1) != -1
    return (
        *key,
        value,
        float(row["qty"]) if there else None,
        (row.get("qtyUnitAbbr") or str(row["qtyUnitCode"])) if there else None,
        "estimated" if there and row.get("isQtyEstimated") else None,
        (row.get("reporterISO") or "").strip() or None,
        (row.get("partnerISO") or "").strip() or None,
        _kind(reporter),
        _kind(partner),
    )


def _rows(content: bytes) -> list[dict[str, Any]]:
    told = from_json(content, "comtrade.trade")
    rows = told.get("data") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise BrokenFileError("comtrade.trade", "the answer has no list of data.")
    return rows


def _refusal(answer: Answer, most: int, keyless: bool) -> Refusal | None:
    if not answer.content.lstrip().startswith(b"{"):
        return None
    told = from_json(answer.content, "comtrade.trade")
    error = told.get("error") or told.get("message") or (told.get("title") if answer.status != 200 else None)
    if error or answer.status != 200:
        return Refusal(f"HTTP {answer.status}: {error}" if answer.status != 200 else str(error))
    rows = told.get("data")
    if not isinstance(rows, list) or len(rows) < most:
        return None
    advice = f"get a key (free) at {COMTRADE.registration}" if keyless else "name fewer partners or products"
    limit = "without a key" if keyless else "in one answer"
    said = f"the answer has {len(rows)} rows, as many as are given {limit}: it is cut off or may be; {advice}"
    return Refusal(said, too_large=True)


def _number(parameter: str, code: str) -> str:
    """Write a country as UN Comtrade does."""
    if code.isdigit():
        return str(int(code))
    known = {"all": "all", **_countries()}
    if parameter == "partner":
        known["world"] = "0"
    if code not in known:
        raise ChoiceError(parameter, code, list(known))
    return known[code]


def _kind(area: str) -> str | None:
    """Tell a country of ISO 3166-1 from the world, from groups, and from other areas."""
    return GROUPS.get(area) or (None if area in _countries().values() else "area")


@cache
def _countries() -> dict[str, str]:
    with Path(__file__).with_name("countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["alpha3"]: row["comtrade"] for row in csv.DictReader(file) if row["comtrade"]}
