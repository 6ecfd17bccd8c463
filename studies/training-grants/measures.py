"""Measures of this study alone."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, collect, from_arrays
from industria.evaluation import fixed_effects


@measure(
    gives={
        "left_out": "the unit that is left out [code]",
        "term": "treatment [name]",
        "estimate": "coefficient without that unit [unit of outcome]",
        "p_value": "of the hypothesis of no effect, by unit clusters [fraction]",
        "lowest": "whether no other unit moves the coefficient further down [1]",
        "highest": "whether no other unit moves the coefficient further up [1]",
    },
    cites="Belsley, Kuh & Welsch (1980), Regression Diagnostics, ch. 2",
    design="associational",
)
def leave_one_out(
    panel: TableLike, *, outcome: Column, treatment: Sequence[Column], unit: Column, time: Column
) -> Result:
    """Two-way effects estimated again without each unit in turn.

    Parameters
    ----------
    panel : Table
        `outcome`, `treatment`, `unit` and `time`; one row per unit and time.
    outcome, unit, time : column
        What is explained; who; when.
    treatment : sequence of columns
        What may have moved the outcome.

    Returns
    -------
    Result
        One row per term and unit left out, among units whose outcome is known.
    """
    panel = as_table(panel, "panel", outcome, *treatment, unit, time)

    known = as_table(collect(panel.filter(~nw.col(outcome).is_null()).sort(unit, time)), "panel")
    units = collect(known.select(unit).unique().sort(unit))[unit].to_pylist()
    rows = []
    for left_out in units:
        others = known.filter(nw.col(unit) != left_out)
        estimates = fixed_effects(others, outcome=outcome, treatment=treatment, unit=unit, time=time).to_arrow()
        rows += [{"left_out": left_out, **row} for row in estimates.select(["term", "estimate", "p_value"]).to_pylist()]
    return Result(table=_with_extremes(pa.Table.from_pylist(rows)))


def _with_extremes(rows: pa.Table) -> nw.LazyFrame:
    estimate = nw.col("estimate")
    table = from_arrays({name: rows[name].to_pylist() for name in rows.column_names})
    return table.with_columns(
        lowest=estimate == estimate.min().over("term"), highest=estimate == estimate.max().over("term")
    ).sort("term", "left_out")
