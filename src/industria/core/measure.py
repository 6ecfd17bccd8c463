"""Measures and the catalog of them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from importlib.metadata import entry_points
from typing import Any, Final, Literal, ParamSpec, TypeVar, get_args, get_type_hints

from industria.core.parameters import Parameter
from industria.core.table import Table, TableLike
from industria.core.units import is_unit, unit_of
from industria.errors import UnknownMeasureError

__all__ = ["Design", "Measure", "catalog", "find", "measure", "names", "record", "rooms"]

Design = Literal["descriptive", "associational", "causal"]
Pools = Literal["sums", "moments", "estimates", "none"]
Support = Literal["cells", "units", "estimates", "percentiles", "none"]

ROOMS: Final = (
    "productivity",
    "regions",
    "work",
    "upgrading",
    "evaluation",
    "ecosystems",
    "chains",
    "innovation",
    "classifications",
    "tables",
)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is known of a measure besides its code.

    Attributes
    ----------
    name : str
        `room.measure`.
    function : callable
        The plain function itself.
    gives : mapping of str to str
        Meaning of each column that it makes, the unit last in brackets.
    cites : str
        Where the definition stands.
    design : str
        descriptive, associational or causal.
    pools : str
        What of it adds up over sites: sums, moments, estimates, none.
    support : str
        What it tells disclosure control: cells, units, estimates, percentiles, none.
    synthetic : bool
        Whether it draws its rows, so that they are of no real firm.
    """

    name: str
    function: Callable[..., Any]
    gives: Mapping[str, str]
    cites: str
    design: Design
    pools: Pools
    support: Support
    synthetic: bool = False

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]

    @property
    def room(self) -> str:
        """The first word of the name."""
        return self.name.split(".", 1)[0]

    @property
    def any_tables(self) -> bool:
        """Whether the measure takes tables under names of the caller's choice."""
        return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(self.function).parameters.values())

    @property
    def tables(self) -> dict[str, bool]:
        """Names of the table arguments, and whether each is required."""
        return {
            argument.name: argument.default is argument.empty
            for argument, kind in self._arguments()
            if _is_table(kind) and argument.kind is not argument.VAR_KEYWORD
        }

    @property
    def tables_or_words(self) -> list[str]:
        """Names of the parameters that take a word, or a table in its place: "SOC", or a tree of one's own."""
        return [name for name, parameter in self.parameters.items() if {Table, str} <= set(get_args(parameter.type))]

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The other arguments, by name."""
        return {
            argument.name: Parameter(argument.name, kind, argument.default)
            for argument, kind in self._arguments()
            if not _is_table(kind)
        }

    def unit(self, column: str) -> str | None:
        """Return the unit of a column it makes; None where it does not make the column."""
        return unit_of(self.gives[column]) if column in self.gives else None

    def _arguments(self) -> Iterator[tuple[inspect.Parameter, Any]]:
        hints = get_type_hints(self.function, include_extras=True)
        for argument in inspect.signature(self.function).parameters.values():
            yield argument, hints[argument.name]


def _is_table(kind: Any) -> bool:
    """Tell a table argument, optional ones too, from a parameter."""
    return kind is Table or set(get_args(TableLike)) <= set(get_args(kind))


_records: dict[Callable[..., Any], Measure] = {}


def measure(
    *,
    gives: Mapping[str, str],
    cites: str,
    design: Design,
    pools: Pools = "none",
    support: Support = "none",
    synthetic: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record a function as a measure, and return the function itself.

    Parameters
    ----------
    gives : mapping of str to str
        Meaning of each column that it makes; the unit stands last, in brackets.
    cites : str
        The publication that defines it.
    design : {"descriptive", "associational", "causal"}
        Which words a brief may use of its figures.
    pools : {"sums", "moments", "estimates", "none"}
        What of its result adds up over sites.
    support : {"cells", "units", "estimates", "percentiles", "none"}
        Which `support_` columns it returns for disclosure control: units and, of each
        amount that is added up, its sum and the two largest contributions (cells); units
        alone, where nothing is a sum that one unit could dominate, as in means of logs;
        units and degrees of freedom; units and the window of a percentile.
    synthetic : bool
        Whether it draws its rows, so that they are of no real firm. Its result, and
        in a study every step that reads it, is marked so wherever it is shown.

    Returns
    -------
    callable
        A decorator that hands the same function back; around one that is synthetic
        stands what marks its result.

    Raises
    ------
    ValueError
        If a unit is not on the list of `core.units`.
    """
    for column, meaning in gives.items():
        unit = unit_of(meaning)
        if unit is None or not is_unit(unit):
            raise ValueError(f"gives[{column!r}] ends with no known unit in brackets: {meaning!r}")

    def note(function: Callable[P, R]) -> Callable[P, R]:
        room = _room_of(function.__module__.rpartition(".")[0])
        name = f"{room}.{function.__name__}" if room else function.__name__
        function = _marking(function) if synthetic else function
        _records[function] = Measure(name, function, dict(gives), cites, design, pools, support, synthetic)
        return function

    return note


def _marking(function: Callable[P, R]) -> Callable[P, R]:
    """Mark every result of a function as synthetic, so that none of them depends on its author's memory."""

    @wraps(function)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        return replace(function(*args, **kwargs), synthetic=True)  # type: ignore[type-var]

    return marked


def _room_of(package: str) -> str:
    """Return the name under which a package is a room; a plug-in's may differ from its package."""
    last = package.rpartition(".")[2]
    if not package or package == f"industria.{last}":
        return last
    return next((room for room, known in rooms().items() if known == package), last)


def record(function: Callable[..., Any]) -> Measure:
    """Return what `@measure` recorded of a function.

    Raises
    ------
    UnknownMeasureError
        If the function is no measure.
    """
    try:
        return _records[function]
    except (KeyError, TypeError):
        raise UnknownMeasureError(
            getattr(function, "__name__", str(function)), [m.name for m in _records.values()]
        ) from None


def rooms() -> dict[str, str]:
    """List the packages of the rooms by name: ours, and those of the entry points `industria.measures`."""
    ours = _ours()
    return ours | {
        point.name: point.value for point in entry_points(group="industria.measures") if point.name not in ours
    }


def names() -> list[str]:
    """List all measures by name, importing none of them."""
    return sorted(f"{room}.{word}" for room, package in rooms().items() for word in _words(package))


def find(name: str) -> Measure:
    """Find a measure by its name, importing its file alone.

    Raises
    ------
    UnknownMeasureError
        If there is none; the message has the nearest name.
    """
    room, _, word = name.partition(".")
    # Reading the entry points of all that is installed takes longer than all else here.
    package = _ours().get(room) or rooms().get(room)
    if package is None or word not in _words(package):
        raise UnknownMeasureError(name, names())
    return record(getattr(importlib.import_module(f"{package}.{word}"), word))


def _ours() -> dict[str, str]:
    import industria

    here = {module.name for module in pkgutil.iter_modules(industria.__path__)}
    return {room: f"industria.{room}" for room in ROOMS if room in here}


def _words(package: str) -> list[str]:
    """List the measures of a room, importing none of them."""
    path = importlib.import_module(package).__path__
    return [module.name for module in pkgutil.iter_modules(path) if not module.name.startswith("_")]


def catalog() -> dict[str, Measure]:
    """Import every measure there is, by name."""
    return {name: find(name) for name in names()}
