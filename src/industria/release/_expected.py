"""What the steps of a pack will give, told before there is any data."""

from __future__ import annotations

from typing import Any

from industria import sources
from industria.core.result import SUPPORT
from industria.sources.reader import told_of
from industria.study.measures import measure_of
from industria.study.model import Study
from industria.study.plan import plan
from industria.study.units import Columns, Labels, promised
from industria.study.walk import walk

__all__ = ["expected"]


def expected(study: Study) -> dict[str, Any]:
    """List the steps with their columns, units and how they pool.

    Parameters
    ----------
    study : Study
        Over tables without rows.

    Returns
    -------
    dict
        `steps`: `name measure pools support columns`; `columns` is None where only rows tell them.
    """
    made = walk(study).made
    known: dict[str, Columns] = {}
    for name, use in study.file.sources.items():
        there = study.given[name].read().collect_schema().names()
        known[name] = promised(use.contract, otherwise=told_of(sources.find(use.use)).labels(there))
    steps = []
    for name, step in study.steps.items():
        measure, shape = measure_of(step, study), made[name].table
        planned = plan(step, study)
        read: Columns = {}
        for table in planned.tables.values():
            read = {**known.get(table, known.get(table.partition(".")[0], {})), **read}
        names = [column for column in (shape.names if shape else measure.gives) if not column.startswith(SUPPORT)]
        labels = Labels(
            gives=measure.gives, parameters=planned.parameters, inputs=read, promises=promised(step.contract)
        )
        known[name] = labels.columns(names)
        columns = [{"name": column, "unit": known[name][column]["unit"]} for column in names]
        exact = shape is not None and shape.exact and not shape.more
        steps.append(
            {
                "name": name,
                "measure": measure.name,
                "pools": measure.pools,
                "support": measure.support,
                "columns": columns if exact else [one for one in columns if one["name"] in measure.gives],
            }
        )
    return {"steps": steps}
