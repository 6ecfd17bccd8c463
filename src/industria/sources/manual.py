"""Files that a person brings from an agency without an interface."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from industria.errors import OptionOfFormatError, UnknownSuffixError, UnsaidError
from industria.sources import files
from industria.sources.reader import reader
from industria.sources.source import Source, SourcePath

__all__ = ["file"]

FORMATS: Final[Mapping[str, Callable[..., Source]]] = {
    ".csv": files.csv,
    ".tsv": files.csv,
    ".txt": files.csv,
    ".xlsx": files.excel,
    ".xlsb": files.excel,
    ".xls": files.excel,
    ".ods": files.excel,
    ".json": files.json,
    ".jsonl": files.json,
    ".parquet": files.parquet,
    ".dta": files.stata,
}
PACKED: Final = (".gz", ".bz2")
WORDS: Final = {
    "publisher": "the agency's name",
    "title": "what the agency calls the table",
    "url": "the page that it was had from, as https://...",
    "vintage": "which state of it this is, as 2024 or 'March 2025'",
    "license": "under which terms it may be used; 'not stated' is an answer too",
}
NOTE: Final = "A person brought this file: the agency has no interface, and nothing tells whether it has changed since."


@reader(
    columns={},
    example={
        "path": "labor-force.xlsx",
        "publisher": "Turkish Statistical Institute (TurkStat)",
        "title": "Labor force by occupation, 2014-2023",
        "url": "https://data.tuik.gov.tr",
        "vintage": "2023",
        "license": "TurkStat: free use with attribution",
        "header": 4,
    },
)
def file(
    path: SourcePath,
    *,
    publisher: str,
    title: str,
    url: str,
    vintage: str,
    license: str,
    retrieved: str | None = None,
    citation: str | None = None,
    redistributable: bool | None = None,
    sheet: str | None = None,
    header: int | None = None,
    labels: Literal["text", "codes"] | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str | None = None,
    null: Sequence[str] | None = None,
    types: Mapping[str, str] | None = None,
    skip: int | None = None,
) -> Source:
    """Read a file that a person got from an agency, with what the file does not say itself.

    The ending of its name tells the format: .csv, .tsv, .txt, .json and .jsonl (packed
    as .gz or .bz2 too), .xlsx, .xlsb, .xls, .ods, .parquet, .dta. Each is read as
    `files.csv`, `files.excel`, `files.json`, `files.parquet` and `files.stata` read it.

    Parameters
    ----------
    path : str
        The file, as the agency gave it: its hash is recorded.
    publisher, title : str
        The agency, and what it calls the table.
    url : str
        The page where a person finds it.
    vintage : str
        Which state of it this is.
    license : str
        Under which terms it may be used.
    retrieved : str, optional
        The day it was had, as YYYY-MM-DD; without it, the day it was last written.
    citation : str, optional
        How the agency wants to be named.
    redistributable : bool, optional
        Whether the terms let a study be shared with it.
    sheet, header : str and int, optional
        Of workbooks, as in `files.excel`.
    labels : {"text", "codes"}, optional
        Of Stata files, as in `files.stata`.
    delimiter, decimal, thousands, null, types, skip : optional
        Of texts, as in `files.csv`.
    encoding : str, optional
        Of texts and JSON.

    Returns
    -------
    Source
        The columns of the file.

    Raises
    ------
    UnsaidError
        If one of the five words is empty, or `url` is no address.
    UnknownSuffixError
        If the ending of the name tells no format.
    OptionOfFormatError
        If the format does not have an option.
    MissingFileError
        If there is no such file.

    Examples
    --------
    In a study::

        [sources.labor_force]
        use       = "manual.file"
        path      = "labor-force.xlsx"
        publisher = "Turkish Statistical Institute (TurkStat)"
        title     = "Labor force by occupation"
        url       = "https://data.tuik.gov.tr"
        vintage   = "2023"
        license   = "free use with attribution"
        header    = 4
    """
    said = {"publisher": publisher, "title": title, "url": url, "vintage": vintage, "license": license}
    for word, text in said.items():
        if not text.strip():
            raise UnsaidError("manual.file", word, text, WORDS[word])
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise UnsaidError("manual.file", "url", url, WORDS["url"])
    options = {
        "sheet": sheet,
        "header": header,
        "labels": labels,
        "delimiter": delimiter,
        "decimal": decimal,
        "thousands": thousands,
        "encoding": encoding,
        "null": null,
        "types": types,
        "skip": skip,
    }
    given = {name: value for name, value in options.items() if value is not None}
    rest = {"retrieved": retrieved, "citation": citation, "redistributable": redistributable}
    about = {**said, **{word: told for word, told in rest.items() if told is not None}}
    read = _format(path, given)(path, **given, about=about)
    return replace(read, use="manual.file", notes=(*read.notes, NOTE))


def _format(path: str, given: Mapping[str, Any]) -> Callable[..., Source]:
    """Tell the reader of a file by the ending of its name, and whether it has the options."""
    endings = [ending.lower() for ending in Path(path).suffixes]
    packed = bool(endings) and endings[-1] in PACKED
    ending = "" if not endings[packed:] else endings[-2 if packed else -1]
    found = FORMATS.get(ending)
    if found is None or (packed and found not in (files.csv, files.json)):
        raise UnknownSuffixError(Path(path).name, list(FORMATS))
    known = [name for name in inspect.signature(found).parameters if name not in ("path", "about", "names", "quote")]
    for option in given:
        if option not in known:
            raise OptionOfFormatError("manual.file", option, ending, known)
    return found
