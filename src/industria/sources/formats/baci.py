"""Files of BACI: a year of flows between numbers of countries, and the list of countries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core import engine
from industria.core.table import Table, as_table, collect
from industria.errors import BrokenFileError, EngineError, MissingColumnError, UnknownLabelError
from industria.sources.formats.sql import literal, one_file
from industria.sources.formats.text_table import text_rows

__all__ = ["read_baci"]

COLUMNS: Final = ("t", "i", "j", "k", "v", "q")
# Releases before 2023 name the columns of their list of countries otherwise.
LISTED: Final = {
    "number": ("country_code",),
    "letters": ("country_iso3", "iso_3digit_alpha"),
    "name": ("country_name", "country_name_full"),
}
QUOTE: Final = '"'
NO_QUANTITY: Final = ("", "NA")
PLACE: Final = re.compile(r"Line: (\d+)")


def read_baci(
    flows: tuple[Path, str], countries: tuple[Path, str], reporter: Sequence[str], partner: Sequence[str]
) -> Table:
    """Read a year of flows lazily, with letters and names in place of numbers.

    Parameters
    ----------
    flows, countries : tuple of (Path, str)
        The two files, and what messages call them.
    reporter, partner : sequence of str
        Countries to keep, by three letters; all of them where it is empty.

    Raises
    ------
    BrokenFileError
        If a file is cut off or ragged, a product is no code, or a flow has a country
        that the list does not have.
    MissingColumnError
        If a column is not there.
    UnknownLabelError
        If the list of countries lacks one that is to be kept.
    """
    listed = _listed(*countries)
    known = listed["letters"].to_pylist()
    for parameter, letters in (("reporter", reporter), ("partner", partner)):
        for word in letters:
            if word not in known:
                raise UnknownLabelError(parameter, "country", word, countries[1], known)
    name = flows[1]
    rows = _flows(*flows)
    for side, column in (("reporter", "i"), ("partner", "j")):
        beside = listed.rename_columns([column, side, f"{side}_name"])
        rows = rows.join(as_table(beside, countries[1], near=rows), on=column, how="left")
    _refuse_strangers(rows, name, countries[1])
    for side, letters in (("reporter", reporter), ("partner", partner)):
        rows = rows.filter(nw.col(side).is_in(list(letters))) if letters else rows
    return rows.select(
        nw.col("reporter"),
        nw.col("partner"),
        # Some releases hold products as numbers: 10121 is 010121.
        nw.col("k").str.zfill(6).alias("product"),
        nw.col("year"),
        nw.lit("X").alias("flow"),
        nw.col("value"),
        nw.col("quantity"),
        nw.col("reporter_name"),
        nw.col("partner_name"),
    )


def _flows(path: Path, name: str) -> Table:
    """Read flows as they stand, and beside them the numbers that they are.

    The reader for files of persons looks at every value with patterns; ten million
    rows of six known columns are read five times faster without.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = [word.strip().strip(QUOTE) for word in file.readline().split(",")]
    for column in COLUMNS:
        if column not in header:
            raise MissingColumnError(name, column, header)
    kinds = ", ".join(f"{literal(word)}: 'VARCHAR'" for word in header)
    layout = f"header = true, auto_detect = false, delim = ',', quote = {literal(QUOTE)}, columns = {{{kinds}}}"
    nothing = ", ".join(literal(word) for word in NO_QUANTITY)
    rows = engine.connection().sql(
        f"""
        SELECT trim(i) AS i, trim(j) AS j, trim(k) AS k, t, v, q,
               TRY_CAST(t AS BIGINT) AS year,
               TRY_CAST(v AS DOUBLE) AS value,
               CASE WHEN trim(q) NOT IN ({nothing}) THEN TRY_CAST(q AS DOUBLE) END AS quantity,
               coalesce(trim(q), '') NOT IN ({nothing}) AS measured
        FROM read_csv({one_file(path)}, {layout})
        """
    )
    return as_table(rows, name)


def _listed(path: Path, name: str) -> pa.Table:
    (_, header), *rows = text_rows(path, name, "latin-1")
    place = {}
    for column, names in LISTED.items():
        found = next((one for one in names if one in header), None)
        if found is None:
            raise MissingColumnError(name, names[0], header)
        place[column] = header.index(found)
    # Areas without letters of their own keep their number: two of them are not one country.
    cells = {column: [row[i].strip() for _, row in rows] for column, i in place.items()}
    pairs = zip(cells["letters"], cells["number"], strict=True)
    cells["letters"] = [number if letters in ("", "N/A") else letters for letters, number in pairs]
    return pa.table({column: pa.array(words, pa.string()) for column, words in cells.items()})


def _refuse_strangers(rows: Table, name: str, countries: str) -> None:
    """Refuse flows of countries that the list lacks, and values that are none, in one walk."""
    column = nw.col
    bad = {
        "t": column("year").is_null(),
        "k": ~column("k").str.contains(r"^[0-9]{5,6}$"),
        "v": column("value").is_null(),
        "q": column("measured") & column("quantity").is_null(),
    }
    strange = column("reporter").is_null() | column("partner").is_null()
    asked = rows.filter(strange | bad["t"] | bad["k"] | bad["v"] | bad["q"])
    told = asked.select(*COLUMNS, "reporter", "partner", **{f"{word}_bad": wrong for word, wrong in bad.items()})
    try:
        found = collect(told.head(1)).to_pylist()
    except (duckdb.Error, EngineError) as error:
        line = PLACE.search(str(error))
        said = "it is cut off, or a line has more or fewer values than the header."
        raise BrokenFileError(name, said, int(line[1]) if line else None) from None
    for row in found:
        for number, letters in (("i", "reporter"), ("j", "partner")):
            if row[letters] is None:
                raise BrokenFileError(name, f"{number} has {row[number]!r}, which {countries} does not list.")
        wrong = next(word for word in bad if row[f"{word}_bad"])
        what = "code of six digits" if wrong == "k" else "number"
        raise BrokenFileError(name, f"{wrong} has {row[wrong]!r}, which is no {what}.")
