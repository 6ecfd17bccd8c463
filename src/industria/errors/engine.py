"""What the engine was asked to compute, and could not or may not."""

from __future__ import annotations

from industria.errors.tree import DataError, UsageError

__all__ = [
    "EngineError",
    "ForbiddenQueryError",
    "QueryError",
]


class EngineError(DataError):
    """The engine could not compute or write the table of a step."""

    def __init__(self, said: str, *, memory: bool = False) -> None:
        advice = " Raise --memory, or point INDUSTRIA_SPILL to a larger disk." if memory else ""
        super().__init__(f"DuckDB stopped: {said}.{advice}")


class QueryError(UsageError):
    """A query cannot be understood, or asks for what is not there."""


class ForbiddenQueryError(QueryError):
    """A query reaches for more than the tables that it was given."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"sql uses {what}, {why}.")
