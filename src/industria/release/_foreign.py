"""Numbers and rows of measures that are not of Industria: what the names of their columns say, nobody has read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.release._classes import role_of
from industria.release._leaving import JUDGED, SOME, UNITS, Leaving
from industria.release._source_rows import source_rows
from industria.release.policy import Policy
from industria.study.model import Study
from industria.study.record import Run

__all__ = ["STRANGE", "strange_beside_sums", "strange_numbers", "unless_it_copies_records"]

Array = npt.NDArray[np.float64]

STRANGE: Final = "it is of a measure that is not of Industria, and nobody tells how much of it one unit has"
UNIT: Final = "firm"
"""What a unit is called where no step says it."""
SAME: Final = 1e-9
"""Part of a ratio by which it may differ in the last bits."""


def strange_numbers(step: Leaving, labels: Collection[str], policy: Policy) -> list[str]:
    """Name the columns that may hold an amount of which one unit has nearly all, whatever they are called.

    A name is no proof: what is called a level or a total may be the record of the largest firm. Numbers of units
    are told by themselves, since they are whole and not above those who stand behind the rows.

    Parameters
    ----------
    step : Leaving
        No table of cells.
    labels : collection of str
        Columns that say what a row is of.
    policy : Policy
        One that asks for no rule of concentration lets them leave.
    """
    if not step.foreign or policy.concentration == "none":
        return []
    return [name for name in _numbers_of(step, labels) if not _counts(step, name)]


def strange_beside_sums(
    step: Leaving, shown: Collection[str], sums: Sequence[Array], labels: Collection[str], policy: Policy
) -> list[str]:
    """Name the columns of a table of cells that are neither sums, nor numbers of units, nor ratios of these.

    Parameters
    ----------
    step : Leaving
        Of cells.
    shown : collection of str
        Columns of which it tells the largest contributors, and which are what these add up to.
    sums : sequence of array, shape (n_rows,)
        What its contributors add up to, shown or not: a mean is shown without its sum.
    labels : collection of str
        Columns that say what a row is of.
    policy : Policy
        One that asks for no rule of concentration lets them leave.
    """
    if not step.foreign or policy.concentration == "none":
        return []
    others = [name for name in _numbers_of(step, labels) if name not in shown]
    counts = [name for name in others if _counts(step, name)]
    known = [*sums, *(_values(step.table, name) for name in counts)]
    return [name for name in others if name not in counts and not _is_ratio(_values(step.table, name), known)]


def unless_it_copies_records(step: Leaving, run: Run, study: Study) -> Leaving:
    """Keep a step of a foreign measure that has a row for each row it reads, or whose codes name units.

    Such a measure says itself who stands behind its rows, and may say anything.

    Parameters
    ----------
    step : Leaving
        Judged by who stands behind its rows.
    run : Run
        Whose steps and sources it reads.
    study : Study
        Whose contracts and steps say which columns are units.
    """
    if not step.foreign or step.kind in ("derived", "none"):
        return step
    units = set(_columns_of_units(run, study))
    places: dict[str, pa.Table] = {}
    for place in filter(lambda one: _has_records(one, run, study), step.reads.values()):
        rows = _rows(place, run, study)
        places[place] = rows.select(sorted(units.intersection(rows.column_names)))
    largest = max((rows.num_rows for rows in places.values()), default=0)
    for place, rows in places.items():
        # A small table beside the records, as of deflators, names nobody: any result has as many rows.
        if SOME < rows.num_rows <= step.table.num_rows and (rows.column_names or rows.num_rows == largest):
            why = f"it has a row for each row of {place!r}, and is a copy of records"
            return replace(step, kind="none", why=f"{why}; a source of nobody's records stands in `[release] public`")
        for column in rows.column_names:
            name = next((name for name in _keys(step) if _mostly_of(step.table[name], rows[column])), None)
            if name:
                return replace(
                    step, kind="none", why=f"its column {name!r} has the codes of {column!r}, and names units"
                )
    return step


def _numbers_of(step: Leaving, labels: Collection[str]) -> Iterator[str]:
    """Name the columns that say something of a row; words of a foreign measure are kept elsewhere."""
    for field in step.table.schema:
        told = field.name in labels and not pa.types.is_floating(field.type)
        if not (told or field.name.startswith(SUPPORT) or pa.types.is_string(field.type)):
            yield field.name


def _counts(step: Leaving, name: str) -> bool:
    """Tell whether a column is called a number of units, and can be one."""
    if role_of(name) != "count" or UNITS not in step.table.column_names:
        return False
    values = _values(step.table, name)
    values = values[np.isfinite(values)]
    whole = (values == np.rint(values)) & (values >= 0) & (values <= np.nansum(_values(step.table, UNITS)))
    return bool(len(values) and whole.all())


def _is_ratio(values: Array, known: Sequence[Array]) -> bool:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [np.where(below != 0, above / below, np.nan) for above, below in permutations(known, 2)]
    return any(np.allclose(values, one, SAME, 0.0, equal_nan=True) for one in ratios)


def _values(rows: pa.Table, name: str) -> Array:
    """Return a column of numbers; NaN where it is missing, or is none."""
    kind = rows.schema.field(name).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return np.full(rows.num_rows, np.nan)
    return np.asarray(rows[name].cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), float)


def _columns_of_units(run: Run, study: Study) -> Iterator[str]:
    """Name the columns that steps and contracts take for units or for who owns them."""
    for contract in study.file.contract.values():
        yield from filter(None, (contract.unit, contract.holding))
    for name in run.steps:
        told = run.step(name)["parameters"]
        yield from (str(told[word]) for word in ("unit", "holding") if told.get(word))
    yield UNIT


def _has_records(place: str, run: Run, study: Study) -> bool:
    """Tell whether a source or step may have records; where contracts say which sources have, others have none."""
    name = place.partition(".")[0]
    if name in run.steps:
        return run.step(name)["support"] not in JUDGED
    return name not in study.file.release.public and (not study.file.contract or name in study.file.contract)


def _rows(place: str, run: Run, study: Study) -> pa.Table:
    name, _, table = place.partition(".")
    return run.table(name, table or None) if name in run.steps else source_rows(name, study)


def _keys(step: Leaving) -> Iterator[str]:
    yield from (name for name in step.by if not pa.types.is_floating(step.table.schema.field(name).type))


def _mostly_of(codes: pa.ChunkedArray, units: pa.ChunkedArray) -> bool:
    """Tell whether more than half of some codes are those of units."""
    told, known = (pc.unique(column.cast(pa.string())).to_pylist() for column in (codes, units))
    return len(told) > SOME and 2 * len(set(told) & set(known)) > len(told)
