"""Two tables side by side: which cells differ, and which rows only one has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from industria.core import engine
from industria.study.digest import quoted

__all__ = ["Cell", "Differences", "compared", "differ"]

MOST: Final = 10_000
"""Changed cells of one table that are listed; all are counted."""

ROW: Final = "file_row_number"

Keys: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs: the keys of its row, its column, and what stood and stands there."""

    keys: Keys
    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Differences:
    """How two tables differ.

    Attributes
    ----------
    cells : list of Cell
        In rows that both have, by column and key; the first 10,000.
    n_cells : int
        How many there are.
    added, removed : list of str
        Columns that only the new, only the old table has.
    n_added, n_removed : int
        Rows likewise.
    keyed : bool
        Whether labels tell the rows apart; if not, they were compared in order.
    """

    cells: list[Cell] = field(default_factory=list)
    n_cells: int = 0
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    n_added: int = 0
    n_removed: int = 0
    keyed: bool = True

    def __bool__(self) -> bool:
        return bool(self.n_cells or self.added or self.removed or self.n_added or self.n_removed)


def differ(old: Any, new: Any, relative: float, absolute: float = 0.0) -> bool:
    """Tell whether two values differ by more than a tolerance; missing equals missing."""
    if _number(old) and _number(new):
        return bool(abs(old - new) > max(absolute, relative * max(abs(old), abs(new))))
    return bool(old != new)


def compared(
    old: Path, new: Path, *, figures: Collection[str] = (), relative: float, absolute: float = 0.0
) -> Differences:
    """Compare two Parquet files in the engine.

    Rows are matched by the first columns that name them once, floating numbers
    and figures left aside; two tables of one row need none.

    Parameters
    ----------
    old, new : Path
        The files.
    figures : collection of str
        Whole numbers, texts and truth values that are results, not labels: counts.
    relative, absolute : float
        Two numbers are the same within the larger of `absolute` and `relative`
        times the larger of them.
    """
    before, after = _kinds(old), _kinds(new)
    columns = [name for name in before if name in after]
    labels = [name for name in columns if before[name] == after[name] != "DOUBLE" and name not in figures]
    one = _count(old) == _count(new) == 1
    keys = [] if one else _keys(old, new, labels)
    matched = keys or ([] if one else [ROW])
    found: list[Cell] = []
    n_cells = 0
    for column in (name for name in columns if name not in keys):
        numbers = {before[column], after[column]} <= {"DOUBLE", "BIGINT"}
        cells, n = _column(old, new, matched, column, (relative, absolute) if numbers else None)
        found, n_cells = found + cells, n_cells + n
    return Differences(
        cells=found[:MOST],
        n_cells=n_cells,
        added=[name for name in after if name not in before],
        removed=[name for name in before if name not in after],
        n_added=_only_in(new, old, matched),
        n_removed=_only_in(old, new, matched),
        keyed=bool(keys) or one,
    )


def _column(
    old: Path, new: Path, keys: Sequence[str], column: str, tolerance: tuple[float, float] | None
) -> tuple[list[Cell], int]:
    x, y = f"o.{quoted(column)}", f"n.{quoted(column)}"
    differs = f"{x} IS DISTINCT FROM {y}"
    if tolerance is not None:
        slack = f"greatest({tolerance[1]!r}::DOUBLE, {tolerance[0]!r}::DOUBLE * greatest(abs({x}), abs({y})))"
        differs = f"(({x} IS NULL) <> ({y} IS NULL) OR abs({x}::DOUBLE - {y}::DOUBLE) > {slack})"
    labels = "".join(f", o.{quoted(key)}::VARCHAR" for key in keys)
    order = ", ".join([*(f"o.{quoted(key)}" for key in keys), "1"])
    asked = (
        f"SELECT count(*) OVER (), {x}, {y}{labels} FROM {_rows('o')} JOIN {_rows('n')} ON {_same(keys)} "
        f"WHERE {differs} ORDER BY {order} LIMIT {MOST}"
    )
    rows = _ask(asked, old, new)
    cells = [Cell(tuple(zip(keys, row[3:], strict=True)), column, row[1], row[2]) for row in rows]
    return cells, rows[0][0] if rows else 0


def _only_in(here: Path, there: Path, keys: Sequence[str]) -> int:
    asked = f"SELECT count(*) FROM {_rows('o')} WHERE NOT EXISTS (FROM {_rows('n')} WHERE {_same(keys)})"
    return int(_ask(asked, here, there)[0][0])


def _keys(old: Path, new: Path, labels: Sequence[str]) -> list[str]:
    """Choose the first labels that name a row once in both files; none where nothing does."""
    for n in range(1, len(labels) + 1):
        if _unique(old, labels[:n]) and _unique(new, labels[:n]):
            return list(labels[:n])
    return []


def _count(path: Path) -> int:
    return int(_ask(f"SELECT count(*) FROM {_rows('o')}", path)[0][0])


def _unique(path: Path, keys: Sequence[str]) -> bool:
    names = ", ".join(map(quoted, keys))
    asked = f"SELECT 1 FROM {_rows('o')} GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
    return not _ask(asked, path)


def _same(keys: Sequence[str]) -> str:
    return " AND ".join(f"o.{quoted(key)} IS NOT DISTINCT FROM n.{quoted(key)}" for key in keys) or "true"


def _rows(alias: str) -> str:
    return f"read_parquet(?, {ROW} = true) AS {alias}"


def _kinds(path: Path) -> dict[str, str]:
    rows = engine.connection().read_parquet(str(path))
    return dict(zip(rows.columns, map(str, rows.types), strict=True))


def _ask(query: str, *paths: Path) -> list[tuple[Any, ...]]:
    return engine.connection().cursor().execute(query, [str(path) for path in paths]).fetchall()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
