"""What the steps of a run read: sources, and the results of earlier steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from industria import sources
from industria.core.table import Table, collect
from industria.sources.code_lists import LISTS
from industria.sources.reader import told_of
from industria.sources.source import Source
from industria.study.digest import EPOCH, digest_of
from industria.study.model import SourceUse, Study
from industria.study.store import Store
from industria.study.tables import read
from industria.study.units import Columns, promised

__all__ = ["Input", "from_source", "from_step", "open_sources", "source_digest"]


@dataclass(frozen=True, slots=True)
class Input:
    """A table that steps may read.

    Attributes
    ----------
    digest : str
        Of what it holds: it goes into the key of every step that reads it.
    columns : Columns
        Units and meanings that are known of it.
    table : callable
        Opens it; nothing is read before a step runs.
    synthetic : bool
        Whether it goes back to rows that were drawn.
    """

    digest: str
    columns: Columns
    table: Callable[[], Table]
    synthetic: bool = False


def open_sources(study: Study) -> dict[str, Source]:
    """Ask the reader of every source of a study for it, with paths resolved from the study's folder.

    Raises
    ------
    SourceError
        If one cannot be had; a note tells which.
    """
    found = {}
    for name, use in study.file.sources.items():
        try:
            found[name] = study.given.get(name) or sources.opened(use.use, use.parameters, study.folder)
        except Exception as error:
            error.add_note(f"in source {name!r} of study.toml")
            raise
    return found


def source_digest(use: SourceUse, source: Source) -> str:
    """Digest a source: its reader, the parameters as the study writes them, and its bytes."""
    return digest_of({"use": use.use, "parameters": use.parameters, "sha256": source.sha256})


def from_source(name: str, use: SourceUse, source: Source, store: Store) -> tuple[Input, dict[str, Any]]:
    """Take a source as an input, once it keeps its contract.

    Parameters
    ----------
    name : str
        What the study calls it.
    use : SourceUse
        Its reader, parameters and contract.
    source : Source
        As its reader found it.
    store : Store
        Knows the rows of a source that was met before, and that it kept its contract.

    Returns
    -------
    Input
        Its digest is of the reader, its parameters and the bytes.
    dict
        What `run.json` says of it.

    Raises
    ------
    ContractError
        With the rows that break it.
    """
    digest = source_digest(use, source)
    contract = use.contract.model_dump(mode="json") if use.contract else None
    key = digest_of({"source": digest, "contract": contract, "epoch": EPOCH})
    table = cache(source.read)
    known = store.get(key)
    if known is None or "types" not in known:
        if use.contract is not None:
            use.contract.check(table(), name, LISTS)
        n = collect(table().select(nw.len().cast(nw.Int64).alias("rows")))["rows"][0].as_py()
        types = {column: str(kind).lower() for column, kind in table().collect_schema().items()}
        known = {"rows": n, "types": types, "tables": {}}
        store.put(key, known)
    columns = promised(use.contract, otherwise=told_of(sources.find(use.use)).labels(known["types"]))
    about = {"parameters": use.parameters, "digest": digest, "columns": columns}
    about |= {word: known[word] for word in ("rows", "types")}
    return Input(digest, columns, table, source.synthetic), {**source.describe(), **about}


def from_step(path: Path, digest: str, columns: Columns, synthetic: bool) -> Input:
    """Take a table of an earlier step as an input; it is read where it was written."""
    return Input(digest, columns, lambda: read(path), synthetic)
