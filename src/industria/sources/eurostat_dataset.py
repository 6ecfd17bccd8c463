"""Data sets of Eurostat, by its interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from industria.errors import ParameterRangeError
from industria.sources.answers import source
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.observations import read_observations
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

__all__ = ["EUROSTAT", "dataset"]

EUROSTAT: Final = Publisher(
    name="eurostat",
    title="Eurostat",
    license="CC BY 4.0",
    homepage="https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access",
    limits=Limits(calls_per_second=2, rows_per_call=5_000_000, splits_by=("filters",)),
)
URL: Final = "https://ec.europa.eu/eurostat/api/dissemination/sdmx/3.0/data/dataflow/ESTAT"
TOO_LARGE: Final = (b"EXTRACTION_TOO_BIG", b"ASYNCHRONOUS")


@reader(
    columns={
        "period": "year, quarter or month [date]",
        "value": "in the unit that the dimension unit names",
        "flag": "what Eurostat says of the value, as p, e or c [code]",
        "<dimension>": "code in a dimension of the data set, or the mark of confidentiality [code]",
    },
    example={"dataset": "nama_10_a64_e", "filters": {"geo": ["DE", "FR"]}, "start": "2015"},
)
def dataset(
    *,
    dataset: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    start: str | None = None,
    end: str | None = None,
    as_of: str | None = None,
) -> Source:
    """Read a data set of Eurostat.

    Parameters
    ----------
    dataset : str
        Its code, as `nama_10_a64_e`.
    filters : mapping of str to sequence of str, optional
        Dimension to codes, as `{"geo": ["DE", "FR"]}`; a dimension that is not named
        comes whole. Greece is `EL`, the United Kingdom `UK`.
    start, end : str, optional
        First and last period, as `2015` or `2015-Q1`.
    as_of : str, optional
        A day: the newest answer of the store that was had no later. Eurostat itself
        offers the latest version alone.

    Returns
    -------
    Source
        The dimensions, `period, value, flag`. A question that Eurostat finds too
        large, or would answer later, is asked in halves of its longest filter.

    Raises
    ------
    ParameterRangeError
        If a filter lists no code.
    TooLargeError
        If no filter is left to halve.
    RefusedError
        If Eurostat refuses.
    """
    lists = {name: list(codes) for name, codes in (filters or {}).items()}
    for name, codes in lists.items():
        if not codes:
            raise ParameterRangeError(f"filters[{name!r}]", codes, "one code or more")
    bounds = "+".join(f"{sign}:{word}" for sign, word in (("ge", start), ("le", end)) if word)

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        words = [f"c[{name}]={quote(','.join(codes), safe=',')}" for name, codes in part.items() if codes]
        words += [f"c[TIME_PERIOD]={bounds}"] if bounds else []
        asked = "&".join([*words, "compress=false", "format=csvdata", "formatVersion=2.0"])
        return {"method": "GET", "url": f"{URL}/{quote(dataset, safe='$')}/1.0?{asked}", "body": None}

    interface = Interface(publisher=EUROSTAT, build=build, refusal=_refusal, expects="csv")
    raw = ask(interface, "eurostat.dataset", lists, as_of=as_of, dataset=dataset, start=start, end=end)
    return source(
        raw,
        use="eurostat.dataset",
        name=dataset,
        title=f"Eurostat, {dataset}",
        parse=lambda contents: read_observations(contents, dataset, flag="OBS_FLAG"),
        request={"dataset": dataset, "filters": lists, "start": start, "end": end, "as_of": as_of},
    )


def _refusal(answer: Answer) -> Refusal | None:
    start = answer.content[:2000]
    # A question that it would answer later comes back as a success with a warning of status 413 in it.
    told = start.lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"{", b"<")
    if answer.status == 200 and not (told and any(word in start for word in TOO_LARGE)):
        return None
    large = answer.status == 413 or any(word in start for word in TOO_LARGE)
    advice = "; name codes in filters, or fewer periods" if large else ""
    return Refusal(f"HTTP {answer.status}: {start[:300].decode(errors='replace')}{advice}", too_large=large)
