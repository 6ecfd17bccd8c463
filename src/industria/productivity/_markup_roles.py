"""Which columns each method of markups reads, and which have no place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from industria.core.table import Column, TableLike
from industria.errors import ChoiceError, ExcludedParameterError, RepeatedColumnError, RoleError
from industria.productivity._function_roles import check_degree
from industria.productivity._panel import Panel, read

__all__ = ["Method", "Roles"]

Method: TypeAlias = Literal["production", "hall", "roeger"]
NEEDED: Final[Mapping[str, Mapping[str, str]]] = {
    "production": {
        "elasticities": "a table of elasticities, such as draws of production_function",
        "output": "the output of the function",
        "flexible": "an input that firms choose freely",
        "expenditure": "what that input costs",
    },
    "hall": {
        "output": "real output",
        "costs": "the cost of each input, capital included, by the column of its quantity",
        "instruments": "what moves inputs and not productivity, such as demand from abroad",
    },
    "roeger": {
        "costs": "the cost of each input, capital included, by its name",
        "capital": "the name of the one in costs that is capital",
    },
}
NOT_GIVEN: Final[tuple[object, ...]] = (None, (), {})
OPTIONAL: Final = {"production": ("corrected", "controls", "proxy", "control_degree"), "hall": (), "roeger": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Columns by their parts.

    Attributes
    ----------
    elasticities : True or None
        Whether there are any.
    costs : mapping of str to str
        Column of the cost of each input.

    The others are as given to `markup`.
    """

    method: Method
    unit: Column
    time: Column
    by: tuple[Column, ...]
    weights: Column | None
    logs: bool
    confidence: float
    revenue: Column
    elasticities: Literal[True] | None
    output: Column | None
    flexible: Column | None
    expenditure: Column | None
    costs: Mapping[str, Column]
    capital: str | None
    instruments: tuple[Column, ...]
    corrected: bool | None
    controls: tuple[Column, ...]
    proxy: Column | None
    control_degree: int | None

    @property
    def noiseless(self) -> bool:
        """Whether noise is taken out of revenue."""
        return self.method == "production" and self.corrected is not False

    def read(self, panel: TableLike, logged: Sequence[Column], others: Sequence[Column]) -> Panel:
        """Read columns in logs, and others as they are."""
        return read(
            panel,
            "panel",
            unit=self.unit,
            time=self.time,
            by=self.by,
            weights=self.weights,
            numbers=[*logged, *others],
            logged=() if self.logs else logged,
        )

    def check(self) -> None:
        """Refuse what a method lacks, and what it does not read.

        Raises
        ------
        ChoiceError, ParameterRangeError
            If a word or number is not among those taken.
        RoleError
            If the method lacks a part.
        ExcludedParameterError
            If a part has no place in it.
        RepeatedColumnError
            If one column plays two parts.
        """
        if self.method not in get_args(Method):
            raise ChoiceError("method", self.method, get_args(Method))
        check_degree("control_degree", self.control_degree)
        needed = NEEDED[self.method]
        parts = [part for of in NEEDED.values() for part in of]
        for part in dict.fromkeys([*parts, *OPTIONAL["production"]]):
            given = getattr(self, part) not in NOT_GIVEN
            if given and part not in needed and part not in OPTIONAL[self.method]:
                raise ExcludedParameterError(part, f"method={self.method!r}", f"it reads {', '.join(needed)}")
            if not given and part in needed:
                raise RoleError(f"method={self.method!r} needs {part}: {needed[part]}")
        for part in ("controls", "proxy", "control_degree") if self.corrected is False else ():
            if getattr(self, part) not in NOT_GIVEN:
                raise ExcludedParameterError(part, "corrected=False", "output plays no part without the correction")
        self._check_columns()

    def _check_columns(self) -> None:
        if self.expenditure == self.revenue:
            raise RepeatedColumnError(self.revenue, "the expenditure", "the revenue")
        seen = {self.revenue: "the revenue"}
        if self.output is not None and self.method == "hall":
            if self.output == self.revenue:
                raise RepeatedColumnError(self.revenue, "the output", "the revenue")
            seen[self.output] = "the output"
        for name, column in self.costs.items():
            if column in seen:
                raise RepeatedColumnError(column, seen[column], f"the cost of {name}")
            seen[column] = f"the cost of {name}"
        for column in self.instruments:
            if column in seen or column in self.costs:
                raise RepeatedColumnError(column, seen.get(column, "an input"), "an instrument")
        if self.capital is not None and self.capital not in self.costs:
            raise RoleError(f"capital ({self.capital}) is not among costs, which are of {', '.join(self.costs)}")
        if self.capital is not None and len(self.costs) < 2:
            raise RoleError("method='roeger' needs the cost of another input beside capital")
