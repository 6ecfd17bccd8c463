"""A table with all its margins, in SQL: cells are added up dimension by dimension, units only where they must be.

A unit of one cell is of one cell in every margin, so that sums, the two largest and counts of cells tell those of
the margin. A unit of several cells is one contributor of a margin: such units, and no others, are carried from
dimension to dimension with their names, until they are in one cell of what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from industria.core.result import SUPPORT

__all__ = ["Cube"]


@dataclass(frozen=True, slots=True)
class Cube:
    """How records become cells.

    Attributes
    ----------
    dimensions : int
        Codes are `k0`, `k1` …
    columns : sequence of str
        What is added up: "value", and "count", which each unit has once in a cell.
    order : sequence of int
        In which the dimensions get their margins; empty without margins. The table `above0`, `above1` … tells of
        each `code` all that it is part of, itself too, as `above`.
    by_unit, by_holding : bool
        Whether rows of a unit, and units of a holding, are added up.
    """

    dimensions: int
    columns: Sequence[str]
    order: Sequence[int]
    by_unit: bool
    by_holding: bool
    _steps: list[tuple[str, str]] = field(default_factory=list)

    def sql(self) -> str:
        """Write the statement; it reads `records` and gives codes, sums and support of every cell."""
        self._steps.clear()
        self._step("leaf", self._leaf())
        units = self._branch(_units(self.columns), "u", "_unit", named=self.by_unit)
        joined = f"SELECT * FROM {units}"
        if self.by_holding:
            # A unit without a holding is its own; a row without either is, too.
            owner = "coalesce('h' || _holding, 'u' || _unit)"
            holdings = self._branch(_holdings(self.columns), "h", owner, named=True)
            joined += f" JOIN {holdings} USING ({', '.join(self._keys())})"
        steps = ",\n".join(f"{name} AS MATERIALIZED ({text})" for name, text in self._steps)
        return f"WITH {steps}\n{joined}"

    def _step(self, name: str, text: str) -> str:
        self._steps.append((name, text))
        return name

    def _keys(self) -> list[str]:
        return [f"k{i}" for i in range(self.dimensions)]

    def _leaf(self) -> str:
        keys = ", ".join(self._keys())
        contributions = {"value": "sum(_value)" if self.by_unit else "_value", "count": "1.0::DOUBLE"}
        parts = [f"{contributions[c]} AS x{i}" for i, c in enumerate(self.columns)]
        weight = "any_value(_weight)" if self.by_unit else "_weight"
        parts += [f"{contributions[c]} * coalesce({weight}, 1) AS y{i}" for i, c in enumerate(self.columns)]
        if not self.by_unit:
            return f"SELECT {keys}, _unit, _holding, {', '.join(parts)} FROM records"
        holding = "any_value(_holding) AS _holding"
        return f"SELECT {keys}, _unit, {holding}, {', '.join(parts)} FROM records GROUP BY {keys}, _unit"

    def _branch(self, state: _State, name: str, entity: str, *, named: bool) -> str:
        """Add up one kind of contributor over all dimensions."""
        keys = self._keys()
        parts: list[str] = []
        if not named:
            cells = self._cells(state, f"{name}_cells", "leaf")
            parts.append(self._rolled(state, cells, self.order))
            return self._merged(state, f"{name}_all", parts)
        amounts = ", ".join(state.amounts)
        rows = self._step(f"{name}0", f"SELECT {', '.join(keys)}, {entity} AS e, {amounts} FROM leaf")
        if name == "h":
            owned = f"SELECT {', '.join(keys)}, e, {_sums(state)} FROM h0 WHERE e IS NOT NULL GROUP BY ALL"
            rows = self._step("h_owned", owned)
            alone = self._cells(state, "h_alone", "h0", "WHERE e IS NULL")
            parts.append(self._rolled(state, alone, self.order))
        for place, dimension in enumerate(self.order):
            rows, settled = self._carried(state, rows, place, dimension)
            parts.append(settled)
        parts.append(self._cells(state, f"{name}_last", rows))
        return self._merged(state, f"{name}_all", parts)

    def _carried(self, state: _State, rows: str, place: int, dimension: int) -> tuple[str, str]:
        """Give a dimension its margins; units that are in one cell of what is left go on as a cell."""
        keys = self._keys()
        fixed = ", ".join([*(f"k{d}" for d in self.order[:place]), "e"])
        free = [f"any_value(k{d}) AS k{d}" for d in self.order[place:]]
        amounts = [f"any_value({a}) AS {a}" for a in state.amounts]
        name = f"{rows}_{place}"
        counted = ", ".join(["count(*) AS times", *free, *amounts])
        once = self._step(f"{name}_once", f"SELECT {fixed}, {counted} FROM {rows} GROUP BY {fixed}")
        settled = self._cells(state, f"{name}_settled", once, "WHERE times = 1")
        settled = self._rolled(state, settled, self.order[place:])
        shown = [f"above{dimension}.above AS {key}" if key == f"k{dimension}" else f"r.{key}" for key in keys]
        several = f"(SELECT {fixed} FROM {once} WHERE times > 1)"
        moved = (
            f"SELECT {', '.join(shown)}, r.e, {_sums(state)} FROM {rows} r SEMI JOIN {several} USING ({fixed}) "
            f"JOIN above{dimension} ON r.k{dimension} = above{dimension}.code GROUP BY ALL"
        )
        return self._step(f"{name}_up", moved), settled

    def _cells(self, state: _State, name: str, rows: str, which: str = "") -> str:
        keys = ", ".join(self._keys())
        return self._step(name, f"SELECT {keys}, {', '.join(state.made)} FROM {rows} {which} GROUP BY {keys}")

    def _rolled(self, state: _State, cells: str, dimensions: Sequence[int]) -> str:
        """Give cells the margins of dimensions, one after the other."""
        for d in dimensions:
            keys = [f"above{d}.above AS k{d}" if key == f"k{d}" else f"c.{key}" for key in self._keys()]
            groups = ", ".join(key.split(" AS ")[0] for key in keys)
            text = (
                f"SELECT {', '.join(keys)}, {', '.join(state.merged)} FROM {cells} c "
                f"JOIN above{d} ON c.k{d} = above{d}.code GROUP BY {groups}"
            )
            cells = self._step(f"{cells}_r{d}", text)
        return cells

    def _merged(self, state: _State, name: str, parts: Sequence[str]) -> str:
        keys = ", ".join(self._keys())
        every = " UNION ALL BY NAME ".join(f"FROM {part}" for part in parts)
        return self._step(name, f"SELECT {keys}, {', '.join(state.merged)} FROM ({every}) GROUP BY {keys}")


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of the contributors of a cell: how it is made of them, and of two sets of them."""

    amounts: Sequence[str]
    made: Sequence[str]
    merged: Sequence[str]


