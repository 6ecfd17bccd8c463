"""Files of BACI: a year of flows between numbers of countries, and the list of countries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.table import Table, as_table, collect
from industria.errors import BrokenFileError, MissingColumnError, UnknownLabelError
from industria.sources.formats.csv_layout import Layout
from industria.sources.formats.csv_text import read_csv
from industria.sources.formats.text_table import text_rows

__all__ = ["read_baci"]

COLUMNS: Final = ("t", "i", "j", "k", "v", "q")
# Releases before 2023 name the columns of their list of countries otherwise.
LISTED: Final = {
    "number": ("country_code",),
    "letters": ("country_iso3", "iso_3digit_alpha"),
    "name": ("country_name", "country_name_full"),
}
LAYOUT: Final = Layout(
    delimiter=",", types={"t": "integer", "i": "text", "j": "text", "k": "text", "v": "number", "q": "number"}
)


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
    path, name = flows
    with path.open(encoding="utf-8-sig") as file:
        header = [word.strip() for word in file.readline().split(",")]
    for column in COLUMNS:
        if column not in header:
            raise MissingColumnError(name, column, header)
    rows = read_csv(path, name, LAYOUT)
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
        nw.col("k").str.strip_chars().str.zfill(6).alias("product"),
        nw.col("t").alias("year"),
        nw.lit("X").alias("flow"),
        nw.col("v").alias("value"),
        nw.col("q").alias("quantity"),
        nw.col("reporter_name"),
        nw.col("partner_name"),
    )


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
    """Refuse flows of countries that the list lacks, and products that are no code, in one walk."""
    strange = nw.col("reporter").is_null() | nw.col("partner").is_null()
    wrong = ~nw.col("k").str.strip_chars().str.contains(r"^\d{5,6}$")
    found = collect(rows.filter(strange | wrong).select("i", "j", "k", "reporter", "partner").head(1)).to_pylist()
    for row in found:
        for number, letters in (("i", "reporter"), ("j", "partner")):
            if row[letters] is None:
                raise BrokenFileError(name, f"{number} has {row[number]!r}, which {countries} does not list.")
        raise BrokenFileError(name, f"k has {row['k']!r}, which is no code of six digits.")
