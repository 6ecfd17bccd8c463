"""From an address to the value that stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from industria.core import engine
from industria.core.result import SUPPORT
from industria.core.value import Address, Scalar, Value
from industria.errors import ValueAddressError, hint, listing
from industria.study.digest import quoted
from industria.study.units import Columns, of_row

if TYPE_CHECKING:
    from industria.study.record import Run

__all__ = ["estimate_column", "row_at", "value_at"]

MANY: Final = 2000
"""Labels among which the nearest is looked for."""

INFERENCE: Final = ("standard_error", "statistic", "p_value", "low", "high")


def value_at(run: Run, address: Address) -> Value:
    """Return the value at an address with its unit, interval, n and design.

    A column without brackets may be a fact beside the table (`effect.n_obs`). In a
    released run, a value that may not leave has no value, and says that it is withheld.

    Raises
    ------
    UnknownStepError
        If the step or its table is not there.
    ValueAddressError
        If a column is not there, or the brackets select no row or several.
    """
    if not run.released:
        return _found(run, address)
    try:
        found = _found(run, address) if run.leaves(address.step, address.table) else None
    except ValueAddressError:
        # The run at the site had it: its row or its column stayed there.
        found = None
    if found is None or (found.value is None and _stayed(run, address)):
        return Value(address=address, value=None, design=run.design(address.step), withheld=True)
    return found


def _stayed(run: Run, address: Address) -> bool:
    """Tell a null that stands for a number from one that says that there is none."""
    if address.table is None and not address.keys and address.column in run.facts(address.step):
        return address.column in run.step(address.step)["withheld"]
    return row_at(run, address).get("status") == "withheld"


def _found(run: Run, address: Address) -> Value:
    facts = run.facts(address.step)
    if address.table is None and not address.keys and address.column in facts:
        label = run.step(address.step)["fact_columns"].get(address.column, {})
        return Value(
            address=address,
            value=facts[address.column],
            unit=label.get("unit"),
            design=run.design(address.step),
            synthetic=run.synthetic(address.step),
        )
    columns = run.columns(address.step, address.table)
    row = row_at(run, address)
    low, high = _interval(row, address.column, list(columns))
    return Value(
        address=address,
        value=row[address.column],
        unit=of_row(columns[address.column]["unit"], row.get, run.read_columns(address.step)),
        low=low,
        high=high,
        confidence=None if low is None and high is None else _first(row, facts, "confidence"),
        n=_count(row, facts),
        design=run.design(address.step),
        synthetic=run.synthetic(address.step),
    )


def row_at(run: Run, address: Address) -> dict[str, Any]:
    """Return the one row that an address selects, `support_` columns included."""
    columns = list(run.columns(address.step, address.table))
    plain = [name for name in columns if not name.startswith(SUPPORT)]
    facts = list(run.facts(address.step)) if address.table is None and not address.keys else []
    for column in (*(key for key, _ in address.keys), address.column):
        if column not in columns:
            has = f"it has {listing(plain + facts, 40)}.{hint(column, plain + facts)}"
            raise ValueAddressError(f"{address}: {address.place} has no column {column!r}; {has}")
    rows = _rows(run.file(address.step, address.table), columns, address.keys, 2)
    if len(rows) == 1:
        return rows[0]
    raise _several(run, address, plain) if rows else _none(run, address)


def estimate_column(columns: Sequence[str]) -> str | None:
    """Return the column that an interval and a standard error speak of: `estimate`, or the one before them."""
    if "estimate" in columns:
        return "estimate"
    first = next((i for i, name in enumerate(columns) if name in INFERENCE), 0)
    return columns[first - 1] if first else None


def _rows(
    path: Path, columns: Columns | Sequence[str], keys: Sequence[tuple[str, str]], most: int
) -> list[dict[str, Any]]:
    """Read the rows whose columns, as text, equal the keys; the engine skips the others."""
    where = " AND ".join(f"{quoted(key)}::VARCHAR = ?" for key, _ in keys) or "true"
    names = list(columns)
    asked = f"SELECT {', '.join(map(quoted, names))} FROM read_parquet(?) WHERE {where} LIMIT {most}"
    found = engine.connection().cursor().execute(asked, [str(path), *(text for _, text in keys)]).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def _none(run: Run, address: Address) -> ValueAddressError:
    """Name the first key that leaves no row, and the nearest value of its column."""
    path = run.file(address.step, address.table)
    if not address.keys:
        return ValueAddressError(f"{address}: {address.place} has no rows.")
    upto = next(
        i for i in range(1, len(address.keys) + 1) if not _rows(path, [address.keys[0][0]], address.keys[:i], 1)
    )
    *before, (column, text) = address.keys[:upto]
    there = _labels(path, column, before)
    within = " where " + ", ".join(f"{key}={value}" for key, value in before) if before else ""
    near = get_close_matches(text, there, n=1, cutoff=0.5)
    meant = f" Did you mean {column}={near[0]}?" if near else ""
    return ValueAddressError(
        f"{address}: no row of {address.place} has {column}={text}{within}; {column} is {listing(there)}.{meant}"
    )


def _several(run: Run, address: Address, columns: Sequence[str]) -> ValueAddressError:
    """Name the columns that would tell the rows apart."""
    path = run.file(address.step, address.table)
    taken = {key for key, _ in address.keys}
    rows = _rows(path, columns, address.keys, MANY)
    differ = [
        name
        for name in columns
        if name not in taken
        and not any(isinstance(row[name], float) for row in rows)
        and len({row[name] for row in rows}) > 1
    ]
    count = f"{len(rows)} rows" if len(rows) < MANY else "many rows"
    if not differ:
        return ValueAddressError(f"{address} selects {count} of {address.place}, and no label tells them apart.")
    first = f"{differ[0]}={rows[0][differ[0]]}"
    return ValueAddressError(
        f"{address} selects {count} of {address.place}; add a key to the brackets: "
        f"{listing(differ)} would tell them apart, as in [{first}]."
    )


def _labels(path: Path, column: str, keys: Sequence[tuple[str, str]]) -> list[str]:
    where = " AND ".join(f"{quoted(key)}::VARCHAR = ?" for key, _ in keys) or "true"
    asked = f"SELECT DISTINCT {quoted(column)}::VARCHAR FROM read_parquet(?) WHERE {where} ORDER BY ALL LIMIT {MANY}"
    found = engine.connection().cursor().execute(asked, [str(path), *(text for _, text in keys)]).fetchall()
    return [text for (text,) in found if text is not None]


def _interval(row: Mapping[str, Any], column: str, columns: Sequence[str]) -> tuple[float | None, float | None]:
    low, high, value = row.get("low"), row.get("high"), row[column]
    if column != estimate_column(columns) or low is None or high is None or value is None or not low <= value <= high:
        return None, None
    return low, high


def _count(row: Mapping[str, Any], facts: Mapping[str, Scalar]) -> int | None:
    own = [row.get(name) for name in ("n", "n_obs", "n_units")]
    beside = [facts.get(name) for name in ("n_obs", "n_units")]
    found = [n for n in (*own, *beside, row.get(f"{SUPPORT}units")) if isinstance(n, int | float)]
    return int(found[0]) if found else None


def _first(row: Mapping[str, Any], facts: Mapping[str, Scalar], name: str) -> Any:
    return row[name] if row.get(name) is not None else facts.get(name)
