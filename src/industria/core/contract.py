"""Contracts: what is promised of a table, and the rows that break the promise."""

from __future__ import annotations

import narwhals.stable.v2 as nw
from pydantic import Field

from industria.core.contract_codes import CodeLists, GivenLists, broken_codes
from industria.core.contract_rules import KINDS, AddsUp, AddsUpRows, ColumnRule, Rule, TimeRule, family_of
from industria.core.contract_sums import broken_row_sums, broken_sums
from industria.core.contract_time import broken_time
from industria.core.contract_violation import Violation, failing, of_table, repeated
from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import ContractError, hint, listing

__all__ = [
    "AddsUp",
    "AddsUpRows",
    "CodeLists",
    "ColumnRule",
    "Contract",
    "GivenLists",
    "TimeRule",
    "Violation",
    "family_of",
    "violations",
]

NONE = GivenLists({})


class Contract(Rule):
    """What is promised of a table."""

    columns: dict[str, ColumnRule] = Field(default={})
    """Rules by column."""
    key: tuple[str, ...] = ()
    """Columns that together name a row once."""
    adds_up: tuple[AddsUp, ...] = ()
    """Columns that add up in every row."""
    adds_up_rows: tuple[AddsUpRows, ...] = ()
    """Rows that add up to the row of their total."""
    time: tuple[TimeRule, ...] = ()
    """Time that goes on within a key."""
    closed: bool = False
    """Whether columns without a rule are refused."""
    minimum_rows: int = 0
    """How many rows there must be at the least."""

    def units(self) -> dict[str, str]:
        """List the units it tells, by column."""
        return {name: rule.unit for name, rule in self.columns.items() if rule.unit is not None}

    def needed(self) -> list[str]:
        """List the columns that a table must have for it, each once."""
        needed = [column for column, rule in self.columns.items() if rule.required]
        needed += [*self.key, *(part for rule in self.adds_up for part in rule.parts)]
        needed += [column for rule in self.adds_up_rows for column in (rule.value, rule.column, *rule.by)]
        needed += [column for rule in self.time for column in (rule.period, *rule.by)]
        return list(dict.fromkeys(needed))

    def violations(self, table: TableLike, lists: CodeLists = NONE) -> list[Violation]:
        """List what of it a table breaks: pandas, polars, DuckDB, whatever it is.

        Parameters
        ----------
        table : table
            As `as_table` takes it.
        lists : CodeLists
            Where the codes of vintages are listed.

        Returns
        -------
        list of Violation
            Empty where the table keeps it.
        """
        return violations(as_table(table, "table"), self, lists)

    def check(self, table: Table, name: str, lists: CodeLists = NONE) -> None:
        """Refuse a table that breaks the contract.

        Raises
        ------
        ContractError
            With one violation a broken rule, and the first rows that break it.
        UnknownClassificationError
            If nobody lists a vintage that it names.
        """
        broken = violations(table, self, lists)
        if broken:
            raise ContractError(name, broken)


def violations(table: Table, contract: Contract, lists: CodeLists = NONE) -> list[Violation]:
    """List what of a contract a table breaks.

    Parameters
    ----------
    table : Table
        As `as_table` makes it.
    contract : Contract
        What is promised.
    lists : CodeLists
        Where the codes of vintages are listed; without it, a classification
        tells the form of its codes alone.

    Returns
    -------
    list of Violation
        Empty where the table keeps it. Rules on columns that are missing or of
        another type are told once and not tried further.

    Raises
    ------
    UnknownClassificationError
        If nobody lists a vintage that it names.
    """
    schema = table.collect_schema()
    there = schema.names()
    broken = _shape(there, contract)
    sound: dict[str, ColumnRule] = {}
    for column, rule in contract.columns.items():
        if column not in schema:
            continue
        if rule.type and schema[column] not in KINDS[rule.type]:
            broken += of_table(f"{column} is {rule.type}, but holds {str(schema[column]).lower()}")
        else:
            sound[column] = rule
    key = [column for column in dict.fromkeys(contract.key) if column in schema]
    for column, rule in sound.items():
        broken += _cells(table, column, rule, key)
        if rule.classification is not None:
            broken += broken_codes(table, column, rule.classification, key, lists)
    if contract.key and len(key) == len(set(contract.key)):
        broken += repeated(table, key, f"{', '.join(key)} names a row once")
    for columns in contract.adds_up:
        broken += broken_sums(table, columns, key, there)
    for rows in contract.adds_up_rows:
        if {rows.value, rows.column, *rows.by} <= set(there):
            broken += broken_row_sums(table, rows)
    for time in contract.time:
        if {time.period, *time.by} <= set(there):
            broken += broken_time(table, time)
    if contract.minimum_rows:
        n = int(collect(table.select(nw.len().cast(nw.Int64).alias("n")))["n"][0].as_py())
        if n < contract.minimum_rows:
            broken += of_table(f"at least {contract.minimum_rows} rows, but it has {n}")
    return broken


def _shape(there: list[str], contract: Contract) -> list[Violation]:
    missing = [c for c in contract.needed() if c not in there]
    broken = [
        Violation(f"has a column {c!r}, but there are {listing(there, 40)}.{hint(c, there)}", 0, []) for c in missing
    ]
    extra = [c for c in there if c not in contract.columns] if contract.closed else []
    return broken + [
        Violation(f"has no other columns, but there is {c!r}.{hint(c, list(contract.columns))}", 0, []) for c in extra
    ]


def _cells(table: Table, column: str, rule: ColumnRule, key: list[str]) -> list[Violation]:
    cell = nw.col(column)
    promises: list[tuple[str, nw.Expr]] = []
    if rule.not_null:
        promises.append((f"{column} is never missing", cell.is_null()))
    if rule.minimum is not None:
        promises.append((f"{column} is at least {rule.minimum:g}", cell < rule.minimum))
    if rule.maximum is not None:
        promises.append((f"{column} is at most {rule.maximum:g}", cell > rule.maximum))
    if rule.values is not None:
        allowed = list(rule.values)
        promises.append(
            (f"{column} is one of {listing([str(v) for v in allowed], 20)}", ~cell.is_in(allowed) & ~cell.is_null())
        )
    broken = [v for text, fails in promises for v in failing(table.filter(fails), text, key, [column])]
    once = f"{column} names a row once"
    return broken + (repeated(table.filter(~cell.is_null()), [column], once) if rule.unique else [])
