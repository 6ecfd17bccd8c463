"""A table with all its margins, in SQL: cells are added up dimension by dimension, units only where they must be.

A unit of one cell is of one cell in every margin, so that sums, the two largest and counts of cells tell those of
the margin. A unit of several cells is one contributor of a margin: such units, and no others, are carried from
dimension to dimension with their names, until they are in one cell of what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from industria.core.result import SUPPORT

__all__ = ["Cube", "Digit"]


@dataclass(frozen=True, slots=True)
class Digit:
    """Where the code of a dimension stands in the number of a cell: `number // stride % size`.

    Attributes
    ----------
    dimension : int
        Of records, where its codes are `k0`, `k1` …
    stride, size : int
        Of the digit. The table `code0`, `code1` … tells the `place` of each `code`.
    margins : bool
        Whether a table `above0`, `above1` … tells, by `place`, the `step` to the number of each cell above.
    """

    dimension: int
    stride: int
    size: int
    margins: bool

    def of(self, number: str) -> str:
        """Write the place of the code in the number of a cell."""
        return f"({number} // {self.stride} % {self.size})"


@dataclass(frozen=True, slots=True)
class Cube:
    """How records become cells.

    Attributes
    ----------
    digits : sequence of Digit
        Of the dimensions, the first digit first, in the order in which they get their margins.
    columns : sequence of str
        What is added up: "value", and "count", which each unit has once in a cell.
    by_unit, by_holding, weighted : bool
        Whether rows of a unit, and units of a holding, are added up, and whether units have weights.
    """

    digits: Sequence[Digit]
    columns: Sequence[str]
    by_unit: bool
    by_holding: bool
    weighted: bool
    _steps: list[tuple[str, str]] = field(default_factory=list)

    def sql(self) -> str:
        """Write the statement; it reads `records` and gives codes, sums and support of every cell."""
        self._steps.clear()
        self._step("leaf", self._leaf())
        # Names are numbers of 64 bits from here on: should two units of millions ever share one, they count as one
        # contributor, which withholds more, and changes no sum.
        unit = "hash(_unit)" if self.by_unit else None
        found = self._branch(_units(self.columns, weighted=self.weighted), "u", unit)
        if self.by_holding:
            # A unit without a holding is its own; a row without either is, too.
            owner = "hash(coalesce('h' || _holding, 'u' || _unit))"
            owner = f"CASE WHEN coalesce(_holding, _unit) IS NOT NULL THEN {owner} END"
            found += f" JOIN {self._branch(_holdings(self.columns), 'h', owner)} USING (k)"
        names = ", ".join(f"code{d.dimension}.code AS k{d.dimension}" for d in self.digits)
        joins = " ".join(f"JOIN code{d.dimension} ON {d.of('k')} = code{d.dimension}.place" for d in self.digits)
        steps = ",\n".join(f"{name} AS MATERIALIZED ({text})" for name, text in self._steps)
        return f"WITH {steps}\nSELECT {names}, cells.* EXCLUDE (k) FROM (FROM {found}) cells {joins}"

    def _step(self, name: str, text: str) -> str:
        self._steps.append((name, text))
        return name

    def _leaf(self) -> str:
        """Give contributions the numbers of their cells; rows of a unit are added up first, so that fewer get one."""
        number = " + ".join(f"code{d.dimension}.place * {d.stride}" for d in self.digits)
        joins = " ".join(
            f"JOIN code{d.dimension} ON r{d.dimension}::VARCHAR = code{d.dimension}.code" for d in self.digits
        )
        contributions = {"value": "_value", "count": "1.0::DOUBLE"}
        parts = [f"{contributions[c]} AS x{i}" for i, c in enumerate(self.columns)]
        if self.weighted:
            parts += [f"{contributions[c]} * coalesce(_weight, 1) AS y{i}" for i, c in enumerate(self.columns)]
        rows = self._units_of_cells() if self.by_unit else "records"
        return f"SELECT ({number})::BIGINT AS k, _unit, _holding, {', '.join(parts)} FROM {rows} {joins}"

    def _units_of_cells(self) -> str:
        keys = ", ".join([*(f"r{d.dimension}" for d in self.digits), "_unit"])
        told = "any_value(_holding) AS _holding" if self.by_holding else "NULL::VARCHAR AS _holding"
        told += ", any_value(_weight) AS _weight" if self.weighted else ""
        return f"(SELECT {keys}, {told}, sum(_value) AS _value FROM records GROUP BY {keys})"

    def _branch(self, state: _State, name: str, entity: str | None) -> str:
        """Add up one kind of contributor over all dimensions."""
        steps = [digit for digit in self.digits if digit.margins]
        if entity is None:
            return self._rolled(state, self._cells(state, f"{name}_cells", "leaf"), steps)
        amounts = ", ".join(state.amounts)
        rows = self._step(f"{name}0", f"SELECT k, {entity} AS e, {amounts} FROM leaf")
        parts: list[str] = []
        if name == "h":
            alone = self._cells(state, "h_alone", rows, "WHERE e IS NULL")
            parts.append(self._rolled(state, alone, steps))
            rows = self._step("h1", f"SELECT k, e, {_sums(state)} FROM {rows} WHERE e IS NOT NULL GROUP BY k, e")
        for place, digit in enumerate(steps):
            rows, settled = self._carried(state, rows, digit)
            parts.append(self._rolled(state, settled, steps[place:]))
        parts.append(self._cells(state, f"{name}_last", rows))
        every = " UNION ALL BY NAME ".join(f"FROM {part}" for part in parts)
        return self._step(f"{name}_all", f"SELECT k, {', '.join(state.merged)} FROM ({every}) GROUP BY k")

    def _carried(self, state: _State, rows: str, digit: Digit) -> tuple[str, str]:
        """Give a dimension its margins; units that are in one cell of what is left go on as a part of it."""
        # Dimensions that have their margins are the digits before.
        settled = f"k // {digit.stride * digit.size}"
        name = f"{rows}_{digit.dimension}"
        amounts = ", ".join(f"any_value({a}) AS {a}" for a in state.amounts)
        counted = f"SELECT {settled} AS done, e, count(*) AS times, any_value(k) AS k, {amounts}"
        once = self._step(f"{name}_once", f"{counted} FROM {rows} GROUP BY done, e")
        cells = self._cells(state, f"{name}_cells", once, "WHERE times = 1")
        several = f"(SELECT done, e FROM {once} WHERE times > 1) s"
        left = self._step(
            f"{name}_left", f"SELECT r.* FROM {rows} r SEMI JOIN {several} ON {settled} = s.done AND r.e = s.e"
        )
        above = f"SELECT k + step AS k, e, {_sums(state)} FROM {left} {_up(digit)} GROUP BY ALL"
        return self._step(f"{name}_up", f"FROM {left} UNION ALL BY NAME {above}"), cells

    def _cells(self, state: _State, name: str, rows: str, which: str = "") -> str:
        return self._step(name, f"SELECT k, {', '.join(state.made)} FROM {rows} {which} GROUP BY k")

    def _rolled(self, state: _State, cells: str, digits: Sequence[Digit]) -> str:
        """Give cells the margins of dimensions, one after the other."""
        for digit in digits:
            above = f"SELECT k + step AS n, {', '.join(state.merged)} FROM {cells} {_up(digit)} GROUP BY n"
            text = f"FROM {cells} UNION ALL BY NAME SELECT * RENAME (n AS k) FROM ({above})"
            cells = self._step(f"{cells}_{digit.dimension}", text)
        return cells


def _up(digit: Digit) -> str:
    return f"JOIN above{digit.dimension} a ON {digit.of('k')} = a.place"


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of the contributors of a cell: how it is made of them, and of two sets of them."""

    amounts: Sequence[str]
    made: Sequence[str]
    merged: Sequence[str]


def _units(columns: Sequence[str], *, weighted: bool) -> _State:
    """Tell of units: contributions x, and what they make of a cell, weight times x where there are weights."""
    y = "y" if weighted else "x"
    amounts = [f"{letter}{i}" for i, _ in enumerate(columns) for letter in dict.fromkeys(f"x{y}")]
    made, merged = [f"count(*) AS {SUPPORT}units"], [f"sum({SUPPORT}units)::BIGINT AS {SUPPORT}units"]
    for i, c in enumerate(columns):
        x, s = f"x{i}", f"{SUPPORT}{c}"
        made += [f"sum({y}{i}) AS {c}", *_largest_made(x, s), f"sum({x} * {x}) AS {s}_squares"]
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
