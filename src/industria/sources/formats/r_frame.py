"""A data frame of R, from its workspace or as R writes it to a CSV file: the same cells from either."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from industria.errors import BrokenFileError, MissingColumnError, hint, listing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cells", "read_frame"]

Kind = Literal["text", "number", "percent", "truth"]
WORDS: Final = {"TRUE": True, "FALSE": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What a column holds.

    Attributes
    ----------
    name : str
        What it is called here.
    kind : {"text", "number", "percent", "truth"}
        A percentage becomes a fraction.
    lacking : bool
        Whether a cell may be missing.
    """

    name: str
    kind: Kind = "text"
    lacking: bool = False


def read_frame(path: Path, name: str, frame: str, columns: Mapping[str, Cells]) -> pa.Table:
    """Read the columns of a data frame, in the order asked for.

    Parameters
    ----------
    path : Path
        A workspace (.rda), or a .csv as `write.csv` makes it: NA is a missing cell.
    name : str
        What messages call it.
    frame : str
        The object of the workspace.
    columns : mapping of str to Cells
        By the publisher's names.

    Raises
    ------
    MissingPackageError
        If it is a workspace, and rdata is not installed.
    MissingColumnError
        If a column lacks; the message has the nearest.
    BrokenFileError
        If the file is cut off or something else, or a cell is of another kind.
    """
    import pyarrow as pa

    types = {"text": pa.string(), "truth": pa.bool_()}
    there = _of_text(path, name) if path.suffix == ".csv" else _of_workspace(path, name, frame)
    made = {}
    for published, wanted in columns.items():
        if published not in there:
            raise MissingColumnError(name, published, list(there))
        cells = [_cell(name, published, place, cell, wanted) for place, cell in there[published]]
        made[wanted.name] = pa.array(cells, types.get(wanted.kind, pa.float64()))
    return pa.table(made)


Placed = list[tuple[int, Any]]
"""Cells, each with the line or row that it stands in."""


def _of_text(path: Path, name: str) -> dict[str, Placed]:
    from industria.sources.formats.csv_text import refuse_repeats
    from industria.sources.formats.text_table import text_rows

    rows = text_rows(path, name)
    header = [word.strip() for word in rows[0][1]]
    refuse_repeats(header, name, 1)
    if len(rows) == 1:
        raise BrokenFileError(name, "it has a header, and no rows.")
    return {
        column: [(line, None if row[i] == "NA" else row[i]) for line, row in rows[1:]]
        for i, column in enumerate(header)
    }


def _of_workspace(path: Path, name: str, frame: str) -> dict[str, Placed]:
    import pyarrow as pa

    from industria.sources.formats.r_data import read_workspace

    held = read_workspace(path, name)
    if frame not in held:
        raise BrokenFileError(
            name, f"it holds no object {frame!r}; it has {listing(list(held))}.{hint(frame, list(held))}"
        )
    if not hasattr(held[frame], "columns"):
        raise BrokenFileError(name, f"its object {frame!r} is no data frame, but a {type(held[frame]).__name__}.")
    if not len(held[frame]):
        raise BrokenFileError(name, f"its data frame {frame!r} has no rows.")
    rows = pa.Table.from_pandas(held[frame].rename(columns=str), preserve_index=False)
    return {column: list(enumerate(rows[column].to_pylist(), 1)) for column in rows.column_names}


def _cell(name: str, published: str, place: int, cell: Any, wanted: Cells) -> Any:
    try:
        if cell is None:
            if wanted.lacking:
                return None
            raise ValueError("it may not be missing")
        return READ[wanted.kind](cell)
    except ValueError as error:
        raise BrokenFileError(name, f"{published} has {cell!r}; {error}.", place) from None


def _text(cell: Any) -> str:
    if not isinstance(cell, str):
        raise ValueError("it is a text")
    return cell


def _number(cell: Any) -> float:
    try:
        number = math.nan if isinstance(cell, bool) else float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("it is a number, with its decimals after a point")
    return number


def _percent(cell: Any) -> float:
    return _number(cell) / 100


def _truth(cell: Any) -> bool:
    known = WORDS.get(cell) if isinstance(cell, str) else cell
    if not isinstance(known, bool):
        raise ValueError("it is TRUE or FALSE")
    return known


READ: Final[dict[Kind, Callable[[Any], Any]]] = {
    "text": _text,
    "number": _number,
    "percent": _percent,
    "truth": _truth,
}
