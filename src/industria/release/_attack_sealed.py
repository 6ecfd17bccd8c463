"""The attack from a sealed file alone: what its reader reckons from its tables and from how they hang together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from industria.core.result import Result
from industria.core.table import as_table
from industria.core.value import Address
from industria.errors import MissingFileError, NeededParameterError, ReleaseRefusedError, UnknownStepError, UsageError
from industria.release._certificate import DIGITS
from industria.release._reader import Column, Columns, Line, lines
from industria.release._relations import MEMBER, Cell, Relations, Shown, read_relations
from industria.release._supposed import Supposed, nearest_cell
from industria.release.sealed import Sealed, open_unapproved

__all__ = ["ReleaseAttack", "attack_release"]

TOLERANCE: Final = 1e-6
TOTAL: Final = "Total"
ROW: Final = pa.schema([(name, pa.string()) for name in ("step", "cell")] + [("low", pa.float64())])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ReleaseAttack(Result):
    """What a reader of a release reckons of the numbers that it withholds.

    Attributes
    ----------
    table : Table
        One row a withheld sum, mean or share, or rounded number: `step`, `cell` (its address in the step), `low`,
        `high` (null where nothing bounds it), `exact` and `method`; with the folder of the site `value`,
        `required_low`, `required_high` and `protected`.
    n_attacked, n_exact : int
        These numbers, and those that are known to the last digit.
    n_under_protected : int or None
        Those whose interval is narrower than the rules ask; None without the folder of the site.
    n_not_attacked : int
        Withheld numbers that are none of these, as estimates are.
    """

    n_attacked: int
    n_exact: int
    n_under_protected: int | None
    n_not_attacked: int


def attack_release(
    target: str | Path | Sealed,
    *,
    earlier: Sequence[str | Path | Sealed] = (),
    site: str | Path | None = None,
    suppose: Mapping[str, float | None] | None = None,
) -> ReleaseAttack:
    """Attack a sealed file as its reader can.

    The file tells which numbers of its tables are one cell, and which cells add up to which.

    Parameters
    ----------
    target : path or Sealed
        The release.
    earlier : sequence of path or Sealed
        Releases that its reader has, too.
    site : path, optional
        The folder that stays at the site: it tells the values, and how wide their intervals must be.
    suppose : mapping of str to float or None, optional
        Withheld cells that are taken for published with these values; None takes the value from `site`.

    Raises
    ------
    ReleaseRefusedError
        If a file is no sealed release, was changed, or does not tell how its numbers hang together.
    MissingFileError
        If the folder of the site does not know the release.
    NotAdditiveError
        If no values of withheld cells fit what is published, or supposed.
    """
    sealed = _opened(target)
    if MEMBER not in sealed.members:
        raise ReleaseRefusedError(sealed.path, f"it holds no {MEMBER}; attack each of its tables by itself")
    systems = read_relations(sealed.members[MEMBER])
    columns = _columns(systems, {None: sealed, **{one.first_sha256: one for one in map(_opened, earlier)}})
    known = None if site is None else _of_site(sealed, Path(site))
    systems = systems if site is None else _with_signs_of_site(systems, _kept(sealed, Path(site)))
    _suppose(systems, columns, suppose or {}, sealed, known)
    told = [line for system in systems for line in lines(system, columns)]
    rows = [_row(line) if known is None else {**_row(line), **_held(line, known)} for line in told]
    counts = (sealed.certificate.get("counts") or {}).values()
    reached = sum(not line.rounded for line in told) + len(suppose or {})
    return ReleaseAttack(
        table=as_table(pa.Table.from_pylist(rows) if rows else ROW.empty_table(), "attack"),
        n_attacked=len(rows),
        n_exact=sum(row["exact"] for row in rows),
        n_under_protected=None if site is None else sum(not row["protected"] for row in rows),
        n_not_attacked=max(0, sum(int(of["withheld"]) for of in counts) - reached),
    )


def _opened(release: str | Path | Sealed) -> Sealed:
    return release if isinstance(release, Sealed) else open_unapproved(Path(release))


def _columns(systems: Sequence[Relations], releases: Mapping[str | None, Sealed]) -> Columns:
    """Read the columns of tables that relations speak of."""
    found: Columns = {}
    for shown in (shown for system in systems for shown in system.shown):
        sealed = releases.get(shown.release)
        if sealed is None or not sealed.leaves(shown.step):
            continue
        rows = sealed.table(shown.step)
        if shown.column not in rows.column_names:
            continue
        total = total_of(sealed, shown.step)
        # The cell of an earlier table has a code of each dimension that any table of its kind has.
        codes = [
            rows[name].cast(pa.string()).to_pylist() if name in rows.column_names else [total] * rows.num_rows
            for name in shown.by
        ]
        cells = [tuple(code or "" for code in row) for row in zip(*codes, strict=True)] or [()] * rows.num_rows
        is_count = pa.types.is_integer(rows[shown.column].type)
        digits = None if is_count else _digits(sealed)
        numbers = dict(zip(cells, rows[shown.column].to_pylist(), strict=True))
        found[shown.at] = Column(numbers, digits)
    return found


def _digits(sealed: Sealed) -> int | None:
    """Return the decimals that numbers were rounded to, by the certificate."""
    said = [rule.removeprefix(DIGITS) for rule in sealed.certificate["rules"] if rule.startswith(DIGITS)]
    return int(said[0]) if said else None


def _row(line: Line) -> dict[str, Any]:
    ends = {name: end if np.isfinite(end) else None for name, end in (("low", line.low), ("high", line.high))}
    return {"step": line.step, "cell": line.place, **ends, "exact": line.exact, "method": line.method}


def _suppose(
    systems: Sequence[Relations],
    columns: Columns,
    suppose: Mapping[str, float | None],
    sealed: Sealed,
    known: Mapping[tuple[str, str], Mapping[str, Any]] | None,
) -> None:
    """Put supposed values in the place of withheld ones."""
    there = [shown for system in systems for shown in system.shown if shown.release is None and shown.kind == "sum"]
    for words, value in suppose.items():
        told = Supposed.parse(words, value)
        shown, key = _withheld_cell(told, [one for one in there if one.at in columns], columns, sealed)
        supposed = told.value
        if supposed is None:
            if known is None:
                raise NeededParameterError("a supposed cell without a value", "the folder of the site, or =VALUE")
            supposed = known[shown.step, shown.place(key)]["value"]
        columns[shown.at] = columns[shown.at]._replace(numbers={**columns[shown.at].numbers, key: supposed})


def _withheld_cell(told: Supposed, there: Sequence[Shown], columns: Columns, sealed: Sealed) -> tuple[Shown, Cell]:
    """Find the withheld cell that somebody means; of a release with one step of sums, its name may be left out."""
    steps = list(dict.fromkeys(shown.step for shown in there))
    step = told.step or (steps[0] if len(steps) == 1 else "")
    if step not in steps:
        raise UnknownStepError(f"{told.words!r} names no step of sums:", step, steps)
    names = [shown.column for shown in there if shown.step == step]
    if told.column not in (None, *names):
        raise UnknownStepError(f"{told.words!r} names no column of sums:", str(told.column), names)
    hidden: dict[Cell, None] = {}
    for shown in (one for one in there if one.step == step and told.column in (None, one.column)):
        cell = told.cell(shown.by, total_of(sealed, step))
        numbers = columns[shown.at].numbers
        if cell in numbers and numbers[cell] is None:
            return shown, cell
        hidden |= {key: None for key, x in numbers.items() if x is None}
    raise UsageError(f"{told.words!r} is no withheld cell.{nearest_cell(cell, hidden)}")


def total_of(sealed: Sealed, step: str) -> str:
    """Return the code of totals of a step."""
    return str(sealed.step(step)["parameters"].get("total") or TOTAL)


def _of_site(sealed: Sealed, folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Read the values and required intervals of each cell."""
    place = _kept(sealed, folder)
    known = {}
    for step in sealed.manifest["steps"]:
        file = place / f"{step['name']}.parquet"
        for row in pq.read_table(file).to_pylist() if file.is_file() else ():
            column = row.get("support_column") or (step["additive"] or ["value"])[0]
            pairs = tuple((name, "" if row[name] is None else str(row[name])) for name in step["by"])
            cell = str(Address(step["name"], None, pairs, column)).removeprefix(step["name"])
            known[step["name"], cell] = row
    return known


