"""One year of world input-output tables, whatever file it lies in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import BrokenFileError
from industria.sources.formats.r_data import read_workspace
from industria.sources.formats.wiot_sheet import Labeled, from_sheet

__all__ = ["Wiot", "read_wiot"]

Array: TypeAlias = npt.NDArray[np.float64]
Texts: TypeAlias = npt.NDArray[np.str_]

# The carriers of the release of 2013 kept the order of the publisher's columns, not their codes.
CATEGORIES_2013: Final = ("c37", "c38", "c39", "c41", "c42")
FRAME: Final = ("IndustryCode", "IndustryDescription", "Country", "RNr", "Year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wiot:
    """A world input-output table.

    Attributes
    ----------
    countries, industries : array of str, shape (n,)
        Of each row of `flows`.
    flows : array, shape (n, n)
        What the row sells to the column; in the publisher's unit.
    users, categories : array of str, shape (m,)
        Country and kind of final use of each column of `final`.
    final : array, shape (n, m)
        Final demand.
    output : array, shape (n,)
        Gross output.
    factors : mapping of str to array, shape (n,)
        The rows below the industries; empty where a file lacks them.
    """

    countries: Texts
    industries: Texts
    flows: Array
    users: Texts
    categories: Texts
    final: Array
    output: Array
    factors: Mapping[str, Array] = field(default_factory=dict)


def read_wiot(path: Path, name: str, year: int) -> Wiot:
    """Read a table from a publisher's workbook, a workspace of R, or arrays of numpy.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened or is cut off, or is of another year.
    MissingPackageError
        If it is a workspace of R, and rdata is not installed.
    """
    ending = path.suffix.lower()
    if ending == ".npz":
        return _from_arrays(_arrays(path, name), name)
    if ending == ".rdata":
        return _from_workspace(read_workspace(path, name), name, year)
    return _of_labeled(from_sheet(path, name, year), name)


def _arrays(path: Path, name: str) -> dict[str, Any]:
    try:
        # numpy leaves a file open that it opened itself and cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            found = {word: held[word] for word in held.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, TypeError) as error:
        raise BrokenFileError(name, f"it is cut off, or no arrays of numpy ({error}).") from None
    return found


def _from_workspace(objects: Mapping[str, Any], name: str, year: int) -> Wiot:
    """Two carriers: a list of matrices (release of 2013), and the publisher's data frame (2016)."""
    frame = next((one for one in objects.values() if hasattr(one, "columns")), None)
    if frame is not None:
        return _of_labeled(_of_frame(frame, name, year), name)
    held = next((one for one in objects.values() if isinstance(one, Mapping) and "inter" in one), None)
    if held is None:
        raise BrokenFileError(name, f"it holds {', '.join(objects) or 'nothing'}, and no input-output table.")
    told = int(np.asarray(held["year"]).ravel()[0]) if "year" in held else year
    if told != year:
        raise BrokenFileError(name, f"it is of the year {told}, not {year}.")
    names = {"Z": "inter", "F": "final", "x": "output", "countries": "countries", "industries": "industries"}
    return _from_arrays({ours: np.asarray(held[theirs]) for ours, theirs in names.items() if theirs in held}, name)


def _from_arrays(held: Mapping[str, Any], name: str) -> Wiot:
    for word in ("Z", "F", "x", "countries", "industries"):
        if word not in held:
            raise BrokenFileError(name, f"it has no {word}; it has {', '.join(held) or 'nothing'}.")
    countries, industries = (held[word].astype(str) for word in ("countries", "industries"))
    n, m = len(countries) * len(industries), len(countries) * len(CATEGORIES_2013)
    for word, shape in (("Z", (n, n)), ("F", (n, m)), ("x", (n,))):
        if held[word].shape != shape:
            raise BrokenFileError(
                name,
                f"{word} has the shape {held[word].shape}; {len(countries)} countries of {len(industries)} "
                f"industries, and five kinds of final use, make {shape}.",
            )
    return Wiot(
        countries=np.repeat(countries, len(industries)),
        industries=np.tile(industries, len(countries)),
        flows=held["Z"].astype(np.float64),
        users=np.repeat(countries, len(CATEGORIES_2013)),
        categories=np.tile(np.array(CATEGORIES_2013), len(countries)),
        final=held["F"].astype(np.float64),
        output=held["x"].astype(np.float64),
    )


