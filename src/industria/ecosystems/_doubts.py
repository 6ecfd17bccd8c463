"""What is doubtful in lines of matches: told line by line, and nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from industria.ecosystems._matches import COLUMNS, LINE, is_place
from industria.ecosystems._states import STATES, nearest_state

Cells: TypeAlias = Sequence[str | None] | pa.ChunkedArray

__all__ = ["MOST", "doubts", "heaps_of"]

MOST: Final = 1e7
"""Units in one line above which somebody has probably typed for fun."""
LABELS: Final = ("match", "donor", "facility", "item")
SCHEMA: Final = pa.schema([(name, pa.string()) for name in (*LINE, "column", "value", "problem", "nearest")])


def doubts(rows: pa.Table, heaps: pa.Table) -> pa.Table:
    """List what is doubtful.

    Parameters
    ----------
    rows : pyarrow.Table
        As `lines_of` gives them.
    heaps : pyarrow.Table
        As `heaps_of` gives them.

    Returns
    -------
    pyarrow.Table
        `match, item, column, value, problem, nearest`, one row a doubt, sorted.
    """
    quantity, status, days = rows["quantity"], rows["status"], rows["days"]
    is_open = pc.equal(status, "open")
    found = [
        _told(rows, "quantity", quantity.is_null(), "it is missing"),
        _told(rows, "quantity", pc.less_equal(quantity, 0), "it is not above 0"),
        _told(rows, "quantity", pc.greater(quantity, MOST), f"it is above {MOST:,.0f}"),
        _told(rows, "created", rows["created"].is_null(), "it is missing"),
        _told(rows, "closed", pc.and_(rows["closed"].is_null(), pc.invert(is_open)), "it is missing, and not open"),
        _told(rows, "closed", pc.and_(rows["closed"].is_valid(), is_open), "it is told, and the match is open"),
        _told(rows, "closed", pc.less(days, 0), "it is before the match was made"),
        _told(rows, "reason", pc.and_(rows["reason"].is_valid(), pc.equal(status, "delivered")), "it was delivered"),
        *(
            _told(rows, label, rows[label].is_null(), "it is missing")
            for label in ("match", "donor", "facility", "item")
        ),
        _repeated(rows, COLUMNS, "{} lines are the same in every column"),
        _repeated(rows, LINE, "{} lines have this match and item"),
        *(_misspelled(rows, column) for column in rows.column_names if is_place(column)),
        _heaped(heaps),
    ]
    order = [(name, "ascending") for name in ("column", "problem", "match", "item", "value")]
    return pa.concat_tables(found).sort_by(order)


def heaps_of(rows: pa.Table, share: float) -> pa.Table:
    """List the days with more than a share of all closings: `date`, `closings`, `share`."""
    closed = (
        rows.filter(pc.invert(pc.equal(rows["status"], "open")))["closed"].drop_null().cast(pa.date32(), safe=False)
    )
    counts = closed.value_counts()
    table = pa.table({"date": counts.field("values"), "closings": counts.field("counts")})
    table = table.append_column("share", pc.divide(table["closings"].cast(pa.float64()), float(max(len(closed), 1))))
    return table.filter(pc.greater(table["share"], share)).sort_by("date")


def _told(rows: pa.Table, column: str, wrong: pa.ChunkedArray, problem: str) -> pa.Table:
    there = rows.filter(pc.fill_null(wrong, False))
    n = there.num_rows
    return _table(there["match"], there["item"], [column] * n, pc.cast(there[column], pa.string()), [problem] * n)


def _repeated(rows: pa.Table, by: tuple[str, ...], problem: str) -> pa.Table:
    """Tell each group of equal lines once."""
    keys = list(by)
    groups = rows.select(keys).append_column("n", pa.array([1] * rows.num_rows, pa.int64()))
    groups = groups.group_by(keys).aggregate([("n", "sum")])
    there = groups.filter(pc.greater(groups["n_sum"], 1))
    said = [problem.format(n) for n in there["n_sum"].to_pylist()]
    return _table(there["match"], there["item"], ["match"] * len(said), there["match"], said)


def _misspelled(rows: pa.Table, column: str) -> pa.Table:
    """Tell states that are no code of two letters, with the one that was probably meant."""
    typed = rows[column].drop_null().unique()
    near = {word: nearest_state(word) for word in typed.to_pylist() if word not in STATES}
    there = rows.filter(pc.is_in(rows[column], value_set=pa.array(list(near), pa.string())))
    n = there.num_rows
    told = [near[word] for word in there[column].to_pylist()]
    return _table(there["match"], there["item"], [column] * n, there[column], ["it is no code of a US state"] * n, told)


def _heaped(heaps: pa.Table) -> pa.Table:
    days = [str(day) for day in heaps["date"].to_pylist()]
    said = [f"{n} closings are dated on this one day" for n in heaps["closings"].to_pylist()]
    return _table([None] * len(days), [None] * len(days), ["closed"] * len(days), days, said)


def _table(
    match: Cells, item: Cells, column: Cells, value: Cells, problem: Cells, near: Cells | None = None
) -> pa.Table:
    cells = (match, item, column, value, problem, [None] * len(problem) if near is None else near)
    made = [one.cast(pa.string()) if isinstance(one, pa.ChunkedArray) else pa.array(one, pa.string()) for one in cells]
    return pa.table(made, schema=SCHEMA)
