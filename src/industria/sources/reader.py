"""What a reader says of itself before it is asked: the columns that it gives, and a question that works."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import PurePath
from typing import Any, Final, Literal, ParamSpec, get_args, get_origin, get_type_hints

from industria.core.parameters import Parameter, wrong_parameters
from industria.core.units import meaning_of, unit_of
from industria.errors import ChoiceError, UsageError
from industria.sources.source import Source

__all__ = ["Told", "parameters_of", "reader", "told_of"]

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a reader.

    Attributes
    ----------
    columns : mapping of str to str
        Meaning of each column, its unit last, in brackets. A name such as `<number>_flag`
        stands for a family of columns. Empty where only the file tells.
    example : mapping
        Parameters that a study may ask it with.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    def labels(self, names: Iterable[str] = ()) -> dict[str, dict[str, str | None]]:
        """Tell unit and meaning of each column that has a name of its own, and of those among `names` in a family."""
        texts = {name: text for name, text in self.columns.items() if "<" not in name}
        texts |= {name: self.columns[told] for name in names if name not in texts and (told := self.family(name))}
        return {name: {"unit": unit_of(text), "meaning": meaning_of(text)} for name, text in texts.items()}

    def family(self, name: str) -> str | None:
        """Return the name under which a column is told: its own, or that of the first family that it is of."""
        return name if name in self.columns else next((told for told in self.columns if _fits(told, name)), None)


def _fits(family: str, name: str) -> bool:
    words = (".+" if part.startswith("<") else re.escape(part) for part in re.split(r"(<[^>]*>)", family))
    return re.fullmatch("".join(words), name) is not None


_told: Final[dict[Callable[..., Source], Told]] = {}


def reader(
    *, columns: Mapping[str, str], example: Mapping[str, Any]
) -> Callable[[Callable[P, Source]], Callable[P, Source]]:
    """Say of a reader what it gives and how it is asked, and hold what it is asked to its signature.

    Parameters
    ----------
    columns : mapping of str to str
        As `Told.columns`. Briefs, `explain` and `industria sources NAME` print them.
    example : mapping
        Parameters of a question that works.

    Returns
    -------
    callable
        A decorator. The reader that it makes refuses parameters as `industria check`
        does: an unknown one, one that lacks, one of another type.
    """

    def keep(function: Callable[P, Source]) -> Callable[P, Source]:
        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Source:
            _refuse_misfits(function, {**dict(zip(parameters_of(function), args, strict=False)), **kwargs})
            return function(*args, **kwargs)

        _told[checked] = Told(columns=columns, example=example)
        return checked

    return keep


def told_of(function: Callable[..., Source]) -> Told:
    """Return what a reader says of itself; nothing where it says nothing."""
    return _told.get(function, Told())


@cache
def parameters_of(function: Callable[..., Source]) -> Mapping[str, Parameter]:
    """List what a reader takes, by name."""
    hints = get_type_hints(function, include_extras=True)
    return {
        p.name: Parameter(p.name, hints[p.name], p.default) for p in inspect.signature(function).parameters.values()
    }


def _refuse_misfits(function: Callable[..., Source], given: Mapping[str, Any]) -> None:
    takes = parameters_of(function)
    # None stands for a parameter that is left out wherever it is the default.
    said = {k: _plain(v) for k, v in given.items() if v is not None or k not in takes or takes[k].default is not None}
    wrong = wrong_parameters(said, takes, f"{function.__name__}()")
    for name in wrong:
        if name in said and name in takes and (choices := _choices(takes[name].type)):
            raise ChoiceError(name, given[name], choices)
    if wrong:
        raise UsageError("\n".join(wrong.values()))


def _choices(kind: Any) -> list[str]:
    """List the words of a parameter that takes one of few."""
    return [str(choice) for choice in get_args(kind)] if get_origin(kind) is Literal else []


def _plain(value: Any) -> Any:
    """Write what people hold in Python as a study would: paths as text, numbers of arrays as numbers."""
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value
