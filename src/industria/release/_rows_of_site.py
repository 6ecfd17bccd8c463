"""A table of a site with the number of each row, and what breaks its contract: counts and positions, never values."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import narwhals.stable.v2 as nw

from industria.core import engine
from industria.core.contract import ColumnRule, Contract, GivenLists, violations
from industria.core.contract_codes import CodeLists, fit_of_codes
from industria.core.contract_rules import KINDS
from industria.core.contract_sums import NOISE
from industria.core.contract_violation import Violation, distinct
from industria.core.table import Table
from industria.errors import IndustriaError
from industria.study.digest import quoted
from industria.study.tables import relation_of

__all__ = ["Trouble", "broken_by_rows", "numbered"]

POSITION: Final = "file_row_number"
SHOWN: Final = 5
COMMAS: Final = r"^\s*-?\d{1,3}(\.\d{3})*,\d+\s*$|^\s*-?\d+,\d+\s*$"
WHOLE: Final = r"^\s*-?\d+\s*$"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A promise that a table of a site does not keep.

    Attributes
    ----------
    source : str
        The source.
    column : str or None
        The column; None where the table as a whole does.
    rule : str
        Which promise, as the messages call it.
    rows : int
        How many rows do; 0 where that cannot be counted.
    positions : tuple of int
        The first of them, counted from one below the header.
    words : mapping of str to Any
        What the message says besides: words of the contract and of the header alone.
    """

    source: str
    column: str | None
    rule: str
    rows: int = 0
    positions: tuple[int, ...] = ()
    words: dict[str, Any] = field(default_factory=dict)


@contextmanager
def numbered(table: Table) -> Iterator[str]:
    """Write a table down in its own order, and offer SQL that reads it with the number of each row.

    The copy lies in the spill folder of the engine, and is gone afterwards.
    """
    here = engine.connection()
    ((spill,),) = here.execute("SELECT current_setting('temp_directory')").fetchall()
    Path(spill).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spill) as folder:
        path = str(Path(folder) / "rows.parquet")
        here.execute("SET preserve_insertion_order = true")
        try:
            relation_of(table).write_parquet(path)
        finally:
            here.execute("SET preserve_insertion_order = false")
        escaped = path.replace("'", "''")
        yield f"read_parquet('{escaped}', {POSITION} = true)"


def broken_by_rows(name: str, table: Table, rows: str, contract: Contract, lists: CodeLists) -> list[Trouble]:
    """List the promises that rows break.

    Parameters
    ----------
    name : str
        Of the source.
    table : Table
        As `as_table` makes it.
    rows : str
        The same, as `numbered` offers it.
    contract : Contract
        What is promised.
    lists : CodeLists
        Where codes of vintages are listed.
    """
    schema = table.collect_schema()
    found: list[Trouble] = []
    sound: dict[str, ColumnRule] = {}
    for column, rule in contract.columns.items():
        if column not in schema:
            continue
        if rule.type and schema[column] not in KINDS[rule.type]:
            found.append(_wrong_type(name, column, rule.type, str(schema[column]).lower(), rows))
        elif rule.classification and schema[column] != nw.String:
            found.append(_wrong_type(name, column, "text", str(schema[column]).lower(), rows))
        else:
            sound[column] = rule
    found += _of_cells(name, rows, sound, contract)
    for column, rule in sound.items():
        if rule.classification is not None:
            found += _of_codes(name, table, rows, column, rule.classification, lists)
        if rule.unique:
            found += _repeated(name, rows, [column], "unique", skip_null=True)
    there = set(sound)
    if contract.key and set(contract.key) <= there:
        found += _repeated(name, rows, list(contract.key), "key")
    for time in contract.time:
        if {time.period, *time.by} <= there and time.increasing and {time.period, *time.by} != set(contract.key):
            found += _repeated(name, rows, [*time.by, time.period], "period")
    found += _of_groups(name, table, rows, contract, there)
    return found


def _of_cells(name: str, rows: str, sound: dict[str, ColumnRule], contract: Contract) -> list[Trouble]:
    """Ask all that can be told of one row alone in one pass."""
    asked: list[tuple[Trouble, str]] = []
    for column, rule in sound.items():
        cell = quoted(column)
        if rule.not_null:
            asked.append((Trouble(name, column, "not_null"), f"{cell} IS NULL"))
        if rule.minimum is not None:
            told = {"bound": f"{rule.minimum:g}"}
            asked.append((Trouble(name, column, "minimum", words=told), f"{cell} < {rule.minimum!r}"))
        if rule.maximum is not None:
            told = {"bound": f"{rule.maximum:g}"}
            asked.append((Trouble(name, column, "maximum", words=told), f"{cell} > {rule.maximum!r}"))
        if rule.values is not None:
            told = {"values": ", ".join(map(str, rule.values))}
            listed = ", ".join(map(_literal, rule.values))
            asked.append((Trouble(name, column, "values", words=told), f"{cell} NOT IN ({listed})"))
    for sums in contract.adds_up:
        total = sums.total
        if set(sums.parts) <= set(sound) and (not isinstance(total, str) or total in sound):
            right = quoted(total) if isinstance(total, str) else repr(float(total))
            left = " + ".join(quoted(part) for part in sums.parts)
            told = {"parts": " + ".join(sums.parts), "total": str(total)}
            fails = f"abs({left} - {right}) > {sums.tolerance!r} + {NOISE!r} * (1 + abs({right}))"
            column = total if isinstance(total, str) else sums.parts[0]
            asked.append((Trouble(name, column, "adds_up", words=told), fails))
    if not asked:
        return []
    parts = [f"count(*) FILTER ({fails}), min({POSITION}, {SHOWN}) FILTER ({fails})" for _, fails in asked]
    (answer,) = _ask(f"SELECT {', '.join(parts)} FROM {rows}")
    counted = zip(asked, answer[::2], answer[1::2], strict=True)
    return [_placed(trouble, n, places) for (trouble, _), n, places in counted if n]


