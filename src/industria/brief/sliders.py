"""Sliders on a grid of solved plans: what stands at its points, and the bracket between them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor, gcd, lcm, log10
from typing import Any, Final

import pyarrow as pa

from industria.brief.blocks import Cell, Lever, SlidersBlock, TableBlock
from industria.brief.inline import Inline, Text, plain
from industria.brief.language import Language, speak
from industria.brief.numbers import digits_for
from industria.brief.shown import Number, Refusal, written
from industria.brief.tags import SlidersUse
from industria.core.result import is_synthetic
from industria.core.value import Address, Value
from industria.errors import MissingColumnError, hint, listing

__all__ = ["NEEDS", "increment", "sliders_block"]

NEEDS: Final[Mapping[str | None, tuple[str, ...]]] = {
    None: ("plan", "objective", "bound", "gap"),
    "points": ("plan", "slider", "step"),
    "sliders": ("slider", "helps", "whole", "base_step"),
    "binding": ("plan", "rank", "constraint", "item"),
}
"""Tables of the step and their columns; None is the table itself."""
# A gap below this is written as no gap.
NEAR: Final = 5e-5
# A slider has as many places as the first of these at least, and no more than the second.
PLACES: Final = (10, 1000)
# Limits that are told by their kind; the others by their name alone.
KINDS: Final = ("actor", "incumbent", "stockpile")
# Sentences that the script fills in.
WORDS: Final = ("point", "point_gap", "between", "same", "limit", "limit_between")

Row = Mapping[str, Any]
Place = tuple[float, ...]
Plan = tuple[Number, Number, Number]
"""Objective, bound and gap."""


def sliders_block(
    use: SlidersUse, tables: Mapping[str | None, pa.Table], design: str, language: str, number: int
) -> SlidersBlock:
    """Make sliders of a grid of plans.

    Parameters
    ----------
    use : SlidersUse
        What the tag asks for.
    tables : mapping of (str or None) to pyarrow.Table
        Those of `NEEDS`; the table of the step by None.
    design : str
        Of the step's measure.
    language : str
        Of numbers and words.
    number : int
        Of its table in the brief.

    Returns
    -------
    SlidersBlock
        With the table of the ends, which stands on paper and without a script.

    Raises
    ------
    MissingColumnError
        If the step is no grid.
    Refusal
        If there is nothing to slide, or a word is for a slider that is not there.
    """
    for name, columns in NEEDS.items():
        for column in columns:
            if column not in tables[name].column_names:
                place = use.place if name is None else f"{use.place}.{name}"
                raise MissingColumnError(place, column, tables[name].column_names)
    return _Maker(use, tables, design, speak(language)).block(number)


class _Maker:
    """Makes the block of one grid; its numbers share their decimals."""

    def __init__(self, use: SlidersUse, tables: Mapping[str | None, pa.Table], design: str, spoken: Language) -> None:
        self.use, self.design, self.spoken = use, design, spoken
        self.synthetic = any(is_synthetic(table) for table in tables.values())
        self.fields = {(name, field.name): field for name, table in tables.items() for field in table.schema}
        self.plans: dict[str, Row] = {row["plan"]: row for row in tables[None].to_pylist()}
        self.sliders: list[Row] = tables["sliders"].to_pylist()
        self.names = [row["slider"] for row in self.sliders]
        self._refuse_words()
        at: dict[str, dict[str, float]] = {}
        for row in tables["points"].to_pylist():
            at.setdefault(row["plan"], {})[row["slider"]] = row["step"]
        self.at: dict[Place, str] = {tuple(steps[name] for name in self.names): plan for plan, steps in at.items()}
        self.steps = [sorted({place[i] for place in self.at}) for i in range(len(self.names))]
        self.limits = {row["plan"]: row for row in tables["binding"].to_pylist() if row["rank"] == 1}
        self.digits = digits_for([row["objective"] for row in self.plans.values()])
        self.gap_digits = digits_for([100 * row["gap"] for row in self.plans.values()], 2)
        self.start: Place = tuple(
            steps[0] if row["base_step"] is None else row["base_step"]
            for row, steps in zip(self.sliders, self.steps, strict=True)
        )

    def block(self, number: int) -> SlidersBlock:
        use, words = self.use, ("sliders_slider", "sliders_start", "sliders_low", "sliders_high")
        notes = use.texts.get("notes", ())
        table = TableBlock(
            header=tuple(Cell((Text(self.spoken.word(word)),), numeric=i > 0) for i, word in enumerate(words)),
            rows=tuple(self._ends(i) for i in range(len(self.names))),
            line=use.line,
            number=number,
            caption=use.texts["title"],
            notes=(*self._note(), *((Text(" "), *notes) if notes else ())),
            source=use.texts.get("source", ()),
            synthetic=self.synthetic,
        )
        levers = tuple(self._lever(i) for i in range(len(self.names)))
        plans = [self.at[place] for place in product(*self.steps)]
        kept = [self._plan(plan) for plan in plans]
        return SlidersBlock(
            table=table,
            levers=levers,
            begin=self._begin(),
            numbers=tuple(one for plan in kept for one in plan),
            data=self._data(levers, plans, kept),
            line=use.line,
        )

    def _begin(self) -> tuple[Inline, ...]:
        """Say what is unmet where the sliders start."""
        start = self._value(self.at[self.start], "objective")
        return Text(f"{self.spoken.word('sliders_start')}: "), start, Text(f" {self._unit}")

    def _refuse_words(self) -> None:
        if not self.sliders:
            raise Refusal(f"{self.use.place} has no sliders to move.")
        for name in (*self.use.labels, *self.use.units):
            if name not in self.names:
                there = f"it has {listing(self.names)}.{hint(name, self.names)}"
                raise Refusal(f"{self.use.place} has no slider {name!r}; {there}")

    def _lever(self, i: int) -> Lever:
        name, steps = self.names[i], self.steps[i]
        apart = 1.0 if self.sliders[i]["whole"] else increment(steps)
        return Lever(
            label=self.use.labels.get(name, (Text(name),)),
            unit=self.use.units.get(name, ()),
            steps=tuple(steps),
            start=self.start[i],
            increment=apart,
            digits=_decimals([*steps, apart]),
        )

    def _ends(self, i: int) -> tuple[Cell, ...]:
        """Make the row of a slider: where it starts, and what is unmet at its ends."""
        ends = []
        for step in (self.steps[i][0], self.steps[i][-1]):
            place = (*self.start[:i], step, *self.start[i + 1 :])
            ends.append((*self._step(i, place), Text(": "), self._value(self.at[place], "objective")))
        label = self.use.labels.get(self.names[i], (Text(self.names[i]),))
        return Cell(label), Cell(self._step(i, self.start), True), Cell(ends[0], True), Cell(ends[1], True)

    def _step(self, i: int, place: Place) -> tuple[Inline, ...]:
        """Write the step of a slider with its unit."""
        keys = ("plan", self.at[place]), ("slider", self.names[i])
        value = self._valued(Address(self.use.place, "points", keys, "step"), place[i])
        said = Number(written("number", value, self.spoken.code, _decimals(self.steps[i])), value, self.use.line)
        unit = self.use.units.get(self.names[i], ())
        return (said, Text(" "), *unit) if unit else (said,)

    def _note(self) -> tuple[Inline, ...]:
        """Say what the ends are compared with."""
        before, _, after = self.spoken.word("sliders_note", value="\0", unit=self._unit).partition("\0")
        return Text(before), self._value(self.at[self.start], "objective"), Text(after)

    @property
    def _unit(self) -> str:
        """Say what is unmet."""
        return plain(self.use.texts.get("unit", ())) or self.spoken.word("sliders_unit")

    def _plan(self, plan: str) -> Plan:
        return self._value(plan, "objective"), self._value(plan, "bound"), self._value(plan, "gap")

    def _value(self, plan: str, column: str) -> Number:
        value = self._valued(Address(self.use.place, None, (("plan", plan),), column), self.plans[plan][column])
        how = ("percent", self.gap_digits) if column == "gap" else ("number", self.digits)
        return Number(written(how[0], value, self.spoken.code, how[1]), value, self.use.line)

    def _valued(self, address: Address, found: float) -> Value:
        unit = (self.fields[address.table, address.column].metadata or {}).get(b"unit")
        told = unit.decode() if unit else None
        return Value(address=address, value=found, unit=told, design=self.design, synthetic=self.synthetic)

    def _limit(self, plan: str) -> str:
        """Name what limits a plan most."""
        row = self.limits.get(plan)
        if row is None:
            return self.spoken.word("limit_none")
        item = "" if row["item"] is None else self.use.names.get(row["item"], row["item"].replace("_", " "))
        said = item if isinstance(item, str) else plain(item)
        return self.spoken.word(f"limit_{row['constraint']}", item=said) if row["constraint"] in KINDS else said

    def _data(self, levers: Sequence[Lever], plans: Sequence[str], kept: Sequence[Plan]) -> str:
        """Write what the script reads: texts as they are shown, and the sizes of the bar."""
        told = [self._limit(plan) for plan in plans]
        limits = list(dict.fromkeys(told))
        data = {
            "sliders": [
                {"steps": lever.steps, "helps": row["helps"], "digits": lever.digits, "unit": plain(lever.unit)}
                for lever, row in zip(levers, self.sliders, strict=True)
            ],
            "high": [high.marked for high, _, _ in kept],
            "low": [low.marked for _, low, _ in kept],
            "gap": [
                "" if self.plans[plan]["gap"] < NEAR else n.marked for plan, (_, _, n) in zip(plans, kept, strict=True)
            ],
            "sizes": [[low.value.value, high.value.value] for high, low, _ in kept],
            "limits": limits,
            "limit": [limits.index(one) for one in told],
            "addresses": [[str(number.value.address) for number in plan[:2]] for plan in kept],
            "words": {word: self._word(word) for word in WORDS},
            **{name: self.spoken.numbers[name] for name in ("decimal", "thousands", "grouped_from")},
        }
        # It stands between the ends of an element, which no text in it may close.
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

    def _word(self, word: str) -> str:
        """Take a sentence whose numbers the script fills in."""
        return self.spoken.words[f"sliders_{word}"].replace("{unit}", self._unit)


def increment(steps: Sequence[float]) -> float:
    """Choose how far apart the places of a slider are: a round number that meets every step, and lies between them.

    Parameters
    ----------
    steps : sequence of float
        In ascending order.
    """
    exact = [Fraction(Decimal(repr(step))) for step in steps]
    apart = [step - exact[0] for step in exact[1:]]
    if not apart:
        return 1.0
    width, shared = apart[-1], lcm(*(x.denominator for x in apart))
    common = Fraction(gcd(*(int(x * shared) for x in apart)), shared)
    largest = floor(log10(width))
    for exponent in range(largest, largest - 4, -1):
        for mantissa in (5, 2, 1):
            one = mantissa * Fraction(10) ** exponent
            if (common / one).denominator == 1 and PLACES[0] <= width / one <= PLACES[1]:
                return float(one)
    return float(common / max(1, -(-PLACES[0] * common // width)))


def _decimals(numbers: Sequence[float]) -> int:
    """Count the decimals that show every number in full, six at most."""
    exponents = [Decimal(repr(float(x))).normalize().as_tuple().exponent for x in numbers]
    return min(6, max(0, *(-int(exponent) for exponent in exponents)))
