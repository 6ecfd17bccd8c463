"""Jobs of workers at firms, read once: which rows can be used, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    EmptyTableError,
    InfiniteValueError,
    NegativeWeightError,
    NoLeaveOutSetError,
    NoMoversError,
    NoRowsLeftError,
    RepeatedColumnError,
    ReservedNameError,
    SeveralJobsError,
)
from industria.kernels.groups import Array, Codes
from industria.kernels.leave_out_set import ALONE, HANGING, KEPT, ONCE, OUTSIDE, leave_out_set

__all__ = ["NAME", "Columns", "Jobs", "MainJob", "labeled", "read", "removed_table", "without_what_cannot_be_left_out"]

Mask = npt.NDArray[np.bool_]
MainJob = Literal["wage", "weight", "refuse"]

NAME: Final = "jobs"

REASONS: Final = {
    OUTSIDE: "outside the largest connected set",
    ALONE: "worker without whom the set falls apart",
    HANGING: "tied to the set by such workers only",
    ONCE: "worker observed once",
}
SECOND: Final = "not the main job of the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the jobs plays which part."""

    worker: str
    firm: str
    period: str
    wage: str
    controls: tuple[str, ...] = ()
    weight: str | None = None
    by: str | None = None

    def __post_init__(self) -> None:
        """Refuse a column that plays two parts which exclude each other."""
        parts: dict[str, str] = {}
        for part, name in (
            ("the worker", self.worker),
            ("the firm", self.firm),
            ("the wage", self.wage),
            *((("the weight", self.weight),) if self.weight else ()),
            *(("a control", name) for name in self.controls),
        ):
            if name in parts:
                raise RepeatedColumnError(name, parts[name], part)
            parts[name] = part

    def refuse_names(self, reserved: Sequence[str]) -> None:
        """Refuse a worker or firm column named as what the result says of them."""
        for name in (self.worker, self.firm):
            if name in reserved:
                raise ReservedNameError(NAME, name, reserved)

    @property
    def all(self) -> tuple[str, ...]:
        """Every column read, each once."""
        beside = [name for name in (self.weight, self.by) if name is not None]
        return tuple(dict.fromkeys((self.worker, self.firm, self.period, self.wage, *self.controls, *beside)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """Rows that can be used, sorted by worker, firm and period.

    Attributes
    ----------
    w, f, t : array, shape (n,)
        Worker, firm and period, numbered from 0; those of workers and firms index the labels.
    y, omega : array, shape (n,)
        Wage, and positive weight with a mean of one.
    controls : mapping of str to array, each of shape (n,)
        Numbers, or text as objects.
    group : array, shape (n,), or None
        Numbered from 0; indexes `groups`.
    workers, firms, periods, groups : pyarrow.Array
        Labels in their order.
    removed : list of (array, array, str)
        Workers and firms of rows left out, -1 where missing, and why.
    rows : int
        Of the table.
    """

    w: Codes
    f: Codes
    t: Codes
    y: Array
    omega: Array
    controls: Mapping[str, npt.NDArray[Any]]
    group: Codes | None
    workers: pa.Array
    firms: pa.Array
    periods: pa.Array
    groups: pa.Array | None
    removed: list[tuple[Codes, Codes, str]]
    rows: int

    @property
    def second_jobs(self) -> int:
        """Rows left out because another job of the period counts."""
        return sum(len(w) for w, _, why in self.removed if why == SECOND)

    def matches(self) -> tuple[Codes, Codes]:
        """Return the pair of worker and firm of each row, numbered from 0 in order, and the first row of each."""
        new = (np.diff(self.w, prepend=-1) != 0) | (np.diff(self.f, prepend=-1) != 0)
        return np.cumsum(new) - 1, np.flatnonzero(new)

    def kept(self, rows: Mask, removed: list[tuple[Codes, Codes, str]]) -> Jobs:
        """Keep some rows, and note why the others went."""
        omega = self.omega[rows]
        return replace(
            self,
            w=self.w[rows],
            f=self.f[rows],
            t=self.t[rows],
            y=self.y[rows],
            omega=omega / omega.mean(),
            controls={name: values[rows] for name, values in self.controls.items()},
            group=None if self.group is None else self.group[rows],
            removed=[*self.removed, *removed],
        )


def labeled(labels: pa.Array, codes: Codes) -> pa.Array:
    """Return the labels of codes; -1 is null."""
    return labels.take(pa.array(codes, mask=codes < 0))


def removed_table(jobs: Jobs, columns: Columns) -> Table:
    """List the matches that were left out, why, and how many rows each had."""
    workers, firms, reasons, counts = [], [], [], []
    for w, f, reason in jobs.removed:
        # A missing label is a match of its own.
        pairs, n = np.unique((w + 1) * (len(jobs.firms) + 1) + f + 1, return_counts=True)
        who, where = np.divmod(pairs, len(jobs.firms) + 1)
        workers.append(who - 1)
        firms.append(where - 1)
        reasons += [reason] * len(pairs)
        counts.append(n)
    nothing = [np.zeros(0, np.int64)]
    rows = {
        columns.worker: labeled(jobs.workers, np.concatenate(workers or nothing)),
        columns.firm: labeled(jobs.firms, np.concatenate(firms or nothing)),
        "reason": pa.array(reasons, pa.string()),
        "n_obs": pa.array(np.concatenate(counts or nothing)),
    }
    return as_table(pa.table(rows), "removed")


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


def without_what_cannot_be_left_out(jobs: Jobs, columns: Columns) -> Jobs:
    """Keep the firms that stay connected whichever worker is left out, and workers seen twice.

    Raises
    ------
    NoMoversError, NoLeaveOutSetError
        If there are no such firms; the message says how many movers are missing.
    """
    match, first = jobs.matches()
    w, f = jobs.w[first], jobs.f[first]
    firms = np.bincount(w)
    if firms.max() < 2:
        raise NoMoversError(NAME, columns.worker, columns.firm, len(np.unique(w)), len(np.unique(f)))
    why = leave_out_set(w, f, np.bincount(match))
    kept = why == KEPT
    if not (np.bincount(w[kept], minlength=1) > 1).any():
        set_of = why != OUTSIDE
        movers = int((np.bincount(w[set_of]) > 1).sum())
        alone = len(np.unique(w[why == ALONE]))
        raise NoLeaveOutSetError(NAME, len(np.unique(f[set_of])), movers, alone)
    of_row = why[match]
    removed = [(jobs.w[of_row == code], jobs.f[of_row == code], reason) for code, reason in REASONS.items()]
    return jobs.kept(of_row == KEPT, removed)


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