def _of_codes(name: str, table: Table, rows: str, column: str, classification: str, lists: CodeLists) -> list[Trouble]:
    fit = fit_of_codes(distinct(table, column), classification, lists)
    if not fit.strangers:
        return []
    sql = f"SELECT count(*), min({POSITION}, {SHOWN}) FROM {rows} WHERE {quoted(column)} IN (SELECT unnest(?))"
    ((n, places),) = _ask(sql, [list(fit.strangers)])
    told = {"classification": classification, "share": f"{fit.share:.0%}"}
    if fit.better is None:
        return [_placed(Trouble(name, column, "code", words=told), n, places)]
    told |= {"better": fit.better, "better_share": f"{fit.better_share:.0%}"}
    return [_placed(Trouble(name, column, "vintage", words=told), n, places)]


def _repeated(name: str, rows: str, key: Sequence[str], rule: str, *, skip_null: bool = False) -> list[Trouble]:
    listed = ", ".join(map(quoted, key))
    only = f"WHERE {quoted(key[-1])} IS NOT NULL" if skip_null or rule == "period" else ""
    groups = (
        f"SELECT count(*) AS n, min({POSITION}, {SHOWN}) AS first FROM {rows} {only} GROUP BY {listed} HAVING n > 1"
    )
    sql = f"SELECT sum(n), list_sort(flatten(list(first)))[:{SHOWN}] FROM ({groups})"
    ((n, places),) = _ask(sql)
    told = {"key": ", ".join(key)}
    return [_placed(Trouble(name, key[-1], rule, words=told), n, places)] if n else []


def _of_groups(name: str, table: Table, rows: str, contract: Contract, there: set[str]) -> list[Trouble]:
    """Hold groups of rows to the contract by its own rules, and take of what they tell the counts alone."""
    found: list[Trouble] = []
    for rule in contract.adds_up_rows:
        if {rule.value, rule.column, *rule.by} <= there:
            one = Contract(adds_up_rows=(rule,))
            found += _counted(name, table, rows, one, rule.value, "adds_up_rows", rule.by, {"of": rule.column})
    for time in contract.time:
        if {time.period, *time.by} <= there and time.no_gaps:
            one = Contract(time=(time.model_copy(update={"increasing": False}),))
            found += _counted(name, table, rows, one, time.period, "gaps", time.by, {"key": ", ".join(time.by)})
    return found


def _counted(
    name: str,
    table: Table,
    rows: str,
    contract: Contract,
    column: str,
    rule: str,
    by: Sequence[str],
    told: dict[str, Any],
) -> list[Trouble]:
    broken = violations(table, contract, GivenLists({}))
    places = [place for one in broken for place in _first_of_groups(rows, one, by)]
    return [_placed(Trouble(name, column, rule, words=told), one.n_rows, sorted(places)[:SHOWN]) for one in broken[:1]]


def _first_of_groups(rows: str, broken: Violation, by: Sequence[str]) -> list[int]:
    places = []
    for row in broken.rows:
        same = " AND ".join(f"{quoted(key)} IS NOT DISTINCT FROM ?" for key in by) or "true"
        ((place,),) = _ask(f"SELECT min({POSITION}) FROM {rows} WHERE {same}", [row[key] for key in by])
        places.append(place)
    return places


def _wrong_type(name: str, column: str, expected: str, found: str, rows: str) -> Trouble:
    told = {"expected": expected, "found": found}
    if expected in ("integer", "number") and found == "string":
        cell = quoted(column)
        commas, whole = f"regexp_matches({cell}, '{COMMAS}')", f"regexp_matches({cell}, '{WHOLE}')"
        counts = f"count(*) FILTER ({commas}), count(*) FILTER ({whole}), count({cell})"
        sql = f"SELECT min({POSITION}, {SHOWN}) FILTER ({commas}), {counts} FROM {rows}"
        ((places, n, n_whole, n_told),) = _ask(sql)
        if n and n + n_whole == n_told:
            return _placed(Trouble(name, column, "decimal_comma", words=told), n, places)
    return Trouble(name, column, "wrong_type", words=told)


def _ask(sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Ask the engine; what it says of a failure may hold values, and is not handed on."""
    try:
        return engine.connection().execute(sql, list(given)).fetchall()
    except duckdb.Error as error:
        raise IndustriaError(f"the engine cannot hold rows to the contract ({type(error).__name__})") from None


def _placed(trouble: Trouble, n: int, places: Sequence[int]) -> Trouble:
    # The engine counts rows from 0.
    return Trouble(trouble.source, trouble.column, trouble.rule, int(n), tuple(p + 1 for p in places), trouble.words)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
