"""Time series of the US Bureau of Labor Statistics, by its interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from industria.errors import ParameterRangeError
from industria.sources.answers import from_json, source, table, years
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.keys import key_of
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BUREAU", "series"]

BUREAU: Final = Publisher(
    name="bls",
    title="US Bureau of Labor Statistics",
    license="US Government work, public domain",
    homepage="https://www.bls.gov/developers/",
    limits=Limits(calls_per_second=5, calls_per_day=500, series_per_call=50, splits_by=("series", "years")),
    key="optional",
    key_parameter="registrationkey",
    registration="https://data.bls.gov/registrationEngine/",
)
URL: Final = "https://api.bls.gov/publicAPI/v2/timeseries/data/"
WITHOUT_KEY: Final = replace(BUREAU, limits=replace(BUREAU.limits, calls_per_day=25, series_per_call=25))
# Without a key the bureau answers a longer question with three years, and does not say so.
YEARS_PER_CALL: Final = {True: 20, False: 3}
COLUMNS: Final = {
    "series": "string",
    "year": "int64",
    "period": "string",
    "value": "double",
    "footnotes": "string",
}


@reader(
    columns={
        "series": "identifier of the series [code]",
        "year": "year [date]",
        "period": "month, quarter or year within it, as M01, Q01 or A01 [code]",
        "value": "in the unit of the series",
        "footnotes": "what the bureau notes, parted by semicolons [name]",
    },
    example={"series": ["CES0000000001"], "start": 2015, "end": 2024},
)
def series(*, series: Sequence[str], start: int, end: int, as_of: str | None = None) -> Source:
    """Read time series of the Bureau of Labor Statistics by their identifiers.

    Parameters
    ----------
    series : sequence of str
        As `CES0000000001`. More than 50 are asked for in several calls; without a
        key (INDUSTRIA_KEY_BLS), more than 25.
    start, end : int
        First and last year; more than 20 years, without a key more than 3, are asked
        for in several calls.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `series, year, period, value, footnotes`; a value that the bureau withholds
        ("-") is null. What it says of series without data stands in `notes`.

    Raises
    ------
    ParameterRangeError
        If no series is named, or the years stand the wrong way round.
    RefusedError
        If the bureau refuses, as it does inside a success; or if a series does not exist.
    """
    if not series:
        raise ParameterRangeError("series", list(series), "one identifier or more, as 'CES0000000001'")
    if end < start:
        raise ParameterRangeError("end", end, f"a year not before start={start}")
    known = key_of(BUREAU) is not None
    publisher = BUREAU if known else WITHOUT_KEY
    interface = Interface(
        publisher=publisher,
        build=_request,
        refusal=_refusal,
        each={"series": publisher.limits.series_per_call or 1, "years": YEARS_PER_CALL[known]},
    )
    raw = ask(interface, "bls.series", {"series": list(dict.fromkeys(series)), "years": years(start, end)}, as_of=as_of)
    return source(
        raw,
        use="bls.series",
        name="timeseries",
        title=f"Time series {', '.join(series[:3])}{' and others' if len(series) > 3 else ''}",
        parse=parse,
        request={"series": list(series), "start": start, "end": end, "as_of": as_of},
        notes=tuple(dict.fromkeys(word for content in raw.contents() for word in from_json(content, URL)["message"])),
    )


def parse(contents: Sequence[bytes]) -> pa.Table:
    """Read answers of the interface, each series in the order of its periods."""
    rows = [
        (one["seriesID"], int(point["year"]), point["period"], _value(point["value"]), _footnotes(point))
        for content in contents
        for one in from_json(content, URL)["Results"]["series"]
        for point in one["data"]
    ]
    return table(sorted(rows, key=itemgetter(0, 1, 2)), COLUMNS)


def _request(lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    span = {"startyear": lists["years"][0], "endyear": lists["years"][-1]}
    return {"method": "POST", "url": URL, "body": {"seriesid": list(lists["series"]), **span}}


def _refusal(answer: Answer) -> Refusal | None:
    if answer.status != 200 or not answer.content.startswith(b"{"):
        return None
    told = from_json(answer.content, URL)
    said = [str(word) for word in told.get("message", [])]
    if told.get("status") != "REQUEST_SUCCEEDED":
        return Refusal(f"{told.get('status')}: {' '.join(said)}")
    absent = [word for word in said if "does not exist" in word]
    return Refusal(" ".join(absent)) if absent else None


def _value(told: str) -> float | None:
    return None if told.strip() in ("-", "") else float(told.replace(",", ""))


def _footnotes(point: Mapping[str, Any]) -> str | None:
    return "; ".join(note["text"] for note in point.get("footnotes", []) if note.get("text")) or None
