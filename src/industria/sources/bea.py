"""US Bureau of Economic Analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from industria.errors import RefusedError
from industria.errors import listing as _listing
from industria.sources.answers import from_json, source, table
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask
from industria.sources.reader import reader
from industria.sources.source import Source
from industria.sources.store import Answer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["input_output"]

BUREAU: Final = Publisher(
    name="bea",
    title="US Bureau of Economic Analysis",
    license="US Government work, public domain",
    homepage="https://apps.bea.gov/API/signup/",
    # 100 questions a minute.
    limits=Limits(calls_per_second=1.5),
    key="required",
    key_parameter="UserID",
    registration="https://apps.bea.gov/API/signup/",
)
URL: Final = "https://apps.bea.gov/api/data"
COLUMNS: Final = {
    "row": "string",
    "column": "string",
    "value": "double",
    "row_title": "string",
    "column_title": "string",
}


@reader(
    columns={
        "row": "code of the commodity, the industry or the part of value added [code]",
        "column": "code of the industry or the final use [code]",
        "value": "million US dollars; in tables of requirements, dollars a dollar",
        "row_title": "name of the row [name]",
        "column_title": "name of the column [name]",
    },
    example={"table": "The Use of Commodities by Industries", "year": 2022},
)
def input_output(
    *, table: str, year: int, level: Literal["sector", "summary", "detail"] = "summary", as_of: str | None = None
) -> Source:
    """Read a table of the US input-output accounts.

    Parameters
    ----------
    table : str
        Words of the bureau's title, as `The Use of Commodities by Industries`, or its number.
    year : int
        Of the table.
    level : {"sector", "summary", "detail"}
        How fine its industries are.
    as_of : str, optional
        A day: the newest answer of the store that was had no later.

    Returns
    -------
    Source
        `row, column, value` and the titles of both; most tables are in million
        dollars, those of requirements in dollars per dollar. The bureau's title and
        number stand in `facts`.

    Raises
    ------
    MissingKeyError
        Without a key (INDUSTRIA_KEY_BEA); nothing is sent.
    RefusedError
        If the bureau refuses, as it does inside a success; or if no table, or several, are meant.
    """
    number, title = _named(table, level, as_of)
    asked = {"method": "GetData", "TableID": number, "Year": str(year)}
    raw = ask(_interface(asked), "bea.input_output", {"year": [str(year)]}, as_of=as_of, table=number)
    return source(
        raw,
        use="bea.input_output",
        name=f"table {number}",
        title=title,
        vintage=str(year),
        parse=parse,
        request={"table": table, "year": year, "level": level, "as_of": as_of},
        facts={"table": number, "table_title": title},
    )


def parse(contents: Sequence[bytes]) -> pa.Table:
    """Read answers of the interface; a cell that the bureau leaves open is null."""
    rows = [
        (cell["RowCode"], cell["ColCode"], _number(cell["DataValue"]), cell.get("RowDescr"), cell.get("ColDescr"))
        for content in contents
        for cell in _results(content)["Data"]
    ]
    return table(rows, COLUMNS)


def _named(wanted: str, level: str, as_of: str | None) -> tuple[str, str]:
    """Find the number of a table among those that the bureau lists."""
    asked = {"method": "GetParameterValues", "ParameterName": "TableID"}
    raw = ask(_interface(asked), "bea.input_output", {"parameter": ["TableID"]}, as_of=as_of)
    known = {str(one["Key"]): str(one["Desc"]) for one in _results(raw.contents()[0])["ParamValue"]}
    fitting = {key: words for key, words in known.items() if level in words.lower()}
    found = {key: words for key, words in fitting.items() if wanted in (key, words) or wanted.lower() in words.lower()}
    exact = {key: words for key, words in found.items() if wanted in (key, words)}
    if len(exact or found) != 1:
        there = _listing([f"{key} ({words})" for key, words in (found or fitting or known).items()])
        raise RefusedError(
            BUREAU.title, URL, f"{len(found)} tables of level {level!r} fit {wanted!r}; there is {there}"
        )
    return next(iter((exact or found).items()))


def _interface(asked: Mapping[str, str]) -> Interface:
    words = {"DatasetName": "InputOutput", **asked, "ResultFormat": "JSON"}
    return Interface(
        publisher=BUREAU,
        build=lambda _: {"method": "GET", "url": f"{URL}?{urlencode(words)}", "body": None},
        refusal=_refusal,
    )


def _results(content: bytes) -> Mapping[str, Any]:
    told = from_json(content, URL)["BEAAPI"]["Results"]
    results: Mapping[str, Any] = told[0] if isinstance(told, list) else told
    return results


def _refusal(answer: Answer) -> Refusal | None:
    if not answer.content.startswith(b"{"):
        return None
    told = from_json(answer.content, URL).get("BEAAPI", {})
    results = told.get("Results", {})
    first = results[0] if isinstance(results, list) and results else results
    # Errors stand beside the results or inside them, and come as a success.
    error = told.get("Error") or (first.get("Error") if isinstance(first, Mapping) else None)
    if not error:
        return None
    error = error[0] if isinstance(error, list) else error
    return Refusal(f"{error.get('APIErrorCode', '')} {error.get('APIErrorDescription', error)}".strip())


def _number(told: str) -> float | None:
    word = str(told).replace(",", "").strip()
    return None if word in ("", "---", "...", "(D)", "(NA)") else float(word)
