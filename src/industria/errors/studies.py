"""Studies and their runs: names, steps, addresses and the folders that runs are written to."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import IndustriaError, StudyError, UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "BriefError",
    "BusyFolderError",
    "LocalCodeError",
    "NoRunError",
    "UnknownMeasureError",
    "UnknownStepError",
    "UnwritableFolderError",
    "ValueAddressError",
]


class UnknownMeasureError(UsageError):
    """No measure has this name."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{name!r} is no measure.{hint(name, available)}")


class LocalCodeError(UsageError):
    """A measure of the study's own folder cannot be used."""

    def __init__(self, use: str, why: str) -> None:
        super().__init__(f"{use!r} cannot be used: {why}")


class BriefError(StudyError):
    """A brief cannot be written as it stands."""


class NoRunError(UsageError):
    """No complete run lies where one was looked for."""

    def __init__(self, folder: object, instead: object | None = None) -> None:
        near = f" The last complete run is {instead}." if instead else ""
        super().__init__(f"{folder} holds no run: there is no run.json; `industria run STUDY` makes one.{near}")


class BusyFolderError(IndustriaError):
    """Another run writes to the same folder."""

    def __init__(self, folder: object) -> None:
        super().__init__(f"another run is writing {folder}; wait for its end, or stop it, and try again.")


class UnwritableFolderError(IndustriaError):
    """A file cannot be written: no space, no permission, no such place."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written: {reason}. The last complete run is untouched. "
            "Free some space or change the permissions; INDUSTRIA_CACHE=FOLDER keeps results of steps elsewhere."
        )


class UnknownStepError(UsageError):
    """A run has no step, or a step no further table, of this name."""

    def __init__(self, what: str, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{what} {name!r}; there is {listing(available, 40)}.{hint(name, available)}")


class ValueAddressError(UsageError):
    """An address selects no value, or several."""