def _kept(sealed: Sealed, folder: Path) -> Path:
    """Find what stayed at the site of a release."""
    place = folder / sealed.path.name.removesuffix(".release")
    if not place.is_dir():
        there = sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
        raise MissingFileError(place.name, str(folder), there)
    return place


def _with_signs_of_site(systems: Sequence[Relations], place: Path) -> list[Relations]:
    """Suppose nothing of signs that the site knows to be wrong: what is required was reckoned so."""
    file = place / "certificate.json"
    told = json.loads(file.read_bytes()).get("below_zero") or [] if file.is_file() else []
    return [
        replace(one, signed=True, ordered=one.ordered[:0])
        if any([shown.step, shown.column] in told for shown in one.shown if shown.release is None)
        else one
        for one in systems
    ]


def _held(line: Line, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, Any]:
    """Hold an interval to what is required of it; what is required of a sum is required of its mean."""
    of = known.get((line.step, line.place), {})
    value, low, high, width = (
        None if end is None or np.isnan(end) else end / line.over
        for end in (of.get(name) for name in ("value", "required_low", "required_high", "required_width"))
    )
    slack = TOLERANCE * max(1.0, abs(value or 0.0))
    wide = not line.exact and (low is None or line.low <= low + slack) and (high is None or line.high >= high - slack)
    wide = wide and (width is None or line.high - line.low >= width - slack)
    return {"value": value, "required_low": low, "required_high": high, "protected": wide}
