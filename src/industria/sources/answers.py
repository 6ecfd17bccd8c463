"""From what a publisher answered to a source: its record, and the columns of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from industria.errors import BrokenFileError
from industria.sources.raw import Raw
from industria.sources.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

    from industria.core.table import Table

__all__ = ["from_csv", "from_json", "numbers", "source", "table", "years"]

NO_NUMBER: Final = ("", ":", "-", "NaN", "..", "...", "NA")


def source(
    raw: Raw,
    *,
    use: str,
    name: str,
    title: str,
    parse: Callable[[list[bytes]], pa.Table],
    request: Mapping[str, Any],
    **told: Any,
) -> Source:
    """Record an answer as a source.

    Parameters
    ----------
    raw : Raw
        The answer.
    use, name, title : str
        The reader, what the publisher calls the table, and its words for it.
    parse : callable
        From the parts of the answer to its rows; run when the source is read, so that
        a better parser reads old answers anew.
    request : mapping
        The parameters that it was asked for with.
    **told
        `vintage`, `facts`, `notes`.

    Returns
    -------
    Source
        With its publisher, license and page.
    """
    publisher = raw.publisher
    notes = (*raw.notes, *told.pop("notes", ()))

    def load() -> Table:
        from industria.core.table import as_table

        return as_table(parse(raw.contents()), name)

    return Source(
        use=use,
        name=name,
        title=title,
        path=raw.path,
        sha256=raw.sha256,
        bytes=raw.bytes,
        load=load,
        request=request,
        publisher=publisher.title,
        url=raw.url,
        license=publisher.license,
        retrieved=raw.retrieved,
        redistributable=publisher.redistributable,
        notes=notes,
        held=raw,
        **told,
    )


def from_json(content: bytes, what: str) -> Any:
    """Read JSON.

    Raises
    ------
    BrokenFileError
        If it is cut off.
    """
    try:
        return json.loads(content)
    except ValueError as error:
        raise BrokenFileError(what, f"the answer is no JSON ({error}).") from None


def from_csv(contents: Sequence[bytes], what: str) -> pa.Table:
    """Read the parts of an answer in CSV, one header each, all columns as text.

    Raises
    ------
    BrokenFileError
        If a part is ragged, or the parts differ in their columns.
    """
    import pyarrow as pa

    try:
        return pa.concat_tables([_texts(content) for content in contents])
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise BrokenFileError(what, f"the answer is no CSV of one header ({str(error).splitlines()[0]}).") from None


def _texts(content: bytes) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    header = content.split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf")
    names = csv.read_csv(BytesIO(header + b"\n")).column_names
    # Codes stay text: 0111 is no number.
    kinds = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    return csv.read_csv(BytesIO(content.removeprefix(b"\xef\xbb\xbf")), convert_options=kinds)


def numbers(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Read texts as numbers; the signs of publishers for no number become null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    empty = pc.is_in(column, value_set=pa.array(NO_NUMBER))
    return pc.cast(pc.if_else(empty, None, column), pa.float64())


def table(rows: Iterable[Sequence[Any]], columns: Mapping[str, str]) -> pa.Table:
    """Make a table of rows, with the kinds of its columns, as Arrow names them, whatever the rows hold."""
    import pyarrow as pa

    filled = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(list(values), pa.type_for_alias(kind)) for values, kind in zip(filled, columns.values(), strict=True)
    ]
    return pa.table(arrays, names=list(columns))


@cache
def years(start: int, end: int) -> tuple[str, ...]:
    """List years, the last one included; none where they stand the wrong way round."""
    return tuple(str(year) for year in range(start, end + 1))
