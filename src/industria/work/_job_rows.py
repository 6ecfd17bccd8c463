"""Jobs of workers at firms, read once: which rows can be used, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    EmptyTableError,
    InfiniteValueError,
    NegativeWeightError,
    NoRowsLeftError,
    SeveralJobsError,
)
from industria.kernels.groups import Array, Codes
from industria.work._jobs import NAME, SECOND, Columns, Jobs, MainJob, Mask

__all__ = ["read"]


def read(data: TableLike, columns: Columns, main_job: MainJob) -> Jobs:
    """Read jobs, one a worker and period.

    Parameters
    ----------
    data : table
        One row a worker, firm and period.
    columns : Columns
        Which is what.
    main_job : {"wage", "weight", "refuse"}
        Which row counts where a worker has several in one period.

    Returns
    -------
    Jobs
        Rows without gaps and with weight, the main job of each period.

    Raises
    ------
    DataError
        One of the errors that say what is wrong with the jobs.
    """
    rows = collect(as_table(data, NAME, *columns.all).select(*columns.all))
    if not rows.num_rows:
        raise EmptyTableError(NAME)
    w, workers = _coded(rows[columns.worker])
    f, firms = _coded(rows[columns.firm])
    t, periods = _coded(rows[columns.period])

    def where(i: int) -> str:
        named = ((columns.worker, workers, w), (columns.firm, firms, f), (columns.period, periods, t))
        return ", ".join(f"{name} = {labels[int(c[i])].as_py() if c[i] >= 0 else None!r}" for name, labels, c in named)

    y = _number(rows, columns.wage, where)
    omega = np.ones(len(y)) if columns.weight is None else _number(rows, columns.weight, where)
    if columns.weight is not None and (omega < 0).any():
        raise NegativeWeightError(NAME, columns.weight, float(np.nanmin(omega)))
    controls = {name: _control(rows, name, where) for name in columns.controls}
    group, groups = (None, None) if columns.by is None else _coded(rows[columns.by])
    gaps = {columns.worker: w < 0, columns.firm: f < 0, columns.period: t < 0, columns.wage: np.isnan(y)}
    if columns.weight is not None:
        gaps[columns.weight] = np.isnan(omega)
    for name in (*controls, *((columns.by,) if columns.by else ())):
        gaps.setdefault(name, np.asarray(rows[name].is_null()))
    reasons = [(f"missing {name}", gap) for name, gap in gaps.items()] + [("weight of zero", omega == 0)]
    usable, removed = _sieved(w, f, reasons)
    if not usable.any():
        raise NoRowsLeftError(NAME, len(y), [f"{len(gone[0])} {gone[2]}" for gone in removed])

    # Sorted once here, so that the order in which rows arrive changes nothing.
    order = np.flatnonzero(usable)
    order = order[_sorted(w[order], f[order], t[order])]
    jobs = Jobs(
        w=w[order],
        f=f[order],
        t=t[order],
        y=y[order],
        omega=omega[order] / omega[order].mean(),
        controls={name: values[order] for name, values in controls.items()},
        group=None if group is None else group[order],
        workers=workers,
        firms=firms,
        periods=periods,
        groups=groups,
        removed=removed,
        rows=len(y),
    )
    return _with_main_jobs(jobs, columns, main_job)


def _coded(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Give the labels numbers in their order; a missing one gets -1."""
    if pa.types.is_floating(column.type):  # numbers beside gaps come from pandas as floats
        whole = pc.all(pc.equal(column, pc.floor(column)), min_count=0).as_py()
        column = column.cast(pa.int64()) if whole else column
    found = column.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)
    order = pc.sort_indices(found.dictionary).to_numpy()
    rank = np.full(len(order) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[found.indices.fill_null(-1).to_numpy()], found.dictionary.take(pa.array(order))


def _number(rows: pa.Table, name: str, where: Callable[[int], str]) -> Array:
    column = rows[name]
    if not _is_number(column.type) and column.null_count < len(column):
        raise ColumnTypeError(NAME, name, "a number in every row", str(column.type))
    values = np.asarray(column.cast(pa.float64()).to_numpy(), float)
    if (infinite := np.flatnonzero(np.isinf(values))).size:
        raise InfiniteValueError(NAME, name, len(infinite), where(int(infinite[0])))
    return values


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _control(rows: pa.Table, name: str, where: Callable[[int], str]) -> npt.NDArray[Any]:
    if _is_number(rows[name].type):
        return _number(rows, name, where)
    return np.asarray(rows[name].cast(pa.string()).to_numpy(zero_copy_only=False))


def _sieved(w: Codes, f: Codes, reasons: Sequence[tuple[str, Mask]]) -> tuple[Mask, list[tuple[Codes, Codes, str]]]:
    """Count each row that cannot be used once, by the first reason that holds."""
    usable = np.ones(len(w), bool)
    removed = []
    for reason, rows in reasons:
        if (gone := usable & rows).any():
            removed.append((w[gone], f[gone], reason))
            usable &= ~rows
    return usable, removed


def _sorted(w: Codes, f: Codes, t: Codes) -> Codes:
    """Order rows by worker, firm and period; one key of whole numbers sorts faster than three."""
    key = (w * (int(f.max(initial=0)) + 1) + f) * (int(t.max(initial=0)) + 1) + t
    return np.argsort(key, kind="stable")


def _with_main_jobs(jobs: Jobs, columns: Columns, main_job: MainJob) -> Jobs:
    periods = int(jobs.t.max()) + 1
    key = jobs.w * periods + jobs.t
    counts = np.sort(key)
    if not (np.diff(counts) == 0).any():
        return jobs
    if main_job == "refuse":
        again = np.unique(counts[1:][np.diff(counts) == 0])
        who, when = (int(part) for part in divmod(int(again[0]), periods))
        label, period = jobs.workers[who].as_py(), jobs.periods[when].as_py()
        raise SeveralJobsError(NAME, columns.worker, columns.period, label, period, len(again))
    ranks = (jobs.y, jobs.omega) if main_job == "wage" else (jobs.omega, jobs.y)
    best = np.lexsort((jobs.f, -ranks[1], -ranks[0], key))
    main = np.zeros(len(key), bool)
    main[best[np.diff(key[best], prepend=-1) != 0]] = True
    return jobs.kept(main, [(jobs.w[~main], jobs.f[~main], SECOND)])
