"""ILOSTAT, the labor statistics of the International Labour Organization."""

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

__all__ = ["indicator"]

ILOSTAT: Final = Publisher(
    name="ilostat",
    title="ILOSTAT",
    license="CC BY 4.0",
    homepage="https://ilostat.ilo.org/data/bulk/",
    limits=Limits(calls_per_second=1),
)
URL: Final = "https://rplumber.ilo.org/data/indicator/"


@reader(
    columns={
        "ref_area": "country, by three letters [code]",
        "source": "survey that the value is of [code]",
        "indicator": "code of the indicator [code]",
        "sex": "SEX_T, SEX_M or SEX_F [code]",
        "period": "year, quarter or month [date]",
        "value": "in the unit of the indicator; numbers of persons are in thousands",
        "flag": "what ILOSTAT says of the value [code]",
        "note_<of>": "codes of notes [code]",
        "<dimension>": "code in a dimension of the indicator, as classif1 [code]",
    },
    example={"indicator": "EMP_TEMP_SEX_OC2_NB_A", "filters": {"ref_area": ["BRA"]}, "start": 2014, "end": 2019},
)
def indicator(
    *,
    indicator: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    start: int | None = None,
    end: int | None = None,
    as_of: str | None = None,
) -> Source:
    """Read an indicator of ILOSTAT.

    Parameters
    ----------
    indicator : str
        Its code with the frequency, as `EMP_TEMP_SEX_OC2_NB_A`.
    filters : mapping of str to sequence of str, optional
        Dimension (`ref_area`, `sex`, `classif1`, ...) to codes; countries by three letters.
    start, end : int, optional
        First and last year.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `ref_area, source, indicator, sex, classif1, ...`, `period, value, flag` and the
        notes. Totals (`..._TOTAL`) and not classified (`..._X`) stand among the codes,
        and codes of ISCO-88 and ISCO-08 may stand in one year: filter before adding up.

    Raises
    ------
    ParameterRangeError
        If a filter lists no code.
    RefusedError
        If ILOSTAT refuses, as it does with HTTP 403 when it is busy.
    """
    lists = {name: list(codes) for name, codes in (filters or {}).items()}
    for name, codes in lists.items():
        if not codes:
            raise ParameterRangeError(f"filters[{name!r}]", codes, "one code or more")
    span = {name: year for name, year in (("timefrom", start), ("timeto", end)) if year is not None}

    def build(part: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        words = [f"id={quote(indicator, safe='')}"]
        words += [f"{name}={'+'.join(quote(code, safe='') for code in codes)}" for name, codes in part.items()]
        words += [f"{name}={year}" for name, year in span.items()]
        return {"method": "GET", "url": f"{URL}?{'&'.join(words)}&type=code&format=.csv", "body": None}

    interface = Interface(publisher=ILOSTAT, build=build, refusal=_refusal, expects="csv")
    raw = ask(interface, "ilostat.indicator", lists, as_of=as_of, indicator=indicator, start=start, end=end)
    return source(
        raw,
        use="ilostat.indicator",
        name=indicator,
        title=f"ILOSTAT, {indicator}",
        parse=lambda contents: read_observations(
            contents, indicator, period="time", value="obs_value", flag="obs_status"
        ),
        request={"indicator": indicator, "filters": lists, "start": start, "end": end, "as_of": as_of},
    )


def _refusal(answer: Answer) -> Refusal | None:
    if answer.status == 200:
        return None
    busy = "; it refuses so when it is busy: ask again in some minutes, it is not asked twice by itself"
    said = answer.content[:300].decode(errors="replace").strip()
    return Refusal(f"HTTP {answer.status} {said}{busy if answer.status == 403 else ''}")