def _units(columns: Sequence[str]) -> _State:
    amounts = [f"{letter}{i}" for i, _ in enumerate(columns) for letter in "xy"]
    made, merged = [f"count(*) AS {SUPPORT}units"], [f"sum({SUPPORT}units)::BIGINT AS {SUPPORT}units"]
    for i, c in enumerate(columns):
        x, s = f"x{i}", f"{SUPPORT}{c}"
        made += [f"sum(y{i}) AS {c}", *_largest_made(x, s), f"sum({x} * {x}) AS {s}_squares"]
        made += [f"count_if({x} < 0)::BIGINT AS {s}_negative"]
        merged += [f"sum({c}) AS {c}", *_largest_merged(s), f"sum({s}_squares) AS {s}_squares"]
        merged += [f"sum({s}_negative)::BIGINT AS {s}_negative"]
    return _State(amounts, made, merged)


def _holdings(columns: Sequence[str]) -> _State:
    names = [f"{SUPPORT}{c}_holding" for c in columns]
    amounts = [f"x{i}" for i, _ in enumerate(columns)]
    made = [part for x, name in zip(amounts, names, strict=True) for part in _largest_made(x, name)]
    merged = [part for name in names for part in _largest_merged(name)]
    count = f"{SUPPORT}holdings"
    return _State(amounts, [f"count(*) AS {count}", *made], [f"sum({count})::BIGINT AS {count}", *merged])


def _sums(state: _State) -> str:
    return ", ".join(f"sum({amount}) AS {amount}" for amount in state.amounts)


def _largest_made(x: str, name: str) -> Iterator[str]:
    yield f"max(abs({x})) AS {name}_largest"
    yield f"max(abs({x}), 2)[2] AS {name}_second"


def _largest_merged(name: str) -> Iterator[str]:
    yield f"max({name}_largest) AS {name}_largest"
    # The second of all is the largest but one, or the second of one of them.
    yield f"greatest(max({name}_largest, 2)[2], max({name}_second)) AS {name}_second"
