"""The attack from a sealed file alone: what its reader reckons, table by table and over tables of equal cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from industria.core.result import Result
from industria.core.table import as_table, collect
from industria.core.value import Address
from industria.errors import MissingFileError, NotAdditiveError
from industria.release._certificate import DIGITS
from industria.release.attack import attack
from industria.release.sealed import Sealed, open_unapproved

__all__ = ["ReleaseAttack", "attack_release"]

TOTAL: Final = "Total"
EQUAL: Final = 1e-9
TOLERANCE: Final = 1e-6
TREES: Final = pa.schema([(name, pa.string()) for name in ("dimension", "hierarchy", "code", "parent")])

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ReleaseAttack(Result):
    """What a reader of a release reckons of the sums that it withholds.

    Attributes
    ----------
    table : Table
        One row a withheld sum: `step`, `cell` (its address in the step), `low`, `high` (null where nothing bounds it),
        `exact` and `method`; with the folder of the site `value`, `required_low`, `required_high` and `protected`.
    n_attacked, n_exact : int
        Withheld sums, and those that are known to the last digit.
    n_under_protected : int or None
        Those whose interval is narrower than the rules ask; None without the folder of the site.
    n_apart : int
        Tables that were attacked by themselves, since their cells are none of another table's.
    """

    n_attacked: int
    n_exact: int
    n_under_protected: int | None
    n_apart: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """One column of sums of a released table, by cell."""

    release: str
    step: str
    column: str
    counts: bool
    variable: tuple[bool, str, str]
    by: tuple[str, ...]
    values: Mapping[Cell, float | None]
    trees: pa.Table
    total: str
    zeros: bool
    digits: int | None

    @property
    def withheld(self) -> list[Cell]:
        return [cell for cell, value in self.values.items() if value is None]


def attack_release(
    target: str | Path | Sealed, *, earlier: Sequence[str | Path | Sealed] = (), site: str | Path | None = None
) -> ReleaseAttack:
    """Attack a sealed file as its reader can.

    Columns of one variable and unit whose tables have published cells in common, all equal, are
    one system; so are those of earlier releases. The others are attacked one by one.

    Parameters
    ----------
    target : path or Sealed
        The release.
    earlier : sequence of path or Sealed
        Releases that its reader has, too.
    site : path, optional
        The folder that stays at the site: it tells the values, and how wide their intervals must be.

    Raises
    ------
    ReleaseRefusedError
        If a file is no sealed release, or was changed.
    MissingFileError
        If the folder of the site does not know the release.
    """
    sealed = _opened(target)
    sums = [one for name, of in enumerate([sealed, *map(_opened, earlier)]) for one in _sums(of, str(name))]
    rows: list[dict[str, Any]] = []
    apart = 0
    for group in _linked(sums):
        apart += len(group) == 1
        if any(one.release == "0" and one.withheld for one in group):
            rows += _attacked(group)
    if site is not None:
        known = _of_site(sealed, Path(site))
        rows = [{**row, **_held(row, known)} for row in rows]
    schema = pa.schema([(name, pa.string()) for name in ("step", "cell")] + [("low", pa.float64())])
    table = pa.Table.from_pylist(rows) if rows else schema.empty_table()
    return ReleaseAttack(
        table=as_table(table, "attack"),
        n_attacked=len(rows),
        n_exact=sum(row["exact"] for row in rows),
        n_under_protected=None if site is None else sum(not row["protected"] for row in rows),
        n_apart=apart,
    )


def _opened(release: str | Path | Sealed) -> Sealed:
    return release if isinstance(release, Sealed) else open_unapproved(Path(release))


def _sums(sealed: Sealed, release: str) -> Iterator[_Sums]:
    """List the columns of sums of a release, by what its manifest says of them."""
    zeros = "zeros: publish" in sealed.certificate["rules"]
    said = [rule.removeprefix(DIGITS) for rule in sealed.certificate["rules"] if rule.startswith(DIGITS)]
    for step in sealed.manifest["steps"]:
        name, by, parameters = step["name"], tuple(step["by"]), step["parameters"]
        if not sealed.leaves(name) or not by:
            continue
        rows = sealed.table(name)
        there = f"tables/{name}.hierarchies.parquet" in sealed.members
        trees = sealed.table(name, "hierarchies").select(TREES.names) if there else TREES.empty_table()
        for column in step["additive"]:
            if column not in rows.column_names:
                continue
            cells = [tuple("" if code is None else str(code) for code in row.values()) for row in _labels(rows, by)]
            counts = column == "count"
            variable = "" if counts else str(parameters.get("variable") or column)
            yield _Sums(
                release=release,
                step=name,
                column=column,
                counts=counts,
                variable=(counts, variable, str(parameters.get("unit"))),
                by=by,
                values=dict(zip(cells, rows[column].to_pylist(), strict=True)),
                trees=trees.cast(TREES),
                total=str(parameters.get("total") or TOTAL),
                zeros=zeros,
                # Counts are whole, and rounding to decimals leaves them as they are.
                digits=int(said[0]) if said and not counts else None,
            )


def _labels(rows: pa.Table, by: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.select(list(by)).to_pylist()
    return found


def _linked(sums: Sequence[_Sums]) -> list[list[_Sums]]:
    """Put columns together that speak of the same cells."""
    groups: list[list[_Sums]] = []
    for one in sums:
        home = next((group for group in groups if all(_agree(one, other) for other in group)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def _agree(one: _Sums, other: _Sums) -> bool:
    """Tell whether two columns have published cells in common, all of them equal."""
    wide, narrow = (one, other) if len(one.by) >= len(other.by) else (other, one)
    if one.variable != other.variable or one.total != other.total or not set(narrow.by) <= set(wide.by):
        return False
    common = [
        (value, wide.values[cell])
        for codes, value in narrow.values.items()
        if (cell := _widened(narrow, codes, wide.by)) in wide.values
    ]
    known = [(a, b) for a, b in common if a is not None and b is not None]
    return bool(known) and all(abs(a - b) <= EQUAL * max(abs(a), abs(b), 1.0) for a, b in known)


def _widened(one: _Sums, cell: Cell, by: Sequence[str]) -> Cell:
    codes = dict(zip(one.by, cell, strict=True))
    return tuple(codes.get(name, one.total) for name in by)


def _attacked(group: Sequence[_Sums]) -> Iterator[dict[str, Any]]:
    """Attack columns as one system; where no values fit, they are not of the same cells, and each is attacked alone."""
    by = max((one.by for one in group), key=len)
    cells: dict[Cell, float | None] = {}
    for one in group:
        for codes, value in one.values.items():
            cell = _widened(one, codes, by)
            cells[cell] = cells.get(cell) if value is None else value
    published = [value for value in cells.values() if value is not None]
    least = None if min(published, default=0.0) < 0 else float(group[0].counts and all(one.zeros for one in group))
    # Releases of which one was not rounded, or less, agree only where numbers have no more decimals.
    digits = [one.digits for one in group if one.digits is not None]
    columns = {name: [cell[i] for cell in cells] for i, name in enumerate(by)}
    trees = pa.concat_tables([one.trees for one in group]).group_by(TREES.names).aggregate([])
    try:
        found = collect(
            attack(
                pa.table({**columns, "_value": pa.array(cells.values(), pa.float64())}),
                trees.select(TREES.names) if trees.num_rows else None,
                by=list(by),
                value="_value",
                lower=least,
                digits=max(digits) if len(digits) == len(group) else None,
                counts=group[0].counts,
                total=group[0].total,
            ).table
        ).to_pylist()
    except NotAdditiveError:
        if len(group) == 1:
            raise
        for one in group:
            yield from _attacked([one])
        return
    told = {tuple(row[name] for name in by): row for row in found}
    for one in group:
        for codes in one.withheld if one.release == "0" else ():
            row = told.get(_widened(one, codes, by))
            # What another table publishes of this one needs no reckoning.
            value = cells[_widened(one, codes, by)]
            reached = row or {"low": value, "high": value, "exact": True, "method": "published elsewhere"}
            pairs = tuple(zip(one.by, codes, strict=True))
            place = str(Address(one.step, None, pairs, one.column)).removeprefix(one.step)
            yield {"step": one.step, "cell": place, **{w: reached[w] for w in ("low", "high", "exact", "method")}}


def _of_site(sealed: Sealed, folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Read the values and required intervals of each cell."""
    place = folder / sealed.path.name.removesuffix(".release")
    if not place.is_dir():
        there = sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
        raise MissingFileError(place.name, str(folder), there)
    known = {}
    for step in sealed.manifest["steps"]:
        file = place / f"{step['name']}.parquet"
        for row in pq.read_table(file).to_pylist() if file.is_file() else ():
            column = row.get("support_column") or (step["additive"] or ["value"])[0]
            pairs = tuple((name, "" if row[name] is None else str(row[name])) for name in step["by"])
            cell = str(Address(step["name"], None, pairs, column)).removeprefix(step["name"])
            known[step["name"], cell] = row
    return known


def _held(row: Mapping[str, Any], known: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, Any]:
    """Hold an interval to what is required of it."""
    of = known.get((row["step"], row["cell"]), {})
    value = of.get("value")
    low, high = (of.get(name) for name in ("required_low", "required_high"))
    slack = TOLERANCE * max(1.0, abs(value or 0.0))
    wide = (
        not row["exact"]
        and (low is None or np.isnan(low) or row["low"] is None or row["low"] <= low + slack)
        and (high is None or np.isnan(high) or row["high"] is None or row["high"] >= high - slack)
    )
    return {"value": value, "required_low": low, "required_high": high, "protected": wide}
