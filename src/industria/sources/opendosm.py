"""OpenDOSM, the open data of the Department of Statistics Malaysia."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from industria.errors import BrokenFileError, UsageError
from industria.sources import mirror
from industria.sources.fetch import Interface, Refusal, ask
from industria.sources.published import had
from industria.sources.publisher import Limits, Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

    from industria.core.table import Table
    from industria.sources.store import Answer

__all__ = ["dataset"]

INTERFACE: Final = Publisher(
    name="opendosm",
    title="Department of Statistics Malaysia, OpenDOSM",
    license="CC BY 4.0",
    homepage="https://developer.data.gov.my",
    # Four questions a minute; more with a token, which is not used here.
    limits=Limits(calls_per_second=4 / 60, rows_per_call=10_000),
)
# The limit is that of the interface alone.
STORAGE: Final = replace(INTERFACE, limits=Limits())
FILES: Final = "https://storage.dosm.gov.my/"
ASKED: Final = "https://api.data.gov.my/opendosm"
CATALOG: Final = "https://open.dosm.gov.my/data-catalogue/"
NAME: Final = re.compile(r"(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@reader(columns={}, example={"dataset": "labour/lfs_month"})
def dataset(*, dataset: str, format: Literal["parquet", "csv"] = "parquet", as_of: str | None = None) -> Source:
    """Read a data set of OpenDOSM, as published.

    Files have no limit, and are had by the folder and the name that their address
    has. A name without a folder is looked for in the mirror, and then asked of the
    interface, which gives at most 10,000 rows, four times a minute.

    Parameters
    ----------
    dataset : str
        As "labour/lfs_month"; or its id alone, as "lfs_month".
    format : {"parquet", "csv"}
        Of the file.
    as_of : str, optional
        A day: the newest file or answer that was had no later.

    Returns
    -------
    Source
        Columns and values as published; days are dates.

    Raises
    ------
    UsageError
        If the name is none.
    TooLargeError
        If the interface may have cut its answer off.
    RefusedError
        If there is no such data set.
    NotMirroredError, OfflineError
        If it is nowhere and the network is closed.
    """
    if not NAME.fullmatch(dataset):
        raise UsageError(f"opendosm.dataset: {dataset!r} is no name of a data set, such as 'labour/lfs_month'.")
    request = {"dataset": dataset, "format": format, "as_of": as_of}
    names = [f"{dataset}.{format}", *(f"{dataset}.{one}" for one in ("parquet", "csv") if one != format)]
    if "/" not in dataset and not any(mirror.find(name) for name in names):
        return _answered(dataset, request, as_of)
    file = had(
        STORAGE,
        names[0],
        f"{FILES}{names[0]}",
        page=f"{CATALOG}{dataset.rpartition('/')[2]}",
        as_of=as_of,
        otherwise=names[1:],
    )
    return file.source(
        "opendosm.dataset",
        partial(_read, file.path, file.name),
        request,
        title=f"OpenDOSM, {dataset}",
        documentation=f"{CATALOG}{dataset.rpartition('/')[2]}",
    )


def _read(path: Path, name: str) -> Table:
    from industria.sources.formats.csv_layout import Layout
    from industria.sources.formats.csv_text import read_csv
    from industria.sources.formats.parquet import read_parquet

    return read_parquet(path, name) if name.endswith(".parquet") else read_csv(path, name, Layout(delimiter=","))


def _answered(dataset: str, request: Mapping[str, Any], as_of: str | None) -> Source:
    from industria.sources.answers import source

    most = INTERFACE.limits.rows_per_call
    url = f"{ASKED}?id={quote(dataset)}&limit={most}"
    interface = Interface(
        publisher=INTERFACE,
        build=lambda _: {"method": "GET", "url": url, "body": None},
        refusal=_refusal,
    )
    return source(
        ask(interface, "opendosm.dataset", {}, as_of=as_of, dataset=dataset),
        use="opendosm.dataset",
        name=dataset,
        title=f"OpenDOSM, {dataset}",
        parse=lambda contents: parse(contents, dataset),
        request=request,
        documentation=f"{CATALOG}{dataset}",
    )


def parse(contents: Sequence[bytes], dataset: str) -> pa.Table:
    """Read an answer of the interface: records with the same keys.

    Raises
    ------
    BrokenFileError
        If it is no list of records, or a column has numbers among texts.
    """
    import pyarrow as pa

    from industria.sources.answers import from_json

    rows = [row for content in contents for row in from_json(content, ASKED)]
    if not all(isinstance(row, dict) for row in rows):
        raise BrokenFileError(dataset, "the answer is no list of records.")
    made = {}
    for column in dict.fromkeys(key for row in rows for key in row):
        values = [row.get(column) for row in rows]
        try:
            days = _days(values)
            made[column] = pa.array(values) if days is None else days
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise BrokenFileError(dataset, f"{column} mixes kinds of values ({error}).") from None
    return pa.table(made)


def _days(values: Sequence[Any]) -> pa.Array | None:
    """Read days, where all values are days."""
    import pyarrow as pa

    there = [value for value in values if value is not None]
    if not there or not all(isinstance(value, str) and DAY.fullmatch(value) for value in there):
        return None
    return pa.array(values, pa.string()).cast(pa.date32())


def _refusal(answer: Answer) -> Refusal | None:
    from industria.sources.answers import from_json

    if not answer.content.lstrip().startswith((b"{", b"[")):
        return None
    told = from_json(answer.content, ASKED)
    if isinstance(told, dict):
        said = told.get("errors") or told.get("details") or told.get("message") or told
        return Refusal("; ".join(map(str, said)) if isinstance(said, list) else str(said))
    if answer.status != 200:
        return None
    if not told:
        return Refusal("there is no such data set, or it has no rows; its folder may be known: 'folder/name'")
    most = INTERFACE.limits.rows_per_call or 0
    if len(told) >= most:
        said = f"the answer has {len(told)} rows, as many as are given: it may be cut off. Name the file: 'folder/name'"
        return Refusal(said, too_large=True)
    return None
