"""A run as it lies in its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from industria.core.result import MARK
from industria.core.value import Address, Scalar, Value
from industria.errors import NoRunError, UnknownStepError, UsageError
from industria.study.folders import previous_of
from industria.study.steps import MAIN
from industria.study.tables import labeled
from industria.study.units import Columns, of_row
from industria.study.values import value_at

__all__ = ["STATUS", "WITHHELD", "Run", "is_released", "result_file"]

STATUS: Final = "status"
"""The column of a released table that tells whether its row is published, withheld, rounded or adjusted."""
WITHHELD: Final = "withheld"
_RELEASED: Final = b"released"


def result_file(folder: Path, step: str, table: str | None = None) -> Path:
    """Return where a table of a step lies in the folder of a run."""
    name = step if table in (None, MAIN) else f"{step}.{table}"
    return folder / "results" / f"{name}.parquet"


@dataclass(frozen=True, slots=True)
class Run:
    """The results of a study by step, with where they came from.

    Attributes
    ----------
    folder : Path
        `run.json`, `results/` and what the brief wrote.
    record : dict
        What `run.json` says.
    """

    folder: Path
    record: Mapping[str, Any]

    @classmethod
    def read(cls, folder: str | Path) -> Run:
        """Read a run.

        Parameters
        ----------
        folder : path
            Of the run, or of the study whose last run is meant.

        Raises
        ------
        NoRunError
            If there is none; the message names the run before it, where that is left.
        UsageError
            If `run.json` is cut off or something else.
        """
        path = Path(folder)
        for place in (path, path / "run"):
            if (place / "run.json").is_file():
                return cls(place, _record(place / "run.json"))
        left = [previous_of(place) for place in (path, path / "run") if place.name]
        raise NoRunError(path, next((place for place in left if (place / "run.json").is_file()), None))

    @property
    def title(self) -> Any:
        """The title, in one language or several."""
        return self.record["study"]["title"]

    @property
    def question(self) -> Any:
        """The question, in one language or several."""
        return self.record["study"]["question"]

    @property
    def steps(self) -> list[str]:
        """The names of the steps, in file order."""
        return [step["name"] for step in self.record["steps"]]

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        """What is known of each source."""
        return dict(self.record["sources"])

    @property
    def claims(self) -> list[dict[str, Any]]:
        """The claims with their status, estimate and interval."""
        return list(self.record["claims"])

    @property
    def released(self) -> bool:
        """Whether it holds released tables alone, in which what may not leave is null."""
        return bool(self.record.get("released"))

    def leaves(self, step: str, table: str | None = None) -> bool:
        """Tell whether a table is there: of a released run, whether it was released."""
        return (table or MAIN) in self.step(step)["tables"]

    def step(self, name: str) -> dict[str, Any]:
        """Return what `run.json` says of a step.

        Raises
        ------
        UnknownStepError
            If there is none of this name.
        """
        for step in self.record["steps"]:
            if step["name"] == name:
                return dict(step)
        raise UnknownStepError("the run has no step", name, self.steps)

    def tables(self, step: str) -> list[str]:
        """List the further tables of a step."""
        return [table for table in self.step(step)["tables"] if table != MAIN]

    def columns(self, step: str, table: str | None = None) -> Columns:
        """Tell unit and meaning of the columns of a table.

        Raises
        ------
        UnknownStepError
            If there is no such step or table.
        """
        tables = self.step(step)["tables"]
        if (table or MAIN) not in tables:
            raise UnknownStepError(f"step {step!r} has no further table", str(table), self.tables(step))
        columns: Columns = tables[table or MAIN]["columns"]
        return columns

    def table(self, step: str, table: str | None = None, *, support: bool = False) -> pa.Table:
        """Read a table.

        Parameters
        ----------
        step : str
            The step.
        table : str, optional
            A further table of its result.
        support : bool
            With the columns that are there for disclosure control alone.

        Returns
        -------
        pyarrow.Table
            Its fields carry `unit` and `meaning` in their metadata. A unit that
            differs by row is left out. Where the step is synthetic, the metadata of the
            table say so.
        """
        columns = self.columns(step, table)
        rows = labeled(pq.read_table(self.file(step, table)), columns, support=support)
        labels = {name: {**label, "unit": self._unit(step, name, rows, columns)} for name, label in columns.items()}
        told = labeled(rows, labels, synthetic=self.synthetic(step))
        if self.released:
            told = told.replace_schema_metadata({**(told.schema.metadata or {}), _RELEASED: b"true"})
        return told

    def file(self, step: str, table: str | None = None) -> Path:
        """Return the Parquet file of a table."""
        return result_file(self.folder, step, table)

    def facts(self, step: str) -> dict[str, Scalar]:
        """Return the scalars beside the table of a step."""
        return dict(self.step(step)["facts"])

    def design(self, step: str) -> str:
        """Return the design of a step's measure: descriptive, associational or causal."""
        return str(self.step(step)["design"])

    def synthetic(self, step: str) -> bool:
        """Tell whether a step goes back to rows that were drawn: by its own measure, or by any that it builds on."""
        # Runs of earlier releases say nothing of it.
        return bool(self.step(step).get(MARK, False))

    def value(self, address: str | Address) -> Value:
        """Return the value at an address.

        Raises
        ------
        UsageError
            If it selects none or several; the message says what would.
        """
        return value_at(self, Address.parse(address) if isinstance(address, str) else address)

    def read_columns(self, step: str) -> Columns:
        """Tell unit and meaning of all columns that a step reads."""
        known: Columns = {}
        if self.released:
            return {**self.step(step)["read_columns"]}
        for read in self.step(step)["inputs"].values():
            name, _, table = read["table"].partition(".")
            columns = self.sources[name]["columns"] if name in self.sources else self.columns(name, table or None)
            known = {**columns, **known}
        return known

    def _unit(self, step: str, column: str, rows: pa.Table, columns: Columns) -> str | None:
        """Resolve a unit that may differ by row, where it does not."""
        unit = columns[column]["unit"]
        if unit is None or "unit of" not in unit:
            return unit
        inputs = self.read_columns(step)
        pointed = [name for name in rows.column_names if f"unit of {name}" in unit]
        labels = rows.select(pointed).group_by(pointed).aggregate([]).to_pylist()
        found = {of_row(unit, row.get, inputs) for row in labels}
        return found.pop() if len(found) == 1 else None


def is_released(rows: pa.Table) -> bool:
    """Tell whether a table was read from a released run, where a null may stand for what is withheld."""
    return _RELEASED in (rows.schema.metadata or {}) and STATUS in rows.column_names


def _record(file: Path) -> Mapping[str, Any]:
    try:
        record = json.loads(file.read_bytes())
    except ValueError:
        record = None
    if not isinstance(record, dict) or not {"study", "sources", "steps", "claims"} <= record.keys():
        raise UsageError(f"{file} is cut off, or no record of a run; `industria run STUDY` writes it anew.")
    return record
