"""Parameters: what each of them takes, and what one asks of another."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "ChoiceError",
    "ExcludedParameterError",
    "LinearOnlyError",
    "MissingPackageError",
    "NeededParameterError",
    "ParameterRangeError",
    "RepeatedColumnError",
    "RoleError",
]


class ChoiceError(UsageError):
    """A parameter holds a word that is not among those it takes."""

    def __init__(self, parameter: str, value: object, options: Sequence[str]) -> None:
        super().__init__(f"{parameter}={value!r}; it takes {listing(options)}.{hint(str(value), options)}")


class ParameterRangeError(UsageError):
    """A parameter holds a number outside its range."""

    def __init__(self, parameter: str, value: object, allowed: str) -> None:
        super().__init__(f"{parameter}={value!r}; it takes {allowed}.")


class NeededParameterError(UsageError):
    """A choice needs another parameter, which was not told."""

    def __init__(self, choice: str, needed: str) -> None:
        super().__init__(f"{choice} needs {needed}.")


class ExcludedParameterError(UsageError):
    """A parameter was told that a choice has no place for."""

    def __init__(self, parameter: str, choice: str, advice: str) -> None:
        super().__init__(f"{parameter} has no place in {choice}; {advice}.")


class RepeatedColumnError(UsageError):
    """One column stands in two places of a model that exclude each other."""

    def __init__(self, column: str, first: str, second: str) -> None:
        super().__init__(f"column {column!r} is {first} and {second} at once; leave it out of one of them.")


class RoleError(UsageError):
    """A column plays a part that it cannot, or a part that is needed has none."""

    def __init__(self, says: str) -> None:
        super().__init__(f"{says}.")


class LinearOnlyError(UsageError):
    """An inference that needs a linear model was asked of another family."""

    def __init__(self, asked: str, family: str) -> None:
        super().__init__(f"{asked} needs family='gaussian', not {family!r}: it refits a linear model many times.")


class MissingPackageError(UsageError):
    """A package that a measure needs is not installed."""

    def __init__(self, package: str, extra: str, needed_by: str) -> None:
        super().__init__(f"{needed_by} needs the package {package!r}: pip install 'industria[{extra}]'.")
