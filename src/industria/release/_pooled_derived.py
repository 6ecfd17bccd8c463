"""Steps that are computed of pooled tables alone, as ratios of sums are: made again of the pool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from industria.release._part import Part
from industria.release._pooled_sums import STATUS, TOLD, WITHHELD_BY
from industria.release._remade import Unmade, remade
from industria.release.sealed import Sealed
from industria.study.model import Study
from industria.study.plan import plan
from industria.study.record import result_file

__all__ = ["derived"]


def derived(name: str, study: Study, folder: Path, releases: Sequence[Sealed]) -> Part | str:
    """Make a step of a study of what was pooled before it; what hangs on a withheld sum is withheld.

    Parameters
    ----------
    name : str
        The step.
    study : Study
        Of the pack, over the sources that travel with it.
    folder : Path
        Of the pooled run, with the tables of the steps before.
    releases : sequence of Sealed
        Whose tables of this step, where there are any, tell units and meanings.

    Returns
    -------
    Part or str
        What it became; or why it cannot be made.
    """
    made = plan(study.steps[name], study)
    inputs: dict[str, Any] = {}
    withholding: set[str] = set()
    for argument, place in made.tables.items():
        source, _, table = place.partition(".")
        file = result_file(folder, source, table or None)
        if source in study.given:
            inputs[argument] = study.given[source].read()
        elif file.is_file():
            rows = pq.read_table(file)
            if WITHHELD_BY in rows.column_names:
                withholding |= {site for names in rows[WITHHELD_BY].to_pylist() if names for site in names.split(", ")}
                rows = rows.drop_columns([WITHHELD_BY])
            inputs[argument] = rows
        else:
            return f"it reads {place!r}, which is not pooled"
    try:
        released = remade(made.measure.function, made.parameters, inputs)
    except Unmade as error:
        return str(error)
    known = next((one.table(name).schema for one in releases if name in one.steps), pa.schema([]))
    tables = {further: rows for further, rows in released.tables.items() if rows.num_columns}
    table = _labeled(released.table, known, ", ".join(sorted(withholding)))
    return Part(table, dict(released.facts), tables)


def _labeled(rows: pa.Table, known: pa.Schema, sites: str) -> pa.Table:
    """Put the sites' units and meanings on columns, and beside what is withheld the sites that withhold its parts."""
    fields = [
        field.with_metadata(known.field(field.name).metadata) if field.name in known.names else field
        for field in rows.schema
    ]
    labeled = rows.cast(pa.schema(fields))
    hidden = [sites if status == "withheld" else None for status in rows[STATUS].to_pylist()]
    return labeled.append_column(pa.field(WITHHELD_BY, pa.string(), metadata=TOLD), [pa.array(hidden, pa.string())])
