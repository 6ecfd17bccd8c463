"""What the others grow from: the kinds of error, and the exit codes of the command line."""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "ContractError",
    "DataError",
    "IndustriaError",
    "Problem",
    "ReleaseRefusedError",
    "SourceError",
    "StudyError",
    "UsageError",
    "VerificationError",
]


class IndustriaError(Exception):
    """What Industria refuses on purpose, with the exit code of the command line."""

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is made again by its class, which would put the finished sentence into a sentence.
        return copyreg.__newobj__, (type(self), *self.args), vars(self)  # type: ignore[attr-defined]


class UsageError(IndustriaError):
    """The words of a command or the arguments of a function are wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a study, and where.

    Attributes
    ----------
    file : str
        The file, relative to the folder of the study.
    line : int or None
        Counted from one; None where no line is to blame.
    what : str
        What is wrong, what is there, and the nearest right word.
    column : int or None
        Counted from one; told where a line is prose.
    exit_code : int
        4 where the words are right and a source cannot be had.
    """

    file: str
    line: int | None
    what: str
    column: int | None = None
    exit_code: int = 2

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.what}"


class StudyError(IndustriaError):
    """A study cannot be run as it is written, or not here; all problems are told at once."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        self.problems = () if isinstance(problems, str) else tuple(problems)
        # What a person can put right in the file comes before what is to be had from elsewhere.
        self.exit_code = min((problem.exit_code for problem in self.problems), default=2)
        super().__init__(problems if isinstance(problems, str) else "\n".join(str(problem) for problem in problems))


class DataError(IndustriaError):
    """A table cannot be used as a measure was asked to use it."""


class ContractError(DataError):
    """A table breaks its contract; the failing rows are with the error.

    Attributes
    ----------
    violations : sequence
        One record a broken rule, with the rows that break it.
    """

    exit_code = 3

    def __init__(self, table: str, violations: Sequence[object]) -> None:
        self.violations = tuple(violations)
        super().__init__(
            f"{table} breaks its contract in {len(violations)} "
            f"{'way' if len(violations) == 1 else 'ways'}:\n" + "\n".join(f"  {violation}" for violation in violations)
        )


class SourceError(IndustriaError):
    """A source cannot be had, or is not what it should be."""

    exit_code = 4


class VerificationError(IndustriaError):
    """A run, made again, differs from what it recorded."""

    exit_code = 5


class ReleaseRefusedError(IndustriaError):
    """Something may not leave a site, or releases of sites may not be put together.

    Parameters
    ----------
    what : str
        The file, the site or the step.
    reason : str
        What of it is refused, and what would help; no record value.
    """

    exit_code = 7

    def __init__(self, what: object, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
