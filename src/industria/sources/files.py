"""Files that a person has: CSV, Parquet, Stata, Excel, JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from industria.sources.formats.csv_layout import Kind, Layout, Notation
from industria.sources.formats.parquet_mark import is_marked
from industria.sources.places import existing
from industria.sources.reader import reader
from industria.sources.source import Source, SourcePath, described, fingerprint

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["csv", "excel", "json", "parquet", "stata"]

About = Mapping[str, str | bool]


@reader(columns={}, example={"path": "plants.csv"})
def csv(
    path: SourcePath,
    *,
    delimiter: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    quote: str = '"',
    encoding: str | None = None,
    null: Sequence[str] = (),
    types: Mapping[str, Kind] | None = None,
    names: Sequence[str] | None = None,
    skip: int = 0,
    about: About | None = None,
) -> Source:
    """Read a CSV file, strictly.

    A column is of numbers if all its values are, over all rows. Codes stay text:
    one leading zero, or more digits than 64 bits hold, and the column is text.
    In columns of numbers, dates and truth values `NA`, `NaN`, `NULL` and `.` are
    missing; in text they stay, unless `null` lists them. Dates are `YYYY-MM-DD`.
    A column without any value is text.

    Parameters
    ----------
    path : str
        May be compressed by gzip or bzip2, or packed alone in a zip archive.
    delimiter : str, optional
        Without it, the one of comma, semicolon, tab and bar that the header has most of.
    decimal, thousands : str
        How numbers are written.
    quote : str
        Stands around values that hold a delimiter or a line end; doubled it is itself.
    encoding : str, optional
        As `latin-1` or `cp1252`. Without it a byte-order mark decides, else UTF-8.
    null : sequence of str
        Words that mean missing in every column, besides nothing at all.
    types : mapping of str to {"integer", "number", "text", "boolean", "date", "time"}, optional
        Kinds of columns that are known beforehand.
    names : sequence of str, optional
        Names of the columns of a file that has no header.
    skip : int
        Lines above the header.
    about : mapping, optional
        What is known of the file: publisher, title, vintage, url, license,
        citation, documentation, retrieved (YYYY-MM-DD), redistributable, and
        synthetic: true where the rows are drawn and of no real firm.

    Returns
    -------
    Source
        Its `read()` walks the file once to check it, and then stays lazy. A line
        that is cut off or ragged is refused with its number.

    Raises
    ------
    MissingFileError
        If there is no such file.
    """
    layout = Layout(
        delimiter=delimiter,
        quote=quote,
        encoding=encoding,
        null=tuple(null),
        notation=Notation(decimal, thousands),
        types=dict(types or {}),
        names=names,
        skip=skip,
    )
    request = {
        "delimiter": delimiter,
        "decimal": decimal,
        "thousands": thousands,
        "quote": quote,
        "encoding": encoding,
        "null": list(null),
        "types": dict(types or {}),
        "names": None if names is None else list(names),
        "skip": skip,
    }
    place = existing(path)

    def load() -> Table:
        from industria.sources.formats.csv_text import read_csv

        return read_csv(place, place.name, layout)

    return _source("csv", place, load, request, about)


@reader(columns={}, example={"path": "plants.parquet"})
def parquet(path: SourcePath, *, about: About | None = None) -> Source:
    """Read a Parquet file.

    Parameters
    ----------
    path : str
        One file.
    about : mapping, optional
        What is known of the file, as in `csv`.

    Returns
    -------
    Source
        Its `read()` looks at the footer alone, and stays lazy. It is synthetic where the
        file says so itself, as results of a run do.

    Raises
    ------
    MissingFileError
        If there is no such file.
    """
    place = existing(path)

    def load() -> Table:
        from industria.sources.formats.parquet import read_parquet

        return read_parquet(place, place.name)

    # A mark that the file bears cannot be taken from it.
    marked: About = {"synthetic": True} if is_marked(place) else {}
    return _source("parquet", place, load, {}, {**(about or {}), **marked})


@reader(columns={}, example={"path": "plants.dta"})
def stata(path: SourcePath, *, labels: Literal["text", "codes"] = "text", about: About | None = None) -> Source:
    """Read a Stata file (.dta) of version 8 or later.

    Missing values, `.` and `.a` to `.z`, become null; `notes` tells how many of
    each there were. Dates (%td, %tm, %tq, %th, %tw) become the first day that
    they name, %tc a time.

    Parameters
    ----------
    path : str
        Formats 113 to 115 and 117 to 119.
    labels : {"text", "codes"}
        Whether a column with value labels becomes their text; it stays of codes
        if one of its values has no label.
    about : mapping, optional
        What is known of the file, as in `csv`.

    Returns
    -------
    Source
        The title is the label that the file gives itself.

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnknownVersionError
        If the file is of another version.
    BrokenFileError
        If it is no Stata file, or cut off.
    """
    from industria.sources.formats.stata import StataFile

    place = existing(path)
    file = StataFile.open(place, place.name)
    told: About = {**({"title": file.label} if file.label else {}), **(about or {})}
    return _source("stata", place, lambda: file.read(labels), {"labels": labels}, told, file.notes())


@reader(columns={}, example={"path": "plants.xlsx"})
def excel(path: SourcePath, *, sheet: str | None = None, header: int = 1, about: About | None = None) -> Source:
    """Read a sheet of a workbook (xlsx, xlsb, xls, ods).

    Empty cells and cells in error (#N/A, #DIV/0!, ...) become null, empty rows
    are left out. Numbers that are all whole are integers; a column of numbers
    and texts is text.

    Parameters
    ----------
    path : str
        The workbook.
    sheet : str, optional
        Without it, the first.
    header : int
        The row that holds the names, counted from one.
    about : mapping, optional
        What is known of the file, as in `csv`.

    Returns
    -------
    Source
        Its `read()` holds the sheet in memory.

    Raises
    ------
    MissingFileError
        If there is no such file.
    """
    place = existing(path)

    def load() -> Table:
        from industria.sources.formats.excel import read_excel

        return read_excel(place, place.name, sheet, header)

    return _source("excel", place, load, {"sheet": sheet, "header": header}, about)


@reader(columns={}, example={"path": "plants.json"})
def json(path: SourcePath, *, encoding: str | None = None, about: About | None = None) -> Source:
    """Read records from JSON: a list of them, or one a line.

    Parameters
    ----------
    path : str
        May be compressed by gzip or bzip2, or packed alone in a zip archive.
    encoding : str, optional
        UTF-8 without it.
    about : mapping, optional
        What is known of the file, as in `csv`.

    Returns
    -------
    Source
        Keys that a record lacks are null; nested records are refused when read.

    Raises
    ------
    MissingFileError
        If there is no such file.
    """
    place = existing(path)

    def load() -> Table:
        from industria.sources.formats.json_text import read_json

        return read_json(place, place.name, encoding)

    return _source("json", place, load, {"encoding": encoding}, about)


def _source(
    format: str,
    path: Path,
    load: Callable[[], Table],
    request: Mapping[str, Any],
    about: About | None,
    notes: tuple[str, ...] = (),
) -> Source:
    sha256, size = fingerprint(path)
    # Nobody wrote down when a file was had; the day it was last written here is all that is known.
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return Source(
        use=f"files.{format}",
        name=path.name,
        path=path,
        load=load,
        sha256=sha256,
        bytes=size,
        request=request,
        notes=notes,
        **{"retrieved": written, **described(about)},
    )
