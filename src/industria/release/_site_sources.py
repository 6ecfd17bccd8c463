"""What a pack promises of the tables of a site: their contract, official totals, and tables that stand in for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from industria import sources
from industria.core.contract import ColumnRule, Contract
from industria.core.table import collect
from industria.errors import IndustriaError, PackError, hint, listing
from industria.sources import Source
from industria.study.model import Study
from industria.study.sites import CoverageTarget, SiteContract

__all__ = ["SiteSource", "empty_source", "of_study", "opened_at_site", "read_contract", "written_contract"]

ARROW: Final = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
READERS: Final = {
    ".csv": "files.csv",
    ".dta": "files.stata",
    ".json": "files.json",
    ".parquet": "files.parquet",
    ".tsv": "files.csv",
    ".txt": "files.csv",
    ".xlsx": "files.excel",
}


@dataclass(frozen=True, slots=True)
class SiteSource:
    """A source that each site brings itself.

    Attributes
    ----------
    table : Contract
        What is promised of its columns.
    site : SiteContract
        Questions, official totals, unit and holding.
    totals : tuple of pyarrow.Table
        The official totals of each coverage target, with the columns of its `by` as text, and `value`.
    """

    table: Contract
    site: SiteContract
    totals: tuple[pa.Table, ...] = ()

    def schema(self) -> pa.Schema:
        """Return the columns that are promised, in the order of the contract."""
        return pa.schema([(name, _kind(rule)) for name, rule in self.table.columns.items()])


def of_study(study: Study, sites: Mapping[str, SiteContract]) -> dict[str, SiteSource]:
    """Put together what a study promises of the tables of its sites.

    Raises
    ------
    PackError
        If a source has no columns promised, or official totals cannot be read.
    """
    found = {}
    for name, site in sites.items():
        use = study.file.sources.get(name)
        if use is None:
            known = list(study.file.sources)
            raise PackError(f"{name!r} is no source of the study; there is {listing(known)}.{hint(name, known)}")
        if use.contract is None or not use.contract.columns:
            raise PackError(f"source {name!r} is brought by sites; write [sources.{name}.contract.columns] for them")
        untyped = [column for column, rule in use.contract.columns.items() if _kind(rule) is None]
        if untyped:
            raise PackError(f"column {untyped[0]!r} of source {name!r} has no type; sites cannot know what to bring")
        found[name] = SiteSource(use.contract, site, tuple(_totals(study.folder, name, one) for one in site.coverage))
    return found


def written_contract(promised: Mapping[str, SiteSource]) -> dict[str, Any]:
    """Write what is promised as `contract.json` holds it."""
    return {
        "sources": {
            name: {
                "table": one.table.model_dump(mode="json", exclude_defaults=True),
                "site": one.site.model_dump(mode="json", exclude_defaults=True),
                "totals": [table.to_pydict() for table in one.totals],
            }
            for name, one in promised.items()
        }
    }


def read_contract(told: Mapping[str, Any]) -> dict[str, SiteSource]:
    """Read what `contract.json` holds."""
    return {
        name: SiteSource(
            Contract.model_validate(one["table"]),
            SiteContract.model_validate(one["site"]),
            tuple(_typed(table) for table in one["totals"]),
        )
        for name, one in told["sources"].items()
    }


def empty_source(one: SiteSource, folder: Path, name: str) -> Source:
    """Write a table of the promised columns without rows, to learn what a study makes of them."""
    path = folder / f"{name}.parquet"
    pq.write_table(one.schema().empty_table(), path)
    return sources.find("files.parquet")(str(path))


def opened_at_site(name: str, path: str | Path, options: Mapping[str, Any] | None = None) -> Source:
    """Open a file that a site sets, by its ending.

    Parameters
    ----------
    name : str
        Of the source.
    path : path
        Anywhere on the machine.
    options : mapping, optional
        Parameters of the reader: `decimal = ","`, `encoding = "latin-1"`.

    Raises
    ------
    PackError
        If no reader knows the ending.
    MissingFileError
        If it is not there.
    """
    use = READERS.get(Path(path).suffix.lower())
    if use is None:
        there = listing(list(READERS))
        raise PackError(f"{Path(path).name} for {name!r} has no ending that is read; there are {there}")
    return sources.find(use)(str(path), **(options or {}))


def _kind(rule: ColumnRule) -> pa.DataType | None:
    if rule.type is not None:
        return ARROW[rule.type]
    if rule.classification is not None:
        return pa.string()
    if rule.values:
        return pa.array(list(rule.values)).type
    return None


def _totals(folder: Path, name: str, target: CoverageTarget) -> pa.Table:
    columns = (*target.by, target.value)
    try:
        rows = collect(sources.opened("files.csv", {"path": target.totals}, folder).read())
    except IndustriaError as error:
        raise PackError(f"official totals of source {name!r}: {error}") from None
    for column in columns:
        if column not in rows.column_names:
            there = f"it has {listing(rows.column_names)}.{hint(column, rows.column_names)}"
            raise PackError(f"{target.totals} has no column {column!r}; {there}")
    told = {column: [str(cell) for cell in rows[column].to_pylist()] for column in target.by}
    return _typed({**told, "value": rows[target.value].to_pylist()})


def _typed(told: Mapping[str, list[Any]]) -> pa.Table:
    kinds = {name: pa.float64() if name == "value" else pa.string() for name in told}
    return pa.table({name: pa.array(cells, kinds[name]) for name, cells in told.items()})
