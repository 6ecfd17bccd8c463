"""OECD, by its data interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from industria.errors import ParameterRangeError
from industria.sources.answers import source
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.observations import only, read_observations
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

__all__ = ["flow"]

OECD: Final = Publisher(
    name="oecd",
    title="OECD",
    license="CC BY 4.0",
    homepage="https://www.oecd.org/en/data/insights/data-explainers/2024/09/api.html",
    limits=Limits(calls_per_second=1, calls_per_hour=60),
)
URL: Final = "https://sdmx.oecd.org/public/rest/data"


@reader(
    columns={
        "period": "year, quarter or month [date]",
        "value": "in the unit of the row, times ten to the power of unit_mult",
        "flag": "what the OECD says of the value, as A or E [code]",
        "unit_mult": "power of ten [1]",
        "<dimension>": "code in a dimension of the flow, or an attribute of the value [code]",
    },
    example={"flow": "OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE1,2.0", "start": "2010"},
)
def flow(
    *,
    flow: str,
    key: str = "all",
    filters: Mapping[str, Sequence[str]] | None = None,
    start: str | None = None,
    end: str | None = None,
    as_of: str | None = None,
) -> Source:
    """Read a data flow of the OECD.

    Sixty questions an hour are answered, so ask wide: `filters` choose among the rows
    of one answer that is kept, and cost no question.

    Parameters
    ----------
    flow : str
        Agency, flow and version, as `OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE1,2.0`.
    key : str
        Codes in the order of the dimensions, as `A.AUT+FRA...`; `all` without it.
    filters : mapping of str to sequence of str, optional
        Dimension to codes, among the rows of the answer.
    start, end : str, optional
        First and last period.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        The dimensions in lower case, `period, value, flag`, and what else is said of a
        value, such as `unit_mult`: the power of ten by which it is to be multiplied.

    Raises
    ------
    ParameterRangeError
        If the flow does not name its agency.
    BusyPublisherError
        If the questions of this hour are used up.
    RefusedError
        If the OECD refuses.
    """
    if "," not in flow:
        raise ParameterRangeError(
            "flow", flow, "agency, flow and version, as 'OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE1,2.0'"
        )
    chosen = {name: list(codes) for name, codes in (filters or {}).items()}
    span = {name: word for name, word in (("startPeriod", start), ("endPeriod", end)) if word}
    words = urlencode({**span, "dimensionAtObservation": "AllDimensions", "format": "csvfilewithlabels"})

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        return {"method": "GET", "url": f"{URL}/{quote(flow, safe=',@')}/{part['key'][0]}?{words}", "body": None}

    interface = Interface(publisher=OECD, build=build, refusal=_refusal, expects="csv")
    asked = {"key": [quote(key, safe=".+*")]}
    raw = ask(interface, "oecd.flow", asked, as_of=as_of, flow=flow, start=start, end=end)
    return source(
        raw,
        use="oecd.flow",
        name=flow,
        title=f"OECD, {flow}",
        parse=lambda contents: only(read_observations(contents, flow, flag="OBS_STATUS"), chosen, flow),
        request={"flow": flow, "key": key, "filters": chosen, "start": start, "end": end, "as_of": as_of},
    )


def _refusal(answer: Answer) -> Refusal | None:
    said = answer.content[:300].decode(errors="replace").strip()
    return None if answer.status == 200 else Refusal(f"HTTP {answer.status}: {said}")
