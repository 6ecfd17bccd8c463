"""World Bank, World Development Indicators and others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from industria.errors import ParameterRangeError
from industria.sources.answers import from_json, source, table, years
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["indicator"]

BANK: Final = Publisher(
    name="world_bank",
    title="World Bank",
    license="CC BY 4.0",
    homepage="https://datahelpdesk.worldbank.org/knowledgebase/articles/889392",
    # Long lists of countries bring it down (502, 403).
    limits=Limits(calls_per_second=2, rows_per_call=20_000, series_per_call=50, splits_by=("countries", "years")),
)
URL: Final = "https://api.worldbank.org/v2/country"
PAGE: Final = 20_000
COLUMNS: Final = {
    "country": "string",
    "indicator": "string",
    "period": "string",
    "value": "double",
    "flag": "string",
}


@reader(
    columns={
        "country": "country or group of countries, by three letters [code]",
        "indicator": "code of the indicator [code]",
        "period": "year [date]",
        "value": "in the unit of the indicator; percents stay percents",
        "flag": "what the bank says of the value [code]",
    },
    example={"indicator": "NV.IND.MANF.KD", "start": 2000, "end": 2023, "countries": ["BRA", "TUR", "MYS"]},
)
def indicator(
    *, indicator: str, start: int, end: int, countries: Sequence[str] = ("all",), as_of: str | None = None
) -> Source:
    """Read an indicator of the World Bank.

    Parameters
    ----------
    indicator : str
        Its code, as `NV.IND.MANF.KD`.
    start, end : int
        First and last year.
    countries : sequence of str
        By three letters; `all` are all countries and groups of countries. More than
        50 are asked for in several calls.
    as_of : str, optional
        A day: the newest answer of the store that was had no later. The bank revises
        its history without saying.

    Returns
    -------
    Source
        `country, indicator, period, value, flag`; what the bank has no value for is
        null. The day of its last update stands in `facts`.

    Raises
    ------
    ParameterRangeError
        If no country is named, or the years stand the wrong way round.
    RefusedError
        If the bank refuses, as it does inside a success.
    """
    if not countries:
        raise ParameterRangeError("countries", list(countries), "one country or more, or 'all'")
    if end < start:
        raise ParameterRangeError("end", end, f"a year not before start={start}")

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        places = quote(";".join(part["countries"]), safe=";")
        span = f"{part['years'][0]}:{part['years'][-1]}"
        asked = f"format=json&per_page={PAGE}&date={span}"
        return {"method": "GET", "url": f"{URL}/{places}/indicator/{quote(indicator)}?{asked}", "body": None}

    interface = Interface(
        publisher=BANK, build=build, refusal=_refusal, each={"countries": BANK.limits.series_per_call or 50}
    )
    lists = {"countries": list(dict.fromkeys(countries)), "years": years(start, end)}
    raw = ask(interface, "world_bank.indicator", lists, as_of=as_of, indicator=indicator)
    updates = {str(from_json(content, URL)[0].get("lastupdated")) for content in raw.contents()}
    return source(
        raw,
        use="world_bank.indicator",
        name=indicator,
        title=f"World Bank, {indicator}",
        parse=parse,
        request={"indicator": indicator, "start": start, "end": end, "countries": list(countries), "as_of": as_of},
        facts={"last_updated": max(updates)},
    )


def parse(contents: Sequence[bytes]) -> pa.Table:
    """Read answers of the interface: a head and a list of points, or a head alone."""
    rows = [
        (
            # Groups of countries have no code of three letters in some indicators.
            point["countryiso3code"] or point["country"]["id"],
            point["indicator"]["id"],
            point["date"],
            None if point["value"] is None else float(point["value"]),
            point.get("obs_status") or None,
        )
        for content in contents
        for point in (from_json(content, URL)[1] or [])
    ]
    return table(rows, COLUMNS)


def _refusal(answer: Answer) -> Refusal | None:
    if answer.status != 200 or not answer.content.lstrip(b"\xef\xbb\xbf").startswith(b"["):
        return None
    head = from_json(answer.content, URL)[0]
    if "message" in head:
        return Refusal("; ".join(f"{one.get('key', '')}: {one.get('value', '')}" for one in head["message"]))
    # A second page means that this one is not all.
    pages = int(head.get("pages") or 1)
    return Refusal(f"the answer has {pages} pages", too_large=True) if pages > 1 else None
