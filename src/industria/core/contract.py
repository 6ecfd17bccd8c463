"""Contracts: what is promised of a table, and the rows that break the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import narwhals.stable.v2 as nw
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from industria.core.table import Table, collect
from industria.core.units import UNITS, is_unit
from industria.errors import ContractError, hint, listing

__all__ = ["AddsUp", "ColumnRule", "Contract", "Violation", "violations"]

Kind = Literal["integer", "number", "text", "boolean", "date"]
SHOWN = 5

_KINDS: dict[Kind, tuple[Any, ...]] = {
    "integer": (nw.Int64,),
    "number": (nw.Float64, nw.Int64),
    "text": (nw.String,),
    "boolean": (nw.Boolean,),
    "date": (nw.Date, nw.Datetime),
}


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ColumnRule(_Rule):
    """What is promised of one column."""

    type: Kind | None = None
    """integer, number, text, boolean or date."""
    unit: str | None = None
    """The unit of its values; briefs print it."""
    meaning: str | None = None
    """What it is, in words."""
    required: bool = True
    """Whether the table must have the column."""
    not_null: bool = False
    """Whether every row must have a value."""
    unique: bool = False
    """Whether each value may stand once."""
    minimum: float | None = None
    """The smallest value allowed."""
    maximum: float | None = None
    """The largest value allowed."""
    values: tuple[str | int | float | bool, ...] | None = None
    """The only values allowed."""

    @model_validator(mode="after")
    def _unit_is_known(self) -> ColumnRule:
        if self.unit is not None and not is_unit(self.unit):
            raise ValueError(f"{self.unit!r} is no unit; there are {listing(UNITS, 40)}.{hint(self.unit, UNITS)}")
        return self


class AddsUp(_Rule):
    """Parts that add up to a total in every row."""

    parts: Annotated[tuple[str, ...], Field(min_length=1)]
    """The columns that are added."""
    total: str | float
    """The column, or the number, that they add up to."""
    tolerance: float = 0.0
    """How far off they may be: published shares are rounded."""


class Contract(_Rule):
    """What is promised of a table."""

    columns: dict[str, ColumnRule] = {}
    """Rules by column."""
    key: tuple[str, ...] = ()
    """Columns that together name a row once."""
    adds_up: tuple[AddsUp, ...] = ()
    """Parts and totals."""
    closed: bool = False
    """Whether columns without a rule are refused."""
    minimum_rows: int = 0
    """How many rows there must be at the least."""

    def units(self) -> dict[str, str]:
        """List the units it tells, by column."""
        return {name: rule.unit for name, rule in self.columns.items() if rule.unit is not None}

    def check(self, table: Table, name: str) -> None:
        """Refuse a table that breaks the contract.

        Raises
        ------
        ContractError
            With one violation a broken rule, and the first rows that break it.
        """
        broken = violations(table, self)
        if broken:
            raise ContractError(name, broken)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule.

    Attributes
    ----------
    rule : str
        What was promised.
    n_rows : int
        How many rows break it; 0 where the table as a whole does.
    rows : list of dict
        The first of them.
    """

    rule: str
    n_rows: int
    rows: list[dict[str, Any]]

    def __str__(self) -> str:
        if not self.n_rows:
            return self.rule
        first = "; ".join(", ".join(f"{k} = {v!r}" for k, v in row.items()) for row in self.rows[:2])
        return f"{self.rule}: {self.n_rows} {'row does' if self.n_rows == 1 else 'rows do'} not, first {first}"


def violations(table: Table, contract: Contract) -> list[Violation]:
    """List what of a contract a table breaks.

    Parameters
    ----------
    table : Table
        As `as_table` makes it.
    contract : Contract
        What is promised.

    Returns
    -------
    list of Violation
        Empty where the table keeps it. Rules on columns that are missing or of
        another type are told once and not tried further.
    """
    schema = table.collect_schema()
    broken = _shape(schema.names(), contract)
    sound: dict[str, ColumnRule] = {}
    for column, rule in contract.columns.items():
        if column not in schema:
            continue
        if rule.type and schema[column] not in _KINDS[rule.type]:
            broken.append(Violation(f"{column} is {rule.type}, but holds {str(schema[column]).lower()}", 0, []))
        else:
            sound[column] = rule
    shown = list(dict.fromkeys([*(k for k in contract.key if k in schema)]))
    for column, rule in sound.items():
        broken += _cells(table, column, rule, [*shown, *([column] if column not in shown else [])])
    if contract.key and set(contract.key) <= set(schema.names()):
        broken += _repeated(table, list(contract.key))
    for rule_ in contract.adds_up:
        broken += _sums(table, rule_, shown, schema.names())
    if contract.minimum_rows:
        rows = int(collect(table.select(nw.len().cast(nw.Int64).alias("n")))["n"][0].as_py())
        if rows < contract.minimum_rows:
            broken.append(Violation(f"at least {contract.minimum_rows} rows, but it has {rows}", 0, []))
    return broken


def _shape(there: list[str], contract: Contract) -> list[Violation]:
    needed = [c for c, rule in contract.columns.items() if rule.required]
    needed += [*contract.key, *(p for rule in contract.adds_up for p in rule.parts)]
    missing = [c for c in dict.fromkeys(needed) if c not in there]
    broken = [
        Violation(f"has a column {c!r}, but there are {listing(there, 40)}.{hint(c, there)}", 0, []) for c in missing
    ]
    extra = [c for c in there if c not in contract.columns] if contract.closed else []
    return broken + [
        Violation(f"has no other columns, but there is {c!r}.{hint(c, list(contract.columns))}", 0, []) for c in extra
    ]


def _cells(table: Table, column: str, rule: ColumnRule, shown: list[str]) -> list[Violation]:
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
    broken = [v for text, fails in promises if (v := _failing(table.filter(fails), text, shown))]
    return broken + (_repeated(table.filter(~cell.is_null()), [column]) if rule.unique else [])


def _failing(rows: Table, text: str, shown: Sequence[str]) -> Violation | None:
    n = int(collect(rows.select(nw.len().cast(nw.Int64).alias("n")))["n"][0].as_py())
    if not n:
        return None
    first: pa.Table = collect(rows.select(*shown).sort(*shown).head(SHOWN))
    return Violation(text, n, first.to_pylist())


def _repeated(table: Table, key: list[str]) -> list[Violation]:
    times = table.group_by(*key).agg(nw.len().cast(nw.Int64).alias("times")).filter(nw.col("times") > 1)
    found = _failing(times, f"{', '.join(key)} names a row once", [*key, "times"])
    return [found] if found else []


def _sums(table: Table, rule: AddsUp, shown: list[str], there: list[str]) -> list[Violation]:
    if not set(rule.parts) <= set(there):
        return []
    if isinstance(rule.total, str) and rule.total not in there:
        return [Violation(f"has a column {rule.total!r} that parts add up to.{hint(rule.total, there)}", 0, [])]
    total = nw.col(rule.total) if isinstance(rule.total, str) else nw.lit(rule.total)
    parts = sum((nw.col(p) for p in rule.parts[1:]), nw.col(rule.parts[0]))
    # Binary fractions: 0.1 + 0.2 must pass for 0.3 whatever the tolerance, and millions of them for their sum.
    slack = rule.tolerance + 1e-9 * (1 + total.abs())
    off = table.with_columns(difference=parts - total).filter(nw.col("difference").abs() > slack)
    found = _failing(
        off,
        f"{' + '.join(rule.parts)} adds up to {rule.total}",
        list(dict.fromkeys([*shown, *rule.parts, "difference"])),
    )
    return [found] if found else []