def _of_frame(frame: Any, name: str, year: int) -> Labeled:
    """Read the publisher's data frame: columns AUS1 to ROW61 by number, rows by number too."""
    for word in FRAME:
        if word not in frame.columns:
            raise BrokenFileError(
                name, f"it has no column {word}; it has {', '.join(map(str, frame.columns[:8]))}, ..."
            )
    years = {int(one) for one in frame["Year"]}
    if years != {year}:
        raise BrokenFileError(name, f"it is of the year {', '.join(map(str, sorted(years)))}, not {year}.")
    uses = [found for word in frame.columns if (found := re.fullmatch(r"([A-Za-z]{3})(\d+)", str(word)))]
    numbers = [int(one) for one in frame["RNr"]]
    codes = [str(one) for one in frame["IndustryCode"]]
    below = [str(one) == "TOT" for one in frame["Country"]]
    titles = {number: code for number, code, total in zip(numbers, codes, below, strict=True) if not total}
    return Labeled(
        rows=[
            (str(country), code, "" if not total else str(title))
            for country, code, title, total in zip(
                frame["Country"], codes, frame["IndustryDescription"], below, strict=True
            )
        ],
        columns=[(found[1], titles.get(int(found[2]), f"c{found[2]}")) for found in uses],
        values=frame[[found[0] for found in uses]].to_numpy(dtype=np.float64),
    )


def _of_labeled(sheet: Labeled, name: str) -> Wiot:
    """Cut a labeled table into what industries sell to each other, to final users, and what stands below."""
    rows = [(country, code) for country, code, title in sheet.rows if not title]
    n = len(rows)
    if not n or rows != list(sheet.columns[:n]):
        wrong = next((i for i, row in enumerate(rows) if i >= len(sheet.columns) or sheet.columns[i] != row), 0)
        raise BrokenFileError(
            name,
            f"its {n} industries do not stand in the same order in its rows and columns"
            + (f": row {wrong + 1} is {' '.join(rows[wrong])}." if rows else "."),
        )
    industries = {code for _, code in rows}
    users = sheet.columns[n:]
    if n != len({country for country, _ in rows}) * len(industries) or any(code in industries for _, code in users):
        raise BrokenFileError(name, "its countries do not all have the same industries: it is cut off.")
    if not np.isfinite(sheet.values[:n]).all() or not np.isfinite(sheet.values[:, :n]).all():
        raise BrokenFileError(name, "it has cells that are no numbers.")
    below = {title: sheet.values[n + i, :n] for i, title in enumerate(_totals(sheet.rows[n:], name))}
    if "GO" not in below:
        raise BrokenFileError(name, f"it has no row of output (GO) below its industries; it has {', '.join(below)}.")
    return Wiot(
        countries=_texts(country for country, _ in rows),
        industries=_texts(code for _, code in rows),
        flows=sheet.values[:n, :n],
        users=_texts(country for country, _ in users),
        categories=_texts(code for _, code in users),
        final=sheet.values[:n, n:],
        output=below.pop("GO"),
        factors={word: values for word, values in below.items() if word != "II_fob"},
    )


TOTALS: Final = {
    "total intermediate consumption": "II_fob",
    "taxes less subsidies on products": "TXSP",
    "cif fob adjustments on exports": "EXP_adj",
    "direct purchases abroad by residents": "PURR",
    "purchases on the domestic territory by non residents": "PURNR",
    "value added at basic prices": "VA",
    "international transport margins": "IntTTM",
    "output at basic prices": "GO",
}


def _totals(rows: Sequence[tuple[str, str, str]], name: str) -> list[str]:
    found = []
    for _, code, title in rows:
        words = " ".join(re.findall("[a-z]+", title.casefold()))
        if words not in TOTALS:
            raise BrokenFileError(name, f"the row {code} {title!r} below its industries is not known.")
        found.append(TOTALS[words])
    return found


def _texts(words: Iterable[str]) -> Texts:
    return np.array(list(words), dtype=np.str_)
